//! What can be done with a job that has ended: download its results, try again for those who were left out, and undo it.

use std::sync::Arc;

use leptos::prelude::*;
use model::job::{JobDetails, JobRow};
use model::list::grouped;

use crate::admin::questions::{Done, Question, doing, questions};
use crate::admin::reason::reason_field;
use crate::api::jobs as api;
use crate::kit::{Button, Erase, Icon, Look, toaster};
use crate::routes;

/// Which of the two is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    Retry,
    Undo,
}

#[component]
pub(super) fn Ended(now: Memo<JobDetails>) -> impl IntoView {
    let questions = questions();
    let ask = move |again: Again| {
        let row = now.with_untracked(|job| job.row.clone());
        questions.ask(move || question(again, row));
    };
    let file = now.with_untracked(|job| routes::job_results(job.row.id));
    view! {
        <footer class="panel-foot">
            <a class="button" href=file rel="external" download="">
                <Icon name="download"/>
                <span class="label">"Results as CSV"</span>
            </a>
            <div class="end">
                <Button
                    icon="refresh-cw"
                    disabled_because=Signal::derive(move || now.with(|job| job.no_retry.clone()))
                    on_press=move || ask(Again::Retry)
                >
                    "Try again…"
                </Button>
                <Button
                    look=Look::Danger
                    icon="undo-2"
                    disabled_because=Signal::derive(move || now.with(|job| job.no_undo.clone()))
                    on_press=move || ask(Again::Undo)
                >
                    "Undo…"
                </Button>
            </div>
        </footer>
    }
    .erased()
}

fn users(count: u64) -> String {
    format!("{} {}", grouped(count), if count == 1 { "user" } else { "users" })
}

fn question(again: Again, row: JobRow) -> Question {
    let (id, title) = (row.id, row.title());
    let left = row.total - row.done;
    let (verb, text) = match again {
        Again::Retry => (
            format!("Try again for {}", users(left)),
            format!("A new job does the same for {} to whom it was not done.", users(left)),
        ),
        Again::Undo => (
            format!("Undo for {}", users(row.done)),
            "A new job takes it back for those whom this job changed and nothing has changed since. Who was Staged \
             before stays as they are."
                .to_owned(),
        ),
    };
    let reason = RwSignal::new(String::new());
    let (fault, toaster) = (questions().fault("reason"), toaster());
    let perform = move || {
        let said = reason.get_untracked();
        async move {
            let job = match again {
                Again::Retry => api::retry_job(id, said).await?,
                Again::Undo => api::undo_job(id, said).await?,
            };
            // The toast leads there. This panel may be gone by then, so that the page is loaded.
            toaster.done_with("Started the job", "Open", move || {
                drop(window().location().assign(&routes::job(job)));
            });
            Ok(Done::to_all(String::new()))
        }
    };
    let body = move || {
        view! {
            <p>{text.clone()}</p>
            {reason_field(reason, fault)}
        }
        .erased()
    };
    Question {
        title: Signal::stored(match again {
            Again::Retry => format!("Try again: {title}"),
            Again::Undo => format!("Undo: {title}"),
        }),
        verb: Signal::stored(verb),
        danger: again == Again::Undo,
        idle: Signal::stored(None),
        body: body.into(),
        fields: &["reason"],
        perform: doing(perform),
        counted: |count| format!("{count} jobs"),
        people: false,
        then: Arc::new(|_| ()),
    }
}
