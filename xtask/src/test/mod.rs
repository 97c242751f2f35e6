//! `test`: everything that must hold before a change is anybody's.

mod beside;
mod browser;
mod counts;
mod install;
mod ldap;
mod named;
mod postgres;
mod report;
mod smtp;

use std::{fmt, process::Command};

use crate::{
    Result, check, run,
    site::{self, Effort},
    tools::{cargo, complete, step},
};
use beside::Beside;
use counts::{Counts, cargo_test};
use postgres::Postgres;

/// All has been said; the counts stay the last line.
#[derive(Debug)]
struct AlreadyReported;

impl fmt::Display for AlreadyReported {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for AlreadyReported {}

/// What is built beside the tests: the part's name.
const RELEASED: &str = "released";

/// All of it; or what `NAME…` is part of, while at work on it. Other parts are `unit [FILTER]…`,
/// `browser [FILTER]…`, and `released`, which builds the program that the browsers' tests start.
pub fn run(args: &[String]) -> Result {
    let part = args.split_first().map(|(part, rest)| (part.as_str(), rest));
    let mut counts = Counts::default();
    match part {
        None => whole(&mut counts)?,
        Some((RELEASED, _)) => return run::build(),
        Some(("unit", rest)) => counts.stage("tests", || unit(Build::Plain, rest)),
        Some(("browser", rest)) => counts.stage("browsers", || browser(Build::Plain, rest)),
        Some(_) => named::run(args, &mut counts)?,
    }
    counts.tell();
    if counts.failed == 0 { Ok(()) } else { Err(AlreadyReported.into()) }
}

fn whole(counts: &mut Counts) -> Result {
    let released = Beside::begin(RELEASED)?;
    counts.stage("format", || check::format().map(|()| Counts::default()));
    counts.stage("libraries", || check::libraries().map(|()| Counts::default()));
    counts.stage("tests' build and its lints", || built().map(|()| Counts::default()));
    counts.stage("tests", || unit(Build::Linted, &[]));
    counts.stage("workshop's tests", || cargo_test(check::linted(&mut test(&["--package", "xtask"]))));
    counts.stage("lints, browser", || check::browser().map(|()| Counts::default()));
    counts.stage("program as released", || released.end().map(|()| Counts::default()));
    counts.stage("browsers", || browser(Build::Linted, &[]));
    Ok(())
}

/// How the tests are built: with lints as faults, or for who is at work on one of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Build {
    Linted,
    Plain,
}

/// Builds all that the tests run and what else there is, such as the bench.
fn built() -> Result {
    complete(workspace_tests(Build::Linted).args(["--all-targets", "--no-run"]))?;
    // Its tests are built without what makes it a program.
    complete(check::linted(&mut cargo(["build", "--locked", "--package", "xtask"])))
}

/// Rules, the directory on both databases, and the HTTP shell.
fn unit(build: Build, filter: &[String]) -> Result<Counts> {
    let postgres = step("PostgreSQL", Postgres::start)?;
    let python = step("mail server", smtp::python)?;
    let clients = step("clients of LDAP", ldap::programs)?;
    let mut command = workspace_tests(build);
    command.env(postgres::VARIABLE, postgres.url());
    command.env(ldap::VARIABLE, clients);
    command.env(smtp::VARIABLE, python);
    // Cargo leaves out what needs a server; here there are servers.
    cargo_test(command.args(["--", "--include-ignored"]).args(filter))
}

/// What is built for browsers alone, and the workshop.
const ELSEWHERE: &[&str] = &["frontend-admin", "frontend-portal", "xtask"];

/// All that runs outside of a browser. One choice of packages for whatever is built of it: with
/// another, cargo builds libraries again with other features.
fn workspace_tests(build: Build) -> Command {
    let mut command = test(&["--workspace"]);
    command
        .args(ELSEWHERE.iter().flat_map(|package| ["--exclude", package]))
        .args(["--features", "bailiwick/test-clock"]);
    if build == Build::Linted {
        check::linted(&mut command);
    }
    command
}

fn test(args: &[&str]) -> Command {
    let mut command = cargo(["test", "--locked", "--no-fail-fast"]);
    command.args(args);
    command
}

/// Which programs the tests in browsers start: one with a clock that they can move, and the one that
/// people download.
#[derive(Clone, Copy)]
struct Wanted {
    built: bool,
    released: bool,
}

impl Wanted {
    /// By the names of Playwright's projects.
    fn by(is_wanted: impl Fn(&str) -> bool) -> Self {
        Self { built: is_wanted("built"), released: is_wanted(RELEASED) }
    }
}

/// The real server in a real browser. Whoever tries one project alone does not wait for the other's
/// program.
fn browser(build: Build, filter: &[String]) -> Result<Counts> {
    let only = |project: &str| filter.iter().any(|arg| *arg == format!("--project={project}"));
    let wanted =
        Wanted { built: !only(RELEASED) || only("built"), released: !only("built") || only(RELEASED) };
    in_browsers(build, wanted, filter)
}

fn in_browsers(build: Build, wanted: Wanted, filter: &[String]) -> Result<Counts> {
    browser::ready()?;
    if wanted.released {
        run::build()?;
    } else {
        site::build(Effort::Full)?;
    }
    if wanted.built {
        // Built for the tests that start it, with the libraries that they are built with.
        step("server with test-clock", || {
            complete(workspace_tests(build).args(["--test", "program", "--no-run"]))
        })?;
    }
    let python = step("mail server", smtp::python)?;
    browser::play(filter, &[(smtp::VARIABLE, python.as_ref())])
}
