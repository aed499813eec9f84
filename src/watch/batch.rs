//! Gathers the paths of events into batches.
//!
//! A file that was closed, moved into place or deleted is handed over at once. A file that is being written is handed
//! over when it is closed or after a time without events, and after one second in any case. Many paths are handed over
//! in few large batches. Knows no clock: callers pass the time.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Wait for related events: an editor writes, moves and deletes files to save one file.
const TOGETHER: Duration = Duration::from_millis(3);
/// Time without events after which a file counts as written, although no event said that it was closed.
const QUIET: Duration = Duration::from_millis(if cfg!(target_os = "linux") { 150 } else { 50 });
/// Upper bound on the time until a file is handed over, even if it is still being written.
const LONGEST: Duration = Duration::from_secs(1);
/// Number of paths in about a second above which there is a pause between batches.
const FEW: f64 = 32.0;
/// Length of the pause between batches for each path above that number.
const PAUSE_PER_PATH: Duration = Duration::from_millis(2);
/// Upper bound on the pause between batches.
const MAX_PAUSE: Duration = Duration::from_millis(500);

/// The state of a path according to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileState {
    /// The file is being written.
    Writing,
    /// The file is complete.
    Settled,
}

/// The state of a path, and the times of its first and last event.
#[derive(Debug, Clone, Copy)]
pub(super) struct PendingPath {
    state: FileState,
    first: Instant,
    last: Instant,
}

impl PendingPath {
    /// Makes the state after the first event.
    pub(super) const fn first(state: FileState, now: Instant) -> Self {
        Self { state, first: now, last: now }
    }

    /// Records another event.
    pub(super) const fn again(&mut self, state: FileState, now: Instant) {
        (self.state, self.last) = (state, now);
    }

    /// Returns the time at which the path can be handed over.
    pub(super) fn due(self) -> Instant {
        match self.state {
            FileState::Settled => (self.last + TOGETHER).min(self.first + LONGEST),
            FileState::Writing => (self.last + QUIET).min(self.first + LONGEST),
        }
    }
}

/// The paths to be handed over.
#[derive(Debug, Default)]
pub(super) struct Batch {
    paths: BTreeMap<String, PendingPath>,
    /// Decaying number of paths handed over in about a second, at the time `last`.
    recent: f64,
    last: Option<Instant>,
    /// Whether the last batch was the whole folder.
    everywhere: bool,
    /// Time at which a batch was handed over that is not done yet.
    handed: Option<Instant>,
    /// Earliest time of the next batch.
    earliest: Option<Instant>,
}

impl Batch {
    /// Records an event about a path.
    pub(super) fn see(&mut self, path: String, state: FileState, now: Instant) {
        self.paths.entry(path).or_insert(PendingPath::first(state, now)).again(state, now);
    }

    /// Returns the number of waiting paths.
    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    /// Records that the last batch is done.
    pub(super) fn done(&mut self, now: Instant) {
        let Some(handed) = self.handed.take() else { return };
        let pause = PAUSE_PER_PATH.mul_f64((self.recent - FEW).clamp(0.0, 1_000.0)).min(MAX_PAUSE);
        // After much work, other programs get time.
        let rest = if self.recent > FEW || self.everywhere { now.duration_since(handed) / 2 } else { Duration::ZERO };
        self.earliest = Some((handed + pause).max(now + rest));
    }

    /// Returns the time at which a batch can be handed over, if no further event comes.
    pub(super) fn due(&self) -> Option<Instant> {
        let first = self.paths.values().map(|seen| seen.due()).min()?;
        Some(self.earliest(first))
    }

    /// Returns the time at which paths that are ready at a given time can be handed over.
    pub(super) fn earliest(&self, ready: Instant) -> Instant {
        self.earliest.map_or(ready, |earliest| ready.max(earliest))
    }

    /// Hands over the paths that are ready.
    pub(super) fn take(&mut self, now: Instant) -> Vec<String> {
        let ready: Vec<String> =
            self.paths.iter().filter(|(_, seen)| seen.due() <= now).map(|(path, _)| path.clone()).collect();
        self.paths.retain(|path, _| ready.binary_search(path).is_err());
        self.everywhere = false;
        self.hand(ready.len(), now);
        ready
    }

    /// Hands over the whole folder in place of the waiting paths.
    pub(super) fn take_all(&mut self, now: Instant) {
        self.everywhere = true;
        self.hand(self.paths.len(), now);
        self.paths.clear();
    }

    fn hand(&mut self, count: usize, now: Instant) {
        let since = self.last.map_or(f64::MAX, |last| now.duration_since(last).as_secs_f64());
        self.recent = self.recent * (-since).exp() + count as f64;
        (self.last, self.handed) = (Some(now), Some(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One thing that happens at a time, in milliseconds.
    enum Step {
        Written(&'static str),
        Settled(&'static str),
        /// What is handed over by then.
        Take(&'static [&'static str]),
    }
    use Step::{Settled, Take, Written};

    #[track_caller]
    fn check(steps: &[(u64, Step)]) {
        let begun = Instant::now();
        let mut batch = Batch::default();
        for (at, step) in steps {
            let now = begun + Duration::from_millis(*at);
            match step {
                Written(path) => batch.see((*path).to_owned(), FileState::Writing, now),
                Settled(path) => batch.see((*path).to_owned(), FileState::Settled, now),
                Take(expected) => {
                    let taken = if batch.due().is_some_and(|due| due <= now) { batch.take(now) } else { Vec::new() };
                    assert_eq!(taken, *expected, "at {at} ms");
                    batch.done(now);
                }
            }
        }
    }

    #[test]
    fn a_saved_file_is_handed_over_at_once() {
        check(&[(0, Written("a")), (0, Written("a")), (1, Settled("a")), (2, Take(&[])), (4, Take(&["a"]))]);
    }

    #[test]
    fn what_is_saved_together_is_handed_over_together() {
        check(&[(0, Settled("a~")), (2, Settled("a")), (4, Settled("a~")), (8, Take(&["a", "a~"]))]);
    }

    #[test]
    fn a_half_written_file_waits_and_keeps_no_other_waiting() {
        check(&[
            (0, Written("a")),
            (10, Settled("b")),
            (14, Take(&["b"])),
            (100, Written("a")),
            (200, Take(&[])),
            (260, Take(&["a"])),
        ]);
        check(&[(0, Written("a")), (100, Written("a")), (120, Settled("a")), (124, Take(&["a"]))]);
    }

    #[test]
    fn a_file_that_is_written_without_an_end_is_handed_over_now_and_then() {
        let mut steps: Vec<(u64, Step)> = (0..=100).map(|i| (i * 10, Written("a"))).collect();
        steps.insert(99, (985, Take(&[])));
        steps.push((1_001, Take(&["a"])));
        check(&steps);
    }

    #[test]
    fn a_storm_is_handed_over_in_few_batches() {
        let begun = Instant::now();
        let mut batch = Batch::default();
        let mut batches = 0;
        for i in 0..10_000_u64 {
            let now = begun + Duration::from_millis(i);
            for _ in 0..2 {
                batch.see(format!("{i}"), FileState::Settled, now);
            }
            if batch.due().is_some_and(|due| due <= now) {
                batch.take(now);
                batch.done(now + Duration::from_millis(1));
                batches += 1;
            }
        }
        assert!((15..=60).contains(&batches), "{batches}");
        // Behind it, one file is handed over at once again.
        let now = begun + Duration::from_secs(20);
        batch.take(now - Duration::from_secs(1));
        batch.done(now - Duration::from_secs(1));
        batch.see("a".to_owned(), FileState::Settled, now);
        assert_eq!(batch.due(), Some(now + TOGETHER));
    }
}
