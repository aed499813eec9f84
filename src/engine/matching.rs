//! Which documents are hits: all of a few needs, enough of many.

use tantivy::DocId;

use super::{
    EngineError,
    segment::{Found, Segment, Series, leapfrog},
};
use crate::query::Need;
use tantivy::schema::IndexRecordOption;

/// Up to how many needs all of them have to occur.
const ALL_UP_TO: usize = 4;
/// Which share of their weight has to occur when there are more.
const ENOUGH: f32 = 0.12;
/// Which share is enough when nothing has all of a few.
const RELAXED: f32 = 0.0;

/// A need, looked up in every segment.
pub(super) struct Lookup<'a> {
    need: &'a Need,
    series: Series,
    /// For each segment, each slot's position and where its term stands.
    slots: Vec<Vec<(u32, Found)>>,
    /// How much it says: its inverse document frequency.
    weight: f32,
}

impl<'a> Lookup<'a> {
    /// Looks a need up.
    pub(super) fn of(need: &'a Need, segments: &[Segment<'_>], documents: u64) -> Result<Self, EngineError> {
        let series = if need.is_character() { Series::Characters } else { Series::Grams };
        let mut slots = Vec::with_capacity(segments.len());
        let mut frequencies = vec![0_u64; need.slots.len()];
        for segment in segments {
            let mut here = Vec::with_capacity(need.slots.len());
            for (slot, frequency) in need.slots.iter().zip(&mut frequencies) {
                let found = segment.find(series, &slot.term, slot.prefix && series == Series::Grams)?;
                *frequency += frequency_of(&found);
                here.push((slot.position, found));
            }
            slots.push(here);
        }
        let rarest = frequencies.iter().copied().min().unwrap_or(0);
        Ok(Self { need, series, slots, weight: inverse_frequency(rarest, documents) })
    }

    /// Gives the documents of a segment in which it occurs, in order; of those in `among`, when given.
    fn documents(&self, at: usize, segment: &Segment<'_>, among: Option<&[DocId]>) -> Result<Vec<DocId>, EngineError> {
        let slots = &self.slots[at];
        let [(_, only)] = slots.as_slice() else { return segment.phrase(slots, among) };
        match among {
            // A prefix stands for so many terms that one list of them all is quicker.
            Some(among) if self.series == Series::Characters || !self.need.slots[0].prefix => {
                let mut kept = vec![false; among.len()];
                for (part, info) in only {
                    let mut postings = segment.postings(self.series, *part, info, IndexRecordOption::Basic)?;
                    leapfrog(among, &mut postings, |i, _| kept[i] = true);
                }
                Ok(among.iter().zip(kept).filter_map(|(&doc, kept)| kept.then_some(doc)).collect())
            }
            Some(among) => Ok(intersection(&segment.documents(self.series, only)?, among)),
            None => segment.documents(self.series, only),
        }
    }

    fn size(&self, at: usize) -> u64 {
        self.slots[at].iter().map(|(_, found)| frequency_of(found)).min().unwrap_or(0)
    }
}

/// How strictly to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// As many as the number of needs asks for.
    Usual,
    /// Some of a few.
    Relaxed,
}

/// Gives the documents of a segment that are hits, in order, deleted ones among them.
pub(super) fn matches(
    at: usize,
    segment: &Segment<'_>,
    needs: &[Lookup<'_>],
    strictness: Strictness,
) -> Result<Vec<DocId>, EngineError> {
    if strictness == Strictness::Usual && needs.len() <= ALL_UP_TO {
        return all(at, segment, needs.iter().collect());
    }
    let (literal, others): (Vec<_>, Vec<_>) = needs.iter().partition(|lookup| lookup.need.literal);
    let required = if literal.is_empty() { None } else { Some(all(at, segment, literal)?) };
    if others.is_empty() {
        return Ok(required.unwrap_or_default());
    }
    let share = if strictness == Strictness::Relaxed { RELAXED } else { ENOUGH };
    let wanted = share * others.iter().map(|lookup| lookup.weight).sum::<f32>();
    let mut weights = vec![0.0_f32; segment.reader.max_doc() as usize];
    for lookup in others {
        for doc in lookup.documents(at, segment, required.as_deref())? {
            weights[doc as usize] += lookup.weight;
        }
    }
    let enough = |doc: &DocId| weights[*doc as usize] >= wanted && weights[*doc as usize] > 0.0;
    Ok(match required {
        Some(required) if strictness == Strictness::Relaxed => required,
        Some(required) => required.into_iter().filter(enough).collect(),
        None => (0..segment.reader.max_doc()).filter(enough).collect(),
    })
}

fn all(at: usize, segment: &Segment<'_>, mut needs: Vec<&Lookup<'_>>) -> Result<Vec<DocId>, EngineError> {
    needs.sort_by_key(|lookup| lookup.size(at));
    let mut candidates: Option<Vec<DocId>> = None;
    for lookup in needs {
        let found = lookup.documents(at, segment, candidates.as_deref())?;
        if found.is_empty() {
            return Ok(found);
        }
        candidates = Some(found);
    }
    Ok(candidates.unwrap_or_default())
}

/// Gives what two sorted lists share.
pub(super) fn intersection(a: &[DocId], b: &[DocId]) -> Vec<DocId> {
    let (mut i, mut j) = (0, 0);
    let mut shared = Vec::new();
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared.push(a[i]);
                i += 1;
                j += 1;
            }
        }
    }
    shared
}

/// Gives how many documents a term has, at least: those of its most frequent part.
pub(super) fn frequency_of(found: &Found) -> u64 {
    let mut parts = [0_u64; super::schema::PARTS.len()];
    for (part, info) in found {
        parts[*part] += u64::from(info.doc_freq);
    }
    parts.into_iter().max().unwrap_or(0)
}

/// Gives the inverse document frequency of BM25.
pub(super) fn inverse_frequency(frequency: u64, documents: u64) -> f32 {
    let (n, df) = (documents as f64, frequency.min(documents) as f64);
    (1.0 + (n - df + 0.5) / (df + 0.5)).ln() as f32
}
