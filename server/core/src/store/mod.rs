//! The store: one database, `SQLite` or PostgreSQL, behind one text of SQL.
//!
//! Reading is open to whoever has the context; writing only to whoever holds a [`Permit`](crate::authz::Permit),
//! through [`Change`](crate::transaction::Change) and [`PlainTx`](crate::transaction::PlainTx).

mod args;
mod open;
mod sql;

use std::ops::{Deref, DerefMut};

use model::Timestamp;
use sea_query::{PostgresQueryBuilder, SelectStatement, SqliteQueryBuilder};
use sea_query_sqlx::{SqlxBinder, SqlxValues};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, PgPool, Postgres, Sqlite, SqlitePool, Transaction};

pub use crate::{args, sql};
pub use args::{Arg, arguments};
#[doc(hidden)]
pub use inventory::submit as register;
pub use open::{OpenError, StoreOptions};
pub use sql::{Composed, Sql, Statement, statements};

/// A row type that reads from both engines.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// An instant that the database keeps as 0 until there is one, so that it sorts.
pub fn optional_timestamp(at: Timestamp) -> Option<Timestamp> {
    (at.as_micros() != 0).then_some(at)
}

/// Which engine holds the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The pools over one database. `SQLite` has one writer, so that writers wait in a fair queue
/// instead of failing with "database is locked".
#[derive(Clone, Debug)]
pub struct Db(Pools);

#[derive(Clone, Debug)]
enum Pools {
    Sqlite { write: SqlitePool, read: SqlitePool },
    Postgres(PgPool),
}

/// An open transaction on either engine, for reading. One that [`Db::read`] begins cannot write: the database
/// refuses it.
#[derive(Debug)]
pub struct Tx(Open);

#[derive(Debug)]
enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A transaction that writes. Dropped without `commit`, it never happened.
#[derive(Debug)]
pub(crate) struct WriteTx(Tx);

/// Runs the same expression on the connection of either engine.
macro_rules! on {
    ($tx:expr, |$c:ident| $body:expr) => {
        match $tx {
            Open::Sqlite(open) => {
                let $c = &mut **open;
                $body
            }
            Open::Postgres(open) => {
                let $c = &mut **open;
                $body
            }
        }
    };
}

impl Db {
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// A transaction that reads one state of the directory.
    pub async fn read(&self) -> sqlx::Result<Tx> {
        Ok(Tx(match &self.0 {
            Pools::Sqlite { read, .. } => Open::Sqlite(read.begin().await?),
            Pools::Postgres(pool) => Open::Postgres(pool.begin_with("BEGIN READ ONLY").await?),
        }))
    }

    /// A transaction that writes. On `SQLite` it takes the lock at once, because a reader that
    /// becomes a writer later fails instead of waiting.
    pub(crate) async fn write(&self) -> sqlx::Result<WriteTx> {
        Ok(WriteTx(Tx(match &self.0 {
            Pools::Sqlite { write, .. } => Open::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Open::Postgres(pool.begin().await?),
        })))
    }

    /// Closes all connections; `SQLite` folds its log into the file.
    pub(crate) async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    pub fn engine(&self) -> Engine {
        match self.0 {
            Open::Sqlite(_) => Engine::Sqlite,
            Open::Postgres(_) => Engine::Postgres,
        }
    }

    /// The one row of a statement that always has one.
    pub async fn one<T: Row>(&mut self, sql: impl Statement, args: SqlxValues) -> sqlx::Result<T> {
        on!(&mut self.0, |c| sqlx::query_as_with(sql.into_text(), args).fetch_one(c).await)
    }

    /// The row, if there is one.
    pub async fn optional<T: Row>(
        &mut self,
        sql: impl Statement,
        args: SqlxValues,
    ) -> sqlx::Result<Option<T>> {
        on!(&mut self.0, |c| sqlx::query_as_with(sql.into_text(), args).fetch_optional(c).await)
    }

    /// All rows of a statement that is limited by its own text.
    pub async fn all<T: Row>(&mut self, sql: impl Statement, args: SqlxValues) -> sqlx::Result<Vec<T>> {
        on!(&mut self.0, |c| sqlx::query_as_with(sql.into_text(), args).fetch_all(c).await)
    }

    /// All rows of a statement that was put together.
    pub async fn select<T: Row>(&mut self, query: &SelectStatement) -> sqlx::Result<Vec<T>> {
        let (sql, args) = self.build(query);
        self.all(sql, args).await
    }

    /// The text and the arguments of a statement, in this engine's words.
    pub fn build(&self, query: &impl SqlxBinder) -> (Composed, SqlxValues) {
        let (sql, args) = match self.engine() {
            Engine::Sqlite => query.build_sqlx(SqliteQueryBuilder),
            Engine::Postgres => query.build_sqlx(PostgresQueryBuilder),
        };
        (Composed::new(sql), args)
    }
}

impl WriteTx {
    /// Runs a statement; says how many rows it touched.
    pub(crate) async fn run(&mut self, sql: impl Statement, args: SqlxValues) -> sqlx::Result<u64> {
        Ok(on!(&mut self.0.0, |c| sqlx::query_with(sql.into_text(), args).execute(c).await?.rows_affected()))
    }

    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self.0.0 {
            Open::Sqlite(open) => open.commit().await,
            Open::Postgres(open) => open.commit().await,
        }
    }
}

impl Deref for WriteTx {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.0
    }
}

impl DerefMut for WriteTx {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.0
    }
}
