//! The `gate` binary: everything is in the library, so that tests and tools can use it.

use std::process::ExitCode;

fn main() -> ExitCode {
    gate::cli::run(std::env::args_os())
}
