//! Both engines have the same schema, and refuse one from the future.

use std::collections::BTreeMap;

use directory::{Directory, Environment, HashingCost, OpenError, Options, StoreOptions};
use sqlx::{Connection, Executor, PgConnection, Row, SqliteConnection};

use crate::world::World;

fn url(world: &World) -> String {
    match &world.options.store {
        StoreOptions::Sqlite(path) => path.display().to_string(),
        StoreOptions::Postgres(url) => url.clone(),
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: BAILIWICK_TEST_POSTGRES and --include-ignored"]
async fn tables_and_columns_are_the_same() {
    let postgres = World::postgres().await;
    let sqlite = World::sqlite().await;

    let mut there = SqliteConnection::connect(&url(&sqlite)).await.expect("connected");
    let rows = there
        .fetch_all(
            "SELECT m.name AS t, c.name AS c, c.\"notnull\" AS n, c.pk AS k FROM sqlite_schema m
             JOIN pragma_table_info(m.name) c
             WHERE m.type IN ('table', 'view') AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\'
                AND m.name NOT LIKE 'user\\_search\\_trigrams%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'",
        )
        .await
        .expect("columns");
    let of_sqlite: BTreeMap<(String, String), bool> = rows
        .iter()
        .map(|row| {
            let needed = row.get::<i64, _>("n") == 1 || row.get::<i64, _>("k") > 0;
            ((row.get("t"), row.get("c")), needed)
        })
        .collect();

    let mut here = PgConnection::connect(&url(&postgres)).await.expect("connected");
    let rows = here
        .fetch_all(
            "SELECT table_name::text AS t, column_name::text AS c, is_nullable = 'NO' AS n
             FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'",
        )
        .await
        .expect("columns");
    let of_postgres: BTreeMap<(String, String), bool> =
        rows.iter().map(|row| ((row.get("t"), row.get("c")), row.get("n"))).collect();

    assert!(of_sqlite.len() > 100);
    assert_eq!(of_sqlite, of_postgres);
}

#[test]
fn migrations_have_the_same_numbers_and_names() {
    let names = |engine: &str| -> Vec<String> {
        let folder = format!("{}/../core/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
    for (index, name) in names("sqlite").iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}_", index + 1)), "{name} is out of order");
    }
}

both! {
    async fn a_newer_schema_is_refused(world) {
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
            VALUES (9999, 'from the future', true, ";
        match &world.options.store {
            StoreOptions::Sqlite(path) => {
                let mut there = SqliteConnection::connect(&path.display().to_string()).await.expect("connected");
                there.execute(sqlx::AssertSqlSafe(format!("{newer} x'00', 0)"))).await.expect("written");
            }
            StoreOptions::Postgres(url) => {
                let mut there = PgConnection::connect(url).await.expect("connected");
                there.execute(sqlx::AssertSqlSafe(format!("{newer} '\\x00', 0)"))).await.expect("written");
            }
        }
        let opened = Directory::open(&world.options, Environment::system(HashingCost::default())).await;
        let error = opened.err().expect("refused");
        assert!(matches!(error, OpenError::Newer { found: 9999, .. }), "{error}");
        assert!(error.to_string().contains("newer Bailiwick"));
    }
}

both! {
    /// Another key, or none, would leave everybody's second factor sealed for ever.
    async fn the_key_belongs_to_the_database(world) {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = async |options: &Options| {
            let opened = Directory::open(options, Environment::system(HashingCost::default())).await;
            opened.err().expect("refused").to_string()
        };
        let options = Options { key_file: folder.path().join("key"), ..world.options.clone() };
        assert!(refused(&options).await.contains("is missing"));
        assert!(!options.key_file.exists(), "no new key is made for a database that has one");
        std::fs::write(&options.key_file, [7; 32]).expect("written");
        assert!(refused(&options).await.contains("does not belong to this database"));
        std::fs::write(&options.key_file, [7; 31]).expect("written");
        assert!(refused(&options).await.contains("32 bytes"));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::sqlite().await;
    let mode = std::fs::metadata(&world.options.key_file).expect("a key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
