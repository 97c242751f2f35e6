//! Emails to users: who gets any, and what each is made of.

use std::time::Duration;

use model::event::EventKind;
use model::link::Purpose;
use model::mail::MessageKind;
use model::user::{ENROLL_DAYS_DEFAULT, Notify, UserState};
use model::{Email, ErrorCode, Id, Operation, Principal, Problem, Timestamp};

use super::Record;
use crate::escalation::EscalationCheck;
use crate::links::{self, Asked};
use crate::posting::{self, Facts, Message};
use directory_core::accounts::AssignedRole;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::AuditEvent;
use directory_core::store::{Sql, args, sql};
use directory_core::token::Token;
use directory_core::transaction::Change;

const ADMINISTRATORS: Sql = sql!(
    "SELECT id, first_name, email, role, role_id, role_scopes FROM administrator_accounts
    WHERE active AND password_set_at IS NOT NULL ORDER BY pk LIMIT 100"
);
/// Notices to the administrator `$1` since `$3`: about the user `$2`, one that still waits among them,
/// and about anybody.
const NOTICES: Sql = sql!(
    "SELECT
        CAST(COALESCE(SUM(CASE WHEN about_id = $2 THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*)
    FROM messages WHERE principal_id = $1 AND kind = 'admin_lockout_notice'
        AND (created_at > $3 OR (about_id = $2 AND state = 'waiting'))"
);

/// Whoever guesses at passwords must not flood mailboxes: administrators hear of the same user, and
/// of so many users, once in this time.
const NOTICE_WINDOW: Duration = Duration::from_hours(1);
const NOTICES_MAX: i64 = 20;

/// An administrator who may hear of a lock.
#[derive(sqlx::FromRow)]
struct Recipient {
    id: Id,
    first_name: String,
    email: String,
    #[sqlx(flatten)]
    assigned_role: AssignedRole,
}

/// The address that an administrator chose for an email.
#[derive(Clone, Debug)]
pub(crate) enum To {
    Nobody,
    Default,
    This(Email),
}

impl To {
    /// Reads what was chosen, for so many users. Whoever has a link sent to an address of their own
    /// choice could set the password by it, and so must hold what that takes.
    ///
    /// # Errors
    /// `invalid` at `email`; `forbidden`.
    pub(crate) fn read(notify: &Notify, users: usize, actor: &Actor) -> Result<Self> {
        Ok(match notify {
            Notify::Nobody => Self::Nobody,
            Notify::Default => Self::Default,
            Notify::To(_) if users != 1 => {
                return Err(Problem::at("email", "An address of its own is for a single user.").into());
            }
            Notify::To(_) if permit(actor, Operation::SetUserPassword).is_err() => {
                let message = "Only who may set passwords can have this email sent to another address.";
                return Err(Problem::new(ErrorCode::Forbidden, message).into());
            }
            Notify::To(typed) => {
                Self::This(Email::parse(typed).map_err(|error| Problem::at("email", error.to_string()))?)
            }
        })
    }

    fn or(&self, default: &str) -> Option<String> {
        match self {
            Self::Nobody => None,
            Self::Default => Some(default.to_owned()),
            Self::This(address) => Some(address.to_string()),
        }
    }
}

/// Whether a user gets emails: Active, and not of the sample organization.
pub(crate) fn gets_any(record: &Record) -> bool {
    record.state == UserState::Activated && !record.is_sample()
}

/// Ends what was written to users who get no emails from now on: links, and messages that still
/// wait.
pub(crate) async fn end_all(change: &mut Change, ids: &[Id], why: &str) -> Result<()> {
    links::revoke_all(change, Principal::User, ids).await?;
    posting::withdraw_all(change, ids, why).await
}

/// The first emails after activation: the activation if there is no password yet, or the welcome; and
/// that a second factor must be enrolled, if so.
pub(crate) async fn first(change: &mut Change, record: &Record, to: &To) -> Result<()> {
    if record.password_set_at.is_none() {
        activation(change, record, to).await?;
    } else if let Some(address) = to.or(&record.email).filter(|_| gets_any(record)) {
        let sent = format!("to {address}");
        post(change, record, MessageKind::Welcome, address, None, Facts::default()).await?;
        record_sent(change, record, EventKind::UserWelcomeEmail, sent).await?;
    }
    if record.mfa_required && !record.mfa_enrolled && !matches!(to, To::Nobody) {
        mfa_required(change, record, ENROLL_DAYS_DEFAULT).await?;
    }
    Ok(())
}

/// The link to the first password; by default to the alternate address if there is one.
pub(crate) async fn activation(change: &mut Change, record: &Record, to: &To) -> Result<()> {
    let Some(address) = to.or(record.invited_at()).filter(|_| gets_any(record)) else { return Ok(()) };
    let link = links::make(change, Purpose::Activation, Principal::User, record.id).await?;
    if address != record.invited_at() {
        links::hand_over(change, Purpose::Activation, record.id).await?;
    }
    opening(change, record, ACTIVATION, address, link).await
}

/// The link to a new password, to the company email and nowhere else.
pub(crate) async fn password_reset(change: &mut Change, record: &Record) -> Result<()> {
    if !gets_any(record) {
        return Ok(());
    }
    let link = links::make(change, Purpose::PasswordReset, Principal::User, record.id).await?;
    opening(change, record, PASSWORD_RESET, record.email.clone(), link).await
}

/// The link to the first password or to a new one for whoever asked for it, unless they were sent one
/// just now.
pub(crate) async fn asked_for(change: &mut Change, record: &Record) -> Result<()> {
    let (opens, to) = match record.password_set_at {
        None => (ACTIVATION, record.invited_at()),
        Some(_) => (PASSWORD_RESET, record.email.as_str()),
    };
    if !gets_any(record) {
        return Ok(());
    }
    match links::ask(change, opens.purpose, Principal::User, record.id).await? {
        Asked::Lately => Ok(()),
        Asked::Send(link) => opening(change, record, opens, to.to_owned(), link).await,
    }
}

/// An email whose link opens the account.
struct Opening {
    kind: MessageKind,
    purpose: Purpose,
    event: EventKind,
}

const ACTIVATION: Opening = Opening {
    kind: MessageKind::Activation,
    purpose: Purpose::Activation,
    event: EventKind::UserActivationEmail,
};
const PASSWORD_RESET: Opening = Opening {
    kind: MessageKind::PasswordReset,
    purpose: Purpose::PasswordReset,
    event: EventKind::UserPasswordResetRequest,
};

/// Posts it, and writes its event.
async fn opening(
    change: &mut Change,
    record: &Record,
    opens: Opening,
    to: String,
    link: Token,
) -> Result<()> {
    let sent = format!("to {to}");
    post(change, record, opens.kind, to, Some(link), Facts::default()).await?;
    record_sent(change, record, opens.event, sent).await
}

impl Record {
    /// Where the link to the first password goes unless an address is typed.
    fn invited_at(&self) -> &str {
        if self.alternate_email.is_empty() { &self.email } else { &self.alternate_email }
    }
}

async fn record_sent(change: &mut Change, record: &Record, kind: EventKind, message: String) -> Result<()> {
    change.record(AuditEvent::new(kind).to("user", record.id, record.name()).message(message)).await
}

/// The link to a new second factor; says whether it was sent.
pub(crate) async fn totp_reset(change: &mut Change, record: &Record) -> Result<bool> {
    notice(change, record, MessageKind::TotpReset, Some(Purpose::TotpReset), Facts::default()).await
}

pub(crate) async fn password_changed(change: &mut Change, record: &Record) -> Result<bool> {
    notice(change, record, MessageKind::PasswordChanged, None, Facts::default()).await
}

/// Says whether it was sent.
pub(crate) async fn expiring(change: &mut Change, record: &Record, at: Timestamp, days: u32) -> Result<bool> {
    let facts = Facts { expires_at: Some(at), days: Some(days), ..Facts::default() };
    notice(change, record, MessageKind::PasswordExpiring, None, facts).await
}

pub(crate) async fn expired(change: &mut Change, record: &Record, at: Timestamp) -> Result<bool> {
    let facts = Facts { expires_at: Some(at), ..Facts::default() };
    notice(change, record, MessageKind::PasswordExpired, None, facts).await
}

pub(crate) async fn mfa_required(change: &mut Change, record: &Record, days: u32) -> Result<bool> {
    let facts = Facts { days: Some(days), ..Facts::default() };
    notice(change, record, MessageKind::MfaRequired, None, facts).await
}

/// To the user, and to every administrator who could open the lock, unless they hear enough of it.
pub(crate) async fn lockout(change: &mut Change, record: &Record, source: &str) -> Result<()> {
    let facts = Facts {
        lockout_source: source.to_owned(),
        user: Some((record.id, record.name())),
        ..Facts::default()
    };
    notice(change, record, MessageKind::Lockout, None, facts.clone()).await?;
    let guard = EscalationCheck::of(change.tx(), record.id).await?;
    let administrators: Vec<Recipient> = change.tx().all(ADMINISTRATORS, args![]).await?;
    for Recipient { id, first_name, email, assigned_role } in administrators {
        let role = assigned_role.role()?;
        let may = Operation::UnlockUser.allowed_by(&role) && guard.may_unlock(id, &role);
        if !may || hears_enough(change, id, record.id).await? {
            continue;
        }
        let message = Message {
            kind: MessageKind::AdminLockoutNotice,
            to: email,
            principal: Principal::Administrator,
            principal_id: id,
            first_name,
            link: None,
            facts: Facts { username: record.username.clone(), ..facts.clone() },
        };
        posting::post(change, message).await?;
    }
    Ok(())
}

/// Whether an administrator has been told of a user's lock lately, or of too many.
async fn hears_enough(change: &mut Change, administrator: Id, user: Id) -> Result<bool> {
    let since = change.now.minus(NOTICE_WINDOW);
    let (of_this, of_all): (i64, i64) = change.tx().one(NOTICES, args![administrator, user, since]).await?;
    Ok(of_this > 0 || of_all >= NOTICES_MAX)
}

/// A message to the company address of somebody who gets any.
async fn notice(
    change: &mut Change,
    record: &Record,
    kind: MessageKind,
    purpose: Option<Purpose>,
    facts: Facts,
) -> Result<bool> {
    if !gets_any(record) {
        return Ok(false);
    }
    let link = match purpose {
        Some(purpose) => Some(links::make(change, purpose, Principal::User, record.id).await?),
        None => None,
    };
    post(change, record, kind, record.email.clone(), link, facts).await?;
    Ok(true)
}

async fn post(
    change: &mut Change,
    record: &Record,
    kind: MessageKind,
    to: String,
    link: Option<Token>,
    facts: Facts,
) -> Result<()> {
    let message = Message {
        kind,
        to,
        principal: Principal::User,
        principal_id: record.id,
        first_name: record.first_name.clone(),
        link,
        facts: Facts { username: record.username.clone(), ..facts },
    };
    posting::post(change, message).await?;
    Ok(())
}
