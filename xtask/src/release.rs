//! `release`: what a person downloads.

use std::{fs, path::Path, process::Command};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::{
    Result, run,
    tools::{PROGRAM, at, complete, program, read, target, write},
};

/// Lies beside the program in the archive, where it exists.
const BESIDE: &[&str] = &["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];

pub fn run(_args: &[String]) -> Result {
    run::build()?;
    let name = format!("{PROGRAM}-{}-{}", env!("CARGO_PKG_VERSION"), host()?);
    let dist = target().join("dist");
    let folder = dist.join(&name);
    fs::create_dir_all(&folder).map_err(|error| at(&folder, &error))?;
    let built = program("release");
    copy(&built, &folder)?;
    for file in BESIDE.iter().map(Path::new).filter(|file| file.is_file()) {
        copy(file, &folder)?;
    }
    let archive = dist.join(format!("{name}.tar.gz"));
    complete(Command::new("tar").arg("-czf").arg(&archive).arg("-C").arg(&dist).arg(&name))?;
    let sum = HEXLOWER.encode(&Sha256::digest(read(&archive)?));
    // The form that `sha256sum --check` reads.
    write(&dist.join(format!("{name}.tar.gz.sha256")), format!("{sum}  {name}.tar.gz\n").as_bytes())?;
    println!("{}\n{sum}", archive.display());
    Ok(())
}

fn copy(file: &Path, folder: &Path) -> Result {
    let to = folder.join(file.file_name().unwrap_or_default());
    fs::copy(file, &to).map_err(|error| at(file, &error))?;
    Ok(())
}

/// The triple of the machine that it was built on and for.
fn host() -> Result<String> {
    let told = Command::new("rustc").arg("-vV").output()?;
    let told = String::from_utf8(told.stdout)?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("rustc does not say its host")?.to_owned())
}
