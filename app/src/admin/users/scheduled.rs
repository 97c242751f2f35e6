//! The list of what will happen: changes of users' states that wait for their time.

use std::sync::Arc;

use leptos::prelude::*;
use model::user::Notify;
use model::user::schedule::{SCHEDULES, Schedule, ScheduledChange};
use model::{Operation, Page, Problem};

use super::cells::DASH;
use super::schedule_question::{OnChanged, cancel_question, move_question};
use super::tabs::{ListTab, list_tabs};
use crate::admin::questions::{Questions, questions};
use crate::admin::user_stats::user_stats;
use crate::admin::views::Views;
use crate::kit::{
    Avatar, DataTable, EmptyState, Entry, Erase, FilterMenu, GetPage, Icon, ListState, Menu, PageHeader,
    Pill, RowEnd, SearchField, Section, Selected, SortMenu, TableColumn, TablePage, TableRow, Time, Tone,
    When,
};
use crate::viewer::account;
use crate::{api, routes};

pub(super) const TITLE: &str = "Scheduled changes";

/// The state that it comes to, as a pill.
pub(in crate::admin) fn change_pill(change: ScheduledChange) -> AnyView {
    match change {
        ScheduledChange::Activation => view! { <Pill tone=Tone::Ok word="Activate"/> }.erased(),
        ScheduledChange::Suspension => view! { <Pill tone=Tone::Neutral word="Suspend"/> }.erased(),
    }
}

/// What can be done about a schedule: it is moved, or cancelled.
pub(in crate::admin) fn schedule_entries(
    questions: Questions,
    schedule: &Schedule,
    on_changed: &OnChanged,
    guarded: Option<&str>,
) -> Vec<Entry> {
    let refusal = account().refusal(schedule.change.action().operation());
    let refusal = refusal.or_else(|| guarded.map(str::to_owned));
    let (moved, heard) = (schedule.clone(), on_changed.clone());
    let change = Callback::new(move |()| questions.load(move_question(moved.clone(), heard.clone())));
    let (these, heard) = (vec![schedule.clone()], on_changed.clone());
    let cancel = Callback::new(move |()| questions.load(cancel_question(these.clone(), heard.clone())));
    vec![
        Entry::press("pencil", "Change…", change).unless(refusal.clone()),
        Entry::press("x", "Cancel…", cancel).unless(refusal),
    ]
}

#[component]
pub(super) fn ScheduledPage() -> impl IntoView {
    let list = ListState::new(routes::SCHEDULED_CHANGES, &SCHEDULES);
    let (stats, questions, selected) = (user_stats(), questions(), Selected::<Schedule>::default());
    let page = Resource::new(
        move || (stats.version(), list.query.get()),
        |(_, query)| async move { api::users::list_schedules(query).await },
    );
    let search = Signal::derive(move || list.query.with(|query| query.search.clone()));
    let columns = Signal::stored(TableColumn::default_ones(&SCHEDULES));
    let views = Views::new(list, &SCHEDULES, "All scheduled changes");
    let on_changed: OnChanged = Arc::new(move || selected.clear());
    let asked = on_changed.clone();
    let cancel = Callback::new(move |()| {
        questions.load(cancel_question(selected.all(), asked.clone()));
    });
    let sections = move || {
        let may = [Operation::ActivateUser, Operation::SuspendUser].map(|one| account().refusal(one));
        let refusal = may.into_iter().min_by_key(Option::is_some).flatten();
        let nobody = (selected.count() == 0).then(|| "Select scheduled changes first.".to_owned());
        vec![Section::from(vec![
            Entry::press("x", "Cancel scheduled changes…", cancel).unless(refusal.or(nobody)),
        ])]
    };
    view! {
        <div class="page">
            <PageHeader
                title="Users".to_owned()
                document=TITLE
                below=view! { <span>"What will happen to whom, the next first"</span> }.erased()
            />
            {list_tabs(ListTab::Scheduled)}
            <section class="table-card" aria-label=TITLE>
                <div class="toolbar">
                    <SearchField label="Search name, email, employee ID" value=search on_search=move |text| list.search(text)/>
                    <FilterMenu list spec=&SCHEDULES/>
                    <span class="small-only"><SortMenu list columns/></span>
                    <div class="end">
                        {views.menu()}
                        <Menu icon="zap" label="Actions".to_owned() sections=Signal::derive(sections)/>
                    </div>
                </div>
                {views.note()}
                <Table list page selected questions on_changed/>
            </section>
        </div>
    }
    .erased()
}

#[component]
fn Table(
    list: ListState,
    page: Resource<Result<Page<Schedule>, Problem>>,
    selected: Selected<Schedule>,
    questions: Questions,
    on_changed: OnChanged,
) -> impl IntoView {
    let get: GetPage = Arc::new(move || page.get().map(|page| page.map(table_page)));
    let rows = move || page.get_untracked().and_then(Result::ok).map(|page| page.rows).unwrap_or_default();
    let shown = move || rows().into_iter().map(|row| (row.id, row)).collect();
    let row_end: RowEnd = Arc::new(move |id, _| {
        let Some(row) = rows().into_iter().find(|row| row.id == id) else { return ().erased() };
        let entries = schedule_entries(questions, &row, &on_changed, None);
        let sections = vec![Section::from(entries)];
        let face = view! { <span class="button quiet only-icon"><Icon name="ellipsis"/></span> };
        let label = format!("More for {}", row.name);
        view! { <Menu label face=face.erased() sections=Signal::stored(sections)/> }.erased()
    });
    let empty = || {
        view! {
            <EmptyState
                icon="calendar-clock"
                title="Nothing is scheduled"
                text="Select users in the list and choose Schedule activation or Schedule suspension. What is to happen stands here until it has."
            />
        }
    };
    view! {
        <DataTable
            label=TITLE
            spec=&SCHEDULES
            list
            page=get
            aside="change"
            picks=selected.picks(shown)
            row_end
            empty=empty.into()
            on_retry=Callback::new(move |()| page.refetch())
        />
    }
    .erased()
}

fn table_page(page: Page<Schedule>) -> TablePage {
    let columns = TableColumn::all(&SCHEDULES, page.columns.iter().map(String::as_str));
    let keys: Vec<String> = columns.iter().map(|column| column.key.clone()).collect();
    TablePage::new(page, columns, move |row| {
        let keys = keys.clone();
        TableRow {
            id: row.id,
            name: row.name.clone(),
            cells: Box::new(move || keys.iter().map(|key| cell(key, &row)).collect()),
        }
    })
}

fn cell(key: &str, row: &Schedule) -> AnyView {
    match key {
        "change" => change_pill(row.change),
        "name" => view! {
            <span class="lead">
                <Avatar id=row.user name=row.name.clone()/>
                <span class="text">
                    <a href=routes::user(row.user)>{row.name.clone()}</a>
                    <span class="sub">{format!("{} now · scheduled by {}", row.state.label(), row.scheduled_by)}</span>
                </span>
            </span>
        }
        .erased(),
        "due" => view! { <Time at=row.at when=When::Full/> }.erased(),
        "local" => row.local.clone().erased(),
        "email" => match (&row.notify, row.change) {
            (_, ScheduledChange::Suspension) => DASH.erased(),
            (Notify::Nobody, ScheduledChange::Activation) => "None".erased(),
            (Notify::Default, ScheduledChange::Activation) => "To the default address".erased(),
            (Notify::To(address), ScheduledChange::Activation) => address.clone().erased(),
        },
        "scheduled_by" => row.scheduled_by.clone().erased(),
        "created" => view! { <Time at=row.created_at/> }.erased(),
        _ => ().erased(),
    }
}
