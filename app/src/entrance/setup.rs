//! The first run: names the organization and makes its first administrator.

use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::extract::{Query, State};
use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use model::{ErrorCode, Principal, Problem};
use serde::Deserialize;

use super::page::{entrance, failed, see, told};
use super::setup_typed::Typed;
use super::{report, setup_form};
use crate::door::{Keep, Portal};
use crate::places;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    token: String,
}

pub async fn show(State(portal): State<Portal>, Query(asked): Query<Asked>, request: Parts) -> Response {
    if let Err(error) = portal.directory.setup().check(&portal.visitor(&request), &asked.token).await {
        return failed(&portal, &request, &portal.directory.problem(error));
    }
    page(&portal, &request, &asked.token, &Typed::default(), None)
}

pub async fn take(
    State(portal): State<Portal>,
    Query(asked): Query<Asked>,
    request: Parts,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    // Before the file is read: without the token nobody fills our memory.
    if let Err(error) = portal.directory.setup().check(&portal.visitor(&request), &asked.token).await {
        return failed(&portal, &request, &portal.directory.problem(error));
    }
    match form {
        Ok(form) => match Typed::read(form).await {
            Ok(typed) => complete(&portal, &request, &asked.token, typed).await,
            // What breaks off on its way is no fault of ours.
            Err(error) if error.status().is_server_error() => StatusCode::REQUEST_TIMEOUT.into_response(),
            Err(error) => error.into_response(),
        },
        Err(rejection) => rejection.into_response(),
    }
}

async fn complete(portal: &Portal, request: &Parts, token: &str, mut typed: Typed) -> Response {
    let visitor = portal.visitor(request);
    match portal.directory.setup().complete(&visitor, token, typed.take_form()).await {
        Ok(done) => {
            let left_out = done.import.as_ref().filter(|report| !report.is_complete());
            let mut answer = match left_out {
                Some(report) => report::page(portal.viewer(&request.headers), report).into_response(),
                None => see(places::HOME),
            };
            portal.keep(answer.headers_mut(), Principal::Administrator, &Keep::Session(&done.token));
            answer
        }
        Err(error) => {
            let problem = typed.with_all_faults(portal.directory.problem(error));
            match problem.code {
                ErrorCode::Gone => failed(portal, request, &problem),
                _ => page(portal, request, token, &typed, Some(&problem)),
            }
        }
    }
}

fn page(portal: &Portal, request: &Parts, token: &str, typed: &Typed, problem: Option<&Problem>) -> Response {
    let viewer = portal.viewer(&request.headers);
    let html = entrance(viewer, "Set up Bailiwick", true, || setup_form::form(token, typed, problem));
    match problem {
        Some(problem) => told(problem, html),
        None => html.into_response(),
    }
}
