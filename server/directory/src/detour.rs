//! No detour to power: whoever could set the password, the factors, the email or the state of a
//! user who is an administrator too could become that administrator, and so must hold all that
//! administrator's role holds. A program does none of it, because it proves no password; and nobody
//! goes around what they could not do to their own account but who manages administrators.

use std::collections::HashMap;

use model::{ErrorCode, Id, Principal, Problem, Scope};
use sea_query::{Expr, ExprTrait, Query};

use crate::error::Result;
use crate::gate::{Actor, Who};
use crate::roles::Held;
use crate::store::{Arg, Tx};

/// A user with the role of the administrator who was made from them.
#[derive(sqlx::FromRow)]
struct Linked {
    id: Id,
    user_id: Id,
    #[sqlx(flatten)]
    held: Held,
}

/// Those of the users whom this actor must not touch, each with the reason, which follows the name.
pub(crate) async fn guarded(tx: &mut Tx, actor: &Actor, users: &[Id]) -> Result<HashMap<Id, String>> {
    let (me, mine) = match &actor.who {
        Who::Administrator(standing, role) => (Some(standing.id), role.scopes),
        Who::System(_) => return Ok(HashMap::new()),
        Who::Visitor | Who::User(_) => (None, model::Scopes::default()),
    };
    let linked = Query::select()
        .columns(["id", "user_id", "role", "role_id", "role_scopes"])
        .from("administrator_accounts")
        .and_where(Expr::col("user_id").is_in(users.iter().map(|id| id.value())))
        .take();
    let mut guarded = HashMap::new();
    for Linked { id, user_id, held } in tx.select(&linked).await? {
        let role = held.role()?;
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

/// Refuses to touch one user whom this actor must not.
pub(crate) async fn check(tx: &mut Tx, actor: &Actor, user: Id, name: &str) -> Result<()> {
    match guarded(tx, actor, &[user]).await?.get(&user) {
        Some(why) => Err(Problem::new(ErrorCode::Forbidden, format!("{name} {why}.")).into()),
        None => Ok(()),
    }
}

/// Refuses what would open somebody's account to an actor with fewer rights than they have.
/// Administrators' own accounts are opened only by who manages administrators, which the gate has
/// asked already.
pub(crate) async fn refuse(tx: &mut Tx, actor: &Actor, whose: Principal, id: Id) -> Result<()> {
    match whose {
        Principal::Administrator => Ok(()),
        Principal::User => check(tx, actor, id, "This user").await,
    }
}
