//! A snapshot of the index, and how it answers.

use std::{collections::hash_map::Entry, sync::Arc};

use rustc_hash::FxHashSet;
use tantivy::{
    DocAddress, DocId, DocSet as _, Searcher as Snapshot, TERMINATED, TantivyDocument, Term as IndexTerm,
    schema::{Field, IndexRecordOption, Value as _},
};

use super::{
    Engine, EngineError,
    document::{Stored, title_hash},
    matching::{self, Lookup, Strictness, intersection},
    ranking::{Scored, Statistics, WEIGHTS, WINDOW, nearness},
    schema::Kind,
    segment::{Lengths, Segment, numbers, signed_numbers},
    snippet::Marker,
};
use crate::{
    post::{Post, PostId},
    query::{Filter, Grain, Hits, Needs, Note, Page, Query, Sort, parse},
    text::{Analyzer, fold},
};

/// An immutable snapshot of a commit. Cheap to make, to share and to drop.
pub struct Searcher {
    pub(super) engine: Engine,
    pub(super) snapshot: Snapshot,
    /// That of the posts of the snapshot.
    analyzer: Arc<Analyzer>,
    lengths: Vec<Arc<Lengths>>,
}

impl std::fmt::Debug for Searcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher").field("engine", &self.engine).finish_non_exhaustive()
    }
}

/// A document on its way to become a hit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub score: f32,
    pub segment: usize,
    pub doc: DocId,
}

impl Searcher {
    pub(super) fn new(engine: &Engine) -> Result<Self, EngineError> {
        let (snapshot, analyzer) = engine.shown();
        let mut lengths = Vec::with_capacity(snapshot.segment_readers().len());
        let mut known = engine.lengths.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for reader in snapshot.segment_readers() {
            let of_segment = match known.entry(reader.segment_id()) {
                Entry::Occupied(seen) => seen.get().clone(),
                Entry::Vacant(place) => place.insert(Arc::new(Lengths::of(reader, &engine.fields)?)).clone(),
            };
            lengths.push(of_segment);
        }
        if known.len() > 2 * lengths.len() + 16 {
            let live: FxHashSet<_> =
                snapshot.segment_readers().iter().map(tantivy::SegmentReader::segment_id).collect();
            known.retain(|id, _| live.contains(id));
        }
        drop(known);
        Ok(Self { engine: engine.clone(), snapshot, analyzer, lengths })
    }

    /// Gives a number that differs from that of every other commit of this generation.
    #[must_use]
    pub fn commit(&self) -> u64 {
        // Every document and deletion has a stamp of its own, and both only grow. Words that no post holds change none.
        let segments = self.snapshot.segment_readers().iter();
        segments
            .map(|reader| {
                let id = twox_hash::XxHash3_64::oneshot(reader.segment_id().uuid_string().as_bytes());
                id ^ reader.delete_opstamp().unwrap_or(0).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            })
            .fold(self.analyzer.stamp(), u64::wrapping_add)
    }

    /// Answers a query.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, query: &Query) -> Result<Hits, EngineError> {
        let mut needs = parse(&query.text, &self.analyzer);
        let blank = query.text.trim().is_empty();
        if needs.is_empty() && !blank {
            return Ok(Hits { total: 0, hits: Vec::new(), notes: needs.notes });
        }
        let segments = self.segments()?;
        let statistics = Statistics::of(&segments);
        let mut lookups = Vec::with_capacity(needs.needs.len());
        for need in &needs.needs {
            lookups.push(Lookup::of(need, &segments, statistics.documents)?);
        }
        let mut found = self.found(&segments, &lookups, Strictness::Usual, query)?;
        if !lookups.is_empty() && found.iter().all(Vec::is_empty) {
            found = self.found(&segments, &lookups, Strictness::Relaxed, query)?;
            if lookups.len() > 1 && found.iter().any(|documents| !documents.is_empty()) {
                needs.notes.push(Note::Relaxed);
            }
        }
        drop(lookups);
        let total = found.iter().map(Vec::len).sum();
        let sort = if blank && query.sort == Sort::Relevance { Sort::Newest } else { query.sort };
        let last = query.page.offset.saturating_add(query.page.limit).min(Page::DEEPEST);
        let best = if query.page.limit == 0 {
            Vec::new()
        } else if sort == Sort::Relevance {
            self.best(&segments, &statistics, &needs, &found, last)?
        } else {
            self.by_date(&segments, &found, sort, last)?
        };
        let marker = Marker::new(&needs.needs);
        let mut hits = Vec::new();
        for candidate in best.iter().skip(query.page.offset) {
            hits.extend(self.hit(candidate, query.grain, &marker)?);
        }
        needs.notes.retain(|note| !(blank && *note == Note::NothingToSearch));
        Ok(Hits { total, hits, notes: needs.notes })
    }

    pub(super) fn segments(&self) -> Result<Vec<Segment<'_>>, EngineError> {
        let readers = self.snapshot.segment_readers().iter().zip(&self.lengths);
        readers.map(|(reader, lengths)| Segment::open(reader, &self.engine.fields, lengths.clone())).collect()
    }

    /// Gives the documents of each segment that match and pass the filters.
    fn found(
        &self,
        segments: &[Segment<'_>],
        lookups: &[Lookup<'_>],
        strictness: Strictness,
        query: &Query,
    ) -> Result<Vec<Vec<DocId>>, EngineError> {
        let mut found = Vec::with_capacity(segments.len());
        for (at, segment) in segments.iter().enumerate() {
            let mut documents = if lookups.is_empty() {
                (0..segment.reader.max_doc()).collect()
            } else {
                matching::matches(at, segment, lookups, strictness)?
            };
            if !documents.is_empty() {
                self.filter(segment, &mut documents, query)?;
            }
            found.push(documents);
        }
        Ok(found)
    }

    /// Keeps the documents that are alive, of the wanted grain, and pass every filter.
    fn filter(&self, segment: &Segment<'_>, documents: &mut Vec<DocId>, query: &Query) -> Result<(), EngineError> {
        let kinds = numbers(segment.reader, "kind")?;
        let wanted = |kind: Kind| match query.grain {
            Grain::Posts => kind.is_post(),
            Grain::Cases => kind.is_case(),
        };
        documents.retain(|&doc| {
            kinds.first(doc).and_then(Kind::of).is_some_and(wanted)
                && segment.reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc))
        });
        for filter in &query.filters {
            match filter {
                Filter::Tag(name) => self.keep_labelled(segment, self.engine.fields.tag, name, documents)?,
                Filter::Author(name) => self.keep_labelled(segment, self.engine.fields.author, name, documents)?,
                Filter::Category(name) => self.keep_labelled(segment, self.engine.fields.category, name, documents)?,
                Filter::From(moment) | Filter::Before(moment) => {
                    let dates = signed_numbers(segment.reader, "date")?;
                    // Posts have whole seconds; a bound between two of them means the later one.
                    let bound = moment.as_second() + i64::from(moment.subsec_nanosecond() > 0);
                    let from = matches!(filter, Filter::From(_));
                    documents.retain(|&doc| dates.first(doc).is_some_and(|date| (date >= bound) == from));
                }
            }
        }
        Ok(())
    }

    fn keep_labelled(
        &self,
        segment: &Segment<'_>,
        field: Field,
        name: &str,
        documents: &mut Vec<DocId>,
    ) -> Result<(), EngineError> {
        let term = IndexTerm::from_field_text(field, fold(name.trim()).as_str());
        *documents = intersection(&with_term(segment, &term)?, documents);
        Ok(())
    }

    /// Gives the `last` best, best first.
    fn best(
        &self,
        segments: &[Segment<'_>],
        statistics: &Statistics,
        needs: &Needs,
        found: &[Vec<DocId>],
        last: usize,
    ) -> Result<Vec<Candidate>, EngineError> {
        let mut terms = Vec::with_capacity(needs.terms.len());
        for term in &needs.terms {
            terms.push(Scored::of(term, segments, statistics)?);
        }
        let most: f32 = terms.iter().map(Scored::most).sum();
        let key = title_hash(&needs.key);
        let mut all = Vec::with_capacity(found.iter().map(Vec::len).sum());
        let mut occurrences = Vec::new();
        for (at, (segment, documents)) in segments.iter().zip(found).enumerate() {
            if documents.is_empty() {
                continue;
            }
            let mut scores = vec![0.0; documents.len()];
            for term in &terms {
                term.add(at, segment, statistics, documents, &mut scores, &mut occurrences)?;
            }
            let titles = numbers(segment.reader, "title_key")?;
            for (&doc, mut score) in documents.iter().zip(scores) {
                if titles.first(doc) == Some(key) {
                    score += WEIGHTS.exact_title * most.max(1.0);
                }
                all.push(Candidate { score, segment: at, doc });
            }
        }
        top(&mut all, last.max(WINDOW));
        let near = all.len().min(WINDOW);
        self.draw_near(segments, needs, most, &mut all[..near])?;
        all.truncate(last);
        Ok(all)
    }

    /// Raises the candidates in which the whole query stands as a phrase, and sorts them anew.
    fn draw_near(
        &self,
        segments: &[Segment<'_>],
        needs: &Needs,
        most: f32,
        window: &mut [Candidate],
    ) -> Result<(), EngineError> {
        if needs.whole.is_empty() {
            return Ok(());
        }
        for (at, segment) in segments.iter().enumerate() {
            let mut documents: Vec<DocId> =
                window.iter().filter(|candidate| candidate.segment == at).map(|candidate| candidate.doc).collect();
            documents.sort_unstable();
            let shares = nearness(segment, &needs.whole, &documents)?;
            for candidate in window.iter_mut().filter(|candidate| candidate.segment == at) {
                if let Ok(i) = documents.binary_search(&candidate.doc) {
                    candidate.score += shares[i] * most;
                }
            }
        }
        window.sort_by(order);
        Ok(())
    }

    /// Gives the `last` first by date.
    fn by_date(
        &self,
        segments: &[Segment<'_>],
        found: &[Vec<DocId>],
        sort: Sort,
        last: usize,
    ) -> Result<Vec<Candidate>, EngineError> {
        let mut all = Vec::with_capacity(found.iter().map(Vec::len).sum());
        for (at, (segment, documents)) in segments.iter().zip(found).enumerate() {
            let dates = signed_numbers(segment.reader, "date")?;
            all.extend(documents.iter().map(|&doc| (dates.first(doc), at, doc)));
        }
        let key = |&(date, segment, doc): &(Option<i64>, usize, DocId)| {
            let date = match sort {
                Sort::Oldest => date.unwrap_or(i64::MAX),
                _ => date.unwrap_or(i64::MIN).saturating_neg(),
            };
            (date, segment, doc)
        };
        if last < all.len() {
            all.select_nth_unstable_by_key(last, key);
            all.truncate(last);
        }
        all.sort_unstable_by_key(key);
        Ok(all.into_iter().map(|(_, segment, doc)| Candidate { score: 0.0, segment, doc }).collect())
    }

    /// Gives the post with this id.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn post(&self, id: &PostId) -> Result<Option<Post>, EngineError> {
        let term = IndexTerm::from_field_text(self.engine.fields.id, id.as_str());
        for (at, segment) in self.segments()?.iter().enumerate() {
            let kinds = numbers(segment.reader, "kind")?;
            for doc in with_term(segment, &term)? {
                let is_post = kinds.first(doc).and_then(Kind::of).is_some_and(Kind::is_post);
                if is_post && !segment.reader.is_deleted(doc) {
                    return self.stored(DocAddress::new(at as u32, doc));
                }
            }
        }
        Ok(None)
    }

    pub(super) fn stored(&self, address: DocAddress) -> Result<Option<Post>, EngineError> {
        let document: TantivyDocument = self.snapshot.doc(address).map_err(EngineError::read)?;
        let fields = &self.engine.fields;
        let Some(bytes) = document.get_first(fields.post).and_then(|value| value.as_bytes()) else { return Ok(None) };
        let stored: Stored<'_> =
            rmp_serde::from_slice(bytes).map_err(|error| EngineError::Stored(error.to_string()))?;
        let text = document.get_first(fields.text).and_then(|value| value.as_str()).unwrap_or_default();
        Ok(Some(stored.with_text(text.to_owned())))
    }

    /// Gives how many posts and how many cases can be found.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn counts(&self) -> Result<(usize, usize), EngineError> {
        let (mut posts, mut cases) = (0, 0);
        for reader in self.snapshot.segment_readers() {
            let kinds = numbers(reader, "kind")?;
            for kind in reader.doc_ids_alive().filter_map(|doc| kinds.first(doc).and_then(Kind::of)) {
                posts += usize::from(kind.is_post());
                cases += usize::from(kind.is_case());
            }
        }
        Ok((posts, cases))
    }
}

/// The order of hits: best first; equal ones stay as they lie in the index, so that pages do not overlap.
fn order(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    b.score.total_cmp(&a.score).then(a.segment.cmp(&b.segment)).then(a.doc.cmp(&b.doc))
}

/// Leaves the `last` best, in order.
fn top(all: &mut Vec<Candidate>, last: usize) {
    if last < all.len() {
        all.select_nth_unstable_by(last, order);
        all.truncate(last);
    }
    all.sort_unstable_by(order);
}

/// Gives the documents of a segment that have a term, in order, deleted ones among them.
fn with_term(segment: &Segment<'_>, term: &IndexTerm) -> Result<Vec<DocId>, EngineError> {
    let index = segment.reader.inverted_index(term.field()).map_err(EngineError::read)?;
    let mut documents = Vec::new();
    if let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? {
        while postings.doc() != TERMINATED {
            documents.push(postings.doc());
            postings.advance();
        }
    }
    Ok(documents)
}
