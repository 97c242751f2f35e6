//! What a client asks of entries, as far as the database can answer. The condition that comes of it lets through every
//! row that the client's filter could match, and perhaps more: the protocol checks each entry again.

use model::{Id, Timestamp};
use sea_query::{Cond, Expr, ExprTrait};

/// A question about people or groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    All(Vec<Asked>),
    Any(Vec<Asked>),
    Not(Box<Asked>),
    Is(Fact),
    /// The database cannot say.
    Unknown,
}

/// How a number or an instant is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Equal,
    AtLeast,
    AtMost,
}

/// Something that the database knows of an entry. Texts are as they were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Always(bool),
    Id(Id),
    /// A person's username, or the name of a group in LDAP or on Linux.
    Name(String),
    Email(String),
    /// Somewhere in the names, the username, the email address or the employee ID of a person, or in the name of a group.
    Words(String),
    EmployeeIdentifier(String),
    Department(String),
    JobTitle(String),
    Location(String),
    Uid(Order, i64),
    Gid(Order, i64),
    HasUid,
    HasGid,
    HasSshKeys,
    /// Lies in the group of this name, at any depth.
    Within(String),
    /// The person of this username is in it, at any depth.
    Member(String),
    /// The group of this name lies in it, at any depth.
    Subgroup(String),
    Created(Order, Timestamp),
    Changed(Order, Timestamp),
}

/// A condition, and whether it says neither more nor less than was asked.
pub(super) struct Answered {
    pub cond: Cond,
    exact: bool,
}

impl Answered {
    pub(super) fn exactly(cond: impl Into<Expr>) -> Self {
        Self { cond: Cond::all().add(cond.into()), exact: true }
    }

    /// At least these rows.
    pub(super) fn roughly(cond: impl Into<Expr>) -> Self {
        Self { exact: false, ..Self::exactly(cond) }
    }

    pub(super) fn unknown() -> Self {
        Self::roughly(always(true))
    }
}

pub(super) fn always(is: bool) -> Expr {
    Expr::val(1).eq(i32::from(is))
}

impl Asked {
    pub(super) fn answered(&self, fact: &impl Fn(&Fact) -> Answered) -> Answered {
        match self {
            Self::All(parts) => joined(parts, fact, Cond::all().add(always(true))),
            Self::Any(parts) => joined(parts, fact, Cond::any().add(always(false))),
            Self::Not(part) => {
                let Answered { cond, exact } = part.answered(fact);
                if exact { Answered { cond: cond.not(), exact } } else { Answered::unknown() }
            }
            Self::Is(Fact::Always(is)) => Answered::exactly(always(*is)),
            Self::Is(one) => fact(one),
            Self::Unknown => Answered::unknown(),
        }
    }
}

fn joined(parts: &[Asked], fact: &impl Fn(&Fact) -> Answered, none: Cond) -> Answered {
    let all = Answered { cond: none, exact: true };
    parts.iter().fold(all, |all, part| {
        let Answered { cond, exact } = part.answered(fact);
        Answered { cond: all.cond.add(cond), exact: all.exact && exact }
    })
}

/// A number that may be missing.
pub(super) fn number(column: Expr, order: Order, number: i64) -> Answered {
    Answered::roughly(match order {
        Order::Equal => column.eq(number),
        Order::AtLeast => column.gte(number),
        Order::AtMost => column.lte(number),
    })
}

/// An instant, of which entries show whole seconds.
pub(super) fn instant(column: &'static str, order: Order, at: Timestamp) -> Answered {
    let (from, to) = (at.as_micros(), at.as_micros().saturating_add(1_000_000));
    let column = Expr::col(column);
    Answered::exactly(match order {
        Order::Equal => column.clone().gte(from).and(column.lt(to)),
        Order::AtLeast => column.gte(from),
        Order::AtMost => column.lt(to),
    })
}

#[cfg(test)]
mod tests {
    use sea_query::{Query, SqliteQueryBuilder};

    use super::*;

    fn text(asked: &Asked) -> String {
        let fact = |fact: &Fact| match fact {
            Fact::Name(name) => Answered::exactly(Expr::col("name").eq(name.as_str())),
            Fact::Words(_) => Answered::roughly(Expr::col("words").is_not_null()),
            _ => Answered::unknown(),
        };
        let answered = asked.answered(&fact);
        Query::select().column("pk").from("t").cond_where(answered.cond).to_string(SqliteQueryBuilder)
    }

    #[test]
    fn what_is_not_known_exactly_is_never_left_out_by_its_opposite() {
        let name = Asked::Is(Fact::Name("a".into()));
        let words = Asked::Is(Fact::Words("a".into()));
        assert!(text(&Asked::Not(Box::new(name.clone()))).contains("NOT"));
        assert!(!text(&Asked::Not(Box::new(words.clone()))).contains("NOT"));
        let both = Asked::All(vec![name, words]);
        assert!(!text(&Asked::Not(Box::new(both))).contains("NOT"));
        assert!(text(&Asked::Any(vec![])).contains("1 = 0") && text(&Asked::All(vec![])).contains("1 = 1"));
    }
}
