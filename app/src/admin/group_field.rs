//! Choosing a group by its name.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use model::group::GroupRef;
use model::user::Person;
use model::{Id, ListQuery};

use crate::api::groups as api;
use crate::kit::{Erase, FoundPeople, PersonField, PersonSearch, Sought};

/// Finds groups by a text.
fn find_groups(text: String, limit: u16, _except: Option<Id>) -> Pin<Box<dyn Future<Output = FoundPeople>>> {
    Box::pin(async move {
        let query = ListQuery { search: text, limit, ..ListQuery::default() };
        let found = api::list_groups(query).await.map(|page| page.rows).unwrap_or_default();
        found.into_iter().map(|row| (Person { id: row.id, name: row.name }, row.description)).collect()
    })
}

/// Finds those that can be put into a group.
fn find_to_nest(text: String, _limit: u16, group: Option<Id>) -> Pin<Box<dyn Future<Output = FoundPeople>>> {
    Box::pin(async move {
        let Some(group) = group else { return vec![] };
        let found = api::groups_to_nest(group, text).await.unwrap_or_default();
        found.into_iter().map(|GroupRef { id, name }| (Person { id, name }, String::new())).collect()
    })
}

/// A field that holds a group or none.
#[component]
pub(super) fn GroupField(
    #[prop(into)] label: String,
    /// Another one where several such fields stand on a page.
    #[prop(default = "group".to_owned())]
    name: String,
    value: RwSignal<Option<GroupRef>>,
    /// The group that it is to be put into, if that is what it is for.
    #[prop(optional_no_strip)]
    into: Option<Id>,
    #[prop(optional, into)] readonly: Signal<bool>,
) -> impl IntoView {
    let shown = Signal::derive(move || value.get().map(|GroupRef { id, name }| Person { id, name }));
    let choose = move |chosen: Option<Person>| {
        value.set(chosen.map(|Person { id, name }| GroupRef { id, name }));
    };
    view! {
        <PersonField
            label
            name
            value=shown
            on_change=choose
            search=if into.is_some() { find_to_nest } else { find_groups as PersonSearch }
            except=into
            sought=Sought::Groups
            required=true
            readonly
        />
    }
    .erased()
}
