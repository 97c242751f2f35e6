//! What a command answers. Logs are something else.

use std::{
    error::Error,
    fmt::Display,
    io::{self, Write},
};

use super::Result;

/// Writes one line to the standard output.
///
/// # Errors
/// When nobody can read it: the disk is full. Somebody who has stopped reading (`| head`) is fine.
pub fn say(line: impl Display) -> Result {
    let mut out = io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("the answer cannot be written: {error}").into())
        }
        _ => Ok(()),
    }
}

/// Says on the standard error why a command did not do what it was asked.
pub fn complain(error: &(dyn Error + 'static)) {
    // There is nobody left to tell when this fails.
    drop(writeln!(io::stderr().lock(), "error: {error}"));
}

/// Says something on the standard error that is no answer: a question, a remark.
pub fn remark(line: impl Display) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}
