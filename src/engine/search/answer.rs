//! What one reading of a text found, by match class.

use crate::{
    engine::{postings::segment::DocId, search::context::Documents},
    query::{Clauses, Match},
};

/// The documents of one match class.
#[derive(Clone)]
pub(super) struct Matches {
    pub class: Match,
    pub found: Documents,
    /// Those of them that are told to be of a lower class, though they stand among these.
    pub lower: Option<(Match, Documents)>,
}

impl Matches {
    pub(super) const fn new(class: Match, found: Documents) -> Self {
        Self { class, found, lower: None }
    }

    /// The class that is told of one of the documents.
    pub(super) fn told(&self, at: usize, doc: DocId) -> Match {
        match &self.lower {
            Some((class, lower)) if lower[at].binary_search(&doc).is_ok() => *class,
            _ => self.class,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.found.iter().map(Vec::len).sum()
    }
}

/// One reading of a text, and what it found, best class first.
pub(super) struct Answer {
    pub clauses: Clauses,
    pub classes: Vec<Matches>,
    /// How many of its hits stand together when several answers take turns.
    pub share: usize,
}

impl Answer {
    pub(super) const fn new(clauses: Clauses, classes: Vec<Matches>) -> Self {
        Self { clauses, classes, share: 1 }
    }

    pub(super) fn total(&self) -> usize {
        self.classes.iter().map(Matches::count).sum()
    }

    /// Says whether some document has the text itself.
    pub(super) fn has_exact(&self) -> bool {
        self.classes.iter().any(|matches| matches.class == Match::Exact && matches.count() > 0)
    }

    /// Says whether documents with some of the words were enough.
    pub(super) fn is_relaxed(&self) -> bool {
        self.classes.first().is_some_and(|matches| matches.class == Match::Partial)
    }
}
