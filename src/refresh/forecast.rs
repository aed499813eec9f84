//! Forecasts what a refresh would do.
//!
//! Reads the same files as a refresh and writes nothing. So it needs no lock and can run beside a process that writes.
//! The words that the changed posts would add to the learned vocabulary are not known in advance. So the posts to
//! tokenize again are counted for the words added or removed until now.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use twox_hash::XxHash3_64;

use super::{
    RefreshError, folder_error,
    plan::{is_shadowed, of_folder},
    reading::reason_of,
    records::Records,
};
use crate::{
    content::{Source, Visibility, folder::Entry},
    engine::{Engine, FileRecord, Reason},
    text::Dictionary,
};

/// The action for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Put its post into the index, new or changed.
    Put,
    /// Record that the file gives no post, and why.
    Note,
    /// Remove the file from the index.
    Forget,
    /// Read the file again, without a change.
    Read,
}

/// One file of a forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// Path below the posts folder.
    pub path: String,
    /// The action for the file.
    pub action: Action,
    /// The reason, in words.
    pub why: String,
}

/// The forecast of a refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecast {
    /// The files with an action, by path.
    pub files: Vec<Foreseen>,
    /// Number of files without an action.
    pub unchanged: usize,
    /// Number of other posts to tokenize again because of added or removed words.
    pub retokenized: usize,
    /// The first of these words.
    pub words: Vec<String>,
}

impl Forecast {
    /// Upper bound on the number of words named.
    const MAX_WORDS: usize = 10;

    /// Returns the number of files with an action.
    #[must_use]
    pub fn count(&self, action: Action) -> usize {
        self.files.iter().filter(|file| file.action == action).count()
    }
}

/// Forecasts a refresh of an index, or the first build if there is no index. `said` are the words configured for the
/// site. Calls `progress` with the number of files read and the total.
///
/// # Errors
/// If the folder or the index cannot be read.
pub fn foresee(
    source: &Source,
    engine: Option<&Engine>,
    said: &Dictionary,
    now: Timestamp,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Forecast, RefreshError> {
    let searcher = engine.map(Engine::searcher).transpose()?;
    let files = searcher.as_ref().map(|searcher| searcher.files()).transpose()?.unwrap_or_default();
    let known = Records::new(files.into_values());
    let settings = engine.map(Engine::settings).transpose()?.flatten();
    let distrust = settings.is_some_and(|settings| settings != source.fingerprint());
    let scan = source.folder().scan().map_err(|error| folder_error(source, error))?;
    let plan = of_folder(&scan, &known, distrust, now.as_second());
    let (total, done) = (plan.read.len(), AtomicUsize::new(0));
    let mut files: Vec<Foreseen> = plan
        .read
        .par_iter()
        .map(|entry| {
            let foreseen = of_file(source, entry, &known, distrust, now);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            foreseen
        })
        .collect();
    files.extend(plan.shadowed.iter().map(|(entry, owner)| {
        let why = format!("`{owner}` has the same post id");
        Foreseen { path: entry.path.clone(), action: Action::Note, why }
    }));
    let gone = |path: &String| Foreseen { path: path.clone(), action: Action::Forget, why: "gone".to_owned() };
    files.extend(plan.forget.iter().map(gone));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut forecast =
        Forecast { unchanged: scan.entries.len() + plan.forget.len() - files.len(), files, ..Forecast::default() };
    if let (Some(engine), Some(searcher)) = (engine, &searcher) {
        let learned = searcher.learned()?;
        let changed = engine.changed_words(&said.with_learned(learned.iter().map(String::as_str)))?;
        if !changed.is_empty() {
            let files = forecast.files.iter().filter(|file| matches!(file.action, Action::Put | Action::Forget));
            let otherwise: FxHashSet<&str> = files.map(|file| file.path.as_str()).collect();
            let holders = searcher.posts_containing(&changed)?;
            forecast.retokenized = holders.iter().filter(|holder| !otherwise.contains(holder.path.as_str())).count();
            forecast.words = changed.words.into_iter().take(Forecast::MAX_WORDS).collect();
        }
    }
    Ok(forecast)
}

fn of_file(source: &Source, entry: &Entry, known: &Records, distrust: bool, now: Timestamp) -> Foreseen {
    let foreseen = |action, why: String| Foreseen { path: entry.path.clone(), action, why };
    let before = known.get(&entry.path);
    let bytes = match source.folder().read(&entry.path) {
        Ok(bytes) => bytes,
        Err(finding) => return foreseen(Action::Note, finding.message),
    };
    let hash = XxHash3_64::oneshot(&bytes);
    let cause = cause(before.map(|known| &known.record), hash, distrust, now);
    if cause == Cause::Same {
        return foreseen(Action::Read, cause.words().to_owned());
    }
    let parsed = source.parse(&entry.path, &bytes);
    let reason = match parsed.visibility(now) {
        Visibility::Visible { .. } if parsed.broken && before.is_some_and(|known| known.searchable) => Reason::Failed,
        Visibility::Visible { .. } => return foreseen(Action::Put, cause.words().to_owned()),
        Visibility::Hidden(hidden) => reason_of(hidden),
        Visibility::Future(_) => Reason::Future,
        Visibility::Expired => Reason::Expired,
        Visibility::Unusable => Reason::Failed,
    };
    foreseen(Action::Note, format!("{}, {}", cause.words(), reason.as_str()))
}

/// Why a refresh would read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    New,
    Changed,
    Same,
    Due,
    Settings,
    Unreadable,
    Alone,
}

impl Cause {
    const fn words(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Same => "perhaps changed, but has the same content",
            Self::Due => "its time has come",
            Self::Settings => "the settings have changed",
            Self::Unreadable => "could not be read before",
            Self::Alone => "no other file has its post id any more",
        }
    }
}

fn cause(before: Option<&FileRecord>, hash: u64, distrust: bool, now: Timestamp) -> Cause {
    let Some(record) = before else { return Cause::New };
    if is_shadowed(record) {
        return Cause::Alone;
    }
    match record.fingerprint.hash {
        0 => Cause::Unreadable,
        known if known != hash => Cause::Changed,
        _ if distrust => Cause::Settings,
        _ if record.due.is_some_and(|due| due <= now.as_second()) => Cause::Due,
        _ => Cause::Same,
    }
}
