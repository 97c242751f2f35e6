//! The people that a bound client finds, some at a time.

use std::collections::HashMap;

use model::user::UserForm;
use model::{Id, Timestamp};
use sea_query::{Asterisk, Expr, ExprTrait, Func, Order as Sorted, Query};

use super::asked::{Answered, always, instant, number};
use super::visible::Standing;
use super::{Asked, Fact, LDAP_BATCH, Ldap};
use crate::bindings::groups_bound_to;
use crate::lists::{Listed, SearchStrategy, words};
use crate::memberships::in_force;
use crate::users::{Record, UserList, forms_of};
use directory_core::authz::Actor;
use directory_core::error::Result;
use directory_core::normalize::normalize;
use directory_core::store::{Arg, Engine, Tx};

/// What is read of each, besides what stands in its row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of its own")]
pub struct With {
    /// Addresses, phones and custom attributes.
    pub details: bool,
    pub ssh_keys: bool,
    pub groups: bool,
    pub manager: bool,
}

/// A person as LDAP shows them.
#[derive(Clone, Debug)]
pub struct LdapPerson {
    /// Grows from one to the next; a search goes on behind it.
    pub place: i64,
    pub id: Id,
    pub name: String,
    pub form: UserForm,
    pub ssh_keys: Vec<String>,
    /// The names of the groups that they are in now, at any depth.
    pub groups: Vec<String>,
    /// The manager's username, if they have an entry.
    pub manager: Option<String>,
    /// Locked, or with an expired password: the entry is there, and no bind succeeds.
    pub disabled: bool,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Line {
    pk: i64,
    #[sqlx(flatten)]
    record: Record,
}

impl Ldap<'_> {
    /// The next people behind a place, [`LDAP_BATCH`] at most; none are left where there are fewer.
    ///
    /// # Errors
    /// `not_signed_in` once the client may not use LDAP any more.
    pub async fn people(
        &self,
        actor: &Actor,
        asked: &Asked,
        after: i64,
        with: With,
    ) -> Result<Vec<LdapPerson>> {
        let mut tx = self.context.db().read().await?;
        let standing = Standing::of(&mut tx, actor, self.context.env().now()).await?;
        let engine = tx.engine();
        let answered = asked.answered(&|fact| person(fact, &standing, engine));
        let select = Query::select()
            .column(Asterisk)
            .from("users")
            .cond_where(standing.people())
            .cond_where(answered.cond)
            .and_where(Expr::col("pk").gt(after))
            .order_by("pk", Sorted::Asc)
            .limit(LDAP_BATCH)
            .take();
        let lines: Vec<Line> = tx.select(&select).await?;
        let (places, records): (Vec<i64>, Vec<Record>) =
            lines.into_iter().map(|line| (line.pk, line.record)).unzip();
        let forms = if with.details {
            forms_of(&mut tx, &records).await?
        } else {
            records.iter().map(Record::form).collect()
        };
        let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
        let mut keys = if with.ssh_keys { keys(&mut tx, &ids).await? } else { HashMap::new() };
        let mut groups = if with.groups { groups(&mut tx, &ids, &standing).await? } else { HashMap::new() };
        let managers =
            if with.manager { managers(&mut tx, &records, &standing).await? } else { HashMap::new() };
        let people = places.into_iter().zip(records).zip(forms).map(|((place, record), form)| LdapPerson {
            place,
            id: record.id,
            name: record.name(),
            form,
            ssh_keys: keys.remove(&record.id).unwrap_or_default(),
            groups: groups.remove(&record.id).unwrap_or_default(),
            manager: record.manager_id.and_then(|id| managers.get(&id)).cloned(),
            disabled: is_disabled(&record, standing.now),
            created_at: record.created_at,
            changed_at: record.changed_at,
        });
        Ok(people.collect())
    }
}

fn is_disabled(record: &Record, now: Timestamp) -> bool {
    let password = record.password();
    password.locked_until.is_some_and(|until| until > now)
        || password.must_change
        || password.expires_at.is_some_and(|at| at <= now)
}

/// What the database knows of a person.
fn person(fact: &Fact, standing: &Standing, engine: Engine) -> Answered {
    let key = |column: &'static str, text: &str| Answered::exactly(Expr::col(column).eq(normalize(text)));
    match fact {
        Fact::Always(is) => Answered::exactly(always(*is)),
        Fact::Id(id) => Answered::exactly(Expr::col("id").eq(id.value())),
        Fact::Name(text) => key("username_key", text),
        Fact::Email(text) => Answered::exactly(Expr::col("email").eq(text.trim().to_lowercase())),
        Fact::EmployeeIdentifier(text) => key("employee_identifier_key", text),
        Fact::Department(text) => key("department_key", text),
        Fact::JobTitle(text) => key("job_title_key", text),
        Fact::Location(text) => key("location_key", text),
        Fact::Words(text) => match words(text).as_slice() {
            [] => Answered::unknown(),
            some => Answered::roughly(UserList::search(some, SearchStrategy::Index, engine)),
        },
        Fact::Uid(order, wanted) => number(Expr::col("unix_uid"), *order, *wanted),
        Fact::Gid(order, wanted) => {
            let gid = Func::coalesce([Expr::col("unix_gid"), Expr::col("unix_uid")]);
            number(gid.into(), *order, *wanted)
        }
        Fact::HasUid => Answered::exactly(Expr::col("unix_uid").is_not_null()),
        Fact::HasSshKeys => {
            let owners = Query::select().column("user_id").from("ssh_keys").take();
            Answered::exactly(Expr::col("id").in_subquery(owners))
        }
        Fact::Within(name) => {
            let name = normalize(name);
            let members = Query::select()
                .column(("group_members", "user_id"))
                .from("group_members")
                .inner_join(
                    "group_closure",
                    Expr::col(("group_closure", "inner_id")).equals(("group_members", "group_id")),
                )
                .inner_join(
                    "user_groups",
                    Expr::col(("user_groups", "id")).equals(("group_closure", "group_id")),
                )
                .and_where(
                    Expr::col(("user_groups", "ldap_key")).eq(name.as_str()).or(Expr::col((
                        "user_groups",
                        "linux_name",
                    ))
                    .eq(name.as_str())),
                )
                .and_where(Expr::col(("user_groups", "id")).in_subquery(groups_bound_to(standing.server.id)))
                .cond_where(in_force(standing.now))
                .take();
            Answered::exactly(Expr::col("id").in_subquery(members))
        }
        Fact::Created(order, at) => instant("created_at", *order, *at),
        Fact::Changed(order, at) => instant("changed_at", *order, *at),
        Fact::HasGid | Fact::Member(_) | Fact::Subgroup(_) => Answered::unknown(),
    }
}

async fn keys(tx: &mut Tx, people: &[Id]) -> Result<HashMap<Id, Vec<String>>> {
    let select = Query::select()
        .columns(["user_id", "public_key"])
        .from("ssh_keys")
        .and_where(Expr::col("user_id").is_in(people.iter().map(|id| id.value())))
        .order_by("created_at", Sorted::Asc)
        .take();
    Ok(collected(tx.select(&select).await?))
}

async fn groups(tx: &mut Tx, people: &[Id], standing: &Standing) -> Result<HashMap<Id, Vec<String>>> {
    let select = Query::select()
        .distinct()
        .column(("group_members", "user_id"))
        .column(("user_groups", "name"))
        .column(("user_groups", "ldap_name"))
        .column(("user_groups", "ldap_key"))
        .from("group_members")
        .inner_join(
            "group_closure",
            Expr::col(("group_closure", "inner_id")).equals(("group_members", "group_id")),
        )
        .inner_join("user_groups", Expr::col(("user_groups", "id")).equals(("group_closure", "group_id")))
        .and_where(Expr::col(("group_members", "user_id")).is_in(people.iter().map(|id| id.value())))
        .and_where(Expr::col(("user_groups", "id")).in_subquery(groups_bound_to(standing.server.id)))
        .cond_where(in_force(standing.now))
        .order_by(("user_groups", "ldap_key"), Sorted::Asc)
        .take();
    let rows: Vec<(Id, String, String, String)> = tx.select(&select).await?;
    Ok(collected(rows.into_iter().map(|(id, name, ldap_name, _)| (id, shown(name, ldap_name))).collect()))
}

/// The name of a group in LDAP.
pub(super) fn shown(name: String, ldap_name: String) -> String {
    if ldap_name.is_empty() { name } else { ldap_name }
}

async fn managers(tx: &mut Tx, records: &[Record], standing: &Standing) -> Result<HashMap<Id, String>> {
    let wanted = records.iter().filter_map(|record| record.manager_id).map(Arg::value);
    let select = Query::select()
        .columns(["id", "username"])
        .from("users")
        .cond_where(standing.people())
        .and_where(Expr::col("id").is_in(wanted))
        .take();
    let rows: Vec<(Id, String)> = tx.select(&select).await?;
    Ok(rows.into_iter().collect())
}

pub(super) fn collected(rows: Vec<(Id, String)>) -> HashMap<Id, Vec<String>> {
    let mut found: HashMap<Id, Vec<String>> = HashMap::new();
    for (id, text) in rows {
        found.entry(id).or_default().push(text);
    }
    found
}
