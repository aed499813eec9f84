//! When each stage of the table runs, and how its answers join those before.

use std::fmt::Write as _;

use super::{Posts, classes};
use crate::{
    engine::search::{
        merge::Order,
        stages::{self, Outcome},
    },
    query::{Note, Query},
};

/// What was found, as `class ids`, joined by `, ` within an answer and by ` / ` between answers. A correction stands
/// in front, a `~` if the answers take turns.
fn told(search: &super::Search<'_>, found: &Outcome) -> String {
    let mut told = String::new();
    if let Some(correction) = &found.correction {
        write!(told, "→{} ", correction.text).unwrap();
    }
    if found.order == Order::InTurns {
        told.push_str("~ ");
    }
    let answer = |answer| {
        let classes = classes(search, answer);
        classes.iter().map(|(class, ids)| format!("{} {ids}", class.as_str())).collect::<Vec<_>>().join(", ")
    };
    told + &found.answers.iter().map(answer).collect::<Vec<_>>().join(" / ")
}

#[track_caller]
fn check_query(posts: &Posts, query: &Query, expected: &str) {
    let found = posts.search_for(query, |search| told(search, &stages::run(search).unwrap()));
    assert_eq!(found, expected, "{}", query.text);
}

#[track_caller]
fn check(posts: &Posts, text: &str, expected: &str) {
    check_query(posts, &Query { text: text.to_owned(), ..Query::default() }, expected);
}

fn notes(posts: &Posts, text: &str) -> Vec<Note> {
    posts.search(text, |search| {
        let found = stages::run(search).unwrap();
        found.answers.first().map(|answer| answer.parsed.notes.clone()).unwrap_or_default()
    })
}

#[test]
fn the_text_as_typed_is_enough() {
    let posts = Posts::of(&[("a", "甲", "竹篾削匀。"), ("b", "乙", "竹子。")]);
    check(&posts, "竹篾", "exact a");
    check(&posts, "竹篾 削匀", "exact a");
}

#[test]
fn letters_and_digits_may_be_parts_of_longer_ones_when_nothing_has_them() {
    let posts = Posts::of(&[("a", "甲", "安装 telegram 以后"), ("b", "乙", "编号 20240817 的信")]);
    check(&posts, "legra", "partial a");
    check(&posts, "202408", "partial b");
    check(&posts, "0817", "partial b");
    let posts = Posts::of(&[("whole", "甲", "编号 9024 的信"), ("part", "乙", "编号 90240817 的信")]);
    check(&posts, "9024", "exact whole");
}

#[test]
fn some_of_the_words_are_enough_when_nothing_has_all() {
    let posts = Posts::of(&[("a", "甲", "竹篾削匀。"), ("b", "乙", "桑皮纸。")]);
    check(&posts, "竹篾 桑皮纸", "partial a b");
    assert_eq!(notes(&posts, "竹篾 桑皮纸"), [Note::Relaxed]);
    let quoted = Query { text: "竹篾 桑皮纸".to_owned(), literal: true, ..Query::default() };
    check_query(&posts, &quoted, "");
}

#[test]
fn some_parts_of_words_are_the_last_resort() {
    let posts = Posts::of(&[("a", "甲", "安装 telegram 以后"), ("b", "乙", "桑皮纸。")]);
    check(&posts, "legra 葵花", "partial a");
    assert_eq!(notes(&posts, "legra 葵花"), [Note::Relaxed]);
}

#[test]
fn a_correction_replaces_what_nothing_has() {
    let posts = Posts::of(&[("a", "甲", "诈骗团伙。"), ("b", "乙", "桑皮纸。")]);
    check(&posts, "zhapian", "→诈骗 ~ pinyin a");
    check(&posts, "炸骗", "→诈骗 ~ homophone a");
    let literal = Query { text: "炸骗".to_owned(), literal: true, ..Query::default() };
    check_query(&posts, &literal, "");
    // Nothing has the corrected text either, so that some of the words are enough.
    check(&posts, "诈片 桑皮纸", "partial b");
}

#[test]
fn letters_that_begin_a_word_may_be_pinyin_as_well() {
    let posts = Posts::of(&[("letters", "甲", "一个叫 mytuikuanbao 的软件"), ("spelt", "乙", "退款要走原路。")]);
    check(&posts, "tuikuan", "~ partial letters / pinyin spelt");
    let literal = Query { text: "tuikuan".to_owned(), literal: true, ..Query::default() };
    check_query(&posts, &literal, "partial letters");
    // A word of letters that posts have is meant.
    let posts = Posts::of(&[("letters", "甲", "一个叫 tuikuan 的软件"), ("spelt", "乙", "退款要走原路。")]);
    check(&posts, "tuikuan", "exact letters");
}

#[test]
fn a_short_text_comes_first_where_it_stands_in_one_piece() {
    let posts = Posts::of(&[("apart", "甲", "尾号有几种，A是一种。"), ("piece", "乙", "尾号A的卡。")]);
    check(&posts, "尾号A", "exact piece, partial apart / partial piece");
}

#[test]
fn a_text_inside_a_longer_number_follows_or_takes_turns() {
    let posts = Posts::of(&[("long", "甲", "卡号20003456。"), ("apart", "乙", "有2000张会员卡。")]);
    check(&posts, "卡号2000", "partial long");
    let posts = Posts::of(&[("long", "甲", "尾号为abc123def的卡")]);
    check(&posts, "bc123", "partial long");
}

#[test]
fn pieces_that_are_scattered_may_be_a_slip() {
    let posts = Posts::of(&[("meant", "甲", "网络贷款的事。"), ("scattered", "乙", "渔网挂在款台上，贷方络绎不绝。")]);
    check(&posts, "网络代款", "→网络贷款 ~ homophone meant");
    // The pieces are in one post, apart; what sounds alike follows, unless a post has the text in one piece.
    let posts = [("scattered", "甲", "微波要小，露在外面。"), ("meant", "乙", "新买的微波炉。")];
    check(&Posts::of(&posts), "微波露", "→微波炉 homophone meant / partial scattered");
    let piece =
        [("scattered", "甲", "微波要小，露在外面。"), ("meant", "乙", "新买的微波炉。"), ("piece", "丙", "微波露。")];
    check(&Posts::of(&piece), "微波露", "exact piece, partial scattered");
}

#[test]
fn words_that_say_little_are_told() {
    let posts = Posts::of(&[("a", "甲", "竹篾削匀。")]);
    assert_eq!(notes(&posts, "为什么"), [Note::LittleSaid]);
    assert_eq!(notes(&posts, "葵花"), []);
    assert_eq!(notes(&posts, "！？"), [Note::NothingToSearch]);
    check(&posts, "！？", "");
}
