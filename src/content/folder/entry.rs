//! The metadata of one file that shows whether the file changed.

use std::{fs::Metadata, time::UNIX_EPOCH};

/// One Markdown file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path below the folder, with `/` between the parts.
    pub path: String,
    /// Length in bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970; any writer may set it.
    pub modified_ns: i64,
    /// Change time kept by the system, in nanoseconds since 1970, which nobody can set; 0 if the system keeps none.
    pub noted_ns: i64,
    /// Inode number; 0 if unknown.
    pub inode: u64,
}

impl Entry {
    /// Returns both times combined in one number, which differs if either time differs.
    #[must_use]
    pub const fn times(&self) -> i64 {
        // Both are mostly the same, and must not cancel each other out.
        self.modified_ns ^ self.noted_ns.rotate_left(21)
    }
}

/// Returns the entry of the file at `path` with these `metadata`.
pub(super) fn entry(path: &str, metadata: &Metadata) -> Entry {
    let modified_ns = metadata.modified().map_or(0, |time| match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
    });
    let SystemNumbers { changed_ns, inode, .. } = system_numbers(metadata);
    Entry { path: path.to_owned(), size: metadata.len(), modified_ns, noted_ns: changed_ns, inode }
}

/// Numbers that the system keeps of a file; 0 if unknown.
#[derive(Default)]
pub(super) struct SystemNumbers {
    /// Change time in nanoseconds since 1970.
    changed_ns: i64,
    /// Number of the disk.
    pub(super) device: u64,
    pub(super) inode: u64,
}

/// Returns the numbers that the system keeps of a file.
#[cfg(unix)]
pub(super) fn system_numbers(metadata: &Metadata) -> SystemNumbers {
    use std::os::unix::fs::MetadataExt as _;
    let changed_ns = metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec());
    SystemNumbers { changed_ns, device: metadata.dev(), inode: metadata.ino() }
}

/// Returns the numbers that the system keeps of a file.
#[cfg(not(unix))]
pub(super) fn system_numbers(_: &Metadata) -> SystemNumbers {
    SystemNumbers::default()
}
