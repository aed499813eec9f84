//! Tests of the lookups, on lexicons made by hand and against a plain search over all words.

#![expect(clippy::expect_used, reason = "a failed test panics")]

use proptest::prelude::*;

use super::{
    part::SegmentLexicon,
    sorted_table::{Draft, Order},
    *,
};
use crate::text::pinyin::{Class as Spelling, Typed, readings};

fn draft(kind: SuggestionKind, shown: &str, frequency: u32) -> Draft {
    let text = spelt::folded(shown);
    Draft { shown: (text != shown).then(|| shown.to_owned()), text, kind, frequency, day: 0 }
}

/// Makes a lexicon of two parts, over which words and titles are distributed.
fn lexicon(words: &[(&str, u32)], titles: &[&str]) -> Lexicon {
    let part = |odd: usize| {
        let mine = |i: &usize| i % 2 == odd;
        let words = words.iter().enumerate().filter(|(i, _)| mine(i));
        let titles = titles.iter().enumerate().filter(|(i, _)| mine(i));
        let words = words.map(|(_, &(word, frequency))| draft(SuggestionKind::Word, word, frequency)).collect();
        let titles = titles.map(|(_, title)| draft(SuggestionKind::Title, title, 1)).collect();
        Arc::new(SegmentLexicon::new(words, titles, 0))
    };
    Lexicon::new(vec![part(0), part(1)])
}

const WORDS: &[(&str, u32)] = &[
    ("诈骗", 900),
    ("照片", 300),
    ("炸片", 2),
    ("电话", 700),
    ("点画", 1),
    ("客服", 500),
    ("克服", 40),
    ("公检法", 120),
    ("公安局", 200),
    ("公安", 400),
    ("银行", 350),
    ("银行卡", 330),
    ("重庆", 60),
    ("杂牌", 5),
    ("西安", 20),
    ("先", 1),
    ("刷单", 410),
    ("返利", 260),
    ("环境", 30),
    ("网络", 90),
    ("whatsapp", 12),
    ("usdt", 9),
    ("app", 800),
    ("apk", 14),
];

const TITLES: &[&str] =
    &["涪陵市反诈宣传", "重庆：冒充客服", "冒充电商客服退款", "【提醒】刷单返利，都是骗局", "詐騙電話"];

#[track_caller]
fn check_spelt(typed: &str, expected: &[&str]) {
    let found = lexicon(WORDS, TITLES).spelt(&Typed::parse(typed).expect("pinyin"), 4);
    let found: Vec<&str> = found.iter().map(|found| found.text.as_str()).collect();
    assert_eq!(found, expected, "{typed}");
}

#[test]
fn pinyin_finds_words_and_beginnings_of_titles() {
    check_spelt("zhapian", &["诈骗", "詐騙", "炸片"]);
    check_spelt("fulingshi", &["涪陵市"]);
    check_spelt("fuling", &["涪陵"]);
    check_spelt("kefu", &["客服", "克服"]);
    check_spelt("maochong", &["冒充"]);
    check_spelt("maochongdianshangkef", &["冒充电商客服"]);
}

#[test]
fn an_unfinished_syllable_finds_too() {
    check_spelt("zhapia", &["诈骗", "詐騙", "炸片"]);
    check_spelt("fulings", &["涪陵市"]);
}

#[test]
fn another_reading_and_southern_sounds_find_too() {
    check_spelt("zhongqing", &["重庆"]);
    check_spelt("zapian", &["诈骗", "詐騙", "炸片"]);
    check_spelt("yinhangka", &["银行卡"]);
}

#[test]
fn a_beginning_keeps_the_punctuation_of_its_title() {
    check_spelt("chongqingmao", &["重庆：冒"]);
    check_spelt("tixingshuadan", &["提醒】刷单"]);
}

#[test]
fn initials_find_the_most_frequent_words() {
    let found = lexicon(WORDS, TITLES).initials("zp", 10);
    let found: Vec<&str> = found.iter().map(|found| found.text.as_str()).collect();
    assert_eq!(found, ["诈骗", "照片", "杂牌", "炸片"]);
}

#[test]
fn a_wrong_homophone_finds_the_word() {
    let check = |word: &str, expected: &[(&str, Spelling)]| {
        let found = lexicon(WORDS, TITLES).homophones(word, true, 3);
        let found: Vec<_> = found.iter().map(|found| (found.text.as_str(), found.class)).collect();
        assert_eq!(found, expected, "{word}");
    };
    check("炸骗", &[("诈骗", Spelling::Full), ("炸片", Spelling::Full)]);
    check("杂骗", &[("诈骗", Spelling::Fuzzy), ("炸片", Spelling::Fuzzy)]);
    check("还境", &[("环境", Spelling::OtherReading)]);
    check("网洛", &[("网络", Spelling::Full)]);
}

#[test]
fn words_without_a_space_between_are_told_apart() {
    let check = |typed: &str, expected: &[&str]| {
        let found = lexicon(WORDS, TITLES).sequence(&Typed::parse(typed).expect("pinyin"), 1);
        assert_eq!(found.first().map_or(&[][..], |found| &found.words), expected, "{typed}");
    };
    check("zhapiandianhua", &["诈骗", "电话"]);
    check("shuadanfanlizhapian", &["刷单", "返利", "诈骗"]);
    check("yinhangkazhapian", &["银行卡", "诈骗"]);
    check("zhapiandianh", &["诈骗", "电话"]);
    check("zhapian", &[]);
    check("wohaopa", &[]);
}

#[test]
fn a_slip_finds_the_word() {
    let check = |word: &str, expected: &[&str]| {
        let found = lexicon(WORDS, TITLES).near(word, 3);
        let found: Vec<&str> = found.iter().map(|found| found.text.as_str()).collect();
        assert_eq!(found, expected, "{word}");
    };
    check("公检发", &["公检法"]);
    check("公检", &[]);
    check("检公法", &["公检法"]);
    check("公安部局", &["公安局"]);
    check("银行行", &["银行", "银行卡"]);
    check("whatsap", &["whatsapp"]);
    check("wahtsaap", &["whatsapp"]);
    check("udst", &["usdt"]);
    check("apl", &[]);
    check("bpp", &[]);
}

#[test]
fn frequencies_are_those_of_all_parts() {
    let lexicon = Lexicon::new(vec![
        Arc::new(SegmentLexicon::new(
            vec![draft(SuggestionKind::Word, "诈骗", 3), draft(SuggestionKind::Tag, "诈骗", 9)],
            vec![],
            0,
        )),
        Arc::new(SegmentLexicon::new(vec![draft(SuggestionKind::Word, "诈骗", 4)], vec![], 0)),
    ]);
    assert_eq!((lexicon.frequency("诈骗"), lexicon.frequency("诈"), lexicon.frequency("骗局")), (7, 0, 0));
}

#[test]
fn what_is_covered_is_told_in_the_text_as_written() {
    let check = |shown: &str, chars, expected| assert_eq!(shown.get(covered(shown, chars)), Some(expected), "{shown}");
    check("【警惕】冒充", 2, "警惕");
    check("【警惕】冒充", 3, "警惕】冒");
    check("ＡＢＣ诈骗", 3, "ＡＢＣ");
    check("诈骗", 9, "诈");
    check("，", 1, "");
}

/// Includes characters with several readings, syllables that southern accents do not distinguish, and common initials.
const CHARACTERS: &str = "诈骗炸片照长行银重庆庄还环境电话单善刷沙先西安案客可服负";

fn words() -> impl Strategy<Value = Vec<(String, u32)>> {
    let word = prop::collection::vec(prop::sample::select(CHARACTERS.chars().collect::<Vec<_>>()), 2..5);
    prop::collection::vec((word.prop_map(String::from_iter), 1_u32..1_000), 1..60).prop_map(|mut words| {
        words.sort();
        words.dedup_by(|a, b| a.0 == b.0);
        words
    })
}

fn borrowed(words: &[(String, u32)]) -> Vec<(&str, u32)> {
    words.iter().map(|(word, frequency)| (word.as_str(), *frequency)).collect()
}

proptest! {
    #[test]
    fn any_text_gives_an_answer(text in "(?s).{0,30}|[a-z诈骗0-9' ]{0,70}", words in words()) {
        let lexicon = lexicon(&borrowed(&words), TITLES);
        if let Some(typed) = Typed::parse(&text) {
            for found in lexicon.spelt(&typed, 12) {
                let folded = spelt::folded(&found.text);
                let spelt = typed.spells_all(&folded).or_else(|| typed.spells(&folded, 0));
                prop_assert!(spelt.is_some(), "{} {:?}", text, found);
            }
            for found in lexicon.sequence(&typed, 5) {
                prop_assert!(typed.spells_all(&found.words.concat()).is_some());
            }
        }
        lexicon.initials(&text, 5);
        lexicon.homophones(&text, true, 5);
        lexicon.near(&text, 5);
        lexicon.frequency(&text);
    }

    #[test]
    fn each_word_is_found_by_the_usual_readings_of_a_character(words in words(), at in any::<prop::sample::Index>(), place in 0..4_usize, other in 0..2_usize) {
        let (word, _) = at.get(&words);
        let mut typed = String::new();
        for (i, (c, own)) in pinyin::spoken(word).enumerate() {
            let other = readings(c).get(other).filter(|_| i == place).copied().or(own);
            typed.push_str(other.map_or("", |syllable| syllable.as_str()));
            typed.push(' ');
        }
        let typed = Typed::parse(&typed).expect("syllables");
        let found = lexicon(&borrowed(&words), &[]).spelt(&typed, 100);
        prop_assert!(found.iter().any(|found| found.text == *word), "{:?} {:?}", word, found);
        let title = format!("{word}案情");
        let found = lexicon(&[], &[&title]).spelt(&typed, 100);
        prop_assert!(found.iter().any(|found| found.text == *word), "{:?} {:?}", title, found);
    }

    #[test]
    fn what_is_spelt_is_what_a_plain_walk_finds(words in words(), at in any::<prop::sample::Index>(), cut in 0..4_usize) {
        let (word, _) = at.get(&words);
        let mut typed: String = pinyin::reading(word).into_iter().flatten().map(|syllable| syllable.as_str()).collect();
        typed.truncate(typed.len() - cut.min(typed.len() - 1));
        if let Some(typed) = Typed::parse(&typed) {
            let found = lexicon(&borrowed(&words), &[]).spelt(&typed, 100);
            for (word, _) in &words {
                // Another reading of more than one character is not looked up; `n` and `l` have separate initials.
                let class = typed.spells_all(word).map(|spelt| spelt.class);
                if matches!(class, Some(Spelling::Full | Spelling::Fuzzy)) {
                    prop_assert!(found.iter().any(|found| found.text == *word && Some(found.class) == class), "{:?} {:?}", word, found);
                }
            }
        }
    }

    #[test]
    fn words_that_sound_alike_are_what_a_plain_walk_finds(words in words(), at in any::<prop::sample::Index>()) {
        let (word, _) = at.get(&words);
        let found = lexicon(&borrowed(&words), &[]).homophones(word, true, 100);
        for (other, _) in words.iter().filter(|(other, _)| other != word && pinyin::key(other) == pinyin::key(word)) {
            prop_assert!(found.iter().any(|found| found.text == *other), "{} {:?}", other, found);
        }
    }

    #[test]
    fn the_best_come_first_and_each_comes_once(frequencies in prop::collection::vec(1_u32..100_000, 1..400)) {
        let words: Vec<(String, u32)> = (0..).zip(frequencies).map(|(i, frequency)| (format!("诈{i:03}"), frequency)).collect();
        let sorted_table = sorted_table::SortedTable::of(borrowed(&words).iter().map(|(word, frequency)| draft(SuggestionKind::Word, word, *frequency)).collect(), 0);
        let best = Best::of([&sorted_table].into_iter(), Order::Text, |sorted_table| vec![sorted_table.beginning("诈")]);
        let found: Vec<u32> = best.map(|(_, item)| item.frequency).collect();
        prop_assert_eq!(found.len(), words.len());
        prop_assert!(found.windows(2).all(|pair| f64::from(pair[0]).ln_1p() > f64::from(pair[1]).ln_1p() - 0.1));
    }
}
