//! What a user did, and what was done to them.

use leptos::{prelude::*, task::spawn_local};
use model::activity::{ActivityLine, ActivityPage};
use model::{Id, Operation, Problem};

use crate::api::users as api;
use crate::kit::{Button, EmptyState, Erase, Failed, Pill, Show, Skeleton, Time, Tone, When, toaster};
use crate::routes;
use crate::viewer::account;

/// How many stand beside the form.
const RECENT: usize = 3;

type Answer = Result<ActivityPage, Problem>;

/// The newest page; asked for anew when the user has changed.
fn newest(id: Id, version: Memo<i64>) -> Resource<Answer> {
    Resource::new(move || version.get(), move |_| api::user_activity(id, None))
}

/// The last few things that happened.
#[component]
pub(super) fn Recent(id: Id, version: Memo<i64>) -> impl IntoView {
    let page = newest(id, version);
    let shown = move |lines: Vec<ActivityLine>| {
        if lines.is_empty() {
            return view! { <span class="muted">"Nothing yet"</span> }.erased();
        }
        let line = |line: ActivityLine| {
            let failed = if line.failed { " (failed)" } else { "" };
            view! { <span class="muted">{line.what} {failed} ", " <Time at=line.at/></span> }
        };
        lines.into_iter().take(RECENT).map(line).collect_view().erased()
    };
    view! {
        <Transition fallback=|| view! { <span class="bone"></span> }>
            {move || page.get().map(|page| page.map(|page| shown(page.lines)).ok())}
        </Transition>
    }
}

/// All of it, newest first, page by page.
#[component]
pub(super) fn Activity(id: Id, version: Memo<i64>) -> impl IntoView {
    let page = newest(id, version);
    let retry = Callback::new(move |()| page.refetch());
    let may_see_all = untrack(|| account().may(Operation::ReadEvents));
    view! {
        {may_see_all.then(|| view! {
            <p class="muted">
                "What was done to this user. "
                <a href=routes::events_of(id)>"See what they did, too, in Directory Insights"</a>
            </p>
        })}
        <Transition fallback=|| view! { <Skeleton lines=6/> }>
            {move || page.get().map(|page| match page {
                Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                Ok(page) if page.lines.is_empty() => view! {
                    <EmptyState
                        icon="history"
                        title="Nothing has happened yet"
                        text="What this user does, and what is done to them, will stand here."
                    />
                }
                .erased(),
                Ok(page) => view! { <Timeline id first=page/> }.erased(),
            })}
        </Transition>
    }
}

#[component]
fn Timeline(id: Id, first: ActivityPage) -> impl IntoView {
    let toaster = toaster();
    let (lines, older) = (RwSignal::new(first.lines), RwSignal::new(first.older));
    let busy = RwSignal::new(false);
    let more = move || {
        busy.set(true);
        spawn_local(async move {
            match api::user_activity(id, older.get_untracked()).await {
                Err(problem) => toaster.wrong(problem),
                Ok(page) => {
                    lines.update(|lines| lines.extend(page.lines));
                    older.set(page.older);
                }
            }
            busy.set(false);
        });
    };
    view! {
        <ol class="timeline">
            <For each=move || lines.get() key=|line| line.number let:line>
                {view_line(line)}
            </For>
        </ol>
        <Show when=move || older.get().is_some()>
            <div><Button busy on_press=more>"Show older"</Button></div>
        </Show>
    }
}

fn view_line(line: ActivityLine) -> AnyView {
    let ActivityLine { what, failed, by, message, changes, at, .. } = line;
    let changes: Vec<_> = changes.into_iter().map(|change| view! { <li>{change}</li> }).collect();
    view! {
        <li>
            <div class="what">
                {what}
                {failed.then(|| view! { " " <Pill tone=Tone::Bad word="Failed"/> })}
                <span class="muted">{by}</span>
                {(!message.is_empty()).then(|| view! { <span class="muted">{message}</span> })}
                <ul class="changes">{changes}</ul>
            </div>
            <Time at when=When::Full/>
        </li>
    }
    .erased()
}
