//! Checks a folder of posts: parses every file, builds a temporary index, and compares the index with the posts.
//!
//! The index is built by the same [`Refresher`] that the service uses. Does not print: the caller shows the findings.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    content::{
        Source,
        diagnostic::{Code, Diagnostic, Severity},
    },
    engine::{Engine, EngineError},
    refresh::{RefreshError, Refresher, Scope, Totals},
    text::Analyzer,
};

/// Why a folder could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The temporary folder cannot be made.
    #[error("cannot make a temporary folder for the index")]
    Temporary(#[source] std::io::Error),
    /// The temporary index cannot be opened or searched.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The folder cannot be read, or the index cannot be built.
    #[error(transparent)]
    Refresh(#[from] RefreshError),
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// Numbers of files by state.
    pub totals: Totals,
    /// All findings, sorted by path.
    pub diagnostics: Vec<Diagnostic>,
    /// Number of posts in the built index.
    pub posts: usize,
    /// Number of cases in the built index.
    pub cases: usize,
}

impl Findings {
    /// Returns the number of findings with this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity() == severity).count()
    }

    /// Returns whether the index contains as many posts as the files gave.
    #[must_use]
    pub const fn index_is_whole(&self) -> bool {
        self.posts == self.totals.indexed
    }

    /// Returns whether there is no error and no warning, and the index is whole.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.index_is_whole() && self.count(Severity::Error) == 0 && self.count(Severity::Warning) == 0
    }
}

/// Checks the folder of `source`. Calls `progress` with the number of files done and the number of all files.
///
/// # Errors
/// If the folder cannot be read or the index cannot be built. A broken post is a finding, not an error.
pub fn check(
    source: Source,
    analyzer: Arc<Analyzer>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Findings, CheckError> {
    let folder = tempfile::Builder::new().prefix("anli-check-").tempdir().map_err(CheckError::Temporary)?;
    let opened = Engine::open_for_writing(folder.path(), analyzer, false, "anli check")?;
    let zone = build_zone(&source);
    let mut refresher = Refresher::new(source, opened)?;
    refresher.refresh(&Scope::All, Timestamp::now(), progress)?;
    let (posts, cases) = refresher.engine().searcher()?.counts();
    let (status, mut diagnostics) = (refresher.board().status(), refresher.findings());
    diagnostics.extend(zone);
    diagnostics.sort();
    refresher.finish()?;
    Ok(Findings { totals: status.totals.clone(), diagnostics, posts, cases })
}

/// Returns a finding if URLs depend on the time zone of the machine that builds the site, and nothing tells that zone.
fn build_zone(source: &Source) -> Option<Diagnostic> {
    let (differing, all) = source.posts_by_build_zone()?;
    let message = format!(
        "the URLs of {differing} of {all} posts depend on the time zone of the machine that builds the site, which is not set"
    );
    let config = source.site().config_name();
    let file = if config.is_empty() { "anli.yaml" } else { config };
    let help = "set `site.build_timezone` in `anli.yaml`: `UTC` for most build services, or the zone of your computer";
    Some(Diagnostic::new(file, Code::BuildZoneUnknown, message).help(help))
}
