//! Walks the postings of a term: through all documents, or only to some of them.
//!
//! A term has postings in each part of a document. A walk joins the parts, so that each document is seen once, with its
//! weighted occurrences. Knows nothing of scores.

use tantivy::{
    postings::{Postings as _, TermInfo},
    schema::IndexRecordOption,
};

use crate::engine::{
    error::EngineError,
    index::schema::PARTS,
    postings::{
        seeking::leapfrog,
        segment::{Segment, TermPostings},
        sets::DocId,
    },
};

/// The index of the title among the parts of a document.
pub(in crate::engine) const TITLE: usize = 0;

/// What a term has in one document.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::engine) struct Occurrences {
    /// The frequency in each part times the weight of the part, summed.
    pub weighted: f32,
    /// Whether the title has the term.
    pub in_title: bool,
}

impl Occurrences {
    const fn of(part: usize, frequency: u32) -> Self {
        Self { weighted: PARTS[part].weight * frequency as f32, in_title: part == TITLE }
    }

    pub(in crate::engine) fn add(&mut self, other: Self) {
        self.weighted += other.weighted;
        self.in_title |= other.in_title;
    }
}

/// Calls `f` for each document of a segment that has the term, in order.
///
/// The postings of the part with most documents are decoded block by block; the others are merged into them.
pub(in crate::engine) fn each_document(
    segment: &Segment<'_>,
    found: &TermPostings,
    mut f: impl FnMut(DocId, Occurrences),
) -> Result<(), EngineError> {
    let entries = &found.entries;
    let Some(largest) = (0..entries.len()).max_by_key(|&i| entries[i].1.doc_freq) else { return Ok(()) };
    let mut few: Vec<(DocId, Occurrences)> = Vec::new();
    for (i, (part, info)) in entries.iter().enumerate() {
        if i != largest {
            blocks(segment, found, *part, info, |doc, frequency| few.push((doc, Occurrences::of(*part, frequency))))?;
        }
    }
    if entries.len() > 2 {
        // The lists are sorted already, which a stable sort makes use of.
        few.sort_by_key(|(doc, _)| *doc);
    }
    let (part, info) = &entries[largest];
    let mut few = few.into_iter().peekable();
    blocks(segment, found, *part, info, |doc, frequency| {
        let mut here = Occurrences::of(*part, frequency);
        while let Some((other, mut occurrences)) = few.next_if(|(other, _)| *other <= doc) {
            while let Some((_, more)) = few.next_if(|(same, _)| *same == other) {
                occurrences.add(more);
            }
            if other == doc { here.add(occurrences) } else { f(other, occurrences) }
        }
        f(doc, here);
    })?;
    while let Some((doc, mut occurrences)) = few.next() {
        while let Some((_, more)) = few.next_if(|(same, _)| *same == doc) {
            occurrences.add(more);
        }
        f(doc, occurrences);
    }
    Ok(())
}

/// Calls `f` for each document of `documents` (sorted) that has the term, with its index in `documents`; once for each
/// part that has the term.
pub(in crate::engine) fn each_among(
    segment: &Segment<'_>,
    found: &TermPostings,
    documents: &[DocId],
    mut f: impl FnMut(usize, Occurrences),
) -> Result<(), EngineError> {
    frequencies(segment, found, documents, |i, part, frequency| f(i, Occurrences::of(part, frequency)))
}

/// Calls `f` for each document of `documents` (sorted) that has the term, with its index in `documents`, the part, and
/// the frequency in that part.
pub(in crate::engine) fn frequencies(
    segment: &Segment<'_>,
    found: &TermPostings,
    documents: &[DocId],
    mut f: impl FnMut(usize, usize, u32),
) -> Result<(), EngineError> {
    for (part, info) in found.entries.iter() {
        let mut postings = segment.postings(found.series, *part, info, IndexRecordOption::WithFreqs)?;
        leapfrog(documents, &mut postings, |i, postings| f(i, *part, postings.term_freq()));
    }
    Ok(())
}

/// Calls `f` for each document of `documents` (sorted) that has the term, with its index in `documents`; once for each
/// part that has the term.
pub(in crate::engine) fn presences(
    segment: &Segment<'_>,
    found: &TermPostings,
    documents: &[DocId],
    mut f: impl FnMut(usize),
) -> Result<(), EngineError> {
    for (part, info) in found.entries.iter() {
        let mut postings = segment.postings(found.series, *part, info, IndexRecordOption::Basic)?;
        leapfrog(documents, &mut postings, |i, _| f(i));
    }
    Ok(())
}

/// Calls `f` for each document of the postings of one part, in order, with the frequency of the term.
fn blocks(
    segment: &Segment<'_>,
    found: &TermPostings,
    part: usize,
    info: &TermInfo,
    mut f: impl FnMut(DocId, u32),
) -> Result<(), EngineError> {
    let mut postings = segment.blocks(found.series, part, info, IndexRecordOption::WithFreqs)?;
    while postings.block_len() > 0 {
        // A series without frequencies has an empty list of them, and each is 1.
        for (i, &doc) in postings.docs().iter().enumerate() {
            f(doc, postings.freq(i));
        }
        postings.advance();
    }
    Ok(())
}
