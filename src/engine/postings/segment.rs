//! One segment of a snapshot, opened for a search: dictionaries, postings and columns.
//!
//! The only place where a search reads postings. Knows nothing of queries, clauses or scores.

use std::{
    ops::RangeInclusive,
    rc::Rc,
    sync::{Arc, OnceLock},
};

use tantivy::{
    InvertedIndexReader, SegmentReader, TERMINATED, Term as IndexTerm,
    postings::{BlockSegmentPostings, Postings as _, SegmentPostings, TermInfo},
    schema::{Field, IndexRecordOption},
};

use crate::engine::{
    error::EngineError,
    index::schema::{Fields, PARTS, Series},
    postings::{
        columns::Columns,
        infixes::InfixTerms,
        seeking::{leapfrog, seek},
        sets::{Bits, DocId, intersection},
    },
};

/// Upper bound on the number of terms that a prefix expands to, in one part of one segment.
const MAX_EXPANSIONS: usize = 20_000;
/// Upper bound on the number of terms that a piece of a word or number expands to, in one part of one segment.
const MAX_CONTAINING: usize = 2_000;

/// What is read from a segment once and kept as long as commits contain it.
pub(in crate::engine) struct SegmentData {
    pub columns: Columns,
    /// The grams of letters and digits of each part, collected when the first query asks for a piece of such a term.
    infixes: OnceLock<Vec<InfixTerms>>,
}

impl SegmentData {
    /// Reads the columns of a segment.
    pub(in crate::engine) fn of(reader: &SegmentReader, fields: &Fields) -> Result<Self, EngineError> {
        Ok(Self { columns: Columns::of(reader, fields)?, infixes: OnceLock::new() })
    }
}

/// One segment, opened for a search.
pub(in crate::engine) struct Segment<'a> {
    pub(super) reader: &'a SegmentReader,
    pub(super) fields: &'a Fields,
    data: Arc<SegmentData>,
    words: [Arc<InvertedIndexReader>; PARTS.len()],
    grams: [Arc<InvertedIndexReader>; PARTS.len()],
    characters: [Arc<InvertedIndexReader>; PARTS.len()],
    values: [Arc<InvertedIndexReader>; PARTS.len()],
}

/// The postings of a term in one segment, or of every term that begins with, ends with or contains a text. Only this
/// module reads the postings themselves.
#[derive(Clone)]
pub(in crate::engine) struct TermPostings {
    pub series: Series,
    /// The part of the document and the place of the postings, of each term.
    pub(super) entries: Rc<[(usize, TermInfo)]>,
}

impl TermPostings {
    /// Returns whether no document of the segment has the term.
    pub(in crate::engine) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns whether the term occurs in one part only, so that no document has two frequencies.
    pub(in crate::engine) fn is_single(&self) -> bool {
        self.entries.len() == 1
    }

    /// Returns the number of postings, in all parts.
    pub(in crate::engine) fn postings(&self) -> u64 {
        self.entries.iter().map(|(_, info)| u64::from(info.doc_freq)).sum()
    }

    /// Returns the postings in one part of the document.
    pub(in crate::engine) fn in_part(&self, part: usize) -> Self {
        Self { series: self.series, entries: self.of_part(part).map(|info| (part, info.clone())).collect() }
    }

    fn of_part(&self, part: usize) -> impl Iterator<Item = &TermInfo> {
        self.entries.iter().filter(move |(each, _)| *each == part).map(|(_, info)| info)
    }
}

/// The distances from the first term of a phrase at which a term may stand.
pub(in crate::engine) type Offsets = RangeInclusive<u32>;

/// A place of a phrase: its offsets, and the term in every part, or the terms that may stand there.
type Place = (Offsets, TermPostings);

/// A document in which a phrase may stand, with the positions at which it may start.
type Begun = (DocId, Vec<u32>);

/// A place of a phrase that is opened: its offsets, and the postings of each term that may stand there.
type OpenTerm = (Offsets, Vec<SegmentPostings>);

impl<'a> Segment<'a> {
    pub(in crate::engine) fn open(
        reader: &'a SegmentReader,
        fields: &'a Fields,
        data: Arc<SegmentData>,
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
            fields,
            data,
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

    /// Returns the columns of the segment.
    pub(in crate::engine) fn columns(&self) -> &Columns {
        &self.data.columns
    }

    /// Returns the documents that contain a character in the form that `term` names, sorted, including deleted
    /// documents.
    pub(in crate::engine) fn with_form(&self, term: &str) -> Result<Vec<DocId>, EngineError> {
        self.with_term(self.fields.forms, term)
    }

    /// Returns the documents that have a term of a field that is not full text, sorted, including deleted documents.
    pub(super) fn with_term(&self, field: Field, text: &str) -> Result<Vec<DocId>, EngineError> {
        let term = IndexTerm::from_field_text(field, text);
        let index = self.reader.inverted_index(field).map_err(EngineError::read)?;
        let mut documents = Vec::new();
        if let Some(mut postings) = index.read_block_postings(&term, IndexRecordOption::Basic)? {
            while postings.block_len() > 0 {
                documents.extend_from_slice(postings.docs());
                postings.advance();
            }
        }
        Ok(documents)
    }

    /// Returns whether any document is deleted.
    pub(in crate::engine) fn has_deletions(&self) -> bool {
        self.reader.has_deletes()
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
    ) -> Result<TermPostings, EngineError> {
        let mut found = Vec::new();
        for (part, index) in self.parts(series).iter().enumerate() {
            if suffix {
                let terms = self.infixes()?[part].containing(term, prefix);
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
        Ok(TermPostings { series, entries: found.into() })
    }

    /// Returns the grams of letters and digits of each part.
    fn infixes(&self) -> Result<&[InfixTerms], EngineError> {
        if let Some(known) = self.data.infixes.get() {
            return Ok(known);
        }
        let all: Result<Vec<InfixTerms>, _> = self.grams.iter().map(|index| InfixTerms::of(index)).collect();
        let all = all?;
        Ok(self.data.infixes.get_or_init(|| all))
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

    /// Opens the postings of a term in one part, to be decoded block by block.
    pub(super) fn blocks(
        &self,
        series: Series,
        part: usize,
        info: &TermInfo,
        option: IndexRecordOption,
    ) -> Result<BlockSegmentPostings, EngineError> {
        Ok(self.parts(series)[part].read_block_postings_from_terminfo(info, option)?)
    }

    /// Returns the documents that have any of the terms, sorted.
    pub(in crate::engine) fn documents(&self, found: &TermPostings) -> Result<Vec<DocId>, EngineError> {
        if !found.is_single() && Bits::suit(found.postings() as usize, self.size()) {
            return Ok(self.bits(found)?.list());
        }
        let mut documents = Vec::with_capacity(found.postings() as usize);
        self.each_block(found, |block| documents.extend_from_slice(block))?;
        if !found.is_single() {
            // The lists are sorted already, which a stable sort makes use of.
            documents.sort();
            documents.dedup();
        }
        Ok(documents)
    }

    /// Returns the documents that have any of the terms.
    pub(super) fn bits(&self, found: &TermPostings) -> Result<Bits, EngineError> {
        let mut bits = Bits::new(self.size());
        self.each_block(found, |block| bits.add(block))?;
        Ok(bits)
    }

    /// Calls `f` for the documents of all postings, block by block.
    fn each_block(&self, found: &TermPostings, mut f: impl FnMut(&[DocId])) -> Result<(), EngineError> {
        for (part, info) in found.entries.iter() {
            let mut postings = self.blocks(found.series, *part, info, IndexRecordOption::Basic)?;
            while postings.block_len() > 0 {
                f(postings.docs());
                postings.advance();
            }
        }
        Ok(())
    }

    /// Returns the documents in which the terms of a phrase follow each other in one part, sorted; only documents of
    /// `among` when that is given.
    ///
    /// Positions of frequent grams are the largest part of what has to be read. `word` is the lookup of the phrase as a
    /// word: documents that have the word match, and their positions are not read.
    pub(in crate::engine) fn phrase(
        &self,
        terms: &[Place],
        word: Option<&TermPostings>,
        among: Option<&[DocId]>,
    ) -> Result<Vec<DocId>, EngineError> {
        let mut documents = Vec::new();
        for part in 0..PARTS.len() {
            let before = documents.len();
            let mut candidates = self.candidates(part, terms, among)?;
            if let Some(word) = word.filter(|_| !candidates.is_empty()) {
                let mut doubtful = vec![true; candidates.len()];
                for info in word.of_part(part) {
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
    pub(in crate::engine) fn opening(&self, terms: &[Place], among: &[DocId]) -> Result<Vec<DocId>, EngineError> {
        let mut documents = Vec::new();
        let candidates = self.candidates(0, terms, Some(among))?;
        self.matching(0, terms, &candidates, true, &mut documents)?;
        Ok(documents)
    }

    /// Returns the documents that have all terms of a phrase anywhere in a part, sorted; only documents of `among` when
    /// that is given. Places that stand for many terms are left out if there is another.
    fn candidates(&self, part: usize, terms: &[Place], among: Option<&[DocId]>) -> Result<Vec<DocId>, EngineError> {
        if terms.iter().any(|(_, found)| found.of_part(part).next().is_none()) {
            return Ok(Vec::new());
        }
        let (closed, open) = split_open(part, terms);
        if let (true, Some((_, found))) = (closed.is_empty(), open.first()) {
            let documents = self.documents(&found.in_part(part))?;
            return Ok(among.map_or_else(|| documents.clone(), |among| intersection(&documents, among)));
        }
        let mut opened = self.open_postings(part, closed, IndexRecordOption::Basic)?;
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
    /// candidate comes from [`Self::candidates`].
    fn matching(
        &self,
        part: usize,
        terms: &[Place],
        candidates: &[DocId],
        at_the_beginning: bool,
        documents: &mut Vec<DocId>,
    ) -> Result<(), EngineError> {
        if candidates.is_empty() {
            return Ok(());
        }
        let (closed, mut open) = split_open(part, terms);
        let mut begun = match open.first() {
            Some(first) if closed.is_empty() => {
                let begun = self.starts_of_any(part, first, candidates)?;
                open.remove(0);
                begun
            }
            _ => self.starts_of_all(part, closed, candidates)?,
        };
        if at_the_beginning {
            begun.retain(|(_, starts)| starts.contains(&0));
            begun.iter_mut().for_each(|(_, starts)| starts.truncate(1));
        }
        let last = open.len().saturating_sub(1);
        for (i, place) in open.into_iter().enumerate() {
            begun = self.keep_any(part, place, begun, i == last)?;
        }
        documents.extend(begun.into_iter().map(|(doc, _)| doc));
        Ok(())
    }

    /// Returns the candidates in which all terms stand at their places, each with the starts of the phrase.
    fn starts_of_all(&self, part: usize, terms: Vec<&Place>, candidates: &[DocId]) -> Result<Vec<Begun>, EngineError> {
        let mut opened = self.open_postings(part, terms, IndexRecordOption::WithFreqsAndPositions)?;
        let (lead_offsets, mut lead) = opened.remove(0);
        let (mut starts, mut found, mut positions) = (Vec::new(), Vec::new(), Vec::new());
        let mut begun = Vec::new();
        for &doc in candidates {
            starts.clear();
            gather(&mut lead, doc, &lead_offsets, &mut starts, &mut positions);
            for (offsets, postings) in &mut opened {
                if starts.is_empty() {
                    break;
                }
                found.clear();
                gather(postings, doc, offsets, &mut found, &mut positions);
                keep_shared(&mut starts, &found);
            }
            if !starts.is_empty() {
                begun.push((doc, std::mem::take(&mut starts)));
            }
        }
        Ok(begun)
    }

    /// Returns the candidates in which any of many terms stands, each with the starts of the phrase.
    fn starts_of_any(
        &self,
        part: usize,
        (offsets, found): &Place,
        candidates: &[DocId],
    ) -> Result<Vec<Begun>, EngineError> {
        let mut begun: Vec<Begun> = candidates.iter().map(|&doc| (doc, Vec::new())).collect();
        let mut positions = Vec::new();
        for info in found.of_part(part) {
            let mut postings = self.postings(found.series, part, info, IndexRecordOption::WithFreqsAndPositions)?;
            leapfrog(candidates, &mut postings, |i, postings| {
                postings.positions(&mut positions);
                begun[i].1.extend(starts(&positions, offsets));
            });
        }
        begun.iter_mut().for_each(|(_, starts)| starts.sort_unstable());
        begun.retain(|(_, starts)| !starts.is_empty());
        Ok(begun)
    }

    /// Keeps the starts of a phrase at whose place any of many terms stands. The terms are read in the order of their
    /// frequency; when one start of each document is `enough`, most are not read at all.
    fn keep_any(
        &self,
        part: usize,
        (offsets, found): &Place,
        mut begun: Vec<Begun>,
        enough: bool,
    ) -> Result<Vec<Begun>, EngineError> {
        let mut infos: Vec<&TermInfo> = found.of_part(part).collect();
        infos.sort_by_key(|info| std::cmp::Reverse(info.doc_freq));
        let mut open: Vec<usize> = (0..begun.len()).collect();
        let mut documents: Vec<DocId> = begun.iter().map(|(doc, _)| *doc).collect();
        let mut kept: Vec<Vec<u32>> = vec![Vec::new(); begun.len()];
        let mut positions = Vec::new();
        for info in infos {
            if open.is_empty() {
                break;
            }
            let mut is_met = false;
            let mut postings = self.postings(found.series, part, info, IndexRecordOption::WithFreqsAndPositions)?;
            leapfrog(&documents, &mut postings, |i, postings| {
                postings.positions(&mut positions);
                let (place, known) = (open[i], &begun[open[i]].1);
                kept[place].extend(starts(&positions, offsets).filter(|start| known.binary_search(start).is_ok()));
                is_met |= !kept[place].is_empty();
            });
            if is_met && enough {
                open.retain(|&place| kept[place].is_empty());
                documents.clear();
                documents.extend(open.iter().map(|&place| begun[place].0));
            }
        }
        for ((_, starts), mut kept) in begun.iter_mut().zip(kept) {
            kept.sort_unstable();
            *starts = kept;
        }
        begun.retain(|(_, starts)| !starts.is_empty());
        Ok(begun)
    }

    /// Opens the postings of each term of a phrase in a part, the rarest first.
    fn open_postings(
        &self,
        part: usize,
        terms: Vec<&Place>,
        option: IndexRecordOption,
    ) -> Result<Vec<OpenTerm>, EngineError> {
        let mut opened: Vec<OpenTerm> = Vec::with_capacity(terms.len());
        for (offsets, found) in terms {
            let mut postings = Vec::new();
            for info in found.of_part(part) {
                postings.push(self.postings(Series::Grams, part, info, option)?);
            }
            opened.push((offsets.clone(), postings));
        }
        let size = |postings: &[SegmentPostings]| postings.iter().map(|each| u64::from(each.doc_freq())).sum::<u64>();
        opened.sort_by_cached_key(|(_, postings)| size(postings));
        Ok(opened)
    }
}

/// A place of a phrase that more terms than these may fill is looked up last.
const MAX_CLOSED: usize = 16;

/// Divides the places of a phrase by whether they stand for a few terms of a part, or for many; the fewest first.
fn split_open(part: usize, terms: &[Place]) -> (Vec<&Place>, Vec<&Place>) {
    let size = |found: &TermPostings| found.of_part(part).count();
    let (closed, mut open): (Vec<_>, Vec<_>) = terms.iter().partition(|(_, found)| size(found) <= MAX_CLOSED);
    open.sort_by_key(|(_, found)| size(found));
    (closed, open)
}

/// Appends the positions at which the phrase would have to start for the term to occur at its place in `doc`.
fn gather(
    postings: &mut [SegmentPostings],
    doc: DocId,
    offsets: &Offsets,
    starts: &mut Vec<u32>,
    buffer: &mut Vec<u32>,
) {
    for each in postings.iter_mut() {
        if seek(each, doc) == doc {
            each.positions(buffer);
            starts.extend(self::starts(buffer, offsets));
        }
    }
    if postings.len() > 1 || offsets.start() < offsets.end() {
        starts.sort_unstable();
    }
}

/// Returns the positions at which a phrase would have to start, for its term to stand at one of the `positions`.
fn starts<'p>(positions: &'p [u32], offsets: &Offsets) -> impl Iterator<Item = u32> + 'p {
    let start = |offset| move |found: &u32| found.checked_sub(offset);
    offsets.clone().flat_map(move |offset| positions.iter().filter_map(start(offset)))
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

/// Returns a lower bound on the document frequency of a term: the document frequency in the part where the term is most
/// frequent. `found` is the term in each segment.
pub(in crate::engine) fn frequency_of<'f>(found: impl IntoIterator<Item = &'f TermPostings>) -> u64 {
    let mut parts = [0_u64; PARTS.len()];
    for (part, info) in found.into_iter().flat_map(|found| found.entries.iter()) {
        parts[*part] += u64::from(info.doc_freq);
    }
    parts.into_iter().max().unwrap_or(0)
}
