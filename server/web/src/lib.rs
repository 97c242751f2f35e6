//! What every protocol over HTTP shares: cookies, sessions of a request, the client's address.

mod address;
mod connection;
mod cookies;

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, header, request::Parts};
use directory::{Actor, Clock, Directory, Origin, Stage, Token};
use model::{ErrorCode, Principal, Problem};

pub use address::{Network, NetworkError};
pub use connection::{Connections, Exposed};
pub use cookies::{Keep, all as all_cookies};

/// A page that asks by itself, without anybody having done something, says so with this header:
/// such requests do not keep a session open.
pub const BACKGROUND: HeaderName = HeaderName::from_static("x-bailiwick-background");

/// What every request is answered with. The program makes one when it starts.
#[derive(Clone)]
pub struct Portal {
    pub directory: Directory,
    /// The clock that the directory goes by.
    pub clock: Arc<dyn Clock>,
    /// How people reach the program.
    pub connections: Arc<Connections>,
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

    /// Who is signing in, with the step that comes next; `None` when there is nobody.
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
}
