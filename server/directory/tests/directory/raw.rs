//! Looking into the database behind the directory, for what it tells nobody.

use directory::StoreOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

use crate::world::World;

/// Runs a statement that both engines know.
pub async fn run(world: &World, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    match &world.options.store {
        StoreOptions::Sqlite(path) => {
            let mut there = SqliteConnection::connect(&path.display().to_string()).await.expect("connected");
            there.execute(sql).await.expect("run");
        }
        StoreOptions::Postgres(url) => {
            let mut there = PgConnection::connect(url).await.expect("connected");
            there.execute(sql).await.expect("run");
        }
    }
}

/// The first two columns of a query, as texts, joined by a space.
pub async fn rows(world: &World, sql: &str) -> Vec<String> {
    let sql = AssertSqlSafe(sql.to_owned());
    match &world.options.store {
        StoreOptions::Sqlite(path) => {
            let mut there = SqliteConnection::connect(&path.display().to_string()).await.expect("connected");
            let rows = there.fetch_all(sql).await.expect("rows");
            rows.iter()
                .map(|row| format!("{} {}", row.get::<String, _>(0), row.get::<String, _>(1)))
                .collect()
        }
        StoreOptions::Postgres(url) => {
            let mut there = PgConnection::connect(url).await.expect("connected");
            let rows = there.fetch_all(sql).await.expect("rows");
            rows.iter()
                .map(|row| format!("{} {}", row.get::<String, _>(0), row.get::<String, _>(1)))
                .collect()
        }
    }
}

/// All messages so far, as kind and recipient, the oldest first, those of one instant by recipient;
/// what nobody is to get left out.
pub async fn messages(world: &World) -> Vec<String> {
    rows(
        world,
        "SELECT kind, recipient FROM messages WHERE state <> 'discarded' ORDER BY created_at, recipient",
    )
    .await
}
