//! Posts in, hits out: the index.
//!
//! [`Engine`] opens an index folder; its [`Indexer`] takes posts and commits them; its [`Searcher`] is
//! an immutable snapshot of a commit, which never waits for a writer. Owns Tantivy: no type of it
//! leaves this folder. Does no analysis of its own, and knows no wire format and no posts folder.

mod hit;
mod index;
mod lexicon;
mod live;
mod postings;
mod search;
mod store;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering},
    },
};

use tantivy::{Index, IndexReader};

#[doc(hidden)]
pub use self::store::faults;
pub use self::{
    index::{
        document::{FileRecord, Fingerprint, Reason},
        indexer::Indexer,
        learned::{learnt, taught},
        opening::Opened,
        verifying::{Damage, Verified, verify},
    },
    live::Live,
    postings::{holding::Holder, records::Known, searcher::Searcher},
    store::failure::Failure,
};
use self::{
    index::{schema::Fields, verifying},
    postings::searcher::Visible,
    store::{
        disk::Disk,
        generation::{self, Held},
        payload::{self, Payload},
    },
};
use crate::{
    query::Synonyms,
    text::{Analyzer, Dictionary, Difference},
};

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
    /// There is not enough room on the disk.
    #[error("the index in `{}` may need {} MB more, and {} MB are free", index.display(), needed.div_ceil(1 << 20), free >> 20)]
    NoRoom {
        /// The index folder.
        index: PathBuf,
        /// How many bytes may be needed.
        needed: u64,
        /// How many there are.
        free: u64,
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

    fn stored(error: impl std::fmt::Display) -> Self {
        Self::Stored(error.to_string())
    }

    /// Says whether the files of the index are to blame, and not the moment: then it has to be built anew.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged { .. } | Self::Stored(_) => true,
            Self::Read(failure) | Self::Write(failure) => failure.is_damage(),
            Self::Folder { .. } | Self::Missing { .. } | Self::Locked { .. } | Self::NoRoom { .. } | Self::Closed => {
                false
            }
        }
    }

    fn damaged(folder: &Path, what: String) -> Self {
        Self::Damaged { index: folder.to_owned(), what }
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
    /// Keeps the generation from being removed.
    _held: Arc<Held>,
    disk: Disk,
    index: Index,
    reader: IndexReader,
    fields: Fields,
    /// What else there is of the commit in use. Both change under one lock, so that a query is never cut by other words
    /// than the posts it meets, and no answer has another commit's number.
    shown: Arc<RwLock<Arc<Visible>>>,
    /// Held while another commit is made ready to be shown, which takes longer than anybody should wait for `shown`.
    showing: Arc<Mutex<()>>,
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

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("folder", &self.folder).field("generation", &self.generation).finish()
    }
}

impl Engine {
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
        let Some(payload) = payload_of(&self.index)? else { return self.show(|_| {}) };
        let (seq, whole) = (payload.seq, payload.is_whole());
        let other = Some(payload.words).filter(|words| words != self.analyzer().dictionary());
        let other = other.map(|words| Arc::new(Analyzer::with(words)));
        self.show(|shown| {
            let analyzer = other.unwrap_or_else(|| shown.analyzer.clone());
            *shown = Shown { analyzer, seq, whole };
        })
    }

    /// Puts the last commit in use, and with it what else there is of it. All that a search needs of it is made ready
    /// before, so that none waits for that.
    fn show(&self, change: impl FnOnce(&mut Shown)) -> Result<(), EngineError> {
        let showing = self.showing.lock().unwrap_or_else(PoisonError::into_inner);
        self.reader.reload().map_err(EngineError::read)?;
        let before = self.shown();
        let mut said = before.said.clone();
        change(&mut said);
        let snapshot = self.reader.searcher();
        let visible = Visible::new(snapshot.clone(), &self.fields, said, Some(&before))?;
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(visible);
        drop(showing);
        self.lexicon.renew(&snapshot, &self.fields);
        Ok(())
    }

    /// Gives the commit in use and what else there is of it.
    fn shown(&self) -> Arc<Visible> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Has the numbers of commits go on after one of another generation.
    fn begin_after(&self, last: u64) {
        let mut held = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        if held.said.seq <= last {
            *held = Arc::new(held.with_seq(payload::after(last)));
        }
    }

    /// Gives the number of the commit in use. It grows with each commit, and goes on growing when the process or the
    /// generation is another, and when the index was lost; only a clock that was set back can keep it from that.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.shown().said.seq
    }

    /// Says whether all files were read by the commit in use, and not only a part of them as in a first build.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.shown().said.whole
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
        self.lexicon.keep_ready(&self.shown().snapshot, &self.fields);
    }

    /// Says whether the words of large segments that were to be read are read.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.lexicon.is_idle()
    }

    /// Gives what [`Indexer::read_with`] said last before the last commit.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn settings(&self) -> Result<Option<String>, EngineError> {
        Ok(payload_of(&self.index)?.and_then(|payload| payload.settings))
    }

    /// Gives the words because of which posts of the index may be cut otherwise than with `dictionary`.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn changed_words(&self, dictionary: &Dictionary) -> Result<Difference, EngineError> {
        let Some(payload) = payload_of(&self.index)? else { return Ok(Difference::default()) };
        let mut changed = payload.words.difference(dictionary);
        changed.add(payload.doubtful);
        Ok(changed)
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

    /// Says whether both were opened together: what one shows, the other does.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.folder, &other.folder)
    }

    /// Looks whether the files of the last commit are still there, without reading them.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] names one that is gone or has another length.
    pub fn look_after(&self) -> Result<(), EngineError> {
        let metas = self.index.load_metas().map_err(EngineError::read)?;
        let lost = self.disk.lost(metas.list_segment_files());
        lost.map_or(Ok(()), |file| {
            let what = format!("`{}` is gone or has another length", file.display());
            Err(EngineError::damaged(&self.folder, what))
        })
    }

    /// Compares the files of the last commit with their checksums.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] names one that is not as it was written.
    pub fn examine(&self) -> Result<(), EngineError> {
        verifying::checksums(&self.folder, &self.generation)
    }

    /// Looks whether there is room on the disk for the index of so many more bytes of posts.
    ///
    /// # Errors
    /// [`EngineError::NoRoom`] when there is not. Where nobody can tell, there is.
    pub fn has_room_for(&self, posts: u64) -> Result<(), EngineError> {
        let folder = &self.folder;
        let needed = generation::needed_for(posts);
        match generation::room(folder) {
            Some(free) if free < needed => Err(EngineError::NoRoom { index: folder.to_path_buf(), needed, free }),
            _ => Ok(()),
        }
    }

    /// Gives the analyzer that queries pass through: that of the posts of the commit in use.
    #[must_use]
    pub fn analyzer(&self) -> Arc<Analyzer> {
        self.shown().said.analyzer.clone()
    }
}

/// Reads what the last commit says; `None` before the first.
fn payload_of(index: &Index) -> Result<Option<Payload>, EngineError> {
    index.load_metas().map_err(EngineError::read)?.payload.as_deref().map(Payload::read).transpose()
}

/// Gives an error with all its causes in one line.
fn in_words(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |words, cause| format!("{words}: {cause}"))
}
