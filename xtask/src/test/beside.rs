//! Work that goes on beside other work. Much of a build keeps one core busy alone: the last steps of
//! a large crate, what the linker does with the whole program.

use std::{
    env,
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command},
};

use crate::{
    Result,
    tools::{at, not_started, target},
};

/// A part of `cargo xtask test` in a process of its own. What it says goes to a file, so that two
/// do not talk at once.
pub struct Beside {
    child: Child,
    told: PathBuf,
}

impl Beside {
    pub fn begin(part: &str) -> Result<Self> {
        let told = target().join(format!("{part}.log"));
        fs::create_dir_all(target()).map_err(|error| at(&target(), &error))?;
        let log = File::create(&told).map_err(|error| at(&told, &error))?;
        let mut command = Command::new(env::current_exe()?);
        command.args(["test", part]).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().map_err(|error| not_started(&command, &error))?;
        eprintln!("=> {part}, beside the rest: {}", told.display());
        Ok(Self { child, told })
    }

    /// Waits for its end. What it said is told again if it failed.
    pub fn end(mut self) -> Result {
        if self.child.wait()?.success() {
            return Ok(());
        }
        Err(fs::read_to_string(&self.told).map_err(|error| at(&self.told, &error))?.into())
    }
}
