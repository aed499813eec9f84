//! Where an index lies on disk, and who may write it.
//!
//! The index folder holds one folder per generation, named after format and analyzer, and the file
//! `current` that names the one in use, replaced atomically. An index of another format or analyzer is
//! another generation: nothing is ever migrated. One writer holds the lock. Knows no schema.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use super::EngineError;

const CURRENT: &str = "current";
const LOCK: &str = "lock";

/// Reads the name of the generation in use; `None` when there is none.
pub(super) fn current(index: &Path) -> Result<Option<String>, EngineError> {
    match fs::read_to_string(index.join(CURRENT)) {
        Ok(name) => {
            let name = name.trim();
            Ok(is_name(name).then(|| name.to_owned()))
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => Ok(None),
        Err(source) => Err(EngineError::folder(index, source)),
    }
}

/// Says whether a name is one that [`fresh`] gives, so that nothing else is ever read or removed.
fn is_name(name: &str) -> bool {
    name.starts_with("gen-") && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Says whether a generation of this name holds what `kind` (format and analyzer) makes.
pub(super) fn is_of_kind(name: &str, kind: &str) -> bool {
    name.strip_prefix("gen-").and_then(|rest| rest.strip_prefix(kind)).is_some_and(|rest| rest.starts_with('-'))
}

/// Makes the folder of a new generation and gives its name.
pub(super) fn fresh(index: &Path, kind: &str) -> Result<String, EngineError> {
    for number in 1_u32.. {
        let name = format!("gen-{kind}-{number}");
        match fs::create_dir(index.join(&name)) {
            Ok(()) => return Ok(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(EngineError::folder(index, source)),
        }
    }
    Err(EngineError::folder(index, io::Error::other("too many generations")))
}

/// Makes `name` the generation in use.
pub(super) fn point(index: &Path, name: &str) -> Result<(), EngineError> {
    let write = || {
        let beside = index.join(format!("{CURRENT}.new"));
        let mut file = File::create(&beside)?;
        writeln!(file, "{name}")?;
        file.sync_all()?;
        fs::rename(&beside, index.join(CURRENT))?;
        File::open(index)?.sync_all()
    };
    write().map_err(|source| EngineError::folder(index, source))
}

/// Removes every generation but `name`; what cannot be removed now is removed another time.
pub(super) fn sweep(index: &Path, name: &str) {
    for entry in fs::read_dir(index).into_iter().flatten().flatten() {
        let file_name = entry.file_name();
        if file_name.to_str().is_some_and(|other| is_name(other) && other != name) {
            _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The right to write an index; given back when dropped, or when the process ends in whatever way.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a program that is being started has it open, too, for an instant.
        _ = self.file.unlock();
    }
}

impl Lock {
    /// Takes the lock for `holder`, or says who has it.
    pub(super) fn take(index: &Path, holder: &str) -> Result<Self, EngineError> {
        let path = index.join(LOCK);
        let open = |source| EngineError::folder(&path, source);
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
        let holder = format!("process {} ({holder})", std::process::id());
        file.set_len(0).and_then(|()| writeln!(file, "{holder}")).map_err(open)?;
        Ok(Self { file })
    }
}
