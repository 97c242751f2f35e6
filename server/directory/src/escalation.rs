//! The privilege-escalation check. Whoever could set the password, the factors, the email or the state of a
//! user who is an administrator too could become that administrator, and so must hold all that
//! administrator's role holds. A program does none of it, because it proves no password; and nobody
//! goes around what they could not do to their own account but who manages administrators.

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
struct Linked {
    id: Id,
    user_id: Id,
    #[sqlx(flatten)]
    assigned_role: AssignedRole,
}

async fn linked(tx: &mut Tx, users: &[Id]) -> Result<Vec<Linked>> {
    let linked = Query::select()
        .columns(["id", "user_id", "role", "role_id", "role_scopes"])
        .from("administrator_accounts")
        .and_where(Expr::col("user_id").is_in(users.iter().map(|id| id.value())))
        .take();
    Ok(tx.select(&linked).await?)
}

/// The administrator that was made from a user, if there is one.
pub(crate) async fn administrator_of(tx: &mut Tx, user: Id) -> Result<Option<AlsoAdministrator>> {
    let Some(Linked { id, assigned_role, .. }) = linked(tx, &[user]).await?.pop() else { return Ok(None) };
    Ok(Some(AlsoAdministrator { id, role: assigned_role.role()?.name }))
}

/// Those of the users whom this actor must not touch, each with the reason, which follows the name.
pub(crate) async fn guarded(tx: &mut Tx, actor: &Actor, users: &[Id]) -> Result<HashMap<Id, String>> {
    let (me, mine) = match actor.identity() {
        Identity::Administrator(auth, role) => (Some(auth.id), role.scopes),
        Identity::Operator(_) | Identity::System(_) => return Ok(HashMap::new()),
        Identity::Visitor | Identity::User(_) => (None, model::Scopes::default()),
    };
    let mut guarded = HashMap::new();
    for Linked { id, user_id, assigned_role } in linked(tx, users).await? {
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
        guarded.insert(user_id, why);
    }
    Ok(guarded)
}

/// The administrator who was made from a user, to whom not everybody's power reaches.
pub(crate) struct EscalationCheck(Option<(Id, Role)>);

impl EscalationCheck {
    pub(crate) async fn of(tx: &mut Tx, user: Id) -> Result<Self> {
        let Some(Linked { id, assigned_role, .. }) = linked(tx, &[user]).await?.pop() else {
            return Ok(Self(None));
        };
        Ok(Self(Some((id, assigned_role.role()?))))
    }

    /// Whether another administrator, who has this role, may open the user's lock as far as this rule
    /// goes; whoever is locked out cannot do it themselves.
    pub(crate) fn lets_open(&self, administrator: Id, role: &Role) -> bool {
        let may = |(id, guarded): &(Id, Role)| *id != administrator && role.scopes.may_grant(guarded.scopes);
        self.0.as_ref().is_none_or(may)
    }
}

/// Refuses to touch one user whom this actor must not.
pub(crate) async fn check(tx: &mut Tx, actor: &Actor, user: Id, name: &str) -> Result<()> {
    match guarded(tx, actor, &[user]).await?.get(&user) {
        Some(why) => Err(Problem::new(ErrorCode::Forbidden, format!("{name} {why}.")).into()),
        None => Ok(()),
    }
}

/// Asks for a recent proof before how users sign in is changed of whom any is an administrator, too: it
/// opens the Admin Portal as much as that administrator's own page does.
///
/// # Errors
/// `proof_needed`.
pub(crate) async fn proven(tx: &mut Tx, permit: &Permit, now: Timestamp, users: &[Id]) -> Result<()> {
    if linked(tx, users).await?.is_empty() { Ok(()) } else { recently_authenticated(permit, now) }
}

/// The same within a change.
///
/// # Errors
/// `proof_needed`.
pub(crate) async fn prove(change: &mut Change, users: &[Id]) -> Result<()> {
    if linked(change.tx(), users).await?.is_empty() {
        return Ok(());
    }
    recently_authenticated(change.permit(), change.now)
}

/// Refuses to change how one user signs in whom this actor must not touch, or must prove for.
///
/// # Errors
/// `forbidden`, `proof_needed`.
pub(crate) async fn check_opening(change: &mut Change, user: Id, name: &str) -> Result<()> {
    let actor = change.permit().actor().clone();
    check(change.tx(), &actor, user, name).await?;
    prove(change, &[user]).await
}

/// Refuses what would open somebody's account to an actor with fewer rights than they have.
/// Administrators' own accounts are opened only by who manages administrators, which authorization has
/// asked already.
pub(crate) async fn refuse(tx: &mut Tx, actor: &Actor, whose: Principal, id: Id) -> Result<()> {
    match whose {
        Principal::Administrator => Ok(()),
        Principal::User => check(tx, actor, id, "This user").await,
    }
}
