//! Many users at once: `/api/v2/bulk`. Each request starts a job, which goes on by itself.

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use directory::UPDATE_MAX;
use model::job::{BulkAction, JobItem, JobItemState, NewJob};
use model::user::{ENTRIES_MAX, Selection, UserPatch};
use model::{ErrorCode, Faults, Id, Operation, Problem, Timestamp};
use serde_json::{Value, json};
use web::Portal;

use super::answer::{Refused, array};
use super::caller::Caller;
use super::instant::instant;
use super::openapi::{Api, Endpoint, Verb};
use super::precondition;
use super::systemusers::{changes, new_user, read_options, source, told};

/// How many stand in an answer unless more are asked for.
const LIMIT: u32 = 10;
/// Of how many things that are wrong with a body one is told.
const FAULTS_MAX: usize = 50;

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

pub fn routes() -> Api {
    let create_users =
        Endpoint::new(Verb::Post, "/v2/bulk/users", "createUsers", "Starts a job that adds many users.");
    let update_users =
        Endpoint::new(Verb::Patch, "/v2/bulk/users", "updateUsers", "Starts a job that changes many users.");
    let bulk_results = Endpoint::new(
        Verb::Get,
        "/v2/bulk/users/{id}/results",
        "listBulkResults",
        "What became of each user of a job, in the order of the request.",
    );
    let expire_many = Endpoint::new(
        Verb::Post,
        "/v2/bulk/user/expires",
        "expirePasswords",
        "Starts a job that requires many to change the password.",
    );
    let unlock_many = Endpoint::new(
        Verb::Post,
        "/v2/bulk/user/unlocks",
        "unlockUsers",
        "Starts a job that unlocks many users.",
    );
    Api::default()
        .at(
            create_users
                .needs(&[Operation::CreateUser])
                .with(&["CreationSource", "suppressEmail"])
                .takes("NewUsers")
                .answers("Started"),
            create,
        )
        .at(
            update_users
                .needs(&[Operation::UpdateUser])
                .with(&["suppressEmail"])
                .takes("UserChanges")
                .answers("Started"),
            update,
        )
        .at(
            bulk_results
                .needs(&[Operation::ReadOwnJobs])
                .with(&["limit", "skip"])
                .answers_some("BulkResults"),
            results,
        )
        .at(expire_many.needs(&[Operation::ForcePasswordChange]).takes("UserIds").answers("Started"), expire)
        .at(unlock_many.needs(&[Operation::UnlockUser]).takes("UserIds").answers("Started"), unlock)
}

/// Changes the users of a list, each as its own object says. What is wrong with one is told in that one's result.
async fn update(
    caller: Caller,
    State(portal): State<Portal>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::UpdateUser])?;
    read_options(query.as_deref().unwrap_or_default(), &["suppressEmail"])?.flag("suppressEmail")?;
    precondition::none(&headers)?;
    let rows = array(&headers, body).await?;
    if rows.len() > UPDATE_MAX {
        let message = format!("At most {UPDATE_MAX} users at once; these are {}.", rows.len());
        return Err(Problem::new(ErrorCode::Invalid, message).into());
    }
    let mut patches = Vec::with_capacity(rows.len());
    for row in rows {
        patches.push(patch(&caller, portal.clock.now(), row).await?);
    }
    started(caller.answer(caller.directory.jobs().update_users(&caller.actor, patches).await))
}

/// What one object asks for; or what is wrong with it, with whom it is about if that is known.
async fn patch(
    caller: &Caller,
    now: Timestamp,
    row: Value,
) -> Result<Result<UserPatch, (Option<Id>, Problem)>, Refused> {
    let Value::Object(mut fields) = row else {
        return Ok(Err((None, Problem::at("user", "This is an object."))));
    };
    let id = match fields.remove("id") {
        Some(Value::String(text)) => text.parse::<Id>().ok(),
        Some(_) | None => None,
    };
    let Some(id) = id else {
        return Ok(Err((None, Problem::at("id", "This is the _id of a user."))));
    };
    match caller.directory.users().entry(&caller.actor, id).await {
        Ok(before) => Ok(changes(&before, now, fields, None).map_err(|problem| (Some(id), problem))),
        Err(error) => match caller.directory.problem(error) {
            problem if problem.code == ErrorCode::NotFound => Ok(Err((Some(id), problem))),
            problem => Err(problem.into()),
        },
    }
}

/// Adds the users of a list. What is wrong with one is told in that one's result, and is not in the way of the
/// others.
async fn create(
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::CreateUser])?;
    let options = read_options(query.as_deref().unwrap_or_default(), &["suppressEmail"])?;
    let email = !options.flag("suppressEmail")?;
    precondition::none(&headers)?;
    let source = source(&headers)?;
    let rows = array(&headers, body).await?;
    let users = rows.iter().map(|row| match row {
        Value::Object(user) => new_user(user, None),
        _ => Err(Problem::at("user", "This is an object.")),
    });
    let jobs = caller.directory.jobs();
    started(caller.answer(jobs.create_users(&caller.actor, users.collect(), source, email).await))
}

async fn expire(
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    act(caller, BulkAction::ForcePasswordChange, query, &headers, body).await
}

async fn unlock(
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    act(caller, BulkAction::Unlock, query, &headers, body).await
}

async fn act(
    caller: Caller,
    action: BulkAction,
    query: Option<String>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    caller.may_any(&[action.action().operation()])?;
    read_options(query.as_deref().unwrap_or_default(), &[])?;
    precondition::none(headers)?;
    let ids = ids(&array(headers, body).await?)?;
    let job = NewJob { action, selection: Selection::These(ids), reason: String::new() };
    started(caller.answer(caller.directory.jobs().start(&caller.actor, &job).await))
}

fn started(job: Result<Id, Refused>) -> Result<Json<Value>, Refused> {
    Ok(Json(json!({ "jobId": job?.to_string() })))
}

/// `[{"id": …}, …]`, or the ids alone. One that cannot be anybody's is told.
fn ids(rows: &[Value]) -> Result<Vec<Id>, Problem> {
    let mut faults = Faults::default();
    let mut ids = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let text = match row {
            Value::String(text) => Some(text),
            Value::Object(parts) if parts.len() == 1 => match parts.get("id") {
                Some(Value::String(text)) => Some(text),
                _ => None,
            },
            _ => None,
        };
        match text.and_then(|text| text.parse().ok()) {
            Some(id) => ids.push(id),
            None => faults.add(format!("[{index}]"), "This is {\"id\": …} with the _id of a user."),
        }
        if faults.iter().count() == FAULTS_MAX {
            break;
        }
    }
    faults.check()?;
    Ok(ids)
}

/// What became of each whom a job is about, in the order of the request.
async fn results(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::ReadOwnJobs])?;
    let options = read_options(query.as_deref().unwrap_or_default(), &["limit", "skip"])?;
    let (limit, skip) = (options.number("limit", LIMIT)?, options.number("skip", 0)?);
    let limit = u16::try_from(limit).ok().filter(|limit| (1..=ENTRIES_MAX).contains(limit));
    let too_many = || told(Problem::at("limit", format!("The limit is from 1 to {ENTRIES_MAX}.")));
    let limit = limit.ok_or_else(too_many)?;
    let id = id.parse().map_err(|_| Problem::not_found("job"))?;
    let jobs = caller.directory.jobs();
    let job = caller.answer(jobs.read(&caller.actor, id).await)?;
    let items = caller.answer(jobs.results(&caller.actor, id, skip, limit).await)?;
    let began = job.row.created_at;
    let items: Vec<Value> = items.iter().map(|item| result(item, began)).collect();
    let mut answer = Json(items).into_response();
    if let Ok(total) = HeaderValue::from_str(&job.row.total.to_string()) {
        answer.headers_mut().insert(TOTAL, total);
    }
    Ok(answer)
}

fn result(item: &JobItem, began: Timestamp) -> Value {
    let status = match item.state {
        JobItemState::Waiting => "pending",
        JobItemState::Done => "finished",
        JobItemState::Refused => "failed",
    };
    let id = item.subject.to_string();
    json!({
        "id": id,
        "status": status,
        "statusMsg": item.refused.as_deref().unwrap_or_default(),
        "meta": { "name": item.name },
        "persistedFields": if item.state == JobItemState::Done { json!({ "_id": id }) } else { json!({}) },
        "createdAt": instant(began),
        "updatedAt": instant(item.at.unwrap_or(began)),
    })
}
