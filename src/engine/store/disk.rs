//! The files of one generation, as the search library asks for them.
//!
//! It may lose power after any call, and fill up or break at any: files are written once, reach the disk before a list of
//! segments names them, and the list is replaced as a whole, with a seal that tells whether it is as it was written. The
//! list of all files, by which the library knows what may be removed, is no file of its own that might disagree, but what
//! lies in the folder.
//!
//! Who may write is decided by the lock of [`crate::engine::store::generation`] alone. A lock of the library's would be a second one, and
//! would outlive its owner wherever another program was being started at that moment, since that inherits open files for
//! an instant. A writer that was given up may have threads that do not know it yet: they find the [`Gate`] closed.
//!
//! Large dictionaries and postings are mapped into memory; small ones are held in it, where nothing that happens to the
//! file can reach them. Touching a mapped file that somebody has cut short ends the process, and nothing that is safe can
//! hinder it, so the lengths are looked at before each search. Stored texts, of which a search needs ten pieces, and
//! positions are read: mapped, they would come to take as much memory as they have bytes, and reading them is no slower.

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
    /// What failed last: the library's threads keep it to themselves.
    trouble: Trouble,
}

/// A file that could not be read or written, and why.
type Trouble = Arc<Mutex<Option<(PathBuf, Arc<io::Error>)>>>;

/// A file that was opened.
struct Opened {
    len: u64,
    /// Tells it from another that was put in its place; 0 where that is unknown.
    inode: u64,
    /// Its bytes, as long as somebody holds them.
    held: Weak<[u8]>,
}

/// The endings of files that are read rather than mapped.
const READ: [&str; 2] = ["store", "pos"];
/// Files up to so many bytes are held in memory.
const SMALL: u64 = 4 << 20;
/// How many bytes a file has at the least: those that tell of its checksum.
const SHORTEST: usize = 8;
/// The list of segments.
const META: &str = "meta.json";
/// Under this name the library asks for the list of all files.
const LIST: &str = ".managed.json";
/// Begins the line below the list of segments that seals it.
const SEAL: &str = "seal ";

/// Lets the threads of a writer through to the disk until it is given up.
#[derive(Debug, Clone, Default)]
pub(in crate::engine) struct Gate(Arc<RwLock<bool>>);

impl Gate {
    /// Whoever has passed may end what it does before the gate is closed.
    fn pass(&self) -> io::Result<RwLockReadGuard<'_, bool>> {
        let closed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if *closed { Err(io::Error::other("its writer was given up")) } else { Ok(closed) }
    }

    /// Has everything fail from now on that would write.
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
    /// Opens a folder that is there.
    pub(in crate::engine) fn open(folder: &Path) -> Result<Self, OpenDirectoryError> {
        let files = MmapDirectory::open(folder)?;
        let (gate, opened, trouble) = Default::default();
        Ok(Self { files, folder: folder.to_owned(), gate, opened, trouble })
    }

    /// Gives which file could not be read or written last, and why, since it was last [`Self::well`].
    pub(in crate::engine) fn trouble(&self) -> Option<(PathBuf, Arc<io::Error>)> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says that what failed before is over.
    pub(in crate::engine) fn well(&self) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Gives the gate that whoever writes has to pass.
    pub(in crate::engine) fn gate(&self) -> Gate {
        self.gate.clone()
    }

    /// Removes what a writer left behind that failed or ended in the middle: files of segments that are not among those that
    /// the last commit needs, and half of what was to be replaced. On a full disk nothing else makes room.
    pub(in crate::engine) fn tidy(&self, needed: &HashSet<PathBuf>) {
        // The last step of the last commit may not be on the disk yet; the one before it needs other files.
        if sync_folder(&self.folder).is_err() {
            return;
        }
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_part = name == LIST || name.starts_with(".tmp") || name.ends_with(".new");
            if is_part || is_of_segment(&name) && !needed.contains(Path::new(name.as_ref())) {
                _ = faults::pass(&entry.path()).and_then(|()| clear(&entry.path()));
            }
        }
    }

    /// Gives how many bytes these files have together.
    pub(in crate::engine) fn bytes_of(&self, files: impl IntoIterator<Item = PathBuf>) -> u64 {
        files.into_iter().filter_map(|file| fs::metadata(self.folder.join(file)).ok()).map(|file| file.len()).sum()
    }

    /// Gives one of the files that was opened and is gone since, or has another length.
    pub(in crate::engine) fn lost(&self, files: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let mut those = files.into_iter().filter_map(|file| Some((opened.get(&file)?.len, file)));
        let is_lost = |(len, file): &(u64, PathBuf)| {
            fs::metadata(self.folder.join(file)).map_or(true, |now| !now.is_file() || now.len() != *len)
        };
        those.find(is_lost).map(|(_, file)| file)
    }

    /// Gives a mapped file that was cut short since, by whatever: touching what is missing would end the process.
    pub(in crate::engine) fn cut_short(&self) -> Option<PathBuf> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let mut mapped = opened.iter().filter(|(path, file)| file.len > SMALL && file.inode != 0 && !is_read(path));
        let is_cut = |(path, file): &(&PathBuf, &Opened)| {
            fs::metadata(self.folder.join(path)).is_ok_and(|now| inode(&now) == file.inode && now.len() < file.len)
        };
        mapped.find(is_cut).map(|(path, _)| path.clone())
    }

    /// Gives the bytes of a small file, which are read once for all who hold them; `None` if it is not small.
    fn held(&self, path: &Path) -> io::Result<Option<Arc<[u8]>>> {
        let full = self.folder.join(path);
        let found = fs::metadata(&full)?;
        let (len, inode) = (found.len(), inode(&found));
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = opened.get(path).and_then(|file| file.held.upgrade()) {
            return Ok(Some(bytes));
        }
        let bytes: Option<Arc<[u8]>> = if len > SMALL { None } else { Some(fs::read(&full)?.into()) };
        let held = bytes.as_ref().map_or_else(|| Weak::<[u8; 0]>::new() as Weak<[u8]>, Arc::downgrade);
        if opened.len() > 1_000 {
            opened.retain(|path, _| self.folder.join(path).exists());
        }
        opened.insert(path.to_owned(), Opened { len, inode, held });
        Ok(bytes)
    }

    /// Gives the names of all files that the library may have made, as it writes them itself.
    fn list(&self) -> io::Result<Vec<u8>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            names.extend(entry.file_name().into_string().ok().filter(|name| name == META || is_of_segment(name)));
        }
        Ok(serde_json::to_vec(&names)?)
    }
}

/// Says whether a large file is read and not mapped.
fn is_read(path: &Path) -> bool {
    path.extension().is_some_and(|ending| READ.iter().any(|read| ending == *read))
}

/// Says whether a file tells which documents of a segment are deleted.
fn is_deletions(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "del")
}

#[cfg(unix)]
fn inode(file: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(file)
}

#[cfg(not(unix))]
const fn inode(_: &fs::Metadata) -> u64 {
    0
}

/// Says whether a file of this name belongs to a segment.
pub(in crate::engine) fn is_of_segment(name: &str) -> bool {
    let id = name.split('.').next().unwrap_or_default();
    id.len() == 32 && id.len() < name.len() && id.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Puts the seal below the list of segments.
fn sealed(list: &[u8]) -> Vec<u8> {
    let mut bytes = list.to_vec();
    bytes.extend(format!("{SEAL}{:016x}\n", XxHash3_64::oneshot(list)).bytes());
    bytes
}

/// Takes the seal away; an error, if it is another list's. One that was never sealed is taken as it is.
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
            _ => OpenReadError::IoError { io_error: noted(&self.trouble, path, error), filepath: path.to_owned() },
        };
        let handle: Arc<dyn FileHandle> = match self.held(path).map_err(failed)? {
            Some(bytes) => Arc::new(OwnedBytes::new(bytes)),
            None if is_read(path) => Arc::new(ReadFile::open(&self.folder.join(path)).map_err(failed)?),
            None => self.files.get_file_handle(path)?,
        };
        // The library reads the end of each file before it looks whether there is one.
        if handle.len() < SHORTEST {
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
            _ => OpenWriteError::IoError { io_error: noted(&self.trouble, path, error), filepath: path.to_owned() },
        };
        let _passed = self.gate.pass().map_err(failed)?;
        faults::pass(&full).map_err(failed)?;
        faults::names(&full);
        let create = || OpenOptions::new().write(true).create_new(true).open(&full);
        let file = match create() {
            // Which documents are deleted goes into a file named after the number of the commit. One that failed may have
            // left its own behind, which nothing names, and the next has the same number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_deletions(path) => {
                faults::pass(&full).and_then(|()| fs::remove_file(&full)).map_err(failed)?;
                self.opened.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
                create()
            }
            outcome => outcome,
        };
        let file = file.map_err(failed)?;
        let (path, trouble) = (path.to_owned(), self.trouble.clone());
        Ok(BufWriter::new(Box::new(NotedFile { file: WrittenFile { file, path: full }, path, trouble })))
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
            // What lies in the folder is the list.
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
        // On a disk that cannot be written nothing is removed either, and so nobody needs to be locked out.
        let held = take(&self.folder.join(&lock.filepath)).map_err(|error| LockError::IoError(Arc::new(error)))?;
        Ok(DirectoryLock::from(Box::new(held)))
    }

    fn watch(&self, watch_callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(watch_callback)
    }
}

/// Replaces a file as a whole: it is the old one or the new one, whatever happens, and the new one for good afterwards.
pub(in crate::engine) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    unfolded(&beside);
    unfolded(path);
    faults::pass(&beside)?;
    faults::names(&beside);
    let mut file = WrittenFile { file: File::create(&beside)?, path: beside.clone() };
    file.write_all(bytes)?;
    file.sync()?;
    faults::pass(path)?;
    faults::names(path);
    fs::rename(&beside, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Removes an empty folder that stands in the place of a file of ours; one that holds anything is somebody's.
pub(in crate::engine) fn unfolded(path: &Path) {
    if fs::symlink_metadata(path).is_ok_and(|found| found.is_dir()) {
        // What cannot be removed is said by whoever wants the file.
        _ = faults::pass(path).and_then(|()| fs::remove_dir(path));
    }
}

/// Removes a file of ours, or the folder that stands in its place.
fn clear(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// Waits until the names of a folder's files are on the disk.
pub(in crate::engine) fn sync_folder(folder: &Path) -> io::Result<()> {
    faults::pass(folder)?;
    // Elsewhere folders cannot be opened, and need not be.
    if cfg!(unix) {
        File::open(folder)?.sync_data()?;
    }
    faults::are_safe(folder);
    Ok(())
}

/// A lock of the library's that readers and writer share; given back when dropped.
struct Held(File);

impl Drop for Held {
    fn drop(&mut self) {
        // Closing the file is not enough: a program that is being started has it open, too, for an instant.
        _ = self.0.unlock();
    }
}

/// Waits for a lock; `None` where there is no locking.
fn take(path: &Path) -> io::Result<Option<Held>> {
    unfolded(path);
    let opened = OpenOptions::new().create(true).write(true).truncate(false).open(path);
    let file = match opened {
        Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
            match File::open(path) {
                Ok(file) => file,
                Err(_) => return Ok(None),
            }
        }
        opened => opened?,
    };
    match file.lock() {
        Ok(()) => Ok(Some(Held(file))),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(error) => Err(error),
    }
}

/// A file that is being written.
struct WrittenFile {
    file: File,
    path: PathBuf,
}

impl WrittenFile {
    fn sync(&self) -> io::Result<()> {
        faults::pass(&self.path)?;
        self.file.sync_data()?;
        faults::is_safe(&self.path);
        Ok(())
    }
}

impl Write for WrittenFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let may = faults::writable(&self.path, bytes.len())?;
        faults::changes(&self.path);
        match bytes.get(..may) {
            Some(short) if may < bytes.len() => {
                self.file.write_all(short)?;
                Err(io::Error::from(io::ErrorKind::StorageFull))
            }
            _ => self.file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Notes what a file could not do.
fn noted(trouble: &Trouble, path: &Path, error: io::Error) -> Arc<io::Error> {
    let error = Arc::new(error);
    *trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some((path.to_owned(), error.clone()));
    error
}

/// The same for the library: what fails is noted.
struct NotedFile {
    file: WrittenFile,
    /// Its name.
    path: PathBuf,
    trouble: Trouble,
}

impl NotedFile {
    fn noted<T>(&self, outcome: io::Result<T>) -> io::Result<T> {
        outcome.map_err(|error| io::Error::new(error.kind(), noted(&self.trouble, &self.path, error)))
    }
}

impl Write for NotedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let outcome = self.file.write(bytes);
        self.noted(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for NotedFile {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        let outcome = self.file.sync();
        self.noted(outcome)
    }
}

/// An open file of which pieces are read when they are wanted.
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
    // A handle of its own has a place of its own.
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
