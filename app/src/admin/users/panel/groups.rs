//! The groups that a user is in, and the ways that lead there.

use std::sync::Arc;

use leptos::prelude::*;
use model::group::{GroupPath, OfUser};
use model::list::Cursor;
use model::user::{Action, Person, User};
use model::{ListQuery, Operation, Page};

use super::editing::Editing;
use crate::admin::groups::{membership, period_question, remove_question};
use crate::admin::questions::OnChanged;
use crate::admin::questions::questions;
use crate::admin::user_stats::user_stats;
use crate::admin::users::actions::Actions;
use crate::api::groups as api;
use crate::kit::{Button, EmptyState, Erase, Failed, IconButton, Look, Skeleton, keep_focus, pager};
use crate::routes;
use crate::viewer::account;

/// How many stand on a page.
const ROWS: u16 = 20;

#[component]
pub(super) fn UserGroups(editing: Editing, actions: Actions) -> impl IntoView {
    let (stats, cursor) = (user_stats(), RwSignal::new(None::<Cursor>));
    let id = editing.id;
    let page = Resource::new(
        move || (stats.version(), cursor.get()),
        move |(_, cursor)| {
            api::list_groups_of_user(id, ListQuery { limit: ROWS, cursor, ..ListQuery::default() })
        },
    );
    let retry = Callback::new(move |()| page.refetch());
    let changed: OnChanged = Arc::new(move || page.refetch());
    let refusal = Signal::derive(move || account().refusal(Operation::ChangeGroupMembers));
    let there = editing.base.with_untracked(|user| user.deleted.is_none());
    let add = move || actions.ask(Action::AddToGroup, vec![editing.target()]);
    let table = move |page: Page<OfUser>| {
        let name = editing.base.with_untracked(User::name);
        table(&page, cursor, &Person { id, name }, &changed)
    };
    view! {
        <section class="group-part" aria-label="User groups">
            {there.then(|| view! {
                <div class="line">
                    <Button look=Look::Primary icon="plus" small=true disabled_because=refusal on_press=add>
                        "Add to a group…"
                    </Button>
                </div>
            })}
            <Transition fallback=|| view! { <Skeleton lines=6/> }>
                {move || page.get().map(|found| {
                    keep_focus();
                    match found {
                        Ok(page) => table(page),
                        Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                    }
                })}
            </Transition>
        </section>
    }
    .erased()
}

fn table(
    page: &Page<OfUser>,
    cursor: RwSignal<Option<Cursor>>,
    user: &Person,
    changed: &OnChanged,
) -> AnyView {
    if page.rows.is_empty() {
        return view! {
            <EmptyState
                icon="users-round"
                title="In no group"
                text="A group gives its members what it is given itself, for as long as they are in it."
            />
        }
        .erased();
    }
    let rows = page.rows.iter().map(|one| row(one, user, changed)).collect_view();
    view! {
        <div class="table-scroll">
            <table class="data group-members" aria-label="User groups">
                <thead>
                    <tr>
                        <th scope="col" class="col-name">"Group"</th>
                        <th scope="col">"Membership"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager(page, cursor)}
    }
    .erased()
}

fn row(of: &OfUser, user: &Person, changed: &OnChanged) -> AnyView {
    let through = of.through.iter().map(way).collect_view();
    view! {
        <tr>
            <td class="col-name">
                <span class="lead">
                    <span class="text">
                        <a href=routes::user_group(of.group.id)>{of.group.name.clone()}</a>
                        <span class="sub">{of.description.clone()}</span>
                        <span class="sub narrow">{of.direct.as_ref().map(membership)}</span>
                    </span>
                </span>
            </td>
            <td class="why">{of.direct.as_ref().map(membership)} {through}</td>
            <td class="aside">{buttons(of, user, changed)}</td>
        </tr>
    }
    .erased()
}

/// "Through Field Sales → Sales".
fn way(path: &GroupPath) -> AnyView {
    let steps: Vec<_> = path
        .iter()
        .enumerate()
        .map(|(place, group)| {
            let arrow = (place > 0).then_some(" → ");
            view! { {arrow} <a href=routes::user_group(group.id)>{group.name.clone()}</a> }
        })
        .collect();
    view! { <div class="muted">"Through " {steps}</div> }.erased()
}

/// What can be done about the user's own membership.
fn buttons(of: &OfUser, user: &Person, changed: &OnChanged) -> Option<AnyView> {
    let period = of.direct.as_ref()?.period.typed.clone();
    let questions = questions();
    let refusal = Signal::derive(move || account().refusal(Operation::ChangeGroupMembers));
    let about = (of.group.clone(), user.clone(), period);
    let (other, again, changed) = (about.clone(), changed.clone(), changed.clone());
    let set = move || {
        let (group, user, period) = about.clone();
        questions.load(period_question(group, user, period, changed.clone()));
    };
    let remove = move || {
        let (group, user, period) = other.clone();
        questions.load(remove_question(group, user, period, again.clone()));
    };
    let name = of.group.name.clone();
    Some(
        view! {
            <span class="row-buttons">
                <IconButton
                    icon="calendar-clock"
                    label=format!("Change the membership in {name}")
                    disabled_because=refusal
                    on_press=set
                />
                <IconButton
                    icon="x"
                    label=format!("Remove from {name}")
                    disabled_because=refusal
                    on_press=remove
                />
            </span>
        }
        .erased(),
    )
}
