//! What the system tells of folders: which are watched, and what an event says of a path.
//!
//! Every folder is watched by itself, so that the index, `node_modules` and hidden folders never are. After anything
//! that may have been missed the whole watcher is made anew: what is left of an old one cannot be trusted.

use std::{
    collections::BTreeSet,
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{SyncSender, TrySendError},
    },
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode},
};
use rustc_hash::FxHashSet;

use super::batch::Sight;
use crate::content::folder::Folder;

/// What Linux says when a limit on open files or on watchers is reached.
const EMFILE: i32 = 24;

/// Watches folders, each by itself.
#[derive(Debug)]
pub(super) struct Events {
    watcher: Option<RecommendedWatcher>,
    watched: FxHashSet<PathBuf>,
    /// Why something is not watched, in words.
    pub(super) failure: Option<String>,
}

impl Events {
    /// Begins to watch nothing yet. Events about what `concerns` go to `to`; when there is no room or something was lost,
    /// that is said in `lost`.
    pub(super) fn new(
        to: SyncSender<Event>,
        lost: Arc<AtomicBool>,
        concerns: impl Fn(&PathBuf) -> bool + Send + 'static,
    ) -> Self {
        let handler = move |event: notify::Result<Event>| {
            let is_lost = match event {
                Ok(event) if is_read(event.kind) => false,
                Ok(event) if event.need_rescan() => true,
                Ok(event) if !event.paths.iter().any(&concerns) => false,
                Ok(event) => matches!(to.try_send(event), Err(TrySendError::Full(_))),
                Err(_) => true,
            };
            if is_lost {
                lost.store(true, Ordering::Release);
                // A full queue ends the wait by itself.
                _ = to.try_send(nudge());
            }
        };
        let (watcher, failure) = match notify::recommended_watcher(handler) {
            Ok(watcher) => (Some(watcher), None),
            Err(error) => (None, Some(in_words(&error))),
        };
        Self { watcher, watched: FxHashSet::default(), failure }
    }

    /// Watches what is below the root of a folder, and the folders that hold the settings.
    pub(super) fn watch_all(&mut self, folder: &Folder, settings: &[PathBuf]) {
        self.watch_below(folder, folder.root());
        let beside: BTreeSet<&Path> = settings.iter().filter_map(|file| file.parent()).collect();
        beside.into_iter().filter(|path| path.is_dir()).for_each(|path| self.watch_one(path.to_owned()));
    }

    /// Watches a folder that appeared, and no longer one that went away or changed its name.
    pub(super) fn follow(&mut self, folder: &Folder, path: &Path, kind: EventKind) {
        let renamed = matches!(kind, EventKind::Modify(ModifyKind::Name(_)));
        // Both names were told of one by one before.
        let again = matches!(kind, EventKind::Modify(ModifyKind::Name(RenameMode::Both)));
        if !again && (renamed || matches!(kind, EventKind::Remove(_))) && self.watched.contains(path) {
            self.forget(path);
        }
        // What a link leads to is watched under its own name.
        let is_folder = || std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
        if (renamed || matches!(kind, EventKind::Create(_))) && is_folder() {
            self.watch_below(folder, path);
        }
    }

    /// Watches a folder and those below it. Each is watched before its entries are read, so that what
    /// appears in between is told by an event.
    fn watch_below(&mut self, folder: &Folder, path: &Path) {
        let mut folders = vec![path.to_owned()];
        while let Some(path) = folders.pop() {
            self.watch_one(path.clone());
            folders.extend(folder.folders_in(&path));
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
}

/// Ends a wait, and says nothing.
pub(super) fn nudge() -> Event {
    Event::new(EventKind::Other)
}

/// Gives what an event of a kind says of its paths.
pub(super) const fn sight(kind: EventKind) -> Sight {
    match kind {
        EventKind::Create(CreateKind::Folder) => Sight::Settled,
        EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any) | EventKind::Any => {
            Sight::Written
        }
        _ => Sight::Settled,
    }
}

/// Says whether an event only tells that somebody read.
const fn is_read(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(access) if !matches!(access, AccessKind::Close(AccessMode::Write)))
}

/// Gives a watcher's error in words, with the next step where one is known.
fn in_words(error: &notify::Error) -> String {
    let limit = |of: &str, name: &str, value: u32| {
        format!("the system's limit on {of} is reached; raise it with `sysctl fs.inotify.{name}={value}`")
    };
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => limit("watched folders", "max_user_watches", 1_048_576),
        // The same number stands for the process's own limit on open files, which then nothing can be opened with.
        notify::ErrorKind::Io(error) if error.raw_os_error() == Some(EMFILE) && File::open(".").is_ok() => {
            limit("watchers", "max_user_instances", 1_024)
        }
        notify::ErrorKind::Io(error) => error.to_string(),
        notify::ErrorKind::Generic(words) => words.clone(),
        _ => "the folder cannot be watched".to_owned(),
    }
}
