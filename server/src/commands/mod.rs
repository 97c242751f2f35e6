//! The command line.

mod admin;
mod import;
mod ldap;
mod listen;
mod open;
mod output;
mod passwords;
mod serve;
mod settings;
mod setup;
mod verify;

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    Result,
    config::{self, Arguments, Usage},
};

/// An open directory: people, and what they sign in to.
///
/// Every option can also stand in the configuration file, or in the environment as `BAILIWICK_` and
/// its name; `bailiwick config` shows what is in force.
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
#[command(next_help_heading = "Options of every command")]
struct Common {
    /// Folder of the database, the key, and all else that must be backed up [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
    /// `postgres://user:password@host/database` or `sqlite:FILE` [default: a file in the data folder]
    ///
    /// Other people of this machine can see the command line: with a password in it, better use
    /// `BAILIWICK_DATABASE_URL` or `BAILIWICK_DATABASE_URL_FILE`.
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// File with the settings [default: bailiwick.toml in the data folder, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Write log lines for a person or for a program [default: text]
    #[arg(long, global = true, value_name = "text|json")]
    log_format: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the portals
    Serve(serve::Serve),
    /// Set the organization up without a browser: for unattended installation
    Setup(setup::SetUp),
    /// Administrators: add one, let one back in
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Take people over from a file
    #[command(subcommand)]
    Import(import::Import),
    /// Check that no event of the history was edited, deleted, moved or cut off
    ///
    /// Reads every sealed event, the oldest first, beside a server that runs. Says the first that is not what was
    /// sealed, and ends with 1.
    VerifyEvents,
    /// Print what is in force, without secrets, and who said so
    Config(settings::Options),
}

impl Common {
    fn arguments(&self) -> Arguments {
        let values =
            [("data", &self.data), ("database_url", &self.database_url), ("log_format", &self.log_format)];
        let values = values.into_iter().map(|(name, value)| (name, value.iter().cloned().collect()));
        Arguments { config: self.config.clone(), values: values.collect::<BTreeMap<_, _>>() }
    }
}

/// Does what the command line asks, and says why not on the standard error.
pub fn run(cli: Cli) -> ExitCode {
    match begin(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(error.as_ref());
            if error.is::<Usage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn begin(cli: Cli) -> Result {
    let mut arguments = cli.common.arguments();
    if let Command::Serve(serve) = &cli.command {
        serve.add_to(&mut arguments);
    }
    if let Command::Config(options) = &cli.command {
        options.serve.add_to(&mut arguments);
    }
    let settings = config::read(&arguments)?;
    // Whoever types a command wants its answer, not what goes on beneath it.
    let logs = if matches!(cli.command, Command::Serve(_)) { "info" } else { "warn" };
    crate::logs::start(&settings, logs)?;
    for name in &settings.unknown_variables {
        tracing::warn!(name, "this variable is no setting; `bailiwick config` shows those that there are");
    }
    match cli.command {
        Command::Serve(_) => serve::run(&settings),
        Command::Setup(setup) => setup.run(&settings),
        Command::Admin(admin) => admin.run(&settings),
        Command::Import(import) => import.run(&settings),
        Command::VerifyEvents => verify::run(&settings),
        Command::Config(_) => settings::run(&settings),
    }
}
