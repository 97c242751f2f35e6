//! Opening the database: pools, migrations, and refusing a schema from the future.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, PgConnection, PgPool, SqlitePool};

use super::{Db, Pools};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Where the data is.
#[derive(Clone, Debug)]
pub enum StoreOptions {
    /// One file; made when it is missing.
    Sqlite(PathBuf),
    /// `postgres://user:password@host/database`
    Postgres(String),
}

/// Why the database cannot be used. The texts are for whoever starts the program.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the database cannot be opened: {0}")]
    Connect(#[source] sqlx::Error),
    #[error(
        "the data was written by a newer Bailiwick (its schema has step {found}, this program knows up to \
         {known}); start that version, or restore a copy from before the upgrade"
    )]
    Newer { found: i64, known: i64 },
    #[error("the schema cannot be brought up to date: {0}")]
    Migrate(#[source] MigrateError),
    #[error("{0}")]
    Key(String),
}

impl Db {
    pub async fn open(options: &StoreOptions) -> Result<Self, OpenError> {
        match options {
            StoreOptions::Sqlite(path) => open_sqlite(path).await,
            StoreOptions::Postgres(url) => open_postgres(url).await,
        }
    }
}

/// Makes the file for its owner alone, if there is none; SQLite gives what lies beside it the same
/// rights. What is wrong is told by opening it.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path));
}

async fn open_sqlite(path: &Path) -> Result<Db, OpenError> {
    make_private(path);
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(20))
        .pragma("temp_store", "memory")
        // Reading through the page cache of the system instead of copying out of it.
        .pragma("mmap_size", "1073741824")
        .pragma("journal_size_limit", "67108864")
        .statement_cache_capacity(128);
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(
            options
                .clone()
                .auto_vacuum(SqliteAutoVacuum::Incremental)
                .journal_mode(SqliteJournalMode::Wal)
                .pragma("wal_autocheckpoint", "4000")
                .pragma("cache_size", "-65536"),
        )
        .await
        .map_err(OpenError::Connect)?;
    refuse_newer(&SQLITE, newest_sqlite(&write).await)?;
    SQLITE.run(&write).await.map_err(OpenError::Migrate)?;
    let read = SqlitePoolOptions::new()
        .max_connections(4)
        .min_connections(0)
        .acquire_timeout(Duration::from_secs(10))
        .idle_timeout(Duration::from_mins(1))
        .connect_with(
            options.create_if_missing(false).pragma("query_only", "on").pragma("cache_size", "-4096"),
        )
        .await
        .map_err(OpenError::Connect)?;
    Ok(Db(Pools::Sqlite { write, read }))
}

async fn open_postgres(url: &str) -> Result<Db, OpenError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(OpenError::Connect)?
        .application_name("bailiwick")
        // Everything here is a short statement; one that waits longer than this waits for nothing good.
        .options([("lock_timeout", "30s"), ("idle_in_transaction_session_timeout", "60s")]);
    // The pool would try again until its time is over, and then not say what was wrong.
    PgConnection::connect_with(&options)
        .await
        .map_err(OpenError::Connect)?
        .close()
        .await
        .map_err(OpenError::Connect)?;
    let pool = PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .map_err(OpenError::Connect)?;
    refuse_newer(&POSTGRES, newest_postgres(&pool).await)?;
    POSTGRES.run(&pool).await.map_err(OpenError::Migrate)?;
    Ok(Db(Pools::Postgres(pool)))
}

fn refuse_newer(known: &Migrator, found: Option<i64>) -> Result<(), OpenError> {
    let known = known.iter().map(|step| step.version).max().unwrap_or(0);
    match found {
        Some(found) if found > known => Err(OpenError::Newer { found, known }),
        _ => Ok(()),
    }
}

const NEWEST: &str = "SELECT MAX(version) FROM _sqlx_migrations";

/// The newest step that was applied; `None` in a database that has never had any.
async fn newest_sqlite(pool: &SqlitePool) -> Option<i64> {
    sqlx::query_scalar(NEWEST).fetch_one(pool).await.ok().flatten()
}

async fn newest_postgres(pool: &PgPool) -> Option<i64> {
    sqlx::query_scalar(NEWEST).fetch_one(pool).await.ok().flatten()
}
