//! How well a hit fits: BM25F over words and grams of all parts, then nearness and the exact title.

use std::rc::Rc;

use tantivy::{DocId, schema::IndexRecordOption};

use super::{
    EngineError,
    dictionary::Dictionary,
    matching::{frequency_of, inverse_frequency},
    schema::PARTS,
    segment::{Found, Segment, Series, leapfrog},
};
use crate::query::{Slot, Term, TermKind};

/// Every weight of ranking but those of the parts, which stand with them in the schema.
pub(super) struct Weights {
    /// How soon further occurrences stop to count.
    pub k1: f32,
    /// How much a long text has to share.
    pub b: f32,
    /// A word.
    pub word: f32,
    /// A gram.
    pub gram: f32,
    /// A term that only begins like the word being typed.
    pub prefix: f32,
    /// A term that says little by itself.
    pub light: f32,
    /// The whole query as a phrase, as a share of what its terms can give.
    pub phrase: f32,
    /// The same in the title.
    pub title_phrase: f32,
    /// A short text that is meant as it stands, as such a phrase.
    pub one_piece: f32,
    /// A title that is the query.
    pub exact_title: f32,
}

/// The weights in use.
pub(super) const WEIGHTS: Weights = Weights {
    k1: 1.2,
    b: 0.75,
    word: 1.0,
    gram: 0.5,
    prefix: 0.5,
    light: 0.3,
    phrase: 0.3,
    title_phrase: 0.5,
    one_piece: 1.1,
    exact_title: 20.0,
};

/// How many of the best hits are looked at for nearness.
pub(super) const WINDOW: usize = 200;

/// What is known of all segments together.
pub(super) struct Statistics {
    pub documents: u64,
    words_average: f32,
    grams_average: f32,
}

impl Statistics {
    pub(super) fn of(segments: &[Segment<'_>]) -> Self {
        let documents: u64 = segments.iter().map(|segment| segment.lengths.searchable).sum();
        let average = |total: f64| (total / (documents.max(1) as f64)).max(1.0) as f32;
        Self {
            documents,
            words_average: average(segments.iter().map(|segment| segment.lengths.words_total).sum()),
            grams_average: average(segments.iter().map(|segment| segment.lengths.grams_total).sum()),
        }
    }
}

/// A term, looked up in every segment.
pub(super) struct Scored {
    series: Series,
    found: Vec<Found>,
    /// What an occurrence gives at most, but for the factor of BM25.
    weight: f32,
}

impl Scored {
    /// Looks a term up.
    pub(super) fn of(
        term: &Term,
        dictionary: &Dictionary<'_, '_>,
        statistics: &Statistics,
    ) -> Result<Self, EngineError> {
        let (series, weight) = match term.kind {
            TermKind::Word => (Series::Words, WEIGHTS.word),
            TermKind::Gram => (Series::Grams, WEIGHTS.gram),
            TermKind::Character => (Series::Characters, WEIGHTS.gram),
            TermKind::Both => (Series::Grams, WEIGHTS.word + WEIGHTS.gram),
            TermKind::Value => (Series::Values, WEIGHTS.word + WEIGHTS.gram),
        };
        let mut found = Vec::with_capacity(dictionary.segments().len());
        for at in 0..dictionary.segments().len() {
            found.push(dictionary.find(at, series, &term.text, term.prefix, false)?);
        }
        let frequency = found.iter().map(frequency_of).sum();
        let weight = weight * if term.prefix { WEIGHTS.prefix } else { 1.0 } * if term.light { WEIGHTS.light } else { 1.0 };
        Ok(Self { series, found, weight: weight * inverse_frequency(frequency, statistics.documents) })
    }

    /// Gives what it adds to a score at the most.
    pub(super) fn most(&self) -> f32 {
        self.weight * (WEIGHTS.k1 + 1.0)
    }

    /// Gives it with another weight.
    pub(super) fn times(self, factor: f32) -> Self {
        Self { weight: self.weight * factor, ..self }
    }

    /// Gives the documents of a segment that have it, in order, deleted ones among them.
    pub(super) fn documents(&self, at: usize, segment: &Segment<'_>) -> Result<Vec<DocId>, EngineError> {
        segment.documents(self.series, &self.found[at])
    }

    /// Gives how often it occurs in a document, by part.
    pub(super) fn occurrences(
        &self,
        at: usize,
        segment: &Segment<'_>,
        doc: DocId,
    ) -> Result<Vec<(usize, u32)>, EngineError> {
        let mut parts: Vec<(usize, u32)> = Vec::new();
        for (part, info) in self.found[at].iter() {
            let mut postings = segment.postings(self.series, *part, info, IndexRecordOption::WithFreqs)?;
            leapfrog(&[doc], &mut postings, |_, frequency| match parts.iter_mut().find(|(known, _)| known == part) {
                Some((_, times)) => *times += frequency,
                None => parts.push((*part, frequency)),
            });
        }
        parts.sort_unstable();
        Ok(parts)
    }

    /// Adds to the `scores` of `documents` (sorted) of a segment.
    pub(super) fn add(
        &self,
        at: usize,
        segment: &Segment<'_>,
        statistics: &Statistics,
        documents: &[DocId],
        scores: &mut [f32],
        occurrences: &mut Vec<f32>,
    ) -> Result<(), EngineError> {
        if self.found[at].is_empty() {
            return Ok(());
        }
        let (lengths, average) = match self.series {
            Series::Words => (&segment.lengths.words, statistics.words_average),
            Series::Grams | Series::Characters | Series::Values => (&segment.lengths.grams, statistics.grams_average),
        };
        let saturate = |doc: DocId, occurrences: f32| {
            let length = 1.0 - WEIGHTS.b + WEIGHTS.b * lengths[doc as usize] / average;
            self.weight * occurrences * (WEIGHTS.k1 + 1.0) / (occurrences + WEIGHTS.k1 * length)
        };
        if let [(part, info)] = self.found[at].as_slice() {
            let mut postings = segment.postings(self.series, *part, info, IndexRecordOption::WithFreqs)?;
            leapfrog(documents, &mut postings, |i, frequency| {
                scores[i] += saturate(documents[i], PARTS[*part].weight * frequency as f32);
            });
            return Ok(());
        }
        occurrences.clear();
        occurrences.resize(documents.len(), 0.0);
        for (part, info) in self.found[at].iter() {
            let mut postings = segment.postings(self.series, *part, info, IndexRecordOption::WithFreqs)?;
            leapfrog(documents, &mut postings, |i, frequency| occurrences[i] += PARTS[*part].weight * frequency as f32);
        }
        for (i, &occurrences) in occurrences.iter().enumerate() {
            if occurrences > 0.0 {
                scores[i] += saturate(documents[i], occurrences);
            }
        }
        Ok(())
    }
}

/// Gives, for each of `documents` (sorted) of a segment, the share that nearness adds: `phrase` where the whole text
/// stands together, and more where it does so in the title.
pub(super) fn nearness(
    at: usize,
    dictionary: &Dictionary<'_, '_>,
    whole: &[Slot],
    documents: &[DocId],
    phrase: f32,
) -> Result<Vec<f32>, EngineError> {
    let mut shares = vec![0.0; documents.len()];
    let segment = &dictionary.segments()[at];
    let mut slots = Vec::with_capacity(whole.len());
    for slot in whole {
        slots.push((slot.position, dictionary.find(at, Series::Grams, &slot.term, slot.prefix, slot.suffix)?));
    }
    let mut add = |slots: &[(u32, Found)], share: f32| -> Result<(), EngineError> {
        for doc in segment.phrase(slots, Some(documents))? {
            if let Ok(i) = documents.binary_search(&doc) {
                shares[i] += share;
            }
        }
        Ok(())
    };
    add(&slots, phrase)?;
    for (_, found) in &mut slots {
        *found = Rc::new(found.iter().filter(|(part, _)| *part == 0).cloned().collect());
    }
    add(&slots, WEIGHTS.title_phrase)?;
    Ok(shares)
}
