//! What is said of the selection, beside the pager.

use leptos::{prelude::*, task::spawn_local};

use crate::kit::Erase;
use model::user::SELECTION_MAX;

use super::action::ActionTarget;
use super::list_kind::ListKind;
use super::screen::UserList;
use crate::kit::toaster;

/// The most rows that a page can have.
const LARGEST_PAGE: u16 = 100;

/// How many are selected, and the offer to select the rest.
#[component]
pub(super) fn SelectionNote(users: UserList) -> impl IntoView {
    let UserList { kind, page, selected, .. } = users;
    let more = move || {
        let Some(Ok(page)) = page.get() else { return None };
        let total = usize::try_from(page.total.counted).unwrap_or_default();
        let whole_page = selected.has_all(page.rows.iter().map(|row| row.id));
        (whole_page && total > selected.count()).then(|| {
            let text = format!("Select all {} that match", page.total);
            if !(page.total.more || total > SELECTION_MAX) {
                view! { <SelectAll users text/> }.erased()
            } else if kind == ListKind::Present {
                let select = move |_| users.many.select(users.list.query.get_untracked(), page.total);
                view! { <button r#type="button" class="link" on:click=select>{text}</button> }.erased()
            } else {
                let text = format!("Narrow the list to select all that match: {SELECTION_MAX} at most can be acted on at once.");
                view! { <span class="muted">{text}</span> }.erased()
            }
        })
    };
    let note = selected.note(more);
    view! { {move || users.many.note(selected)} <span class="beside-all" hidden=move || users.many.is_all()>{note}</span> }
}

#[component]
fn SelectAll(users: UserList, text: String) -> impl IntoView {
    let toaster = toaster();
    let select = move |_| {
        let mut query = users.list.query.get_untracked().from_start();
        query.limit = LARGEST_PAGE;
        spawn_local(async move {
            match users.kind.page(query).await {
                Ok(all) => users.selected.add(all.rows.iter().map(|row| (row.id, ActionTarget::from(row)))),
                Err(problem) => toaster.wrong(problem),
            }
        });
    };
    view! { <button r#type="button" class="link" on:click=select>{text}</button> }
}
