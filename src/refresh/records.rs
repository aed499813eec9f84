//! The records of all files, with sums and indexes that change with the records.
//!
//! A refresh of one file must not walk through all records, however many there are. So the totals, the files that are
//! due and the files with findings are kept beside the records. Does not know where records come from.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, btree_map},
};

use super::status::{CodeFindings, Findings, Totals};
use crate::{
    content::diagnostic::{Code, Diagnostic, Severity},
    engine::{Known, Reason},
};

/// Upper bound on the number of findings listed.
const MAX_FINDINGS: usize = 1_000;
/// Upper bound on the number of paths listed for each code.
const MAX_PATHS: usize = 10;

/// The records of all files, by path.
#[derive(Debug, Default)]
pub(super) struct Records {
    files: BTreeMap<String, Known>,
    indexed: usize,
    stale: usize,
    failed: usize,
    skipped: BTreeMap<&'static str, usize>,
    /// Times at which unchanged files have to be read again.
    due: BTreeSet<(i64, String)>,
    /// The files with findings, by severity.
    by_severity: BTreeSet<(Reverse<Severity>, String)>,
    by_code: BTreeMap<Code, (usize, BTreeSet<String>)>,
    /// Whether the findings changed since [`Self::changed_findings`] was last called.
    findings_changed: bool,
}

impl Records {
    /// Takes the records of all files.
    pub(super) fn new(files: impl IntoIterator<Item = Known>) -> Self {
        let mut records = Self { findings_changed: true, ..Self::default() };
        files.into_iter().for_each(|known| records.put(known));
        records
    }

    /// Returns the record of a file.
    pub(super) fn get(&self, path: &str) -> Option<&Known> {
        self.files.get(path)
    }

    /// Returns whether a file has a record.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Returns whether there are no records.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Returns all records, by path.
    pub(super) fn iter(&self) -> btree_map::Iter<'_, String, Known> {
        self.files.iter()
    }

    /// Returns the records of the file at a path and of the files below it.
    pub(super) fn below(&self, path: &str) -> impl Iterator<Item = (&String, &Known)> {
        let folder = if path.is_empty() { String::new() } else { format!("{path}/") };
        self.files.get_key_value(path).into_iter().chain(self.with_prefix(folder))
    }

    /// Returns the records of the files whose paths have a prefix.
    pub(super) fn with_prefix(&self, prefix: String) -> impl Iterator<Item = (&String, &Known)> {
        self.files.range(prefix.clone()..).take_while(move |(path, _)| path.starts_with(&prefix))
    }

    /// Returns the unchanged files that have to be read again at a time in seconds since 1970.
    pub(super) fn due(&self, seconds: i64) -> impl Iterator<Item = &String> {
        self.due.iter().take_while(move |(due, _)| *due <= seconds).map(|(_, path)| path)
    }

    /// Puts a record in place of the previous one.
    pub(super) fn put(&mut self, known: Known) {
        let path = known.record.path.clone();
        self.remove(&path);
        self.count(&known, |sum| *sum += 1);
        if let Some(due) = known.record.due {
            self.due.insert((due, path.clone()));
        }
        for finding in &known.record.findings {
            self.by_severity.insert((Reverse(finding.severity()), path.clone()));
            let (count, paths) = self.by_code.entry(finding.code).or_default();
            *count += 1;
            paths.insert(path.clone());
        }
        self.findings_changed |= !known.record.findings.is_empty();
        self.files.insert(path, known);
    }

    /// Removes the record of a file.
    pub(super) fn remove(&mut self, path: &str) {
        let Some(known) = self.files.remove(path) else { return };
        self.count(&known, |sum| *sum = sum.saturating_sub(1));
        if let Some(due) = known.record.due {
            self.due.remove(&(due, path.to_owned()));
        }
        for finding in &known.record.findings {
            self.by_severity.remove(&(Reverse(finding.severity()), path.to_owned()));
            if let Some((count, paths)) = self.by_code.get_mut(&finding.code) {
                *count = count.saturating_sub(1);
                paths.remove(path);
            }
        }
        self.by_code.retain(|_, (count, _)| *count > 0);
        self.findings_changed |= !known.record.findings.is_empty();
    }

    fn count(&mut self, known: &Known, change: impl Fn(&mut usize)) {
        match known.record.reason {
            None => change(&mut self.indexed),
            Some(Reason::Failed) if known.searchable => {
                change(&mut self.indexed);
                change(&mut self.stale);
            }
            Some(Reason::Failed) => change(&mut self.failed),
            Some(reason) => change(self.skipped.entry(reason.as_str()).or_default()),
        }
        self.skipped.retain(|_, count| *count > 0);
    }

    /// Returns the next time at which an unchanged file has to be read again, in seconds since 1970.
    pub(super) fn next_due(&self) -> Option<i64> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Returns the totals of the files with a record.
    pub(super) fn totals(&self) -> Totals {
        Totals {
            files: self.files.len(),
            indexed: self.indexed,
            stale: self.stale,
            failed: self.failed,
            skipped: self.skipped.clone(),
            ..Totals::default()
        }
    }

    /// Returns all findings about files, by path.
    pub(super) fn all_findings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.files.values().flat_map(|known| &known.record.findings)
    }

    /// Returns the findings about files and the findings `besides`, if they may have changed since the last call.
    pub(super) fn changed_findings(&mut self, besides: &[Diagnostic]) -> Option<Findings> {
        if !std::mem::take(&mut self.findings_changed) {
            return None;
        }
        let gravest = self.by_severity.iter().flat_map(|(Reverse(severity), path)| {
            let findings = self.files.get(path).map(|known| known.record.findings.as_slice()).unwrap_or_default();
            findings.iter().filter(|finding| finding.severity() == *severity)
        });
        let mut first: Vec<&Diagnostic> = gravest.take(MAX_FINDINGS).chain(besides).collect();
        first.sort_by_key(|finding| (Reverse(finding.severity()), *finding));
        first.truncate(MAX_FINDINGS);
        let first = first.into_iter().cloned().collect();
        let of_code = |(code, (count, paths)): (&Code, &(usize, BTreeSet<String>))| {
            let paths = paths.iter().take(MAX_PATHS).cloned().collect();
            (*code, CodeFindings { count: *count, paths })
        };
        let mut by_code: BTreeMap<Code, CodeFindings> = self.by_code.iter().map(of_code).collect();
        for finding in besides {
            let of_code = by_code.entry(finding.code).or_default();
            of_code.count += 1;
            if of_code.paths.len() < MAX_PATHS && !of_code.paths.contains(&finding.path) {
                of_code.paths.push(finding.path.clone());
            }
        }
        Some(Findings { total: by_code.values().map(|of_code| of_code.count).sum(), first, by_code })
    }

    /// Lets the next call of [`Self::changed_findings`] return the findings in any case.
    pub(super) const fn mark_findings_changed(&mut self) {
        self.findings_changed = true;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test panics")]

    use proptest::prelude::*;

    use super::*;
    use crate::engine::{FileRecord, Fingerprint};

    const PATHS: [&str; 6] = ["a.md", "a/b.md", "a/c/d.md", "a.markdown", "b.md", "案例/一.md"];
    const CODES: [Code; 3] = [Code::DateInvalid, Code::FrontMatterUnclosed, Code::EncodingConverted];
    const REASONS: [Option<Reason>; 4] = [None, Some(Reason::Draft), Some(Reason::Future), Some(Reason::Failed)];

    /// A file in any state.
    fn known() -> impl Strategy<Value = Known> {
        let due = prop::option::of(0_i64..5);
        let findings = prop::collection::vec(prop::sample::select(&CODES[..]), 0..4);
        let reason = prop::sample::select(&REASONS[..]);
        (prop::sample::select(&PATHS[..]), reason, any::<bool>(), due, findings).prop_map(
            |(path, reason, searchable, due, findings)| {
                let findings = findings.into_iter().map(|code| Diagnostic::new(path, code, "it is so")).collect();
                let fingerprint = Fingerprint::default();
                Known { record: FileRecord { path: path.to_owned(), fingerprint, due, reason, findings }, searchable }
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_kept_is_what_a_walk_would_give(
            steps in prop::collection::vec(prop_oneof![
                3 => known().prop_map(Ok),
                1 => prop::sample::select(&PATHS[..]).prop_map(Err),
            ], 0..40),
        ) {
            let mut records = Records::default();
            for step in steps {
                match step {
                    Ok(known) => records.put(known),
                    Err(path) => records.remove(path),
                }
            }
            let anew = Records::new(records.files.values().cloned());
            prop_assert_eq!(records.totals(), anew.totals());
            let outcomes = records.indexed + records.failed + records.skipped.values().sum::<usize>();
            prop_assert_eq!(outcomes, records.files.len());
            prop_assert_eq!(records.next_due(), records.files.values().filter_map(|known| known.record.due).min());
            records.mark_findings_changed();
            let besides = [Diagnostic::new("_config.yml", Code::SiteConfigInvalid, "it is broken")];
            let told = records.changed_findings(&besides).unwrap();
            let mut all: Vec<&Diagnostic> = records.all_findings().chain(&besides).collect();
            prop_assert_eq!(told.total, all.len());
            all.sort_by_key(|finding| (Reverse(finding.severity()), *finding));
            prop_assert_eq!(told.first.iter().collect::<Vec<_>>(), all);
            prop_assert!(records.changed_findings(&besides).is_none());
            for folder in ["", "a", "a.md", "a/c", "案例"] {
                let below: Vec<&String> = records.below(folder).map(|(path, _)| path).collect();
                let inside = |path: &&String| {
                    folder.is_empty() || *path == folder || path.starts_with(&format!("{folder}/"))
                };
                prop_assert_eq!(below, records.files.keys().filter(inside).collect::<Vec<_>>());
            }
        }
    }
}
