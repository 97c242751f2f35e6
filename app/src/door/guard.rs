//! The portal's pages are for those who are signed in; everybody else is sent to sign in first.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use model::{ErrorCode, Problem};

use super::Portal;
use crate::viewer::Viewer;
use crate::{entrance, places};

/// Around the portal's pages: who asks, and how they want to see it, go along with the request.
/// Server functions pass; they ask for themselves.
pub async fn pages(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    if !places::is_portal(request.uri().path()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    match signed_in(&portal, &mut parts).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(problem) if problem.code == ErrorCode::NotSignedIn => {
            let here = parts.uri.path_and_query().map_or(places::HOME, |here| here.as_str());
            let mut answer = Redirect::to(&places::login(here)).into_response();
            answer.headers_mut().insert(header::VARY, HeaderValue::from_static("cookie"));
            answer
        }
        Err(problem) => entrance::failed(&portal, &parts, &problem),
    }
}

async fn signed_in(portal: &Portal, parts: &mut Parts) -> Result<(), Problem> {
    let actor = portal.administrator(parts).await?;
    let me = portal.directory.account().me(&actor).await;
    let me = me.map_err(|error| portal.directory.problem(error))?;
    parts.extensions.insert(Viewer { me: Some(me), ..portal.viewer(&parts.headers) });
    parts.extensions.insert(actor);
    Ok(())
}
