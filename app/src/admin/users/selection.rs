//! Who is selected in the list, on whatever page they stand.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::Id;
use model::user::UserRow;

use super::deeds::Picked;
use super::which::Answer;
use crate::kit::Picks;

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

    pub fn add<'a>(self, rows: impl IntoIterator<Item = &'a UserRow>) {
        self.0.update(|picked| picked.extend(rows.into_iter().map(|row| (row.id, Picked::from(row)))));
    }

    /// Whether all of these are selected.
    pub fn has_all(self, rows: &[UserRow]) -> bool {
        self.0.with(|picked| rows.iter().all(|row| picked.contains_key(&row.id)))
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
