//! `run`: what a person who just cloned the repository types first.

use std::process::Command;

use crate::{
    Result,
    site::{self, Effort},
    tools::{PROGRAM, cargo, complete, program, step},
};

/// Further arguments go to `bailiwick serve`.
pub fn run(args: &[String]) -> Result {
    build()?;
    let mut command = Command::new(program("release"));
    command.arg("serve");
    if !args.iter().any(|arg| arg.starts_with("--data")) {
        command.args(["--data", "./data"]);
    }
    complete(command.args(args))
}

/// The optimised site, then the program with the site inside it.
pub fn build() -> Result {
    site::build(Effort::Full)?;
    step("server", || complete(&mut cargo(["build", "--release", "--package", PROGRAM])))
}
