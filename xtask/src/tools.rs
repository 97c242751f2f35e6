//! Running other programs, and telling what goes on.

use std::{
    env,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use crate::Result;

/// The crate of the program, and the name of its binary.
pub const PROGRAM: &str = "bailiwick";

/// Cargo without the variables that `cargo run` gave to us: build scripts watch them and would run
/// again each time.
pub fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&key);
        }
    }
    command.args(args);
    command
}

/// Runs to the end, and fails as the program failed.
pub fn complete(command: &mut Command) -> Result {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", line(command)).into()) }
}

pub fn not_started(command: &Command, error: &io::Error) -> String {
    format!("{} could not be started: {error}", command.get_program().display())
}

/// What was asked, as a person would type it.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// The first program of that name on the PATH.
pub fn find(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(name)).find(|path| path.is_file())
}

/// Says what begins, does it, and says how long it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("=> {what}");
    let begin = Instant::now();
    let done = work()?;
    eprintln!("   {what}: {:.1} s", begin.elapsed().as_secs_f32());
    Ok(done)
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}

/// The program as built by that profile's folder: `debug` or `release`.
pub fn program(folder: &str) -> PathBuf {
    target().join(folder).join(format!("{PROGRAM}{}", env::consts::EXE_SUFFIX))
}

/// Every file below a folder, in a stable order; none when the folder does not exist.
pub fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !dir.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(dir).map_err(|error| at(dir, &error))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| at(path, &error).into())
}

/// Writes a file and the folders above it, unless it already holds just that: times of change
/// are what later steps go by.
pub fn write(path: &Path, bytes: &[u8]) -> Result {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| at(parent, &error))?;
    }
    fs::write(path, bytes).map_err(|error| at(path, &error).into())
}

pub fn at(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}
