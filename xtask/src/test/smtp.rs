//! A mail server for the tests: aiosmtpd, in a Python environment of its own below `target`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::install;
use crate::{
    Result,
    tools::{complete, find, read, target, write},
};

/// Where tests find a Python that has it.
pub const VARIABLE: &str = "BAILIWICK_TEST_SMTP";

const NEEDS: &str = "server/directory/tests/data/postbox.txt";

/// The Python to run it with.
pub fn python() -> Result<PathBuf> {
    if find("python3").is_none() {
        install::debian("python3-venv", "Python 3 with venv")?;
    }
    let home = std::path::absolute(target().join("postbox"))?;
    let (python, installed, needs) = (home.join("bin/python"), home.join(".needs"), read(NEEDS.as_ref())?);
    if fs::read(&installed).ok().as_ref() == Some(&needs) && knows_mail(&python) {
        return Ok(python);
    }
    match environment(&home, &python) {
        Ok(()) => {
            write(&installed, &needs)?;
            Ok(python)
        }
        Err(error) => {
            eprintln!("xtask: aiosmtpd from PyPI: {error}");
            debians()
        }
    }
}

fn environment(home: &Path, python: &Path) -> Result {
    let make =
        || complete(Command::new("python3").args(["-m", "venv", "--clear"]).arg(home).stdout(Stdio::null()));
    if make().is_err() {
        install::debian("python3-venv", "Python’s venv")?;
        make()?;
    }
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", NEEDS];
    complete(Command::new(python).args(pip))
}

/// Where `PyPI` cannot be reached, the one that Debian has.
fn debians() -> Result<PathBuf> {
    let python = PathBuf::from("/usr/bin/python3");
    if !knows_mail(&python) {
        install::debian("python3-aiosmtpd", "The mail server aiosmtpd")?;
    }
    Ok(python)
}

fn knows_mail(python: &Path) -> bool {
    let asked = Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}
