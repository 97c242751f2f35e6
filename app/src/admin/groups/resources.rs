//! What a group is bound to.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use model::access::{Binding, BoundKind, ResourceKind, ResourceRef};
use model::group::{Group, GroupRef};
use model::user::Person;
use model::{Id, ListQuery, Operation, Problem};

use crate::admin::questions::OnChanged;
use crate::admin::questions::{questions, refusal};
use crate::admin::resource::unbind_question;
use crate::admin::user_stats::user_stats;
use crate::api::{access as api, applications};
use crate::kit::{
    Button, Erase, Failed, FoundPeople, IconButton, Look, Notice, PersonField, ProblemText, Skeleton, Sought,
    Tone, keep_focus, toaster,
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
                        Ok(found) => lines(found, &untrack(named), changed),
                        Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                    }
                })}
            </Transition>
            {may.then(|| view! { <Bind id changed/> })}
        </section>
    }
    .erased()
}

fn lines(found: Vec<ResourceRef>, group: &GroupRef, changed: Callback<()>) -> AnyView {
    if found.is_empty() {
        return view! { <p class="muted">"Nothing is bound to this group."</p> }.erased();
    }
    let line = |one: ResourceRef| {
        let questions = questions();
        let address = match one.kind {
            ResourceKind::Application => routes::application(one.id),
            ResourceKind::Ldap => routes::LDAP.to_owned(),
        };
        let may = untrack(|| account().may(one.kind.binds()));
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

/// Finds applications by a text.
fn find_applications(
    text: String,
    limit: u16,
    _except: Option<Id>,
) -> Pin<Box<dyn Future<Output = FoundPeople>>> {
    Box::pin(async move {
        let query = ListQuery { search: text, limit, ..ListQuery::default() };
        let found = applications::list_applications(query).await.map(|page| page.rows).unwrap_or_default();
        found.into_iter().map(|row| (Person { id: row.id, name: row.name }, row.url)).collect()
    })
}

/// Binds the group to another application.
#[component]
fn Bind(id: Id, changed: Callback<()>) -> impl IntoView {
    let toaster = toaster();
    let (chosen, busy) = (RwSignal::new(None::<Person>), RwSignal::new(false));
    let problem = RwSignal::new(None::<Problem>);
    let idle = move || chosen.with(Option::is_none).then(|| "Choose an application first.".to_owned());
    let bind = move || {
        let Some(application) = chosen.get_untracked() else { return };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let binding = Binding { resource: application.id, bound: BoundKind::Group, ids: vec![id] };
            let answer = api::bind(binding).await.and_then(|outcomes| refusal(&outcomes));
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    toaster.done(format!("Bound to {}", application.name));
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
            <PersonField
                label="Bind to an application"
                name="application"
                value=chosen
                on_change=move |application| chosen.set(application)
                search=find_applications
                sought=Sought::Applications
                required=true
            />
            <Button look=Look::Primary submit=true busy disabled_because=Signal::derive(idle)>"Bind"</Button>
        </form>
        {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad><ProblemText problem/></Notice> })}
    }
    .erased()
}
