//! The list of jobs, those that go on and those of the last 30 days.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::Outlet;
use model::job::{JOBS, JobRow};
use model::{Operation, Page, Problem};

use super::TITLE;
use super::progress::{bar, reached, state};
use super::watch::Watch;
use crate::admin::views::Views;
use crate::kit::{
    DataTable, EmptyState, Erase, FilterMenu, GetPage, ListState, PageHeader, SearchField, SortMenu,
    TableColumn, TablePage, TableRow, Time, covered,
};
use crate::viewer::account;
use crate::{api, routes};

#[component]
pub(super) fn JobsPage() -> impl IntoView {
    let list = ListState::new(routes::JOBS, &JOBS);
    let (covered, watch, account) = (covered(), Watch::provide(), account());
    let page =
        Resource::new(move || list.query.get(), |query| async move { api::jobs::list_jobs(query).await });
    let all = untrack(|| account.may(Operation::ReadAllJobs));
    let below = if all { "What is done to many at once, by anybody" } else { "What you do to many at once" };
    let search = Signal::derive(move || list.query.with(|query| query.search.clone()));
    let columns = Signal::stored(TableColumn::default_ones(&JOBS));
    let views = Views::new(list, &JOBS, "All jobs");
    view! {
        <div class="page" inert=move || covered.get()>
            <PageHeader title=TITLE.to_owned() below=view! { <span>{below}</span> }.erased()/>
            <section class="table-card" aria-label=TITLE>
                <div class="toolbar">
                    <SearchField label="Search jobs" value=search on_search=move |text| list.search(text)/>
                    <FilterMenu list spec=&JOBS/>
                    <span class="small-only"><SortMenu list columns/></span>
                    <div class="end">{views.menu()}</div>
                </div>
                {views.note()}
                <Table list page watch/>
            </section>
        </div>
        <Outlet/>
    }
    .erased()
}

#[component]
fn Table(list: ListState, page: Resource<Result<Page<JobRow>, Problem>>, watch: Watch) -> impl IntoView {
    let get: GetPage =
        Arc::new(move || page.get().map(|page| page.map(|page| table_page(page, list, watch))));
    let empty = || {
        view! {
            <EmptyState
                icon="activity"
                title="No jobs"
                text="What is done to more than a hundred users at once goes on by itself. It stands here with a result for each, for 30 days."
            />
        }
    };
    view! {
        <DataTable
            label=TITLE
            spec=&JOBS
            list
            page=get
            aside="state"
            empty=empty.into()
            on_retry=Callback::new(move |()| page.refetch())
        />
    }
    .erased()
}

fn table_page(page: Page<JobRow>, list: ListState, watch: Watch) -> TablePage {
    for row in &page.rows {
        watch.saw(row);
    }
    let columns = TableColumn::all(&JOBS, page.columns.iter().map(String::as_str));
    let keys: Vec<String> = columns.iter().map(|column| column.key.clone()).collect();
    TablePage::new(page, columns, move |row| {
        let keys = keys.clone();
        TableRow {
            id: row.id,
            name: row.title(),
            cells: Box::new(move || keys.iter().map(|key| cell(key, &row, list, watch)).collect()),
        }
    })
}

fn cell(key: &str, row: &JobRow, list: ListState, watch: Watch) -> AnyView {
    let now = {
        let row = row.clone();
        move || watch.row(row.clone())
    };
    match key {
        "name" => {
            let path = routes::job(row.id);
            view! {
                <span class="lead">
                    <span class="text">
                        <a href=move || list.over(&path) data-noscroll="">{row.title()}</a>
                        <span class="sub narrow">{move || reached(&now())}</span>
                    </span>
                </span>
            }
            .erased()
        }
        "state" => (move || state(&now())).erased(),
        "progress" => {
            let title = row.title();
            (move || {
                let row = now();
                view! { <span class="job-progress">{bar(&row, &title)} <span>{reached(&row)}</span></span> }
            })
            .erased()
        }
        "started_by" => row.started_by.clone().erased(),
        "created" => view! { <Time at=row.created_at/> }.erased(),
        _ => ().erased(),
    }
}
