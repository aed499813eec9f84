//! The status of the refresher for users: progress, totals, findings, failures.
//!
//! The refresher writes the status on a [`Board`]; the command line and the HTTP service read it there.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;

use super::ProgressFn;
use crate::content::diagnostic::{Code, Diagnostic};

/// The result of a refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Files with a post put into the index, new or changed.
    pub put: usize,
    /// Files read that are unchanged.
    pub same: usize,
    /// Files that gave no post.
    pub without_post: usize,
    /// Posts tokenized again because of added or removed words.
    pub retokenized: usize,
    /// Files removed from the index.
    pub forgotten: usize,
    /// Bytes read.
    pub bytes: u64,
    /// Duration of the refresh.
    pub took: Duration,
}

impl Report {
    /// Returns whether the refresh changed the index.
    #[must_use]
    pub const fn changed(&self) -> bool {
        self.put + self.without_post + self.forgotten + self.retokenized > 0
    }
}

/// Numbers of files by state. `indexed + skipped + failed` is `files`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// All files in the folders that are searched for posts.
    pub files: usize,
    /// Files with a searchable post, including `stale` ones.
    pub indexed: usize,
    /// Files left out, by reason: front matter, dates, and `not-markdown`.
    pub skipped: BTreeMap<&'static str, usize>,
    /// Files without a post because of an error, and without a searchable earlier version.
    pub failed: usize,
    /// Unreadable or broken files with a searchable last good version.
    pub stale: usize,
    /// Folders left out by rule, and links that are dangling or lead out of the folder.
    pub left_out: Arc<[String]>,
}

/// Findings about files and about the site's configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Number of findings.
    pub total: usize,
    /// The first findings: the most severe first, then by path.
    pub first: Vec<Diagnostic>,
    /// Number and files of the findings of each code.
    pub by_code: BTreeMap<Code, CodeFindings>,
}

/// The findings of one code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeFindings {
    /// Number of findings.
    pub count: usize,
    /// The first files with such a finding, by path.
    pub paths: Vec<String>,
}

/// The failure that keeps the index from being equal to the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The last error, in words.
    pub words: String,
    /// Time of the first failure since the last success.
    pub since: Timestamp,
    /// Time of the next attempt.
    pub retry_at: Option<Timestamp>,
}

/// The phase of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Learning the vocabulary from the files of a first build.
    Learning,
    /// Reading files and putting their posts into the index.
    #[default]
    Reading,
    /// Tokenizing posts with added or removed words again.
    Retokenizing,
}

impl Phase {
    /// Returns the stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Learning => "learning",
            Self::Reading => "reading",
            Self::Retokenizing => "cutting",
        }
    }
}

/// The progress of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The current phase.
    pub phase: Phase,
    /// Number of files done in this phase.
    pub done: usize,
    /// Number of files of this phase.
    pub total: usize,
}

/// How changes of the folder are noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watcher {
    /// The stable name: `events` or `polling`.
    pub kind: &'static str,
    /// The reason if the kind is not `events`, in words.
    pub why: Option<String>,
}

/// Numbers of refreshes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Refreshes {
    /// Refreshes that ended, failed ones included.
    pub total: u64,
    /// Refreshes that failed.
    pub failed: u64,
}

/// The status of the refresher.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// Whether the whole folder has been compared since the start.
    pub ready: bool,
    /// Progress of a running refresh.
    pub progress: Option<Progress>,
    /// Numbers of files by state.
    pub totals: Totals,
    /// Findings about files and about the site's configuration.
    pub findings: Arc<Findings>,
    /// End of the last refresh, its result, and whether it compared the whole folder.
    pub last: Option<(Timestamp, Report, bool)>,
    /// Numbers of refreshes.
    pub refreshes: Refreshes,
    /// The failure of the last refresh; `None` if it succeeded.
    pub failure: Option<Failure>,
    /// Why the settings in use are older than their files, in words; `None` if they are not.
    pub settings_unread: Option<String>,
    /// Changes that the running refresh is making visible.
    pub taken: Changes,
    /// Changes left for the next refresh.
    pub noticed: Changes,
    /// How changes are noticed; `None` before the watcher starts.
    pub watcher: Option<Watcher>,
    /// Name of the generation that is kept equal to the folder. Until that generation is complete, an earlier one may
    /// answer searches.
    pub generation: String,
    /// Why the index was built again, in words.
    pub rebuilt: Option<String>,
}

/// The latest status. Cheap to share.
#[derive(Debug, Clone, Default)]
pub struct Board {
    status: Arc<RwLock<Arc<Status>>>,
}

impl Board {
    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> Arc<Status> {
        self.status.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Status)) {
        let mut held = self.status.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut held));
    }

    /// Records that files changed, and since when. `files` may be 0 if their number is unknown. The next refresh that
    /// begins after this call and succeeds clears the record.
    pub fn notice(&self, files: usize, since: Instant) {
        self.change(|status| status.noticed.add(Changes { files, since: Some(since) }));
    }

    /// Records why the settings in use are older than their files, or `None` if they are not.
    pub fn settings_unread(&self, words: Option<String>) {
        self.change(|status| status.settings_unread = words);
    }

    /// Records that a refresh failed. The next success clears the record.
    pub fn fail(&self, words: String) {
        self.change(|status| {
            let since = status.failure.as_ref().map_or_else(Timestamp::now, |failure| failure.since);
            status.failure = Some(Failure { words, since, retry_at: None });
            status.refreshes.total += 1;
            status.refreshes.failed += 1;
            // It is unknown what has changed since.
            status.taken.since.get_or_insert_with(Instant::now);
        });
    }

    /// Records after how long a failed refresh is tried again.
    pub fn retry_in(&self, wait: Duration) {
        let at = Timestamp::now().checked_add(wait).ok();
        self.change(|status| {
            if let Some(failure) = &mut status.failure {
                failure.retry_at = at;
            }
        });
    }

    /// Returns the phase of a running refresh.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.status().progress.map(|progress| progress.phase).unwrap_or_default()
    }

    /// Records how changes are noticed.
    pub fn watched_by(&self, watcher: Watcher) {
        self.change(|status| status.watcher = Some(watcher));
    }
}

impl Status {
    /// Returns the number of files with known changes that are not visible yet.
    #[must_use]
    pub const fn pending(&self) -> usize {
        self.taken.files.saturating_add(self.noticed.files)
    }

    /// Returns the age of the oldest known change that is not visible yet; zero if there is none.
    #[must_use]
    pub fn lag(&self) -> Duration {
        let since = [self.taken.since, self.noticed.since].into_iter().flatten().min();
        since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Returns whether the folder was compared and all known changes are visible.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        let behind = self.taken.since.is_some() || self.noticed.since.is_some();
        self.ready && !behind && self.failure.is_none() && self.settings_unread.is_none()
    }
}

/// Changes that are not visible yet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Changes {
    /// Number of files.
    pub files: usize,
    /// Time of the first change.
    pub since: Option<Instant>,
}

impl Changes {
    pub(super) fn add(&mut self, more: Self) {
        self.files = self.files.saturating_add(more.files);
        self.since = [self.since, more.since].into_iter().flatten().min();
    }
}

/// Reports the progress of a phase: to the caller for each file, to the board at intervals.
pub(super) struct Reporter<'a> {
    board: &'a Board,
    caller: ProgressFn<'a>,
    phase: Phase,
    done: AtomicUsize,
    total: usize,
}

impl<'a> Reporter<'a> {
    /// Number of files between two reports to the board.
    const EACH: usize = 64;

    pub(super) fn begin(board: &'a Board, caller: ProgressFn<'a>, phase: Phase, total: usize) -> Self {
        let reporter = Self { board, caller, phase, done: AtomicUsize::new(0), total };
        reporter.tell(0);
        reporter
    }

    /// Counts one more file as done.
    pub(super) fn one_more(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(Self::EACH) {
            self.tell(done);
        } else {
            (self.caller)(done, self.total);
        }
    }

    fn tell(&self, done: usize) {
        let (phase, total) = (self.phase, self.total);
        self.board.change(|status| {
            status.progress = Some(Progress { phase, done, total });
            if phase != Phase::Learning {
                status.taken.files = total - done;
            }
        });
        (self.caller)(done, total);
    }
}
