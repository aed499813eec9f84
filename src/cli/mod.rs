//! The command line: arguments, output, exit codes.
//!
//! The arguments, the environment and `anli.yaml` give the `Settings`. Each subcommand has a file, which does the work
//! and prints the results. Owns clap and anyhow. No other module prints or ends the process.

mod analyze;
mod check;
mod dictionary;
mod eval;
mod freshness;
mod index;
mod output;
mod search;
mod serve;
mod settings;
mod synonyms;
mod typed;
mod words;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use self::output::Outcome;

/// Full-text search for folders of Chinese Markdown posts.
#[derive(Debug, Parser)]
#[command(
    name = "anli",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 good, 1 the answer is no (nothing found, findings, low figures), 2 could not do it.\n\
                  Folders, limits and addresses can also stand in `anli.yaml`, or in the environment where that is named."
)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Options of every command")]
struct Common {
    /// The folder of Markdown posts [default: posts]
    #[arg(long, global = true, value_name = "DIR", env = "ANLI_POSTS")]
    posts: Option<PathBuf>,
    /// The folder of the index [default: index]
    #[arg(long, global = true, value_name = "DIR", env = "ANLI_INDEX")]
    index: Option<PathBuf>,
    /// The configuration file; missing is fine unless it is named here [default: anli.yaml]
    #[arg(long, global = true, value_name = "FILE", env = "ANLI_CONFIG")]
    config: Option<PathBuf>,
    /// The largest file to read, in bytes [default: 16777216]
    #[arg(long, global = true, value_name = "BYTES", env = "ANLI_MAX_FILE_BYTES", value_parser = |text: &str| typed::number(text, 0..=u64::MAX))]
    max_file_bytes: Option<u64>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Index the posts, follow their changes, and answer searches over HTTP
    Serve(serve::Arguments),
    /// Bring the index up to date with the posts
    Index(index::Arguments),
    /// Search the index
    Search(search::Arguments),
    /// Say whether the posts are sound and the index builds
    Check,
    /// Ask judged questions, and say how good and how fast the answers are
    Eval(eval::Arguments),
    /// Find words in the posts that no dictionary has, in the form in which `anli.yaml` takes them
    Words(words::Arguments),
    /// Show how a text is folded and cut into words, and why; and what a search for it looks for
    Analyze(analyze::Arguments),
}

/// Runs the program with these arguments, the program's own name first.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut command = typed::without_empty_variables(Arguments::command());
    let arguments = arguments.into_iter().map(typed::unlike_an_option);
    let parsed = command.try_get_matches_from_mut(arguments).and_then(|typed| {
        // Clap has its own words for missing arguments.
        Arguments::from_arg_matches(&typed).map_err(|error| error.format(&mut command))
    });
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { Outcome::CouldNot } else { Outcome::Good };
            // If the output is closed, nobody reads the error.
            _ = error.print();
            return code.into();
        }
    };
    let outcome = match &arguments.command {
        Command::Serve(own) => serve::run(&arguments.common, own),
        Command::Index(own) => index::run(&arguments.common, own),
        Command::Search(own) => search::run(&arguments.common, own),
        Command::Check => check::run(&arguments.common),
        Command::Eval(own) => eval::run(&arguments.common, own),
        Command::Words(own) => words::run(&arguments.common, own),
        Command::Analyze(own) => analyze::run(&arguments.common, own),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(error) if output::is_broken_pipe(&error) => Outcome::Good.into(),
        Err(error) => {
            output::error(&error);
            Outcome::CouldNot.into()
        }
    }
}
