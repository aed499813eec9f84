//! The documents that one reading of a text found, by match class.
//!
//! [`super::stages`] collects [`Answer`]s, and [`super::merge`] makes one list of them. The module does not know how
//! documents are found or scored.

use crate::{
    engine::{postings::sets::DocId, search::context::Documents},
    query::{Match, ParsedText},
};

/// The documents of one match class.
#[derive(Clone)]
pub(super) struct Matches {
    pub class: Match,
    pub found: Documents,
    /// The documents among `found` that are shown as a lower class, though they are ranked in this class.
    pub shown_lower: Option<(Match, Documents)>,
}

impl Matches {
    pub(super) const fn new(class: Match, found: Documents) -> Self {
        Self { class, found, shown_lower: None }
    }

    /// Returns the match class shown for a document; `at` is the index of the segment.
    pub(super) fn shown_class(&self, at: usize, doc: DocId) -> Match {
        match &self.shown_lower {
            Some((class, lower)) if lower[at].binary_search(&doc).is_ok() => *class,
            _ => self.class,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.found.iter().map(Vec::len).sum()
    }
}

/// One reading of a text and the documents that match, best class first.
pub(super) struct Answer {
    pub parsed: ParsedText,
    pub classes: Vec<Matches>,
    /// Number of consecutive hits of this answer when several answers take turns.
    pub share: usize,
}

impl Answer {
    pub(super) const fn new(parsed: ParsedText, classes: Vec<Matches>) -> Self {
        Self { parsed, classes, share: 1 }
    }

    pub(super) fn total(&self) -> usize {
        self.classes.iter().map(Matches::count).sum()
    }

    /// Returns whether some document contains the text itself.
    pub(super) fn has_exact(&self) -> bool {
        self.classes.iter().any(|matches| matches.class == Match::Exact && matches.count() > 0)
    }

    /// Returns the number of documents that contain the whole text.
    pub(super) fn total_whole(&self) -> usize {
        self.classes.iter().filter(|matches| matches.class < Match::Partial).map(Matches::count).sum()
    }
}
