//! The own password, over LDAP.

use model::{ErrorCode, Operation, Problem};

use super::visible::Standing;
use super::{Ldap, LdapBind};
use crate::policy;
use crate::users::password::{self, PasswordChangedBy};
use directory_core::authz::{Actor, AuthContext, REAUTHENTICATION_WINDOW, permit};
use directory_core::error::Result;
use directory_core::transaction::Change;

impl Ldap<'_> {
    /// Whether a client that is bound may still search.
    ///
    /// # Errors
    /// `not_signed_in` when it may not.
    pub async fn may_search(&self, actor: &Actor) -> Result<()> {
        let mut tx = self.context.db().read().await?;
        Standing::of(&mut tx, actor, self.context.env().now()).await.map(drop)
    }

    /// Changes the own password, to one that is made where none is given. The password before it is given, too, or
    /// was by binding in the last 10 minutes. Says who is bound from now on, and the password where it was made.
    ///
    /// # Errors
    /// `not_signed_in`; `invalid` when the password before is not right, or at `password` with every rule that is
    /// broken; `reauthentication_needed`; `too_many`.
    pub async fn change_password(
        &self,
        actor: &Actor,
        before: Option<(&LdapBind, &str)>,
        new: Option<&str>,
    ) -> Result<(Actor, Option<String>)> {
        let permitted = permit(actor, Operation::ChangeOwnPassword)?;
        let now = self.context.env().now();
        let mut tx = self.context.db().read().await?;
        let user = Standing::of(&mut tx, actor, now).await?.user;
        let rules = policy::read(&mut tx).await?;
        drop(tx);
        let auth = actor.auth()?.clone();
        match before {
            Some((bind, before)) => {
                let again = self.bind(&Actor::visitor(actor.origin().clone()), bind, before).await?;
                if again.auth()?.id != user {
                    return Err(
                        Problem::new(ErrorCode::Forbidden, "This is the password of another user.").into()
                    );
                }
            }
            None if now.since(auth.proven_at) > REAUTHENTICATION_WINDOW => {
                let message = "Give the password you have now, or bind again.";
                return Err(Problem::new(ErrorCode::ReauthenticationNeeded, message).into());
            }
            None => {}
        }
        let made = match new {
            Some(_) => None,
            None => Some(policy::generate(&rules, self.context.env())?),
        };
        let typed = new.or(made.as_deref()).unwrap_or_default();
        if before.is_some_and(|(_, before)| before == typed) {
            return Err(Problem::at("password", "This is the password you have now. Choose another.").into());
        }
        let prepared = password::prepare(self.context, user, typed, PasswordChangedBy::Themselves).await?;
        let mut change = Change::begin(self.context, permitted).await?;
        let epoch = password::set(&mut change, prepared).await?;
        let proven_at = change.now;
        change.commit().await?;
        let auth = AuthContext { epoch, proven_at, ..auth };
        Ok((Actor::user(auth, actor.origin().clone()), made))
    }
}
