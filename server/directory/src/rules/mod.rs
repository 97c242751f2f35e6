//! Groups whose members a rule says: what the rule is, what it would do, who is excepted from it, and keeping the
//! members as it says.
//!
//! A rule is applied by the directory itself, soon after each change of a user and to all users whom the change
//! touched. What it found is kept as memberships, so that who is in a group is asked of one table.

mod apply;
mod ask;
mod condition;
mod exceptions;
mod graph;
mod run;
mod write;

use std::collections::HashSet;

use model::group::{CountedPeople, GroupRef, GroupRule, Held, RuleBlock, RuleMode, RuleState};
use model::{ErrorCode, Id, Operation, Problem, Timestamp};

pub(crate) use graph::{closes_circle, rules_asking_about};
pub(crate) use run::{next_due, run_due};

use crate::memberships::{group, names};
use apply::Effective;
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};

/// The rules of groups.
pub struct GroupRules<'a>(pub(crate) &'a Context);

const READ: Sql = sql!(
    "SELECT group_id, version, mode, rule, words, brake, applied_seq, again_at, allowed, held_at, held_leaving, held_members,
        window_at, window_members, window_left, changed_at, changed_by
    FROM group_rules WHERE group_id = $1"
);
const EXCEPTIONS: Sql = sql!("SELECT COUNT(*) FROM group_exceptions WHERE group_id = $1 AND ends_at > $2");
/// Whether a user has been changed since.
const BEHIND: Sql = sql!("SELECT COALESCE(MAX(seq), 0) FROM users");

/// A row of `group_rules`.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Stored {
    group_id: Id,
    version: i64,
    mode: String,
    rule: String,
    words: String,
    brake: i64,
    applied_seq: i64,
    again_at: Timestamp,
    allowed: i64,
    held_at: Timestamp,
    held_leaving: i64,
    held_members: i64,
    window_at: Timestamp,
    window_members: i64,
    window_left: i64,
    changed_at: Timestamp,
    changed_by: String,
}

impl Stored {
    fn block(&self) -> Result<RuleBlock> {
        Ok(serde_json::from_str(&self.rule)?)
    }

    fn is_automatic(&self) -> bool {
        self.mode == RuleMode::Automatic.as_str()
    }

    fn rule(&self) -> Result<GroupRule> {
        let mode = if self.is_automatic() { RuleMode::Automatic } else { RuleMode::Reviewed };
        Ok(GroupRule { mode, rule: self.block()?, brake: u8::try_from(self.brake).unwrap_or(100) })
    }

    fn held(&self) -> Option<Held> {
        (self.held_at.as_micros() != 0).then_some(Held {
            since: self.held_at,
            leaving: self.held_leaving.unsigned_abs(),
            members: self.held_members.unsigned_abs(),
        })
    }
}

async fn find(tx: &mut Tx, group: Id) -> Result<Option<Stored>> {
    Ok(tx.optional(READ, args![group]).await?)
}

/// The rule of a group that has one.
///
/// # Errors
/// `conflict` for one that has none.
async fn rule_of(tx: &mut Tx, group: &GroupRef) -> Result<Stored> {
    find(tx, group.id).await?.ok_or_else(|| {
        let message = format!("{} has no rule any more: its members are added by hand.", group.name);
        Problem::new(ErrorCode::Conflict, message).into()
    })
}

/// The people and groups that a rule names.
async fn names_in(tx: &mut Tx, rule: &RuleBlock) -> Result<Vec<(Id, String)>> {
    let mut named: Vec<(Id, String)> = names(tx, &rule.people(), true).await?.into_iter().collect();
    for id in rule.groups() {
        if let Ok(group) = group(tx, id).await {
            named.push((group.id, group.name));
        }
    }
    Ok(named)
}

/// A rule in words.
fn words_of(rule: &RuleBlock, names: &[(Id, String)]) -> String {
    let name = |id: &str| names.iter().find(|(one, _)| one.to_string() == id).map(|(_, name)| name.clone());
    rule.words(&name)
}

impl GroupRules<'_> {
    /// How the rule of a group stands.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn read(&self, actor: &Actor, id: Id) -> Result<RuleState> {
        permit(actor, Operation::ListGroups)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let group = group(&mut tx, id).await?;
        let Some(stored) = find(&mut tx, id).await? else { return Ok(by_hand(group)) };
        let rule = stored.rule()?;
        let names = names_in(&mut tx, &rule.rule).await?;
        let (exceptions,): (i64,) = tx.one(EXCEPTIONS, args![id, now]).await?;
        let (latest,): (i64,) = tx.one(BEHIND, args![]).await?;
        let waiting = match rule.mode {
            RuleMode::Automatic => None,
            RuleMode::Reviewed => Some(waiting(&mut tx, &Effective::of(id, &rule.rule, now)?).await?),
        };
        let held = stored.held();
        Ok(RuleState {
            group,
            words: words_of(&rule.rule, &names),
            working: waiting.is_none() && held.is_none() && stored.applied_seq < latest,
            rule: Some(rule),
            version: stored.version,
            names,
            changed_at: Some(stored.changed_at),
            changed_by: stored.changed_by,
            held,
            waiting,
            exceptions: exceptions.unsigned_abs(),
        })
    }
}

/// Who would come in and who would leave.
async fn waiting(tx: &mut Tx, effective: &Effective) -> Result<(CountedPeople, CountedPeople)> {
    let joining = effective.counted(tx, effective.joining(None)).await?;
    Ok((joining, effective.counted(tx, effective.leaving(None)).await?))
}

fn by_hand(group: GroupRef) -> RuleState {
    RuleState {
        group,
        rule: None,
        words: String::new(),
        version: 0,
        names: vec![],
        changed_at: None,
        changed_by: String::new(),
        working: false,
        held: None,
        waiting: None,
        exceptions: 0,
    }
}

/// The names of custom attributes that nobody has.
async fn unknown_attributes(tx: &mut Tx, rule: &RuleBlock) -> Result<HashSet<String>> {
    const KNOWN: Sql = sql!("SELECT name FROM user_custom WHERE name = $1 LIMIT 1");
    let mut unknown = HashSet::new();
    for name in rule.custom() {
        let known: Option<(String,)> = tx.optional(KNOWN, args![name]).await?;
        if known.is_none() {
            unknown.insert(name.to_owned());
        }
    }
    Ok(unknown)
}
