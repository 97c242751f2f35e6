//! What stands in the cells of the list of users.

use leptos::prelude::*;
use model::Page;
use model::user::{Cell, Deletion, UserRow, UserState, origin_label};

use super::DELETED;
use super::list_kind::ListKind;
use crate::kit::{
    Avatar, Erase, ListState, PasswordPill, Pill, StatePill, TableColumn, TablePage, TableRow, Time, Tone,
    When,
};

/// Where nothing is known.
pub(super) const DASH: &str = "—";

/// A page of users as the table takes it.
pub(super) fn table_page(
    page: Page<UserRow>,
    kind: ListKind,
    list: ListState,
    last_first: bool,
) -> TablePage {
    let columns = TableColumn::all(kind.spec(), page.columns.iter().map(String::as_str));
    let department = page.columns.iter().position(|key| key == "department");
    let keys = StoredValue::new(page.columns.clone());
    let row = |row: UserRow| TableRow {
        id: row.id,
        name: row.name(),
        cells: Box::new(move || {
            let department = match department.and_then(|place| row.cells.get(place)) {
                Some(Cell::Text(text)) => text.as_str(),
                Some(Cell::Time(_) | Cell::Flag(_) | Cell::Password(_) | Cell::Person(_)) | None => "",
            };
            let address = kind.user(row.id);
            let fixed =
                [state_pill(row.state, row.deleted), lead(&row, department, list, address, last_first)];
            let others = keys.with_value(|keys| {
                keys.iter().zip(&row.cells).map(|(key, cell)| view_cell(key, cell)).collect::<Vec<_>>()
            });
            fixed.into_iter().chain(others).collect()
        }),
    };
    TablePage::new(page, columns, row)
}

/// How the list writes a name: as it is shown everywhere, or the last name first.
fn written(row: &UserRow, last_first: bool) -> String {
    if last_first && !row.last_name.is_empty() && !row.first_name.is_empty() {
        format!("{}, {}", row.last_name, row.first_name)
    } else {
        row.name()
    }
}

/// The state, unless there is none any more.
pub(super) fn state_pill(state: UserState, deleted: Option<Deletion>) -> AnyView {
    match deleted {
        Some(_) => view! { <Pill tone=Tone::Bad word=DELETED/> }.erased(),
        None => view! { <StatePill state/> }.erased(),
    }
}

/// Somebody's face, name and address; the name leads to their panel, which is at `path`.
fn lead(row: &UserRow, department: &str, list: ListState, path: String, last_first: bool) -> AnyView {
    let narrow = [row.username.as_str(), department];
    let narrow: Vec<_> = narrow.into_iter().filter(|part| !part.is_empty()).collect();
    let narrow = match row.deleted {
        Some(deletion) => view! { "Erased on " <Time at=deletion.erased_at when=When::Day/> }.erased(),
        None => narrow.join(" · ").erased(),
    };
    view! {
        <span class="lead">
            <Avatar id=row.id name=row.name()/>
            <span class="text">
                <a href=move || list.over(&path) data-noscroll="">{written(row, last_first)}</a>
                <span class="sub wide">{row.email.clone()}</span>
                <span class="sub narrow">{narrow}</span>
            </span>
        </span>
    }
    .erased()
}

fn view_cell(key: &str, cell: &Cell) -> AnyView {
    match cell {
        Cell::Text(text) if text.is_empty() => DASH.erased(),
        Cell::Text(text) if key == "created_by" => origin_label(text).to_owned().erased(),
        Cell::Text(text) if key == "id" => view! { <code>{text.clone()}</code> }.erased(),
        Cell::Text(text) => text.clone().erased(),
        Cell::Time(Some(at)) if key == "erased" => view! { <Time at=*at when=When::Day/> }.erased(),
        Cell::Time(Some(at)) => view! { <Time at=*at/> }.erased(),
        Cell::Time(None) if key == "last_login" => "Never".erased(),
        Cell::Time(None) | Cell::Person(None) => DASH.erased(),
        Cell::Flag(on) => if *on { "Yes" } else { "No" }.erased(),
        Cell::Password(status) => view! { <PasswordPill status=*status/> }.erased(),
        Cell::Person(Some(person)) => person.name.clone().erased(),
    }
}
