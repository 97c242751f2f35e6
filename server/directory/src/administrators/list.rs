//! The list of administrators.

use std::collections::HashMap;

use model::administrator::{ADMINISTRATORS, AdministratorRow, AdministratorStatus};
use model::api_key::{ApiAccess, ApiKey};
use model::list::ListSpec;
use model::{Filter, Id, ListQuery, Operation, Page, Principal, Problem, Test, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Func, Query};

use super::{Administrators, status};
use crate::lists::{self, Listed, SearchStrategy, SortKey, cannot, flag_of, text_filter, time_filter};
use crate::lockout::locked_until;
use crate::roles;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Engine, Tx, optional_timestamp};

struct List;

impl Listed for List {
    const SPEC: &'static ListSpec = &ADMINISTRATORS;
    const TABLE: &'static str = "administrator_accounts";

    fn base() -> Cond {
        Cond::all()
    }

    fn sort_key(column: &str, now: Timestamp) -> Option<SortKey> {
        Some(match column {
            "name" => SortKey::text("name_key"),
            "role" => SortKey::typed("role"),
            "mfa" => SortKey::rank(by_factors()),
            "api_access" => SortKey::rank(by_access(now)),
            "api_key" => by_key(),
            "last_login" => SortKey::number("last_login_at"),
            "status" => SortKey::rank(by_status(now)),
            _ => return None,
        })
    }

    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            "role" => text_filter(filter, "role", None),
            "mfa" => flag_of(filter, Expr::col("totp_enrolled").or(Expr::col("passkey_enrolled"))),
            "api_access" => access_filter(filter, now),
            "last_login" => time_filter(filter, "last_login_at", now),
            "status" => status_filter(filter, now),
            other => Err(format!("There is no column “{other}” to filter by.")),
        }
    }

    /// There are few administrators: reading their folded text is enough.
    fn search(words: &[String], _way: SearchStrategy, _engine: Engine) -> Expr {
        let all = words.iter().map(|word| lists::holds("search_text", word)).reduce(ExprTrait::and);
        all.unwrap_or_else(|| Expr::val(true))
    }
}

/// None, a passkey, an authenticator app, both.
fn by_factors() -> Expr {
    let (totp, passkey) = (Expr::col("totp_enrolled"), Expr::col("passkey_enrolled"));
    let both = totp.clone().and(passkey.clone());
    Expr::case(both, 3_i64).case(totp, 2_i64).case(passkey, 1_i64).finally(0_i64).into()
}

/// When the key was made, that of whoever may use none left out.
fn by_key() -> SortKey {
    let rows = Query::select()
        .expr_as(Expr::col("administrator_id"), "key_of")
        .expr_as(Expr::col("created_at"), "key_made")
        .from("api_keys")
        .take();
    let made = Func::coalesce([Expr::col("key_made"), Expr::val(0_i64)]);
    let made = Expr::case(Expr::col("api_access"), made).finally(0_i64);
    SortKey::rank(made.into()).beside(rows, "key_of", "id")
}

/// None, allowed, a key that has expired, one that has not: as [`ApiAccess`] orders them.
fn by_access(now: Timestamp) -> Expr {
    let own = Expr::col(("api_keys", "administrator_id")).equals(("administrator_accounts", "id"));
    let key = Query::select().expr(Expr::val(1)).from("api_keys").and_where(own).take();
    let live = key.clone().cond_where(live(now)).take();
    let access = |access: ApiAccess| access as i64;
    Expr::case(Expr::col("api_access").eq(false), access(ApiAccess::No))
        .case(Expr::exists(live), access(ApiAccess::Key))
        .case(Expr::exists(key), access(ApiAccess::Expired))
        .finally(access(ApiAccess::Allowed))
        .into()
}

/// Keys that have not expired.
fn live(now: Timestamp) -> Cond {
    let expires = || Expr::col(("api_keys", "expires_at"));
    Cond::any().add(expires().is_null()).add(expires().gt(now.as_micros()))
}

/// A role goes by its name in an address; one that has another name by now would match nobody, without
/// a word.
async fn refuse_unknown_roles(tx: &mut Tx, query: &ListQuery) -> Result<()> {
    let by_name = |filter: &&Filter| filter.column == "role" && matches!(filter.test, Test::Is | Test::IsNot);
    let asked: Vec<&String> =
        query.filters.iter().filter(by_name).flat_map(|filter| &filter.values).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let known = roles::names(tx).await?;
    match asked.into_iter().find(|role| !known.contains(role)) {
        Some(role) => {
            let why = format!("There is no role “{role}”. It may have another name by now.");
            Err(Problem::at("filter", why).into())
        }
        None => Ok(()),
    }
}

fn access_filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
    let ranks = ranks(filter, |value| ApiAccess::parse(value).map(|access| access as i64))?;
    among(filter, by_access(now), ranks)
}

fn status_filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
    let ranks = ranks(filter, |value| AdministratorStatus::parse(value).map(rank))?;
    among(filter, by_status(now), ranks)
}

/// The places of the values that are asked for in the order of all.
fn ranks(filter: &Filter, of: impl Fn(&str) -> Option<i64>) -> Result<Vec<i64>, String> {
    let column = filter.column.replace('_', " ");
    let rank = |value: &String| of(value).ok_or_else(|| format!("“{value}” is no {column}."));
    filter.values.iter().map(rank).collect()
}

fn among(filter: &Filter, column: Expr, ranks: Vec<i64>) -> Result<Cond, String> {
    match filter.test {
        Test::Is => Ok(Cond::all().add(column.is_in(ranks))),
        Test::IsNot => Ok(Cond::all().add(column.is_not_in(ranks))),
        Test::Contains | Test::Before | Test::After => Err(cannot(filter)),
    }
}

#[derive(sqlx::FromRow)]
struct Key {
    administrator_id: Id,
    hint: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Timestamp,
}

/// The administrators' keys, expired or not.
async fn keys(tx: &mut Tx, lines: &[Line]) -> Result<HashMap<Id, ApiKey>> {
    let select = Query::select()
        .columns(["administrator_id", "hint", "created_at", "expires_at", "last_used_at"])
        .from("api_keys")
        .and_where(Expr::col("administrator_id").is_in(lines.iter().map(|line| line.id.value())))
        .take();
    let by_owner = |key: Key| {
        let Key { administrator_id, hint, created_at, expires_at, last_used_at } = key;
        (
            administrator_id,
            ApiKey { hint, created_at, expires_at, last_used_at: optional_timestamp(last_used_at) },
        )
    };
    Ok(tx.select(&select).await?.into_iter().map(by_owner).collect())
}

/// In the order of an account's life: Invited, Active, Locked, Suspended; as [`status`] judges it.
fn by_status(now: Timestamp) -> Expr {
    let lock = Query::select()
        .expr(Expr::val(1))
        .from("attempts")
        .and_where(Expr::col("subject").eq(Expr::cust("'administrator:' || administrator_accounts.email")))
        .and_where(Expr::col("locked_until").gt(now.as_micros()))
        .take();
    // Who was made from a user is locked with that user.
    let with_user = Expr::col(("administrator_accounts", "locked_until")).gt(now.as_micros());
    Expr::case(Expr::col("active").eq(false), rank(AdministratorStatus::Suspended))
        .case(Expr::col("password_set_at").is_null(), rank(AdministratorStatus::Invited))
        .case(Expr::exists(lock).or(with_user), rank(AdministratorStatus::Locked))
        .finally(rank(AdministratorStatus::Active))
        .into()
}

fn rank(status: AdministratorStatus) -> i64 {
    AdministratorStatus::ALL.iter().zip(0..).find(|(one, _)| **one == status).map_or(0, |(_, place)| place)
}

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
struct Line {
    id: Id,
    user_id: Option<Id>,
    first_name: String,
    last_name: String,
    email: String,
    role: String,
    active: bool,
    api_access: bool,
    password_set_at: Option<Timestamp>,
    locked_until: Option<Timestamp>,
    totp_enrolled: bool,
    passkey_enrolled: bool,
    last_login_at: Timestamp,
}

const COLUMNS: &[&str] = &[
    "id",
    "user_id",
    "first_name",
    "last_name",
    "email",
    "role",
    "active",
    "api_access",
    "password_set_at",
    "locked_until",
    "totp_enrolled",
    "passkey_enrolled",
    "last_login_at",
];

impl Administrators<'_> {
    /// A page of the list of administrators.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter or order that the list does not have.
    pub async fn list(&self, actor: &Actor, query: &ListQuery) -> Result<Page<AdministratorRow>> {
        permit(actor, Operation::ListAdministrators)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        refuse_unknown_roles(&mut tx, query).await?;
        let found = lists::page::<List, Line>(&mut tx, query, now, COLUMNS).await?;
        let mut keys = keys(&mut tx, &found.rows).await?;
        let mut rows = Vec::with_capacity(found.rows.len());
        for line in found.rows {
            let noted = locked_until(&mut tx, Principal::Administrator, &line.email, now).await?;
            let locked_until = line.locked_until.filter(|until| *until > now).max(noted);
            let api_key = keys.remove(&line.id).filter(|_| line.api_access);
            rows.push(AdministratorRow {
                status: status(line.active, line.password_set_at, locked_until),
                id: line.id,
                first_name: line.first_name,
                last_name: line.last_name,
                email: line.email,
                role: line.role,
                from_user: line.user_id.is_some(),
                totp_enrolled: line.totp_enrolled,
                passkey_enrolled: line.passkey_enrolled,
                api_access: match &api_key {
                    _ if !line.api_access => ApiAccess::No,
                    None => ApiAccess::Allowed,
                    Some(key) if key.has_expired(now) => ApiAccess::Expired,
                    Some(_) => ApiAccess::Key,
                },
                api_key,
                last_login_at: optional_timestamp(line.last_login_at),
                locked_until,
            });
        }
        let columns = ADMINISTRATORS.columns.iter().filter(|column| !column.fixed);
        Ok(Page {
            rows,
            columns: columns.map(|column| column.key.to_owned()).collect(),
            first: found.first,
            after: found.after,
            before: found.before,
            total: found.total,
        })
    }
}
