//! The addresses of the Admin Portal's screens, each spelled once.

use leptos_router::location::Url;
use model::mail::LetterKind;
use model::{Id, ListQuery};

pub const HOME: &str = "/admin";
pub const USERS: &str = "/admin/users";
pub const NEW_USER: &str = "/admin/users/new";
/// Whatever is below it belongs to the settings.
pub const SETTINGS: &str = "/admin/settings";
/// Who can still be restored.
pub const DELETED_USERS: &str = "/admin/users/deleted";
pub const ADMINISTRATORS: &str = "/admin/settings/administrators";
pub const OUTGOING_MAIL: &str = "/admin/settings/outgoing-mail";
pub const OUTBOX: &str = "/admin/settings/outbox";
pub const EMAIL_TEMPLATES: &str = "/admin/settings/email-templates";
/// One's own account; like the places of signing in, rendered on the server alone, so that links
/// to it from within the portal are `rel="external"`.
pub const OWN_DETAILS: &str = "/admin/account";
pub const OWN_SECURITY: &str = "/admin/account/security";
pub const OWN_SESSIONS: &str = "/admin/account/sessions";
/// The first run, with the token that the server printed.
pub const SETUP: &str = "/setup";
/// Where administrators sign in; rendered on the server alone.
pub const LOGIN: &str = "/admin/login";
/// The second factor.
pub const CHALLENGE: &str = "/admin/login/challenge";
/// Where an administrator asks for a link, and where it leads.
pub const FORGOT_PASSWORD: &str = "/admin/forgot-password";
pub const RESET_PASSWORD: &str = "/admin/reset-password";
/// Takes a POST.
pub const LOGOUT: &str = "/admin/logout";

/// The sign-in page that leads back to `next`.
pub fn login(next: &str) -> String {
    then(LOGIN, next)
}

/// A page of signing in that leads on to `next` in the end.
pub fn then(page: &str, next: &str) -> String {
    if next == HOME { page.to_owned() } else { format!("{page}?next={}", Url::escape(next)) }
}

/// Whether the server alone renders what stands at an address of ours: the portal is left for it.
pub fn is_served_alone(address: &str) -> bool {
    address.starts_with(OWN_DETAILS)
}

/// Whether a path is the Admin Portal's.
pub fn is_portal(path: &str) -> bool {
    path.strip_prefix(HOME).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Where somebody wanted to go before signing in: a page of the portal, and nothing else, or a link
/// could lead from our sign-in page to anywhere.
pub fn wanted(next: &str) -> &str {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let plain = next.len() <= 2_000 && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let leads_back = [LOGIN, LOGOUT].iter().any(|page| path.starts_with(page));
    if plain && is_portal(path) && !path.contains("//") && !leads_back { next } else { HOME }
}

/// A user's panel.
pub fn user(id: Id) -> String {
    format!("{USERS}/{id}")
}

/// A user's panel over the list of deleted users.
pub fn deleted_user(id: Id) -> String {
    format!("{DELETED_USERS}/{id}")
}

/// An administrator's panel.
pub fn administrator(id: Id) -> String {
    format!("{ADMINISTRATORS}/{id}")
}

/// A letter's panel.
pub fn letter(id: Id) -> String {
    format!("{OUTBOX}/{id}")
}

/// The editor of a kind of letters.
pub fn template(kind: LetterKind) -> String {
    format!("{EMAIL_TEMPLATES}/{}", kind.as_str())
}

/// A screen that shows a list, or lies over one, with the list's state.
pub fn with_query(path: &str, query: &ListQuery) -> String {
    joined(path, &query.to_address())
}

/// A path with a query string that may be empty; the path may have one already.
pub fn joined(path: &str, query: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    if query.is_empty() { path.to_owned() } else { format!("{path}{mark}{query}") }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_the_portal_and_nowhere_else() {
        for good in ["/admin", "/admin/users?q=a%20b&sort=-name", "/admin/users/0123#x", "/admin?x=//y"] {
            assert_eq!(wanted(good), good);
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "https://evil.example/admin",
            "/admin//evil.example",
            "/administrator",
            "/admin\\evil",
            "/admin\r\nSet-Cookie: a=b",
            "/admin/ü",
            "/admin/login?next=/admin",
            "/admin/logout",
            "javascript:alert(1)",
            " /admin",
            &format!("/admin/{}", "x".repeat(2_000)),
        ] {
            assert_eq!(wanted(bad), HOME, "{bad}");
        }
    }

    #[test]
    fn the_page_after_next_is_escaped() {
        assert_eq!(login(HOME), "/admin/login");
        assert_eq!(login("/admin/users?a=b&c=d"), "/admin/login?next=%2Fadmin%2Fusers%3Fa%3Db%26c%3Dd");
    }
}
