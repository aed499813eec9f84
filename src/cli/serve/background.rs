//! What goes on in threads of its own beside the loop, so that no change has to wait for it: a look at the whole folder, and
//! the comparison of the index's files with their checksums.

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

/// How often the files of the index are compared though nobody doubts them, unless something else is asked for.
const SCRUB_EVERY: Duration = Duration::from_secs(300);

/// A look at the whole folder.
#[derive(Default)]
pub(super) struct Look {
    /// Gives what was seen; nothing when the folder could not be read.
    seen: Option<Receiver<Option<Scan>>>,
}

impl Look {
    /// Begins to look, unless somebody is looking; says whether that is possible. Whoever waits is woken when it is done.
    pub(super) fn begin(&mut self, folder: &Folder, waker: Waker) -> bool {
        if self.seen.is_none() {
            let folder = folder.clone();
            let (sender, receiver) = channel();
            let looking = thread::Builder::new().name("look".to_owned()).spawn(move || {
                // Nobody waits for it any more when the service ends.
                _ = sender.send(folder.scan().ok());
                waker.wake();
            });
            self.seen = looking.ok().map(|_| receiver);
        }
        self.seen.is_some()
    }

    /// Gives what was seen, once it is done.
    pub(super) fn seen(&mut self) -> Option<Option<Scan>> {
        let scan = match self.seen.as_ref()?.try_recv() {
            Ok(scan) => scan,
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => return None,
        };
        self.seen = None;
        Some(scan)
    }
}

/// The comparison of the index's files with their checksums: what searches do not touch, nobody else would miss.
pub(super) struct Scrub {
    every: Duration,
    /// When it was last begun.
    begun: Instant,
    thread: Option<thread::JoinHandle<()>>,
}

impl Scrub {
    pub(super) fn new(every: Option<Duration>) -> Self {
        Self { every: every.unwrap_or(SCRUB_EVERY), begun: Instant::now(), thread: None }
    }

    /// Gives how long it is until the next one.
    pub(super) fn left(&self) -> Duration {
        self.every.saturating_sub(self.begun.elapsed())
    }

    /// Begins one, unless the last one is not over.
    pub(super) fn begin(&mut self, engine: Option<&Engine>, live: &Live) {
        self.begun = Instant::now();
        let is_busy = self.thread.as_ref().is_some_and(|thread| !thread.is_finished());
        let Some(engine) = engine.filter(|_| !is_busy).cloned() else { return };
        let live = live.clone();
        let thread = thread::Builder::new().name("examine".to_owned()).spawn(move || {
            // A merge may have removed files meanwhile, so this is a doubt and no more.
            if engine.examine().is_err_and(|error| error.is_damage()) {
                live.doubt();
            }
        });
        self.thread = thread.ok();
    }
}
