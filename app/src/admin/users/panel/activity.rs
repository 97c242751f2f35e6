//! What a user did, and what was done to them.

use leptos::{prelude::*, task::spawn_local};
use model::event::{Event, EventPage, FieldChange, NumberedEvent};
use model::user::{Flag, TextAttribute, UserState};
use model::{Id, Problem};

use crate::api::users as api;
use crate::kit::{Button, EmptyState, Erase, Failed, Pill, Show, Skeleton, Time, Tone, When, toaster};

/// How many stand beside the form.
const RECENT: usize = 3;

type Answer = Result<EventPage, Problem>;

/// The newest page; asked for anew when the user has changed.
fn newest(id: Id, version: Memo<i64>) -> Resource<Answer> {
    Resource::new(move || version.get(), move |_| api::user_activity(id, None))
}

/// The last few things that happened.
#[component]
pub(super) fn Recent(id: Id, version: Memo<i64>) -> impl IntoView {
    let page = newest(id, version);
    let shown = move |events: Vec<NumberedEvent>| {
        if events.is_empty() {
            return view! { <span class="muted">"Nothing yet"</span> }.erased();
        }
        let line = |one: NumberedEvent| {
            let failed = (!one.event.success).then_some(" (failed)");
            view! { <span class="muted">{one.event.event_type.says()} {failed} ", " <Time at=one.event.timestamp/></span> }
        };
        events.into_iter().take(RECENT).map(line).collect_view().erased()
    };
    view! {
        <Transition fallback=|| view! { <span class="bone"></span> }>
            {move || page.get().map(|page| page.map(|page| shown(page.events)).ok())}
        </Transition>
    }
}

/// All of it, newest first, page by page.
#[component]
pub(super) fn Activity(id: Id, version: Memo<i64>) -> impl IntoView {
    let page = newest(id, version);
    let retry = Callback::new(move |()| page.refetch());
    view! {
        <Transition fallback=|| view! { <Skeleton lines=6/> }>
            {move || page.get().map(|page| match page {
                Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                Ok(page) if page.events.is_empty() => view! {
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
fn Timeline(id: Id, first: EventPage) -> impl IntoView {
    let toaster = toaster();
    let (events, older) = (RwSignal::new(first.events), RwSignal::new(first.older));
    let busy = RwSignal::new(false);
    let more = move || {
        busy.set(true);
        spawn_local(async move {
            match api::user_activity(id, older.get_untracked()).await {
                Err(problem) => toaster.wrong(problem),
                Ok(page) => {
                    events.update(|events| events.extend(page.events));
                    older.set(page.older);
                }
            }
            busy.set(false);
        });
    };
    view! {
        <ol class="timeline">
            <For each=move || events.get() key=|one| one.number let:one>
                {view_event(one.event)}
            </For>
        </ol>
        <Show when=move || older.get().is_some()>
            <div><Button busy on_press=more>"Show older"</Button></div>
        </Show>
    }
}

fn view_event(event: Event) -> AnyView {
    let by_key = event.auth_method.is_some().then_some(", by API key");
    let from = event.client_ip.map(|ip| format!(" from {ip}"));
    let changes = event.changes.iter().map(|change| view! { <li>{said(change)}</li> }).collect_view();
    let message = (!event.message.is_empty()).then(|| view! { <span class="muted">{event.message}</span> });
    view! {
        <li>
            <div class="what">
                {event.event_type.says()}
                {(!event.success).then(|| view! { " " <Pill tone=Tone::Bad word="Failed"/> })}
                <span class="muted">{event.initiated_by.name} {by_key} {from}</span>
                {message}
                <ul class="changes">{changes}</ul>
            </div>
            <Time at=event.timestamp when=When::Full/>
        </li>
    }
    .erased()
}

/// "Department: Sales → Engineering"; what was empty before, or is now, is left out.
fn said(FieldChange { field, from, to }: &FieldChange) -> String {
    let label = label(field);
    let (from, to) = if field == STATE { (state(from), state(to)) } else { (from.clone(), to.clone()) };
    match (from.is_empty(), to.is_empty()) {
        (true, _) => format!("{label}: {to}"),
        (false, true) => format!("{label}: {from} → nothing"),
        (false, false) => format!("{label}: {from} → {to}"),
    }
}

const STATE: &str = "state";

/// A field's word, if it has one; a field without keeps its name.
fn label(field: &str) -> &str {
    let text = TextAttribute::ALL.iter().find(|one| one.key() == field).map(|one| one.label());
    let flag = || Flag::ALL.iter().find(|one| one.key() == field).map(|one| one.label());
    text.or_else(flag).unwrap_or(match field {
        "username" => "Username",
        "email" => "Company email",
        "manager" => "Manager",
        "addresses" => "Addresses",
        "phoneNumbers" => "Phone numbers",
        "attributes" => "Custom attributes",
        "password" => "Password",
        STATE => "State",
        other => other,
    })
}

fn state(text: &str) -> String {
    UserState::parse(text).map_or_else(|| text.to_owned(), |state| state.label().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_said_in_words() {
        let change = |field: &str, from: &str, to: &str| {
            said(&FieldChange { field: field.into(), from: from.into(), to: to.into() })
        };
        assert_eq!(change("department", "Sales", "Engineering"), "Department: Sales → Engineering");
        assert_eq!(change("state", "ACTIVATED", "SUSPENDED"), "State: Active → Suspended");
        assert_eq!(change("email", "", "ada@example.org"), "Company email: ada@example.org");
        assert_eq!(change("jobTitle", "Analyst", ""), "Job title: Analyst → nothing");
        assert_eq!(change("phoneNumbers", "1", "2"), "Phone numbers: 1 → 2");
    }
}
