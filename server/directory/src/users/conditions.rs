//! Conditions of programs on users, by the names that fields have in the API.

use model::list::FILTER_VALUES_MAX;
use model::user::{Compare, Condition, Flag, TextAttribute, UserState};
use model::{Id, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Func, Value};

use super::checks::{EMPLOYEE, EMPLOYEE_KEY};
use crate::lists::contains;
use directory_core::normalize::normalize;
use directory_core::store::Arg;

/// How nothing is written where there may be nothing.
const NOTHING: &str = "null";

/// What a field is compared as.
enum Field {
    /// Text; empty when it is not known.
    Text(&'static str),
    /// Text that nobody else has, and how it is written where it must not be there twice.
    Unique(&'static str, Key),
    /// True or false.
    Flag(Expr),
    /// A number, or nothing.
    Number(&'static str),
    /// An instant, or nothing.
    Time(&'static str),
    Id(&'static str),
    State,
}

/// How a text that is unique is kept for that.
struct Key {
    column: &'static str,
    of: fn(&str) -> String,
}

/// An address in the only way of writing it that is kept; what is none is nobody's.
fn email_key(text: &str) -> String {
    model::Email::parse(text).map_or_else(|_| text.to_lowercase(), String::from)
}

fn email(column: &'static str) -> Field {
    Field::Unique(column, Key { column, of: email_key })
}

fn field(name: &str, now: Timestamp) -> Option<Field> {
    if let Some(text) = TextAttribute::parse(name) {
        return Some(match text {
            TextAttribute::EmployeeIdentifier => {
                Field::Unique(text.column(), Key { column: EMPLOYEE_KEY, of: normalize })
            }
            text if text.is_email() => email(text.column()),
            text => Field::Text(text.column()),
        });
    }
    if let Some(flag) = Flag::parse(name) {
        return Some(Field::Flag(Expr::col(flag.column())));
    }
    let is = |state: UserState| Field::Flag(Expr::col("state").eq(state.as_str()));
    Some(match name {
        "_id" => Field::Id("id"),
        "username" => Field::Unique("username", Key { column: "username_key", of: str::to_ascii_lowercase }),
        "email" => email("email"),
        "state" => Field::State,
        "suspended" => is(UserState::Suspended),
        "activated" => Field::Flag(Expr::col("password_set_at").is_not_null()),
        "account_locked" => {
            let until = || Expr::col("locked_until");
            Field::Flag(until().is_not_null().and(until().gt(now.as_micros())))
        }
        "totp_enabled" => Field::Flag(Expr::col("totp_enrolled")),
        "unix_uid" => Field::Number("unix_uid"),
        "unix_guid" => Field::Number("unix_gid"),
        "manager" => Field::Id("manager_id"),
        "created" => Field::Time("created_at"),
        "password_date" => Field::Time("password_set_at"),
        _ => return None,
    })
}

/// A condition as the database judges it, or what is wrong with it.
pub(super) fn condition(of: &Condition, now: Timestamp) -> Result<Cond, String> {
    let name = &of.field;
    let known = field(name, now).ok_or_else(|| format!("There is no field “{name}” to filter by."))?;
    if of.values.is_empty() || of.values.len() > FILTER_VALUES_MAX {
        return Err(format!("The filter on “{name}” has from 1 to {FILTER_VALUES_MAX} values."));
    }
    if of.values.iter().any(|value| value.contains('\0')) {
        return Err(format!("The filter on “{name}” holds a character that is no text."));
    }
    let compared = match known {
        Field::Text(column) => return text(of, column),
        Field::Unique(column, key) => return unique(of, column, &key),
        Field::Flag(flag) => among(of, flag, values(of, "true or false", truth)?),
        Field::State => among(of, Expr::col("state"), values(of, "a state", state)?),
        Field::Number(column) => ordered(of, column, optional(of, "a number", number)?),
        Field::Time(column) => {
            ordered(of, column, optional(of, "an instant, as 2026-11-22T09:00:00Z", instant)?)
        }
        Field::Id(column) => ordered(of, column, optional(of, "an id", id)?),
    };
    compared.ok_or_else(|| format!("“{name}” cannot be compared that way."))
}

fn values(of: &Condition, kind: &str, read: fn(&str) -> Option<Value>) -> Result<Vec<Value>, String> {
    of.values.iter().map(|value| value_of(of, value, kind, read)).collect()
}

fn value_of(
    of: &Condition,
    value: &str,
    kind: &str,
    read: fn(&str) -> Option<Value>,
) -> Result<Value, String> {
    read(value).ok_or_else(|| format!("“{value}” at “{}” is not {kind}.{}", of.field, plus(value)))
}

/// The same where there may be nothing: that is `null`, as JSON shows it, or no value at all.
fn optional(
    of: &Condition,
    kind: &str,
    read: fn(&str) -> Option<Value>,
) -> Result<Vec<Option<Value>>, String> {
    let one = |value: &String| match value.as_str() {
        "" | NOTHING => Ok(None),
        value => value_of(of, value, kind, read).map(Some),
    };
    of.values.iter().map(one).collect()
}

/// What may have become of a plus sign.
fn plus(value: &str) -> &'static str {
    if value.contains(' ') { " In an address a + is a space: write %2B." } else { "" }
}

fn truth(text: &str) -> Option<Value> {
    text.parse::<bool>().ok().map(Value::from)
}

fn state(text: &str) -> Option<Value> {
    UserState::parse(text).map(|state| state.as_str().into())
}

fn number(text: &str) -> Option<Value> {
    text.parse::<i64>().ok().map(Value::from)
}

/// An instant; a date alone is its midnight in UTC.
fn instant(text: &str) -> Option<Value> {
    let midnight = || {
        let date = text.parse::<jiff::civil::Date>().ok()?;
        (text.len() == DATE.len()).then_some(())?;
        date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|at| at.timestamp())
    };
    let at = text.parse::<jiff::Timestamp>().ok().or_else(midnight)?;
    Some(at.as_microsecond().into())
}

const DATE: &str = "2026-11-22";

fn id(text: &str) -> Option<Value> {
    text.parse::<Id>().ok().map(Arg::value)
}

/// Any of the values, or none of them.
fn among(of: &Condition, what: Expr, values: Vec<Value>) -> Option<Cond> {
    match of.compare {
        Compare::Equal => Some(Cond::all().add(what.is_in(values))),
        Compare::Unequal => Some(Cond::all().add(what.is_not_in(values))),
        Compare::Less
        | Compare::LessOrEqual
        | Compare::Greater
        | Compare::GreaterOrEqual
        | Compare::Begins
        | Compare::Ends
        | Compare::Contains
        | Compare::Lacks
        | Compare::Mentions => None,
    }
}

/// The same, and what has an order; what is not there is before and after nothing.
fn ordered(of: &Condition, column: &'static str, asked: Vec<Option<Value>>) -> Option<Cond> {
    let what = || Expr::col(column);
    let (count, nothing) = (asked.len(), asked.contains(&None));
    let one =
        |values: Vec<Value>| <[Value; 1]>::try_from(values).ok().filter(|_| count == 1).map(|[value]| value);
    let values: Vec<Value> = asked.into_iter().flatten().collect();
    let compared = match of.compare {
        Compare::Equal => {
            let none = nothing.then(|| what().is_null());
            return Some(Cond::any().add(what().is_in(values)).add_option(none));
        }
        Compare::Unequal => {
            let others = Cond::all().add(what().is_not_null()).add(what().is_not_in(values));
            return Some(Cond::any().add(others).add_option((!nothing).then(|| what().is_null())));
        }
        Compare::Less => what().lt(one(values)?),
        Compare::LessOrEqual => what().lte(one(values)?),
        Compare::Greater => what().gt(one(values)?),
        Compare::GreaterOrEqual => what().gte(one(values)?),
        Compare::Begins | Compare::Ends | Compare::Contains | Compare::Lacks | Compare::Mentions => {
            return None;
        }
    };
    Some(Cond::all().add(compared))
}

/// Text by itself and by its parts. Neither engine's own way of matching patterns is used: one of them
/// takes upper and lower case for the same.
fn text(of: &Condition, column: &'static str) -> Result<Cond, String> {
    let what = || Expr::col(column);
    let parts = || of.values.iter();
    let whole = matches!(of.compare, Compare::Equal | Compare::Unequal);
    if !whole && of.values.iter().any(String::is_empty) {
        return Err(format!("The filter on “{}” needs a text to look for.", of.field));
    }
    Ok(match of.compare {
        Compare::Equal => Cond::all().add(what().is_in(of.values.clone())),
        Compare::Unequal => Cond::all().add(what().is_not_in(of.values.clone())),
        Compare::Begins => parts().fold(Cond::any(), |any, part| {
            any.add(Expr::expr(substring(what(), Expr::val(1_i32), length(part))).eq(part.as_str()))
        }),
        Compare::Ends => parts().fold(Cond::any(), |any, part| {
            let from = Expr::expr(Func::char_length(what())).sub(length(part)).add(1_i32);
            any.add(Expr::expr(substring(what(), from, length(part))).eq(part.as_str()))
        }),
        Compare::Contains => parts().fold(Cond::any(), |any, part| any.add(without(what(), part).ne(what()))),
        Compare::Lacks => parts().fold(Cond::all(), |all, part| all.add(without(what(), part).eq(what()))),
        Compare::Mentions => parts().fold(Cond::any(), |any, part| {
            let lower = || Expr::expr(Func::lower(what()));
            any.add(without(lower(), &part.to_lowercase()).ne(lower())).add(contains(column, part))
        }),
        Compare::Less | Compare::LessOrEqual | Compare::Greater | Compare::GreaterOrEqual => {
            return Err(format!("“{}” cannot be compared that way.", of.field));
        }
    })
}

/// The same of text that is unique: by itself it is compared as what is taken is, by its parts as it is written.
fn unique(of: &Condition, column: &'static str, key: &Key) -> Result<Cond, String> {
    let whole = matches!(of.compare, Compare::Equal | Compare::Unequal);
    if !whole {
        return text(of, column);
    }
    // None of them has a space, but for employee IDs.
    if let Some(odd) = of.values.iter().find(|value| column != EMPLOYEE && value.contains(' ')) {
        return Err(format!("Nobody has the {} “{odd}”.{}", of.field, plus(odd)));
    }
    let values = of.values.iter().map(|value| (key.of)(value)).collect();
    text(&Condition { values, ..of.clone() }, key.column)
}

/// `PostgreSQL` counts the characters of a text in 32 bits.
fn length(part: &str) -> i32 {
    i32::try_from(part.chars().count()).unwrap_or(i32::MAX)
}

fn substring(what: Expr, from: Expr, length: i32) -> sea_query::FunctionCall {
    Func::cust("substr").arg(what).arg(from).arg(Expr::val(length))
}

/// The text with every occurrence of a part taken out.
fn without(what: Expr, part: &str) -> Expr {
    Func::cust("replace").arg(what).arg(Expr::val(part)).arg(Expr::val("")).into()
}
