//! The file with the dictionary by which the stored posts of a generation are compressed.
//!
//! Each commit states the checksum of the dictionary that its posts need, so a file that is missing or another one is
//! damage like any other. The file is on the disk before a commit names it, and does not change afterwards. Knows
//! nothing of compression.

use std::{io, path::Path, sync::Arc};

use tantivy::Directory as _;
use twox_hash::XxHash3_64;

use crate::engine::{
    error::EngineError,
    store::disk::{DICTIONARY, Disk},
};

/// Writes the dictionary of a generation, which no commit names yet. Returns its checksum.
///
/// # Errors
/// When the disk is full or failing. The file is then missing, the one before or the new one, never a part.
pub(in crate::engine) fn write(disk: &Disk, dictionary: &[u8]) -> Result<u64, EngineError> {
    disk.atomic_write(Path::new(DICTIONARY), dictionary).map_err(EngineError::write)?;
    Ok(XxHash3_64::oneshot(dictionary))
}

/// Reads the dictionary with this checksum; `None` when the file is another one.
pub(super) fn read(disk: &Disk, checksum: u64) -> io::Result<Option<Arc<[u8]>>> {
    let found = disk.held(Path::new(DICTIONARY))?;
    Ok(found.filter(|dictionary| XxHash3_64::oneshot(dictionary) == checksum))
}
