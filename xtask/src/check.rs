//! `check`: format and lints, before each commit.

use std::process::Command;

use crate::{
    Result, libraries,
    site::TARGET,
    tools::{cargo, complete, step},
};

/// Lints for the server and for the browser apart: features of the one would hide faults of the
/// other.
const HOST: &[&str] = &[
    "--workspace",
    "--exclude",
    "frontend-admin",
    "--exclude",
    "frontend-portal",
    "--features",
    "bailiwick/test-clock",
];
/// Each portal's entry by itself, as it is built: what only the other one uses would be hidden.
const BROWSER: &[&[&str]] = &[
    &["--package", "model", "--package", "app", "--package", "frontend-admin"],
    &["--package", "app", "--package", "frontend-portal"],
];

pub fn run(_args: &[String]) -> Result {
    format()?;
    libraries()?;
    step("lints, server", || clippy(&[HOST, &["--all-targets"]].concat()))?;
    browser()
}

pub fn format() -> Result {
    step("format", || complete(&mut cargo(["fmt", "--all", "--check"])))
}

/// Libraries and their licences.
pub fn libraries() -> Result {
    step("libraries", libraries::check)
}

/// Lints of what runs in the browser.
pub fn browser() -> Result {
    step("lints, browser", || {
        BROWSER
            .iter()
            .try_for_each(|entry| clippy(&[entry, ["--lib", "--target", TARGET].as_slice()].concat()))
    })
}

fn clippy(args: &[&str]) -> Result {
    complete(cargo(["clippy", "--quiet", "--locked"]).args(args).args(["--", "-D", "warnings"]))
}

/// Lets a build look for lints in our own crates by the way, as `cargo clippy` does, which would
/// have all libraries looked through apart from that: three minutes of two cores.
pub fn linted(command: &mut Command) -> &mut Command {
    command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__")
}
