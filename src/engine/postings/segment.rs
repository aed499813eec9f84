//! One segment of a snapshot, opened for a search: dictionaries, postings, field lengths and columns.
//!
//! The only place where a search reads postings. Knows nothing of queries, clauses or scores.

use std::{
    rc::Rc,
    sync::{Arc, OnceLock},
};

use memchr::memmem;
use tantivy::{
    DocSet as _, InvertedIndexReader, SegmentReader, TERMINATED, Term as IndexTerm,
    fastfield::Column,
    postings::{Postings as _, SegmentPostings, TermInfo},
    schema::{Field, IndexRecordOption},
};

use crate::engine::{
    error::EngineError,
    index::schema::{DocumentKind, Fields, PARTS},
};

/// Upper bound on the number of terms that a prefix expands to, in one part of one segment.
const MAX_EXPANSIONS: usize = 20_000;
/// Upper bound on the number of terms that a piece of a word or number expands to, in one part of one segment.
const MAX_CONTAINING: usize = 2_000;
/// In a dictionary, terms of letters and digits sort before this term, and terms of Han characters sort after it.
const FIRST_HAN: &str = "\u{2E80}";

/// Facts of a segment that every search needs: the weighted lengths of its documents, summed over all parts, and the
/// columns that decide about hits.
pub(in crate::engine) struct Lengths {
    pub words: Vec<f32>,
    pub grams: Vec<f32>,
    /// The sums of the lengths over all documents, and the number of documents that have a length.
    pub words_total: f64,
    pub grams_total: f64,
    pub searchable: u64,
    /// The kind of each document, the hash of its title, and its date: read by every search.
    pub kinds: Column<u64>,
    pub titles: Column<u64>,
    /// Hashes of the titles with their punctuation.
    pub written: Column<u64>,
    pub dates: Column<i64>,
    /// The number that orders documents of equal scores.
    pub ties: Column<u64>,
    /// The grams of letters and digits of each part, collected when the first query asks for a piece of such a term.
    western: OnceLock<[Western; PARTS.len()]>,
}

impl std::fmt::Debug for Lengths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lengths").field("searchable", &self.searchable).finish_non_exhaustive()
    }
}

impl Lengths {
    /// Reads the lengths and the columns of a segment.
    pub(in crate::engine) fn of(reader: &SegmentReader, fields: &Fields) -> Result<Self, EngineError> {
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
            .filter(|&doc| {
                kinds.first(doc).and_then(DocumentKind::of).is_some_and(|kind| kind.is_post() || kind.is_case())
            })
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
            written: numbers(reader, "title_written")?,
            dates: signed_numbers(reader, "date")?,
            ties: numbers(reader, "tie")?,
            western: OnceLock::new(),
        })
    }

    /// Returns whether a document is a whole post.
    pub(in crate::engine) fn is_post(&self, doc: DocId) -> bool {
        self.kinds.first(doc).and_then(DocumentKind::of).is_some_and(DocumentKind::is_post)
    }
}

/// The number of a document in its segment.
pub(in crate::engine) type DocId = u32;

/// One segment, opened for a search.
pub(in crate::engine) struct Segment<'a> {
    pub reader: &'a SegmentReader,
    pub lengths: Arc<Lengths>,
    words: [Arc<InvertedIndexReader>; PARTS.len()],
    grams: [Arc<InvertedIndexReader>; PARTS.len()],
    characters: [Arc<InvertedIndexReader>; PARTS.len()],
    values: [Arc<InvertedIndexReader>; PARTS.len()],
}

/// A series of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::engine) enum Series {
    Words,
    Grams,
    Characters,
    Values,
}

/// The entries of a term, or of every term with a prefix, in one segment: pairs of a part and the dictionary's facts of
/// the term.
pub(in crate::engine) type TermPostings = Rc<Vec<(usize, TermInfo)>>;

/// A place of a phrase: its position, and the postings of each term that matches there.
type OpenTerm = (u32, Vec<SegmentPostings>);

impl<'a> Segment<'a> {
    pub(in crate::engine) fn open(
        reader: &'a SegmentReader,
        fields: &Fields,
        lengths: Arc<Lengths>,
    ) -> Result<Self, EngineError> {
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

    /// Returns the documents that have a term of a field that is not full text, sorted, including deleted documents.
    pub(in crate::engine) fn with_term(&self, field: Field, text: &str) -> Result<Vec<DocId>, EngineError> {
        let term = IndexTerm::from_field_text(field, text);
        let index = self.reader.inverted_index(field).map_err(EngineError::read)?;
        let mut documents = Vec::new();
        if let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? {
            while postings.doc() != TERMINATED {
                documents.push(postings.doc());
                postings.advance();
            }
        }
        Ok(documents)
    }

    /// Returns whether any document is deleted.
    pub(in crate::engine) fn has_deletions(&self) -> bool {
        self.reader.has_deletes()
    }

    /// Calls `f` for each document of `documents` (sorted) that has one term of a part, with its index in `documents`.
    pub(in crate::engine) fn presences(
        &self,
        series: Series,
        (part, info): &(usize, TermInfo),
        documents: &[DocId],
        mut f: impl FnMut(usize),
    ) -> Result<(), EngineError> {
        let mut postings = self.postings(series, *part, info, IndexRecordOption::Basic)?;
        leapfrog(documents, &mut postings, |i, _| f(i));
        Ok(())
    }

    /// Calls `f` for each document of `documents` (sorted) that has one term of a part, with its index in `documents`
    /// and the frequency of the term.
    pub(in crate::engine) fn frequencies(
        &self,
        series: Series,
        (part, info): &(usize, TermInfo),
        documents: &[DocId],
        f: impl FnMut(usize, u32),
    ) -> Result<(), EngineError> {
        let mut postings = self.postings(series, *part, info, IndexRecordOption::WithFreqs)?;
        leapfrog(documents, &mut postings, f);
        Ok(())
    }

    /// Returns whether a document is deleted.
    pub(in crate::engine) fn is_deleted(&self, doc: DocId) -> bool {
        self.reader.is_deleted(doc)
    }

    /// Returns the number of documents, including deleted documents.
    pub(in crate::engine) fn size(&self) -> u32 {
        self.reader.max_doc()
    }

    /// Looks a term up in every part. With `prefix`, terms that begin with `term` match as well; with `suffix`, terms
    /// that end with `term`; with both, terms that contain `term`.
    pub(in crate::engine) fn find(
        &self,
        series: Series,
        term: &str,
        prefix: bool,
        suffix: bool,
    ) -> Result<Vec<(usize, TermInfo)>, EngineError> {
        let mut found = Vec::new();
        for (part, index) in self.parts(series).iter().enumerate() {
            if suffix {
                let terms = self.western()?[part].containing(term, prefix);
                found.extend(terms.take(MAX_CONTAINING).map(|info| (part, info)));
            } else if prefix {
                let mut stream = index.terms().range().ge(term.as_bytes()).into_stream()?;
                let mut taken = 0;
                while taken < MAX_EXPANSIONS && stream.advance() && stream.key().starts_with(term.as_bytes()) {
                    found.push((part, stream.value().clone()));
                    taken += 1;
                }
            } else {
                found.extend(index.terms().get(term.as_bytes())?.map(|info| (part, info)));
            }
        }
        Ok(found)
    }

    /// Returns the grams of letters and digits of each part.
    fn western(&self) -> Result<&[Western; PARTS.len()], EngineError> {
        if let Some(known) = self.lengths.western.get() {
            return Ok(known);
        }
        let mut all = [const { Western { terms: String::new(), known: Vec::new() } }; PARTS.len()];
        for (western, index) in all.iter_mut().zip(&self.grams) {
            let mut stream = index.terms().range().lt(FIRST_HAN.as_bytes()).into_stream()?;
            while stream.advance() {
                western.push(&String::from_utf8_lossy(stream.key()), stream.value());
            }
        }
        Ok(self.lengths.western.get_or_init(|| all))
    }

    /// Opens the postings of a term in one part.
    pub(in crate::engine) fn postings(
        &self,
        series: Series,
        part: usize,
        info: &TermInfo,
        option: IndexRecordOption,
    ) -> Result<SegmentPostings, EngineError> {
        Ok(self.parts(series)[part].read_postings_from_terminfo(info, option)?)
    }

    /// Returns the documents that have any of the terms, sorted.
    pub(in crate::engine) fn documents(&self, series: Series, found: &TermPostings) -> Result<Vec<DocId>, EngineError> {
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
            // The lists are sorted already, which a stable sort makes use of.
            documents.sort();
            documents.dedup();
        }
        Ok(documents)
    }

    /// Returns the documents in which the terms of a phrase follow each other in one part, sorted; only documents of
    /// `among` when that is given.
    ///
    /// Positions of frequent grams are the largest part of what has to be read. `word` is the lookup of the phrase as a
    /// word: documents that have the word match, and their positions are not read.
    pub(in crate::engine) fn phrase(
        &self,
        terms: &[(u32, TermPostings)],
        word: Option<&TermPostings>,
        among: Option<&[DocId]>,
    ) -> Result<Vec<DocId>, EngineError> {
        let mut documents = Vec::new();
        for part in 0..PARTS.len() {
            let before = documents.len();
            let mut candidates = self.candidates(part, terms, among)?;
            if let Some(word) = word.filter(|_| !candidates.is_empty()) {
                let mut doubtful = vec![true; candidates.len()];
                for (_, info) in of_part(word, part) {
                    let mut postings = self.postings(Series::Words, part, info, IndexRecordOption::Basic)?;
                    leapfrog(&candidates, &mut postings, |i, _| doubtful[i] = false);
                }
                let mut is_doubtful = doubtful.iter();
                candidates.retain(|&doc| {
                    let keep = is_doubtful.next() == Some(&true);
                    if !keep {
                        documents.push(doc);
                    }
                    keep
                });
            }
            self.matching(part, terms, &candidates, false, &mut documents)?;
            if documents.len() > before {
                documents.sort();
                documents.dedup();
            }
        }
        Ok(documents)
    }

    /// Returns the documents of `among` whose title begins with a phrase.
    pub(in crate::engine) fn opening(
        &self,
        terms: &[(u32, TermPostings)],
        among: &[DocId],
    ) -> Result<Vec<DocId>, EngineError> {
        let mut documents = Vec::new();
        let candidates = self.candidates(0, terms, Some(among))?;
        self.matching(0, terms, &candidates, true, &mut documents)?;
        Ok(documents)
    }

    /// Returns the documents that have all terms of a phrase anywhere in a part, sorted; only documents of `among` when
    /// that is given.
    fn candidates(
        &self,
        part: usize,
        terms: &[(u32, TermPostings)],
        among: Option<&[DocId]>,
    ) -> Result<Vec<DocId>, EngineError> {
        let Some(mut opened) = self.open_postings(part, terms, IndexRecordOption::Basic)? else {
            return Ok(Vec::new());
        };
        // The rarest term is read in full; the other postings are only advanced to its documents.
        let (_, mut lead) = opened.remove(0);
        let mut documents = Vec::new();
        let mut has = |doc: DocId| {
            let has_term = |postings: &mut Vec<SegmentPostings>| postings.iter_mut().any(|each| seek(each, doc) == doc);
            if opened.iter_mut().all(|(_, postings)| has_term(postings)) {
                documents.push(doc);
            }
        };
        if let Some(among) = among {
            for &doc in among {
                if lead.iter_mut().any(|postings| seek(postings, doc) == doc) {
                    has(doc);
                }
            }
        } else {
            let mut doc = 0;
            loop {
                doc = lead.iter_mut().map(|postings| seek(postings, doc)).min().unwrap_or(TERMINATED);
                if doc == TERMINATED {
                    break;
                }
                has(doc);
                doc += 1;
            }
        }
        Ok(documents)
    }

    /// Appends to `documents` the documents of `candidates` in which the terms of a phrase follow each other. Every
    /// candidate has all terms of the phrase in the part.
    fn matching(
        &self,
        part: usize,
        terms: &[(u32, TermPostings)],
        candidates: &[DocId],
        at_the_beginning: bool,
        documents: &mut Vec<DocId>,
    ) -> Result<(), EngineError> {
        if candidates.is_empty() {
            return Ok(());
        }
        let opened = self.open_postings(part, terms, IndexRecordOption::WithFreqsAndPositions)?;
        let Some(mut opened) = opened else { return Ok(()) };
        let (lead_position, mut lead) = opened.remove(0);
        let (mut starts, mut found, mut positions) = (Vec::new(), Vec::new(), Vec::new());
        for &doc in candidates {
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
        }
        Ok(())
    }

    /// Opens the postings of each term of a phrase in a part, the rarest first; `None` when the part lacks one of the
    /// terms.
    fn open_postings(
        &self,
        part: usize,
        terms: &[(u32, TermPostings)],
        option: IndexRecordOption,
    ) -> Result<Option<Vec<OpenTerm>>, EngineError> {
        if terms.iter().any(|(_, found)| of_part(found, part).next().is_none()) {
            return Ok(None);
        }
        let mut opened: Vec<OpenTerm> = Vec::with_capacity(terms.len());
        for (position, found) in terms {
            let mut postings = Vec::new();
            for (_, info) in of_part(found, part) {
                postings.push(self.postings(Series::Grams, part, info, option)?);
            }
            opened.push((*position, postings));
        }
        let size = |postings: &[SegmentPostings]| postings.iter().map(|each| u64::from(each.doc_freq())).sum::<u64>();
        opened.sort_by_cached_key(|(_, postings)| size(postings));
        Ok(Some(opened))
    }
}

/// Returns the entries of a term in one part.
fn of_part(found: &TermPostings, part: usize) -> impl Iterator<Item = &(usize, TermInfo)> {
    found.iter().filter(move |&&(each, _)| each == part)
}

/// The terms of letters and digits of a dictionary, which sort first there.
struct Western {
    /// The terms, each between two line ends.
    terms: String,
    /// The dictionary's facts of each term. Asking the dictionary for each term takes longer than finding the terms.
    known: Vec<Known>,
}

impl Western {
    fn push(&mut self, term: &str, info: &TermInfo) {
        if self.terms.is_empty() {
            self.terms.push('\n');
        }
        self.known.push(Known::of(self.terms.len(), info));
        self.terms.push_str(term);
        self.terms.push('\n');
    }

    /// Returns the facts of the terms that end with `piece`; with `anywhere`, of the terms that contain `piece`.
    fn containing(&self, piece: &str, anywhere: bool) -> impl Iterator<Item = TermInfo> {
        let sought = if anywhere { piece.to_owned() } else { format!("{piece}\n") };
        let finder = memmem::Finder::new(&sought).into_owned();
        let (mut from, mut next) = (0, 0);
        std::iter::from_fn(move || {
            let at = from + finder.find(self.terms.as_bytes().get(from..)?)?;
            next += prefix_length(self.known.get(next..)?, |known| known.start as usize <= at);
            from = self.known.get(next).map_or(self.terms.len(), |known| known.start as usize);
            next.checked_sub(1).map(|found| self.known[found].info())
        })
    }
}

/// The offset of a term of letters and digits in [`Western::terms`], and the dictionary's facts of the term.
struct Known {
    start: u32,
    documents: u32,
    postings: u64,
    positions: u64,
    postings_len: u32,
    positions_len: u32,
}

impl Known {
    const fn of(start: usize, info: &TermInfo) -> Self {
        let (postings, positions) = (&info.postings_range, &info.positions_range);
        Self {
            start: start as u32,
            documents: info.doc_freq,
            postings: postings.start as u64,
            positions: positions.start as u64,
            postings_len: (postings.end - postings.start) as u32,
            positions_len: (positions.end - positions.start) as u32,
        }
    }

    const fn info(&self) -> TermInfo {
        let (postings, positions) = (self.postings as usize, self.positions as usize);
        TermInfo {
            doc_freq: self.documents,
            postings_range: postings..postings + self.postings_len as usize,
            positions_range: positions..positions + self.positions_len as usize,
        }
    }
}

/// Appends the positions at which the phrase would have to start for the term to occur at its place in `doc`.
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

/// Retains in one sorted list the elements of another sorted list.
fn keep_shared(kept: &mut Vec<u32>, other: &[u32]) {
    let mut at = 0;
    kept.retain(|&each| {
        while other.get(at).is_some_and(|&next| next < each) {
            at += 1;
        }
        other.get(at) == Some(&each)
    });
}

/// Moves to `target` or to the first document after it. Unlike the method of the library, accepts postings that are
/// past `target` already.
pub(in crate::engine) fn seek(postings: &mut SegmentPostings, target: DocId) -> DocId {
    if postings.doc() < target { postings.seek(target) } else { postings.doc() }
}

/// Returns a column of a segment; an empty column when no document has a value.
pub(in crate::engine) fn numbers(reader: &SegmentReader, name: &str) -> Result<Column<u64>, EngineError> {
    let column = reader.fast_fields().column_opt(name).map_err(EngineError::read)?;
    Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
}

/// Returns a column of signed numbers of a segment; an empty column when no document has a value.
pub(in crate::engine) fn signed_numbers(reader: &SegmentReader, name: &str) -> Result<Column<i64>, EngineError> {
    let column = reader.fast_fields().column_opt(name).map_err(EngineError::read)?;
    Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
}

/// Calls `f` for each document of `documents` (sorted) that the postings contain, with its index in `documents` and the
/// frequency of the term.
pub(in crate::engine) fn leapfrog(documents: &[DocId], postings: &mut SegmentPostings, mut f: impl FnMut(usize, u32)) {
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

/// Returns the index of the first document not below `target`, searching from index `at`.
fn gallop(documents: &[DocId], at: usize, target: DocId) -> usize {
    at + prefix_length(&documents[at..], |&doc| doc < target)
}

/// Returns the length of the prefix of which all elements satisfy a condition; no later element may satisfy it.
/// Searches in steps that double, since most prefixes are short.
fn prefix_length<T>(things: &[T], is_of_kind: impl Fn(&T) -> bool) -> usize {
    let mut step = 1;
    let mut low = 0;
    while low + step < things.len() && is_of_kind(&things[low + step]) {
        low += step;
        step *= 2;
    }
    let high = (low + step).min(things.len());
    low + things[low..high].partition_point(is_of_kind)
}

/// Returns a lower bound on the document frequency of a term: the document frequency in the part where the term is most
/// frequent. `found` is the term in each segment.
pub(in crate::engine) fn frequency_of<'f>(found: impl IntoIterator<Item = &'f TermPostings>) -> u64 {
    let mut parts = [0_u64; PARTS.len()];
    for (part, info) in found.into_iter().flat_map(|found| found.iter()) {
        parts[*part] += u64::from(info.doc_freq);
    }
    parts.into_iter().max().unwrap_or(0)
}
