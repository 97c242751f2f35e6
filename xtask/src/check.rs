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
const BROWSER: &[&str] = &[
    "--package",
    "model",
    "--package",
    "app",
    "--package",
    "frontend-admin",
    "--package",
    "frontend-portal",
];

pub fn run(_args: &[String]) -> Result {
    step("format", || complete(&mut cargo(["fmt", "--all", "--check"])))?;
    step("lints, server", || clippy(&[HOST, &["--all-targets"]].concat()))?;
    step("lints, browser", || clippy(&[BROWSER, &["--lib", "--target", TARGET]].concat()))
}

fn clippy(args: &[&str]) -> Result {
    complete(cargo(["clippy", "--quiet", "--locked"]).args(args).args(["--", "-D", "warnings"]))
}
