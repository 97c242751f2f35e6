//! Promotion: a user becomes an administrator, too.

use model::administrator::{AdministratorDraft, AdministratorForm};
use model::{Id, Operation, Problem, Role};

use crate::administrators::{self, Administrators, granted, notices};
use crate::raise::{end_begun, unfit};
use crate::users;
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result};
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const OF_USER: Sql = sql!("SELECT id FROM administrators WHERE user_id = $1");

impl Administrators<'_> {
    /// Makes a user an administrator, too: their email is the user's, and so are password and second
    /// factors, so that they can sign in at once, and are told so. Says their id.
    ///
    /// # Errors
    /// As for [`create`](Self::create); `invalid` at `user` for somebody who is not Active, not
    /// protected by a second factor, or an administrator already.
    pub async fn create_from_user(&self, actor: &Actor, user: Id, form: &AdministratorForm) -> Result<Id> {
        let permit = permit(actor, Operation::CreateAdministrator)?;
        let mut change = Change::begin(self.0, permit).await?;
        let email = email(&mut change, user).await?;
        let draft = AdministratorForm { email, ..form.clone() }.parse()?;
        let role = granted(&mut change, &draft).await?;
        let id = insert(&mut change, user, &draft, &role).await?;
        let stored = administrators::find(change.tx(), id).await?;
        end_begun(&mut change, &stored).await?;
        notices::appointed(&mut change, &stored).await?;
        change.commit().await?;
        Ok(id)
    }
}

/// The email of a user who may become an administrator.
///
/// # Errors
/// `invalid` at `user`.
async fn email(change: &mut Change, user: Id) -> Result<String> {
    let record = match users::find(change.tx(), user).await {
        Ok(record) => record,
        Err(Error::Problem(problem)) => return Err(Problem::at("user", problem.message).into()),
        Err(error) => return Err(error),
    };
    if let Some(why) = unfit(&record, change.now) {
        return Err(Problem::at("user", format!("{} {why}.", record.name())).into());
    }
    let there: Option<(Id,)> = change.tx().optional(OF_USER, args![user]).await?;
    if there.is_some() {
        return Err(Problem::at("user", format!("{} is an administrator already.", record.name())).into());
    }
    Ok(record.email)
}

/// Makes a user an administrator.
///
/// # Errors
/// `invalid` at `user` when another administrator has their email.
async fn insert(change: &mut Change, user: Id, draft: &AdministratorDraft, role: &Role) -> Result<Id> {
    match administrators::insert(change, draft, role, Some(user)).await {
        Err(Error::Problem(problem)) if problem.fault("email").is_some() => {
            Err(Problem::at("user", problem.message).into())
        }
        done => done,
    }
}
