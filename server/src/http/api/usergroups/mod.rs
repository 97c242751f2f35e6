//! User groups: `/api/v2/usergroups`, and the groups of a user, with the names of the second version of the API that
//! administrators know.

mod body;
mod rule;
mod shape;

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use model::group::{AddMembers, Counted, GroupQuery, GroupUpdate, NewSubgroup};
use model::user::Outcome;
use model::{ErrorCode, Id, Operation, Problem};
use serde_json::Value;

pub use self::body::association;
use self::body::{Change, Member, group_form, membership_change};
use super::answer::{Refused, object};
use super::caller::Caller;
use super::openapi::{Api, Endpoint, Verb};
use super::precondition;
use super::systemusers::{read_options, told};

/// How many stand in an answer unless more are asked for.
pub const LIMIT: u32 = 10;

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

pub fn routes() -> Api {
    of_groups().and(of_members()).and(rule::routes())
}

fn of_groups() -> Api {
    const GROUPS: &str = "/v2/usergroups";
    const GROUP: &str = "/v2/usergroups/{id}";
    let list_groups = Endpoint::new(Verb::Get, GROUPS, "listUserGroups", "Lists user groups by name.");
    let create_group =
        Endpoint::new(Verb::Post, GROUPS, "createUserGroup", "Adds a user group without members.");
    let read_group = Endpoint::new(Verb::Get, GROUP, "readUserGroup", "One user group.");
    let replace_group = Endpoint::new(
        Verb::Put,
        GROUP,
        "replaceUserGroup",
        "Replaces all that is typed about a group; what the body leaves out is empty then.",
    );
    let delete_group =
        Endpoint::new(Verb::Delete, GROUP, "deleteUserGroup", "Deletes a group; its members stay users.");
    Api::default()
        .at(
            list_groups
                .needs(&[Operation::ListGroups])
                .with(&["limit", "skip", "search"])
                .answers_some("UserGroups"),
            list,
        )
        .at(create_group.needs(&[Operation::CreateGroup]).takes("NewUserGroup").makes("UserGroup"), create)
        .at(read_group.needs(&[Operation::ListGroups]).answers("UserGroup"), read)
        .at(
            replace_group.needs(&[Operation::UpdateGroup]).takes("NewUserGroup").answers("UserGroup"),
            replace,
        )
        .at(delete_group.needs(&[Operation::DeleteGroup]), delete)
}

fn of_members() -> Api {
    const MEMBERS: &str = "/v2/usergroups/{id}/members";
    let pages = &["limit", "skip"];
    let list_members = Endpoint::new(
        Verb::Get,
        MEMBERS,
        "listUserGroupMembers",
        "Lists users with a membership of their own that is in force.",
    );
    let change_members = Endpoint::new(
        Verb::Post,
        MEMBERS,
        "changeUserGroupMembers",
        "Adds a user or a group to a group, removes one, or changes from when to when a user is in it.",
    );
    let membership = Endpoint::new(
        Verb::Get,
        "/v2/usergroups/{id}/membership",
        "listUserGroupMembership",
        "Lists all who are in a group now, each with the ways that lead there.",
    );
    let member_of = Endpoint::new(
        Verb::Get,
        "/v2/users/{id}/memberof",
        "listGroupsOfUser",
        "Lists the groups that a user is in now, each with the ways that lead there.",
    );
    Api::default()
        .at(
            list_members.needs(&[Operation::ListGroups]).with(pages).answers_some("GraphConnections"),
            members,
        )
        .at(change_members.needs(&[Operation::ChangeGroupMembers]).takes("MembershipChange"), change)
        .at(membership.needs(&[Operation::ListGroups]).with(pages).answers_some("GraphPaths"), reached)
        .at(
            member_of.needs(&[Operation::ListGroups]).with(pages).answers_some("GraphPaths"),
            member_of_groups,
        )
}

fn named(id: &str) -> Result<Id, Refused> {
    id.parse().map_err(|_| Problem::not_found("user group").into())
}

fn asked(query: Option<&str>, known: &[&str]) -> Result<GroupQuery, Refused> {
    let options = read_options(query.unwrap_or_default(), known)?;
    let (limit, skip) = (options.number("limit", LIMIT)?, options.number("skip", 0)?);
    // What does not fit the directory refuses.
    let limit = u16::try_from(limit).unwrap_or(u16::MAX);
    Ok(GroupQuery { search: options.text("search").unwrap_or_default().to_owned(), skip, limit })
}

/// Rows, with the number of all there are.
pub fn counted<T>(found: Counted<T>, row: impl Fn(&T) -> Value) -> Response {
    let rows: Vec<Value> = found.rows.iter().map(row).collect();
    let mut answer = Json(rows).into_response();
    answer.headers_mut().insert(TOTAL, HeaderValue::from(found.total));
    answer
}

async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Refused> {
    caller.may_any(&[Operation::ListGroups])?;
    let query = asked(query.as_deref(), &["limit", "skip", "search"])?;
    let found = caller.directory.groups().entries(&caller.actor, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    Ok(counted(found, shape::group))
}

async fn read(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::ListGroups])?;
    let found = caller.directory.groups().entry(&caller.actor, named(&id)?).await;
    Ok(Json(shape::group(&caller.answer(found)?)))
}

async fn create(caller: Caller, headers: HeaderMap, body: Body) -> Result<Response, Refused> {
    caller.may_any(&[Operation::CreateGroup])?;
    precondition::none(&headers)?;
    let form = group_form(object(&headers, body).await?, None)?;
    let groups = caller.directory.groups();
    let id = caller.answer(groups.create(&caller.actor, &form).await).map_err(as_named)?;
    let made = caller.answer(groups.entry(&caller.actor, id).await)?;
    Ok((StatusCode::CREATED, Json(shape::group(&made))).into_response())
}

async fn replace(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    caller.may_any(&[Operation::UpdateGroup])?;
    let (groups, id) = (caller.directory.groups(), named(&id)?);
    let body = object(&headers, body).await?;
    let before = caller.answer(groups.entry(&caller.actor, id).await)?;
    let form = group_form(body, Some(&before.form))?;
    let update = GroupUpdate { id, version: before.version, form };
    caller.answer(groups.update(&caller.actor, &update).await).map_err(as_named)?;
    let after = caller.answer(groups.entry(&caller.actor, id).await)?;
    Ok(Json(shape::group(&after)))
}

async fn delete(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Refused> {
    caller.may_any(&[Operation::DeleteGroup])?;
    caller.answer(caller.directory.groups().delete(&caller.actor, &[named(&id)?]).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Faults by the names that the body has.
fn as_named(refused: Refused) -> Refused {
    refused.renaming(body::field_name)
}

async fn members(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    of_group(caller, &id, query.as_deref(), true, shape::connection).await
}

async fn reached(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    of_group(caller, &id, query.as_deref(), false, shape::member).await
}

async fn of_group(
    caller: Caller,
    id: &str,
    query: Option<&str>,
    direct: bool,
    row: fn(&model::group::Reached) -> Value,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::ListGroups])?;
    let (id, query) = (named(id)?, asked(query, &["limit", "skip"])?);
    let found = caller.directory.groups().reached(&caller.actor, id, direct, &query).await;
    Ok(counted(found.map_err(|error| told(caller.directory.problem(error)))?, row))
}

async fn member_of_groups(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::ListGroups])?;
    let query = asked(query.as_deref(), &["limit", "skip"])?;
    let id = id.parse().map_err(|_| Refused::from(Problem::not_found("user")))?;
    let found = caller.directory.groups().reached_by(&caller.actor, id, &query).await;
    Ok(counted(found.map_err(|error| told(caller.directory.problem(error)))?, shape::group_of))
}

/// Puts somebody or a group in, takes them out, or changes a period.
async fn change(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refused> {
    caller.may_any(&[Operation::ChangeGroupMembers])?;
    let group = named(&id)?;
    let Change { op, member, id, period } = membership_change(object(&headers, body).await?)?;
    let (groups, actor) = (caller.directory.groups(), &caller.actor);
    let said = match (member, op) {
        (Member::Group, body::Op::Add) => {
            groups.add_subgroup(actor, &NewSubgroup { group, subgroup: id }).await
        }
        (Member::Group, body::Op::Remove) => {
            groups.remove_subgroup(actor, &NewSubgroup { group, subgroup: id }).await
        }
        (Member::Group, body::Op::Update) => {
            let message = "A group in a group has no period to change.";
            return Err(Problem::at("op", message).into());
        }
        (Member::User, body::Op::Update) => groups.set_period(actor, group, id, &period).await,
        (Member::User, body::Op::Add) => {
            let outcomes =
                caller.answer(groups.add_members(actor, &AddMembers { group, period }, &[id]).await)?;
            return done(&outcomes, "user", ErrorCode::Conflict);
        }
        (Member::User, body::Op::Remove) => {
            let outcomes = caller.answer(groups.remove_members(actor, group, &[id]).await)?;
            return done(&outcomes, "user", ErrorCode::NotFound);
        }
    };
    caller.answer(said)?;
    Ok(StatusCode::NO_CONTENT)
}

/// For the one whom it is about; what is not there, a user or a group, is not found.
pub fn done(outcomes: &[Outcome], what: &'static str, code: ErrorCode) -> Result<StatusCode, Refused> {
    match outcomes.iter().find_map(|one| Some((&one.name, one.refused.as_deref()?))) {
        Some((_, "is not in the directory")) => Err(Problem::not_found(what).into()),
        Some((name, why)) => Err(Problem::new(code, format!("{name} {why}.")).into()),
        None => Ok(StatusCode::NO_CONTENT),
    }
}
