//! The list of events, the latest first.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::Outlet;
use model::insights::{EVENTS, EventRow, EventsPage as Answer};
use model::user::Person;
use model::{Id, ListQuery, Operation, Problem};

use super::TITLE;
use super::range::RangeCard;
use crate::admin::user_stats::find_users;
use crate::admin::views::Views;
use crate::kit::{
    Button, DataTable, EmptyState, Entry, Erase, FilterMenu, FoundPeople, GetPage, ListState, Menu,
    PageHeader, PersonFilter, Pill, SearchField, Section, TableColumn, TablePage, TableRow, Time, Tone, When,
    covered,
};
use crate::viewer::account;
use crate::{api, routes};

/// What says the result in place of a word, as long as it is not longer.
const RESULT_MAX: usize = 40;

#[component]
pub(super) fn EventsPage() -> impl IntoView {
    let list = ListState::new(routes::INSIGHTS, &EVENTS);
    let views = Views::new(list, &EVENTS, "All events");
    let covered = covered();
    // Asked for anew by hand: events arrive all the time, and what somebody reads stays where it is.
    let again = RwSignal::new(0_u32);
    let page = Resource::new(
        move || (again.get(), list.query.get()),
        |(_, query)| async move { api::insights::list_events(query).await },
    );
    let search = Signal::derive(move || list.query.with(|query| query.search.clone()));
    let people = RwSignal::new(Vec::<(Id, String)>::new());
    Effect::new(move |_| {
        if let Some(Ok(answer)) = page.get() {
            people.set(answer.people);
        }
    });
    let name_of = Callback::new(move |id: String| {
        people.with(|people| {
            people.iter().find(|(known, _)| known.to_string() == id).map(|(_, name)| name.clone())
        })
    });
    view! {
        <div class="page" inert=move || covered.get()>
            <PageHeader
                title=TITLE.to_owned()
                below=view! { <span>"Who did what, to whom, from where"</span> }.erased()
            >
                <Export list/>
            </PageHeader>
            <RangeCard list again/>
            <section class="table-card" aria-label=TITLE>
                <div class="toolbar">
                    <SearchField label="Search events" value=search on_search=move |text| list.search(text)/>
                    <FilterMenu list spec=&EVENTS people=PersonFilter { name_of, search: find_people }/>
                    <div class="end">
                        {views.menu()}
                        <Button icon="refresh-cw" on_press=move || again.update(|count| *count += 1)>"Refresh"</Button>
                    </div>
                </div>
                {views.note()}
                <Table list page/>
            </section>
        </div>
        <Outlet/>
    }
    .erased()
}

/// Finds users and administrators by a text.
fn find_people(text: String, limit: u16, except: Option<Id>) -> Pin<Box<dyn Future<Output = FoundPeople>>> {
    Box::pin(async move {
        let query = ListQuery { search: text.clone(), limit, ..ListQuery::default() };
        let mut people = find_users(text, limit, except).await;
        let found =
            api::administrators::list_administrators(query).await.map(|page| page.rows).unwrap_or_default();
        people.extend(found.into_iter().map(|row| {
            let name = format!("{} {}", row.first_name, row.last_name).trim().to_owned();
            (Person { id: row.id, name }, row.email)
        }));
        people
    })
}

/// What the list matches as a file.
#[component]
fn Export(list: ListState) -> impl IntoView {
    let account = account();
    let sections = move || {
        let asked = list.query.get().from_start().to_address();
        let entry = |icon, label: &str, form: &str| {
            let and = if asked.is_empty() { "" } else { "&" };
            Entry::external(icon, label, format!("{}?as={form}{and}{asked}", routes::EVENTS_EXPORT))
        };
        vec![Section {
            title: Some("The events that match, in this order"),
            entries: vec![entry("file-spreadsheet", "CSV", "csv"), entry("file-json", "JSON", "json")],
        }]
    };
    view! {
        <Menu
            icon="download"
            label="Export".to_owned()
            sections=Signal::derive(sections)
            disabled_because=Signal::derive(move || account.refusal(Operation::ExportEvents))
        />
    }
}

#[component]
fn Table(list: ListState, page: Resource<Result<Answer, Problem>>) -> impl IntoView {
    let get: GetPage =
        Arc::new(move || page.get().map(|answer| answer.map(|answer| table_page(answer, list))));
    let empty = || {
        view! {
            <EmptyState
                icon="history"
                title="No events in this range"
                text="Choose a longer range of time above."
            />
        }
    };
    view! {
        <DataTable
            label=TITLE
            spec=&EVENTS
            list
            page=get
            aside="result"
            empty=empty.into()
            on_retry=Callback::new(move |()| page.refetch())
        />
    }
    .erased()
}

fn table_page(answer: Answer, list: ListState) -> TablePage {
    let columns = TableColumn::all(&EVENTS, answer.page.columns.iter().map(String::as_str));
    let keys: Vec<String> = columns.iter().map(|column| column.key.clone()).collect();
    TablePage::new(answer.page, columns, move |row| {
        let keys = keys.clone();
        TableRow {
            id: row.id,
            name: row.says.clone(),
            cells: Box::new(move || keys.iter().map(|key| cell(key, &row, list)).collect()),
        }
    })
}

fn cell(key: &str, row: &EventRow, list: ListState) -> AnyView {
    match key {
        "time" => {
            let path = routes::event(row.id);
            view! {
                <span class="lead">
                    <span class="text">
                        <a href=move || list.over(&path) data-noscroll=""><Time at=row.at when=When::Exact/></a>
                        <span class="sub narrow">{row.says.clone()} " · " {row.who()}</span>
                    </span>
                </span>
            }
            .erased()
        }
        "event" => view! { <code title=row.says.clone()>{row.event_type.clone()}</code> }.erased(),
        "person" => row.who().erased(),
        "service" => row.service.label().erased(),
        "from" => row.client_ip.clone().erased(),
        "result" => result(row),
        _ => ().erased(),
    }
}

/// The result, with why it failed or what changed where that is short.
pub(super) fn result(row: &EventRow) -> AnyView {
    let short =
        |text: &str| (!text.is_empty() && text.chars().count() <= RESULT_MAX).then(|| text.to_owned());
    let (tone, word) = if row.success {
        (Tone::Ok, short(&row.change).unwrap_or_else(|| "Success".to_owned()))
    } else {
        (Tone::Bad, short(&row.message).unwrap_or_else(|| "Failure".to_owned()))
    };
    view! { <Pill tone word/> }.erased()
}
