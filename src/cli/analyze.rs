//! `anli analyze`: shows how a text is folded and tokenized, and why, and the clauses of a search for the text.

use std::io::Write as _;

use super::{
    Common,
    output::{self, FAINT, Format, Outcome},
    settings::{Settings, explain},
};
use crate::{
    engine::{Engine, EngineError},
    http::AnalysisBody,
    query::{Alternative, Match, Phrase, Reading, Synonyms, TypedText},
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

pub(super) fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let settings = Settings::read_for_search(common)?;
    let analyzer = match Engine::open(&settings.index) {
        Ok(engine) => engine.analyzer(),
        Err(error @ (EngineError::Missing { .. } | EngineError::OtherFormat { .. })) => {
            output::say(format_args!("note: {error}, so words learned from posts are not known"));
            settings.analyzer()
        }
        Err(error) => return Err(explain(error)),
    };
    let text = arguments.text.join(" ").trim_start().to_owned();
    let mut out = anstream::stdout().lock();
    match arguments.format {
        Format::Json => output::json(&mut out, &AnalysisBody::new(&text, &analyzer, &settings.synonyms))?,
        Format::Text => {
            show(&mut out, &text, &analyzer)?;
            show_reading(&mut out, &text, &analyzer, &settings.synonyms)?;
        }
    }
    out.flush()?;
    Ok(Outcome::Good)
}

/// Writes the name of a row.
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

/// Writes the clauses of a search for the text.
fn show_reading(
    out: &mut impl std::io::Write,
    text: &str,
    analyzer: &Analyzer,
    synonyms: &Synonyms,
) -> std::io::Result<()> {
    let parsed = TypedText::new(text, analyzer).parse(Reading::default(), Some(synonyms));
    head(out, "needs")?;
    for (i, clause) in parsed.clauses.iter().enumerate() {
        let indent = if i == 0 { "" } else { "           " };
        let mark = if clause.literal { "\"" } else { "" };
        // A word that is still being typed may continue.
        let as_typed = clause.alternatives.first().and_then(|alternative| alternative.phrases.first());
        let open = if as_typed.is_some_and(|phrase| phrase.text().ends_with('*')) { "*" } else { "" };
        writeln!(out, "{indent}{mark}{}{open}{mark}{}", visible(&clause.text), alternatives(&clause.alternatives))?;
    }
    if parsed.clauses.is_empty() {
        writeln!(out, "nothing")?;
    }
    if parsed.is_question {
        head(out, "question")?;
        writeln!(out, "an answer need not have all of it")?;
    }
    let light: Vec<&str> = parsed.light().collect();
    let left_out: Vec<&str> = parsed.left_out.iter().map(String::as_str).collect();
    for (name, words) in [("left out", left_out), ("light", light)] {
        if !words.is_empty() {
            head(out, name)?;
            writeln!(out, "{}", words.join(" "))?;
        }
    }
    for note in &parsed.notes {
        head(out, "note")?;
        writeln!(out, "{}", note.message())?;
    }
    Ok(())
}

/// Returns the alternatives of a clause with their match classes. The first alternative is the text itself and is left
/// out.
fn alternatives(alternatives: &[Alternative]) -> String {
    let mut line = String::new();
    let mut before = Match::Exact;
    for Alternative { class, phrases, .. } in alternatives {
        if *class == Match::Exact && phrases.len() <= 1 {
            continue;
        }
        if line.is_empty() || *class != before {
            let name = if *class == Match::Exact { "as" } else { class.as_str() };
            line.push_str(&format!("  {FAINT}{name}{FAINT:#} "));
        } else {
            line.push_str(" | ");
        }
        line.push_str(&phrases.iter().map(Phrase::text).collect::<Vec<_>>().join(" + "));
        before = *class;
    }
    line
}

/// Returns a text with its invisible and control characters written by their numbers.
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
