//! Logs go to the standard error, as text for a person or as JSON for a program, and so do panics.

use std::{
    io::{self, IsTerminal as _},
    panic,
};

use tracing_subscriber::EnvFilter;

use crate::{
    Result,
    config::{LogFormat, Settings},
};

/// # Errors
/// When the filter cannot be understood.
pub fn start(settings: &Settings, default: &str) -> Result {
    // A slow statement is told with all of its text, and one that writes thousands of rows names each;
    // PostgreSQL tells that a table is there already as if it were a fault: for whoever asks for it.
    let quiet = format!("{default},sqlx::query=error,sqlx::postgres::notice=warn");
    let wanted = settings.log.as_deref().unwrap_or(&quiet);
    let filter = EnvFilter::try_new(wanted).map_err(|error| {
        format!("log: “{wanted}”: {error}; write a level such as info, or warn,directory=debug")
    })?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    match settings.log_format {
        LogFormat::Json => logs.json().init(),
        LogFormat::Text => logs.compact().init(),
    }
    panic::set_hook(Box::new(|info| tracing::error!("{info}")));
    Ok(())
}
