//! Playwright, with whichever Chromium there is.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    slice,
};

use serde_json::Value;

use super::{counts::Counts, install};
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
    drop(fs::remove_file(&report));
    let mut command = Command::new("npm");
    command.args(["exec", "--", "playwright", "test", "--reporter=list,json"]).args(filter).current_dir(HOME);
    command.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report).envs(around.iter().copied());
    if let Some(chromium) = chromium() {
        command.env("BAILIWICK_CHROMIUM", chromium);
    }
    let ended = complete(&mut command);
    let counts = read(&report).ok().and_then(|text| counts(&serde_json::from_slice(&text).ok()?));
    match (counts, ended) {
        (Some(counts), Ok(())) => Ok(counts),
        (Some(counts), Err(_)) if counts.failed > 0 => Ok(counts),
        (_, Err(error)) => Err(error),
        (None, Ok(())) => Err("Playwright left no report".into()),
    }
}

/// A test that passes only at times counts as failed.
fn counts(report: &Value) -> Option<Counts> {
    let number = |key: &str| report.get("stats")?.get(key)?.as_u64();
    let failed = failed(report);
    Some(Counts {
        passed: number("expected")?,
        failed: number("unexpected")? + number("flaky")?,
        skipped: number("skipped")?,
        reasons: failed.iter().flat_map(|(name, why)| [slice::from_ref(name), why].concat()).collect(),
        names: failed.into_iter().map(|(name, _)| name).collect(),
    })
}

/// Each test that failed, with what Playwright says of it; a suite holds suites as the report does.
fn failed(report: &Value) -> Vec<(String, Vec<String>)> {
    let all = |of: &Value, key: &str| of.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut told: Vec<_> = all(report, "suites").iter().flat_map(failed).collect();
    for spec in all(report, "specs").iter().filter(|spec| spec["ok"] == false) {
        let part = |key: &str| spec[key].as_str().unwrap_or_default();
        let results = all(spec, "tests").iter().flat_map(|test| all(test, "results")).collect::<Vec<_>>();
        let errors = results.iter().flat_map(|result| all(result, "errors")).collect::<Vec<_>>();
        let why = errors.iter().filter_map(|error| error["message"].as_str()).map(str::to_owned).collect();
        told.push((format!("{}: {}", part("file"), part("title")), why));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_playwrights_report() {
        let report =
            serde_json::json!({ "stats": { "expected": 5, "unexpected": 1, "flaky": 1, "skipped": 2 } });
        let told = Counts { passed: 5, failed: 2, skipped: 2, ..Counts::default() };
        assert_eq!(counts(&report), Some(told));
        assert_eq!(counts(&Value::Null), None);
    }

    #[test]
    fn repeats_why_a_test_in_the_browser_failed() {
        let failed = serde_json::json!({ "results": [{ "errors": [{ "message": "no button" }] }] });
        let specs = serde_json::json!([
            { "title": "shines", "file": "a.spec.ts", "ok": true, "tests": [] },
            { "title": "acts", "file": "a.spec.ts", "ok": false, "tests": [failed] },
        ]);
        let stats = serde_json::json!({ "expected": 1, "unexpected": 1, "flaky": 0, "skipped": 0 });
        let report = serde_json::json!({ "stats": stats, "suites": [{ "suites": [{ "specs": specs }] }] });
        let told = counts(&report).unwrap();
        assert_eq!(told.reasons, ["a.spec.ts: acts", "no button"]);
        assert_eq!(told.names, ["a.spec.ts: acts"]);
    }
}
