//! Whether the files of an index are as they were written.
//!
//! On opening, each file that the last commit needs is compared with its checksum, on several threads. In full, every
//! document is read back as well, and records and posts have to agree. Nothing is written, and no lock is needed: where a
//! writer replaces files meanwhile, it is looked at anew. Does not know the posts folder.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use rustc_hash::FxHashMap;
use serde::Deserialize;
use tantivy::{DocAddress, Index};

use crate::engine::{
    Engine, EngineError, in_words,
    index::opening::{files, unopened},
    index::schema::Kind,
    postings::searcher::Searcher,
    postings::segment::numbers,
    store::disk::Disk,
    store::failure::is_damage,
    store::generation,
};

/// The most threads that compare checksums: more would only wait for the disk.
const THREADS: usize = 4;
/// How many bytes are read at once.
const CHUNK: usize = 256 << 10;
/// Ends every file of the library.
const MAGIC: u32 = 1337;
/// A longer footer is none.
const LONGEST_FOOTER: u64 = 50_000;
/// How often files are looked at anew that a writer replaced meanwhile.
const TRIES: usize = 5;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The file: of the index, below its generation, or a post, below the posts folder.
    pub file: String,
    /// What is wrong with it.
    pub what: String,
}

/// What a full verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// The name of the generation.
    pub generation: String,
    /// How many files were compared with their checksums.
    pub files: usize,
    /// How many bytes they have.
    pub bytes: u64,
    /// How many documents were read back.
    pub documents: usize,
    /// What is wrong, by file.
    pub damages: Vec<Damage>,
}

/// Compares every file that the last commit of a generation needs with its checksum.
///
/// # Errors
/// [`EngineError::Damaged`] names a file that differs.
pub(in crate::engine) fn checksums(folder: &Path, name: &str) -> Result<(), EngineError> {
    let mut verified = Verified::default();
    compare(folder, name, &mut verified)?;
    match verified.damages.into_iter().min() {
        None => Ok(()),
        Some(Damage { file, what }) => Err(EngineError::damaged(folder, format!("`{file}` {what}"))),
    }
}

/// Reads back everything that the index in `folder` holds.
///
/// # Errors
/// [`EngineError::Missing`] when there is no index; what keeps files from being read that may be whole.
pub fn verify(folder: &Path) -> Result<(Verified, Option<Searcher>), EngineError> {
    let mut tries = TRIES;
    loop {
        let name = generation::current(folder)?.ok_or_else(|| EngineError::Missing { index: folder.to_owned() })?;
        let list = || fs::read(folder.join(&name).join("meta.json")).ok();
        let before = list();
        let mut verified = Verified { generation: name.clone(), ..Verified::default() };
        // Opened first: then a writer may remove what is looked at.
        let searcher = match compare(folder, &name, &mut verified) {
            Ok(()) if verified.damages.is_empty() => read_back(folder, &mut verified)?,
            Err(error) if error.is_damage() => {
                verified.damages.push(Damage { file: name.clone(), what: in_words(&error) });
                None
            }
            outcome => {
                outcome?;
                None
            }
        };
        tries -= 1;
        let replaced = list() != before || generation::current(folder)?.as_ref() != Some(&name);
        if verified.damages.is_empty() || !replaced || tries == 0 {
            verified.damages.sort();
            verified.damages.dedup();
            return Ok((verified, searcher));
        }
    }
}

/// Compares files with their checksums, the largest first, on several threads.
fn compare(folder: &Path, name: &str, verified: &mut Verified) -> Result<(), EngineError> {
    let disk = Disk::open(&folder.join(name)).map_err(|error| unopened(folder, error.into()))?;
    let index = Index::open(disk).map_err(|error| unopened(folder, error))?;
    let metas = index.load_metas().map_err(|error| unopened(folder, error))?;
    let mut sized: Vec<(u64, PathBuf)> = Vec::new();
    for file in metas.list_segment_files() {
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
            let outcome = is_whole(&folder.join(name).join(file), &mut room);
            found.lock().unwrap_or_else(PoisonError::into_inner).push((file, outcome));
        }
    };
    thread::scope(|scope| {
        let more = thread::available_parallelism().map_or(1, usize::from).min(THREADS) - 1;
        // Where no thread can be had, this one does it all.
        let _threads: Vec<_> = (0..more).map(|_| thread::Builder::new().spawn_scoped(scope, work)).collect();
        work();
    });
    for (file, outcome) in found.into_inner().unwrap_or_else(PoisonError::into_inner) {
        let what = match outcome {
            Ok(true) => continue,
            Ok(false) => "is not as it was written".to_owned(),
            Err(error) if is_damage(&error) => format!("cannot be read: {error}"),
            Err(source) => return Err(EngineError::folder(&folder.join(name).join(file), source)),
        };
        verified.damages.push(Damage { file: file.display().to_string(), what });
    }
    verified.files = sized.len();
    verified.bytes = sized.iter().map(|(len, _)| len).sum();
    Ok(())
}

/// Says whether a segment cannot be without a file: the library lists those, too, that it may have.
fn is_needed(file: &Path) -> bool {
    let name = file.to_string_lossy();
    match name.split('.').collect::<Vec<_>>().as_slice() {
        [_, "fast" | "fieldnorm" | "idx" | "pos" | "store" | "term"] => true,
        [_, stamp, "del"] => *stamp != "0",
        _ => false,
    }
}

/// What the library writes at the end of each file, before its own length and a number that is always the same.
#[derive(Deserialize)]
struct Footer {
    /// The CRC-32 of what comes before.
    crc: u32,
}

/// Says whether a file is as its checksum says. It is read through `room`, piece by piece: what was only looked through is
/// not to take memory.
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
    let Some(body) = at.checked_sub(footer).filter(|_| u32::from_le_bytes(magic) == MAGIC && footer <= LONGEST_FOOTER)
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

/// Reads every document, and compares records with posts.
fn read_back(folder: &Path, verified: &mut Verified) -> Result<Option<Searcher>, EngineError> {
    let read = catch_unwind(AssertUnwindSafe(|| {
        // What is missing is found here.
        files(folder, &verified.generation)?;
        let searcher = Engine::open(folder)?.searcher()?;
        let (documents, damages) = documents(&searcher)?;
        Ok::<_, EngineError>((searcher, documents, damages))
    }));
    let failed = || EngineError::damaged(folder, "reading it back failed".to_owned());
    match read.unwrap_or_else(|_| Err(failed())) {
        Ok((searcher, documents, damages)) => {
            verified.documents = documents;
            verified.damages.extend(damages);
            Ok(Some(searcher))
        }
        Err(error) if error.is_damage() => {
            verified.damages.push(Damage { file: verified.generation.clone(), what: in_words(&error) });
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Reads every document; gives how many there are and what is wrong.
fn documents(searcher: &Searcher) -> Result<(usize, Vec<Damage>), EngineError> {
    let (mut documents, mut damages) = (0, Vec::new());
    // The ids of the posts, and the paths of the files of which there is a case.
    let (mut posts, mut cases): (FxHashMap<String, usize>, BTreeMap<String, usize>) = Default::default();
    for (at, reader) in searcher.snapshot.segment_readers().iter().enumerate() {
        let kinds = numbers(reader, "kind")?;
        let paths = reader.fast_fields().str("path").map_err(EngineError::read)?;
        let store = format!("{}.store", reader.segment_id().uuid_string());
        for doc in reader.doc_ids_alive() {
            documents += 1;
            let mut path = String::new();
            let ordinal = paths.as_ref().and_then(|paths| Some((paths, paths.ords().first(doc)?)));
            if let Some((paths, ordinal)) = ordinal {
                paths.ord_to_str(ordinal, &mut path)?;
            }
            let kind = kinds.first(doc).and_then(Kind::of);
            let mut wrong = |what: String| damages.push(Damage { file: path.clone(), what });
            match kind {
                None => wrong("has a document of no kind".to_owned()),
                Some(kind) if kind.is_post() => match searcher.stored(DocAddress::new(at as u32, doc)) {
                    Ok(Some(post)) if post.path == path => *posts.entry(path).or_default() += 1,
                    Ok(Some(post)) => wrong(format!("gives the post of `{}`", post.path)),
                    Ok(None) => wrong("has a post without its text".to_owned()),
                    Err(error) => damages.push(Damage { file: store.clone(), what: in_words(&error) }),
                },
                Some(Kind::Case) => *cases.entry(path).or_default() += 1,
                Some(_) => match searcher.findings(DocAddress::new(at as u32, doc)) {
                    Ok(_) => {}
                    Err(error) => damages.push(Damage { file: store.clone(), what: in_words(&error) }),
                },
            }
        }
    }
    let records = searcher.files()?;
    let mut wrong = |file: &str, what: &str| damages.push(Damage { file: file.to_owned(), what: what.to_owned() });
    for (path, count) in &posts {
        if *count > 1 {
            wrong(path, "gives more than one post");
        }
        if !records.get(path).is_some_and(|known| known.searchable) {
            wrong(path, "gives a post of which there is no record");
        }
    }
    for (path, known) in &records {
        if known.searchable && !posts.contains_key(path) {
            wrong(path, "has a record, but its post cannot be found");
        }
    }
    for path in cases.keys().filter(|&path| !posts.contains_key(path)) {
        wrong(path, "has cases, but no post");
    }
    Ok((documents, damages))
}
