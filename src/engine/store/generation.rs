//! Where an index lies on the disk, who may write it, and who reads it.
//!
//! The index folder contains one folder per generation, named after format and analyzer, and the file `current`, which
//! names the generation in use and is replaced atomically. An index of another format or analyzer is another
//! generation, built beside the one in use: there are no migrations. One writer holds the lock. Each reader of a
//! generation holds a shared lock on that generation, which is not removed as long as a reader holds the lock. Knows no
//! schema.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use crate::engine::{
    error::EngineError,
    store::disk::{LockedFile, remove_empty_folder, replace, sync_folder},
    store::faults,
};

const CURRENT: &str = "current";
const LOCK: &str = "lock";
/// Name of the file in the folder of a generation that readers lock.
const HELD: &str = "held";
/// Prefix of the names of generations that are being removed.
const GONE: &str = "gone-";

/// Reads the name of the generation in use; `None` when there is none.
pub(in crate::engine) fn current(index: &Path) -> Result<Option<String>, EngineError> {
    match fs::read_to_string(index.join(CURRENT)) {
        Ok(name) => Ok(Some(name.trim().to_owned()).filter(|name| is_name(name))),
        Err(error) if error.kind() == io::ErrorKind::InvalidData || is_absent(&error) => Ok(None),
        Err(source) => Err(EngineError::folder(&index.join(CURRENT), source)),
    }
}

/// Returns whether there is a pointer to the generation in use, whatever its content.
pub(in crate::engine) fn has_pointer(index: &Path) -> bool {
    fs::symlink_metadata(index.join(CURRENT)).is_ok()
}

/// Returns whether [`create`] may have made a name, so that nothing else is read or removed.
fn is_name(name: &str) -> bool {
    name.starts_with("gen-") && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Returns whether the name of a generation matches `kind` (format and analyzer, or only the format).
pub(in crate::engine) fn is_of_kind(name: &str, kind: &str) -> bool {
    name.strip_prefix("gen-").and_then(|rest| rest.strip_prefix(kind)).is_some_and(|rest| rest.starts_with('-'))
}

/// Returns the names of all generations, the newest first.
pub(in crate::engine) fn all(index: &Path) -> Result<Vec<String>, EngineError> {
    let failed = |source| EngineError::folder(index, source);
    let mut names = Vec::new();
    for entry in fs::read_dir(index).map_err(failed)? {
        names.extend(entry.map_err(failed)?.file_name().into_string().ok().filter(|name| is_name(name)));
    }
    let number = |name: &str| name.rsplit('-').next().and_then(|number| number.parse::<u32>().ok());
    names.sort_by_key(|name| std::cmp::Reverse(number(name)));
    Ok(names)
}

/// Makes the folder of a new generation and returns its name.
pub(in crate::engine) fn create(index: &Path, kind: &str) -> Result<String, EngineError> {
    for number in 1_u32.. {
        let name = format!("gen-{kind}-{number}");
        let folder = index.join(&name);
        let failed = |source| EngineError::folder(&folder, source);
        faults::pass(&folder).map_err(failed)?;
        match fs::create_dir(&folder) {
            Ok(()) => faults::note_name(&folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(source) => return Err(failed(source)),
        }
        let made = faults::pass(&folder.join(HELD)).and_then(|()| File::create(folder.join(HELD)));
        made.and_then(|_| sync_folder(index)).map_err(failed)?;
        return Ok(name);
    }
    Err(EngineError::folder(index, io::Error::other("too many generations")))
}

/// Returns the number of free bytes for the index; `None` where that is unknown.
pub(in crate::engine) fn free_bytes(index: &Path) -> Option<u64> {
    faults::room(index).or_else(|| fs4::available_space(index).ok())
}

/// Makes `name` the generation in use.
pub(in crate::engine) fn set_current(index: &Path, name: &str) -> Result<(), EngineError> {
    let path = index.join(CURRENT);
    replace(&path, format!("{name}\n").as_bytes()).map_err(|source| EngineError::folder(&path, source))
}

/// Removes a generation unless it has readers. Returns whether the generation is gone.
pub(in crate::engine) fn remove(index: &Path, name: &str) -> bool {
    let folder = index.join(name);
    // Without such a file, or without locking, there can be no lock.
    if let Ok(file) = File::open(folder.join(HELD))
        && matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    {
        return false;
    }
    // Renamed first, so that a generation that is half removed is not taken for one.
    let gone = index.join(format!("{GONE}{name}"));
    _ = fs::remove_dir_all(&gone);
    faults::pass(&folder).and_then(|()| fs::rename(&folder, &gone)).and_then(|()| fs::remove_dir_all(&gone)).is_ok()
}

/// Removes every generation except `kept`, and remains of others. Returns whether all are gone. What cannot be removed
/// now is removed another time.
pub(in crate::engine) fn sweep(index: &Path, kept: &[&str]) -> bool {
    let mut all_gone = true;
    for entry in fs::read_dir(index).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if is_name(&name) && !kept.contains(&name.as_str()) {
            all_gone &= remove(index, &name);
        } else if name.strip_prefix(GONE).is_some_and(is_name) {
            all_gone &= faults::pass(&entry.path()).and_then(|()| fs::remove_dir_all(entry.path())).is_ok();
        }
    }
    all_gone
}

/// Keeps a generation from being removed until this is dropped.
#[derive(Debug)]
pub(in crate::engine) struct Held {
    _file: Option<LockedFile>,
}

impl Held {
    /// Locks a generation as a reader; `None` when the generation is being removed.
    pub(in crate::engine) fn take(index: &Path, name: &str) -> Result<Option<Self>, EngineError> {
        let path = index.join(name).join(HELD);
        match File::open(&path) {
            Ok(file) => match file.try_lock_shared() {
                Ok(()) => Ok(Some(Self { _file: Some(LockedFile(file)) })),
                Err(TryLockError::WouldBlock) => Ok(None),
                // Without locking, open files at least stay readable.
                Err(TryLockError::Error(_)) => Ok(Some(Self { _file: None })),
            },
            Err(error) if is_absent(&error) => Ok(Some(Self { _file: None })),
            Err(source) => Err(EngineError::folder(&path, source)),
        }
    }
}

/// Returns whether there is no file, though something else may be in its place.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory)
}

/// The right to write an index; released when dropped, or when the process ends for any reason.
#[derive(Debug)]
pub(in crate::engine) struct Lock {
    file: LockedFile,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock for `holder`; the error names the current holder.
    pub(in crate::engine) fn take(index: &Path, holder: &str) -> Result<Self, EngineError> {
        let path = index.join(LOCK);
        let open = |source| EngineError::folder(&path, source);
        remove_empty_folder(&path);
        let mut file =
            OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&path).map_err(open)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                _ = file.take(200).read_to_string(&mut holder);
                let holder = holder.lines().next().unwrap_or_default().trim().to_owned();
                let holder = if holder.is_empty() { "another process".to_owned() } else { holder };
                return Err(EngineError::Locked { index: PathBuf::from(index), holder });
            }
            Err(TryLockError::Error(source)) => return Err(open(source)),
        }
        // The name of the holder is written if possible: on a full disk, the name may be missing.
        let holder = format!("process {} ({holder})", std::process::id());
        _ = file.set_len(0).and_then(|()| writeln!(file, "{holder}"));
        Ok(Self { file: LockedFile(file), path })
    }

    /// Returns whether the locked file is still the file that others would have to lock: the index may have been
    /// removed.
    pub(in crate::engine) fn is_whole(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let identity = |data: fs::Metadata| (data.dev(), data.ino());
            match (self.file.0.metadata(), fs::metadata(&self.path)) {
                (Ok(own), Ok(there)) => identity(own) == identity(there),
                (_, Err(error)) => error.kind() != io::ErrorKind::NotFound,
                (Err(_), _) => true,
            }
        }
        #[cfg(not(unix))]
        {
            self.path.exists()
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use super::*;

    #[test]
    fn what_is_read_is_not_removed() {
        let index = tempfile::tempdir().unwrap();
        let index = index.path();
        let (old, new) = (create(index, "3-ab").unwrap(), create(index, "3-ab").unwrap());
        assert_eq!(all(index).unwrap(), [new.clone(), old.clone()]);
        set_current(index, &new).unwrap();
        let held = (Held::take(index, &old).unwrap(), Held::take(index, &old).unwrap());
        assert!(held.0.is_some() && held.1.is_some(), "many may read");
        assert!(!sweep(index, &[&new]));
        drop(held.0);
        assert!(!sweep(index, &[&new]));
        assert_eq!(all(index).unwrap().len(), 2);
        drop(held.1);
        assert!(sweep(index, &[&new]));
        assert_eq!(all(index).unwrap(), [new]);
    }

    #[test]
    fn what_is_left_of_a_removed_one_is_no_generation() {
        let index = tempfile::tempdir().unwrap();
        let index = index.path();
        let name = create(index, "3-ab").unwrap();
        fs::rename(index.join(&name), index.join(format!("{GONE}{name}"))).unwrap();
        fs::create_dir(index.join("gone-fishing")).unwrap();
        assert_eq!(all(index).unwrap(), [""; 0]);
        assert!(sweep(index, &[]));
        let left: Vec<_> = fs::read_dir(index).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["gone-fishing"]);
    }

    #[test]
    fn a_kind_is_told_by_the_name() {
        let check = |kind: &str, expected: bool| assert_eq!(is_of_kind("gen-3-abc-12", kind), expected, "{kind}");
        check("3-abc", true);
        check("3", true);
        check("3-ab", false);
        check("4", false);
        check("", false);
    }

    #[test]
    fn a_lock_whose_file_was_removed_is_none() {
        let index = tempfile::tempdir().unwrap();
        let lock = Lock::take(index.path(), "one").unwrap();
        assert!(lock.is_whole());
        fs::remove_file(index.path().join(LOCK)).unwrap();
        assert!(!lock.is_whole());
        let _other = Lock::take(index.path(), "another").unwrap();
        assert!(!lock.is_whole());
    }
}
