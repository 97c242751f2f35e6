//! A rule as the database judges it. Every condition is true or false of a row, never unknown: otherwise "not" would
//! find neither those who match nor those who do not.

use model::group::{Comparison, Join, RuleBlock, RuleCondition, RuleField, RuleKind, RulePart};
use model::list::CUSTOM;
use model::user::{Flag, TextAttribute};
use model::{Id, Problem, Timestamp};
use sea_query::{
    CommonTableExpression, Cond, Expr, ExprTrait, Func, Iden, LikeExpr, Query, SelectStatement, UnionType,
    WithClause,
};

use crate::memberships::members_of;
use crate::users::normalized_column;
use directory_core::error::{Error, Result};
use directory_core::normalize::{like_escaped, normalize};
use directory_core::store::Arg;

const DAY: std::time::Duration = std::time::Duration::from_hours(24);

#[derive(Iden)]
enum Chain {
    #[iden = "reporting"]
    Table,
    #[iden = "user_id"]
    User,
}

/// The users that a rule finds. It keeps the rules of [`RuleBlock::check`].
///
/// # Errors
/// `invalid` for a condition that cannot be judged.
pub(super) fn condition_of(rule: &RuleBlock, now: Timestamp) -> Result<Cond> {
    let parts = rule.parts.iter().map(|part| match part {
        RulePart::Condition(condition) => one(condition, now),
        RulePart::Block(block) => condition_of(block, now),
    });
    let parts = parts.collect::<Result<Vec<Cond>>>()?;
    Ok(match rule.join {
        Join::All => parts.into_iter().fold(Cond::all(), Cond::add),
        Join::Any => parts.into_iter().fold(Cond::any(), Cond::add),
        Join::None => parts.into_iter().fold(Cond::any(), Cond::add).not(),
    })
}

/// One condition.
pub(super) fn one(condition: &RuleCondition, now: Timestamp) -> Result<Cond> {
    let odd = || Error::from(Problem::at("rule", format!("“{}” cannot be judged.", condition.field)));
    let field = RuleField::find(&condition.field).ok_or_else(odd)?;
    let cond = match field.kind {
        RuleKind::Text => text(condition),
        RuleKind::Choice(_) => choice(condition),
        RuleKind::Time => time(condition, now),
        RuleKind::Manager => manager(condition),
        RuleKind::Group => group(condition, now),
    };
    cond.ok_or_else(odd)
}

/// What a text is compared with: a column of the user, and whether that is folded already.
struct Text {
    column: &'static str,
    folded: bool,
}

fn text(condition: &RuleCondition) -> Option<Cond> {
    if let Some(name) = condition.field.strip_prefix(CUSTOM) {
        return custom(condition, name);
    }
    let of = match condition.field.as_str() {
        "username" => Text { column: "username_key", folded: true },
        "email" => Text { column: "email", folded: false },
        other => {
            let attribute = TextAttribute::parse(other)?;
            let folded = normalized_column(attribute);
            Text { column: folded.unwrap_or(attribute.column()), folded: folded.is_some() }
        }
    };
    compared(condition, &of)
}

/// What holds of a text. The negations are made of what they deny.
fn compared(condition: &RuleCondition, of: &Text) -> Option<Cond> {
    let column = || Expr::col(of.column);
    let any = |one: &dyn Fn(&str) -> Cond| {
        condition.values.iter().fold(Cond::any(), |any, value| any.add(one(value)))
    };
    let equal = |value: &str| {
        if of.folded {
            return Cond::all().add(column().eq(normalize(value)));
        }
        let lower = Expr::expr(Func::lower(column()));
        Cond::any().add(column().eq(value.trim())).add(lower.eq(value.trim().to_lowercase()))
    };
    let like = |value: &str, before: &str, after: &str| {
        let value = if of.folded { normalize(value) } else { value.trim().to_lowercase() };
        let pattern = LikeExpr::new(format!("{before}{}{after}", like_escaped(&value))).escape('\\');
        let what = if of.folded { column() } else { Expr::expr(Func::lower(column())) };
        Cond::all().add(what.like(pattern))
    };
    Some(match condition.operator {
        Comparison::Equals | Comparison::In => any(&equal),
        Comparison::NotEquals | Comparison::NotIn => any(&equal).not(),
        Comparison::Contains => any(&|value| like(value, "%", "%")),
        Comparison::NotContains => any(&|value| like(value, "%", "%")).not(),
        Comparison::StartsWith => any(&|value| like(value, "", "%")),
        Comparison::EndsWith => any(&|value| like(value, "%", "")),
        Comparison::IsEmpty => Cond::all().add(column().eq("")),
        Comparison::IsNotEmpty => Cond::all().add(column().ne("")),
        Comparison::Before
        | Comparison::Since
        | Comparison::InLastDays
        | Comparison::OlderThanDays
        | Comparison::MemberOf
        | Comparison::NotMemberOf
        | Comparison::ReportsTo => return None,
    })
}

/// Who lacks a custom attribute has nothing in it.
fn custom(condition: &RuleCondition, name: &str) -> Option<Cond> {
    let (operator, denied) = match condition.operator {
        Comparison::NotEquals => (Comparison::Equals, true),
        Comparison::NotIn => (Comparison::In, true),
        Comparison::NotContains => (Comparison::Contains, true),
        Comparison::IsEmpty => (Comparison::IsNotEmpty, true),
        other => (other, false),
    };
    let value =
        compared(&RuleCondition { operator, ..condition.clone() }, &Text { column: "value", folded: false })?;
    let having = Query::select()
        .column("user_id")
        .from("user_custom")
        .and_where(Expr::col("name").eq(name))
        .cond_where(value)
        .take();
    let having = Cond::all().add(Expr::col("id").in_subquery(having));
    Some(if denied { having.not() } else { having })
}

fn choice(condition: &RuleCondition) -> Option<Cond> {
    let value = condition.values.first()?;
    let column = match condition.field.as_str() {
        "state" => Expr::col("state").eq(value.as_str()),
        other => Expr::col(Flag::parse(other)?.column()).eq(value == "true"),
    };
    let holds = Cond::all().add(column);
    match condition.operator {
        Comparison::Equals => Some(holds),
        Comparison::NotEquals => Some(holds.not()),
        _ => None,
    }
}

/// Days are those of UTC; counted ones are spans of 24 hours.
fn time(condition: &RuleCondition, now: Timestamp) -> Option<Cond> {
    let value = condition.values.first()?;
    let day = || Timestamp::of_day(value).map(Timestamp::as_micros);
    let ago = || Some(now.minus(DAY.saturating_mul(value.parse().ok()?)).as_micros());
    let column = Expr::col("created_at");
    Some(Cond::all().add(match condition.operator {
        Comparison::Before => column.lt(day()?),
        Comparison::Since => column.gte(day()?),
        Comparison::InLastDays => column.gte(ago()?),
        Comparison::OlderThanDays => column.lt(ago()?),
        _ => return None,
    }))
}

fn manager(condition: &RuleCondition) -> Option<Cond> {
    let column = || Expr::col("manager_id");
    let id = || condition.values.first()?.parse::<Id>().ok();
    // Of somebody without a manager a comparison would be unknown.
    let is = |id: Id| Cond::all().add(column().is_not_null()).add(column().eq(id.value()));
    Some(match condition.operator {
        Comparison::Equals => is(id()?),
        Comparison::NotEquals => Cond::any().add(column().is_null()).add(column().ne(id()?.value())),
        Comparison::IsEmpty => Cond::all().add(column().is_null()),
        Comparison::IsNotEmpty => Cond::all().add(column().is_not_null()),
        Comparison::ReportsTo => Cond::all().add(Expr::col("id").in_subquery(reporting_to(id()?))),
        _ => return None,
    })
}

/// All who report to somebody, themselves or through others; a circle of managers ends where it began.
fn reporting_to(manager: Id) -> SelectStatement {
    let direct = Query::select()
        .column("id")
        .from("users")
        .and_where(Expr::col("manager_id").eq(manager.value()))
        .take();
    let further = Query::select()
        .column(("users", "id"))
        .from("users")
        .inner_join(Chain::Table, Expr::col((Chain::Table, Chain::User)).equals(("users", "manager_id")))
        .take();
    let chain = CommonTableExpression::new()
        .query(direct.clone().union(UnionType::Distinct, further).take())
        .columns([Chain::User])
        .table_name(Chain::Table)
        .to_owned();
    let with = WithClause::new().recursive(true).cte(chain).to_owned();
    Query::select().column(Chain::User).from(Chain::Table).with_cte(with).take()
}

fn group(condition: &RuleCondition, now: Timestamp) -> Option<Cond> {
    let group = condition.values.first()?.parse::<Id>().ok()?;
    let inside = Cond::all().add(Expr::col("id").in_subquery(members_of(&[group], now)));
    match condition.operator {
        Comparison::MemberOf => Some(inside),
        Comparison::NotMemberOf => Some(inside.not()),
        _ => None,
    }
}
