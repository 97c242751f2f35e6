//! The list of user groups.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::Outlet;
use model::group::{GROUPS, GroupRef, GroupRow};
use model::list::grouped;
use model::{Operation, Page, Problem};

use super::TITLE;
use super::questions::delete_question;
use crate::admin::questions::questions;
use crate::admin::user_stats::user_stats;
use crate::admin::views::Views;
use crate::kit::{
    Button, DataTable, EmptyState, Erase, FilterMenu, GetPage, LinkButton, ListState, Look, PageHeader,
    SearchField, Selected, SortMenu, TableColumn, TablePage, TableRow, Time, covered,
};
use crate::viewer::account;
use crate::{api, routes};

#[component]
pub(super) fn GroupsPage() -> impl IntoView {
    let list = ListState::new(routes::USER_GROUPS, &GROUPS);
    let views = Views::new(list, &GROUPS, "All groups");
    let (covered, stats) = (covered(), user_stats());
    let page = Resource::new(
        move || (stats.version(), list.query.get()),
        |(_, query)| async move { api::groups::list_groups(query).await },
    );
    let selected = Selected::<GroupRef>::default();
    let refusal = Signal::derive(move || account().refusal(Operation::CreateGroup));
    let to_form = Signal::derive(move || list.over(routes::NEW_USER_GROUP));
    let below = view! { <span>"People under one name, for what they may reach"</span> };
    view! {
        <div class="page" inert=move || covered.get()>
            <PageHeader title=TITLE.to_owned() below=below.erased()>
                <LinkButton look=Look::Primary icon="plus" href=to_form disabled_because=refusal stay=true>
                    "Add group"
                </LinkButton>
            </PageHeader>
            <section class="table-card" aria-label=TITLE>
                <Toolbar list selected views/>
                {views.note()}
                <Table list page selected/>
            </section>
        </div>
        <Outlet/>
    }
    .erased()
}

#[component]
fn Toolbar(list: ListState, selected: Selected<GroupRef>, views: Views) -> impl IntoView {
    let (account, questions) = (account(), questions());
    let search = Signal::derive(move || list.query.with(|query| query.search.clone()));
    let columns = Signal::stored(TableColumn::default_ones(&GROUPS));
    let idle = move || {
        let none = || (selected.count() == 0).then(|| "Select groups first.".to_owned());
        account.refusal(Operation::DeleteGroup).or_else(none)
    };
    let delete = move || {
        questions.load(delete_question(selected.all(), Arc::new(move || selected.clear())));
    };
    view! {
        <div class="toolbar">
            <SearchField label="Search groups" value=search on_search=move |text| list.search(text)/>
            <FilterMenu list spec=&GROUPS/>
            <span class="small-only"><SortMenu list columns/></span>
            <div class="end">
                {views.menu()}
                <Button
                    look=Look::Danger
                    icon="trash-2"
                    disabled_because=Signal::derive(idle)
                    on_press=delete
                >
                    "Delete…"
                </Button>
            </div>
        </div>
    }
    .erased()
}

#[component]
fn Table(
    list: ListState,
    page: Resource<Result<Page<GroupRow>, Problem>>,
    selected: Selected<GroupRef>,
) -> impl IntoView {
    let get: GetPage = Arc::new(move || page.get().map(|page| page.map(|page| table_page(page, list))));
    let shown = move || {
        let rows = page.get_untracked().and_then(Result::ok).map(|page| page.rows).unwrap_or_default();
        rows.into_iter().map(|row| (row.id, GroupRef { id: row.id, name: row.name })).collect()
    };
    let empty = || {
        view! {
            <EmptyState
                icon="users-round"
                title="No user groups"
                text="A group gives its members what it is given itself, for as long as they are in it."
            />
        }
    };
    view! {
        <DataTable
            label=TITLE
            spec=&GROUPS
            list
            page=get
            aside="members"
            picks=selected.picks(shown)
            note=(move || selected.note(|| None)).into()
            empty=empty.into()
            on_retry=Callback::new(move |()| page.refetch())
        />
    }
    .erased()
}

fn table_page(page: Page<GroupRow>, list: ListState) -> TablePage {
    let columns = TableColumn::all(&GROUPS, page.columns.iter().map(String::as_str));
    let keys: Vec<String> = columns.iter().map(|column| column.key.clone()).collect();
    TablePage::new(page, columns, move |row| {
        let keys = keys.clone();
        TableRow {
            id: row.id,
            name: row.name.clone(),
            cells: Box::new(move || keys.iter().map(|key| cell(key, &row, list)).collect()),
        }
    })
}

fn cell(key: &str, row: &GroupRow, list: ListState) -> AnyView {
    match key {
        "name" => {
            let path = routes::user_group(row.id);
            view! {
                <span class="lead">
                    <span class="text">
                        <a href=move || list.over(&path) data-noscroll="">{row.name.clone()}</a>
                        <span class="sub">{row.description.clone()}</span>
                    </span>
                </span>
            }
            .erased()
        }
        "members" => grouped(row.members).erased(),
        "by_rule" => if row.by_rule { "Yes" } else { "" }.erased(),
        "subgroups" => grouped(row.subgroups).erased(),
        "email" => row.email.clone().erased(),
        "linux_name" => row.linux_name.clone().erased(),
        "description" => row.description.clone().erased(),
        "created" => view! { <Time at=row.created_at/> }.erased(),
        "updated" => view! { <Time at=row.updated_at/> }.erased(),
        _ => ().erased(),
    }
}
