//! `anli check`: reports whether the posts are sound and an index can be built from them.

use std::io::Write as _;

use super::{
    Common,
    output::{self, Outcome, with_progress},
    settings::Settings,
};
use crate::{check::check, content::diagnostic::Severity};

pub(super) fn run(common: &Common) -> anyhow::Result<Outcome> {
    let settings = Settings::read(common)?;
    let source = settings.source()?;
    let findings = with_progress("checking", "files", |tell| check(source, settings.analyzer(), tell))?;
    let mut out = anstream::stdout().lock();
    output::findings(&mut out, &findings.diagnostics)?;
    writeln!(out, "{}", output::totals(&findings.totals))?;
    writeln!(out, "index: {} posts, {} cases", findings.posts, findings.cases)?;
    if !findings.index_is_whole() {
        writeln!(out, "error: the index has {} posts, the files gave {}", findings.posts, findings.totals.indexed)?;
    }
    let (errors, warnings) = (findings.count(Severity::Error), findings.count(Severity::Warning));
    let sound = findings.is_sound();
    writeln!(out, "{}: {errors} errors, {warnings} warnings", if sound { "sound" } else { "not sound" })?;
    Ok(if sound { Outcome::Good } else { Outcome::No })
}
