//! Queries and their answers, independent of any index and wire format.
//!
//! A [`Query`] consists of the text that a person types and of filters. A [`TypedText`] is parsed into a [`ParsedText`]. The
//! engine answers a query with [`Hits`]. The module depends on no search library.

mod clauses;
mod filter;
mod hits;
mod numbers;
mod pieces;
mod reading;
mod spans;
mod suggestion;
mod synonyms;
#[cfg(test)]
mod tests;
mod typed_word;

pub use self::{
    clauses::{Alternative, Clause, Emphasis, ParsedText, Phrase, PhraseKind, PhraseTerm, Term, TermKind, joint_of},
    filter::{DateBound, Filter, FilterError},
    hits::{CaseHit, Correction, Explanation, Hit, Hits, Position, SectionHit, Snippet},
    reading::{LONGEST, MAX_CLAUSES, Reading, TypedText, letters, searched, title_key, written},
    spans::Split,
    suggestion::{Suggestion, SuggestionKind},
    synonyms::{Rule, SynonymError, Synonyms},
};
pub use crate::chinese::is_light;

/// The unit of a hit: a whole post, or one case of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Grain {
    /// One hit for each post; the hit lists the sections and cases that matched.
    #[default]
    Posts,
    /// One hit for each case.
    Cases,
}

impl Grain {
    /// Every value with the name that people write.
    pub const NAMES: &'static [(&'static str, Self)] = &[("posts", Self::Posts), ("cases", Self::Cases)];
}

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// Best score first.
    #[default]
    Relevance,
    /// Latest date first; posts without a date come last.
    Newest,
    /// Earliest date first; posts without a date come last.
    Oldest,
}

impl Sort {
    /// Every value with the name that people write.
    pub const NAMES: &'static [(&'static str, Self)] =
        &[("relevance", Self::Relevance), ("newest", Self::Newest), ("oldest", Self::Oldest)];
}

/// Match class of a hit, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Match {
    /// The document contains the typed text.
    #[default]
    Exact,
    /// The document contains the text in another form: Traditional for Simplified, another width, another notation of a
    /// number or date.
    Variant,
    /// The document contains a synonym.
    Synonym,
    /// The document contains what the typed Latin letters spell in pinyin.
    Pinyin,
    /// The document contains a word whose syllables begin with the typed letters.
    Initials,
    /// The document contains a word that sounds alike.
    Homophone,
    /// The document contains a word that differs in one character.
    Typo,
    /// The document contains only some of the words, or a day without the year that was typed.
    Partial,
}

impl Match {
    /// Every value with its stable name, for programs.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("exact", Self::Exact),
        ("variant", Self::Variant),
        ("synonym", Self::Synonym),
        ("pinyin", Self::Pinyin),
        ("initials", Self::Initials),
        ("homophone", Self::Homophone),
        ("typo", Self::Typo),
        ("partial", Self::Partial),
    ];

    /// Returns the stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, class)| *class == self).map_or("exact", |(name, _)| name)
    }
}

/// A page of the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Page {
    /// Maximum number of hits; with 0 the hits are only counted.
    pub limit: usize,
    /// Number of hits to skip.
    pub offset: usize,
}

impl Page {
    /// Maximum number of hits in one answer.
    pub const MOST: usize = 100;
    /// Maximum of `offset + limit`.
    pub const DEEPEST: usize = 10_000;
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: 10, offset: 0 }
    }
}

/// A query to the index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The typed text. A blank text matches all posts that pass the filters.
    pub text: String,
    /// The unit of a hit.
    pub grain: Grain,
    /// The filters; a hit passes all of them.
    pub filters: Vec<Filter>,
    /// The order of hits.
    pub sort: Sort,
    /// The page of hits to return.
    pub page: Page,
    /// Whether the text is searched for literally: without synonyms, without corrections, with no word left out.
    pub literal: bool,
    /// Whether each hit explains its score.
    pub explain: bool,
}

/// A note about how the text was understood, for the person who typed the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The text was longer than the limit; the rest was not searched for.
    Shortened {
        /// Number of characters that were searched for.
        characters: usize,
    },
    /// No hit contains all of the words; the hits contain some of them.
    Relaxed,
    /// A quotation mark has no partner and was read as text.
    UnbalancedQuote,
    /// The text has no letter, digit or pictograph to search for.
    NothingToSearch,
    /// No post contains all of the words, and none contains those that say most of the text: it consists of particles, or
    /// only a common word of it occurs.
    LittleSaid,
    /// The index is still being built; the hits come from the posts indexed so far.
    Indexing,
    /// The search reached its limit of time; the hits are those found and ranked so far.
    CutShort,
}

impl Note {
    /// Returns the stable kebab-case name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Shortened { .. } => "shortened",
            Self::Relaxed => "relaxed",
            Self::UnbalancedQuote => "unbalanced-quote",
            Self::NothingToSearch => "nothing-to-search",
            Self::LittleSaid => "little-said",
            Self::Indexing => "indexing",
            Self::CutShort => "cut-short",
        }
    }

    /// Returns the note as a sentence without its full stop.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Shortened { characters } => format!("only the first {characters} characters were searched for"),
            Self::Relaxed => "nothing has all of the words; these have some of them".to_owned(),
            Self::UnbalancedQuote => "a quotation mark has no partner and was taken for text".to_owned(),
            Self::NothingToSearch => "there is no letter or digit to search for".to_owned(),
            Self::LittleSaid => {
                "no post has all of these words, and none has enough of them to be about the text".to_owned()
            }
            Self::Indexing => "the posts are still being indexed; these are among those that already are".to_owned(),
            Self::CutShort => "the search took too long; these were found so far".to_owned(),
        }
    }
}
