//! The words that the general dictionary lacks: words of the field, words of the site, and the learned vocabulary.
//!
//! A [`Dictionary`] is a plain list of words, each with a weight and an origin. The same list always makes the same
//! analyzer, and a word affects only texts that contain it. So the difference of two lists tells which texts are
//! segmented differently. Words are folded, like texts. Owns jieba's general dictionary, the base of all analyzers.
//! Does not know where words come from, or what a post is.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    sync::LazyLock,
};

use jieba_rs::Jieba;
use serde::{Deserialize, Serialize};

use super::fold;

/// Allowed lengths of a word, in characters.
pub const LENGTHS: RangeInclusive<usize> = 2..=12;
/// Allowed weights: occurrences of the word in a text of sixty million words.
pub const WEIGHTS: RangeInclusive<u32> = 1..=100_000;
/// Upper bound on the size of the learned vocabulary, which keeps the words learned from the most posts.
pub const MOST_LEARNED: usize = 5_000;

/// Words of public safety, law, telecommunication and finance, one per line; written for this program.
const FIELD: &str = include_str!("field.txt");
/// Least weight of an added word: it occurs in more texts than its characters would by chance.
const LEAST: u32 = 3;
/// Total weight that added words may use before the sum of all frequencies changes. A change of the sum would affect
/// every segmentation, so that a word would affect texts that do not contain it.
const RESERVE: u32 = 1 << 18;
/// Placeholder for the unused rest of the reserve. Occurs in no text, since only Han characters are segmented.
const RESERVED: &str = "\u{1}";

/// Where a word comes from. If a word has several origins, the first in this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The configuration of the site.
    Site,
    /// The built-in words of the field.
    Field,
    /// Tags, categories and titles of the posts.
    Learned,
}

impl Origin {
    /// Returns the stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Field => "field",
            Self::Learned => "learnt",
        }
    }
}

/// Why a text cannot be a word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    /// The text is not of the allowed number of Han characters.
    #[error(
        "the word is `{word}`, expected {} to {} Han characters and nothing else", LENGTHS.start(), LENGTHS.end()
    )]
    NoWord {
        /// The word as given.
        word: String,
    },
    /// The weight is out of range.
    #[error("the weight of `{word}` is {weight}, expected {} to {}", WEIGHTS.start(), WEIGHTS.end())]
    Weight {
        /// The word as given.
        word: String,
        /// The weight as given.
        weight: u64,
    },
}

/// Words added to the general dictionary.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dictionary {
    words: BTreeMap<Origin, BTreeMap<String, u32>>,
}

impl Dictionary {
    /// Returns a dictionary with the built-in words of the field only.
    #[must_use]
    pub fn field() -> Self {
        static FIELD_WORDS: LazyLock<BTreeMap<String, u32>> = LazyLock::new(|| {
            let lines = FIELD.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
            lines.filter_map(|line| folded_word(line).ok()).map(weighted).collect()
        });
        Self { words: BTreeMap::from([(Origin::Field, FIELD_WORDS.clone())]) }
    }

    /// Adds a word of the site. Without a weight, the word gets a weight that keeps it whole.
    ///
    /// # Errors
    /// If the text is not a word, or the weight is out of [`WEIGHTS`].
    pub fn add(&mut self, word: &str, weight: Option<u64>) -> Result<(), WordError> {
        let folded = folded_word(word)?;
        let weight = match weight {
            None => weight_of(&folded),
            Some(weight) => u32::try_from(weight)
                .ok()
                .filter(|weight| WEIGHTS.contains(weight))
                .ok_or_else(|| WordError::Weight { word: word.to_owned(), weight })?,
        };
        self.words.entry(Origin::Site).or_default().insert(folded, weight);
        Ok(())
    }

    /// Returns the same dictionary with these words as its learned vocabulary. Texts that are not words are left out.
    #[must_use]
    pub fn with_learned<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = self.words.clone();
        let learned = words.into_iter().filter_map(|word| folded_word(word).ok());
        let learned: BTreeMap<_, _> = learned.map(weighted).collect();
        all.remove(&Origin::Learned);
        if !learned.is_empty() {
            all.insert(Origin::Learned, learned);
        }
        Self { words: all }
    }

    /// Returns every word once, with its weight and origin, ordered by origin, then by word.
    pub fn words(&self) -> impl Iterator<Item = (&str, u32, Origin)> {
        let all = self.words.iter().flat_map(|(&origin, words)| words.iter().map(move |(word, &n)| (word, n, origin)));
        let before = |word: &str, origin: Origin| self.words.range(..origin).any(|(_, words)| words.contains_key(word));
        all.filter(move |&(word, _, origin)| !before(word, origin)).map(|(word, n, origin)| (word.as_str(), n, origin))
    }

    /// Returns the origin of a folded word; `None` if the dictionary lacks the word.
    #[must_use]
    pub fn origin(&self, word: &str) -> Option<Origin> {
        self.words.iter().find(|(_, words)| words.contains_key(word)).map(|(&origin, _)| origin)
    }

    /// Returns the difference: both dictionaries segment every text alike unless it contains one of these words.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Difference {
        let weights = |dictionary: &Self| -> BTreeMap<String, u32> {
            dictionary.words().map(|(word, weight, _)| (word.to_owned(), weight)).collect()
        };
        let (ours, theirs) = (weights(self), weights(other));
        let differs = |word: &&String| ours.get(*word) != theirs.get(*word);
        Difference {
            words: ours.keys().chain(theirs.keys()).filter(differs).cloned().collect(),
            everything: self.excess() != other.excess(),
        }
    }

    /// Returns the weight that the words need beyond the reserve.
    fn excess(&self) -> u32 {
        self.added().saturating_sub(RESERVE)
    }

    /// Returns the total weight that the words add to the general dictionary.
    fn added(&self) -> u32 {
        self.words()
            .fold(0, |sum: u32, (word, weight, _)| sum.saturating_add(weight.saturating_sub(known_weight(word))))
    }

    /// Returns a hash of the words and weights.
    pub(super) fn stamp(&self) -> u64 {
        let words = self.words().map(|(word, weight, _)| format!("{word} {weight}\n")).collect::<BTreeSet<String>>();
        twox_hash::XxHash3_64::oneshot(words.into_iter().collect::<String>().as_bytes())
    }

    /// Makes a jieba with these words.
    pub(super) fn jieba(&self) -> Jieba {
        let mut jieba = GENERAL.clone();
        for (word, weight, _) in self.words() {
            jieba.add_word(word, Some(weight as usize), None);
        }
        jieba.add_word(RESERVED, Some(RESERVE.saturating_sub(self.added()) as usize), None);
        jieba
    }
}

/// The difference of two dictionaries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Words that only one dictionary contains, or that have different weights.
    pub words: BTreeSet<String>,
    /// Whether texts without these words may be segmented differently too, since the words exceed the reserve.
    pub everything: bool,
}

impl Difference {
    /// Returns whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && !self.everything
    }

    /// Merges another difference into this one.
    pub fn add(&mut self, other: Self) {
        self.words.extend(other.words);
        self.everything |= other.everything;
    }
}

/// Returns whether the general dictionary splits a folded word and leaves single characters. A word that it splits into
/// whole words, such as `网络诈骗`, is found and ranked well by those words.
#[must_use]
pub fn is_new(word: &str) -> bool {
    let cut = GENERAL.cut(word, false);
    cut.len() > 1 && cut.iter().any(|token| token.end - token.start == 1)
}

/// Returns whether a folded text has the form of a word: only ideographs, and an allowed number of them.
#[must_use]
pub fn is_word(text: &str, lengths: &RangeInclusive<usize>) -> bool {
    text.chars().all(is_looked_up) && lengths.contains(&text.chars().count())
}

/// Returns whether the general dictionary contains a folded word.
pub(super) fn is_general(word: &str) -> bool {
    GENERAL.has_word(word)
}

/// The general dictionary with the placeholder for the reserve.
static GENERAL: LazyLock<Jieba> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    jieba.add_word(RESERVED, Some(RESERVE as usize), None);
    jieba
});

/// Returns the folded form of a word.
fn folded_word(word: &str) -> Result<String, WordError> {
    let folded = fold(word.trim());
    let folded = folded.as_str();
    if is_word(folded, &LENGTHS) { Ok(folded.to_owned()) } else { Err(WordError::NoWord { word: word.to_owned() }) }
}

/// Returns whether jieba looks a character up in its dictionary. Jieba does not for kana and Hangul.
pub(super) const fn is_looked_up(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x20000..=0x2EBEF)
}

/// Returns the least weight that keeps the word whole, even where the general dictionary alone would split it.
fn weight_of(word: &str) -> u32 {
    let least = u32::try_from(GENERAL.suggest_freq(word)).unwrap_or(u32::MAX);
    least.clamp(LEAST, *WEIGHTS.end())
}

/// Returns the weight of a word in the general dictionary, with an error of a few units; 0 if the dictionary lacks it.
fn known_weight(word: &str) -> u32 {
    // For a word that is whole anyway, jieba suggests the weight that the word has.
    let known = if is_general(word) { GENERAL.suggest_freq(word) } else { 0 };
    u32::try_from(known).unwrap_or(u32::MAX)
}

fn weighted(word: String) -> (String, u32) {
    let weight = weight_of(&word);
    (word, weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(words: &[(&str, Option<u64>)]) -> Dictionary {
        let mut dictionary = Dictionary::default();
        words.iter().for_each(|(word, weight)| dictionary.add(word, *weight).unwrap_or_default());
        dictionary
    }

    fn check_error(word: &str, weight: Option<u64>, expected: &str) {
        let found = Dictionary::default().add(word, weight);
        assert_eq!(found.map_err(|error| error.to_string()), Err(expected.to_owned()));
    }

    #[test]
    fn what_is_no_word_is_told() {
        check_error("骗", None, "the word is `骗`, expected 2 to 12 Han characters and nothing else");
        check_error("跑分2号", None, "the word is `跑分2号`, expected 2 to 12 Han characters and nothing else");
        check_error("かな", None, "the word is `かな`, expected 2 to 12 Han characters and nothing else");
        check_error("跑分", Some(0), "the weight of `跑分` is 0, expected 1 to 100000");
        check_error("跑分", Some(1 << 40), "the weight of `跑分` is 1099511627776, expected 1 to 100000");
    }

    #[test]
    fn words_are_folded_and_the_first_origin_counts() {
        let learned = dictionary(&[(" 跑\u{200b}分 ", Some(9)), ("殺豬盤", None)]).with_learned(["跑分", "荐股", "股"]);
        let words: Vec<(&str, Origin)> = learned.words().map(|(word, _, origin)| (word, origin)).collect();
        assert_eq!(words, [("杀猪盘", Origin::Site), ("跑分", Origin::Site), ("荐股", Origin::Learned)]);
    }

    #[test]
    fn what_differs_is_what_is_cut_differently() {
        let before = dictionary(&[("跑分", None), ("荐股", None)]).with_learned(["卡农"]);
        let after = dictionary(&[("跑分", Some(500)), ("水房", None), ("卡农", None)]);
        let words = BTreeSet::from(["水房", "荐股", "跑分"].map(str::to_owned));
        assert_eq!(before.difference(&after), Difference { words, everything: false });
        assert!(before.difference(&before.clone()).is_empty());
    }

    #[test]
    fn words_too_heavy_for_the_reserve_bear_on_everything() {
        let heavy = [("跑分", Some(100_000)), ("水房", Some(100_000)), ("荐股", Some(100_000))];
        assert!(dictionary(&heavy).difference(&dictionary(&heavy[..1])).everything);
        assert!(!dictionary(&heavy[..2]).difference(&dictionary(&heavy[..1])).everything);
    }

    #[test]
    fn each_word_of_the_field_is_new() {
        let lines = FIELD.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let known: Vec<&str> =
            lines.filter(|line| folded_word(line).as_deref() != Ok(*line) || !is_new(line)).collect();
        assert_eq!(known, Vec::<&str>::new(), "words that the general dictionary has, or does not break");
    }
}
