//! Passwords at the command line: read, never as an argument, which others could see; or made.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use directory::{Rng as _, SystemRng};

use super::{Result, output};

/// More than any password has, so that a wrong pipe does not fill the memory.
const LONGEST: u64 = 4096;

/// The first line of the standard input.
///
/// # Errors
/// When there is none.
pub fn from_stdin() -> Result<String> {
    if io::stdin().is_terminal() {
        output::remark("Type the password and Enter; it shows as you type. Or pipe it in.");
    }
    let mut line = String::new();
    let read = io::stdin().lock().take(LONGEST).read_line(&mut line);
    read.map_err(|error| format!("the password cannot be read from the standard input: {error}"))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err("the standard input has no password; --password-stdin takes its first line".into());
    }
    Ok(password.to_owned())
}

/// A password of 100 random bits that can be read aloud: no letter looks like another.
///
/// # Errors
/// When the system has no randomness.
pub fn make() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 20];
    SystemRng.fill(&mut bytes)?;
    let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)));
    let mut password = String::with_capacity(bytes.len() + 3);
    for (index, letter) in letters.enumerate() {
        if index > 0 && index % 5 == 0 {
            password.push('-');
        }
        password.push(char::from(*letter));
    }
    Ok(password)
}
