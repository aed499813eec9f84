//! What is guessed at a text that no post contains, and how good each guess is.

use super::{Posts, post};
use crate::{
    engine::search::{
        certainty::Grade,
        corrections::{Corrected, Guess, corrected, guesses, may_be_pinyin, spelt},
        matching::EVERY_CLASS,
    },
    query::{Correction, Match},
};

/// Posts with words, names that are no words, and a title.
fn posts() -> Posts {
    Posts::of(&[
        ("loan", "网络贷款", "贷款之前先交保证金，诈骗团伙会这样说。"),
        ("refund", "退款", "退款要走原路，客服不会要验证码，银行也不会。"),
        ("river", "槐泗河", "槐泗的渡口有一棵槐树，树上写有字。又有一个叫 tuikuanbao 的软件。"),
        ("phone", "手机", "型号是iphone13，系统是android，复数是androids。"),
    ])
}

/// Expects these guesses first, each as `text class grade`.
#[track_caller]
fn check(posts: &Posts, text: &str, expected: &[&str]) {
    let found = posts.search(text, |search| {
        let guesses = guesses(search).unwrap();
        let told =
            |guess: &Guess| format!("{} {} {:?}", guess.correction.text, guess.correction.class.as_str(), guess.grade);
        guesses.iter().map(told).collect::<Vec<_>>()
    });
    let beginning: Vec<&str> = found.iter().map(String::as_str).take(expected.len()).collect();
    assert_eq!(beginning, expected, "{text}: {found:#?}");
    assert!(!expected.is_empty() || found.is_empty(), "{text}: {found:#?}");
}

#[test]
fn letters_are_guessed_by_how_well_they_spell() {
    let posts = posts();
    check(&posts, "zhapian", &["诈骗 pinyin Spelt"]);
    check(&posts, "zapian", &["诈骗 pinyin Nearly"]);
    // The reading of a listed word is known.
    check(&posts, "yinhang", &["银行 pinyin Spelt"]);
    check(&posts, "huaisi", &["槐泗 pinyin Spelt"]);
    // In the posts these characters stand together only inside longer words.
    check(&posts, "xieyou", &["写有 pinyin Sequence"]);
    check(&posts, "daikuanzhapian", &["贷款诈骗 pinyin Nearly"]);
    check(&posts, "zp", &["诈骗 initials Initials"]);
    check(&posts, "androdi", &["android typo Slip"]);
    check(&posts, "qqqqq", &[]);
}

#[test]
fn a_part_of_a_mixed_text_is_replaced() {
    let posts = posts();
    check(&posts, "网络daikuan", &["网络贷款 pinyin Spelt"]);
    check(&posts, "退款 kefu", &["退款 客服 pinyin Spelt"]);
    check(&posts, "渡口huaisi", &["渡口槐泗 pinyin Nearly"]);
    check(&posts, "槐树wangluodaikuan", &["槐树网络贷款 pinyin Nearly"]);
    check(&posts, "槐树daikuanbaozhengjin", &["槐树贷款保证金 pinyin Nearly"]);
}

#[test]
fn characters_are_guessed_by_sound_before_shape() {
    let posts = posts();
    check(&posts, "炸骗", &["诈骗 homophone Spelt"]);
    check(&posts, "槐四", &["槐泗 homophone Spelt"]);
    check(&posts, "骗诈", &["诈骗 typo Spelt"]);
    check(&posts, "验证玛码", &["验证码 typo Spelt"]);
    check(&posts, "保正金", &["保证金 homophone Spelt"]);
}

#[test]
fn several_wrong_words_are_replaced_together() {
    let posts = posts();
    check(&posts, "daikuan kefu", &["贷款 kefu pinyin Spelt", "daikuan 客服 pinyin Spelt", "贷款 客服 pinyin Spelt"]);
}

#[test]
fn the_letters_of_a_word_with_digits_are_the_word() {
    check(&posts(), "iphon13", &["iphone13 typo Slip"]);
}

#[test]
fn quoted_text_long_text_and_numbers_are_not_guessed_at() {
    let posts = posts();
    check(&posts, "\"炸骗\"", &[]);
    check(&posts, &"炸骗".repeat(300), &[]);
    check(&posts, "八百二十万", &[]);
}

#[test]
fn what_occurs_is_not_replaced() {
    let posts = posts();
    check(&posts, "诈骗", &[]);
    // Only the piece that is missing is replaced.
    check(&posts, "iphone13 zhapian", &["iphone13 诈骗 pinyin Spelt"]);
    let replaced = posts.search("android zhapian", |search| {
        let all = guesses(search).unwrap();
        all.into_iter().map(|guess| guess.correction.from).collect::<Vec<_>>()
    });
    assert!(replaced.iter().all(|from| from == "zhapian"), "{replaced:?}");
}

#[test]
fn letters_that_begin_no_word_and_spell_something_may_be_pinyin() {
    let posts = posts();
    for (text, may_be) in [
        ("zhapian", true),
        ("zha pian", true),
        ("zha'pian", true),
        // A longer word begins with these letters.
        ("tuikuan", true),
        ("android", false),
        ("zh", false),
        ("zhapian1", false),
        ("诈pian", false),
        ("xyz", false),
    ] {
        let found = posts.search(text, |search| may_be_pinyin(search).unwrap());
        assert_eq!(found, may_be, "{text}");
    }
}

#[test]
fn only_full_spellings_of_the_whole_text_are_spelt() {
    let posts = posts();
    let check = |text: &str, expected: &[&str]| {
        let found = posts.search(text, |search| spelt(search).unwrap());
        let texts: Vec<&str> = found.iter().map(|guess| guess.correction.text.as_str()).collect();
        assert_eq!(texts, expected, "{text}");
        assert!(found.iter().all(|guess| guess.correction.class == Match::Pinyin && guess.grade == Grade::Spelt));
    };
    check("tuikuan", &["退款"]);
    check("tk", &[]);
    check("zapian", &[]);
}

#[test]
fn worse_guesses_are_not_answered_when_a_good_one_finds_something() {
    assert_eq!(Grade::Spelt.worst_tried_after(false), Grade::Otherwise);
    assert_eq!(Grade::Spelt.worst_tried_after(true), Grade::Nearly);
    assert_eq!(Grade::Otherwise.worst_tried_after(false), Grade::Sequence);
    assert_eq!(Grade::Otherwise.worst_tried_after(true), Grade::Nearly);
    assert_eq!(Grade::Sequence.worst_tried_after(false), Grade::Nearly);
    for grade in [Grade::Nearly, Grade::Initials, Grade::Slip] {
        assert_eq!((grade.worst_tried_after(false), grade.worst_tried_after(true)), (grade, grade));
    }
    let posts = posts();
    posts.search("zhapian", |search| {
        let Corrected { answers, correction, .. } = corrected(search, guesses(search).unwrap(), &EVERY_CLASS).unwrap();
        let first = correction.unwrap();
        assert_eq!((first.text.as_str(), first.also.len(), answers.len()), ("诈骗", 0, 1));
        assert!(answers[0].classes.iter().all(|matches| matches.class == Match::Pinyin && matches.shown.is_empty()));
        assert_eq!(answers[0].share, 3);
    });
    // Of a class that is not asked for there is no answer.
    posts.search("zhapian", |search| {
        let typo = Match::Typo..=Match::Typo;
        assert!(corrected(search, guesses(search).unwrap(), &typo).unwrap().correction.is_none());
    });
}

#[test]
fn the_reading_of_a_known_word_is_not_changed() {
    let posts = Posts::of(&[("sum", "账目", "年底汇计一次，再抄成册。")]);
    // 会计 is read kuàijì; only another reading of its first character sounds like 汇计.
    check(&posts, "会计", &[]);
    check(&posts, "慧计", &["汇计 homophone Spelt"]);
}

#[test]
fn as_many_guesses_are_answered_as_the_first_page_has_places() {
    let words =
        ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "子", "丑"].map(|first| format!("{first}木"));
    let posts = Posts::of_commits(&[&[post("all", "木", &words.join("，"))]]);
    let all = words.iter().map(|word| {
        let (text, from, to) = (word.clone(), "x".to_owned(), word.clone());
        let correction = Correction { text, from, to, class: Match::Pinyin, certainty: 1.0, also: Vec::new() };
        Guess { correction, odds: 9.0, grade: Grade::Spelt, open: false }
    });
    let Corrected { answers, correction: first, .. } =
        posts.search("x", |search| corrected(search, all.collect(), &EVERY_CLASS).unwrap());
    assert_eq!((answers.len(), first.map(|first| first.also.len())), (10, Some(9)));
}
