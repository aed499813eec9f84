//! The record of a file in the index.

use serde::{Deserialize, Serialize};

use crate::{content::diagnostic::Diagnostic, post::PostId};

/// Facts of a file that differ after the file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Size of the file, in bytes.
    pub size: u64,
    /// Time of the last change, as a number that differs whenever the time differs: `Entry::times` of the folder.
    pub modified: i64,
    /// The number of the file on its disk; 0 where there is none.
    pub inode: u64,
    /// XXH3 of the content.
    pub hash: u64,
}

/// Why a file is not searchable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// `draft: true`.
    Draft,
    /// `published: false`.
    Unpublished,
    /// `hidden: true`.
    Hidden,
    /// `password` or `encrypt`.
    Encrypted,
    /// Its date is in the future.
    Future,
    /// Its `expiryDate` has passed.
    Expired,
    /// A finding of severity error gives the cause.
    Failed,
    /// The generator of the site leaves it out.
    Excluded,
}

impl Reason {
    /// All reasons, in the order of their numbers in the index.
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Unpublished,
        Self::Hidden,
        Self::Encrypted,
        Self::Future,
        Self::Expired,
        Self::Failed,
        Self::Excluded,
    ];

    /// Returns the stable kebab-case name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Unpublished => "unpublished",
            Self::Hidden => "hidden",
            Self::Encrypted => "encrypted",
            Self::Future => "future",
            Self::Expired => "expired",
            Self::Failed => "failed",
            Self::Excluded => "excluded",
        }
    }
}

/// The record of one file. The index is the only place that keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// Path of the file, relative to the posts folder.
    pub path: String,
    /// Fingerprint of the file when the file was last read.
    pub fingerprint: Fingerprint,
    /// When the file has to be read again though it did not change, in seconds since 1970: a post with a future date
    /// appears, or an expiring post disappears.
    pub due: Option<i64>,
    /// Why the current version of the file gave no post; `None` when the file gave one.
    pub reason: Option<Reason>,
    /// Findings about the file.
    pub findings: Vec<Diagnostic>,
}

impl FileRecord {
    /// Returns the id of the post that the file gives or would give.
    #[must_use]
    pub fn id(&self) -> PostId {
        PostId::of_path(&self.path)
    }
}
