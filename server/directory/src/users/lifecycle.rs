//! States: Staged, Active, Suspended, and the ways between them.

use model::event::EventKind;
use model::user::{Outcome, Selection, UserState};
use model::{Id, Operation};
use sea_query::{Expr, ExprTrait, Query};

use super::list::selected;
use super::{Named, Users};
use crate::change::Change;
use crate::error::Result;
use crate::gate::{Actor, permit};
use crate::history::{Happening, field};
use crate::store::{Arg, Tx};

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[];

#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Standing {
    #[sqlx(flatten)]
    pub named: Named,
    pub state: UserState,
}

impl Users<'_> {
    /// Staged and Suspended users become Active. Says for each what happened.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once.
    pub async fn activate(&self, actor: &Actor, selection: &Selection) -> Result<Vec<Outcome>> {
        self.set_state(actor, Operation::ActivateUser, selection, UserState::Activated).await
    }

    /// Takes all access away at once; bindings stay. Says for each what happened.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once.
    pub async fn suspend(&self, actor: &Actor, selection: &Selection) -> Result<Vec<Outcome>> {
        self.set_state(actor, Operation::SuspendUser, selection, UserState::Suspended).await
    }

    async fn set_state(
        &self,
        actor: &Actor,
        operation: Operation,
        selection: &Selection,
        next: UserState,
    ) -> Result<Vec<Outcome>> {
        let mut change = Change::begin(self.0, permit(actor, operation)?).await?;
        let now = change.now;
        let ids = selected(change.tx(), selection, now).await?;
        let users = standings(change.tx(), &ids).await?;
        let may: Vec<&Standing> = users.iter().filter(|user| user.state.may_become(next)).collect();
        write_state(&mut change, may.iter().map(|user| user.named.id), next).await?;
        let happenings = may.iter().map(|user| happening(user, next)).collect();
        change.record_all(happenings).await?;
        change.commit().await?;
        Ok(outcomes(&ids, &users, |user| {
            (!user.state.may_become(next)).then(|| format!("is {} already", next.label()))
        }))
    }
}

fn happening(user: &Standing, next: UserState) -> Happening {
    let kind = match (user.state, next) {
        (UserState::Suspended, UserState::Activated) => EventKind::UserUnsuspended,
        (_, UserState::Activated) => EventKind::UserActivated,
        _ => EventKind::UserSuspended,
    };
    Happening::new(kind).to("user", user.named.id, user.named.name()).changes(vec![field(
        "state",
        user.state.as_str(),
        next.as_str(),
    )])
}

/// Every change of state is a revocation or its end: what stood on the old epoch is worth nothing.
async fn write_state(change: &mut Change, ids: impl Iterator<Item = Id>, next: UserState) -> Result<()> {
    let update = Query::update()
        .table("users")
        .value("state", next.as_str())
        .value("seq", change.seq)
        .value("changed_at", change.now.as_micros())
        .value("auth_epoch", Expr::col("auth_epoch").add(1))
        .and_where(Expr::col("id").is_in(ids.map(Arg::value)))
        .take();
    let (sql, args) = change.tx().build(&update);
    change.run(sql, args).await?;
    Ok(())
}

/// Those of the ids that are there and not deleted.
pub(crate) async fn standings(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Standing>> {
    let select = Query::select()
        .columns(["id", "username", "first_name", "last_name", "display_name", "state"])
        .from("users")
        .and_where(Expr::col("id").is_in(ids.iter().map(|id| id.value())))
        .and_where(Expr::col("deleted_at").is_null())
        .take();
    Ok(tx.select(&select).await?)
}

/// One line for each id that was asked for, in the order of asking.
pub(crate) fn outcomes(
    ids: &[Id],
    users: &[Standing],
    refused: impl Fn(&Standing) -> Option<String>,
) -> Vec<Outcome> {
    ids.iter()
        .map(|id| match users.iter().find(|user| user.named.id == *id) {
            Some(user) => Outcome { id: *id, name: user.named.name(), refused: refused(user) },
            None => {
                Outcome { id: *id, name: id.to_string(), refused: Some("is not in the directory".to_owned()) }
            }
        })
        .collect()
}
