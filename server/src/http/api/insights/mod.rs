//! Directory Insights: `/api/insights/directory/v1/events`, with the bodies and headers of the reference.

mod body;
mod shape;
mod spans;
mod term;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use model::{Operation, Timestamp};
use serde_json::{Map, Value, json};
use web::Portal;

use super::answer::{Refused, malformed, object};
use super::caller::Caller;
use super::openapi::{Api, Endpoint, Verb};
use body::Asked;
pub use shape::event_shape;

const READ: &[Operation] = &[Operation::ReadEvents];

const RESULT_COUNT: HeaderName = HeaderName::from_static("x-result-count");
const LIMIT: HeaderName = HeaderName::from_static("x-limit");
const SORT: HeaderName = HeaderName::from_static("x-sort");
const SEARCH_AFTER: HeaderName = HeaderName::from_static("x-search_after");

pub fn routes() -> Api {
    let of = |path, id, summary| Endpoint::new(Verb::Post, path, id, summary).needs(READ);
    let events = of("/insights/directory/v1/events", "searchEvents", "Events, page by page.");
    let count = of("/insights/directory/v1/events/count", "countEvents", "How many events there are.");
    let distinct = of(
        "/insights/directory/v1/events/distinct",
        "distinctEvents",
        "The values of a field, with how many events have each.",
    );
    let interval = of(
        "/insights/directory/v1/events/interval",
        "countEventsByInterval",
        "How many events there are in each interval.",
    );
    Api::default()
        .at(events.takes("EventQuery").answers_events("Events"), search)
        .at(count.takes("EventQuery").answers("EventCount"), count_all)
        .at(distinct.takes("EventDistinctQuery").answers("EventBuckets"), values)
        .at(interval.takes("EventIntervalQuery").answers("EventBuckets"), intervals)
}

/// Reads what is asked, once it is known that it may be.
async fn asked(
    caller: &Caller,
    now: Timestamp,
    (headers, body): (&HeaderMap, Body),
    own: &'static [&'static str],
) -> Result<Asked, Refused> {
    caller.may_any(READ)?;
    let body = object(headers, body).await?;
    Ok(body::read(&body, own, now)?)
}

async fn search(
    State(portal): State<Portal>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    let asked = asked(&caller, portal.clock.now(), (&headers, body), body::OF_PAGES).await?;
    let Asked { search, page, .. } = &asked;
    let found = caller.directory.insights();
    let found = found.search(&caller.actor, search, page.after, page.descending, page.limit).await;
    let found = caller.answer(found)?;
    let events: Vec<Value> =
        found.events.iter().map(|event| asked.fields.of(event_shape(event, found.organization))).collect();
    // Behind the last page as well there is a place to go on from.
    let place = found.last.or(page.after).map_or_else(|| json!([]), |(at, place)| json!([at, place]));
    let sort = if page.descending { "DESC" } else { "ASC" };
    let mut answer = Json(&events).into_response();
    for (name, value) in [
        (RESULT_COUNT, events.len().to_string()),
        (LIMIT, page.limit.to_string()),
        (SORT, sort.to_owned()),
        (SEARCH_AFTER, place.to_string()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers_mut().insert(name, value);
        }
    }
    Ok(answer)
}

async fn count_all(
    State(portal): State<Portal>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    let asked = asked(&caller, portal.clock.now(), (&headers, body), body::OF_PAGES).await?;
    let count = caller.answer(caller.directory.insights().count(&caller.actor, &asked.search).await)?;
    Ok(Json(json!({ "count": count })))
}

/// Values with how many events have each.
fn buckets(values: impl Iterator<Item = Map<String, Value>>) -> Json<Value> {
    Json(json!({ "buckets": values.map(Value::Object).collect::<Vec<_>>() }))
}

async fn values(
    State(portal): State<Portal>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    let asked = asked(&caller, portal.clock.now(), (&headers, body), body::OF_DISTINCT).await?;
    let Some(field) = asked.field else { return Err(lacking("field")) };
    let insights = caller.directory.insights();
    let found = insights.distinct(&caller.actor, &asked.search, field, asked.page.limit).await;
    let Some(found) = caller.answer(found)? else {
        let message = format!("Events have no {} of their own to be counted by.", field.as_str());
        let fault = model::Fault { field: "field".to_owned(), message: message.clone() };
        return Err(malformed(message, vec![fault]).into());
    };
    Ok(buckets(found.into_iter().map(|(value, count)| {
        Map::from_iter([("key".to_owned(), value.into()), ("doc_count".to_owned(), count.into())])
    })))
}

async fn intervals(
    State(portal): State<Portal>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    let asked = asked(&caller, portal.clock.now(), (&headers, body), body::OF_INTERVALS).await?;
    let Some(interval) = asked.interval else { return Err(lacking("interval_unit")) };
    let (width, offset) = (interval.counted(), interval.offset());
    let insights = caller.directory.insights();
    let found = caller.answer(insights.spans(&caller.actor, &asked.search, width, offset).await)?;
    Ok(buckets(interval.gather(&found).into_iter().map(|(at, count)| {
        Map::from_iter([
            ("key".to_owned(), at.as_millis().into()),
            ("key_as_string".to_owned(), interval.written(at).into()),
            ("doc_count".to_owned(), count.into()),
        ])
    })))
}

fn lacking(field: &str) -> Refused {
    let message = format!("“{field}” must be there.");
    malformed(message.clone(), vec![model::Fault { field: field.to_owned(), message }]).into()
}
