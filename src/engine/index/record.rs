//! What the index knows of a file.

use serde::{Deserialize, Serialize};

use crate::{content::diagnostic::Diagnostic, post::PostId};

/// What tells whether a file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Bytes.
    pub size: u64,
    /// When it was changed, in a number that differs whenever that does: `Entry::times` of the folder.
    pub modified: i64,
    /// The file's number on its disk; 0 where there is none.
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
    /// Its date lies ahead.
    Future,
    /// Its `expiryDate` has passed.
    Expired,
    /// A findings of severity error says why.
    Failed,
}

impl Reason {
    /// Every reason, in the order of their numbers in the index.
    pub const ALL: [Self; 7] =
        [Self::Draft, Self::Unpublished, Self::Hidden, Self::Encrypted, Self::Future, Self::Expired, Self::Failed];

    /// Gives the stable kebab-case name.
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
        }
    }
}

/// What is known of one file: the index is the only place where it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// Its path below the posts folder.
    pub path: String,
    /// What tells whether it has changed.
    pub fingerprint: Fingerprint,
    /// When it has to be read again though it did not change, in seconds since 1970: a post of the
    /// future appears, an expiring one goes away.
    pub due: Option<i64>,
    /// Why the file as it is now gave no post; `None` when it did.
    pub reason: Option<Reason>,
    /// What was found about it.
    pub findings: Vec<Diagnostic>,
}

impl FileRecord {
    /// Gives the id of the post that the file gives or would give.
    #[must_use]
    pub fn id(&self) -> PostId {
        PostId::of_path(&self.path)
    }
}
