//! The privilege-escalation check. An actor who sets the password, the factors, the email or the state of a user
//! who is an administrator, too, could become that administrator. So the actor's role must hold all that the
//! administrator's role holds. A program does none of it, because it cannot give a password. An administrator does
//! not do it to their own user, unless they manage administrators.

use std::collections::HashMap;

use model::user::AlsoAdministrator;
use model::{ErrorCode, Id, Principal, Problem, Role, Scope, Timestamp};
use sea_query::{Expr, ExprTrait, Query};

use directory_core::accounts::AssignedRole;
use directory_core::authz::{Actor, Identity, Permit, recently_authenticated};
use directory_core::error::Result;
use directory_core::store::{Arg, Tx};
use directory_core::transaction::Change;

/// A user with the role of the administrator who was made from them.
#[derive(sqlx::FromRow)]
struct LinkedAdministrator {
    id: Id,
    user_id: Id,
    #[sqlx(flatten)]
    assigned_role: AssignedRole,
}

async fn linked_administrators(tx: &mut Tx, users: &[Id]) -> Result<Vec<LinkedAdministrator>> {
    let linked = Query::select()
        .columns(["id", "user_id", "role", "role_id", "role_scopes"])
        .from("administrator_accounts")
        .and_where(Expr::col("user_id").is_in(users.iter().map(|id| id.value())))
        .take();
    Ok(tx.select(&linked).await?)
}

/// The administrator that was made from a user, if there is one.
pub(crate) async fn administrator_of(tx: &mut Tx, user: Id) -> Result<Option<AlsoAdministrator>> {
    let Some(LinkedAdministrator { id, assigned_role, .. }) = linked_administrators(tx, &[user]).await?.pop()
    else {
        return Ok(None);
    };
    Ok(Some(AlsoAdministrator { id, role: assigned_role.role()?.name }))
}

/// Which of the users this actor must not touch, each with the reason, which follows the name.
pub(crate) async fn refusals(tx: &mut Tx, actor: &Actor, users: &[Id]) -> Result<HashMap<Id, String>> {
    let (me, mine) = match actor.identity() {
        Identity::Administrator(auth, role) => (Some(auth.id), role.scopes),
        Identity::Operator(_) | Identity::System(_) => return Ok(HashMap::new()),
        Identity::Visitor | Identity::User(_) => (None, model::Scopes::default()),
    };
    let mut refusals = HashMap::new();
    for LinkedAdministrator { id, user_id, assigned_role } in linked_administrators(tx, users).await? {
        let role = assigned_role.role()?;
        let why = if !mine.may_grant(role.scopes) {
            format!("is also an administrator ({}) who may do more than you", role.name)
        } else if actor.is_program() {
            format!("is also an administrator ({}), whom no API key changes", role.name)
        } else if me == Some(id) && !mine.has(Scope::Administrators) {
            "is you: use your own account, or ask another administrator".to_owned()
        } else {
            continue;
        };
        refusals.insert(user_id, why);
    }
    Ok(refusals)
}

/// The administrator who was made from a user, with the role that another administrator must match.
pub(crate) struct EscalationCheck(Option<(Id, Role)>);

impl EscalationCheck {
    pub(crate) async fn of(tx: &mut Tx, user: Id) -> Result<Self> {
        let Some(LinkedAdministrator { id, assigned_role, .. }) =
            linked_administrators(tx, &[user]).await?.pop()
        else {
            return Ok(Self(None));
        };
        Ok(Self(Some((id, assigned_role.role()?))))
    }

    /// Whether this rule lets another administrator, who has this role, unlock the user. Nobody unlocks
    /// themselves.
    pub(crate) fn may_unlock(&self, administrator: Id, role: &Role) -> bool {
        let may = |(id, of): &(Id, Role)| *id != administrator && role.scopes.may_grant(of.scopes);
        self.0.as_ref().is_none_or(may)
    }
}

/// Refuses to touch one user whom this actor must not.
pub(crate) async fn check(tx: &mut Tx, actor: &Actor, user: Id, name: &str) -> Result<()> {
    match refusals(tx, actor, &[user]).await?.get(&user) {
        Some(why) => Err(Problem::new(ErrorCode::Forbidden, format!("{name} {why}.")).into()),
        None => Ok(()),
    }
}

/// Asks for reauthentication before a change of how users sign in, if one of them is an administrator, too: such a
/// change opens the Admin Portal as much as one on that administrator's own page does.
///
/// # Errors
/// `reauthentication_needed`.
pub(crate) async fn require_reauthentication_in(
    tx: &mut Tx,
    permit: &Permit,
    now: Timestamp,
    users: &[Id],
) -> Result<()> {
    if linked_administrators(tx, users).await?.is_empty() {
        Ok(())
    } else {
        recently_authenticated(permit, now)
    }
}

/// The same within a change.
///
/// # Errors
/// `reauthentication_needed`.
pub(crate) async fn require_reauthentication(change: &mut Change, users: &[Id]) -> Result<()> {
    if linked_administrators(change.tx(), users).await?.is_empty() {
        return Ok(());
    }
    recently_authenticated(change.permit(), change.now)
}

/// Refuses to change how one user signs in whom this actor must not touch, or must reauthenticate for.
///
/// # Errors
/// `forbidden`, `reauthentication_needed`.
pub(crate) async fn check_sign_in_change(change: &mut Change, user: Id, name: &str) -> Result<()> {
    let actor = change.permit().actor().clone();
    check(change.tx(), &actor, user, name).await?;
    require_reauthentication(change, &[user]).await
}

/// Refuses what would open an account to an actor with fewer rights than its owner has. Authorization has already
/// asked whether the actor manages administrators, which an administrator's own account takes.
pub(crate) async fn check_account(tx: &mut Tx, actor: &Actor, whose: Principal, id: Id) -> Result<()> {
    match whose {
        Principal::Administrator => Ok(()),
        Principal::User => check(tx, actor, id, "This user").await,
    }
}
