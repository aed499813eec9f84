//! Recency: raises the scores of newer posts, when the site configures a share.
//!
//! The newest post is raised most; the raise halves with each year of age. Age is counted from the newest post of the
//! snapshot, not from the clock, so that an answer depends on the index alone. [`super::scoring`] applies the raise.
//! The module knows no settings.

use crate::engine::postings::{commit::Commit, sets::DocId};

/// Length of a year in seconds.
const YEAR: f64 = 365.25 * 86_400.0;

/// The raise of newer posts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Recency {
    /// The raise of the newest post, as a share of its score.
    share: f32,
    /// Date of the newest post, in seconds since 1970.
    newest: i64,
}

impl Recency {
    /// Makes the raise for the posts of a commit; `share` is the raise of the newest post.
    pub(super) fn of(commit: &Commit, share: f32) -> Self {
        if share == 0.0 { Self::default() } else { Self { share, newest: commit.newest().unwrap_or(0) } }
    }

    /// Returns the raise of a post with this date, as a share of its score; 0 without a date.
    pub(super) fn raise(self, date: impl FnOnce() -> Option<i64>) -> f32 {
        let date = if self.share > 0.0 { date() } else { None };
        let Some(date) = date else { return 0.0 };
        let years = self.newest.saturating_sub(date).max(0) as f64 / YEAR;
        self.share * (-years).exp2() as f32
    }

    /// Raises the score of each of `documents` by its date.
    pub(super) fn multiply(self, documents: &[DocId], scores: &mut [f32], date: impl Fn(DocId) -> Option<i64>) {
        if self.share > 0.0 {
            for (&doc, score) in documents.iter().zip(scores) {
                *score *= 1.0 + self.raise(|| date(doc));
            }
        }
    }

    /// Returns the factor by which the score of the newest post is multiplied.
    pub(super) fn most(self) -> f32 {
        1.0 + self.share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(share: f32, years: Option<f64>, expected: f32) {
        let newest = 1_700_000_000;
        let date = years.map(|years| newest - (years * YEAR) as i64);
        let raise = Recency { share, newest }.raise(|| date);
        assert!((raise - expected).abs() < 1e-6, "{share}, {years:?}: {raise}");
    }

    #[test]
    fn the_raise_halves_with_each_year() {
        check(0.5, Some(0.0), 0.5);
        check(0.5, Some(1.0), 0.25);
        check(0.5, Some(3.0), 0.0625);
        check(1.0, Some(4_000.0), 0.0);
    }

    #[test]
    fn without_a_date_or_the_wish_nothing_is_raised() {
        check(1.0, None, 0.0);
        check(0.0, Some(0.0), 0.0);
    }
}
