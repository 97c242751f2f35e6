//! The handle to what everything rests on: the store, the environment, the keys.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::authz::Operator;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::passwords::Hasher;
use crate::store::{Db, Engine, OpenError, Sql, StoreOptions, args, sql};
use crate::vault::{self, Vault};

/// What every operation of one organization's directory rests on. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    db: Db,
    env: Environment,
    vault: Vault,
    hasher: Hasher,
    public_url: String,
    recorded: Notify,
    posted: Notify,
    queued: Notify,
    changed: Notify,
    /// What goes on after its asker has been answered.
    background: TaskTracker,
}

const KEY_MARK: Sql = sql!("SELECT key_check FROM vault");
const KEY_CHECK: Sql = sql!(
    "INSERT INTO vault (one, key_check) VALUES (1, $1)
    ON CONFLICT (one) DO UPDATE SET one = 1 RETURNING key_check"
);

impl Context {
    /// Opens the data, brings its schema up to date, and checks that the key belongs to it. `public_url` has no
    /// `/` at its end.
    ///
    /// # Errors
    /// See [`OpenError`]; its texts are for whoever starts the program.
    pub async fn open(
        store: &StoreOptions,
        key_file: &Path,
        public_url: String,
        env: Environment,
    ) -> Result<Self, OpenError> {
        let db = Db::open(store).await?;
        let key = key_of(&db, key_file, &env).await?;
        let vault = Vault::new(&key).map_err(|error| OpenError::Key(error.to_string()))?;
        let hasher = Hasher::new(env.hashing).map_err(|error| OpenError::Key(error.to_string()))?;
        check_key(&db, &vault, key_file).await?;
        Ok(Self(Arc::new(Inner {
            db,
            env,
            vault,
            hasher,
            public_url,
            recorded: Notify::new(),
            posted: Notify::new(),
            queued: Notify::new(),
            changed: Notify::new(),
            background: TaskTracker::new(),
        })))
    }

    /// [`open`](Self::open), for whoever has the server: the command line. What it does, it does as the
    /// operator.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn open_for_operator(
        store: &StoreOptions,
        key_file: &Path,
        public_url: String,
        env: Environment,
    ) -> Result<(Self, Operator), OpenError> {
        Ok((Self::open(store, key_file, public_url, env).await?, Operator::new()))
    }

    /// Lets go of the database.
    pub async fn close(&self) {
        self.0.db.close().await;
    }

    pub fn engine(&self) -> Engine {
        self.db().engine()
    }

    pub fn db(&self) -> &Db {
        &self.0.db
    }

    pub fn env(&self) -> &Environment {
        &self.0.env
    }

    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    /// The address by which people and programs reach it; no `/` at its end.
    pub fn public_url(&self) -> &str {
        &self.0.public_url
    }

    /// Says that events were committed.
    pub fn wake_sealer(&self) {
        self.0.recorded.notify_one();
    }

    /// Ends once events were committed.
    pub async fn sealing_is_due(&self) {
        self.0.recorded.notified().await;
    }

    /// Says that there is mail to send.
    pub fn wake_delivery(&self) {
        self.0.posted.notify_one();
    }

    /// Ends once there is mail to send.
    pub async fn mail_is_due(&self) {
        self.0.posted.notified().await;
    }

    /// Says that a job is to be worked on.
    pub fn wake_jobs(&self) {
        self.0.queued.notify_one();
    }

    /// Ends once a job is to be worked on.
    pub async fn job_is_due(&self) {
        self.0.queued.notified().await;
    }

    /// Says that the directory has been changed.
    pub fn wake_rules(&self) {
        self.0.changed.notify_one();
    }

    /// Ends once the directory has been changed.
    pub async fn change_is_committed(&self) {
        self.0.changed.notified().await;
    }

    /// Runs to its end even when the client that asked goes away meanwhile: what was counted is also
    /// recorded, and locks.
    ///
    /// # Errors
    /// Those of `work`; `internal` when it panics.
    pub async fn to_the_end<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        self.0.background.spawn(work.in_current_span()).await.map_err(Error::internal)?
    }

    /// Ends once all that goes on in the background is done.
    pub async fn settled(&self) {
        self.0.background.close();
        self.0.background.wait().await;
        self.0.background.reopen();
    }

    /// Does what neither an answer nor its time may tell of, once the asker has been answered.
    pub fn after<F>(&self, what: &'static str, work: F)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.0.background.spawn(async move {
            if let Err(error) = work.await {
                tracing::error!(%error, "not done after its answer: {what}");
            }
        });
    }
}

/// The key; a new one only for a database that has never had one.
async fn key_of(
    db: &Db,
    key_file: &Path,
    env: &Environment,
) -> Result<zeroize::Zeroizing<[u8; 32]>, OpenError> {
    if let Some(key) = vault::read_key(key_file)? {
        return Ok(key);
    }
    let mut tx = db.read().await.map_err(OpenError::Connect)?;
    let marked: Option<(Vec<u8>,)> = tx.optional(KEY_MARK, args![]).await.map_err(OpenError::Connect)?;
    if marked.is_some() {
        return Err(OpenError::Key(format!(
            "the key file {} is missing, and this database holds secrets that only it opens; bring it back from \
             the backup",
            key_file.display()
        )));
    }
    vault::make_key(key_file, env)
}

/// A database with another key's secrets would lock its administrators out; better not to start.
async fn check_key(db: &Db, vault: &Vault, key_file: &Path) -> Result<(), OpenError> {
    let mut tx = db.write().await.map_err(OpenError::Connect)?;
    let (found,): (Vec<u8>,) = tx.one(KEY_CHECK, args![vault.check()]).await.map_err(OpenError::Connect)?;
    tx.commit().await.map_err(OpenError::Connect)?;
    if found == vault.check() {
        return Ok(());
    }
    Err(OpenError::Key(format!(
        "the key file {} does not belong to this database; bring back the one that was made with it",
        key_file.display()
    )))
}
