//! Words within a small edit distance of another word, to correct slips.
//!
//! A slip in a Han word leaves the first or the last character unchanged, so only words with the same first or the same
//! last character are compared. A word of letters is compared with all words of about its length, most of which are
//! excluded by their sets of letters.

use rustc_hash::FxHashMap;

use super::{Item, Lexicon, SortedTable, part::letters_of, spelt::is_han};
use crate::{query::SuggestionKind, text::Class};

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
        let mut found: FxHashMap<String, Near> = FxHashMap::default();
        let mut add = |text: &str, distance: usize, item: &Item| {
            let near =
                found.entry(text.to_owned()).or_insert_with(|| Near { text: text.to_owned(), distance, frequency: 0 });
            near.frequency = near.frequency.saturating_add(item.frequency);
        };
        if is_han(word) && typed.len() > 1 {
            self.for_each_han(&typed, &mut add);
        } else if typed.len() < 3 {
            return Vec::new();
        } else if typed.iter().all(|&c| Class::of(c) == Class::Letter) {
            self.for_each_western(word, &typed, &mut add);
        }
        let mut all: Vec<Near> = found.into_values().collect();
        all.sort_by(|a, b| {
            (a.distance, std::cmp::Reverse(a.frequency))
                .cmp(&(b.distance, std::cmp::Reverse(b.frequency)))
                .then_with(|| a.text.cmp(&b.text))
        });
        all.truncate(most);
        all
    }

    fn for_each_han(&self, typed: &[char], add: &mut impl FnMut(&str, usize, &Item)) {
        let (Some(first), Some(last)) = (typed.first(), typed.last()) else { return };
        let mut other: Vec<char> = Vec::new();
        let mut compare = |sorted_table: &SortedTable, item: &Item, begins: bool| {
            let text = sorted_table.text(item);
            // A Han character has three or four bytes. In titles, adjacent words often form one name that is long
            // enough to be recognised.
            let is_word = item.kind == SuggestionKind::Word || item.kind == SuggestionKind::Phrase && typed.len() > 2;
            if !is_word || text.len() + 4 < typed.len() * 3 || text.len() > (typed.len() + 1) * 4 {
                return;
            }
            other.clear();
            other.extend(text.chars());
            // Words with the same first character have been compared already when words with the same last character
            // are compared.
            let is_new = begins || other.first() != Some(first);
            if is_new && is_one_slip(typed, &other) {
                add(text, 1, item);
            }
        };
        if let [first, last] = typed {
            for part in &self.parts {
                for at in part.words.exactly(&format!("{last}{first}")) {
                    compare(&part.words, part.words.item(at as u32), true);
                }
            }
        }
        let beginning: String = first.to_string();
        for part in &self.parts {
            for at in part.words.beginning(&beginning) {
                compare(&part.words, part.words.item(at as u32), true);
            }
            for item in part.ending(*last) {
                compare(&part.words, item, false);
            }
        }
    }

    fn for_each_western(&self, word: &str, typed: &[char], add: &mut impl FnMut(&str, usize, &Item)) {
        let most = if typed.len() < 5 { 1 } else { 2 };
        let letters = letters_of(word);
        let mut other: Vec<char> = Vec::new();
        for part in &self.parts {
            for len in typed.len().saturating_sub(most).max(2)..=typed.len() + most {
                for (theirs, item) in part.of_letters(len) {
                    // A slip changes at most two letters of the set.
                    if (letters ^ theirs).count_ones() as usize > 2 * most {
                        continue;
                    }
                    let text = part.words.text(item);
                    other.clear();
                    other.extend(text.chars());
                    if typed.len() < 5 && other.first() != typed.first() {
                        continue;
                    }
                    if let Some(distance) = distance(typed, &other, most).filter(|&distance| distance > 0) {
                        add(text, distance, item);
                    }
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

/// Returns the edit distance of two words; `None` when it is larger than `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, &of_a) in a.iter().enumerate() {
        let mut next = vec![i + 1; b.len() + 1];
        for (j, &of_b) in b.iter().enumerate() {
            let wrong = row[j] + usize::from(of_a != of_b);
            next[j + 1] = wrong.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && of_a == b[j - 1] && a[i - 1] == of_b {
                next[j + 1] = next[j + 1].min(before[j - 1] + 1);
            }
        }
        if next.iter().min().is_none_or(|&least| least > most) {
            return None;
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().filter(|&distance| distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, word: &str, is_slip: bool, slips: Option<usize>) {
        let (typed, word): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
        assert_eq!(is_one_slip(&typed, &word), is_slip, "{typed:?} {word:?}");
        assert_eq!(distance(&typed, &word, 2), slips, "{typed:?} {word:?}");
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
