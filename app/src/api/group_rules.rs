//! The rules of user groups: what they are, what they would do, and who is excepted from them.

use leptos::prelude::*;
use model::group::{
    ExceptionFilter, GroupRule, NewException, RuleException, RulePreview, RuleState, SaveRule,
};
use model::user::Outcome;
use model::{Id, Json, ListQuery, Page, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_group_rule(id: Id) -> Result<RuleState, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.group_rules().read(&context.actor, id).await)
}

/// What a rule would do to a group, and what it says of the people who are tested.
#[server(client = Browser, input = Json, output = Json)]
pub async fn preview_group_rule(id: Id, rule: GroupRule, test: Vec<Id>) -> Result<RulePreview, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.group_rules().preview(&context.actor, id, &rule, &test).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn save_group_rule(rule: SaveRule) -> Result<RuleState, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.group_rules().save(&context.actor, &rule).await)
}

/// Lets a rule go on that stopped because so many would leave.
#[server(client = Browser, input = Json, output = Json)]
pub async fn let_group_rule_go_on(id: Id, leaving: u64) -> Result<RuleState, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.group_rules().let_go_on(&context.actor, id, leaving).await)
}

/// Does what a reviewed rule says: for these people, or for all where none are named.
#[server(client = Browser, input = Json, output = Json)]
pub async fn accept_group_rule(id: Id, users: Vec<Id>, leaving: u64) -> Result<RuleState, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.group_rules().accept(&context.actor, id, &users, leaving).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_group_exceptions(
    group: Id,
    which: ExceptionFilter,
    query: ListQuery,
) -> Result<Page<RuleException>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.group_rules().exceptions(&context.actor, group, which, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn add_group_exceptions(exception: NewException, users: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.group_rules().except(&context.actor, &exception, &users).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn remove_group_exceptions(group: Id, users: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.group_rules().remove_exceptions(&context.actor, group, &users).await)
}
