//! A panic while one file is read costs that file, not the refresh.
//!
//! [`caught`] runs what is done for one file and makes a finding of a panic. What a panic says may quote the file, so
//! the finding does not repeat the words; the program prints them where it prints its log. For tests, [`lay`] has the
//! work for one file panic on purpose; asking whether it is to costs one look at a number.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::diagnostic::{Code, Diagnostic};

/// What is done for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its bytes become a post.
    Parsing,
    /// Its post becomes documents of the index.
    Indexing,
    /// The vocabulary of its post is counted ahead of a first build.
    Learning,
}

/// How many panics are laid. Looked at first, since mostly there is none.
static LAID: AtomicUsize = AtomicUsize::new(0);
static PANICS: Mutex<Vec<(PathBuf, Step)>> = Mutex::new(Vec::new());

/// A panic that is laid for a file; taken away when dropped.
#[derive(Debug)]
pub struct Laid(PathBuf, Step);

/// Has a step panic whenever it is done for the file at `path`, which is written as the folder writes its root.
#[must_use]
pub fn lay(path: &Path, step: Step) -> Laid {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner).push((path.to_owned(), step));
    LAID.fetch_add(1, Ordering::SeqCst);
    Laid(path.to_owned(), step)
}

impl Drop for Laid {
    fn drop(&mut self) {
        let mut panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
        panics.retain(|(path, step)| (path, step) != (&self.0, &self.1));
        LAID.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Does a step for the file at `path` below the folder `root`. What the step changes must be whole, or thrown away,
/// wherever the step panics.
///
/// # Errors
/// A [`Code::ReaderPanicked`] finding when the step panics.
#[expect(clippy::panic, reason = "only where a test has laid it")]
pub fn caught<T>(root: &Path, path: &str, step: Step, work: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    let work = || {
        if is_laid(root, path, step) {
            panic!("a test has laid this panic");
        }
        work()
    };
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        Diagnostic::new(path, Code::ReaderPanicked, "the program failed while it read the file")
            .help("this is a defect of the program; report it with the file, if its text is no secret")
    })
}

fn is_laid(root: &Path, path: &str, step: Step) -> bool {
    LAID.load(Ordering::Relaxed) > 0 && {
        let panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
        panics.contains(&(root.join(path), step))
    }
}
