//! Somebody at their own account, and the answers that they get.

use axum::extract::FromRequestParts;
use axum::http::{Method, request::Parts};
use axum::response::{Html, IntoResponse, Response};
use directory::{Actor, Directory, Token};
use model::account::Me;
use model::{ErrorCode, PasswordPolicy, Principal, Problem, portal};

use crate::auth::flow::AuthFlow;
use crate::auth::page::{redirect, response};
use crate::routes::AuthRoutes;
use crate::viewer::Viewer;
use crate::{auth, routes};
use web::{Keep, Portal};

/// Who asks for a page of their own account.
pub struct Visit {
    pub actor: Actor,
    pub who: Who,
    flow: AuthFlow,
    request: Parts,
}

/// Of either kind.
pub enum Who {
    Administrator(Box<Me>),
    User(Box<portal::Me>),
}

impl FromRequestParts<AuthFlow> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, flow: &AuthFlow) -> Result<Self, Response> {
        let refused = |problem: Problem| not_let_in(flow, parts, &problem);
        let actor = flow.signed_in(parts, flow.principal()).await.map_err(refused)?;
        let who = who(flow, &actor).await.map_err(refused)?;
        Ok(Self { actor, who, flow: flow.clone(), request: parts.clone() })
    }
}

async fn who(flow: &AuthFlow, actor: &Actor) -> Result<Who, Problem> {
    let told = |error| flow.directory.problem(error);
    Ok(match flow.principal() {
        Principal::Administrator => {
            Who::Administrator(Box::new(flow.directory.account().me(actor).await.map_err(told)?))
        }
        Principal::User => Who::User(Box::new(flow.directory.portal().me(actor).await.map_err(told)?)),
    })
}

impl std::ops::Deref for Visit {
    type Target = Portal;
    fn deref(&self) -> &Portal {
        &self.flow
    }
}

impl Visit {
    pub fn directory(&self) -> &Directory {
        &self.flow.directory
    }

    pub fn routes(&self) -> &'static AuthRoutes {
        self.flow.routes
    }

    /// The name under which the browser's store of passwords files theirs.
    pub fn email(&self) -> &str {
        match &self.who {
            Who::Administrator(me) => &me.email,
            Who::User(me) => &me.email,
        }
    }

    pub fn viewer(&self) -> Viewer {
        let viewer = Viewer::from_request(&self.flow, &self.request.headers);
        match &self.who {
            Who::Administrator(me) => viewer.chosen_by(me),
            Who::User(_) => viewer,
        }
    }

    /// The rules for the passwords of users; administrators have rules of their own.
    pub async fn rules(&self) -> Result<Option<PasswordPolicy>, Problem> {
        self.flow.rules_for(&self.actor).await
    }

    /// What the directory said, as the caller is told.
    pub fn answer<T>(&self, said: directory::Result<T>) -> Result<T, Problem> {
        said.map_err(|error| self.flow.directory.problem(error))
    }

    /// On to another page, with the token that the session goes on under.
    pub fn go_on(&self, answer: impl IntoResponse, token: &Token) -> Response {
        let mut answer = answer.into_response();
        self.flow.keep(&mut answer, &Keep::Session(token));
        answer
    }

    /// An answer to a problem that no form shows.
    pub fn failed(&self, problem: &Problem) -> Response {
        not_let_in(&self.flow, &self.request, problem)
    }

    /// The form again with what is wrong; somebody whose session has just ended signs in first.
    pub fn again(&self, problem: &Problem, html: impl FnOnce() -> Html<String>) -> Response {
        match problem.code {
            ErrorCode::NotSignedIn | ErrorCode::Internal | ErrorCode::Unavailable => self.failed(problem),
            _ => response(problem, html()),
        }
    }
}

fn not_let_in(flow: &AuthFlow, request: &Parts, problem: &Problem) -> Response {
    if problem.code != ErrorCode::NotSignedIn {
        return auth::failed(flow, request, problem);
    }
    // A form cannot be sent anew after signing in: back to the page that it stands on.
    let path = request.uri.path();
    let pages = [flow.routes.sessions, flow.routes.security, routes::SSH_KEYS, routes::OWN_API_KEY];
    let first = match flow.principal() {
        Principal::Administrator => routes::OWN_DETAILS,
        Principal::User => routes::SECURITY,
    };
    let page = pages.into_iter().find(|page| path.starts_with(page)).unwrap_or(first);
    redirect(&routes::login(if request.method == Method::GET { path } else { page }))
}
