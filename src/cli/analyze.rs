//! `anli analyze`: how a text is folded and cut, and why.

use std::io::Write as _;

use clap::ValueEnum;

use super::{
    Common,
    output::{self, FAINT, Outcome},
    settings::{Settings, explain},
};
use crate::{
    engine::{Engine, EngineError},
    http::AnalysisBody,
    text::{Analysis, Analyzer},
};

/// Options of `anli analyze`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What to analyze
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    /// How to write it; `json` is the body of `GET /api/analyze`
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let settings = Settings::read_for_search(common)?;
    let analyzer = match Engine::open(&settings.index) {
        Ok(engine) => engine.analyzer(),
        Err(error @ EngineError::Missing { .. }) => {
            output::say(format_args!("note: {error}, so words that posts teach are not known"));
            settings.analyzer()
        }
        Err(error) => return Err(explain(error)),
    };
    let text = arguments.text.join(" ");
    let mut out = anstream::stdout().lock();
    match arguments.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &AnalysisBody::new(&text, &analyzer))?;
            writeln!(out)?;
        }
        Format::Text => show(&mut out, &text, &analyzer)?,
    }
    out.flush()?;
    Ok(Outcome::Good)
}

fn show(out: &mut impl std::io::Write, text: &str, analyzer: &Analyzer) -> std::io::Result<()> {
    let Analysis { folded, changes, words, grams, characters } = analyzer.analysis(text);
    let head = |out: &mut dyn std::io::Write, name: &str| write!(out, "{FAINT}{name:<11}{FAINT:#}");
    head(out, "folded")?;
    writeln!(out, "{}", visible(&folded))?;
    for change in changes {
        let from = visible(text.get(change.range).unwrap_or_default());
        writeln!(out, "           {from} → {} {FAINT}{}{FAINT:#}", visible(&change.to), change.rule.as_str())?;
    }
    head(out, "words")?;
    let mut line = String::new();
    for word in &words {
        let inside = if word.inside { "‹" } else { "" };
        line.push_str(&format!("{inside}{} {FAINT}{}{FAINT:#}  ", word.term, word.reason.as_str()));
    }
    writeln!(out, "{}", line.trim_end())?;
    head(out, "grams")?;
    writeln!(out, "{}", grams.iter().map(|(gram, _)| gram.as_str()).collect::<Vec<_>>().join(" "))?;
    head(out, "characters")?;
    writeln!(out, "{}", characters.join(" "))
}

/// Writes what nobody sees, and what would move a terminal's cursor, by its number.
fn visible(text: &str) -> String {
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let shown = |c: char| match c {
        ' ' => c.to_string(),
        _ if c.is_control() || crate::text::fold(c.encode_utf8(&mut [0; 4])).as_str().is_empty() => {
            format!("U+{:04X}", c as u32)
        }
        _ => c.to_string(),
    };
    text.chars().map(shown).collect()
}
