//! The files of one generation, as the search library asks for them.
//!
//! The library's own folder with one difference: who may write is decided by the lock of [`super::generation`]
//! alone. A lock of the library's would be a second one, and would outlive its owner wherever another program was
//! being started at that moment, since that inherits open files for an instant.
//!
//! Files are mapped into memory for searching. To compare them with their checksums they are read instead, so that an
//! index that was only looked through takes no memory.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use tantivy::{
    Directory, HasLen,
    directory::{
        DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, MmapDirectory, OwnedBytes, WatchCallback, WatchHandle,
        WritePtr,
        error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError},
    },
};

/// The folder of a generation.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    files: MmapDirectory,
    /// Where files are read that are not to be mapped.
    read_in: Option<PathBuf>,
}

impl Disk {
    /// Opens a folder that is there.
    pub(super) fn open(folder: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self { files: MmapDirectory::open(folder)?, read_in: None })
    }

    /// Opens a folder whose files are to be read once, and not mapped.
    pub(super) fn open_to_read(folder: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self { read_in: Some(folder.to_owned()), ..Self::open(folder)? })
    }
}

impl Directory for Disk {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let Some(folder) = &self.read_in else { return self.files.get_file_handle(path) };
        let full = folder.join(path);
        let opened =
            File::open(&full).and_then(|file| Ok(ReadFile { len: file.metadata()?.len() as usize, path: full }));
        match opened {
            Ok(file) => Ok(Arc::new(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(OpenReadError::FileDoesNotExist(path.to_owned()))
            }
            Err(error) => Err(OpenReadError::wrap_io_error(error, path.to_owned())),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.files.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.files.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.files.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath == INDEX_WRITER_LOCK.filepath {
            return Ok(DirectoryLock::from(Box::new(())));
        }
        self.files.acquire_lock(lock)
    }

    fn watch(&self, watch_callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(watch_callback)
    }
}

/// A file of which pieces are read when they are wanted.
#[derive(Debug)]
struct ReadFile {
    path: PathBuf,
    len: usize,
}

impl HasLen for ReadFile {
    fn len(&self) -> usize {
        self.len
    }
}

impl FileHandle for ReadFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut bytes = vec![0; range.len()];
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(range.start as u64))?;
        file.read_exact(&mut bytes)?;
        Ok(OwnedBytes::new(bytes))
    }
}
