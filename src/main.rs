//! The program: hands its arguments to [`anli::cli`] and returns the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    anli::cli::run(std::env::args_os())
}
