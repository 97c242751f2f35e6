//! A data folder of a test's own, on either engine, and the program on it.

use std::future::Future;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use directory::{Directory, Environment, HashingCost, MailOptions, Options, StoreOptions};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A superuser's URL, for the tests on PostgreSQL; `cargo xtask test` sets it.
const POSTGRES: &str = "BAILIWICK_TEST_POSTGRES";

pub const PASSWORD: &str = "tundra-violin-oxide-9";
pub const EMAIL: &str = "ada@example.org";

/// Where one test lives.
pub struct Installation {
    dir: TempDir,
    postgres: Option<Postgres>,
}

/// What a command answered.
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// The same test in a installation on each engine. Cargo ignores the one on PostgreSQL, and says so, unless
/// `--include-ignored` asks for it; then it fails where no server is named.
macro_rules! both {
    (fn $name:ident($installation:ident) $body:block) => {
        mod $name {
            use super::*;

            fn test($installation: Installation) $body

            #[test]
            fn sqlite() {
                test(Installation::new());
            }

            #[test]
            #[ignore = "needs PostgreSQL: BAILIWICK_TEST_POSTGRES and --include-ignored"]
            fn postgres() {
                test(Installation::on_postgres());
            }
        }
    };
}

#[test]
fn on_ci_there_is_postgresql() {
    let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!ci || std::env::var_os(POSTGRES).is_some(), "{POSTGRES} names no server");
}

pub fn wait<T>(work: impl Future<Output = T>) -> T {
    Runtime::new().expect("a runtime").block_on(work)
}

/// The program, hearing nothing of the environment it is tested in. A server must be told where to
/// listen: somebody else may have the usual port.
pub fn program(args: &[&str]) -> Command {
    let listens = args.first() == Some(&"serve") && !args.contains(&"--help");
    assert!(!listens || args.contains(&"--listen"), "a server on the usual port: {args:?}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_bailiwick"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BAILIWICK_")) {
        command.env_remove(name);
    }
    command.args(args);
    command
}

impl Installation {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a folder"), postgres: None }
    }

    pub fn on_postgres() -> Self {
        Self { postgres: Some(Postgres::make()), ..Self::new() }
    }

    /// The data folder; the program makes it.
    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A file beside the data folder.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = program(args);
        command.current_dir(self.dir.path()).env("BAILIWICK_DATA", self.data());
        if let Some(postgres) = &self.postgres {
            command.env("BAILIWICK_DATABASE_URL", &postgres.url);
        }
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        ran(&mut self.command(args), "")
    }

    pub fn run_with(&self, args: &[&str], input: &str) -> Ran {
        ran(&mut self.command(args), input)
    }

    /// An organization with one Administrator With Billing.
    pub fn set_up(self) -> Self {
        let names = ["--organization", "Example Org", "--first-name", "Ada", "--last-name", "Lovelace"];
        let rest = ["--email", EMAIL, "--password-stdin"];
        let done = self.run_with(&[&["setup"][..], &names, &rest].concat(), PASSWORD);
        assert_eq!(done.status, 0, "{}", done.err);
        self
    }

    fn store(&self) -> StoreOptions {
        match &self.postgres {
            Some(postgres) => StoreOptions::Postgres(postgres.url.clone()),
            None => StoreOptions::Sqlite(self.data().join("bailiwick.db")),
        }
    }

    /// Asks the directory itself, beside the program.
    pub fn directory<F: Future>(&self, work: impl FnOnce(Directory) -> F) -> F::Output {
        let key_file = self.data().join("bailiwick.key");
        let (public_url, mail) = ("http://localhost:8080".into(), MailOptions::default());
        let options = Options {
            store: self.store(),
            key_file,
            public_url,
            mail,
            package: model::billing::Package::default(),
            ldap: model::ldap::LdapAddresses::default(),
        };
        wait(async {
            let environment = Environment::system(HashingCost::default());
            let directory = Directory::open(&options, environment).await.expect("a directory");
            let done = work(directory.clone()).await;
            directory.close().await;
            done
        })
    }

    /// A number that a statement gives; `None` while the table is not there.
    pub fn number(&self, sql: &'static str) -> Option<i64> {
        wait(async {
            match self.store() {
                StoreOptions::Sqlite(path) => {
                    let mut open = SqliteConnection::connect(&path.display().to_string()).await.ok()?;
                    sqlx::query_scalar(sql).fetch_one(&mut open).await.ok()
                }
                StoreOptions::Postgres(url) => {
                    let mut open = PgConnection::connect(&url).await.ok()?;
                    sqlx::query_scalar(sql).fetch_one(&mut open).await.ok()
                }
            }
        })
    }

    pub fn execute(&self, sql: &'static str) {
        wait(async {
            match self.store() {
                StoreOptions::Sqlite(path) => {
                    let mut open =
                        SqliteConnection::connect(&path.display().to_string()).await.expect("open");
                    sqlx::query(sql).execute(&mut open).await.map(drop)
                }
                StoreOptions::Postgres(url) => {
                    let mut open = PgConnection::connect(&url).await.expect("open");
                    sqlx::query(sql).execute(&mut open).await.map(drop)
                }
            }
        })
        .expect("done");
    }
}

pub fn ran(command: &mut Command, input: &str) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    // A command that refuses at once closes the pipe before it is read.
    drop(pipe.write_all(input.as_bytes()));
    drop(pipe);
    let Output { status, stdout, stderr } = child.wait_with_output().expect("an end");
    Ran {
        status: status.code().unwrap_or(-1),
        out: String::from_utf8(stdout).expect("text"),
        err: String::from_utf8(stderr).expect("text"),
    }
}

/// A database that goes when the test is over.
struct Postgres {
    url: String,
    name: String,
    server: String,
}

impl Postgres {
    fn make() -> Self {
        use std::hash::{BuildHasher as _, RandomState};
        let server = std::env::var(POSTGRES).unwrap_or_else(|_| panic!("{POSTGRES} names no server"));
        let name = format!("bailiwick_program_{:016x}", RandomState::new().hash_one(0_u8));
        let (place, _) = server.rsplit_once('/').expect("a URL with a database");
        let url = format!("{place}/{name}");
        let made = Self { url, name, server };
        made.tell(&format!("CREATE DATABASE {}", made.name));
        made
    }

    fn tell(&self, sql: &str) {
        wait(async {
            let mut open = PgConnection::connect(&self.server).await.expect("PostgreSQL");
            sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut open).await.expect("done");
        });
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.tell(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}
