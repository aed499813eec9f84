//! Common words of English, so that a word of letters which no post contains is known to be right as it stands.
//!
//! `english.txt` has the ten thousand most frequent words of three to ten letters, sorted: facts compiled from the
//! frequency dictionary of SymSpell (MIT).

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

static WORDS: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| include_str!("english.txt").split_whitespace().collect());

/// Returns whether a folded word is a common word of English.
#[must_use]
pub fn is_english(word: &str) -> bool {
    WORDS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_known_and_slips_are_not() {
        assert!(["doctor", "monday", "get"].into_iter().all(is_english));
        assert!(!["docotr", "mondya", "诈骗", ""].into_iter().any(is_english));
        assert_eq!(WORDS.len(), 10_000);
    }
}
