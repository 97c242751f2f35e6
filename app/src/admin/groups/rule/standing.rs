//! How a rule stands: that it stopped, what waits for a review, that changes are being worked out.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use model::group::{CountedPeople, RuleState};
use model::list::grouped;
use model::user::Person;

use super::editing::Editing;
use super::questions::{accept_question, go_on_question};
use crate::admin::questions::questions;
use crate::api::group_rules as api;
use crate::kit::{Button, Erase, IconButton, Look, Notice, Time, Tone, toaster};
use crate::routes;

pub(super) fn standing(editing: Editing, readonly: Signal<bool>, took: Callback<RuleState>) -> AnyView {
    let state = editing.saved.get();
    let by = state.changed_at.map(|at| {
        view! { <p class="muted">"Changed by " {state.changed_by.clone()} ", " <Time at/></p> }
    });
    let words = (!state.words.is_empty()).then(|| view! { <p class="rule-words">{state.words.clone()}</p> });
    let working = state.working.then(|| {
        let look = move || {
            spawn_local(async move {
                if let Ok(state) = api::read_group_rule(editing.group).await {
                    took.run(state);
                }
            });
        };
        view! {
            <Notice tone=Tone::Info>
                <p>"Changes of users are being worked out."</p>
                <Button small=true icon="refresh-cw" on_press=look>"Look again"</Button>
            </Notice>
        }
    });
    let held = held(editing, &state, readonly, took);
    let waiting = state.waiting.clone().filter(|(joining, leaving)| joining.count + leaving.count > 0);
    let waiting = waiting.map(|(joining, leaving)| review(editing, joining, leaving, readonly, took));
    view! {
        <section class="group-part" aria-label="State of the rule">{held} {working} {waiting} {words} {by}</section>
    }
    .erased()
}

fn held(
    editing: Editing,
    state: &RuleState,
    readonly: Signal<bool>,
    took: Callback<RuleState>,
) -> Option<AnyView> {
    let held = state.held.clone()?;
    let questions = questions();
    let leaving = held.leaving;
    let go_on = move || questions.load(go_on_question(editing, leaving, took));
    let button = move || {
        (!readonly.get()).then(|| view! { <Button small=true on_press=go_on>"Let it go on…"</Button> })
    };
    Some(
        view! {
            <Notice tone=Tone::Bad>
                <p>
                    {format!("The rule stopped: {} of {} members would leave. ", grouped(leaving), grouped(held.members))}
                    "Nothing has been changed by it since " <Time at=held.since/> "."
                </p>
                {button}
            </Notice>
        }
        .erased(),
    )
}

/// What waits for a review, with what can be done about it.
fn review(
    editing: Editing,
    joining: CountedPeople,
    leaving: CountedPeople,
    readonly: Signal<bool>,
    took: Callback<RuleState>,
) -> AnyView {
    let questions = questions();
    let counts = (joining.count, leaving.count);
    let all = move || questions.load(accept_question(editing, counts, took));
    let button = move || {
        (!readonly.get()).then(|| {
            view! { <Button look=Look::Primary small=true on_press=all>"Accept all…"</Button> }
        })
    };
    view! {
        <Notice tone=Tone::Waiting>
            <p>{format!("Waits for a review: {} to come in, {} to leave.", grouped(counts.0), grouped(counts.1))}</p>
            {button}
        </Notice>
        {lines("To come in", &joining, editing, 0, readonly, took)}
        {lines("To leave", &leaving, editing, 1, readonly, took)}
    }
    .erased()
}

fn lines(
    heading: &'static str,
    people: &CountedPeople,
    editing: Editing,
    leaving: u64,
    readonly: Signal<bool>,
    took: Callback<RuleState>,
) -> Option<AnyView> {
    if people.count == 0 {
        return None;
    }
    let toaster = toaster();
    let line = |person: &Person| {
        let (id, name) = (person.id, person.name.clone());
        let accept = Arc::new(move || {
            spawn_local(async move {
                match api::accept_group_rule(editing.group, vec![id], leaving).await {
                    Ok(state) => took.run(state),
                    Err(problem) => toaster.wrong(problem),
                }
            });
        });
        let label = format!("Accept {name}");
        let button = move || {
            let accept = accept.clone();
            (!readonly.get())
                .then(|| view! { <IconButton icon="check" label=label.clone() on_press=move || accept()/> })
        };
        view! { <li><a href=routes::user(id)>{name}</a> {button}</li> }
    };
    let rest = people.count.saturating_sub(people.first.len() as u64);
    let rest = (rest > 0).then(|| view! { <li class="muted">{format!("and {} more", grouped(rest))}</li> });
    Some(
        view! {
            <h3>{heading}</h3>
            <ul class="group-lines" aria-label=heading>{people.first.iter().map(line).collect_view()} {rest}</ul>
        }
        .erased(),
    )
}
