//! The third step: what becomes of each row, before anything is written.

use leptos::{prelude::*, task::spawn_local};
use model::Problem;
use model::import::{RowCounts, RowOutcome, Upload, UploadState};
use model::list::grouped;

use super::check_rows::{Rows, Shown};
use super::file::File;
use crate::api::imports as api;
use crate::kit::{Button, Erase, Look, Notice, ProblemText, Tone, announcer};

#[component]
pub(super) fn CheckStep(file: File) -> impl IntoView {
    let announcer = announcer();
    let checking = Memo::new(move |_| {
        file.now.with(|now| now.as_ref().is_some_and(|now| now.state == UploadState::Checking))
    });
    Effect::new(move |before: Option<bool>| {
        let now = checking.get();
        if before == Some(true) && !now {
            announcer.say("All rows are checked");
        }
        now
    });
    let shown = Shown::new();
    view! {
        {move || file.now.with(|now| now.as_ref().map(|now| counts(now, shown)))}
        {move || if checking.get() {
            view! { <p class="muted" role="status">"Rows are being checked. You can leave this page and come back."</p> }.erased()
        } else {
            view! { <Rows file shown/> }.erased()
        }}
        <Foot file checking/>
    }
    .erased()
}

/// How many rows come to what; each shows its rows.
fn counts(upload: &Upload, shown: Shown) -> AnyView {
    let counts = upload.counts;
    let one = |outcome: RowOutcome, count: u64, says: &'static str| {
        let pressed = move || if shown.only.get() == Some(outcome) { "true" } else { "false" };
        view! {
            <button r#type="button" class="card figure" aria-pressed=pressed on:click=move |_| shown.toggle(outcome)>
                <span class="what">{outcome.label()}</span>
                <span class="number">{grouped(count)}</span>
                <span class="remark">{says}</span>
            </button>
        }
    };
    view! {
        <div class="figure-row" role="group" aria-label="Show rows">
            {one(RowOutcome::Create, counts.create, "new users")}
            {one(RowOutcome::Change, counts.change, "existing users with changes")}
            {one(RowOutcome::Same, counts.same, "as the file says already")}
            {one(RowOutcome::Fault, counts.fault, "nothing is written for them")}
        </div>
    }
    .erased()
}

#[component]
fn Foot(file: File, checking: Memo<bool>) -> impl IntoView {
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let upload = move || file.now.get();
    let start = move || {
        busy.set(true);
        spawn_local(async move {
            let started = api::start_import(file.id).await;
            let now = match started {
                Ok(_) => api::read_upload(file.id).await,
                Err(problem) => Err(problem),
            };
            busy.try_set(false);
            match now {
                Ok(upload) => drop(file.now.try_set(Some(upload))),
                Err(wrong) => drop(problem.try_set(Some(wrong))),
            }
        });
    };
    let refusal = move || upload().and_then(|upload| refusal(&upload, checking.get()));
    let verb = move || upload().map(|upload| verb(upload.counts)).unwrap_or_default();
    view! {
        {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad><ProblemText problem/></Notice> })}
        <div class="actions">
            <Button on_press=move || file.mapping.set(true)>"Back"</Button>
            <Button look=Look::Primary busy=busy disabled_because=Signal::derive(refusal) on_press=start>{verb}</Button>
        </div>
    }
    .erased()
}

fn verb(counts: RowCounts) -> String {
    let written = counts.written();
    format!("Import {} {}", grouped(written), if written == 1 { "user" } else { "users" })
}

fn refusal(upload: &Upload, checking: bool) -> Option<String> {
    if checking {
        return Some("Rows are still being checked.".to_owned());
    }
    if upload.counts.fault > 0 && !upload.choices.good_rows {
        return Some(
            "Some rows have faults. Mend them, or go back and choose to import the good rows only."
                .to_owned(),
        );
    }
    (upload.counts.written() == 0).then(|| "No row adds or changes anybody.".to_owned())
}
