//! The directory: people, administrators, sessions, events, and the rules that hold among them.
//!
//! Every operation takes an [`Actor`], passes the one gate before it reads its target, and writes
//! its change, the event of it and what follows from it in one transaction. Doors (the portals,
//! the command line, later REST, LDAP and others) ask here and decide nothing themselves.

// First, because its macro is known only to what follows.
#[cfg(test)]
extern crate self as directory;
#[cfg(test)]
#[macro_use]
#[path = "../tests/directory/world.rs"]
#[expect(dead_code, reason = "what the tests beside the code do not need of the tests' world")]
mod world;

mod account;
mod administrators;
mod after;
mod api_keys;
mod attempts;
mod billing;
mod change;
mod detour;
mod environment;
mod error;
mod factors;
mod fold;
mod gate;
mod history;
mod home;
mod housekeeping;
mod import;
mod links;
mod lists;
mod mail;
mod news;
mod passkeys;
mod passwords;
mod policy;
mod portal;
mod preferences;
mod principals;
mod roles;
mod search;
mod sessions;
mod settings;
mod setup;
mod sign_in;
mod ssh_keys;
mod store;
mod timers;
mod totp;
mod users;
mod vault;

use std::path::PathBuf;
use std::sync::Arc;

use model::billing::Package;
use tokio::sync::{Mutex, Notify};
use tokio_util::task::TaskTracker;

pub use account::Account;
pub use administrators::{Administrators, LetIn};
pub use api_keys::ApiKeys;
pub use billing::{Billing, CardRefused, EnteredCard, Invoices, KeptCard, PaymentProvider, Told};
pub use environment::{
    Clock, Environment, HashingCost, MovedClock, NoRandomness, Rng, SeededRng, ShiftedClock, SystemClock,
    SystemRng,
};
pub use error::{Error, Result};
pub use gate::{Actor, Origin};
pub use history::{EVENTS_PAGE, History};
pub use home::Home;
pub use import::{Import, ImportFault, ImportOptions, ImportReport};
pub use mail::{ConfiguredServer, Mail, MailOptions};
pub use news::News;
pub use passkeys::{Answer, Ceremony};
pub use passwords::{ADMINISTRATOR_MIN, administrator_password_fault};
pub use policy::Policy;
pub use portal::{LinkFor, LinkOwner, Portal};
pub use preferences::{Preferences, time_zones};
pub use principals::Stage;
pub use roles::Roles;
pub use search::Search;
pub use sessions::{Sessions, Token};
pub use settings::Settings;
pub use setup::{Setup, SetupForm, StartWith};
pub use sign_in::{Factors, SignIn, SignedIn};
pub use store::{Engine, OpenError, StoreOptions};
pub use users::{Users, WAYS_TO_PATCH};

use crate::api_keys::Pace;
use crate::passwords::Hasher;
use crate::store::{Db, args};
use crate::vault::Vault;

/// Where the directory's data and its key are.
#[derive(Clone, Debug)]
pub struct Options {
    pub store: StoreOptions,
    /// 32 bytes that seal secrets at rest; made at the first start, readable by its owner alone.
    pub key_file: PathBuf,
    /// The address by which people reach the program, for links in letters; no `/` at its end.
    pub public_url: String,
    pub mail: MailOptions,
    /// What the organization has been given, or pays for.
    pub package: Package,
}

/// One organization's directory. Cheap to clone; all clones are the same directory.
#[derive(Clone)]
pub struct Directory(Arc<Inner>);

struct Inner {
    db: Db,
    env: Environment,
    vault: Vault,
    hasher: Hasher,
    sealer: Notify,
    courier: Notify,
    relays: Mutex<Option<(i64, mail::Relay)>>,
    pace: Pace,
    /// What goes on after its asker has been answered.
    after: TaskTracker,
    public_url: String,
    mail: MailOptions,
    package: Package,
}

const KEY_MARK: &str = "SELECT key_check FROM vault";
const KEY_CHECK: &str = "INSERT INTO vault (one, key_check) VALUES (1, $1)
    ON CONFLICT (one) DO UPDATE SET one = 1 RETURNING key_check";

impl Directory {
    /// Opens the data, brings its schema up to date, and checks that the key belongs to it.
    ///
    /// # Errors
    /// See [`OpenError`]; its texts are for whoever starts the program.
    pub async fn open(options: &Options, env: Environment) -> Result<Self, OpenError> {
        let db = Db::open(&options.store).await?;
        let key = key_of(&db, options, &env).await?;
        let vault = Vault::new(&key).map_err(|error| OpenError::Key(error.to_string()))?;
        let hasher = Hasher::new(env.hashing).map_err(|error| OpenError::Key(error.to_string()))?;
        check_key(&db, &vault, options).await?;
        Ok(Self(Arc::new(Inner {
            db,
            pace: Pace::new(env.clock.clone()),
            env,
            vault,
            hasher,
            sealer: Notify::new(),
            courier: Notify::new(),
            relays: Mutex::new(None),
            after: TaskTracker::new(),
            public_url: options.public_url.clone(),
            mail: options.mail.clone(),
            package: options.package.clone(),
        })))
    }

    pub fn engine(&self) -> Engine {
        self.db().engine()
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `unavailable` when it does not.
    pub async fn is_ready(&self) -> Result<()> {
        let mut tx = self.db().read().await?;
        let _: (i64,) = tx.one("SELECT seq FROM head", args![]).await?;
        Ok(())
    }

    /// Finishes what goes on, seals what is left and lets go of the database. Operations after this
    /// are `unavailable`.
    pub async fn close(&self) {
        self.settled().await;
        if let Err(error) = self.seal_events().await {
            tracing::warn!(%error, "events are left to be sealed at the next start");
        }
        self.close_mail().await;
        self.db().close().await;
    }

    pub fn account(&self) -> Account<'_> {
        Account(self)
    }

    pub fn administrators(&self) -> Administrators<'_> {
        Administrators(self)
    }

    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys(self)
    }

    pub fn billing(&self) -> Billing<'_> {
        Billing(self)
    }

    pub fn history(&self) -> History<'_> {
        History(self)
    }

    pub fn home(&self) -> Home<'_> {
        Home(self)
    }

    pub fn import(&self) -> Import<'_> {
        Import(self)
    }

    pub fn mail(&self) -> Mail<'_> {
        Mail(self)
    }

    pub fn news(&self) -> News<'_> {
        News(self)
    }

    pub fn policy(&self) -> Policy<'_> {
        Policy(self)
    }

    pub fn portal(&self) -> Portal<'_> {
        Portal(self)
    }

    pub fn preferences(&self) -> Preferences<'_> {
        Preferences(self)
    }

    pub fn roles(&self) -> Roles<'_> {
        Roles(self)
    }

    pub fn search(&self) -> Search<'_> {
        Search(self)
    }

    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    pub fn settings(&self) -> Settings<'_> {
        Settings(self)
    }

    pub fn setup(&self) -> Setup<'_> {
        Setup(self)
    }

    pub fn sign_in(&self) -> SignIn<'_> {
        SignIn(self)
    }

    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// An error as the caller is told; internals go to the log under a reference.
    pub fn problem(&self, error: Error) -> model::Problem {
        error.into_problem(|| match self.env().new_id() {
            Ok(id) => id.to_string(),
            Err(_) => "unknown".to_owned(),
        })
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn env(&self) -> &Environment {
        &self.0.env
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    /// The address by which people and programs reach it; no `/` at its end.
    pub fn public_url(&self) -> &str {
        &self.0.public_url
    }

    pub(crate) fn mail_options(&self) -> &MailOptions {
        &self.0.mail
    }

    pub(crate) fn package(&self) -> &Package {
        &self.0.package
    }

    /// The connections to the mail server that are open, and to which.
    pub(crate) fn relays(&self) -> &Mutex<Option<(i64, mail::Relay)>> {
        &self.0.relays
    }

    /// How fast API keys ask, here.
    pub(crate) fn pace(&self) -> &Pace {
        &self.0.pace
    }

    pub(crate) fn wake_courier(&self) {
        self.0.courier.notify_one();
    }

    pub(crate) async fn mail_is_due(&self) {
        self.0.courier.notified().await;
    }

    pub(crate) fn wake_sealer(&self) {
        self.0.sealer.notify_one();
    }

    pub(crate) async fn sealing_is_due(&self) {
        self.0.sealer.notified().await;
    }
}

/// The key; a new one only for a database that has never had one.
async fn key_of(
    db: &Db,
    options: &Options,
    env: &Environment,
) -> Result<zeroize::Zeroizing<[u8; 32]>, OpenError> {
    if let Some(key) = vault::read_key(&options.key_file)? {
        return Ok(key);
    }
    let mut tx = db.read().await.map_err(OpenError::Connect)?;
    let marked: Option<(Vec<u8>,)> = tx.optional(KEY_MARK, args![]).await.map_err(OpenError::Connect)?;
    if marked.is_some() {
        return Err(OpenError::Key(format!(
            "the key file {} is missing, and this database holds secrets that only it opens; bring it back from \
             the backup",
            options.key_file.display()
        )));
    }
    vault::make_key(&options.key_file, env)
}

/// A database with another key's secrets would lock its administrators out; better not to start.
async fn check_key(db: &Db, vault: &Vault, options: &Options) -> Result<(), OpenError> {
    let mut tx = db.write().await.map_err(OpenError::Connect)?;
    let (found,): (Vec<u8>,) = tx.one(KEY_CHECK, args![vault.check()]).await.map_err(OpenError::Connect)?;
    tx.commit().await.map_err(OpenError::Connect)?;
    if found == vault.check() {
        return Ok(());
    }
    Err(OpenError::Key(format!(
        "the key file {} does not belong to this database; bring back the one that was made with it",
        options.key_file.display()
    )))
}

/// Every static statement of the directory, for the test that prepares each on both engines.
#[cfg(test)]
pub(crate) fn statements() -> impl Iterator<Item = &'static str> {
    [
        &[KEY_MARK, KEY_CHECK][..],
        change::STATEMENTS,
        api_keys::STATEMENTS,
        attempts::STATEMENTS,
        billing::STATEMENTS,
        factors::STATEMENTS,
        home::STATEMENTS,
        housekeeping::STATEMENTS,
        import::STATEMENTS,
        links::STATEMENTS,
        news::STATEMENTS,
        preferences::STATEMENTS,
        principals::STATEMENTS,
        search::STATEMENTS,
        sessions::STATEMENTS,
        settings::STATEMENTS,
        setup::STATEMENTS,
        sign_in::STATEMENTS,
        ssh_keys::STATEMENTS,
        timers::STATEMENTS,
        totp::STATEMENTS,
    ]
    .into_iter()
    .chain(account::STATEMENTS.iter().copied())
    .chain(administrators::STATEMENTS.iter().copied())
    .chain(history::STATEMENTS.iter().copied())
    .chain(mail::STATEMENTS.iter().copied())
    .chain(passkeys::STATEMENTS.iter().copied())
    .chain(policy::STATEMENTS.iter().copied())
    .chain(portal::STATEMENTS.iter().copied())
    .chain(roles::STATEMENTS.iter().copied())
    .chain(users::STATEMENTS.iter().copied())
    .flatten()
    .copied()
}
