//! `anli search`: searches the index, also while another process writes it.

mod show;

use std::{io::Write as _, time::Instant};

use anyhow::anyhow;
use jiff::tz::TimeZone;

use super::{
    Common,
    output::{self, Format, Help as _, Outcome},
    settings::{Settings, explain},
    typed::{choice, number},
};
use crate::{
    engine::Engine,
    http::{SearchBody, SimilarBody},
    post::PostId,
    query::{DateBound, Filter, Grain, Page, Query, Sort},
};

/// The largest values of `--limit` and `--offset`.
const LIMIT: u16 = Page::MOST as u16;
const OFFSET: u16 = Page::DEEPEST as u16 - 1;

/// Options of `anli search`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What to search for; without it, everything that passes the filters
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// Whole posts, or single cases
    #[arg(long = "in", value_name = "GRAIN", default_value = "posts", value_parser = choice(Grain::NAMES))]
    grain: Grain,
    /// Only posts with this tag; may be repeated
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only posts by this author; may be repeated
    #[arg(long, value_name = "NAME")]
    author: Vec<String>,
    /// Only posts in this category; may be repeated
    #[arg(long, value_name = "NAME")]
    category: Vec<String>,
    /// Only posts of this date or later: 2022, 2022-05 or 2022-05-05
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Only posts of this date or earlier
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// The order of hits
    #[arg(long, value_name = "ORDER", default_value = "relevance", value_parser = choice(Sort::NAMES))]
    sort: Sort,
    /// How many hits to show, 100 at the most
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = |text: &str| number(text, 0..=LIMIT))]
    limit: u16,
    /// How many hits to leave out first
    #[arg(long, value_name = "NUMBER", default_value_t = 0, value_parser = |text: &str| number(text, 0..=OFFSET))]
    offset: u16,
    /// Search for the text as it stands: no other names, no corrections, nothing left out
    #[arg(long)]
    literal: bool,
    /// Say how each hit came by its score
    #[arg(long)]
    explain: bool,
    /// Posts like this one, by the words that say most of it; an id is a path below the posts folder without extension
    #[arg(long, value_name = "ID", conflicts_with_all = ["text", "grain", "tag", "author", "category", "from", "to", "sort", "offset", "literal", "explain"])]
    like: Option<String>,
    /// How to write the hits; `json` is the body of `GET /api/search`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

impl Arguments {
    fn query(&self, zone: &TimeZone) -> anyhow::Result<Query> {
        let mut filters: Vec<Filter> = Vec::new();
        filters.extend(self.tag.iter().cloned().map(Filter::Tag));
        filters.extend(self.author.iter().cloned().map(Filter::Author));
        filters.extend(self.category.iter().cloned().map(Filter::Category));
        for (name, bound, text) in [("from", DateBound::From, &self.from), ("to", DateBound::To, &self.to)] {
            if let Some(text) = text {
                filters.push(Filter::date(bound, text, zone).map_err(|error| anyhow!("`--{name}`: {error}"))?);
            }
        }
        Ok(Query {
            text: self.text.join(" ").trim_start().to_owned(),
            grain: self.grain,
            filters,
            sort: self.sort,
            page: Page { limit: self.limit.into(), offset: self.offset.into() },
            literal: self.literal,
            explain: self.explain,
        })
    }
}

pub(super) fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let settings = Settings::read_for_search(common)?;
    let query = arguments.query(&settings.zone())?;
    let engine = Engine::open(&settings.index).map_err(explain)?;
    if !engine.is_of_this_version() {
        output::say("warning: the index is of another version of anli, so posts may be missed until it is built anew");
    }
    settings.apply_to(&engine);
    let searcher = engine.searcher().map_err(explain)?;
    let like = arguments.like.as_ref().map(|id| PostId::from(id.clone()));
    let started = Instant::now();
    let hits = match &like {
        None => searcher.search(&query).map_err(explain)?,
        Some(id) => searcher
            .similar(id, query.page.limit)
            .map_err(explain)?
            .ok_or_else(|| anyhow!("there is no post `{id}`"))
            .help(
                "the id of a post is its path below the posts folder without the extension, as `anli search` shows it",
            )?,
    };
    let took = started.elapsed();
    let outcome = if hits.total == 0 { Outcome::No } else { Outcome::Good };
    let mut out = anstream::stdout().lock();
    match (arguments.format, &like) {
        (Format::Json, None) => output::json(&mut out, &SearchBody::new(&query, hits, took))?,
        (Format::Json, Some(id)) => output::json(&mut out, &SimilarBody::new(id, hits, took))?,
        (Format::Text, _) => {
            for hit in &hits.hits {
                show::hit(&mut out, hit, like.is_none())?;
            }
            show::summary(&query, &hits, took.as_secs_f64() * 1_000.0);
        }
    }
    out.flush()?;
    Ok(outcome)
}
