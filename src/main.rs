//! The command line of onpace.

use std::process::ExitCode;

fn main() -> ExitCode {
    onpace::cli::main()
}
