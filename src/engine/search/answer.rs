//! The documents that one reading of a text found, by match class.
//!
//! [`super::stages`] collects [`Answer`]s, and [`super::merge`] makes one list of them. The module does not know how
//! documents are found or scored.

use crate::{
    engine::{
        postings::sets::{DocId, difference},
        search::context::Documents,
    },
    query::{Match, ParsedText},
};

/// The scores of the documents of one match class.
#[derive(Clone)]
pub(super) struct Scores {
    /// For each segment, the score of each document.
    pub each: Vec<Vec<f32>>,
    /// The maximum score of all terms.
    pub most: f32,
}

/// The documents of one match class.
#[derive(Clone)]
pub(super) struct Matches {
    pub class: Match,
    pub found: Documents,
    /// The scores of `found`, when the documents were found by their scores.
    pub scores: Option<Scores>,
    /// The documents among `found` that are shown as another class, though they are ranked in this class.
    pub shown: Vec<(Match, Documents)>,
}

impl Matches {
    pub(super) const fn new(class: Match, found: Documents) -> Self {
        Self { class, found, scores: None, shown: Vec::new() }
    }

    /// Returns the match class shown for a document; `at` is the index of the segment.
    pub(super) fn shown_class(&self, at: usize, doc: DocId) -> Match {
        let shown = self.shown.iter().find(|(_, shown)| shown[at].binary_search(&doc).is_ok());
        shown.map_or(self.class, |(class, _)| *class)
    }

    pub(super) fn count(&self) -> usize {
        count(&self.found)
    }

    /// Shows documents as another class from now on.
    pub(super) fn show(&mut self, class: Match, documents: Documents) {
        for (_, shown) in &mut self.shown {
            for (shown, documents) in shown.iter_mut().zip(&documents) {
                *shown = difference(shown, documents);
            }
        }
        self.shown.push((class, documents));
    }

    /// Removes documents.
    pub(super) fn remove(&mut self, documents: &Documents) {
        for (at, documents) in documents.iter().enumerate().filter(|(_, documents)| !documents.is_empty()) {
            let left = difference(&self.found[at], documents);
            if let Some(Scores { each, .. }) = &mut self.scores {
                let mut of = self.found[at].iter();
                each[at].retain(|_| of.next().is_some_and(|doc| left.binary_search(doc).is_ok()));
            }
            self.found[at] = left;
        }
    }

    /// Divides the documents by the match class that is shown.
    pub(super) fn by_shown_class(mut self) -> Vec<(Match, Documents)> {
        for (_, shown) in &self.shown {
            for (found, shown) in self.found.iter_mut().zip(shown) {
                *found = difference(found, shown);
            }
        }
        self.shown.push((self.class, self.found));
        self.shown
    }

    /// Returns the number of documents that are ranked or shown in a class better than `class`.
    fn count_better(&self, class: Match) -> usize {
        let shown = self.shown.iter().filter(|(shown, _)| *shown < class).map(|(_, found)| count(found));
        if self.class < class { self.count() } else { shown.sum() }
    }
}

fn count(documents: &Documents) -> usize {
    documents.iter().map(Vec::len).sum()
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
        self.classes.iter().any(|matches| matches.count_better(Match::Variant) > 0)
    }

    /// Returns the number of documents that contain the whole text.
    pub(super) fn total_whole(&self) -> usize {
        self.classes.iter().map(|matches| matches.count_better(Match::Partial)).sum()
    }
}
