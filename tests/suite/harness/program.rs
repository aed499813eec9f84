//! The real program, run once to its end.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Command, Stdio},
};

use super::Blog;

/// What a run of the program gave.
#[derive(Debug)]
pub(crate) struct Ran {
    shown: String,
    /// The exit code; `None` after a signal.
    pub(crate) code: Option<i32>,
    /// What it wrote to stdout.
    pub(crate) out: String,
    /// What it wrote to stderr.
    pub(crate) err: String,
}

impl Blog {
    /// Runs the program in the blog's home.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        Ran {
            shown: arguments.join(" "),
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Gives the program with its arguments, at home, with none of the caller's settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anli"));
        command.args(arguments).current_dir(self.home()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ANLI_") {
                command.env_remove(name);
            }
        }
        // A person's terminal must not change what is compared.
        command.env_remove("CLICOLOR_FORCE").env("NO_COLOR", "1").env("COLUMNS", "100");
        command
    }
}

impl Ran {
    /// Says how the program ended.
    #[track_caller]
    pub(crate) fn ends_with(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "`anli {}`\n{}{}", self.shown, self.out, self.err);
        self
    }

    /// Says that stdout has this text.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(self.out.contains(text), "`anli {}` does not say `{text}`:\n{}", self.shown, self.out);
        self
    }

    /// Says that stderr has this text.
    #[track_caller]
    pub(crate) fn tells(&self, text: &str) -> &Self {
        assert!(self.err.contains(text), "`anli {}` does not tell `{text}`:\n{}", self.shown, self.err);
        self
    }

    /// Says that stderr begins with an error and nothing is on stdout.
    #[track_caller]
    pub(crate) fn fails(&self, text: &str) -> &Self {
        self.ends_with(2).tells("error: ").tells(text);
        assert_eq!(self.out, "", "results of `anli {}`, which failed", self.shown);
        self
    }
}

/// Runs a command and closes its output after the first line, as `| head -1` does.
pub(crate) fn first_line_only(mut command: Command) -> (Option<i32>, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    (child.wait().unwrap().code(), told)
}
