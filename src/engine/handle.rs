//! An open index: which commit is in use, and what searches of it share.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering},
    },
};

use crate::{
    engine::{
        error::EngineError,
        index::{
            indexer::{Change, Indexer, Show},
            opening,
            schema::schema,
        },
        lexicon,
        postings::commit::{Commit, Said},
        searcher::Searcher,
        store::{checksums::compare_all, files::Files, payload},
    },
    query::Synonyms,
    text::{Analyzer, Dictionary, Difference},
};

/// An open index.
#[derive(Clone)]
pub struct Engine {
    files: Files,
    /// The commit in use: its documents and what it says of itself change together, so that a query is never cut by other
    /// words than the posts it meets, and no answer has another commit's number.
    shown: Arc<RwLock<Arc<Commit>>>,
    /// Held while another commit is made ready to be shown, which takes longer than anybody should wait for `shown`.
    showing: Arc<Mutex<()>>,
    /// The words of each segment, read when they are first looked for.
    lexicon: Arc<lexicon::Store>,
    synonyms: Arc<RwLock<Arc<Synonyms>>>,
    /// By which share of its score the newest post is raised: the bits of a number from 0 to 1.
    freshness: Arc<AtomicU32>,
}

/// What came of opening an index for writing.
pub struct Opened {
    /// The index.
    pub engine: Engine,
    /// The only writer of it.
    pub indexer: Indexer,
    /// Why the index does not go on with the one there was, in words.
    pub rebuilt: Option<String>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("engine", &self.engine).field("rebuilt", &self.rebuilt).finish_non_exhaustive()
    }
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
    /// Opens the index in `folder` for searching; texts are cut with the words that it was made with.
    ///
    /// # Errors
    /// [`EngineError::Missing`] when there is none of this format, and what opening can meet.
    pub fn open(folder: &Path) -> Result<Self, EngineError> {
        opening::for_reading(folder, |files| Self::of(files, None))
    }

    /// Opens the index in `folder` for writing, and makes it where it is missing. One of another format or way of cutting,
    /// or a damaged one, gives way to another that is built beside it; `fresh` builds another in any case. The one that is
    /// built is in use from [`Indexer::take_over`] on, or at once if nobody can read the one before it. `holder` is what a
    /// second writer is told of this one.
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
        let opened = opening::for_writing(folder, fresh, holder, |files| Self::of(files, Some(&analyzer)))?;
        let engine: Self = opened.ready;
        engine.begin_after(opened.last);
        let shows = engine.clone();
        let show: Show = Box::new(move |change| shows.show_change(change));
        let (files, fields) = (engine.files.clone(), engine.commit().fields.clone());
        let indexer = Indexer::new(files, (fields, show), analyzer, opened.lock, opened.in_use, engine.seq())?;
        Ok(Opened { engine, indexer, rebuilt: opened.rebuilt })
    }

    /// Makes open files ready to be searched. `analyzer` spares making another when the index was made with its words, or
    /// holds nothing yet.
    fn of(files: Files, analyzer: Option<&Arc<Analyzer>>) -> Result<Self, EngineError> {
        let (_, fields) = schema();
        let payload = files.payload()?;
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
        let commit = Commit::new(files.reader.searcher(), &fields, Said { analyzer, seq, whole }, None)?;
        let shown = Arc::new(RwLock::new(Arc::new(commit)));
        let (showing, lexicon, synonyms, freshness) = Default::default();
        Ok(Self { files, shown, showing, lexicon, synonyms, freshness })
    }

    /// Says whether a writer of this version goes on with the index. Otherwise it builds another beside it, and this one is
    /// searched only until that is whole.
    #[must_use]
    pub fn is_of_this_version(&self) -> bool {
        opening::is_of_this_version(&self.files.generation)
    }

    /// Gives the index as it was last committed.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn searcher(&self) -> Result<Searcher, EngineError> {
        self.files.none_is_cut_short()?;
        Ok(Searcher::new(self.commit(), self.lexicon.clone(), self.synonyms(), self.freshness()))
    }

    /// Looks for a newer commit, by whichever process; later searchers see it.
    ///
    /// # Errors
    /// When its files cannot be read; the last commit stays in use.
    pub fn reload(&self) -> Result<(), EngineError> {
        let Some(payload) = self.files.payload()? else { return self.show(|_| {}) };
        let (seq, whole) = (payload.seq, payload.is_whole());
        let other = Some(payload.words).filter(|words| words != self.analyzer().dictionary());
        let other = other.map(|words| Arc::new(Analyzer::with(words)));
        self.show(|said| {
            let analyzer = other.unwrap_or_else(|| said.analyzer.clone());
            *said = Said { analyzer, seq, whole };
        })
    }

    /// Shows what a writer did.
    fn show_change(&self, change: Change) -> Result<(), EngineError> {
        match change {
            Change::Committed { analyzer, seq, whole } => self.show(|said| {
                let analyzer = analyzer.unwrap_or_else(|| said.analyzer.clone());
                *said = Said { analyzer, seq, whole };
            }),
            Change::Merged(segments) if self.commit().has_segments(&segments) => Ok(()),
            Change::Merged(_) => self.show(|_| {}),
            Change::Unknown => self.reload(),
        }
    }

    /// Puts the last commit in use, and with it what the commit says of itself. All that a search needs of the commit is
    /// made ready before, so that no search waits for that.
    fn show(&self, change: impl FnOnce(&mut Said)) -> Result<(), EngineError> {
        let showing = self.showing.lock().unwrap_or_else(PoisonError::into_inner);
        self.files.reader.reload().map_err(EngineError::read)?;
        let before = self.commit();
        let mut said = before.said.clone();
        change(&mut said);
        let commit = Arc::new(Commit::new(self.files.reader.searcher(), &before.fields, said, Some(&before))?);
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = commit.clone();
        drop(showing);
        self.lexicon.renew(&commit);
        Ok(())
    }

    /// The commit in use.
    pub(super) fn commit(&self) -> Arc<Commit> {
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
        self.commit().said.seq
    }

    /// Says whether all files were read by the commit in use, and not only a part of them as in a first build.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.commit().said.whole
    }

    /// Gives how many bytes the files of the generation have.
    ///
    /// # Errors
    /// When its folder cannot be read.
    pub fn bytes(&self) -> Result<u64, EngineError> {
        self.files.bytes()
    }

    /// Has a thread of its own read the words of large segments, now and after each commit: searches and suggestions then
    /// never wait for it, but begin without those words. Otherwise they are read when they are first looked for.
    pub fn keep_ready(&self) {
        self.lexicon.keep_ready(&self.commit());
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
        Ok(self.files.payload()?.and_then(|payload| payload.settings))
    }

    /// Gives the words because of which posts of the index may be cut otherwise than with `dictionary`.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn changed_words(&self, dictionary: &Dictionary) -> Result<Difference, EngineError> {
        let Some(payload) = self.files.payload()? else { return Ok(Difference::default()) };
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
        &self.files.generation
    }

    /// Says whether both were opened together: what one shows, the other does.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.files.folder, &other.files.folder)
    }

    /// Looks whether the files of the last commit are still there, without reading them.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] names one that is gone or has another length.
    pub fn look_after(&self) -> Result<(), EngineError> {
        self.files.look_after()
    }

    /// Compares the files of the last commit with their checksums.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] names one that is not as it was written.
    pub fn examine(&self) -> Result<(), EngineError> {
        compare_all(&self.files.folder, &self.files.generation)
    }

    /// Looks whether there is room on the disk for the index of so many more bytes of posts.
    ///
    /// # Errors
    /// [`EngineError::NoRoom`] when there is not. Where nobody can tell, there is.
    pub fn has_room_for(&self, posts: u64) -> Result<(), EngineError> {
        self.files.has_room_for(posts)
    }

    /// Gives the analyzer that queries pass through: that of the posts of the commit in use.
    #[must_use]
    pub fn analyzer(&self) -> Arc<Analyzer> {
        self.commit().said.analyzer.clone()
    }
}
