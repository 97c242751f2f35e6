//! The list of administrators.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::Outlet;
use model::administrator::{ADMINISTRATORS, Action, AdministratorRow, AdministratorStatus, full_name};
use model::api_key::{ApiAccess, ApiKey};
use model::{Id, Operation, Page, Problem};

use super::action_target::ActionTarget;
use super::actions::Actions;
use super::{TITLE, is_oneself};
use crate::admin::roles::offered;
use crate::admin::settings::SettingsHead;
use crate::admin::user_stats::user_stats;
use crate::admin::views::Views;
use crate::kit::{
    Avatar, Button, DataTable, EmptyState, Entry, Erase, FilterMenu, GetPage, ListState, Look, Menu, Pill,
    SearchField, Section, Selected, SortMenu, TableColumn, TablePage, TableRow, Time, Tone, covered,
};
use crate::viewer::account;
use crate::{api, routes};

#[component]
pub(super) fn AdministratorsPage() -> impl IntoView {
    let list = ListState::new(routes::ADMINISTRATORS, &ADMINISTRATORS);
    let (covered, stats) = (covered(), user_stats());
    let page = Resource::new(
        move || (stats.version(), list.query.get()),
        |(_, query)| async move { api::administrators::list_administrators(query).await },
    );
    let selected = Selected::<ActionTarget>::default();
    let actions = Actions::new(move |_| selected.clear());
    view! {
        <div class="page settings administrators" inert=move || covered.get()>
            <SettingsHead title=TITLE current=routes::ADMINISTRATORS/>
            <section class="table-card" aria-label=TITLE>
                <Toolbar list selected actions/>
                <Table list page selected/>
            </section>
        </div>
        <Outlet/>
    }
}

#[component]
fn Toolbar(list: ListState, selected: Selected<ActionTarget>, actions: Actions) -> impl IntoView {
    let account = account();
    let search = Signal::derive(move || list.query.with(|query| query.search.clone()));
    let columns = Signal::stored(TableColumn::default_ones(&ADMINISTRATORS));
    let views = Views::new(list, &ADMINISTRATORS, "All administrators");
    let roles = offered();
    let more = move || roles.with(|roles| roles.iter().map(|role| ("role", role.name.clone())).collect());
    let idle = move || {
        let nobody = || (selected.count() == 0).then(|| "Select administrators first.".to_owned());
        account.refusal(Operation::DeleteAdministrator).or_else(nobody)
    };
    let add = move || {
        let entry = |icon, label, path: &str| Entry::link(icon, label, list.over(path));
        vec![Section::from(vec![
            entry("user-plus", "As New", routes::NEW_ADMINISTRATOR),
            entry("users", "From Existing User", routes::ADMINISTRATOR_FROM_USER),
        ])]
    };
    view! {
        <div class="toolbar">
            <SearchField label="Search administrators" value=search on_search=move |text| list.search(text)/>
            <FilterMenu list spec=&ADMINISTRATORS more=Signal::derive(more)/>
            <span class="small-only"><SortMenu list columns/></span>
            <div class="end">
                {views.menu()}
                <Button
                    look=Look::Danger
                    icon="trash-2"
                    disabled_because=Signal::derive(idle)
                    on_press=move || actions.ask(Action::Delete, selected.all())
                >
                    "Delete…"
                </Button>
                <Menu
                    look=Look::Primary
                    icon="plus"
                    label="Admin".to_owned()
                    sections=Signal::derive(add)
                    disabled_because=Signal::derive(move || account.refusal(Operation::CreateAdministrator))
                />
            </div>
        </div>
        {views.note()}
    }
}

#[component]
fn Table(
    list: ListState,
    page: Resource<Result<Page<AdministratorRow>, Problem>>,
    selected: Selected<ActionTarget>,
) -> impl IntoView {
    let shown = move || {
        let rows = page.get_untracked().and_then(Result::ok).map(|page| page.rows).unwrap_or_default();
        rows.iter().map(|row| (row.id, ActionTarget::from(row))).collect()
    };
    let get: GetPage = Arc::new(move || page.get().map(|page| page.map(|page| table_page(page, list))));
    let empty = || {
        view! {
            <EmptyState
                icon="user"
                title="No administrators"
                text="Nobody matches."
            />
        }
    };
    view! {
        <DataTable
            label=TITLE
            spec=&ADMINISTRATORS
            list
            page=get
            aside="status"
            picks=selected.picks(shown).but(cannot_be_selected)
            note=(move || selected.note(|| None)).into()
            empty=empty.into()
            on_retry=Callback::new(move |()| page.refetch())
        />
    }
}

/// What can be done to those who are selected, nobody does to themselves.
fn cannot_be_selected(id: Id) -> Option<String> {
    is_oneself(id)
        .then(|| "This is you: nobody deletes themselves, another Administrator With Billing can.".to_owned())
}

fn table_page(page: Page<AdministratorRow>, list: ListState) -> TablePage {
    let columns = TableColumn::all(&ADMINISTRATORS, page.columns.iter().map(String::as_str));
    let keys = StoredValue::new(columns.iter().map(|column| column.key.clone()).collect::<Vec<_>>());
    let row = |row: AdministratorRow| TableRow {
        id: row.id,
        name: full_name(&row.first_name, &row.last_name),
        cells: Box::new(move || {
            keys.with_value(|keys| keys.iter().map(|key| cell(key, &row, list)).collect())
        }),
    };
    TablePage::new(page, columns, row)
}

fn cell(key: &str, row: &AdministratorRow, list: ListState) -> AnyView {
    match key {
        "name" => lead(row, list),
        "status" => view! { <Pill tone=row.status word=row.status.label()/> }.erased(),
        "role" => row.role.clone().erased(),
        "mfa" => mfa(row.totp_enrolled, row.passkey_enrolled),
        "api_access" => access(row.api_access),
        "api_key" => row.api_key.as_ref().map_or_else(|| "—".erased(), key_of),
        "last_login" => match row.last_login_at {
            Some(at) => view! { <Time at/> }.erased(),
            None if row.status == AdministratorStatus::Invited => "Not yet".erased(),
            None => "Never".erased(),
        },
        _ => ().erased(),
    }
}

pub(super) fn mfa(totp: bool, passkey: bool) -> AnyView {
    match (totp, passkey) {
        (true, true) => "TOTP, passkey",
        (true, false) => "TOTP",
        (false, true) => "Passkey",
        (false, false) => "Not set up",
    }
    .erased()
}

fn access(access: ApiAccess) -> AnyView {
    let tone = match access {
        ApiAccess::No => Tone::Neutral,
        ApiAccess::Allowed => Tone::Info,
        ApiAccess::Expired => Tone::Waiting,
        ApiAccess::Key => Tone::Ok,
    };
    view! { <Pill tone word=access.label()/> }.erased()
}

/// How a key begins, and from when to when it is good.
fn key_of(key: &ApiKey) -> AnyView {
    let good = match key.expires_at {
        Some(at) => view! { <Time at=key.created_at/> " – " <Time at/> }.erased(),
        None => view! { "Since " <Time at=key.created_at/> }.erased(),
    };
    view! {
        <code>{key.hint.clone()}"…"</code>
        <span class="under">{good}</span>
    }
    .erased()
}

/// Somebody's face, name and address; the name leads to their panel.
fn lead(row: &AdministratorRow, list: ListState) -> AnyView {
    let (path, name) = (routes::administrator(row.id), full_name(&row.first_name, &row.last_name));
    view! {
        <span class="lead">
            <Avatar id=row.id name=name.clone()/>
            <span class="text">
                <a href=move || list.over(&path) data-noscroll="">{name}</a>
                <span class="sub wide">{row.email.clone()}</span>
                <span class="sub narrow">{row.role.clone()}</span>
            </span>
        </span>
    }
    .erased()
}
