//! Scheduled changes of users' states: `/api/v2/bulk/userstates`.

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use model::user::Notify;
use model::user::schedule::{LocalTime, NewSchedule, Schedule, ScheduledChange};
use model::{ErrorCode, Fault, Faults, Id, Operation, Problem};
use serde_json::{Map, Value, json};

use super::answer::{Refused, malformed, object};
use super::caller::Caller;
use super::instant::instant;
use super::openapi::{Api, Endpoint, Verb};
use super::precondition;
use super::systemusers::{read_options, told};

/// How many stand in an answer unless more are asked for.
const LIMIT: u32 = 10;

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// The state that it brings the users to decides which of them is asked for.
const CHANGE: &[Operation] = &[Operation::SuspendUser, Operation::ActivateUser];

pub fn routes() -> Api {
    let schedule = Endpoint::new(
        Verb::Post,
        "/v2/bulk/userstates",
        "scheduleUserStates",
        "Schedules the activation or the suspension of many users, of all of them or of none.",
    );
    let list = Endpoint::new(
        Verb::Get,
        "/v2/bulk/userstates",
        "listScheduledUserStates",
        "Lists scheduled activations and suspensions, the next first.",
    );
    let cancel = Endpoint::new(
        Verb::Delete,
        "/v2/bulk/userstates/{id}",
        "cancelScheduledUserState",
        "Cancels a scheduled activation or suspension.",
    );
    Api::default()
        .at(schedule.needs(CHANGE).takes("NewScheduledUserStates").makes("ScheduledUserStates"), create)
        .at(
            list.needs(&[Operation::ListUsers])
                .with(&["limit", "skip", "userid"])
                .answers_some("ScheduledUserStates"),
            read,
        )
        .at(cancel.needs(CHANGE), remove)
}

async fn create(
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    caller.may_any(CHANGE)?;
    read_options(query.as_deref().unwrap_or_default(), &[])?;
    precondition::none(&headers)?;
    let (ids, new) = wanted(&object(&headers, body).await?)?;
    let made = caller.directory.users().schedule_each(&caller.actor, &ids, &new).await;
    let made = made.map_err(|error| by_our_names(caller.directory.problem(error)))?;
    Ok((StatusCode::CREATED, Json(made.iter().map(shape).collect::<Vec<_>>())).into_response())
}

async fn read(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Refused> {
    caller.may_any(&[Operation::ListUsers])?;
    let options = read_options(query.as_deref().unwrap_or_default(), &["limit", "skip", "userid"])?;
    let (limit, skip) = (options.number("limit", LIMIT)?, options.number("skip", 0)?);
    let user = options.text("userid").map(str::parse::<Id>).transpose();
    let user = user.map_err(|_| told(Problem::at("userid", "This is the _id of a user.")))?;
    // What is too much for the number is too much for the answer.
    let limit = u16::try_from(limit).unwrap_or(u16::MAX);
    let found = caller.directory.users().schedule_entries(&caller.actor, user, skip, limit).await;
    let (total, found) = found.map_err(|error| told(caller.directory.problem(error)))?;
    let mut answer = Json(found.iter().map(shape).collect::<Vec<_>>()).into_response();
    if let Ok(total) = HeaderValue::from_str(&total.to_string()) {
        answer.headers_mut().insert(TOTAL, total);
    }
    Ok(answer)
}

async fn remove(caller: Caller, Path(id): Path<String>, headers: HeaderMap) -> Result<StatusCode, Refused> {
    caller.may_any(CHANGE)?;
    precondition::none(&headers)?;
    let id = id.parse().map_err(|_| Problem::not_found("scheduled change"))?;
    caller.answer(caller.directory.users().cancel_schedule(&caller.actor, id).await)?;
    Ok(StatusCode::NO_CONTENT)
}

fn shape(schedule: &Schedule) -> Value {
    json!({
        "systemUserId": schedule.user,
        "scheduledJobId": schedule.id,
        "scheduledDate": instant(schedule.at),
        "state": schedule.change.as_str(),
    })
}

const STATE: &str = "This is ACTIVATED or SUSPENDED.";
const START: &str = "This is an instant to come, as 2026-12-01T08:00:00Z.";
const IDS: &str = "This is a list of the _ids of users.";

/// Whom a body is about, and what is to be done to them.
///
/// # Errors
/// `malformed` for another field; `invalid` for what is missing or of another form.
fn wanted(body: &Map<String, Value>) -> Result<(Vec<Id>, NewSchedule), Problem> {
    let mut faults = Faults::default();
    let (mut ids, mut change, mut at) = (None, None, None);
    let (mut send, mut address) = (None, None);
    for (name, value) in body {
        match (name.as_str(), value) {
            ("user_ids", Value::Array(items)) => ids = faults.take(name, read_ids(items)),
            ("state", Value::String(text)) => {
                change = faults.take(name, ScheduledChange::parse(text).ok_or(STATE));
            }
            ("start_date", Value::String(text)) => at = faults.take(name, in_utc(text)),
            ("send_activation_emails", Value::Bool(on)) => send = Some(*on),
            ("activation_email_override", Value::String(text)) => address = Some(text.clone()),
            ("send_activation_emails" | "activation_email_override", Value::Null) => {}
            ("user_ids", _) => faults.add(name, IDS),
            ("state", _) => faults.add(name, STATE),
            ("start_date", _) => faults.add(name, START),
            ("send_activation_emails", _) => faults.add(name, "This is true or false."),
            ("activation_email_override", _) => faults.add(name, "This is an address."),
            (other, _) => {
                let message = format!("There is nothing to do with “{other}” here.");
                return Err(malformed(message.clone(), vec![Fault { field: other.to_owned(), message }]));
            }
        }
    }
    for (name, there) in
        [("user_ids", ids.is_some()), ("state", change.is_some()), ("start_date", at.is_some())]
    {
        if !there && !body.contains_key(name) {
            faults.add(name, "This is needed.");
        }
    }
    // An address is passed over where no email is wanted.
    let notify = match (send, address) {
        (Some(false), _) | (None, None) => Notify::Nobody,
        (_, Some(address)) => Notify::To(address),
        (Some(true), None) => Notify::Default,
    };
    if change == Some(ScheduledChange::Suspension) && notify != Notify::Nobody {
        faults.add("send_activation_emails", "Only an activation sends an email.");
    }
    if let (Some(several), Notify::To(_)) = (ids.as_ref().filter(|ids| ids.len() != 1), &notify) {
        let message = format!("An address is for one user alone; these are {}.", several.len());
        faults.add("activation_email_override", message);
    }
    faults.check()?;
    match (ids, change, at) {
        (Some(ids), Some(change), Some(at)) => Ok((ids, NewSchedule { change, at, notify })),
        _ => Err(malformed("The body cannot be read.", vec![])),
    }
}

fn read_ids(items: &[Value]) -> Result<Vec<Id>, &'static str> {
    let id = |item: &Value| item.as_str().and_then(|text| text.parse().ok());
    items.iter().map(id).collect::<Option<Vec<Id>>>().ok_or(IDS)
}

/// An instant as clocks show it in UTC, to the minute.
fn in_utc(text: &str) -> Result<LocalTime, &'static str> {
    let at: jiff::Timestamp = text.parse().map_err(|_| START)?;
    let (date, time) = (at.strftime("%Y-%m-%d").to_string(), at.strftime("%H:%M").to_string());
    Ok(LocalTime { date, time, zone: "UTC".to_owned() })
}

/// What is wrong with the time or the address, by the names that they have in the body.
fn by_our_names(mut problem: Problem) -> Refused {
    for fault in &mut problem.faults {
        match fault.field.as_str() {
            "date" | "time" | "zone" => "start_date".clone_into(&mut fault.field),
            "email" => "activation_email_override".clone_into(&mut fault.field),
            "selection" => "user_ids".clone_into(&mut fault.field),
            _ => {}
        }
    }
    if problem.code == ErrorCode::ReauthenticationNeeded {
        "One of the users is an administrator, too, to whom this takes a proof of the password."
            .clone_into(&mut problem.message);
    }
    problem.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Value) -> Result<(Vec<Id>, NewSchedule), Problem> {
        let Value::Object(body) = body else { panic!("{body}") };
        wanted(&body)
    }

    #[test]
    fn emails_are_for_activations_and_an_address_for_one() {
        let id = "0123456789abcdef01234567";
        let body = |state: &str, more: Value| {
            let mut body =
                json!({ "user_ids": [id], "state": state, "start_date": "2026-12-01T09:30:59+01:00" });
            for (name, value) in more.as_object().expect("an object") {
                body[name] = value.clone();
            }
            body
        };
        let (_, new) = read(body("ACTIVATED", json!({}))).expect("read");
        assert_eq!(
            (new.at.date.as_str(), new.at.time.as_str(), new.at.zone.as_str()),
            ("2026-12-01", "08:30", "UTC")
        );
        assert_eq!(new.notify, Notify::Nobody);
        for (more, notify) in [
            (json!({ "send_activation_emails": true }), Notify::Default),
            (json!({ "activation_email_override": "a@b.org" }), Notify::To("a@b.org".into())),
            (
                json!({ "send_activation_emails": false, "activation_email_override": "a@b.org" }),
                Notify::Nobody,
            ),
        ] {
            assert_eq!(read(body("ACTIVATED", more)).expect("read").1.notify, notify);
        }
        for (body, field) in [
            (body("SUSPENDED", json!({ "send_activation_emails": true })), "send_activation_emails"),
            (body("STAGED", json!({})), "state"),
            (body("ACTIVATED", json!({ "start_date": "tomorrow" })), "start_date"),
            (body("ACTIVATED", json!({ "user_ids": [1] })), "user_ids"),
            (
                body("ACTIVATED", json!({ "user_ids": [id, id], "activation_email_override": "a@b.org" })),
                "activation_email_override",
            ),
            (body("ACTIVATED", json!({ "colour": "red" })), "colour"),
            (json!({ "state": "ACTIVATED" }), "user_ids"),
        ] {
            let problem = read(body.clone()).expect_err("refused");
            assert!(problem.fault(field).is_some(), "{body} {problem:?}");
        }
    }
}
