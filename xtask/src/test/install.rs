//! Programs that only the tests need.

use std::{env, fs, process::Command};

use crate::{Result, tools::complete};

/// Installs a package of Debian where we may, else says how.
pub fn debian(package: &str, what: &str) -> Result {
    let by_hand = format!("apt-get install -y {package}");
    if !is_debian() || !(is_root() || is_ci()) {
        return Err(
            format!("{what} is missing, and the tests need it. Install it, on Debian by: {by_hand}").into()
        );
    }
    eprintln!("=> installing {package}");
    apt(&["update"])?;
    apt(&["install", "-y", "--no-install-recommends", package])
}

fn apt(args: &[&str]) -> Result {
    let mut command = if is_root() { Command::new("apt-get") } else { Command::new("sudo") };
    if !is_root() {
        command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    complete(command.args(args).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Debian itself: elsewhere packages of these names may be something else.
pub fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

pub fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| String::from_utf8_lossy(&id.stdout).trim() == "0")
}

pub fn is_ci() -> bool {
    env::var("CI").is_ok_and(|ci| ci == "true")
}
