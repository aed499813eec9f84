//! Which replacements are sure, and which are not.

use super::Posts;
use crate::{engine::search::corrections::guesses, query::Correction};

/// Expects that the second text is guessed at the first, surely or not.
#[track_caller]
fn check(posts: &Posts, is_sure: bool, pairs: &[(&str, &str)]) {
    for &(typed, meant) in pairs {
        let guesses = posts.search(typed, |search| guesses(search).unwrap());
        let found = guesses.iter().find(|guess| guess.correction.text == meant);
        let certainty = found.map(|guess| guess.correction.certainty);
        let all: Vec<&str> = guesses.iter().map(|guess| guess.correction.text.as_str()).collect();
        let is_as_expected = certainty.is_some_and(|certainty| (certainty >= Correction::SURE) == is_sure);
        assert!(is_as_expected, "{typed} {meant}: {certainty:?} of {all:?}");
        assert!(certainty.is_some_and(|certainty| (0.0..=1.0).contains(&certainty)));
    }
}

/// Expects that the second text is not guessed at the first.
#[track_caller]
fn check_never(posts: &Posts, pairs: &[(&str, &str)]) {
    for &(typed, meant) in pairs {
        let guesses = posts.search(typed, |search| guesses(search).unwrap());
        assert!(guesses.iter().all(|guess| guess.correction.text != meant), "{typed} {meant}");
    }
}

fn posts() -> Posts {
    Posts::of(&[
        ("fee", "保证金", "先交保证金和手续费，经典的骗局，公证处也说过。幼儿园的老师付人民币。"),
        ("name", "王伟", "王伟讲了泰州的事，又说起晚饭，后来给弟弟留言。院子在泰州市中心。"),
        ("letters", "letters", "The doctor paid the money by telegram, number seven, with powerpoint."),
    ])
}

#[test]
fn a_text_that_is_no_word_is_a_slip_of_a_word() {
    check(
        &posts(),
        true,
        &[("保正金", "保证金"), ("保金证", "保证金"), ("保证证金", "保证金"), ("手需费", "手续费"), ("骗句", "骗局")],
    );
    check(&posts(), true, &[("telegarm", "telegram"), ("powerpiont", "powerpoint"), ("shouxufeii", "手续费")]);
}

#[test]
fn a_rare_word_may_be_a_slip_and_a_frequent_one_is_right() {
    check(&posts(), true, &[("幼儿圆", "幼儿园")]);
    check(&posts(), false, &[("景点", "经典")]);
}

#[test]
fn names_and_words_that_differ_in_a_character_are_right() {
    check(&posts(), false, &[("汪伟", "王伟"), ("刘洋", "留言")]);
    check_never(&posts(), &[("荆州市", "泰州市"), ("人民党", "人民币")]);
}

#[test]
fn a_word_that_folding_hides_is_right() {
    let posts = Posts::of(&[("a", "干货", "干龙是一种鱼干。")]);
    assert!(posts.search("乾隆", |search| guesses(search).unwrap()).iter().all(|guess| guess.odds < 0.0));
}

#[test]
fn a_word_of_letters_is_right() {
    check(&posts(), false, &[("docker", "doctor"), ("monkey", "money"), ("letter", "letters")]);
}

#[test]
fn a_number_stays_what_it_is() {
    let posts = Posts::of(&[("a", "第三条", "第三条说五十岁的人，五天。")]);
    check_never(&posts, &[("第五条", "第三条"), ("十五岁", "五十岁")]);
    check(&posts, true, &[("勿天", "五天")]);
}

#[test]
fn a_negation_is_no_slip() {
    let posts = Posts::of(&[("a", "检查", "这批货检验合格。")]);
    check_never(&posts, &[("检验不合格", "检验合格")]);
}

#[test]
fn a_name_is_at_most_offered_another_that_sounds_alike() {
    let posts = Posts::of(&[
        ("person", "黎明前", "张小明天亮就走，沈佳和毛衣都在。"),
        ("place", "山里", "从宜春到榆中县，又到冀州。白色的城，通话记录也带着。"),
    ]);
    check(
        &posts,
        false,
        &[("张晓明", "张小明"), ("李明", "黎明"), ("伊春", "宜春"), ("渝中", "榆中"), ("吉州", "冀州")],
    );
    check(&posts, false, &[("渝中县", "榆中县"), ("百色", "白色")]);
    // A longer text that begins like a place is none, and neither is a surname alone a person.
    check(&posts, true, &[("通化记录", "通话记录"), ("毛疑", "毛衣")]);
}

#[test]
fn a_rare_reading_counts_in_its_word_alone() {
    let posts = Posts::of(&[("a", "诈骗", "诈骗的人没钱，数学老师觉得淡水好，球队举办活动，给予奖励，环境也好。")]);
    let rare =
        [("查骗", "诈骗"), ("无钱", "没钱"), ("石水", "淡水"), ("硕学", "数学"), ("叫得", "觉得"), ("仇队", "球队")];
    check_never(&posts, &rare);
    check(&posts, true, &[("己予", "给予"), ("还境", "环境"), ("炸骗", "诈骗")]);
}

#[test]
fn a_word_is_offered_if_it_is_about_as_frequent_and_no_number() {
    let posts = Posts::of(&[("a", "罚站", "他被罚站，一级的四箱货，期终考了，四季。")]);
    check(&posts, false, &[("期中", "期终")]);
    check_never(&posts, &[("发展", "罚站"), ("思想", "四箱"), ("以及", "一级"), ("司机", "四季")]);
}
