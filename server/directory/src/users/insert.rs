//! Writing new users and what stands beside them in tables of its own, many at once.

use std::collections::HashMap;

use model::Id;
use model::user::{UserDraft, UserState};
use sea_query::{Expr, OnConflict, Query, Value};

use super::columns::{columns, search_text};
use directory_core::error::Result;
use directory_core::store::Arg;
use directory_core::transaction::Change;

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
pub(crate) struct Parts {
    pub addresses: bool,
    pub phones: bool,
    pub custom: bool,
}

pub(crate) async fn insert_parts(
    change: &mut Change,
    drafts: &[(Id, &UserDraft)],
    parts: Parts,
) -> Result<()> {
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
