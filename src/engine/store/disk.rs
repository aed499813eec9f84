//! The files of one generation, behind the interface that the search library uses.
//!
//! Power may fail after any call, and any call may fail or find the disk full. Therefore files are written once, and
//! reach the disk before a list of segments names them. The list of segments is replaced as a whole, with a seal that
//! shows whether it is undamaged. The list of all files, from which the library learns which files may be removed, is
//! not a file of its own, which might disagree with the folder: the list is read from the folder.
//!
//! The lock of [`crate::engine::store::generation`] alone decides who may write. A lock of the library would be a
//! second one, and would outlive its owner while another program is being started, since that program inherits open
//! files for an instant. A writer that was given up may have threads that are still running: they find the [`Gate`]
//! closed.
//!
//! Large dictionaries and postings are mapped into memory. Small ones are held in memory, where changes of the file
//! cannot affect them. An access to a mapped file that was truncated ends the process, and safe code cannot prevent
//! that, so lengths are checked before each search. Stored texts, of which a search needs ten pieces, and positions are
//! read: mapped, they would come to take as much memory as they have bytes, and reading them is not slower.

use std::{
    collections::HashSet,
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, Weak},
};

use rustc_hash::FxHashMap;
use tantivy::{
    Directory, HasLen,
    directory::{
        AntiCallToken, DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, MmapDirectory, OwnedBytes, TerminatingWrite,
        WatchCallback, WatchHandle, WritePtr,
        error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError},
    },
};
use twox_hash::XxHash3_64;

use crate::engine::store::faults;

/// The folder of a generation.
#[derive(Clone)]
pub(in crate::engine) struct Disk {
    files: MmapDirectory,
    folder: PathBuf,
    gate: Gate,
    opened: Arc<Mutex<FxHashMap<PathBuf, Opened>>>,
    /// The last failure: threads of the library do not report theirs.
    failure: LastFailure,
}

/// A file that could not be read or written, and the cause.
type LastFailure = Arc<Mutex<Option<(PathBuf, Arc<io::Error>)>>>;

struct Opened {
    len: u64,
    /// Number of the file on the disk, which distinguishes the file from a replacement; 0 where that is unknown.
    inode: u64,
    /// The bytes of the file, as long as they are in use.
    held: Weak<[u8]>,
}

/// Extensions of large files that are read and not mapped.
const READ_EXTENSIONS: &[&str] = &["store", "pos"];
/// Upper bound on the bytes of a file that is held in memory.
const MAX_HELD: u64 = 4 << 20;
/// Lower bound on the bytes of a file: the length of its footer and the number after it.
const MIN_LENGTH: usize = 8;
/// Name of the file with the dictionary by which stored posts are compressed.
pub(super) const DICTIONARY: &str = "dictionary";
/// Name of the list of segments.
const META: &str = "meta.json";
/// Name under which the library asks for the list of all files.
const LIST: &str = ".managed.json";
/// Prefix of the line below the list of segments that seals the list.
const SEAL: &str = "seal ";

/// Lets the threads of a writer access the disk until the writer is given up.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) struct Gate(Arc<RwLock<bool>>);

impl Gate {
    /// Passes the gate. The gate is not closed before the returned guard is dropped; an error when the gate is closed.
    fn pass(&self) -> io::Result<RwLockReadGuard<'_, bool>> {
        let closed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if *closed { Err(io::Error::other("its writer was given up")) } else { Ok(closed) }
    }

    /// Makes all later writes fail.
    pub(in crate::engine) fn close(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = true;
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Disk {
    /// Opens an existing folder.
    pub(in crate::engine) fn open(folder: &Path) -> Result<Self, OpenDirectoryError> {
        let files = MmapDirectory::open(folder)?;
        let (gate, opened, failure) = Default::default();
        Ok(Self { files, folder: folder.to_owned(), gate, opened, failure })
    }

    /// Returns the file that could not be read or written last, and the cause; `None` if nothing failed since the last
    /// call of [`Self::forget_failure`].
    pub(in crate::engine) fn last_failure(&self) -> Option<(PathBuf, Arc<io::Error>)> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets earlier failures.
    pub(in crate::engine) fn forget_failure(&self) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Returns the gate of this disk, which every write has to pass.
    pub(in crate::engine) fn gate(&self) -> Gate {
        self.gate.clone()
    }

    /// Removes the remains of a writer that failed or was killed: files that the last commit does not need, and incomplete
    /// replacements. On a full disk nothing else makes room.
    pub(in crate::engine) fn tidy(&self, needed: &HashSet<PathBuf>) {
        // The last step of the last commit may not be on the disk yet, and the commit before needs other files.
        if sync_folder(&self.folder).is_err() {
            return;
        }
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_part = name == LIST || name.starts_with(".tmp") || name.ends_with(".new");
            let is_ours = name == DICTIONARY || is_of_segment(&name);
            if is_part || is_ours && !needed.contains(Path::new(name.as_ref())) {
                _ = faults::pass(&entry.path()).and_then(|()| clear(&entry.path()));
            }
        }
    }

    /// Returns a file of `files` that was opened and has since disappeared or changed its length.
    pub(super) fn lost(&self, files: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let mut those = files.into_iter().filter_map(|file| Some((opened.get(&file)?.len, file)));
        let is_lost = |(len, file): &(u64, PathBuf)| {
            fs::metadata(self.folder.join(file)).map_or(true, |now| !now.is_file() || now.len() != *len)
        };
        those.find(is_lost).map(|(_, file)| file)
    }

    /// Returns a mapped file that was truncated since: an access to the missing bytes would end the process.
    pub(super) fn cut_short(&self) -> Option<PathBuf> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let mut mapped = opened
            .iter()
            .filter(|(path, file)| file.len > MAX_HELD && file.inode != 0 && !has_extension(path, READ_EXTENSIONS));
        let is_cut = |(path, file): &(&PathBuf, &Opened)| {
            fs::metadata(self.folder.join(path)).is_ok_and(|now| inode(&now) == file.inode && now.len() < file.len)
        };
        mapped.find(is_cut).map(|(path, _)| path.clone())
    }

    /// Returns the bytes of a small file, which all users share; `None` if the file is not small.
    pub(super) fn held(&self, path: &Path) -> io::Result<Option<Arc<[u8]>>> {
        let full = self.folder.join(path);
        let found = fs::metadata(&full)?;
        let (len, inode) = (found.len(), inode(&found));
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = opened.get(path).and_then(|file| file.held.upgrade()) {
            return Ok(Some(bytes));
        }
        let bytes: Option<Arc<[u8]>> = if len > MAX_HELD { None } else { Some(fs::read(&full)?.into()) };
        let held = bytes.as_ref().map_or_else(|| Weak::<[u8; 0]>::new() as Weak<[u8]>, Arc::downgrade);
        if opened.len() > 1_000 {
            opened.retain(|path, _| self.folder.join(path).exists());
        }
        opened.insert(path.to_owned(), Opened { len, inode, held });
        Ok(bytes)
    }

    /// Returns the names of all files that the library may have made, in the format of the library.
    fn list(&self) -> io::Result<Vec<u8>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            names.extend(entry.file_name().into_string().ok().filter(|name| name == META || is_of_segment(name)));
        }
        Ok(serde_json::to_vec(&names)?)
    }
}

/// Returns whether the name of a file has one of these extensions.
fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|found| extensions.iter().any(|extension| found == *extension))
}

#[cfg(unix)]
fn inode(file: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(file)
}

#[cfg(not(unix))]
const fn inode(_: &fs::Metadata) -> u64 {
    0
}

/// Returns whether a file of this name belongs to a segment.
pub(in crate::engine) fn is_of_segment(name: &str) -> bool {
    let id = name.split('.').next().unwrap_or_default();
    id.len() == 32 && id.len() < name.len() && id.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Appends the seal to a list of segments.
fn sealed(list: &[u8]) -> Vec<u8> {
    let mut bytes = list.to_vec();
    bytes.extend(format!("{SEAL}{:016x}\n", XxHash3_64::oneshot(list)).bytes());
    bytes
}

/// Removes the seal from a list of segments; an error when the seal does not match. A list without a seal is returned
/// unchanged.
fn unsealed(mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let line = SEAL.len() + 17;
    let at = bytes.len().saturating_sub(line);
    let Some(seal) = bytes.get(at..).filter(|seal| seal.starts_with(SEAL.as_bytes())) else { return Ok(bytes) };
    let list = bytes.get(..at).unwrap_or_default();
    if seal.get(SEAL.len()..) != Some(format!("{:016x}\n", XxHash3_64::oneshot(list)).as_bytes()) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the list of segments is not as it was written"));
    }
    bytes.truncate(at);
    Ok(bytes)
}

impl Directory for Disk {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_owned()),
            _ => OpenReadError::IoError { io_error: recorded(&self.failure, path, error), filepath: path.to_owned() },
        };
        let handle: Arc<dyn FileHandle> = match self.held(path).map_err(failed)? {
            Some(bytes) => Arc::new(OwnedBytes::new(bytes)),
            None if has_extension(path, READ_EXTENSIONS) => {
                Arc::new(ReadFile::open(&self.folder.join(path)).map_err(failed)?)
            }
            None => self.files.get_file_handle(path)?,
        };
        // The library reads the end of each file without checking its length.
        if handle.len() < MIN_LENGTH {
            return Err(failed(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is cut short")));
        }
        Ok(handle)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let full = self.folder.join(path);
        let failed = |error| DeleteError::IoError { io_error: Arc::new(error), filepath: path.to_owned() };
        let _passed = self.gate.pass().map_err(failed)?;
        faults::pass(&full).map_err(failed)?;
        self.files.delete(path)?;
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
        Ok(())
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let full = self.folder.join(path);
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => OpenWriteError::FileAlreadyExists(path.to_owned()),
            _ => OpenWriteError::IoError { io_error: recorded(&self.failure, path, error), filepath: path.to_owned() },
        };
        let _passed = self.gate.pass().map_err(failed)?;
        faults::pass(&full).map_err(failed)?;
        faults::note_name(&full);
        let create = || OpenOptions::new().write(true).create_new(true).open(&full);
        let file = match create() {
            // The file of deleted documents is named after the number of the commit. A commit that failed may have left
            // its file behind, which no list names, and the next commit has the same number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && has_extension(path, &["del"]) => {
                faults::pass(&full).and_then(|()| fs::remove_file(&full)).map_err(failed)?;
                self.opened.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
                create()
            }
            outcome => outcome,
        };
        let file = file.map_err(failed)?;
        Ok(BufWriter::new(Box::new(WrittenFile { file, path: full, failure: Some(self.failure.clone()) })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let failed = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        match path.to_str() {
            Some(LIST) => self.list().map_err(failed),
            Some(META) => unsealed(self.files.atomic_read(path)?).map_err(failed),
            _ => self.files.atomic_read(path),
        }
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let sealed = match path.to_str() {
            // The list of all files is read from the folder.
            Some(LIST) => return Ok(()),
            Some(META) => Some(sealed(data)),
            _ => None,
        };
        let _passed = self.gate.pass()?;
        replace(&self.folder.join(path), sealed.as_deref().unwrap_or(data))
    }

    fn sync_directory(&self) -> io::Result<()> {
        let _passed = self.gate.pass()?;
        sync_folder(&self.folder)
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath == INDEX_WRITER_LOCK.filepath {
            return Ok(DirectoryLock::from(Box::new(())));
        }
        // On a disk that cannot be written, nothing is removed either, so no reader needs a lock.
        let held =
            lock_shared(&self.folder.join(&lock.filepath)).map_err(|error| LockError::IoError(Arc::new(error)))?;
        Ok(DirectoryLock::from(Box::new(held)))
    }

    fn watch(&self, watch_callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(watch_callback)
    }
}

/// Replaces a file as a whole. Whatever happens, the file is either the old or the new one; after success, the new file
/// is on the disk.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    remove_empty_folder(&beside);
    remove_empty_folder(path);
    faults::pass(&beside)?;
    faults::note_name(&beside);
    let mut file = WrittenFile { file: File::create(&beside)?, path: beside.clone(), failure: None };
    file.write_all(bytes)?;
    file.sync()?;
    faults::pass(path)?;
    faults::note_name(path);
    fs::rename(&beside, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Removes an empty folder in the place of a file of the index. A folder that is not empty is not of the index.
pub(super) fn remove_empty_folder(path: &Path) {
    if fs::symlink_metadata(path).is_ok_and(|found| found.is_dir()) {
        // If the folder cannot be removed, the caller fails when it uses the file, and reports that.
        _ = faults::pass(path).and_then(|()| fs::remove_dir(path));
    }
}

/// Removes a file of the index, or the folder in its place.
fn clear(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// Waits until the names of the files of a folder are on the disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    faults::pass(folder)?;
    // On other systems folders cannot be opened, and need not be.
    if cfg!(unix) {
        File::open(folder)?.sync_data()?;
    }
    faults::names_are_synced(folder);
    Ok(())
}

/// A locked file; unlocked when dropped.
#[derive(Debug)]
pub(super) struct LockedFile(pub File);

impl Drop for LockedFile {
    fn drop(&mut self) {
        // Closing the file is not enough: a program that is being started has the file open for an instant.
        _ = self.0.unlock();
    }
}

/// Waits for a lock of the library that readers and the writer share; `None` where locking is not supported.
fn lock_shared(path: &Path) -> io::Result<Option<LockedFile>> {
    remove_empty_folder(path);
    let opened = OpenOptions::new().create(true).write(true).truncate(false).open(path);
    let file = match opened {
        Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
            let Ok(file) = File::open(path) else { return Ok(None) };
            file
        }
        opened => opened?,
    };
    match file.lock() {
        Ok(()) => Ok(Some(LockedFile(file))),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(error) => Err(error),
    }
}

/// A new file that is being written.
struct WrittenFile {
    file: File,
    path: PathBuf,
    /// Where failures are recorded: threads of the library do not report theirs.
    failure: Option<LastFailure>,
}

impl WrittenFile {
    fn sync(&self) -> io::Result<()> {
        faults::pass(&self.path)?;
        self.file.sync_data()?;
        faults::content_is_synced(&self.path);
        Ok(())
    }

    fn write_some(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let may = faults::writable(&self.path, bytes.len())?;
        faults::note_content(&self.path);
        match bytes.get(..may) {
            Some(short) if may < bytes.len() => {
                self.file.write_all(short)?;
                Err(io::Error::from(io::ErrorKind::StorageFull))
            }
            _ => self.file.write(bytes),
        }
    }

    fn recorded<T>(&self, outcome: io::Result<T>) -> io::Result<T> {
        let Some(failure) = &self.failure else { return outcome };
        outcome.map_err(|error| io::Error::new(error.kind(), recorded(failure, &self.path, error)))
    }
}

impl Write for WrittenFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let outcome = self.write_some(bytes);
        self.recorded(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for WrittenFile {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.recorded(self.sync())
    }
}

/// Records the failure of a file.
fn recorded(failure: &LastFailure, path: &Path, error: io::Error) -> Arc<io::Error> {
    let error = Arc::new(error);
    *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some((path.to_owned(), error.clone()));
    error
}

/// An open file of which pieces are read on demand.
#[derive(Debug)]
struct ReadFile {
    file: File,
    len: usize,
}

impl ReadFile {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        Ok(Self { len: file.metadata()?.len() as usize, file })
    }
}

impl HasLen for ReadFile {
    fn len(&self) -> usize {
        self.len
    }
}

impl FileHandle for ReadFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut bytes = vec![0; range.len()];
        read_at(&self.file, &mut bytes, range.start as u64)?;
        Ok(OwnedBytes::new(bytes))
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(not(unix))]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    use std::io::{Read as _, Seek as _};
    // A separate handle has its own position.
    let mut file = file.try_clone()?;
    file.seek(io::SeekFrom::Start(offset))?;
    file.read_exact(bytes)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use super::*;

    #[test]
    fn a_sealed_list_comes_back_and_a_changed_one_does_not() {
        let list = b"{\"segments\": []}\n";
        let whole = sealed(list);
        assert_eq!(unsealed(whole.clone()).unwrap(), list);
        assert_eq!(unsealed(list.to_vec()).unwrap(), list, "one without a seal");
        for at in 0..list.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert_eq!(unsealed(changed).unwrap_err().kind(), io::ErrorKind::InvalidData, "byte {at}");
        }
    }

    #[test]
    fn only_files_of_segments_are_taken_for_such() {
        let check = |name: &str, expected: bool| assert_eq!(is_of_segment(name), expected, "{name}");
        check("4a354bd36172491fa3f7418a3bbe8cfa.idx", true);
        check("4a354bd36172491fa3f7418a3bbe8cfa.4711.del", true);
        check("4a354bd36172491fa3f7418a3bbe8cfa", false);
        check("4a354bd36172491fa3f7418a3bbe8cfg.idx", false);
        check("notes.txt", false);
        check("meta.json.new", false);
        check(".tantivy-meta.lock", false);
    }

    #[test]
    fn a_file_without_an_end_is_an_error_and_no_panic() {
        let folder = tempfile::tempdir().unwrap();
        let index = tantivy::Index::create(
            Disk::open(folder.path()).unwrap(),
            tantivy::schema::Schema::builder().build(),
            tantivy::IndexSettings::default(),
        )
        .unwrap();
        for (length, ending) in (0..10).flat_map(|length| ["store", "idx"].map(|ending| (length, ending))) {
            let name = format!("4a354bd36172491fa3f7418a3bbe8cfa.{ending}");
            fs::write(folder.path().join(&name), vec![7; length]).unwrap();
            let opened = tantivy::Directory::open_read(index.directory(), Path::new(&name));
            assert!(opened.is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(META);
        replace(&path, b"old").unwrap();
        for at in 0.. {
            let laid = faults::lay(folder.path(), faults::FaultKind::Short, at);
            let outcome = replace(&path, b"new!");
            if !laid.struck() {
                assert!(outcome.is_ok() && at > 3);
                break;
            }
            assert!(outcome.is_err(), "call {at}");
            let read = fs::read(&path).unwrap();
            assert!(read == b"old" || read == b"new!", "call {at}");
            fs::write(&path, "old").unwrap();
        }
    }

    #[test]
    fn whoever_was_given_up_writes_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::open(folder.path()).unwrap();
        disk.atomic_write(Path::new(META), b"{}").unwrap();
        disk.gate().close();
        assert!(disk.atomic_write(Path::new(META), b"[]").is_err());
        assert!(disk.clone().open_write(Path::new("a")).is_err());
        assert!(disk.delete(Path::new(META)).is_err());
        assert_eq!(disk.atomic_read(Path::new(META)).unwrap(), b"{}");
    }
}
