//! Jobs: long work that goes on by itself.

use leptos::prelude::*;
use model::job::{JobDetails, JobItem, JobRow, NewJob};
use model::{Id, Json, ListQuery, Page, Problem};

use super::{Background, Browser};

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_jobs(query: ListQuery) -> Result<Page<JobRow>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.jobs().list(&context.actor, &query).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn read_job(id: Id) -> Result<JobDetails, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.jobs().read(&context.actor, id).await)
}

/// How far these have come; a page asks it by itself.
#[server(client = Background, input = Json, output = Json)]
pub async fn job_progress(ids: Vec<Id>) -> Result<Vec<JobDetails>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.jobs().progress(&context.actor, &ids).await)
}

#[server(client = Browser, input = Json, output = Json)]
pub async fn list_job_items(id: Id, query: ListQuery) -> Result<Page<JobItem>, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.jobs().items(&context.actor, id, &query).await)
}

/// Starts a job on users; answers with it.
#[server(client = Browser, input = Json, output = Json)]
pub async fn start_job(job: NewJob) -> Result<Id, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.jobs().start(&context.actor, &job).await)
}

/// Stops a job after what is under way.
#[server(client = Browser, input = Json, output = Json)]
pub async fn cancel_job(id: Id) -> Result<(), Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.jobs().cancel(&context.actor, id).await)
}

/// Does the same again for those who were left out; answers with the new job.
#[server(client = Browser, input = Json, output = Json)]
pub async fn retry_job(id: Id, reason: String) -> Result<Id, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.jobs().retry(&context.actor, id, &reason).await)
}

/// Takes back what a job did; answers with the new job.
#[server(client = Browser, input = Json, output = Json)]
pub async fn undo_job(id: Id, reason: String) -> Result<Id, Problem> {
    let context = crate::context::admin().await?;
    context.answer(context.directory.jobs().undo(&context.actor, id, &reason).await)
}
