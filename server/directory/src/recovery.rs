//! A password that an administrator forgot: asked for on the sign-in page.

use model::link::Purpose;
use model::{Email, Operation, Principal, Problem};

use crate::administrators::{Administrators, by_email, send_password_link};
use crate::links::{self, Asked};
use crate::lockout;
use crate::portal::Portal;
use directory_core::accounts::Login;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::transaction::PlainTx;

impl Administrators<'_> {
    /// Asks for an email with a link to a new password. What comes of it happens later, so that
    /// neither the answer nor its time tells whether anybody has this address.
    ///
    /// # Errors
    /// `invalid` at `email` for what is no address; `too_many`.
    pub async fn forgot_password(&self, visitor: &Actor, email: &str) -> Result<()> {
        let permit = permit(visitor, Operation::AskForLink)?;
        let email = Email::parse(email).map_err(|error| Problem::at("email", error.to_string()))?;
        let mut plain = PlainTx::begin(self.0, permit).await?;
        let asked = lockout::ask(&mut plain, "reset", &visitor.origin().ip).await;
        // What was counted stays counted.
        plain.commit().await?;
        asked?;
        let (context, visitor) = (self.0.clone(), visitor.clone());
        self.0.after("an email to a new administrator password", async move {
            Administrators(&context).send_what_was_forgotten(&visitor, email).await
        });
        Ok(())
    }

    /// Posts the email if there is somebody to get it.
    async fn send_what_was_forgotten(&self, visitor: &Actor, email: Email) -> Result<()> {
        let mut plain = PlainTx::begin(self.0, permit(visitor, Operation::AskForLink)?).await?;
        let found = by_email(plain.tx(), &email).await?;
        // Whoever was invited and has no password yet has a link of another kind.
        let Some(stored) = found.filter(|stored| stored.active && stored.password_set_at.is_some()) else {
            return Ok(());
        };
        if stored.user_id.is_some() {
            drop(plain);
            return Portal(self.0).send_reset(visitor, &Login::Email(email.into())).await;
        }
        let purpose = Purpose::AdminPasswordReset;
        if let Asked::Send(link) =
            links::ask(&mut plain, purpose, Principal::Administrator, stored.id).await?
        {
            send_password_link(&mut plain, &stored, link).await?;
        }
        plain.commit().await
    }
}
