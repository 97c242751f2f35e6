//! What the directory has of what rows name: users who are there already, and values that are taken.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use model::import::MatchBy;
use model::user::{UserForm, UserState};
use model::{Id, Timestamp};
use sea_query::{Expr, ExprTrait, Query};

use super::plan::Unique;
use crate::administrators;
use crate::users::{Record, forms_of};
use directory_core::error::Result;
use directory_core::store::{Arg, Row, Tx};

/// How many values one question to the directory has.
const ASKED: usize = 1000;

/// A user who is in the directory.
#[derive(Clone, Debug)]
pub(crate) struct KnownUser {
    pub id: Id,
    pub form: UserForm,
    pub state: UserState,
    /// Who is an administrator, too.
    pub administrator: bool,
    /// The username of their manager.
    pub manager: String,
}

/// Whoever has a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder {
    pub id: Id,
    pub deleted: bool,
}

pub(crate) type Taken = HashMap<(Unique, String), Holder>;

const fn column(by: MatchBy) -> &'static str {
    match by {
        MatchBy::Email => "email",
        MatchBy::Username => "username_key",
        MatchBy::EmployeeId => "employee_identifier",
    }
}

/// The users with these keys, by key.
pub(crate) async fn users(
    tx: &mut Tx,
    by: MatchBy,
    keys: &BTreeSet<String>,
) -> Result<HashMap<String, KnownUser>> {
    let mut records: Vec<Record> = Vec::new();
    let keys: Vec<String> = keys.iter().cloned().collect();
    for keys in keys.chunks(ASKED) {
        let mut select = Query::select();
        select.column(sea_query::Asterisk).from("users").and_where(Expr::col("deleted_at").is_null());
        select.and_where(Expr::col(column(by)).is_in(keys.iter().map(Arg::value)));
        records.extend(tx.select::<Record>(&select).await?);
    }
    let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
    let administrators = administrators::among(tx, &ids).await?;
    let managers = usernames(tx, records.iter().filter_map(|record| record.manager_id)).await?;
    let forms = forms_of(tx, &records).await?;
    let known = records.into_iter().zip(forms).map(|(record, form)| {
        let manager = record.manager_id.and_then(|manager| managers.get(&manager).cloned());
        let user = KnownUser {
            id: record.id,
            state: record.state,
            administrator: administrators.contains(&record.id),
            manager: manager.unwrap_or_default(),
            form,
        };
        (key_of(by, &user.form), user)
    });
    Ok(known.collect())
}

/// By which a user is found.
pub(crate) fn key_of(by: MatchBy, form: &UserForm) -> String {
    match by {
        MatchBy::Email => form.email.trim().to_lowercase(),
        MatchBy::Username => form.username.trim().to_ascii_lowercase(),
        MatchBy::EmployeeId => form.text(model::user::TextAttribute::EmployeeIdentifier).trim().to_owned(),
    }
}

async fn usernames(tx: &mut Tx, ids: impl Iterator<Item = Id>) -> Result<HashMap<Id, String>> {
    let ids: BTreeSet<Id> = ids.collect();
    let mut select = Query::select();
    select.columns(["id", "username"]).from("users");
    select.and_where(Expr::col("id").is_in(ids.into_iter().map(Arg::value)));
    Ok(tx.select::<(Id, String)>(&select).await?.into_iter().collect())
}

/// Who has these values, deleted users included: they can be restored.
pub(crate) async fn taken(tx: &mut Tx, values: &HashSet<(Unique, String)>) -> Result<Taken> {
    let mut taken = Taken::new();
    for (kind, column) in [
        (Unique::Username, "username_key"),
        (Unique::Email, "email"),
        (Unique::EmployeeId, "employee_identifier"),
    ] {
        let values = values.iter().filter(|(one, _)| *one == kind).map(|(_, value)| value.value()).collect();
        for (value, id, deleted) in holders::<String>(tx, column, values).await? {
            taken.insert((kind, value), Holder { id, deleted: deleted.is_some() });
        }
    }
    let uids = values.iter().filter(|(one, _)| *one == Unique::Uid);
    let uids = uids.filter_map(|(_, value)| value.parse::<i64>().ok()).map(Arg::value).collect();
    for (value, id, deleted) in holders::<i64>(tx, "unix_uid", uids).await? {
        taken.insert((Unique::Uid, value.to_string()), Holder { id, deleted: deleted.is_some() });
    }
    Ok(taken)
}

async fn holders<T>(
    tx: &mut Tx,
    column: &'static str,
    values: Vec<sea_query::Value>,
) -> Result<Vec<(T, Id, Option<Timestamp>)>>
where
    (T, Id, Option<Timestamp>): Row,
{
    let mut found = Vec::new();
    for values in values.chunks(ASKED) {
        let mut select = Query::select();
        select.columns([column, "id", "deleted_at"]).from("users");
        select.and_where(Expr::col(column).is_in(values.to_vec()));
        found.extend(tx.select::<(T, Id, Option<Timestamp>)>(&select).await?);
    }
    Ok(found)
}

/// Users by a username, an email address, an employee ID or a distinguished name, in lower case.
pub(crate) async fn managers(tx: &mut Tx, names: BTreeSet<String>) -> Result<BTreeMap<String, Id>> {
    let names: Vec<String> = names.into_iter().collect();
    let mut known = BTreeMap::new();
    for names in names.chunks(ASKED) {
        for column in ["external_dn", "employee_identifier", "email", "username_key"] {
            let mut select = Query::select();
            let folded = || sea_query::Func::lower(Expr::col(column));
            select.expr(folded()).column("id").from("users").and_where(Expr::col("deleted_at").is_null());
            // The keys are in lower case, and have an index.
            if matches!(column, "email" | "username_key") {
                select.and_where(Expr::col(column).is_in(names.iter().map(Arg::value)));
            } else {
                select.and_where(Expr::expr(folded()).is_in(names.iter().map(Arg::value)));
            }
            known.extend(tx.select::<(String, Id)>(&select).await?);
        }
    }
    Ok(known)
}
