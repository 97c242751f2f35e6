//! How many tests passed and failed, over all the tools that ran them.

use std::{
    fmt,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use crate::{
    Result,
    tools::{not_started, step},
};

/// How many lines of one tool's reasons the end repeats.
const MOST: usize = 60;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
    /// Why what failed did: the end repeats it, because a log may be kept by its last lines only.
    pub reasons: Vec<String>,
    /// What passed only when it was tried again.
    pub flaky: Vec<String>,
    /// What failed, a line each: it comes last of all, before the counts.
    pub names: Vec<String>,
}

impl Counts {
    /// Runs a stage and counts it in. One that breaks off counts as a failure, and so the last
    /// line never looks better than it is.
    pub fn stage(&mut self, what: &str, work: impl FnOnce() -> Result<Self>) {
        match step(what, work) {
            Ok(counts) => self.add(counts),
            Err(error) => {
                eprintln!("xtask: {what}: {error}");
                self.failed += 1;
                self.names.push(format!("{what}: {error}"));
            }
        }
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.reasons.extend(other.reasons);
        self.flaky.extend(other.flaky);
        self.names.extend(other.names);
    }

    /// Whether there was any test at all.
    pub fn any(&self) -> bool {
        self.passed + self.failed + self.skipped > 0
    }

    pub fn tell(&self) {
        println!("{}", self.told());
    }

    /// Why something failed, what did, and the last line of all.
    fn told(&self) -> String {
        let reasons = self.reasons.iter().cloned();
        let flaky = self.flaky.iter().map(|name| format!("flaky: {name}"));
        let failed = self.names.iter().map(|name| format!("failed: {name}"));
        let end = [String::new(), self.to_string()];
        reasons.chain(flaky).chain(failed).chain(end).collect::<Vec<_>>().join("\n")
    }

    /// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn of_cargo(line: &str) -> Option<Self> {
        let (_, told) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut counts = Self::default();
        for part in told.split("; ") {
            let Some((number, what)) = part.split_once(' ') else { continue };
            match what {
                "passed" => counts.passed = number.parse().ok()?,
                "failed" => counts.failed = number.parse().ok()?,
                "ignored" => counts.skipped = number.parse().ok()?,
                _ => {}
            }
        }
        Some(counts)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 { write!(f, ", {} skipped", self.skipped) } else { Ok(()) }
    }
}

/// What `cargo test` writes below its first `failures:`, up to the result.
#[derive(Debug, Default)]
struct Reasons {
    telling: bool,
    lines: Vec<String>,
    names: Vec<String>,
}

impl Reasons {
    fn hear(&mut self, line: &str) {
        self.telling = match line {
            "failures:" => true,
            _ => self.telling && !line.starts_with("test result: "),
        };
        if self.telling && self.lines.len() < MOST && !line.is_empty() {
            self.lines.push(line.to_owned());
        }
        // The second list below `failures:` is of names alone, each indented.
        if let Some(name) = line.strip_prefix("    ").filter(|name| self.telling && !name.contains(' ')) {
            self.names.push(name.to_owned());
        }
    }
}

/// Runs `cargo test` for all to see, and counts along.
pub fn cargo_test(command: &mut Command) -> Result<Counts> {
    let spawned = command.stdout(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|error| not_started(command, &error))?;
    let mut counts = Counts::default();
    let mut reasons = Reasons::default();
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).lines() {
            let line = line?;
            counts.add(Counts::of_cargo(&line).unwrap_or_default());
            reasons.hear(&line);
            println!("{line}");
        }
    }
    (counts.reasons, counts.names) = (reasons.lines, reasons.names);
    if !child.wait()?.success() && counts.failed == 0 {
        return Err("cargo test broke off".into());
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cargos_line() {
        let line = "test result: FAILED. 12 passed; 1 failed; 3 ignored; 0 measured; 2 filtered out; finished in 0.1s";
        assert_eq!(
            Counts::of_cargo(line),
            Some(Counts { passed: 12, failed: 1, skipped: 3, ..Counts::default() })
        );
        assert_eq!(Counts::of_cargo("test result_of_x ... ok"), None);
    }

    #[test]
    fn says_nothing_of_skipped_when_there_are_none() {
        let counts = |failed, skipped| Counts { passed: 2, failed, skipped, ..Counts::default() };
        assert_eq!(counts(0, 0).to_string(), "2 passed, 0 failed");
        assert_eq!(counts(1, 1).to_string(), "2 passed, 1 failed, 1 skipped");
    }

    #[test]
    fn tells_what_was_flaky_before_what_failed_and_the_counts() {
        let one = Counts { passed: 1, flaky: vec!["a: acts".into()], ..Counts::default() };
        let other = Counts { failed: 1, names: vec!["b".into()], ..Counts::default() };
        let mut counts = Counts::default();
        counts.stage("browsers", || Ok(one));
        counts.stage("tests", || Ok(other));
        assert_eq!(counts.told(), "flaky: a: acts\nfailed: b\n\n1 passed, 1 failed");
    }

    #[test]
    fn a_stage_that_breaks_off_counts_as_a_failure() {
        let mut counts = Counts::default();
        counts.stage("broken", || Err("it broke".into()));
        assert_eq!(counts.failed, 1);
        assert_eq!(counts.names, ["broken: it broke"]);
    }

    #[test]
    fn repeats_why_a_test_of_rust_failed() {
        let mut reasons = Reasons::default();
        let told = "test a ... ok\n\nfailures:\n\n---- b stdout ----\nno\n\nfailures:\n    b\n\ntest result: FAILED. 1 passed; 1 failed\nand more";
        told.lines().for_each(|line| reasons.hear(line));
        assert_eq!(reasons.lines, ["failures:", "---- b stdout ----", "no", "failures:", "    b"]);
        assert_eq!(reasons.names, ["b"]);
    }
}
