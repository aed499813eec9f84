//! An open index: the commit in use, and what its searches share.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError, RwLock, Weak,
        atomic::{AtomicU32, Ordering},
    },
};

use crate::{
    engine::{
        error::EngineError,
        index::{
            indexer::{Change, Committed, Indexer, Show},
            opening,
            packing::Unpacker,
            schema::schema,
        },
        lexicon,
        postings::commit::{Commit, CommitFacts},
        searcher::Searcher,
        store::{checksums::compare_all, files::Files, payload},
    },
    query::Synonyms,
    text::{Analyzer, Dictionary, Difference},
};

/// An open index. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    files: Files,
    /// The commit in use. Its documents and its facts change together, so a query is always tokenized with the
    /// dictionary of the posts that it meets, and no answer has the number of another commit.
    shown: Arc<RwLock<Arc<Commit>>>,
    /// Held while another commit is prepared, which takes longer than a search may wait for `shown`.
    showing: Arc<Mutex<()>>,
    /// The words of each segment, read at the first lookup.
    lexicon: Arc<lexicon::Store>,
    synonyms: Arc<RwLock<Arc<Synonyms>>>,
    /// The share of its score by which the newest post is raised, 0 to 1, as the bits of an `f32`.
    recency: Arc<AtomicU32>,
    listeners: Listeners,
}

/// A callback for a new commit.
pub(super) type Listener = dyn Fn() + Send + Sync;

/// Callbacks for new commits. Each is called as long as its owner keeps it.
#[derive(Clone, Default)]
pub(super) struct Listeners(Arc<Mutex<Vec<Weak<Listener>>>>);

impl Listeners {
    pub(super) fn add(&self, listener: &Arc<Listener>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(listener));
    }

    pub(super) fn tell(&self) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|listener| listener.strong_count() > 0);
        let kept: Vec<Arc<Listener>> = all.iter().filter_map(Weak::upgrade).collect();
        // A listener may add others.
        drop(all);
        kept.iter().for_each(|listener| listener());
    }
}

/// The result of opening an index for writing.
#[derive(Debug)]
pub struct Opened {
    /// The index.
    pub engine: Engine,
    /// The only writer of the index.
    pub indexer: Indexer,
    /// Why the index that existed could not be continued, in words; `None` without such a reason.
    pub rebuilt: Option<String>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("folder", &self.files.folder)
            .field("generation", &self.files.generation)
            .finish()
    }
}

impl Engine {
    /// Opens the index in `folder` for searching. Queries are tokenized with the dictionary of the index.
    ///
    /// # Errors
    /// [`EngineError::Missing`], [`EngineError::OtherFormat`]; errors of opening files.
    pub fn open(folder: &Path) -> Result<Self, EngineError> {
        opening::for_reading(folder, |files| Self::of(files, None))
    }

    /// Opens the index in `folder` for writing, and creates the index if it is missing. An index that is damaged, or
    /// has another format or analyzer, is replaced by another one that is built beside it; `fresh` builds another one
    /// in any case. The new index is in use from [`Indexer::take_over`] on, or at once if nobody can read the old one.
    /// `holder` is the description of this writer that a second writer is told.
    ///
    /// `analyzer` tokenizes what is written. Searches use the dictionary of the index until all posts that contain
    /// changed words are tokenized again: see [`Indexer::changed_words`].
    ///
    /// # Errors
    /// [`EngineError::Locked`] when another writer is open; errors of the disk.
    pub fn open_for_writing(
        folder: &Path,
        analyzer: Arc<Analyzer>,
        fresh: bool,
        holder: &str,
    ) -> Result<Opened, EngineError> {
        let opened = opening::for_writing(folder, fresh, holder, |files| Self::of(files, Some(&analyzer)))?;
        let engine: Self = opened.ready;
        engine.begin_after(opened.last);
        let shows = engine.clone();
        let show: Show = Box::new(move |change| shows.show_change(change));
        let (files, fields) = (engine.files.clone(), engine.commit().fields.clone());
        let indexer = Indexer::new(files, (fields, show), analyzer, opened.lock, opened.in_use, engine.seq())?;
        Ok(Opened { engine, indexer, rebuilt: opened.rebuilt })
    }

    /// Prepares open files for searching. `analyzer` is used if the index was made with the same dictionary or is
    /// empty; otherwise another analyzer is made.
    fn of(files: Files, analyzer: Option<&Arc<Analyzer>>) -> Result<Self, EngineError> {
        let (_, fields) = schema();
        let payload = files.payload()?;
        let (seq, whole) = payload.as_ref().map_or((payload::after(0), false), |last| (last.seq, last.is_whole()));
        let compression = payload.as_ref().and_then(|last| last.compression);
        let analyzer = match (payload, analyzer) {
            (None, Some(analyzer)) => analyzer.clone(),
            (None, None) => Arc::new(Analyzer::new()),
            (Some(payload), Some(analyzer)) if payload.words == *analyzer.dictionary() => analyzer.clone(),
            (Some(payload), _) => Arc::new(Analyzer::with(payload.words)),
        };
        let unpacker = Arc::new(Unpacker::open(&files, compression)?);
        let facts = CommitFacts { analyzer, unpacker, seq, whole };
        let commit = Commit::new(files.reader.searcher(), &fields, facts, None)?;
        let shown = Arc::new(RwLock::new(Arc::new(commit)));
        let (showing, lexicon, synonyms, recency, listeners) = Default::default();
        Ok(Self { files, shown, showing, lexicon, synonyms, recency, listeners })
    }

    /// Returns whether a writer of this version continues the index. Otherwise the writer builds another index beside
    /// this one, which is searched until the other is complete.
    #[must_use]
    pub fn is_of_this_version(&self) -> bool {
        opening::is_of_this_version(&self.files.generation)
    }

    /// Returns a snapshot of the last commit.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn searcher(&self) -> Result<Searcher, EngineError> {
        self.files.none_is_cut_short()?;
        let (commit, synonyms, recency) = (self.commit(), self.synonyms(), self.recency());
        Ok(Searcher { commit, lexicon: self.lexicon.clone(), synonyms, recency })
    }

    /// Looks for a newer commit, made by any process; later searchers see that commit.
    ///
    /// # Errors
    /// When the files cannot be read; the last commit stays in use.
    pub fn reload(&self) -> Result<(), EngineError> {
        let Some(payload) = self.files.payload()? else { return self.show(None) };
        let (seq, whole, compression) = (payload.seq, payload.is_whole(), payload.compression);
        let other = Some(payload.words).filter(|words| words != self.analyzer().dictionary());
        let analyzer = other.map(|words| Arc::new(Analyzer::with(words)));
        self.show(Some(Committed { analyzer, compression, seq, whole }))
    }

    /// Makes a change by the writer visible.
    fn show_change(&self, change: Change) -> Result<(), EngineError> {
        match change {
            Change::Committed(commit) => self.show(Some(commit)),
            Change::Merged(segments) if self.commit().has_segments(&segments) => Ok(()),
            Change::Merged(_) => self.show(None),
            Change::Unknown => self.reload(),
        }
    }

    /// Puts the last commit in use, together with its facts; `None` if they are unchanged. Everything that a search
    /// needs of the commit is prepared before, so that no search waits.
    fn show(&self, changed: Option<Committed>) -> Result<(), EngineError> {
        let showing = self.showing.lock().unwrap_or_else(PoisonError::into_inner);
        self.files.reader.reload().map_err(EngineError::read)?;
        let before = self.commit();
        let mut facts = before.facts.clone();
        if let Some(Committed { analyzer, compression, seq, whole }) = changed {
            let unpacker = match facts.unpacker {
                known if known.dictionary() == compression => known,
                _ => Arc::new(Unpacker::open(&self.files, compression)?),
            };
            facts = CommitFacts { analyzer: analyzer.unwrap_or(facts.analyzer), unpacker, seq, whole };
        }
        let commit = Arc::new(Commit::new(self.files.reader.searcher(), &before.fields, facts, Some(&before))?);
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = commit.clone();
        drop(showing);
        self.listeners.tell();
        self.lexicon.renew(&commit);
        Ok(())
    }

    /// Adds a callback for each commit that is put in use.
    pub(super) fn when_shown(&self, listener: &Arc<Listener>) {
        self.listeners.add(listener);
    }

    /// Returns the commit in use.
    pub(super) fn commit(&self) -> Arc<Commit> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Raises the sequence number above `last`, the number of the last commit of another generation.
    fn begin_after(&self, last: u64) {
        let mut held = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        if held.facts.seq <= last {
            *held = Arc::new(held.with_seq(payload::after(last)));
        }
    }

    /// Returns the sequence number of the commit in use. The number grows with each commit, also across processes and
    /// generations, and when the index was lost. Only a clock that was set back can prevent that.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.commit().facts.seq
    }

    /// Returns whether the commit in use covers all files, unlike one of a first build that is not complete.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.commit().facts.whole
    }

    /// Returns the total size of the files of the generation, in bytes.
    ///
    /// # Errors
    /// When its folder cannot be read.
    pub fn bytes(&self) -> Result<u64, EngineError> {
        self.files.bytes()
    }

    /// Reads the words of large segments in a separate thread, now and after each commit. Searches and suggestions then
    /// never wait for these words, but work without them until they are read. Without this call, words are read at the
    /// first lookup.
    pub fn keep_ready(&self) {
        self.lexicon.keep_ready(&self.commit());
    }

    /// Returns whether no words of large segments are still to be read in the background.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.lexicon.is_idle()
    }

    /// Returns the settings that [`Indexer::read_with`] set last before the last commit.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn settings(&self) -> Result<Option<String>, EngineError> {
        Ok(self.files.payload()?.and_then(|payload| payload.settings))
    }

    /// Returns the words because of which posts of the index may be tokenized differently with `dictionary`.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn changed_words(&self, dictionary: &Dictionary) -> Result<Difference, EngineError> {
        let Some(payload) = self.files.payload()? else { return Ok(Difference::default()) };
        let mut changed = payload.words.difference(dictionary);
        changed.add(payload.doubtful);
        Ok(changed)
    }

    /// Sets the synonyms of searchers that are made from now on.
    pub fn set_synonyms(&self, synonyms: Arc<Synonyms>) {
        *self.synonyms.write().unwrap_or_else(PoisonError::into_inner) = synonyms;
    }

    /// Returns the synonyms in use.
    #[must_use]
    pub fn synonyms(&self) -> Arc<Synonyms> {
        self.synonyms.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets the share of its score by which the newest post is raised, 0 to 1, for searchers that are made from now on.
    /// The raise halves with each year of age; a post without a date gets none.
    pub fn set_recency(&self, share: f32) {
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        self.recency.store(share.to_bits(), Ordering::Relaxed);
    }

    /// Returns the share of its score by which the newest post is raised.
    #[must_use]
    pub fn recency(&self) -> f32 {
        f32::from_bits(self.recency.load(Ordering::Relaxed))
    }

    /// Returns the name of the generation.
    #[must_use]
    pub fn generation(&self) -> &str {
        &self.files.generation
    }

    /// Returns whether both are clones of the same open index.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.files.folder, &other.files.folder)
    }

    /// Checks that the files of the last commit still exist, without reading them.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] names a file that is gone or has another length.
    pub fn look_after(&self) -> Result<(), EngineError> {
        self.files.look_after()
    }

    /// Compares the files of the last commit with their checksums.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] names a file that differs.
    pub fn examine(&self) -> Result<(), EngineError> {
        compare_all(&self.files.folder, &self.files.generation)
    }

    /// Checks that the disk has room for the index of `posts` more bytes of posts.
    ///
    /// # Errors
    /// [`EngineError::NoRoom`] when there is not enough room. Where free space is unknown, there is no error.
    pub fn has_room_for(&self, posts: u64) -> Result<(), EngineError> {
        self.files.has_room_for(posts)
    }

    /// Returns the analyzer of queries: the analyzer of the posts of the commit in use.
    #[must_use]
    pub fn analyzer(&self) -> Arc<Analyzer> {
        self.commit().facts.analyzer.clone()
    }
}
