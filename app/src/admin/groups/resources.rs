//! What a group is bound to.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use model::access::{Binding, BoundKind, ResourceKind, ResourceRef};
use model::group::{Group, GroupRef};
use model::{ListQuery, Operation, Problem};

use crate::admin::applications::unbind_question;
use crate::admin::questions::OnChanged;
use crate::admin::questions::{questions, refusal};
use crate::admin::user_stats::user_stats;
use crate::api::{access as api, applications};
use crate::kit::{
    Button, Erase, Failed, IconButton, Look, Notice, ProblemText, SelectField, Skeleton, Tone, keep_focus,
    toaster,
};
use crate::routes;
use crate::viewer::account;

#[component]
pub(super) fn GroupResources(group: Memo<Group>) -> impl IntoView {
    let stats = user_stats();
    let id = group.with_untracked(|group| group.id);
    let bound = Resource::new(move || stats.version(), move |_| api::resources_of_group(id));
    let retry = Callback::new(move |()| bound.refetch());
    let changed = Callback::new(move |()| bound.refetch());
    let may = untrack(|| account().may(Operation::BindApplication));
    let named = move || group.with(|group| GroupRef { id: group.id, name: group.form.name.clone() });
    view! {
        <section class="group-part" aria-label="Access">
            <p class="muted">"The members of the group reach these, for as long as they are in it. Groups around it may give them more."</p>
            <Transition fallback=|| view! { <Skeleton lines=4/> }>
                {move || bound.get().map(|found| {
                    keep_focus();
                    match found {
                        Ok(found) => lines(found, &untrack(named), changed, may),
                        Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                    }
                })}
            </Transition>
            {may.then(|| view! { <Bind id changed/> })}
        </section>
    }
    .erased()
}

fn lines(found: Vec<ResourceRef>, group: &GroupRef, changed: Callback<()>, may: bool) -> AnyView {
    if found.is_empty() {
        return view! { <p class="muted">"Nothing is bound to this group."</p> }.erased();
    }
    let line = |one: ResourceRef| {
        let questions = questions();
        let address = match one.kind {
            ResourceKind::Application => routes::application(one.id),
        };
        let unbind = may.then(|| {
            let (of, who) = ((one.id, one.name.clone()), (group.id, group.name.clone()));
            let label = format!("Unbind {}", one.name);
            let then: OnChanged = Arc::new(move || changed.run(()));
            let ask = move || {
                questions.load(unbind_question(of.clone(), BoundKind::Group, who.clone(), then.clone()));
            };
            view! { <IconButton icon="x" label on_press=ask/> }
        });
        view! {
            <li>
                <span>
                    <a href=address>{one.name.clone()}</a>
                    <span class="under muted">{one.kind.label()}</span>
                </span>
                {unbind}
            </li>
        }
    };
    view! { <ul class="group-lines" aria-label="Bound">{found.into_iter().map(line).collect_view()}</ul> }
        .erased()
}

/// Binds the group to another application: the first hundred by name are offered.
#[component]
fn Bind(id: model::Id, changed: Callback<()>) -> impl IntoView {
    let toaster = toaster();
    let (chosen, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let problem = RwSignal::new(None::<Problem>);
    let offered = RwSignal::new(Vec::<(String, String)>::new());
    Effect::new(move |_| {
        spawn_local(async move {
            let query = ListQuery { limit: 100, ..ListQuery::default() };
            let Ok(page) = applications::list_applications(query).await else { return };
            let options = page.rows.into_iter().map(|row| (row.id.to_string(), row.name));
            let none = (String::new(), "Choose an application".to_owned());
            drop(offered.try_set(std::iter::once(none).chain(options).collect()));
        });
    });
    let idle = move || chosen.with(String::is_empty).then(|| "Choose an application first.".to_owned());
    let bind = move || {
        let Ok(resource) = chosen.get_untracked().parse() else { return };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let binding = Binding { resource, bound: BoundKind::Group, ids: vec![id] };
            let answer = api::bind(binding).await.and_then(|outcomes| refusal(&outcomes));
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    toaster.done("Bound the group");
                    chosen.try_set(String::new());
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
            <SelectField
                label="Bind to an application"
                options=offered
                value=chosen
                on_change=move |value| chosen.set(value)
            />
            <Button look=Look::Primary submit=true busy disabled_because=Signal::derive(idle)>"Bind"</Button>
        </form>
        {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad><ProblemText problem/></Notice> })}
    }
    .erased()
}
