//! The program that asks, by the key that it shows.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, request::Parts},
};
use directory::{Actor, Directory, Token};
use model::Operation;
use web::Portal;

use super::answer::Refused;

const KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Far more than a key has.
const KEY_MAX: usize = 256;

/// Whoever it asks for, and the directory that is asked. Cookies are not looked at: a browser sends them
/// by itself.
pub struct Caller {
    pub directory: Directory,
    pub actor: Actor,
}

impl Caller {
    /// What the directory said, as the caller is told.
    pub fn answer<T>(&self, said: directory::Result<T>) -> Result<T, Refused> {
        said.map_err(|error| Refused::by(&self.directory, error))
    }

    /// Whether the role allows any of these at all: asked before anything is read of what was sent, or of
    /// whom it is about.
    pub fn may_any(&self, operations: &[Operation]) -> Result<(), Refused> {
        self.answer(self.actor.may_any(operations))
    }
}

impl FromRequestParts<Portal> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Refused> {
        let key = shown(&parts.headers).ok_or_else(Refused::without_key)?;
        let directory = portal.directory.clone();
        let found = directory.api_keys().find(&key, portal.origin(parts)).await;
        let actor = found.map_err(|error| Refused::by(&directory, error))?;
        Ok(Self { directory, actor })
    }
}

/// The one key that a request shows.
fn shown(headers: &HeaderMap) -> Option<Token> {
    let mut keys = headers.get_all(KEY).iter();
    let (Some(key), None) = (keys.next(), keys.next()) else { return None };
    let text = key.to_str().ok().filter(|text| !text.is_empty() && text.len() <= KEY_MAX)?;
    Some(Token::presented(text))
}
