//! Who is always or never in a group, whatever its rule says.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use model::group::{ExceptionFilter, GroupRef, RuleException, RuleState};
use model::list::Cursor;
use model::{ListQuery, Page};

use super::questions::{except_question, remove_exception_question};
use crate::admin::questions::{OnChanged, questions};
use crate::admin::user_stats::user_stats;
use crate::api::group_rules as api;
use crate::kit::{
    Avatar, Button, Erase, Failed, IconButton, SearchField, Skeleton, Time, keep_focus, one_of, pager,
};
use crate::routes;

const ROWS: u16 = 10;

#[component]
pub(super) fn Exceptions(
    group: GroupRef,
    readonly: Signal<bool>,
    took: Callback<RuleState>,
) -> impl IntoView {
    let (stats, questions) = (user_stats(), questions());
    let which = RwSignal::new(ExceptionFilter::All);
    let (search, cursor) = (RwSignal::new(String::new()), RwSignal::new(None::<Cursor>));
    let id = group.id;
    let page = Resource::new(
        move || {
            let query =
                ListQuery { search: search.get(), limit: ROWS, cursor: cursor.get(), ..ListQuery::default() };
            (stats.version(), which.get(), query)
        },
        move |(_, which, query)| api::list_group_exceptions(id, which, query),
    );
    let retry = Callback::new(move |()| page.refetch());
    let changed: OnChanged = Arc::new(move || {
        page.refetch();
        spawn_local(async move {
            if let Ok(state) = api::read_group_rule(id).await {
                took.run(state);
            }
        });
    });
    let options: Vec<_> = ExceptionFilter::ALL.iter().map(|one| (*one, one.label())).collect();
    let choose = move |chosen| {
        cursor.set(None);
        which.set(chosen);
    };
    let look_for = move |text: String| {
        cursor.set(None);
        search.set(text);
    };
    let add = {
        let (group, changed) = (group.clone(), changed.clone());
        let press = Arc::new(move || questions.load(except_question(group.clone(), changed.clone())));
        move || {
            let press = press.clone();
            (!readonly.get())
                .then(|| view! { <Button small=true icon="plus" on_press=move || press()>"Add exception…"</Button> })
        }
    };
    view! {
        <section class="group-part" aria-label="Exceptions">
            <h3>"Exceptions"</h3>
            <p class="muted">"These are always or never in the group, whatever the rule says."</p>
            <div class="line">
                <SearchField label="Search exceptions" value=search on_search=look_for/>
                {one_of("Which exceptions", &options, which.into(), choose)}
                <div class="end">{add}</div>
            </div>
            <Transition fallback=|| view! { <Skeleton lines=3/> }>
                {move || {
                    let (group, changed) = (group.clone(), changed.clone());
                    page.get().map(move |found| {
                        keep_focus();
                        match found {
                            Ok(page) => table(&page, cursor, &group, readonly, &changed),
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
    page: &Page<RuleException>,
    cursor: RwSignal<Option<Cursor>>,
    group: &GroupRef,
    readonly: Signal<bool>,
    changed: &OnChanged,
) -> AnyView {
    if page.rows.is_empty() {
        return view! { <p class="muted">"No exceptions."</p> }.erased();
    }
    let rows = page.rows.iter().map(|one| row(one, group, readonly, changed)).collect_view();
    view! {
        <div class="table-scroll">
            <table class="data" aria-label="Exceptions">
                <thead>
                    <tr>
                        <th scope="col" class="col-name">"Name"</th>
                        <th scope="col">"Exception"</th>
                        <th scope="col">"Reason"</th>
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

fn row(one: &RuleException, group: &GroupRef, readonly: Signal<bool>, changed: &OnChanged) -> AnyView {
    let questions = questions();
    let (id, name) = (one.person.id, one.person.name.clone());
    let about = (group.clone(), one.person.clone(), changed.clone());
    let remove = Arc::new(move || {
        let (group, person, changed) = about.clone();
        questions.load(remove_exception_question(group, person, changed));
    });
    let label = format!("Remove the exception of {name}");
    let button = move || {
        let remove = remove.clone();
        (!readonly.get())
            .then(|| view! { <IconButton icon="x" label=label.clone() on_press=move || remove()/> })
    };
    let ends = one.ends_at.map(|at| view! { <span class="sub">"until " <Time at/></span> });
    view! {
        <tr>
            <td class="col-name">
                <span class="lead">
                    <Avatar id name=name.clone()/>
                    <span class="text">
                        <a href=routes::user(id)>{name}</a>
                        <span class="sub">{one.email.clone()}</span>
                    </span>
                </span>
            </td>
            <td>{one.kind.label()} {ends}</td>
            <td class="why">
                {one.reason.clone()}
                <span class="sub">{one.added_by.clone()} ", " <Time at=one.added_at/></span>
            </td>
            <td class="aside">{button}</td>
        </tr>
    }
    .erased()
}
