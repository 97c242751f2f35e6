//! Which module a path leads to.

use std::collections::{BTreeMap, BTreeSet};

/// A module's path from the crate's root, which is empty.
pub type Name = Vec<String>;

/// What a module has besides its items.
#[derive(Debug, Default)]
pub struct Module {
    pub children: BTreeSet<String>,
    /// What `use` brings, by the name that it has here.
    pub aliases: BTreeMap<String, Vec<String>>,
    pub globs: Vec<Vec<String>>,
}

/// Longer chains of `pub use` there are not.
const DEPTH: usize = 12;

/// The module that has what a path names, written in the module `at`; `None` for what is not of this crate.
pub fn resolve(modules: &BTreeMap<Name, Module>, at: &Name, path: &[String]) -> Option<Name> {
    follow(modules, at, path, DEPTH)
}

fn follow(modules: &BTreeMap<Name, Module>, at: &Name, path: &[String], depth: usize) -> Option<Name> {
    let depth = depth.checked_sub(1)?;
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => return descend(modules, Name::new(), rest, depth),
        "self" => return descend(modules, at.clone(), rest, depth),
        "super" => {
            let parent = at.split_last()?.1.to_vec();
            return match rest.first().map(String::as_str) {
                Some("super") => follow(modules, &parent, rest, depth),
                _ => descend(modules, parent, rest, depth),
            };
        }
        _ => {}
    }
    let module = modules.get(at)?;
    if module.children.contains(first) {
        return descend(modules, at.clone(), path, depth);
    }
    // What was brought here already has its own arrow: following it again finds the same module.
    let alias = module.aliases.get(first)?;
    let whole: Vec<String> = alias.iter().chain(rest).cloned().collect();
    (alias.first() != Some(first) || alias.len() > 1).then(|| follow(modules, at, &whole, depth))?
}

/// From a module along a path, through what its `use` brings.
fn descend(modules: &BTreeMap<Name, Module>, at: Name, path: &[String], depth: usize) -> Option<Name> {
    let depth = depth.checked_sub(1)?;
    let Some((first, rest)) = path.split_first() else { return Some(at) };
    let Some(module) = modules.get(&at) else { return Some(at) };
    if module.children.contains(first) {
        let child = at.iter().cloned().chain([first.clone()]).collect();
        return descend(modules, child, rest, depth);
    }
    if let Some(alias) = module.aliases.get(first) {
        let whole: Vec<String> = alias.iter().chain(rest).cloned().collect();
        // Brought from another crate: that is this module's affair.
        return follow(modules, &at, &whole, depth);
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<String> {
        text.split("::").map(str::to_owned).collect()
    }

    /// `a::{self, b}`, where `a` brings `Deep` from `a::b`, and a module `c`.
    fn modules() -> BTreeMap<Name, Module> {
        let root = Module { children: ["a", "c"].map(str::to_owned).into(), ..Module::default() };
        let deep = ("Deep".to_owned(), path("b::Deep"));
        let a = Module { children: ["b".to_owned()].into(), aliases: [deep].into(), ..Module::default() };
        let more = ["a::b", "c"].map(|name| (path(name), Module::default()));
        [(Name::new(), root), (path("a"), a)].into_iter().chain(more).collect()
    }

    #[test]
    fn paths_lead_to_the_module_that_has_the_item() {
        let modules = modules();
        for (at, written, found) in [
            ("c", "crate::a::b::Deep", Some("a::b")),
            ("c", "crate::a::Deep", Some("a::b")),
            ("c", "crate::a::Other", Some("a")),
            ("c", "crate::a", Some("a")),
            ("c", "super::a::Other", Some("a")),
            ("a::b", "super::super::c::thing", Some("c")),
            ("a", "b::Deep", Some("a::b")),
            ("a", "self::b::Deep", Some("a::b")),
            ("c", "std::fmt::Debug", None),
        ] {
            assert_eq!(resolve(&modules, &path(at), &path(written)), found.map(path), "{written} in {at}");
        }
    }
}
