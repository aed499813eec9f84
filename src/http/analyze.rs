//! `/api/analyze`: how a text is folded and tokenized, and why, and the clauses of a search for the text.

use std::{ops::Range, sync::Arc};

use axum::{extract::State, http::Uri};
use serde::Serialize;

use super::{Shared, body::NoteBody, fresh::Answer, parameters::Parameters, refusal::Refusal, waiting::MIN_SEQ};
use crate::{
    query::{Clause, LONGEST, Phrase, PhraseKind, Reading, Synonyms, TypedText},
    text::{Analysis, Analyzer},
};

/// Answers with an analysis.
pub(super) async fn analyze(State(shared): State<Arc<Shared>>, uri: Uri) -> Result<Answer, Refusal> {
    let parameters = Parameters::read(uri.query(), &["text", MIN_SEQ])?;
    let text = parameters.typed("text")?;
    let characters = text.chars().count();
    if !(1..=LONGEST).contains(&characters) {
        let why = format!("found {characters} characters, expected 1 to {LONGEST}");
        return Err(Refusal::invalid_value("text", why));
    }
    let engine = shared.engine(&parameters).await?;
    let work = move |_| {
        let searcher = engine.searcher()?;
        Answer::new(searcher.seq(), &AnalysisBody::new(&text, searcher.analyzer(), searcher.synonyms()))
    };
    shared.answer(work).await
}

/// The body of `GET /api/analyze` and of `anli analyze --format json`. Ranges are in characters of the text, from 0.
#[derive(Debug, Serialize)]
pub struct AnalysisBody<'a> {
    /// The given text.
    text: &'a str,
    /// The text after folding.
    folded: String,
    folds: Vec<FoldBody<'a>>,
    /// Terms for ranking.
    words: Vec<WordBody>,
    /// Terms for matching.
    grams: Vec<GramBody>,
    characters: Vec<String>,
    /// The query for the text.
    reading: ReadingBody,
}

#[derive(Debug, Serialize)]
struct FoldBody<'a> {
    #[serde(flatten)]
    range: Range<usize>,
    from: &'a str,
    to: String,
    rule: &'static str,
}

#[derive(Debug, Serialize)]
struct WordBody {
    #[serde(flatten)]
    range: Range<usize>,
    term: String,
    /// `site`, `field`, `learnt`, `general`; `guess` or `unknown` if no dictionary contains the word.
    dictionary: &'static str,
    /// Whether the word is inside a longer word, which follows.
    inside: bool,
}

#[derive(Debug, Serialize)]
struct GramBody {
    #[serde(flatten)]
    range: Range<usize>,
    term: String,
}

#[derive(Debug, Serialize)]
struct ReadingBody {
    /// Whether the text is a question, so that an answer need not contain every clause.
    is_question: bool,
    #[serde(rename = "needs")]
    clauses: Vec<ClauseBody>,
    /// Particles that an answer need not contain.
    left_out: Vec<String>,
    /// Words of little information, which hardly rank.
    light: Vec<String>,
    notes: Vec<NoteBody>,
}

#[derive(Debug, Serialize)]
struct ClauseBody {
    text: String,
    /// Whether the clause is quoted, so that every answer has to contain it.
    literal: bool,
    /// The clause as typed, then in other forms.
    #[serde(rename = "ways")]
    alternatives: Vec<AlternativeBody>,
}

#[derive(Debug, Serialize)]
struct AlternativeBody {
    #[serde(rename = "match")]
    class: &'static str,
    /// Phrases that all have to occur.
    phrases: Vec<PhraseBody>,
}

#[derive(Debug, Serialize)]
struct PhraseBody {
    /// `grams`: consecutive grams; `character`: a single character; `value`: the value of a number or date; `own`: digits or
    /// a numeral, not only as a part of longer numbers.
    kind: &'static str,
    text: String,
}

impl ReadingBody {
    fn new(text: &str, analyzer: &Analyzer, synonyms: &Synonyms) -> Self {
        let parsed = TypedText::new(text, analyzer).parse(Reading::default(), Some(synonyms));
        Self {
            is_question: parsed.is_question,
            light: parsed.light().map(str::to_owned).collect(),
            clauses: parsed.clauses.into_iter().map(ClauseBody::from).collect(),
            left_out: parsed.left_out,
            notes: parsed.notes.iter().map(NoteBody::from).collect(),
        }
    }
}

impl From<Clause> for ClauseBody {
    fn from(clause: Clause) -> Self {
        let phrase = |phrase: &Phrase| PhraseBody { kind: kind(phrase.kind), text: phrase.text() };
        let alternatives = clause.alternatives.iter().map(|alternative| AlternativeBody {
            class: alternative.class.as_str(),
            phrases: alternative.phrases.iter().map(phrase).collect(),
        });
        Self { alternatives: alternatives.collect(), text: clause.text, literal: clause.literal }
    }
}

const fn kind(kind: PhraseKind) -> &'static str {
    match kind {
        PhraseKind::Grams => "grams",
        PhraseKind::Character => "character",
        PhraseKind::Value => "value",
        PhraseKind::Own => "own",
    }
}

impl<'a> AnalysisBody<'a> {
    /// Analyzes a text.
    #[must_use]
    pub fn new(text: &'a str, analyzer: &Analyzer, synonyms: &Synonyms) -> Self {
        let Analysis { folded, changes, words, grams, characters } = analyzer.analysis(text);
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let place = |byte: usize| starts.partition_point(|&start| start < byte);
        let characters_of = |bytes: &Range<usize>| place(bytes.start)..place(bytes.end);
        let folds = changes.into_iter().map(|change| FoldBody {
            range: characters_of(&change.range),
            from: text.get(change.range).unwrap_or_default(),
            to: change.to,
            rule: change.rule.as_str(),
        });
        let words = words.into_iter().map(|word| WordBody {
            range: characters_of(&word.range),
            term: word.term,
            dictionary: word.reason.as_str(),
            inside: word.inside,
        });
        let grams = grams.into_iter().map(|(term, range)| GramBody { range: characters_of(&range), term });
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
