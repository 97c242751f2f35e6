//! The sign-in pages of each portal, and the pages of one's own security there: the same pages at
//! addresses of their own.

use leptos_router::location::Url;
use model::Principal;

use super::{HOME, LOGIN, LOGOUT, OWN_SECURITY, OWN_SESSIONS, PORTAL, SECURITY, USER_LOGIN, USER_LOGOUT};

/// The address of each page.
#[derive(Debug)]
pub struct AuthRoutes {
    pub principal: Principal,
    /// What comes after signing in when nobody wanted to go elsewhere.
    pub home: &'static str,
    pub login: &'static str,
    /// The second factor.
    pub challenge: &'static str,
    /// A password in place of one that must be changed.
    pub new_password: &'static str,
    /// A second factor that is required.
    pub enroll: &'static str,
    pub enroll_confirm: &'static str,
    /// Asks for a link to a new password.
    pub forgot_password: &'static str,
    /// Where such links lead.
    pub reset_password: &'static str,
    /// Where the links to a first password lead.
    pub activate: &'static str,
    /// And those that begin a second factor anew.
    pub reset_totp: &'static str,
    pub logout: &'static str,
    pub security: &'static str,
    pub password: &'static str,
    pub reauthenticate: &'static str,
    pub totp: &'static str,
    pub totp_confirm: &'static str,
    pub totp_remove: &'static str,
    pub recovery_codes: &'static str,
    /// Takes the place of name and password. At `/begin` below it, and below the other pages that take
    /// a passkey, is what the browser is to ask for.
    pub passkey: &'static str,
    pub challenge_passkey: &'static str,
    pub enroll_passkey: &'static str,
    pub passkey_new: &'static str,
    pub passkey_change: &'static str,
    pub passkey_remove: &'static str,
    pub sessions: &'static str,
    pub sessions_end: &'static str,
    pub sessions_end_others: &'static str,
}

static ADMINISTRATORS: AuthRoutes = AuthRoutes {
    principal: Principal::Administrator,
    home: HOME,
    login: LOGIN,
    challenge: "/admin/login/challenge",
    new_password: "/admin/login/password",
    enroll: "/admin/login/enroll",
    enroll_confirm: "/admin/login/enroll/confirm",
    forgot_password: "/admin/forgot-password",
    reset_password: "/admin/reset-password",
    activate: "/admin/invitation",
    reset_totp: "/admin/reset-totp",
    logout: LOGOUT,
    security: OWN_SECURITY,
    password: "/admin/account/security/password",
    reauthenticate: "/admin/account/security/reauthenticate",
    totp: "/admin/account/security/totp",
    totp_confirm: "/admin/account/security/totp/confirm",
    totp_remove: "/admin/account/security/totp/remove",
    recovery_codes: "/admin/account/security/recovery-codes",
    passkey: "/admin/login/passkey",
    challenge_passkey: "/admin/login/challenge/passkey",
    enroll_passkey: "/admin/login/enroll/passkey",
    passkey_new: "/admin/account/security/passkeys/new",
    passkey_change: "/admin/account/security/passkeys/change",
    passkey_remove: "/admin/account/security/passkeys/remove",
    sessions: OWN_SESSIONS,
    sessions_end: "/admin/account/sessions/end",
    sessions_end_others: "/admin/account/sessions/end-others",
};

static USERS: AuthRoutes = AuthRoutes {
    principal: Principal::User,
    home: PORTAL,
    login: USER_LOGIN,
    challenge: "/login/challenge",
    new_password: "/login/password",
    enroll: "/login/enroll",
    enroll_confirm: "/login/enroll/confirm",
    forgot_password: "/forgot-password",
    reset_password: "/reset-password",
    activate: "/activate",
    reset_totp: "/reset-totp",
    logout: USER_LOGOUT,
    security: SECURITY,
    password: "/security/password",
    reauthenticate: "/security/reauthenticate",
    totp: "/security/totp",
    totp_confirm: "/security/totp/confirm",
    totp_remove: "/security/totp/remove",
    recovery_codes: "/security/recovery-codes",
    passkey: "/login/passkey",
    challenge_passkey: "/login/challenge/passkey",
    enroll_passkey: "/login/enroll/passkey",
    passkey_new: "/security/passkeys/new",
    passkey_change: "/security/passkeys/change",
    passkey_remove: "/security/passkeys/remove",
    sessions: "/security/sessions",
    sessions_end: "/security/sessions/end",
    sessions_end_others: "/security/sessions/end-others",
};

impl AuthRoutes {
    pub const fn of(principal: Principal) -> &'static Self {
        match principal {
            Principal::Administrator => &ADMINISTRATORS,
            Principal::User => &USERS,
        }
    }

    /// Where a page that takes a passkey says what the browser is to ask for.
    pub fn begin(page: &str) -> String {
        format!("{page}/begin")
    }

    /// A page of signing in that leads on to `next` in the end.
    pub fn then(&self, page: &str, next: &str) -> String {
        if next == self.home { page.to_owned() } else { format!("{page}?next={}", Url::escape(next)) }
    }

    /// Whether a path is this portal's.
    fn holds(&self, path: &str) -> bool {
        match self.principal {
            Principal::Administrator => super::is_admin(path),
            Principal::User => super::is_portal(path),
        }
    }

    /// Where somebody wanted to go before signing in: a page of the portal, and nothing else, or a
    /// link could lead from our sign-in page to anywhere.
    pub fn wanted<'a>(&self, next: &'a str) -> &'a str {
        let path = next.split(['?', '#']).next().unwrap_or_default();
        let plain = next.len() <= 2_000 && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let leads_back = [
            self.login,
            self.logout,
            self.forgot_password,
            self.reset_password,
            self.activate,
            self.reset_totp,
        ]
        .iter()
        .any(|page| path.starts_with(page));
        if plain && self.holds(path) && !path.contains("//") && !leads_back { next } else { self.home }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_the_portal_and_nowhere_else() {
        let routes = AuthRoutes::of(Principal::Administrator);
        for good in ["/admin", "/admin/users?q=a%20b&sort=-name", "/admin/users/0123#x", "/admin?x=//y"] {
            assert_eq!(routes.wanted(good), good);
        }
        let users = AuthRoutes::of(Principal::User);
        for good in ["/", "/?x=y", "/profile", "/security/totp"] {
            assert_eq!(users.wanted(good), good);
            assert_eq!(routes.wanted(good), HOME);
        }
        for bad in [
            "",
            "//evil.example",
            "https://evil.example/admin",
            "/admin//evil.example",
            "/administrator",
            "/profiles",
            "/login",
            "/_fn/x",
            "/admin\\evil",
            "/\\evil.example",
            "/admin\r\nSet-Cookie: a=b",
            "/admin/ü",
            "/admin/login?next=/admin",
            "/admin/logout",
            "/admin/invitation?token=x",
            "/admin/reset-totp",
            "javascript:alert(1)",
            " /admin",
            &format!("/admin/{}", "x".repeat(2_000)),
        ] {
            assert_eq!(routes.wanted(bad), HOME, "{bad}");
            assert_eq!(users.wanted(bad), PORTAL, "{bad}");
        }
    }

    #[test]
    fn the_page_after_next_is_escaped() {
        assert_eq!(super::super::login(HOME), "/admin/login");
        assert_eq!(super::super::login(PORTAL), "/login");
        assert_eq!(
            super::super::login("/admin/users?a=b&c=d"),
            "/admin/login?next=%2Fadmin%2Fusers%3Fa%3Db%26c%3Dd"
        );
        assert_eq!(super::super::login("/profile"), "/login?next=%2Fprofile");
        assert_eq!(AuthRoutes::of(Principal::User).then("/login/challenge", "/"), "/login/challenge");
    }
}
