//! `run`: what a person who just cloned the repository types first.

use std::{path::PathBuf, process::Command};

use crate::{
    Result,
    site::{self, Effort},
    tools::{PROGRAM, cargo, complete, host, not_started, program, step},
};

/// Further arguments go to `bailiwick serve`.
pub fn run(args: &[String]) -> Result {
    let mut command = Command::new(look()?);
    command.arg("serve");
    if !args.iter().any(|arg| arg.starts_with("--data")) {
        command.args(["--data", "./data"]);
    }
    become_it(command.args(args))
}

/// Takes our place, so that whoever stops us stops the program.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result {
    use std::os::unix::process::CommandExt as _;

    let error = command.exec();
    Err(not_started(command, &error).into())
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result {
    complete(command)
}

/// The same program as `build` makes, sooner: less optimised. Says where it lies.
fn look() -> Result<PathBuf> {
    site::build(Effort::Look)?;
    let site = std::path::absolute(Effort::Look.site())?;
    // With its target named, cargo takes the macros that it has built for the browser's side.
    let host = host()?;
    let build = ["build", "--profile", "look", "--target", &host, "--package", PROGRAM];
    step("server", || complete(cargo(build).env("BAILIWICK_EMBED", site)))?;
    Ok(program(&format!("{host}/look")))
}

/// The optimised site, then the program with the site inside it.
pub fn build() -> Result {
    site::build(Effort::Full)?;
    step("server", || complete(&mut cargo(["build", "--release", "--package", PROGRAM])))
}
