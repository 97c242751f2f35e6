//! The cookies that carry a session, and the one between the password and the second factor.

use axum::http::{HeaderMap, HeaderValue, header};
use directory::Token;

use super::Portal;

/// As long as the directory waits for a second factor, in seconds.
const CHALLENGE_SECONDS: u32 = 10 * 60;

/// With `__Host-` a browser takes the cookie only over HTTPS and from this very host, so that no
/// neighbour can plant one. On this machine itself there is no HTTPS to ask for.
pub fn session(https: bool) -> &'static str {
    if https { "__Host-bailiwick_admin" } else { "bailiwick_admin" }
}

pub fn challenge(https: bool) -> &'static str {
    if https { "__Host-bailiwick_challenge" } else { "bailiwick_challenge" }
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
    Challenge(&'a Token),
    NoSession,
    NoChallenge,
}

impl Portal {
    /// Adds a cookie to an answer.
    pub fn keep(&self, headers: &mut HeaderMap, what: &Keep) {
        let (session, challenge) = (session(self.https), challenge(self.https));
        let (name, value, age) = match what {
            Keep::Session(token) => (session, token.expose(), None),
            Keep::Challenge(token) => (challenge, token.expose(), Some(CHALLENGE_SECONDS)),
            Keep::NoSession => (session, "", Some(0)),
            Keep::NoChallenge => (challenge, "", Some(0)),
        };
        let secure = if self.https { "; Secure" } else { "" };
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
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; bailiwick_admin=; x"));
        headers.append(header::COOKIE, HeaderValue::from_static("bailiwick_admin=token; bw_theme=dark"));
        let found =
            |headers: &HeaderMap| read(headers, session(false)).map(|token| token.expose().to_owned());
        assert_eq!(found(&headers).as_deref(), Some("token"));
        assert!(read(&headers, session(true)).is_none(), "the other name is another cookie");
        let long = format!("bailiwick_admin={}", "x".repeat(4_000));
        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(long).expect("text"))]);
        assert_eq!(found(&headers), None);
    }
}
