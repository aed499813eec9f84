//! Describes failures of the search library in plain words.
//!
//! The messages of the library show its internals. Here each becomes a sentence with the name of the file and the
//! message of the system, if there is one. Does not know what the engine was about to do:
//! [`crate::engine::EngineError`] states that.

use std::{io, path::Path, sync::Arc};

use tantivy::{
    TantivyError,
    directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError},
};

use super::faults::EIO;
use crate::engine::error::{EngineError, Failure};

impl From<TantivyError> for Failure {
    fn from(error: TantivyError) -> Self {
        let (words, is_damage) = described(&error);
        Self { words, is_damage }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        TantivyError::from(error).into()
    }
}

impl From<io::Error> for EngineError {
    fn from(error: io::Error) -> Self {
        Self::read(error)
    }
}

/// Returns whether damaged files are the cause of an error of the system.
pub(in crate::engine) fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound | Kind::NotADirectory | Kind::IsADirectory | Kind::UnexpectedEof | Kind::InvalidData => true,
        // A bad sector of the disk does not recover, but a new generation lies elsewhere.
        Kind::Other => error.raw_os_error().is_none_or(|number| number == EIO),
        _ => cfg!(unix) && error.raw_os_error() == Some(EIO),
    }
}

/// Describes what is wrong with a file that was compared with its checksum; `None` when the file is as it was written.
///
/// # Errors
/// When the file could not be read, but may be undamaged.
pub(super) fn wrong(compared: io::Result<bool>) -> io::Result<Option<String>> {
    match compared {
        Ok(true) => Ok(None),
        Ok(false) => Ok(Some("is not as it was written".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some("is missing".to_owned())),
        Err(error) if is_damage(&error) => Ok(Some(format!("cannot be read: {error}"))),
        Err(error) => Err(error),
    }
}

/// Turns a failure to open into damage, unless the cause is temporary.
pub(in crate::engine) fn unopened(folder: &Path, error: TantivyError) -> EngineError {
    let failure = Failure::from(error);
    if failure.is_damage { EngineError::damaged(folder, failure.to_string()) } else { EngineError::Read(failure) }
}

/// Describes a failure in plain words. Returns also whether damaged files are the cause, and not a temporary condition: a
/// full disk or too many open files pass; damaged files have to be built anew.
fn described(error: &TantivyError) -> (String, bool) {
    let of_another_version = || ("the index is of another version".to_owned(), true);
    let is_missing = |path| (format!("{} is missing", named(path)), true);
    match error {
        TantivyError::IoError(error) => (of_system(error), is_damage(error)),
        TantivyError::OpenDirectoryError(error) => match error {
            OpenDirectoryError::DoesNotExist(path) => is_missing(path),
            OpenDirectoryError::NotADirectory(path) => (format!("{} is not a folder", named(path)), true),
            OpenDirectoryError::FailedToCreateTempDir(error) => (of_system(error), false),
            OpenDirectoryError::IoError { io_error, directory_path } => {
                (of_file(directory_path, io_error), is_damage(io_error))
            }
        },
        TantivyError::OpenReadError(error) => match error {
            OpenReadError::FileDoesNotExist(path) => is_missing(path),
            OpenReadError::IoError { io_error, filepath } => (of_file(filepath, io_error), is_damage(io_error)),
            OpenReadError::IncompatibleIndex(_) => of_another_version(),
        },
        TantivyError::OpenWriteError(error) => match error {
            OpenWriteError::FileAlreadyExists(path) => (format!("{} is there already", named(path)), false),
            OpenWriteError::IoError { io_error, filepath } => {
                // The folder of the file may be gone.
                let is_damage = matches!(io_error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
                (of_file(filepath, io_error), is_damage)
            }
        },
        TantivyError::LockFailure(error, _) => match error {
            LockError::LockBusy => ("somebody else is writing it".to_owned(), false),
            LockError::IoError(error) => (format!("its lock cannot be taken: {}", of_system(error)), false),
        },
        TantivyError::DataCorruption(_) | TantivyError::DeserializeError(_) => {
            ("a file of the index is damaged".to_owned(), true)
        }
        TantivyError::IncompatibleIndex(_) => of_another_version(),
        TantivyError::FieldNotFound(_) | TantivyError::SchemaError(_) => ("its fields are not ours".to_owned(), true),
        TantivyError::ErrorInThread(_) | TantivyError::Poisoned | TantivyError::SystemError(_) => {
            ("a thread that works on the index failed".to_owned(), false)
        }
        _ => ("the search library failed".to_owned(), false),
    }
}

fn of_file(path: &Path, error: &io::Error) -> String {
    format!("{}: {}", named(path), of_system(error))
}

/// Returns the message of the system. Only errors of the system keep their own words, since errors made by libraries
/// may wrap anything.
fn of_system(error: &io::Error) -> String {
    // An error that was also reported elsewhere.
    let shared = error.get_ref().and_then(|inner| inner.downcast_ref::<Arc<io::Error>>());
    match shared {
        Some(inner) => of_system(inner),
        None if error.raw_os_error().is_some() => error.to_string(),
        None => error.kind().to_string(),
    }
}

/// Returns the name of a file without its folder, which is not part of the message.
fn named(path: &Path) -> String {
    format!("`{}`", path.file_name().map_or(path.as_os_str(), |name| name).display())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use tantivy::error::DataCorruption;

    use super::*;

    fn check(error: impl Into<TantivyError>, expected: &str) {
        assert_eq!(Failure::from(error.into()).to_string(), expected);
    }

    #[test]
    fn the_systems_words_come_with_the_file() {
        let full = || Arc::new(io::Error::from_raw_os_error(28));
        let filepath = PathBuf::from("/srv/blog/index/7c.store");
        let words = full().to_string();
        check(OpenReadError::IoError { io_error: full(), filepath: filepath.clone() }, &format!("`7c.store`: {words}"));
        check(
            OpenWriteError::IoError { io_error: full(), filepath: filepath.clone() },
            &format!("`7c.store`: {words}"),
        );
        check(OpenReadError::FileDoesNotExist(filepath), "`7c.store` is missing");
        check(io::Error::from_raw_os_error(28), &words);
    }

    #[test]
    fn damage_is_told_from_what_passes() {
        let check = |error: TantivyError, expected: bool| {
            let failure = Failure::from(error);
            assert_eq!(failure.is_damage, expected, "{failure:?}");
        };
        let system = |number| TantivyError::from(io::Error::from_raw_os_error(number));
        check(io::Error::from(io::ErrorKind::UnexpectedEof).into(), true);
        check(io::Error::other("a library's own").into(), true);
        check(OpenReadError::FileDoesNotExist(PathBuf::from("7c.idx")).into(), true);
        check(DataCorruption::comment_only("?").into(), true);
        check(TantivyError::ErrorInThread("?".to_owned()), false);
        if cfg!(target_os = "linux") {
            // No such file, a bad sector, a folder in the place of a file.
            [2, 5, 21].into_iter().for_each(|number| check(system(number), true));
            // No permission, too many open files, a full disk, a read-only disk, no memory.
            [13, 24, 28, 30, 12].into_iter().for_each(|number| check(system(number), false));
        }
    }

    #[test]
    fn what_libraries_wrapped_is_not_shown() {
        let inner = OpenReadError::FileDoesNotExist(PathBuf::from("/srv/blog/meta.json"));
        check(io::Error::new(io::ErrorKind::UnexpectedEof, inner), "unexpected end of file");
        let damage = DataCorruption::new(PathBuf::from("/srv/blog/7c.idx"), "footer Some(3)".to_owned());
        check(damage, "a file of the index is damaged");
        check(
            TantivyError::LockFailure(LockError::LockBusy, Some("Lock { .. }".to_owned())),
            "somebody else is writing it",
        );
        check(TantivyError::InternalError("None".to_owned()), "the search library failed");
    }
}
