//! An address with a slash at its end is the one without it.

use axum::{
    extract::Request,
    http::{Method, Uri},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

pub async fn trim(request: Request, next: Next) -> Response {
    match trimmed(request.method(), request.uri()) {
        Some(address) => Redirect::permanent(&address).into_response(),
        None => next.run(request).await,
    }
}

/// The address without slashes at its end, where somebody looks at one with them.
fn trimmed(method: &Method, uri: &Uri) -> Option<String> {
    let path = uri.path().trim_end_matches('/');
    // `//evil.example` would lead away, and so would `/\evil.example`.
    let ours = path.as_bytes().get(1).is_some_and(u8::is_ascii_alphanumeric);
    if method != Method::GET || path == uri.path() || !ours {
        return None;
    }
    Some(uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_at_the_end_are_left_out_and_lead_nowhere_else() {
        let trimmed = |method: Method, address: &str| trimmed(&method, &address.parse().unwrap());
        for (address, plain) in [
            ("/admin/", "/admin"),
            ("/admin//", "/admin"),
            ("/admin/users/?q=a%20b&sort=-name", "/admin/users?q=a%20b&sort=-name"),
            ("/admin/users/0123/activity/", "/admin/users/0123/activity"),
        ] {
            assert_eq!(trimmed(Method::GET, address).as_deref(), Some(plain), "{address}");
            assert_eq!(trimmed(Method::POST, address), None, "{address}");
        }
        for address in
            ["/", "//", "/admin", "/admin?next=/", "//evil.example/", "/\\evil.example/", "/%2Fevil.example/"]
        {
            assert_eq!(trimmed(Method::GET, address), None, "{address}");
        }
    }
}
