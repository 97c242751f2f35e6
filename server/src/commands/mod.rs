//! The command line.

mod serve;

use std::{
    error::Error,
    io::{self, IsTerminal as _},
    panic,
    path::PathBuf,
};

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

pub type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// An open directory: people, and what they sign in to.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every subcommand takes.
#[derive(Debug, clap::Args)]
struct Common {
    /// Folder of the database, the keys, and all else that must be backed up
    #[arg(long, global = true, env = "BAILIWICK_DATA", default_value = "./data", value_name = "DIR")]
    data: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the portals
    Serve(serve::Serve),
}

pub fn run(cli: Cli) -> Result {
    match cli.command {
        Command::Serve(serve) => serve::run(&cli.common, &serve),
    }
}

/// Logs go to the standard error, as text for a person or as JSON for a program, and so do panics.
pub fn logs() {
    let filter = EnvFilter::try_from_env("BAILIWICK_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    if std::env::var("BAILIWICK_LOG_FORMAT").is_ok_and(|format| format == "json") {
        logs.json().init();
    } else {
        logs.compact().init();
    }
    panic::set_hook(Box::new(|info| tracing::error!("{info}")));
}
