//! Forecasts what a refresh would do.
//!
//! Reads the same files as a refresh and writes nothing. So it needs no lock and can run beside a process that writes.
//! The words that the changed posts would add to the learned vocabulary are not known in advance. So the posts to
//! tokenize again are counted for the words added or removed until now.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::{
    ProgressFn, RefreshError, folder_error,
    plan::{is_shadowed, of_folder},
    reading::reason_and_due,
    records::Records,
};
use crate::{
    content::{Source, folder::Entry},
    engine::{Engine, FileRecord},
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
pub struct FileForecast {
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
    pub files: Vec<FileForecast>,
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

/// Forecasts a refresh of an index, or the first build if there is no index. `site_words` are the words configured for
/// the site. Calls `progress` with the number of files read and the total.
///
/// # Errors
/// If the folder or the index cannot be read.
pub fn foresee(
    source: &Source,
    engine: Option<&Engine>,
    site_words: &Dictionary,
    now: Timestamp,
    progress: ProgressFn<'_>,
) -> Result<Forecast, RefreshError> {
    let searcher = engine.map(Engine::searcher).transpose()?;
    let files = searcher.as_ref().map(|searcher| searcher.files()).transpose()?.unwrap_or_default();
    let known = Records::new(files.into_values());
    let settings = engine.map(Engine::settings).transpose()?.flatten();
    let distrust = settings.is_some_and(|settings| settings != source.fingerprint());
    let scan = source.folder().scan().map_err(|error| folder_error(source, error))?;
    let plan = of_folder(&scan, &known, distrust, now.as_second());
    let (total, done) = (plan.read.len(), AtomicUsize::new(0));
    let mut files: Vec<FileForecast> = plan
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
        FileForecast { path: entry.path.clone(), action: Action::Note, why }
    }));
    let gone = |path: &String| FileForecast { path: path.clone(), action: Action::Forget, why: "gone".to_owned() };
    files.extend(plan.forget.iter().map(gone));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut forecast =
        Forecast { unchanged: scan.entries.len() + plan.forget.len() - files.len(), files, ..Forecast::default() };
    if let (Some(engine), Some(searcher)) = (engine, &searcher) {
        let learned = searcher.learned()?;
        let changed = engine.changed_words(&site_words.with_learned(learned.iter().map(String::as_str)))?;
        if !changed.is_empty() {
            let files = forecast.files.iter().filter(|file| matches!(file.action, Action::Put | Action::Forget));
            let otherwise: FxHashSet<&str> = files.map(|file| file.path.as_str()).collect();
            let posts = searcher.posts_containing(&changed)?;
            forecast.retokenized = posts.iter().filter(|post| !otherwise.contains(post.path.as_str())).count();
            forecast.words = changed.words.into_iter().take(Forecast::MAX_WORDS).collect();
        }
    }
    Ok(forecast)
}

fn of_file(source: &Source, entry: &Entry, known: &Records, distrust: bool, now: Timestamp) -> FileForecast {
    let foreseen = |action, why: String| FileForecast { path: entry.path.clone(), action, why };
    let before = known.get(&entry.path);
    let bytes = match source.folder().read(&entry.path) {
        Ok(bytes) => bytes,
        Err(finding) => return foreseen(Action::Note, finding.message),
    };
    let hash = source.hash(&entry.path, &bytes).0;
    let Some(cause) = cause(before.map(|known| &known.record), hash, distrust, now) else {
        return foreseen(Action::Read, "perhaps changed, but has the same content".to_owned());
    };
    let parsed = source.parse(&entry.path, &bytes);
    match reason_and_due(&parsed, now, before.is_some_and(|known| known.searchable)).0 {
        None => foreseen(Action::Put, cause.to_owned()),
        Some(reason) => foreseen(Action::Note, format!("{cause}, {}", reason.as_str())),
    }
}

/// Returns why a refresh would parse a file, in words; `None` if the content is the same and the file is not due.
fn cause(before: Option<&FileRecord>, hash: u64, distrust: bool, now: Timestamp) -> Option<&'static str> {
    let Some(record) = before else { return Some("new") };
    if is_shadowed(record) {
        return Some("no other file has its post id any more");
    }
    match record.fingerprint.hash {
        0 => Some("could not be read before"),
        known if known != hash => Some("changed"),
        _ if distrust => Some("the settings have changed"),
        _ if record.due.is_some_and(|due| due <= now.as_second()) => Some("its time has come"),
        _ => None,
    }
}
