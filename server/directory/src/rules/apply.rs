//! Whom a rule finds, and bringing the members of its group to that.

use model::group::{CountedPeople, ExceptionKind, GroupRef, RuleBlock};
use model::user::Person;
use model::{Id, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement};

use super::condition::condition_of;
use crate::lists::count_all;
use crate::memberships::{in_force, put_in, take_out};
use directory_core::accounts::Named;
use directory_core::error::Result;
use directory_core::store::{Arg, Tx};
use directory_core::transaction::Change;

/// How many people one transaction puts in and takes out: few enough that sign-ins get their turn.
pub(super) const ROWS: u64 = 500;
/// How many are named where they are only counted.
const FIRST: u64 = 20;

/// Which users are looked at.
#[derive(Clone, Debug)]
pub(super) enum Scope {
    All,
    /// Those whom changes after this one touched.
    Since(i64),
    These(Vec<Id>),
}

impl Scope {
    fn condition(&self) -> Option<Expr> {
        match self {
            Self::All => None,
            Self::Since(seq) => Some(Expr::col("seq").gt(*seq)),
            Self::These(ids) => Some(Expr::col("id").is_in(ids.iter().map(|id| id.value()))),
        }
    }
}

/// Who is to be in a group: whom its rule finds and who is not excepted, and who is always in.
#[derive(Clone, Debug)]
pub(super) struct Effective {
    group: Id,
    members: Cond,
    now: Timestamp,
}

fn there() -> Expr {
    Expr::col("deleted_at").is_null()
}

impl Effective {
    pub(super) fn of(group: Id, rule: &RuleBlock, now: Timestamp) -> Result<Self> {
        let excepted = |kind: ExceptionKind| {
            Query::select()
                .column("user_id")
                .from("group_exceptions")
                .and_where(Expr::col("group_id").eq(group.value()))
                .and_where(Expr::col("kind").eq(kind.as_str()))
                .and_where(Expr::col("ends_at").gt(now.as_micros()))
                .take()
        };
        let found = Cond::all()
            .add(condition_of(rule, now)?)
            .add(Expr::col("id").not_in_subquery(excepted(ExceptionKind::Exclude)));
        let members =
            Cond::any().add(found).add(Expr::col("id").in_subquery(excepted(ExceptionKind::Include)));
        Ok(Self { group, members, now })
    }

    /// All who are to be in the group.
    pub(super) fn all(&self) -> Cond {
        Cond::all().add(there()).add(self.members.clone())
    }

    /// The memberships that hold. Where there is a rule all do; where there is none yet, some may begin later.
    fn own(&self) -> SelectStatement {
        Query::select()
            .column("user_id")
            .from("group_members")
            .and_where(Expr::col("group_id").eq(self.group.value()))
            .cond_where(in_force(self.now))
            .take()
    }

    /// Those who are in it.
    pub(super) fn present(&self) -> Cond {
        Cond::all().add(there()).add(Expr::col("id").in_subquery(self.own()))
    }

    /// Those who are to be in it and are not.
    pub(super) fn joining(&self, scope: Option<&Scope>) -> Cond {
        self.all()
            .add(Expr::col("id").not_in_subquery(self.own()))
            .add_option(scope.and_then(Scope::condition))
    }

    /// Those who are in it and are not to be.
    pub(super) fn leaving(&self, scope: Option<&Scope>) -> Cond {
        self.present().add(self.members.clone().not()).add_option(scope.and_then(Scope::condition))
    }

    /// How many they are, and the first of them by name.
    pub(super) async fn counted(&self, tx: &mut Tx, of: Cond) -> Result<CountedPeople> {
        let first = people(tx, of.clone(), FIRST).await?;
        let count = if (first.len() as u64) < FIRST {
            first.len() as u64
        } else {
            count_all(tx, "users", of).await?
        };
        Ok(CountedPeople { count, first })
    }

    /// Whether anybody is to come in or to leave.
    pub(super) async fn differs(&self, tx: &mut Tx, scope: &Scope) -> Result<bool> {
        for of in [self.leaving(Some(scope)), self.joining(Some(scope))] {
            let any = Query::select().column("id").from("users").cond_where(of).limit(1).take();
            let found: Vec<(Id,)> = tx.select(&any).await?;
            if !found.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How many are in it, and how many of them are to leave.
    pub(super) async fn shares(&self, tx: &mut Tx, scope: &Scope) -> Result<(u64, u64)> {
        let leaving = count_all(tx, "users", self.leaving(Some(scope))).await?;
        Ok((count_all(tx, "users", self.present()).await?, leaving))
    }

    /// Takes out and puts in at most [`ROWS`] people; says how many.
    pub(super) async fn step(
        &self,
        change: &mut Change,
        group: &GroupRef,
        scope: &Scope,
        words: &str,
    ) -> Result<u64> {
        let leaving = people(change.tx(), self.leaving(Some(scope)), ROWS).await?;
        if !leaving.is_empty() {
            let told = format!("as its rule says: {words}");
            take_out(change, group, &leaving, &told).await?;
        }
        let room = ROWS.saturating_sub(leaving.len() as u64);
        if room == 0 {
            return Ok(ROWS);
        }
        let joining = people(change.tx(), self.joining(Some(scope)), room).await?;
        if !joining.is_empty() {
            let told = format!("as its rule says: {words}");
            put_in(change, group, &joining, &told).await?;
        }
        Ok((leaving.len() + joining.len()) as u64)
    }
}

/// The first of those people by name.
async fn people(tx: &mut Tx, of: Cond, limit: u64) -> Result<Vec<Person>> {
    let select = Query::select()
        .columns(["id", "username", "first_name", "last_name", "display_name"])
        .from("users")
        .cond_where(of)
        .order_by("name_key", Order::Asc)
        .order_by("pk", Order::Asc)
        .limit(limit)
        .take();
    let named: Vec<Named> = tx.select(&select).await?;
    Ok(named.into_iter().map(Named::into_person).collect())
}
