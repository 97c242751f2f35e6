//! Administrators and users alike: what signing in, sessions and factors need to know of an account.

mod api_key;
mod login;
mod person;
mod role;

use model::event::{EventKind, Party};
use model::user::name_of;
use model::{Id, Principal, Timestamp};

use crate::authz::{Stage, not_signed_in};
use crate::error::Result;
use crate::events::AuditEvent;
use crate::store::{Sql, Tx, args, sql};

pub use api_key::{good_key, key_is_good};
pub use login::Login;
pub use person::{Named, named};
pub use role::{AssignedRole, read_scopes};

/// Whose account.
pub type AccountRef = (Principal, Id);

/// Users who were deleted are found too: what is typed under their name counts like any other. One whose
/// password and factors open the Admin Portal, too, had to have a second factor for that, and keeps one.
macro_rules! users {
    ($which:literal) => {
        concat!(
            "SELECT 'user' AS principal, id, username, email, first_name, last_name, display_name, '' AS role,
                NULL AS role_id, NULL AS role_scopes, auth_epoch, (state = 'ACTIVATED' AND deleted_at IS NULL) AS active, mfa_enrolled AS enrolled,
                password_set_at, CASE WHEN password_never_expires THEN NULL ELSE password_expires_at END
                    AS password_expires_at, password_must_change, locked_until,
                (mfa_required OR EXISTS (SELECT 1 FROM administrators a WHERE a.user_id = users.id)) AS mfa_required,
                mfa_chosen, CASE WHEN EXISTS (SELECT 1 FROM administrators a WHERE a.user_id = users.id) THEN NULL
                    ELSE mfa_enroll_by END AS mfa_enroll_by, activates_at, suspends_at,
                NULL AS user_id
            FROM users WHERE ",
            $which
        )
    };
}

/// An administrator's second factor is asked for once it is enrolled, and one that is required is
/// enrolled at the next sign-in.
macro_rules! administrators {
    ($which:literal) => {
        concat!(
            "SELECT 'administrator' AS principal, id, '' AS username, email, first_name, last_name,
                '' AS display_name, role, role_id, role_scopes, auth_epoch, active, (totp_enrolled OR passkey_enrolled) AS enrolled,
                password_set_at, password_expires_at, password_must_change, locked_until,
                (mfa_required OR user_id IS NOT NULL) AS mfa_required,
                (totp_enrolled OR passkey_enrolled) AS mfa_chosen, CAST(NULL AS BIGINT) AS mfa_enroll_by, user_id,
                (SELECT u.activates_at FROM users u WHERE u.id = administrator_accounts.user_id) AS activates_at,
                (SELECT u.suspends_at FROM users u WHERE u.id = administrator_accounts.user_id) AS suspends_at
            FROM administrator_accounts WHERE ",
            $which
        )
    };
}

const ADMINISTRATOR: Sql = sql!(administrators!("id = $1"));
const ADMINISTRATOR_BY_EMAIL: Sql = sql!(administrators!("email = $1"));
const ADMINISTRATOR_OF_USER: Sql = sql!(administrators!("user_id = $1"));
const USER: Sql = sql!(users!("id = $1"));
const USER_BY_EMAIL: Sql = sql!(users!("email = $1"));
const USER_BY_USERNAME: Sql = sql!(users!("username_key = $1"));
const PASSWORD: Sql =
    sql!("SELECT secret FROM credentials WHERE principal = $1 AND principal_id = $2 AND kind = 'password'");

/// What differs between the two kinds.
pub const fn per_principal<T: Copy>(principal: Principal, administrator: T, user: T) -> T {
    match principal {
        Principal::Administrator => administrator,
        Principal::User => user,
    }
}

/// An account as it stands now.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub struct Account {
    pub principal: Principal,
    pub id: Id,
    pub username: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub display_name: String,
    #[sqlx(flatten)]
    pub assigned_role: AssignedRole,
    pub auth_epoch: i64,
    /// Not suspended, staged or deleted.
    pub active: bool,
    /// There is a second factor.
    pub enrolled: bool,
    pub password_set_at: Option<Timestamp>,
    pub password_expires_at: Option<Timestamp>,
    pub password_must_change: bool,
    pub locked_until: Option<Timestamp>,
    pub mfa_required: bool,
    pub mfa_chosen: bool,
    pub mfa_enroll_by: Option<Timestamp>,
    /// The user that an administrator was made from.
    pub user_id: Option<Id>,
    /// When the user is activated next, as it is scheduled.
    pub activates_at: Option<Timestamp>,
    pub suspends_at: Option<Timestamp>,
}

/// What an account comes to once the password was right, and the second factor where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The password has expired or must be changed.
    NewPassword,
    /// A second factor is required at once.
    Enroll,
    /// The time to enrol one has run out.
    Lapsed,
    In,
}

impl Account {
    pub fn name(&self) -> String {
        name_of(&self.display_name, &self.first_name, &self.last_name, &self.username)
    }

    pub fn party(&self) -> Party {
        Party { kind: self.principal.as_str().to_owned(), id: Some(self.id), name: self.name() }
    }

    /// Whose password and factors open this account: those of an administrator who was made from a user
    /// are the user's.
    pub fn owner(&self) -> AccountRef {
        match self.user_id {
            Some(user) => (Principal::User, user),
            None => (self.principal, self.id),
        }
    }

    /// Whether a second factor is asked for: it is there, and required or switched on.
    pub fn is_challenged(&self) -> bool {
        self.enrolled && (self.mfa_required || self.mfa_chosen)
    }

    pub fn locked(&self, now: Timestamp) -> Option<Timestamp> {
        self.locked_until.filter(|until| *until > now)
    }

    /// Judged at use, so that nothing depends on a job that runs late.
    pub fn next(&self, now: Timestamp) -> Next {
        if self.password_must_change || self.password_expires_at.is_some_and(|at| at <= now) {
            return Next::NewPassword;
        }
        if !self.mfa_required || self.enrolled {
            return Next::In;
        }
        match self.mfa_enroll_by {
            None => Next::Enroll,
            Some(by) if by <= now => Next::Lapsed,
            Some(_) => Next::In,
        }
    }

    /// Whether a scheduled change of the state is due that has not been made yet.
    pub fn is_behind(&self, now: Timestamp) -> bool {
        is_due(self.activates_at, now) || is_due(self.suspends_at, now)
    }

    /// Whether a session of this stage is still worth anything. An administrator of whom a second factor
    /// is asked meanwhile goes on, and enrolls it at the next sign-in.
    pub fn is_good_for(&self, stage: Stage, now: Timestamp) -> bool {
        let waits = per_principal(self.principal, Next::Enroll, Next::In);
        let stands = match stage {
            Stage::Challenge => true,
            Stage::NewPassword => self.next(now) == Next::NewPassword,
            Stage::Enroll => self.next(now) == Next::Enroll,
            Stage::Full => [Next::In, waits].contains(&self.next(now)),
        };
        stands && self.active && !is_due(self.suspends_at, now) && self.locked(now).is_none()
    }

    /// An event about this account, of the kind that its principal has for it.
    pub fn audit_event(&self, administrator: EventKind, user: EventKind) -> AuditEvent {
        AuditEvent::new(per_principal(self.principal, administrator, user)).to(
            self.principal.as_str(),
            self.id,
            self.name(),
        )
    }
}

fn is_due(at: Option<Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| at <= now)
}

/// An account by its id.
pub async fn find(tx: &mut Tx, principal: Principal, id: Id) -> Result<Option<Account>> {
    Ok(tx.optional(per_principal(principal, ADMINISTRATOR, USER), args![id]).await?)
}

/// The account that somebody is signed in to.
pub async fn own(tx: &mut Tx, principal: Principal, id: Id) -> Result<Account> {
    Ok(find(tx, principal, id).await?.ok_or_else(not_signed_in)?)
}

/// The account whose password and factors open another one; what is asked of the other's factors is
/// asked of these.
pub async fn owner(tx: &mut Tx, account: Account) -> Result<Account> {
    let Some(user) = account.user_id else { return Ok(account) };
    let user = own(tx, Principal::User, user).await?;
    Ok(Account { mfa_required: account.mfa_required, mfa_enroll_by: account.mfa_enroll_by, ..user })
}

/// The administrator who was made from a user, if there is one.
pub async fn administrator_of(tx: &mut Tx, user: Id) -> Result<Option<Account>> {
    Ok(tx.optional(ADMINISTRATOR_OF_USER, args![user]).await?)
}

pub async fn by_login(tx: &mut Tx, principal: Principal, login: &Login) -> Result<Option<Account>> {
    let sql = match (principal, login) {
        (Principal::Administrator, _) => ADMINISTRATOR_BY_EMAIL,
        (Principal::User, Login::Username(_)) => USER_BY_USERNAME,
        (Principal::User, _) => USER_BY_EMAIL,
    };
    Ok(tx.optional(sql, args![login.as_str()]).await?)
}

/// The hash of an account's password, if it has one.
pub async fn password_of(tx: &mut Tx, of: AccountRef) -> Result<Option<String>> {
    let found: Option<(String,)> = tx.optional(PASSWORD, args![of.0, of.1]).await?;
    Ok(found.map(|(hash,)| hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> Account {
        Account {
            principal: Principal::User,
            id: Id::from([1; 12]),
            username: "ada".into(),
            email: "ada@example.org".into(),
            first_name: String::new(),
            last_name: String::new(),
            display_name: String::new(),
            assigned_role: AssignedRole::default(),
            auth_epoch: 0,
            active: true,
            enrolled: false,
            password_set_at: None,
            password_expires_at: None,
            password_must_change: false,
            locked_until: None,
            mfa_required: false,
            mfa_chosen: false,
            mfa_enroll_by: None,
            user_id: None,
            activates_at: None,
            suspends_at: None,
        }
    }

    #[test]
    fn a_session_is_good_for_its_own_stage_alone() {
        let at = Timestamp::from_micros;
        let fresh = user();
        let expired = Account { password_expires_at: Some(at(10)), ..user() };
        let forced = Account { password_must_change: true, mfa_required: true, ..user() };
        let required = Account { mfa_required: true, ..user() };
        let period = Account { mfa_required: true, mfa_enroll_by: Some(at(10)), ..user() };
        let enrolled = Account { mfa_required: true, mfa_enroll_by: Some(at(1)), enrolled: true, ..user() };
        for (account, now, good) in [
            (&fresh, 5, Some(Stage::Full)),
            (&expired, 9, Some(Stage::Full)),
            (&expired, 10, Some(Stage::NewPassword)),
            (&forced, 5, Some(Stage::NewPassword)),
            (&required, 5, Some(Stage::Enroll)),
            (&period, 9, Some(Stage::Full)),
            (&period, 10, None),
            (&enrolled, 10, Some(Stage::Full)),
        ] {
            for stage in [Stage::NewPassword, Stage::Enroll, Stage::Full] {
                assert_eq!(
                    account.is_good_for(stage, at(now)),
                    good == Some(stage),
                    "{account:?} {stage:?} {now}"
                );
            }
            let suspended = Account { active: false, ..account.clone() };
            let locked = Account { locked_until: Some(at(now + 1)), ..account.clone() };
            for stage in [Stage::Challenge, Stage::NewPassword, Stage::Enroll, Stage::Full] {
                assert!(!suspended.is_good_for(stage, at(now)) && !locked.is_good_for(stage, at(now)));
            }
        }
    }
}
