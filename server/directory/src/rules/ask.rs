//! What a rule would do before it is saved.

use model::group::{ExceptionKind, GroupRule, RuleBlock, RuleMode, RulePreview, TestedPerson, stops};
use model::user::Person;
use model::{Faults, Id, Operation, Problem};
use sea_query::{Cond, Expr, ExprTrait, Query};

use super::apply::Effective;
use super::condition::{condition_of, one};
use super::graph::closes_circle;
use super::{GroupRules, names_in, unknown_attributes, words_of};
use crate::lists::count_all;
use crate::memberships::{among, group, names};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Sql, Tx, args, sql};

/// How many people can be tested at once.
const TESTED_MAX: usize = 20;

const EXCEPTION: Sql =
    sql!("SELECT kind FROM group_exceptions WHERE group_id = $1 AND user_id = $2 AND ends_at > $3");

/// Refuses what a rule of this group cannot be.
///
/// # Errors
/// `invalid` at the path of each condition, at `rule` and at `brake`.
pub(super) async fn check(tx: &mut Tx, of: Id, rule: &GroupRule) -> Result<()> {
    let mut faults = Faults::default();
    if !(1..=100).contains(&rule.brake) {
        faults.add("brake", "Give a share from 1 to 100 percent.");
    }
    if let Err(wrong) = rule.rule.check() {
        for fault in wrong.iter() {
            faults.add(fault.field.clone(), fault.message.clone());
        }
    }
    faults.check()?;
    let mut faults = Faults::default();
    let unknown = unknown_attributes(tx, &rule.rule).await?;
    let people = names(tx, &rule.rule.people(), false).await?;
    for (path, condition) in rule.rule.conditions() {
        let custom = condition.field.strip_prefix(model::list::CUSTOM);
        if let Some(name) = custom.filter(|name| unknown.contains(*name)) {
            faults.add(path, format!("Nobody has a custom attribute “{name}”."));
            continue;
        }
        let part = RuleBlock {
            join: model::group::Join::All,
            parts: vec![model::group::RulePart::Condition(condition.clone())],
        };
        if part.people().iter().any(|id| !people.contains_key(id)) {
            faults.add(path, "This person is not in the directory any more.");
            continue;
        }
        for asked in part.groups() {
            match group(tx, asked).await {
                Err(_) => faults.add(path.clone(), "This group is not there any more."),
                Ok(asked) if closes_circle(tx, of, asked.id).await? => {
                    let message = format!(
                        "Who is in {} hangs on this group, so that its rule cannot ask about it.",
                        asked.name
                    );
                    faults.add(path.clone(), message);
                }
                Ok(_) => {}
            }
        }
    }
    Ok(faults.check()?)
}

impl GroupRules<'_> {
    /// What a rule would do to a group: who would come in, who would leave, and what it says of chosen people.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at the path of each condition, and for too many people to be tested.
    pub async fn preview(&self, actor: &Actor, id: Id, rule: &GroupRule, test: &[Id]) -> Result<RulePreview> {
        permit(actor, Operation::SetGroupRule)?;
        permit(actor, Operation::ListUsers)?;
        if test.len() > TESTED_MAX {
            return Err(
                Problem::at("test", format!("At most {TESTED_MAX} people are tested at once.")).into()
            );
        }
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let group = group(&mut tx, id).await?;
        check(&mut tx, id, rule).await?;
        let effective = Effective::of(id, &rule.rule, now)?;
        let joining = effective.counted(&mut tx, effective.joining(None)).await?;
        let leaving = effective.counted(&mut tx, effective.leaving(None)).await?;
        let members = count_all(&mut tx, "users", effective.all()).await?;
        let present = count_all(&mut tx, "users", effective.present()).await?;
        let named = names_in(&mut tx, &rule.rule).await?;
        let names = names(&mut tx, test, false).await?;
        let people = test.iter().filter_map(|id| Some(Person { id: *id, name: names.get(id)?.clone() }));
        let tested = tested(&mut tx, group.id, &rule.rule, people.collect(), &named, now).await?;
        Ok(RulePreview {
            words: words_of(&rule.rule, &named),
            stops: rule.mode == RuleMode::Automatic && stops(rule.brake, present, leaving.count),
            members,
            joining,
            leaving,
            tested,
        })
    }
}

/// What a rule says of people, condition by condition.
async fn tested(
    tx: &mut Tx,
    group: Id,
    rule: &RuleBlock,
    people: Vec<Person>,
    named: &[(Id, String)],
    now: model::Timestamp,
) -> Result<Vec<TestedPerson>> {
    if people.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<Id> = people.iter().map(|one| one.id).collect();
    let found = holding(tx, condition_of(rule, now)?, &ids).await?;
    let members = among(tx, group, &ids, now).await?;
    let mut conditions = Vec::new();
    for (_, condition) in rule.conditions() {
        let name =
            |id: &str| named.iter().find(|(one, _)| one.to_string() == id).map(|(_, name)| name.clone());
        conditions.push((condition.words(&name), holding(tx, one(condition, now)?, &ids).await?));
    }
    let mut tested = Vec::with_capacity(people.len());
    for person in people {
        let kind: Option<(String,)> = tx.optional(EXCEPTION, args![group, person.id, now]).await?;
        tested.push(TestedPerson {
            member_now: members.contains(&person.id),
            matches: found.contains(&person.id),
            exception: kind.and_then(|(kind,)| ExceptionKind::parse(&kind)),
            conditions: conditions
                .iter()
                .map(|(words, holding)| (words.clone(), holding.contains(&person.id)))
                .collect(),
            person,
        });
    }
    Ok(tested)
}

/// Those of the people of whom a condition holds.
async fn holding(tx: &mut Tx, condition: Cond, ids: &[Id]) -> Result<Vec<Id>> {
    let select = Query::select()
        .column("id")
        .from("users")
        .and_where(Expr::col("id").is_in(ids.iter().map(|id| id.value())))
        .cond_where(condition)
        .take();
    let found: Vec<(Id,)> = tx.select(&select).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
