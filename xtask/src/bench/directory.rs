//! The directory beside bare SQL on the same data: its own bench prints the tables.

use crate::{
    Result,
    tools::{cargo, complete},
};

/// `large` adds a directory of a million people.
pub fn lists_and_imports(large: bool) -> Result {
    let args = ["bench", "--quiet", "-p", "directory", "--bench", "measure", "--"];
    let large = large.then_some("--large");
    complete(&mut cargo(args.into_iter().chain(large)))
}
