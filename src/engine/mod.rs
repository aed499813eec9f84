//! Posts in, hits out: the index.
//!
//! [`Engine`] opens an index folder; its [`Indexer`] takes posts and commits them; its [`Searcher`] is
//! an immutable snapshot of a commit, which never waits for a writer. Owns Tantivy: no type of it
//! leaves this folder. Does no analysis of its own, and knows no wire format and no posts folder.

mod answer;
mod dictionary;
mod disk;
mod document;
mod explaining;
mod failure;
mod filters;
mod forgiving;
mod freshness;
mod generation;
mod holding;
mod indexer;
mod learning;
mod lexicon;
mod matching;
mod ordering;
mod payload;
mod queue;
mod ranking;
mod records;
mod schema;
mod search;
mod searcher;
mod segment;
mod similar;
mod snippet;
mod suggest;
mod teaching;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering},
    },
};

use rustc_hash::FxHashMap;
use tantivy::{Index, IndexReader, ReloadPolicy, index::SegmentId};

use self::{
    disk::Disk,
    payload::Payload,
    schema::{FORMAT, Fields},
    segment::Lengths,
};
pub use self::{
    document::{FileRecord, Fingerprint, Reason},
    failure::Failure,
    holding::Holder,
    indexer::Indexer,
    records::Known,
    searcher::Searcher,
    teaching::{learnt, taught},
};
use crate::{query::Synonyms, text::Analyzer};

/// Why the engine could not do something.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A file or folder of the index cannot be used.
    #[error("cannot use `{}`", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is no index that this version can read.
    #[error("there is no index in `{}`", index.display())]
    Missing {
        /// The index folder.
        index: PathBuf,
    },
    /// Somebody else is writing.
    #[error("the index in `{}` is being written by {holder}", index.display())]
    Locked {
        /// The index folder.
        index: PathBuf,
        /// Who.
        holder: String,
    },
    /// What lies on disk is not what was written.
    #[error("the index in `{}` is damaged: {what}", index.display())]
    Damaged {
        /// The index folder.
        index: PathBuf,
        /// What was found.
        what: String,
    },
    /// A write failed.
    #[error("the index cannot be written")]
    Write(#[source] Failure),
    /// The writer failed before and could not begin again.
    #[error("the index cannot be written since an earlier failure")]
    Closed,
    /// A read failed.
    #[error("the index cannot be read")]
    Read(#[source] Failure),
    /// A post could not be stored or read back.
    #[error("a post in the index cannot be stored or read: {0}")]
    Stored(String),
}

impl EngineError {
    fn folder(path: &Path, source: io::Error) -> Self {
        Self::Folder { path: path.to_owned(), source }
    }

    fn read(error: tantivy::TantivyError) -> Self {
        Self::Read(error.into())
    }

    fn write(error: tantivy::TantivyError) -> Self {
        Self::Write(error.into())
    }
}

impl From<io::Error> for EngineError {
    fn from(error: io::Error) -> Self {
        Self::read(error.into())
    }
}

/// An open index.
#[derive(Clone)]
pub struct Engine {
    folder: Arc<PathBuf>,
    generation: Arc<str>,
    index: Index,
    reader: IndexReader,
    fields: Fields,
    /// What else there is of the commit in use. Both change under one lock, so that a query is never cut by other words
    /// than the posts it meets, and no answer has another commit's number.
    shown: Arc<RwLock<Shown>>,
    /// Weighted lengths of the documents of each segment, computed when it is first seen.
    lengths: Arc<Mutex<FxHashMap<SegmentId, Arc<Lengths>>>>,
    /// The words of each segment, read when they are first looked for.
    lexicon: Arc<lexicon::Store>,
    synonyms: Arc<RwLock<Arc<Synonyms>>>,
    /// By which share of its score the newest post is raised: the bits of a number from 0 to 1.
    freshness: Arc<AtomicU32>,
    /// The date of the newest post of a commit, looked for when it is first asked for.
    newest: Arc<Mutex<Option<(u64, i64)>>>,
}

/// What there is of a commit besides its documents.
#[derive(Debug, Clone)]
struct Shown {
    /// The analyzer that cut its posts.
    analyzer: Arc<Analyzer>,
    seq: u64,
    /// Whether all files were read by then.
    whole: bool,
}

/// The engine in use, which may give way to another while searches run: a search keeps the one it began with.
#[derive(Debug, Clone)]
pub struct Live(Arc<RwLock<Engine>>);

impl Live {
    /// Puts an engine in use.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        engine.keep_ready();
        Self(Arc::new(RwLock::new(engine)))
    }

    /// Gives the engine in use.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another in its place.
    pub fn replace(&self, engine: Engine) {
        engine.keep_ready();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = engine;
    }
}

/// What came of opening an index for writing.
pub struct Opened {
    /// The index.
    pub engine: Engine,
    /// The only writer of it.
    pub indexer: Indexer,
    /// Why the index starts empty though there was one, in words.
    pub rebuilt: Option<String>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("folder", &self.folder).field("generation", &self.generation).finish()
    }
}

impl Engine {
    /// Opens the index in `folder` for searching; texts are cut with the words that it was made with.
    ///
    /// # Errors
    /// [`EngineError::Missing`] when there is none of this format and way of cutting, and what
    /// opening can meet.
    pub fn open(folder: &Path) -> Result<Self, EngineError> {
        let missing = || EngineError::Missing { index: folder.to_owned() };
        let name = generation::current(folder)?.ok_or_else(missing)?;
        if !generation::is_of_kind(&name, &kind()) {
            return Err(missing());
        }
        Self::open_generation(folder, &name, None)
    }

    /// Opens the index in `folder` for writing, and makes it where it is missing; one of another format
    /// or way of cutting, or a damaged one, gives way to an empty one. `fresh` begins anew in any case. `holder` is
    /// what a second writer is told of this one.
    ///
    /// `analyzer` cuts what is written. Searches use the words that the index was made with until all posts that
    /// hold other words are cut anew: see [`Indexer::changed_words`].
    ///
    /// # Errors
    /// [`EngineError::Locked`] when somebody else writes; what disks can do.
    pub fn open_for_writing(
        folder: &Path,
        analyzer: Arc<Analyzer>,
        fresh: bool,
        holder: &str,
    ) -> Result<Opened, EngineError> {
        fs::create_dir_all(folder).map_err(|source| EngineError::folder(folder, source))?;
        let lock = generation::Lock::take(folder, holder)?;
        let kind = kind();
        let (mut rebuilt, mut last) = (None, 0);
        if let Some(old) = generation::current(folder)? {
            last = Disk::open(&folder.join(old)).ok().and_then(payload::last_of).unwrap_or(0);
        }
        if let Some(name) = generation::current(folder)?.filter(|_| !fresh) {
            if generation::is_of_kind(&name, &kind) {
                // A damaged file can make the reader panic, so its checksum is looked at first.
                let opened = files(folder, &name).and_then(|index| {
                    verify(folder, &name, &index)?;
                    Self::of_files(folder, &name, index, Some(&analyzer))
                });
                match opened {
                    Ok(engine) => {
                        generation::sweep(folder, &name);
                        let indexer = Indexer::new(&engine, analyzer, lock)?;
                        return Ok(Opened { engine, indexer, rebuilt: None });
                    }
                    Err(error) => rebuilt = Some(in_words(&error)),
                }
            } else {
                rebuilt = Some("the index is of another version of anli".to_owned());
            }
        }
        let name = generation::fresh(folder, &kind)?;
        let (schema, _) = schema::schema();
        let directory = Disk::open(&folder.join(&name)).map_err(|error| EngineError::write(error.into()))?;
        let settings = tantivy::IndexSettings {
            docstore_compression: tantivy::store::Compressor::Zstd(tantivy::store::ZstdCompressor::default()),
            ..tantivy::IndexSettings::default()
        };
        Index::builder()
            .schema(schema)
            .settings(settings)
            .tokenizers(schema::tokenizers())
            .open_or_create(directory)
            .map_err(EngineError::write)?;
        let engine = Self::open_generation(folder, &name, Some(&analyzer))?;
        engine.begin_after(last);
        generation::point(folder, &name)?;
        generation::sweep(folder, &name);
        let indexer = Indexer::new(&engine, analyzer, lock)?;
        Ok(Opened { engine, indexer, rebuilt })
    }

    fn open_generation(folder: &Path, name: &str, analyzer: Option<&Arc<Analyzer>>) -> Result<Self, EngineError> {
        Self::of_files(folder, name, files(folder, name)?, analyzer)
    }

    /// `analyzer` spares making another when the index was made with its words, or holds nothing yet.
    fn of_files(
        folder: &Path,
        name: &str,
        index: Index,
        analyzer: Option<&Arc<Analyzer>>,
    ) -> Result<Self, EngineError> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let (_, fields) = schema::schema();
        let payload = payload(&index)?;
        let (seq, whole) = match &payload {
            None => (payload::after(0), false),
            Some(payload) => (payload.seq, payload.is_whole()),
        };
        let analyzer = match (payload, analyzer) {
            (None, Some(analyzer)) => analyzer.clone(),
            (None, None) => Arc::new(Analyzer::new()),
            (Some(payload), Some(analyzer)) if payload.words == *analyzer.dictionary() => analyzer.clone(),
            (Some(payload), _) => Arc::new(Analyzer::with(payload.words)),
        };
        Ok(Self {
            folder: Arc::new(folder.to_owned()),
            generation: name.into(),
            index,
            reader: reader.map_err(|error: tantivy::TantivyError| damaged(folder, failure::in_words(&error)))?,
            fields,
            shown: Arc::new(RwLock::new(Shown { analyzer, seq, whole })),
            lengths: Arc::default(),
            lexicon: Arc::default(),
            synonyms: Arc::default(),
            freshness: Arc::default(),
            newest: Arc::default(),
        })
    }

    /// Gives the index as it was last committed.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn searcher(&self) -> Result<Searcher, EngineError> {
        Searcher::new(self)
    }

    /// Looks for a newer commit, by whichever process; later searchers see it.
    ///
    /// # Errors
    /// When its files cannot be read; the last commit stays in use.
    pub fn reload(&self) -> Result<(), EngineError> {
        let Some(payload) = payload(&self.index)? else { return self.show(|_| {}) };
        let (seq, whole) = (payload.seq, payload.is_whole());
        let other = Some(payload.words).filter(|words| words != self.analyzer().dictionary());
        let other = other.map(|words| Arc::new(Analyzer::with(words)));
        self.show(|shown| {
            let analyzer = other.unwrap_or_else(|| shown.analyzer.clone());
            *shown = Shown { analyzer, seq, whole };
        })
    }

    /// Puts the last commit in use, and with it what else there is of it.
    fn show(&self, change: impl FnOnce(&mut Shown)) -> Result<(), EngineError> {
        let mut held = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        self.reader.reload().map_err(EngineError::read)?;
        change(&mut held);
        drop(held);
        self.lexicon.renew(&self.reader.searcher(), &self.fields);
        Ok(())
    }

    /// Gives the commit in use and what else there is of it.
    fn shown(&self) -> (tantivy::Searcher, Shown) {
        let held = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        (self.reader.searcher(), held.clone())
    }

    /// Has the numbers of commits go on after one.
    fn begin_after(&self, last: u64) {
        let mut held = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        held.seq = held.seq.max(payload::after(last));
    }

    /// Gives the number of the commit in use. It grows with each commit, and goes on growing when the process or the
    /// generation is another, and when the index was lost; only a clock that was set back can keep it from that.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).seq
    }

    /// Says whether all files were read by the commit in use, and not only a part of them as in a first build.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).whole
    }

    /// Gives how many bytes the files of the generation have.
    ///
    /// # Errors
    /// When its folder cannot be read.
    pub fn bytes(&self) -> Result<u64, EngineError> {
        let folder = self.folder.join(&*self.generation);
        let listed = fs::read_dir(&folder).map_err(|source| EngineError::folder(&folder, source))?;
        // A file that is merged away meanwhile has none.
        Ok(listed.flatten().filter_map(|entry| entry.metadata().ok()).map(|file| file.len()).sum())
    }

    /// Has a thread of its own read the words of large segments, now and after each commit: searches and suggestions then
    /// never wait for it, but begin without those words. Otherwise they are read when they are first looked for.
    pub fn keep_ready(&self) {
        self.lexicon.keep_ready(&self.reader.searcher(), &self.fields);
    }

    /// Gives what [`Indexer::read_with`] said last before the last commit.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn settings(&self) -> Result<Option<String>, EngineError> {
        Ok(payload(&self.index)?.and_then(|payload| payload.settings))
    }

    /// Puts other synonyms in use, for searchers made from now on.
    pub fn set_synonyms(&self, synonyms: Arc<Synonyms>) {
        *self.synonyms.write().unwrap_or_else(PoisonError::into_inner) = synonyms;
    }

    /// Gives the synonyms in use.
    #[must_use]
    pub fn synonyms(&self) -> Arc<Synonyms> {
        self.synonyms.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says by which share of its score the newest post is raised, 0 to 1, by searchers made from now on. The raise halves
    /// with each year of age; a post without a date gets none.
    pub fn set_freshness(&self, share: f32) {
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        self.freshness.store(share.to_bits(), Ordering::Relaxed);
    }

    /// Gives by which share of its score the newest post is raised.
    #[must_use]
    pub fn freshness(&self) -> f32 {
        f32::from_bits(self.freshness.load(Ordering::Relaxed))
    }

    /// Gives the name of the generation.
    #[must_use]
    pub fn generation(&self) -> &str {
        &self.generation
    }

    /// Gives the analyzer that queries pass through: that of the posts of the commit in use.
    #[must_use]
    pub fn analyzer(&self) -> Arc<Analyzer> {
        self.shown().1.analyzer
    }
}

/// Reads what the last commit says; `None` before the first.
fn payload(index: &Index) -> Result<Option<Payload>, EngineError> {
    index.load_metas().map_err(EngineError::read)?.payload.as_deref().map(Payload::read).transpose()
}

fn damaged(folder: &Path, what: String) -> EngineError {
    EngineError::Damaged { index: folder.to_owned(), what }
}

/// Opens the files of a generation, without reading more of them than their list.
fn files(folder: &Path, name: &str) -> Result<Index, EngineError> {
    let opened = Disk::open(&folder.join(name)).map_err(tantivy::TantivyError::from).and_then(Index::open);
    let mut index = opened.map_err(|error| damaged(folder, failure::in_words(&error)))?;
    index.set_tokenizers(schema::tokenizers());
    let (schema, _) = schema::schema();
    if index.schema() == schema { Ok(index) } else { Err(damaged(folder, "its fields are not ours".to_owned())) }
}

/// Compares every file of an index with its checksum; the error names the first that differs.
fn verify(folder: &Path, name: &str, index: &Index) -> Result<(), EngineError> {
    // Files that the list of files has lost would not be compared.
    let listed = index.directory().list_managed_files();
    for entry in fs::read_dir(folder.join(name))? {
        let file = PathBuf::from(entry?.file_name());
        let is_data = file.extension().is_some_and(|extension| extension != "json" && extension != "lock");
        if is_data && !listed.contains(&file) {
            return Err(damaged(folder, format!("`{}` is not in the list of its files", file.display())));
        }
    }
    // Read, not mapped: what was only looked through is not to take memory.
    let read = Disk::open_to_read(&folder.join(name)).map_err(tantivy::TantivyError::from).and_then(Index::open);
    let broken =
        read.and_then(|index| index.validate_checksum()).map_err(|error| damaged(folder, failure::in_words(&error)))?;
    match broken.iter().min() {
        None => Ok(()),
        Some(file) => Err(damaged(folder, format!("`{}` is not as it was written", file.display()))),
    }
}

/// Gives what a generation's name says of how it was made.
fn kind() -> String {
    format!("{FORMAT}-{}", Analyzer::fingerprint())
}

/// Gives an error with all its causes in one line.
fn in_words(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |words, cause| format!("{words}: {cause}"))
}
