//! Limits a panic during the work on one file to that file, so that the refresh continues.
//!
//! [`caught`] runs a step of the work on one file and turns a panic into a finding. The panic message may quote the
//! file, so the finding does not contain the message; the program prints it where it prints its log. For tests,
//! [`plan`] makes a step panic on purpose; the check for planned panics costs one lock of an empty list.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::diagnostic::{Code, Diagnostic};

/// A step of the work on one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Parsing the bytes into a post.
    Parsing,
    /// Making the documents of the index from the post.
    Indexing,
    /// Counting the vocabulary of the post before a first build.
    Learning,
}

static PLANNED: Mutex<Vec<(PathBuf, Step)>> = Mutex::new(Vec::new());

/// A planned panic for a file, cancelled when dropped.
#[derive(Debug)]
pub struct PlannedPanic(PathBuf, Step);

/// Makes a step panic for the file at `path`, which begins with the root of its folder as the folder writes it.
#[must_use]
pub fn plan(path: &Path, step: Step) -> PlannedPanic {
    planned().push((path.to_owned(), step));
    PlannedPanic(path.to_owned(), step)
}

impl Drop for PlannedPanic {
    fn drop(&mut self) {
        planned().retain(|(path, step)| (path, step) != (&self.0, &self.1));
    }
}

/// Runs a step for the file at `path` below the folder `root`. Whatever the step changes must stay consistent, or be
/// discarded, if the step panics.
///
/// # Errors
/// Returns a [`Code::ReaderPanicked`] finding if the step panics.
#[expect(clippy::panic, reason = "only if a test planned it")]
pub fn caught<T>(root: &Path, path: &str, step: Step, work: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    let work = || {
        if is_planned(root, path, step) {
            panic!("a test planned this panic");
        }
        work()
    };
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        Diagnostic::new(path, Code::ReaderPanicked, "the program failed while it read the file")
            .help("this is a defect of the program; report it with the file, if its text is no secret")
    })
}

fn is_planned(root: &Path, path: &str, step: Step) -> bool {
    let planned = planned();
    !planned.is_empty() && planned.contains(&(root.join(path), step))
}

fn planned() -> MutexGuard<'static, Vec<(PathBuf, Step)>> {
    PLANNED.lock().unwrap_or_else(PoisonError::into_inner)
}
