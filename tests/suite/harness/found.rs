//! What a search found, and what a test says of it.

use anli::query::{Hit, Hits, Snippet};

/// The answer to one query.
pub(crate) struct Found {
    asked: String,
    pub(crate) hits: Hits,
}

impl Found {
    pub(super) const fn new(asked: String, hits: Hits) -> Self {
        Self { asked, hits }
    }

    /// Gives the ids, best first.
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.hits.hits.iter().map(|hit| hit.id.as_str()).collect()
    }

    /// Says that exactly these posts are found, in whatever order; a case counts as its post.
    #[track_caller]
    pub(crate) fn finds(&self, expected: &[&str]) -> &Self {
        let mut found = self.ids();
        let mut expected = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "a search for {}", self.asked);
        assert_eq!(self.hits.total, expected.len(), "the total of a search for {}", self.asked);
        self
    }

    /// Says that exactly these posts are found, in this order.
    #[track_caller]
    pub(crate) fn finds_in_order(&self, expected: &[&str]) -> &Self {
        assert_eq!(self.ids(), expected, "a search for {}", self.asked);
        self
    }

    /// Says that this post is found before any other.
    #[track_caller]
    pub(crate) fn finds_first(&self, expected: &str) -> &Self {
        assert_eq!(self.ids().first(), Some(&expected), "a search for {} found {:?}", self.asked, self.ids());
        self
    }

    /// Says that this post is among those found.
    #[track_caller]
    pub(crate) fn includes(&self, expected: &str) -> &Self {
        assert!(self.ids().contains(&expected), "a search for {} found {:?}", self.asked, self.ids());
        self
    }

    /// Says that nothing is found.
    #[track_caller]
    pub(crate) fn finds_nothing(&self) -> &Self {
        self.finds(&[])
    }

    /// Says that the answer carries exactly these notes, by code.
    #[track_caller]
    pub(crate) fn notes(&self, expected: &[&str]) -> &Self {
        let found: Vec<&str> = self.hits.notes.iter().map(|note| note.code()).collect();
        assert_eq!(found, expected, "the notes of a search for {}", self.asked);
        self
    }

    /// Says how each hit answers what was typed, best first.
    #[track_caller]
    pub(crate) fn matches(&self, expected: &[(&str, &str)]) -> &Self {
        let found: Vec<(&str, &str)> =
            self.hits.hits.iter().map(|hit| (hit.id.as_str(), hit.matched.as_str())).collect();
        assert_eq!(found, expected, "a search for {}", self.asked);
        self
    }

    /// Gives the first hit.
    #[track_caller]
    pub(crate) fn first(&self) -> &Hit {
        self.hits.hits.first().unwrap_or_else(|| panic!("a search for {} found nothing", self.asked))
    }
}

/// Gives a snippet with what matched between `[` and `]`.
pub(crate) fn marked(snippet: &Snippet) -> String {
    let mut shown = snippet.text.clone();
    for mark in snippet.marks.iter().rev() {
        shown.insert(mark.end, ']');
        shown.insert(mark.start, '[');
    }
    shown
}
