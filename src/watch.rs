//! Tells where the folder changed.
//!
//! Every folder that may hold posts is watched by itself, so that the index, `node_modules` and hidden
//! folders never are. What arrives is only where to look: a path, or everywhere when events may
//! have been lost (a full queue, a lost watch, a replaced folder). Owns notify. Knows no index.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    time::{Duration, Instant},
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode, ModifyKind},
};
use rustc_hash::FxHashSet;

use crate::content::folder::Folder;

/// Events are over when nothing comes for so long.
const QUIET: Duration = Duration::from_millis(25);
/// A series of events that does not end is cut after so long.
const LONGEST: Duration = Duration::from_millis(200);
/// More changed paths than this are looked for everywhere.
const MOST_PATHS: usize = 5_000;
/// How many events may wait.
const QUEUE: usize = 65_536;
/// How often the folder itself is looked for, in case it was replaced.
const ROOT_EVERY: Duration = Duration::from_secs(1);

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

/// Watches one folder.
#[derive(Debug)]
pub struct Watch {
    folder: Folder,
    settings: Arc<FxHashSet<PathBuf>>,
    watcher: Option<RecommendedWatcher>,
    watched: FxHashSet<PathBuf>,
    receiver: Receiver<Event>,
    waker: Waker,
    overflown: Arc<AtomicBool>,
    root_identity: Option<(u64, u64)>,
    root_seen: Instant,
    failure: Option<String>,
}

/// Ends the wait of a [`Watch`] early.
#[derive(Debug, Clone)]
pub struct Waker(SyncSender<Event>);

impl Waker {
    /// Ends the wait.
    pub fn wake(&self) {
        // A full queue ends the wait by itself.
        _ = self.0.try_send(Event::new(EventKind::Any));
    }
}

impl Watch {
    /// Begins to watch a folder, and the files that say how its posts are read. Where the system cannot
    /// watch, [`Watch::failure`] says why; the caller then looks everywhere from time to time.
    #[must_use]
    pub fn start(folder: Folder, settings: &[PathBuf]) -> Self {
        let (sender, receiver) = sync_channel(QUEUE);
        let overflown = Arc::new(AtomicBool::new(false));
        let settings: Arc<FxHashSet<PathBuf>> = Arc::new(settings.iter().cloned().collect());
        let (to, full) = (sender.clone(), overflown.clone());
        let (root, asked) = (folder.root().to_owned(), settings.clone());
        // The folders that hold the settings hold other things, too.
        let concerns = move |path: &PathBuf| path.starts_with(&root) || asked.contains(path);
        let handler = move |event: notify::Result<Event>| match event {
            Ok(event) if is_read(event.kind) => {}
            Ok(event) if !event.need_rescan() && !event.paths.iter().any(&concerns) => {}
            Ok(event) if event.need_rescan() => full.store(true, Ordering::Release),
            Ok(event) => {
                if let Err(TrySendError::Full(_)) = to.try_send(event) {
                    full.store(true, Ordering::Release);
                }
            }
            Err(_) => full.store(true, Ordering::Release),
        };
        let (watcher, failure) = match notify::recommended_watcher(handler) {
            Ok(watcher) => (Some(watcher), None),
            Err(error) => (None, Some(in_words(&error))),
        };
        let mut watch = Self {
            root_identity: identity(folder.root()),
            folder,
            settings,
            watcher,
            watched: FxHashSet::default(),
            receiver,
            waker: Waker(sender),
            overflown,
            root_seen: Instant::now(),
            failure,
        };
        watch.watch_all();
        watch
    }

    /// Gives what ends a wait early.
    #[must_use]
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Gives why changes may go unnoticed, in words; `None` when they do not.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Watches every folder that is there; before the whole folder is compared, so that a folder that was
    /// missed is missed no longer.
    pub fn watch_again(&mut self) {
        self.watch_all();
    }

    /// Waits until something changed and no more comes for a moment, at most for `longest`.
    pub fn next(&mut self, longest: Duration) -> Change {
        let deadline = Instant::now() + longest;
        loop {
            if self.root_replaced() {
                return Change::Everywhere;
            }
            if self.overflown.swap(false, Ordering::AcqRel) {
                return self.everywhere();
            }
            let wait = deadline.saturating_duration_since(Instant::now()).min(ROOT_EVERY);
            match self.receiver.recv_timeout(wait) {
                Ok(event) if event.paths.is_empty() => return Change::Nothing,
                Ok(event) => match self.collect(event) {
                    (Change::Nothing, false) => {}
                    (change, _) => return change,
                },
                Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => {}
                Err(_) => return Change::Nothing,
            }
        }
    }

    /// Takes an event and those that follow it closely; says as well whether somebody called [`Waker::wake`].
    fn collect(&mut self, first: Event) -> (Change, bool) {
        let begun = Instant::now();
        let mut paths = BTreeSet::new();
        let mut settings = false;
        let mut woken = false;
        let mut next = Some(first);
        while let Some(event) = next.take() {
            woken |= event.paths.is_empty();
            for path in &event.paths {
                settings |= self.settings.contains(path);
                paths.extend(self.relative(path));
                self.follow(path, event.kind);
            }
            if !woken && begun.elapsed() < LONGEST {
                next = self.receiver.recv_timeout(QUIET).ok();
            }
        }
        if self.overflown.swap(false, Ordering::AcqRel) {
            return (self.everywhere(), woken);
        }
        let change = if settings {
            Change::Settings
        } else if paths.is_empty() {
            Change::Nothing
        } else if paths.len() > MOST_PATHS || paths.contains("") {
            Change::Everywhere
        } else {
            Change::Paths(paths)
        };
        (change, woken)
    }

    /// Gives a path as posts have it; `None` when it is outside of the folder, or in a part that is not watched.
    fn relative(&self, path: &Path) -> Option<String> {
        let inside = path.strip_prefix(self.folder.root()).ok()?;
        let parts: Option<Vec<&str>> = inside.components().map(|part| part.as_os_str().to_str()).collect();
        let relative = parts?.join("/");
        self.folder.admits(&relative).then_some(relative)
    }

    /// Watches a folder that appeared, and no longer one that went away or changed its name.
    fn follow(&mut self, path: &Path, kind: EventKind) {
        let gone = matches!(kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
        if gone && self.watched.contains(path) {
            self.forget(path);
        }
        if matches!(kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)))
            && self.relative(path).is_some()
            && path.is_dir()
        {
            self.watch_below(path);
        }
    }

    fn forget(&mut self, path: &Path) {
        let below: Vec<PathBuf> = self.watched.iter().filter(|each| each.starts_with(path)).cloned().collect();
        for each in below {
            self.watched.remove(&each);
            if let Some(watcher) = self.watcher.as_mut() {
                // It is gone already when the folder was deleted.
                _ = watcher.unwatch(&each);
            }
        }
    }

    fn everywhere(&mut self) -> Change {
        // A folder may have appeared unseen.
        self.watch_all();
        Change::Everywhere
    }

    fn watch_all(&mut self) {
        let root = self.folder.root().to_owned();
        self.watch_below(&root);
        let beside: BTreeSet<PathBuf> =
            self.settings.iter().filter_map(|file| file.parent().map(Path::to_owned)).collect();
        for folder in beside {
            if folder.is_dir() {
                self.watch_one(folder);
            }
        }
    }

    /// Watches a folder and those below it. Each is watched before its entries are read, so that what
    /// appears in between is told by an event.
    fn watch_below(&mut self, path: &Path) {
        let mut folders = vec![path.to_owned()];
        while let Some(folder) = folders.pop() {
            self.watch_one(folder.clone());
            folders.extend(self.folder.folders_in(&folder));
        }
    }

    fn watch_one(&mut self, path: PathBuf) {
        let Some(watcher) = self.watcher.as_mut() else { return };
        if self.watched.contains(&path) {
            return;
        }
        match watcher.watch(&path, RecursiveMode::NonRecursive) {
            Ok(()) => drop(self.watched.insert(path)),
            Err(error) if path.is_dir() => self.failure = Some(in_words(&error)),
            // It went away in the meantime.
            Err(_) => {}
        }
    }

    /// Says whether the folder itself is another one than before: deleted and made again, or switched by a link.
    fn root_replaced(&mut self) -> bool {
        if self.root_seen.elapsed() < ROOT_EVERY {
            return false;
        }
        self.root_seen = Instant::now();
        let now = identity(self.folder.root());
        if now == self.root_identity {
            return false;
        }
        self.root_identity = now;
        let root = self.folder.root().to_owned();
        self.forget(&root);
        self.watch_all();
        true
    }
}

/// Says whether an event only tells that somebody read.
const fn is_read(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(access) if !matches!(access, AccessKind::Close(AccessMode::Write)))
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|_| (0, 0))
}

/// Gives a watcher's error in words, with the next step where one is known.
fn in_words(error: &notify::Error) -> String {
    let limit =
        "the system's limit on watched folders is reached; raise it with `sysctl fs.inotify.max_user_watches=1048576`";
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => limit.to_owned(),
        notify::ErrorKind::Io(error) if error.raw_os_error() == Some(24) => {
            "the system's limit on watchers is reached; raise it with `sysctl fs.inotify.max_user_instances=1024`"
                .to_owned()
        }
        notify::ErrorKind::Io(error) => error.to_string(),
        notify::ErrorKind::Generic(words) => words.clone(),
        _ => "the folder cannot be watched".to_owned(),
    }
}
