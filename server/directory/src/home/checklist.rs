//! The set-up checklist: a step is done when the directory says so.

use model::home::SetupStep;

use super::Home;
use crate::administrators::how_many_manage;
use crate::{mail, settings};
use directory_core::authz::Actor;
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};

const ANY_USER: Sql = sql!("SELECT EXISTS (SELECT 1 FROM users WHERE deleted_at IS NULL)");
const ANY_GROUP: Sql = sql!("SELECT EXISTS (SELECT 1 FROM user_groups)");
const ANY_APPLICATION: Sql = sql!("SELECT EXISTS (SELECT 1 FROM applications)");
/// There is none before somebody saves it.
const ANY_POLICY: Sql = sql!("SELECT EXISTS (SELECT 1 FROM password_policy)");

/// The steps that this administrator's role shows.
pub(super) async fn steps(home: &Home<'_>, actor: &Actor, tx: &mut Tx) -> Result<Vec<(SetupStep, bool)>> {
    let mut steps = Vec::new();
    for step in SetupStep::ALL.iter().copied().filter(|step| actor.may(step.needs())) {
        steps.push((step, is_done(home, step, tx).await?));
    }
    Ok(steps)
}

async fn is_done(home: &Home<'_>, step: SetupStep, tx: &mut Tx) -> Result<bool> {
    let any = match step {
        SetupStep::Contact => {
            let contact = settings::find(tx).await?.map(|found| found.profile.contact).unwrap_or_default();
            return Ok(!contact.name.is_empty() || !contact.email.is_empty());
        }
        SetupStep::SecondAdministrator => return Ok(how_many_manage(tx).await? > 1),
        SetupStep::AdministratorsMfa => {
            return Ok(settings::find(tx).await?.is_some_and(|found| found.profile.require_admin_mfa));
        }
        SetupStep::Mail => return mail::has_server(home.1, tx).await,
        SetupStep::PasswordPolicy => ANY_POLICY,
        SetupStep::Users => ANY_USER,
        SetupStep::Groups => ANY_GROUP,
        SetupStep::Applications => ANY_APPLICATION,
    };
    let (found,): (bool,) = tx.one(any, args![]).await?;
    Ok(found)
}
