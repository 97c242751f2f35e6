//! One's own account: an administrator's details, and what anybody does about their own password and
//! second factors.

mod factors;
mod passkeys;
mod security;

use model::account::{Me, OwnDetails, OwnDetailsForm, OwnNews};
use model::administrator::NAME_MAX;
use model::event::EventKind;
use model::text::required_line;
use model::{Faults, Operation};

use crate::administrators::find;
use crate::mail;
use crate::preferences::{self, Chosen};
use crate::views;
use directory_core::accounts::{self, Account};
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::normalize::normalize;
use directory_core::store::{Sql, Tx, args, optional_timestamp, sql};
use directory_core::transaction::Change;

/// One's own account.
pub struct OwnAccount<'a>(pub(crate) &'a Context, pub(crate) &'a mail::Delivery);

const RENAME: Sql = sql!(
    "UPDATE administrators SET first_name = $3, last_name = $4, name_key = $5, search_text = $6,
    seq = $7 WHERE id = $1 AND seq = $2"
);

const WANT_NEWS: Sql = sql!("UPDATE administrators SET whats_new = $3, seq = $4 WHERE id = $1 AND seq = $2");

impl OwnAccount<'_> {
    /// Who is signed in to the Admin Portal, for the screens.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn me(&self, actor: &Actor) -> Result<Me> {
        permit(actor, Operation::ReadOwnAccount)?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, actor.auth()?.id).await?;
        let organization = crate::settings::read(&mut tx).await?;
        let Chosen { time_zone, news_seen, .. } = preferences::chosen(&mut tx, stored.id).await?;
        let mail = mail::has_server(self.1, &mut tx).await?;
        Ok(Me {
            id: stored.id,
            first_name: stored.first_name,
            last_name: stored.last_name,
            email: stored.email,
            role: stored.assigned_role.role()?,
            organization: organization.profile.name,
            organization_id: organization.id,
            totp_enrolled: stored.totp_enrolled,
            mail,
            time_zone,
            news_seen,
            default_views: views::defaults(&mut tx, stored.id).await?,
        })
    }

    /// An administrator's own details.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn details(&self, actor: &Actor) -> Result<OwnDetails> {
        permit(actor, Operation::ReadOwnAccount)?;
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, actor.auth()?.id).await?;
        Ok(OwnDetails {
            version: stored.seq,
            first_name: stored.first_name,
            last_name: stored.last_name,
            email: stored.email,
            role: stored.assigned_role.role()?,
            from_user: stored.user_id.is_some(),
            whats_new: stored.whats_new,
            last_login_at: optional_timestamp(stored.last_login_at),
        })
    }

    /// Changes an administrator's own name.
    ///
    /// # Errors
    /// `invalid` with the fields at fault; `stale` when it was changed meanwhile.
    pub async fn rename(&self, actor: &Actor, form: &OwnDetailsForm) -> Result<()> {
        let permit = permit(actor, Operation::UpdateOwnAccount)?;
        let mut faults = Faults::default();
        let first = faults.take("first_name", required_line(&form.first_name, NAME_MAX, "a first name"));
        let last = faults.take("last_name", required_line(&form.last_name, NAME_MAX, "a last name"));
        let (Some(first), Some(last)) = (first, last) else { return Err(faults.into()) };
        let mut change = Change::begin(self.0, permit).await?;
        let stored = find(change.tx(), actor.auth()?.id).await?;
        let name = format!("{first} {last}");
        let seq = change.seq;
        let search = normalize(&format!("{name} {}", stored.email));
        change
            .run_one(RENAME, args![stored.id, form.version, &first, &last, normalize(&name), search, seq])
            .await?;
        let changes =
            [field("firstname", &stored.first_name, &first), field("lastname", &stored.last_name, &last)];
        let changes: Vec<_> = changes.into_iter().filter(|change| change.from != change.to).collect();
        if changes.is_empty() {
            return Ok(());
        }
        change
            .record(
                AuditEvent::new(EventKind::AdminUpdate).to("administrator", stored.id, name).changes(changes),
            )
            .await?;
        change.commit().await
    }

    /// Says whether one wants emails about what releases bring.
    ///
    /// # Errors
    /// `not_signed_in`; `stale` when one's account was changed meanwhile.
    pub async fn want_news(&self, actor: &Actor, OwnNews { version, wanted }: OwnNews) -> Result<()> {
        let mut change = Change::begin(self.0, permit(actor, Operation::UpdateOwnAccount)?).await?;
        let stored = find(change.tx(), actor.auth()?.id).await?;
        let seq = change.seq;
        change.run_one(WANT_NEWS, args![stored.id, version, wanted, seq]).await?;
        if stored.whats_new == wanted {
            return Ok(());
        }
        let changes = vec![field("whatsNew", stored.whats_new.to_string(), wanted.to_string())];
        let told = AuditEvent::new(EventKind::AdminUpdate).to("administrator", stored.id, stored.name());
        change.record(told.changes(changes)).await?;
        change.commit().await
    }
}

/// The account whose password and factors these are.
async fn own(tx: &mut Tx, actor: &Actor) -> Result<Account> {
    let me = actor.auth()?;
    let account = accounts::own(tx, me.principal, me.id).await?;
    accounts::owner(tx, account).await
}
