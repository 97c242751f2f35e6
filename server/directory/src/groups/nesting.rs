//! Groups in groups. A group never lies in itself, by whatever way. Which group lies in which at any depth is kept in a
//! table of its own, so that nothing that is asked about a member walks from group to group.

use model::event::EventKind;
use model::group::{GroupRef, NewSubgroup};
use model::{ErrorCode, Id, Operation, Problem};

use super::Groups;
use crate::memberships::group;
use crate::rules::closes_circle;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field, party_of};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::Change;

/// How many groups a panel names; the rest are counted.
const SUBGROUPS: Sql = sql!(
    "SELECT g.id, g.name FROM group_nesting n JOIN user_groups g ON g.id = n.subgroup_id
    WHERE n.group_id = $1 ORDER BY g.name_key LIMIT 500"
);
const WITHIN: Sql = sql!(
    "SELECT g.id, g.name FROM group_nesting n JOIN user_groups g ON g.id = n.group_id
    WHERE n.subgroup_id = $1 ORDER BY g.name_key LIMIT 500"
);
const LIES_IN: Sql = sql!("SELECT COUNT(*) FROM group_closure WHERE group_id = $1 AND inner_id = $2");
const COUNT: Sql = sql!("SELECT COUNT(*) FROM group_nesting WHERE group_id = $1");
const ADD: Sql = sql!(
    "INSERT INTO group_nesting (group_id, subgroup_id, added_at, added_by) VALUES ($1, $2, $3, $4)
    ON CONFLICT (group_id, subgroup_id) DO NOTHING"
);
const REMOVE: Sql = sql!("DELETE FROM group_nesting WHERE group_id = $1 AND subgroup_id = $2");
/// All that the one lies in, with all that lie in the other.
const JOIN: Sql = sql!(
    "INSERT INTO group_closure (group_id, inner_id)
    SELECT o.group_id, i.inner_id FROM group_closure o, group_closure i
    WHERE o.inner_id = $1 AND i.group_id = $2
    ON CONFLICT (group_id, inner_id) DO NOTHING"
);
pub(super) const OUTER: Sql = sql!("SELECT group_id FROM group_closure WHERE inner_id = $1");
const FORGET: Sql = sql!("DELETE FROM group_closure WHERE group_id = $1");
const REBUILD: Sql = sql!(
    "INSERT INTO group_closure (group_id, inner_id)
    WITH RECURSIVE inside (id) AS (
        SELECT id FROM user_groups WHERE id = $1
        UNION SELECT n.subgroup_id FROM group_nesting n JOIN inside i ON n.group_id = i.id
    ) SELECT g.id, i.id FROM inside i, user_groups g WHERE g.id = $1"
);
/// How many groups can lie in one directly: what its panel shows.
const SUBGROUPS_MAX: i64 = 500;

pub(super) async fn subgroups(tx: &mut Tx, id: Id) -> Result<Vec<GroupRef>> {
    named(tx, SUBGROUPS, id).await
}

pub(super) async fn within(tx: &mut Tx, id: Id) -> Result<Vec<GroupRef>> {
    named(tx, WITHIN, id).await
}

async fn named(tx: &mut Tx, sql: Sql, id: Id) -> Result<Vec<GroupRef>> {
    let rows: Vec<(Id, String)> = tx.all(sql, args![id]).await?;
    Ok(rows.into_iter().map(|(id, name)| GroupRef { id, name }).collect())
}

/// Looks again at all that lies in these.
pub(super) async fn rebuild(change: &mut Change, outer: &[Id]) -> Result<()> {
    for id in outer {
        change.run(FORGET, args![*id]).await?;
        change.run(REBUILD, args![*id]).await?;
    }
    Ok(())
}

pub(super) async fn outer(tx: &mut Tx, id: Id) -> Result<Vec<Id>> {
    let rows: Vec<(Id,)> = tx.all(OUTER, args![id]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

fn event(group: &GroupRef, (from, to): (&str, &str)) -> AuditEvent {
    let told = AuditEvent::new(EventKind::AssociationChange).to("user_group", group.id, &*group.name);
    told.changes(vec![field("subgroup", from, to)])
}

impl Groups<'_> {
    /// Puts a group into another, whose members its members become by that.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` for one that lies in it already, and where it would lie in itself.
    pub async fn add_subgroup(&self, actor: &Actor, new: &NewSubgroup) -> Result<()> {
        let permit = permit(actor, Operation::ChangeGroupMembers)?;
        let mut change = Change::begin(self.0, permit).await?;
        let outer = group(change.tx(), new.group).await?;
        let inner = group(change.tx(), new.subgroup).await?;
        let (circle,): (i64,) = change.tx().one(LIES_IN, args![inner.id, outer.id]).await?;
        if circle > 0 {
            let message = if inner.id == outer.id {
                format!("{} cannot lie in itself.", outer.name)
            } else {
                format!("{} lies in {}, so that it cannot be put into it.", outer.name, inner.name)
            };
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        if closes_circle(change.tx(), outer.id, inner.id).await? {
            let message = format!(
                "The rule of a group in {} asks about {}, so that it cannot be put into it.",
                inner.name, outer.name
            );
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        let (count,): (i64,) = change.tx().one(COUNT, args![outer.id]).await?;
        if count >= SUBGROUPS_MAX {
            let message = format!("At most {SUBGROUPS_MAX} groups lie in one directly.");
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        let (now, by) = (change.now, party_of(actor).name);
        if change.run(ADD, args![outer.id, inner.id, now, &by]).await? == 0 {
            let message = format!("{} lies in {} already.", inner.name, outer.name);
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        change.run(JOIN, args![outer.id, inner.id]).await?;
        change.record(event(&outer, ("", &inner.name))).await?;
        crate::memberships::touch(&mut change, outer.id).await?;
        change.commit().await
    }

    /// Takes a group out of another. Its members stay there where another way leads them in.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, also for one that does not lie in it.
    pub async fn remove_subgroup(&self, actor: &Actor, gone: &NewSubgroup) -> Result<()> {
        let permit = permit(actor, Operation::ChangeGroupMembers)?;
        let mut change = Change::begin(self.0, permit).await?;
        let group_of = group(change.tx(), gone.group).await?;
        let inner = group(change.tx(), gone.subgroup).await?;
        let outer = outer(change.tx(), group_of.id).await?;
        if change.run(REMOVE, args![group_of.id, inner.id]).await? == 0 {
            let message = format!("{} does not lie in {} any more.", inner.name, group_of.name);
            return Err(Problem::new(ErrorCode::NotFound, message).into());
        }
        rebuild(&mut change, &outer).await?;
        change.record(event(&group_of, (&inner.name, ""))).await?;
        crate::memberships::touch(&mut change, group_of.id).await?;
        change.commit().await
    }
}
