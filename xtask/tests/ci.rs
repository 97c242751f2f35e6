//! `.ci/run`, with a cargo that only tells what it was asked.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

/// Where that cargo lies.
const BIN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ci");

/// A clone with that script, and that cargo first on the path.
struct Checkout(TempDir);

impl Checkout {
    fn new() -> Self {
        let clone = Self(tempfile::tempdir().unwrap());
        for folder in [".ci", "src"] {
            fs::create_dir(clone.path(folder)).unwrap();
        }
        fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/run"), clone.path(".ci/run")).unwrap();
        clone
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self) -> Command {
        let mut command = Command::new("bash");
        let path = format!("{BIN}:{}", std::env::var("PATH").unwrap());
        command.arg(self.path(".ci/run")).env("PATH", path);
        for name in ["CARGO_TARGET_DIR", "BAILIWICK_CI_CACHE", "BAILIWICK_CI_CACHE_LIMIT"] {
            command.env_remove(name);
        }
        command
    }

    fn run_with(&self, cache: &Path) -> Command {
        let mut command = self.run();
        command.env("BAILIWICK_CI_CACHE", cache);
        command
    }
}

fn told(command: &mut Command) -> String {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn without_a_cache_it_builds_in_the_clone() {
    let clone = Checkout::new();
    assert_eq!(told(&mut clone.run()), "cargo xtask test in target, no cache, CI=true\n");
}

#[test]
fn what_was_built_is_kept_between_runs() {
    let (one, two, folder) = (Checkout::new(), Checkout::new(), tempfile::tempdir().unwrap());
    let cache = folder.path().join("made");
    for clone in [&one, &two] {
        let target = cache.join("target");
        let said = format!("cargo xtask test in {}, no cache, CI=true\n", target.display());
        assert_eq!(told(&mut clone.run_with(&cache)), said);
        assert!(!clone.path("target").exists());
    }
    assert_eq!(fs::read_to_string(cache.join("target/built")).unwrap(), "built\nbuilt\n");
}

#[test]
fn sources_are_newer_than_what_is_kept() {
    let (clone, cache) = (Checkout::new(), tempfile::tempdir().unwrap());
    fs::write(clone.path("src/main.rs"), "").unwrap();
    let old = SystemTime::UNIX_EPOCH;
    fs::File::options().write(true).open(clone.path("src/main.rs")).unwrap().set_modified(old).unwrap();
    told(&mut clone.run_with(cache.path()));
    assert!(fs::metadata(clone.path("src/main.rs")).unwrap().modified().unwrap() > old);
}

#[test]
fn what_has_grown_too_large_is_removed() {
    let (clone, cache) = (Checkout::new(), tempfile::tempdir().unwrap());
    told(&mut clone.run_with(cache.path()));
    let said = told(clone.run_with(cache.path()).env("BAILIWICK_CI_CACHE_LIMIT", "0"));
    assert!(said.starts_with("The kept libraries are larger than 0 GB"), "{said}");
    assert_eq!(fs::read_to_string(cache.path().join("target/built")).unwrap(), "built\n");
}

#[test]
fn two_runs_do_not_share_a_cache() {
    let (one, two, cache) = (Checkout::new(), Checkout::new(), tempfile::tempdir().unwrap());
    fs::write(one.path("wait"), "").unwrap();
    let mut first = one.run_with(cache.path()).spawn().unwrap();
    while !one.path("started").exists() {
        assert!(first.try_wait().unwrap().is_none());
        thread::sleep(Duration::from_millis(20));
    }
    let said = told(&mut two.run_with(cache.path()));
    assert!(said.starts_with("Another run has ") && said.contains("in target,"), "{said}");
    assert!(two.path("target/built").exists());
    fs::remove_file(one.path("wait")).unwrap();
    assert!(first.wait().unwrap().success());
    assert!(told(&mut two.run_with(cache.path())).starts_with("cargo"));
}

#[test]
fn it_ends_as_the_tests_ended() {
    let (clone, cache) = (Checkout::new(), tempfile::tempdir().unwrap());
    let done = clone.run_with(cache.path()).env("ENDS", "3").output().unwrap();
    assert_eq!(done.status.code(), Some(3));
    assert!(String::from_utf8(done.stderr).unwrap().contains("ended with status 3"));
}
