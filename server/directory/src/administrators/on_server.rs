//! What whoever has the server does about administrators, without signing in.

use model::administrator::AdministratorForm;
use model::event::EventKind;
use model::{Email, Id, Operation, Principal, Problem};

use super::{Administrators, Stored, by_email, hash_good, insert, set_password};
use crate::api_keys;
use crate::attempts;
use crate::change::Change;
use crate::error::Result;
use crate::factors;
use crate::gate::{Actor, Permit, permit};
use crate::links::{self, Purpose};
use crate::principals::new_epoch;
use crate::roles;
use crate::users::password::{self, By};

impl Administrators<'_> {
    /// Adds an administrator with a first password, so that they can sign in at once. This is for
    /// the command line; in the portal an invitation asks the new administrator for a password.
    ///
    /// # Errors
    /// `invalid` with the fields at fault, a taken email among them.
    pub async fn add(&self, actor: &Actor, form: &AdministratorForm, password: &str) -> Result<Id> {
        let permit = permit(actor, Operation::AdministerServer)?;
        let draft = form.parse()?;
        let names = [draft.first_name.as_str(), draft.last_name.as_str()];
        let hash = hash_good(self.0, password, draft.email.as_str(), &names).await?;
        let mut change = Change::begin(self.0, permit).await?;
        crate::settings::read(change.tx()).await?;
        let role = roles::chosen(change.tx(), draft.role).await?;
        let id = insert(&mut change, &draft, &role, None).await?;
        set_password(&mut change, id, hash).await?;
        change.commit().await?;
        Ok(id)
    }

    /// Gives an administrator a new password, takes all second factors and the API key away, ends all
    /// sessions and links and opens the lock: for whoever has the server, when somebody is locked out. Those of whoever was
    /// made from a user are the user's.
    ///
    /// # Errors
    /// `not_found`, `invalid` at `password`.
    pub async fn reset(&self, actor: &Actor, email: &str, password: &str) -> Result<()> {
        let permit = permit(actor, Operation::AdministerServer)?;
        let email = Email::parse(email).map_err(|error| Problem::at("email", error.to_string()))?;
        let found = by_email(&mut self.0.db().read().await?, &email).await?;
        let stored = found.ok_or_else(|| Problem::not_found("administrator"))?;
        let mut change = match stored.user_id {
            Some(user) => self.reset_user(permit, user, password).await?,
            None => self.reset_alone(permit, &stored, password).await?,
        };
        new_epoch(&mut change, Principal::Administrator, stored.id).await?;
        attempts::unlock(&mut change, Principal::Administrator, &stored.email).await?;
        links::revoke(&mut change, Principal::Administrator, stored.id, &Purpose::ALL).await?;
        let key = api_keys::revoke(&mut change, stored.id).await?;
        let reset = stored.happening(EventKind::AdminAccessReset).changes(Vec::from_iter(key));
        change.record(reset).await?;
        change.commit().await
    }

    async fn reset_alone(&self, permit: Permit, stored: &Stored, typed: &str) -> Result<Change> {
        let names = [stored.first_name.as_str(), stored.last_name.as_str()];
        let hash = hash_good(self.0, typed, &stored.email, &names).await?;
        let mut change = Change::begin(self.0, permit).await?;
        set_password(&mut change, stored.id, hash).await?;
        factors::remove_all(&mut change, (Principal::Administrator, stored.id)).await?;
        Ok(change)
    }

    async fn reset_user(&self, permit: Permit, user: Id, typed: &str) -> Result<Change> {
        let by = By::Administrator { must_change: false };
        let prepared = password::prepare(self.0, user, typed, by).await?;
        let mut change = Change::begin(self.0, permit).await?;
        password::set(&mut change, prepared).await?;
        factors::remove_all(&mut change, (Principal::User, user)).await?;
        links::revoke(&mut change, Principal::User, user, &Purpose::ALL).await?;
        Ok(change)
    }
}
