//! The list of emails in the outbox.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::Outlet;
use model::Problem;
use model::mail::{MESSAGES, MessageRow, MessageState, Outbox};

use super::OUTBOX;
use super::messages::Messages;
use super::several::Several;
use crate::admin::settings::SettingsHead;
use crate::admin::views::Views;
use crate::kit::{
    DataTable, EmptyState, Erase, FilterMenu, GetPage, ListState, Notice, Pill, SearchField, SortMenu,
    TableColumn, TablePage, TableRow, Time, Tone, covered,
};
use crate::{api, routes};

#[component]
pub(super) fn OutboxPage() -> impl IntoView {
    let list = ListState::new(routes::OUTBOX, &MESSAGES);
    let (covered, messages) = (covered(), Messages::new());
    provide_context(messages);
    let page = Resource::new(
        move || (messages.version(), list.query.get()),
        |(_, query)| async move { api::mail::list_messages(query).await },
    );
    let several = Several::new(messages);
    Effect::new(move |_| {
        let has_server = page.get().is_some_and(|page| page.is_ok_and(|outbox| outbox.has_server));
        several.has_server.set(has_server);
    });
    let waiting = move || {
        let without = page.get().is_some_and(|page| page.is_ok_and(|outbox| !outbox.has_server));
        without.then(|| {
            view! {
                <Notice tone=Tone::Waiting>
                    "There is no mail server, so messages wait here. "
                    <a href=routes::OUTGOING_MAIL>"Set one up"</a>
                    ", or open a message and hand its link over yourself."
                </Notice>
            }
        })
    };
    view! {
        <div class="page settings outbox" inert=move || covered.get()>
            <SettingsHead title=OUTBOX current=routes::OUTBOX/>
            <Transition>{waiting}</Transition>
            <section class="table-card" aria-label=OUTBOX>
                <Toolbar list several/>
                <Table list page several/>
            </section>
        </div>
        <Outlet/>
    }
    .erased()
}

#[component]
fn Toolbar(list: ListState, several: Several) -> impl IntoView {
    let search = Signal::derive(move || list.query.with(|query| query.search.clone()));
    let columns = Signal::stored(TableColumn::default_ones(&MESSAGES));
    let views = Views::new(list, &MESSAGES, "All messages");
    view! {
        <div class="toolbar">
            <SearchField label="Search messages" value=search on_search=move |text| list.search(text)/>
            <FilterMenu list spec=&MESSAGES/>
            <span class="small-only"><SortMenu list columns/></span>
            <div class="end">{views.menu()} {several.menu()}</div>
        </div>
        {views.note()}
    }
    .erased()
}

#[component]
fn Table(list: ListState, page: Resource<Result<Outbox, Problem>>, several: Several) -> impl IntoView {
    let get: GetPage = Arc::new(move || page.get().map(|page| page.map(|outbox| table_page(outbox, list))));
    let shown = move || {
        let rows =
            page.get_untracked().and_then(Result::ok).map(|outbox| outbox.page.rows).unwrap_or_default();
        rows.into_iter().map(|row| (row.id, row)).collect()
    };
    let empty = || {
        view! {
            <EmptyState
                icon="mail"
                title="No messages"
                text="What Bailiwick writes to people by email is listed here for 90 days: activations, resets, notices."
            />
        }
    };
    view! {
        <DataTable
            label=OUTBOX
            spec=&MESSAGES
            list
            page=get
            aside="state"
            picks=several.selected.picks(shown)
            note=(move || several.selected.note(|| None)).into()
            empty=empty.into()
            on_retry=Callback::new(move |()| page.refetch())
        />
    }
    .erased()
}

fn table_page(outbox: Outbox, list: ListState) -> TablePage {
    let Outbox { page, has_server } = outbox;
    let columns = TableColumn::all(&MESSAGES, page.columns.iter().map(String::as_str));
    let keys = StoredValue::new(columns.iter().map(|column| column.key.clone()).collect::<Vec<_>>());
    let row = |row: MessageRow| TableRow {
        id: row.id,
        name: row.subject.clone(),
        cells: Box::new(move || {
            keys.with_value(|keys| keys.iter().map(|key| cell(key, &row, list, has_server)).collect())
        }),
    };
    TablePage {
        columns,
        rows: page.rows.into_iter().map(row).collect(),
        first: page.first,
        after: page.after,
        before: page.before,
        total: page.total,
    }
}

fn cell(key: &str, row: &MessageRow, list: ListState, has_server: bool) -> AnyView {
    match key {
        "name" => {
            let path = routes::message(row.id);
            view! {
                <span class="lead">
                    <span class="text">
                        <a href=move || list.over(&path) data-noscroll="">{row.subject.clone()}</a>
                        <span class="sub narrow">{row.recipient.clone()}</span>
                    </span>
                </span>
            }
            .erased()
        }
        "recipient" => row.recipient.clone().erased(),
        "kind" => row.kind.label().erased(),
        "created" => view! { <Time at=row.created_at/> }.erased(),
        "state" => state(row, has_server),
        _ => ().erased(),
    }
}

/// The state of an email, as a dot and a word.
pub(super) fn state(row: &MessageRow, has_server: bool) -> AnyView {
    let (tone, word) = match row.state {
        MessageState::Waiting if !has_server => (Tone::Waiting, "Waiting: no mail server"),
        MessageState::Waiting if row.attempts > 0 => (Tone::Waiting, "Trying again"),
        MessageState::Waiting => (Tone::Waiting, MessageState::Waiting.label()),
        MessageState::Sent => (Tone::Ok, MessageState::Sent.label()),
        MessageState::Failed => (Tone::Bad, MessageState::Failed.label()),
        state => (Tone::Neutral, state.label()),
    };
    view! { <Pill tone word/> }.erased()
}
