//! `anli index`: brings the index up to date with the posts, or says whether it is.

use std::{
    io::{self, Write as _},
    thread,
    time::Duration,
};

use jiff::Timestamp;

use super::{
    Common,
    output::{self, Outcome, Progress},
    settings::{Settings, explain, explain_refresh},
};
use crate::{
    content::{Source, diagnostic::Severity},
    engine::{Damage, Engine, EngineError, Verified, verify},
    refresh::{Deed, Forecast, Refresher, Scope, differences, foresee},
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
        return verified(&settings, &source);
    }
    if arguments.dry_run {
        return foretell(&settings, &source, arguments.rebuild);
    }
    let opened = Engine::open_for_writing(&settings.index, settings.analyzer(), arguments.rebuild, "anli index")
        .map_err(explain)?;
    if let Some(why) = &opened.rebuilt {
        output::say(format_args!("warning: {why}; building it anew"));
    }
    let mut refresher = Refresher::new(source, opened.engine, opened.indexer, opened.rebuilt)?;
    let report = {
        let (progress, board) = (Progress::new("indexing"), refresher.board());
        let tell = |done, total| progress.tell_of(board.phase(), done, total);
        refresher.refresh(&Scope::All, Timestamp::now(), &tell).map_err(explain_refresh)?
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

/// A change that is just being indexed is none that was missed: what differs is looked at again after so long.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Says whether the index is as it was written, and what the posts are.
fn verified(settings: &Settings, source: &Source) -> anyhow::Result<Outcome> {
    let (mut verified, mut searcher) = verify(&settings.index).map_err(explain)?;
    let mut differing = Vec::new();
    if let Some(searcher) = searcher.take() {
        let progress = Progress::new("comparing");
        let tell = |done, total| progress.tell(done, total);
        differing = differences(source, &searcher, Timestamp::now(), None, &tell).map_err(explain_refresh)?;
        if !differing.is_empty() {
            thread::sleep(AGAIN_AFTER);
            let searcher = Engine::open(&settings.index).and_then(|engine| engine.searcher()).map_err(explain)?;
            let those = differing.into_iter().map(|difference| difference.file).collect();
            differing =
                differences(source, &searcher, Timestamp::now(), Some(&those), &tell).map_err(explain_refresh)?;
        }
    }
    let mut out = anstream::stdout().lock();
    for Damage { file, what } in verified.damages.iter().chain(&differing) {
        writeln!(out, "`{file}` {what}")?;
    }
    verified.damages.extend(differing);
    let Verified { generation, files, bytes, documents, damages } = verified;
    let (sound, megabytes) = (damages.is_empty(), bytes as f64 / 1e6);
    writeln!(out, "{generation}: {files} files with {megabytes:.1} MB, {documents} documents")?;
    writeln!(out, "{}", if sound { "sound".to_owned() } else { format!("not sound: {} errors", damages.len()) })?;
    Ok(if sound { Outcome::Good } else { Outcome::No })
}

/// Prints what would be done.
fn foretell(settings: &Settings, source: &Source, rebuild: bool) -> anyhow::Result<Outcome> {
    let engine = if rebuild {
        output::say("the index would be built anew");
        None
    } else {
        match Engine::open(&settings.index) {
            Ok(engine) if engine.is_of_this_version() => Some(engine),
            Ok(_) | Err(EngineError::Missing { .. }) => {
                output::say("there is no index of this version; it would be built");
                None
            }
            Err(error) => {
                output::say(format_args!("warning: {}; it would be built anew", output::in_words(&error.into())));
                None
            }
        }
    };
    let forecast = {
        let progress = Progress::new("comparing");
        let tell = |done, total| progress.tell(done, total);
        foresee(source, engine.as_ref(), &settings.dictionary(), Timestamp::now(), &tell).map_err(explain_refresh)?
    };
    print(&forecast, &mut anstream::stdout().lock())?;
    Ok(Outcome::Good)
}

fn print(forecast: &Forecast, out: &mut impl io::Write) -> io::Result<()> {
    for file in &forecast.files {
        let deed = match file.deed {
            Deed::Put => "put",
            Deed::Note => "no post",
            Deed::Forget => "forget",
            Deed::Read => "read",
        };
        writeln!(out, "{deed:<8} {}  ({})", output::plain(&file.path), output::plain(&file.why))?;
    }
    let count = |deed| forecast.count(deed);
    writeln!(
        out,
        "would be: {} put, {} without a post, {} forgotten, {} read again but the same; {} unchanged",
        count(Deed::Put),
        count(Deed::Note),
        count(Deed::Forget),
        count(Deed::Read),
        forecast.unchanged
    )?;
    if forecast.retokenized > 0 {
        let words = if forecast.words.is_empty() { "all words".to_owned() } else { forecast.words.join("、") };
        writeln!(out, "would be: {} cut again for new words: {}", forecast.retokenized, output::plain(&words))?;
    }
    Ok(())
}
