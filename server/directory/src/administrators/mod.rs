//! Administrators: who they are, and the rules that keep the organization from locking itself out.

mod api_key;
mod create;
pub(crate) mod invitation;
mod list;
pub(crate) mod notices;
pub(crate) mod promotion;
mod recovery;
mod removal;
mod resets;
pub(crate) mod rules;
mod suspension;
#[cfg(test)]
mod tests;
pub(crate) mod write;

use model::administrator::{Administrator, AdministratorStatus, Facts, full_name};
use model::api_key::ApiKey;
use model::event::{EventKind, Party};
use model::user::Person;
use model::{DefaultRole, Email, Id, Operation, Principal, Problem, Timestamp};

use crate::lockout;
use directory_core::accounts::{AccountRef, AssignedRole, Named, named};
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::AuditEvent;
use directory_core::store::{Arg, Sql, Tx, args, optional_timestamp, sql};
use sea_query::{Expr, ExprTrait, Query};

pub(crate) use rules::keep_one_administrator_with_billing;

pub(crate) use api_key::{RevokedKey, api_key, key_expiry, revoke_api_key};
pub(crate) use create::granted;
pub(crate) use notices::{
    api_key_made, factors_changed, factors_followed, password_changed, password_followed, rights_changed,
};
pub(crate) use promotion::{FormerUser, among, follow as follow_user, keep_one_without, needs, oneself};
pub(crate) use removal::remove_with_users;
pub(crate) use resets::send_password_link;
pub(crate) use rules::{Grantor, able, grantors, how_many_manage, target};
pub(crate) use write::{hash_good, insert, set_password};

/// Administrators.
pub struct Administrators<'a>(pub(crate) &'a Context);

macro_rules! read {
    ($which:literal) => {
        concat!(
            "SELECT id, seq, user_id, first_name, last_name, email, role, role_id, role_scopes, suspended, active, api_access, whats_new,
                mfa_required_alone, created_at, password_set_at, locked_until, totp_enrolled, passkey_enrolled,
                last_login_at,
                EXISTS (SELECT 1 FROM api_keys k WHERE k.administrator_id = administrator_accounts.id) AS api_key
            FROM administrator_accounts WHERE ",
            $which
        )
    };
}

const READ: Sql = sql!(read!("id = $1"));
const BY_EMAIL: Sql = sql!(read!("email = $1"));
pub(crate) const WITH_ROLE: Sql = sql!(read!("role_id = $1 ORDER BY pk"));
const REQUIRED_OF_ALL: Sql = sql!("SELECT require_admin_mfa FROM organization");

/// The name of the one role that manages administrators.
pub(crate) const WITH_BILLING: DefaultRole = DefaultRole::AdministratorWithBilling;

/// Why something was done to an administrator.
const WITH_USER: &str = "with the user that they were made from";

#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub(crate) struct Stored {
    pub id: Id,
    pub seq: i64,
    pub user_id: Option<Id>,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    #[sqlx(flatten)]
    pub assigned_role: AssignedRole,
    pub suspended: bool,
    pub active: bool,
    pub api_access: bool,
    pub whats_new: bool,
    pub mfa_required_alone: bool,
    pub created_at: Timestamp,
    pub password_set_at: Option<Timestamp>,
    pub locked_until: Option<Timestamp>,
    pub totp_enrolled: bool,
    pub passkey_enrolled: bool,
    pub last_login_at: Timestamp,
    /// There is one, expired or not.
    pub api_key: bool,
}

impl Stored {
    pub(crate) fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }

    fn party(&self) -> Party {
        Party { kind: "administrator".into(), id: Some(self.id), name: self.name() }
    }

    /// Whose password and factors open their account.
    pub(crate) fn owner(&self) -> AccountRef {
        self.user_id.map_or((Principal::Administrator, self.id), |user| (Principal::User, user))
    }

    /// What was done to them.
    pub(crate) fn audit_event(&self, kind: EventKind) -> AuditEvent {
        AuditEvent::new(kind).to("administrator", self.id, self.name())
    }

    /// What decides what can be done to them.
    fn facts(&self, actor: &Actor) -> Facts {
        Facts {
            oneself: rules::is_oneself(actor, self.id),
            suspended: self.suspended,
            inactive: !self.active,
            has_password: self.password_set_at.is_some(),
            factor: self.totp_enrolled || self.passkey_enrolled,
            from_user: self.user_id.is_some(),
            api_key: self.api_key,
        }
    }

    fn into_details(
        self,
        locked_until: Option<Timestamp>,
        mfa_of_all: bool,
        (user, api_key): (Option<Person>, Option<ApiKey>),
    ) -> Result<Administrator> {
        Ok(Administrator {
            id: self.id,
            version: self.seq,
            email: Email::parse(&self.email).map_err(Error::internal)?,
            role: self.assigned_role.role()?,
            status: status(self.active, self.password_set_at, locked_until),
            suspended: self.suspended,
            user,
            mfa_required: self.mfa_required_alone,
            mfa_required_of_all: mfa_of_all,
            totp_enrolled: self.totp_enrolled,
            passkey_enrolled: self.passkey_enrolled,
            api_access: self.api_access,
            api_key,
            whats_new: self.whats_new,
            created_at: self.created_at,
            last_login_at: optional_timestamp(self.last_login_at),
            password_changed_at: self.password_set_at,
            locked_until,
            first_name: self.first_name,
            last_name: self.last_name,
        })
    }
}

/// What the facts come to.
pub(crate) fn status(
    active: bool,
    password_set_at: Option<Timestamp>,
    locked_until: Option<Timestamp>,
) -> AdministratorStatus {
    match (active, password_set_at, locked_until) {
        (false, _, _) => AdministratorStatus::Suspended,
        (true, None, _) => AdministratorStatus::Invited,
        (true, Some(_), Some(_)) => AdministratorStatus::Locked,
        (true, Some(_), None) => AdministratorStatus::Active,
    }
}

pub(crate) async fn find(tx: &mut Tx, id: Id) -> Result<Stored> {
    tx.optional(READ, args![id]).await?.ok_or_else(|| Problem::not_found("administrator").into())
}

pub(crate) async fn by_email(tx: &mut Tx, email: &Email) -> Result<Option<Stored>> {
    Ok(tx.optional(BY_EMAIL, args![email]).await?)
}

/// The administrators that were made from these users.
async fn of_users(tx: &mut Tx, users: &[Id]) -> Result<Vec<Stored>> {
    let select = Query::select()
        .column("id")
        .from("administrators")
        .and_where(Expr::col("user_id").is_in(users.iter().map(|id| id.value())))
        .take();
    let mut found = Vec::new();
    for (id,) in tx.select::<(Id,)>(&select).await? {
        found.push(find(tx, id).await?);
    }
    Ok(found)
}

/// Until when an administrator is locked: whoever was made from a user with that user, too.
pub(crate) async fn locked_until(tx: &mut Tx, stored: &Stored, now: Timestamp) -> Result<Option<Timestamp>> {
    let noted = lockout::locked_until(tx, Principal::Administrator, &stored.email, now).await?;
    Ok(stored.locked_until.filter(|until| *until > now).max(noted))
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
        let locked = locked_until(&mut tx, &stored, self.0.env().now()).await?;
        let (of_all,): (bool,) = tx.one(REQUIRED_OF_ALL, args![]).await?;
        let key = api_key(&mut tx, id).await?;
        let user = match stored.user_id {
            Some(user) => named(&mut tx, user).await?.map(Named::into_person),
            None => None,
        };
        stored.into_details(locked, of_all, (user, key))
    }
}
