//! Makes the index equal to the posts folder.
//!
//! A refresh compares the files on disk with the index, which gives a [`Plan`], and applies the plan. A hint where to
//! look only saves time; the comparison decides. So lost, merged or reordered events cost time, never correctness. The
//! index contains everything known of a file, searchable or not, and changes all of it in the same commit.

mod comparing;
mod forecast;
mod plan;
mod reading;
mod records;
mod samples;
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
    forecast::{Action, FileForecast, Forecast, foresee},
    plan::{Plan, plan},
    status::{
        Board, Changes, CodeFindings, Failure, Findings, Phase, Progress, Refreshes, Report, Status, Totals, Watcher,
    },
};
use self::{
    plan::{is_shadowed, of_folder},
    reading::{Outcome, Read, Taken, shadowed_record},
    records::Records,
    status::Reporter,
    surroundings::Surroundings,
};
use crate::{
    content::{
        Source,
        diagnostic::Diagnostic,
        folder::{Entry, Looked, Scan},
    },
    engine::{Engine, EngineError, FileRecord, Indexer, Known, Opened},
    post::{HTML, MARKDOWN, PostId},
    text::Dictionary,
};

/// Interval after which a running build commits, to make its posts visible.
const COMMIT_INTERVAL: Duration = Duration::from_secs(20);
/// Number of bytes of new posts above which a refresh first checks that the disk has room for their index.
const CHECK_SPACE_BYTES: u64 = 1 << 20;
/// Upper bounds on the files whose posts are kept in memory until they are tokenized, and on the sum of their sizes in
/// bytes.
const BATCH: (usize, u64) = (16_384, 32 << 20);

/// Returns the number of the files at the beginning of `files` that are read before their posts are tokenized.
fn batch_length(files: &[Entry]) -> usize {
    let (most, most_bytes) = BATCH;
    let mut bytes = 0;
    let fits = |file: &&Entry| {
        bytes += file.size;
        bytes <= most_bytes
    };
    files.iter().take(most).take_while(fits).count().max(1)
}

/// Why a refresh failed.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The posts folder itself cannot be read.
    #[error("cannot read the posts folder `{path}`")]
    Folder {
        /// The folder, as configured.
        path: String,
        /// The error of the operating system.
        #[source]
        source: std::io::Error,
    },
    /// The posts folder is empty although the index contains posts.
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
    /// The refresh was told to stop.
    #[error("the refresh was interrupted")]
    Interrupted,
}

fn folder_error(source: &Source, error: std::io::Error) -> RefreshError {
    RefreshError::Folder { path: source.folder().root().display().to_string(), source: error }
}

/// Where to look for changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// In the whole folder.
    All,
    /// At these paths below the posts folder: files, or folders with everything below them.
    Paths(BTreeSet<String>),
}

/// A function that takes the number of files done and the total.
type ProgressFn<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// The state of one refresh.
struct Run<'a> {
    /// The current time for the dates of posts.
    now: Timestamp,
    progress: ProgressFn<'a>,
    report: Report,
    /// Whether files have newer fingerprints.
    seen: bool,
    /// The files with posts put into the index.
    put: FxHashSet<String>,
}

/// The parts of a refresher that outlive its index.
#[derive(Debug, Clone)]
pub struct Continuation {
    /// The reader of files.
    pub source: Source,
    /// The board with the status.
    pub board: Board,
    /// Stops a refresh early when set. The work done until then is kept.
    pub stop: Arc<AtomicBool>,
}

/// Keeps one index equal to one folder.
#[derive(Debug)]
pub struct Refresher {
    source: Source,
    engine: Engine,
    indexer: Indexer,
    known: Records,
    /// Contents of the folder besides posts, at the last comparison of the whole folder.
    around: Surroundings,
    /// Whether every file must be read, even with an unchanged fingerprint.
    distrust: bool,
    /// The words configured for the site, without the learned vocabulary.
    site_words: Dictionary,
    /// Whether the configured words changed since the last refresh.
    site_words_changed: bool,
    board: Board,
    stop: Arc<AtomicBool>,
    /// Whether the remains of a failed refresh are still to be cleared away.
    unsettled: bool,
    /// Whether the whole folder has been compared since the start.
    whole: bool,
}

impl Refresher {
    /// Makes a refresher for an index opened for writing.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn new(source: Source, opened: Opened) -> Result<Self, RefreshError> {
        let Opened { engine, indexer, rebuilt } = opened;
        let known = Records::new(engine.searcher()?.files()?.into_values());
        let distrust = engine.settings()?.is_some_and(|settings| settings != source.fingerprint());
        let board = Board::default();
        let site_words = indexer.analyzer().dictionary().with_learned([]);
        let mut refresher = Self {
            source,
            engine,
            indexer,
            known,
            around: Surroundings::default(),
            distrust,
            site_words,
            site_words_changed: false,
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

    /// Returns the board with the status.
    #[must_use]
    pub fn board(&self) -> Board {
        self.board.clone()
    }

    /// Returns the index.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Returns whether the index was equal to the whole folder at the end of some refresh. Until then, an earlier
    /// generation may contain more posts.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// Returns the reader of files.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Sets other settings for reading files. The next full refresh reads all files again if the settings require it.
    pub fn replace_source(&mut self, source: Source) {
        self.distrust |= source.fingerprint() != self.source.fingerprint();
        self.source = source;
        self.known.mark_findings_changed();
    }

    /// Sets the words configured for the site; the learned vocabulary is added to them. The next refresh tokenizes the
    /// posts again that contain added or removed words, and from then on searches use the same words.
    pub fn replace_words(&mut self, site_words: &Dictionary) {
        self.site_words = site_words.with_learned([]);
        self.site_words_changed = true;
    }

    /// Returns the parts with which another refresher of the same folder continues.
    #[must_use]
    pub fn continuation(&self) -> Continuation {
        Continuation { source: self.source.clone(), board: self.board.clone(), stop: self.stop.clone() }
    }

    /// Continues with the board and the stop flag of another refresher.
    pub fn continue_from(&mut self, left: Continuation) {
        let status = self.board.status();
        self.board = left.board;
        self.stop = left.stop;
        self.known.mark_findings_changed();
        self.board.change(|shown| {
            shown.generation.clone_from(&status.generation);
            shown.rebuilt.clone_from(&status.rebuilt);
        });
    }

    /// Tidies the files of the index: see [`Indexer::tidy`].
    ///
    /// # Errors
    /// If the index cannot be read, or the disk is full or failing.
    pub fn tidy(&mut self) -> Result<(), RefreshError> {
        Ok(self.indexer.tidy()?)
    }

    /// Waits for merges and releases the index.
    ///
    /// # Errors
    /// If a merge failed.
    pub fn finish(self) -> Result<(), RefreshError> {
        Ok(self.indexer.finish()?)
    }

    /// Returns the next time at which an unchanged file has to be read again.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.known.next_due()?).ok()
    }

    /// Returns the unchanged files that have to be read again at `now`.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> BTreeSet<String> {
        self.known.due(now.as_second()).cloned().collect()
    }

    /// Returns the files that differ, according to an earlier scan of the whole folder, and may have to be read.
    /// Returns `None` if more than files differ, so that everything has to be compared.
    #[must_use]
    pub fn differing(&self, scan: &Scan, now: Timestamp) -> Option<BTreeSet<String>> {
        let is_as_before = !self.distrust && self.around == Surroundings::of(scan);
        is_as_before.then(|| {
            let Plan { read, shadowed, forget } = of_folder(scan, &self.known, false, now.as_second());
            let seen = read.into_iter().chain(shadowed.into_iter().map(|(entry, _)| entry)).map(|entry| entry.path);
            seen.chain(forget).collect()
        })
    }

    /// Returns whether the index knows any file.
    #[must_use]
    pub fn knows_files(&self) -> bool {
        !self.known.is_empty()
    }

    /// Compares the folder with the index within `scope`, and makes the index equal to the folder.
    ///
    /// Calls `progress` with the number of files done and the total.
    ///
    /// # Errors
    /// If the folder or the index cannot be used. Then no change since the last commit is visible, and the next refresh
    /// repeats the work.
    pub fn refresh(&mut self, scope: &Scope, now: Timestamp, progress: ProgressFn<'_>) -> Result<Report, RefreshError> {
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
        let mut run = Run { now, progress, report: Report::default(), seen: false, put: FxHashSet::default() };
        self.execute(&plan, scope, &mut run).inspect_err(|error| {
            self.board.change(|status| status.progress = None);
            if matches!(error, RefreshError::Interrupted) {
                return;
            }
            self.unsettled = true;
            // On failure, the next refresh tries again before anything else.
            _ = self.settle();
        })?;
        if *scope == Scope::All {
            self.indexer.take_over()?;
            self.whole = true;
        }
        let report = Report { took: started.elapsed(), ..run.report };
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

    /// Clears away the remains of a failed refresh: documents put but not committed must not become visible with a
    /// later commit. Reads the records of the files again, since they may have been committed nevertheless.
    fn settle(&mut self) -> Result<(), RefreshError> {
        if self.unsettled {
            self.indexer.roll_back()?;
            self.known = Records::new(self.engine.searcher()?.files()?.into_values());
            self.unsettled = false;
        }
        Ok(())
    }

    /// Returns the plan for a refresh without applying it.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn compare(&mut self, scope: &Scope, now: Timestamp) -> Result<Plan, RefreshError> {
        let seconds = now.as_second();
        match scope {
            Scope::All => {
                let scan = self.source.folder().scan().map_err(|error| folder_error(&self.source, error))?;
                self.around = Surroundings::of(&scan);
                self.known.mark_findings_changed();
                Ok(of_folder(&scan, &self.known, self.distrust, seconds))
            }
            Scope::Paths(paths) => {
                let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
                let mut known: BTreeMap<&str, &FileRecord> = BTreeMap::new();
                let mut files = BTreeSet::new();
                let folder = self.source.folder();
                // Where a link appeared or disappeared, or something is or was unreadable, the whole folder is
                // compared.
                let mut doubtful = paths.iter().any(|path| folder.is_link(path) || self.around.touches(path));
                let paths = paths.iter().flat_map(|path| self.around.with_links(path));
                for path in paths.flat_map(|path| self.with_namesakes(&path)) {
                    match folder.look(&path).map_err(|error| folder_error(&self.source, error))? {
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
                    // An event named the file; its timestamps may be too coarse to show the change.
                    files.contains(path) && known.get(path).is_some_and(|record| !is_shadowed(record))
                });
                Ok(plan)
            }
        }
    }

    /// Returns the path, and the paths of files that would have the same id.
    fn with_namesakes(&self, path: &str) -> BTreeSet<String> {
        let mut paths = BTreeSet::from([path.to_owned()]);
        let id = PostId::of_path(path);
        if id.as_str() != path {
            paths.extend(MARKDOWN.iter().chain(&HTML).map(|extension| format!("{id}.{extension}")));
            let known = self.known.with_prefix(format!("{id}.")).map(|(path, _)| path);
            paths.extend(known.filter(|known| PostId::of_path(known) == id).cloned());
        }
        paths
    }

    /// Applies a plan, tokenizes posts with added or removed words again, and commits.
    fn execute(&mut self, plan: &Plan, scope: &Scope, run: &mut Run<'_>) -> Result<(), RefreshError> {
        // Most files that are read again are unchanged.
        let new = plan.read.iter().filter(|entry| !self.known.has(&entry.path));
        let bytes = new.map(|entry| entry.size).sum();
        if bytes > CHECK_SPACE_BYTES {
            self.engine.has_room_for(bytes)?;
        }
        if self.site_words_changed {
            self.use_words()?;
            self.site_words_changed = false;
        }
        let before = self.engine.searcher()?;
        if !plan.is_empty() {
            self.apply(plan, run)?;
        }
        self.tokenize_again(&before, run)?;
        let settings = self.source.fingerprint();
        let new_settings = *scope == Scope::All && self.engine.settings()?.as_deref() != Some(&settings);
        if run.report.changed() || run.seen || new_settings || self.indexer.words_differ() {
            if *scope == Scope::All {
                self.indexer.read_with(&settings);
            }
            self.indexer.commit()?;
        }
        if *scope == Scope::All {
            self.distrust = false;
        }
        // The changed posts change the learned vocabulary, and other posts may contain its words.
        if run.report.changed() {
            self.use_words()?;
            run.put.clear();
            self.tokenize_again(&self.engine.searcher()?, run)?;
            if self.indexer.words_differ() {
                self.indexer.commit()?;
            }
        }
        Ok(())
    }

    fn apply(&mut self, plan: &Plan, run: &mut Run<'_>) -> Result<(), RefreshError> {
        // The vocabulary of a first build is learned before its posts are tokenized, so that none is tokenized twice.
        let is_first = self.known.is_empty();
        let is_one_batch = batch_length(&plan.read) == plan.read.len();
        for path in &plan.forget {
            self.indexer.remove(path)?;
            self.known.remove(path);
        }
        run.report.forgotten = plan.forget.len();
        for (entry, owner) in &plan.shadowed {
            let record = shadowed_record(entry, owner);
            self.indexer.put(&record, None, self.known.has(&entry.path), false)?;
            self.known.put(Known { record, searchable: false });
            run.report.without_post += 1;
        }
        let (now, board) = (run.now, self.board.clone());
        if is_first {
            self.learn_compression(&plan.read, run)?;
        }
        if is_first && !is_one_batch {
            self.learn_ahead(&plan.read, run)?;
        }
        let reporter = Reporter::begin(&board, run.progress, Phase::Reading, plan.read.len());
        let mut rest = plan.read.as_slice();
        // A long build becomes visible step by step. Each commit ends the segments that are being written and waits for
        // the disk, so the steps grow.
        let (mut committed, mut interval) = (Instant::now(), COMMIT_INTERVAL);
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(batch_length(rest));
            rest = later;
            let (taken, posts) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
            let take = |done: Taken| {
                taken.lock().unwrap_or_else(PoisonError::into_inner).push(done);
                reporter.one_more();
            };
            let mut outcome = batch.par_iter().try_for_each(|entry| {
                self.may_go_on()?;
                match self.read(entry, now)? {
                    Read::Done(done) => take(done),
                    Read::Post(post) => posts.lock().unwrap_or_else(PoisonError::into_inner).push(post),
                }
                Ok(())
            });
            let posts = posts.into_inner().unwrap_or_else(PoisonError::into_inner);
            if outcome.is_ok() && is_first && is_one_batch {
                self.learn(&posts);
            }
            if outcome.is_ok() {
                outcome = posts.into_par_iter().try_for_each(|post| {
                    self.may_go_on()?;
                    take(self.put(*post)?);
                    Ok(())
                });
            }
            self.record(taken.into_inner().unwrap_or_else(PoisonError::into_inner), run);
            if matches!(outcome, Err(RefreshError::Interrupted)) {
                // An interrupted build continues from here at the next start.
                self.indexer.commit()?;
            }
            outcome?;
            if !rest.is_empty() && committed.elapsed() > interval {
                self.indexer.commit()?;
                self.publish();
                interval *= 2;
                committed = Instant::now();
            }
        }
        Ok(())
    }

    /// Fails if the refresh was told to stop.
    fn may_go_on(&self) -> Result<(), RefreshError> {
        if self.stop.load(Ordering::Relaxed) { Err(RefreshError::Interrupted) } else { Ok(()) }
    }

    /// Records what became of files.
    fn record(&mut self, taken: Vec<Taken>, run: &mut Run<'_>) {
        let report = &mut run.report;
        for (known, what, bytes) in taken {
            report.bytes += bytes;
            match what {
                Outcome::Gone => {
                    report.forgotten += usize::from(self.known.has(&known.record.path));
                    self.known.remove(&known.record.path);
                    continue;
                }
                Outcome::Put => {
                    report.put += 1;
                    run.put.insert(known.record.path.clone());
                }
                Outcome::Same => report.same += 1,
                Outcome::Seen => {
                    report.same += 1;
                    run.seen = true;
                }
                Outcome::WithoutPost => report.without_post += 1,
            }
            self.known.put(known);
        }
    }

    /// Puts the totals and findings on the board.
    fn publish(&mut self) {
        let mut totals = self.known.totals();
        self.around.add_to(&mut totals, |path| self.known.has(path));
        let news = self.known.changed_findings(&self.besides());
        self.board.change(|status| {
            status.totals = totals;
            if let Some(findings) = news {
                status.findings = Arc::new(findings);
            }
        });
    }

    /// Returns the findings about the site's configuration and about folders.
    fn besides(&self) -> Vec<Diagnostic> {
        self.source.findings().iter().chain(self.around.failures()).cloned().collect()
    }

    /// Returns all findings about files and about the site's configuration, by path.
    #[must_use]
    pub fn findings(&self) -> Vec<Diagnostic> {
        let mut findings = self.besides();
        findings.extend(self.known.all_findings().cloned());
        findings.sort();
        findings
    }
}
