//! What to tell people of the state of things.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;

use crate::content::diagnostic::{Code, Diagnostic};

/// What a refresh did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Files whose post was put into the index, for the first time or anew.
    pub put: usize,
    /// Files read and found to give the same as before.
    pub same: usize,
    /// Files that gave no post.
    pub without_post: usize,
    /// Posts that were cut again since words that they hold came or went.
    pub tokenize_again: usize,
    /// Files forgotten.
    pub forgotten: usize,
    /// Bytes read.
    pub bytes: u64,
    /// How long it took.
    pub took: Duration,
}

impl Report {
    /// Returns whether the index is other than before.
    #[must_use]
    pub const fn changed(&self) -> bool {
        self.put + self.without_post + self.forgotten + self.tokenize_again > 0
    }
}

/// How the files of the folder stand. `indexed + skipped + failed` is `files`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// All files in the folders that are looked into.
    pub files: usize,
    /// Files whose post can be found; `stale` ones among them.
    pub indexed: usize,
    /// Files left out, by reason: front matter, dates, and `not-markdown`.
    pub skipped: BTreeMap<&'static str, usize>,
    /// Files that gave no post because of an error, and of which no earlier version can be found.
    pub failed: usize,
    /// Files that became unreadable or broken and are found by their last good version.
    pub stale: usize,
    /// Folders left out by rule, and links that lead nowhere or out of the folder.
    pub left_out: Arc<[String]>,
}

/// What was found about files and about the site's configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// How many there are.
    pub total: usize,
    /// The first of them, gravest first, then by path.
    pub first: Vec<Diagnostic>,
    /// How many there are of each code, and where.
    pub by_code: BTreeMap<Code, OfCode>,
}

impl Findings {
    /// The most that are listed.
    pub const MOST: usize = 1_000;
}

/// The findings of one code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfCode {
    /// How many there are.
    pub count: usize,
    /// The first files that have one, by path.
    pub paths: Vec<String>,
}

impl OfCode {
    /// The most paths that are listed.
    pub const MOST: usize = 10;
}

/// Why the index is not what the folder is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// What went wrong last, in words.
    pub words: String,
    /// Since when nothing went well.
    pub since: Timestamp,
    /// When it is tried again.
    pub retry_at: Option<Timestamp>,
}

/// What a refresh is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// It finds out what words the files of a first build teach.
    Learning,
    /// It reads files and puts their posts into the index.
    #[default]
    Reading,
    /// It cuts posts again that hold words which came or went.
    Cutting,
}

impl Phase {
    /// Returns the stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Learning => "learning",
            Self::Reading => "reading",
            Self::Cutting => "cutting",
        }
    }
}

/// How far a refresh is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is at.
    pub phase: Phase,
    /// How many files are done with that.
    pub done: usize,
    /// Of how many.
    pub total: usize,
}

/// How changes are noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watcher {
    /// The stable name: `events` or `polling`.
    pub kind: &'static str,
    /// Why it is not `events`, in words.
    pub why: Option<String>,
}

/// How often the folder was compared with the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Refreshes {
    /// How often that was begun and ended.
    pub total: u64,
    /// How often it failed.
    pub failed: u64,
}

/// What to tell people of the state of things.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// Whether the folder has been compared in full since the start.
    pub ready: bool,
    /// How far a running refresh is.
    pub progress: Option<Progress>,
    /// How the files stand.
    pub totals: Totals,
    /// What was found about files and about the site's configuration.
    pub findings: Arc<Findings>,
    /// When the last refresh ended, what it did, and whether it looked everywhere.
    pub last: Option<(Timestamp, Report, bool)>,
    /// How many refreshes there were.
    pub refreshes: Refreshes,
    /// Why the last refresh failed; `None` when it did not.
    pub failure: Option<Failing>,
    /// Why the settings in use are older than their files, in words; `None` when they are not.
    pub settings_unread: Option<String>,
    /// Changes that a refresh is making visible.
    pub taken: Changes,
    /// Changes that the next refresh will look at.
    pub noticed: Changes,
    /// How changes are noticed; `None` before anybody watches.
    pub watcher: Option<Watcher>,
    /// The name of the generation that is kept equal to the folder. Until it is whole, an earlier one may answer.
    pub generation: String,
    /// Why the index was built anew, in words.
    pub rebuilt: Option<String>,
}

/// The status, as the refresher last said it. Cheap to share.
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

    /// Says that files changed, as far as is known, and since when; `files` may be 0 when it is not known which. The next
    /// refresh that begins and succeeds takes it back.
    pub fn notice(&self, files: usize, since: Instant) {
        self.change(|status| status.noticed.add(Changes { files, since: Some(since) }));
    }

    /// Says why the settings in use are older than their files, or that they are not.
    pub fn settings_unread(&self, words: Option<String>) {
        self.change(|status| status.settings_unread = words);
    }

    /// Says that a refresh failed; the next that succeeds takes it back.
    pub fn fail(&self, words: String) {
        self.change(|status| {
            let since = status.failure.as_ref().map_or_else(Timestamp::now, |failure| failure.since);
            status.failure = Some(Failing { words, since, retry_at: None });
            status.refreshes.total += 1;
            status.refreshes.failed += 1;
            // What has changed meanwhile is not known.
            status.taken.since.get_or_insert_with(Instant::now);
        });
    }

    /// Says after what time a refresh that failed is tried again.
    pub fn retry_in(&self, wait: Duration) {
        let at = Timestamp::now().checked_add(wait).ok();
        self.change(|status| {
            if let Some(failure) = &mut status.failure {
                failure.retry_at = at;
            }
        });
    }

    /// Returns what a running refresh is at.
    #[must_use]
    pub fn phase(&self) -> Phase {
        let held = self.status.read().unwrap_or_else(PoisonError::into_inner);
        held.progress.map(|progress| progress.phase).unwrap_or_default()
    }

    /// Says how changes are noticed.
    pub fn watched_by(&self, watcher: Watcher) {
        self.change(|status| status.watcher = Some(watcher));
    }
}

impl Status {
    /// Returns how many files are known to have changed without being visible.
    #[must_use]
    pub const fn pending(&self) -> usize {
        self.taken.files.saturating_add(self.noticed.files)
    }

    /// Returns for how long something is known to have changed without being visible; zero when nothing is.
    #[must_use]
    pub fn lag(&self) -> Duration {
        let since = [self.taken.since, self.noticed.since].into_iter().flatten().min();
        since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Returns whether the folder was compared, and all that is known to have changed is visible.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        let behind = self.taken.since.is_some() || self.noticed.since.is_some();
        self.ready && !behind && self.failure.is_none() && self.settings_unread.is_none()
    }
}

/// Changes that are not visible.
#[derive(Debug, Clone, Copy, Default)]
pub struct Changes {
    /// How many files.
    pub files: usize,
    /// Since when.
    pub since: Option<Instant>,
}

impl Changes {
    pub(super) fn add(&mut self, more: Self) {
        self.files = self.files.saturating_add(more.files);
        self.since = [self.since, more.since].into_iter().flatten().min();
    }
}

/// Tells how far a phase is: everyone who looks at the board from time to time, the caller each time.
pub(super) struct Telling<'a> {
    board: &'a Board,
    caller: &'a (dyn Fn(usize, usize) + Sync),
    phase: Phase,
    done: AtomicUsize,
    total: usize,
}

impl<'a> Telling<'a> {
    /// How many files are done between two looks.
    const EACH: usize = 64;

    pub(super) fn begin(
        board: &'a Board,
        caller: &'a (dyn Fn(usize, usize) + Sync),
        phase: Phase,
        total: usize,
    ) -> Self {
        let telling = Self { board, caller, phase, done: AtomicUsize::new(0), total };
        telling.tell(0);
        telling
    }

    /// Says that one more is done.
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
