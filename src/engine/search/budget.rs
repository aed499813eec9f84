//! How long a search may work, and whether anybody still waits for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// The budget of one search, which is checked while the search runs. When it is spent, the search ends with the answer
/// so far and says so.
#[derive(Debug, Clone, Default)]
pub struct Budget {
    /// When the time is over; never when `None`.
    end: Option<Instant>,
    /// Set by the client when nobody waits for the answer any more.
    given_up: Option<Arc<AtomicBool>>,
}

impl Budget {
    /// Makes a budget of time that begins now.
    #[must_use]
    pub fn of(time: Duration) -> Self {
        Self { end: Instant::now().checked_add(time), given_up: None }
    }

    /// Returns the budget that is spent as well when the flag is set.
    #[must_use]
    pub fn until(self, given_up: Arc<AtomicBool>) -> Self {
        Self { given_up: Some(given_up), ..self }
    }

    /// Returns whether the search has to end.
    pub(super) fn is_spent(&self) -> bool {
        self.given_up.as_ref().is_some_and(|given_up| given_up.load(Relaxed))
            || self.end.is_some_and(|end| Instant::now() >= end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_spent_by_time_or_by_giving_up() {
        assert!(!Budget::default().is_spent());
        assert!(!Budget::of(Duration::MAX).is_spent());
        assert!(Budget::of(Duration::ZERO).is_spent());
        let flag = Arc::new(AtomicBool::new(false));
        let budget = Budget::of(Duration::MAX).until(flag.clone());
        assert!(!budget.is_spent());
        flag.store(true, Relaxed);
        assert!(budget.is_spent());
    }
}
