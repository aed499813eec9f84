//! Errors of the engine. Knows no library: [`super::store`] describes failures of the search library in words.

use std::{
    io,
    path::{Path, PathBuf},
};

/// The reason why an operation of the engine failed.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A file or folder of the index cannot be used.
    #[error("cannot use `{}`", path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// There is no index.
    #[error("there is no index in `{}`", index.display())]
    Missing {
        /// The index folder.
        index: PathBuf,
    },
    /// Another version wrote the index, in a format that this version does not read.
    #[error("the index in `{}` was built by another version of anli", index.display())]
    OtherFormat {
        /// The index folder.
        index: PathBuf,
    },
    /// Another writer is open.
    #[error("the index in `{}` is being written by {holder}", index.display())]
    Locked {
        /// The index folder.
        index: PathBuf,
        /// Description of the other writer.
        holder: String,
    },
    /// A file on the disk differs from what was written.
    #[error("the index in `{}` is damaged: {what}", index.display())]
    Damaged {
        /// The index folder.
        index: PathBuf,
        /// The damage.
        what: String,
    },
    /// There is not enough room on the disk.
    #[error("the index in `{}` may need {} MB more, and {} MB are free", index.display(), needed.div_ceil(1 << 20), free >> 20)]
    NoRoom {
        /// The index folder.
        index: PathBuf,
        /// Number of bytes that may be needed.
        needed: u64,
        /// Number of free bytes.
        free: u64,
    },
    /// A write failed.
    #[error("the index cannot be written")]
    Write(#[source] Failure),
    /// The writer failed earlier and could not be restarted.
    #[error("the index cannot be written since an earlier failure")]
    Closed,
    /// The budget of a search is spent. Never returned by a search, which answers with what it has found so far.
    #[error("the search took too long")]
    CutShort,
    /// A read failed.
    #[error("the index cannot be read")]
    Read(#[source] Failure),
    /// A post could not be stored or read back.
    #[error("a post in the index cannot be stored or read: {0}")]
    Stored(String),
}

impl EngineError {
    pub(super) fn folder(path: &Path, source: io::Error) -> Self {
        Self::Folder { path: path.to_owned(), source }
    }

    pub(super) fn stored(error: impl std::fmt::Display) -> Self {
        Self::Stored(error.to_string())
    }

    /// Returns whether damaged files are the cause, and not a temporary condition. A damaged index has to be built
    /// anew.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged { .. } | Self::Stored(_) => true,
            Self::Read(failure) | Self::Write(failure) => failure.is_damage,
            Self::Folder { .. }
            | Self::Missing { .. }
            | Self::OtherFormat { .. }
            | Self::Locked { .. }
            | Self::NoRoom { .. }
            | Self::Closed
            | Self::CutShort => false,
        }
    }

    pub(super) fn damaged(folder: &Path, what: String) -> Self {
        Self::Damaged { index: folder.to_owned(), what }
    }

    /// A failed read.
    pub(super) fn read(error: impl Into<Failure>) -> Self {
        Self::Read(error.into())
    }

    /// A failed write.
    pub(super) fn write(error: impl Into<Failure>) -> Self {
        Self::Write(error.into())
    }
}

/// The reason why the files of the index could not be read or written, in plain words.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
pub struct Failure {
    /// The sentence for people.
    pub(super) words: String,
    /// Whether damaged files are the cause, and not a temporary condition.
    pub(super) is_damage: bool,
}

/// Returns an error with all its causes, in one line.
pub(super) fn in_words(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |words, cause| format!("{words}: {cause}"))
}
