//! How the program speaks: results, errors with their next step, progress, exit codes.

use std::{
    fmt,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use anstyle::{AnsiColor, Style};
use anyhow::anyhow;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    content::diagnostic::{Diagnostic, Severity},
    refresh::{Phase, Report, Totals},
};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It did what was asked, and the answer is yes.
    Good,
    /// It did what was asked, and the answer is no.
    No,
    /// It could not do it.
    CouldNot,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Good => 0,
            Outcome::No => 1,
            Outcome::CouldNot => 2,
        })
    }
}

/// The next step for a person who meets an error.
#[derive(Debug)]
struct NextStep(&'static str);

impl fmt::Display for NextStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Adds the next step to an error.
pub(super) trait Help<T> {
    /// Adds it; it is printed below the error and its causes.
    fn help(self, help: &'static str) -> anyhow::Result<T>;
}

impl<T> Help<T> for anyhow::Result<T> {
    fn help(self, help: &'static str) -> Self {
        self.map_err(|error| with_help(error, help))
    }
}

/// The same for an error at hand.
pub(super) fn with_help(error: anyhow::Error, help: &'static str) -> anyhow::Error {
    error.context(NextStep(help))
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

/// Gives an error with its causes in one line, without the next step.
pub(super) fn in_words(error: &anyhow::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    for cause in error.chain().skip(usize::from(error.is::<NextStep>())) {
        let text = cause.to_string();
        // Some errors repeat what they wrap.
        if words.last().is_none_or(|last| !last.ends_with(&text)) {
            words.push(text);
        }
    }
    words.join(": ")
}

/// Begins to log to stderr.
pub(super) fn log(level: &str) -> anyhow::Result<()> {
    let known = "expected one like `info`, `debug` or `anli=debug,warn`";
    let filter = tracing_subscriber::EnvFilter::try_new(level).map_err(|_| anyhow!("`--log` is `{level}`, {known}"))?;
    let ansi = io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(ansi).with_target(false).init();
    Ok(())
}

/// Prints a line that is no result.
pub(super) fn say(line: impl fmt::Display) {
    _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Prints findings, the gravest of a file in its place.
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

/// Says how the files stand, in one line.
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

/// Says what a refresh did, in one line.
pub(super) fn report(report: &Report) -> String {
    let seconds = report.took.as_secs_f64();
    let megabytes = report.bytes as f64 / 1e6;
    let cut = match report.retokenized {
        0 => String::new(),
        posts => format!(", {posts} cut again for new words"),
    };
    format!(
        "{} put, {} without a post, {} forgotten, {} read again but the same{cut}; {megabytes:.1} MB in {seconds:.2} s",
        report.put, report.without_post, report.forgotten, report.same
    )
}

/// Gives a text in one line, without the control characters that a terminal would obey.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).filter(|c| !c.is_control()).collect()
}

/// Says whether an error is that nobody reads the output any more, which is no failure.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        // It does not give what it wraps as its source.
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}

/// Shows how far a long work is: a bar on a terminal, a line from time to time elsewhere.
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

    pub(super) fn new(what: &'static str) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(what);
            bar
        });
        Self { bar, last: Mutex::new(Instant::now()), phase: Mutex::default(), what, counted: "files" }
    }

    /// Says what is counted if it is not files.
    pub(super) const fn counting(mut self, counted: &'static str) -> Self {
        self.counted = counted;
        self
    }

    /// The same for one phase of a refresh.
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
            Phase::Cutting => format!("{}, cutting again for new words", self.what),
        }
    }

    /// Tells that `done` of `total` are done.
    pub(super) fn tell(&self, done: usize, total: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
            return;
        }
        // Whoever finds it taken has nothing newer to say.
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

/// The style of what matched.
pub(super) const MARK: Style = AnsiColor::Red.on_default().bold();
/// The style of what is said beside the results.
pub(super) const FAINT: Style = Style::new().dimmed();
