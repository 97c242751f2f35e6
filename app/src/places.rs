//! The addresses of the Admin Portal's screens, each spelled once.

use leptos_router::location::Url;
use model::{Id, ListQuery};

pub const HOME: &str = "/admin";
pub const USERS: &str = "/admin/users";
pub const NEW_USER: &str = "/admin/users/new";
pub const ADMINISTRATORS: &str = "/admin/settings/administrators";
pub const OWN_DETAILS: &str = "/admin/account/details";
pub const OWN_SECURITY: &str = "/admin/account/security";
pub const OWN_SESSIONS: &str = "/admin/account/sessions";
/// Where administrators sign in; rendered on the server alone.
pub const LOGIN: &str = "/admin/login";
/// Takes a POST.
pub const LOGOUT: &str = "/admin/logout";

/// The sign-in page that leads back to `next`.
pub fn login(next: &str) -> String {
    format!("{LOGIN}?next={}", Url::escape(next))
}

/// A user's panel.
pub fn user(id: Id) -> String {
    format!("{USERS}/{id}")
}

/// An administrator in the list: found by their e-mail address.
pub fn administrator(email: &str) -> String {
    with_query(ADMINISTRATORS, &ListQuery { search: email.to_owned(), ..ListQuery::default() })
}

/// A screen that shows a list, or lies over one, with the list's state.
pub fn with_query(path: &str, query: &ListQuery) -> String {
    joined(path, &query.to_address())
}

/// A path with a query string that may be empty.
pub fn joined(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
