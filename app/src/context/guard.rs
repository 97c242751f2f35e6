//! The portals' pages are for those who are signed in; everybody else is sent to sign in first.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use directory::{Actor, Directory};
use model::{ErrorCode, Principal, Problem};

use super::Portal;
use crate::{auth, news, routes};

/// Around the portals' pages: who asks, and how they want to see it, go along with the request.
/// Server functions pass; they ask for themselves.
pub async fn pages(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let Some(principal) = principal_of(request.uri().path()) else { return next.run(request).await };
    let (mut parts, body) = request.into_parts();
    match signed_in(&portal, principal, &mut parts).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(problem) if problem.code == ErrorCode::NotSignedIn => {
            let here = parts.uri.path_and_query().map_or(routes::PORTAL, |here| here.as_str());
            let mut answer = Redirect::to(&routes::login(here)).into_response();
            answer.headers_mut().insert(header::VARY, HeaderValue::from_static("cookie"));
            answer
        }
        Err(problem) => auth::failed(&portal, &parts, &problem),
    }
}

/// Whose pages are at a path.
fn principal_of(path: &str) -> Option<Principal> {
    if routes::is_admin(path) {
        Some(Principal::Administrator)
    } else {
        routes::is_portal(path).then_some(Principal::User)
    }
}

async fn signed_in(portal: &Portal, principal: Principal, parts: &mut Parts) -> Result<(), Problem> {
    let actor = portal.signed_in(parts, principal).await?;
    let viewer = portal.viewer(&parts.headers);
    let directory = &portal.directory;
    let told = |error| directory.problem(error);
    match principal {
        Principal::Administrator => {
            let me = directory.account().me(&actor).await.map_err(told)?;
            let mut viewer = viewer.chosen_by(&me);
            viewer.unread = unread(directory, &actor, &me.news_seen).await?;
            parts.extensions.insert(viewer.of(Some(me)));
        }
        Principal::User => {
            let me = directory.portal().me(&actor).await.map_err(told)?;
            parts.extensions.insert(viewer.of(Some(me)));
        }
    }
    parts.extensions.insert(Looked(principal, actor));
    Ok(())
}

/// Whether there is something that an administrator has not seen. Nothing is new to whoever comes for the
/// first time: what comes after this program will be.
async fn unread(directory: &Directory, actor: &Actor, seen: &str) -> Result<bool, Problem> {
    if seen.is_empty() {
        let begun = directory.preferences().see_news(actor, news::edition()).await;
        return begun.map(|()| false).map_err(|error| directory.problem(error));
    }
    Ok(seen != news::edition())
}

/// Whoever a page was made for, so that what it asks while it is made need not look them up again.
#[derive(Clone)]
pub struct Looked(pub Principal, pub Actor);
