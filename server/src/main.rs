//! The program: command line, configuration, HTTP, embedded files.

mod commands;
mod config;
mod http;
mod logs;
mod tls;
mod world;

use std::process::ExitCode;

use clap::Parser as _;
use commands::Cli;

fn main() -> ExitCode {
    commands::run(Cli::parse())
}
