//! The panel of one job: how far it is, and stopping it.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::Title;
use model::job::{JOBS, JobDetails, JobState};
use model::{Id, Operation, Problem};

use super::again::Ended;
use super::items::Items;
use super::progress::{bar, counts, reached, state};
use super::watch::{Watch, watch};
use crate::admin::questions::{Done, Question, doing, questions};
use crate::admin::{access::Refused, panels};
use crate::api::jobs as api;
use crate::kit::{
    Button, Erase, Failed, ListState, Look, Notice, Panel, Show, Skeleton, Time, Tone, When, announcer, lower,
};
use crate::routes;
use crate::viewer::account;

const LABEL: &str = "job-title";

#[component]
pub(super) fn JobPanel() -> impl IntoView {
    panels::by_id(|id| view! { <OneJob id/> }.erased())
}

type Answer = Resource<Result<JobDetails, Problem>>;

#[component]
fn OneJob(
    /// None if the address names none.
    id: Option<Id>,
) -> impl IntoView {
    let watch = watch();
    let job = Resource::new(
        || (),
        move |()| async move {
            match id {
                Some(id) => api::read_job(id).await,
                None => Err(Problem::not_found("job")),
            }
        },
    );
    let list = ListState::new(routes::JOBS, &JOBS);
    let refusal = untrack(|| account().refusal(Operation::ReadOwnJobs));
    view! {
        <Panel
            labelled_by=LABEL
            within=id.map_or_else(|| routes::JOBS.to_owned(), routes::job)
            back_to=Signal::derive(move || list.over(routes::JOBS))
            head=(move || panels::head((LABEL, "Job"), move || job.get(), heading)).into()
            body=Box::new(move |_| match refusal {
                Some(reason) => view! { <div class="panel-body"><Refused reason/></div> }.erased(),
                None => view! { <Body job watch/> }.erased(),
            })
        />
    }
    .erased()
}

fn heading(job: JobDetails) -> AnyView {
    let title = job.row.title();
    let by = if job.row.started_by.is_empty() { "somebody".to_owned() } else { job.row.started_by };
    view! {
        <Title text=title.clone()/>
        <div class="names">
            <h2 id=LABEL tabindex="-1">{title}</h2>
            <p>"By " {by} " · " <Time at=job.row.created_at/></p>
        </div>
    }
    .erased()
}

#[component]
fn Body(job: Answer, watch: Watch) -> impl IntoView {
    let retry = Callback::new(move |()| job.refetch());
    let waiting = || view! { <div class="panel-content"><Skeleton lines=8/></div> };
    view! {
        <Transition fallback=waiting>
            {move || job.get().map(|one| match one {
                Ok(job) => view! { <Loaded job watch/> }.erased(),
                Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
            })}
        </Transition>
    }
    .erased()
}

#[component]
fn Loaded(job: JobDetails, watch: Watch) -> impl IntoView {
    let (announcer, id) = (announcer(), job.row.id);
    watch.saw(&job.row);
    let now = Memo::new(move |_| watch.latest(id).unwrap_or_else(|| job.clone()));
    let told = Memo::new(move |_| now.with(|job| job.row.state));
    // It says aloud when it has ended, and not each step.
    Effect::new(move |before: Option<JobState>| {
        let state = told.get();
        let row = now.get_untracked().row;
        if before != Some(state) {
            announcer.say(format!("{}: {}", row.title(), state.label()));
        }
        state
    });
    view! {
        <div class="panel-body">
            <div class="panel-content">
                {move || standing(&now.get())}
                <Items id state=told/>
            </div>
        </div>
        <Show when=move || now.with(|job| job.row.state.goes_on())>
            <Cancel now watch/>
        </Show>
        <Show when=move || now.with(|job| !job.row.state.goes_on())>
            <Ended now/>
        </Show>
    }
    .erased()
}

/// What is said below the bar.
fn about(job: &JobDetails) -> AnyView {
    match job.row.state {
        JobState::Queued => {
            "It waits for its turn. You can leave this page: it will go on by itself.".erased()
        }
        JobState::Running => {
            "You can leave this page: the job goes on by itself, and after a restart of the server as well."
                .erased()
        }
        JobState::Done => view! { "Ended " {ended(job)} "." }.erased(),
        JobState::Cancelled => view! { "Cancelled " {ended(job)} ". What was done by then stays." }.erased(),
        JobState::Failed => view! { "Ended " {ended(job)} ". What was done by then stays." }.erased(),
    }
}

fn ended(job: &JobDetails) -> AnyView {
    job.row.finished_at.map(|at| view! { <Time at when=When::Full/> }).erased()
}

fn standing(job: &JobDetails) -> AnyView {
    let row = &job.row;
    let failed = (!job.why.is_empty()).then(|| {
        let why = job.why.clone();
        view! { <Notice tone=Tone::Bad>{why}</Notice> }
    });
    view! {
        {failed}
        <section class="job-standing" aria-label="Progress">
            <div class="line">
                {state(row)}
                <strong>{reached(row)}</strong>
                <span class="muted">{format!("{} %", row.percent())}</span>
            </div>
            {bar(row, "Progress")}
            <p class="muted">{about(job)}</p>
            {counts(row)}
            {said(job)}
        </section>
    }
    .erased()
}

/// Why it was started, and the earlier job that it belongs to.
fn said(job: &JobDetails) -> AnyView {
    let reason = (!job.reason.is_empty()).then(|| {
        view! { <p>"Reason: " {job.reason.clone()}</p> }
    });
    let of = job.of.map(|(relation, id)| {
        view! { <p>{relation.label()} " " <a href=routes::job(id)>"an earlier job"</a> "."</p> }
    });
    (reason, of).erased()
}

#[component]
fn Cancel(now: Memo<JobDetails>, watch: Watch) -> impl IntoView {
    let questions = questions();
    let refusal = move || {
        let may = now.with(|job| job.cancellable || !job.row.state.goes_on());
        (!may).then(|| "Only who started it, or an Administrator With Billing, cancels it.".to_owned())
    };
    let ask = move || {
        let (id, outcome) = now.with_untracked(|job| (job.row.id, lower(job.row.kind.outcome())));
        questions.ask(move || question(id, outcome, watch));
    };
    view! {
        <footer class="panel-foot">
            <Button look=Look::Danger icon="ban" disabled_because=Signal::derive(refusal) on_press=ask>
                "Cancel job…"
            </Button>
        </footer>
    }
    .erased()
}

fn question(id: Id, outcome: String, watch: Watch) -> Question {
    let cancel = move || async move {
        api::cancel_job(id).await?;
        watch.learn(api::read_job(id).await?);
        Ok(Done::to_all("Cancelled the job"))
    };
    let body = move || {
        let outcome = outcome.clone();
        view! { <p>"What is still to do is not done any more. Users who are " {outcome} " by then stay so."</p> }
    };
    Question {
        title: Signal::stored("Cancel the job".to_owned()),
        verb: Signal::stored("Cancel the job".to_owned()),
        danger: true,
        idle: Signal::stored(None),
        body: body.into(),
        fields: &[],
        perform: doing(cancel),
        counted: |count| format!("{count} jobs"),
        people: false,
        then: Arc::new(|_| ()),
    }
}
