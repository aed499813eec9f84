//! The program: hands its arguments to [`anli::cli`] and returns the exit code.

use std::process::ExitCode;

/// The system's own keeps for each thread that ever was what the thread had, and each commit has threads of its own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    anli::cli::run(std::env::args_os())
}
