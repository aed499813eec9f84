//! Which of the paths that were told of are handed over, and when.
//!
//! A file that was closed, moved into place or deleted is handed over at once, one that is being written when it was
//! closed or nothing more came of it for a while; but none waits for ever. When many come, they are handed over in few
//! large batches. Knows no clock: it is told what time it is.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// How long to wait for what belongs together: an editor writes, moves and deletes to save one file.
const TOGETHER: Duration = Duration::from_millis(3);
/// A file of which nothing more comes for so long is not being written, though nobody told that it was closed.
const WRITTEN: Duration = Duration::from_millis(if cfg!(target_os = "linux") { 150 } else { 50 });
/// A file that is written without an end is handed over after so long.
const LONGEST: Duration = Duration::from_secs(1);
/// More paths than this in about a second are a storm.
const FEW: f64 = 32.0;
/// The time between two batches of a storm grows by so much for each path more.
const FOR_EACH: Duration = Duration::from_millis(2);
/// No more time than this lies between two batches.
const MOST: Duration = Duration::from_millis(500);

/// What an event tells of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// It is being written.
    Written,
    /// It is as it will stay for now.
    Settled,
}

/// When a path was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    sight: Sight,
    first: Instant,
    last: Instant,
}

impl Seen {
    /// Says that it was seen for the first time.
    pub(super) const fn first(sight: Sight, now: Instant) -> Self {
        Self { sight, first: now, last: now }
    }

    /// Says that it was seen once more.
    pub(super) const fn again(&mut self, sight: Sight, now: Instant) {
        (self.sight, self.last) = (sight, now);
    }

    /// Gives when it can be handed over.
    pub(super) fn due(self) -> Instant {
        match self.sight {
            Sight::Settled => (self.last + TOGETHER).min(self.first + LONGEST),
            Sight::Written => (self.last + WRITTEN).min(self.first + LONGEST),
        }
    }
}

/// The paths that wait.
#[derive(Debug, Default)]
pub(super) struct Batch {
    paths: BTreeMap<String, Seen>,
    /// About how many paths were handed over in the last second, as of the last time.
    recent: f64,
    last: Option<Instant>,
    /// Whether everything was looked at last.
    everywhere: bool,
    /// When what is being dealt with was handed over.
    handed: Option<Instant>,
    /// Not before this is the next.
    earliest: Option<Instant>,
}

impl Batch {
    /// Takes a path.
    pub(super) fn see(&mut self, path: String, sight: Sight, now: Instant) {
        self.paths.entry(path).or_insert(Seen::first(sight, now)).again(sight, now);
    }

    /// Gives how many paths wait.
    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    /// Says that what was handed over last has been dealt with.
    pub(super) fn done(&mut self, now: Instant) {
        let Some(handed) = self.handed.take() else { return };
        let pause = FOR_EACH.mul_f64((self.recent - FEW).clamp(0.0, 1_000.0)).min(MOST);
        // Much work must leave the machine to others for a while.
        let rest = if self.recent > FEW || self.everywhere { now.duration_since(handed) / 2 } else { Duration::ZERO };
        self.earliest = Some((handed + pause).max(now + rest));
    }

    /// Gives when something can be handed over, if nothing more comes.
    pub(super) fn due(&self) -> Option<Instant> {
        let first = self.paths.values().map(|seen| seen.due()).min()?;
        Some(self.earliest(first))
    }

    /// Gives when something that is ready at some time can be handed over.
    pub(super) fn earliest(&self, ready: Instant) -> Instant {
        self.earliest.map_or(ready, |earliest| ready.max(earliest))
    }

    /// Says that all is handed over that can be; gives the paths.
    pub(super) fn take(&mut self, now: Instant) -> Vec<String> {
        let ready: Vec<String> =
            self.paths.iter().filter(|(_, seen)| seen.due() <= now).map(|(path, _)| path.clone()).collect();
        self.paths.retain(|path, _| ready.binary_search(path).is_err());
        self.everywhere = false;
        self.hand(ready.len(), now);
        ready
    }

    /// Says that everything will be looked at, and forgets what waits.
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
                Written(path) => batch.see((*path).to_owned(), Sight::Written, now),
                Settled(path) => batch.see((*path).to_owned(), Sight::Settled, now),
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
                batch.see(format!("{i}"), Sight::Settled, now);
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
        batch.see("a".to_owned(), Sight::Settled, now);
        assert_eq!(batch.due(), Some(now + TOGETHER));
    }
}
