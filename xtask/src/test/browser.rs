//! Playwright, with whichever Chromium there is.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{
    counts::Counts,
    install,
    report::{self, Test},
};
use crate::{
    Result, root,
    tools::{complete, files, find, read, target, write},
};

const HOME: &str = "end2end";

/// Where the tests' packages note which lock they were installed by.
const INSTALLED: &str = "end2end/node_modules/.lock";

/// Packages and browser are there.
pub fn ready() -> Result {
    packages()?;
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

fn packages() -> Result {
    if find("npm").is_none() {
        return Err("Node 20 or newer is missing, and the browser tests need it: https://nodejs.org".into());
    }
    let lock = read(&Path::new(HOME).join("package-lock.json"))?;
    if fs::read(INSTALLED).ok().as_ref() != Some(&lock) {
        complete(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--prefix", HOME]))?;
        write(INSTALLED.as_ref(), &lock)?;
    }
    Ok(())
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

/// Whether a test of that name may be among them, by what is cheap to read: titles are put together
/// of words that stand in the sources.
pub fn may_have(name: &str) -> Result<bool> {
    let home = root().join(HOME);
    let mut common = String::new();
    for path in files(&home.join("support"))? {
        common.push_str(&fs::read_to_string(path)?);
    }
    for path in files(&home.join("tests"))? {
        let text = fs::read_to_string(&path)?;
        let place = path.file_name().unwrap_or_default().to_string_lossy();
        let known = |word: &str| text.contains(word) || place.contains(word) || common.contains(word);
        if path.extension().is_some_and(|ext| ext == "ts") && name.split_whitespace().all(known) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The tests that a choice leaves, as Playwright lists them; nothing but its packages is needed.
pub fn listed(filter: &[String]) -> Result<Vec<Test>> {
    packages()?;
    let report = std::path::absolute(target().join("playwright-list.json"))?;
    let mut command = playwright(&["--list", "--reporter=json", "--pass-with-no-tests"], filter, &report)?;
    complete(command.stdout(Stdio::null()))?;
    Ok(report::tests(&serde_json::from_slice(&read(&report)?)?))
}

/// Playwright's choice of what one of these names is part of: in the file's name or in the title,
/// which it has in one line after the project's.
pub fn choice(names: &[String]) -> Vec<String> {
    let any: Vec<_> = names.iter().map(|name| escaped(name)).collect();
    vec!["--grep".into(), format!("/^\\s*\\S+ .*(?:{})/", any.join("|"))]
}

/// As a pattern that matches this text alone.
fn escaped(text: &str) -> String {
    let plain = |letter: &char| letter.is_alphanumeric() || !letter.is_ascii() || " _".contains(*letter);
    text.chars().fold(String::new(), |mut pattern, letter| {
        pattern.extend((!plain(&letter)).then_some('\\'));
        pattern.push(letter);
        pattern
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn chooses_by_the_text_of_a_name() {
        let choice = choice(&names(&["/admin/users comes", "a (b) *"]));
        assert_eq!(choice, ["--grep", "/^\\s*\\S+ .*(?:\\/admin\\/users comes|a \\(b\\) \\*)/"]);
    }

    #[test]
    fn a_title_of_several_parts_is_found_by_its_words() {
        for name in
            ["/admin/users comes to life", "what Read Only sees", "passkeys.spec", "chunks are loaded"]
        {
            assert!(may_have(name).unwrap(), "{name}");
        }
        assert!(!may_have("what_is_put_off_is_tried_again").unwrap());
    }
}
