//! The members of a group: finding them, adding them, taking them out.

use std::collections::HashMap;

use model::group::{AddMembers, GroupRef, Member, MemberFilter, Membership, NewPeriod};
use model::user::schedule::{LocalTime, ResolvedTime};
use model::user::{Outcome, SELECTION_MAX, USERS, UserState, name_of};
use model::{Filter, Id, ListQuery, Operation, Page, Problem, Timestamp};
use sea_query::{Cond, Expr, ExprTrait};

use super::Groups;
use crate::lists;
use crate::local_time;
use crate::memberships::{self, group, own};
use crate::users::{Belonging, member_column};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Sql, Tx, args, sql};
use directory_core::transaction::Change;

/// Which groups in this one lead a member in.
const THROUGH: Sql = sql!(
    "SELECT m.user_id, g.id, g.name FROM group_closure c
    JOIN group_members m ON m.group_id = c.inner_id JOIN user_groups g ON g.id = m.group_id
    WHERE c.group_id = $1 AND c.inner_id <> $1 AND m.user_id = $2 AND m.starts_at <= $3 AND m.ends_at > $3
    ORDER BY g.name_key LIMIT 20"
);

#[derive(Clone, Debug, sqlx::FromRow)]
struct Line {
    id: Id,
    username: String,
    email: String,
    first_name: String,
    last_name: String,
    display_name: String,
    state: UserState,
}

const COLUMNS: &[&str] = &["id", "username", "email", "first_name", "last_name", "display_name", "state"];

impl Line {
    fn into_member(self, direct: Option<Membership>, through: Vec<GroupRef>) -> Member {
        Member {
            user: self.id,
            name: name_of(&self.display_name, &self.first_name, &self.last_name, &self.username),
            username: self.username,
            email: self.email,
            state: self.state,
            direct,
            through,
        }
    }
}

impl Groups<'_> {
    /// A page of the members of a group, found and ordered as the list of users is.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` for a search, filter or order that the list of users does not have.
    pub async fn members(
        &self,
        actor: &Actor,
        id: Id,
        which: MemberFilter,
        query: &ListQuery,
    ) -> Result<Page<Member>> {
        permit(actor, Operation::ListGroups)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let of = group(&mut tx, id).await?;
        let mut query = ListQuery { columns: vec![], ..query.clone() };
        // What else is known of users is not for all who see groups.
        query.filters.clear();
        query.filters.push(Filter::is(&member_column(which), [id.to_string()]));
        let mut found = lists::page::<Belonging, Line>(&mut tx, &query, now, COLUMNS).await?;
        let lines = std::mem::take(&mut found.rows);
        let ids: Vec<Id> = lines.iter().map(|line| line.id).collect();
        let mut own = own_of(&mut tx, of.id, &ids, now).await?;
        let mut members = Vec::with_capacity(lines.len());
        for line in lines {
            let rows: Vec<(Id, Id, String)> = tx.all(THROUGH, args![id, line.id, now]).await?;
            let through = rows.into_iter().map(|(_, id, name)| GroupRef { id, name }).collect();
            let direct = own.remove(&line.id);
            members.push(line.into_member(direct, through));
        }
        Ok(lists::answer(found, members, &USERS))
    }

    /// Adds users to a group; says for each what happened.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at `starts` and `ends`, and for too many at once.
    pub async fn add_members(&self, actor: &Actor, add: &AddMembers, users: &[Id]) -> Result<Vec<Outcome>> {
        let mut change = self.changing(actor, users).await?;
        let group = group(change.tx(), add.group).await?;
        let outcomes = memberships::add(&mut change, &group, users, &add.period).await?;
        commit(change, outcomes).await
    }

    /// Takes users out of a group, as far as their own membership goes; says for each what happened.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` for too many at once.
    pub async fn remove_members(&self, actor: &Actor, id: Id, users: &[Id]) -> Result<Vec<Outcome>> {
        let mut change = self.changing(actor, users).await?;
        let group = group(change.tx(), id).await?;
        let outcomes = memberships::remove(&mut change, &group, users).await?;
        commit(change, outcomes).await
    }

    /// Changes from when to when a member is in a group.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, also for who has no membership of their own; `invalid` at `starts` and `ends`.
    pub async fn set_period(&self, actor: &Actor, id: Id, user: Id, period: &NewPeriod) -> Result<()> {
        let mut change = self.changing(actor, &[user]).await?;
        let group = group(change.tx(), id).await?;
        memberships::change_period(&mut change, &group, user, period).await?;
        change.queued();
        change.commit().await
    }

    /// Which instant a local time is, as it is shown to the one who chooses it.
    ///
    /// # Errors
    /// `forbidden`; `invalid` at `date`, `time` or `zone`.
    pub fn resolve(&self, actor: &Actor, typed: &LocalTime) -> Result<ResolvedTime> {
        permit(actor, Operation::ChangeGroupMembers)?;
        let now = self.0.env().now();
        local_time::to_come(typed, now)?.shown(now)
    }

    async fn changing(&self, actor: &Actor, users: &[Id]) -> Result<Change> {
        let permit = permit(actor, Operation::ChangeGroupMembers)?;
        if users.len() > SELECTION_MAX {
            let message = format!("At most {SELECTION_MAX} users at once.");
            return Err(Problem::at("users", message).into());
        }
        Change::begin(self.0, permit).await
    }
}

/// Nothing is written where nothing was done.
async fn commit(mut change: Change, outcomes: Vec<Outcome>) -> Result<Vec<Outcome>> {
    if outcomes.iter().any(|one| one.refused.is_none()) {
        change.queued();
        change.commit().await?;
    }
    Ok(outcomes)
}

async fn own_of(tx: &mut Tx, group: Id, users: &[Id], now: Timestamp) -> Result<HashMap<Id, Membership>> {
    let which = Cond::all()
        .add(Expr::col("group_id").eq(group.value()))
        .add(Expr::col("user_id").is_in(users.iter().map(|id| id.value())));
    let stored = own(tx, which, now).await?;
    stored.into_iter().map(|one| Ok((one.user_id, one.into_membership()?))).collect()
}
