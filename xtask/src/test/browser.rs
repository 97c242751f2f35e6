//! Playwright, with whichever Chromium there is.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{counts::Counts, install, report};
use crate::{
    Result,
    tools::{complete, find, read, target, write},
};

const HOME: &str = "end2end";

/// Where the tests' packages note which lock they were installed by.
const INSTALLED: &str = "end2end/node_modules/.lock";

/// Packages and browser are there.
pub fn ready() -> Result {
    if find("npm").is_none() {
        return Err("Node 20 or newer is missing, and the browser tests need it: https://nodejs.org".into());
    }
    let lock = read(&Path::new(HOME).join("package-lock.json"))?;
    if fs::read(INSTALLED).ok().as_ref() != Some(&lock) {
        complete(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--prefix", HOME]))?;
        write(INSTALLED.as_ref(), &lock)?;
    }
    if chromium().is_some() || own_chromium() {
        return Ok(());
    }
    if install::is_debian() {
        return install::debian("chromium", "Chromium");
    }
    let by_hand = format!("npm exec --prefix {HOME} -- playwright install --with-deps chromium");
    if !install::is_ci() {
        return Err(format!("Chromium is missing, and the browser tests need it: {by_hand}").into());
    }
    complete(Command::new("npm").args(by_hand.split(' ').skip(1)))
}

fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find)
}

/// Whether Playwright has downloaded one of its own.
fn own_chromium() -> bool {
    let script = "import('@playwright/test').then(({ chromium }) => console.log(chromium.executablePath()))";
    let told =
        Command::new("node").args(["--input-type=module", "--eval", script]).current_dir(HOME).output();
    told.is_ok_and(|told| Path::new(String::from_utf8_lossy(&told.stdout).trim()).is_file())
}

/// Runs the tests for all to see, and counts them. `around` is what they find in their environment.
pub fn play(filter: &[String], around: &[(&str, &OsStr)]) -> Result<Counts> {
    let report = std::path::absolute(target().join("playwright.json"))?;
    let mut command = playwright(&["--reporter=list,json"], filter, &report)?;
    command.envs(around.iter().copied());
    if let Some(chromium) = chromium() {
        command.env("BAILIWICK_CHROMIUM", chromium);
    }
    let ended = complete(&mut command);
    let counts = read(&report).ok().and_then(|text| report::counts(&serde_json::from_slice(&text).ok()?));
    match (counts, ended) {
        (Some(counts), Ok(())) => Ok(counts),
        (Some(counts), Err(_)) if counts.failed > 0 => Ok(counts),
        (_, Err(error)) => Err(error),
        (None, Ok(())) => Err("Playwright left no report".into()),
    }
}

/// `playwright test`, which writes its report of this run to that file.
fn playwright(how: &[&str], filter: &[String], report: &Path) -> Result<Command> {
    drop(fs::remove_file(report));
    let mut command = Command::new("node");
    command.args(["node_modules/@playwright/test/cli.js", "test"]).args(how).args(filter).current_dir(HOME);
    command.env("PLAYWRIGHT_JSON_OUTPUT_FILE", report);
    // Where the programs lie: it runs in another folder than we do.
    command.env("CARGO_TARGET_DIR", std::path::absolute(target())?);
    Ok(command)
}
