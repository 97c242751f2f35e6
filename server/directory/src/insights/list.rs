//! The list of events, the latest first.

use model::event::Event;
use model::insights::{DEFAULT_RANGE, EVENTS, EventsPage, FAILURE, PERSON, SUCCESS, Service, TIME};
use model::list::ListSpec;
use model::{Filter, Id, ListQuery, Operation, Page, Test, Timestamp};
use sea_query::{Cond, Expr, ExprTrait};

use super::{Insights, but_billing, named, of_service, row};
use crate::lists::{self, Listed, SearchStrategy, SortKey, text_filter, time_filter};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Engine, Sql, Tx, args, sql};

const LAST_BY: Sql = sql!("SELECT body FROM events WHERE actor_id = $1 ORDER BY at DESC, pk DESC LIMIT 1");
const LAST_TO: Sql = sql!("SELECT body FROM events WHERE target_id = $1 ORDER BY at DESC, pk DESC LIMIT 1");

/// A filter that an export is given here: what was written by then, in the order of writing.
pub(super) const UNTIL: &str = "until";

/// What is of billing is in it for those alone who see that.
pub(super) struct List<const BILLING: bool>;

impl<const BILLING: bool> Listed for List<BILLING> {
    const SPEC: &'static ListSpec = &EVENTS;
    const TABLE: &'static str = "events";

    fn base() -> Cond {
        if BILLING { Cond::all() } else { but_billing() }
    }

    fn sort_key(column: &str, _now: Timestamp) -> Option<SortKey> {
        (column == TIME).then(|| SortKey::number("at"))
    }

    fn filter(filter: &Filter, now: Timestamp) -> Result<Cond, String> {
        match filter.column.as_str() {
            TIME => time_filter(filter, "at", now),
            "event" => text_filter(filter, "kind", None),
            "service" => one_of(filter, service),
            "from" => text_filter(filter, "client_ip", None),
            "result" => one_of(filter, result),
            PERSON => person(filter, &["actor_id", "target_id"]),
            "by" => person(filter, &["actor_id"]),
            UNTIL => until(filter),
            other => Err(format!("There is no column “{other}” to filter by.")),
        }
    }

    /// The range of time bounds what is read.
    fn search(words: &[String], _way: SearchStrategy, _engine: Engine) -> Expr {
        let all = words.iter().map(|word| lists::holds("search_text", word)).reduce(ExprTrait::and);
        all.unwrap_or_else(|| Expr::val(true))
    }
}

/// A filter whose every value is a condition.
fn one_of(filter: &Filter, each: fn(&str) -> Result<Cond, String>) -> Result<Cond, String> {
    let mut any = Cond::any();
    for value in &filter.values {
        any = any.add(each(value)?);
    }
    match filter.test {
        Test::Is => Ok(any),
        Test::IsNot => Ok(any.not()),
        Test::Contains | Test::Before | Test::After => Err(lists::cannot(filter)),
    }
}

fn until(filter: &Filter) -> Result<Cond, String> {
    let place = filter.values.first().and_then(|value| value.parse::<i64>().ok());
    place.map(|place| Cond::all().add(Expr::col("pk").lte(place))).ok_or_else(|| lists::cannot(filter))
}

fn service(value: &str) -> Result<Cond, String> {
    Service::parse(value).map(of_service).ok_or_else(|| format!("“{value}” is not a service."))
}

fn result(value: &str) -> Result<Cond, String> {
    match value {
        SUCCESS => Ok(Cond::all().add(Expr::col("success"))),
        FAILURE => Ok(Cond::all().add(Expr::col("success").not())),
        _ => Err(format!("“{value}” is not a result.")),
    }
}

/// The one who did it, or to whom it was done. What nobody did, or was done to nobody, is not of anybody.
fn person(filter: &Filter, columns: &[&'static str]) -> Result<Cond, String> {
    let ids: Result<Vec<_>, _> = filter.values.iter().map(|value| value.parse::<Id>()).collect();
    let ids = ids.map_err(|error| error.to_string())?;
    let is = |column: &'static str| Expr::col(column).is_in(ids.iter().map(|id| (*id).value()));
    let is_not = |column: &'static str| {
        let others = Expr::col(column).is_not_in(ids.iter().map(|id| (*id).value()));
        Cond::any().add(Expr::col(column).is_null()).add(others)
    };
    match filter.test {
        Test::Is => Ok(columns.iter().fold(Cond::any(), |any, column| any.add(is(column)))),
        Test::IsNot => Ok(columns.iter().fold(Cond::all(), |all, column| all.add(is_not(column)))),
        Test::Contains | Test::Before | Test::After => Err(lists::cannot(filter)),
    }
}

/// The query with the range that holds when it names none.
pub(super) fn ranged(query: &ListQuery) -> ListQuery {
    let mut query = query.clone();
    if !query.filters.iter().any(|filter| filter.column == TIME) {
        query.filters.push(Filter::after(TIME, DEFAULT_RANGE));
    }
    query
}

#[derive(sqlx::FromRow)]
pub(super) struct Line {
    body: String,
}

impl Line {
    pub fn event(&self) -> Result<Event> {
        Ok(serde_json::from_str(&self.body)?)
    }
}

pub(super) const COLUMNS: &[&str] = &["body"];

/// The names of those who are filtered by, as events called them last.
async fn people(tx: &mut Tx, query: &ListQuery) -> Result<Vec<(Id, String)>> {
    let of_people = query.filters.iter().filter(|filter| [PERSON, "by"].contains(&filter.column.as_str()));
    let mut people = Vec::new();
    for id in of_people.flat_map(|filter| &filter.values).filter_map(|value| value.parse::<Id>().ok()) {
        for last in [LAST_TO, LAST_BY] {
            let found: Option<Line> = tx.optional(last, args![id]).await?;
            if let Some(name) = found.map(|line| line.event()).transpose()?.and_then(|event| named(event, id))
            {
                people.push((id, name));
                break;
            }
        }
    }
    Ok(people)
}

impl Insights<'_> {
    /// A page of the list of events; those of the last 7 days when the query names no range.
    ///
    /// # Errors
    /// `forbidden`; `invalid` for a search, filter or order that the list does not have.
    pub async fn list(&self, actor: &Actor, query: &ListQuery) -> Result<EventsPage> {
        permit(actor, Operation::ReadEvents)?;
        let query = ranged(query);
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let found = if actor.may(Operation::ReadBilling) {
            lists::page::<List<true>, Line>(&mut tx, &query, now, COLUMNS).await?
        } else {
            lists::page::<List<false>, Line>(&mut tx, &query, now, COLUMNS).await?
        };
        let events: Result<Vec<Event>> = found.rows.iter().map(Line::event).collect();
        let columns = EVENTS.columns.iter().filter(|column| column.default && !column.fixed);
        let page = Page {
            rows: events?.iter().map(row).collect(),
            columns: columns.map(|column| column.key.to_owned()).collect(),
            first: found.first,
            after: found.after,
            before: found.before,
            total: found.total,
        };
        let people = people(&mut tx, &query).await?;
        Ok(EventsPage { page, people })
    }
}
