//! Output of the program: results, errors with their next step, progress, exit codes.

use std::{
    fmt,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use anstyle::{AnsiColor, Style};
use anyhow::anyhow;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::{
    content::diagnostic::{Diagnostic, Severity},
    refresh::{Phase, Report, Totals},
};

/// The outcome of a command, with its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The command succeeded, and the answer is yes.
    Good = 0,
    /// The command succeeded, and the answer is no.
    No = 1,
    /// The command failed.
    CouldNot = 2,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome as u8)
    }
}

/// A format of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

/// The next step after an error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NextStep(pub &'static str);

/// Adds the next step to the error of a result.
pub(super) trait Help<T> {
    /// Adds a next step, which is printed below the error and its causes.
    fn help(self, help: &'static str) -> anyhow::Result<T>;
}

impl<T> Help<T> for anyhow::Result<T> {
    fn help(self, help: &'static str) -> Self {
        self.map_err(|error| error.context(NextStep(help)))
    }
}

/// Prints an error with its causes and the next step.
pub(super) fn error(error: &anyhow::Error) {
    let help = error.downcast_ref::<NextStep>().map(|help| help.0);
    let words = in_words(error);
    let red = AnsiColor::Red.on_default().bold();
    let mut stderr = anstream::stderr().lock();
    _ = writeln!(stderr, "{red}error{red:#}: {words}");
    if let Some(help) = help {
        _ = writeln!(stderr, "help: {help}");
    }
}

/// Returns an error with its causes in one line, without the next step.
pub(super) fn in_words(error: &anyhow::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    for cause in error.chain().skip(usize::from(error.is::<NextStep>())) {
        let text = cause.to_string();
        // Some errors repeat the error that they wrap.
        if words.last().is_none_or(|last| !last.ends_with(&text)) {
            words.push(text);
        }
    }
    words.join(": ")
}

/// Starts logging to stderr.
pub(super) fn log(level: &str) -> anyhow::Result<()> {
    let known = "expected one like `info`, `debug` or `anli=debug,warn`";
    let filter = tracing_subscriber::EnvFilter::try_new(level).map_err(|_| anyhow!("`--log` is `{level}`, {known}"))?;
    let ansi = io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(ansi).with_target(false).init();
    Ok(())
}

/// Prints a line to stderr.
pub(super) fn say(line: impl fmt::Display) {
    _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Prints a value as JSON.
pub(super) fn json(out: &mut impl io::Write, body: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, body)?;
    Ok(writeln!(out)?)
}

/// Prints findings in their order, with the severity in colour.
pub(super) fn findings(out: &mut impl io::Write, findings: &[Diagnostic]) -> io::Result<()> {
    for finding in findings {
        let color = match finding.severity() {
            Severity::Error => AnsiColor::Red,
            Severity::Warning => AnsiColor::Yellow,
            Severity::Note => AnsiColor::Cyan,
        };
        let (head, style) = (format!("{}[{}]", finding.severity(), finding.code), color.on_default().bold());
        let text = finding.to_string();
        let rest = text.strip_prefix(&head).unwrap_or(&text);
        writeln!(out, "{style}{head}{style:#}{rest}\n")?;
    }
    Ok(())
}

/// Returns the numbers of files by state, in one line.
pub(super) fn totals(totals: &Totals) -> String {
    let skipped: usize = totals.skipped.values().sum();
    let reasons: Vec<String> = totals.skipped.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    let stale =
        if totals.stale == 0 { String::new() } else { format!(" ({} of them as they were before)", totals.stale) };
    format!(
        "{} files: {} indexed{stale}, {skipped} skipped{reasons}, {} failed",
        totals.files, totals.indexed, totals.failed
    )
}

/// Returns the result of a refresh, in one line.
pub(super) fn report(report: &Report) -> String {
    let seconds = report.took.as_secs_f64();
    let megabytes = report.bytes as f64 / 1e6;
    let retokenized = match report.retokenized {
        0 => String::new(),
        posts => format!(", {posts} segmented again for new words"),
    };
    format!(
        "{} put, {} without a post, {} forgotten, {} read again but the same{retokenized}; \
         {megabytes:.1} MB in {seconds:.2} s",
        report.put, report.without_post, report.forgotten, report.same
    )
}

/// Returns a text in one line, without control characters, which a terminal would obey.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).filter(|c| !c.is_control()).collect()
}

/// Returns whether an error means that the output was closed, which is no failure.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        // An error of `serde_json` does not return the wrapped error as its source.
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}

/// Shows the progress of `work`, called `what`, over things called `counted`. `work` gets a function that takes the
/// number of things done and the total.
pub(super) fn with_progress<T>(
    what: &'static str,
    counted: &'static str,
    work: impl FnOnce(&(dyn Fn(usize, usize) + Sync)) -> T,
) -> T {
    let progress = Progress::new(what, counted);
    work(&|done, total| progress.tell(done, total))
}

/// The progress of a long operation: a bar on a terminal, a line at intervals elsewhere.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    last: Mutex<Instant>,
    phase: Mutex<Phase>,
    what: &'static str,
    counted: &'static str,
}

impl Progress {
    /// Time between two lines.
    const EVERY: Duration = Duration::from_secs(5);

    pub(super) fn new(what: &'static str, counted: &'static str) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(what);
            bar
        });
        Self { bar, last: Mutex::new(Instant::now()), phase: Mutex::default(), what, counted }
    }

    /// Shows that `done` of `total` are done in a phase of a refresh.
    pub(super) fn tell_of(&self, phase: Phase, done: usize, total: usize) {
        let mut known = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        if *known != phase {
            *known = phase;
            if let Some(bar) = &self.bar {
                bar.set_message(self.name(phase));
                bar.reset_eta();
            }
        }
        drop(known);
        self.tell(done, total);
    }

    fn name(&self, phase: Phase) -> String {
        match phase {
            Phase::Reading => self.what.to_owned(),
            Phase::Learning => format!("{}, learning words", self.what),
            Phase::Retokenizing => format!("{}, cutting again for new words", self.what),
        }
    }

    /// Shows that `done` of `total` are done.
    pub(super) fn tell(&self, done: usize, total: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
            return;
        }
        // If another thread holds the lock, that thread prints a line as new as this one.
        if let Ok(mut last) = self.last.try_lock()
            && last.elapsed() >= Self::EVERY
            && total > 0
        {
            *last = Instant::now();
            let what = self.name(*self.phase.lock().unwrap_or_else(PoisonError::into_inner));
            say(format_args!("{what}: {done} of {total} {} ({} %)", self.counted, done * 100 / total));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The style of matches.
pub(super) const MARK: Style = AnsiColor::Red.on_default().bold();
/// The style of additions to the results.
pub(super) const FAINT: Style = Style::new().dimmed();
