//! Emails that administrators send users at will: to the first password, or to a new one.

use model::user::{Action, Notify, Outcome, Selection};
use model::{Id, Problem};

use super::Users;
use super::eligible::Eligible;
use super::messages::{self, To};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::transaction::Change;

impl Users<'_> {
    /// Sends users without a password the link to set the first one, and others the link to set a
    /// new one. Says for each what happened.
    ///
    /// # Errors
    /// `forbidden`; `invalid` at `email` for an address that is none, or one for several users.
    pub async fn send_activation_email(
        &self,
        actor: &Actor,
        selection: &Selection,
        to: &Notify,
    ) -> Result<Vec<Outcome>> {
        let (change, eligible) = self.invited(actor, selection, to).await?;
        change.commit().await?;
        Ok(eligible.outcomes())
    }

    /// The same for one alone.
    ///
    /// # Errors
    /// `forbidden`, also by the rule against privilege escalation; `not_found`; `conflict` for who gets no
    /// email; `invalid` at `email`.
    pub async fn send_activation_email_to(&self, actor: &Actor, user: Id, to: &Notify) -> Result<()> {
        let (change, eligible) = self.invited(actor, &Selection::These(vec![user]), to).await?;
        eligible.done()?;
        change.commit().await
    }

    async fn invited(&self, actor: &Actor, selection: &Selection, to: &Notify) -> Result<(Change, Eligible)> {
        let action = Action::SendActivationEmail;
        let mut change = Change::begin(self.0, permit(actor, action.operation())?).await?;
        let eligible = Eligible::of(&mut change, selection, |facts| action.refusal(facts)).await?;
        let to = To::read(to, eligible.len(), actor)?;
        activation_emails(&mut change, &eligible, &to).await?;
        Ok((change, eligible))
    }

    /// Sends users the link to set a new password. Says for each what happened.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once.
    pub async fn send_password_reset(&self, actor: &Actor, selection: &Selection) -> Result<Vec<Outcome>> {
        let action = Action::SendPasswordReset;
        let mut change = Change::begin(self.0, permit(actor, action.operation())?).await?;
        let eligible = Eligible::of(&mut change, selection, |facts| action.refusal(facts)).await?;
        password_resets(&mut change, &eligible).await?;
        change.commit().await?;
        Ok(eligible.outcomes())
    }
}

/// The link to the first password, or to a new one for whoever has one.
pub(super) async fn activation_emails(change: &mut Change, eligible: &Eligible, to: &To) -> Result<()> {
    for record in &eligible.able {
        if record.password_set_at.is_none() {
            messages::activation(change, record, to).await?;
        } else if matches!(to, To::This(_)) {
            let message = "This user has a password; the link to a new one goes to the company email alone.";
            return Err(Problem::at("email", message).into());
        } else {
            messages::password_reset(change, record).await?;
        }
    }
    Ok(())
}

/// The link to a new password.
pub(super) async fn password_resets(change: &mut Change, eligible: &Eligible) -> Result<()> {
    for record in &eligible.able {
        messages::password_reset(change, record).await?;
    }
    Ok(())
}
