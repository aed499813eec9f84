//! `anli words`: suggests words that occur in the posts and that no dictionary contains.

use std::io::Write as _;

use anyhow::Context as _;
use clap::ValueEnum;
use jiff::Timestamp;
use serde::Serialize;

use super::{
    Common,
    output::{self, Outcome, with_progress},
    settings::Settings,
    typed::number,
};
use crate::words::{NewWord, find};

/// Options of `anli words`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How often a word must occur at least
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = |text: &str| number(text, 2..=u32::MAX))]
    min_count: u32,
    /// How many words to offer, the best first
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = |text: &str| number(text, 1..=10_000_u16))]
    limit: u16,
    /// How to write them; `yaml` can be pasted into `anli.yaml`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "yaml")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Yaml,
    Json,
}

/// A word as JSON.
#[derive(Serialize)]
struct Offer<'a> {
    word: &'a str,
    count: u32,
    posts: u32,
    path: &'a str,
    example: &'a str,
}

pub(super) fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let settings = Settings::read(common)?;
    let source = settings.source()?;
    let Arguments { min_count, limit, .. } = *arguments;
    let found = with_progress("reading", "files", |tell| {
        find(&source, &settings.analyzer(), Timestamp::now(), min_count, limit.into(), tell)
            .with_context(|| format!("cannot read the posts folder `{}`", settings.posts.display()))
    })?;
    let mut out = anstream::stdout().lock();
    match arguments.format {
        Format::Json => {
            let offers = found.iter().map(|NewWord { word, count, posts, path, example }| Offer {
                word,
                count: *count,
                posts: *posts,
                path,
                example,
            });
            output::json(&mut out, &offers.collect::<Vec<_>>())?;
        }
        Format::Yaml if found.is_empty() => {}
        Format::Yaml => {
            writeln!(out, "words:")?;
            for NewWord { word, count, posts, path, example } in &found {
                // The text of an author must not leave the line of the comment.
                let line = format!("{path}: {example}").replace(char::is_control, " ");
                writeln!(out, "  - {word} # {count} times, {} {line}", in_posts(*posts))?;
            }
        }
    }
    out.flush()?;
    if found.is_empty() {
        output::say(format_args!("no new word occurs {min_count} times or more"));
        return Ok(Outcome::No);
    }
    Ok(Outcome::Good)
}

fn in_posts(posts: u32) -> String {
    if posts == 1 { "1 post;".to_owned() } else { format!("{posts} posts;") }
}
