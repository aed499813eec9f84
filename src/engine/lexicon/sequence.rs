//! Several words typed as one run of letters: `zhapiandianhua` for 诈骗 and 电话.

use super::{Lexicon, Order, Side, SortedTable};
use crate::text::pinyin::{Class, Typed};

/// A word has so many syllables at the most.
const LONGEST: usize = 4;
/// Of the ways to cut the letters into syllables, so many are tried.
const CUTS: usize = 4;
/// Of the words that sound alike, so many are tried in each place.
const WORDS: usize = 4;
/// So many texts are looked at to find them.
const MOST_SEEN: usize = 100;
/// The most words of a sequence.
const MOST_WORDS: usize = 3;

/// Words that follow each other.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine) struct Sequence {
    /// The words, two or three.
    pub words: Vec<String>,
    /// How well what was typed spells them.
    pub class: Class,
    /// In how many documents the rarest of them is.
    pub frequency: u32,
}

/// Words so far, the rarest one's frequency, and what they are worth.
#[derive(Clone)]
struct Row {
    words: Vec<String>,
    frequency: u32,
    weight: f32,
}

impl Lexicon {
    /// Gives the sequences of two or three known words that typed letters spell, at most `most`, best first: spelt better,
    /// of fewer words, of more frequent ones.
    pub(in crate::engine) fn sequence(&self, typed: &Typed, most: usize) -> Vec<Sequence> {
        let mut found: Vec<(Sequence, f32)> = Vec::new();
        for key in typed.keys().into_iter().take(CUTS) {
            let syllables: Vec<&str> = key.text.split('\'').collect();
            for row in self.rows(&syllables) {
                if found.iter().any(|(known, _)| known.words == row.words) {
                    continue;
                }
                if let Some(spelt) = typed.spells_all(&row.words.concat()) {
                    let Row { words, frequency, weight } = row;
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

    /// Gives the best rows of words over all syllables.
    fn rows(&self, syllables: &[&str]) -> Vec<Row> {
        let len = syllables.len();
        if !(4..=LONGEST * MOST_WORDS).contains(&len) {
            return Vec::new();
        }
        // Rows that end before a syllable, by how many words they have.
        let mut ending: Vec<[Vec<Row>; MOST_WORDS + 1]> = vec![Default::default(); len + 1];
        ending[0][0].push(Row { words: Vec::new(), frequency: u32::MAX, weight: 0.0 });
        for start in 0..len {
            let before = std::mem::take(&mut ending[start]);
            if before.iter().all(Vec::is_empty) {
                continue;
            }
            for end in (start + 2..=len.min(start + LONGEST)).filter(|&end| end == len || end + 2 <= len) {
                if start == 0 && end == len {
                    continue;
                }
                let words = self.sounding(&syllables[start..end].join("'"), end - start, end == len);
                for (count, rows) in before.iter().enumerate().take(MOST_WORDS) {
                    let next = &mut ending[end][count + 1];
                    for row in rows {
                        next.extend(words.iter().map(|(word, frequency)| {
                            let mut words = row.words.clone();
                            words.push(word.clone());
                            let weight = row.weight + (*frequency as f32).ln_1p();
                            Row { words, frequency: row.frequency.min(*frequency), weight }
                        }));
                    }
                    next.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.words.cmp(&b.words)));
                    next.truncate(2 * WORDS);
                }
            }
        }
        ending.pop().into_iter().flat_map(|rows| rows.into_iter().skip(2).flatten()).collect()
    }

    /// Gives the most frequent words of so many characters with a key; then, for the last word, those whose key only
    /// begins so.
    fn sounding(&self, key: &str, characters: usize, is_last: bool) -> Vec<(String, u32)> {
        let mut words: Vec<(String, u32)> = Vec::new();
        for unfinished in [false, true].into_iter().take(1 + usize::from(is_last)) {
            let find = |sorted_table: &SortedTable| {
                vec![if unfinished { sorted_table.sounding(key) } else { sorted_table.sounding_exactly(key) }]
            };
            for (sorted_table, item) in self.best(Side::Words, Order::Sound, find).take(MOST_SEEN) {
                let text = sorted_table.text(item);
                if words.len() >= WORDS {
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
