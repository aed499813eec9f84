//! Answers.

use std::ops::Range;

use super::{Match, Note};
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
    /// At which byte of the text it was cut from it begins.
    pub start: usize,
    /// Where in the source file each mark stands; none for a title or heading.
    pub places: Vec<Position>,
}

/// Where in the source file something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The heading above it.
    pub heading: Option<String>,
    /// From 1.
    pub line: u32,
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
    /// The line of the source file in which that begins; of the heading when there is none.
    pub snippet_line: u32,
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
    /// How it answers what was typed.
    pub matched: Match,
    /// The densest part of its text; the beginning when only the title or tags matched.
    pub snippet: Snippet,
    /// The heading above the first mark of the snippet.
    pub heading: Option<String>,
    /// The line of the source file in which the first mark of the snippet stands; its beginning when nothing is marked.
    pub line: u32,
    /// The best of the sections that matched, in the order of the post.
    pub sections: Vec<SectionHit>,
    /// Which case it is, when cases were asked for.
    pub case: Option<CaseHit>,
    /// Whether the file has since become unreadable or broken, and this is its last good version.
    pub stale: bool,
    /// How it came by its score, when that was asked for.
    pub explanation: Vec<Explanation>,
}

/// One thing that gave a hit some of its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What: a term, or what a boost is for.
    pub what: String,
    /// Of what kind: `word`, `gram`, `character`, `letters`, `value`, or `boost`.
    pub kind: &'static str,
    /// Where it occurs, by part of the post, and how often.
    pub parts: Vec<(&'static str, u32)>,
    /// What it added.
    pub score: f32,
}

/// What was searched for in place of what was typed, since that is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The whole text that was searched for.
    pub text: String,
    /// What was replaced in it, and by what.
    pub from: String,
    /// By what.
    pub to: String,
    /// Why it was taken.
    pub class: Match,
    /// Other texts that were searched for as well.
    pub also: Vec<String>,
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
    /// What was searched for instead, if it was something else.
    pub correction: Option<Correction>,
}
