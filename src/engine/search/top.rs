//! Keeps the best documents by score, and only these.
//!
//! [`super::scoring`] and [`super::maxscore`] compute the scores. The module knows no formula.

use crate::engine::postings::{segment::Segment, sets::DocId};

/// A document with its score.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    /// Whether the typed text spells the beginning of the title: then the document comes before all others.
    pub opens: bool,
    pub score: f32,
    pub segment: usize,
    pub doc: DocId,
}

/// The best documents of those pushed so far.
pub(super) struct Top<'s> {
    segments: &'s [Segment<'s>],
    /// Maximum number of documents.
    most: usize,
    /// Up to twice as many documents as wanted, so that they are rarely compared with each other.
    kept: Vec<Ranked>,
    /// A document that `most` others are not behind, once there are so many.
    last: Option<Ranked>,
}

impl<'s> Top<'s> {
    pub(super) const fn new(segments: &'s [Segment<'s>], most: usize) -> Self {
        Self { segments, most, kept: Vec::new(), last: None }
    }

    /// Takes a document, if it may be among the best.
    #[inline]
    pub(super) fn push(&mut self, ranked: Ranked) {
        let is_behind = |last: &Ranked| (ranked.opens, ranked.score) < (last.opens, last.score);
        if self.last.as_ref().is_some_and(is_behind) {
            return;
        }
        self.kept.push(ranked);
        if self.kept.len() > self.most.saturating_mul(2) {
            self.cut();
        }
    }

    /// Returns the score that a further document has to reach; 0 as long as there is room for any.
    pub(super) fn threshold(&mut self) -> f32 {
        self.cut();
        self.last.map_or(0.0, |last| last.score)
    }

    /// Returns the best documents, best first.
    pub(super) fn finish(mut self) -> Vec<Ranked> {
        self.cut();
        let segments = self.segments;
        self.kept.sort_unstable_by(|a, b| order(segments, a, b));
        self.kept
    }

    /// Removes the documents that are not among the best.
    fn cut(&mut self) {
        let segments = self.segments;
        if let Some(last) = self.most.checked_sub(1).filter(|&last| last < self.kept.len()) {
            self.kept.select_nth_unstable_by(last, |a, b| order(segments, a, b));
            self.last = Some(self.kept[last]);
        }
        self.kept.truncate(self.most);
    }
}

/// Returns the key that orders documents of equal scores or dates. The tie number of a document is the same in every
/// build.
pub(super) fn tie(segments: &[Segment<'_>], segment: usize, doc: DocId) -> (Option<u64>, usize, DocId) {
    (segments[segment].columns().tie(doc), segment, doc)
}

/// Compares two documents, best first.
fn order(segments: &[Segment<'_>], a: &Ranked, b: &Ranked) -> std::cmp::Ordering {
    let by_score = b.opens.cmp(&a.opens).then(b.score.total_cmp(&a.score));
    by_score.then_with(|| tie(segments, a.segment, a.doc).cmp(&tie(segments, b.segment, b.doc)))
}
