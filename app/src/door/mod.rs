//! Who asks, and the directory that is asked: what every page, form and server function begins with.

mod address;
mod connection;
mod cookies;
mod guard;

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, header, request::Parts};
use directory::{Actor, Clock, Directory, Origin, Stage, Token};
use leptos::prelude::{provide_context, use_context};
use model::{ErrorCode, Principal, Problem};

pub use address::{Network, NetworkError};
pub use connection::{Connections, Exposed};
pub use cookies::Keep;
pub use guard::pages;

use crate::viewer::Viewer;
use guard::Looked;

/// A page that asks by itself, without anybody having done something, says so with this header:
/// such requests do not keep a session open.
pub const BACKGROUND: HeaderName = HeaderName::from_static("x-bailiwick-background");

/// What the doors stand on. The program makes one when it starts.
#[derive(Clone)]
pub struct Portal {
    pub directory: Directory,
    /// The clock that the directory goes by.
    pub clock: Arc<dyn Clock>,
    /// How people reach the program.
    pub connections: Arc<Connections>,
}

/// Somebody at the door who is signed in.
pub struct Door {
    pub directory: Directory,
    pub actor: Actor,
    /// The IANA name of the zone in which they see times.
    pub zone: String,
}

impl Door {
    /// What the directory said, as the caller is told.
    ///
    /// # Errors
    /// The problem that it said.
    pub fn answer<T>(&self, said: directory::Result<T>) -> Result<T, Problem> {
        said.map_err(|error| self.directory.problem(error))
    }
}

/// The administrator who asks a server function.
///
/// # Errors
/// `not_signed_in`; `unavailable` when the directory does not answer.
pub async fn admin() -> Result<Door, Problem> {
    door(Principal::Administrator).await
}

/// The user who asks a server function.
///
/// # Errors
/// `not_signed_in`; `unavailable` when the directory does not answer.
pub async fn user() -> Result<Door, Problem> {
    door(Principal::User).await
}

async fn door(principal: Principal) -> Result<Door, Problem> {
    let (Some(portal), Some(parts)) = (use_context::<Portal>(), use_context::<Parts>()) else {
        tracing::error!("a server function without its request");
        return Err(Problem::new(ErrorCode::Internal, "Something went wrong."));
    };
    // A page has looked the session up already; what it asks while it is made need not do so again.
    let actor = match parts.extensions.get::<Looked>() {
        Some(Looked(kind, actor)) if *kind == principal => actor.clone(),
        _ => portal.signed_in(&parts, principal).await?,
    };
    let zone = portal.viewer(&parts.headers).zone;
    Ok(Door { directory: portal.directory, actor, zone })
}

/// Gives a page or a server function what it asks the doors for.
pub fn provide(portal: &Portal) {
    provide_context(portal.clone());
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(viewer) = parts.extensions.get::<Viewer>() {
        provide_context(viewer.clone());
    }
    if let Some(viewer) = parts.extensions.get::<Viewer<model::portal::Me>>() {
        provide_context(viewer.clone());
    }
}

impl Portal {
    /// Whoever the request's session of a portal belongs to.
    ///
    /// # Errors
    /// `not_signed_in`; `unavailable` when the directory does not answer.
    pub async fn signed_in(&self, request: &Parts, principal: Principal) -> Result<Actor, Problem> {
        let Some(token) = self.session(&request.headers, principal) else {
            return Err(Problem::new(ErrorCode::NotSignedIn, "Sign in first."));
        };
        let used = !request.headers.contains_key(BACKGROUND);
        let found = self.directory.sessions().find(principal, &token, self.origin(request), used).await;
        found.map_err(|error| self.directory.problem(error))
    }

    /// Whoever is on the way in, with the step that comes next; `None` when there is nobody.
    ///
    /// # Errors
    /// `unavailable` when the directory does not answer.
    pub async fn step(
        &self,
        request: &Parts,
        principal: Principal,
    ) -> Result<Option<(Actor, Stage)>, Problem> {
        let Some(token) = self.step_token(&request.headers, principal) else { return Ok(None) };
        let found = self.directory.sessions().step(principal, &token, self.origin(request)).await;
        found.map_err(|error| self.directory.problem(error))
    }

    /// Somebody who need not be signed in.
    pub fn visitor(&self, request: &Parts) -> Actor {
        Actor::visitor(self.origin(request))
    }

    /// Where a request comes from.
    pub fn origin(&self, request: &Parts) -> Origin {
        let user_agent = request.headers.get(header::USER_AGENT).map(|text| {
            String::from_utf8_lossy(text.as_bytes()).chars().filter(|c| !c.is_control()).take(400).collect()
        });
        let ip = address::client(request, &self.connections.proxies).map(|ip| ip.to_string());
        Origin { ip: ip.unwrap_or_default(), user_agent: user_agent.unwrap_or_default() }
    }

    /// The token of the request's session of a portal, if it shows one.
    pub fn session(&self, headers: &HeaderMap, principal: Principal) -> Option<Token> {
        cookies::read(headers, cookies::session(self.connections.https, principal))
    }

    /// The token of a sign-in that has a step to go.
    pub fn step_token(&self, headers: &HeaderMap, principal: Principal) -> Option<Token> {
        cookies::read(headers, cookies::step(self.connections.https, principal))
    }

    /// How whoever asks wants to see a page; who they are is for the caller to add.
    pub fn viewer(&self, headers: &HeaderMap) -> Viewer {
        Viewer::from_cookies(&cookies::all(headers), self.clock.now())
    }
}
