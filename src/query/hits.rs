//! The answer to a query.
//!
//! The engine makes [`Hits`]; the HTTP interface and the command line present them. The module knows no wire format.

use std::ops::Range;

use super::{Match, Note};
use crate::post::{Date, PostId};

/// An excerpt of a text, with the matches marked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snippet {
    /// The excerpt as the author wrote it.
    pub text: String,
    /// Byte ranges of `text` that matched: in order, not empty, not adjacent.
    pub marks: Vec<Range<usize>>,
    /// Whether text was left out before the excerpt.
    pub cut_before: bool,
    /// Whether text was left out after the excerpt.
    pub cut_after: bool,
    /// Byte offset of the excerpt in its source text.
    pub start: usize,
    /// Position of each mark in the source file; empty for a title or heading.
    pub places: Vec<Position>,
}

/// A position in the source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The heading above the position.
    pub heading: Option<String>,
    /// Line number, from 1.
    pub line: u32,
}

/// A section that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionHit {
    /// The heading of the section.
    pub heading: Snippet,
    /// The URL fragment of the section; empty when the page has none.
    pub anchor: String,
    /// URL of the section.
    pub url: String,
    /// The line of the heading in the source file.
    pub line: u32,
    /// Whether the section is a case.
    pub is_case: bool,
    /// The snippet of the text of the section, if that text matched.
    pub snippet: Option<Snippet>,
    /// The line of the source file in which the snippet begins; the line of the heading when there is no snippet.
    pub snippet_line: u32,
}

/// The case of a post that is the hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseHit {
    /// The heading of the case; the title of the post when the whole post is the case.
    pub heading: Snippet,
    /// Number of the case in the post, from 1.
    pub number: usize,
    /// The line of the heading in the source file.
    pub line: u32,
}

/// One hit.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The post.
    pub id: PostId,
    /// URL of the post, or of the case when the hit is a case.
    pub url: String,
    /// The post's title.
    pub title: Snippet,
    /// The post's date.
    pub date: Option<Date>,
    /// The post's authors.
    pub authors: Vec<String>,
    /// The post's tags.
    pub tags: Vec<String>,
    /// The post's categories.
    pub categories: Vec<String>,
    /// Score of the hit; comparable only within one answer.
    pub score: f32,
    /// Match class of the hit.
    pub matched: Match,
    /// The part of the text with the densest matches; the beginning of the text when only the title or tags matched.
    pub snippet: Snippet,
    /// The heading above the first mark of the snippet.
    pub heading: Option<String>,
    /// The line of the source file that contains the first mark of the snippet; the line of its beginning when nothing
    /// is marked.
    pub line: u32,
    /// The best of the matching sections, in the order of the post.
    pub sections: Vec<SectionHit>,
    /// The case, when the query asks for cases.
    pub case: Option<CaseHit>,
    /// Whether the file has become unreadable or invalid since. The hit then shows the last valid version.
    pub stale: bool,
    /// The contributions to the score, when the query asks for them.
    pub explanation: Vec<Explanation>,
}

/// One contribution to the score of a hit.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The term, or the purpose of the boost.
    pub what: String,
    /// The kind of the contribution: `word`, `gram`, `character`, `letters`, `value`, or `boost`.
    pub kind: &'static str,
    /// The parts of the post that contain the term, each with the number of occurrences.
    pub parts: Vec<(&'static str, u32)>,
    /// The amount added to the score.
    pub score: f32,
}

/// A correction: another text that was perhaps meant, since no post contains the typed text.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// The whole corrected text.
    pub text: String,
    /// The part of the typed text that was replaced.
    pub from: String,
    /// The replacement.
    pub to: String,
    /// Match class of the correction, which is its reason.
    pub class: Match,
    /// How sure it is that the corrected text was meant, from 0 to 1. From [`Correction::SURE`] on, it was searched for.
    pub certainty: f32,
    /// Further corrected texts that were searched for as well.
    pub also: Vec<String>,
}

impl Correction {
    /// The least certainty of a text that is searched for in place of the typed text.
    pub const SURE: f32 = 0.5;
    /// The least certainty of a text that is offered.
    pub const OFFERED: f32 = 0.01;
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hits {
    /// Total number of hits.
    pub total: usize,
    /// The hits of the requested page.
    pub hits: Vec<Hit>,
    /// Notes on how the text was understood.
    pub notes: Vec<Note>,
    /// The correction, when another text was searched for.
    pub correction: Option<Correction>,
    /// A text that posts contain and that was perhaps meant, but not surely enough to be searched for.
    pub did_you_mean: Option<Correction>,
}
