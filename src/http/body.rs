//! Hits as JSON: the bodies shared by the routes and `--format json`.

use std::time::Duration;

use serde::Serialize;

use super::{
    marks::{MarkBody, SnippetBody, marks},
    markup::html,
};
use crate::{
    post::PostId,
    query::{Correction, Explanation, Hit, Hits, Note, Query, SectionHit},
};

/// The body of `GET /api/search` and of `anli search --format json`.
#[derive(Debug, Serialize)]
pub struct SearchBody<'a> {
    /// The typed text.
    query: &'a str,
    notes: Vec<NoteBody>,
    /// The text searched for instead, if no post contains the typed text.
    correction: Option<CorrectionBody>,
    /// A text that posts contain and that was perhaps meant, but was not searched for.
    did_you_mean: Option<CorrectionBody>,
    /// Number of all hits.
    total: usize,
    /// Time of the engine in microseconds.
    took_us: u64,
    hits: Vec<HitBody>,
}

impl<'a> SearchBody<'a> {
    /// Makes the body; `took` is the time of the engine.
    #[must_use]
    pub fn new(query: &'a Query, found: Hits, took: Duration) -> Self {
        Self {
            query: &query.text,
            notes: found.notes.iter().map(NoteBody::from).collect(),
            correction: found.correction.map(CorrectionBody::from),
            did_you_mean: found.did_you_mean.map(CorrectionBody::from),
            total: found.total,
            took_us: microseconds(took),
            hits: found.hits.into_iter().map(HitBody::from).collect(),
        }
    }
}

/// The body of `GET /api/posts/{id}/similar` and of `anli search --like ID --format json`.
#[derive(Debug, Serialize)]
pub struct SimilarBody<'a> {
    /// Id of the post that the hits are similar to.
    id: &'a str,
    /// Number of all hits.
    total: usize,
    /// Time of the engine in microseconds.
    took_us: u64,
    hits: Vec<HitBody>,
}

impl<'a> SimilarBody<'a> {
    /// Makes the body; `took` is the time of the engine.
    #[must_use]
    pub fn new(id: &'a PostId, found: Hits, took: Duration) -> Self {
        Self {
            id: id.as_str(),
            total: found.total,
            took_us: microseconds(took),
            hits: found.hits.into_iter().map(HitBody::from).collect(),
        }
    }
}

fn microseconds(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

#[derive(Debug, Serialize)]
pub(super) struct NoteBody {
    code: &'static str,
    message: String,
}

impl From<&Note> for NoteBody {
    fn from(note: &Note) -> Self {
        Self { code: note.code(), message: note.message() }
    }
}

#[derive(Debug, Serialize)]
struct CorrectionBody {
    /// The whole text searched for.
    text: String,
    /// The replaced part of the typed text, and its replacement.
    from: String,
    to: String,
    /// Match class of the correction.
    #[serde(rename = "match")]
    class: &'static str,
    /// How sure it is that the text was meant, from 0 to 1, in two decimal places.
    certainty: f64,
    /// Other texts searched for.
    also: Vec<String>,
}

impl From<Correction> for CorrectionBody {
    fn from(Correction { text, from, to, class, certainty, also }: Correction) -> Self {
        // Rounded down, so that no text below the line seems to be on it.
        let certainty = (f64::from(certainty) * 100.0).floor() / 100.0;
        Self { text, from, to, class: class.as_str(), certainty, also }
    }
}

#[derive(Debug, Serialize)]
struct HitBody {
    id: String,
    url: String,
    title: String,
    title_html: String,
    title_marks: Vec<MarkBody>,
    /// Date in the format of RFC 3339, at the offset of the author.
    date: Option<String>,
    /// All authors in one line.
    author: Option<String>,
    authors: Vec<String>,
    tags: Vec<String>,
    categories: Vec<String>,
    score: f32,
    /// Match class of the hit.
    #[serde(rename = "match")]
    matched: &'static str,
    snippet: SnippetBody,
    snippet_html: String,
    sections: Vec<SectionBody>,
    case: Option<CaseBody>,
    /// Whether the hit is the last good version of a file that has become unreadable.
    stale: bool,
    /// The summands of the score, if requested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explanation: Vec<ExplanationBody>,
}

impl From<Hit> for HitBody {
    fn from(hit: Hit) -> Self {
        Self {
            id: hit.id.to_string(),
            url: hit.url,
            title_html: html(&hit.title),
            title_marks: marks(&hit.title),
            title: hit.title.text,
            date: hit.date.map(|date| date.to_string()),
            author: one_line(&hit.authors),
            authors: hit.authors,
            tags: hit.tags,
            categories: hit.categories,
            score: hit.score,
            matched: hit.matched.as_str(),
            snippet_html: html(&hit.snippet),
            snippet: SnippetBody::new(hit.snippet, hit.heading, hit.line),
            sections: hit.sections.into_iter().map(SectionBody::from).collect(),
            case: hit.case.map(|case| CaseBody {
                heading_html: html(&case.heading),
                heading_marks: marks(&case.heading),
                heading: case.heading.text,
                number: case.number,
                line: case.line,
            }),
            stale: hit.stale,
            explanation: hit.explanation.into_iter().map(ExplanationBody::from).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct SectionBody {
    heading: String,
    heading_html: String,
    heading_marks: Vec<MarkBody>,
    /// Anchor of the heading on the page; empty if there is none.
    anchor: String,
    url: String,
    /// Line of the heading in the source file, from 1.
    line: u32,
    is_case: bool,
    /// The matching part of the text, if there is one.
    snippet: Option<SnippetBody>,
    snippet_html: Option<String>,
}

impl From<SectionHit> for SectionBody {
    fn from(section: SectionHit) -> Self {
        let heading = &section.heading.text;
        let line = section.snippet_line;
        Self {
            snippet_html: section.snippet.as_ref().map(html),
            snippet: section.snippet.map(|snippet| SnippetBody::new(snippet, Some(heading.clone()), line)),
            heading_html: html(&section.heading),
            heading_marks: marks(&section.heading),
            heading: section.heading.text,
            anchor: section.anchor,
            url: section.url,
            line: section.line,
            is_case: section.is_case,
        }
    }
}

#[derive(Debug, Serialize)]
struct CaseBody {
    heading: String,
    heading_html: String,
    heading_marks: Vec<MarkBody>,
    /// Number in the order of the post, from 1.
    number: usize,
    line: u32,
}

#[derive(Debug, Serialize)]
struct ExplanationBody {
    what: String,
    kind: &'static str,
    parts: Vec<PartBody>,
    /// The summand.
    score: f32,
}

#[derive(Debug, Serialize)]
struct PartBody {
    part: &'static str,
    /// Number of occurrences in this part of the post.
    times: u32,
}

impl From<Explanation> for ExplanationBody {
    fn from(explanation: Explanation) -> Self {
        let Explanation { what, kind, parts, score } = explanation;
        Self { what, kind, parts: parts.into_iter().map(|(part, times)| PartBody { part, times }).collect(), score }
    }
}

/// Returns names in one line, separated as in Chinese text.
pub(super) fn one_line(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join("、"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::query::Match;

    #[track_caller]
    fn check(hits: Hits, key: &str, expected: &Value) {
        let query = Query { text: "炸骗 案例".to_owned(), ..Query::default() };
        let body = serde_json::to_value(SearchBody::new(&query, hits, Duration::from_millis(3)));
        assert_eq!(body.ok().as_ref().and_then(|body| body.get(key)), Some(expected));
    }

    #[test]
    fn a_correction_says_what_was_taken_instead_and_why() {
        let correction = Correction {
            text: "诈骗 案例".to_owned(),
            from: "炸骗".to_owned(),
            to: "诈骗".to_owned(),
            class: Match::Homophone,
            certainty: 0.996,
            also: vec!["炸片 案例".to_owned()],
        };
        let expected = json!({
            "text": "诈骗 案例", "from": "炸骗", "to": "诈骗", "match": "homophone", "certainty": 0.99,
            "also": ["炸片 案例"],
        });
        check(Hits { correction: Some(correction.clone()), ..Hits::default() }, "correction", &expected);
        check(Hits { did_you_mean: Some(correction), ..Hits::default() }, "did_you_mean", &expected);
        check(Hits::default(), "correction", &Value::Null);
        check(Hits::default(), "did_you_mean", &Value::Null);
    }

    #[test]
    fn time_is_told_in_microseconds() {
        check(Hits::default(), "took_us", &json!(3_000));
    }
}
