//! What whoever has the server does about administrators, without signing in.

use model::administrator::AdministratorForm;
use model::event::{EventKind, FieldChange};
use model::link::Purpose;
use model::{Email, Id, Operation, Principal, Problem, Timestamp};

use crate::administrators::{
    Administrators, Grantor, RevokedKey, Stored, by_email, find, grantors, hash_good, insert, locked_until,
    password_changed, revoke_api_key, set_password,
};
use crate::api_keys;
use crate::factors::{self, Kept};
use crate::links;
use crate::lockout;
use crate::revocation::new_epoch;
use crate::roles;
use crate::sessions;
use crate::users;
use crate::users::password::{self, PasswordChangedBy};
use directory_core::authz::{Actor, Permit, permit};
use directory_core::error::Result;
use directory_core::events::{self, field, instant};
use directory_core::token::Token;
use directory_core::transaction::Change;

/// Somebody who was let back in, as far as the server can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetOutcome {
    pub name: String,
    /// Why they cannot sign in all the same, and who can help; nothing when they can.
    pub but: Option<String>,
}

/// What a reset takes away.
struct Before {
    factors: Kept,
    sessions: i64,
    links: i64,
    locked_until: Option<Timestamp>,
}

impl Before {
    async fn of(change: &mut Change, stored: &Stored) -> Result<Self> {
        let whose =
            [Some((Principal::Administrator, stored.id)), stored.user_id.map(|user| (Principal::User, user))];
        let (mut sessions, mut links, now) = (0, 0, change.now);
        for (principal, id) in whose.into_iter().flatten() {
            sessions += sessions::how_many(change.tx(), principal, id, now).await?;
            links += links::how_many(change.tx(), id, now).await?;
        }
        let factors = factors::kept(change.tx(), stored.owner()).await?;
        let locked_until = locked_until(change.tx(), stored, now).await?;
        Ok(Self { factors, sessions, links, locked_until })
    }

    async fn changes(self, change: &mut Change, stored: &Stored) -> Result<Vec<FieldChange>> {
        let mut changes = vec![events::password(stored.password_set_at.is_some())];
        changes.extend(self.factors.since(change.tx(), stored.owner()).await?);
        let locked_until = self.locked_until.map(instant).unwrap_or_default();
        changes.extend([
            field("sessions", self.sessions.to_string(), "0"),
            field("links", self.links.to_string(), "0"),
            field("lockedUntil", locked_until, ""),
        ]);
        changes.retain(|change| change.from != change.to);
        Ok(changes)
    }
}

impl Administrators<'_> {
    /// Adds an administrator with a first password, so that they can sign in at once. This is for
    /// the command line; in the portal an invitation asks the new administrator for a password.
    ///
    /// # Errors
    /// `invalid` with the fields at fault, a taken email among them.
    pub async fn add(&self, actor: &Actor, form: &AdministratorForm, password: &str) -> Result<Id> {
        let (change, stored) = self.added(actor, form, password).await?;
        change.commit().await?;
        Ok(stored.id)
    }

    /// The same with a first API key, which does not expire; says it, this once. So an installation can be set up
    /// by a program from nothing.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub async fn add_with_api_key(
        &self,
        actor: &Actor,
        form: &AdministratorForm,
        password: &str,
    ) -> Result<Token> {
        let form = AdministratorForm { api_access: true, ..form.clone() };
        let (mut change, stored) = self.added(actor, &form, password).await?;
        let (key, _) = api_keys::make(&mut change, &stored, None).await?;
        change.commit().await?;
        Ok(key)
    }

    async fn added(
        &self,
        actor: &Actor,
        form: &AdministratorForm,
        password: &str,
    ) -> Result<(Change, Stored)> {
        let permit = permit(actor, Operation::AdministerServer)?;
        let draft = form.parse()?;
        let names = [draft.first_name.as_str(), draft.last_name.as_str()];
        let hash = hash_good(self.0, password, draft.email.as_str(), &names).await?;
        let mut change = Change::begin(self.0, permit).await?;
        crate::settings::read(change.tx()).await?;
        let role = roles::chosen(change.tx(), draft.role).await?;
        let id = insert(&mut change, &draft, &role, None).await?;
        set_password(&mut change, id, hash).await?;
        let stored = find(change.tx(), id).await?;
        let set = stored.audit_event(EventKind::AdminPasswordChange).changes(vec![events::password(false)]);
        change.record(set).await?;
        Ok((change, stored))
    }

    /// Gives an administrator a new password, takes all second factors and the API key away, ends all
    /// sessions and links and opens the lock: for whoever has the server, when somebody is locked out. Those of whoever was
    /// made from a user are the user's. Who was suspended stays so: that somebody decided, and says
    /// whom to ask.
    ///
    /// # Errors
    /// `not_found`, `invalid` at `password`.
    pub async fn reset(&self, actor: &Actor, email: &str, password: &str) -> Result<ResetOutcome> {
        let permit = permit(actor, Operation::AdministerServer)?;
        let email = Email::parse(email).map_err(|error| Problem::at("email", error.to_string()))?;
        let found = by_email(&mut self.0.db().read().await?, &email).await?;
        let stored = found.ok_or_else(|| Problem::not_found("administrator"))?;
        let (mut change, before) = match stored.user_id {
            Some(user) => self.reset_user(permit, &stored, user, password).await?,
            None => self.reset_alone(permit, &stored, password).await?,
        };
        new_epoch(&mut change, Principal::Administrator, stored.id).await?;
        lockout::unlock(&mut change, Principal::Administrator, &stored.email).await?;
        links::revoke(&mut change, Principal::Administrator, stored.id, &Purpose::ALL).await?;
        let mut changes = before.changes(&mut change, &stored).await?;
        let key = revoke_api_key(&mut change, stored.id).await?;
        changes.extend(key.into_iter().flat_map(RevokedKey::changes));
        change.record(stored.audit_event(EventKind::AdminAccessReset).changes(changes)).await?;
        let but = match why_not(&stored) {
            Some(why) => Some(why + &whom_to_ask(&grantors(change.tx(), stored.id).await?)),
            None => None,
        };
        change.commit().await?;
        Ok(ResetOutcome { name: stored.name(), but })
    }

    async fn reset_alone(&self, permit: Permit, stored: &Stored, typed: &str) -> Result<(Change, Before)> {
        let names = [stored.first_name.as_str(), stored.last_name.as_str()];
        let hash = hash_good(self.0, typed, &stored.email, &names).await?;
        let mut change = Change::begin(self.0, permit).await?;
        let before = Before::of(&mut change, stored).await?;
        set_password(&mut change, stored.id, hash).await?;
        factors::remove_all(&mut change, (Principal::Administrator, stored.id)).await?;
        if stored.password_set_at.is_some() {
            password_changed(&mut change, stored.id).await?;
        }
        Ok((change, before))
    }

    async fn reset_user(
        &self,
        permit: Permit,
        stored: &Stored,
        user: Id,
        typed: &str,
    ) -> Result<(Change, Before)> {
        let by = PasswordChangedBy::Administrator { must_change: false };
        let prepared = password::prepare(self.0, user, typed, by).await?;
        let mut change = Change::begin(self.0, permit).await?;
        let before = Before::of(&mut change, stored).await?;
        password::set(&mut change, prepared).await?;
        factors::remove_all(&mut change, (Principal::User, user)).await?;
        if users::find(change.tx(), user).await?.mfa_required {
            users::give_days(&mut change, user).await?;
        }
        links::revoke(&mut change, Principal::User, user, &Purpose::ALL).await?;
        Ok((change, before))
    }
}

/// Why somebody with a new password and nothing else in the way cannot sign in, if so.
fn why_not(stored: &Stored) -> Option<String> {
    let name = stored.name();
    if stored.suspended {
        return Some(format!(
            "{name} is suspended, and cannot sign in until an administrator activates them."
        ));
    }
    (!stored.active).then(|| {
        format!(
            "{name} cannot sign in as long as the user that they were made from is not Active: activate the user."
        )
    })
}

/// Who can lift it. There is always somebody: the last one who manages administrators is never suspended.
fn whom_to_ask(grantors: &[Grantor]) -> String {
    if grantors.is_empty() {
        return String::new();
    }
    let names: Vec<_> = grantors.iter().map(|one| format!("{} ({})", one.name(), one.email)).collect();
    format!(" An Administrator With Billing can do that, in the Admin Portal: {}.", names.join(", "))
}
