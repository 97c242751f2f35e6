//! The screen: which step a file is at.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use model::import::{Upload, UploadState};
use model::list::grouped;
use model::{Id, Problem};

use super::TITLE;
use super::check::CheckStep;
use super::file::File;
use super::map::MapStep;
use super::started::StartedStep;
use super::steps::{Step, Steps};
use super::upload::UploadStep;
use crate::admin::questions::{Done, Question, doing, questions};
use crate::api::imports as api;
use crate::kit::{Button, Erase, Failed, Look, PageHeader, Skeleton};
use crate::routes;

#[component]
pub(super) fn ImportPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get_str("id").map(str::parse::<Id>)));
    view! {
        <div class="page import">
            {move || match id.get() {
                None => view! { <UploadStep/> }.erased(),
                Some(Ok(id)) => view! { <OneFile id/> }.erased(),
                Some(Err(_)) => view! { <NoFile problem=Problem::not_found("file")/> }.erased(),
            }}
        </div>
    }
    .erased()
}

#[component]
fn NoFile(problem: Problem, #[prop(optional, into)] on_retry: Option<Callback<()>>) -> impl IntoView {
    let retry = on_retry.unwrap_or_else(|| Callback::new(|()| ()));
    view! {
        <PageHeader title=TITLE.to_owned()/>
        <Failed problem on_retry=retry/>
        <p class="muted">
            "A file is kept for a day. Only its uploader sees it. "
            <a href=routes::IMPORT_USERS>"Upload a file"</a>
        </p>
    }
    .erased()
}

#[component]
fn OneFile(id: Id) -> impl IntoView {
    let upload = Resource::new(|| (), move |()| api::read_upload(id));
    let retry = Callback::new(move |()| upload.refetch());
    view! {
        <Transition fallback=|| view! { <PageHeader title=TITLE.to_owned()/> <Skeleton lines=10/> }>
            {move || upload.get().map(|found| match found {
                Ok(upload) => view! { <Loaded upload/> }.erased(),
                Err(problem) => view! { <NoFile problem on_retry=retry/> }.erased(),
            })}
        </Transition>
    }
    .erased()
}

#[component]
fn Loaded(upload: Upload) -> impl IntoView {
    let file = File { id: upload.id, now: RwSignal::new(Some(upload)), mapping: RwSignal::new(false) };
    file.watch();
    // What is asked about while it is checked changes the figures, and not the step.
    let step = Memo::new(move |_| {
        let state = file.now.with(|now| now.as_ref().map(|now| (now.state, now.columns.is_empty())));
        match state {
            Some((UploadState::Started, _)) => Step::Import,
            Some((UploadState::Checking | UploadState::Checked, _)) if !file.mapping.get() => Step::Check,
            Some((UploadState::Failed, true)) | None => Step::Upload,
            Some((
                UploadState::Ready | UploadState::Failed | UploadState::Checking | UploadState::Checked,
                _,
            )) => Step::Map,
        }
    });
    let about = move || file.now.with(|now| now.as_ref().map(about).unwrap_or_default());
    view! {
        <PageHeader title=TITLE.to_owned() below=view! { <span>{about}</span> }.erased()>
            {move || (step.get() != Step::Import).then(|| view! { <Cancel file/> })}
        </PageHeader>
        {move || view! { <Steps now=step.get()/> }}
        {move || match step.get() {
            Step::Upload => view! { <Unreadable file/> }.erased(),
            Step::Map => view! { <MapStep file/> }.erased(),
            Step::Check => view! { <CheckStep file/> }.erased(),
            Step::Import => view! { <StartedStep file/> }.erased(),
        }}
    }
    .erased()
}

/// The file that could not be read, and the place for another.
#[component]
fn Unreadable(file: File) -> impl IntoView {
    let why = file.now.with_untracked(|now| now.as_ref().map(|now| now.why.clone()).unwrap_or_default());
    super::upload::form(Some(why))
}

/// "new-starters.csv · 12 KB · Semicolons, UTF-8".
fn about(upload: &Upload) -> String {
    let rows = upload.counts.all();
    let size = if rows > 0 {
        format!("{} {}", grouped(rows), if rows == 1 { "row" } else { "rows" })
    } else {
        format!("{} KB", grouped(upload.size.div_ceil(1024)))
    };
    let (separator, encoding) = (upload.choices.separator.label(), upload.choices.encoding.label());
    format!("{} · {size} · {separator}, {encoding}", upload.name)
}

#[component]
fn Cancel(file: File) -> impl IntoView {
    let (questions, navigate) = (questions(), StoredValue::new_local(use_navigate()));
    let ask = move || {
        questions.ask(move || Question {
            title: Signal::stored("Cancel the import".to_owned()),
            verb: Signal::stored("Cancel the import".to_owned()),
            danger: true,
            idle: Signal::stored(None),
            body: (|| view! { <p>"The file is forgotten. Nothing has been imported from it."</p> }).into(),
            fields: &[],
            perform: doing(move || async move {
                api::forget_upload(file.id).await?;
                Ok(Done::to_all("Cancelled the import"))
            }),
            counted: |count| format!("{count} files"),
            people: false,
            then: std::sync::Arc::new(move |_| {
                navigate.with_value(|navigate| {
                    navigate(routes::USERS, leptos_router::NavigateOptions::default());
                });
            }),
        });
    };
    view! { <Button look=Look::Quiet on_press=ask>"Cancel import…"</Button> }.erased()
}
