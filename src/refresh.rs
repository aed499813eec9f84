//! Makes the index what the folder is.
//!
//! A refresh compares the files on disk with what the index knows of them, which gives a [`Plan`], and
//! applies the plan. Where to look is only a hint that saves time; what counts is the comparison, so
//! that events which were lost, merged or reordered cost time and never correctness. Everything that is
//! known of a file, searchable or not, lies in the index and changes in the same commit.

mod comparing;
mod forecast;
mod plan;
mod reading;
mod records;
mod status;
mod surroundings;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

pub use self::{
    comparing::differences,
    forecast::{Deed, Forecast, Foreseen, foresee},
    plan::{Plan, plan},
    status::{Board, Changes, Failing, Findings, OfCode, Phase, Progress, Refreshes, Report, Status, Totals, Watcher},
};
use self::{
    plan::{is_shadowed, of_folder},
    reading::{Reading, What, shadowed_record},
    records::Records,
    status::Telling,
    surroundings::Surroundings,
};
use crate::{
    content::{
        Source,
        diagnostic::Diagnostic,
        folder::{Entry, Looked, Scan},
    },
    engine::{Engine, EngineError, FileRecord, Indexer, Known},
    post::PostId,
    text::Dictionary,
};

/// After so long a build makes visible what it has.
const VISIBLE_EVERY: Duration = Duration::from_secs(20);
/// Before more bytes of new posts are read than this, room for their index is looked for.
const MUCH: u64 = 1 << 20;
/// A first build of so many posts finds out what they teach before it cuts them, rather than cutting them twice.
const MANY: usize = 200;

/// Why a refresh could not be done.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The posts folder itself cannot be read.
    #[error("cannot read the posts folder `{path}`")]
    Folder {
        /// The folder, as configured.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The posts folder is empty though posts are known.
    #[error(
        "the posts folder `{path}` is empty, as where a disk is not mounted; the posts of the index stay until any file is in it"
    )]
    Bare {
        /// The folder, as configured.
        path: String,
    },
    /// The index cannot be read or written.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// It was told to stop.
    #[error("the refresh was interrupted")]
    Interrupted,
}

fn folder_error(source: &Source, error: std::io::Error) -> RefreshError {
    RefreshError::Folder { path: source.folder().root().display().to_string(), source: error }
}

/// Where to look for changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    All,
    /// At these paths below the posts folder, files or folders, with all that lies below them.
    Paths(BTreeSet<String>),
}

/// What a plan came to, besides the report.
#[derive(Debug, Default)]
struct Done {
    /// Whether files have newer fingerprints.
    seen: bool,
    /// The files whose posts were put.
    put: FxHashSet<String>,
}

/// What of a refresher outlasts the index that it works on.
#[derive(Debug, Clone)]
pub struct Lasting {
    /// What files are read with.
    pub source: Source,
    /// On which the status stands.
    pub board: Board,
    /// Ends a refresh early when set.
    pub stop: Arc<AtomicBool>,
}

/// Keeps one index equal to one folder.
#[derive(Debug)]
pub struct Refresher {
    source: Source,
    engine: Engine,
    indexer: Indexer,
    known: Records,
    /// What the last full comparison saw besides posts.
    around: Surroundings,
    /// Whether every file must be read though its fingerprint is the same.
    distrust: bool,
    /// The words that the site was told to know; what posts teach comes on top.
    said: Dictionary,
    /// Whether it was told others since the last refresh.
    said_anew: bool,
    board: Board,
    stop: Arc<AtomicBool>,
    /// Whether a refresh failed and what it left is not cleared away yet.
    unsettled: bool,
    /// Whether the folder has been compared in full since this began.
    whole: bool,
}

impl Refresher {
    /// Takes over an index that was opened for writing.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn new(
        source: Source,
        engine: Engine,
        indexer: Indexer,
        rebuilt: Option<String>,
    ) -> Result<Self, RefreshError> {
        let known = Records::new(engine.searcher()?.files()?.into_values());
        let distrust = engine.settings()?.is_some_and(|settings| settings != source.fingerprint());
        let board = Board::default();
        let said = indexer.analyzer().dictionary().with_learned([]);
        let mut refresher = Self {
            source,
            engine,
            indexer,
            known,
            around: Surroundings::default(),
            distrust,
            said,
            said_anew: false,
            board,
            stop: Arc::default(),
            unsettled: false,
            whole: false,
        };
        refresher.use_words()?;
        refresher.board.change(|status| {
            status.generation = refresher.engine.generation().to_owned();
            status.rebuilt = rebuilt;
        });
        refresher.publish();
        Ok(refresher)
    }

    /// Returns the board on which the status stands.
    #[must_use]
    pub fn board(&self) -> Board {
        self.board.clone()
    }

    /// Returns the flag that ends a refresh early when set; what was done until then is kept.
    #[must_use]
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        self.stop.clone()
    }

    /// Returns the index that is kept equal to the folder.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Returns whether the index was all that the folder is at the end of some refresh. Before that, an earlier generation
    /// may say more.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// Returns what files are read with.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Reads files with other settings from now on; the next full refresh reads all of them again if need be.
    pub fn replace_source(&mut self, source: Source) {
        self.distrust |= source.fingerprint() != self.source.fingerprint();
        self.source = source;
        self.known.tell_again();
    }

    /// Has posts cut with other words, besides those that posts teach: the next refresh cuts the posts again that
    /// hold words which came or went, and searches are cut alike from then on.
    pub fn replace_words(&mut self, said: &Dictionary) {
        self.said = said.with_learned([]);
        self.said_anew = true;
    }

    /// Returns what another refresher of the same folder goes on with.
    #[must_use]
    pub fn lasting(&self) -> Lasting {
        Lasting { source: self.source.clone(), board: self.board.clone(), stop: self.stop.clone() }
    }

    /// Goes on with the board and the stop flag of another.
    pub fn go_on(&mut self, left: Lasting) {
        let status = self.board.status();
        self.board = left.board;
        self.stop = left.stop;
        self.known.tell_again();
        self.board.change(|shown| {
            shown.generation.clone_from(&status.generation);
            shown.rebuilt.clone_from(&status.rebuilt);
        });
    }

    /// Brings the index's own files in order: see [`Indexer::tidy`].
    ///
    /// # Errors
    /// When the index cannot be read, or the disk is full or failing.
    pub fn tidy(&mut self) -> Result<(), RefreshError> {
        Ok(self.indexer.tidy()?)
    }

    /// Waits for merges and gives the index up.
    ///
    /// # Errors
    /// When a merge failed.
    pub fn finish(self) -> Result<(), RefreshError> {
        Ok(self.indexer.finish()?)
    }

    /// Returns when a file has to be read again though it does not change.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.known.next_due()?).ok()
    }

    /// Returns the files that have to be read again though they do not change.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> BTreeSet<String> {
        self.known.due(now.as_second()).cloned().collect()
    }

    /// Returns the files that may have to be looked at as an earlier look at the whole folder found it; `None` when more than
    /// files differ, so that everything has to be compared.
    #[must_use]
    pub fn differing(&self, scan: &Scan, now: Timestamp) -> Option<BTreeSet<String>> {
        let is_as_before = !self.distrust && self.around == Surroundings::of(scan);
        is_as_before.then(|| {
            let Plan { read, shadowed, forget } = of_folder(scan, &self.known, false, now.as_second());
            let seen = read.into_iter().chain(shadowed.into_iter().map(|(entry, _)| entry)).map(|entry| entry.path);
            seen.chain(forget).collect()
        })
    }

    /// Returns whether anything is known of any file.
    #[must_use]
    pub fn knows_files(&self) -> bool {
        !self.known.is_empty()
    }

    /// Compares the folder with the index within `scope`, and makes the index equal to it.
    ///
    /// `progress` is told how many files are done, of how many.
    ///
    /// # Errors
    /// When the folder or the index cannot be used. Then nothing since the last commit is visible, and the next
    /// refresh does it again.
    pub fn refresh(
        &mut self,
        scope: &Scope,
        now: Timestamp,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Report, RefreshError> {
        let started = Instant::now();
        self.settle()?;
        let scope = if self.distrust { &Scope::All } else { scope };
        if *scope == Scope::All {
            self.engine.look_after()?;
        }
        self.board.change(|status| {
            let noticed = std::mem::take(&mut status.noticed);
            status.taken.add(noticed);
        });
        let plan = self.compare(scope, now)?;
        self.board.change(|status| {
            status.taken.files = plan.len();
            if !plan.is_empty() {
                status.taken.since.get_or_insert(started);
            }
        });
        let mut report = Report::default();
        self.bring(&plan, scope, now, progress, &mut report).inspect_err(|error| {
            self.board.change(|status| status.progress = None);
            if matches!(error, RefreshError::Interrupted) {
                return;
            }
            self.unsettled = true;
            // What cannot be done now is done before anything else.
            _ = self.settle();
        })?;
        if *scope == Scope::All {
            self.indexer.take_over()?;
            self.whole = true;
        }
        report.took = started.elapsed();
        self.publish();
        self.board.change(|status| {
            status.ready |= *scope == Scope::All;
            status.failure = None;
            status.progress = None;
            status.taken = Changes::default();
            status.refreshes.total += 1;
            status.last = Some((Timestamp::now(), report.clone(), *scope == Scope::All));
        });
        Ok(report)
    }

    /// Clears away what a refresh left that failed: what was put but not committed must not appear with a later commit
    /// by itself. What is known of the files is read again, since it may have been committed all the same.
    fn settle(&mut self) -> Result<(), RefreshError> {
        if self.unsettled {
            self.indexer.roll_back()?;
            self.known = Records::new(self.engine.searcher()?.files()?.into_values());
            self.unsettled = false;
        }
        Ok(())
    }

    /// Returns what would be done, without doing it.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn compare(&mut self, scope: &Scope, now: Timestamp) -> Result<Plan, RefreshError> {
        let seconds = now.as_second();
        match scope {
            Scope::All => {
                let scan = self.source.folder().scan().map_err(|source| self.folder_error(source))?;
                self.around = Surroundings::of(&scan);
                self.known.tell_again();
                Ok(of_folder(&scan, &self.known, self.distrust, seconds))
            }
            Scope::Paths(paths) => {
                let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
                let mut known: BTreeMap<&str, &FileRecord> = BTreeMap::new();
                let mut files = BTreeSet::new();
                let folder = self.source.folder();
                // Where a link came or went, and where something cannot be read or could not, all of it is told anew.
                let mut doubtful = paths.iter().any(|path| folder.is_link(path) || self.around.touches(path));
                let paths = paths.iter().flat_map(|path| self.around.with_links(path));
                for path in paths.flat_map(|path| self.with_namesakes(&path)) {
                    match folder.look(&path).map_err(|source| self.folder_error(source))? {
                        Looked::File(entry) => {
                            files.insert(entry.path.clone());
                            entries.insert(entry.path.clone(), entry);
                        }
                        Looked::Folder(scan) => {
                            doubtful |= !scan.failures.is_empty() || !scan.links.is_empty();
                            entries.extend(scan.entries.into_iter().map(|entry| (entry.path.clone(), entry)));
                        }
                        Looked::Nothing => {}
                        Looked::Closed(_) => doubtful = true,
                    }
                    known.extend(self.known.below(&path).map(|(path, known)| (path.as_str(), &known.record)));
                }
                if doubtful {
                    return self.compare(&Scope::All, now);
                }
                let entries: Vec<Entry> = entries.into_values().collect();
                let mut plan = plan(&entries, &known, seconds);
                plan.read_all(&entries, |path| {
                    // Somebody saw it change: its times may be too coarse to tell.
                    files.contains(path) && known.get(path).is_some_and(|record| !is_shadowed(record))
                });
                Ok(plan)
            }
        }
    }

    /// Returns the path and those of the files that would have the same id.
    fn with_namesakes(&self, path: &str) -> Vec<String> {
        let mut paths = vec![path.to_owned()];
        let id = PostId::of_path(path);
        if id.as_str() != path {
            paths.extend(["md", "markdown"].map(|extension| format!("{id}.{extension}")));
            paths.extend(
                self.known.beginning_with(&format!("{id}.")).filter(|known| PostId::of_path(known) == id).cloned(),
            );
            paths.sort_unstable();
            paths.dedup();
        }
        paths
    }

    fn folder_error(&self, error: std::io::Error) -> RefreshError {
        folder_error(&self.source, error)
    }

    /// Applies a plan, cuts posts again whose words came or went, and commits.
    fn bring(
        &mut self,
        plan: &Plan,
        scope: &Scope,
        now: Timestamp,
        progress: &(dyn Fn(usize, usize) + Sync),
        report: &mut Report,
    ) -> Result<(), RefreshError> {
        // Most of what is read again is found to be the same.
        let new = plan.read.iter().filter(|entry| !self.known.has(&entry.path));
        let bytes = new.map(|entry| entry.size).sum();
        if bytes > MUCH {
            self.engine.has_room_for(bytes)?;
        }
        if self.said_anew {
            self.use_words()?;
            self.said_anew = false;
        }
        if self.known.is_empty() && plan.read.len() >= MANY {
            self.learn_ahead(&plan.read, now, progress)?;
        }
        let before = self.engine.searcher()?;
        let mut done = Done::default();
        if !plan.is_empty() {
            self.apply(plan, now, progress, report, &mut done)?;
        }
        self.tokenize_again(&before, &done.put, progress, report)?;
        let settings = self.source.fingerprint();
        let news = *scope == Scope::All && self.engine.settings()?.as_deref() != Some(&settings);
        if report.changed() || done.seen || news || self.indexer.words_differ() {
            if *scope == Scope::All {
                self.indexer.read_with(&settings);
            }
            self.indexer.commit()?;
        }
        if *scope == Scope::All {
            self.distrust = false;
        }
        // What these posts teach; the posts that hold it may be others.
        if report.changed() {
            self.use_words()?;
            let before = self.engine.searcher()?;
            self.tokenize_again(&before, &FxHashSet::default(), progress, report)?;
            if self.indexer.words_differ() {
                self.indexer.commit()?;
            }
        }
        Ok(())
    }

    fn apply(
        &mut self,
        plan: &Plan,
        now: Timestamp,
        progress: &(dyn Fn(usize, usize) + Sync),
        report: &mut Report,
        to: &mut Done,
    ) -> Result<(), RefreshError> {
        for path in &plan.forget {
            self.indexer.remove(path)?;
            self.known.remove(path);
        }
        report.forgotten = plan.forget.len();
        for (entry, owner) in &plan.shadowed {
            let record = shadowed_record(entry, owner);
            self.indexer.put(&record, None, self.known.has(&entry.path), false)?;
            self.known.put(Known { record, searchable: false });
            report.without_post += 1;
        }
        let board = self.board.clone();
        let telling = Telling::begin(&board, progress, Phase::Reading, plan.read.len());
        let mut rest = plan.read.as_slice();
        while !rest.is_empty() {
            let started = Instant::now();
            let full = AtomicBool::new(false);
            let taken = Mutex::new(Vec::new());
            let reading = Reading { refresher: self, now };
            // Each batch ends when it has taken long enough, so that a long build becomes visible bit by bit.
            let batch = rest.len().min(4_096);
            let outcome: Result<(), RefreshError> = rest[..batch].par_iter().try_for_each(|entry| {
                if self.stop.load(Ordering::Relaxed) {
                    return Err(RefreshError::Interrupted);
                }
                let outcome = reading.read(entry)?;
                taken.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
                telling.one_more();
                full.fetch_or(started.elapsed() > VISIBLE_EVERY, Ordering::Relaxed);
                Ok(())
            });
            rest = &rest[batch..];
            for (known, what, bytes) in taken.into_inner().unwrap_or_else(PoisonError::into_inner) {
                report.bytes += bytes;
                match what {
                    What::Gone => {
                        report.forgotten += usize::from(self.known.has(&known.record.path));
                        self.known.remove(&known.record.path);
                        continue;
                    }
                    What::Put => {
                        report.put += 1;
                        to.put.insert(known.record.path.clone());
                    }
                    What::Same => report.same += 1,
                    What::Seen => {
                        report.same += 1;
                        to.seen = true;
                    }
                    What::WithoutPost => report.without_post += 1,
                }
                self.known.put(known);
            }
            if matches!(outcome, Err(RefreshError::Interrupted)) {
                // The next start goes on from here.
                self.indexer.commit()?;
            }
            outcome?;
            if !rest.is_empty() && full.into_inner() {
                self.indexer.commit()?;
                self.publish();
            }
        }
        Ok(())
    }

    /// Puts the totals and findings on the board.
    fn publish(&mut self) {
        let mut totals = self.known.totals();
        self.around.add_to(&mut totals, |path| self.known.has(path));
        let news = self.known.news(&self.besides());
        self.board.change(|status| {
            status.totals = totals;
            if let Some(findings) = news {
                status.findings = Arc::new(findings);
            }
        });
    }

    /// Returns what was found about the site's configuration and about folders.
    fn besides(&self) -> Vec<Diagnostic> {
        self.source.findings().iter().chain(self.around.failures()).cloned().collect()
    }

    /// Returns everything found about files and about the site's configuration, by path.
    #[must_use]
    pub fn findings(&self) -> Vec<Diagnostic> {
        let mut findings = self.besides();
        findings.extend(self.known.all_findings().cloned());
        findings.sort();
        findings
    }
}
