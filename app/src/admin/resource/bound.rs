//! The groups that are bound to a resource.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use model::Problem;
use model::access::{Binding, BoundGroup, BoundKind};
use model::group::GroupRef;
use model::list::grouped;

use super::Bindable;
use super::questions::unbind_question;
use crate::admin::group_field::GroupField;
use crate::admin::questions::OnChanged;
use crate::admin::questions::{questions, refusal};
use crate::admin::user_stats::user_stats;
use crate::api::access as api;
use crate::kit::{
    Button, Erase, Failed, IconButton, Look, Notice, ProblemText, Skeleton, Time, Tone, keep_focus, toaster,
};
use crate::routes;
use crate::viewer::account;

#[component]
pub(in crate::admin) fn BoundGroups(of: Bindable, on_changed: Callback<()>) -> impl IntoView {
    let stats = user_stats();
    let id = of.id;
    let groups = Resource::new(move || stats.version(), move |_| api::groups_of_resource(id));
    let retry = Callback::new(move |()| groups.refetch());
    let changed = Callback::new(move |()| {
        groups.refetch();
        on_changed.run(());
    });
    let may = untrack(|| account().may(of.binds));
    view! {
        <section class="group-part" aria-label="User groups">
            <p class="muted">{format!("The members of these groups reach {}, for as long as they are in one.", of.noun)}</p>
            <Transition fallback=|| view! { <Skeleton lines=4/> }>
                {move || groups.get().map(|found| {
                    keep_focus();
                    match found {
                        Ok(found) => lines(found, &of.named(), changed, may),
                        Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                    }
                })}
            </Transition>
            {may.then(|| view! { <Bind id changed/> })}
        </section>
    }
    .erased()
}

fn lines(found: Vec<BoundGroup>, of: &super::Named, changed: Callback<()>, may: bool) -> AnyView {
    if found.is_empty() {
        return view! { <p class="muted">"No group is bound to it."</p> }.erased();
    }
    let line = |one: BoundGroup| {
        let questions = questions();
        let members = if one.members == 1 { "member" } else { "members" };
        let members = format!("{} {members}", grouped(one.members));
        let unbind = may.then(|| {
            let (of, who) = (of.clone(), (one.group.id, one.group.name.clone()));
            let label = format!("Unbind {}", one.group.name);
            let then: OnChanged = Arc::new(move || changed.run(()));
            let ask = move || {
                questions.load(unbind_question(of.clone(), BoundKind::Group, who.clone(), then.clone()));
            };
            view! { <IconButton icon="x" label on_press=ask/> }
        });
        view! {
            <li>
                <span>
                    <a href=routes::user_group(one.group.id)>{one.group.name.clone()}</a>
                    <span class="under muted">{members} " · bound " <Time at=one.since/> " by " {one.by}</span>
                </span>
                {unbind}
            </li>
        }
    };
    view! { <ul class="group-lines" aria-label="User groups">{found.into_iter().map(line).collect_view()}</ul> }
        .erased()
}

/// Binds another group.
#[component]
fn Bind(id: model::Id, changed: Callback<()>) -> impl IntoView {
    let toaster = toaster();
    let (chosen, busy) = (RwSignal::new(None::<GroupRef>), RwSignal::new(false));
    let problem = RwSignal::new(None::<Problem>);
    let idle = move || chosen.with(Option::is_none).then(|| "Choose a group first.".to_owned());
    let bind = move || {
        let Some(group) = chosen.get_untracked() else { return };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let binding = Binding { resource: id, bound: BoundKind::Group, ids: vec![group.id] };
            let answer = api::bind(binding).await.and_then(|outcomes| refusal(&outcomes));
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    toaster.done(format!("Bound {}", group.name));
                    chosen.try_set(None);
                    changed.run(());
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
                bind();
            }
        >
            <GroupField label="Bind a group" value=chosen/>
            <Button look=Look::Primary submit=true busy disabled_because=Signal::derive(idle)>"Bind group"</Button>
        </form>
        {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad><ProblemText problem/></Notice> })}
    }
    .erased()
}
