//! `/api/search`: the parameters become a query.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::State,
    http::{HeaderMap, Uri},
};
use jiff::tz::TimeZone;

use super::{
    Shared,
    body::SearchBody,
    fresh::{Answer, Tag},
    parameters::Parameters,
    pool::Abandoned,
    refusal::Refusal,
    waiting::MIN_SEQ,
};
use crate::{
    engine::Budget,
    query::{DateBound, Filter, Grain, Note, Page, Query, Sort},
};

const KNOWN: &[&str] =
    &["q", "in", "tag", "author", "category", "from", "to", "sort", "limit", "offset", "literal", "explain", MIN_SEQ];
/// The values of a switch.
pub(super) const SWITCH: &[(&str, bool)] = &[("true", true), ("false", false), ("1", true), ("0", false)];
/// Upper bound on the number of filters by name: each costs a walk through the posts that pass it.
const MAX_NAMES: usize = 32;

/// Answers a search.
pub(super) async fn search(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap) -> Result<Answer, Refusal> {
    let parameters = Parameters::read(uri.query(), KNOWN)?;
    let settings = shared.answers();
    let query = query(&parameters, &settings.zone)?;
    tracing::debug!(?query, "searching");
    let engine = shared.engine(&parameters).await?;
    let time = shared.app.settings.request_timeout / 2;
    let here = shared.clone();
    let work = move |abandoned: Abandoned| {
        let searcher = engine.searcher()?;
        let tag = Tag::of_answer(&settings, engine.generation(), &searcher, &uri)?;
        let body = || {
            let started = Instant::now();
            let found = searcher.search_within(&query, &Budget::of(time).until(abandoned.flag()))?;
            // Asked again, the same commit may answer in full.
            let is_final = !found.notes.contains(&Note::CutShort);
            Ok((SearchBody::new(&query, found, started.elapsed()), is_final))
        };
        Answer::tagged(searcher.seq(), tag, &headers, &here.given, body)
    };
    shared.answer(work).await
}

/// Reads the parameters.
fn query(parameters: &Parameters, zone: &TimeZone) -> Result<Query, Refusal> {
    let mut filters = Vec::new();
    let tag: fn(String) -> Filter = Filter::Tag;
    for (name, filter) in [("tag", tag), ("author", Filter::Author), ("category", Filter::Category)] {
        filters.extend(parameters.texts(name)?.into_iter().map(|text| filter(text.to_owned())));
    }
    if filters.len() > MAX_NAMES {
        let why = format!("found {} filters by name in all, expected {MAX_NAMES} at the most", filters.len());
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
