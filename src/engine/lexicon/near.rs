//! Words within a small edit distance of another word, to correct slips.
//!
//! A slip in a Han word leaves the first or the last character unchanged, so only words with the same first or the same
//! last character are compared. A word of letters is compared with all words of about its length, most of which are
//! excluded by their sets of letters.

use rustc_hash::FxHashMap;
use strsim::osa_distance;

use super::{Item, Lexicon, part::letters_of, spelt::is_han};
use crate::{query::SuggestionKind, text::Class};

/// Minimum number of letters of a word that may be a slip: shorter words differ in a letter and mean another thing.
const MIN_LETTERS: usize = 4;

/// A word that is near another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Near {
    pub text: String,
    /// The edit distance, which counts missing, additional and wrong characters and transpositions of neighbours.
    pub distance: usize,
    /// Document frequency of the word.
    pub frequency: u32,
}

impl Lexicon {
    /// Returns at most `most` words that a folded word may stand for, by distance and then by frequency. For a Han
    /// word: words at distance one; for a Han word of two characters, only words that contain both. For a word of
    /// letters: words with the same first letter at distance one, or at distance up to two from five letters on.
    pub(in crate::engine) fn near(&self, word: &str, most: usize) -> Vec<Near> {
        let typed: Vec<char> = word.chars().collect();
        let mut found: FxHashMap<String, (usize, u32)> = FxHashMap::default();
        let mut add = |text: &str, distance: usize, item: &Item| {
            let (_, frequency) = found.entry(text.to_owned()).or_insert((distance, 0));
            *frequency = frequency.saturating_add(item.frequency);
        };
        if is_han(word) && typed.len() > 1 {
            self.for_each_han(&typed, &mut add);
        } else if typed.len() < MIN_LETTERS {
            return Vec::new();
        } else if typed.iter().all(|&c| Class::of(c) == Class::Letter) {
            self.for_each_western(word, &mut add);
        }
        let near = |(text, (distance, frequency))| Near { text, distance, frequency };
        let mut all: Vec<Near> = found.into_iter().map(near).collect();
        all.sort_by(|a, b| (a.distance, b.frequency, &a.text).cmp(&(b.distance, a.frequency, &b.text)));
        all.truncate(most);
        all
    }

    fn for_each_han(&self, typed: &[char], add: &mut impl FnMut(&str, usize, &Item)) {
        let (Some(first), Some(last)) = (typed.first(), typed.last()) else { return };
        let mut other: Vec<char> = Vec::new();
        for part in &self.parts {
            let words = &part.words;
            let swapped = if typed.len() == 2 { words.exactly(&format!("{last}{first}")) } else { 0..0 };
            let beginning = words.items_at(swapped).iter().chain(words.items_at(words.beginning(&first.to_string())));
            let ending = part.ending(*last).map(|item| (item, false));
            for (item, begins) in beginning.map(|item| (item, true)).chain(ending) {
                let text = words.text(item);
                // A Han character has three or four bytes. Tags, and adjacent words in titles, often are one name that
                // is long enough to be recognised.
                let is_word = item.kind == SuggestionKind::Word || typed.len() > 2;
                if !is_word || text.len() + 4 < typed.len() * 3 || text.len() > (typed.len() + 1) * 4 {
                    continue;
                }
                other.clear();
                other.extend(text.chars());
                // A word with the same first and the same last character is compared once.
                if (begins || other.first() != Some(first)) && is_one_slip(typed, &other) {
                    add(text, 1, item);
                }
            }
        }
    }

    fn for_each_western(&self, word: &str, add: &mut impl FnMut(&str, usize, &Item)) {
        let length = word.chars().count();
        let most = if length < 5 { 1 } else { 2 };
        let letters = letters_of(word);
        for part in &self.parts {
            for (theirs, item) in
                (length.saturating_sub(most).max(2)..=length + most).flat_map(|len| part.of_letters(len))
            {
                // A slip changes at most two letters of the set.
                if (letters ^ theirs).count_ones() as usize > 2 * most {
                    continue;
                }
                let text = part.words.text(item);
                if length < 5 && text.chars().next() != word.chars().next() {
                    continue;
                }
                let distance = osa_distance(word, text);
                if (1..=most).contains(&distance) {
                    add(text, distance, item);
                }
            }
        }
    }
}

/// Returns whether one character is wrong, missing or additional, or two neighbours are transposed. A word of two
/// characters matches a typed text of three only if two of the three are the same; two typed characters match only a
/// word that contains both.
fn is_one_slip(typed: &[char], word: &[char]) -> bool {
    let same = typed.iter().zip(word).take_while(|(a, b)| a == b).count();
    let (typed_rest, word_rest) = (&typed[same..], &word[same..]);
    match (typed_rest, word_rest) {
        ([], []) => false,
        ([_, rest @ ..], word) if rest == word => {
            word.len() + same > 2 || same.checked_sub(1).is_some_and(|before| typed[before] == typed[same])
        }
        (before, [_, rest @ ..]) if rest == before => typed.len() > 2 || same == 1,
        ([_, rest @ ..], [_, others @ ..]) if rest == others => typed.len() > 2,
        ([a, b, rest @ ..], [c, d, others @ ..]) => a == d && b == c && rest == others,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, word: &str, is_slip: bool, slips: Option<usize>) {
        let distance = Some(osa_distance(typed, word)).filter(|&distance| distance <= 2);
        let (typed, word): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
        assert_eq!(is_one_slip(&typed, &word), is_slip, "{typed:?} {word:?}");
        assert_eq!(distance, slips, "{typed:?} {word:?}");
    }

    #[test]
    fn a_slip_is_one_character() {
        check("公检发", "公检法", true, Some(1));
        check("公法", "公检法", true, Some(1));
        check("检法", "公检法", false, Some(1));
        check("公检检法", "公检法", true, Some(1));
        check("公法检", "公检法", true, Some(1));
        check("检公法", "公检法", true, Some(1));
        check("公检法", "公检法", false, Some(0));
        check("公开信", "公检法", false, Some(2));
    }

    #[test]
    fn a_word_of_two_characters_is_meant_by_three_only_if_one_is_doubled() {
        check("诈诈骗", "诈骗", true, Some(1));
        check("诈骗骗", "诈骗", true, Some(1));
        check("诈骗犯", "诈骗", false, Some(1));
    }

    #[test]
    fn two_characters_mean_a_word_that_has_both() {
        check("公法", "公检法", true, Some(1));
        check("款贷", "贷款", true, Some(1));
        check("公开", "公检", false, Some(1));
        // `公检` is the beginning of `公检法`, which the search finds by its text.
        check("公检", "公检法", false, Some(1));
    }

    #[test]
    fn slips_add_up() {
        check("whatsap", "whatsapp", true, Some(1));
        check("watsap", "whatsapp", false, Some(2));
        check("wtasap", "whatsapp", false, None);
    }
}
