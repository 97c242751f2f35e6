//! Opening the directory for a command, and saying what to do when that fails.

use std::{fs, future::Future, io, path::Path};

use directory::{Directory, Environment, Error, HashingCost, OpenError, Operator, StoreOptions};
use model::Problem;

use super::{Result, output};
use crate::config::{PublicUrl, Settings, masked};

/// Runs one command on the directory as its operator, and closes it.
pub fn with_directory<F: Future<Output = Result>>(
    settings: &Settings,
    work: impl FnOnce(Directory, Operator) -> F,
) -> Result {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let environment = Environment::system(HashingCost::default());
        prepare(&settings.data)?;
        let opened = Directory::open_for_operator(&settings.directory(&settings.url()), environment).await;
        let (directory, operator) = opened.map_err(|error| explain(&settings.store, error))?;
        let done = work(directory.clone(), operator).await;
        directory.close().await;
        done
    })
}

/// Runs one command on a directory that has been set up; where there is none, none is made.
pub fn with_organization<F: Future<Output = Result>>(
    settings: &Settings,
    work: impl FnOnce(Directory, Operator) -> F,
) -> Result {
    if let StoreOptions::Sqlite(path) = &settings.store
        && !path.exists()
    {
        return Err(NOTHING_YET.into());
    }
    with_directory(settings, async |directory, operator| {
        set_up(&directory).await?;
        work(directory, operator).await
    })
}

/// Opens the directory for answering requests: nobody acts as the operator there.
///
/// # Errors
/// Sentences for whoever starts the program.
pub async fn open(settings: &Settings, url: &PublicUrl, environment: Environment) -> Result<Directory> {
    prepare(&settings.data)?;
    let opened = Directory::open(&settings.directory(url), environment).await;
    opened.map_err(|error| explain(&settings.store, error).into())
}

/// Makes the data directory, for its owner alone.
fn prepare(data: &Path) -> Result {
    let shown = data.display();
    match fs::metadata(data) {
        Ok(found) if found.is_dir() => {
            warn_of_readers(data, &found);
            Ok(())
        }
        Ok(_) => Err(format!("{shown} is not a folder. Name another with --data.").into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make_private(data).map_err(|error| {
            format!("the data folder {shown} cannot be made: {error}. Make it yourself, or name another with --data.")
                .into()
        }),
        Err(error) => Err(format!("the data folder {shown} cannot be read: {error}. Give the user who runs this the right to it, or name another with --data.").into()),
    }
}

fn make_private(data: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data)
}

/// A folder that was there before us keeps its rights; its owner may have a reason.
#[cfg(unix)]
fn warn_of_readers(data: &Path, found: &fs::Metadata) {
    let mode = std::os::unix::fs::PermissionsExt::mode(&found.permissions());
    if mode & 0o007 != 0 {
        let data = data.display();
        tracing::warn!("everybody on this machine can read the data folder: chmod o-rwx {data}");
    }
}

#[cfg(not(unix))]
fn warn_of_readers(_: &Path, _: &fs::Metadata) {}

fn explain(store: &StoreOptions, error: OpenError) -> String {
    let OpenError::Connect(why) = &error else { return error.to_string() };
    match store {
        StoreOptions::Sqlite(path) => format!(
            "the database {} cannot be opened: {why}. It must be a file of Bailiwick’s, and the user who runs this \
             must be able to read and write it and its folder.",
            path.display()
        ),
        StoreOptions::Postgres(url) => format!(
            "the database {} cannot be used: {why}. Check that PostgreSQL runs there, that the database is there, \
             and user and password.",
            masked(url)
        ),
    }
}

/// What the directory refused, as sentences.
pub fn refused(directory: &Directory, error: Error) -> Box<dyn std::error::Error + Send + Sync> {
    told(&directory.problem(error))
}

/// A problem, as sentences.
pub fn told(problem: &Problem) -> Box<dyn std::error::Error + Send + Sync> {
    for fault in problem.faults.iter().filter(|_| problem.faults.len() > 1) {
        output::remark(format_args!("{}: {}", fault.field, fault.message));
    }
    problem.message.clone().into()
}

/// How to make an organization.
const NOTHING_YET: &str = "nothing is set up here yet: start `bailiwick serve` and open the link that it prints, \
    or use `bailiwick setup`. If there should be an organization, check --data.";

/// Whether there is an organization to work on.
async fn set_up(directory: &Directory) -> Result {
    match directory.settings().name().await.map_err(|error| refused(directory, error))? {
        Some(_) => Ok(()),
        None => Err(NOTHING_YET.into()),
    }
}
