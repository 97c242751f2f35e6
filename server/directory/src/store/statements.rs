//! Both engines know every static statement.

use sqlx::{Connection, Executor, PgConnection, SqlSafeStr, SqliteConnection};

#[tokio::test]
async fn sqlite_prepares_each() {
    let mut there = SqliteConnection::connect("sqlite::memory:").await.expect("a database");
    sqlx::migrate!("migrations/sqlite").run_direct(None, &mut there, false).await.expect("migrated");
    for sql in crate::statements() {
        if let Err(error) = there.prepare(sql.into_sql_str()).await {
            panic!("{error}\n{sql}");
        }
    }
}

#[tokio::test]
async fn postgres_prepares_each() {
    let Ok(url) = std::env::var("BAILIWICK_TEST_POSTGRES") else { return };
    let mut there = PgConnection::connect(&url).await.expect("PostgreSQL answers");
    there
        .execute("CREATE SCHEMA IF NOT EXISTS statements; SET search_path = statements, public")
        .await
        .expect("a schema");
    for step in sqlx::migrate!("migrations/postgres").iter() {
        there.execute(step.sql.clone()).await.expect("migrated");
    }
    for sql in crate::statements() {
        if let Err(error) = there.prepare(sql.into_sql_str()).await {
            panic!("{error}\n{sql}");
        }
    }
    there.execute("DROP SCHEMA statements CASCADE").await.expect("dropped");
}

#[test]
fn the_register_is_whole() {
    assert!(crate::statements().count() > 60);
}
