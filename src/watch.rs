//! Watches the posts folder and reports where it changed.
//!
//! The result only says where to look: at paths, or everywhere if events may have been lost (a full queue, a lost
//! watch, a replaced folder). `events.rs` receives the events of the operating system, and `batch.rs` gathers them into
//! batches. Where events do not report all changes (`place.rs`), the caller has to compare the whole folder at
//! intervals, and [`Watch::why`] says so. The configuration files that determine how posts are read are checked in any
//! case. Owns notify. Knows no index.

mod batch;
mod events;
mod place;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    time::{Duration, Instant, SystemTime},
};

use notify::{Event, EventKind};
use rustc_hash::FxHashSet;

use self::{
    batch::{Batch, FileState, PendingPath},
    events::{Events, file_state},
};
use crate::content::folder::Folder;

/// Default upper bound on the number of queued events.
const QUEUE: usize = 65_536;
/// Number of changed paths above which the whole folder is reported.
const MAX_PATHS: usize = 10_000;
/// Interval between two checks of the folder itself, the mounts below it and the settings, which may be replaced.
const CHECK_EVERY: Duration = Duration::from_millis(500);
/// Upper bound on the number of events taken in a row.
const BURST: usize = 1_000;
/// Upper bound on the delay of an event.
const EVENT_DELAY: Duration = Duration::from_millis(300);
/// Number of changes in a row without an event after which events are no longer relied on.
const MAX_DOUBTS: u32 = 3;
/// Interval between two attempts to watch after a failure.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// A report of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// At these paths below the folder, with `/` between the parts.
    Paths(BTreeSet<String>),
    /// Possibly anywhere.
    Everywhere,
    /// In a configuration file that determines how posts are read.
    Settings,
    /// No known change: the time is over, or [`Waker::wake`] was called.
    Nothing,
}

/// The requested way to notice changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// By events; by polling where events may be missed.
    #[default]
    Auto,
    /// By events, on any file system.
    Events,
    /// By polling.
    Polling,
}

/// Watches one folder.
#[derive(Debug)]
pub struct Watch {
    folder: Folder,
    settings: Vec<PathBuf>,
    /// State of the settings at the last check.
    fingerprints: Vec<Fingerprint>,
    way: Way,
    events: Option<Events>,
    queue: usize,
    receiver: Receiver<Event>,
    waker: Waker,
    lost: Arc<AtomicBool>,
    batch: Batch,
    /// A change of the settings that is not reported yet.
    settings_seen: Option<PendingPath>,
    everywhere: bool,
    woken: bool,
    identity: Option<(u64, u64)>,
    /// The mounts below the folder, whose changes no event reports.
    mounts: Vec<String>,
    checked: Instant,
    began: Instant,
    /// Number of changes in a row without an event.
    doubts: u32,
    /// Why the file system of the folder may change without events, if so.
    shared: Option<String>,
    /// Why the folder has to be compared at intervals, in words.
    why: Option<String>,
}

/// Size, modification time and target of a file of settings, which show whether it has changed.
type Fingerprint = Option<(u64, Option<SystemTime>, Option<PathBuf>)>;

/// Ends the wait of a [`Watch`] early.
#[derive(Debug, Clone)]
pub struct Waker(Arc<Mutex<SyncSender<Event>>>);

impl Waker {
    /// Ends the wait.
    pub fn wake(&self) {
        // A full queue ends the wait by itself.
        _ = self.0.lock().unwrap_or_else(PoisonError::into_inner).try_send(Event::new(EventKind::Any));
    }
}

impl Watch {
    /// Watches a folder, and the configuration files that determine how its posts are read. If changes may be missed,
    /// [`Watch::why`] says why; the caller then compares the whole folder at intervals. `queue` bounds the number of
    /// queued events.
    #[must_use]
    pub fn start(folder: Folder, settings: &[PathBuf], way: Way, queue: Option<usize>) -> Self {
        let queue = queue.unwrap_or(QUEUE);
        let (sender, receiver) = sync_channel(queue.max(1));
        let now = Instant::now();
        let mut watch = Self {
            identity: folder.identity(),
            fingerprints: Vec::new(),
            settings: settings.to_vec(),
            folder,
            way,
            events: None,
            queue,
            receiver,
            waker: Waker(Arc::new(Mutex::new(sender))),
            lost: Arc::default(),
            batch: Batch::default(),
            settings_seen: None,
            everywhere: false,
            woken: false,
            mounts: Vec::new(),
            checked: now,
            began: now,
            doubts: 0,
            shared: None,
            why: None,
        };
        watch.fingerprints = watch.fingerprints();
        watch.begin();
        watch
    }

    /// Returns the waker, which ends a wait early.
    #[must_use]
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Returns whether the caller has to compare the whole folder at intervals, with or without events besides.
    #[must_use]
    pub const fn is_polling(&self) -> bool {
        self.why.is_some()
    }

    /// Returns why events may miss changes, in words; `None` if they do not.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// Returns whether the last comparison found a change without an event.
    #[must_use]
    pub const fn is_doubted(&self) -> bool {
        self.doubts > 0
    }

    /// Watches every folder that exists, including folders missed before. To be called before the whole folder is
    /// compared.
    pub fn watch_again(&mut self) {
        if self.why.is_some() && self.began.elapsed() > TRY_AGAIN {
            self.begin();
        } else if let Some(events) = &mut self.events {
            events.watch_all(&self.folder, &self.settings);
        }
        self.update_why();
    }

    /// Records whether a comparison of the whole folder found changes. After a change without an event, the folder is
    /// watched anew; after several in a row, events are no longer relied on.
    pub fn compared(&mut self, changed: bool) {
        let deadline = Instant::now() + EVENT_DELAY;
        let has_event = |watch: &Self| watch.batch.len() > 0 || watch.everywhere || watch.lost.load(Ordering::Acquire);
        while changed && !has_event(self) {
            match self.receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(event) => self.take_event(&event),
                Err(_) => break,
            }
        }
        if !changed {
            self.doubts = 0;
        } else if !has_event(self) && !self.is_polling() && self.way == Way::Auto {
            self.doubts += 1;
            self.begin();
            // The new watcher does not report changes made before it began.
            self.everywhere = true;
        }
    }

    /// Watches another folder and other configuration files from now on.
    pub fn replace_folder(&mut self, folder: Folder, settings: &[PathBuf]) {
        if folder.root() == self.folder.root() && self.settings == settings {
            return;
        }
        self.folder = folder;
        self.settings = settings.to_vec();
        self.fingerprints = self.fingerprints();
        self.begin();
    }

    /// Waits for a change that is complete, up to `longest`.
    pub fn next(&mut self, longest: Duration) -> Change {
        let begun = Instant::now();
        self.batch.done(begun);
        let deadline = begun + longest;
        loop {
            self.check();
            if self.lost.swap(false, Ordering::AcqRel) {
                self.begin();
                self.everywhere = true;
            }
            let now = Instant::now();
            let settings_due = self.settings_seen.map(PendingPath::due);
            if settings_due.is_some_and(|due| due <= now) {
                self.settings_seen = None;
                self.fingerprints = self.fingerprints();
                return Change::Settings;
            }
            let due = if self.everywhere { Some(self.batch.earliest(now)) } else { self.batch.due() };
            if due.is_some_and(|due| due <= now) {
                return self.change(now);
            }
            if std::mem::take(&mut self.woken) || now >= deadline {
                return Change::Nothing;
            }
            let until = [due, settings_due].into_iter().flatten().fold(deadline, Instant::min);
            let until = until.min(self.checked + CHECK_EVERY);
            match self.receiver.recv_timeout(until.saturating_duration_since(now)) {
                Ok(event) => {
                    self.take_event(&event);
                    for _ in 0..BURST {
                        let Ok(event) = self.receiver.try_recv() else { break };
                        self.take_event(&event);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Change::Nothing,
            }
        }
    }

    /// Hands over the changes that are ready.
    fn change(&mut self, now: Instant) -> Change {
        let limit = MAX_PATHS.min(self.queue);
        if std::mem::take(&mut self.everywhere) || self.batch.len() > limit {
            self.batch.take_all(now);
            return Change::Everywhere;
        }
        Change::Paths(self.batch.take(now).into_iter().collect())
    }

    /// Records an event.
    fn take_event(&mut self, event: &Event) {
        let now = Instant::now();
        self.woken |= is_wake(event);
        for path in &event.paths {
            if self.settings.contains(path) {
                self.see_settings(file_state(event.kind), now);
            }
            let Some(relative) = self.relative(path) else { continue };
            self.everywhere |= relative.is_empty();
            self.batch.see(relative, file_state(event.kind), now);
            if let Some(events) = &mut self.events {
                events.follow(&self.folder, path, event.kind);
            }
        }
        self.update_why();
    }

    /// Records an event about the settings. Like a post, they are not read while they are being written, since a part
    /// of them may be valid too.
    fn see_settings(&mut self, state: FileState, now: Instant) {
        self.settings_seen.get_or_insert(PendingPath::first(state, now)).again(state, now);
    }

    /// Returns a path relative to the folder; `None` if the path is outside of the folder or in a part left out.
    fn relative(&self, path: &Path) -> Option<String> {
        let inside = path.strip_prefix(self.folder.root()).ok()?;
        let parts: Option<Vec<&str>> = inside.components().map(|part| part.as_os_str().to_str()).collect();
        let relative = parts?.join("/");
        self.folder.admits(&relative).then_some(relative)
    }

    /// Checks whether the folder itself was replaced, by a new folder or through a link, whether mounts below it
    /// changed, and whether settings changed.
    fn check(&mut self) {
        if self.checked.elapsed() < CHECK_EVERY {
            return;
        }
        self.checked = Instant::now();
        let identity = self.folder.identity();
        if identity != self.identity {
            self.identity = identity;
            self.everywhere = true;
            // Another folder may have another configuration above it.
            if identity.is_some() {
                self.see_settings(FileState::Settled, self.checked);
            }
            self.begin();
        } else if place::mounts_below(self.folder.root()) != self.mounts {
            self.everywhere = true;
            self.begin();
        }
        let fingerprints = self.fingerprints();
        if fingerprints != self.fingerprints && self.settings_seen.is_none() {
            self.see_settings(FileState::Writing, self.checked);
        }
        self.fingerprints = fingerprints;
    }

    /// Returns the present state of the settings; through links, each of which may be switched.
    fn fingerprints(&self) -> Vec<Fingerprint> {
        let fingerprint = |path: &PathBuf| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.len(), metadata.modified().ok(), path.canonicalize().ok()))
        };
        self.settings.iter().map(fingerprint).collect()
    }

    /// Begins to watch with a new watcher.
    fn begin(&mut self) {
        self.began = Instant::now();
        self.events = None;
        self.shared = place::shared(self.folder.root());
        self.mounts = place::mounts_below(self.folder.root());
        // The last events of the old watcher may be wrong about folders that were deleted and made again.
        let (sender, receiver) = sync_channel(self.queue.max(1));
        let old = std::mem::replace(&mut self.receiver, receiver);
        *self.waker.0.lock().unwrap_or_else(PoisonError::into_inner) = sender.clone();
        self.woken |= old.try_iter().any(|event| is_wake(&event));
        if self.way != Way::Polling {
            let root = self.folder.root().to_owned();
            let asked: FxHashSet<PathBuf> = self.settings.iter().cloned().collect();
            // The folders that contain the settings contain other files too.
            let concerns = move |path: &PathBuf| path.starts_with(&root) || asked.contains(path);
            let mut events = Events::new(sender, self.lost.clone(), concerns);
            events.watch_all(&self.folder, &self.settings);
            self.events = Some(events);
        }
        self.update_why();
    }

    /// Sets why events may miss changes.
    fn update_why(&mut self) {
        let failure = self.events.as_ref().and_then(|events| events.failure.clone());
        self.why = match self.way {
            Way::Polling => Some("it was asked for".to_owned()),
            _ if failure.is_some() => failure,
            Way::Auto if self.doubts >= MAX_DOUBTS => {
                Some("files changed in the folder without an event, several times".to_owned())
            }
            Way::Auto => self.shared.clone(),
            Way::Events => None,
        };
    }
}

fn is_wake(event: &Event) -> bool {
    event.paths.is_empty() && event.kind == EventKind::Any
}
