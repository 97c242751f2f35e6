//! The graph of people, groups and resources: who is bound to what, who reaches what, and by which ways.

mod shape;

use axum::{
    body::Body,
    extract::{Path, RawQuery},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use model::access::{Binding, BoundKind, ResourceKind};
use model::group::GroupQuery;
use model::{ErrorCode, Id, Operation, Problem};

use super::answer::{Refused, object};
use super::caller::Caller;
use super::openapi::{Api, Endpoint, Verb};
use super::systemusers::{read_options, told};
use super::usergroups::{LIMIT, association, counted, done};

/// What is bound to resources.
const BOUND: [BoundKind; 2] = [BoundKind::User, BoundKind::Group];

/// The addresses and names of the requests about one kind of resource.
struct Requests {
    of: ResourceKind,
    sees: &'static [Operation],
    binds: &'static [Operation],
    /// What is bound to it directly.
    associations: (&'static str, &'static str, &'static str),
    /// Who reaches it, and which groups are bound to it.
    users: (&'static str, &'static str),
    groups: (&'static str, &'static str),
    /// What a user and what a group has of it.
    of_user: (&'static str, &'static str),
    of_group: (&'static str, &'static str),
}

const KINDS: [Requests; 2] = [
    Requests {
        of: ResourceKind::Application,
        sees: &[Operation::ListApplications],
        binds: &[Operation::BindApplication],
        associations: (
            "/v2/applications/{id}/associations",
            "listAssociationsOfApplication",
            "changeAssociationsOfApplication",
        ),
        users: ("/v2/applications/{id}/users", "listUsersOfApplication"),
        groups: ("/v2/applications/{id}/usergroups", "listUserGroupsOfApplication"),
        of_user: ("/v2/users/{id}/applications", "listApplicationsOfUser"),
        of_group: ("/v2/usergroups/{id}/applications", "listApplicationsOfUserGroup"),
    },
    Requests {
        of: ResourceKind::Ldap,
        sees: &[Operation::ReadLdapServer],
        binds: &[Operation::BindLdapServer],
        associations: (
            "/v2/ldapservers/{id}/associations",
            "listAssociationsOfLdapServer",
            "changeAssociationsOfLdapServer",
        ),
        users: ("/v2/ldapservers/{id}/users", "listUsersOfLdapServer"),
        groups: ("/v2/ldapservers/{id}/usergroups", "listUserGroupsOfLdapServer"),
        of_user: ("/v2/users/{id}/ldapservers", "listLdapServersOfUser"),
        of_group: ("/v2/usergroups/{id}/ldapservers", "listLdapServersOfUserGroup"),
    },
];

/// What it takes to see, and to bind, any kind.
const SEES: &[Operation] = &[Operation::ListApplications, Operation::ReadLdapServer];
const BINDS: &[Operation] = &[Operation::BindApplication, Operation::BindLdapServer];

const PAGE: &[&str] = &["limit", "skip"];
const TARGETED: &[&str] = &["limit", "skip", "targets"];

pub fn routes() -> Api {
    KINDS.iter().fold(of_people(), |api, kind| api.and(of_resources(kind)))
}

/// What users and groups are bound to directly.
fn of_people() -> Api {
    const USER: &str = "/v2/users/{id}/associations";
    const GROUP: &str = "/v2/usergroups/{id}/associations";
    let list = |path, id, summary| {
        Endpoint::new(Verb::Get, path, id, summary)
            .needs(SEES)
            .with(TARGETED)
            .answers_some("GraphConnections")
    };
    let change = |path, id, summary| {
        Endpoint::new(Verb::Post, path, id, summary).needs(BINDS).takes("AssociationChange")
    };
    let (user, group) =
        ("Lists what a user is bound to directly.", "Lists what a user group is bound to directly.");
    let bind_user = "Binds a user to a resource, or unbinds it.";
    let bind_group = "Binds a user group to a resource, or unbinds it.";
    Api::default()
        .at(list(USER, "listAssociationsOfUser", user), of_user)
        .at(list(GROUP, "listAssociationsOfUserGroup", group), of_group)
        .at(change(USER, "changeAssociationsOfUser", bind_user), change_user)
        .at(change(GROUP, "changeAssociationsOfUserGroup", bind_group), change_group)
}

/// The requests about one kind of resource.
fn of_resources(requests: &Requests) -> Api {
    let kind = requests.of;
    let list = |(path, id): (&'static str, &'static str), summary| {
        Endpoint::new(Verb::Get, path, id, summary).needs(requests.sees).with(PAGE).answers_some("GraphPaths")
    };
    let (path, listed, changed) = requests.associations;
    let associations = Endpoint::new(
        Verb::Get,
        path,
        listed,
        "Lists the users or the user groups that are bound to the resource directly.",
    );
    let change = Endpoint::new(
        Verb::Post,
        path,
        changed,
        "Binds the resource to a user or a user group, or unbinds it.",
    );
    Api::default()
        .at(
            associations.needs(requests.sees).with(TARGETED).answers_some("GraphConnections"),
            move |caller: Caller, Path(id): Path<String>, RawQuery(query): RawQuery| {
                of_resource(caller, kind, id, query)
            },
        )
        .at(
            change.needs(requests.binds).takes("AssociationChange"),
            move |caller: Caller, Path(id): Path<String>, headers: HeaderMap, body: Body| {
                change_resource(caller, kind, id, headers, body)
            },
        )
        .at(
            list(
                requests.users,
                "Lists the users who are bound to the resource, each with the ways that lead there.",
            ),
            move |caller: Caller, Path(id): Path<String>, RawQuery(query): RawQuery| {
                users_of(caller, kind, id, query)
            },
        )
        .at(
            list(requests.groups, "Lists the user groups that are bound to the resource themselves."),
            move |caller: Caller, Path(id): Path<String>, RawQuery(query): RawQuery| {
                groups_of(caller, kind, id, query)
            },
        )
        .at(
            list(
                requests.of_user,
                "Lists what of this kind a user is bound to, each with the ways that lead there.",
            ),
            move |caller: Caller, Path(id): Path<String>, RawQuery(query): RawQuery| {
                reached_by_user(caller, kind, id, query)
            },
        )
        .at(
            list(requests.of_group, "Lists what of this kind a user group is bound to itself."),
            move |caller: Caller, Path(id): Path<String>, RawQuery(query): RawQuery| {
                bound_to_group(caller, kind, id, query)
            },
        )
}

fn asked(query: Option<&str>, known: &[&str]) -> Result<(GroupQuery, Option<String>), Refused> {
    let options = read_options(query.unwrap_or_default(), known)?;
    let (limit, skip) = (options.number("limit", LIMIT)?, options.number("skip", 0)?);
    // What does not fit the directory refuses.
    let limit = u16::try_from(limit).unwrap_or(u16::MAX);
    let targets = options.text("targets").map(str::to_owned);
    Ok((GroupQuery { search: String::new(), skip, limit }, targets))
}

fn named(id: &str, what: &'static str) -> Result<Id, Refused> {
    id.parse().map_err(|_| Problem::not_found(what).into())
}

/// What is bound.
const fn word(bound: BoundKind) -> &'static str {
    match bound {
        BoundKind::User => "user",
        BoundKind::Group => "user group",
    }
}

/// The kind of resource that is asked for; applications unless something else is.
fn targeted(targets: Option<&str>) -> Result<ResourceKind, Refused> {
    let asked = targets.unwrap_or(ResourceKind::Application.as_str());
    ResourceKind::parse(asked).ok_or_else(|| {
        let known: Vec<_> = ResourceKind::ALL.iter().map(|kind| kind.as_str()).collect();
        Problem::at("targets", format!("This is {}.", known.join(" or "))).into()
    })
}

async fn of_user(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    bound_to(caller, BoundKind::User, &id, query.as_deref()).await
}

async fn of_group(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    bound_to(caller, BoundKind::Group, &id, query.as_deref()).await
}

async fn bound_to(
    caller: Caller,
    bound: BoundKind,
    id: &str,
    query: Option<&str>,
) -> Result<Response, Refused> {
    caller.may_any(SEES)?;
    let (query, targets) = asked(query, TARGETED)?;
    let kind = targeted(targets.as_deref())?;
    let id = named(id, word(bound))?;
    let found = caller.directory.access().bound_to(&caller.actor, (bound, id), kind, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    Ok(counted(found, |resource| shape::edge((bound.as_str(), id), (kind.as_str(), *resource))))
}

async fn of_resource(
    caller: Caller,
    kind: ResourceKind,
    id: String,
    query: Option<String>,
) -> Result<Response, Refused> {
    caller.may_any(&[kind.sees()])?;
    let (query, targets) = asked(query.as_deref(), TARGETED)?;
    let wanted = targets.as_deref().unwrap_or(BoundKind::User.as_str());
    let Some(bound) = BOUND.into_iter().find(|one| one.as_str() == wanted) else {
        return Err(Problem::at("targets", "This is user or user_group.").into());
    };
    let id = of_kind(&caller, &id, kind).await?;
    let found = caller.directory.access().bound_of(&caller.actor, id, bound, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    Ok(counted(found, |one| shape::edge((kind.as_str(), id), (bound.as_str(), *one))))
}

async fn change_user(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refused> {
    change_of(caller, BoundKind::User, &id, headers, body).await
}

async fn change_group(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refused> {
    change_of(caller, BoundKind::Group, &id, headers, body).await
}

async fn change_of(
    caller: Caller,
    bound: BoundKind,
    id: &str,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refused> {
    caller.may_any(BINDS)?;
    let id = named(id, word(bound))?;
    let kinds: Vec<_> = ResourceKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let (adds, kind, resource) = association(object(&headers, body).await?, &kinds)?;
    let kind = ResourceKind::parse(kind).unwrap_or(ResourceKind::Application);
    let resource = of_kind(&caller, &resource.to_string(), kind).await?;
    bind(caller, adds, Binding { resource, bound, ids: vec![id] }).await
}

async fn change_resource(
    caller: Caller,
    kind: ResourceKind,
    id: String,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refused> {
    caller.may_any(&[kind.binds()])?;
    let resource = of_kind(&caller, &id, kind).await?;
    let (adds, bound, id) = association(object(&headers, body).await?, &BOUND.map(BoundKind::as_str))?;
    let bound = BOUND.into_iter().find(|one| one.as_str() == bound).unwrap_or(BoundKind::User);
    bind(caller, adds, Binding { resource, bound, ids: vec![id] }).await
}

/// A resource of this kind; one of another is not found.
async fn of_kind(caller: &Caller, id: &str, kind: ResourceKind) -> Result<Id, Refused> {
    let id = named(id, "resource")?;
    let resource = caller.answer(caller.directory.access().resource(&caller.actor, id).await)?;
    if resource.kind == kind { Ok(id) } else { Err(Problem::not_found("resource").into()) }
}

async fn bind(caller: Caller, adds: bool, binding: Binding) -> Result<StatusCode, Refused> {
    let access = caller.directory.access();
    let (outcomes, code) = if adds {
        (access.bind(&caller.actor, &binding).await, ErrorCode::Conflict)
    } else {
        (access.unbind(&caller.actor, &binding).await, ErrorCode::NotFound)
    };
    done(&caller.answer(outcomes)?, word(binding.bound), code)
}

async fn reached_by_user(
    caller: Caller,
    kind: ResourceKind,
    id: String,
    query: Option<String>,
) -> Result<Response, Refused> {
    caller.may_any(&[kind.sees()])?;
    let (query, _) = asked(query.as_deref(), PAGE)?;
    let id = named(&id, "user")?;
    let found = caller.directory.access().reached_by(&caller.actor, id, kind, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    Ok(counted(found, |access| shape::reached(id, access)))
}

async fn bound_to_group(
    caller: Caller,
    kind: ResourceKind,
    id: String,
    query: Option<String>,
) -> Result<Response, Refused> {
    caller.may_any(&[kind.sees()])?;
    let (query, _) = asked(query.as_deref(), PAGE)?;
    let (id, bound) = (named(&id, "user group")?, BoundKind::Group);
    let found = caller.directory.access().bound_to(&caller.actor, (bound, id), kind, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    Ok(counted(found, |one| shape::direct((bound.as_str(), id), (kind.as_str(), *one))))
}

async fn users_of(
    caller: Caller,
    kind: ResourceKind,
    id: String,
    query: Option<String>,
) -> Result<Response, Refused> {
    caller.may_any(&[kind.sees()])?;
    let (query, _) = asked(query.as_deref(), PAGE)?;
    let id = of_kind(&caller, &id, kind).await?;
    let found = caller.directory.access().reaching(&caller.actor, id, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    Ok(counted(found, |one| shape::reaching((kind.as_str(), id), one)))
}

async fn groups_of(
    caller: Caller,
    kind: ResourceKind,
    id: String,
    query: Option<String>,
) -> Result<Response, Refused> {
    caller.may_any(&[kind.sees()])?;
    let (query, _) = asked(query.as_deref(), PAGE)?;
    let (id, bound) = (of_kind(&caller, &id, kind).await?, BoundKind::Group);
    let found = caller.directory.access().bound_of(&caller.actor, id, bound, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    Ok(counted(found, |one| shape::direct((kind.as_str(), id), (bound.as_str(), *one))))
}
