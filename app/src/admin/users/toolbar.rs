//! What stands above the list of users: search, filters, columns, and what can be done.

use std::collections::BTreeMap;

use leptos::{prelude::*, task::spawn_local};
use model::account::ColumnChoice;
use model::list::{FilterKind, grouped};
use model::user::{Action, USERS};
use model::{Id, Problem};

use super::actions::Actions;
use super::list_kind::ListKind;
use super::screen::UserList;
use crate::admin::user_stats::{find_attributes, find_users};
use crate::admin::views::Views;
use crate::api;
use crate::kit::{
    Button, EditColumns, Entry, FilterMenu, ListState, Menu, PersonFilter, SearchField, Section, SortMenu,
    TableColumn, toaster,
};

#[component]
pub(super) fn Toolbar(users: UserList) -> impl IntoView {
    let UserList { kind, list, selected, actions, .. } = users;
    let editing = RwSignal::new(false);
    let search = Signal::derive(move || list.query.with(|query| query.search.clone()));
    let sections = move || {
        let entry = |action: &Action| actions.entry_of(*action, move || users.many.whom(selected));
        let section = |actions: &&[Action]| Section::from(actions.iter().map(entry).collect::<Vec<_>>());
        let mut sections: Vec<_> = kind.actions().iter().map(section).collect();
        if kind == ListKind::Present {
            sections.insert(sections.len().saturating_sub(1), authorities());
        }
        sections
    };
    let label = move || match selected.count() {
        _ if users.many.is_all() => format!("Actions ({})", users.many.counted()),
        0 => "Actions".to_owned(),
        count => format!("Actions ({})", grouped(count as u64)),
    };
    let idle = move || {
        let nobody = || (selected.count() == 0).then(|| "Select users first.".to_owned());
        Actions::refusal(&kind.actions().concat()).or_else(nobody)
    };
    let columns = Signal::stored(TableColumn::default_ones(kind.spec()));
    let views = (kind == ListKind::Present).then(|| {
        let shown = move || users.page.get_untracked().and_then(Result::ok).map(|page| page.columns);
        Views::new(list, &USERS, "All users").with_columns(move || shown().unwrap_or_default())
    });
    view! {
        <div class="toolbar">
            <SearchField
                label="Search name, email, employee ID"
                value=search
                on_search=move |text| list.search(text)
            />
            <FilterMenu list spec=kind.spec() people=PersonFilter { name_of: names_of_people(list), search: find_users } attributes=find_attributes/>
            <span class="small-only"><SortMenu list columns/></span>
            <div class="end">
                {views.map(Views::menu)}
                {(kind == ListKind::Present).then(|| view! {
                    <span class="wide-only">
                        <Button icon="columns-3" on_press=move || editing.set(true)>"Edit columns"</Button>
                    </span>
                })}
                <Menu
                    icon="zap"
                    label=Signal::derive(label)
                    sections=Signal::derive(sections)
                    disabled_because=Signal::derive(idle)
                />
            </div>
        </div>
        {views.map(Views::note)}
        {(kind == ListKind::Present).then(|| view! { <Columns editing users/> })}
    }
}

/// Who else could hold passwords, or judge them: nobody whom this release connects to.
fn authorities() -> Section {
    let nobody = Some("No other directory is connected that could do this.".to_owned());
    let entry = |icon, label: &str| Entry::press(icon, label, Callback::new(|()| ())).unless(nobody.clone());
    Section::from(vec![
        entry("key-round", "Set external password authority…"),
        entry("shield-check", "Set delegated authority…"),
    ])
}

#[component]
fn Columns(editing: RwSignal<bool>, users: UserList) -> impl IntoView {
    let UserList { list, page, choice, .. } = users;
    let (toaster, busy) = (toaster(), RwSignal::new(false));
    let save = Callback::new(move |wanted: ColumnChoice| {
        busy.set(true);
        let (in_view, kept) = (list.query.with_untracked(|query| query.view.is_some()), wanted.clone());
        // A view's columns are the view's; what one chose for the list itself stays.
        let wanted = if in_view { beside_view(choice, wanted) } else { wanted };
        spawn_local(async move {
            let answer = api::account::save_columns(USERS.name.to_owned(), wanted).await;
            busy.set(false);
            if let Err(problem) = answer {
                toaster.wrong(problem);
                return;
            }
            editing.set(false);
            choice.refetch();
            // Columns named in the address would hide those that were chosen.
            if in_view {
                list.change(|query| query.columns = kept.columns);
            } else if list.query.with_untracked(|query| query.columns.is_empty()) {
                page.refetch();
            } else {
                list.change(|query| query.columns.clear());
            }
        });
    });
    // What is seen now is where one starts from.
    let now = Signal::derive(move || {
        let columns = page.get_untracked().and_then(Result::ok).map(|page| page.columns).unwrap_or_default();
        let ColumnChoice { last_first, kept, .. } =
            choice.get_untracked().and_then(Result::ok).unwrap_or_default();
        let kept = kept.filter(|kept| columns.contains(kept));
        ColumnChoice { columns, last_first, kept }
    });
    view! { <EditColumns open=editing spec=&USERS choice=now names=true attributes=find_attributes busy on_save=save/> }
}

/// What is kept of a choice of columns that was made in a view: how names are written, and what stays in view.
fn beside_view(choice: Resource<Result<ColumnChoice, Problem>>, wanted: ColumnChoice) -> ColumnChoice {
    let before = choice.get_untracked().and_then(Result::ok).unwrap_or_default();
    let kept = wanted.kept.filter(|kept| before.columns.contains(kept)).or(before.kept);
    ColumnChoice { columns: before.columns, last_first: wanted.last_first, kept }
}

/// Looks up the names of people by whom the list is filtered.
fn names_of_people(list: ListState) -> Callback<String, Option<String>> {
    let names = RwSignal::new(BTreeMap::<String, Option<String>>::new());
    Effect::new(move |_| {
        let filters = list.query.with(|query| query.filters.clone());
        let people = filters.into_iter().filter(|filter| {
            USERS.column(&filter.column).and_then(|column| column.filter) == Some(FilterKind::Person)
        });
        for value in people.flat_map(|filter| filter.values) {
            let Ok(id) = value.parse::<Id>() else { continue };
            if names.with_untracked(|names| names.contains_key(&value)) {
                continue;
            }
            names.update(|names| drop(names.insert(value.clone(), None)));
            spawn_local(async move {
                if let Ok(user) = api::users::read_user(id).await {
                    names.update(|names| drop(names.insert(value, Some(user.name()))));
                }
            });
        }
    });
    Callback::new(move |id: String| names.with(|names| names.get(&id).cloned().flatten()))
}
