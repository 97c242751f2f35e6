//! Back in, or in for the first time, by a link of an email.

use model::event::EventKind;
use model::link::Purpose;
use model::password_policy::DAY;
use model::user::{ENROLL_DAYS_DEFAULT, UserState};
use model::{ErrorCode, Operation, Principal, Problem};

use super::Portal;
use crate::administrators;
use crate::factors::{self, There};
use crate::links::{self, Link, LinkFor, LinkOwner};
use crate::lockout;
use crate::users::password::{self, PasswordChangedBy};
use crate::users::{ColumnUpdate, Record, find, messages, update_columns};
use directory_core::accounts::{self, Login};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::AuditEvent;
use directory_core::store::{Arg, Tx};
use directory_core::token::Token;
use directory_core::transaction::{Change, PlainTx};

impl Portal<'_> {
    /// Asks for an email with a link to a new password, or to the first one. What comes of it
    /// happens later, so that neither the answer nor its time tells whether there is such an account.
    ///
    /// # Errors
    /// `too_many` when one address asks without end.
    pub async fn ask_for_reset(&self, visitor: &Actor, login: &str) -> Result<()> {
        let login = Login::parse(Principal::User, login);
        let mut plain = PlainTx::begin(self.0, permit(visitor, Operation::AskForLink)?).await?;
        let asked = lockout::ask(&mut plain, "reset", &visitor.origin().ip).await;
        // What was counted stays counted.
        plain.commit().await?;
        asked?;
        let (context, visitor) = (self.0.clone(), visitor.clone());
        self.0.after("an email to a new password", async move {
            Portal(&context).send_reset(&visitor, &login).await
        });
        Ok(())
    }

    /// Posts the email if there is somebody to get it.
    pub(crate) async fn send_reset(&self, visitor: &Actor, login: &Login) -> Result<()> {
        let mut change = Change::begin(self.0, permit(visitor, Operation::AskForLink)?).await?;
        let account = accounts::by_login(change.tx(), Principal::User, login).await?;
        let Some(account) = account.filter(|account| account.active) else { return Ok(()) };
        let record = find(change.tx(), account.id).await?;
        messages::asked_for(&mut change, &record).await?;
        change.commit().await
    }

    /// Whose link this is. Looking does not use it up: scanners of emails look too.
    ///
    /// # Errors
    /// `gone`, with a sentence that says why and how to come by another.
    pub async fn link(&self, visitor: &Actor, of: LinkFor, token: &Token) -> Result<LinkOwner> {
        permit(visitor, Operation::UseLink)?;
        let mut tx = self.0.db().read().await?;
        let link = links::find(&mut tx, token, of.purpose(Principal::User), self.0.env().now()).await?;
        let record = owner(&mut tx, &link).await?;
        let There { totp, passkeys } = factors::there(&mut tx, (Principal::User, record.id)).await?;
        let name = record.name();
        let (role, invited_by) = (None, None);
        Ok(LinkOwner {
            name,
            username: record.username,
            email: record.email,
            role,
            invited_by,
            totp,
            passkeys,
        })
    }

    /// Sets the password of a link's owner, and uses the link up. A password that will not do leaves
    /// it good.
    ///
    /// # Errors
    /// `gone`; `invalid` at `password` with every rule that is broken.
    pub async fn set_password_by_link(
        &self,
        visitor: &Actor,
        of: LinkFor,
        token: &Token,
        new: &str,
    ) -> Result<()> {
        let permit = permit(visitor, Operation::UseLink)?;
        if of == LinkFor::TotpReset {
            return Err(Problem::new(ErrorCode::Malformed, "This link is for another page.").into());
        }
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let link = links::find(&mut tx, token, of.purpose(Principal::User), now).await?;
        owner(&mut tx, &link).await?;
        drop(tx);
        let prepared = password::prepare(self.0, link.principal_id, new, by_link(&link)).await?;
        let mut change = Change::begin(self.0, permit).await?;
        let link = links::take(&mut change, token, of.purpose(Principal::User)).await?;
        owner(change.tx(), &link).await?;
        password::set(&mut change, prepared.by(by_link(&link))).await?;
        change.commit().await
    }

    /// Takes the authenticator app of a link's owner away, and the recovery codes, ends their sessions,
    /// and uses the link up. Whoever must have a factor and has none left gets the usual days to enrol
    /// another.
    ///
    /// # Errors
    /// `gone`.
    pub async fn reset_totp_by_link(&self, visitor: &Actor, token: &Token) -> Result<()> {
        let permit = permit(visitor, Operation::UseLink)?;
        let mut change = Change::begin(self.0, permit).await?;
        let link = links::take(&mut change, token, Purpose::TotpReset).await?;
        let record = owner(change.tx(), &link).await?;
        let of = (Principal::User, record.id);
        let before = factors::kept(change.tx(), of).await?;
        let left = factors::reset_totp(&mut change, of).await?;
        let waits = record.mfa_required && !left.any();
        let by = waits.then(|| change.now.plus(DAY * ENROLL_DAYS_DEFAULT));
        let columns = [("mfa_enroll_by", by.value())];
        update_columns(&mut change, &[record.id], ColumnUpdate { columns: &columns, revokes: true }).await?;
        let changes = before.since(change.tx(), of).await?;
        administrators::factors_changed(&mut change, of, EventKind::AdminTotpDisable, &changes).await?;
        let audit_event = AuditEvent::new(EventKind::UserTotpReset)
            .to("user", record.id, record.name())
            .changes(changes)
            .message("by the link of an email");
        change.record(audit_event).await?;
        change.commit().await
    }
}

fn by_link(link: &Link) -> PasswordChangedBy {
    PasswordChangedBy::Link { handed: link.handed }
}

/// The user whose link it is, who must be one that may come in.
async fn owner(tx: &mut Tx, link: &Link) -> Result<Record> {
    let record = find(tx, link.principal_id).await;
    match record {
        Ok(record) if record.state == UserState::Activated => Ok(record),
        Ok(_) | Err(crate::Error::Problem(_)) => {
            let message =
                "Your account is not active, so this link opens nothing now. Ask your administrator.";
            Err(Problem::new(ErrorCode::Gone, message).into())
        }
        Err(error) => Err(error),
    }
}
