//! The cookies that carry a session, and the one between the password and the steps after it.

use axum::http::{HeaderMap, HeaderValue, header};
use directory::Token;
use model::Principal;

use super::Portal;

/// As long as the directory waits for a step at most, in seconds.
const STEP_SECONDS: u32 = 30 * 60;

/// With `__Host-` a browser takes the cookie only over HTTPS and from this very host, so that no
/// neighbour can plant one. On this machine itself there is no HTTPS to ask for. Each portal has
/// its own, so that one can be in both.
pub fn session(https: bool, principal: Principal) -> &'static str {
    match (principal, https) {
        (Principal::Administrator, true) => "__Host-bailiwick_admin",
        (Principal::Administrator, false) => "bailiwick_admin",
        (Principal::User, true) => "__Host-bailiwick_user",
        (Principal::User, false) => "bailiwick_user",
    }
}

pub fn step(https: bool, principal: Principal) -> &'static str {
    match (principal, https) {
        (Principal::Administrator, true) => "__Host-bailiwick_challenge",
        (Principal::Administrator, false) => "bailiwick_challenge",
        (Principal::User, true) => "__Host-bailiwick_user_step",
        (Principal::User, false) => "bailiwick_user_step",
    }
}

/// All cookies of a request in one text: HTTP/2 may send them apart.
pub fn all(headers: &HeaderMap) -> String {
    let texts: Vec<&str> =
        headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).collect();
    texts.join("; ")
}

pub fn read(headers: &HeaderMap, name: &str) -> Option<Token> {
    let all = all(headers);
    let mut pairs = all.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(found, value)| *found == name && !value.is_empty())?;
    // Ours are 43 characters; whatever is much longer is nobody's.
    (value.len() <= 128).then(|| Token::presented(value))
}

/// What a browser is told to keep after an answer, or to forget.
pub enum Keep<'a> {
    Session(&'a Token),
    /// What carries somebody to the next step of signing in.
    Step(&'a Token),
    NoSession,
    NoStep,
}

impl Portal {
    /// Adds a cookie to an answer.
    pub fn keep(&self, headers: &mut HeaderMap, principal: Principal, what: &Keep) {
        let https = self.connections.https;
        let (session, step) = (session(https, principal), step(https, principal));
        let (name, value, age) = match what {
            Keep::Session(token) => (session, token.expose(), None),
            Keep::Step(token) => (step, token.expose(), Some(STEP_SECONDS)),
            Keep::NoSession => (session, "", Some(0)),
            Keep::NoStep => (step, "", Some(0)),
        };
        let secure = if https { "; Secure" } else { "" };
        let age = age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        if let Ok(mut value) = HeaderValue::try_from(text) {
            value.set_sensitive(true);
            headers.append(header::SET_COOKIE, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_found_among_other_cookies() {
        let admin = |https| session(https, Principal::Administrator);
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; bailiwick_admin=; x"));
        headers.append(header::COOKIE, HeaderValue::from_static("bailiwick_admin=token; bw_theme=dark"));
        let found = |headers: &HeaderMap| read(headers, admin(false)).map(|token| token.expose().to_owned());
        assert_eq!(found(&headers).as_deref(), Some("token"));
        assert!(read(&headers, admin(true)).is_none(), "the other name is another cookie");
        assert!(read(&headers, session(false, Principal::User)).is_none(), "and so is the other portal's");
        let long = format!("bailiwick_admin={}", "x".repeat(4_000));
        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(long).expect("text"))]);
        assert_eq!(found(&headers), None);
    }
}
