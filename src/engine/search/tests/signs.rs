//! How literally a document contains a short text.

use super::{Posts, classes, post};
use crate::{
    engine::search::{
        answer::Matches,
        matching::{EVERY_CLASS, Strictness, answer},
        signs::{Literalness, divide, is_one_run},
    },
    query::Match,
};

/// Divides the exact hits of a text; expects the most literal match and the classes.
#[track_caller]
fn check(posts: &Posts, text: &str, most: Option<Literalness>, expected: &[&str]) {
    posts.search(text, |search| {
        let parsed = search.parse_other(text);
        let mut answered = answer(search, parsed, Strictness::All, &EVERY_CLASS).unwrap();
        assert_eq!(divide(search, &mut answered).unwrap(), most, "{text}");
        let found: Vec<String> = classes(search, &answered).into_iter().map(|(_, found)| found).collect();
        assert_eq!(found, expected, "{text}");
        let filled = |matches: &&Matches| matches.count() > 0;
        assert!(answered.classes.iter().filter(filled).all(|matches| matches.class == Match::Exact), "{text}");
    });
}

#[test]
fn the_text_itself_comes_before_its_words() {
    let posts = Posts::of(&[
        ("itself", "甲", "编号C-5的柜子。"),
        ("spaced", "乙", "编号 C - 5 的柜子。"),
        ("letters", "丙", "编号C_5的柜子。"),
        ("words", "丁", "甲柜是C级，另有5个。"),
    ]);
    check(&posts, "C-5", Some(Literalness::Literally), &["itself spaced", "letters"]);
}

#[test]
fn other_signs_between_the_letters_are_not_the_text() {
    let posts = Posts::of(&[("letters", "丙", "编号C_5的柜子。")]);
    check(&posts, "C-5", Some(Literalness::Letters), &["letters"]);
}

#[test]
fn white_space_inside_the_text_is_forgiven_but_no_literal_match() {
    let posts = Posts::of(&[("spaced", "乙", "编号 C - 5 的柜子。")]);
    check(&posts, "C-5", Some(Literalness::Spaced), &["spaced"]);
}

#[test]
fn signs_at_the_ends_count() {
    let posts = Posts::of(&[
        ("itself", "甲", "写成.NET的程序。"),
        ("apart", "乙", "写成. NET的程序。"),
        ("bare", "丙", "NET的意思。"),
    ]);
    check(&posts, ".NET", Some(Literalness::Literally), &["apart itself", "bare"]);
    let posts = Posts::of(&[
        ("itself", "甲", "得了5%的票。"),
        ("apart", "乙", "得了 5 % 的票。"),
        ("bare", "丙", "得了5张票。"),
    ]);
    check(&posts, "5%", Some(Literalness::Literally), &["apart itself", "bare"]);
}

#[test]
fn a_title_that_differs_in_its_signs_only_is_meant() {
    let posts = Posts::of(&[("title", "C 与 5", "柜子。"), ("other", "C 与 5 的柜子", "里面。")]);
    check(&posts, "C与—5", Some(Literalness::Spaced), &["title", "other"]);
}

#[test]
fn tags_and_text_are_compared_as_the_title_is() {
    let mut tagged = post("tagged", "甲", "柜子。");
    tagged.front.tags = vec!["C-5".to_owned()];
    let mut by = post("by", "乙", "柜子。");
    by.front.authors = vec!["C-5".to_owned()];
    let mut filed = post("filed", "丙", "柜子。");
    filed.front.categories = vec!["C-5".to_owned()];
    let posts =
        Posts::of_commits(&[&[tagged, by, filed, post("text", "丁", "第一行\n编号C-5\n"), post("no", "戊", "C_5柜")]]);
    check(&posts, "C-5", Some(Literalness::Literally), &["by filed tagged text", "no"]);
}

#[test]
fn without_exact_hits_nothing_is_divided() {
    let posts = Posts::of(&[("a", "甲", "柜子。")]);
    check(&posts, "C-5", None, &[]);
}

#[test]
fn a_run_is_of_one_kind_of_sign() {
    for (text, one) in [
        ("诈骗", true),
        ("app", true),
        ("2024", true),
        ("", true),
        ("5万", false),
        ("ios17", false),
        ("c++", false),
        ("——", false),
    ] {
        assert_eq!(is_one_run(text), one, "{text}");
    }
}
