//! Users: the list, one user, and what is done to them.

use leptos::prelude::*;
use model::activity::ActivityPage;
use model::home::UserCounts;
use model::job::BulkAction;
use model::user::schedule::{NewSchedule, ResolvedTime, Schedule, ScheduleUpdate};
use model::user::{ActionPreview, NewUser, Notify, Outcome, Selection, User, UserRow, UserUpdate};
use model::{Id, Json, ListQuery, Page, Problem};

use super::Browser;

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_users(query: ListQuery) -> Result<Page<UserRow>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().list(&context.actor, &query).await)
}

/// Names of custom attributes that hold a text: fifty at most.
#[server(client = Browser, input = Json, output = Json)]
pub async fn find_attribute_names(text: String) -> Result<Vec<String>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().attribute_names(&context.actor, &text).await)
}

/// Who can still be restored.
#[server(client = Browser, input = Json, output = Json)]
pub async fn list_deleted_users(query: ListQuery) -> Result<Page<UserRow>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().list_deleted(&context.actor, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_user(id: Id) -> Result<User, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().read(&context.actor, id).await)
}

/// Adds somebody; answers with their id.
#[server(client = Browser, input = Json, output = Json)]
pub async fn create_user(user: NewUser) -> Result<Id, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().create(&context.actor, &user).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn update_user(update: UserUpdate) -> Result<User, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().update(&context.actor, &update).await)?;
    context.answer(context.directory.users().read(&context.actor, update.id).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn activate_users(selection: Selection, notify: Notify) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().activate(&context.actor, &selection, &notify).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn suspend_users(selection: Selection) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().suspend(&context.actor, &selection).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn delete_users(selection: Selection) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().delete(&context.actor, &selection).await)
}

/// Brings deleted users back, Suspended.
#[server(client = Browser, input = Json, output = Json)]
pub async fn restore_users(ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().restore(&context.actor, &ids).await)
}

/// Erases deleted users before their time.
#[server(client = Browser, input = Json, output = Json)]
pub async fn purge_users(ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().purge(&context.actor, &ids).await)
}

/// What an action would do to whom.
#[server(client = Browser, input = Json, output = Json)]
pub async fn preview_action(action: BulkAction, selection: Selection) -> Result<ActionPreview, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().preview(&context.actor, &action, &selection).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn schedule_users(selection: Selection, schedule: NewSchedule) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().schedule(&context.actor, &selection, &schedule).await)
}

/// What waits for its time.
#[server(client = Browser, input = Json, output = Json)]
pub async fn list_schedules(query: ListQuery) -> Result<Page<Schedule>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().schedules(&context.actor, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn update_schedule(update: ScheduleUpdate) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().reschedule(&context.actor, &update).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn cancel_schedules(ids: Vec<Id>) -> Result<Vec<Outcome>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().cancel_schedules(&context.actor, &ids).await)
}

/// Which instant a date and a time of day in a zone are.
#[server(client = Browser, input = Json, output = Json)]
pub async fn resolve_time(schedule: NewSchedule) -> Result<ResolvedTime, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.users().resolve(&context.actor, &schedule))
}

/// The zones that a time can be given in.
#[server(client = Browser, input = Json, output = Json)]
pub async fn time_zones() -> Result<Vec<String>, Problem> {
    crate::context::admin().await?;
    Ok(directory::time_zones())
}

/// What somebody did and what was done to them, newest first, older than `before`.
#[server(client = Browser, input = Json, output = Json)]
pub async fn user_activity(id: Id, before: Option<i64>) -> Result<ActivityPage, Problem> {
    let context = crate::context::admin().await?;
    context
        .answer(context.directory.history().of_user(&context.actor, id, before).await.map(ActivityPage::from))
}

/// How many people there are, by state and by password status.
#[server(client = Browser, input = Json, output = Json)]
pub async fn user_figures() -> Result<UserCounts, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.home().people(&context.actor).await)
}
