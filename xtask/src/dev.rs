//! `dev`: builds quickly, starts the program, and does so again after each change.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    process::{Child, Command},
    thread,
    time::Duration,
};

use crate::{
    Result,
    site::{self, Effort},
    tools::{PROGRAM, cargo, complete, files, not_started, program, step},
};

/// Whatever a page or the program is made of.
const WATCHED: &[&str] =
    &[".cargo", "Cargo.lock", "Cargo.toml", "app", "frontend", "model", "public", "server", "style"];

/// Further arguments go to `bailiwick serve`.
pub fn run(args: &[String]) -> Result {
    let mut running: Option<Child> = None;
    loop {
        let seen = state()?;
        match build() {
            Ok(()) => {
                running.take().map(stop).transpose()?;
                running = Some(start(args)?);
            }
            // The last program that could be built goes on running.
            Err(error) => eprintln!("xtask: {error}"),
        }
        while state()? == seen {
            thread::sleep(Duration::from_millis(300));
        }
    }
}

fn build() -> Result {
    site::build(Effort::Quick)?;
    step("server", || complete(&mut cargo(["build", "--package", PROGRAM])))
}

fn start(args: &[String]) -> Result<Child> {
    let mut command = Command::new(program("debug"));
    command.arg("serve").env("BAILIWICK_SITE_DIR", Effort::Quick.site());
    if !args.iter().any(|arg| arg.starts_with("--data")) {
        command.args(["--data", "./data"]);
    }
    command.args(args).spawn().map_err(|error| not_started(&command, &error).into())
}

/// Asks it to finish, as an operator would.
fn stop(mut child: Child) -> Result {
    if !Command::new("kill").arg(child.id().to_string()).status().is_ok_and(|status| status.success()) {
        child.kill()?;
    }
    child.wait()?;
    Ok(())
}

/// Differs after any file has been changed, added or removed.
fn state() -> Result<u64> {
    let mut hash = DefaultHasher::new();
    for place in WATCHED.iter().map(Path::new) {
        let inside = if place.is_dir() { files(place)? } else { vec![place.to_owned()] };
        for path in inside {
            // A file may go away while we look.
            let changed = fs::metadata(&path).and_then(|data| data.modified()).ok();
            (path, changed).hash(&mut hash);
        }
    }
    Ok(hash.finish())
}
