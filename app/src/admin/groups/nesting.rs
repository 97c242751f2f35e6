//! The groups in a group, and those that it is in.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use model::group::{Group, GroupRef, NewSubgroup};
use model::{Operation, Problem};

use super::questions::unnest_question;
use crate::admin::group_field::GroupField;
use crate::admin::questions::OnChanged;
use crate::admin::questions::questions;
use crate::api::groups as api;
use crate::kit::{Button, Erase, IconButton, Look, Notice, ProblemText, Tone, toaster};
use crate::routes;
use crate::viewer::account;

#[component]
pub(super) fn Nesting(group: Memo<Group>, on_changed: Callback<()>) -> impl IntoView {
    let changed: OnChanged = Arc::new(move || on_changed.run(()));
    let may = untrack(|| account().may(Operation::ChangeGroupMembers));
    let inside = move || {
        let (inner, outer) = group.with(|group| {
            (group.subgroups.clone(), GroupRef { id: group.id, name: group.form.name.clone() })
        });
        if inner.is_empty() {
            return view! { <p class="muted">"No groups are in this one."</p> }.erased();
        }
        let line = |inner: GroupRef| {
            let take_out = may.then(|| take_out(outer.clone(), inner.clone(), changed.clone()));
            view! { <li>{linked(&inner)} {take_out}</li> }
        };
        view! { <ul class="group-lines" aria-label="Groups in it">{inner.into_iter().map(line).collect_view()}</ul> }
            .erased()
    };
    let around = move || {
        let within = group.with(|group| group.within.clone());
        if within.is_empty() {
            return view! { <p class="muted">"This group is in no other one."</p> }.erased();
        }
        let lines = within.iter().map(|outer| view! { <li>{linked(outer)}</li> }).collect_view();
        view! { <ul class="group-lines" aria-label="Groups that it is in">{lines}</ul> }.erased()
    };
    view! {
        <section class="group-part" aria-label="Groups in it">
            <h3>"Groups in it"</h3>
            <p class="muted">"The members of these groups are members of this one, too."</p>
            {inside}
            {may.then(|| view! { <Add group on_changed/> })}
        </section>
        <section class="group-part" aria-label="Groups that it is in">
            <h3>"Is in"</h3>
            {around}
        </section>
    }
    .erased()
}

fn linked(group: &GroupRef) -> AnyView {
    view! { <a href=routes::user_group(group.id)>{group.name.clone()}</a> }.erased()
}

fn take_out(outer: GroupRef, inner: GroupRef, changed: OnChanged) -> AnyView {
    let questions = questions();
    let label = format!("Take {} out", inner.name);
    let ask = move || questions.load(unnest_question(outer.clone(), inner.clone(), changed.clone()));
    view! { <IconButton icon="x" label on_press=ask/> }.erased()
}

/// Puts another group in.
#[component]
fn Add(group: Memo<Group>, on_changed: Callback<()>) -> impl IntoView {
    let toaster = toaster();
    let (chosen, busy) = (RwSignal::new(None::<GroupRef>), RwSignal::new(false));
    let problem = RwSignal::new(None::<Problem>);
    let id = group.with_untracked(|group| group.id);
    let idle = move || chosen.with(Option::is_none).then(|| "Choose a group first.".to_owned());
    let add = move || {
        let Some(inner) = chosen.get_untracked() else { return };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let answer = api::add_subgroup(NewSubgroup { group: id, subgroup: inner.id }).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    toaster.done(format!("Put {} in", inner.name));
                    chosen.try_set(None);
                    on_changed.run(());
                }
                Err(wrong) => drop(problem.try_set(Some(wrong))),
            }
        });
    };
    view! {
        <form
            class="line"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                add();
            }
        >
            <GroupField label="Put a group in" value=chosen into=Some(id)/>
            <Button look=Look::Primary submit=true busy disabled_because=Signal::derive(idle)>"Add group"</Button>
        </form>
        {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad><ProblemText problem/></Notice> })}
    }
    .erased()
}
