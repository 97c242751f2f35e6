//! Who is excepted from the rule of a group.

use std::collections::HashMap;

use model::event::EventKind;
use model::group::{ExceptionFilter, ExceptionKind, GroupRef, NewException, RuleException};
use model::user::{Outcome, Person, SELECTION_MAX, USERS, name_of};
use model::{Faults, Filter, Id, ListQuery, Operation, Page, Problem, Timestamp};
use sea_query::{Expr, ExprTrait, Query};

use super::apply::{Effective, Scope};
use super::{GroupRules, rule_of};
use crate::lists;
use crate::local_time;
use crate::memberships::{group, names, touch};
use crate::users::{Belonging, exception_column};
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result};
use directory_core::events::{AuditEvent, field, party_of};
use directory_core::store::{Arg, Sql, Tx, args, sql};
use directory_core::transaction::Change;

/// The most characters of a reason.
const REASON_MAX: usize = 500;

const SET: Sql = sql!(
    "INSERT INTO group_exceptions (group_id, user_id, kind, reason, ends_at, added_at, added_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (group_id, user_id) DO UPDATE SET kind = excluded.kind, reason = excluded.reason,
        ends_at = excluded.ends_at, added_at = excluded.added_at, added_by = excluded.added_by"
);
const REMOVE: Sql = sql!("DELETE FROM group_exceptions WHERE group_id = $1 AND user_id = $2");

#[derive(Clone, Debug, sqlx::FromRow)]
struct Line {
    id: Id,
    username: String,
    email: String,
    first_name: String,
    last_name: String,
    display_name: String,
}

const COLUMNS: &[&str] = &["id", "username", "email", "first_name", "last_name", "display_name"];

#[derive(Clone, Debug, sqlx::FromRow)]
struct Stored {
    user_id: Id,
    kind: String,
    reason: String,
    ends_at: Timestamp,
    added_at: Timestamp,
    added_by: String,
}

impl GroupRules<'_> {
    /// A page of those who are excepted from a group's rule, found and ordered as the list of users is.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` for a search or order that the list of users does not have.
    pub async fn exceptions(
        &self,
        actor: &Actor,
        id: Id,
        which: ExceptionFilter,
        query: &ListQuery,
    ) -> Result<Page<RuleException>> {
        permit(actor, Operation::ListGroups)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let of = group(&mut tx, id).await?;
        let mut query = ListQuery { columns: vec![], ..query.clone() };
        query.filters = vec![Filter::is(&exception_column(which), [id.to_string()])];
        let mut found = lists::page::<Belonging, Line>(&mut tx, &query, now, COLUMNS).await?;
        let lines = std::mem::take(&mut found.rows);
        let ids: Vec<Id> = lines.iter().map(|line| line.id).collect();
        let mut stored = stored(&mut tx, of.id, &ids).await?;
        let rows = lines.into_iter().filter_map(|line| {
            let one = stored.remove(&line.id)?;
            let name = name_of(&line.display_name, &line.first_name, &line.last_name, &line.username);
            Some(RuleException {
                person: Person { id: line.id, name },
                email: line.email,
                kind: ExceptionKind::parse(&one.kind)?,
                reason: one.reason,
                ends_at: (one.ends_at < Timestamp::END).then_some(one.ends_at),
                added_at: one.added_at,
                added_by: one.added_by,
            })
        });
        let rows = rows.collect();
        Ok(lists::answer(found, rows, &USERS))
    }

    /// Excepts people from a group's rule, which holds at once; says for each what happened.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` for a group without a rule; `invalid` at `reason` and at `ends`, and for
    /// too many at once.
    pub async fn except(&self, actor: &Actor, new: &NewException, users: &[Id]) -> Result<Vec<Outcome>> {
        let mut change = self.changing(actor, users).await?;
        let now = change.now;
        let ends_at = checked(new, now)?;
        let group = group(change.tx(), new.group).await?;
        let stored = rule_of(change.tx(), &group).await?;
        let there = names(change.tx(), users, false).await?;
        let by = party_of(actor).name;
        let mut outcomes = Vec::with_capacity(users.len());
        for id in users {
            let Some(name) = there.get(id) else {
                let refused = Some("is not in the directory".to_owned());
                outcomes.push(Outcome { id: *id, name: id.to_string(), refused });
                continue;
            };
            let reason = new.reason.trim();
            change.run(SET, args![group.id, *id, new.kind.as_str(), reason, ends_at, now, &by]).await?;
            change.record(event(&group, *id, name, ("", new.kind.label()), reason)).await?;
            outcomes.push(Outcome { id: *id, name: name.clone(), refused: None });
        }
        hold_at_once(&mut change, &group, &stored, users).await?;
        touch(&mut change, group.id).await?;
        change.commit().await?;
        Ok(outcomes)
    }

    /// Takes exceptions away: the rule says of these people again whether they are in the group.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` for a group without a rule; `invalid` for too many at once.
    pub async fn remove_exceptions(&self, actor: &Actor, id: Id, users: &[Id]) -> Result<Vec<Outcome>> {
        let mut change = self.changing(actor, users).await?;
        let group = group(change.tx(), id).await?;
        let stored = rule_of(change.tx(), &group).await?;
        let there = names(change.tx(), users, true).await?;
        let mut outcomes = Vec::with_capacity(users.len());
        for user in users {
            let name = there.get(user).cloned().unwrap_or_else(|| user.to_string());
            let removed = change.run(REMOVE, args![group.id, *user]).await? > 0;
            if removed {
                change.record(event(&group, *user, &name, ("exception", ""), "")).await?;
            }
            let refused = (!removed).then(|| "has no exception to be removed".to_owned());
            outcomes.push(Outcome { id: *user, name, refused });
        }
        // What a reviewed rule says waits for the review.
        if stored.is_automatic() {
            hold_at_once(&mut change, &group, &stored, users).await?;
        }
        touch(&mut change, group.id).await?;
        change.commit().await?;
        Ok(outcomes)
    }

    async fn changing(&self, actor: &Actor, users: &[Id]) -> Result<Change> {
        let permit = permit(actor, Operation::SetGroupRule)?;
        if users.len() > SELECTION_MAX {
            return Err(Problem::at("users", format!("At most {SELECTION_MAX} users at once.")).into());
        }
        Change::begin(self.0, permit).await
    }
}

/// The end of an exception, if it keeps the rules.
fn checked(new: &NewException, now: Timestamp) -> Result<Timestamp> {
    let mut faults = Faults::default();
    if new.reason.trim().is_empty() {
        faults.add("reason", "Say why, for those who read the list later.");
    } else if new.reason.chars().count() > REASON_MAX {
        faults.add("reason", format!("At most {REASON_MAX} characters."));
    }
    let ends = match new.ends.as_ref().map(|ends| local_time::to_come(ends, now)).transpose() {
        Ok(ends) => ends.map_or(Timestamp::END, |ends| ends.at),
        Err(Error::Problem(problem)) if !problem.faults.is_empty() => {
            for fault in problem.faults {
                faults.add(format!("ends.{}", fault.field), fault.message);
            }
            Timestamp::END
        }
        Err(error) => return Err(error),
    };
    faults.check()?;
    Ok(ends)
}

/// Brings these people in or takes them out, as is right now.
async fn hold_at_once(
    change: &mut Change,
    group: &GroupRef,
    stored: &super::Stored,
    users: &[Id],
) -> Result<()> {
    let effective = Effective::of(group.id, &stored.block()?, change.now)?;
    let scope = Scope::These(users.to_vec());
    while effective.step(change, group, &scope, &stored.words).await? > 0 {}
    Ok(())
}

fn event(group: &GroupRef, user: Id, name: &str, (from, to): (&str, &str), reason: &str) -> AuditEvent {
    let told = AuditEvent::new(EventKind::AssociationChange).to("user", user, name);
    let what = if to.is_empty() { "no exception any more from" } else { "an exception from" };
    let message = format!("{what} the rule of {} {reason}", group.name);
    told.changes(vec![field("exception", from, to)]).message(message.trim_end())
}

async fn stored(tx: &mut Tx, group: Id, users: &[Id]) -> Result<HashMap<Id, Stored>> {
    let select = Query::select()
        .columns(["user_id", "kind", "reason", "ends_at", "added_at", "added_by"])
        .from("group_exceptions")
        .and_where(Expr::col("group_id").eq(group.value()))
        .and_where(Expr::col("user_id").is_in(users.iter().map(|id| id.value())))
        .take();
    let rows: Vec<Stored> = tx.select(&select).await?;
    Ok(rows.into_iter().map(|one| (one.user_id, one)).collect())
}
