//! Adding people to a group, taking them out, and changing from when to when they are in it.

use model::event::EventKind;
use model::group::{GroupRef, NewPeriod};
use model::user::{Outcome, Person};
use model::{ErrorCode, Id, Problem};
use sea_query::{Cond, Expr, ExprTrait, Query};

use super::period::{Resolved, resolve};
use super::{Stored, among, by_hand, names, own};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field, party_of};
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::transaction::Change;

/// One that has ended makes room for the next.
const SET_PERIOD: Sql = sql!(
    "UPDATE group_members SET starts_at = $3, ends_at = $4, typed = $5, begun = $6
    WHERE group_id = $1 AND user_id = $2 AND ends_at > $7"
);
const TOUCH: Sql = sql!("UPDATE user_groups SET seq = $2 WHERE id = $1");
/// How many rows one statement writes, within both engines' limits of arguments.
const ROWS: usize = 500;

/// What it says of somebody who is in the group already.
pub(crate) const MEMBER_ALREADY: &str = "is a member already, or is to be one";

/// Adds users to a group; says for each what happened.
///
/// # Errors
/// `conflict` where a rule says who is in it; `invalid` at `starts` and `ends`.
pub(crate) async fn add(
    change: &mut Change,
    group: &GroupRef,
    users: &[Id],
    period: &NewPeriod,
) -> Result<Vec<Outcome>> {
    let now = change.now;
    by_hand(change.tx(), group).await?;
    let period = resolve(period, None, now)?;
    let there = names(change.tx(), users, false).await?;
    let members = among(change.tx(), group.id, users, now).await?;
    let outcome = |id: &Id| {
        let name = there.get(id).cloned();
        let refused = match &name {
            None => Some("is not in the directory"),
            Some(_) if members.contains(id) => Some(MEMBER_ALREADY),
            Some(_) => None,
        };
        Outcome { id: *id, name: name.unwrap_or_else(|| id.to_string()), refused: refused.map(str::to_owned) }
    };
    let outcomes: Vec<Outcome> = users.iter().map(outcome).collect();
    let added: Vec<&Outcome> = outcomes.iter().filter(|one| one.refused.is_none()).collect();
    let ids: Vec<Id> = added.iter().map(|one| one.id).collect();
    delete(change, group.id, &ids).await?;
    insert(change, group.id, &ids, &period).await?;
    let words = period.words()?;
    let told = |one: &&Outcome| event(group, one.id, &one.name, ("", &group.name), &words);
    let events = added.iter().map(told).collect();
    change.record_all(events).await?;
    touch(change, group.id).await?;
    Ok(outcomes)
}

/// Takes users out of a group; says for each what happened.
///
/// # Errors
/// `conflict` where a rule says who is in it.
pub(crate) async fn remove(change: &mut Change, group: &GroupRef, users: &[Id]) -> Result<Vec<Outcome>> {
    let now = change.now;
    by_hand(change.tx(), group).await?;
    let members = among(change.tx(), group.id, users, now).await?;
    let there = names(change.tx(), users, true).await?;
    let outcome = |id: &Id| {
        let why =
            (!members.contains(id)).then(|| format!("has no membership in {} to be removed", group.name));
        Outcome { id: *id, name: there.get(id).cloned().unwrap_or_else(|| id.to_string()), refused: why }
    };
    let outcomes: Vec<Outcome> = users.iter().map(outcome).collect();
    let removed: Vec<&Outcome> = outcomes.iter().filter(|one| one.refused.is_none()).collect();
    delete(change, group.id, &removed.iter().map(|one| one.id).collect::<Vec<_>>()).await?;
    let told = |one: &&Outcome| event(group, one.id, &one.name, (&group.name, ""), "");
    let events = removed.iter().map(told).collect();
    change.record_all(events).await?;
    touch(change, group.id).await?;
    Ok(outcomes)
}

/// Puts people into a group as its rule says, which have no membership of it yet.
pub(crate) async fn put_in(
    change: &mut Change,
    group: &GroupRef,
    people: &[Person],
    words: &str,
) -> Result<()> {
    let ids: Vec<Id> = people.iter().map(|one| one.id).collect();
    let always = resolve(&NewPeriod::default(), None, change.now)?;
    insert(change, group.id, &ids, &always).await?;
    let told = |one: &Person| event(group, one.id, &one.name, ("", &group.name), words);
    change.record_all(people.iter().map(told).collect()).await?;
    touch(change, group.id).await
}

/// Takes people out of a group as its rule says.
pub(crate) async fn take_out(
    change: &mut Change,
    group: &GroupRef,
    people: &[Person],
    words: &str,
) -> Result<()> {
    delete(change, group.id, &people.iter().map(|one| one.id).collect::<Vec<_>>()).await?;
    let told = |one: &Person| event(group, one.id, &one.name, (&group.name, ""), words);
    change.record_all(people.iter().map(told).collect()).await?;
    touch(change, group.id).await
}

/// Changes from when to when a member is in a group.
///
/// # Errors
/// `not_found` for who has no membership; `conflict` where a rule says who is in it; `invalid` at `starts` and `ends`.
pub(crate) async fn change_period(
    change: &mut Change,
    group: &GroupRef,
    user: Id,
    period: &NewPeriod,
) -> Result<()> {
    let now = change.now;
    by_hand(change.tx(), group).await?;
    let which = Cond::all()
        .add(Expr::col("group_id").eq(group.id.value()))
        .add(Expr::col("user_id").eq(user.value()));
    let before = own(change.tx(), which, now).await?.pop();
    let gone = || Problem::new(ErrorCode::NotFound, "This membership has ended or been removed meanwhile.");
    let before = before.ok_or_else(gone)?;
    let before = stored_period(&before)?;
    let after = resolve(period, Some(&before.typed), now)?;
    if before.typed == after.typed {
        return Ok(());
    }
    let typed = serde_json::to_string(&after.typed)?;
    let begun = after.has_begun(now);
    let row = args![group.id, user, after.starts_at, after.ends_at, &typed, begun, now];
    change.run_one(SET_PERIOD, row).await?;
    let name = names(change.tx(), &[user], true).await?.remove(&user).unwrap_or_default();
    let told = AuditEvent::new(EventKind::AssociationChange).to("user", user, name);
    let told = told.changes(vec![field("membership", before.words()?, after.words()?)]);
    change.record(told.message(format!("membership of {}", group.name))).await?;
    touch(change, group.id).await
}

fn stored_period(stored: &Stored) -> Result<Resolved> {
    Resolved::stored(stored.starts_at, stored.ends_at, &stored.typed)
}

/// The event of a membership that is made or ends.
pub(super) fn event(
    group: &GroupRef,
    user: Id,
    name: &str,
    (from, to): (&str, &str),
    words: &str,
) -> AuditEvent {
    let told = AuditEvent::new(EventKind::AssociationChange).to("user", user, name);
    let message = if to.is_empty() { "removed from" } else { "added to" };
    let message = format!("{message} {} {words}", group.name);
    told.changes(vec![field("user_group", from, to)]).message(message.trim_end())
}

async fn insert(change: &mut Change, group: Id, users: &[Id], period: &Resolved) -> Result<()> {
    let now = change.now;
    let typed = serde_json::to_string(&period.typed)?;
    let by = party_of(change.permit().actor()).name;
    for chunk in users.chunks(ROWS) {
        let mut insert = Query::insert();
        insert.into_table("group_members").columns([
            "group_id",
            "user_id",
            "starts_at",
            "ends_at",
            "typed",
            "begun",
            "added_at",
            "added_by",
        ]);
        for user in chunk {
            insert.values_panic(
                [
                    group.value(),
                    user.value(),
                    period.starts_at.value(),
                    period.ends_at.value(),
                    typed.as_str().value(),
                    period.has_begun(now).value(),
                    now.value(),
                    by.as_str().value(),
                ]
                .map(Expr::val),
            );
        }
        let (sql, args) = change.tx().build(&insert);
        change.run(sql, args).await?;
    }
    Ok(())
}

async fn delete(change: &mut Change, group: Id, users: &[Id]) -> Result<()> {
    for chunk in users.chunks(ROWS) {
        let delete = Query::delete()
            .from_table("group_members")
            .and_where(Expr::col("group_id").eq(group.value()))
            .and_where(Expr::col("user_id").is_in(chunk.iter().map(|id| id.value())))
            .take();
        let (sql, args) = change.tx().build(&delete);
        change.run(sql, args).await?;
    }
    Ok(())
}

/// Those who follow the changes hear that the group is another.
pub(crate) async fn touch(change: &mut Change, group: Id) -> Result<()> {
    let seq = change.seq;
    change.run(TOUCH, args![group, seq]).await?;
    Ok(())
}
