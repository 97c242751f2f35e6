//! `bench`: figures, not tests; nothing here fails for being slow.

mod bytes;
mod server;
mod table;

use crate::{Result, run};
use table::Table;

/// A measure makes one table of the optimised program.
type Measure = fn() -> Result<Table>;

const MEASURES: &[(&str, Measure)] =
    &[("first-visit", bytes::first_visit), ("further-screens", bytes::further_screens)];

/// All measures, or those that are named.
pub fn run(args: &[String]) -> Result {
    if let Some(unknown) = args.iter().find(|arg| MEASURES.iter().all(|(name, _)| name != arg)) {
        let names: Vec<_> = MEASURES.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no measure `{unknown}`: {}", names.join(", ")).into());
    }
    run::build()?;
    for (name, measure) in MEASURES {
        if args.is_empty() || args.iter().any(|arg| arg == name) {
            println!("\n{}", measure()?);
        }
    }
    Ok(())
}
