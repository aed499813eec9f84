//! `anli search`: searches the index, also while another process writes it.

use std::{io::Write as _, time::Instant};

use anyhow::anyhow;
use clap::ValueEnum;
use jiff::tz::TimeZone;

use super::{
    Common,
    output::{self, FAINT, MARK, Outcome, plain},
    settings::{Settings, explain},
    typed::number,
};
use crate::{
    engine::Engine,
    http::SearchBody,
    query::{DateBound, Filter, Grain, Hit, Hits, Page, Query, Snippet, Sort},
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
    #[arg(long = "in", value_enum, value_name = "GRAIN", default_value = "posts")]
    grain: GrainName,
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
    #[arg(long, value_enum, value_name = "ORDER", default_value = "relevance")]
    sort: SortName,
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
    /// How to write the hits; `json` is the body of `GET /api/search`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum GrainName {
    Posts,
    Cases,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SortName {
    Relevance,
    Newest,
    Oldest,
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
            text: self.text.join(" "),
            grain: match self.grain {
                GrainName::Posts => Grain::Posts,
                GrainName::Cases => Grain::Cases,
            },
            filters,
            sort: match self.sort {
                SortName::Relevance => Sort::Relevance,
                SortName::Newest => Sort::Newest,
                SortName::Oldest => Sort::Oldest,
            },
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
    let started = Instant::now();
    let hits = engine.searcher().and_then(|searcher| searcher.search(&query)).map_err(explain)?;
    let took = started.elapsed();
    let outcome = if hits.total == 0 { Outcome::No } else { Outcome::Good };
    let mut out = anstream::stdout().lock();
    match arguments.format {
        Format::Json => {
            let body = SearchBody::new(&query, hits, took);
            serde_json::to_writer_pretty(&mut out, &body)?;
            writeln!(out)?;
        }
        Format::Text => {
            for hit in &hits.hits {
                show(&mut out, hit)?;
            }
            summary(&query, &hits, took.as_secs_f64() * 1_000.0);
        }
    }
    out.flush()?;
    Ok(outcome)
}

fn summary(query: &Query, hits: &Hits, milliseconds: f64) {
    for note in &hits.notes {
        output::say(format_args!("note: {}", note.message()));
    }
    let shown = if hits.hits.is_empty() {
        String::new()
    } else {
        format!(", {} to {} shown", query.page.offset + 1, query.page.offset + hits.hits.len())
    };
    let noun = match (query.grain, hits.total) {
        (Grain::Posts, 1) => "post",
        (Grain::Posts, _) => "posts",
        (Grain::Cases, 1) => "case",
        (Grain::Cases, _) => "cases",
    };
    output::say(format_args!("{} {noun}{shown}, {milliseconds:.1} ms", hits.total));
}

fn show(out: &mut impl std::io::Write, hit: &Hit) -> std::io::Result<()> {
    let bold = anstyle::Style::new().bold();
    writeln!(out, "{bold}{}{bold:#}", marked(&hit.title))?;
    let mut facts = vec![hit.id.to_string()];
    facts.extend(hit.date.map(|date| date.civil().date().to_string()));
    facts.extend((!hit.authors.is_empty()).then(|| hit.authors.join("、")));
    facts.extend((!hit.tags.is_empty()).then(|| hit.tags.join(" ")));
    facts.extend(hit.stale.then(|| "last good version of a file that is broken now".to_owned()));
    writeln!(out, "  {FAINT}{}{FAINT:#}", facts.join(" · "))?;
    if let Some(case) = &hit.case {
        writeln!(out, "  {} (line {})", marked(&case.heading), case.line)?;
    }
    writeln!(out, "  {}", marked(&hit.snippet))?;
    for section in &hit.sections {
        let snippet = section.snippet.as_ref().map(|snippet| format!(": {}", marked(snippet))).unwrap_or_default();
        writeln!(out, "  {FAINT}§{FAINT:#} {}{snippet}", marked(&section.heading))?;
    }
    writeln!(out, "  {FAINT}{}{FAINT:#}\n", hit.url)
}

/// Gives a snippet in one line, with what matched in colour; terminal control characters are left out.
fn marked(snippet: &Snippet) -> String {
    let mut shown = String::new();
    let mut at = 0;
    if snippet.cut_before {
        shown.push('…');
    }
    for mark in &snippet.marks {
        shown.push_str(&plain(snippet.text.get(at..mark.start).unwrap_or_default()));
        shown.push_str(&format!("{MARK}{}{MARK:#}", plain(snippet.text.get(mark.clone()).unwrap_or_default())));
        at = mark.end;
    }
    shown.push_str(&plain(snippet.text.get(at..).unwrap_or_default()));
    if snippet.cut_after {
        shown.push('…');
    }
    shown
}
