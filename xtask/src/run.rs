//! `run`: what a person who just cloned the repository types first.

use std::process::Command;

use crate::{
    Result,
    site::{self, Effort},
    tools::{PROGRAM, cargo, complete, not_started, program, step},
};

/// Further arguments go to `bailiwick serve`.
pub fn run(args: &[String]) -> Result {
    build()?;
    let mut command = Command::new(program("release"));
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

/// The optimised site, then the program with the site inside it.
pub fn build() -> Result {
    site::build(Effort::Full)?;
    step("server", || complete(&mut cargo(["build", "--release", "--package", PROGRAM])))
}
