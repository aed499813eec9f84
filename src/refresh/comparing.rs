//! Compares the index with the folder without writing. Reads every file and trusts no timestamp, unlike a refresh.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use jiff::Timestamp;
use rayon::prelude::*;

use super::{ProgressFn, RefreshError, folder_error, plan::is_shadowed, reading::has_panicked};
use crate::{
    content::{Source, Visibility},
    engine::{Damage, EngineError, Known, Searcher},
};

/// Returns the files that differ from the index, each with its difference. Restricted to `paths` if they are given.
///
/// # Errors
/// If the folder or the index cannot be read.
pub fn differences(
    source: &Source,
    searcher: &Searcher,
    now: Timestamp,
    paths: Option<&BTreeSet<String>>,
    progress: ProgressFn<'_>,
) -> Result<Vec<Damage>, RefreshError> {
    let known = searcher.files()?;
    let scan = source.folder().scan().map_err(|error| folder_error(source, error))?;
    let asked = |path: &str| paths.is_none_or(|paths| paths.contains(path));
    let entries: Vec<_> = scan.entries.iter().filter(|entry| asked(&entry.path)).collect();
    let there: BTreeSet<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    let damage = |file: &str, what: &str| Damage { file: file.to_owned(), what: what.to_owned() };
    let gone = known.keys().filter(|path| asked(path) && !there.contains(path.as_str()));
    let mut found: Vec<Damage> =
        gone.map(|path| damage(path, "is in the index, but not in the posts folder")).collect();
    let done = AtomicUsize::new(0);
    let differing: Result<Vec<Option<Damage>>, EngineError> = entries
        .par_iter()
        .map(|entry| {
            let path = entry.path.as_str();
            let what = match known.get(path) {
                None => Some("is not in the index"),
                Some(known) => differs(source, searcher, path, known, now)?,
            };
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, entries.len());
            Ok(what.map(|what| damage(path, what)))
        })
        .collect();
    found.extend(differing?.into_iter().flatten());
    found.sort();
    Ok(found)
}

/// Returns how a file differs from its record, if it does.
fn differs(
    source: &Source,
    searcher: &Searcher,
    path: &str,
    known: &Known,
    now: Timestamp,
) -> Result<Option<&'static str>, EngineError> {
    let record = &known.record;
    // There is nothing to compare for a file that is unreadable, or that was not read because another file has its id.
    let Ok(bytes) = source.folder().read(path) else { return Ok(None) };
    if is_shadowed(record) || has_panicked(record) {
        return Ok(None);
    }
    if record.fingerprint.hash != source.hash(path, &bytes).0 {
        return Ok(Some("is another in the index than in the posts folder"));
    }
    let parsed = source.parse(path, &bytes);
    let visible = matches!(parsed.visibility(now), Visibility::Visible { .. });
    // The index may keep the last good version of a broken post.
    if known.record.reason.is_some() || parsed.broken {
        let hidden = !visible && !parsed.broken && known.searchable && parsed.post.is_some();
        return Ok(hidden.then_some("is to be hidden, but can be found"));
    }
    if !visible {
        return Ok(Some("is to be hidden, but can be found"));
    }
    let stored = searcher.post(&record.id())?;
    Ok((stored != parsed.post).then_some("gives another post than the one in the index"))
}
