//! Users: `/api/systemusers`, with the names and the paging of the first version of the API that
//! administrators know.

mod body;
mod change;
mod create;
mod fields;
mod operations;
mod query;
mod search;
pub mod shape;

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use directory::PATCH_OPERATIONS;
use model::user::UserEntry;
use model::{ErrorCode, Operation};
use serde_json::{Value, json};
use web::Portal;

use self::body::read_nothing;
use self::query::named;
use super::answer::{Refused, object};
use super::caller::Caller;
use super::openapi::{Api, Endpoint, Verb};
use super::precondition;

pub use change::read as changes;
pub use create::{read as new_user, source};
pub use query::{read_options, told};

pub fn routes() -> Api {
    of_all().and(of_one()).and(of_keys())
}

fn of_all() -> Api {
    const USERS: &str = "/systemusers";
    let lists = &["limit", "skip", "sort", "filter", "search", "fields"];
    let list_users = Endpoint::new(Verb::Get, USERS, "listUsers", "Lists users.");
    let create_user =
        Endpoint::new(Verb::Post, USERS, "createUser", "Adds a user; answers with them as they are then.");
    let search_users =
        Endpoint::new(Verb::Post, "/search/systemusers", "searchUsers", "Lists those whom a body describes.");
    Api::default()
        .at(list_users.needs(&[Operation::ListUsers]).with(lists).answers("Users"), list)
        .at(
            create_user
                .needs(&[Operation::CreateUser])
                .with(&["CreationSource", "notify", "fields"])
                .takes("NewUser")
                .answers_version("User"),
            create,
        )
        .at(search_users.needs(&[Operation::ListUsers]).may_take("UserSearch").answers("Users"), find)
}

fn of_one() -> Api {
    const USER: &str = "/systemusers/{id}";
    let read_user = Endpoint::new(Verb::Get, USER, "readUser", "One user.");
    let update_user =
        Endpoint::new(Verb::Put, USER, "updateUser", "Changes the fields in the body, and no others.");
    let delete_user =
        Endpoint::new(Verb::Delete, USER, "deleteUser", "Deletes a user, who can be restored for 30 days.");
    let on = |path, id, summary| Endpoint::new(Verb::Post, path, id, summary);
    let activate =
        on("/systemusers/{id}/state/activate", "activateUser", "Activates, and sends the email that fits.");
    let suspend = on("/systemusers/{id}/state/suspend", "suspendUser", "Takes all access away, at once.");
    let expire = on("/systemusers/{id}/expire", "expirePassword", "Requires a change of the password.");
    let unlock = on("/systemusers/{id}/unlock", "unlockUser", "Opens what wrong tries locked.");
    let enforce =
        on("/systemusers/{id}/mfa/enforce", "enforceMfa", "Requires a second factor, or asks for none.");
    let reset =
        on("/systemusers/{id}/resetmfa", "resetMfa", "Takes the authenticator app away, to enroll anew.");
    let reactivate =
        on("/systemusers/{id}/reactivate", "sendActivationEmail", "Sends the link to the first password.");
    Api::default()
        .at(read_user.needs(&[Operation::ReadUser]).with(&["fields"]).answers_version("User"), read)
        .at(
            update_user
                .needs(PATCH_OPERATIONS)
                .with(&["IfMatch", "fields"])
                .may_take("UserChange")
                .answers_version("User"),
            update,
        )
        .at(
            delete_user.needs(&[Operation::DeleteUser]).with(&["IfMatch", "fields"]).answers_version("User"),
            delete,
        )
        .at(activate.needs(&[Operation::ActivateUser]).may_take("Recipient"), operations::activate)
        .at(suspend.needs(&[Operation::SuspendUser]).may_take("Nothing"), operations::suspend)
        .at(expire.needs(&[Operation::ForcePasswordChange]).may_take("Nothing"), operations::expire)
        .at(unlock.needs(&[Operation::UnlockUser]).may_take("Nothing"), operations::unlock)
        .at(
            enforce.needs(&[Operation::ChangeMfaRequirement]).may_take("MfaRequirement"),
            operations::enforce_mfa,
        )
        .at(reset.needs(&[Operation::ResetUserTotp]).may_take("EnrollmentPeriod"), operations::reset_mfa)
        .at(reactivate.needs(&[Operation::SendActivationEmail]).may_take("Recipient"), operations::reactivate)
}

fn of_keys() -> Api {
    const KEYS: &str = "/systemusers/{id}/sshkeys";
    let list = Endpoint::new(Verb::Get, KEYS, "listSshKeys", "The SSH public keys of a user.");
    let add = Endpoint::new(Verb::Post, KEYS, "addSshKey", "Adds an SSH public key; answers with it.");
    let remove = Endpoint::new(
        Verb::Delete,
        "/systemusers/{id}/sshkeys/{key}",
        "removeSshKey",
        "Removes an SSH public key.",
    );
    Api::default()
        .at(list.needs(&[Operation::ReadUser]).answers("SshKeys"), operations::keys)
        .at(add.needs(&[Operation::AddUserSshKey]).takes("NewSshKey").answers("SshKey"), operations::add_key)
        .at(remove.needs(&[Operation::RemoveUserSshKey]), operations::remove_key)
}

async fn list(
    caller: Caller,
    State(portal): State<Portal>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
    let asked = query::read(query.as_deref().unwrap_or_default())?;
    listed(&caller, &portal, &asked).await
}

async fn read(
    caller: Caller,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let fields = query::read_fields(query.as_deref().unwrap_or_default())?;
    let entry = caller.answer(caller.directory.users().entry(&caller.actor, named(&id)?).await)?;
    Ok(shown(&entry, &portal, &fields))
}

/// Adds a user; answers with them as they are then.
async fn create(
    caller: Caller,
    State(portal): State<Portal>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::CreateUser])?;
    let options = read_options(query.as_deref().unwrap_or_default(), &["fields", "notify"])?;
    precondition::none(&headers)?;
    let source = source(&headers)?;
    let user = create::read(&object(&headers, body).await?, options.notify())?;
    let users = caller.directory.users();
    let id = caller.answer(users.create_from(&caller.actor, &user, source).await)?;
    let entry = caller.answer(users.entry(&caller.actor, id).await)?;
    Ok(shown(&entry, &portal, &options.fields))
}

/// Changes the fields that are in the body, and no others.
async fn update(
    caller: Caller,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    caller.may_any(PATCH_OPERATIONS)?;
    let (users, id) = (caller.directory.users(), named(&id)?);
    let fields = query::read_fields(query.as_deref().unwrap_or_default())?;
    let versions = precondition::versions(&headers)?;
    let body = object(&headers, body).await?;
    let before = caller.answer(users.entry(&caller.actor, id).await)?;
    let status = match versions {
        Some(_) => StatusCode::PRECONDITION_FAILED,
        None => StatusCode::PRECONDITION_REQUIRED,
    };
    let patch = change::read(&before, portal.clock.now(), body, versions)?;
    let said = caller.answer(users.patch(&caller.actor, &patch).await);
    said.map_err(|refused| refused.when(ErrorCode::Stale, status))?;
    let after = caller.answer(users.entry(&caller.actor, id).await)?;
    Ok(shown(&after, &portal, &fields))
}

/// Deletes a user, who can be restored for a while; answers with them as they were.
async fn delete(
    caller: Caller,
    State(portal): State<Portal>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::DeleteUser])?;
    let (users, id) = (caller.directory.users(), named(&id)?);
    let fields = query::read_fields(query.as_deref().unwrap_or_default())?;
    let versions = precondition::versions(&headers)?;
    read_nothing(&object(&headers, body).await?)?;
    let before = caller.answer(users.entry(&caller.actor, id).await)?;
    let said = caller.answer(users.delete_one(&caller.actor, id, versions.as_deref()).await);
    said.map_err(|refused| refused.when(ErrorCode::Stale, StatusCode::PRECONDITION_FAILED))?;
    Ok(shown(&before, &portal, &fields))
}

/// Those whom a body describes.
async fn find(
    caller: Caller,
    State(portal): State<Portal>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::ListUsers])?;
    query::read_nothing(query.as_deref().unwrap_or_default())?;
    let asked = search::read(&object(&headers, body).await?)?;
    listed(&caller, &portal, &asked).await
}

async fn listed(caller: &Caller, portal: &Portal, asked: &query::Asked) -> Result<Json<Value>, Refused> {
    let said = caller.directory.users().entries(&caller.actor, &asked.query).await;
    let found = said.map_err(|error| told(caller.directory.problem(error)))?;
    let now = portal.clock.now();
    let results = found.entries.iter().map(|entry| asked.fields.of(shape::user(entry, now)));
    Ok(Json(json!({ "totalCount": found.total, "results": results.collect::<Vec<_>>() })))
}

fn shown(entry: &UserEntry, portal: &Portal, fields: &query::Fields) -> Response {
    let user = fields.of(shape::user(entry, portal.clock.now()));
    let mut answer = Json(user).into_response();
    if let Ok(version) = HeaderValue::from_str(&format!("\"{}\"", entry.version)) {
        answer.headers_mut().insert(header::ETAG, version);
    }
    answer
}
