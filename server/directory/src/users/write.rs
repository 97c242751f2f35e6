//! Adding and changing users.

use std::collections::HashMap;

use model::event::{EventKind, FieldChange};
use model::user::{Flag, NewUser, TextAttribute, UserDraft, UserForm, UserState, UserUpdate};
use model::{ErrorCode, Faults, Id, Operation, Problem, Timestamp};
use sea_query::{Expr, ExprTrait, OnConflict, Query, Value};

use super::details::{form_of, named};
use super::{Users, find};
use crate::change::Change;
use crate::error::{Error, Result, taken};
use crate::fold::fold;
use crate::gate::{Actor, permit};
use crate::history::{Happening, field};
use crate::store::{Arg, Tx, args};

/// Who already has what must be unique, deleted users included: they can be restored.
const TAKEN: &str = "SELECT username_key, email, employee_identifier, unix_uid, deleted_at FROM users
    WHERE (username_key = $1 OR email = $2 OR (employee_identifier = $3 AND employee_identifier <> '')
        OR unix_uid = $4) AND id <> $5 LIMIT 8";
const DROP_ADDRESSES: &str = "DELETE FROM user_addresses WHERE user_id = $1";
const DROP_PHONES: &str = "DELETE FROM user_phones WHERE user_id = $1";
const DROP_CUSTOM: &str = "DELETE FROM user_custom WHERE user_id = $1";
const FIND_AS: &str =
    "UPDATE user_search SET search_text = $2 WHERE pk = (SELECT pk FROM users WHERE id = $1)";
const LAST_CHANGE: &str = "SELECT body FROM events WHERE target_id = $1 ORDER BY pk DESC LIMIT 1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[TAKEN, DROP_ADDRESSES, DROP_PHONES, DROP_CUSTOM, FIND_AS, LAST_CHANGE];

/// SQLite takes 32,766 arguments in a statement; a user has fewer than 60.
const INSERTED_AT_ONCE: usize = 500;

/// A user about to be added.
#[derive(Clone, Debug)]
pub(crate) struct NewRecord {
    pub id: Id,
    pub draft: UserDraft,
    pub state: UserState,
    /// Where it comes from: `manual`, `csv`, `sample`.
    pub source: String,
}

impl Users<'_> {
    /// Adds a user.
    ///
    /// # Errors
    /// `forbidden`; `invalid` with every field at fault, what is taken among them.
    pub async fn create(&self, actor: &Actor, user: &NewUser) -> Result<Id> {
        let permit = permit(actor, Operation::CreateUser)?;
        let draft = user.form.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let organization = crate::settings::read(change.tx()).await?;
        check_manager(change.tx(), &draft, None).await?;
        let id = self.0.env().new_id()?;
        check_taken(change.tx(), &draft, id).await?;
        let state = user.state.unwrap_or(organization.new_users.manual_entry);
        let record = NewRecord { id, draft, state, source: "manual".to_owned() };
        if insert_all(&mut change, std::slice::from_ref(&record)).await?.is_empty() {
            return Err(Problem::at("username", "Another user has this username or e-mail address.").into());
        }
        let mut changes = differences(&UserForm::default(), &record.draft.clone().into());
        changes.push(field("state", "", state.as_str()));
        let name = record.draft.name();
        change.record(Happening::new(EventKind::UserCreate).to("user", id, name).changes(changes)).await?;
        change.commit().await?;
        Ok(id)
    }

    /// Changes a user's attributes, all at once, if nobody was faster.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` with every field at fault; `stale` with who changed the
    /// user meanwhile: nothing is lost, because the caller still has the form.
    pub async fn update(&self, actor: &Actor, update: &UserUpdate) -> Result<()> {
        let permit = permit(actor, Operation::UpdateUser)?;
        let draft = update.form.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let record = find(change.tx(), update.id).await?;
        if record.seq != update.version {
            return Err(stale(change.tx(), update.id).await?.into());
        }
        let before = form_of(change.tx(), &record).await?;
        let after = UserForm::from(draft.clone());
        let changes = differences(&before, &after);
        if changes.is_empty() {
            return Ok(());
        }
        check_manager(change.tx(), &draft, Some(update.id)).await?;
        check_taken(change.tx(), &draft, update.id).await?;
        write(&mut change, update.id, &draft).await?;
        if before.addresses != after.addresses {
            change.run(DROP_ADDRESSES, args![update.id]).await?;
        }
        if before.phones != after.phones {
            change.run(DROP_PHONES, args![update.id]).await?;
        }
        if before.custom != after.custom {
            change.run(DROP_CUSTOM, args![update.id]).await?;
        }
        let parts = Parts {
            addresses: before.addresses != after.addresses,
            phones: before.phones != after.phones,
            custom: before.custom != after.custom,
        };
        insert_parts(&mut change, &[(update.id, &draft)], parts).await?;
        let happening =
            Happening::new(EventKind::UserUpdate).to("user", update.id, draft.name()).changes(changes);
        change.record(happening).await?;
        change.commit().await
    }
}

/// "Somebody changed this": who, if the history tells.
async fn stale(tx: &mut Tx, id: Id) -> Result<Problem> {
    let last: Option<(String,)> = tx.optional(LAST_CHANGE, args![id]).await?;
    let who = match last {
        Some((body,)) => serde_json::from_str::<model::event::Event>(&body)?.initiated_by.name,
        None => "Somebody else".to_owned(),
    };
    Ok(Problem::new(ErrorCode::Stale, format!("{who} changed this user while you were editing.")))
}

async fn check_manager(tx: &mut Tx, draft: &UserDraft, of: Option<Id>) -> Result<(), Error> {
    let Some(manager) = draft.manager else { return Ok(()) };
    if of == Some(manager) {
        return Err(Problem::at("manager", "Nobody is their own manager.").into());
    }
    match named(tx, manager).await? {
        Some(_) => Ok(()),
        None => Err(Problem::at("manager", "This manager is not in the directory any more.").into()),
    }
}

/// Names everything that is taken, so that the form learns of all of it at once. Changes run one
/// after another, and the unique indexes stand behind this.
async fn check_taken(tx: &mut Tx, draft: &UserDraft, id: Id) -> Result<()> {
    type Row = (String, String, String, Option<i64>, Option<Timestamp>);
    let employee = draft.text(TextAttribute::EmployeeIdentifier);
    let key = draft.username.key();
    let found: Vec<Row> = tx.all(TAKEN, args![&key, &draft.email, employee, draft.unix_uid, id]).await?;
    let mut faults = Faults::default();
    for (username, email, identifier, uid, deleted) in found {
        let whose = if deleted.is_some() {
            "a deleted user has it. Restore or permanently delete them under Users, Deleted"
        } else {
            "another user has it"
        };
        if username == key {
            faults.add("username", format!("This username is taken: {whose}."));
        }
        if email == draft.email.as_str() {
            faults.add("email", format!("This e-mail address is taken: {whose}."));
        }
        if !employee.is_empty() && identifier == employee {
            faults.add("employeeIdentifier", format!("This employee ID is taken: {whose}."));
        }
        if uid.is_some() && uid == draft.unix_uid.map(i64::from) {
            faults.add("unix_uid", format!("This UID is taken: {whose}."));
        }
    }
    Ok(faults.check()?)
}

/// The columns that are written from a draft, with their values.
fn columns(draft: &UserDraft) -> Vec<(&'static str, Value)> {
    let first = draft.text(TextAttribute::FirstName);
    let last = draft.text(TextAttribute::LastName);
    let shown = draft.name();
    let name_key =
        if first.is_empty() && last.is_empty() { fold(&shown) } else { fold(&format!("{first} {last}")) };
    let last_key =
        if first.is_empty() && last.is_empty() { fold(&shown) } else { fold(&format!("{last} {first}")) };
    let employee = draft.text(TextAttribute::EmployeeIdentifier);
    let mut columns = vec![
        ("username", (&draft.username).value()),
        ("username_key", draft.username.key().value()),
        ("email", (&draft.email).value()),
        ("unix_uid", draft.unix_uid.value()),
        ("unix_gid", draft.unix_gid.value()),
        ("manager_id", draft.manager.value()),
        ("name_key", name_key.value()),
        ("last_name_key", last_key.value()),
        ("department_key", fold(draft.text(TextAttribute::Department)).value()),
        ("job_title_key", fold(draft.text(TextAttribute::JobTitle)).value()),
        ("location_key", fold(draft.text(TextAttribute::Location)).value()),
        ("employee_identifier_key", fold(employee).value()),
    ];
    columns.extend(TextAttribute::ALL.iter().map(|text| (text.column(), draft.text(*text).value())));
    columns.extend(Flag::ALL.iter().map(|flag| (flag.column(), draft.flags.contains(flag).value())));
    columns
}

/// Whether a value is what the column holds when nothing is said. Keys have no default.
fn is_default(value: &Value) -> bool {
    match value {
        Value::String(text) => text.as_deref() == Some(""),
        Value::Bool(on) => *on == Some(false),
        Value::BigInt(number) => number.is_none(),
        Value::Bytes(bytes) => bytes.is_none(),
        _ => false,
    }
}

async fn write(change: &mut Change, id: Id, draft: &UserDraft) -> Result<()> {
    let mut update = Query::update();
    update.table("users");
    for (column, value) in columns(draft) {
        update.value(column, value);
    }
    update.value("seq", change.seq).value("changed_at", change.now.as_micros());
    update.and_where(Expr::col("id").eq(Expr::val(id.value())));
    let (sql, args) = change.tx().build(&update);
    change.run(sql, args).await.map_err(as_fault)?;
    change.run(FIND_AS, args![id, search_text(draft)]).await?;
    Ok(())
}

/// The folded text in which a user is searched for.
pub(crate) fn search_text(draft: &UserDraft) -> String {
    let name = draft.name();
    let employee = draft.text(TextAttribute::EmployeeIdentifier);
    let first = draft.text(TextAttribute::FirstName);
    let last = draft.text(TextAttribute::LastName);
    fold(&[first, last, &name, draft.username.as_str(), draft.email.as_str(), employee].join(" "))
}

/// Which field ran into a unique index.
fn as_fault(error: sqlx::Error) -> Error {
    let Some(index) = taken(&error) else { return error.into() };
    let field = ["username", "email", "employee_identifier", "unix_uid"]
        .into_iter()
        .find(|field| index.contains(field))
        .unwrap_or("username");
    let field = if field == "employee_identifier" { "employeeIdentifier" } else { field };
    Problem::at(field, "Another user has this.").into()
}

/// Inserts users, those whose unique values are taken left out; says who was inserted.
///
/// Several statements, because a statement's arguments are limited.
pub(crate) async fn insert_all(change: &mut Change, records: &[NewRecord]) -> Result<Vec<Id>> {
    let mut inserted = Vec::with_capacity(records.len());
    for some in records.chunks(INSERTED_AT_ONCE) {
        inserted.extend(insert_some(change, some).await?);
    }
    Ok(inserted)
}

async fn insert_some(change: &mut Change, records: &[NewRecord]) -> Result<Vec<Id>> {
    let Some(first) = records.first() else { return Ok(vec![]) };
    let fixed = ["id", "seq", "state", "created_at", "created_by", "changed_at"];
    // What nobody of these has is left to the columns' defaults.
    let rows: Vec<_> = records.iter().map(|record| columns(&record.draft)).collect();
    let used: Vec<bool> = (0..columns(&first.draft).len())
        .map(|index| rows.iter().any(|row| row.get(index).is_some_and(|(_, value)| !is_default(value))))
        .collect();
    let mut insert = Query::insert();
    let keep = |row: Vec<(&'static str, Value)>| {
        row.into_iter().zip(&used).filter(|(_, used)| **used).map(|(cell, _)| cell)
    };
    insert
        .into_table("users")
        .columns(fixed.into_iter().chain(keep(columns(&first.draft)).map(|(name, _)| name)));
    for (record, row) in records.iter().zip(rows) {
        let fixed = [
            record.id.value(),
            change.seq.value(),
            record.state.value(),
            change.now.value(),
            record.source.as_str().value(),
            change.now.value(),
        ];
        let values = fixed.into_iter().chain(keep(row).map(|(_, value)| value));
        insert.values_panic(values.map(Expr::val));
    }
    insert.on_conflict(OnConflict::new().do_nothing().to_owned());
    insert.returning(Query::returning().columns(["id", "pk"]));
    let (sql, args) = change.tx().build(&insert);
    let inserted: Vec<(Id, i64)> = change.tx().all(sql, args).await?;
    let places: HashMap<Id, i64> = inserted.iter().copied().collect();
    let written = || records.iter().filter_map(|record| Some((places.get(&record.id)?, record)));
    let search =
        written().map(|(pk, record)| vec![(*pk).value(), search_text(&record.draft).value()]).collect();
    insert_rows(change, "user_search", &["pk", "search_text"], search).await?;
    let drafts: Vec<_> = written().map(|(_, record)| (record.id, &record.draft)).collect();
    insert_parts(change, &drafts, Parts { addresses: true, phones: true, custom: true }).await?;
    Ok(inserted.into_iter().map(|(id, _)| id).collect())
}

/// Which of the tables beside `users` to write.
#[derive(Clone, Copy)]
struct Parts {
    addresses: bool,
    phones: bool,
    custom: bool,
}

async fn insert_parts(change: &mut Change, drafts: &[(Id, &UserDraft)], parts: Parts) -> Result<()> {
    let place = |index: usize| i64::try_from(index).unwrap_or(i64::MAX);
    let mut addresses = vec![];
    let mut phones = vec![];
    let mut custom = vec![];
    for (id, draft) in drafts {
        for (index, a) in draft.addresses.iter().enumerate().filter(|_| parts.addresses) {
            let texts = [
                &a.kind,
                &a.po_box,
                &a.extended_address,
                &a.street_address,
                &a.locality,
                &a.region,
                &a.postal_code,
                &a.country,
            ];
            let row = [id.value(), place(index).value()].into_iter().chain(texts.into_iter().map(Arg::value));
            addresses.push(row.collect());
        }
        for (index, phone) in draft.phones.iter().enumerate().filter(|_| parts.phones) {
            phones.push(vec![
                id.value(),
                place(index).value(),
                (&phone.kind).value(),
                (&phone.number).value(),
            ]);
        }
        for attribute in draft.custom.iter().filter(|_| parts.custom) {
            custom.push(vec![id.value(), (&attribute.name).value(), (&attribute.value).value()]);
        }
    }
    let address_columns = [
        "user_id",
        "position",
        "kind",
        "po_box",
        "extended_address",
        "street_address",
        "locality",
        "region",
        "postal_code",
        "country",
    ];
    insert_rows(change, "user_addresses", &address_columns, addresses).await?;
    insert_rows(change, "user_phones", &["user_id", "position", "kind", "number"], phones).await?;
    insert_rows(change, "user_custom", &["user_id", "name", "value"], custom).await
}

async fn insert_rows(
    change: &mut Change,
    table: &'static str,
    columns: &[&'static str],
    rows: Vec<Vec<Value>>,
) -> Result<()> {
    for chunk in rows.chunks(1000) {
        let mut insert = Query::insert();
        insert.into_table(table).columns(columns.iter().copied());
        for row in chunk {
            insert.values_panic(row.iter().cloned().map(Expr::val));
        }
        let (sql, args) = change.tx().build(&insert);
        change.run(sql, args).await?;
    }
    Ok(())
}

/// Every field that differs, before and after, under its name in the API.
fn differences(before: &UserForm, after: &UserForm) -> Vec<FieldChange> {
    let mut changes = vec![
        field("username", &before.username, &after.username),
        field("email", &before.email, &after.email),
        field("unix_uid", &before.unix_uid, &after.unix_uid),
        field("unix_guid", &before.unix_gid, &after.unix_gid),
        field("manager", shown(before.manager), shown(after.manager)),
        field("addresses", json(&before.addresses), json(&after.addresses)),
        field("phoneNumbers", json(&before.phones), json(&after.phones)),
        field("attributes", json(&before.custom), json(&after.custom)),
    ];
    changes.extend(
        TextAttribute::ALL.iter().map(|text| field(text.key(), before.text(*text), after.text(*text))),
    );
    let on = |form: &UserForm, flag| if form.flags.contains(flag) { "true" } else { "false" };
    changes.extend(Flag::ALL.iter().map(|flag| field(flag.key(), on(before, flag), on(after, flag))));
    changes.retain(|change| change.from != change.to);
    changes
}

fn shown(id: Option<Id>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn json<T: serde::Serialize>(list: &[T]) -> String {
    if list.is_empty() { String::new() } else { serde_json::to_string(list).unwrap_or_default() }
}
