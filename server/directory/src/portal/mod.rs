//! The User Portal: what people see and do about themselves.

mod keys;
mod profile;
mod recovery;

use model::password_policy::DAY;
use model::portal::Me;
use model::user::TextAttribute;
use model::{Operation, Principal};

use crate::{policy, users};
use directory_core::accounts;
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};

/// What people do for themselves.
pub struct Portal<'a>(pub(crate) &'a Context);

/// From when on somebody is told that their password expires, when the policy does not say.
const SOON_DAYS: u32 = 7;

/// An administrator who was made from this user, or has the same company email.
const ADMINISTRATOR: Sql = sql!("SELECT COUNT(*) FROM administrators
    WHERE (user_id = $1 OR email = $2) AND NOT suspended AND (user_id IS NOT NULL OR password_set_at IS NOT NULL)");

impl Portal<'_> {
    /// Who is signed in to the User Portal, for the screens.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn me(&self, actor: &Actor) -> Result<Me> {
        permit(actor, Operation::ReadOwnProfile)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let record = users::find(&mut tx, actor.auth()?.id).await?;
        let account = accounts::own(&mut tx, Principal::User, record.id).await?;
        let organization = crate::settings::read(&mut tx).await?;
        let (administrators,): (i64,) = tx.one(ADMINISTRATOR, args![record.id, &record.email]).await?;
        let warning = policy::read(&mut tx).await?.warning_days.unwrap_or(SOON_DAYS);
        let soon = now.plus(DAY * warning);
        let name = record.name();
        let first_name = match record.text(TextAttribute::FirstName) {
            "" => name.clone(),
            first => first.to_owned(),
        };
        Ok(Me {
            id: record.id,
            name,
            first_name,
            username: record.username,
            email: record.email,
            organization: organization.profile.name,
            password_expires_at: account.password_expires_at.filter(|at| *at <= soon),
            mfa_enroll_by: account.mfa_enroll_by.filter(|_| account.mfa_required && !account.enrolled),
            administrator: administrators > 0,
        })
    }
}
