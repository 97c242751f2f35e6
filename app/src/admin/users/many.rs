//! All that a list matches, selected at once, whatever page they stand on.

use leptos::prelude::*;
use model::{Count, ListQuery};

use super::action::{ActionTarget, Whom};
use crate::kit::{Erase, Selected, lower};

/// All that a list matches.
#[derive(Clone, Copy)]
pub(super) struct Many {
    /// The list whose every row is selected.
    all: RwSignal<Option<(ListQuery, Count)>>,
}

impl Many {
    pub fn new() -> Self {
        Self { all: RwSignal::new(None) }
    }

    /// Selects all that match, whatever page they stand on.
    pub fn select(self, query: ListQuery, total: Count) {
        self.all.set(Some((query.from_start(), total)));
    }

    pub fn unselect(self) {
        self.all.set(None);
    }

    pub fn is_all(self) -> bool {
        self.all.with(Option::is_some)
    }

    /// How many they are.
    pub fn counted(self) -> String {
        self.all.with(|all| all.as_ref().map(|(_, total)| total.to_string()).unwrap_or_default())
    }

    /// That all are selected, and the way to let them go.
    pub fn note(self, selected: Selected<ActionTarget>) -> Option<AnyView> {
        let text = format!("All {} that match are selected", self.counted());
        let clear = move |_| {
            self.unselect();
            selected.clear();
        };
        self.is_all().then(|| {
            view! {
                <span class="selection">
                    <span role="status">{text}</span>
                    <button r#type="button" class="link" on:click=clear>"Clear"</button>
                </span>
            }
            .erased()
        })
    }

    /// Whom an action is about: all that match, or those who were selected one by one.
    pub fn whom(self, selected: Selected<ActionTarget>) -> Whom {
        if let Some((query, total)) = self.all.get_untracked() {
            return Whom::Matching(query, total);
        }
        let mut these = selected.all();
        // In whichever order they were selected, they are looked for by name.
        these.sort_by_cached_key(|one| lower(&one.name));
        Whom::These(these)
    }
}
