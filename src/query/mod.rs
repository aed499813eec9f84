//! What is asked and what is answered, in words that know no index and no wire format.
//!
//! [`Query`] is made from what a person types ([`parse`]) and from filters; the engine turns it into
//! [`Hits`]. Owns no library.

mod clauses;
mod filter;
mod hits;
mod pieces;
mod reading;
mod suggestion;
mod synonyms;
mod typed_word;

pub use self::{
    clauses::{Alternative, Clause, Clauses, Emphasis, Phrase, PhraseKind, PhraseTerm, Term, TermKind},
    filter::{DateBound, Filter, FilterError},
    hits::{CaseHit, Correction, Explanation, Hit, Hits, Position, SectionHit, Snippet},
    reading::{LONGEST, Reading, letters, parse, title_key, written},
    suggestion::{Suggestion, SuggestionKind},
    synonyms::{Rule, SynonymError, Synonyms},
};
pub use crate::chinese::is_light;

/// What a hit is: a whole post, or one case of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Grain {
    /// One hit a post; shows the sections and cases that matched.
    #[default]
    Posts,
    /// One hit a case.
    Cases,
}

impl Grain {
    /// Every value with the name that people write.
    pub const NAMES: &'static [(&'static str, Self)] = &[("posts", Self::Posts), ("cases", Self::Cases)];
}

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// Best first.
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

/// How a hit answers what was typed, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Match {
    /// It has what was typed.
    #[default]
    Exact,
    /// It has it in another form: Traditional for Simplified, another width, another way of writing a number or date.
    Variant,
    /// It has another name of it.
    Synonym,
    /// It has what the typed Latin letters spell in pinyin.
    Pinyin,
    /// It has a word whose syllables begin with the typed letters.
    Initials,
    /// It has a word that sounds alike.
    Homophone,
    /// It has a word that is one character away.
    Typo,
    /// It has only some of the words, or a day without the year that was typed.
    Partial,
}

impl Match {
    /// Every value with the name that programs read.
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

    /// Gives the stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, class)| *class == self).map_or("exact", |(name, _)| name)
    }
}

/// Which of the hits are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Page {
    /// How many at the most; 0 only counts.
    pub limit: usize,
    /// How many to leave out before.
    pub offset: usize,
}

impl Page {
    /// The most hits that one answer holds.
    pub const MOST: usize = 100;
    /// The last place that can be asked for: `offset + limit` may not exceed it.
    pub const DEEPEST: usize = 10_000;
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: 10, offset: 0 }
    }
}

/// A question to the index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// What the person typed. Without a letter or digit it stands for everything that passes the filters.
    pub text: String,
    /// What a hit is.
    pub grain: Grain,
    /// All of them hold for each hit.
    pub filters: Vec<Filter>,
    /// The order of hits.
    pub sort: Sort,
    /// Which hits.
    pub page: Page,
    /// Whether the text is meant as it stands: no other names, no corrections, nothing left out.
    pub literal: bool,
    /// Whether each hit says how it came by its score.
    pub explain: bool,
}

/// Something to tell the person about how the text was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The text was longer than the limit; the rest was not searched for.
    Shortened {
        /// How many characters were taken.
        characters: usize,
    },
    /// No hit has all of the words; these have some of them.
    Relaxed,
    /// A quotation mark has no partner and was taken for text.
    UnbalancedQuote,
    /// The text has no letter, digit or pictograph to search for.
    NothingToSearch,
    /// The text has only words that say little, such as particles, and no post has all of them.
    LittleSaid,
    /// The index is being built; the hits are among the posts that it has so far.
    Indexing,
}

impl Note {
    /// Gives the stable kebab-case name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Shortened { .. } => "shortened",
            Self::Relaxed => "relaxed",
            Self::UnbalancedQuote => "unbalanced-quote",
            Self::NothingToSearch => "nothing-to-search",
            Self::LittleSaid => "little-said",
            Self::Indexing => "indexing",
        }
    }

    /// Gives the note as a sentence without its full stop.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Shortened { characters } => format!("only the first {characters} characters were searched for"),
            Self::Relaxed => "nothing has all of the words; these have some of them".to_owned(),
            Self::UnbalancedQuote => "a quotation mark has no partner and was taken for text".to_owned(),
            Self::NothingToSearch => "there is no letter or digit to search for".to_owned(),
            Self::LittleSaid => "these words say little by themselves, and no post has all of them".to_owned(),
            Self::Indexing => "the posts are still being indexed; these are among those that already are".to_owned(),
        }
    }
}
