//! The directory: people, administrators, sessions, events, and the rules that hold among them.
//!
//! Every operation takes an [`Actor`], is authorized before it reads its target, and writes
//! its change, the event of it and what follows from it in one transaction. Protocols (the portals,
//! REST, the command line, later LDAP and others) ask here and decide nothing themselves.

// First, because its macro is known only to what follows.
#[cfg(test)]
extern crate self as directory;
#[cfg(test)]
#[macro_use]
#[path = "../tests/directory/world.rs"]
#[expect(dead_code, reason = "what the tests beside the code do not need of the tests' world")]
mod world;

mod access;
mod account;
mod administrator_changes;
mod administrators;
mod api_keys;
mod applications;
mod billing;
mod bindings;
mod engine;
mod escalation;
mod factors;
mod groups;
mod history;
mod home;
mod import;
mod insights;
mod jobs;
mod ldap;
mod links;
mod lists;
mod local_time;
mod lockout;
mod mail;
mod maintenance;
mod memberships;
mod news;
mod operator;
mod passkeys;
mod password_check;
mod policy;
mod portal;
mod posting;
mod preferences;
mod promotion;
mod raise;
mod recovery;
mod revocation;
mod role_changes;
mod roles;
mod rules;
mod scheduled;
mod scheduler;
mod search;
mod sessions;
mod settings;
mod setup;
mod sign_in;
mod ssh_keys;
#[cfg(test)]
mod statements;
mod totp;
mod unlocking;
mod users;
mod views;

use std::path::PathBuf;
use std::sync::Arc;

use model::billing::Package;
use model::ldap::LdapAddresses;

pub use access::AccessControl;
pub use account::OwnAccount;
pub use administrators::Administrators;
pub use api_keys::ApiKeys;
pub use applications::Applications;
pub use billing::Billing;
pub use directory_core::authz::{Actor, Operator, Origin, Stage};
pub use directory_core::environment::{
    Clock, Environment, HashingCost, MovedClock, NoRandomness, Rng, SeededRng, ShiftedClock, SystemClock,
    SystemRng,
};
pub use directory_core::error::{Error, Result};
pub use directory_core::normalize::normalize;
pub use directory_core::payments::{
    CardRefused, EnteredCard, Invoices, KeptCard, PaymentFuture, PaymentProvider,
};
pub use directory_core::store::{Engine, OpenError, Sql, StoreOptions, sql};
pub use directory_core::token::Token;
pub use groups::Groups;
pub use history::{EVENTS_PAGE, History, Tampering, Verified};
pub use home::Home;
pub use import::{FaultyRows, Import, ImportFault, ImportOptions, ImportReport, Receiving};
pub use insights::{EventExport, Found, FoundEvent, Handle, Insights};
pub use jobs::{CREATE_MAX, CREATE_PASSWORDS_MAX, JobExport, Jobs, UPDATE_MAX};
pub use ldap::{
    Asked, Fact, LDAP_BATCH, Ldap, LdapBind, LdapGroup, LdapPerson, LdapSearched, LdapSettings, Order, With,
    WithMembers,
};
pub use links::{LinkFor, LinkOwner};
pub use mail::{ConfiguredServer, Mail, MailOptions};
pub use news::News;
pub use operator::ResetOutcome;
pub use passkeys::{Answer, Ceremony};
pub use policy::{ADMINISTRATOR_MIN, Policy, administrator_password_fault};
pub use portal::Portal;
pub use preferences::{Preferences, time_zones};
pub use roles::Roles;
pub use rules::GroupRules;
pub use search::Search;
pub use sessions::Sessions;
pub use settings::Settings;
pub use setup::{Setup, SetupForm, StartWith};
pub use sign_in::{Factors, SignIn, SignedIn};
pub use users::{PATCH_OPERATIONS, UserExport, Users};
pub use views::Views;

use crate::api_keys::Pace;
use crate::mail::Delivery;
use crate::maintenance::Maintenance;
use directory_core::context::Context;
use directory_core::store::args;

/// Where the directory's data and its key are.
#[derive(Clone, Debug)]
pub struct Options {
    pub store: StoreOptions,
    /// 32 bytes that seal secrets at rest; made at the first start, readable by its owner alone.
    pub key_file: PathBuf,
    /// The address by which people reach the program, for links in messages; no `/` at its end.
    pub public_url: String,
    pub mail: MailOptions,
    /// What the organization has been given, or pays for.
    pub package: Package,
    /// Where clients of LDAP reach it.
    pub ldap: LdapAddresses,
}

/// One organization's directory. Cheap to clone; all clones are the same directory.
#[derive(Clone)]
pub struct Directory(Arc<Inner>);

struct Inner {
    context: Context,
    /// How fast API keys ask, here.
    pace: Pace,
    delivery: Delivery,
    package: Package,
    ldap: LdapAddresses,
    searches: ldap::Searches,
    retries: ldap::Retries,
}

impl Directory {
    /// Opens the data, brings its schema up to date, and checks that the key belongs to it.
    ///
    /// # Errors
    /// See [`OpenError`]; its texts are for whoever starts the program.
    pub async fn open(options: &Options, env: Environment) -> Result<Self, OpenError> {
        let Options { store, key_file, public_url, .. } = options;
        Ok(Self::on(Context::open(store, key_file, public_url.clone(), env).await?, options))
    }

    /// [`open`](Self::open), for whoever has the server: the command line, and nothing that answers requests.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn open_for_operator(
        options: &Options,
        env: Environment,
    ) -> Result<(Self, Operator), OpenError> {
        let Options { store, key_file, public_url, .. } = options;
        let (context, operator) =
            Context::open_for_operator(store, key_file, public_url.clone(), env).await?;
        Ok((Self::on(context, options), operator))
    }

    fn on(context: Context, options: &Options) -> Self {
        let pace = Pace::new(context.env().clock.clone());
        let Options { mail, package, ldap, .. } = options.clone();
        let delivery = Delivery::new(mail);
        let (searches, retries) = (ldap::Searches::default(), ldap::Retries::default());
        Self(Arc::new(Inner { context, pace, delivery, package, ldap, searches, retries }))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `unavailable` when it does not.
    pub async fn is_ready(&self) -> Result<()> {
        let mut tx = self.context().db().read().await?;
        let _: (i64,) = tx.one(HEAD, args![]).await?;
        Ok(())
    }

    /// Finishes what goes on, seals what is left and lets go of the database. Operations after this
    /// are `unavailable`.
    pub async fn close(&self) {
        self.settled().await;
        if let Err(error) = self.0.searches.write(self.context()).await {
            tracing::error!(%error, "the last searches over LDAP are missing in the history");
        }
        if let Err(error) = self.seal_events().await {
            tracing::warn!(%error, "events are left to be sealed at the next start");
        }
        self.0.delivery.close().await;
        self.context().close().await;
    }

    /// Ends once all that goes on in the background, after its asker was answered, is done.
    pub async fn settled(&self) {
        self.context().settled().await;
    }

    /// Runs the maintenance until `stop` is ready. Every server on the same database may do so.
    pub async fn run_maintenance(&self, stop: impl Future<Output = ()>) {
        self.maintenance().run_maintenance(stop).await;
    }

    /// One round of it, for tests that move the clock.
    ///
    /// # Errors
    /// `unavailable`, `internal`; the next round tries again.
    pub async fn clean_up(&self) -> Result<()> {
        self.maintenance().clean_up().await
    }

    /// Does chunks of jobs until none is due or so many are done; says how many. Jobs that another has in hand are
    /// left to it.
    ///
    /// # Errors
    /// `unavailable`, `internal`; the chunk has not been, and is tried again later.
    pub async fn work_on_jobs(&self, at_most: u64) -> Result<u64> {
        jobs::work(self.context(), at_most).await
    }

    /// Seals what is committed and not sealed yet; says how many events that were.
    ///
    /// # Errors
    /// `unavailable` or `internal`; what was sealed before stays sealed.
    pub async fn seal_events(&self) -> Result<u64> {
        history::seal_events(self.context()).await
    }

    /// Sends what is due, until nothing is; says how many messages were tried. Without a mail server
    /// nothing is.
    ///
    /// # Errors
    /// `unavailable`, `internal`; what was under way is tried again when its lease is over.
    pub async fn deliver(&self) -> Result<usize> {
        self.mail().deliver().await
    }

    pub(crate) fn context(&self) -> &Context {
        &self.0.context
    }

    fn maintenance(&self) -> Maintenance<'_> {
        let Inner { context, delivery, pace, searches, .. } = &*self.0;
        Maintenance { context, delivery, pace, searches }
    }

    pub fn engine(&self) -> Engine {
        self.context().engine()
    }

    /// The address by which people and programs reach it; no `/` at its end.
    pub fn public_url(&self) -> &str {
        self.context().public_url()
    }

    /// The origin at which passkeys can be used.
    ///
    /// # Errors
    /// A sentence that says why they cannot.
    pub fn passkey_origin(&self) -> Result<String, String> {
        passkeys::origin(self.context())
    }

    pub fn account(&self) -> OwnAccount<'_> {
        OwnAccount(self.context(), &self.0.delivery)
    }

    pub fn administrators(&self) -> Administrators<'_> {
        Administrators(self.context())
    }

    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys(self.context(), &self.0.pace)
    }

    pub fn billing(&self) -> Billing<'_> {
        Billing(self.context(), &self.0.package)
    }

    pub fn access(&self) -> AccessControl<'_> {
        AccessControl(self.context())
    }

    pub fn applications(&self) -> Applications<'_> {
        Applications(self.context())
    }

    pub fn groups(&self) -> Groups<'_> {
        Groups(self.context())
    }

    pub fn group_rules(&self) -> GroupRules<'_> {
        GroupRules(self.context())
    }

    pub fn history(&self) -> History<'_> {
        History(self.context())
    }

    pub fn home(&self) -> Home<'_> {
        Home(self.context(), &self.0.delivery)
    }

    pub fn import(&self) -> Import<'_> {
        Import(self.context())
    }

    pub fn insights(&self) -> Insights<'_> {
        Insights(self.context())
    }

    pub fn jobs(&self) -> Jobs<'_> {
        Jobs(self.context())
    }

    pub fn ldap(&self) -> Ldap<'_> {
        let Inner { context, ldap, searches, retries, .. } = &*self.0;
        Ldap { context, addresses: ldap, searches, retries }
    }

    pub fn mail(&self) -> Mail<'_> {
        Mail(self.context(), &self.0.delivery)
    }

    pub fn news(&self) -> News<'_> {
        News(self.context())
    }

    pub fn policy(&self) -> Policy<'_> {
        Policy(self.context())
    }

    pub fn portal(&self) -> Portal<'_> {
        Portal(self.context())
    }

    pub fn preferences(&self) -> Preferences<'_> {
        Preferences(self.context())
    }

    pub fn roles(&self) -> Roles<'_> {
        Roles(self.context())
    }

    pub fn search(&self) -> Search<'_> {
        Search(self.context())
    }

    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self.context())
    }

    pub fn settings(&self) -> Settings<'_> {
        Settings(self.context())
    }

    pub fn setup(&self) -> Setup<'_> {
        Setup(self.context())
    }

    pub fn sign_in(&self) -> SignIn<'_> {
        SignIn(self.context())
    }

    pub fn users(&self) -> Users<'_> {
        Users(self.context())
    }

    pub fn views(&self) -> Views<'_> {
        Views(self.context())
    }

    /// An error as the caller is told; internals go to the log under a reference.
    pub fn problem(&self, error: Error) -> model::Problem {
        error.into_problem(|| match self.context().env().new_id() {
            Ok(id) => id.to_string(),
            Err(_) => "unknown".to_owned(),
        })
    }
}

const HEAD: Sql = sql!("SELECT seq FROM head");
