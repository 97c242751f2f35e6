//! Events as programs search, count and group them.

use std::collections::{BTreeMap, HashMap};

use model::event::{Event, Party};
use model::insights::{EventField, EventPlace, EventSearch, EventTest, Service};
use model::{Id, Operation};
use sea_query::{CaseStatement, Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement};

use super::histogram;
use super::list::Line;
use super::{API_KEY, Insights, SESSION, auth_method, of_service, seen_by};
use crate::lists;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Engine, Tx};

/// How somebody signs in, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle {
    /// None for an administrator.
    pub username: Option<String>,
    pub email: String,
}

/// An event, and whom it is about as far as they are still there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundEvent {
    pub event: Event,
    pub by: Option<Handle>,
    pub to: Option<Handle>,
}

impl FoundEvent {
    /// `api-key` or `session`; empty for what the program did by itself.
    pub fn auth_method(&self) -> &'static str {
        auth_method(&self.event)
    }
}

/// A part of what a program asked for.
#[derive(Clone, Debug)]
pub struct Found {
    pub organization: Id,
    pub events: Vec<FoundEvent>,
    /// The place of the last of them.
    pub last: Option<EventPlace>,
}

/// How many ids one statement names.
const CHUNK: usize = 500;

/// The same events with how those who they are about sign in.
pub(super) async fn with_handles(tx: &mut Tx, events: Vec<Event>) -> Result<Vec<FoundEvent>> {
    let id = |party: &Party| party.id.filter(|_| ["administrator", "user"].contains(&party.kind.as_str()));
    let parties = events.iter().flat_map(|event| [Some(&event.initiated_by), event.resource.as_ref()]);
    let mut ids: Vec<Id> = parties.flatten().filter_map(id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut handles = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let named = || Expr::col("id").is_in(chunk.iter().map(|id| (*id).value()));
        let users =
            Query::select().columns(["id", "username", "email"]).from("users").and_where(named()).take();
        for (id, username, email) in tx.select::<(Id, String, String)>(&users).await? {
            handles.insert(id, Handle { username: Some(username), email });
        }
        let others =
            Query::select().columns(["id", "email"]).from("administrators").and_where(named()).take();
        for (id, email) in tx.select::<(Id, String)>(&others).await? {
            handles.insert(id, Handle { username: None, email });
        }
    }
    let handle = |party: Option<&Party>| party.and_then(id).and_then(|id| handles.get(&id)).cloned();
    let found = events.into_iter().map(|event| {
        let (by, to) = (handle(Some(&event.initiated_by)), handle(event.resource.as_ref()));
        FoundEvent { event, by, to }
    });
    Ok(found.collect())
}

/// A text within the body.
fn within(path: [&str; 2], engine: Engine) -> Expr {
    let parts: Vec<_> = path.into_iter().filter(|part| !part.is_empty()).collect();
    match engine {
        Engine::Sqlite => Expr::cust(format!("json_extract(body, '$.{}')", parts.join("."))),
        Engine::Postgres => Expr::cust(format!("(body::jsonb #>> '{{{}}}')", parts.join(","))),
    }
}

/// The kind of a party, by the names of the reference.
fn party_kind(party: &str, engine: Engine) -> Expr {
    let kind = within([party, "type"], engine);
    CaseStatement::new().case(kind.clone().eq("administrator"), "admin").finally(kind).into()
}

/// What a field holds, as text; none for what is not kept with events.
fn text_of(field: EventField, engine: Engine) -> Option<Expr> {
    Some(match field {
        EventField::EventType => Expr::col("kind"),
        EventField::ClientIp => Expr::col("client_ip"),
        EventField::Success => {
            CaseStatement::new().case(Expr::col("success"), "true").finally("false").into()
        }
        EventField::Service => {
            let of_ldap = of_service(Service::Ldap);
            let case = CaseStatement::new().case(of_ldap, Service::Ldap.as_str());
            case.finally(Service::Directory.as_str()).into()
        }
        EventField::Id => within(["id", ""], engine),
        EventField::AuthMethod => {
            let people = within(["initiated_by", "type"], engine).is_in(["administrator", "user"]);
            let by_key = within(["auth_method", ""], engine).is_not_null();
            CaseStatement::new().case(by_key, API_KEY).case(people, SESSION).finally("").into()
        }
        EventField::ErrorMessage => within(["message", ""], engine),
        EventField::ByType => party_kind("initiated_by", engine),
        EventField::ById => within(["initiated_by", "id"], engine),
        EventField::ByName => within(["initiated_by", "name"], engine),
        EventField::ToType => party_kind("resource", engine),
        EventField::ToId => within(["resource", "id"], engine),
        EventField::ToName => within(["resource", "name"], engine),
        EventField::ByUsername | EventField::ByEmail | EventField::ToUsername | EventField::ToEmail => {
            return None;
        }
    })
}

/// Those whose username or email is one of these.
fn people(column: &'static str, with: &'static str, values: &[String]) -> Cond {
    let of = |table: &'static str| {
        Query::select().column("id").from(table).and_where(is_any(Expr::col(with), values)).take()
    };
    let users = Expr::col(column).in_subquery(of("users"));
    if with == "username" {
        return Cond::all().add(users);
    }
    Cond::any().add(users).add(Expr::col(column).in_subquery(of("administrators")))
}

/// Without regard to case.
fn is_any(text: Expr, values: &[String]) -> Expr {
    Expr::expr(Func::lower(text)).is_in(values.iter().map(|value| value.to_lowercase()))
}

/// The columns that have an index are asked as they are.
fn is(field: EventField, values: &[String], engine: Engine) -> Cond {
    let ids = || values.iter().filter_map(|value| value.parse::<Id>().ok()).map(Arg::value);
    let exact = || values.iter().map(|value| value.to_lowercase());
    let all = Cond::all();
    match field {
        EventField::Id => all.add(Expr::col("id").is_in(ids())),
        EventField::ById => all.add(Expr::col("actor_id").is_in(ids())),
        EventField::ToId => all.add(Expr::col("target_id").is_in(ids())),
        EventField::EventType => all.add(Expr::col("kind").is_in(exact())),
        EventField::ClientIp => all.add(Expr::col("client_ip").is_in(exact())),
        EventField::ByUsername => people("actor_id", "username", values),
        EventField::ByEmail => people("actor_id", "email", values),
        EventField::ToUsername => people("target_id", "username", values),
        EventField::ToEmail => people("target_id", "email", values),
        EventField::Service
        | EventField::Success
        | EventField::AuthMethod
        | EventField::ErrorMessage
        | EventField::ByType
        | EventField::ByName
        | EventField::ToType
        | EventField::ToName => {
            text_of(field, engine).map_or_else(Cond::all, |text| all.add(is_any(text, values)))
        }
    }
}

fn test(asked: &EventTest, engine: Engine) -> Cond {
    let each = |tests: &[EventTest], of: Cond| tests.iter().fold(of, |of, one| of.add(test(one, engine)));
    match asked {
        EventTest::Is(field, values) => is(*field, values, engine),
        EventTest::All(tests) => each(tests, Cond::all()),
        EventTest::Any(tests) => each(tests, Cond::any()),
        EventTest::None(tests) => each(tests, Cond::any()).not(),
    }
}

fn condition(actor: &Actor, search: &EventSearch, engine: Engine) -> Cond {
    let mut which = seen_by(actor)
        .add(Expr::col("at").gte(search.from.as_micros()))
        .add(Expr::col("at").lt(search.to.as_micros()));
    let services = search.services.iter().copied().map(of_service);
    which = which.add(services.fold(Cond::any().add(Expr::val(1).eq(0)), Cond::add));
    for word in lists::words(&search.words) {
        which = which.add(lists::holds("search_text", &word));
    }
    search.tests.iter().fold(which, |which, one| which.add(test(one, engine)))
}

#[derive(sqlx::FromRow)]
struct Placed {
    #[sqlx(flatten)]
    line: Line,
    at: i64,
    pk: i64,
}

impl Insights<'_> {
    /// Up to `limit` events behind a place, in the order of time.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn search(
        &self,
        actor: &Actor,
        search: &EventSearch,
        after: Option<EventPlace>,
        descending: bool,
        limit: u64,
    ) -> Result<Found> {
        permit(actor, Operation::ReadEvents)?;
        let mut tx = self.0.db().read().await?;
        let mut which = condition(actor, search, tx.engine());
        if let Some((at, pk)) = after {
            let place = Expr::tuple([Expr::col("at"), Expr::col("pk")]);
            let mark = Expr::tuple([Expr::val(at), Expr::val(pk)]);
            which = which.add(if descending { place.lt(mark) } else { place.gt(mark) });
        }
        let order = if descending { Order::Desc } else { Order::Asc };
        let select: SelectStatement = Query::select()
            .columns(["body", "at", "pk"])
            .from("events")
            .cond_where(which)
            .order_by("at", order.clone())
            .order_by("pk", order)
            .limit(limit)
            .take();
        let rows: Vec<Placed> = tx.select(&select).await?;
        let last = rows.last().map(|row| (row.at, row.pk));
        let events: Result<Vec<Event>> = rows.iter().map(|row| row.line.event()).collect();
        let events = with_handles(&mut tx, events?).await?;
        let organization = crate::settings::read(&mut tx).await?.id;
        Ok(Found { organization, events, last })
    }

    /// How many events there are.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn count(&self, actor: &Actor, search: &EventSearch) -> Result<u64> {
        permit(actor, Operation::ReadEvents)?;
        let mut tx = self.0.db().read().await?;
        let which = condition(actor, search, tx.engine());
        lists::count_all(&mut tx, "events", which).await
    }

    /// Up to `limit` values of a field with how many events have each, the most frequent first; nothing for a field
    /// that is not kept with events.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn distinct(
        &self,
        actor: &Actor,
        search: &EventSearch,
        field: EventField,
        limit: u64,
    ) -> Result<Option<Vec<(String, u64)>>> {
        permit(actor, Operation::ReadEvents)?;
        let mut tx = self.0.db().read().await?;
        let Some(text) = text_of(field, tx.engine()) else { return Ok(None) };
        let which = condition(actor, search, tx.engine());
        let values = Query::select().expr_as(text, "value").from("events").cond_where(which).take();
        let counts = Query::select()
            .column("value")
            .expr_as(Expr::col(sea_query::Asterisk).count(), "times")
            .from_subquery(values, "found")
            .and_where(Expr::col("value").is_not_null())
            .and_where(Expr::col("value").ne(""))
            .group_by_col("value")
            .order_by("times", Order::Desc)
            .order_by("value", Order::Asc)
            .limit(limit)
            .take();
        let rows: Vec<(String, i64)> = tx.select(&counts).await?;
        Ok(Some(rows.into_iter().map(|(value, times)| (value, times.unsigned_abs())).collect()))
    }

    /// How many events there are in each span of `width` microseconds, by the span's number from the epoch, where an
    /// instant counts `offset` microseconds later.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn spans(
        &self,
        actor: &Actor,
        search: &EventSearch,
        width: i64,
        offset: i64,
    ) -> Result<BTreeMap<i64, u64>> {
        permit(actor, Operation::ReadEvents)?;
        let mut tx = self.0.db().read().await?;
        let which = condition(actor, search, tx.engine());
        let counted = histogram::count(&mut tx, which, width, offset).await?;
        Ok(counted.into_iter().map(|(span, (good, bad))| (span, good + bad)).collect())
    }
}
