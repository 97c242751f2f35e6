//! The program: command line, configuration, HTTP, embedded files.

mod commands;
mod config;
mod http;
mod logs;
mod runtime;
#[cfg(feature = "test-clock")]
mod test_cards;
mod tls;

use std::{error::Error, process::ExitCode};

use clap::Parser as _;
use commands::Cli;

/// What goes wrong is a sentence for the person at the terminal, and what to do about it.
type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

fn main() -> ExitCode {
    commands::run(Cli::parse())
}
