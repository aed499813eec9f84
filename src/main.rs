//! The program: hands its arguments to [`anli::cli`] and returns the exit code.

use std::process::ExitCode;

/// Replaces the system's allocator, which keeps the memory of threads that have ended: each commit starts new threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    anli::cli::run(std::env::args_os())
}
