//! One segment of a snapshot, opened for a search: dictionaries, postings, lengths.

use std::{
    rc::Rc,
    sync::{Arc, OnceLock},
};

use memchr::memmem;
use tantivy::{
    DocId, DocSet as _, InvertedIndexReader, SegmentReader, TERMINATED,
    fastfield::Column,
    postings::{Postings as _, SegmentPostings, TermInfo},
    schema::{Field, IndexRecordOption},
};

use super::{
    EngineError,
    schema::{Fields, Kind, PARTS},
};

/// The most terms that a prefix stands for, in one part of one segment.
const MOST_EXPANSIONS: usize = 20_000;
/// The most terms that a piece of a longer word or number stands for, in one part of one segment.
const MOST_INSIDE: usize = 2_000;
/// Terms of letters and digits come before this one in a dictionary, those of Han characters behind it.
const FIRST_HAN: &str = "\u{2E80}";

/// What every search needs of a segment: the weighted lengths of its documents (occurrences of all parts, added up) and
/// the columns that decide about hits.
pub(super) struct Lengths {
    pub words: Vec<f32>,
    pub grams: Vec<f32>,
    /// The sums over all documents, and how many have a length at all.
    pub words_total: f64,
    pub grams_total: f64,
    pub searchable: u64,
    /// What each document stands for, the hash of its title and its date: read by every search.
    pub kinds: Column<u64>,
    pub titles: Column<u64>,
    pub dates: Column<i64>,
    /// Terms of letters and digits among the grams of each part, each between two line ends; gathered when the first
    /// query asks for a piece of one.
    western: OnceLock<[String; PARTS.len()]>,
}

impl std::fmt::Debug for Lengths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lengths").field("searchable", &self.searchable).finish_non_exhaustive()
    }
}

impl Lengths {
    /// Adds up the lengths of a segment.
    pub(super) fn of(reader: &SegmentReader, fields: &Fields) -> Result<Self, EngineError> {
        let sum = |series: &[Field; PARTS.len()]| -> Result<Vec<f32>, EngineError> {
            let mut lengths = vec![0.0_f32; reader.max_doc() as usize];
            for (part, &field) in PARTS.iter().zip(series) {
                let Some(norms) = reader.fieldnorms_readers().get_field(field).map_err(EngineError::read)? else {
                    continue;
                };
                for (doc, length) in (0..).zip(&mut lengths) {
                    *length += part.weight * norms.fieldnorm(doc) as f32;
                }
            }
            Ok(lengths)
        };
        let (words, grams) = (sum(&fields.words)?, sum(&fields.grams)?);
        let kinds = numbers(reader, "kind")?;
        let searchable = (0..reader.max_doc())
            .filter(|&doc| kinds.first(doc).and_then(Kind::of).is_some_and(|kind| kind.is_post() || kind.is_case()))
            .count() as u64;
        let total = |lengths: &Vec<f32>| -> f64 { lengths.iter().map(|&length| f64::from(length)).sum() };
        Ok(Self {
            words_total: total(&words),
            grams_total: total(&grams),
            words,
            grams,
            searchable,
            kinds,
            titles: numbers(reader, "title_key")?,
            dates: signed_numbers(reader, "date")?,
            western: OnceLock::new(),
        })
    }
}

/// One segment, opened for a search.
pub(super) struct Segment<'a> {
    pub reader: &'a SegmentReader,
    pub lengths: Arc<Lengths>,
    words: [Arc<InvertedIndexReader>; PARTS.len()],
    grams: [Arc<InvertedIndexReader>; PARTS.len()],
    characters: [Arc<InvertedIndexReader>; PARTS.len()],
    values: [Arc<InvertedIndexReader>; PARTS.len()],
}

/// Which series of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Series {
    Words,
    Grams,
    Characters,
    Values,
}

/// Where a term, or every term with a prefix, stands in one segment: by part.
pub(super) type Found = Rc<Vec<(usize, TermInfo)>>;

impl<'a> Segment<'a> {
    pub(super) fn open(reader: &'a SegmentReader, fields: &Fields, lengths: Arc<Lengths>) -> Result<Self, EngineError> {
        let open = |series: &[Field; PARTS.len()]| -> Result<[Arc<InvertedIndexReader>; PARTS.len()], EngineError> {
            let mut opened = Vec::with_capacity(PARTS.len());
            for &field in series {
                opened.push(reader.inverted_index(field).map_err(EngineError::read)?);
            }
            opened.try_into().map_err(|_| EngineError::Stored("a part has no terms".to_owned()))
        };
        Ok(Self {
            reader,
            lengths,
            words: open(&fields.words)?,
            grams: open(&fields.grams)?,
            characters: open(&fields.characters)?,
            values: open(&fields.values)?,
        })
    }

    fn parts(&self, series: Series) -> &[Arc<InvertedIndexReader>; PARTS.len()] {
        match series {
            Series::Words => &self.words,
            Series::Grams => &self.grams,
            Series::Characters => &self.characters,
            Series::Values => &self.values,
        }
    }

    /// Looks a term up in every part, with those that begin like it (`prefix`), end like it (`suffix`), or have it
    /// inside (both).
    pub(super) fn find(
        &self,
        series: Series,
        term: &str,
        prefix: bool,
        suffix: bool,
    ) -> Result<Vec<(usize, TermInfo)>, EngineError> {
        let mut found = Vec::new();
        for (part, index) in self.parts(series).iter().enumerate() {
            if suffix {
                for whole in inside(&self.western()?[part], term, prefix).take(MOST_INSIDE) {
                    found.extend(index.terms().get(whole.as_bytes())?.map(|info| (part, info)));
                }
            } else if prefix {
                let mut stream = index.terms().range().ge(term.as_bytes()).into_stream()?;
                let mut taken = 0;
                while taken < MOST_EXPANSIONS && stream.advance() && stream.key().starts_with(term.as_bytes()) {
                    found.push((part, stream.value().clone()));
                    taken += 1;
                }
            } else {
                found.extend(index.terms().get(term.as_bytes())?.map(|info| (part, info)));
            }
        }
        Ok(found)
    }

    /// Gives the terms of letters and digits among the grams of each part, each between two line ends.
    fn western(&self) -> Result<&[String; PARTS.len()], EngineError> {
        if let Some(known) = self.lengths.western.get() {
            return Ok(known);
        }
        let mut all = [const { String::new() }; PARTS.len()];
        for (terms, index) in all.iter_mut().zip(&self.grams) {
            let mut stream = index.terms().range().lt(FIRST_HAN.as_bytes()).into_stream()?;
            terms.push('\n');
            while stream.advance() {
                terms.push_str(&String::from_utf8_lossy(stream.key()));
                terms.push('\n');
            }
        }
        Ok(self.lengths.western.get_or_init(|| all))
    }

    /// Opens the postings of a term in one part.
    pub(super) fn postings(
        &self,
        series: Series,
        part: usize,
        info: &TermInfo,
        option: IndexRecordOption,
    ) -> Result<SegmentPostings, EngineError> {
        Ok(self.parts(series)[part].read_postings_from_terminfo(info, option)?)
    }

    /// Gives the documents that have any of the terms, in order.
    pub(super) fn documents(&self, series: Series, found: &Found) -> Result<Vec<DocId>, EngineError> {
        let mut documents = Vec::with_capacity(found.iter().map(|(_, info)| info.doc_freq as usize).sum());
        for (part, info) in found.iter() {
            let mut postings = self.postings(series, *part, info, IndexRecordOption::Basic)?;
            let mut doc = postings.doc();
            while doc != TERMINATED {
                documents.push(doc);
                doc = postings.advance();
            }
        }
        if found.len() > 1 {
            // The runs are sorted already, which a stable sort makes use of.
            documents.sort();
            documents.dedup();
        }
        Ok(documents)
    }

    /// Gives the documents in which the slots of a phrase follow each other in one part, in order;
    /// of those in `among`, when it is given.
    pub(super) fn phrase(&self, slots: &[(u32, Found)], among: Option<&[DocId]>) -> Result<Vec<DocId>, EngineError> {
        let mut documents = Vec::new();
        for part in 0..PARTS.len() {
            let before = documents.len();
            self.phrase_in(part, slots, among, false, &mut documents)?;
            if before > 0 && documents.len() > before {
                documents.sort();
                documents.dedup();
            }
        }
        Ok(documents)
    }

    /// Gives those of `among` whose title begins with a phrase.
    pub(super) fn opening(&self, slots: &[(u32, Found)], among: &[DocId]) -> Result<Vec<DocId>, EngineError> {
        let mut documents = Vec::new();
        self.phrase_in(0, slots, Some(among), true, &mut documents)?;
        Ok(documents)
    }

    fn phrase_in(
        &self,
        part: usize,
        slots: &[(u32, Found)],
        among: Option<&[DocId]>,
        at_the_beginning: bool,
        documents: &mut Vec<DocId>,
    ) -> Result<(), EngineError> {
        let mut opened: Vec<(u32, Vec<SegmentPostings>)> = Vec::with_capacity(slots.len());
        for (position, found) in slots {
            let mut postings = Vec::new();
            for (_, info) in found.iter().filter(|&&(each, _)| each == part) {
                postings.push(self.postings(Series::Grams, part, info, IndexRecordOption::WithFreqsAndPositions)?);
            }
            if postings.is_empty() {
                return Ok(());
            }
            opened.push((*position, postings));
        }
        // The rarest slot leads; the others are only asked about its documents.
        let size = |postings: &[SegmentPostings]| postings.iter().map(|each| u64::from(each.doc_freq())).sum::<u64>();
        opened.sort_by_cached_key(|(_, postings)| size(postings));
        let (lead_position, mut lead) = opened.remove(0);
        let (mut starts, mut found, mut positions) = (Vec::new(), Vec::new(), Vec::new());
        let mut among = among.map(|docs| docs.iter().copied());
        let mut doc = 0;
        loop {
            doc = match among.as_mut() {
                Some(docs) => match docs.next() {
                    Some(next) => next,
                    None => return Ok(()),
                },
                None => doc,
            };
            let next = lead.iter_mut().map(|postings| seek(postings, doc)).min().unwrap_or(TERMINATED);
            if next == TERMINATED {
                return Ok(());
            }
            if among.is_some() && next != doc {
                continue;
            }
            doc = next;
            // Positions are costly; a document that lacks a slot is passed over before they are read.
            let has = |postings: &mut Vec<SegmentPostings>| postings.iter_mut().any(|each| seek(each, doc) == doc);
            if !opened.iter_mut().all(|(_, postings)| has(postings)) {
                doc += 1;
                continue;
            }
            starts.clear();
            gather(&mut lead, doc, lead_position, &mut starts, &mut positions);
            for (position, postings) in &mut opened {
                if starts.is_empty() {
                    break;
                }
                found.clear();
                gather(postings, doc, *position, &mut found, &mut positions);
                keep_shared(&mut starts, &found);
            }
            let stands = if at_the_beginning { starts.contains(&0) } else { !starts.is_empty() };
            if stands {
                documents.push(doc);
            }
            doc += 1;
        }
    }
}

/// Gives the terms, of which `all` has each between two line ends, that end like `piece`; with `anywhere`, those that have
/// it inside.
fn inside<'t>(all: &'t str, piece: &str, anywhere: bool) -> impl Iterator<Item = &'t str> {
    let sought = if anywhere { piece.to_owned() } else { format!("{piece}\n") };
    let finder = memmem::Finder::new(&sought).into_owned();
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + finder.find(all.as_bytes().get(from..)?)?;
        let start = all.get(..at)?.rfind('\n')? + 1;
        let end = at + all.get(at..)?.find('\n')?;
        from = end;
        all.get(start..end)
    })
}

/// Adds where a phrase would start for the term to stand at its place in `doc`.
fn gather(postings: &mut [SegmentPostings], doc: DocId, position: u32, starts: &mut Vec<u32>, buffer: &mut Vec<u32>) {
    for each in postings.iter_mut() {
        if seek(each, doc) == doc {
            each.positions(buffer);
            starts.extend(buffer.iter().filter_map(|found| found.checked_sub(position)));
        }
    }
    if postings.len() > 1 {
        starts.sort_unstable();
    }
}

/// Keeps of one sorted list what another has.
fn keep_shared(kept: &mut Vec<u32>, other: &[u32]) {
    let mut at = 0;
    kept.retain(|&each| {
        while other.get(at).is_some_and(|&next| next < each) {
            at += 1;
        }
        other.get(at) == Some(&each)
    });
}

/// Moves to `target` or the first document behind it; unlike the library's, it may be behind already.
pub(super) fn seek(postings: &mut SegmentPostings, target: DocId) -> DocId {
    if postings.doc() < target { postings.seek(target) } else { postings.doc() }
}

/// Gives a column of a segment; an empty one when none of its documents has a value.
pub(super) fn numbers(reader: &SegmentReader, name: &str) -> Result<Column<u64>, EngineError> {
    let column = reader.fast_fields().column_opt(name).map_err(EngineError::read)?;
    Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
}

/// The same for numbers that may be below zero.
pub(super) fn signed_numbers(reader: &SegmentReader, name: &str) -> Result<Column<i64>, EngineError> {
    let column = reader.fast_fields().column_opt(name).map_err(EngineError::read)?;
    Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
}

/// Calls `f` with the place in `documents` (sorted) and the frequency, for each of them that the postings have.
pub(super) fn leapfrog(documents: &[DocId], postings: &mut SegmentPostings, mut f: impl FnMut(usize, u32)) {
    let mut at = 0;
    let mut doc = postings.doc();
    while at < documents.len() && doc != TERMINATED {
        let wanted = documents[at];
        if doc < wanted {
            doc = postings.seek(wanted);
        } else if doc > wanted {
            at = gallop(documents, at, doc);
        } else {
            f(at, postings.term_freq());
            at += 1;
            doc = postings.advance();
        }
    }
}

/// Gives the place of the first document not below `target`, from `at` on, in steps that double.
fn gallop(documents: &[DocId], at: usize, target: DocId) -> usize {
    let mut step = 1;
    let mut low = at;
    while low + step < documents.len() && documents[low + step] < target {
        low += step;
        step *= 2;
    }
    let high = (low + step).min(documents.len());
    low + documents[low..high].partition_point(|&doc| doc < target)
}
