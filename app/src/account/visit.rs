//! An administrator at their own account, and the answers that they get.

use axum::extract::FromRequestParts;
use axum::http::{Method, request::Parts};
use axum::response::{Html, IntoResponse, Response};
use directory::{Actor, Directory, Token};
use model::account::Me;
use model::{ErrorCode, Problem};

use crate::door::{Keep, Portal};
use crate::entrance::page::{see, told};
use crate::viewer::Viewer;
use crate::{entrance, places};

/// Who asks for a page of their own account.
pub struct Visit {
    pub actor: Actor,
    pub me: Me,
    portal: Portal,
    request: Parts,
}

impl FromRequestParts<Portal> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Response> {
        let refused = |problem: Problem| not_let_in(portal, parts, &problem);
        let actor = portal.administrator(parts).await.map_err(refused)?;
        let me = portal.directory.account().me(&actor).await;
        let me = me.map_err(|error| refused(portal.directory.problem(error)))?;
        Ok(Self { actor, me, portal: portal.clone(), request: parts.clone() })
    }
}

impl Visit {
    pub fn directory(&self) -> &Directory {
        &self.portal.directory
    }

    pub fn viewer(&self) -> Viewer {
        Viewer { me: Some(self.me.clone()), ..self.portal.viewer(&self.request.headers) }
    }

    /// What the directory said, as the caller is told.
    pub fn answer<T>(&self, said: directory::Result<T>) -> Result<T, Problem> {
        said.map_err(|error| self.portal.directory.problem(error))
    }

    /// On to another page, with the token that the session goes on under.
    pub fn go_on(&self, answer: impl IntoResponse, token: &Token) -> Response {
        let mut answer = answer.into_response();
        self.portal.keep(answer.headers_mut(), &Keep::Session(token));
        answer
    }

    /// An answer to a problem that no form shows.
    pub fn failed(&self, problem: &Problem) -> Response {
        not_let_in(&self.portal, &self.request, problem)
    }

    /// The form again with what is wrong; somebody whose session has just ended signs in first.
    pub fn again(&self, problem: &Problem, html: impl FnOnce() -> Html<String>) -> Response {
        match problem.code {
            ErrorCode::NotSignedIn | ErrorCode::Internal | ErrorCode::Unavailable => self.failed(problem),
            _ => told(problem, html()),
        }
    }
}

fn not_let_in(portal: &Portal, request: &Parts, problem: &Problem) -> Response {
    if problem.code != ErrorCode::NotSignedIn {
        return entrance::failed(portal, request, problem);
    }
    // A form cannot be sent anew after signing in: back to the page that it stands on.
    let path = request.uri.path();
    let pages = [places::OWN_SECURITY, places::OWN_SESSIONS];
    let page = pages.into_iter().find(|page| path.starts_with(page)).unwrap_or(places::OWN_DETAILS);
    see(&places::login(if request.method == Method::GET { path } else { page }))
}
