//! Writing an administrator down, and their password.

use model::administrator::AdministratorDraft;
use model::event::EventKind;
use model::link::Purpose;
use model::{Email, Id, Password, Principal, Problem, Role};

use super::Stored;
use crate::links;
use crate::policy::administrator_password_fault;
use directory_core::context::Context;
use directory_core::error::{Error, Result, taken};
use directory_core::events::{AuditEvent, field};
use directory_core::normalize::normalize;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const INSERT: Sql = sql!(
    "INSERT INTO administrators (id, seq, first_name, last_name, name_key, email, search_text, role,
    role_id, mfa_required, api_access, whats_new, user_id, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
);
const FORGET_PASSWORD: Sql = sql!(
    "DELETE FROM credentials WHERE principal = 'administrator' AND principal_id = $1 AND kind = 'password'"
);
const KEEP_PASSWORD: Sql = sql!(
    "INSERT INTO credentials (id, principal, principal_id, kind, secret, created_at)
    VALUES ($1, 'administrator', $2, 'password', $3, $4)"
);
const PASSWORD_SET: Sql = sql!("UPDATE administrators SET password_set_at = $2 WHERE id = $1");

/// Hashes a password that keeps the rules for administrators.
///
/// # Errors
/// `invalid` at `password`.
pub(crate) async fn hash_good(context: &Context, text: &str, email: &str, names: &[&str]) -> Result<String> {
    let password = Password::parse(text).map_err(|error| Problem::at("password", error.to_string()))?;
    let (asked, email) = (password.clone(), email.to_owned());
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let judge = move || {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(administrator_password_fault(&asked, &email, &names))
    };
    if let Some(fault) = context.hasher().away(judge).await? {
        return Err(Problem::at("password", fault).into());
    }
    context.hasher().hash(&password).await
}

/// Adds an administrator, made from a user or by themselves; without a password nobody can sign in
/// as them yet.
///
/// # Errors
/// `invalid` at `email` when another administrator has it.
pub(crate) async fn insert(
    change: &mut Change,
    draft: &AdministratorDraft,
    role: &Role,
    user: Option<Id>,
) -> Result<Id> {
    let id = change.context().env().new_id()?;
    let name = draft.name();
    let (seq, now) = (change.seq, change.now);
    let row = args![
        id,
        seq,
        &draft.first_name,
        &draft.last_name,
        normalize(&name),
        &draft.email,
        search_text(&name, &draft.email),
        stored_name(role),
        role.custom,
        draft.mfa_required,
        draft.api_access,
        draft.whats_new,
        user,
        now
    ];
    change.run(INSERT, row).await.map_err(|error| email_taken(error, &draft.email))?;
    let mut changes: Vec<_> =
        event_fields(draft, role).into_iter().map(|(name, value)| field(name, "", value)).collect();
    changes.extend(user.map(|user| field("user", "", user.to_string())));
    let audit_event = AuditEvent::new(EventKind::AdminCreate).to("administrator", id, name).changes(changes);
    change.record(audit_event).await?;
    Ok(id)
}

/// What events tell of an administrator: each field under its name in the reference.
pub(crate) type EventFields = [(&'static str, String); 7];

pub(crate) fn event_fields(draft: &AdministratorDraft, role: &Role) -> EventFields {
    [
        ("firstname", draft.first_name.clone()),
        ("lastname", draft.last_name.clone()),
        ("email", draft.email.to_string()),
        ("roleName", role.name.clone()),
        ("enableMultiFactor", draft.mfa_required.to_string()),
        ("apiKeyAllowed", draft.api_access.to_string()),
        ("whatsNew", draft.whats_new.to_string()),
    ]
}

/// The same of one who is there.
pub(crate) fn event_fields_of(stored: &Stored) -> EventFields {
    [
        ("firstname", stored.first_name.clone()),
        ("lastname", stored.last_name.clone()),
        ("email", stored.email.clone()),
        ("roleName", stored.assigned_role.name.clone()),
        ("enableMultiFactor", stored.mfa_required_alone.to_string()),
        ("apiKeyAllowed", stored.api_access.to_string()),
        ("whatsNew", stored.whats_new.to_string()),
    ]
}

/// The name by which an account keeps a role; a custom one is kept by its id alone.
pub(crate) fn stored_name(role: &Role) -> &str {
    if role.custom.is_some() { "" } else { &role.name }
}

/// The folded text in which an administrator is searched for.
pub(crate) fn search_text(name: &str, email: &Email) -> String {
    normalize(&format!("{name} {email}"))
}

/// What ran into the unique index of emails, at its field.
pub(crate) fn email_taken(error: sqlx::Error, email: &Email) -> Error {
    match taken(&error) {
        Some(_) => Problem::at("email", format!("{email} is an administrator already.")).into(),
        None => error.into(),
    }
}

/// Gives an administrator who was not made from a user a password, in place of the one that they had.
/// Whoever has just got one needs no link to one, wherever that was sent.
pub(crate) async fn set_password(change: &mut Change, id: Id, hash: String) -> Result<()> {
    let credential = change.context().env().new_id()?;
    let now = change.now;
    change.run(FORGET_PASSWORD, args![id]).await?;
    change.run(KEEP_PASSWORD, args![credential, id, hash, now]).await?;
    change.run(PASSWORD_SET, args![id, now]).await?;
    let to_one = [Purpose::AdminInvitation, Purpose::AdminPasswordReset];
    links::revoke(change, Principal::Administrator, id, &to_one).await
}
