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

/// What the associations of an application can be asked for.
const BOUND: [BoundKind; 2] = [BoundKind::User, BoundKind::Group];

pub fn routes() -> Api {
    associations().and(ways())
}

fn associations() -> Api {
    const USER: &str = "/v2/users/{id}/associations";
    const GROUP: &str = "/v2/usergroups/{id}/associations";
    const APPLICATION: &str = "/v2/applications/{id}/associations";
    let page = &["limit", "skip", "targets"];
    let sees = &[Operation::ListApplications];
    let binds = &[Operation::BindApplication];
    let list = |path, id, summary| {
        Endpoint::new(Verb::Get, path, id, summary).needs(sees).with(page).answers_some("GraphConnections")
    };
    let change = |path, id, summary| {
        Endpoint::new(Verb::Post, path, id, summary).needs(binds).takes("AssociationChange")
    };
    Api::default()
        .at(list(USER, "listAssociationsOfUser", "Lists what a user is bound to directly."), of_user)
        .at(
            list(GROUP, "listAssociationsOfUserGroup", "Lists what a user group is bound to directly."),
            of_group,
        )
        .at(
            list(
                APPLICATION,
                "listAssociationsOfApplication",
                "Lists the users or the user groups that are bound to an application directly.",
            ),
            of_application,
        )
        .at(
            change(USER, "changeAssociationsOfUser", "Binds a user to an application, or unbinds it."),
            change_user,
        )
        .at(
            change(
                GROUP,
                "changeAssociationsOfUserGroup",
                "Binds a user group to an application, or unbinds it.",
            ),
            change_group,
        )
        .at(
            change(
                APPLICATION,
                "changeAssociationsOfApplication",
                "Binds an application to a user or a user group, or unbinds it.",
            ),
            change_application,
        )
}

fn ways() -> Api {
    let pages = &["limit", "skip"];
    let list = |path, id, summary| {
        Endpoint::new(Verb::Get, path, id, summary)
            .needs(&[Operation::ListApplications])
            .with(pages)
            .answers_some("GraphPaths")
    };
    Api::default()
        .at(
            list(
                "/v2/users/{id}/applications",
                "listApplicationsOfUser",
                "Lists the applications that a user is bound to, each with the ways that lead there.",
            ),
            applications_of_user,
        )
        .at(
            list(
                "/v2/usergroups/{id}/applications",
                "listApplicationsOfUserGroup",
                "Lists the applications that a user group is bound to itself.",
            ),
            applications_of_group,
        )
        .at(
            list(
                "/v2/applications/{id}/users",
                "listUsersOfApplication",
                "Lists the users who are bound to an application, each with the ways that lead there.",
            ),
            users_of_application,
        )
        .at(
            list(
                "/v2/applications/{id}/usergroups",
                "listUserGroupsOfApplication",
                "Lists the user groups that are bound to an application themselves.",
            ),
            groups_of_application,
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

/// The only kind of resource whose associations there are.
fn only_applications(targets: Option<&str>) -> Result<ResourceKind, Refused> {
    match targets {
        None | Some("application") => Ok(ResourceKind::Application),
        Some(_) => Err(Problem::at("targets", "This is application.").into()),
    }
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
    caller.may_any(&[Operation::ListApplications])?;
    let (query, targets) = asked(query, &["limit", "skip", "targets"])?;
    let kind = only_applications(targets.as_deref())?;
    let id = named(id, word(bound))?;
    let found = caller.directory.access().bound_to(&caller.actor, (bound, id), kind, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    Ok(counted(found, |resource| shape::edge((bound.as_str(), id), (kind.as_str(), *resource))))
}

async fn of_application(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::ListApplications])?;
    let (query, targets) = asked(query.as_deref(), &["limit", "skip", "targets"])?;
    let wanted = targets.as_deref().unwrap_or(BoundKind::User.as_str());
    let Some(bound) = BOUND.into_iter().find(|one| one.as_str() == wanted) else {
        return Err(Problem::at("targets", "This is user or user_group.").into());
    };
    let id = named(&id, "application")?;
    let found = caller.directory.access().bound_of(&caller.actor, id, bound, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    let of = ResourceKind::Application.as_str();
    Ok(counted(found, |one| shape::edge((of, id), (bound.as_str(), *one))))
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
    caller.may_any(&[Operation::BindApplication])?;
    let id = named(id, word(bound))?;
    let kinds = [ResourceKind::Application.as_str()];
    let (adds, _, resource) = association(object(&headers, body).await?, &kinds)?;
    bind(caller, adds, Binding { resource, bound, ids: vec![id] }).await
}

async fn change_application(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refused> {
    caller.may_any(&[Operation::BindApplication])?;
    let resource = named(&id, "application")?;
    let (adds, kind, id) = association(object(&headers, body).await?, &BOUND.map(BoundKind::as_str))?;
    let bound = BOUND.into_iter().find(|one| one.as_str() == kind).unwrap_or(BoundKind::User);
    bind(caller, adds, Binding { resource, bound, ids: vec![id] }).await
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

async fn applications_of_user(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::ListApplications])?;
    let (query, _) = asked(query.as_deref(), &["limit", "skip"])?;
    let (id, kind) = (named(&id, "user")?, ResourceKind::Application);
    let found = caller.directory.access().reached_by(&caller.actor, id, kind, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    Ok(counted(found, |access| shape::reached(id, access)))
}

async fn applications_of_group(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::ListApplications])?;
    let (query, _) = asked(query.as_deref(), &["limit", "skip"])?;
    let (id, kind) = (named(&id, "user group")?, ResourceKind::Application);
    let bound = BoundKind::Group;
    let found = caller.directory.access().bound_to(&caller.actor, (bound, id), kind, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    Ok(counted(found, |one| shape::direct((bound.as_str(), id), (kind.as_str(), *one))))
}

async fn users_of_application(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::ListApplications])?;
    let (query, _) = asked(query.as_deref(), &["limit", "skip"])?;
    let id = named(&id, "application")?;
    let found = caller.directory.access().reaching(&caller.actor, id, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    let of = ResourceKind::Application.as_str();
    Ok(counted(found, |one| shape::reaching((of, id), one)))
}

async fn groups_of_application(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    caller.may_any(&[Operation::ListApplications])?;
    let (query, _) = asked(query.as_deref(), &["limit", "skip"])?;
    let (id, bound) = (named(&id, "application")?, BoundKind::Group);
    let found = caller.directory.access().bound_of(&caller.actor, id, bound, &query).await;
    let found = found.map_err(|error| told(caller.directory.problem(error)))?;
    let of = ResourceKind::Application.as_str();
    Ok(counted(found, |one| shape::direct((of, id), (bound.as_str(), *one))))
}
