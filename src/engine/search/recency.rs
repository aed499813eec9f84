//! How much newer posts are raised: not at all, unless the site wants it.
//!
//! The newest post is raised most; what a post gets halves with each year that it is older. Age counts from the newest
//! post of the snapshot, not from the clock, so that an answer depends on the index alone. Knows no settings.

use crate::engine::postings::commit::Commit;

/// Seconds of a year.
const YEAR: f64 = 365.25 * 86_400.0;

/// What newer posts get.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Recency {
    /// Which share of its score the newest post gets besides.
    share: f32,
    /// When that was written, in seconds since 1970.
    newest: i64,
}

impl Recency {
    /// What the posts of a commit get; `share` is what the newest post gets.
    pub(super) fn of(commit: &Commit, share: f32) -> Self {
        if share == 0.0 { Self::default() } else { Self { share, newest: commit.newest().unwrap_or(0) } }
    }

    /// Gives which share of its score a post of this date gets besides.
    pub(super) fn raise(self, date: impl FnOnce() -> Option<i64>) -> f32 {
        let date = if self.share > 0.0 { date() } else { None };
        let Some(date) = date else { return 0.0 };
        let years = self.newest.saturating_sub(date).max(0) as f64 / YEAR;
        self.share * (-years).exp2() as f32
    }

    /// Gives what the score of the newest post is of its score without.
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
