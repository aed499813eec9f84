//! Documents that contain a text as typed come before those that contain it in another form.

use super::{Posts, classes};
use crate::{
    engine::search::matching::{EVERY_CLASS, Strictness, answer},
    query::Match,
};

#[track_caller]
fn check(posts: &Posts, text: &str, expected: &[(Match, &str)]) {
    let found = posts.search(text, |search| {
        let parsed = search.parse_other(text);
        classes(search, &answer(search, parsed, Strictness::All, &EVERY_CLASS).unwrap())
    });
    let found: Vec<(Match, &str)> = found.iter().map(|(class, found)| (*class, found.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn the_typed_script_comes_first_and_the_other_is_a_variant() {
    let posts = Posts::of(&[
        ("simplified", "甲", "老人在银行门口徘徊。"),
        ("traditional", "乙", "老人在銀行門口徘徊。"),
        ("both", "丙", "银行，繁体写作銀行。"),
    ]);
    check(&posts, "银行", &[(Match::Exact, "both simplified"), (Match::Variant, "traditional")]);
    check(&posts, "銀行", &[(Match::Exact, "both traditional"), (Match::Variant, "simplified")]);
    // One clause in another form is enough.
    check(&posts, "老人 银行", &[(Match::Exact, "simplified"), (Match::Variant, "traditional")]);
}

#[test]
fn the_typed_width_comes_first() {
    let posts = Posts::of(&[("half", "甲", "安装 APP 以后"), ("full", "乙", "安装ＡＰＰ以后")]);
    check(&posts, "APP", &[(Match::Exact, "half"), (Match::Variant, "full")]);
    check(&posts, "ＡＰＰ", &[(Match::Exact, "full"), (Match::Variant, "half")]);
}

#[test]
fn a_title_in_another_form_stays_in_the_first_class() {
    let posts = Posts::of(&[
        ("title", "銀行門口", "老人徘徊。"),
        ("text", "甲", "银行门口有人。"),
        ("other", "乙", "銀行門口。"),
    ]);
    check(&posts, "银行门口", &[(Match::Exact, "text title | variant title"), (Match::Variant, "other")]);
}

#[test]
fn when_nothing_has_the_typed_form_the_others_share_the_first_class() {
    let posts = Posts::of(&[("one", "甲", "銀行門口。"), ("two", "乙", "銀行。")]);
    check(&posts, "银行", &[(Match::Exact, "one two | variant one two")]);
}

#[test]
fn the_forms_of_a_question_are_not_divided() {
    let posts =
        Posts::of(&[("simplified", "甲", "老人在银行为什么徘徊。"), ("traditional", "乙", "老人在銀行為什麼徘徊。")]);
    check(&posts, "老人在银行为什么徘徊", &[(Match::Exact, "simplified traditional")]);
}
