//! `run`: what a person who just cloned the repository types first.

use std::{process::Command, time::Instant};

use crate::{
    Result,
    site::{self, Effort},
    tools::{PROGRAM, cargo, complete, not_started, program, step},
};

/// Further arguments go to `bailiwick serve`. The program is built for a first look: the site as a release has it,
/// the server unoptimised but for hashing and the database. Both are built at once.
pub fn run(args: &[String]) -> Result {
    let mut server = cargo(["build", "--package", PROGRAM]);
    let begin = Instant::now();
    let mut building = server.spawn().map_err(|error| not_started(&server, &error))?;
    let site = site::build(Effort::Full);
    if site.is_err() {
        building.kill()?;
    }
    let status = building.wait()?;
    site?;
    if !status.success() {
        return Err(format!("the server could not be built: {status}").into());
    }
    eprintln!("   server, beside it: {:.1} s", begin.elapsed().as_secs_f32());
    let mut command = Command::new(program("debug"));
    command.arg("serve").env("BAILIWICK_SITE_DIR", Effort::Full.site());
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

/// For keeping: the optimised site, then the optimised program with the site inside it.
pub fn build() -> Result {
    site::build(Effort::Full)?;
    step("server", || complete(&mut cargo(["build", "--release", "--package", PROGRAM])))
}
