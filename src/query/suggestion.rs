//! Suggestions: completions of a text that is being typed.
//!
//! The engine makes a [`Suggestion`] from the words of the index. The module knows no index.

use super::{Match, Snippet};
use crate::post::PostId;

/// The kind of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SuggestionKind {
    /// The title of a post.
    Title,
    /// A tag or category.
    Tag,
    /// A heading inside a post.
    Heading,
    /// Two consecutive words in titles, headings or descriptions.
    Phrase,
    /// A word.
    Word,
}

impl SuggestionKind {
    /// Every value with its stable name, for programs.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("title", Self::Title),
        ("tag", Self::Tag),
        ("heading", Self::Heading),
        ("phrase", Self::Phrase),
        ("word", Self::Word),
    ];

    /// Returns the stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("word", |(name, _)| name)
    }
}

/// A completion of the typed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The whole text to search for, as authors wrote it. The typed part is marked.
    pub text: Snippet,
    /// The kind of the suggestion.
    pub kind: SuggestionKind,
    /// How the suggestion continues the typed text: [`Match::Exact`] for the typed characters themselves,
    /// [`Match::Pinyin`] or [`Match::Initials`].
    pub class: Match,
    /// Number of posts that contain the text; approximate for frequent words.
    pub posts: u64,
    /// The post with this title, the latest of several; present for titles only.
    pub post: Option<(PostId, String)>,
}
