//! Administrators: who they are, and the rules that keep the organization from locking itself out.

mod list;
mod reset;
mod rules;

use model::administrator::{Administrator, AdministratorDraft, AdministratorForm, AdministratorStatus};
use model::event::EventKind;
use model::{DefaultRole, Email, ErrorCode, Id, Operation, Password, Principal, Problem, Role, Timestamp};

use crate::Directory;
use crate::attempts;
use crate::change::Change;
use crate::error::{Error, Result, taken};
use crate::fold::fold;
use crate::gate::{Actor, permit};
use crate::history::{Happening, field};
use crate::passwords::administrator_password_fault;
use crate::principals::new_epoch;
use crate::store::{Tx, args};

pub(crate) use rules::keep_one_administrator_with_billing;

/// Administrators.
pub struct Administrators<'a>(pub(crate) &'a Directory);

const READ: &str = "SELECT id, seq, first_name, last_name, email, role, suspended, api_access, created_at,
    password_set_at, totp_enrolled, passkey_enrolled, last_login_at FROM administrators WHERE id = $1";
const BY_EMAIL: &str =
    "SELECT id, seq, first_name, last_name, email, role, suspended, api_access, created_at,
    password_set_at, totp_enrolled, passkey_enrolled, last_login_at FROM administrators WHERE email = $1";
const INSERT: &str =
    "INSERT INTO administrators (id, seq, first_name, last_name, name_key, email, search_text, role,
    created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const SET_ROLE: &str = "UPDATE administrators SET role = $3, seq = $4, auth_epoch = auth_epoch + 1
    WHERE id = $1 AND seq = $2";
const SUSPEND: &str = "UPDATE administrators SET suspended = $3, seq = $4, auth_epoch = auth_epoch + 1
    WHERE id = $1 AND seq = $2";
const FORGET_PASSWORD: &str =
    "DELETE FROM credentials WHERE principal = 'administrator' AND principal_id = $1 AND kind = 'password'";
const KEEP_PASSWORD: &str = "INSERT INTO credentials (id, principal, principal_id, kind, secret, created_at)
    VALUES ($1, 'administrator', $2, 'password', $3, $4)";
const PASSWORD_SET: &str = "UPDATE administrators SET password_set_at = $2 WHERE id = $1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    READ,
    BY_EMAIL,
    INSERT,
    SET_ROLE,
    SUSPEND,
    FORGET_PASSWORD,
    KEEP_PASSWORD,
    PASSWORD_SET,
    rules::OTHERS_WITH_BILLING,
];

/// The name of the one role that manages administrators.
pub(crate) const WITH_BILLING: DefaultRole = DefaultRole::AdministratorWithBilling;

#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub(crate) struct Stored {
    pub id: Id,
    pub seq: i64,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub role: String,
    pub suspended: bool,
    pub api_access: bool,
    pub created_at: Timestamp,
    pub password_set_at: Option<Timestamp>,
    pub totp_enrolled: bool,
    pub passkey_enrolled: bool,
    pub last_login_at: Timestamp,
}

impl Stored {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    fn into_details(self, locked_until: Option<Timestamp>) -> Result<Administrator> {
        Ok(Administrator {
            id: self.id,
            version: self.seq,
            email: Email::parse(&self.email).map_err(Error::internal)?,
            role: role_named(&self.role)?,
            status: status(self.suspended, self.password_set_at, locked_until),
            totp_enrolled: self.totp_enrolled,
            passkey_enrolled: self.passkey_enrolled,
            api_access: self.api_access,
            created_at: self.created_at,
            last_login_at: ever(self.last_login_at),
            password_changed_at: self.password_set_at,
            locked_until,
            first_name: self.first_name,
            last_name: self.last_name,
        })
    }
}

/// What the facts come to.
pub(crate) fn status(
    suspended: bool,
    password_set_at: Option<Timestamp>,
    locked_until: Option<Timestamp>,
) -> AdministratorStatus {
    match (suspended, password_set_at, locked_until) {
        (true, _, _) => AdministratorStatus::Suspended,
        (false, None, _) => AdministratorStatus::Invited,
        (false, Some(_), Some(_)) => AdministratorStatus::Locked,
        (false, Some(_), None) => AdministratorStatus::Active,
    }
}

/// An instant that the database keeps as 0 until there is one, so that it sorts.
pub(crate) fn ever(at: Timestamp) -> Option<Timestamp> {
    (at.as_micros() != 0).then_some(at)
}

/// A role by its stored name, with what it allows now.
pub(crate) fn role_named(name: &str) -> Result<Role> {
    name.parse::<DefaultRole>()
        .map(Role::from)
        .map_err(|_| Error::internal(format!("an administrator has the unknown role {name:?}")))
}

pub(crate) async fn find(tx: &mut Tx, id: Id) -> Result<Stored> {
    tx.optional(READ, args![id]).await?.ok_or_else(|| Problem::not_found("administrator").into())
}

impl Administrators<'_> {
    /// One administrator's details.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn read(&self, actor: &Actor, id: Id) -> Result<Administrator> {
        permit(actor, Operation::ReadAdministrator)?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, id).await?;
        let locked =
            attempts::locked_until(&mut tx, Principal::Administrator, &stored.email, self.0.env().now())
                .await?;
        stored.into_details(locked)
    }

    /// Adds an administrator with a first password, so that they can sign in at once. This is for
    /// the command line; in the portal an invitation asks the new administrator for a password.
    ///
    /// # Errors
    /// `invalid` with the fields at fault, a taken email among them.
    pub async fn add(&self, actor: &Actor, form: &AdministratorForm, password: &str) -> Result<Id> {
        let permit = permit(actor, Operation::AdministerServer)?;
        let draft = form.parse()?;
        let hash = self.hash_good(password, &draft).await?;
        let mut change = Change::begin(self.0, permit).await?;
        crate::settings::read(change.tx()).await?;
        let id = insert(&mut change, &draft).await?;
        set_password(&mut change, id, hash).await?;
        change.commit().await?;
        Ok(id)
    }

    /// Gives an administrator a new password, takes all second factors away, ends all sessions and
    /// opens the lock: for whoever has the server, when somebody is locked out.
    ///
    /// # Errors
    /// `not_found`, `invalid` at `password`.
    pub async fn reset(&self, actor: &Actor, email: &str, password: &str) -> Result<()> {
        let permit = permit(actor, Operation::AdministerServer)?;
        let email = Email::parse(email).map_err(|error| Problem::at("email", error.to_string()))?;
        let mut tx = self.0.db().read().await?;
        let found: Option<Stored> = tx.optional(BY_EMAIL, args![&email]).await?;
        drop(tx);
        let stored = found.ok_or_else(|| Problem::not_found("administrator"))?;
        let draft = AdministratorDraft {
            first_name: stored.first_name.clone(),
            last_name: stored.last_name.clone(),
            email,
            role: WITH_BILLING,
        };
        let hash = self.hash_good(password, &draft).await?;
        let mut change = Change::begin(self.0, permit).await?;
        new_epoch(&mut change, Principal::Administrator, stored.id).await?;
        set_password(&mut change, stored.id, hash).await?;
        crate::factors::remove_all(&mut change, (Principal::Administrator, stored.id)).await?;
        attempts::unlock(&mut change, Principal::Administrator, &stored.email).await?;
        let happening =
            Happening::new(EventKind::AdminAccessReset).to("administrator", stored.id, stored.name());
        change.record(happening).await?;
        change.commit().await
    }

    /// Opens the lock of an administrator before it opens by itself.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `conflict` when there is no lock.
    pub async fn unlock(&self, actor: &Actor, id: Id) -> Result<()> {
        let permit = permit(actor, Operation::UnlockAdministrator)?;
        let mut change = Change::begin(self.0, permit).await?;
        let stored = find(change.tx(), id).await?;
        if !attempts::unlock(&mut change, Principal::Administrator, &stored.email).await? {
            let message = format!("{} is not locked.", stored.name());
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        change
            .record(Happening::new(EventKind::AdminUnlocked).to("administrator", id, stored.name()))
            .await?;
        change.commit().await
    }

    /// Gives an administrator another role; what they are doing ends with their next request.
    ///
    /// # Errors
    /// `forbidden`, `proof_needed`, `stale`, `conflict` for one's own role,
    /// `last_administrator` when nobody would be left to manage administrators.
    pub async fn set_role(&self, actor: &Actor, id: Id, version: i64, role: DefaultRole) -> Result<()> {
        let permit = permit(actor, Operation::UpdateAdministrator)?;
        crate::sessions::proven_lately(&permit, self.0.env().now())?;
        rules::not_oneself(actor, id, "change your own role")?;
        let mut change = Change::begin(self.0, permit).await?;
        let stored = find(change.tx(), id).await?;
        let seq = change.seq;
        change.run_one(SET_ROLE, args![id, version, role.as_str(), seq]).await?;
        keep_one_administrator_with_billing(&mut change).await?;
        let happening = Happening::new(EventKind::AdminUpdate)
            .to("administrator", id, stored.name())
            .changes(vec![field("role", stored.role, role.as_str())]);
        change.record(happening).await?;
        change.commit().await
    }

    /// Takes an administrator's access away, sessions included, or gives it back.
    ///
    /// # Errors
    /// `forbidden`, `stale`, `conflict` for oneself, `last_administrator`.
    pub async fn set_suspended(&self, actor: &Actor, id: Id, version: i64, suspended: bool) -> Result<()> {
        let permit = permit(actor, Operation::SuspendAdministrator)?;
        rules::not_oneself(actor, id, "suspend yourself")?;
        let mut change = Change::begin(self.0, permit).await?;
        let stored = find(change.tx(), id).await?;
        let seq = change.seq;
        change.run_one(SUSPEND, args![id, version, suspended, seq]).await?;
        keep_one_administrator_with_billing(&mut change).await?;
        let kind = if suspended { EventKind::AdminSuspended } else { EventKind::AdminUnsuspended };
        change.record(Happening::new(kind).to("administrator", id, stored.name())).await?;
        change.commit().await
    }

    pub(crate) async fn hash_good(&self, password: &str, draft: &AdministratorDraft) -> Result<String> {
        let names = [draft.first_name.as_str(), draft.last_name.as_str()];
        hash_good(self.0, password, draft.email.as_str(), &names).await
    }
}

/// Hashes a password that keeps the rules for administrators.
pub(crate) async fn hash_good(
    directory: &Directory,
    text: &str,
    email: &str,
    names: &[&str],
) -> Result<String> {
    let password = Password::parse(text).map_err(|error| Problem::at("password", error.to_string()))?;
    if let Some(fault) = administrator_password_fault(&password, email, names) {
        return Err(Problem::at("password", fault).into());
    }
    directory.hasher().hash(&password).await
}

pub(crate) async fn insert(change: &mut Change, draft: &AdministratorDraft) -> Result<Id> {
    let id = change.directory().env().new_id()?;
    let name = format!("{} {}", draft.first_name, draft.last_name);
    let (seq, now) = (change.seq, change.now);
    let inserted = change
        .run(
            INSERT,
            args![
                id,
                seq,
                &draft.first_name,
                &draft.last_name,
                fold(&name),
                &draft.email,
                fold(&format!("{name} {}", draft.email)),
                draft.role.as_str(),
                now
            ],
        )
        .await;
    if let Err(error) = inserted {
        return Err(match taken(&error) {
            Some(_) => Problem::at("email", format!("{} is an administrator already.", draft.email)).into(),
            None => error.into(),
        });
    }
    let happening = Happening::new(EventKind::AdminCreate)
        .to("administrator", id, name)
        .changes(vec![field("email", "", draft.email.as_str()), field("role", "", draft.role.as_str())]);
    change.record(happening).await?;
    Ok(id)
}

pub(crate) async fn set_password(change: &mut Change, id: Id, hash: String) -> Result<()> {
    let credential = change.directory().env().new_id()?;
    let now = change.now;
    change.run(FORGET_PASSWORD, args![id]).await?;
    change.run(KEEP_PASSWORD, args![credential, id, hash, now]).await?;
    change.run(PASSWORD_SET, args![id, now]).await?;
    Ok(())
}
