//! The matrix: every server function of the Admin Portal, every screen of it and every request of the
//! REST API × every role that comes
//! with the product and two custom ones. A row says which operation is asked for; `model::Operation` says
//! which roles have it (its own test spells each cell out), and here each cell is asked over HTTP.
//!
//! Whoever adds a server function adds its row here: a function without one fails the test.

use std::collections::BTreeSet;

use app::navigation::{Place, SCREENS};
use leptos::server_fn::axum::server_fn_paths;
use model::Operation as Op;
use model::role::{CustomRoleForm, offered_of};
use model::{ErrorCode, Problem, Role, Scope, Scopes};

use super::super::api::{Endpoint, Verb, all};
use super::api::{Answer, Program};
use super::functions::arguments;
use super::*;

/// Each server function with the operation that it asks for first.
const FUNCTIONS: &[(&str, Op)] = &[
    ("accept_group_rule", Op::SetGroupRule),
    ("activate_users", Op::ActivateUser),
    ("add_group_exceptions", Op::SetGroupRule),
    ("add_group_members", Op::ChangeGroupMembers),
    ("add_subgroup", Op::ChangeGroupMembers),
    ("billing", Op::ReadBilling),
    ("bind", Op::BindApplication),
    // Whose job it is decides what more it asks for.
    ("cancel_job", Op::ReadOwnJobs),
    // The kind of each schedule decides what more it asks for.
    ("cancel_schedules", Op::SuspendUser),
    ("change_mfa", Op::ChangeMfaRequirement),
    ("check_upload", Op::ImportUsers),
    ("create_administrator", Op::CreateAdministrator),
    ("create_application", Op::CreateApplication),
    ("create_group", Op::CreateGroup),
    ("create_role", Op::CreateRole),
    ("create_user", Op::CreateUser),
    // The list decides what more it asks for.
    ("create_view", Op::UpdateOwnAccount),
    ("delete_administrators", Op::DeleteAdministrator),
    ("delete_applications", Op::DeleteApplication),
    ("delete_groups", Op::DeleteGroup),
    ("delete_role", Op::DeleteRole),
    ("delete_users", Op::DeleteUser),
    ("delete_view", Op::UpdateOwnAccount),
    ("discard_messages", Op::UpdateOutbox),
    ("edited_templates", Op::ReadMailSettings),
    ("end_administrator_sessions", Op::EndAdministratorSessions),
    ("entered_card", Op::UpdateBilling),
    ("event_histogram", Op::ReadEvents),
    ("find_attribute_names", Op::ListUsers),
    ("force_password_change", Op::ForcePasswordChange),
    ("forget_upload", Op::ImportUsers),
    ("groups_of_resource", Op::ListApplications),
    ("groups_to_nest", Op::ListGroups),
    ("homepage", Op::ReadHomepage),
    ("invite_administrator", Op::InviteAdministrator),
    ("job_progress", Op::ReadOwnJobs),
    ("let_group_rule_go_on", Op::SetGroupRule),
    ("list_access_of_user", Op::ListApplications),
    ("list_administrators", Op::ListAdministrators),
    ("list_applications", Op::ListApplications),
    ("list_columns", Op::ReadOwnAccount),
    ("list_deleted_users", Op::ListUsers),
    ("list_group_exceptions", Op::ListGroups),
    ("list_group_members", Op::ListGroups),
    ("list_groups", Op::ListGroups),
    ("list_groups_of_user", Op::ListGroups),
    ("list_events", Op::ReadEvents),
    ("list_job_items", Op::ReadOwnJobs),
    ("list_jobs", Op::ReadOwnJobs),
    ("list_messages", Op::ListMessages),
    ("list_roles", Op::ListRoles),
    ("list_schedules", Op::ListUsers),
    ("list_upload_rows", Op::ImportUsers),
    ("list_users", Op::ListUsers),
    ("list_users_of_resource", Op::ListApplications),
    ("loss_of_applications", Op::DeleteApplication),
    ("loss_of_binding", Op::BindApplication),
    ("loss_of_groups", Op::DeleteGroup),
    ("list_views", Op::ReadOwnAccount),
    ("mail_settings", Op::ReadMailSettings),
    ("me", Op::ReadOwnAccount),
    ("organization", Op::ReadOrganization),
    ("password_policy", Op::ReadPasswordPolicy),
    // The action that it is given is asked for, here and in what is scheduled.
    ("preview_action", Op::SuspendUser),
    ("preview_group_rule", Op::SetGroupRule),
    ("purge_users", Op::PurgeUser),
    ("read_administrator", Op::ReadAdministrator),
    ("read_application", Op::ListApplications),
    ("read_group", Op::ListGroups),
    ("read_event", Op::ReadEvents),
    ("read_group_rule", Op::ListGroups),
    ("read_job", Op::ReadOwnJobs),
    ("read_ldap_server", Op::ReadLdapServer),
    ("read_message", Op::ReadMessage),
    // The message's recipient decides what more it asks for.
    ("read_message_link", Op::ReadMessage),
    ("read_role", Op::ListRoles),
    ("read_template", Op::ReadMailSettings),
    ("read_upload", Op::ImportUsers),
    ("read_upload_again", Op::ImportUsers),
    ("read_user", Op::ReadUser),
    ("reauthenticate", Op::ReadOwnSecurity),
    ("refresh_homepage", Op::ReadHomepage),
    ("remove_card", Op::UpdateBilling),
    ("remove_group_exceptions", Op::SetGroupRule),
    ("remove_group_members", Op::ChangeGroupMembers),
    ("remove_subgroup", Op::ChangeGroupMembers),
    ("remove_user_passkey", Op::RemoveUserPasskey),
    ("remove_user_ssh_key", Op::RemoveUserSshKey),
    ("reset_users_totp", Op::ResetUserTotp),
    ("resolve_membership_time", Op::ChangeGroupMembers),
    ("resolve_time", Op::SuspendUser),
    ("resources_of_group", Op::ListGroups),
    ("restore_users", Op::RestoreUser),
    // What the job did decides what more it asks for.
    ("retry_job", Op::ReadOwnJobs),
    ("retry_messages", Op::UpdateOutbox),
    ("revoke_api_key", Op::RevokeApiKey),
    ("save_billing", Op::UpdateBilling),
    ("save_columns", Op::UpdateOwnAccount),
    ("save_group_rule", Op::SetGroupRule),
    ("save_ldap_settings", Op::UpdateLdapServer),
    ("save_mail_settings", Op::UpdateMailServer),
    ("save_organization", Op::UpdateOrganization),
    ("save_password_policy", Op::UpdatePasswordPolicy),
    ("save_template", Op::UpdateMailTemplates),
    ("save_widgets", Op::UpdateOwnAccount),
    ("schedule_users", Op::SuspendUser),
    ("search_everything", Op::SearchEverything),
    ("see_whats_new", Op::UpdateOwnAccount),
    ("send_activation_email", Op::SendActivationEmail),
    ("send_administrator_password_reset", Op::SendAdministratorPasswordReset),
    ("send_administrator_totp_reset", Op::SendAdministratorTotpReset),
    ("send_password_reset", Op::SendUserPasswordReset),
    ("send_test_mail", Op::SendTestMail),
    ("set_membership_period", Op::ChangeGroupMembers),
    ("set_user_password", Op::SetUserPassword),
    ("start_import", Op::ImportUsers),
    // The action that it is given is asked for.
    ("start_job", Op::SuspendUser),
    ("suggest_password", Op::SetUserPassword),
    ("suspend_administrator", Op::SuspendAdministrator),
    ("suspend_users", Op::SuspendUser),
    ("time_zones", Op::ReadOwnAccount),
    ("unbind", Op::BindApplication),
    ("undo_job", Op::ReadOwnJobs),
    ("unlock_administrator", Op::UnlockAdministrator),
    ("unlock_users", Op::UnlockUser),
    ("update_administrator", Op::UpdateAdministrator),
    ("update_application", Op::UpdateApplication),
    ("update_group", Op::UpdateGroup),
    ("update_role", Op::UpdateRole),
    ("update_schedule", Op::SuspendUser),
    ("update_user", Op::UpdateUser),
    ("update_view", Op::UpdateOwnAccount),
    ("upload_progress", Op::ImportUsers),
    ("use_card", Op::UpdateBilling),
    ("user_activity", Op::ReadUserActivity),
    ("user_figures", Op::ListUsers),
    ("waiting_upload", Op::ImportUsers),
    ("whats_new", Op::ReadOwnAccount),
    ("whom_to_ask", Op::ReadGrantedCommands),
];

/// Those of the User Portal, where no administrator's session opens anything.
const OF_USERS: &[&str] = &["own_applications", "owner", "profile", "update_profile"];

/// Each screen with the operation that it asks for, and each form over one. `/admin` leads whoever has no
/// Homepage to what they have: that is in `areas`.
fn screens() -> impl Iterator<Item = (&'static str, Op)> {
    let screens = SCREENS.iter().filter(|screen| screen.place != Place::Home);
    screens.flat_map(|screen| {
        let adds = screen.adds.iter().map(|add| (add.address, add.needs));
        std::iter::once((screen.address, screen.needs)).chain(adds)
    })
}

/// The columns: the roles that come with the product, and two custom ones.
async fn roles(server: &TestServer) -> Vec<Role> {
    let system = server.system();
    let helps = offered_of(DefaultRole::HelpDesk.scopes()).and(&[Scope::UsersCreate, Scope::Billing]);
    let audits =
        Scopes::of(&[Scope::DirectoryInsightsReadonly, Scope::AdministratorsReadonly, Scope::RolesReadonly])
            .and(&[Scope::Organizations]);
    let mut roles: Vec<_> = DefaultRole::ALL.iter().map(|role| Role::from(*role)).collect();
    for (name, scopes) in [("Night shift", helps), ("Auditor", audits)] {
        let template = CustomRoleForm::from_template(DefaultRole::HelpDesk);
        let form = CustomRoleForm { name: name.into(), scopes, ..template };
        let id = server.directory.roles().create(&system, &form).await.unwrap();
        roles.push(server.directory.roles().read(&system, id).await.unwrap().role());
    }
    roles
}

/// A browser in which somebody with this role has signed in.
async fn signed_in<'a>(server: &'a TestServer, number: usize, role: &Role) -> Browser<'a> {
    let email = format!("who{number}@example.org");
    let form = AdministratorForm {
        first_name: "Who".into(),
        last_name: "Admin".into(),
        email: email.clone(),
        role: role.key(),
        ..AdministratorForm::default()
    };
    server.directory.administrators().add(&server.system(), &form, PASSWORD).await.unwrap();
    let browser = server.browser();
    assert_eq!(browser.sign_in(&email, PASSWORD).await.status, StatusCode::SEE_OTHER, "{}", role.name);
    browser
}

/// Arguments that each function takes: what is `user` to most is the id of one to those that take
/// something of theirs away. Messages go where they always go: another address asks for more.
fn of(function: &str) -> String {
    let mut arguments: serde_json::Value = serde_json::from_str(&arguments("a", &1.into())).unwrap();
    arguments["notify"] = "default".into();
    arguments["user"]["notify"] = "default".into();
    if function.starts_with("remove_user") {
        arguments["user"] = arguments["id"].clone();
    }
    arguments.to_string()
}

#[tokio::test]
async fn every_function_asks_for_what_its_row_says() {
    let server = TestServer::set_up().await;
    let there: BTreeSet<_> = server_fn_paths().map(|(path, _)| path.trim_start_matches("/_fn/")).collect();
    let rows: BTreeSet<_> = FUNCTIONS.iter().map(|(name, _)| *name).chain(OF_USERS.iter().copied()).collect();
    assert_eq!(rows, there, "a server function has no row here, or a row no function");
    for (number, role) in roles(&server).await.iter().enumerate() {
        let browser = signed_in(&server, number, role).await;
        for (name, operation) in FUNCTIONS {
            let page = browser.call(&format!("/_fn/{name}"), of(name)).await;
            let cell = format!("{} × {name}: {} {}", role.name, page.status, page.body);
            let refused = page.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !operation.allowed_by(role), "{cell}");
            if refused {
                let problem: Problem = serde_json::from_str(&page.body).unwrap();
                let told = format!("Your role is {}, which does not allow this.", role.name);
                assert_eq!((problem.code, problem.message), (ErrorCode::Forbidden, told), "{cell}");
            } else {
                let asked = [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED].contains(&page.status);
                assert!(!asked && !page.status.is_server_error(), "the row was not put to the test: {cell}");
            }
        }
        for name in OF_USERS {
            let page = browser.call(&format!("/_fn/{name}"), arguments("a", &1.into())).await;
            assert!(page.status.is_client_error(), "{} × {name}: {}", role.name, page.status);
        }
    }
}

#[tokio::test]
async fn every_screen_asks_for_what_its_row_says() {
    let server = TestServer::set_up().await;
    for (number, role) in roles(&server).await.iter().enumerate() {
        let browser = signed_in(&server, number, role).await;
        for (path, operation) in screens() {
            let page = browser.get(path).await;
            let expected = if operation.allowed_by(role) { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(page.status, expected, "{} × {path}", role.name);
            let told = format!("Your role is {}, which does not allow this.", role.name);
            // Whoever will manage commands is told that there are none.
            let none =
                path == "/admin/commands" && role.scopes.has_any(&[Scope::Commands, Scope::CommandsReadonly]);
            let told = if none { "There are no commands yet" } else { told.as_str() };
            // A screen that one may see says the same of what one may not use on it.
            assert!(expected == StatusCode::OK || page.body.contains(told), "{} × {path}", role.name);
        }
    }
}

/// Each request of the REST API, by its name in the document, with the operation that it asks for.
const REST: &[(&str, Op)] = &[
    ("listUsers", Op::ListUsers),
    ("searchUsers", Op::ListUsers),
    ("readUser", Op::ReadUser),
    ("createUser", Op::CreateUser),
    ("updateUser", Op::UpdateUser),
    ("suspendUser", Op::SuspendUser),
    ("activateUser", Op::ActivateUser),
    ("expirePassword", Op::ForcePasswordChange),
    ("unlockUser", Op::UnlockUser),
    ("enforceMfa", Op::ChangeMfaRequirement),
    ("resetMfa", Op::ResetUserTotp),
    ("sendActivationEmail", Op::SendActivationEmail),
    ("listSshKeys", Op::ReadUser),
    ("addSshKey", Op::AddUserSshKey),
    ("removeSshKey", Op::RemoveUserSshKey),
    ("createUsers", Op::CreateUser),
    ("updateUsers", Op::UpdateUser),
    ("expirePasswords", Op::ForcePasswordChange),
    ("unlockUsers", Op::UnlockUser),
    ("listBulkResults", Op::ReadOwnJobs),
    // The state decides which of two operations is asked for.
    ("scheduleUserStates", Op::SuspendUser),
    ("listScheduledUserStates", Op::ListUsers),
    ("cancelScheduledUserState", Op::SuspendUser),
    ("listJobs", Op::ReadOwnJobs),
    ("readJob", Op::ReadOwnJobs),
    ("listJobItems", Op::ReadOwnJobs),
    ("cancelJob", Op::CancelOwnJob),
    ("searchEvents", Op::ReadEvents),
    ("countEvents", Op::ReadEvents),
    ("distinctEvents", Op::ReadEvents),
    ("countEventsByInterval", Op::ReadEvents),
    ("deleteUser", Op::DeleteUser),
    ("listUserGroups", Op::ListGroups),
    ("createUserGroup", Op::CreateGroup),
    ("readUserGroup", Op::ListGroups),
    ("replaceUserGroup", Op::UpdateGroup),
    ("deleteUserGroup", Op::DeleteGroup),
    ("listUserGroupMembers", Op::ListGroups),
    ("changeUserGroupMembers", Op::ChangeGroupMembers),
    ("listUserGroupMembership", Op::ListGroups),
    ("listGroupsOfUser", Op::ListGroups),
    ("readUserGroupRule", Op::ListGroups),
    ("setUserGroupRule", Op::SetGroupRule),
    ("previewUserGroupRule", Op::SetGroupRule),
    ("applyUserGroupSuggestions", Op::SetGroupRule),
    ("listAssociationsOfUser", Op::ListApplications),
    ("listAssociationsOfUserGroup", Op::ListApplications),
    ("listAssociationsOfApplication", Op::ListApplications),
    ("changeAssociationsOfUser", Op::BindApplication),
    ("changeAssociationsOfUserGroup", Op::BindApplication),
    ("changeAssociationsOfApplication", Op::BindApplication),
    ("listApplicationsOfUser", Op::ListApplications),
    ("listApplicationsOfUserGroup", Op::ListApplications),
    ("listUsersOfApplication", Op::ListApplications),
    ("listUserGroupsOfApplication", Op::ListApplications),
    ("listAssociationsOfLdapServer", Op::ReadLdapServer),
    ("changeAssociationsOfLdapServer", Op::BindLdapServer),
    ("listLdapServersOfUser", Op::ReadLdapServer),
    ("listLdapServersOfUserGroup", Op::ReadLdapServer),
    ("listUsersOfLdapServer", Op::ReadLdapServer),
    ("listUserGroupsOfLdapServer", Op::ReadLdapServer),
    ("listLdapServers", Op::ReadLdapServer),
    ("readLdapServer", Op::ReadLdapServer),
    ("updateLdapServer", Op::UpdateLdapServer),
];

/// A body that a request takes.
fn rest_body(id: &str, number: usize, whom: model::Id) -> serde_json::Value {
    let new = serde_json::json!({ "username": format!("{id}{number}"), "email": format!("{id}{number}@example.org") });
    match id {
        "createUser" => new,
        "createUsers" => serde_json::json!([new]),
        "updateUsers" => serde_json::json!([{ "id": whom.to_string(), "location": format!("L{number}") }]),
        "updateUser" => serde_json::json!({ "department": format!("D{number}") }),
        "createUserGroup" | "replaceUserGroup" => serde_json::json!({ "name": format!("{id}{number}") }),
        "changeUserGroupMembers" | "changeAssociationsOfApplication" | "changeAssociationsOfLdapServer" => {
            serde_json::json!({ "op": "add", "type": "user", "id": whom.to_string() })
        }
        "setUserGroupRule" | "previewUserGroupRule" => {
            let condition =
                serde_json::json!({ "field": "department", "operator": "equals", "values": ["Sales"] });
            let query = serde_json::json!({ "join": "all", "parts": [{ "condition": condition }] });
            serde_json::json!({ "membershipMethod": "DYNAMIC_AUTOMATED", "memberQuery": query })
        }
        "changeAssociationsOfUser" | "changeAssociationsOfUserGroup" => {
            serde_json::json!({ "op": "add", "type": "application", "id": whom.to_string() })
        }
        "scheduleUserStates" => {
            serde_json::json!({ "user_ids": [whom.to_string()], "state": "SUSPENDED", "start_date": "2036-01-01T00:00:00Z" })
        }
        "expirePasswords" | "unlockUsers" => serde_json::json!([whom.to_string()]),
        "searchEvents" | "countEvents" | "distinctEvents" | "countEventsByInterval" => {
            let mut body = serde_json::json!({ "service": ["all"], "start_time": "2026-01-01T00:00:00Z" });
            if id == "distinctEvents" {
                body["field"] = "event_type".into();
            } else if id == "countEventsByInterval" {
                body["interval_unit"] = "d".into();
                body["interval_value"] = "1".into();
            }
            body
        }
        "addSshKey" => serde_json::json!({
            "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti",
        }),
        _ => serde_json::json!({}),
    }
}

async fn ask(program: &Program<'_>, endpoint: &Endpoint, number: usize, whom: model::Id) -> Answer {
    let path = endpoint.path.replace("{id}", &whom.to_string()).replace("{key}", &whom.to_string());
    let request =
        Request::builder().method(endpoint.verb.as_str().to_uppercase().as_str()).uri(format!("/api{path}"));
    if endpoint.verb == Verb::Get {
        program.send(request, "").await
    } else {
        program.json(request, rest_body(endpoint.id, number, whom)).await
    }
}

#[tokio::test]
async fn every_request_of_the_rest_api_asks_for_what_its_row_says() {
    let server = TestServer::set_up().await;
    let ada = server.user("ada").await;
    let api = all();
    let endpoints: Vec<_> = api.endpoints().filter(|endpoint| endpoint.id != "openapi").collect();
    let there: BTreeSet<_> = endpoints.iter().map(|endpoint| endpoint.id).collect();
    let rows: BTreeSet<_> = REST.iter().map(|(id, _)| *id).collect();
    assert_eq!(rows, there, "a request has no row here, or a row no request");
    for (number, role) in roles(&server).await.iter().enumerate() {
        let browser = signed_in(&server, number, role).await;
        let program = server.program_beside(&browser, &format!("who{number}")).await;
        let gone = server.user(&format!("gone{number}")).await;
        for (id, operation) in REST {
            let endpoint = endpoints.iter().find(|endpoint| endpoint.id == *id).unwrap();
            assert!(endpoint.needs.contains(operation), "the document says another operation of {id}");
            let answer = ask(&program, endpoint, number, if *id == "deleteUser" { gone } else { ada }).await;
            let cell = format!("{} × {id}: {} {}", role.name, answer.status, answer.body);
            let refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !operation.allowed_by(role), "{cell}");
            assert_eq!(refused, !endpoint.needs.iter().any(|need| need.allowed_by(role)), "{cell}");
            if refused {
                let told = format!("Your role is {}, which does not allow this.", role.name);
                assert_eq!(answer.message(), told, "{cell}");
            } else {
                // Of a job that is not there nothing more is asked, and not everything can be done twice.
                let asked = [200, 201, 204, 404, 409, 422].contains(&answer.status.as_u16());
                assert!(asked, "the row was not put to the test: {cell}");
            }
        }
    }
}
