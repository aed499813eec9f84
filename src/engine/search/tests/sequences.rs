//! Sequences of characters that occur in posts though they are not words.

use super::Posts;
use crate::{
    engine::search::sequences::{is_nowhere, mended, spelt_sequences, upper_bound},
    text::pinyin::Typed,
};

/// Posts with names that are no words: `槐泗` twice, `怀思` once.
fn names() -> Posts {
    Posts::of(&[("a", "槐泗河", "槐泗的船。"), ("b", "渡口", "去槐泗的路。"), ("c", "旧友", "怀思其人。")])
}

#[track_caller]
fn check_spelt(posts: &Posts, letters: &str, most: usize, expected: &[&str]) {
    let typed = Typed::parse(letters).unwrap();
    let found = posts.search(letters, |search| spelt_sequences(search, &typed, most).unwrap());
    assert_eq!(found, expected, "{letters}");
}

#[test]
fn the_most_frequent_sequence_comes_first() {
    let posts = names();
    check_spelt(&posts, "huaisi", 4, &["槐泗", "怀思"]);
    check_spelt(&posts, "huaisi", 1, &["槐泗"]);
    check_spelt(&posts, "huaisihe", 4, &["槐泗河"]);
    check_spelt(&posts, "huaisishan", 4, &[]);
}

#[test]
fn letters_of_many_syllables_spell_no_sequence() {
    let posts = Posts::of(&[("a", "甲乙丙丁戊", "槐泗河渡口。")]);
    check_spelt(&posts, "huaisihedu", 4, &["槐泗河渡"]);
    check_spelt(&posts, "huaisihedukou", 4, &[]);
}

#[test]
fn letters_may_be_segmented_in_two_ways() {
    let posts = Posts::of(&[("a", "甲", "西岸的船。"), ("b", "乙", "仙女的像。")]);
    check_spelt(&posts, "xian", 4, &["仙", "西岸"]);
}

#[test]
fn two_neighbours_are_swapped_or_one_of_two_equal_ones_is_removed() {
    let posts = Posts::of(&[("a", "甲", "槐泗河的船。"), ("b", "乙", "槐泗河的桥。槐河泗水。")]);
    let check = |run: &str, expected: &[&str]| {
        let found = posts.search(run, |search| mended(search, run).unwrap());
        assert_eq!(found, expected, "{run}");
    };
    check("泗槐河", &["槐泗河"]);
    check("槐泗泗河", &["槐泗河", "槐泗河泗"]);
    check("槐河泗", &["槐泗河"]);
    check("船槐桥", &[]);
}

#[test]
fn the_rarest_pair_bounds_the_frequency() {
    let posts = names();
    let check = |text: &str, expected: u64, nowhere: bool| {
        posts.search(text, |search| {
            assert_eq!(upper_bound(search, text).unwrap(), expected, "{text}");
            assert_eq!(is_nowhere(search, text).unwrap(), nowhere, "{text}");
        });
    };
    check("槐泗", 2, false);
    check("槐泗河", 1, false);
    check("泗河船", 0, true);
    // A single character has no pair.
    check("槐", 0, true);
    check("怀思 槐泗", 1, false);
    check("怀思 河船", 0, true);
}
