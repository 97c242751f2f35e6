//! `bench`: figures, not tests; nothing here fails for being slow.

mod bytes;
mod directory;
mod rest;
mod server;
mod table;

use crate::{
    Result, run,
    site::{self, Effort},
};
use table::Table;

/// A measure makes one table.
struct Measure {
    name: &'static str,
    /// Builds what is measured, optimised.
    build: fn() -> Result,
    table: fn() -> Result<Table>,
}

const MEASURES: &[Measure] = &[
    Measure { name: "further-screens", build: site, table: bytes::further_screens },
    Measure { name: "first-visit", build: run::build, table: bytes::first_visit },
    Measure { name: "at-rest", build: run::build, table: rest::at_rest },
];

fn site() -> Result {
    site::build(Effort::Full)
}

/// The one that prints its tables itself.
const DIRECTORY: &str = "directory";
const LARGE: &str = "--large";

/// All measures, or those that are named; `--large` measures a million people too.
pub fn run(args: &[String]) -> Result {
    let large = args.iter().any(|arg| arg == LARGE);
    let named: Vec<&String> = args.iter().filter(|arg| *arg != LARGE).collect();
    let known = || MEASURES.iter().map(|measure| measure.name).chain([DIRECTORY]);
    if let Some(unknown) = named.iter().find(|arg| known().all(|name| name != arg.as_str())) {
        let names: Vec<_> = known().collect();
        return Err(format!("there is no measure `{unknown}`: {}", names.join(", ")).into());
    }
    let wanted = |name: &str| named.is_empty() || named.iter().any(|arg| *arg == name);
    for measure in MEASURES.iter().filter(|measure| wanted(measure.name)) {
        (measure.build)()?;
        println!("\n{}", (measure.table)()?);
    }
    if wanted(DIRECTORY) {
        directory::lists_and_imports(large)?;
    }
    Ok(())
}
