//! Simulated disk failures for tests: any call with which the index changes its files can be made to fail.
//!
//! `disk` and `generation` ask here before they change anything on the disk. They also report what they did, so that a
//! simulated power cut can discard what had not reached the disk. Nothing fails unless a test requests it. Without a
//! request, a call costs one read of a number.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Number of faults in place. Read first, since there is usually none.
static FAULT_COUNT: AtomicUsize = AtomicUsize::new(0);
static FAULTS: Mutex<Vec<Arc<Fault>>> = Mutex::new(Vec::new());

/// The failure of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The call fails as if the disk were full; later calls succeed.
    Full,
    /// The call fails as if the disk were broken; later calls succeed.
    Broken,
    /// Half of the bytes are written before the disk is full.
    Short,
    /// From this call on, nothing is written and nothing is removed.
    PowerCut,
    /// Nothing fails, but the disk reports this many free bytes.
    Room(u64),
}

#[derive(Debug)]
struct Fault {
    folder: PathBuf,
    kind: FaultKind,
    /// The number of the call that fails, counted from 0.
    at: usize,
    calls: AtomicUsize,
    volatile: Mutex<Volatile>,
}

/// Changes that are not on the disk yet.
#[derive(Debug, Default)]
struct Volatile {
    /// Files whose content is not on the disk yet.
    contents: BTreeSet<PathBuf>,
    /// Names that are not on the disk yet, with the content that was under each name before.
    names: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

/// A fault in place below a folder; removed when dropped.
#[derive(Debug)]
pub struct Laid(Arc<Fault>);

/// Makes call number `at`, counted from 0, fail among the calls that change something below `folder`.
#[must_use]
pub fn lay(folder: &Path, kind: FaultKind, at: usize) -> Laid {
    let (calls, volatile) = Default::default();
    let fault = Arc::new(Fault { folder: folder.to_owned(), kind, at, calls, volatile });
    FAULTS.lock().unwrap_or_else(PoisonError::into_inner).push(fault.clone());
    FAULT_COUNT.fetch_add(1, Ordering::SeqCst);
    Laid(fault)
}

impl Laid {
    /// Returns the number of calls so far.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    /// Returns whether the call that has to fail was made.
    #[must_use]
    pub fn struck(&self) -> bool {
        self.calls() > self.0.at
    }

    /// Discards everything that was not on the disk: contents that were not synchronised are cut in half, names of new
    /// files disappear, and replaced files are restored. Removed files stay removed.
    ///
    /// # Errors
    /// When a file cannot be changed.
    pub fn lose_power(&self) -> io::Result<()> {
        let volatile = std::mem::take(&mut *self.0.volatile.lock().unwrap_or_else(PoisonError::into_inner));
        for path in volatile.contents.iter().filter(|path| path.is_file()) {
            let file = fs::File::options().write(true).open(path)?;
            file.set_len(file.metadata()?.len() / 2)?;
        }
        for (path, before) in volatile.names {
            match before {
                Some(bytes) => fs::write(path, bytes)?,
                None if path.is_dir() => fs::remove_dir_all(path)?,
                None if path.exists() => fs::remove_file(path)?,
                None => {}
            }
        }
        Ok(())
    }
}

impl Drop for Laid {
    fn drop(&mut self) {
        FAULTS.lock().unwrap_or_else(PoisonError::into_inner).retain(|fault| !Arc::ptr_eq(fault, &self.0));
        FAULT_COUNT.fetch_sub(1, Ordering::SeqCst);
    }
}

fn laid_at(path: &Path) -> Option<Arc<Fault>> {
    if FAULT_COUNT.load(Ordering::Relaxed) == 0 {
        return None;
    }
    let faults = FAULTS.lock().unwrap_or_else(PoisonError::into_inner);
    faults.iter().find(|fault| path.starts_with(&fault.folder)).cloned()
}

/// Counts a call that changes something at `path`, and fails if a fault requires it.
pub(super) fn pass(path: &Path) -> io::Result<()> {
    if writable(path, 1)? == 1 { Ok(()) } else { Err(full()) }
}

/// Counts a call that writes bytes. Returns the number of bytes that may be written before the call fails.
pub(super) fn writable(path: &Path, bytes: usize) -> io::Result<usize> {
    let Some(fault) = laid_at(path) else { return Ok(bytes) };
    let call = fault.calls.fetch_add(1, Ordering::SeqCst);
    let now = call == fault.at;
    match fault.kind {
        FaultKind::Full if now => Err(full()),
        FaultKind::Broken if now => Err(io::Error::from_raw_os_error(EIO)),
        FaultKind::Short if now => Ok(bytes / 2),
        FaultKind::PowerCut if call >= fault.at => Err(io::Error::from_raw_os_error(EIO)),
        _ => Ok(bytes),
    }
}

fn note(path: &Path, note: impl FnOnce(&mut Volatile)) {
    if let Some(fault) = laid_at(path) {
        note(&mut fault.volatile.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Records that a file or folder at `path` is about to be made or replaced.
pub(super) fn note_name(path: &Path) {
    note(path, |volatile| {
        volatile.names.entry(path.to_owned()).or_insert_with(|| fs::read(path).ok());
    });
}

/// Records that the content of a file changes.
pub(super) fn note_content(path: &Path) {
    note(path, |volatile| _ = volatile.contents.insert(path.to_owned()));
}

/// Records that the content of a file is on the disk.
pub(super) fn content_is_synced(path: &Path) {
    note(path, |volatile| _ = volatile.contents.remove(path));
}

/// Records that the names in a folder are on the disk.
pub(super) fn names_are_synced(folder: &Path) {
    note(folder, |volatile| volatile.names.retain(|path, _| path.parent() != Some(folder)));
}

/// Returns the number of free bytes below `folder` that a test has set.
pub(super) fn room(folder: &Path) -> Option<u64> {
    match laid_at(folder)?.kind {
        FaultKind::Room(bytes) => Some(bytes),
        _ => None,
    }
}

/// The error number for a broken disk.
pub(super) const EIO: i32 = 5;

fn full() -> io::Error {
    io::Error::from(io::ErrorKind::StorageFull)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: FaultKind, at: usize, expected: [bool; 4]) {
        let folder = PathBuf::from(format!("/nowhere/{kind:?}/{at}"));
        let laid = lay(&folder, kind, at);
        assert_eq!(expected.map(|_| pass(&folder.join("gen-1/meta.json")).is_ok()), expected, "{kind:?} at {at}");
        assert!(pass(Path::new("/elsewhere")).is_ok());
        assert_eq!((laid.calls(), laid.struck()), (4, at < 4));
    }

    #[test]
    fn the_call_that_is_to_fail_fails() {
        check(FaultKind::Full, 1, [true, false, true, true]);
        check(FaultKind::Broken, 0, [false, true, true, true]);
        check(FaultKind::Short, 3, [true, true, true, false]);
        check(FaultKind::PowerCut, 2, [true, true, false, false]);
        check(FaultKind::Full, 9, [true, true, true, true]);
    }
}
