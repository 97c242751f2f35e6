//! The list of applications.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::Outlet;
use model::application::{APPLICATIONS, ApplicationRow};
use model::list::grouped;
use model::{Operation, Page, Problem};

use super::TITLE;
use super::questions::delete_question;
use crate::admin::questions::questions;
use crate::admin::resource::Named;
use crate::admin::user_stats::user_stats;
use crate::admin::views::Views;
use crate::kit::{
    Button, DataTable, EmptyState, Erase, FilterMenu, GetPage, LinkButton, ListState, Look, PageHeader, Pill,
    SearchField, Selected, SortMenu, TableColumn, TablePage, TableRow, Time, Tone, covered, tile_mark,
};
use crate::viewer::account;
use crate::{api, routes};

#[component]
pub(super) fn ApplicationsPage() -> impl IntoView {
    let list = ListState::new(routes::APPLICATIONS, &APPLICATIONS);
    let views = Views::new(list, &APPLICATIONS, "All applications");
    let (covered, stats) = (covered(), user_stats());
    let page = Resource::new(
        move || (stats.version(), list.query.get()),
        |(_, query)| async move { api::applications::list_applications(query).await },
    );
    let selected = Selected::<Named>::default();
    let refusal = Signal::derive(move || account().refusal(Operation::CreateApplication));
    let to_form = Signal::derive(move || list.over(routes::NEW_APPLICATION));
    let below = view! { <span>"What users open from the User Portal"</span> };
    view! {
        <div class="page" inert=move || covered.get()>
            <PageHeader title=TITLE.to_owned() below=below.erased()>
                <LinkButton look=Look::Primary icon="plus" href=to_form disabled_because=refusal stay=true>
                    "Add application"
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
fn Toolbar(list: ListState, selected: Selected<Named>, views: Views) -> impl IntoView {
    let (account, questions) = (account(), questions());
    let search = Signal::derive(move || list.query.with(|query| query.search.clone()));
    let columns = Signal::stored(TableColumn::default_ones(&APPLICATIONS));
    let idle = move || {
        let none = || (selected.count() == 0).then(|| "Select applications first.".to_owned());
        account.refusal(Operation::DeleteApplication).or_else(none)
    };
    let delete = move || {
        questions.load(delete_question(selected.all(), Arc::new(move || selected.clear())));
    };
    view! {
        <div class="toolbar">
            <SearchField label="Search applications" value=search on_search=move |text| list.search(text)/>
            <FilterMenu list spec=&APPLICATIONS/>
            <span class="small-only"><SortMenu list columns/></span>
            <div class="end">
                {views.menu()}
                <Button look=Look::Danger icon="trash-2" disabled_because=Signal::derive(idle) on_press=delete>
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
    page: Resource<Result<Page<ApplicationRow>, Problem>>,
    selected: Selected<Named>,
) -> impl IntoView {
    let get: GetPage = Arc::new(move || page.get().map(|page| page.map(|page| table_page(page, list))));
    let shown = move || {
        let rows = page.get_untracked().and_then(Result::ok).map(|page| page.rows).unwrap_or_default();
        rows.into_iter().map(|row| (row.id, (row.id, row.name))).collect()
    };
    let empty = || {
        view! {
            <EmptyState
                icon="layout-grid"
                title="No applications"
                text="An application has a tile in the User Portal of all who are bound to it, themselves or by a group. \
                    In this release a tile leads to an address."
            />
        }
    };
    view! {
        <DataTable
            label=TITLE
            spec=&APPLICATIONS
            list
            page=get
            aside="active"
            picks=selected.picks(shown)
            note=(move || selected.note(|| None)).into()
            empty=empty.into()
            on_retry=Callback::new(move |()| page.refetch())
        />
    }
    .erased()
}

fn table_page(page: Page<ApplicationRow>, list: ListState) -> TablePage {
    let columns = TableColumn::all(&APPLICATIONS, page.columns.iter().map(String::as_str));
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

fn cell(key: &str, row: &ApplicationRow, list: ListState) -> AnyView {
    match key {
        "name" => {
            let path = routes::application(row.id);
            view! {
                <span class="lead">
                    {tile_mark(&row.name, row.color)}
                    <span class="text">
                        <a href=move || list.over(&path) data-noscroll="">{row.name.clone()}</a>
                        <span class="sub">{row.url.clone()}</span>
                    </span>
                </span>
            }
            .erased()
        }
        "kind" => row.kind.label().erased(),
        "active" => state(row.active),
        "users" => grouped(row.users).erased(),
        "url" => row.url.clone().erased(),
        "created" => view! { <Time at=row.created_at/> }.erased(),
        "updated" => view! { <Time at=row.updated_at/> }.erased(),
        _ => ().erased(),
    }
}

/// Whether it is switched on.
pub(super) fn state(active: bool) -> AnyView {
    let (tone, word) = if active { (Tone::Ok, "Active") } else { (Tone::Neutral, "Switched off") };
    view! { <Pill tone word/> }.erased()
}
