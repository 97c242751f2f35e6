//! Who reaches a resource, each with every way that leads there.

use std::sync::Arc;

use leptos::prelude::*;
use model::access::{BoundKind, Reaching};
use model::list::Cursor;
use model::{ListQuery, Operation, Page};

use super::Bindable;
use super::questions::{bind_users_question, unbind_question};
use crate::admin::access_paths::paths;
use crate::admin::questions::OnChanged;
use crate::admin::questions::questions;
use crate::admin::user_stats::user_stats;
use crate::api::access as api;
use crate::kit::{
    Avatar, Button, Erase, Failed, IconButton, Look, SearchField, Skeleton, StatePill, keep_focus, pager,
};
use crate::routes;
use crate::viewer::account;

/// How many stand on a page.
const ROWS: u16 = 20;

#[component]
pub(in crate::admin) fn ReachingUsers(of: Bindable, on_changed: Callback<()>) -> impl IntoView {
    let (search, cursor) = (RwSignal::new(String::new()), RwSignal::new(None::<Cursor>));
    let (stats, questions) = (user_stats(), questions());
    let id = of.id;
    let page = Resource::new(
        move || (stats.version(), search.get(), cursor.get()),
        move |(_, search, cursor)| {
            api::list_users_of_resource(id, ListQuery { search, cursor, limit: ROWS, ..ListQuery::default() })
        },
    );
    let retry = Callback::new(move |()| page.refetch());
    let changed: OnChanged = Arc::new(move || {
        page.refetch();
        on_changed.run(());
    });
    let bind = {
        let changed = changed.clone();
        move || questions.load(bind_users_question(of.named(), of.noun, changed.clone()))
    };
    let look_for = move |text: String| {
        cursor.set(None);
        search.set(text);
    };
    let refusal = Signal::derive(move || account().refusal(of.binds));
    view! {
        <section class="group-part" aria-label="Users">
            <div class="line">
                <SearchField label="Search users" value=search on_search=look_for/>
                <div class="end">
                    <Button look=Look::Primary icon="user-plus" small=true disabled_because=refusal on_press=bind>
                        "Bind users…"
                    </Button>
                </div>
            </div>
            <Transition fallback=|| view! { <Skeleton lines=6/> }>
                {move || {
                    let changed = changed.clone();
                    page.get().map(move |found| {
                        keep_focus();
                        match found {
                            Ok(page) => table(&page, cursor, of, &changed),
                            Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                        }
                    })
                }}
            </Transition>
        </section>
    }
    .erased()
}

fn table(
    page: &Page<Reaching>,
    cursor: RwSignal<Option<Cursor>>,
    of: Bindable,
    changed: &OnChanged,
) -> AnyView {
    if page.rows.is_empty() {
        return view! { <p class="muted">"Nobody."</p> }.erased();
    }
    let rows = page.rows.iter().map(|one| row(one, of, changed)).collect_view();
    view! {
        <div class="table-scroll">
            <table class="data group-members" aria-label="Users">
                <thead>
                    <tr>
                        <th scope="col" class="col-name">"Name"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Ways"</th>
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

fn row(one: &Reaching, of: Bindable, changed: &OnChanged) -> AnyView {
    let (id, name) = (one.user, one.name.clone());
    let named = if untrack(|| account().may(Operation::ReadUser)) {
        view! { <a href=routes::user(id)>{name.clone()}</a> }.erased()
    } else {
        name.clone().erased()
    };
    let questions = questions();
    let refusal = Signal::derive(move || account().refusal(of.binds));
    let direct = one.paths.iter().any(|path| path.groups.is_empty()).then(|| {
        let (of, who, changed) = (of.named(), (id, name.clone()), changed.clone());
        let ask = move || {
            questions.load(unbind_question(of.clone(), BoundKind::User, who.clone(), changed.clone()));
        };
        view! { <IconButton icon="x" label=format!("Unbind {name}") disabled_because=refusal on_press=ask/> }
    });
    view! {
        <tr>
            <td class="col-name">
                <span class="lead">
                    <Avatar id name=one.name.clone()/>
                    <span class="text">
                        {named} <span class="sub">{one.email.clone()}</span>
                        <span class="sub narrow">{paths(&one.paths)}</span>
                    </span>
                </span>
            </td>
            <td><StatePill state=one.state/></td>
            <td class="why">{paths(&one.paths)}</td>
            <td class="aside">{direct}</td>
        </tr>
    }
    .erased()
}
