//! Debian's clients of LDAP for the tests.

use std::path::PathBuf;

use super::install;
use crate::{Result, tools::find};

/// Where tests find the folder that they are in.
pub const VARIABLE: &str = "BAILIWICK_TEST_LDAP_UTILS";

/// The folder with the programs.
pub fn programs() -> Result<PathBuf> {
    if let Some(folder) = folder() {
        return Ok(folder);
    }
    install::debian("ldap-utils", "ldapsearch")?;
    folder().ok_or_else(|| "ldap-utils is installed, and ldapsearch is not found".into())
}

fn folder() -> Option<PathBuf> {
    find("ldapsearch").and_then(|program| program.parent().map(PathBuf::from))
}
