//! Who may use LDAP at this instant, and whom a bound client finds. Each operation asks again, so that a suspension, a
//! lock, an unbinding and the end of a membership hold at once on connections that are open.

use model::ldap::AccountAction;
use model::{ErrorCode, Id, Operation, Principal, Problem, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Query, SelectStatement};

use super::server::{self, Stored};
use crate::bindings::users_of_ldap;
use crate::lists::{Listed, count_all};
use crate::users::UserList;
use directory_core::accounts::{self, Account};
use directory_core::authz::{Actor, Stage, not_signed_in, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Sql, Tx, args, sql};

const READS_ALL: Sql = sql!("SELECT ldap_binding_user FROM users WHERE id = $1");

/// A client that is bound and still may be.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub server: Stored,
    pub user: Id,
    pub now: Timestamp,
    /// Whether all entries are found (the setting "LDAP binding user"), or one's own alone.
    pub reads_all: bool,
}

impl Standing {
    /// The client, if everything that its bind rested on is still so.
    ///
    /// # Errors
    /// `not_signed_in` when it is not; `forbidden` for an actor who did not bind over LDAP.
    pub(super) async fn of(tx: &mut Tx, actor: &Actor, now: Timestamp) -> Result<Self> {
        permit(actor, Operation::SearchLdap)?;
        let auth = actor.auth()?;
        let account = accounts::own(tx, Principal::User, auth.id).await?;
        if account.auth_epoch != auth.epoch {
            return Err(not_signed_in().into());
        }
        let Ok(server) = refusal(tx, &account, now).await? else { return Err(not_signed_in().into()) };
        let (reads_all,): (bool,) = tx.one(READS_ALL, args![auth.id]).await?;
        Ok(Self { server, user: auth.id, now, reads_all })
    }

    /// The users that it finds.
    pub(super) fn people(&self) -> Cond {
        let all = visible(&self.server, self.now);
        if self.reads_all { all } else { all.add(Expr::col("id").eq(self.user.value())) }
    }

    /// Their ids.
    pub(super) fn ids_of_people(&self) -> SelectStatement {
        Query::select().column("id").from("users").cond_where(self.people()).take()
    }

    /// Refuses a client that may read nothing but its own entry.
    ///
    /// # Errors
    /// `forbidden`.
    pub(super) fn reads_all(&self) -> Result<()> {
        if self.reads_all {
            return Ok(());
        }
        let message = "Only users with the setting “LDAP binding user” find other entries than their own.";
        Err(Problem::new(ErrorCode::Forbidden, message).into())
    }
}

/// The server, or why this account may not use it now.
pub(super) async fn refusal(
    tx: &mut Tx,
    account: &Account,
    now: Timestamp,
) -> Result<std::result::Result<Stored, &'static str>> {
    let Some(server) = server::find(tx).await?.filter(|server| server.active) else {
        return Ok(Err("LDAP is switched off"));
    };
    if !account.active {
        return Ok(Err("the user is not Active"));
    }
    if account.locked(now).is_some() {
        return Ok(Err("locked"));
    }
    // A second factor cannot be asked for here; a user with a step to take at the portal takes it there first.
    if !account.is_good_for(Stage::Full, now) {
        return Ok(Err("the password has expired or must be changed, or a second factor has to be set up"));
    }
    let theirs =
        UserList::base().add(Expr::col("id").eq(account.id.value())).add(users_of_ldap(server.id, now));
    if count_all(tx, "users", theirs).await? == 0 {
        return Ok(Err("not bound to LDAP"));
    }
    Ok(Ok(server))
}

/// The users who have an entry.
fn visible(server: &Stored, now: Timestamp) -> Cond {
    let micros = now.as_micros();
    let later =
        |column: &'static str| Cond::any().add(Expr::col(column).is_null()).add(Expr::col(column).gt(micros));
    let mut cond = UserList::base()
        .add(Expr::col("state").eq("ACTIVATED"))
        .add(later("suspends_at"))
        .add(users_of_ldap(server.id, now));
    if server.lockout_action == AccountAction::Remove {
        let over =
            Cond::any().add(Expr::col("locked_until").is_null()).add(Expr::col("locked_until").lte(micros));
        cond = cond.add(over);
    }
    if server.expiration_action == AccountAction::Remove {
        cond = cond
            .add(Expr::col("password_must_change").not())
            .add(Cond::any().add(Expr::col("password_never_expires")).add(later("password_expires_at")));
    }
    cond
}
