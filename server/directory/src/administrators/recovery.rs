//! In for the first time, or back in, by the link of an email.

use model::event::{Event, EventKind};
use model::link::Purpose;
use model::{ErrorCode, Id, Operation, Principal, Problem};

use super::{Administrators, READ, Stored, hash_good, notices, set_password};
use crate::factors;
use crate::links::{self, LinkFor, LinkOwner};
use crate::lockout;
use crate::revocation::new_epoch;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events;
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::token::Token;
use directory_core::transaction::Change;

const WHOSE: Principal = Principal::Administrator;

const INVITED: Sql = sql!(
    "SELECT body FROM events WHERE target_id = $1 AND kind = 'admin_invitation_email'
    ORDER BY pk DESC LIMIT 1"
);

impl Administrators<'_> {
    /// Whose link this is. Looking does not use it up: scanners of emails look too.
    ///
    /// # Errors
    /// `gone`, with a sentence that says why and how to come by another.
    pub async fn link(&self, visitor: &Actor, of: LinkFor, token: &Token) -> Result<LinkOwner> {
        let stored = self.owner(visitor, of, token).await?;
        let invited_by = match of {
            LinkFor::Activation => invited_by(&mut self.0.db().read().await?, stored.id).await?,
            LinkFor::PasswordReset | LinkFor::TotpReset => None,
        };
        let (totp, passkeys) = (stored.totp_enrolled, stored.passkey_enrolled);
        let (name, role, email) = (stored.name(), Some(stored.assigned_role.role()?.name), stored.email);
        Ok(LinkOwner { name, username: String::new(), email, role, invited_by, totp, passkeys })
    }

    async fn owner(&self, visitor: &Actor, of: LinkFor, token: &Token) -> Result<Stored> {
        permit(visitor, Operation::UseLink)?;
        let mut tx = self.0.db().read().await?;
        let link = links::find(&mut tx, token, of.purpose(WHOSE), self.0.env().now()).await?;
        account(&mut tx, link.principal_id).await
    }

    /// Sets the first password with the link of an invitation, or a new one in place of one that is
    /// forgotten; the link is used up. All sessions end and the lock opens; the second factor stays.
    ///
    /// # Errors
    /// `gone`; `invalid` at `password`, and then the link stays good.
    pub async fn set_password_by_link(
        &self,
        visitor: &Actor,
        of: LinkFor,
        token: &Token,
        password: &str,
    ) -> Result<()> {
        if of == LinkFor::TotpReset {
            return Err(Problem::new(ErrorCode::Malformed, "This link is for another page.").into());
        }
        let stored = self.owner(visitor, of, token).await?;
        let names = [stored.first_name.as_str(), stored.last_name.as_str()];
        let hash = hash_good(self.0, password, &stored.email, &names).await?;
        let mut change = Change::begin(self.0, permit(visitor, Operation::UseLink)?).await?;
        let link = links::take(&mut change, token, of.purpose(WHOSE)).await?;
        let stored = account(change.tx(), link.principal_id).await?;
        new_epoch(&mut change, WHOSE, stored.id).await?;
        set_password(&mut change, stored.id, hash).await?;
        lockout::unlock(&mut change, WHOSE, &stored.email).await?;
        let had = stored.password_set_at.is_some();
        let changed = stored.audit_event(EventKind::AdminPasswordChange).by(stored.party());
        let how = if of == LinkFor::Activation { "with the invitation" } else { "with a link by email" };
        change.record(changed.changes(vec![events::password(had)]).message(how)).await?;
        if had {
            notices::password_changed(&mut change, stored.id).await?;
        }
        change.commit().await
    }

    /// Takes the authenticator app of a link's owner away with the recovery codes, and, where they say so
    /// or have nothing else, the passkeys; ends their sessions, and uses the link up. Where a second factor
    /// is required the next sign-in asks for another.
    ///
    /// # Errors
    /// `gone`.
    pub async fn reset_factors_by_link(&self, visitor: &Actor, token: &Token, passkeys: bool) -> Result<()> {
        let mut change = Change::begin(self.0, permit(visitor, Operation::UseLink)?).await?;
        let link = links::take(&mut change, token, Purpose::AdminTotpReset).await?;
        let stored = account(change.tx(), link.principal_id).await?;
        new_epoch(&mut change, WHOSE, stored.id).await?;
        let of = (WHOSE, stored.id);
        let before = factors::kept(change.tx(), of).await?;
        if passkeys || !stored.totp_enrolled {
            factors::remove_all(&mut change, of).await?;
        } else {
            factors::reset_totp(&mut change, of).await?;
        }
        let changes = before.since(change.tx(), of).await?;
        let kind =
            if stored.totp_enrolled { EventKind::AdminTotpDisable } else { EventKind::AdminPasskeyDelete };
        notices::factors_changed(&mut change, of, kind, &changes).await?;
        let removed = stored.audit_event(kind).by(stored.party()).changes(changes);
        change.record(removed.message("with a link by email")).await?;
        change.commit().await
    }
}

/// Who sent somebody the newest invitation, if a person did.
async fn invited_by(tx: &mut Tx, id: Id) -> Result<Option<String>> {
    let sent: Option<(String,)> = tx.optional(INVITED, args![id]).await?;
    let sent = sent.map(|(body,)| serde_json::from_str::<Event>(&body)).transpose()?;
    let by = sent.map(|event| event.initiated_by).filter(|by| by.id.is_some());
    Ok(by.map(|by| by.name))
}

/// Whose link it is, if they may still sign in.
async fn account(tx: &mut Tx, id: Id) -> Result<Stored> {
    let stored: Option<Stored> = tx.optional(READ, args![id]).await?;
    stored.filter(|stored| stored.active && stored.user_id.is_none()).ok_or_else(|| over().into())
}

/// For an account that is gone or suspended since the link was made.
fn over() -> Problem {
    let message = "This account cannot be signed in to any more. Ask an Administrator With Billing.";
    Problem::new(ErrorCode::Gone, message)
}
