//! `/api/analyze`: how a text is folded and cut, and why; and how it is read when somebody searches for it.

use std::{ops::Range, sync::Arc};

use axum::{extract::State, http::Uri, response::Response};
use serde::Serialize;

use super::{
    Shared, body::NoteBody, fresh::json, parameters::Parameters, refusal::Refusal, seq::put_seq, waiting::MIN_SEQ,
};
use crate::{
    query::{Clause, LONGEST, PhraseKind, Reading, Synonyms, parse},
    text::{Analysis, Analyzer},
};

/// Answers with an analysis.
pub(super) async fn analyze(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Response, Refusal> {
    let parameters = Parameters::read(uri.query(), &["text", MIN_SEQ])?;
    let text = parameters.typed("text")?;
    let characters = text.chars().count();
    if !(1..=LONGEST).contains(&characters) {
        let why = format!("found {characters} characters, expected 1 to {LONGEST}");
        return Err(Refusal::invalid_value("text", why));
    }
    let engine = shared.engine(&parameters).await?;
    let work = move || {
        let searcher = engine.searcher()?;
        let body = AnalysisBody::new(&text, searcher.analyzer(), searcher.synonyms());
        Ok((serde_json::to_vec(&body).map_err(|_| Refusal::internal())?, searcher.seq()))
    };
    let (body, seq) = shared.run(work).await?;
    let mut response = json(body);
    put_seq(&mut response, seq);
    Ok(response)
}

/// The answer of `GET /api/analyze`, which is also that of `anli analyze --format json`. Places are counted in
/// characters of the text, from 0.
#[derive(Debug, Serialize)]
pub struct AnalysisBody<'a> {
    /// What was given.
    text: &'a str,
    /// What of it is compared.
    folded: String,
    folds: Vec<FoldBody<'a>>,
    /// What ranks.
    words: Vec<WordBody>,
    /// What decides whether a text matches.
    grams: Vec<GramBody>,
    characters: Vec<String>,
    /// What a search for it looks for.
    reading: ReadingBody,
}

#[derive(Debug, Serialize)]
struct FoldBody<'a> {
    start: usize,
    end: usize,
    from: &'a str,
    to: String,
    rule: &'static str,
}

#[derive(Debug, Serialize)]
struct WordBody {
    start: usize,
    end: usize,
    term: String,
    /// `site`, `field`, `learnt`, `general`; `guess` or `unknown` when no dictionary has it.
    dictionary: &'static str,
    /// Whether it is inside of a longer word that follows.
    inside: bool,
}

#[derive(Debug, Serialize)]
struct GramBody {
    start: usize,
    end: usize,
    term: String,
}

#[derive(Debug, Serialize)]
struct ReadingBody {
    /// Whether it is a question, of which an answer need not have every word.
    is_question: bool,
    /// What an answer has to have.
    #[serde(rename = "needs")]
    clauses: Vec<ClauseBody>,
    /// Particles that it need not have.
    left_out: Vec<String>,
    /// Words that say little by themselves, and hardly rank.
    light: Vec<String>,
    notes: Vec<NoteBody>,
}

#[derive(Debug, Serialize)]
struct ClauseBody {
    text: String,
    /// Whether it stands between quotation marks, so that no answer may lack it.
    literal: bool,
    /// How it may be met: as typed, then otherwise.
    #[serde(rename = "ways")]
    alternatives: Vec<AlternativeBody>,
}

#[derive(Debug, Serialize)]
struct AlternativeBody {
    #[serde(rename = "match")]
    class: &'static str,
    /// All of them have to occur.
    phrases: Vec<PhraseBody>,
}

#[derive(Debug, Serialize)]
struct PhraseBody {
    /// `grams` that follow each other, a `character`, or the `value` of a number or date.
    kind: &'static str,
    text: String,
}

impl ReadingBody {
    fn new(text: &str, analyzer: &Analyzer, synonyms: &Synonyms) -> Self {
        let clauses = parse(text, analyzer, Reading { synonyms: Some(synonyms), ..Reading::default() });
        Self {
            is_question: clauses.is_question,
            light: clauses.light().map(str::to_owned).collect(),
            clauses: clauses.clauses.into_iter().map(ClauseBody::from).collect(),
            left_out: clauses.left_out,
            notes: clauses.notes.iter().map(NoteBody::from).collect(),
        }
    }
}

impl From<Clause> for ClauseBody {
    fn from(clause: Clause) -> Self {
        let alternatives = clause.alternatives.iter().map(|way| {
            let phrases = way.phrases.iter().map(|phrase| PhraseBody { kind: kind(phrase.kind), text: phrase.text() });
            AlternativeBody { class: way.class.as_str(), phrases: phrases.collect() }
        });
        Self { alternatives: alternatives.collect(), text: clause.text, literal: clause.literal }
    }
}

const fn kind(kind: PhraseKind) -> &'static str {
    match kind {
        PhraseKind::Grams => "grams",
        PhraseKind::Character => "character",
        PhraseKind::Value => "value",
    }
}

impl<'a> AnalysisBody<'a> {
    /// Makes the answer for a text.
    #[must_use]
    pub fn new(text: &'a str, analyzer: &Analyzer, synonyms: &Synonyms) -> Self {
        let Analysis { folded, changes, words, grams, characters } = analyzer.analysis(text);
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let place = |byte: usize| starts.partition_point(|&start| start < byte);
        let places = |range: &Range<usize>| (place(range.start), place(range.end));
        let folds = changes.into_iter().map(|change| {
            let (start, end) = places(&change.range);
            let from = text.get(change.range).unwrap_or_default();
            FoldBody { start, end, from, to: change.to, rule: change.rule.as_str() }
        });
        let words = words.into_iter().map(|word| {
            let (start, end) = places(&word.range);
            WordBody { start, end, term: word.term, dictionary: word.reason.as_str(), inside: word.inside }
        });
        let grams = grams.into_iter().map(|(term, range)| {
            let (start, end) = places(&range);
            GramBody { start, end, term }
        });
        Self {
            text,
            folded,
            folds: folds.collect(),
            words: words.collect(),
            grams: grams.collect(),
            characters,
            reading: ReadingBody::new(text, analyzer, synonyms),
        }
    }
}
