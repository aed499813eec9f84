//! Laws for all texts and words.

use proptest::prelude::*;

use super::{
    super::{table::WORDS, *},
    folded, initials,
};

/// Joins the syllables of a word in the way a user types them.
fn full_pinyin(word: &str, joint: &str) -> String {
    let syllables: Vec<&str> = reading(word).into_iter().flatten().map(Syllable::as_str).collect();
    syllables.join(joint)
}

fn words() -> impl Strategy<Value = String> {
    let known: Vec<&str> = WORDS.lines().filter_map(|line| line.split(' ').next()).collect();
    prop_oneof![
        proptest::sample::select(known).prop_map(str::to_owned),
        "[诈骗银行长重庆刷单客服电话短信网购物投资理财贷款还账户转红包西安方案反感欧恩爱阿姨女儿绿色旅游虐待]{1,8}",
        "[\u{4e00}-\u{9fff}]{1,6}".prop_map(|text| {
            text.chars().map(|c| folded(&c.to_string())).filter(|c| !reading(c).contains(&None)).collect()
        }),
    ]
    .prop_filter("has characters", |word: &String| !word.is_empty())
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "(?s).{0,40}|[a-zA-ZüǖāǎàńḿêÜ:’'0-9 诈骗万\u{300}\u{308}]{0,70}", word in "(?s).{0,20}|[诈骗银行a-z0-9]{0,9}") {
        let folded = folded(&word);
        let (sounds, initials) = (key(&folded), initials(&folded));
        prop_assert_eq!(sounds.is_some(), initials.is_some());
        prop_assert_eq!(reading(&folded).len(), folded.chars().count());
        if let Some(typed) = Typed::parse(&text) {
            prop_assert!(typed.keys().len() <= 16 && typed.initials().len() <= 16);
            for at in 0..=folded.len() {
                if let Some(spelt) = typed.spells(&folded, at) {
                    let rest = folded.get(at..).unwrap_or_default();
                    prop_assert!((1..=rest.chars().count()).contains(&spelt.chars));
                }
            }
        }
    }

    #[test]
    fn the_full_pinyin_of_a_word_spells_it(word in words(), joint in "['` -]?") {
        let typed = full_pinyin(&word, &joint);
        let chars = word.chars().count();
        let found = Typed::parse(&typed).and_then(|typed| typed.spells(&word, 0));
        prop_assert_eq!(found, Some(Spelt { chars, class: Class::Full, open: false }), "{}", typed);
    }

    #[test]
    fn a_word_is_among_those_with_a_key_of_its_pinyin(word in words()) {
        let typed = Typed::parse(&full_pinyin(&word, "'"));
        let keys = typed.map(|typed| typed.keys()).unwrap_or_default();
        let key = key(&word).unwrap_or_default();
        prop_assert!(keys.iter().any(|found| found.text == key && !found.open), "{:?} {}", keys, key);
    }

    #[test]
    fn initials_of_a_word_spell_it(word in words()) {
        let typed = initials(&word).unwrap_or_default();
        let found = Typed::parse(&typed).and_then(|typed| typed.spells_all(&word));
        prop_assert!(found.is_some(), "{}", typed);
    }

    #[test]
    fn a_word_is_found_while_its_pinyin_is_typed(word in words(), cut in 0usize..6) {
        let pinyin = full_pinyin(&word, "'");
        let typed: String = pinyin.chars().take((pinyin.len() - cut.min(pinyin.len())).max(1)).collect();
        let (key, initials) = (key(&word).unwrap_or_default(), initials(&word).unwrap_or_default());
        let Some(read) = Typed::parse(&typed) else { return Err(TestCaseError::fail(typed)) };
        prop_assert!(read.keys().iter().any(|found| key.starts_with(&found.text)), "{} {}", typed, key);
        prop_assert!(read.initials().iter().any(|found| initials.starts_with(found)), "{} {}", typed, initials);
        prop_assert!(read.spells(&word, 0).is_some_and(|spelt| spelt.class == Class::Full), "{} {}", typed, word);
    }
}
