//! Both engines know every static statement.

use sqlx::{Connection, Executor, PgConnection, SqlSafeStr, SqliteConnection};

fn all() -> impl Iterator<Item = &'static str> {
    directory_core::statements().chain(crate::statements())
}

#[tokio::test]
async fn sqlite_prepares_each() {
    let mut there = SqliteConnection::connect("sqlite::memory:").await.expect("a database");
    sqlx::migrate!("../core/migrations/sqlite").run_direct(None, &mut there, false).await.expect("migrated");
    for sql in all() {
        if let Err(error) = there.prepare(sql.into_sql_str()).await {
            panic!("{error}\n{sql}");
        }
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: BAILIWICK_TEST_POSTGRES and --include-ignored"]
async fn postgres_prepares_each() {
    let url = std::env::var("BAILIWICK_TEST_POSTGRES").expect("BAILIWICK_TEST_POSTGRES names a server");
    let mut there = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    there
        .execute("CREATE SCHEMA IF NOT EXISTS statements; SET search_path = statements, public")
        .await
        .expect("a schema");
    for step in sqlx::migrate!("../core/migrations/postgres").iter() {
        there.execute(step.sql.clone()).await.expect("migrated");
    }
    for sql in all() {
        if let Err(error) = there.prepare(sql.into_sql_str()).await {
            panic!("{error}\n{sql}");
        }
    }
    there.execute("DROP SCHEMA statements CASCADE").await.expect("dropped");
}
