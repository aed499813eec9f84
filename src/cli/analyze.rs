//! `anli analyze`: how a text is folded and cut, and why; and how it is read when somebody searches for it.

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
    query::{Alternative, Clauses, Match, Phrase, Reading, Synonyms, parse},
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
            serde_json::to_writer_pretty(&mut out, &AnalysisBody::new(&text, &analyzer, settings.synonyms()))?;
            writeln!(out)?;
        }
        Format::Text => {
            show(&mut out, &text, &analyzer)?;
            show_reading(&mut out, &text, &analyzer, settings.synonyms())?;
        }
    }
    out.flush()?;
    Ok(Outcome::Good)
}

/// Writes the name of what stands behind it.
fn head(out: &mut impl std::io::Write, name: &str) -> std::io::Result<()> {
    write!(out, "{FAINT}{name:<11}{FAINT:#}")
}

fn show(out: &mut impl std::io::Write, text: &str, analyzer: &Analyzer) -> std::io::Result<()> {
    let Analysis { folded, changes, words, grams, characters } = analyzer.analysis(text);
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

/// Tells what a search for the text looks for.
fn show_reading(
    out: &mut impl std::io::Write,
    text: &str,
    analyzer: &Analyzer,
    synonyms: &Synonyms,
) -> std::io::Result<()> {
    let reading = Reading { synonyms: Some(synonyms), ..Reading::default() };
    let clauses: Clauses = parse(text, analyzer, reading);
    head(out, "needs")?;
    for (i, clause) in clauses.clauses.iter().enumerate() {
        let indent = if i == 0 { "" } else { "           " };
        let mark = if clause.literal { "\"" } else { "" };
        // What is still being typed may go on.
        let as_typed = clause.alternatives.first().and_then(|way| way.phrases.last());
        let open = if as_typed.is_some_and(|phrase| phrase.text().ends_with('*')) { "*" } else { "" };
        writeln!(out, "{indent}{mark}{}{open}{mark}{}", visible(&clause.text), alternatives(&clause.alternatives))?;
    }
    if clauses.clauses.is_empty() {
        writeln!(out, "nothing")?;
    }
    if clauses.is_question {
        head(out, "question")?;
        writeln!(out, "an answer need not have all of it")?;
    }
    let light: Vec<&str> = clauses.light().collect();
    let left_out: Vec<&str> = clauses.left_out.iter().map(String::as_str).collect();
    for (name, words) in [("left out", left_out), ("light", light)] {
        if !words.is_empty() {
            head(out, name)?;
            writeln!(out, "{}", words.join(" "))?;
        }
    }
    for note in &clauses.notes {
        head(out, "note")?;
        writeln!(out, "{}", note.message())?;
    }
    Ok(())
}

/// Tells the ways of meeting a need by their classes; that of the text as it stands, which is the first, needs no words.
fn alternatives(alternatives: &[Alternative]) -> String {
    let mut told = String::new();
    let mut before = Match::Exact;
    for way in alternatives.iter().filter(|way| way.class != Match::Exact || way.phrases.len() > 1) {
        let phrases: Vec<String> = way.phrases.iter().map(Phrase::text).collect();
        let class = if way.class == Match::Exact { "as" } else { way.class.as_str() };
        if told.is_empty() || way.class != before {
            told.push_str(&format!("  {FAINT}{class}{FAINT:#} "));
        } else {
            told.push_str(" | ");
        }
        told.push_str(&phrases.join(" + "));
        before = way.class;
    }
    told
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
