//! `check`: format and lints, before each commit.

use crate::{
    Result,
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
    step("format", || complete(&mut cargo(["fmt", "--all", "--check"])))?;
    step("lints, server", || clippy(&[HOST, &["--all-targets"]].concat()))?;
    step("lints, browser", || {
        BROWSER
            .iter()
            .try_for_each(|entry| clippy(&[entry, ["--lib", "--target", TARGET].as_slice()].concat()))
    })
}

fn clippy(args: &[&str]) -> Result {
    complete(cargo(["clippy", "--quiet", "--locked"]).args(args).args(["--", "-D", "warnings"]))
}
