//! The layers hold: no modules of a crate import each other in a circle, no crate imports one above it, and
//! only the command line acts as the operator.

mod graph;
mod names;
mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use graph::Graph;
use source::Source;

/// Circles of `app` that are known and being removed: folder, from, to. An entry that closes no circle any
/// more fails the test.
const KNOWN: &[(&str, &str, &str)] = &[];

/// Which of our crates each of them may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("directory-core", &["model"]),
    ("directory", &["model", "directory-core"]),
    ("web", &["model", "directory"]),
    ("ldap", &["model", "directory"]),
    ("app", &["model", "directory", "web"]),
    ("frontend-admin", &["app"]),
    ("frontend-portal", &["app"]),
    ("bailiwick", &["model", "directory", "web", "ldap", "app"]),
    ("xtask", &[]),
];

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifest(folder: &Path) -> toml::Table {
    let text = std::fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
    text.parse().expect("TOML")
}

/// The crates of the workspace, by name.
fn crates() -> BTreeMap<String, PathBuf> {
    let workspace = manifest(&home());
    let members = workspace["workspace"]["members"].as_array().expect("members").clone();
    let folders = members.iter().map(|member| home().join(member.as_str().expect("a path")));
    folders
        .map(|folder| (manifest(&folder)["package"]["name"].as_str().expect("a name").to_owned(), folder))
        .collect()
}

fn source_of(folder: &Path) -> Source {
    let root =
        ["src/lib.rs", "src/main.rs"].map(|root| folder.join(root)).into_iter().find(|root| root.exists());
    Source::read(&root.expect("a root file"))
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let mut faults = Vec::new();
    for (name, folder) in crates() {
        let known: &[_] = if name == "app" { KNOWN } else { &[] };
        faults.extend(Graph::of(&source_of(&folder)).faults(&name, known));
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The services of the directory do not know the facade above them.
#[test]
fn the_directory_does_not_import_its_own_facade() {
    let source = source_of(&crates()["directory"]);
    let up: Vec<_> = source.arrows().filter(|arrow| arrow.to.is_empty() && !arrow.from.is_empty()).collect();
    assert!(up.is_empty(), "{up:#?}");
}

#[test]
fn crates_import_only_what_is_below_them() {
    let crates = crates();
    let allowed: BTreeMap<_, _> = MAY_IMPORT.iter().copied().collect();
    for (name, folder) in &crates {
        let allowed =
            allowed.get(name.as_str()).unwrap_or_else(|| panic!("{name} has no layer: add it above"));
        let manifest = manifest(folder);
        for table in ["dependencies", "build-dependencies"] {
            let Some(table) = manifest.get(table).and_then(toml::Value::as_table) else { continue };
            for ours in table.keys().filter(|one| crates.contains_key(*one)) {
                assert!(allowed.contains(&ours.as_str()), "{name} must not import {ours}");
            }
        }
    }
}

/// The kit of components can be used by any screen of any portal: it knows of none.
#[test]
fn the_kit_imports_nothing_of_the_application() {
    let source = source_of(&crates()["app"]);
    let is_of = |module: &[String], of: &str| module.first().is_some_and(|first| first == of);
    let below = |module: &[String]| is_of(module, "kit") || is_of(module, "browser");
    let up: Vec<_> = source.arrows().filter(|arrow| is_of(&arrow.from, "kit") && !below(&arrow.to)).collect();
    assert!(up.is_empty(), "{up:#?}");
}

/// Code that answers requests never uses the operator.
#[test]
fn only_the_command_line_acts_as_the_operator() {
    let crates = crates();
    let mut found = 0;
    for name in ["app", "web", "ldap", "bailiwick"] {
        for (file, line, word) in source_of(&crates[name]).words(&["Operator", "open_for_operator"]) {
            let file = file.display().to_string();
            found += 1;
            let allowed = file.contains("server/src/commands/") && !file.ends_with("/serve.rs");
            assert!(allowed, "{file}:{line} uses {word}");
        }
    }
    assert!(found > 0, "the command line acts as the operator");
}

#[test]
fn rest_does_not_use_the_screens() {
    for (file, line, _) in source_of(&crates()["bailiwick"]).words(&["app"]) {
        let file = file.display().to_string();
        assert!(!file.contains("server/src/http/api/"), "{file}:{line} uses the screens");
    }
}
