//! `bench`: figures, not tests; nothing here fails for being slow.

mod bytes;
mod directory;
mod rest;
mod server;
mod table;

use crate::{Result, run};
use table::Table;

/// A measure makes one table of the optimised program.
type Measure = fn() -> Result<Table>;

const MEASURES: &[(&str, Measure)] = &[
    ("first-visit", bytes::first_visit),
    ("further-screens", bytes::further_screens),
    ("at-rest", rest::at_rest),
];

/// The one that prints its tables itself.
const DIRECTORY: &str = "directory";
const LARGE: &str = "--large";

/// All measures, or those that are named; `--large` measures a million people too.
pub fn run(args: &[String]) -> Result {
    let large = args.iter().any(|arg| arg == LARGE);
    let named: Vec<&String> = args.iter().filter(|arg| *arg != LARGE).collect();
    let known = || MEASURES.iter().map(|(name, _)| *name).chain([DIRECTORY]);
    if let Some(unknown) = named.iter().find(|arg| known().all(|name| name != arg.as_str())) {
        let names: Vec<_> = known().collect();
        return Err(format!("there is no measure `{unknown}`: {}", names.join(", ")).into());
    }
    let wanted = |name: &str| named.is_empty() || named.iter().any(|arg| *arg == name);
    run::build()?;
    for (name, measure) in MEASURES {
        if wanted(name) {
            println!("\n{}", measure()?);
        }
    }
    if wanted(DIRECTORY) {
        directory::lists_and_imports(large)?;
    }
    Ok(())
}
