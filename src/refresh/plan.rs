//! The plan of a refresh: a pure comparison of the files of the folder with the records of the index.

use std::collections::{BTreeMap, BTreeSet, hash_map};

use rustc_hash::FxHashMap;

use super::{records::Records, surroundings::is_within};
use crate::{
    content::{
        diagnostic::{Code, Diagnostic},
        folder::{Entry, Scan},
    },
    engine::FileRecord,
    post::PostId,
};

/// The actions of a refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Files to read, in the order of their paths.
    pub read: Vec<Entry>,
    /// Files to record as failed without reading, since another file has the same id: each with the path of that file.
    pub shadowed: Vec<(Entry, String)>,
    /// Paths to remove from the index.
    pub forget: Vec<String>,
}

impl Plan {
    /// Returns the number of files with an action.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read.len() + self.shadowed.len() + self.forget.len()
    }

    /// Adds the `entries` named by `wanted` to the files to read.
    pub(super) fn read_all(&mut self, entries: &[Entry], wanted: impl Fn(&str) -> bool) {
        let read: BTreeSet<String> = self.read.iter().map(|entry| entry.path.clone()).collect();
        let shadowed: BTreeSet<&str> = self.shadowed.iter().map(|(entry, _)| entry.path.as_str()).collect();
        let more = entries
            .iter()
            .filter(|Entry { path, .. }| wanted(path) && !read.contains(path) && !shadowed.contains(path.as_str()));
        self.read.extend(more.cloned());
        self.read.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    }

    /// Returns whether there is no action.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Returns the plan for the files of a scope. `entries`, sorted by path, are all files in the scope; `known` are the
/// records of the same scope. `seconds` is the current time in seconds since 1970.
///
/// Of two files with the same id, the first by path gives the post.
#[must_use]
pub fn plan(entries: &[Entry], known: &BTreeMap<&str, &FileRecord>, seconds: i64) -> Plan {
    let mut plan = Plan::default();
    let mut owners: FxHashMap<PostId, &str> = FxHashMap::default();
    let mut present = BTreeSet::new();
    for entry in entries {
        present.insert(entry.path.as_str());
        let record = known.get(entry.path.as_str()).copied();
        let unchanged = record.is_some_and(|record| {
            let print = record.fingerprint;
            (print.size, print.modified, print.inode) == (entry.size, entry.times(), entry.inode)
                && record.due.is_none_or(|due| due > seconds)
                // A file that was unreadable may be readable now, with the same timestamp.
                && (print.hash != 0 || is_shadowed(record))
        });
        let was_shadowed = record.is_some_and(is_shadowed);
        match owners.entry(PostId::of_path(&entry.path)) {
            hash_map::Entry::Occupied(owner) => {
                if !(unchanged && was_shadowed) {
                    plan.shadowed.push((entry.clone(), (*owner.get()).to_owned()));
                }
            }
            hash_map::Entry::Vacant(place) => {
                place.insert(&entry.path);
                if !unchanged || was_shadowed {
                    plan.read.push(entry.clone());
                }
            }
        }
    }
    plan.forget = known.keys().filter(|path| !present.contains(*path)).map(|&path| path.to_owned()).collect();
    plan
}

/// Returns the plan for the whole folder. With `distrust`, every file is read, even with an unchanged fingerprint.
pub(super) fn of_folder(scan: &Scan, records: &Records, distrust: bool, seconds: i64) -> Plan {
    let known = records.iter().map(|(path, known)| (path.as_str(), &known.record)).collect();
    let mut plan = plan(&scan.entries, &known, seconds);
    if distrust {
        plan.read_all(&scan.entries, |path| !known.get(path).is_some_and(|record| is_shadowed(record)));
    }
    keep_unreadable(&mut plan, &scan.failures);
    plan
}

/// Keeps files in the index that could not be examined, or that are below an unreadable folder: they may still exist.
fn keep_unreadable(plan: &mut Plan, failures: &[Diagnostic]) {
    let closed = failures.iter().filter(|failure| failure.code != Code::FileNameInvalid);
    let closed: Vec<&str> = closed.map(|failure| failure.path.as_str()).collect();
    plan.forget.retain(|path| !closed.iter().any(|closed| is_within(path, closed)));
}

/// Returns whether a file was not read because another file has its post id.
pub(super) fn is_shadowed(record: &FileRecord) -> bool {
    record.findings.iter().any(|finding| finding.code == Code::IdDuplicate)
}
