//! Changing administrators.

use model::administrator::{AdministratorDraft, AdministratorUpdate};
use model::event::{EventKind, FieldChange};
use model::link::Purpose;
use model::{ErrorCode, Operation, Principal, Problem, Role};

use crate::administrators::write::{email_taken, event_fields, event_fields_of, search_text, stored_name};
use crate::administrators::{
    self, Administrators, RevokedKey, Stored, invitation, keep_one_administrator_with_billing, notices,
    revoke_api_key, rules,
};
use crate::history::last_changed_by;
use crate::links;
use crate::lockout;
use crate::raise;
use crate::revocation::new_epoch;
use crate::roles;
use directory_core::authz::{Actor, permit, recently_authenticated};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::normalize::normalize;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const WRITE: Sql = sql!("UPDATE administrators SET first_name = $3, last_name = $4, name_key = $5, email = $6,
    search_text = $7, role = $8, role_id = $9, mfa_required = $10, api_access = $11, whats_new = $12, seq = $13
    WHERE id = $1 AND seq = $2");

impl Administrators<'_> {
    /// Changes an administrator, all at once, if nobody was faster. What they are doing ends with their
    /// next request if their role is another; links that went to another address are over, and so is the
    /// API key of whoever may have none.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `reauthentication_needed` for another role or email, for API access, and to ask for no
    /// second factor any more; `invalid` with the fields at fault, one's own role and API access among them; `stale` with who changed them meanwhile;
    /// `last_administrator` when nobody would be left to manage administrators.
    pub async fn update(&self, actor: &Actor, update: &AdministratorUpdate) -> Result<()> {
        let permit = permit(actor, Operation::UpdateAdministrator)?;
        let draft = update.form.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let stored = rules::target(&mut change, update.id).await?;
        if stored.seq != update.version {
            let who = last_changed_by(&mut change, stored.id).await?;
            let message = format!("{who} changed this administrator while you were editing.");
            return Err(Problem::new(ErrorCode::Stale, message).into());
        }
        let role = roles::chosen(change.tx(), draft.role).await?;
        let mut changes = differences(&stored, &draft, &role);
        if changes.is_empty() {
            return Ok(());
        }
        let other = |name: &str| changes.iter().any(|change| change.field == name);
        let (other_role, email) = (other("roleName"), other("email"));
        check(actor, &stored, &draft, other_role.then_some(&role), email)?;
        if changes.iter().any(needs_reauthentication) {
            recently_authenticated(change.permit(), change.now)?;
        }
        let grows = other_role && raise::grows(stored.assigned_role.role()?.scopes, role.scopes);
        if grows && let Some(why) = raise::refusal(&mut change, &stored).await? {
            return Err(Problem::at("role", format!("{} {why}.", stored.name())).into());
        }
        write(&mut change, &stored, &draft, &role).await?;
        if !draft.api_access {
            let key = revoke_api_key(&mut change, stored.id).await?;
            changes.extend(key.into_iter().flat_map(RevokedKey::changes));
        }
        if grows {
            let stored = administrators::find(change.tx(), stored.id).await?;
            raise::end_begun(&mut change, &stored).await?;
        }
        if other_role {
            new_epoch(&mut change, Principal::Administrator, stored.id).await?;
            keep_one_administrator_with_billing(&mut change).await?;
        }
        let audit_event = AuditEvent::new(EventKind::AdminUpdate)
            .to("administrator", stored.id, draft.name())
            .changes(changes);
        change.record(audit_event).await?;
        if email {
            follow_email(&mut change, &stored).await?;
        }
        if other_role {
            notices::role_changed(&mut change, &stored).await?;
        }
        change.commit().await
    }
}

/// What gives power, or makes it easier to come by. Taking power away asks for nothing.
fn needs_reauthentication(change: &FieldChange) -> bool {
    match change.field.as_str() {
        "roleName" | "email" => true,
        "apiKeyAllowed" => change.to == "true",
        "enableMultiFactor" => change.to == "false",
        _ => false,
    }
}

/// What may not be changed at all, at its field.
fn check(
    actor: &Actor,
    stored: &Stored,
    draft: &AdministratorDraft,
    other: Option<&Role>,
    email: bool,
) -> Result<()> {
    if other.is_some() && rules::is_oneself(actor, stored.id) {
        let message = "This is your own role. Another Administrator With Billing can change it.";
        return Err(Problem::at("role", message).into());
    }
    if draft.api_access != stored.api_access && rules::is_oneself(actor, stored.id) {
        let message = "This is your own API access. Another Administrator With Billing can change it.";
        return Err(Problem::at("api_access", message).into());
    }
    if let Some(role) = other {
        roles::may_grant(actor, role)?;
    }
    if email && stored.user_id.is_some() {
        let message = "This is the email of the user that they were made from. Change it there.";
        return Err(Problem::at("email", message).into());
    }
    Ok(())
}

async fn write(change: &mut Change, stored: &Stored, draft: &AdministratorDraft, role: &Role) -> Result<()> {
    let name = draft.name();
    let row = args![
        stored.id,
        stored.seq,
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
        change.seq
    ];
    change.run(WRITE, row).await.map_err(|error| email_taken(error, &draft.email))?;
    Ok(())
}

/// Links that went to the former address are worth nothing; whoever has no password yet is invited
/// anew. A lock was one of the former name.
async fn follow_email(change: &mut Change, before: &Stored) -> Result<()> {
    links::revoke(change, Principal::Administrator, before.id, &Purpose::ALL).await?;
    lockout::unlock(change, Principal::Administrator, &before.email).await?;
    let stored = administrators::find(change.tx(), before.id).await?;
    if stored.active && stored.password_set_at.is_none() {
        return invitation::send(change, &stored).await;
    }
    notices::email_changed(change, before).await
}

/// Every field that differs, under its name in the reference.
fn differences(before: &Stored, after: &AdministratorDraft, role: &Role) -> Vec<FieldChange> {
    let pairs = event_fields_of(before).into_iter().zip(event_fields(after, role));
    let changes = pairs.map(|((name, from), (_, to))| field(name, from, to));
    changes.filter(|change| change.from != change.to).collect()
}
