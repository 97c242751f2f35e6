//! Saving a rule, taking it away, and letting it go on.

use model::event::EventKind;
use model::group::{GroupRef, GroupRule, RuleMode, RuleState, SaveRule};
use model::{ErrorCode, Id, Operation, Problem};

use super::apply::{Effective, ROWS, Scope};
use super::ask::check;
use super::run::run_now;
use super::{GroupRules, Stored, find, names_in, rule_of, words_of};
use crate::history::last_changed_by;
use crate::memberships::{group, touch};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field, party_of};
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const WRITE: Sql = sql!(
    "INSERT INTO group_rules (group_id, version, mode, rule, words, brake, applied_seq, allowed, changed_at, changed_by)
    VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9)
    ON CONFLICT (group_id) DO UPDATE SET version = excluded.version, mode = excluded.mode, rule = excluded.rule,
        words = excluded.words, brake = excluded.brake, applied_seq = 0, allowed = excluded.allowed, held_at = 0,
        held_leaving = 0, held_members = 0, changed_at = excluded.changed_at, changed_by = excluded.changed_by"
);
const FORGET_USES: Sql = sql!("DELETE FROM group_rule_uses WHERE group_id = $1");
const USE: Sql = sql!("INSERT INTO group_rule_uses (group_id, used_id) VALUES ($1, $2)");
const REMOVE: Sql = sql!("DELETE FROM group_rules WHERE group_id = $1");
/// What has not begun never does, and what is in force has no end but the rule's.
const NOT_BEGUN: Sql =
    sql!("DELETE FROM group_members WHERE group_id = $1 AND (starts_at > $2 OR ends_at <= $2)");
const WITHOUT_END: Sql = sql!(
    "UPDATE group_members SET starts_at = 0, ends_at = 9223372036854775807, typed = '{}', begun = TRUE
    WHERE group_id = $1"
);
const ALLOW: Sql = sql!(
    "UPDATE group_rules SET allowed = $3, held_at = 0, held_leaving = 0, held_members = 0
    WHERE group_id = $1 AND version = $2"
);

fn event(group: &GroupRef) -> AuditEvent {
    AuditEvent::new(EventKind::GroupUpdate).to("user_group", group.id, &*group.name)
}

/// Says that more would leave than was seen.
fn more_leave(leaving: u64) -> Problem {
    let members = if leaving == 1 { "member" } else { "members" };
    let message =
        format!("{leaving} {members} would leave now, more than the preview said. Look at it again.");
    Problem::new(ErrorCode::Conflict, message)
}

impl GroupRules<'_> {
    /// Gives a group a rule, changes it, or takes it away. An automatic rule is applied at once.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at the path of each condition, at `rule` and at `brake`; `stale` with who
    /// changed it meanwhile; `conflict` where more members would leave than the preview said.
    pub async fn save(&self, actor: &Actor, save: &SaveRule) -> Result<RuleState> {
        let permit_to_save = permit(actor, Operation::SetGroupRule)?;
        permit(actor, Operation::ListUsers)?;
        let mut change = Change::begin(self.0, permit_to_save).await?;
        let group = group(change.tx(), save.group).await?;
        let before = find(change.tx(), group.id).await?;
        if before.as_ref().map_or(0, |stored| stored.version) != save.version {
            let who = last_changed_by(&mut change, group.id).await?;
            let message = format!("{who} changed this rule while you were editing.");
            return Err(Problem::new(ErrorCode::Stale, message).into());
        }
        match (&save.rule, before) {
            (Some(rule), before) => write(&mut change, &group, before.as_ref(), rule, save.leaving).await?,
            (None, Some(before)) => {
                change.run(REMOVE, args![group.id]).await?;
                let told = vec![
                    field("membershipMethod", &*before.mode, "static"),
                    field("rule", &*before.words, ""),
                ];
                change.record(event(&group).changes(told)).await?;
                touch(&mut change, group.id).await?;
            }
            (None, None) => return self.read(actor, group.id).await,
        }
        change.commit().await?;
        run_now(self.0, group.id).await;
        self.read(actor, group.id).await
    }

    /// Lets a rule go on that stopped, if no more leave than was seen.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` for a rule that did not stop, and where more would leave.
    pub async fn let_go_on(&self, actor: &Actor, id: Id, leaving: u64) -> Result<RuleState> {
        let permit = permit(actor, Operation::SetGroupRule)?;
        let mut change = Change::begin(self.0, permit).await?;
        let group = group(change.tx(), id).await?;
        let stored = rule_of(change.tx(), &group).await?;
        let Some(held) = stored.held() else {
            return Err(Problem::new(ErrorCode::Conflict, "This rule goes on already.").into());
        };
        if held.leaving > leaving {
            return Err(more_leave(held.leaving).into());
        }
        let allowed = i64::try_from(leaving).unwrap_or(i64::MAX);
        change.run_one(ALLOW, args![id, stored.version, allowed]).await?;
        change
            .record(event(&group).message(format!("let the rule take out {leaving} of the members")))
            .await?;
        touch(&mut change, id).await?;
        change.commit().await?;
        run_now(self.0, id).await;
        self.read(actor, id).await
    }

    /// Does what a reviewed rule says: for the people chosen, or for all if none are.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` for a rule that is not reviewed, and where more would leave than was seen.
    pub async fn accept(&self, actor: &Actor, id: Id, people: &[Id], leaving: u64) -> Result<RuleState> {
        permit(actor, Operation::SetGroupRule)?;
        let scope = if people.is_empty() { Scope::All } else { Scope::These(people.to_vec()) };
        let (context, who) = (self.0.clone(), actor.clone());
        self.0.to_the_end(async move { accept_all(&context, &who, id, &scope, leaving).await }).await?;
        self.read(actor, id).await
    }
}

/// Step by step, each a transaction of its own; what has been done stays if a later one fails.
async fn accept_all(
    context: &directory_core::context::Context,
    actor: &Actor,
    id: Id,
    scope: &Scope,
    leaving: u64,
) -> Result<()> {
    let mut looked = false;
    loop {
        let permit = permit(actor, Operation::SetGroupRule)?;
        let mut change = Change::begin(context, permit).await?;
        let now = change.now;
        let group = group(change.tx(), id).await?;
        let stored = rule_of(change.tx(), &group).await?;
        if stored.is_automatic() {
            let message = format!("The rule of {} is applied by itself now.", group.name);
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        let effective = Effective::of(id, &stored.block()?, now)?;
        if !looked {
            let (_, would) = effective.shares(change.tx(), scope).await?;
            if would > leaving {
                return Err(more_leave(would).into());
            }
            looked = true;
        }
        let moved = effective.step(&mut change, &group, scope, &stored.words).await?;
        if moved > 0 {
            change.commit().await?;
        }
        if moved < ROWS {
            return Ok(());
        }
    }
}

/// Writes a rule, if no more leave by it than was seen.
async fn write(
    change: &mut Change,
    group: &GroupRef,
    before: Option<&Stored>,
    rule: &GroupRule,
    leaving: u64,
) -> Result<()> {
    let now = change.now;
    check(change.tx(), group.id, rule).await?;
    let names = names_in(change.tx(), &rule.rule).await?;
    let words = words_of(&rule.rule, &names);
    if rule.mode == RuleMode::Automatic {
        let effective = Effective::of(group.id, &rule.rule, now)?;
        let (_, would) = effective.shares(change.tx(), &Scope::All).await?;
        if would > leaving {
            return Err(more_leave(would).into());
        }
    }
    if before.is_none() {
        change.run(NOT_BEGUN, args![group.id, now]).await?;
        change.run(WITHOUT_END, args![group.id]).await?;
    }
    let version = before.map_or(1, |before| before.version + 1);
    let (mode, by) = (rule.mode.as_str(), party_of(change.permit().actor()).name);
    let allowed = i64::try_from(leaving).unwrap_or(i64::MAX);
    let json = serde_json::to_string(&rule.rule)?;
    let brake = i64::from(rule.brake);
    change.run(WRITE, args![group.id, version, mode, json, &words, brake, allowed, now, by]).await?;
    change.run(FORGET_USES, args![group.id]).await?;
    for used in rule.rule.groups() {
        change.run(USE, args![group.id, used]).await?;
    }
    let (mode_before, words_before, brake_before) = match before {
        Some(before) => (before.mode.as_str(), before.words.as_str(), before.brake.to_string()),
        None => ("static", "", String::new()),
    };
    let mut told = vec![
        field("membershipMethod", mode_before, mode),
        field("rule", words_before, &*words),
        field("brake", brake_before, rule.brake.to_string()),
    ];
    told.retain(|change| change.from != change.to);
    change.record(event(group).changes(told)).await?;
    touch(change, group.id).await
}
