//! Background work of the service, on threads of its own so that no change has to wait: scans of the whole folder, and
//! comparisons of the index's files with their checksums.

use std::{
    sync::mpsc::{Receiver, TryRecvError, channel},
    thread,
    time::{Duration, Instant},
};

use crate::{
    content::folder::{Folder, Scan},
    engine::{Engine, Live},
    watch::Waker,
};

/// Default interval between two comparisons of the index's files with their checksums.
const SCRUB_EVERY: Duration = Duration::from_secs(300);

/// A scan of the whole folder.
#[derive(Default)]
pub(super) struct FolderScan {
    /// Receives the result: `None` if the folder could not be read.
    running: Option<Receiver<Option<Scan>>>,
}

impl FolderScan {
    /// Begins a scan unless one is running, and calls `waker` at its end. Returns whether a scan is running.
    pub(super) fn begin(&mut self, folder: &Folder, waker: Waker) -> bool {
        if self.running.is_none() {
            let folder = folder.clone();
            let (sender, receiver) = channel();
            let thread = thread::Builder::new().name("look".to_owned()).spawn(move || {
                // Fails when the service has ended.
                _ = sender.send(folder.scan().ok());
                waker.wake();
            });
            self.running = thread.ok().map(|_| receiver);
        }
        self.running.is_some()
    }

    /// Returns the result of a scan that has ended, once.
    pub(super) fn result(&mut self) -> Option<Option<Scan>> {
        let scan = match self.running.as_ref()?.try_recv() {
            Ok(scan) => scan,
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => return None,
        };
        self.running = None;
        Some(scan)
    }
}

/// Compares the index's files with their checksums at intervals, including parts that no search reads.
pub(super) struct Scrub {
    every: Duration,
    /// The beginning of the last comparison.
    begun: Instant,
    thread: Option<thread::JoinHandle<()>>,
}

impl Scrub {
    pub(super) fn new(every: Option<Duration>) -> Self {
        Self { every: every.unwrap_or(SCRUB_EVERY), begun: Instant::now(), thread: None }
    }

    /// Returns the time until the next comparison.
    pub(super) fn left(&self) -> Duration {
        self.every.saturating_sub(self.begun.elapsed())
    }

    /// Begins a comparison unless the last one is still running.
    pub(super) fn begin(&mut self, engine: Option<&Engine>, live: &Live) {
        self.begun = Instant::now();
        let is_busy = self.thread.as_ref().is_some_and(|thread| !thread.is_finished());
        let Some(engine) = engine.filter(|_| !is_busy).cloned() else { return };
        let live = live.clone();
        let thread = thread::Builder::new().name("examine".to_owned()).spawn(move || {
            // A merge may have removed files meanwhile, so this only casts doubt on them.
            if engine.examine().is_err_and(|error| error.is_damage()) {
                live.doubt();
            }
        });
        self.thread = thread.ok();
    }
}
