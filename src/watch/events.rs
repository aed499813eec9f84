//! The watched folders, and the meaning of events of the operating system.
//!
//! Every folder is watched by itself, so that the index, `node_modules` and hidden folders are never watched. When
//! events may have been missed, the whole watcher is replaced: the state of the old one cannot be trusted.

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

use super::batch::FileState;
use crate::content::folder::Folder;

/// The error number of Linux when a limit on open files or on watchers is reached.
const EMFILE: i32 = 24;

/// Watches folders, each by itself.
#[derive(Debug)]
pub(super) struct Events {
    watcher: Option<RecommendedWatcher>,
    watched: FxHashSet<PathBuf>,
    /// Why a folder is not watched, in words.
    pub(super) failure: Option<String>,
}

impl Events {
    /// Makes a watcher of no folder. Sends events about paths for which `concerns` holds to `to`; sets `lost` when
    /// events were lost or `to` is full.
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
                // Ends a wait; a full queue does so by itself.
                _ = to.try_send(Event::new(EventKind::Other));
            }
        };
        let (watcher, failure) = match notify::recommended_watcher(handler) {
            Ok(watcher) => (Some(watcher), None),
            Err(error) => (None, Some(in_words(&error))),
        };
        Self { watcher, watched: FxHashSet::default(), failure }
    }

    /// Watches the folders below the root of a folder, and the folders that contain the settings.
    pub(super) fn watch_all(&mut self, folder: &Folder, settings: &[PathBuf]) {
        self.watch_below(folder, folder.root());
        let folders: BTreeSet<&Path> = settings.iter().filter_map(|file| file.parent()).collect();
        folders.into_iter().filter(|path| path.is_dir()).for_each(|path| self.watch_one(path.to_owned()));
    }

    /// Watches a new folder, and no longer a folder that was deleted or renamed.
    pub(super) fn follow(&mut self, folder: &Folder, path: &Path, kind: EventKind) {
        let renamed = matches!(kind, EventKind::Modify(ModifyKind::Name(_)));
        // An event with both names follows an event for each name.
        let repeated = matches!(kind, EventKind::Modify(ModifyKind::Name(RenameMode::Both)));
        if !repeated && (renamed || matches!(kind, EventKind::Remove(_))) && self.watched.contains(path) {
            self.forget(path);
        }
        // The target of a link is watched under its own name.
        let is_folder = || std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
        if (renamed || matches!(kind, EventKind::Create(_))) && is_folder() {
            self.watch_below(folder, path);
        }
    }

    /// Watches a folder and all folders below it. Each is watched before its entries are read, so that an event reports
    /// entries that appear in between.
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
            // The folder was deleted in the meantime.
            Err(_) => {}
        }
    }

    fn forget(&mut self, path: &Path) {
        for each in self.watched.extract_if(|each| each.starts_with(path)) {
            if let Some(watcher) = self.watcher.as_mut() {
                // Fails if the folder was deleted.
                _ = watcher.unwatch(&each);
            }
        }
    }
}

/// Returns whether the paths of an event of a kind are complete or still being written.
pub(super) const fn file_state(kind: EventKind) -> FileState {
    match kind {
        EventKind::Create(CreateKind::Folder) => FileState::Settled,
        EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any) | EventKind::Any => {
            FileState::Writing
        }
        _ => FileState::Settled,
    }
}

/// Returns whether an event only reports that a file was read.
const fn is_read(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(access) if !matches!(access, AccessKind::Close(AccessMode::Write)))
}

/// Returns an error of the watcher in words, with the next step if one is known.
fn in_words(error: &notify::Error) -> String {
    let limit = |of: &str, name: &str, value: u32| {
        format!("the system's limit on {of} is reached; raise it with `sysctl fs.inotify.{name}={value}`")
    };
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => limit("watched folders", "max_user_watches", 1_048_576),
        // The limit of the process on open files has the same error number, but then no file can be opened.
        notify::ErrorKind::Io(error) if error.raw_os_error() == Some(EMFILE) && File::open(".").is_ok() => {
            limit("watchers", "max_user_instances", 1_024)
        }
        notify::ErrorKind::Io(error) => error.to_string(),
        notify::ErrorKind::Generic(words) => words.clone(),
        _ => "the folder cannot be watched".to_owned(),
    }
}
