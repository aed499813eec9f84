//! Compares the files of a generation with their checksums.
//!
//! Writes nothing and needs no lock. Damage of single files is collected. An error is returned only when files cannot
//! be read that may be undamaged.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde::Deserialize;

use crate::engine::{
    error::EngineError,
    store::{
        dictionary,
        disk::DICTIONARY,
        failure::{unopened, wrong},
        files,
        payload::Payload,
    },
};

/// Upper bound on the comparisons while a writer replaces files.
pub(in crate::engine) const TRIES: usize = 5;
/// Upper bound on the threads that compare checksums: more would only wait for the disk.
const MAX_THREADS: usize = 4;
/// Number of bytes that are read at once.
const CHUNK: usize = 256 << 10;
/// Number at the end of every file of the library.
const MAGIC: u32 = 1337;
/// Upper bound on the bytes of a footer; a longer one is not a footer.
const MAX_FOOTER: u64 = 50_000;

/// A difference between the index and what was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The damaged file: a file of the index, relative to its generation, or a post, relative to the posts folder.
    pub file: String,
    /// What is wrong with the file.
    pub what: String,
}

/// The result of a full verification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// The name of the generation.
    pub generation: String,
    /// Number of files that were compared with their checksums.
    pub files: usize,
    /// Total size of these files, in bytes.
    pub bytes: u64,
    /// Number of documents that were read back.
    pub documents: usize,
    /// The damage that was found, sorted by file.
    pub damages: Vec<Damage>,
}

/// Compares every file that the last commit of a generation needs with its checksum.
///
/// # Errors
/// [`EngineError::Damaged`] names a file that differs.
pub(in crate::engine) fn compare_all(folder: &Path, name: &str) -> Result<(), EngineError> {
    let mut tries = TRIES;
    loop {
        let before = list_of(folder, name);
        let mut verified = Verified::default();
        compare(folder, name, &mut verified)?;
        tries -= 1;
        let Some(Damage { file, what }) = verified.damages.into_iter().min() else { return Ok(()) };
        if tries == 0 || list_of(folder, name) == before {
            return Err(EngineError::damaged(folder, format!("`{file}` {what}")));
        }
    }
}

/// Returns the list of the files that the last commit of a generation needs, as it is on the disk. A merge replaces the list
/// before it removes files, so a missing file is damage only if the list stayed the same.
pub(in crate::engine) fn list_of(folder: &Path, name: &str) -> Option<Vec<u8>> {
    fs::read(folder.join(name).join("meta.json")).ok()
}

/// Compares files with their checksums, the largest first, on several threads.
pub(in crate::engine) fn compare(folder: &Path, name: &str, verified: &mut Verified) -> Result<(), EngineError> {
    let (disk, index) = files::open(folder, name)?;
    let metas = index.load_metas().map_err(|error| unopened(folder, error))?;
    let compression = Payload::of_list(&metas)?.and_then(|payload| payload.compression);
    let mut sized: Vec<(u64, PathBuf)> = Vec::new();
    for file in files::needed(&metas)? {
        match fs::metadata(folder.join(name).join(&file)) {
            Ok(data) => sized.push((data.len(), file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if is_needed(&file) {
                    let file = file.display().to_string();
                    verified.damages.push(Damage { file, what: "is missing".to_owned() });
                }
            }
            Err(source) => return Err(EngineError::folder(&folder.join(name).join(file), source)),
        }
    }
    sized.sort_by(|one, other| other.cmp(one));
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        let mut room = vec![0; CHUNK];
        while let Some((_, file)) = sized.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = match compression.filter(|_| file.as_os_str() == DICTIONARY) {
                Some(checksum) => dictionary::read(&disk, checksum).map(|found| found.is_some()),
                None => is_whole(&folder.join(name).join(file), &mut room),
            };
            found.lock().unwrap_or_else(PoisonError::into_inner).push((file, outcome));
        }
    };
    thread::scope(|scope| {
        let more = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS) - 1;
        // Where no thread can be started, this thread does all the work.
        let _threads: Vec<_> = (0..more).map(|_| thread::Builder::new().spawn_scoped(scope, work)).collect();
        work();
    });
    for (file, outcome) in found.into_inner().unwrap_or_else(PoisonError::into_inner) {
        let what = wrong(outcome).map_err(|source| EngineError::folder(&folder.join(name).join(file), source))?;
        verified.damages.extend(what.map(|what| Damage { file: file.display().to_string(), what }));
    }
    verified.files = sized.len();
    verified.bytes = sized.iter().map(|(len, _)| len).sum();
    Ok(())
}

/// Returns whether a commit requires a file: the library also lists files that a segment may have.
fn is_needed(file: &Path) -> bool {
    let name = file.to_string_lossy();
    match name.split('.').collect::<Vec<_>>().as_slice() {
        [_, "fast" | "fieldnorm" | "idx" | "pos" | "store" | "term"] => true,
        [_, stamp, "del"] => *stamp != "0",
        [DICTIONARY] => true,
        _ => false,
    }
}

/// The footer that the library writes at the end of each file, followed by the length of the footer and [`MAGIC`].
#[derive(Deserialize)]
struct Footer {
    /// The CRC-32 of the bytes before the footer.
    crc: u32,
}

/// Returns whether a file matches its checksum. Reads the file piece by piece into `room`, so that a check does not
/// fill memory.
fn is_whole(path: &Path, room: &mut [u8]) -> io::Result<bool> {
    const TAIL: u64 = 8;
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    let mut tail = [0; TAIL as usize];
    let Some(at) = len.checked_sub(TAIL) else { return Ok(false) };
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut tail)?;
    let [a, b, c, d, magic @ ..] = tail;
    let footer = u64::from(u32::from_le_bytes([a, b, c, d]));
    let Some(body) = at.checked_sub(footer).filter(|_| u32::from_le_bytes(magic) == MAGIC && footer <= MAX_FOOTER)
    else {
        return Ok(false);
    };
    file.seek(SeekFrom::Start(body))?;
    let mut text = Vec::new();
    file.by_ref().take(footer).read_to_end(&mut text)?;
    let Ok(Footer { crc }) = serde_json::from_slice(&text) else { return Ok(false) };
    file.rewind()?;
    let (mut left, mut hasher) = (body, crc32fast::Hasher::new());
    while left > 0 {
        let most = usize::try_from(left).map_or(room.len(), |left| left.min(room.len()));
        let read = file.read(&mut room[..most])?;
        if read == 0 {
            return Ok(false);
        }
        hasher.update(&room[..read]);
        left -= read as u64;
    }
    Ok(hasher.finalize() == crc)
}
