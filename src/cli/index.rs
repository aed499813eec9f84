//! `anli index`: brings the index up to date with the posts, or reports whether it is.

use std::{
    io::{self, Write as _},
    thread,
    time::Duration,
};

use jiff::Timestamp;

use super::{
    Common,
    output::{self, Outcome, Progress, with_progress},
    settings::{Settings, explain},
};
use crate::{
    content::{Source, diagnostic::Severity},
    engine::{Damage, Engine, EngineError, Searcher, Verified, verify},
    refresh::{Action, Forecast, Refresher, Scope, differences, foresee},
};

/// Options of `anli index`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Build the index anew even if it is up to date
    #[arg(long)]
    rebuild: bool,
    /// Change nothing: read all of the index back and compare it with its checksums and with the posts. It may be in use
    #[arg(long, conflicts_with = "rebuild")]
    verify: bool,
    /// Say what would be done to which files and why, and do nothing
    #[arg(long, conflicts_with = "verify")]
    dry_run: bool,
}

pub(super) fn run(common: &Common, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let settings = Settings::read(common)?;
    let source = settings.source()?;
    if arguments.verify {
        return verify_index(&settings, &source);
    }
    if arguments.dry_run {
        return dry_run(&settings, &source, arguments.rebuild);
    }
    let opened = Engine::open_for_writing(&settings.index, settings.analyzer(), arguments.rebuild, "anli index")
        .map_err(explain)?;
    if let Some(why) = &opened.rebuilt {
        output::say(format_args!("warning: {why}; building it anew"));
    }
    let mut refresher = Refresher::new(source, opened)?;
    let report = {
        let (progress, board) = (Progress::new("indexing", "files"), refresher.board());
        let tell = |done, total| progress.tell_of(board.phase(), done, total);
        refresher.refresh(&Scope::All, Timestamp::now(), &tell).map_err(explain)?
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

/// Time after which differing files are compared again: the index may be in use, and a change just being indexed.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Reports whether the index is as it was written, and whether it equals the posts.
fn verify_index(settings: &Settings, source: &Source) -> anyhow::Result<Outcome> {
    let (mut verified, searcher) = verify(&settings.index).map_err(explain)?;
    if let Some(searcher) = searcher {
        verified.damages.extend(differing(settings, source, &searcher)?);
    }
    let mut out = anstream::stdout().lock();
    let Verified { generation, files, bytes, documents, damages } = verified;
    for Damage { file, what } in &damages {
        writeln!(out, "`{file}` {what}")?;
    }
    let (sound, megabytes) = (damages.is_empty(), bytes as f64 / 1e6);
    writeln!(out, "{generation}: {files} files with {megabytes:.1} MB, {documents} documents")?;
    writeln!(out, "{}", if sound { "sound".to_owned() } else { format!("not sound: {} errors", damages.len()) })?;
    Ok(if sound { Outcome::Good } else { Outcome::No })
}

/// Returns the files that differ from the index, also after a while.
fn differing(settings: &Settings, source: &Source, searcher: &Searcher) -> anyhow::Result<Vec<Damage>> {
    with_progress("comparing", "files", |tell| {
        let differing = differences(source, searcher, Timestamp::now(), None, tell).map_err(explain)?;
        if differing.is_empty() {
            return Ok(differing);
        }
        thread::sleep(AGAIN_AFTER);
        let searcher = Engine::open(&settings.index).and_then(|engine| engine.searcher()).map_err(explain)?;
        let files = differing.into_iter().map(|difference| difference.file).collect();
        differences(source, &searcher, Timestamp::now(), Some(&files), tell).map_err(explain)
    })
}

/// Prints the actions of a refresh without applying them.
fn dry_run(settings: &Settings, source: &Source, rebuild: bool) -> anyhow::Result<Outcome> {
    let opened = if rebuild { Err("the index would be built anew".to_owned()) } else { usable(settings) };
    let engine = opened.map_err(output::say).ok();
    let forecast = with_progress("comparing", "files", |tell| {
        foresee(source, engine.as_ref(), &settings.dictionary(), Timestamp::now(), tell).map_err(explain)
    })?;
    print(&forecast, &mut anstream::stdout().lock())?;
    Ok(Outcome::Good)
}

/// Returns the index, or in words why a refresh would build another one.
fn usable(settings: &Settings) -> Result<Engine, String> {
    match Engine::open(&settings.index) {
        Ok(engine) if engine.is_of_this_version() => Ok(engine),
        Ok(_) | Err(EngineError::Missing { .. } | EngineError::OtherFormat { .. }) => {
            Err("there is no index of this version; it would be built".to_owned())
        }
        Err(error) => Err(format!("warning: {}; it would be built anew", output::in_words(&error.into()))),
    }
}

fn print(forecast: &Forecast, out: &mut impl io::Write) -> io::Result<()> {
    for file in &forecast.files {
        let action = match file.action {
            Action::Put => "put",
            Action::Note => "no post",
            Action::Forget => "forget",
            Action::Read => "read",
        };
        writeln!(out, "{action:<8} {}  ({})", output::plain(&file.path), output::plain(&file.why))?;
    }
    let [put, noted, forgotten, read] =
        [Action::Put, Action::Note, Action::Forget, Action::Read].map(|action| forecast.count(action));
    writeln!(
        out,
        "would be: {put} put, {noted} without a post, {forgotten} forgotten, {read} read again but the same; {} unchanged",
        forecast.unchanged
    )?;
    if forecast.retokenized > 0 {
        let words = if forecast.words.is_empty() { "all words".to_owned() } else { forecast.words.join("、") };
        writeln!(out, "would be: {} segmented again for new words: {}", forecast.retokenized, output::plain(&words))?;
    }
    Ok(())
}
