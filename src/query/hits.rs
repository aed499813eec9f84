//! Answers.

use std::ops::Range;

use super::Note;
use crate::post::{Date, PostId};

/// A piece of a text with the places that matched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snippet {
    /// The piece, as the author wrote it.
    pub text: String,
    /// Byte ranges of `text` that matched: in order, not empty, not touching each other.
    pub marks: Vec<Range<usize>>,
    /// Whether text was left out before it.
    pub cut_before: bool,
    /// Whether text was left out after it.
    pub cut_after: bool,
}

/// A section of a hit that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionHit {
    /// Its heading.
    pub heading: Snippet,
    /// The fragment that leads to it; empty when the page has none.
    pub anchor: String,
    /// Where it can be opened.
    pub url: String,
    /// The line of the heading in the source file.
    pub line: u32,
    /// Whether it tells a case.
    pub is_case: bool,
    /// What of its text matched, if any did.
    pub snippet: Option<Snippet>,
}

/// Which case of a post a hit is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseHit {
    /// Its heading; the post's title when the whole post is the case.
    pub heading: Snippet,
    /// From 1, in the order of the post.
    pub number: usize,
    /// The line of the heading in the source file.
    pub line: u32,
}

/// One hit.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The post.
    pub id: PostId,
    /// Where it can be opened, at the case if the hit is one.
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
    /// How well it fits; comparable within one answer only.
    pub score: f32,
    /// The densest part of its text; the beginning when only the title or tags matched.
    pub snippet: Snippet,
    /// The best of the sections that matched, in the order of the post.
    pub sections: Vec<SectionHit>,
    /// Which case it is, when cases were asked for.
    pub case: Option<CaseHit>,
    /// Whether the file has since become unreadable or broken, and this is its last good version.
    pub stale: bool,
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hits {
    /// How many there are in all.
    pub total: usize,
    /// Those of the page that was asked for.
    pub hits: Vec<Hit>,
    /// What the person should know about how the text was understood.
    pub notes: Vec<Note>,
}
