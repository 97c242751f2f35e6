//! The routes of the portals' screens, each spelled once.

#[cfg(feature = "ssr")]
mod auth;

use leptos_router::location::Url;
use model::mail::MessageKind;
use model::{Id, Operation};

#[cfg(feature = "ssr")]
pub use auth::AuthRoutes;

pub const HOME: &str = "/admin";
pub const USERS: &str = "/admin/users";
pub const NEW_USER: &str = "/admin/users/new";
/// Who can still be restored.
pub const DELETED_USERS: &str = "/admin/users/deleted";
/// The list as a file; the server alone answers there.
pub const USERS_EXPORT: &str = "/admin/users/export";
/// What will happen to users.
pub const SCHEDULED_CHANGES: &str = "/admin/users/scheduled";
/// The states that new users begin in.
pub const USER_SETTINGS: &str = "/admin/users/settings";
/// Users from a file.
pub const IMPORT_USERS: &str = "/admin/users/import";
/// Takes a POST with the file.
pub const IMPORT_FILE: &str = "/admin/import/file";
/// The rows with faults of a file.
pub const IMPORT_FAULTS: &str = "/admin/import/{id}/faults.csv";
pub const USER_GROUPS: &str = "/admin/user-groups";
/// What users sign in to.
pub const APPLICATIONS: &str = "/admin/applications";
/// How programs read users and groups, and check passwords.
pub const LDAP: &str = "/admin/ldap";
pub const LDAP_USERS: &str = "/admin/ldap/users";
pub const LDAP_GROUPS: &str = "/admin/ldap/groups";
pub const LDAP_SETTINGS: &str = "/admin/ldap/settings";
pub const NEW_APPLICATION: &str = "/admin/applications/new";
pub const NEW_USER_GROUP: &str = "/admin/user-groups/new";
/// Long work that goes on by itself.
pub const JOBS: &str = "/admin/jobs";
/// Directory Insights: what happened.
pub const INSIGHTS: &str = "/admin/insights";
/// The events as a file; the server alone answers there.
pub const EVENTS_EXPORT: &str = "/admin/insights/export";
/// What one has been granted to run.
pub const COMMANDS: &str = "/admin/commands";
pub const WHATS_NEW: &str = "/admin/whats-new";
pub const PASSWORD_SETTINGS: &str = "/admin/security/passwords";
/// Whatever is below it belongs to the settings.
pub const SETTINGS: &str = "/admin/settings";
pub const ORGANIZATION: &str = "/admin/settings/organization";
pub const ADMINISTRATORS: &str = "/admin/settings/administrators";
pub const NEW_ADMINISTRATOR: &str = "/admin/settings/administrators/new";
/// An administrator made from a user.
pub const ADMINISTRATOR_FROM_USER: &str = "/admin/settings/administrators/from-user";
pub const BILLING: &str = "/admin/settings/billing";
pub const CUSTOM_ROLES: &str = "/admin/settings/custom-roles";
pub const NEW_CUSTOM_ROLE: &str = "/admin/settings/custom-roles/new";
pub const OUTGOING_MAIL: &str = "/admin/settings/outgoing-mail";
pub const OUTBOX: &str = "/admin/settings/outbox";
pub const EMAIL_TEMPLATES: &str = "/admin/settings/email-templates";
/// One's own account; like the sign-in pages, rendered on the server alone, so that links
/// to it from within the portal are `rel="external"`.
pub const OWN_DETAILS: &str = "/admin/account";
/// The part of it that is about the time zone.
pub const TIME_ZONE: &str = "time-zone";
/// Takes a POST.
pub const OWN_TIME_ZONE: &str = "/admin/account/time-zone";
/// Takes a POST.
pub const OWN_NEWS: &str = "/admin/account/whats-new";
pub const OWN_SECURITY: &str = "/admin/account/security";
pub const OWN_SESSIONS: &str = "/admin/account/sessions";
/// One's own API key, and a new one; both are for administrators alone.
pub const OWN_API_KEY: &str = "/admin/account/api-key";
pub const OWN_API_KEY_NEW: &str = "/admin/account/api-key/new";
pub const OWN_API_KEY_REVOKE: &str = "/admin/account/api-key/revoke";
/// The first run, with the token that the server printed.
pub const SETUP: &str = "/setup";
/// Where administrators sign in; rendered on the server alone.
pub const LOGIN: &str = "/admin/login";
/// Takes a POST.
pub const LOGOUT: &str = "/admin/logout";

/// The User Portal: what one can sign in to.
pub const PORTAL: &str = "/";
pub const PROFILE: &str = "/profile";
/// Rendered on the server alone.
pub const SECURITY: &str = "/security";
/// One's own SSH keys, rendered there too.
pub const SSH_KEYS: &str = "/security/ssh-keys";
pub const SSH_KEYS_REMOVE: &str = "/security/ssh-keys/remove";
pub const USER_LOGIN: &str = "/login";
/// Takes a POST.
pub const USER_LOGOUT: &str = "/logout";

/// Where an administrator begins: the Homepage, or the area of a role that only runs commands or pays.
pub fn start(may: impl Fn(Operation) -> bool) -> Option<&'static str> {
    [
        (Operation::ReadHomepage, HOME),
        (Operation::ReadGrantedCommands, COMMANDS),
        (Operation::ReadBilling, BILLING),
    ]
    .into_iter()
    .find_map(|(needs, place)| may(needs).then_some(place))
}

/// Whether the server alone renders what stands at an address of ours: the portal is left for it.
pub fn is_served_alone(address: &str) -> bool {
    address.starts_with(OWN_DETAILS)
}

/// Whether a path is the Admin Portal's.
pub fn is_admin(path: &str) -> bool {
    is_below(path, HOME)
}

/// Whether a path is the User Portal's.
pub fn is_portal(path: &str) -> bool {
    path == PORTAL || is_below(path, PROFILE) || is_below(path, SECURITY)
}

fn is_below(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The sign-in page that leads back to `here`, a page of either portal.
pub fn login(here: &str) -> String {
    let path = here.split(['?', '#']).next().unwrap_or_default();
    let (login, home) = if is_admin(path) { (LOGIN, HOME) } else { (USER_LOGIN, PORTAL) };
    if here == home { login.to_owned() } else { format!("{login}?next={}", Url::escape(here)) }
}

/// A user's panel.
pub fn user(id: Id) -> String {
    format!("{USERS}/{id}")
}

/// A user's panel over the list of deleted users.
pub fn deleted_user(id: Id) -> String {
    format!("{DELETED_USERS}/{id}")
}

/// A user group's panel.
pub fn user_group(id: Id) -> String {
    format!("{USER_GROUPS}/{id}")
}

/// An application's panel.
pub fn application(id: Id) -> String {
    format!("{APPLICATIONS}/{id}")
}

/// The import of a file.
pub fn import(id: Id) -> String {
    format!("{IMPORT_USERS}/{id}")
}

/// The rows with faults of a file.
pub fn import_faults(id: Id) -> String {
    IMPORT_FAULTS.replace("{id}", &id.to_string())
}

/// An administrator's panel.
pub fn administrator(id: Id) -> String {
    format!("{ADMINISTRATORS}/{id}")
}

/// A custom role's panel.
pub fn custom_role(id: Id) -> String {
    format!("{CUSTOM_ROLES}/{id}")
}

/// The results of a job as a file.
pub const JOB_RESULTS: &str = "/admin/jobs/{id}/results.csv";

/// The same of one job.
pub fn job_results(id: Id) -> String {
    JOB_RESULTS.replace("{id}", &id.to_string())
}

/// A job's panel.
pub fn job(id: Id) -> String {
    format!("{JOBS}/{id}")
}

/// An event's panel.
pub fn event(id: Id) -> String {
    format!("{INSIGHTS}/{id}")
}

/// All events of a user, also those that somebody else caused.
pub fn events_of(id: Id) -> String {
    use model::insights::{PERSON, TIME};
    let filters = vec![model::Filter::after(TIME, "0"), model::Filter::is(PERSON, [id.to_string()])];
    let query = model::ListQuery { filters, ..model::ListQuery::default() };
    format!("{INSIGHTS}?{}", query.to_address())
}

/// The panel of an email in the outbox.
pub fn message(id: Id) -> String {
    format!("{OUTBOX}/{id}")
}

/// The editor of the template of a kind of email.
pub fn template(kind: MessageKind) -> String {
    format!("{EMAIL_TEMPLATES}/{}", kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{DefaultRole, Role};

    #[test]
    fn everybody_begins_where_their_role_has_something() {
        for role in DefaultRole::ALL {
            let place = match role {
                DefaultRole::CommandRunner | DefaultRole::CommandRunnerWithBilling => COMMANDS,
                DefaultRole::BillingOnly => BILLING,
                DefaultRole::AdministratorWithBilling
                | DefaultRole::Administrator
                | DefaultRole::Manager
                | DefaultRole::HelpDesk
                | DefaultRole::ReadOnly => HOME,
            };
            assert_eq!(start(|needs| needs.allowed_by(&(*role).into())), Some(place), "{role}");
        }
        let nothing = Role { name: "Nothing".into(), scopes: model::Scopes::default(), custom: None };
        assert_eq!(start(|needs| needs.allowed_by(&nothing)), None);
    }
}
