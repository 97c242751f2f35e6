//! The groups that a bound client finds, some at a time.

use std::collections::HashMap;

use model::{Id, Timestamp};
use sea_query::{Alias, Expr, ExprTrait, Order as Sorted, Query, SelectStatement};

use super::asked::{Answered, always, instant, number};
use super::people::{collected, shown};
use super::visible::Standing;
use super::{Asked, Fact, LDAP_BATCH, Ldap};
use crate::bindings::groups_bound_to;
use crate::memberships::in_force;
use directory_core::authz::Actor;
use directory_core::error::Result;
use directory_core::normalize::{like_anywhere, normalize};
use directory_core::store::{Arg, Tx};

/// How many groups are read at once whose members are read, too.
const WITH_MEMBERS: u64 = 20;

/// Whether the members of groups are read, and the groups around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithMembers {
    Yes,
    No,
}

/// A group as LDAP shows it.
#[derive(Clone, Debug)]
pub struct LdapGroup {
    /// Grows from one to the next; a search goes on behind it.
    pub place: i64,
    pub id: Id,
    pub name: String,
    pub description: String,
    pub email: String,
    /// The name and the number of its group on Linux.
    pub linux: Option<(String, i64)>,
    /// Whether another group has the name that its group on Linux has.
    pub linux_name_taken: bool,
    /// The usernames of those who are in it now, at any depth, and who have an entry.
    pub members: Vec<String>,
    /// The groups that lie in it, at any depth.
    pub subgroups: Vec<String>,
    /// The groups that it lies in, at any depth.
    pub within: Vec<String>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Line {
    pk: i64,
    id: Id,
    name: String,
    ldap_name: String,
    description: String,
    email: String,
    linux_name: String,
    linux_gid: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    taken: i64,
}

const COLUMNS: [&str; 10] = [
    "pk",
    "id",
    "name",
    "ldap_name",
    "description",
    "email",
    "linux_name",
    "linux_gid",
    "created_at",
    "updated_at",
];

impl Ldap<'_> {
    /// The next groups behind a place, and whether there may be more behind them.
    ///
    /// # Errors
    /// `not_signed_in` once the client may not use LDAP any more; `forbidden` for a client that may not read groups.
    pub async fn groups(
        &self,
        actor: &Actor,
        asked: &Asked,
        after: i64,
        with: WithMembers,
    ) -> Result<(Vec<LdapGroup>, bool)> {
        let mut tx = self.context.db().read().await?;
        let standing = Standing::of(&mut tx, actor, self.context.env().now()).await?;
        standing.reads_all()?;
        let limit = if with == WithMembers::Yes { WITH_MEMBERS } else { LDAP_BATCH };
        let lines: Vec<Line> = tx.select(&selected(asked, after, limit, &standing)).await?;
        let more = lines.len() as u64 == limit;
        let ids: Vec<Id> = lines.iter().map(|line| line.id).collect();
        let (mut members, mut subgroups, mut within) = match with {
            WithMembers::No => Default::default(),
            WithMembers::Yes => (
                members(&mut tx, &ids, &standing).await?,
                nested(&mut tx, &ids, ("group_id", "inner_id"), &standing).await?,
                nested(&mut tx, &ids, ("inner_id", "group_id"), &standing).await?,
            ),
        };
        let groups = lines.into_iter().map(|line| LdapGroup {
            place: line.pk,
            id: line.id,
            name: shown(line.name, line.ldap_name),
            description: line.description,
            email: line.email,
            linux: (line.linux_gid != 0).then_some((line.linux_name, line.linux_gid)),
            linux_name_taken: line.taken != 0,
            members: members.remove(&line.id).unwrap_or_default(),
            subgroups: subgroups.remove(&line.id).unwrap_or_default(),
            within: within.remove(&line.id).unwrap_or_default(),
            created_at: line.created_at,
            changed_at: line.updated_at,
        });
        Ok((groups.collect(), more))
    }
}

fn selected(asked: &Asked, after: i64, limit: u64, standing: &Standing) -> SelectStatement {
    let answered = asked.answered(&|fact| group(fact, standing));
    let another = Query::select()
        .expr(Expr::col(("o", "id")).count())
        .from_as("user_groups", "o")
        .and_where(Expr::col(("o", "ldap_key")).equals(("user_groups", "linux_name")))
        .and_where(Expr::col(("o", "id")).not_equals(("user_groups", "id")))
        .take();
    Query::select()
        .columns(COLUMNS.map(|column| ("user_groups", column)))
        .expr_as(Expr::SubQuery(None, Box::new(another.into())), Alias::new("taken"))
        .from("user_groups")
        .and_where(Expr::col("id").in_subquery(groups_bound_to(standing.server.id)))
        .cond_where(answered.cond)
        .and_where(Expr::col("pk").gt(after))
        .order_by("pk", Sorted::Asc)
        .limit(limit)
        .take()
}

/// What the database knows of a group. A group may have two entries, so that little is known exactly.
fn group(fact: &Fact, standing: &Standing) -> Answered {
    match fact {
        Fact::Always(is) => Answered::exactly(always(*is)),
        Fact::Id(id) => Answered::roughly(Expr::col("id").eq(id.value())),
        Fact::Name(text) => {
            Answered::roughly(named(("user_groups", "ldap_key"), ("user_groups", "linux_name"), text))
        }
        Fact::Words(text) => Answered::roughly(
            Expr::col("search_text")
                .like(sea_query::LikeExpr::new(like_anywhere(&normalize(text))).escape('\\')),
        ),
        Fact::Gid(order, wanted) => number(Expr::col("linux_gid"), *order, *wanted),
        Fact::HasGid => Answered::roughly(Expr::col("linux_gid").ne(0)),
        Fact::Within(name) => {
            Answered::roughly(Expr::col("id").in_subquery(related(("inner_id", "group_id"), name)))
        }
        Fact::Subgroup(name) => {
            Answered::roughly(Expr::col("id").in_subquery(related(("group_id", "inner_id"), name)))
        }
        Fact::Member(username) => {
            let groups = Query::select()
                .column(("group_closure", "group_id"))
                .from("group_members")
                .inner_join(
                    "group_closure",
                    Expr::col(("group_closure", "inner_id")).equals(("group_members", "group_id")),
                )
                .inner_join("users", Expr::col(("users", "id")).equals(("group_members", "user_id")))
                .and_where(Expr::col(("users", "username_key")).eq(normalize(username)))
                .cond_where(in_force(standing.now))
                .take();
            Answered::roughly(Expr::col("id").in_subquery(groups))
        }
        Fact::Created(order, at) => instant("created_at", *order, *at),
        Fact::Changed(order, at) => instant("updated_at", *order, *at),
        Fact::Email(_)
        | Fact::EmployeeIdentifier(_)
        | Fact::Department(_)
        | Fact::JobTitle(_)
        | Fact::Location(_)
        | Fact::Uid(..)
        | Fact::HasUid
        | Fact::HasSshKeys => Answered::unknown(),
    }
}

type Column = (&'static str, &'static str);

fn named(ldap: Column, linux: Column, name: &str) -> Expr {
    let name = normalize(name);
    Expr::col(ldap).eq(name.as_str()).or(Expr::col(linux).eq(name.as_str()))
}

/// The ids in the first column of the closure, of rows whose other column is the group of this name.
fn related((wanted, other): (&'static str, &'static str), name: &str) -> SelectStatement {
    Query::select()
        .column(("group_closure", wanted))
        .from("group_closure")
        .inner_join("user_groups", Expr::col(("user_groups", "id")).equals(("group_closure", other)))
        .and_where(named(("user_groups", "ldap_key"), ("user_groups", "linux_name"), name))
        .take()
}

async fn members(tx: &mut Tx, groups: &[Id], standing: &Standing) -> Result<HashMap<Id, Vec<String>>> {
    let select = Query::select()
        .distinct()
        .column(("group_closure", "group_id"))
        .column(("users", "username"))
        .column(("users", "pk"))
        .from("group_closure")
        .inner_join(
            "group_members",
            Expr::col(("group_members", "group_id")).equals(("group_closure", "inner_id")),
        )
        .inner_join("users", Expr::col(("users", "id")).equals(("group_members", "user_id")))
        .and_where(Expr::col(("group_closure", "group_id")).is_in(groups.iter().map(|id| id.value())))
        .and_where(Expr::col(("group_members", "user_id")).in_subquery(standing.ids_of_people()))
        .cond_where(in_force(standing.now))
        .order_by(("users", "pk"), Sorted::Asc)
        .take();
    let rows: Vec<(Id, String, i64)> = tx.select(&select).await?;
    Ok(collected(rows.into_iter().map(|(group, username, _)| (group, username)).collect()))
}

/// The names of the groups in the second column of the closure, by those in the first.
async fn nested(
    tx: &mut Tx,
    groups: &[Id],
    (of, other): (&'static str, &'static str),
    standing: &Standing,
) -> Result<HashMap<Id, Vec<String>>> {
    let select = Query::select()
        .column(("group_closure", of))
        .column(("user_groups", "name"))
        .column(("user_groups", "ldap_name"))
        .from("group_closure")
        .inner_join("user_groups", Expr::col(("user_groups", "id")).equals(("group_closure", other)))
        .and_where(Expr::col(("group_closure", of)).is_in(groups.iter().map(|id| id.value())))
        .and_where(Expr::col(("group_closure", of)).not_equals(("group_closure", other)))
        .and_where(Expr::col(("user_groups", "id")).in_subquery(groups_bound_to(standing.server.id)))
        .order_by(("user_groups", "ldap_key"), Sorted::Asc)
        .take();
    let rows: Vec<(Id, String, String)> = tx.select(&select).await?;
    Ok(collected(rows.into_iter().map(|(of, name, ldap_name)| (of, shown(name, ldap_name))).collect()))
}
