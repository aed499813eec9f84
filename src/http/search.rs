//! `/api/search`: what is asked becomes a query, and hits become a body.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{
    Shared,
    fresh::{Answer, Tag},
    markup::html,
    parameters::Parameters,
    refusal::Refusal,
};
use crate::{
    engine::Searcher,
    query::{CaseHit, DateBound, Filter, Grain, Hit, Hits, Note, Page, Query, SectionHit, Sort},
};

const KNOWN: &[&str] =
    &["q", "in", "tag", "author", "category", "from", "to", "sort", "limit", "offset", "literal", "explain"];
/// What a switch may be.
const SWITCH: &[(&str, bool)] = &[("true", true), ("false", false), ("1", true), ("0", false)];
/// The most filters by name: each costs a walk through the posts that pass it.
const MOST_NAMES: usize = 32;

/// Answers a search.
pub(super) async fn search(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap) -> Result<Answer, Refusal> {
    let query = query(uri.query(), &shared.app.zone)?;
    tracing::debug!(?query, "searching");
    let engine = shared.app.engine.engine();
    let work = move || {
        let searcher = engine.searcher()?;
        let tag = Tag::of_answer(&searcher, engine.generation(), &uri);
        let body = if tag.is_held(&headers) { None } else { Some(body(&searcher, &query)?) };
        Ok(Answer { tag, body })
    };
    shared.pool.run(work).await
}

/// Reads the parameters.
fn query(text: Option<&str>, zone: &TimeZone) -> Result<Query, Refusal> {
    let parameters = Parameters::read(text, KNOWN)?;
    let mut filters = Vec::new();
    filters.extend(names(&parameters, "tag")?.map(Filter::Tag));
    filters.extend(names(&parameters, "author")?.map(Filter::Author));
    filters.extend(names(&parameters, "category")?.map(Filter::Category));
    if filters.len() > MOST_NAMES {
        let why = format!("found {} filters by name in all, expected {MOST_NAMES} at the most", filters.len());
        return Err(Refusal::invalid_value("tag", why));
    }
    for (name, bound) in [("from", DateBound::From), ("to", DateBound::To)] {
        if let Some(text) = parameters.text(name)? {
            filters.push(Filter::date(bound, text, zone).map_err(|error| Refusal::invalid_value(name, error))?);
        }
    }
    let usual = Page::default();
    let page = Page {
        limit: parameters.number("limit", 0..=Page::MOST)?.unwrap_or(usual.limit),
        offset: parameters.number("offset", 0..=Page::DEEPEST)?.unwrap_or(usual.offset),
    };
    if page.offset + page.limit > Page::DEEPEST {
        let why = format!(
            "found {}, expected {} at the most together with `limit`; help: narrow the search by dates or tags",
            page.offset,
            Page::DEEPEST
        );
        return Err(Refusal::invalid_value("offset", why));
    }
    Ok(Query {
        text: parameters.typed("q")?,
        grain: parameters.choice("in", Grain::NAMES)?.unwrap_or_default(),
        filters,
        sort: parameters.choice("sort", Sort::NAMES)?.unwrap_or_default(),
        page,
        literal: parameters.choice("literal", SWITCH)?.unwrap_or_default(),
        explain: parameters.choice("explain", SWITCH)?.unwrap_or_default(),
    })
}

fn names(parameters: &Parameters, name: &str) -> Result<impl Iterator<Item = String>, Refusal> {
    Ok(parameters.texts(name)?.into_iter().map(str::to_owned))
}

fn body(searcher: &Searcher, query: &Query) -> Result<Vec<u8>, Refusal> {
    let started = Instant::now();
    let found = searcher.search(query)?;
    serde_json::to_vec(&SearchBody::new(query, found, started.elapsed())).map_err(|_| Refusal::internal())
}

/// The answer of `GET /api/search`, which is also that of `anli search --format json`.
#[derive(Debug, Serialize)]
pub struct SearchBody<'a> {
    /// What was typed.
    query: &'a str,
    notes: Vec<NoteBody>,
    /// How many hits there are in all.
    total: usize,
    /// How long the engine took, in microseconds.
    took_us: u64,
    hits: Vec<HitBody>,
    /// What was searched for instead; nothing yet.
    correction: Option<String>,
}

impl<'a> SearchBody<'a> {
    /// Makes the answer from what was found; `took` is how long the engine took.
    #[must_use]
    pub fn new(query: &'a Query, found: Hits, took: Duration) -> Self {
        Self {
            query: &query.text,
            notes: found.notes.iter().map(NoteBody::from).collect(),
            total: found.total,
            took_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            hits: found.hits.into_iter().map(HitBody::from).collect(),
            correction: None,
        }
    }
}

#[derive(Debug, Serialize)]
struct NoteBody {
    code: &'static str,
    message: String,
}

impl From<&Note> for NoteBody {
    fn from(note: &Note) -> Self {
        Self { code: note.code(), message: note.message() }
    }
}

#[derive(Debug, Serialize)]
struct HitBody {
    id: String,
    url: String,
    title: String,
    title_html: String,
    /// RFC 3339, at the offset of its author.
    date: Option<String>,
    /// All authors in one line.
    author: Option<String>,
    authors: Vec<String>,
    tags: Vec<String>,
    categories: Vec<String>,
    score: f32,
    snippet_html: String,
    sections: Vec<SectionBody>,
    case: Option<CaseBody>,
    /// Whether the file has since become unreadable, and this is its last good version.
    stale: bool,
}

impl From<Hit> for HitBody {
    fn from(hit: Hit) -> Self {
        Self {
            id: hit.id.to_string(),
            url: hit.url,
            title_html: html(&hit.title),
            title: hit.title.text,
            date: hit.date.map(|date| date.to_string()),
            author: one_line(&hit.authors),
            authors: hit.authors,
            tags: hit.tags,
            categories: hit.categories,
            score: hit.score,
            snippet_html: html(&hit.snippet),
            sections: hit.sections.into_iter().map(SectionBody::from).collect(),
            case: hit.case.map(CaseBody::from),
            stale: hit.stale,
        }
    }
}

#[derive(Debug, Serialize)]
struct SectionBody {
    heading: String,
    heading_html: String,
    /// Empty when the page has no place to jump to.
    anchor: String,
    url: String,
    /// Of the heading in the source file, from 1.
    line: u32,
    is_case: bool,
    snippet_html: Option<String>,
}

impl From<SectionHit> for SectionBody {
    fn from(section: SectionHit) -> Self {
        Self {
            heading_html: html(&section.heading),
            heading: section.heading.text,
            anchor: section.anchor,
            url: section.url,
            line: section.line,
            is_case: section.is_case,
            snippet_html: section.snippet.as_ref().map(html),
        }
    }
}

#[derive(Debug, Serialize)]
struct CaseBody {
    heading: String,
    heading_html: String,
    /// From 1, in the order of the post.
    number: usize,
    line: u32,
}

impl From<CaseHit> for CaseBody {
    fn from(case: CaseHit) -> Self {
        Self { heading_html: html(&case.heading), heading: case.heading.text, number: case.number, line: case.line }
    }
}

/// Gives names in one line, as Chinese text lists them.
pub(super) fn one_line(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join("、"))
}
