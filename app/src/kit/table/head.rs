//! The head of a table: names of columns, their order, and the box that selects the page.

use leptos::prelude::*;
use model::Id;

use super::{ListState, Picks, Plan, TableColumn};
use crate::kit::{Entry, Erase, Icon, Menu, Section};

#[component]
pub(super) fn Head(
    list: ListState,
    columns: Vec<TableColumn>,
    plan: Plan,
    /// The rows of the page.
    shown: RwSignal<Vec<Id>>,
) -> impl IntoView {
    let cell = move |column: TableColumn| head_cell(list, column);
    view! {
        <thead>
            <tr>
                {plan.picks.map(|picks| view! { <th class="pick" scope="col"><PickAll picks shown/></th> })}
                {columns.into_iter().map(cell).collect_view()}
                {plan.row_end.map(|_| view! {
                    <th class="more" scope="col"><span class="visually-hidden">"More"</span></th>
                })}
            </tr>
        </thead>
    }
}

fn head_cell(list: ListState, column: TableColumn) -> AnyView {
    let TableColumn { key, label, sortable, stay: class } = column;
    if !sortable {
        return view! { <th scope="col" class=class>{label}</th> }.erased();
    }
    let (by, to, column) = (key.clone(), key.clone(), key);
    let order = Memo::new(move |_| {
        let sort = list.sort();
        (sort.column == by).then_some(if sort.descending { "descending" } else { "ascending" })
    });
    let arrow = move || {
        if order.get() == Some("descending") {
            view! { <Icon name="arrow-down"/> }
        } else {
            view! { <Icon name="arrow-up"/> }
        }
    };
    view! {
        <th scope="col" class=class aria-sort=move || order.get()>
            <a href=move || list.sorted_by(&to) data-column=column data-noscroll="" data-sorted=move || order.get()>
                {label}
                {arrow}
            </a>
        </th>
    }
    .erased()
}

/// Selects all rows of the page, or none.
#[component]
fn PickAll(picks: Picks, shown: RwSignal<Vec<Id>>) -> impl IntoView {
    let count = move |of: &dyn Fn(Id) -> bool| shown.with(|ids| ids.iter().filter(|id| of(**id)).count());
    let picked = move || count(&|id| picks.has.run(id));
    let able = move || count(&|id| picks.refusal.run(id).is_none());
    let all = Memo::new(move |_| picked() > 0 && picked() == able());
    let some = Memo::new(move |_| picked() > 0 && !all.get());
    let shut = Memo::new(move |_| able() == 0 && shown.with(|ids| !ids.is_empty()));
    view! {
        <input
            r#type="checkbox"
            class="checkbox"
            aria-label="Select all rows of this page"
            aria-disabled=move || shut.get().then_some("true")
            prop:checked=all
            prop:indeterminate=some
            on:click=move |event| if shut.get_untracked() { event.prevent_default() }
            on:change=move |event| picks.pick(shown.get_untracked(), event_target_checked(&event))
        />
    }
}

/// The order as a menu, where there is no head to be seen.
#[component]
pub fn SortMenu(list: ListState, #[prop(into)] columns: Signal<Vec<TableColumn>>) -> impl IntoView {
    let sections = move || {
        let now = list.sort();
        let entries = columns.get().into_iter().filter(|column| column.sortable).map(|column| {
            let current = now.column == column.key;
            let icon = if current && now.descending { "arrow-down" } else { "arrow-up" };
            Entry::link(icon, column.label, list.sorted_by(&column.key)).checked(current)
        });
        vec![Section::from(entries.collect::<Vec<_>>())]
    };
    let face = view! { <span class="button only-icon"><Icon name="arrow-down-a-z"/></span> };
    view! { <Menu label="Sort by".to_owned() face=face.erased() sections=Signal::derive(sections)/> }
}
