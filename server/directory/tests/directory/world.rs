//! A directory of its own for each test, its clock, and a few people.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use directory::{
    Actor, Directory, Environment, HashingCost, Invoices, MailOptions, MovedClock, Operator, Options, Origin,
    PaymentProvider, SetupForm, SignedIn, StoreOptions, SystemRng, Token,
};
use model::administrator::AdministratorForm;
use model::billing::Package;
use model::ldap::LdapAddresses;
use model::user::{NewPassword, NewUser, TextAttribute, UserForm, UserState};
use model::{DefaultRole, ErrorCode, Id, Principal, Problem, Timestamp};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

/// 22 November 2026, 09:00 UTC.
pub const START: Timestamp = Timestamp::from_micros(1_795_338_000_000_000);
pub const PASSWORD: &str = "tundra-violin-oxide-9";
pub const URL: &str = "https://directory.example.org";

pub struct World {
    pub directory: Directory,
    pub operator: Operator,
    pub clock: Arc<MovedClock>,
    pub options: Options,
    _folder: tempfile::TempDir,
}

/// Where a superuser of PostgreSQL is found.
pub const POSTGRES: &str = "BAILIWICK_TEST_POSTGRES";

/// The same test on both engines. Cargo ignores the one on PostgreSQL, and says so, unless
/// `--include-ignored` asks for it; then it fails where no server is named.
macro_rules! both {
    ($($test:tt)*) => {
        on_each_engine! { [] [#[ignore = "needs PostgreSQL: BAILIWICK_TEST_POSTGRES and --include-ignored"]] $($test)* }
    };
}

macro_rules! on_each_engine {
    (
        [$(#[$sqlite:meta])?] [#[$postgres:meta]]
        $(#[doc = $doc:literal])* async fn $name:ident($world:ident) $body:block
    ) => {
        $(#[doc = $doc])*
        mod $name {
            use super::*;

            async fn test($world: &$crate::world::World) $body

            #[tokio::test]
            $(#[$sqlite])?
            async fn sqlite() {
                test(&$crate::world::World::sqlite().await).await;
            }

            #[tokio::test]
            #[$postgres]
            async fn postgres() {
                test(&$crate::world::World::postgres().await).await;
            }
        }
    };
}

/// What a variable names, such as a server.
pub fn named(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} names no server"))
}

impl World {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = StoreOptions::Sqlite(folder.path().join("bailiwick.db"));
        Self::open(store, folder).await
    }

    pub async fn postgres() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = StoreOptions::Postgres(new_database(&named(POSTGRES)).await);
        Self::open(store, folder).await
    }

    async fn open(store: StoreOptions, folder: tempfile::TempDir) -> Self {
        let clock = MovedClock::at(START);
        let options = Options {
            store,
            key_file: folder.path().join("key"),
            public_url: URL.into(),
            mail: MailOptions::default(),
            package: Package::default(),
            ldap: LdapAddresses::default(),
        };
        let opened = Directory::open_for_operator(&options, environment(&clock)).await;
        let (directory, operator) = opened.expect("an open directory");
        Self { directory, operator, clock, options, _folder: folder }
    }

    /// Whoever has the server.
    pub fn system(&self) -> Actor {
        self.operator.actor("a test")
    }

    /// The same data, opened again as after a restart.
    pub async fn reopened(&self) -> Directory {
        Directory::open(&self.options, environment(&self.clock)).await.expect("an open directory")
    }

    pub fn wait(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// The same data, opened again with other options for mail.
    pub async fn reopened_with(&self, mail: MailOptions) -> Directory {
        let options = Options { mail, ..self.options.clone() };
        Directory::open(&options, environment(&self.clock)).await.expect("an open directory")
    }

    /// The same data, opened again with somebody who takes payments, and with a package.
    pub async fn reopened_for(&self, payments: Arc<dyn PaymentProvider>, package: Package) -> Directory {
        let options = Options { package, ..self.options.clone() };
        let environment = Environment { payments, ..environment(&self.clock) };
        Directory::open(&options, environment).await.expect("an open directory")
    }

    /// Grace, signed in just now.
    pub async fn grace_again(&self) -> Actor {
        match self
            .directory
            .sign_in()
            .password(&visitor(), Principal::Administrator, "grace@example.org", PASSWORD)
            .await
        {
            Ok(SignedIn::Full(token)) => self.actor(&token).await,
            other => panic!("{other:?}"),
        }
    }

    /// Sets the organization up, with Grace as its Administrator With Billing; says her session.
    pub async fn set_up(&self) -> Token {
        let token = self.directory.setup().issue_token().await.expect("issued").expect("a token");
        let form = SetupForm { password: PASSWORD.into(), ..setup_form() };
        self.directory.setup().complete(&visitor(), &token, form).await.expect("set up").token
    }

    /// Set up, and Grace.
    pub async fn grace(&self) -> Actor {
        let token = self.set_up().await;
        self.actor(&token).await
    }

    /// Grace, signed in again: sessions do not outlast long waits.
    pub async fn again(&self) -> Actor {
        match self
            .directory
            .sign_in()
            .password(&visitor(), Principal::Administrator, "grace@example.org", PASSWORD)
            .await
        {
            Ok(SignedIn::Full(token)) => self.actor(&token).await,
            other => panic!("{other:?}"),
        }
    }

    pub async fn actor(&self, token: &Token) -> Actor {
        self.directory.sessions().administrator(token, origin(), true).await.expect("a live session")
    }

    /// Adds an administrator with the usual password, and signs them in.
    pub async fn administrator(&self, name: &str, role: DefaultRole) -> Actor {
        let email = format!("{name}@example.org");
        let form = AdministratorForm {
            first_name: name.into(),
            last_name: "Admin".into(),
            email: email.clone(),
            role: role.as_str().into(),
            ..AdministratorForm::default()
        };
        let system = self.system();
        self.directory.administrators().add(&system, &form, PASSWORD).await.expect("added");
        match self
            .directory
            .sign_in()
            .password(&visitor(), Principal::Administrator, &email, PASSWORD)
            .await
            .expect("signed in")
        {
            SignedIn::Full(token) => self.actor(&token).await,
            SignedIn::Step(..) => panic!("no factor was enrolled"),
        }
    }

    /// Adds an active user.
    pub async fn user(&self, by: &Actor, username: &str) -> Id {
        let new = NewUser { form: form(username), state: Some(UserState::Activated), ..NewUser::default() };
        self.directory.users().create(by, &new).await.expect("a user")
    }

    /// Adds an active user who has the usual password.
    pub async fn user_with_password(&self, by: &Actor, username: &str) -> Id {
        let id = self.user(by, username).await;
        let new = NewPassword { password: PASSWORD.into(), must_change: false };
        self.directory.users().set_password(by, id, &new).await.expect("set");
        id
    }

    /// Signs a user in who has the usual password and no other step to take.
    pub async fn signed_in(&self, login: &str) -> Token {
        let said = self.directory.sign_in().password(&visitor(), Principal::User, login, PASSWORD).await;
        match said.expect("signed in") {
            SignedIn::Full(token) => token,
            SignedIn::Step(step, _) => panic!("{step:?} comes first"),
        }
    }

    /// 12 bytes as this engine writes them.
    pub fn bytes(&self, of: u8) -> String {
        let digits = format!("{of:02x}").repeat(12);
        match &self.options.store {
            StoreOptions::Sqlite(_) => format!("x'{digits}'"),
            StoreOptions::Postgres(_) => format!("'\\x{digits}'::bytea"),
        }
    }

    pub fn problem<T: std::fmt::Debug>(&self, result: directory::Result<T>) -> Problem {
        self.directory.problem(result.expect_err("should be refused"))
    }

    pub fn code<T: std::fmt::Debug>(&self, result: directory::Result<T>) -> ErrorCode {
        self.problem(result).code
    }
}

fn environment(clock: &Arc<MovedClock>) -> Environment {
    let hashing = HashingCost { memory_kib: 64, passes: 1, lanes: 1, at_once: 4 };
    Environment { clock: clock.clone(), rng: Arc::new(SystemRng), hashing, payments: Arc::new(Invoices) }
}

pub fn setup_form() -> SetupForm {
    SetupForm {
        organization: "Example Org".into(),
        first_name: "Grace".into(),
        last_name: "Hopper".into(),
        email: "grace@example.org".into(),
        password: PASSWORD.into(),
        ..SetupForm::default()
    }
}

pub fn origin() -> Origin {
    Origin { ip: "192.0.2.1".into(), user_agent: "a test".into() }
}

pub fn visitor() -> Actor {
    Actor::visitor(origin())
}

/// `ada.lovelace` becomes Ada Lovelace at example.org.
pub fn form(username: &str) -> UserForm {
    let mut form = UserForm {
        username: username.into(),
        email: format!("{}@example.org", username.to_lowercase()),
        ..UserForm::default()
    };
    let mut names = username.splitn(2, '.').map(|name| {
        let mut letters = name.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
            .unwrap_or_default()
    });
    form.set_text(TextAttribute::FirstName, names.next().unwrap_or_default());
    form.set_text(TextAttribute::LastName, names.next().unwrap_or_default());
    form
}

static TEMPLATE: OnceCell<()> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A database with the schema in it, copied from one that was migrated once in this process.
async fn new_database(url: &str) -> String {
    let process = std::process::id();
    let template = format!("bailiwick_template_{process}");
    TEMPLATE
        .get_or_init(|| async {
            create(url, &template, "template1").await;
            let folder = tempfile::tempdir().expect("a folder");
            let store = StoreOptions::Postgres(with_database(url, &template));
            let options = Options {
                store,
                key_file: folder.path().join("key"),
                public_url: URL.into(),
                mail: MailOptions::default(),
                package: Package::default(),
                ldap: LdapAddresses::default(),
            };
            let directory =
                Directory::open(&options, environment(&MovedClock::at(START))).await.expect("migrated");
            directory.close().await;
            // The key's mark belongs to each test's own key.
            let mut connection =
                PgConnection::connect(&with_database(url, &template)).await.expect("connected");
            connection.execute("DELETE FROM vault").await.expect("forgotten");
            connection.close().await.expect("closed");
        })
        .await;
    let name = format!("bailiwick_test_{process}_{}", NEXT.fetch_add(1, Ordering::SeqCst));
    create(url, &name, &template).await;
    with_database(url, &name)
}

async fn create(url: &str, name: &str, template: &str) {
    let mut connection = PgConnection::connect(url).await.expect("PostgreSQL answers");
    let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
    // Two at once cannot copy the same template; the second waits its turn.
    for _ in 0..100 {
        match connection.execute(AssertSqlSafe(sql.clone())).await {
            Ok(_) => return,
            Err(error) if error.to_string().contains("being accessed") => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("{name} could not be made");
}

fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, ""), |(base, query)| (base, query));
    let (server, _) = base.rsplit_once('/').expect("a URL with a database");
    if query.is_empty() { format!("{server}/{name}") } else { format!("{server}/{name}?{query}") }
}
