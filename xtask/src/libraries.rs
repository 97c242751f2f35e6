//! What may come in: `deny.toml` as `cargo deny` reads it, of which bans and licences are looked at here
//! each time. To have that tool would take longer than everything else that is checked.

use std::{collections::BTreeSet, path::Path};

use serde::Deserialize;
use spdx::{Expression, ParseMode};

use crate::{
    Result,
    tools::{cargo, read},
};

#[derive(Deserialize)]
struct Rules {
    graph: Graph,
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct Licences {
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    name: String,
    reason: String,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    /// With its version: `serde v1.0.228`.
    name: String,
    license: String,
}

/// # Errors
/// Names each library that may not come in, with the reason.
pub fn check() -> Result {
    let rules: Rules = toml::from_slice(&read(Path::new("deny.toml"))?)?;
    let mut found = BTreeSet::new();
    for target in &rules.graph.targets {
        found.extend(libraries(target)?);
    }
    let wrong: Vec<_> = found.iter().filter_map(|package| rules.refusal(package)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// All that is compiled for a target, whatever for. `cargo metadata` would name what no feature asks for, too.
fn libraries(target: &str) -> Result<Vec<Package>> {
    let what = ["tree", "--locked", "--workspace", "--edges", "all", "--target", target];
    let told = cargo(what).args(["--prefix", "none", "--format", "{p}\t{l}"]).output()?;
    if !told.status.success() {
        return Err(String::from_utf8_lossy(&told.stderr).into());
    }
    Ok(String::from_utf8(told.stdout)?.lines().filter_map(package).collect())
}

/// Reads `serde v1.0.228 (proc-macro)`, a tab, `MIT OR Apache-2.0 (*)`.
fn package(line: &str) -> Option<Package> {
    let (name, license) = line.split_once('\t')?;
    let name = name.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ");
    Some(Package { name, license: license.trim_end_matches(" (*)").trim().to_owned() })
}

impl Rules {
    fn refusal(&self, package: &Package) -> Option<String> {
        let Package { name, license } = package;
        let is = |ban: &&Ban| name.split(' ').next() == Some(ban.name.as_str());
        if let Some(Ban { reason, .. }) = self.bans.deny.iter().find(is) {
            return Some(format!("{name} is banned: {reason}"));
        }
        match Expression::parse_mode(license, ParseMode::LAX) {
            Ok(terms) if terms.evaluate(|term| self.licenses.allow.contains(&term.to_string())) => None,
            Ok(_) => Some(format!("{name}: the licence {license} is not allowed")),
            Err(error) => Some(format!("{name}: the licence {license} cannot be read: {}", error.reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_banned_and_what_is_not_free_is_refused() {
        let text = r#"
            graph.targets = []
            licenses.allow = ["MIT", "Apache-2.0 WITH LLVM-exception"]
            bans.deny = [{ name = "ring", reason = "one is enough" }]
        "#;
        let rules: Rules = toml::from_str(text).unwrap();
        let refusal = |line: &str| rules.refusal(&package(line).unwrap());
        for free in
            ["MIT", "MIT OR GPL-3.0-only", "MIT/Apache-2.0 (*)", "Apache-2.0 WITH LLVM-exception AND MIT"]
        {
            assert_eq!(refusal(&format!("good v1.0.0 (proc-macro)\t{free}")), None, "{free}");
        }
        for other in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "Apache-2.0", "whatever we like", ""] {
            assert!(refusal(&format!("bad v1.0.0\t{other}")).is_some(), "{other}");
        }
        assert_eq!(refusal("ring v1.0.0\tMIT").unwrap(), "ring v1.0.0 is banned: one is enough");
    }
}
