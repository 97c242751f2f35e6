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

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    /// None for our own.
    source: Option<String>,
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

/// All that is compiled for a target, whatever for.
fn libraries(target: &str) -> Result<Vec<Package>> {
    let mut command = cargo(["metadata", "--locked", "--format-version", "1", "--filter-platform", target]);
    let told = command.output()?;
    if !told.status.success() {
        return Err(String::from_utf8_lossy(&told.stderr).into());
    }
    let metadata: Metadata = serde_json::from_slice(&told.stdout)?;
    Ok(metadata.packages.into_iter().filter(|package| package.source.is_some()).collect())
}

impl Rules {
    fn refusal(&self, package: &Package) -> Option<String> {
        let Package { name, version, license, .. } = package;
        let banned = self.bans.deny.iter().find(|ban| ban.name == *name);
        if let Some(Ban { reason, .. }) = banned {
            return Some(format!("{name} {version} is banned: {reason}"));
        }
        let Some(license) = license else { return Some(format!("{name} {version} names no licence")) };
        match Expression::parse_mode(license, ParseMode::LAX) {
            Ok(terms) if terms.evaluate(|term| self.licenses.allow.contains(&term.to_string())) => None,
            Ok(_) => Some(format!("{name} {version}: the licence {license} is not allowed")),
            Err(error) => {
                Some(format!("{name} {version}: the licence {license} cannot be read: {}", error.reason))
            }
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
        let refusal = |name: &str, license: Option<&str>| {
            let license = license.map(str::to_owned);
            rules.refusal(&Package { name: name.into(), version: "1.0.0".into(), license, source: None })
        };
        for free in ["MIT", "MIT OR GPL-3.0-only", "MIT/Apache-2.0", "Apache-2.0 WITH LLVM-exception AND MIT"]
        {
            assert_eq!(refusal("good", Some(free)), None, "{free}");
        }
        for other in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "Apache-2.0", "whatever we like"] {
            assert!(refusal("bad", Some(other)).is_some(), "{other}");
        }
        assert!(refusal("none", None).is_some());
        assert_eq!(refusal("ring", Some("MIT")).unwrap(), "ring 1.0.0 is banned: one is enough");
    }
}
