//! The list of users.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::Outlet;
use model::account::ColumnChoice;
use model::list::grouped;
use model::user::{USERS, UserRow};
use model::{Operation, Page, Problem};

use super::TITLE;
use super::cells::table_page;
use super::deed::Deed;
use super::deeds::{DeedDialogs, Deeds, Picked};
use super::panel::ACTIVITY;
use super::selection::{Selected, SelectionNote};
use super::toolbar::Toolbar;
use crate::admin::people::people;
use crate::kit::{
    DataTable, EmptyState, Entry, Erase, GetPage, Icon, LinkButton, ListState, Look, Menu, PageHeader,
    RowEnd, Section, covered,
};
use crate::viewer::account;
use crate::{api, places};

pub(super) type Answer = Result<Page<UserRow>, Problem>;

/// What the parts of this screen share.
#[derive(Clone, Copy)]
pub(super) struct UserList {
    pub list: ListState,
    pub page: Resource<Answer>,
    pub choice: Resource<Result<ColumnChoice, Problem>>,
    pub selected: Selected,
    pub deeds: Deeds,
}

#[component]
pub(super) fn UsersPage() -> impl IntoView {
    let list = ListState::new(places::USERS, USERS.default_sort);
    let (covered, people) = (covered(), people());
    let users = UserList {
        list,
        page: Resource::new(
            move || (people.version(), list.query.get()),
            |(_, query)| async move { api::users::list_users(query).await },
        ),
        choice: Resource::new(|| (), |()| api::account::list_columns(USERS.name.to_owned())),
        selected: Selected::new(),
        deeds: Deeds::new(),
    };
    // What was done has changed the states that the selection remembers.
    let forget = Callback::new(move |_| users.selected.clear());
    view! {
        <div class="page" inert=move || covered.get()>
            <Header list/>
            <section class="table-card" aria-label=TITLE>
                <Toolbar users/>
                <Table users/>
            </section>
        </div>
        <DeedDialogs deeds=users.deeds on_done=forget/>
        <Outlet/>
    }
}

#[component]
fn Header(list: ListState) -> impl IntoView {
    let figures = people().figures;
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
        <PageHeader title=TITLE.to_owned() below=below.erased()>
            <AddUser list/>
        </PageHeader>
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
            href=Signal::derive(move || list.over(places::NEW_USER))
            disabled_because=Signal::derive(move || account.refusal(Operation::CreateUser))
        >
            "Add user"
        </LinkButton>
    }
}

#[component]
fn Table(users: UserList) -> impl IntoView {
    let UserList { list, page, choice, selected, deeds } = users;
    let get: GetPage = Arc::new(move || {
        // Both are asked for before either is waited for.
        let (choice, page) = (choice.get(), page.get());
        let last_first = choice?.is_ok_and(|choice| choice.last_first);
        Some(page?.map(|page| table_page(page, list, last_first)))
    });
    let row_end: RowEnd = Arc::new(move |id, name| {
        let rows = page.get_untracked().and_then(Result::ok).map(|page| page.rows).unwrap_or_default();
        let row = rows.into_iter().find(|row| row.id == id);
        row.map_or_else(
            || ().erased(),
            |row| row_menu(list, deeds, Picked { id, name: name.clone(), state: row.state }),
        )
    });
    let empty = move || {
        view! {
            <EmptyState
                icon="users"
                title="No users yet"
                text="Users are the people of your organization. Add the first one here, or import many on the command line."
            >
                <AddUser list/>
            </EmptyState>
        }
    };
    view! {
        <DataTable
            label=TITLE
            spec=&USERS
            list
            page=get
            aside="state"
            picks=selected.picks(page)
            row_end
            note=(move || view! { <SelectionNote users/> }).into()
            empty=empty.into()
            on_retry=Callback::new(move |()| page.refetch())
        />
    }
}

fn row_menu(list: ListState, deeds: Deeds, one: Picked) -> AnyView {
    let label = format!("More for {}", one.name);
    let sections = Signal::derive(move || {
        let entry = |deed: Deed| {
            let this = one.clone();
            deeds.entry(deed, &format!("{}…", deed.verb()), move || vec![this.clone()])
        };
        let states =
            [Deed::Activate, Deed::Suspend].into_iter().filter(|deed| deed.refused_for(one.state).is_none());
        vec![
            Section::from(vec![
                Entry::link("file-text", "Details", list.over(&places::user(one.id))),
                Entry::link("history", "Activity", list.over(&places::user_tab(one.id, ACTIVITY))),
            ]),
            Section::from(states.map(entry).collect::<Vec<_>>()),
            Section::from(vec![entry(Deed::Delete)]),
        ]
    });
    let face = view! { <span class="button quiet only-icon"><Icon name="ellipsis"/></span> };
    view! { <Menu label face=face.erased() sections/> }.erased()
}
