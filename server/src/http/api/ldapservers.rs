//! The LDAP server of the organization: `/api/v2/ldapservers`, with the names of the second version of the API that
//! administrators know. What they have no name for stays as it is set in the Admin Portal.

use axum::{Json, body::Body, extract::Path, http::HeaderMap};
use model::ldap::{AccountAction, LdapForm, LdapServer, LdapUpdate};
use model::{Fault, Operation, Problem};
use serde_json::{Map, Value, json};

use super::answer::{Refused, malformed, object};
use super::caller::Caller;
use super::openapi::{Api, Endpoint, Verb};
use super::precondition;

const LOCKOUT: &str = "userLockoutAction";
const EXPIRATION: &str = "userPasswordExpirationAction";

pub fn routes() -> Api {
    const SERVERS: &str = "/v2/ldapservers";
    const SERVER: &str = "/v2/ldapservers/{id}";
    let seen = &[Operation::ReadLdapServer];
    let list_servers =
        Endpoint::new(Verb::Get, SERVERS, "listLdapServers", "The LDAP server, as a list of one.");
    let read_server = Endpoint::new(Verb::Get, SERVER, "readLdapServer", "The LDAP server.");
    let update_server = Endpoint::new(
        Verb::Patch,
        SERVER,
        "updateLdapServer",
        "Changes what the LDAP server is called, and what becomes of users who are locked or whose password has expired.",
    );
    Api::default()
        .at(list_servers.needs(seen).answers_some("LdapServers"), list)
        .at(read_server.needs(seen).answers("LdapServer"), read)
        .at(
            update_server
                .needs(&[Operation::UpdateLdapServer])
                .takes("LdapServerChange")
                .answers("LdapServer"),
            update,
        )
}

async fn list(caller: Caller) -> Result<Json<Value>, Refused> {
    let found = caller.answer(caller.directory.ldap().read(&caller.actor).await)?;
    Ok(Json(json!([shape(&found)])))
}

async fn read(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::ReadLdapServer])?;
    Ok(Json(shape(&named(&caller, &id).await?)))
}

async fn update(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::UpdateLdapServer])?;
    precondition::none(&headers)?;
    let body = object(&headers, body).await?;
    let before = named(&caller, &id).await?;
    let form = changed(before.form, body)?;
    let update = LdapUpdate { version: before.version, form };
    caller.answer(caller.directory.ldap().update(&caller.actor, &update).await)?;
    Ok(Json(shape(&named(&caller, &id).await?)))
}

/// The one there is, if this is its id.
async fn named(caller: &Caller, id: &str) -> Result<LdapServer, Refused> {
    let found = caller.answer(caller.directory.ldap().read(&caller.actor).await)?;
    if found.id.to_string() == id { Ok(found) } else { Err(Problem::not_found("LDAP server").into()) }
}

fn shape(server: &LdapServer) -> Value {
    json!({
        "id": server.id,
        "name": server.form.name,
        LOCKOUT: server.form.lockout_action.as_str(),
        EXPIRATION: server.form.expiration_action.as_str(),
    })
}

/// What the body names, in place of what was there.
fn changed(mut form: LdapForm, body: Map<String, Value>) -> Result<LdapForm, Refused> {
    let mut faults = Vec::new();
    for (field, value) in body {
        let action = value.as_str().and_then(AccountAction::parse);
        let wrong = match (field.as_str(), value.as_str(), action) {
            ("id", ..) => None,
            ("name", Some(name), _) => {
                name.clone_into(&mut form.name);
                None
            }
            ("name", None, _) => Some("This is a text."),
            (LOCKOUT, _, Some(action)) => {
                form.lockout_action = action;
                None
            }
            (EXPIRATION, _, Some(action)) => {
                form.expiration_action = action;
                None
            }
            (LOCKOUT | EXPIRATION, _, None) => Some("This is “disable” or “remove”."),
            _ => Some("There is no such field."),
        };
        faults.extend(wrong.map(|message| Fault { field, message: message.to_owned() }));
    }
    if faults.is_empty() { Ok(form) } else { Err(malformed("The body cannot be understood.", faults).into()) }
}
