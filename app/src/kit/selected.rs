//! What is selected in a list, on whatever page it stands.

use std::collections::BTreeMap;

use leptos::{ev::MouseEvent, prelude::*};
use model::Id;
use model::list::grouped;

use super::{Erase, Picks};
use crate::browser::dom;

pub struct Selected<T: Send + Sync + 'static>(RwSignal<BTreeMap<Id, T>>);

impl<T: Send + Sync + 'static> Clone for Selected<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Selected<T> {}

impl<T: Send + Sync + 'static> Default for Selected<T> {
    fn default() -> Self {
        Self(RwSignal::new(BTreeMap::new()))
    }
}

impl<T: Clone + Send + Sync + 'static> Selected<T> {
    pub fn all(self) -> Vec<T> {
        self.0.with_untracked(|picked| picked.values().cloned().collect())
    }

    pub fn count(self) -> usize {
        self.0.with(BTreeMap::len)
    }

    pub fn add(self, rows: impl IntoIterator<Item = (Id, T)>) {
        self.0.update(|picked| picked.extend(rows));
    }

    /// Whether all of these are selected.
    pub fn has_all(self, ids: impl IntoIterator<Item = Id>) -> bool {
        self.0.with(|picked| ids.into_iter().all(|id| picked.contains_key(&id)))
    }

    pub fn clear(self) {
        self.0.update(BTreeMap::clear);
    }

    /// As the table asks and tells; `shown` is what it shows.
    pub fn picks(self, shown: impl Fn() -> Vec<(Id, T)> + Send + Sync + 'static) -> Picks {
        Picks {
            has: Callback::new(move |id| self.0.with(|picked| picked.contains_key(&id))),
            set: Callback::new(move |(ids, on): (Vec<Id>, bool)| {
                if on {
                    self.add(shown().into_iter().filter(|(id, _)| ids.contains(id)));
                } else {
                    self.0.update(|picked| picked.retain(|id, _| !ids.contains(id)));
                }
            }),
            refusal: Callback::new(|_| None),
        }
    }

    /// How many are selected, and the way to let them go; `more` stands beside it.
    pub fn note(self, more: impl Fn() -> Option<AnyView> + Copy + Send + Sync + 'static) -> AnyView {
        let clear = move |_: MouseEvent| {
            self.clear();
            // The button goes away with what it clears.
            let first = document().body().and_then(|body| dom::find(&body, "tbody .pick input"));
            first.iter().for_each(dom::focus);
        };
        let note = move || {
            (self.count() > 0).then(|| {
                view! {
                    <span class="selection">
                        <span role="status">{format!("{} selected", grouped(self.count() as u64))}</span>
                        <button r#type="button" class="link" on:click=clear>"Clear"</button>
                        {more}
                    </span>
                }
            })
        };
        note.erased()
    }
}
