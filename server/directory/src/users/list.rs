//! The list of users.

use std::collections::{HashMap, HashSet};

use model::list::{CUSTOM, ListSpec};
use model::user::{
    Cell, Flag, PasswordStatus, SELECTION_MAX, Selection, TextAttribute, USERS, UserRow, UserState,
};
use model::{Filter, Id, ListQuery, Operation, Page, Problem, Test, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Query, Value};

use super::group_filter::{GROUP, check_filters, group_filter};
use super::password_status::password_condition;
use super::sort::{normalized_column, sort_key};
use super::{Record, Users, attributes};
use crate::lists::{self, Listed, SearchStrategy, SortKey, cannot, flag_filter, text_filter, time_filter};
use crate::preferences::Preferences;
use directory_core::accounts::Named;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Engine, Tx, optional_timestamp};

pub(crate) struct List;

impl List {
    /// What a line of the list reads; more than is shown, because it is one page.
    pub(crate) const COLUMNS: &[&str] = COLUMNS;
}

impl Listed for List {
    const SPEC: &'static ListSpec = &USERS;
    const TABLE: &'static str = "users";

    fn base() -> Cond {
        Cond::all().add(Expr::col("deleted_at").is_null())
    }

    fn sort_key(column: &str, now: Timestamp) -> Option<SortKey> {
        sort_key(column, now)
    }

    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            "state" => state_filter(filter),
            "password_status" => password_filter(filter, now),
            "username" => text_filter(filter, "username", Some("username_key")),
            "email" => text_filter(filter, "email", None),
            "name" => text_filter(filter, "name_key", Some("name_key")),
            "created_by" => text_filter(filter, "created_by", None),
            "manager" => manager_filter(filter),
            GROUP => group_filter(filter, now),
            "mfa_enrolled" => flag_filter(filter, "mfa_enrolled"),
            "created" => time_filter(filter, "created_at", now),
            "last_login" => time_filter(filter, "last_login_at", now),
            "activates" => time_filter(filter, "activates_at", now),
            "suspends" => time_filter(filter, "suspends_at", now),
            "password_set" => time_filter(filter, "password_set_at", now),
            "password_expires" => time_filter(filter, "password_expires_at", now),
            other => attribute_filter(filter, other),
        }
    }

    fn search(words: &[String], way: SearchStrategy, engine: Engine) -> Expr {
        // The trigram index of SQLite knows words of three characters and more, and no escapes.
        let indexed = |word: &String| !word.contains(['%', '_', '\\']) && word.chars().count() >= 3;
        let mut hits = Query::select();
        if way == SearchStrategy::Index && engine == Engine::Sqlite && words.iter().all(indexed) {
            hits.column("rowid").from("user_search_trigrams");
            for word in words {
                hits.and_where(Expr::col("search_text").like(format!("%{word}%")));
            }
            return Expr::col("pk").in_subquery(hits);
        }
        hits.column("pk").from("user_search");
        for word in words {
            hits.and_where(lists::holds("search_text", word));
        }
        if way == SearchStrategy::Scan {
            hits.and_where(Expr::col(("user_search", "pk")).equals(("users", "pk")));
            return Expr::exists(hits);
        }
        Expr::col("pk").in_subquery(hits)
    }
}

/// By an attribute, a setting that is on or off, or a custom attribute.
fn attribute_filter(filter: &Filter, column: &str) -> Result<Cond, String> {
    if let Some(attribute) = TextAttribute::of_column(column) {
        return text_filter(filter, attribute.column(), normalized_column(attribute));
    }
    if let Some(flag) = Flag::of_column(column) {
        return flag_filter(filter, flag.column());
    }
    match column.strip_prefix(CUSTOM) {
        Some(name) => custom_filter(filter, name),
        None => Err(format!("There is no column “{column}” to filter by.")),
    }
}

fn state_filter(filter: &Filter) -> Result<Cond, String> {
    let mut states = Vec::new();
    for value in &filter.values {
        let state = UserState::parse(value).ok_or_else(|| format!("“{value}” is not a state."))?;
        states.push(state.as_str());
    }
    match filter.test {
        Test::Is => Ok(Cond::all().add(Expr::col("state").is_in(states))),
        Test::IsNot => Ok(Cond::all().add(Expr::col("state").is_not_in(states))),
        Test::Contains | Test::Before | Test::After => Err(cannot(filter)),
    }
}

fn password_filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
    let mut any = Cond::any();
    for value in &filter.values {
        any = any.add(
            password_condition(value, now).ok_or_else(|| format!("“{value}” is not a password status."))?,
        );
    }
    match filter.test {
        Test::Is => Ok(any),
        Test::IsNot => Ok(any.not()),
        Test::Contains | Test::Before | Test::After => Err(cannot(filter)),
    }
}

fn manager_filter(filter: &Filter) -> Result<Cond, String> {
    let mut managers = Vec::new();
    for value in &filter.values {
        managers.push(value.parse::<Id>().map_err(|error| error.to_string())?.value());
    }
    match filter.test {
        Test::Is => Ok(Cond::all().add(Expr::col("manager_id").is_in(managers))),
        Test::IsNot => Ok(Cond::any()
            .add(Expr::col("manager_id").is_null())
            .add(Expr::col("manager_id").is_not_in(managers))),
        Test::Contains | Test::Before | Test::After => Err(cannot(filter)),
    }
}

fn custom_filter(filter: &Filter, name: &str) -> Result<Cond, String> {
    let mut having =
        Query::select().column("user_id").from("user_custom").and_where(Expr::col("name").eq(name)).take();
    match filter.test {
        Test::Is | Test::IsNot => {
            having.and_where(Expr::col("value").is_in(filter.values.clone()));
            // Nothing is what those have, too, who lack the attribute.
            if filter.values.iter().any(String::is_empty) {
                let lack = attributes::lacking(name).add(Expr::col("id").in_subquery(having));
                return Ok(if filter.test == Test::IsNot { lack.not() } else { lack });
            }
        }
        Test::Contains => {
            let any =
                filter.values.iter().fold(Cond::any(), |any, value| any.add(lists::contains("value", value)));
            having.cond_where(any);
        }
        Test::Before | Test::After => return Err(cannot(filter)),
    }
    let id = Expr::col("id");
    Ok(Cond::all().add(if filter.test == Test::IsNot {
        id.not_in_subquery(having)
    } else {
        id.in_subquery(having)
    }))
}

/// What a line of the list reads; more than is shown, because it is one page.
const COLUMNS: &[&str] = &[
    "id",
    "seq",
    "state",
    "created_at",
    "created_by",
    "changed_at",
    "deleted_at",
    "username",
    "email",
    "first_name",
    "middle_name",
    "last_name",
    "display_name",
    "local_account",
    "managed_apple_id",
    "alternate_email",
    "recovery_email",
    "description",
    "external_dn",
    "external_source_type",
    "employee_identifier",
    "job_title",
    "department",
    "cost_center",
    "company",
    "employee_type",
    "location",
    "mfa_required",
    "password_never_expires",
    "sudo",
    "passwordless_sudo",
    "ldap_binding_user",
    "enable_managed_uid",
    "samba_service_user",
    "allow_public_key",
    "no_device_lockout",
    "unix_uid",
    "unix_gid",
    "manager_id",
    "password_set_at",
    "password_expires_at",
    "locked_until",
    "password_must_change",
    "password_given",
    "mfa_enrolled",
    "totp_enrolled",
    "mfa_chosen",
    "mfa_enroll_by",
    "last_login_at",
    "activates_at",
    "suspends_at",
];

impl Users<'_> {
    /// A page of the list of users. Without columns in the query, those that this administrator
    /// chose are shown, or the default ones.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter, order or cursor that the list does not have.
    pub async fn list(&self, actor: &Actor, query: &ListQuery) -> Result<Page<UserRow>> {
        permit(actor, Operation::ListUsers)?;
        check_filters(actor, query)?;
        let eligible = if query.columns.is_empty() && actor.role().is_some() {
            Preferences(self.0).columns(actor, USERS.name).await?.columns
        } else {
            query.columns.clone()
        };
        let now = self.0.env().now();
        page::<List>(&mut self.0.db().read().await?, query, &eligible, now).await
    }
}

/// A page of a list of users, with the chosen columns or the default ones.
pub(super) async fn page<L: Listed>(
    tx: &mut Tx,
    query: &ListQuery,
    eligible: &[String],
    now: Timestamp,
) -> Result<Page<UserRow>> {
    let columns = L::SPEC.shown_keys(eligible);
    let found = lists::page::<L, Record>(tx, query, now, COLUMNS).await?;
    Ok(Page {
        rows: rows_of(tx, found.rows, &columns, now).await?,
        columns,
        first: found.first,
        after: found.after,
        before: found.before,
        total: found.total,
    })
}

/// Lines of the list with these columns.
pub(super) async fn rows_of(
    tx: &mut Tx,
    records: Vec<Record>,
    columns: &[String],
    now: Timestamp,
) -> Result<Vec<UserRow>> {
    let managers = if columns.iter().any(|column| column == "manager") {
        managers_of(tx, &records).await?
    } else {
        HashMap::new()
    };
    let mut custom = attributes::of(tx, &records, columns).await?;
    let row = |record: Record| {
        let own = custom.remove(&record.id).unwrap_or_default();
        row(record, columns, &managers, &own, now)
    };
    Ok(records.into_iter().map(row).collect())
}

async fn managers_of(tx: &mut Tx, records: &[Record]) -> Result<HashMap<Id, Named>> {
    let ids: Vec<Value> = records.iter().filter_map(|record| record.manager_id).map(Arg::value).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let named: Vec<Named> = tx.select(&naming(ids)).await?;
    Ok(named.into_iter().map(|named| (named.id, named)).collect())
}

fn naming(ids: Vec<Value>) -> sea_query::SelectStatement {
    Query::select()
        .columns(["id", "username", "first_name", "last_name", "display_name"])
        .from("users")
        .and_where(Expr::col("id").is_in(ids))
        .and_where(Expr::col("deleted_at").is_null())
        .take()
}

fn row(
    record: Record,
    columns: &[String],
    managers: &HashMap<Id, Named>,
    custom: &HashMap<String, String>,
    now: Timestamp,
) -> UserRow {
    // Who lacks a custom attribute has nothing in its column.
    let attribute = |column: &str| {
        let name = column.strip_prefix(CUSTOM).and_then(|name| custom.get(name));
        Cell::Text(name.cloned().unwrap_or_default())
    };
    let cells = columns
        .iter()
        .map(|column| cell(&record, column, managers, now).unwrap_or_else(|| attribute(column)));
    let cells = cells.collect();
    UserRow {
        deleted: record.deletion(),
        id: record.id,
        username: record.username,
        email: record.email,
        first_name: record.first_name,
        last_name: record.last_name,
        display_name: record.display_name,
        state: record.state,
        cells,
    }
}

/// What a column shows of a user; `None` for a column that is none of the lists'.
pub(super) fn cell(
    record: &Record,
    column: &str,
    managers: &HashMap<Id, Named>,
    now: Timestamp,
) -> Option<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let password = record.password();
    Some(match column {
        "username" => text(&record.username),
        "email" => text(&record.email),
        "created_by" => text(&record.created_by),
        "id" => Cell::Text(record.id.to_string()),
        "password_status" => Cell::Password(PasswordStatus::judge(&password, now)),
        "password_set" => Cell::Time(password.set_at),
        "password_expires" => Cell::Time(password.expires_at),
        "created" => Cell::Time(Some(record.created_at)),
        "deleted" => Cell::Time(record.deleted_at),
        "erased" => Cell::Time(record.deletion().map(|deletion| deletion.erased_at)),
        "last_login" => Cell::Time(optional_timestamp(record.last_login_at)),
        "activates" => Cell::Time(record.activates_at),
        "suspends" => Cell::Time(record.suspends_at),
        "mfa_enrolled" => Cell::Flag(record.mfa_enrolled),
        "manager" => {
            Cell::Person(record.manager_id.and_then(|id| managers.get(&id)).cloned().map(Named::into_person))
        }
        other => match (TextAttribute::of_column(other), Flag::of_column(other)) {
            (Some(attribute), _) => text(record.text(attribute)),
            (None, Some(flag)) => Cell::Flag(record.flag(flag)),
            (None, None) => return None,
        },
    })
}

/// The users that a request is about: at most [`SELECTION_MAX`].
pub(crate) async fn selected(tx: &mut Tx, selection: &Selection, now: Timestamp) -> Result<Vec<Id>> {
    let too_many = || {
        let message = format!("This acts on at most {SELECTION_MAX} users at once. Narrow the selection.");
        Problem::at("selection", message)
    };
    match selection {
        Selection::These(ids) if ids.len() > SELECTION_MAX => Err(too_many().into()),
        Selection::These(ids) => {
            let mut seen = HashSet::new();
            Ok(ids.iter().copied().filter(|id| seen.insert(*id)).collect())
        }
        Selection::Matching(query) => {
            let ids = lists::ids::<List>(tx, query, now, SELECTION_MAX).await?;
            ids.ok_or_else(|| too_many().into())
        }
    }
}
