//! The parts of the document that requests refer to, made from the tables that bodies are read and answers are
//! written by.

use directory::{CREATE_MAX, CREATE_PASSWORDS_MAX, UPDATE_MAX};
use model::ErrorCode;
use model::form::{FieldKind, FormField};
use model::job::{JobItemState, JobKind, JobState};
use model::user::{
    ADDRESSES, CUSTOM_ATTRIBUTES, CreationSource, ENROLL_DAYS, ENTRIES_MAX, Flag, PHONES, SKIP_MAX,
    TextAttribute, UNIX_ID_MIN, UserState,
};
use serde_json::{Map, Value, json};

use super::super::names::{FIELDS, FIXED};
use super::groups::of_groups;
use super::parts::{closed, list, object, parts, schema};

/// Everything that requests refer to.
pub fn components() -> Value {
    json!({
        "securitySchemes": { "apiKey": {
            "type": "apiKey", "in": "header", "name": "x-api-key",
            "description": "A key of an administrator. The scopes that an operation names are those of the role of \
                the key’s owner; any one of them will do.",
        } },
        "headers": {
            "ETag": { "description": "The version of the user, for If-Match.", "schema": { "type": "string" } },
            "ResultCount": { "description": "How many there are on this page.", "schema": { "type": "integer" } },
            "SearchAfter": {
                "description": "What search_after of the next page is; there are no more once a page is not full.",
                "schema": { "type": "string" },
            },
            "TotalCount": { "description": "How many there are in all.", "schema": { "type": "integer" } },
        },
        "parameters": parameters(),
        "responses": responses(),
        "schemas": schemas(),
    })
}

/// What can be said in an address or a header.
fn parameters() -> Value {
    let query = |name: &str, says: &str, schema: Value| json!({ "name": name, "in": "query", "description": says, "schema": schema });
    let header = |name: &str, says: &str, schema: Value| json!({ "name": name, "in": "header", "description": says, "schema": schema });
    let text = || json!({ "type": "string" });
    let words: Vec<_> = CreationSource::ALL.map(CreationSource::as_str).to_vec();
    json!({
        "limit": query("limit", "How many.", count(1, ENTRIES_MAX.into(), Some(10))),
        "skip": query("skip", "How many to leave out.", count(0, SKIP_MAX.into(), Some(0))),
        "targets": query(
            "targets", "What stands at the other end: application or ldap_server; of a resource user or user_group.", text(),
        ),
        "sort": query("sort", "Fields, apart by spaces; “-” before one for descending.", text()),
        "search": query("search", "Words in names, username, email and employee ID.", text()),
        "fields": query("fields", "Which fields to send, apart by spaces; _id always is.", text()),
        "filter": query("filter", FILTER, json!({ "type": "array", "items": text() })),
        "notify": query(
            "notify",
            "Whom the first email goes to: true for the usual address, false for nobody, or an address. Unless it is \
             said, an Active user without a password is sent the link to the first one.",
            text(),
        ),
        "suppressEmail": query(
            "suppressEmail", "Sends the new users nothing.", json!({ "type": "boolean", "default": false }),
        ),
        "userid": query("userid", "Of this user alone.", schema("Id")),
        "pageLimit": query("limit", "How many.", json!({ "type": "integer", "enum": [10, 20, 50, 100] })),
        "after": query("after", "The mark that the page before ended with.", text()),
        "IfMatch": header("If-Match", "The ETag of the user as they were seen; * or nothing for any.", text()),
        "CreationSource": header(
            "creation-source",
            "Where new users come from: their default state goes by it. A vendor and a colon may stand before it.",
            json!({ "type": "string", "examples": words }),
        ),
    })
}

const FILTER: &str = "field:$operator:value; several must all hold. Operators: $eq, $ne; $in, $nin, $sw, $ew, $co, \
    $nco for several values apart by “|”; $lt, $lte, $gt, $gte for instants, numbers and ids. Of those in \
    filter[or][0], filter[or][1] … one must hold. A date alone is its midnight in UTC. In an address a + is written %2B.";

fn responses() -> Value {
    let content = json!({ "application/json": { "schema": schema("Error") } });
    let says = |code: ErrorCode| match code {
        ErrorCode::Malformed => "It cannot be read, or names what there is not.",
        ErrorCode::NotSignedIn => "No key, or one that is not good.",
        ErrorCode::Forbidden => "The role does not allow it; or the user is an administrator, too.",
        ErrorCode::ReauthenticationNeeded => "It takes a proof of the password, which no key has.",
        ErrorCode::NotFound => "There is no such thing.",
        ErrorCode::Stale => "It has changed since it was read.",
        ErrorCode::Conflict => "It stands against a rule as things are.",
        ErrorCode::LastAdministrator => "The last one who manages administrators must remain.",
        ErrorCode::Gone => "It is over.",
        ErrorCode::TooLarge => "The body is larger than 1 MiB.",
        ErrorCode::Invalid => "A field holds what it must not.",
        ErrorCode::TooMany => "The key asks too fast; Retry-After says how many seconds to wait.",
        ErrorCode::Internal => "A fault of the server’s.",
        ErrorCode::Unavailable => "Not now.",
    };
    let response = |code: &ErrorCode| {
        (code.as_str().to_owned(), json!({ "description": says(*code), "content": content }))
    };
    Value::Object(ErrorCode::ALL.iter().map(response).collect())
}

fn schemas() -> Value {
    let codes: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    let text = || json!({ "type": "string" });
    let mut schemas = json!({
        "Anything": { "type": "object" },
        "Id": { "type": "string", "pattern": "^[0-9a-f]{24}$" },
        "Instant": { "type": "string", "format": "date-time", "examples": ["2026-11-22T09:00:00.000000Z"] },
        "Error": object(&["message", "error"], json!({
            "message": { "type": "string", "description": "For people." },
            "error": { "type": "string", "enum": codes, "description": "For programs." },
            "fields": list(object(&["field", "message"], json!({ "field": text(), "message": text() }))),
            "reference": { "type": "string", "description": "Finds a fault of the server’s in its log." },
        })),
        "User": user(),
        "Users": found("User"),
        "UserChange": written(false),
        "NewUser": written(true),
        "Nothing": closed(&[], json!({})),
        "SshKey": object(&["_id", "name", "public_key", "create_date"], json!({
            "_id": schema("Id"), "name": text(), "public_key": text(), "create_date": schema("Instant"),
        })),
        "SshKeys": list(schema("SshKey")),
        "NewSshKey": closed(&["public_key"], json!({
            "name": { "type": ["string", "null"], "description": "Without one the key’s comment names it." },
            "public_key": { "type": "string", "examples": ["ssh-ed25519 AAAA… ada@laptop"] },
        })),
        "Recipient": closed(&[], json!({ "email": {
            "type": ["string", "boolean", "null"],
            "description": "An address; true for the usual one, as without it; false for nobody.",
        } })),
        "MfaRequirement": closed(&[], json!({
            "enable_user_portal_multifactor": { "type": "boolean", "default": true },
            "mfa": schema("EnrollmentPeriod"),
        })),
        "EnrollmentPeriod": closed(&[], json!({
            "configured": { "type": "boolean", "description": "Is passed over." },
            "exclusion": { "type": ["boolean", "null"], "description": "Is passed over, if it is true." },
            "exclusionDays": count((*ENROLL_DAYS.start()).into(), (*ENROLL_DAYS.end()).into(), Some(7)),
            "exclusionUntil": schema("Instant"),
        })),
    });
    if let Value::Object(all) = &mut schemas {
        all.extend(of_search());
        all.extend(of_jobs());
        all.extend(of_groups());
        all.extend(super::schedules::schemas());
        all.extend(super::ldap::schemas());
    }
    schemas
}

fn of_search() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let texts = || json!({ "type": ["string", "array"], "items": text() });
    let conditions = || list(schema("Condition"));
    parts([
        (
            "UserSearch",
            closed(
                &[],
                json!({
                    "searchFilter": closed(&[], json!({
                        "searchTerm": texts(),
                        "fields": { "type": "array", "items": text(), "default": ["username", "email", "firstname", "lastname"] },
                    })),
                    "filter": { "anyOf": [
                        conditions(),
                        { "type": "object", "properties": { "and": conditions(), "or": conditions() } },
                        schema("Condition"),
                        { "type": "null" },
                    ] },
                    "fields": texts(),
                    "sort": texts(),
                    "limit": count(1, ENTRIES_MAX.into(), Some(10)),
                    "skip": count(0, SKIP_MAX.into(), Some(0)),
                }),
            ),
        ),
        (
            "Condition",
            json!({
                "description": "field:$operator:value, or {field: value}, or {field: {$operator: value}}.",
                "type": ["string", "object"],
            }),
        ),
    ])
}

fn of_jobs() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let maybe = || json!({ "anyOf": [schema("Instant"), { "type": "null" }] });
    let words = |words: Vec<&str>| json!({ "type": "string", "enum": words });
    let kinds = JobKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let states = JobState::ALL.iter().map(|state| state.as_str()).collect();
    let results = JobItemState::ALL.iter().map(|state| state.as_str()).collect();
    let number = || json!({ "type": "integer", "minimum": 0 });
    parts([
        ("Started", object(&["jobId"], json!({ "jobId": schema("Id") }))),
        (
            "NewUsers",
            json!({
                "type": "array", "items": schema("NewUser"), "minItems": 1, "maxItems": CREATE_MAX,
                "description": format!("At most {CREATE_PASSWORDS_MAX} of them bring a password."),
            }),
        ),
        (
            "UserChanges",
            json!({ "type": "array", "items": changed(), "minItems": 1, "maxItems": UPDATE_MAX }),
        ),
        ("UserIds", list(json!({ "anyOf": [closed(&["id"], json!({ "id": schema("Id") })), schema("Id")] }))),
        (
            "BulkResults",
            list(object(
                &[],
                json!({
                    "id": schema("Id"), "status": words(vec!["pending", "finished", "failed"]), "statusMsg": text(),
                    "meta": { "type": "object" }, "persistedFields": { "type": "object" },
                    "createdAt": schema("Instant"), "updatedAt": schema("Instant"),
                }),
            )),
        ),
        (
            "Job",
            object(
                &[],
                json!({
                    "id": schema("Id"), "kind": words(kinds), "title": text(), "state": words(states),
                    "startedBy": text(), "created": schema("Instant"), "started": maybe(), "finished": maybe(),
                    "total": number(), "done": number(), "leftOut": number(),
                    "failure": { "type": ["string", "null"], "description": "Why it failed; of one job alone." },
                }),
            ),
        ),
        ("Jobs", paged("Job")),
        (
            "JobItem",
            object(
                &[],
                json!({
                    "user": schema("Id"), "name": text(), "result": words(results),
                    "why": { "type": ["string", "null"], "description": "Why they were left out; follows the name." },
                    "at": maybe(),
                }),
            ),
        ),
        ("JobItems", paged("JobItem")),
    ])
}

fn found(of: &str) -> Value {
    object(
        &["totalCount", "results"],
        json!({
            "totalCount": { "type": "integer", "minimum": 0 }, "results": list(schema(of)),
        }),
    )
}

fn paged(of: &str) -> Value {
    object(
        &["totalCount", "results", "after"],
        json!({
            "totalCount": { "type": "integer", "minimum": 0 }, "results": list(schema(of)),
            "after": { "type": ["string", "null"], "description": "The mark for the next page, if there is one." },
        }),
    )
}

fn count(least: u64, most: u64, usual: Option<u64>) -> Value {
    let mut count = json!({ "type": "integer", "minimum": least, "maximum": most });
    if let (Some(usual), Value::Object(parts)) = (usual, &mut count) {
        parts.insert("default".to_owned(), usual.into());
    }
    count
}

/// A user as they are sent: every field is there, unless only some were asked for.
fn user() -> Value {
    let field = |name: &&str| ((*name).to_owned(), shown(name));
    object(&["_id"], Value::Object(FIELDS.iter().map(field).collect()))
}

/// A user as they are added or changed.
fn written(new: bool) -> Value {
    let mut fields: Map<String, Value> =
        FIELDS.iter().map(|name| ((*name).to_owned(), as_written(name, new))).collect();
    if !new {
        return closed(&[], Value::Object(fields));
    }
    fields.insert("password".to_owned(), json!({ "type": ["string", "null"], "writeOnly": true }));
    closed(&["username", "email"], Value::Object(fields))
}

/// A change with whom it is about.
fn changed() -> Value {
    let mut change = written(false);
    if let Some(Value::Object(fields)) = change.get_mut("properties") {
        fields.insert("id".to_owned(), schema("Id"));
    }
    if let Value::Object(parts) = &mut change {
        parts.insert("required".to_owned(), json!(["id"]));
    }
    change
}

/// What an answer holds under a name.
fn shown(name: &str) -> Value {
    if name == TextAttribute::RecoveryEmail.key() {
        return object(&["address"], json!({ "address": { "type": "string" } }));
    }
    if let Some(text) = TextAttribute::parse(name) {
        return json!({ "type": "string", "title": text.label(), "maxLength": text.max() });
    }
    if let Some(flag) = Flag::parse(name) {
        return json!({ "type": "boolean", "title": flag.label(), "description": flag.description() });
    }
    let states: Vec<_> = UserState::ALL.map(UserState::as_str).to_vec();
    let maybe = |of: Value| json!({ "anyOf": [of, { "type": "null" }] });
    let flag = |says: &str| json!({ "type": "boolean", "description": says });
    match name {
        "_id" => schema("Id"),
        "username" => json!({ "type": "string", "maxLength": model::Username::MAX }),
        "email" => json!({ "type": "string", "format": "email" }),
        "state" => json!({ "type": "string", "enum": states }),
        "suspended" => flag("Whether the state is SUSPENDED."),
        "activated" => flag("Whether there is a password. This is not the state."),
        "account_locked" => flag("Whether too many wrong tries have locked the account."),
        "password_expired" => flag("Whether the password opens nothing but the page that changes it."),
        "totp_enabled" => flag("Whether an authenticator app is enrolled."),
        "mfa" => object(&["configured"], json!({ "configured": { "type": "boolean" } })),
        "created" => schema("Instant"),
        "password_date" | "password_expiration_date" => maybe(schema("Instant")),
        "creationSource" => json!({ "type": "string" }),
        "unix_uid" | "unix_guid" => maybe(count(UNIX_ID_MIN.into(), u32::MAX.into(), None)),
        "manager" => maybe(schema("Id")),
        "ssh_keys" => list(schema("SshKey")),
        "addresses" => several(&ADDRESSES),
        "phoneNumbers" => several(&PHONES),
        "attributes" => several(&CUSTOM_ATTRIBUTES),
        // A test misses it.
        _ => Value::Null,
    }
}

/// Several of something with parts, as its table has them.
fn several(field: &FormField) -> Value {
    let FieldKind::Several(several) = field.kind else { return Value::Null };
    let part = |part: &FormField| (part.key.to_owned(), json!({ "type": "string", "title": part.label }));
    let one = object(&[], Value::Object(several.fields.iter().map(part).collect()));
    json!({ "type": "array", "items": one, "maxItems": several.most, "title": field.label })
}

/// What a body may hold under a name. Texts and lists are taken away by null.
fn as_written(name: &str, new: bool) -> Value {
    if FIXED.contains(&name) {
        let says = if new {
            "A new user has none yet; what is empty or false is passed over."
        } else {
            "It cannot be changed here; what is as it was is passed over."
        };
        return json!({ "readOnly": true, "description": says });
    }
    let states: &[&str] =
        if new { &["STAGED", "ACTIVATED", "SUSPENDED"] } else { &["ACTIVATED", "SUSPENDED"] };
    match name {
        "state" => json!({ "type": "string", "enum": states }),
        "recoveryEmail" => json!({ "anyOf": [
            closed(&["address"], json!({ "address": { "type": ["string", "null"] } })),
            { "type": ["string", "null"] },
        ] }),
        // A flag is on or off.
        name if name == "suspended" || Flag::parse(name).is_some() => shown(name),
        name => match shown(name) {
            nullable if nullable.get("anyOf").is_some() => nullable,
            other => json!({ "anyOf": [other, { "type": "null" }] }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_schema() {
        for name in FIELDS {
            assert!(shown(name).is_object(), "{name}");
            assert!(as_written(name, true).is_object() && as_written(name, false).is_object(), "{name}");
        }
        for fixed in FIXED {
            assert!(FIELDS.contains(&fixed), "{fixed}");
        }
    }
}
