//! User groups: the list, one group, its members, and the groups in it.

use leptos::prelude::*;
use model::group::{
    AddMembers, Group, GroupForm, GroupLoss, GroupRef, GroupRow, GroupUpdate, Member, MemberFilter,
    NewPeriod, NewSubgroup, OfUser,
};
use model::user::Outcome;
use model::user::schedule::{LocalTime, ResolvedTime};
use model::{Id, Json, ListQuery, Page, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_groups(query: ListQuery) -> Result<Page<GroupRow>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().list(&context.actor, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_group(id: Id) -> Result<Group, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().read(&context.actor, id).await)
}

/// Adds a group without members; answers with its id.
#[server(client = Browser, input = Json, output = Json)]
pub async fn create_group(form: GroupForm) -> Result<Id, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().create(&context.actor, &form).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn update_group(update: GroupUpdate) -> Result<Group, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().update(&context.actor, &update).await)?;
    context.answer(context.directory.groups().read(&context.actor, update.id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn delete_groups(ids: Vec<Id>) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().delete(&context.actor, &ids).await)
}

/// Who loses what when groups are deleted.
#[server(client = Browser, input = Json, output = Json)]
pub async fn loss_of_groups(ids: Vec<Id>) -> Result<GroupLoss, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().loss(&context.actor, &ids).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_group_members(
    group: Id,
    which: MemberFilter,
    query: ListQuery,
) -> Result<Page<Member>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().members(&context.actor, group, which, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn add_group_members(add: AddMembers, users: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().add_members(&context.actor, &add, &users).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn remove_group_members(group: Id, users: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().remove_members(&context.actor, group, &users).await)
}

/// Changes from when to when somebody is a member.
#[server(client = Browser, input = Json, output = Json)]
pub async fn set_membership_period(group: Id, id: Id, period: NewPeriod) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().set_period(&context.actor, group, id, &period).await)
}

/// Puts a group into another.
#[server(client = Browser, input = Json, output = Json)]
pub async fn add_subgroup(subgroup: NewSubgroup) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().add_subgroup(&context.actor, &subgroup).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn remove_subgroup(subgroup: NewSubgroup) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().remove_subgroup(&context.actor, &subgroup).await)
}

/// The first groups that a text finds and that can be put into this one.
#[server(client = Browser, input = Json, output = Json)]
pub async fn groups_to_nest(group: Id, search: String) -> Result<Vec<GroupRef>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().to_nest(&context.actor, group, &search).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_groups_of_user(id: Id, query: ListQuery) -> Result<Page<OfUser>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().of_user(&context.actor, id, &query).await)
}

/// Which instant the start or the end of a membership is.
#[server(client = Browser, input = Json, output = Json)]
pub async fn resolve_membership_time(at: LocalTime) -> Result<ResolvedTime, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.groups().resolve(&context.actor, &at))
}
