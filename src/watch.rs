//! Tells where the folder changed.
//!
//! What it gives is only where to look: paths, or everywhere when events may have been lost (a full queue, a lost watch, a
//! replaced folder). Where the system tells of changes (`events`) they are gathered into batches (`batch`); where it
//! does not, or not of all (`place`), whoever asks has to look everywhere from time to time, and is told so. The few
//! files that say how posts are read are looked at in any case. Owns notify. Knows no index.

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
    batch::{Batch, Seen, Sight},
    events::{Events, sight},
};
use crate::content::folder::Folder;

/// How many events may wait.
const QUEUE: usize = 65_536;
/// More changed paths than this are looked for everywhere.
const MOST_PATHS: usize = 10_000;
/// How often the folder itself, what is mounted below it and the settings are looked at, in case they were replaced.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// So many events are taken before anything else is looked at.
const BURST: usize = 1_000;
/// How long an event may be on its way.
const UNDERWAY: Duration = Duration::from_millis(300);
/// After so many changes that nobody told of, events are no longer relied on.
const MOST_DOUBTS: u32 = 3;
/// How often watching is tried again where it failed.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// Where something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// At these paths below the folder, with `/` between the parts.
    Paths(BTreeSet<String>),
    /// Perhaps anywhere.
    Everywhere,
    /// One of the files that say how posts are read.
    Settings,
    /// Nowhere, as far as can be told; the time is over, or somebody called [`Waker::wake`].
    Nothing,
}

/// How changes are to be noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// By events, and by looking where those may be missed.
    #[default]
    Auto,
    /// By events, wherever the folder lies.
    Events,
    /// By looking alone.
    Polling,
}

/// How changes are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By events.
    Events,
    /// By looking everywhere from time to time, whether there are events besides or not.
    Polling,
}

impl Kind {
    /// Gives the stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Polling => "polling",
        }
    }
}

/// Watches one folder.
#[derive(Debug)]
pub struct Watch {
    folder: Folder,
    settings: Vec<PathBuf>,
    /// What the settings were when last looked at.
    prints: Vec<Print>,
    way: Way,
    events: Option<Events>,
    queue: usize,
    receiver: Receiver<Event>,
    waker: Waker,
    lost: Arc<AtomicBool>,
    batch: Batch,
    /// When settings were seen to change.
    settings_seen: Option<Seen>,
    everywhere: bool,
    woken: bool,
    identity: Option<(u64, u64)>,
    /// What is mounted below the folder: no event tells when that changes.
    mounts: Vec<String>,
    looked: Instant,
    began: Instant,
    doubts: u32,
    /// On what the folder lies, if others change it without a word.
    shared: Option<String>,
    /// Why the folder has to be looked at from time to time, in words.
    why: Option<String>,
}

/// What tells whether a file of settings has changed.
type Print = Option<(u64, Option<SystemTime>, Option<PathBuf>)>;

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
    /// Begins to watch a folder, and the files that say how its posts are read. Where changes may go unnoticed
    /// [`Watch::why`] says so; the caller then looks everywhere from time to time.
    #[must_use]
    pub fn start(folder: Folder, settings: &[PathBuf], way: Way, queue: Option<usize>) -> Self {
        let queue = queue.unwrap_or(QUEUE);
        let (sender, receiver) = sync_channel(queue.max(1));
        let now = Instant::now();
        let mut watch = Self {
            identity: folder.identity(),
            prints: settings.iter().map(|path| print(path)).collect(),
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
            looked: now,
            began: now,
            doubts: 0,
            shared: None,
            why: None,
        };
        watch.begin();
        watch
    }

    /// Gives what ends a wait early.
    #[must_use]
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Gives how changes are noticed.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        if self.why.is_some() { Kind::Polling } else { Kind::Events }
    }

    /// Gives why changes may go unnoticed, in words; `None` when they do not.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// Says whether changes went unnoticed lately, as far as is known.
    #[must_use]
    pub const fn is_doubted(&self) -> bool {
        self.doubts > 0
    }

    /// Watches every folder that is there; before the whole folder is compared, so that a folder that was
    /// missed is missed no longer.
    pub fn watch_again(&mut self) {
        if self.why.is_some() && self.began.elapsed() > TRY_AGAIN {
            self.begin();
        } else if let Some(events) = &mut self.events {
            events.watch_all(&self.folder, &self.settings);
        }
        self.tell();
    }

    /// Hears what a comparison of everything found: whether there were changes. Such that no event tells of cast doubt on
    /// the events: they are asked for anew, and at last no longer relied on.
    pub fn compared(&mut self, changed: bool) {
        let deadline = Instant::now() + UNDERWAY;
        let told = |watch: &Self| watch.batch.len() > 0 || watch.everywhere || watch.lost.load(Ordering::Acquire);
        while changed && !told(self) {
            match self.receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(event) => self.hear(&event),
                Err(_) => break,
            }
        }
        if !changed {
            self.doubts = 0;
        } else if !told(self) && self.kind() == Kind::Events && self.way == Way::Auto {
            self.doubts += 1;
            self.begin();
            // What the new one does not tell of either happened before it began.
            self.everywhere = true;
        }
    }

    /// Watches this folder from now on, and these files that say how its posts are read.
    pub fn go_on(&mut self, folder: Folder, settings: &[PathBuf]) {
        if folder.root() == self.folder.root() && self.settings == settings {
            return;
        }
        self.folder = folder;
        self.settings = settings.to_vec();
        self.prints = settings.iter().map(|path| print(path)).collect();
        self.begin();
    }

    /// Waits until something changed and no more comes for a moment, at most for `longest`.
    pub fn next(&mut self, longest: Duration) -> Change {
        let begun = Instant::now();
        self.batch.done(begun);
        let deadline = begun + longest;
        loop {
            self.look();
            if self.lost.swap(false, Ordering::AcqRel) {
                self.begin();
                self.everywhere = true;
            }
            let now = Instant::now();
            let settings_due = self.settings_seen.map(Seen::due);
            if settings_due.is_some_and(|due| due <= now) {
                self.settings_seen = None;
                self.prints = self.settings.iter().map(|path| print(path)).collect();
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
            let until = until.min(self.looked + LOOK_EVERY);
            match self.receiver.recv_timeout(until.saturating_duration_since(now)) {
                Ok(event) => {
                    self.hear(&event);
                    for _ in 0..BURST {
                        let Ok(event) = self.receiver.try_recv() else { break };
                        self.hear(&event);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Change::Nothing,
            }
        }
    }

    /// Gives what can be handed over.
    fn change(&mut self, now: Instant) -> Change {
        let limit = MOST_PATHS.min(self.queue);
        if std::mem::take(&mut self.everywhere) || self.batch.len() > limit {
            self.batch.take_all(now);
            return Change::Everywhere;
        }
        Change::Paths(self.batch.take(now).into_iter().collect())
    }

    /// Takes an event.
    fn hear(&mut self, event: &Event) {
        let now = Instant::now();
        self.woken |= is_wake(event);
        for path in &event.paths {
            if self.settings.contains(path) {
                self.see_settings(sight(event.kind), now);
            }
            let Some(relative) = self.relative(path) else { continue };
            self.everywhere |= relative.is_empty();
            self.batch.see(relative, sight(event.kind), now);
            if let Some(events) = &mut self.events {
                events.follow(&self.folder, path, event.kind);
            }
        }
        self.tell();
    }

    /// Notes that settings change. Like a post, they are not read while they are being written: half of them would pass for
    /// all.
    fn see_settings(&mut self, sight: Sight, now: Instant) {
        self.settings_seen.get_or_insert(Seen::first(sight, now)).again(sight, now);
    }

    /// Gives a path as posts have it; `None` when it is outside of the folder, or in a part that is not watched.
    fn relative(&self, path: &Path) -> Option<String> {
        let inside = path.strip_prefix(self.folder.root()).ok()?;
        let parts: Option<Vec<&str>> = inside.components().map(|part| part.as_os_str().to_str()).collect();
        let relative = parts?.join("/");
        self.folder.admits(&relative).then_some(relative)
    }

    /// Looks whether the folder itself is another one than before, deleted and made again or switched by a link, whether
    /// something was mounted below it or is no longer, and whether settings are others.
    fn look(&mut self) {
        if self.looked.elapsed() < LOOK_EVERY {
            return;
        }
        self.looked = Instant::now();
        let identity = self.folder.identity();
        if identity != self.identity {
            self.identity = identity;
            self.everywhere = true;
            // Another folder may have another configuration above it.
            if identity.is_some() {
                self.see_settings(Sight::Settled, self.looked);
            }
            self.begin();
        } else if place::mounts_below(self.folder.root()) != self.mounts {
            self.everywhere = true;
            self.begin();
        }
        let prints: Vec<Print> = self.settings.iter().map(|path| print(path)).collect();
        if prints != self.prints && self.settings_seen.is_none() {
            self.see_settings(Sight::Written, self.looked);
        }
        self.prints = prints;
    }

    /// Begins to watch, with nothing left of what was watched before.
    fn begin(&mut self) {
        self.began = Instant::now();
        self.events = None;
        self.shared = place::shared(self.folder.root());
        self.mounts = place::mounts_below(self.folder.root());
        // What the old one told last may be wrong about folders that were made again since.
        let (sender, receiver) = sync_channel(self.queue.max(1));
        let old = std::mem::replace(&mut self.receiver, receiver);
        *self.waker.0.lock().unwrap_or_else(PoisonError::into_inner) = sender.clone();
        self.woken |= old.try_iter().any(|event| is_wake(&event));
        if self.way != Way::Polling {
            let root = self.folder.root().to_owned();
            let asked: FxHashSet<PathBuf> = self.settings.iter().cloned().collect();
            // The folders that hold the settings hold other things, too.
            let concerns = move |path: &PathBuf| path.starts_with(&root) || asked.contains(path);
            let mut events = Events::new(sender, self.lost.clone(), concerns);
            events.watch_all(&self.folder, &self.settings);
            self.events = Some(events);
        }
        self.tell();
    }

    /// Says why changes may go unnoticed.
    fn tell(&mut self) {
        let failure = self.events.as_ref().and_then(|events| events.failure.clone());
        self.why = match self.way {
            Way::Polling => Some("it was asked for".to_owned()),
            _ if failure.is_some() => failure,
            Way::Auto if self.doubts >= MOST_DOUBTS => {
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

/// Looks at a file of settings; through links, of which any may be switched.
fn print(path: &Path) -> Print {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok(), path.canonicalize().ok()))
}
