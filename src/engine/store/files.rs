//! The open files of one generation.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use tantivy::{Index, IndexMeta, IndexReader, ReloadPolicy};

use crate::engine::{
    error::EngineError,
    store::{
        dictionary,
        disk::{DICTIONARY, Disk},
        failure::{unopened, wrong},
        generation::{self, Held},
        payload::Payload,
    },
};

/// Blocks of stored posts that stay in memory for each segment: those of the last few pages of hits.
const CACHED_BLOCKS: usize = 16;

/// Upper bound on the bytes of the index of one byte of posts, including the room for merging segments. Measured with
/// 240 MB of posts: 415 MB, and 640 MB while the last segments were merged.
const ROOM: u64 = 3;

/// The open files of one generation, shared by all readers and the writer. Cheap to clone.
#[derive(Clone)]
pub(in crate::engine) struct Files {
    /// The index folder.
    pub folder: Arc<PathBuf>,
    /// The name of the generation, which is also the name of its folder.
    pub generation: Arc<str>,
    pub disk: Disk,
    pub index: Index,
    pub reader: IndexReader,
    /// Keeps the generation from being removed.
    _held: Arc<Held>,
}

impl Files {
    /// Makes open files ready for reading, and joins them with the lock that prevents their removal.
    pub(in crate::engine) fn new(
        folder: &Path,
        generation: &str,
        held: Held,
        (disk, index): (Disk, Index),
    ) -> Result<Self, EngineError> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual);
        let reader = reader.doc_store_cache_num_blocks(CACHED_BLOCKS).try_into();
        let reader = reader.map_err(|error| unopened(folder, error))?;
        let (folder, held) = (Arc::new(folder.to_owned()), Arc::new(held));
        Ok(Self { folder, generation: generation.into(), disk, index, reader, _held: held })
    }

    /// Reads the payload of the last commit; `None` before the first commit.
    pub(in crate::engine) fn payload(&self) -> Result<Option<Payload>, EngineError> {
        Payload::of_last_commit(&self.index)
    }

    /// Reads the dictionary with this checksum, with which stored posts are compressed.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] when the file is missing or another one.
    pub(in crate::engine) fn dictionary(&self, checksum: u64) -> Result<Arc<[u8]>, EngineError> {
        let found = match dictionary::read(&self.disk, checksum) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => Ok(false),
            Err(error) => Err(error),
        };
        let what = wrong(found).map_err(EngineError::read)?.unwrap_or_default();
        Err(EngineError::damaged(&self.folder, format!("`{DICTIONARY}` {what}")))
    }

    /// Returns the total size of the files, in bytes.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(in crate::engine) fn bytes(&self) -> Result<u64, EngineError> {
        let folder = self.folder.join(&*self.generation);
        let listed = fs::read_dir(&folder).map_err(|source| EngineError::folder(&folder, source))?;
        // A file that a merge removes meanwhile has no size.
        Ok(listed.flatten().filter_map(|entry| entry.metadata().ok()).map(|file| file.len()).sum())
    }

    /// Checks that the files of the last commit still exist, without reading them.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] names a file that is gone or has another length.
    pub(in crate::engine) fn look_after(&self) -> Result<(), EngineError> {
        let named = || needed(&self.index.load_metas().map_err(EngineError::read)?);
        while let Some(file) = self.disk.lost(named()?) {
            // A merge may have replaced the file meanwhile; the list changes before files are removed.
            if named()?.contains(&file) {
                let what = format!("`{}` is gone or has another length", file.display());
                return Err(EngineError::damaged(&self.folder, what));
            }
        }
        Ok(())
    }

    /// Checks that no mapped file was truncated. An access to such a file would end the process.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] names a truncated file.
    pub(in crate::engine) fn none_is_cut_short(&self) -> Result<(), EngineError> {
        self.disk.cut_short().map_or(Ok(()), |file| {
            Err(EngineError::damaged(&self.folder, format!("`{}` was cut short", file.display())))
        })
    }

    /// Checks that the disk has room for the index of `posts` more bytes of posts.
    ///
    /// # Errors
    /// [`EngineError::NoRoom`] when there is not enough room. Where free space is unknown, there is no error.
    pub(in crate::engine) fn has_room_for(&self, posts: u64) -> Result<(), EngineError> {
        let folder = &self.folder;
        let needed = posts.saturating_mul(ROOM);
        match generation::free_bytes(folder) {
            Some(free) if free < needed => Err(EngineError::NoRoom { index: folder.to_path_buf(), needed, free }),
            _ => Ok(()),
        }
    }
}

/// Returns the names of the files that a commit needs, and of files that its segments may have besides.
pub(in crate::engine) fn needed(list: &IndexMeta) -> Result<HashSet<PathBuf>, EngineError> {
    let mut files = list.list_segment_files();
    let compression = Payload::of_list(list)?.and_then(|payload| payload.compression);
    files.extend(compression.map(|_| PathBuf::from(DICTIONARY)));
    Ok(files)
}

/// Opens the files of a generation. Reads only their list.
pub(in crate::engine) fn open(folder: &Path, generation: &str) -> Result<(Disk, Index), EngineError> {
    let disk = Disk::open(&folder.join(generation)).map_err(|error| unopened(folder, error.into()))?;
    let index = Index::open(disk.clone()).map_err(|error| unopened(folder, error))?;
    Ok((disk, index))
}
