//! Says whether a folder of posts is sound: every file parsed, the index built in a temporary place by
//! the same refresh that serves, and counted against the posts.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    content::{
        Source,
        diagnostic::{Diagnostic, Severity},
    },
    engine::{Engine, EngineError},
    refresh::{RefreshError, Refresher, Scope, Totals},
    text::Analyzer,
};

/// Why a folder could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// There is no room for the temporary index.
    #[error("cannot make a temporary folder for the index")]
    Temporary(#[source] std::io::Error),
    /// The temporary index failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The folder cannot be read, or the index not built.
    #[error(transparent)]
    Refresh(#[from] RefreshError),
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// How the files stand.
    pub totals: Totals,
    /// Everything found, by path.
    pub diagnostics: Vec<Diagnostic>,
    /// How many posts the built index gives back.
    pub posts: usize,
    /// How many cases it gives back.
    pub cases: usize,
}

impl Findings {
    /// Gives how many findings are of this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity() == severity).count()
    }

    /// Says whether the index holds exactly the posts that the files gave.
    #[must_use]
    pub const fn index_is_whole(&self) -> bool {
        self.posts == self.totals.indexed
    }

    /// Says whether nothing is wrong: no error, no warning, and the index is whole.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.index_is_whole() && self.count(Severity::Error) == 0 && self.count(Severity::Warning) == 0
    }
}

/// Checks a folder.
///
/// # Errors
/// When the folder cannot be read or the index cannot be built; a broken post is a finding, not an error.
pub fn check(
    source: Source,
    analyzer: Arc<Analyzer>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Findings, CheckError> {
    let folder = tempfile::Builder::new().prefix("anli-check-").tempdir().map_err(CheckError::Temporary)?;
    let opened = Engine::open_for_writing(folder.path(), analyzer, false, "anli check")?;
    let mut refresher = Refresher::new(source, opened)?;
    refresher.refresh(&Scope::All, Timestamp::now(), progress)?;
    let (posts, cases) = refresher.engine().searcher()?.counts();
    let (status, diagnostics) = (refresher.board().status(), refresher.findings());
    refresher.finish()?;
    Ok(Findings { totals: status.totals.clone(), diagnostics, posts, cases })
}
