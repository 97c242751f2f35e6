//! `test NAME`: what a name is part of, in Rust and in browsers, and nothing else.
//!
//! What no test of that name needs is not built. The sources tell which tests there may be, and
//! whether they ask for a server.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    Build, ELSEWHERE, Wanted, browser, cargo_test, counts::Counts, in_browsers, ldap, postgres,
    postgres::Postgres, smtp, test, workspace_tests,
};
use crate::{
    Result, root,
    tools::{files, read, step},
};

/// The workshop is built by itself.
const WORKSHOP: &[&str] = &["xtask/src", "xtask/tests"];

pub fn run(names: &[String], counts: &mut Counts) -> Result {
    if let Some(option) = names.iter().find(|name| name.starts_with('-')) {
        return Err(format!("there is no option `{option}`").into());
    }
    let ours = Matching::of(&places()?, names)?;
    let workshop = any_matches(WORKSHOP, names)?;
    let choice = browser::choice(names);
    let mut screens = Vec::new();
    for name in names {
        if browser::may_have(name)? {
            screens = browser::listed(&choice)?;
            break;
        }
    }
    if !ours.targets.is_empty() {
        counts.stage("tests", || ours.run(names));
    }
    if workshop {
        counts.stage("workshop's tests", || {
            cargo_test(test(&["--package", "xtask", "--", "--include-ignored"]).args(names))
        });
    }
    if !screens.is_empty() {
        let wanted = Wanted::by(|project| screens.iter().any(|test| test.project == project));
        counts.stage("browsers", || in_browsers(Build::Plain, wanted, &choice));
    }
    if counts.any() { Ok(()) } else { Err(format!("no test matches {}", names.join(" or ")).into()) }
}

#[derive(Deserialize)]
struct Manifest {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    members: Vec<String>,
}

/// A folder with sources of tests, and what cargo calls what is built of it.
struct Place {
    folder: PathBuf,
    target: String,
}

/// Where all tests are written that run outside of a browser, but for the workshop's.
fn places() -> Result<Vec<Place>> {
    let manifest: Manifest = toml::from_slice(&read(&root().join("Cargo.toml"))?)?;
    let mut places = Vec::new();
    for member in manifest.workspace.members.iter().filter(|member| !is_elsewhere(member)) {
        let member = root().join(member);
        for (file, target) in [("lib.rs", "--lib"), ("main.rs", "--bins")] {
            if member.join("src").join(file).is_file() {
                places.push(Place { folder: member.join("src"), target: target.into() });
            }
        }
        for main in files(&member.join("tests"))?.into_iter().filter(|file| file.ends_with("main.rs")) {
            let folder = main.parent().map(Path::to_owned).unwrap_or_default();
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            places.push(Place { folder, target: format!("--test={name}") });
        }
    }
    Ok(places)
}

/// Whether a member of the workspace is none of those that are tested together.
fn is_elsewhere(member: &str) -> bool {
    ELSEWHERE.contains(&member.replace('/', "-").as_str())
}

/// Where tests of a name may be.
#[derive(Debug, Default, PartialEq, Eq)]
struct Matching {
    targets: BTreeSet<String>,
    postgres: bool,
    mail: bool,
    ldap: bool,
}

impl Matching {
    fn of(places: &[Place], names: &[String]) -> Result<Self> {
        let mut matching = Self::default();
        for place in places {
            let sources = Sources::read(&place.folder)?;
            if names.iter().any(|name| sources.may_have(name)) {
                matching.targets.insert(place.target.clone());
                matching.postgres |= sources.has(postgres::VARIABLE);
                matching.mail |= sources.has(smtp::VARIABLE);
                matching.ldap |= sources.has(ldap::VARIABLE);
            }
        }
        Ok(matching)
    }

    fn run(&self, names: &[String]) -> Result<Counts> {
        let mut command = workspace_tests(Build::Plain);
        command.args(&self.targets);
        let server = self.postgres.then(|| step("PostgreSQL", Postgres::start)).transpose()?;
        if let Some(server) = &server {
            command.env(postgres::VARIABLE, server.url());
        }
        if self.mail {
            command.env(smtp::VARIABLE, step("mail server", smtp::python)?);
        }
        if self.ldap {
            command.env(ldap::VARIABLE, step("clients of LDAP", ldap::programs)?);
        }
        cargo_test(command.args(["--", "--include-ignored"]).args(names))
    }
}

fn any_matches(places: &[&str], names: &[String]) -> Result<bool> {
    for place in places {
        let sources = Sources::read(&root().join(place))?;
        if names.iter().any(|name| sources.may_have(name)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The sources of what is built into one program of tests.
#[derive(Default)]
struct Sources {
    /// What files, modules and functions are called: a test's path is of these.
    names: BTreeSet<String>,
    texts: Vec<String>,
}

impl Sources {
    fn read(folder: &Path) -> Result<Self> {
        let mut sources = Self::default();
        for path in files(folder)? {
            if path.extension().is_some_and(|ext| ext == "rs") {
                let below = path.strip_prefix(folder)?.with_extension("");
                sources.names.extend(below.iter().map(|part| part.to_string_lossy().into_owned()));
                let text = fs::read_to_string(&path)?;
                sources.names.extend(called(&text));
                sources.texts.push(text);
            }
        }
        Ok(sources)
    }

    fn has(&self, text: &str) -> bool {
        self.texts.iter().any(|source| source.contains(text))
    }

    /// Whether each part of a name may be one of theirs, the outer ones only the end or the beginning.
    fn may_have(&self, name: &str) -> bool {
        let last = name.matches("::").count();
        name.split("::").enumerate().all(|(place, part)| {
            let fits = |called: &String| match (place == 0, place == last) {
                (true, true) => called.contains(part),
                (true, false) => called.ends_with(part),
                (false, true) => called.starts_with(part),
                (false, false) => called == part,
            };
            self.names.iter().any(fits)
        })
    }
}

/// The words after `fn` and `mod`.
fn called(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
    let words = words.filter(|word| !word.is_empty());
    words
        .clone()
        .zip(words.skip(1))
        .filter(|(before, _)| ["fn", "mod"].contains(before))
        .map(|(_, word)| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "--lib";
    const TESTS: &str = "--test=tests";

    /// Where a name may be among rules that ask for nothing, and tests that ask for a database.
    fn matching(name: &str) -> Matching {
        let folder = tempfile::tempdir().unwrap();
        let [rules, tests] = ["rules", "tests"].map(|name| folder.path().join(name));
        fs::create_dir_all(rules.join("door")).unwrap();
        fs::create_dir(&tests).unwrap();
        fs::write(rules.join("door/lock.rs"), "mod tests { fn opens() { call(); } }").unwrap();
        let asks = format!("both! {{ async fn opens_again(world) {{ }} }} // {}", postgres::VARIABLE);
        fs::write(tests.join("main.rs"), asks).unwrap();
        let places = [(rules, RULES), (tests, TESTS)]
            .map(|(folder, target)| Place { folder, target: target.to_owned() });
        Matching::of(&places, &[name.to_owned()]).unwrap()
    }

    #[test]
    fn builds_only_what_may_have_the_test() {
        for name in ["door", "lock::tests", "oor::lock::tests::op", "lock::tests::"] {
            let only = Matching { targets: [RULES.to_owned()].into(), ..Matching::default() };
            assert_eq!(matching(name), only, "{name}");
        }
        let only = Matching { targets: [TESTS.to_owned()].into(), postgres: true, mail: false, ldap: false };
        assert_eq!(matching("opens_again"), only);
        assert_eq!(matching("opens").targets, BTreeSet::from([RULES, TESTS].map(str::to_owned)));
    }

    #[test]
    fn builds_nothing_for_what_no_test_is_called() {
        for name in ["call", "doors", "door::loc::tests", "opens again", "world"] {
            assert_eq!(matching(name), Matching::default(), "{name}");
        }
    }

    #[test]
    fn finds_where_tests_are_written() {
        let places = places().unwrap();
        let found = |folder: &str| places.iter().find(|place| place.folder == root().join(folder));
        for (folder, target) in
            [("model/src", "--lib"), ("server/src", "--bins"), ("server/tests/program", "--test=program")]
        {
            assert_eq!(found(folder).unwrap().target, target);
        }
        for elsewhere in ["xtask/src", "frontend/admin/src"] {
            assert!(found(elsewhere).is_none());
        }
    }
}
