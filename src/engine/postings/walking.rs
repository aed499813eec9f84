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
        infixes::prefix_length,
        seeking::{leapfrog, meet},
        segment::{Segment, TermPostings},
        sets::{Bits, DocId},
    },
};

/// The index of the title among the parts of a document.
pub(in crate::engine) const TITLE: usize = 0;

/// Calls `f` until it has seen every document of a segment that has the term, many documents at a time: with their
/// numbers, and with the weighted frequency in each, which is the sum over the parts of the frequency times the weight
/// of the part.
///
/// The postings of the part with most documents are decoded block by block; the others are merged into them.
pub(in crate::engine) fn each_document(
    segment: &Segment<'_>,
    found: &TermPostings,
    mut f: impl FnMut(&[DocId], &[f32]),
) -> Result<(), EngineError> {
    let entries = &found.entries;
    let Some(largest) = (0..entries.len()).max_by_key(|&i| entries[i].1.doc_freq) else { return Ok(()) };
    let mut few: Vec<(DocId, f32)> = Vec::new();
    for (i, (part, info)) in entries.iter().enumerate() {
        if i != largest {
            blocks(segment, found, *part, info, |docs, weighted| {
                few.extend(docs.iter().copied().zip(weighted.iter().copied()));
            })?;
        }
    }
    if entries.len() > 2 {
        // The lists are sorted already, which a stable sort makes use of.
        few.sort_by_key(|(doc, _)| *doc);
        few.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0.0 };
            same
        });
    }
    let (part, info) = &entries[largest];
    let (mut rest, mut alone) = (few.as_slice(), (Vec::new(), Vec::new()));
    blocks(segment, found, *part, info, |docs, weighted| {
        let last = docs.last().copied().unwrap_or(0);
        let (here, behind) = rest.split_at(prefix_length(rest, |(doc, _)| *doc <= last));
        rest = behind;
        for &(doc, more) in here {
            if let Ok(i) = docs.binary_search(&doc) {
                weighted[i] += more;
            } else {
                alone.0.push(doc);
                alone.1.push(more);
            }
        }
        f(docs, weighted);
    })?;
    alone.0.extend(rest.iter().map(|(doc, _)| *doc));
    alone.1.extend(rest.iter().map(|(_, more)| *more));
    f(&alone.0, &alone.1);
    Ok(())
}

/// Calls `f` for the documents of one part that have the term, a block at a time, with the weighted frequencies.
fn blocks(
    segment: &Segment<'_>,
    found: &TermPostings,
    part: usize,
    info: &TermInfo,
    mut f: impl FnMut(&[DocId], &mut [f32]),
) -> Result<(), EngineError> {
    let weight = PARTS[part].weight;
    let mut postings = segment.blocks(found.series, part, info, IndexRecordOption::WithFreqs)?;
    let mut weighted = Vec::new();
    while postings.block_len() > 0 {
        let (docs, frequencies) = (postings.docs(), postings.freqs());
        weighted.clear();
        weighted.extend(frequencies.iter().map(|&frequency| weight * frequency as f32));
        // A series without frequencies has an empty list of them, and each is 1.
        weighted.resize(docs.len(), weight);
        f(docs, &mut weighted);
        postings.advance();
    }
    Ok(())
}

/// Calls `f` for each document of `documents` (sorted) that has the term, with its index in `documents`; once for each
/// part that has the term, with the frequency there times the weight of the part.
pub(in crate::engine) fn each_among(
    segment: &Segment<'_>,
    found: &TermPostings,
    documents: &[DocId],
    mut f: impl FnMut(usize, f32),
) -> Result<(), EngineError> {
    frequencies(segment, found, documents, |i, part, frequency| f(i, PARTS[part].weight * frequency as f32))
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
        if are_close(info, documents) {
            let mut postings = segment.blocks(found.series, *part, info, IndexRecordOption::WithFreqs)?;
            // A series without frequencies has an empty list of them, and each is 1.
            meet(documents, &mut postings, |i, postings, at| f(i, *part, postings.freq(at)));
        } else {
            let mut postings = segment.postings(found.series, *part, info, IndexRecordOption::WithFreqs)?;
            leapfrog(documents, &mut postings, |i, postings| f(i, *part, postings.term_freq()));
        }
    }
    Ok(())
}

/// Calls `f` for each document of `documents` (sorted) that has the term, with its index in `documents`, the part, and
/// the positions of the term in that part. The series has to be one with positions.
pub(in crate::engine) fn positions(
    segment: &Segment<'_>,
    found: &TermPostings,
    documents: &[DocId],
    mut f: impl FnMut(usize, usize, &[u32]),
) -> Result<(), EngineError> {
    let mut places = Vec::new();
    for (part, info) in found.entries.iter() {
        let mut postings = segment.postings(found.series, *part, info, IndexRecordOption::WithFreqsAndPositions)?;
        leapfrog(documents, &mut postings, |i, postings| {
            postings.positions(&mut places);
            f(i, *part, &places);
        });
    }
    Ok(())
}

/// Calls `f` for each document of `documents` (sorted) that has the term, with its index in `documents`.
pub(in crate::engine) fn presences(
    segment: &Segment<'_>,
    found: &TermPostings,
    documents: &[DocId],
    mut f: impl FnMut(usize),
) -> Result<(), EngineError> {
    let is_close = found.entries.iter().all(|(_, info)| are_close(info, documents));
    if is_close && Bits::suit(documents.len(), segment.size()) {
        let bits = segment.bits(found)?;
        (0..).zip(documents).filter(|(_, doc)| bits.contains(**doc)).for_each(|(i, _)| f(i));
        return Ok(());
    }
    let mut seen = vec![false; documents.len()];
    for (part, info) in found.entries.iter() {
        let mut postings = segment.postings(found.series, *part, info, IndexRecordOption::Basic)?;
        leapfrog(documents, &mut postings, |i, _| {
            if !std::mem::replace(&mut seen[i], true) {
                f(i);
            }
        });
    }
    Ok(())
}

/// Number of postings that are decoded, block by block, in the time of one seek.
const POSTINGS_OF_A_SEEK: usize = 16;

/// Returns whether so many documents are wanted that decoding all postings is cheaper than seeking each document.
fn are_close(info: &TermInfo, documents: &[DocId]) -> bool {
    (info.doc_freq as usize) < documents.len().saturating_mul(POSTINGS_OF_A_SEEK)
}
