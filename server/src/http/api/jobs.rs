//! Jobs: `/api/v2/jobs`, long work of whoever asks, or of everybody.

use axum::{
    Json,
    body::Body,
    extract::{Path, Query, RawQuery},
    http::{HeaderMap, Uri},
};
use model::job::{JobDetails, JobItem, JobRow};
use model::list::Cursor;
use model::{Fault, Id, ListQuery, Operation, Problem};
use serde_json::{Map, Value, json};

use super::answer::{Refused, malformed, object};
use super::caller::Caller;
use super::instant::instant;
use super::openapi::{Api, Endpoint, Verb};
use super::systemusers::told;

pub fn routes() -> Api {
    let list_jobs = Endpoint::new(Verb::Get, "/v2/jobs", "listJobs", "Lists jobs, the latest first.");
    let read_job =
        Endpoint::new(Verb::Get, "/v2/jobs/{id}", "readJob", "How far a job is, and why it failed.");
    let job_results = Endpoint::new(
        Verb::Get,
        "/v2/jobs/{id}/results",
        "listJobItems",
        "What became of each user of a job.",
    );
    let cancel_job = Endpoint::new(
        Verb::Post,
        "/v2/jobs/{id}/cancel",
        "cancelJob",
        "Stops a job after what is under way.",
    );
    let own = &[Operation::ReadOwnJobs];
    let pages = &["pageLimit", "after"];
    Api::default()
        .at(list_jobs.needs(own).with(pages).answers("Jobs"), list)
        .at(read_job.needs(own).answers("Job"), read)
        .at(job_results.needs(own).with(pages).answers("JobItems"), results)
        .at(cancel_job.needs(CANCEL).may_take("Nothing").answers("Job"), cancel)
}

/// Whose job it is decides which of them is asked for.
const CANCEL: &[Operation] = &[Operation::CancelOwnJob, Operation::CancelAnyJob];

async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::ReadOwnJobs])?;
    let query = page_of(query.as_deref().unwrap_or_default())?;
    let said = caller.directory.jobs().list(&caller.actor, &query).await;
    let page = said.map_err(|error| told(caller.directory.problem(error)))?;
    let rows: Vec<_> = page.rows.iter().map(row).collect();
    Ok(Json(json!({ "totalCount": page.total.counted, "results": rows, "after": page.after })))
}

async fn read(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::ReadOwnJobs])?;
    let job = caller.answer(caller.directory.jobs().read(&caller.actor, named(&id)?).await)?;
    Ok(Json(Value::Object(details(&job))))
}

async fn results(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::ReadOwnJobs])?;
    let query = page_of(query.as_deref().unwrap_or_default())?;
    let said = caller.directory.jobs().items(&caller.actor, named(&id)?, &query).await;
    let page = said.map_err(|error| told(caller.directory.problem(error)))?;
    let rows: Vec<_> = page.rows.iter().map(item).collect();
    Ok(Json(json!({ "totalCount": page.total.counted, "results": rows, "after": page.after })))
}

/// Stops a job after what is under way; answers with the job as it is then.
async fn cancel(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    caller.may_any(CANCEL)?;
    let id = named(&id)?;
    if let Some((field, _)) = object(&headers, body).await?.into_iter().next() {
        let message = format!("“{field}” is nothing that can be said here.");
        return Err(malformed(message.clone(), vec![Fault { field, message }]).into());
    }
    let jobs = caller.directory.jobs();
    caller.answer(jobs.cancel(&caller.actor, id).await)?;
    Ok(Json(Value::Object(details(&caller.answer(jobs.read(&caller.actor, id).await)?))))
}

fn named(id: &str) -> Result<Id, Refused> {
    id.parse().map_err(|_| Problem::not_found("job").into())
}

/// `limit` and `after`, and nothing else.
fn page_of(text: &str) -> Result<ListQuery, Problem> {
    let unreadable = || malformed("The query of this address cannot be read.", vec![]);
    let address: Uri = format!("/?{text}").parse().map_err(|_| unreadable())?;
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&address).map_err(|_| unreadable())?;
    let mut query = ListQuery::default();
    for (name, value) in pairs {
        let fault =
            |message: String| malformed(message.clone(), vec![Fault { field: name.clone(), message }]);
        match name.as_str() {
            "limit" => {
                query.limit =
                    value.parse().map_err(|_| fault(format!("“{value}” is no number that fits.")))?;
            }
            "after" => query.cursor = Some(Cursor::After(value)),
            _ => return Err(fault(format!("“{name}” is nothing that can be asked for here."))),
        }
    }
    Ok(query)
}

fn row(row: &JobRow) -> Map<String, Value> {
    let object = json!({
        "id": row.id,
        "kind": row.kind,
        "title": row.title(),
        "state": row.state,
        "startedBy": row.started_by,
        "created": instant(row.created_at),
        "started": row.started_at.map(instant),
        "finished": row.finished_at.map(instant),
        "total": row.total,
        "done": row.done,
        "leftOut": row.refused,
    });
    match object {
        Value::Object(object) => object,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

fn details(job: &JobDetails) -> Map<String, Value> {
    let mut object = row(&job.row);
    object.insert("failure".to_owned(), json!((!job.why.is_empty()).then_some(&job.why)));
    object
}

fn item(item: &JobItem) -> Value {
    json!({
        "user": item.subject,
        "name": item.name,
        "result": item.state,
        "why": item.refused,
        "at": item.at.map(instant),
    })
}
