//! Users as programs read them: in any order and from any place in it, with all their attributes.

use std::collections::HashMap;

use model::list::SEARCH_MAX;
use model::user::{
    Compare, Condition, ENTRIES_MAX, Entries, EntryQuery, PasswordStatus, PublicKey, SKIP_MAX, SORTS_MAX,
    TextAttribute, UserEntry,
};
use model::{Faults, Id, Operation, Problem, Sort, Timestamp};
use sea_query::{Cond, Expr, ExprTrait, Order, Query};

use super::conditions::condition;
use super::details::forms_of;
use super::eligible::records;
use super::list::List;
use super::sort::sort_key;
use super::{Record, Users, find};
use crate::lists::{Listed, SearchStrategy, SortKey, count_all, words};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Tx};

impl Users<'_> {
    /// Users with all their attributes, and how many match. What is skipped is walked over by the
    /// database; no more than [`ENTRIES_MAX`] are ever loaded.
    ///
    /// # Errors
    /// `forbidden`; `invalid` at `search`, `filter`, `sort`, `skip` or `limit`.
    pub async fn entries(&self, actor: &Actor, query: &EntryQuery) -> Result<Entries> {
        permit(actor, Operation::ListUsers)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let engine = tx.engine();
        let request = Request::check(query, now)?;
        let mut matching = request.filters;
        if !request.words.is_empty() {
            matching = matching.add(List::search(&request.words, SearchStrategy::Index, engine));
        }
        let total = count_all(&mut tx, List::TABLE, matching.clone()).await?;
        let mut select = Query::select();
        select.column("id").from(List::TABLE).cond_where(matching);
        for (key, order) in &request.orders {
            select.order_by_expr(key.expression(engine), order.clone());
        }
        select.order_by("pk", Order::Asc).limit(query.limit.into()).offset(query.skip.into());
        let ids: Vec<(Id,)> = tx.select(&select).await?;
        let ids: Vec<Id> = ids.into_iter().map(|(id,)| id).collect();
        let mut found: HashMap<Id, Record> =
            records(&mut tx, &ids).await?.into_iter().map(|record| (record.id, record)).collect();
        let records: Vec<Record> = ids.iter().filter_map(|id| found.remove(id)).collect();
        Ok(Entries { total, entries: entries(&mut tx, records, now).await? })
    }

    /// One user with all attributes. Who is deleted is not there.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn entry(&self, actor: &Actor, id: Id) -> Result<UserEntry> {
        permit(actor, Operation::ReadUser)?;
        let mut tx = self.0.db().read().await?;
        let record = find(&mut tx, id).await?;
        let mut one = entries(&mut tx, vec![record], self.0.env().now()).await?;
        Ok(one.pop().ok_or_else(|| Problem::not_found("user"))?)
    }
}

/// The parts of a request that keep the rules.
struct Request {
    words: Vec<String>,
    filters: Cond,
    orders: Vec<(SortKey, Order)>,
}

impl Request {
    fn check(query: &EntryQuery, now: Timestamp) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        if query.search.chars().count() > SEARCH_MAX || query.search.contains('\0') {
            faults.add("search", format!("Search for at most {SEARCH_MAX} characters, all of them text."));
        }
        if query.limit == 0 || query.limit > ENTRIES_MAX {
            let asked = query.limit;
            faults.add("limit", format!("The limit is from 1 to {ENTRIES_MAX}, and {asked} is not."));
        }
        if query.skip > SKIP_MAX {
            let message =
                format!("At most {SKIP_MAX} can be skipped. Sort by _id and filter by _id:$gt: to read on.");
            faults.add("skip", message);
        }
        let filters = faults.take("filter", filters(query, now)).unwrap_or_else(List::base);
        if query.sort.len() > SORTS_MAX {
            faults.add("sort", format!("Sort by at most {SORTS_MAX} fields."));
        }
        let mut orders = Vec::new();
        for sort in query.sort.iter().take(SORTS_MAX) {
            match key_of(&sort.column, now) {
                Some(key) => orders.push((key, order_of(sort))),
                None => faults.add("sort", format!("There is no field “{}” to sort by.", sort.column)),
            }
        }
        faults.check()?;
        Ok(Self { words: words(&query.search), filters, orders })
    }
}

/// Each is looked for in every user there is.
const PATTERNS_MAX: usize = 10;

fn filters(query: &EntryQuery, now: Timestamp) -> Result<Cond, String> {
    let count: usize = query.filters.iter().map(Vec::len).sum();
    if count > model::list::FILTERS_MAX {
        return Err(format!("At most {} filters.", model::list::FILTERS_MAX));
    }
    let patterns = |one: &Condition| match one.compare {
        Compare::Begins | Compare::Ends | Compare::Contains | Compare::Lacks | Compare::Mentions => {
            one.values.len()
        }
        Compare::Equal
        | Compare::Unequal
        | Compare::Less
        | Compare::LessOrEqual
        | Compare::Greater
        | Compare::GreaterOrEqual => 0,
    };
    if query.filters.iter().flatten().map(patterns).sum::<usize>() > PATTERNS_MAX {
        return Err(format!(
            "At most {PATTERNS_MAX} parts of texts are looked for at once: values of $sw, $ew, $co and $nco, and terms in each field."
        ));
    }
    let mut all = List::base();
    for group in &query.filters {
        let mut any = Cond::any();
        for one in group {
            any = any.add(condition(one, now)?);
        }
        all = all.add(any);
    }
    Ok(all)
}

fn order_of(sort: &Sort) -> Order {
    if sort.descending { Order::Desc } else { Order::Asc }
}

/// What a field sorts by, under its name in the API.
fn key_of(field: &str, now: Timestamp) -> Option<SortKey> {
    if let Some(text) = TextAttribute::parse(field) {
        return Some(sort_key(text.column(), now).unwrap_or_else(|| SortKey::typed(text.column())));
    }
    match field {
        "_id" => sort_key("id", now),
        "created" | "email" | "state" | "username" => sort_key(field, now),
        _ => None,
    }
}

pub(super) async fn entries(tx: &mut Tx, records: Vec<Record>, now: Timestamp) -> Result<Vec<UserEntry>> {
    let forms = forms_of(tx, &records).await?;
    let mut keys = ssh_keys(tx, &records).await?;
    let entry = |(record, form): (Record, _)| UserEntry {
        id: record.id,
        version: record.seq,
        state: record.state,
        password: record.password(),
        password_status: PasswordStatus::judge(&record.password(), now),
        mfa: record.mfa(),
        ssh_keys: keys.remove(&record.id).unwrap_or_default(),
        created_at: record.created_at,
        created_by: record.created_by,
        form,
    };
    Ok(records.into_iter().zip(forms).map(entry).collect())
}

async fn ssh_keys(tx: &mut Tx, records: &[Record]) -> Result<HashMap<Id, Vec<PublicKey>>> {
    type Row = (Id, Id, String, String, Timestamp);
    let select = Query::select()
        .columns(["user_id", "id", "name", "public_key", "created_at"])
        .from("ssh_keys")
        .and_where(Expr::col("user_id").is_in(records.iter().map(|record| record.id.value())))
        .order_by("created_at", Order::Asc)
        .order_by("id", Order::Asc)
        .take();
    let mut keys: HashMap<Id, Vec<PublicKey>> = HashMap::new();
    for (user, id, name, public_key, created_at) in tx.select::<Row>(&select).await? {
        keys.entry(user).or_default().push(PublicKey { id, name, public_key, created_at });
    }
    Ok(keys)
}
