//! Who is selected in the list, on whatever page they stand.

use std::collections::BTreeMap;

use leptos::{prelude::*, task::spawn_local};
use model::Id;
use model::list::grouped;
use model::user::{SELECTION_MAX, UserRow};

use super::deeds::Picked;
use super::list::{Answer, UserList};
use crate::api;
use crate::kit::{Erase, Picks, toaster};

/// The most rows that a page can have.
const LARGEST_PAGE: u16 = 100;

#[derive(Clone, Copy)]
pub(super) struct Selected(RwSignal<BTreeMap<Id, Picked>>);

impl Selected {
    pub fn new() -> Self {
        Self(RwSignal::new(BTreeMap::new()))
    }

    pub fn people(self) -> Vec<Picked> {
        self.0.with_untracked(|picked| picked.values().cloned().collect())
    }

    pub fn count(self) -> usize {
        self.0.with(BTreeMap::len)
    }

    fn add<'a>(self, rows: impl IntoIterator<Item = &'a UserRow>) {
        let pick = |row: &UserRow| (row.id, Picked { id: row.id, name: row.name(), state: row.state });
        self.0.update(|picked| picked.extend(rows.into_iter().map(pick)));
    }

    pub fn clear(self) {
        self.0.update(BTreeMap::clear);
    }

    /// As the table asks and tells; `page` is what it shows.
    pub fn picks(self, page: Resource<Answer>) -> Picks {
        Picks {
            has: Callback::new(move |id| self.0.with(|picked| picked.contains_key(&id))),
            set: Callback::new(move |(ids, on): (Vec<Id>, bool)| {
                if !on {
                    self.0.update(|picked| picked.retain(|id, _| !ids.contains(id)));
                } else if let Some(Ok(page)) = page.get_untracked() {
                    self.add(page.rows.iter().filter(|row| ids.contains(&row.id)));
                }
            }),
        }
    }
}

/// How many are selected, and the offer to select the rest.
#[component]
pub(super) fn SelectionNote(users: UserList) -> impl IntoView {
    let UserList { page, selected, .. } = users;
    let more = move || {
        let Some(Ok(page)) = page.get() else { return None };
        let total = usize::try_from(page.total.counted).unwrap_or_default();
        let whole_page = selected.0.with(|picked| page.rows.iter().all(|row| picked.contains_key(&row.id)));
        (whole_page && total > selected.count()).then(|| {
            if page.total.more || total > SELECTION_MAX {
                let text = format!("Narrow the list to select all that match: {SELECTION_MAX} at most can be acted on at once.");
                view! { <span class="muted">{text}</span> }.erased()
            } else {
                let text = format!("Select all {} that match", page.total);
                view! { <SelectAll users text/> }.erased()
            }
        })
    };
    move || {
        (selected.count() > 0).then(|| {
            view! {
                <span class="selection">
                    <span role="status">{format!("{} selected", grouped(selected.count() as u64))}</span>
                    <button r#type="button" class="link" on:click=move |_| selected.clear()>"Clear"</button>
                    {more}
                </span>
            }
        })
    }
}

#[component]
fn SelectAll(users: UserList, text: String) -> impl IntoView {
    let toaster = toaster();
    let select = move |_| {
        let mut query = users.list.query.get_untracked().from_start();
        query.limit = LARGEST_PAGE;
        spawn_local(async move {
            match api::users::list_users(query).await {
                Ok(all) => users.selected.add(&all.rows),
                Err(problem) => toaster.wrong(problem),
            }
        });
    };
    view! { <button r#type="button" class="link" on:click=select>{text}</button> }
}
