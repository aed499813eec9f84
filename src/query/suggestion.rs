//! What may complete a text that is being typed.

use super::{Match, Snippet};
use crate::post::PostId;

/// What a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SuggestionKind {
    /// The title of a post.
    Title,
    /// A tag or category.
    Tag,
    /// A heading inside a post.
    Heading,
    /// Two words that follow each other in titles, headings or descriptions.
    Phrase,
    /// A word.
    Word,
}

impl SuggestionKind {
    /// Every value with the name that programs read.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("title", Self::Title),
        ("tag", Self::Tag),
        ("heading", Self::Heading),
        ("phrase", Self::Phrase),
        ("word", Self::Word),
    ];

    /// Gives the stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("word", |(name, _)| name)
    }
}

/// A completion of what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The whole text to search for, as authors wrote it; what was typed of it is marked.
    pub text: Snippet,
    /// What it is.
    pub kind: SuggestionKind,
    /// How it continues what was typed: [`Match::Exact`] as it stands, [`Match::Pinyin`] or [`Match::Initials`].
    pub class: Match,
    /// How many posts have it; of frequent words about how many.
    pub posts: u64,
    /// The post with this title, the latest of several; only of titles.
    pub post: Option<(PostId, String)>,
}
