//! The list of users, and that of deleted ones.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::Outlet;
use model::account::ColumnChoice;
use model::list::grouped;
use model::user::{Action, USERS};
use model::{ListQuery, Operation};

use super::action::{ActionTarget, refused_for};
use super::actions::Actions;
use super::cells::table_page;
use super::copy;
use super::list_kind::{ACTIVITY, ListKind};
use super::many::Many;
use super::note::SelectionNote;
use super::screen::UserList;
use super::tabs::{ListTab, list_tabs};
use super::toolbar::Toolbar;
use crate::admin::user_stats::user_stats;
use crate::kit::{
    DataTable, EmptyState, Entry, Erase, GetPage, Icon, LinkButton, ListState, Look, Menu, PageHeader,
    RowEnd, Section, Selected, covered,
};
use crate::viewer::account;
use crate::{api, routes};

#[component]
pub(super) fn UsersPage(kind: ListKind) -> impl IntoView {
    let list = kind.list();
    let (covered, stats, selected) = (covered(), user_stats(), Selected::default());
    let many = Many::new();
    let users = UserList {
        kind,
        list,
        page: Resource::new(move || (stats.version(), list.query.get()), move |(_, query)| kind.page(query)),
        choice: Resource::new(|| (), |()| api::account::list_columns(USERS.name.to_owned())),
        selected,
        // What was done has changed the states that the selection remembers.
        actions: Actions::new(move |_, _| {
            many.unselect();
            selected.clear();
        }),
        many,
    };
    // Another list is another choice, and so is another selection.
    Effect::new(move |before: Option<(ListQuery, usize)>| {
        let now = (list.query.get().from_start(), selected.count());
        if before.is_some_and(|before| before != now) {
            users.many.unselect();
        }
        now
    });
    view! {
        <div class="page" inert=move || covered.get()>
            <Header kind list/>
            <section class="table-card" aria-label=kind.title()>
                <Toolbar users/>
                <Table users/>
            </section>
        </div>
        <Outlet/>
    }
}

#[component]
fn Header(kind: ListKind, list: ListState) -> impl IntoView {
    let figures = user_stats().figures;
    let below = view! {
        <Transition>
            {move || figures.get().flatten().map(|figures| {
                let total = figures.total();
                let people = if total == 1 { "person" } else { "people" };
                view! {
                    <span>{format!("{} {people}", grouped(total))}</span>
                    <span class="wide-only">
                        {format!(
                            " · {} active · {} staged · {} suspended",
                            grouped(figures.activated),
                            grouped(figures.staged),
                            grouped(figures.suspended),
                        )}
                    </span>
                }
            })}
        </Transition>
    };
    view! {
        <PageHeader title="Users".to_owned() document=kind.title() below=below.erased()>
            {(kind == ListKind::Present).then(|| view! { <Export list/> <ImportUsers/> <AddUser list/> })}
        </PageHeader>
        {list_tabs(match kind {
            ListKind::Present => ListTab::Users,
            ListKind::Deleted => ListTab::Deleted,
        })}
    }
}

/// The list as a file: what it matches, or everybody.
#[component]
fn Export(list: ListState) -> impl IntoView {
    let account = account();
    let sections = move || {
        let query = list.query.get();
        let all = ListQuery { columns: query.columns.clone(), ..ListQuery::default() };
        let entry = |icon, label: &str, form: &str, query: &ListQuery| {
            let asked = query.clone().from_start().to_address();
            let and = if asked.is_empty() { "" } else { "&" };
            Entry::external(icon, label, format!("{}?as={form}{and}{asked}", routes::USERS_EXPORT))
        };
        let section = |title, query: &ListQuery| Section {
            title: Some(title),
            entries: vec![
                entry("file-spreadsheet", "CSV, columns shown", "csv-shown", query),
                entry("file-spreadsheet", "CSV, all attributes", "csv-all", query),
                entry("file-json", "JSON, as in the API", "json", query),
            ],
        };
        if query.is_narrowed() {
            vec![section("The users that match, in this order", &query), section("All users", &all)]
        } else {
            vec![section("All users, in this order", &query)]
        }
    };
    view! {
        <Menu
            icon="download"
            label="Export".to_owned()
            sections=Signal::derive(sections)
            disabled_because=Signal::derive(move || account.refusal(Operation::ExportUsers))
        />
    }
}

#[component]
fn ImportUsers() -> impl IntoView {
    let account = account();
    view! {
        <LinkButton
            icon="upload"
            href=routes::IMPORT_USERS.to_owned()
            disabled_because=Signal::derive(move || account.refusal(Operation::ImportUsers))
        >
            "Import CSV"
        </LinkButton>
    }
}

#[component]
fn AddUser(list: ListState) -> impl IntoView {
    let account = account();
    view! {
        <LinkButton
            look=Look::Primary
            icon="plus"
            stay=true
            href=Signal::derive(move || list.over(routes::NEW_USER))
            disabled_because=Signal::derive(move || account.refusal(Operation::CreateUser))
        >
            "Add user"
        </LinkButton>
    }
}

#[component]
fn Table(users: UserList) -> impl IntoView {
    let UserList { kind, list, page, choice, selected, .. } = users;
    let get: GetPage = Arc::new(move || {
        // Both are asked for before either is waited for.
        let (choice, page) = (choice.get(), page.get());
        let ColumnChoice { last_first, kept, .. } = choice?.unwrap_or_default();
        Some(page?.map(|page| table_page(page, kind, list, last_first).keeping(kept.as_deref())))
    });
    let row_end: RowEnd = Arc::new(move |id, _| {
        let rows = page.get_untracked().and_then(Result::ok).map(|page| page.rows).unwrap_or_default();
        let row = rows.into_iter().find(|row| row.id == id);
        row.map_or_else(|| ().erased(), |row| row_menu(users, ActionTarget::from(&row)))
    });
    let shown = move || {
        let rows = page.get_untracked().and_then(Result::ok).map(|page| page.rows).unwrap_or_default();
        rows.iter().map(|row| (row.id, ActionTarget::from(row))).collect()
    };
    let empty = move || {
        match kind {
        ListKind::Deleted => view! {
            <EmptyState
                icon="trash-2"
                title="No deleted users"
                text="Whoever is deleted stays here for 30 days, and can be restored."
            />
        }
        .erased(),
        ListKind::Present => view! {
            <EmptyState
                icon="users"
                title="No users yet"
                text="Users are the people of your organization. Add the first one here, or import many from a CSV file."
            >
                <AddUser list/>
            </EmptyState>
        }
        .erased(),
    }
    };
    view! {
        <DataTable
            label=kind.title()
            spec=kind.spec()
            list
            page=get
            aside="state"
            picks=selected.picks(shown)
            row_end
            note=(move || view! { <SelectionNote users/> }).into()
            empty=empty.into()
            on_retry=Callback::new(move |()| page.refetch())
        />
    }
}

fn row_menu(UserList { kind, list, actions, .. }: UserList, one: ActionTarget) -> AnyView {
    let label = format!("More for {}", one.name);
    let sections = Signal::derive(move || {
        let entry = |action: Action| {
            let this = one.clone();
            actions.entry(action, &format!("{}…", copy::verb(action)), move || vec![this.clone()])
        };
        let places = Section::from(vec![
            Entry::link("file-text", "Details", list.over(&kind.user(one.id))),
            Entry::link("history", "Activity", list.over(&kind.tab(one.id, ACTIVITY))),
        ]);
        let able = |actions: &&[Action]| {
            let able = actions.iter().copied().filter(|action| refused_for(*action, one.state).is_none());
            Section::from(able.map(entry).collect::<Vec<_>>())
        };
        std::iter::once(places).chain(kind.row_actions().iter().map(able)).collect::<Vec<_>>()
    });
    let face = view! { <span class="button quiet only-icon"><Icon name="ellipsis"/></span> };
    view! { <Menu label face=face.erased() sections/> }.erased()
}
