//! The requested page: makes hits of the documents that were found.
//!
//! [`super::stages`] finds the documents, [`super::merge`] orders them, and [`crate::engine::hit`] makes the hits. The
//! module does not know how a text is read.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::{
    engine::{
        error::EngineError,
        hit::{answer::hit, parallel, snippet::Marker},
        index::title::title_hash,
        postings::{commit::Commit, segment::Segment, sets::DocId},
        search::{
            answer::{Answer, Matches},
            context::{Aids, Documents, Search},
            explain::Explainer,
            merge::{Order, by_date, by_relevance, distinct},
            stages,
        },
    },
    post::PostId,
    query::{Correction, Hits, Match, Note, Page, ParsedText, Query, Sort},
};

/// Answers a query.
///
/// # Errors
/// When the index cannot be read.
pub(in crate::engine) fn answer(commit: &Commit, aids: Aids<'_>, query: &Query) -> Result<Hits, EngineError> {
    let segments = commit.segments()?;
    let search = Search::new(commit, aids, &segments, query);
    let mut hits = if query.text.trim().is_empty() {
        everything(&search)?
    } else {
        let found = stages::run(&search)?;
        let hits = match found.answers.as_slice() {
            [only] if found.has_no_clauses() => titled(&search, &only.parsed)?,
            answers => page(&search, answers, found.correction, found.order)?,
        };
        Hits { did_you_mean: found.did_you_mean, ..hits }
    };
    if search.is_spent() {
        hits.notes.push(Note::CutShort);
    }
    if !commit.facts.whole {
        hits.notes.push(Note::Indexing);
    }
    Ok(hits)
}

/// Upper bound on the different pieces of a post that match a query.
const MAX_MATCHED: usize = 100;

/// Returns the different pieces of a post's text and headings that match a query, as they are written there.
///
/// # Errors
/// When the index cannot be read.
pub(in crate::engine) fn matched(
    commit: &Commit,
    aids: Aids<'_>,
    query: &Query,
    id: &PostId,
) -> Result<Vec<String>, EngineError> {
    let Some(post) = commit.post(id)? else { return Ok(Vec::new()) };
    let segments = commit.segments()?;
    let search = Search::new(commit, aids, &segments, query);
    let answers = stages::run(&search)?.answers;
    let mut pieces: Vec<String> = Vec::new();
    let headings = post.sections.iter().map(|section| section.heading.as_str());
    let blocks: Vec<&str> = post.text.split('\n').chain(headings).collect();
    for answer in &answers {
        let marker = Marker::new(&answer.parsed.clauses, &answer.parsed.whole);
        for block in &blocks {
            for piece in marker.find(block).into_iter().filter_map(|found| block.get(found.range)) {
                if pieces.len() < MAX_MATCHED && !pieces.iter().any(|known| known == piece) {
                    pieces.push(piece.to_owned());
                }
            }
        }
    }
    Ok(pieces)
}

/// Returns everything that passes the filters.
fn everything(search: &Search<'_>) -> Result<Hits, EngineError> {
    let found = search.filtered(search.segments.iter().map(|segment| (0..segment.size()).collect()).collect())?;
    let answer = Answer::new(ParsedText::default(), vec![Matches::new(Match::Exact, found)]);
    page(search, &[answer], None, Order::Ranked)
}

/// Returns the posts whose title consists of exactly the typed signs, since a text of signs has no terms.
fn titled(search: &Search<'_>, parsed: &ParsedText) -> Result<Hits, EngineError> {
    let title = (!parsed.key.is_empty()).then(|| title_hash(&parsed.key));
    let has_it = |segment: &Segment<'_>, doc: &DocId| title.is_some() && segment.columns().title(*doc) == title;
    let of = |segment: &Segment<'_>| (0..segment.size()).filter(|doc| has_it(segment, doc)).collect();
    let found: Documents = search.filtered(search.segments.iter().map(of).collect())?;
    if found.iter().all(Vec::is_empty) {
        return Ok(Hits { notes: parsed.notes.clone(), ..Hits::default() });
    }
    let answer = Answer::new(ParsedText::default(), vec![Matches::new(Match::Exact, found)]);
    let mut hits = page(search, &[answer], None, Order::Ranked)?;
    for hit in &mut hits.hits {
        hit.title.marks = std::iter::once(0..hit.title.text.len()).collect();
    }
    Ok(hits)
}

/// Makes the requested page.
fn page(
    search: &Search<'_>,
    answers: &[Answer],
    correction: Option<Correction>,
    order: Order,
) -> Result<Hits, EngineError> {
    let query = search.query;
    let Page { limit, offset } = query.page;
    let last = offset.saturating_add(limit).min(Page::DEEPEST);
    let blank = query.text.trim().is_empty();
    let sort = if blank && query.sort == Sort::Relevance { Sort::Newest } else { query.sort };
    let candidates = match sort {
        Sort::Relevance => by_relevance(search, answers, last, order)?,
        _ => by_date(search, answers, sort, last),
    };
    let markers: Vec<Marker<'_>> =
        answers.iter().map(|answer| Marker::new(&answer.parsed.clauses, &answer.parsed.whole)).collect();
    let page = candidates.get(offset..).unwrap_or_default();
    let (commit, grain) = (search.commit, query.grain);
    let made = parallel::each(page, |candidate| hit(commit, candidate, grain, &markers[candidate.reading]));
    let mut hits = Vec::with_capacity(page.len());
    let mut explainers: FxHashMap<(usize, Match), Explainer<'_>> = FxHashMap::default();
    for (candidate, made) in page.iter().zip(made) {
        let Some(mut hit) = made? else { continue };
        if query.explain {
            let explainer = match explainers.entry((candidate.reading, candidate.ranked)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let parsed = &answers[candidate.reading].parsed;
                    new.insert(Explainer::new(search, parsed, candidate.ranked)?)
                }
            };
            hit.explanation = explainer.explain(candidate)?;
        }
        hits.push(hit);
    }
    let notes = answers.first().map(|answer| answer.parsed.notes.clone()).unwrap_or_default();
    Ok(Hits { total: distinct(search, answers), hits, notes, correction, did_you_mean: None })
}
