//! One's own passkeys: adding, naming, removing.

use model::account::PASSKEY_NAME_MAX;
use model::event::EventKind;
use model::link::Purpose;
use model::text::line;
use model::{ErrorCode, Id, Operation, Problem};

use super::factors::tell;
use super::security::{live_on, next_step};
use super::{OwnAccount, own};
use crate::factors;
use crate::links;
use crate::passkeys::{self, Answer, Bound, Ceremony, Kind};
use crate::sign_in::SignedIn;
use directory_core::authz::{Actor, Stage, permit, recently_authenticated};
use directory_core::error::Result;
use directory_core::events::field;
use directory_core::token::Token;
use directory_core::transaction::{Change, PlainTx};

/// What a passkey is called that nobody has named.
const UNNAMED: &str = "Passkey";

impl OwnAccount<'_> {
    /// Whether factors can be changed now.
    ///
    /// # Errors
    /// `reauthentication_needed`.
    pub fn proven(&self, actor: &Actor) -> Result<()> {
        recently_authenticated(&permit(actor, Operation::ManageOwnFactors)?, self.0.env().now())
    }

    /// Begins to add a passkey. It counts once [`finish_passkey`](Self::finish_passkey) was given it.
    ///
    /// # Errors
    /// `reauthentication_needed`; `conflict` when there are too many, or passkeys cannot be used here.
    pub async fn start_passkey(&self, actor: &Actor) -> Result<Ceremony> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        recently_authenticated(&permit, self.0.env().now())?;
        let session = actor.auth()?.session()?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let account = own(plain.tx(), actor).await?;
        let organization = crate::settings::read(plain.tx()).await?;
        let ceremony = passkeys::enroll(&mut plain, &account, session, &organization.profile.name).await?;
        plain.commit().await?;
        Ok(ceremony)
    }

    /// Adds the passkey that was made. All other sessions end; this one goes on under a new token, and
    /// whoever is on the way in goes on from there. With the first factor, and where none are left, come
    /// recovery codes, this once.
    ///
    /// # Errors
    /// `reauthentication_needed`; `invalid` at `name`; `conflict` when it was not made as asked, or not for this
    /// account, or too late.
    pub async fn finish_passkey(
        &self,
        actor: &Actor,
        name: &str,
        answer: &Answer,
    ) -> Result<(SignedIn, Vec<String>)> {
        let name = named(name)?;
        let allowed = permit(actor, Operation::ManageOwnFactors)?;
        recently_authenticated(&allowed, self.0.env().now())?;
        let me = actor.auth()?.clone();
        let mut plain = PlainTx::begin(self.0, allowed).await?;
        let principal = own(plain.tx(), actor).await?.principal;
        let bound = Bound { kind: Kind::Enroll, principal, session: Some(me.session()?) };
        let made = passkeys::made(&mut plain, bound, answer).await?;
        // What was answered is over, whatever comes of it.
        plain.commit().await?;
        let passkey = made.ok_or_else(|| {
            Problem::new(ErrorCode::Conflict, "The passkey was not added. Begin again, within 5 minutes.")
        })?;
        let mut change = Change::begin(self.0, permit(actor, Operation::ManageOwnFactors)?).await?;
        let account = own(change.tx(), actor).await?;
        let of = (account.principal, account.id);
        let before = factors::kept(change.tx(), of).await?;
        passkeys::insert(&mut change, of, &name, &passkey).await?;
        factors::added(&mut change, of).await?;
        // Who has just enrolled needs no link to begin anew.
        links::revoke(&mut change, of.0, of.1, &[Purpose::TotpReset, Purpose::AdminTotpReset]).await?;
        let codes = factors::codes_with(&mut change, of, account.enrolled).await?;
        tell(&mut change, &account, &before, (EventKind::AdminPasskeyCreate, EventKind::UserPasskeyCreate))
            .await?;
        let led = match me.stage {
            Stage::Full => SignedIn::Full(live_on(change, &me).await?),
            Stage::Challenge | Stage::NewPassword | Stage::Enroll => next_step(change, &me).await?,
        };
        Ok((led, codes))
    }

    /// Gives a passkey another name.
    ///
    /// # Errors
    /// `invalid` at `name`; `not_found` when it is gone or somebody else's.
    pub async fn rename_passkey(&self, actor: &Actor, id: Id, name: &str) -> Result<()> {
        let name = named(name)?;
        let mut change = Change::begin(self.0, permit(actor, Operation::ManageOwnFactors)?).await?;
        let account = own(change.tx(), actor).await?;
        let of = (account.principal, account.id);
        let there = passkeys::rows(change.tx(), of).await?;
        let before = there.into_iter().find(|row| row.id == id).map(|row| row.name);
        let before = before.ok_or_else(|| Problem::not_found("passkey"))?;
        if before == name {
            return Ok(());
        }
        if !passkeys::rename(&mut change, of, id, &name).await? {
            return Err(Problem::not_found("passkey").into());
        }
        let renamed = account.audit_event(EventKind::AdminPasskeyUpdate, EventKind::UserPasskeyUpdate);
        change.record(renamed.changes(vec![field("passkey", before, name)])).await?;
        change.commit().await
    }

    /// Removes a passkey, and the recovery codes with the last factor. All other sessions end; this one
    /// goes on under a new token.
    ///
    /// # Errors
    /// `reauthentication_needed`; `not_found` when it is gone or somebody else's; `conflict` when it is the last
    /// factor and one is required.
    pub async fn remove_passkey(&self, actor: &Actor, id: Id) -> Result<Token> {
        let permit = permit(actor, Operation::ManageOwnFactors)?;
        recently_authenticated(&permit, self.0.env().now())?;
        let me = actor.auth()?.clone();
        let mut change = Change::begin(self.0, permit).await?;
        let account = own(change.tx(), actor).await?;
        let of = (account.principal, account.id);
        let before = factors::kept(change.tx(), of).await?;
        passkeys::forget(&mut change, of, id).await?;
        let left = factors::taken_away(&mut change, of).await?;
        if account.mfa_required && !left.any() {
            let message = "Your organization requires multi-factor authentication, and this is the last \
                factor that you have. Add another first.";
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        tell(&mut change, &account, &before, (EventKind::AdminPasskeyDelete, EventKind::UserPasskeyDelete))
            .await?;
        live_on(change, &me).await
    }
}

fn named(name: &str) -> Result<String> {
    let name = line(name, PASSKEY_NAME_MAX).map_err(|error| Problem::at("name", error.to_string()))?;
    Ok(if name.is_empty() { UNNAMED.to_owned() } else { name })
}
