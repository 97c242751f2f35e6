//! `bailiwick config`.

use super::{Result, output::say, serve::Serve};
use crate::config::Settings;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// What `serve` takes, to see what would then be in force
    #[command(flatten)]
    pub serve: Serve,
}

pub fn run(settings: &Settings) -> Result {
    let name = settings.found.iter().map(|found| found.name.len()).max().unwrap_or_default();
    let value = settings.found.iter().map(|found| found.value.chars().count()).max().unwrap_or_default();
    for found in &settings.found {
        let line = format!("{:name$}  {:value$}  {}", found.name, found.value, found.origin);
        say(line)?;
    }
    Ok(())
}
