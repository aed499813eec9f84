//! How close to each other the words of a text stand in a document.
//!
//! A document in which each word is said of something else answers less than one that has them all in one sentence. The
//! closeness is that of the best place of a document: each word counts with its inverse document frequency, and less, the
//! farther its nearest occurrence is. This is the best position strategy of Lv and Zhai, "Positional language models for
//! information retrieval" (2009), with a triangular kernel. Words are looked at, and not grams: grams between two words
//! are rare, so that they would count most.
//!
//! [`super::scoring`] adds the closeness to the scores. The module knows no match classes.

use crate::{
    engine::{
        error::EngineError,
        index::schema::{PARTS, Series},
        postings::{
            segment::{TermPostings, frequency_of},
            sets::DocId,
            walking::{positions, presences},
        },
        search::{context::Search, ranking::inverse_frequency},
    },
    query::{Clause, ParsedText, PhraseKind, is_light},
};

/// Distance in characters from which on two words have nothing to do with each other: about the length of a sentence.
const REACH: u32 = 40;
/// Maximum number of words that are looked at, the rarest ones.
const MAX_WORDS: usize = 16;
/// Maximum number of occurrences of a word in a part of a document that are looked at, the first ones.
const MAX_OCCURRENCES: usize = 200;

/// The informative words of a text, with their postings in each segment.
pub(super) struct Words {
    found: Vec<Vec<TermPostings>>,
    /// The inverse document frequency of each word, as a share of the sum.
    weights: Vec<f32>,
}

/// A word in a document: its position and its index among the words.
type Occurrence = (u32, usize);

impl Words {
    /// Looks the informative words of a text up in every segment.
    pub(super) fn of(parsed: &ParsedText, search: &Search<'_>) -> Result<Self, EngineError> {
        let mut words = Vec::new();
        for clause in parsed.clauses.iter().filter(|clause| clause.literal || !is_light(&clause.text)) {
            words.extend(look_up(clause, search)?);
        }
        words.sort_by(|(_, a): &(_, f32), (_, b)| b.total_cmp(a));
        words.truncate(MAX_WORDS);
        let (found, mut weights): (Vec<_>, Vec<f32>) = words.into_iter().unzip();
        let all: f32 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= all);
        Ok(Self { found, weights })
    }

    /// Returns how close the words stand in each of `documents` (sorted) of a segment: 1 when all stand together, the
    /// share of the weightiest when each stands by itself, 0 for a single word.
    pub(super) fn closeness(
        &self,
        at: usize,
        search: &Search<'_>,
        documents: &[DocId],
    ) -> Result<Vec<f32>, EngineError> {
        let (words, segment) = (self.weights.len(), &search.segments[at]);
        if words < 2 {
            return Ok(vec![0.0; documents.len()]);
        }
        // For each document, how near each word is to any place, and the occurrences by part.
        let mut anywhere = vec![0.0_f32; documents.len() * words];
        let mut occurrences: Vec<Vec<Occurrence>> = vec![Vec::new(); documents.len() * PARTS.len()];
        for (word, found) in self.found.iter().map(|found| &found[at]).enumerate() {
            if found.series == Series::Characters {
                presences(segment, found, documents, |i| anywhere[i * words + word] = 1.0)?;
            } else {
                positions(segment, found, documents, |i, part, places| {
                    let first = places.iter().take(MAX_OCCURRENCES);
                    occurrences[i * PARTS.len() + part].extend(first.map(|&place| (place, word)));
                })?;
            }
        }
        let parts = occurrences.chunks_mut(PARTS.len());
        let best = |(parts, anywhere): (&mut [Vec<Occurrence>], &[f32])| {
            parts.iter_mut().map(|part| self.best_place(part, anywhere)).fold(self.weigh(anywhere), f32::max)
        };
        Ok(parts.zip(anywhere.chunks(words)).map(best).collect())
    }

    /// Returns the weight of the words around the best place of a part. `anywhere` is how near each word is at least.
    fn best_place(&self, occurrences: &mut [Occurrence], anywhere: &[f32]) -> f32 {
        occurrences.sort_unstable();
        let mut near = anywhere.repeat(occurrences.len());
        let mut look = |order: &mut dyn Iterator<Item = (usize, &Occurrence)>| {
            let mut last: Vec<Option<u32>> = vec![None; self.weights.len()];
            for (i, &(place, word)) in order {
                last[word] = Some(place);
                for (near, last) in near.iter_mut().skip(i * last.len()).zip(&last) {
                    *near = near.max(last.map_or(0.0, |last| nearness(last.abs_diff(place))));
                }
            }
        };
        look(&mut occurrences.iter().enumerate());
        look(&mut occurrences.iter().enumerate().rev());
        near.chunks(self.weights.len()).map(|near| self.weigh(near)).fold(0.0, f32::max)
    }

    /// Returns the weight of the words that are this near.
    fn weigh(&self, near: &[f32]) -> f32 {
        near.iter().zip(&self.weights).map(|(near, weight)| near * weight).sum()
    }
}

/// Returns how near two words at this distance are, from 1 to 0.
fn nearness(distance: u32) -> f32 {
    1.0 - distance.min(REACH) as f32 / REACH as f32
}

/// Looks a word up in every segment, with its inverse document frequency: its rarest pair of characters, since that
/// hardly occurs outside of the word. A single Han character has no positions in the index. `None` for a word without
/// such a term.
fn look_up(clause: &Clause, search: &Search<'_>) -> Result<Option<(Vec<TermPostings>, f32)>, EngineError> {
    let mut rarest: Option<(u64, Vec<TermPostings>)> = None;
    for phrase in clause.alternatives.first().map_or(&[][..], |typed| &typed.phrases) {
        let series = match phrase.kind {
            PhraseKind::Grams => Series::Grams,
            PhraseKind::Character => Series::Characters,
            PhraseKind::Value | PhraseKind::Own => continue,
        };
        let is_whole = |open: bool| series == Series::Characters || !open;
        for term in phrase.terms.iter().filter(|term| is_whole(term.prefix || term.suffix)) {
            let segments = 0..search.segments.len();
            let found = segments.map(|at| search.dictionary.find(at, series, &term.term, false, false));
            let found = found.collect::<Result<Vec<_>, _>>()?;
            let frequency = frequency_of(&found);
            if rarest.as_ref().is_none_or(|(least, _)| frequency < *least) {
                rarest = Some((frequency, found));
            }
        }
    }
    Ok(rarest.map(|(frequency, found)| (found, inverse_frequency(frequency, search.statistics.documents))))
}
