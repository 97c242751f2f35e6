//! Both engines know every statement in the register.

use directory_core::store::{Sql, statements};
use sqlx::{Connection, Executor, PgConnection, SqlSafeStr, SqliteConnection};

/// Those of this crate and of the one below, or the linker has left some out.
#[test]
fn both_crates_are_in_the_register() {
    for known in ["SELECT seq FROM head", "SELECT key_check FROM vault"] {
        assert!(statements().any(|sql| sql.text() == known), "{known}");
    }
}

#[tokio::test]
async fn sqlite_prepares_each() {
    let mut there = SqliteConnection::connect("sqlite::memory:").await.expect("a database");
    sqlx::migrate!("../core/migrations/sqlite").run_direct(None, &mut there, false).await.expect("migrated");
    for sql in statements().map(Sql::text) {
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
    for sql in statements().map(Sql::text) {
        if let Err(error) = there.prepare(sql.into_sql_str()).await {
            panic!("{error}\n{sql}");
        }
    }
    there.execute("DROP SCHEMA statements CASCADE").await.expect("dropped");
}
