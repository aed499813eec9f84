//! What to tell people of the state of things.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jiff::Timestamp;

use crate::content::diagnostic::Diagnostic;

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
    pub cut_again: usize,
    /// Files forgotten.
    pub forgotten: usize,
    /// Bytes read.
    pub bytes: u64,
    /// How long it took.
    pub took: Duration,
}

impl Report {
    /// Says whether the index is other than before.
    #[must_use]
    pub const fn changed(&self) -> bool {
        self.put + self.without_post + self.forgotten + self.cut_again > 0
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
    pub left_out: Vec<String>,
}

/// What to tell people of the state of things.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// Whether the folder has been compared in full since the start.
    pub ready: bool,
    /// How many files of a running refresh are done, of how many.
    pub progress: Option<(usize, usize)>,
    /// How the files stand.
    pub totals: Totals,
    /// Everything found about files and about the site's configuration, by path.
    pub findings: Vec<Diagnostic>,
    /// When the last refresh ended, what it did, and whether it looked everywhere.
    pub last: Option<(Timestamp, Report, bool)>,
    /// Why the last refresh failed, in words; `None` when it did not.
    pub failure: Option<String>,
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
    /// Gives the status.
    #[must_use]
    pub fn status(&self) -> Arc<Status> {
        self.status.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Status)) {
        let mut held = self.status.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut held));
    }

    /// Says that a refresh failed; the next that succeeds takes it back.
    pub fn fail(&self, words: String) {
        self.change(|status| status.failure = Some(words));
    }
}
