//! Sequences of several words that were typed as one run of letters: `zhapiandianhua` for 诈骗 and 电话.

use super::{Lexicon, Order, Side, SortedTable};
use crate::text::pinyin::{Class, Typed};

/// Upper bound on the syllables of a word.
const MAX_SYLLABLES: usize = 4;
/// Upper bound on the segmentations of the letters into syllables that are tried.
const MAX_SEGMENTATIONS: usize = 4;
/// Upper bound on the words with the same pronunciation that are tried in each place.
const MAX_HOMOPHONES: usize = 4;
/// Upper bound on the texts that are examined to find these words.
const MAX_EXAMINED: usize = 100;
/// Upper bound on the words of a sequence.
const MAX_WORDS: usize = 3;

/// A sequence of words.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine) struct Sequence {
    /// The words, two or three.
    pub words: Vec<String>,
    /// How well the typed letters spell the words.
    pub class: Class,
    /// Document frequency of the rarest word.
    pub frequency: u32,
}

/// A partial sequence: its words, the document frequency of the rarest word, and its weight.
#[derive(Clone)]
struct Partial {
    words: Vec<String>,
    frequency: u32,
    weight: f32,
}

impl Lexicon {
    /// Returns at most `most` sequences of two or three known words that the typed letters spell. Better spelt
    /// sequences come first, then those of fewer words, then those of more frequent words.
    pub(in crate::engine) fn sequence(&self, typed: &Typed, most: usize) -> Vec<Sequence> {
        let mut found: Vec<(Sequence, f32)> = Vec::new();
        for key in typed.keys().into_iter().take(MAX_SEGMENTATIONS) {
            let syllables: Vec<&str> = key.text.split('\'').collect();
            for partial in self.partials(&syllables) {
                if found.iter().any(|(known, _)| known.words == partial.words) {
                    continue;
                }
                if let Some(spelt) = typed.spells_all(&partial.words.concat()) {
                    let Partial { words, frequency, weight } = partial;
                    found.push((Sequence { words, class: spelt.class, frequency }, weight));
                }
            }
        }
        found.sort_by(|(a, of_a), (b, of_b)| {
            let by_class = (a.class, a.words.len()).cmp(&(b.class, b.words.len()));
            by_class.then(of_b.total_cmp(of_a)).then_with(|| a.words.cmp(&b.words))
        });
        found.truncate(most);
        found.into_iter().map(|(sequence, _)| sequence).collect()
    }

    /// Returns the best sequences over all syllables.
    fn partials(&self, syllables: &[&str]) -> Vec<Partial> {
        let len = syllables.len();
        if !(4..=MAX_SYLLABLES * MAX_WORDS).contains(&len) {
            return Vec::new();
        }
        // The partial sequences that end before each syllable, by number of words.
        let mut ending: Vec<[Vec<Partial>; MAX_WORDS + 1]> = vec![Default::default(); len + 1];
        ending[0][0].push(Partial { words: Vec::new(), frequency: u32::MAX, weight: 0.0 });
        for start in 0..len {
            let before = std::mem::take(&mut ending[start]);
            if before.iter().all(Vec::is_empty) {
                continue;
            }
            for end in (start + 2..=len.min(start + MAX_SYLLABLES)).filter(|&end| end == len || end + 2 <= len) {
                if start == 0 && end == len {
                    continue;
                }
                let words = self.sounding(&syllables[start..end].join("'"), end - start, end == len);
                for (count, partials) in before.iter().enumerate().take(MAX_WORDS) {
                    let next = &mut ending[end][count + 1];
                    for partial in partials {
                        next.extend(words.iter().map(|(word, frequency)| {
                            let mut words = partial.words.clone();
                            words.push(word.clone());
                            let weight = partial.weight + (*frequency as f32).ln_1p();
                            Partial { words, frequency: partial.frequency.min(*frequency), weight }
                        }));
                    }
                    next.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.words.cmp(&b.words)));
                    next.truncate(2 * MAX_HOMOPHONES);
                }
            }
        }
        ending.pop().into_iter().flat_map(|partials| partials.into_iter().skip(2).flatten()).collect()
    }

    /// Returns the most frequent words of `characters` characters with a key, followed, for the last word of a
    /// sequence, by words whose key begins with `key`.
    fn sounding(&self, key: &str, characters: usize, is_last: bool) -> Vec<(String, u32)> {
        let mut words: Vec<(String, u32)> = Vec::new();
        for unfinished in [false, true].into_iter().take(1 + usize::from(is_last)) {
            let find = if unfinished { SortedTable::sounding } else { SortedTable::sounding_exactly };
            for (table, item) in self.best(Side::Words, Order::Sound, &[key], find).take(MAX_EXAMINED) {
                let text = table.text(item);
                if words.len() >= MAX_HOMOPHONES {
                    break;
                }
                if text.chars().count() == characters && !words.iter().any(|(word, _)| word == text) {
                    words.push((text.to_owned(), item.frequency));
                }
            }
        }
        words
    }
}
