//! The result of a scan of the whole folder besides posts: other files, links, folders left out, and unreadable
//! entries.

use std::sync::Arc;

use super::status::Totals;
use crate::content::{
    diagnostic::{Code, Diagnostic},
    folder::Scan,
};

/// Returns whether a path is that of a folder or below it; the path of the whole folder is empty.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    rest.is_some_and(|rest| folder.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

/// Everything in the folder besides posts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Surroundings {
    /// Number of files that are not Markdown, have hidden names, or are links that are dangling or lead out of the
    /// folder.
    others: usize,
    hidden: usize,
    outside: usize,
    /// Folders left out by rule, and links that are dangling or lead out of the folder.
    left_out: Arc<[String]>,
    /// Links inside the folder, each with its target.
    links: Vec<(String, String)>,
    failures: Vec<Diagnostic>,
}

impl Surroundings {
    pub(super) fn of(scan: &Scan) -> Self {
        Self {
            others: scan.others as usize,
            hidden: scan.hidden as usize,
            outside: scan.outside.len(),
            left_out: scan.left_out.iter().chain(&scan.outside).cloned().collect(),
            links: scan.links.clone(),
            failures: scan.failures.clone(),
        }
    }

    /// Returns the entries that could not be read or named.
    pub(super) fn failures(&self) -> &[Diagnostic] {
        &self.failures
    }

    /// Returns whether a change at a path may affect more than the posts there: a link was at the path, or something
    /// at, above or below the path was unreadable.
    pub(super) fn touches(&self, path: &str) -> bool {
        self.links.iter().any(|(link, _)| link == path)
            || self.failures.iter().any(|failure| is_within(&failure.path, path) || is_within(path, &failure.path))
    }

    /// Returns the path, and the paths under which links show the same file or folder.
    pub(super) fn with_links(&self, path: &str) -> Vec<String> {
        let shown = self.links.iter().filter_map(|(link, target)| {
            let rest = path.strip_prefix(target.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{link}{rest}"))
        });
        std::iter::once(path.to_owned()).chain(shown).collect()
    }

    /// Adds the files seen here to the totals of the known files.
    pub(super) fn add_to(&self, totals: &mut Totals, is_known: impl Fn(&str) -> bool) {
        // A file that could not even be named or examined has no record.
        let is_nameless = |finding: &&Diagnostic| finding.code != Code::FolderUnreadable && !is_known(&finding.path);
        let unseen = self.failures.iter().filter(is_nameless).count();
        totals.files += self.others + self.hidden + self.outside + unseen;
        totals.failed += unseen;
        totals.left_out = self.left_out.clone();
        let counted = [("not-markdown", self.others), ("hidden-name", self.hidden), ("link-outside", self.outside)];
        totals.skipped.extend(counted.into_iter().filter(|&(_, count)| count > 0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_read_is_told_anew_where_something_changes() {
        let finding = Diagnostic::new("2024/closed", Code::FolderUnreadable, String::new());
        let links = vec![("old".to_owned(), "2023".to_owned())];
        let around = Surroundings::of(&Scan { failures: vec![finding], links, ..Scan::default() });
        for path in ["2024/closed", "2024/closed/a.md", "2024", "", "old"] {
            assert!(around.touches(path), "{path}");
        }
        for path in ["2024/closed2", "2024/open", "20", "older", "2023/a.md"] {
            assert!(!around.touches(path), "{path}");
        }
        assert_eq!(around.with_links("2023/a.md"), ["2023/a.md", "old/a.md"]);
        assert_eq!(around.with_links("20234"), ["20234"]);
    }
}
