//! `anli index`: brings the index up to date with the posts.

use std::io::Write as _;

use jiff::Timestamp;

use super::{
    Common,
    output::{self, Outcome, Progress},
    settings::{Settings, explain},
};
use crate::{
    content::diagnostic::Severity,
    engine::Engine,
    refresh::{Refresher, Scope},
};

/// Options of `anli index`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Build the index anew even if it is up to date
    #[arg(long)]
    rebuild: bool,
}

pub(super) fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let settings = Settings::read(common)?;
    let source = settings.source()?;
    let opened = Engine::open_for_writing(&settings.index, settings.analyzer(), arguments.rebuild, "anli index")
        .map_err(explain)?;
    if let Some(why) = &opened.rebuilt {
        output::say(format_args!("warning: {why}; building it anew"));
    }
    let mut refresher = Refresher::new(source, opened.engine, opened.indexer, opened.rebuilt)?;
    let report = {
        let progress = Progress::new("indexing");
        refresher.refresh(&Scope::All, Timestamp::now(), &|done, total| progress.tell(done, total))?
    };
    let (status, mut worth_saying) = (refresher.board().status(), refresher.findings());
    refresher.finish()?;
    worth_saying.retain(|finding| finding.severity() > Severity::Note);
    output::findings(&mut anstream::stderr().lock(), &worth_saying)?;
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}", output::totals(&status.totals))?;
    writeln!(out, "{}", output::report(&report))?;
    Ok(Outcome::Good)
}
