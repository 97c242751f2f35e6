//! Actions on users as buttons in rows of other screens.

use leptos::prelude::*;
use model::user::{Action, UserState};
use model::{Count, Id, ListQuery};

use super::action::{ActionTarget, Whom};
use super::actions::Actions;
use super::copy;
use crate::kit::{Button, Erase, Look};
use crate::viewer::account;

#[derive(Clone, Copy)]
pub(in crate::admin) struct RowActions(Actions);

impl RowActions {
    /// `again` hears that something was done.
    pub fn new(again: Callback<()>) -> Self {
        Self(Actions::new(move |_, any| {
            if any {
                again.run(());
            }
        }))
    }

    /// Asks whether to do this to somebody. `word` is what the button says: "Email…".
    pub fn button(
        self,
        action: Action,
        word: &'static str,
        id: Id,
        name: String,
        state: UserState,
    ) -> AnyView {
        let one = ActionTarget { id, name: name.clone(), state, deleted: false };
        let refusal = Signal::derive(move || account().refusal(action.operation()));
        view! {
            <Button
                look=Look::Secondary
                small=true
                icon=copy::icon(action)
                disabled_because=refusal
                on_press=move || self.0.ask(action, vec![one.clone()])
            >
                {word} <span class="visually-hidden">" " {name}</span>
            </Button>
        }
        .erased()
    }

    /// Asks whether to do it to all whom a list matches.
    pub fn button_for_all(self, action: Action, word: &'static str, query: ListQuery, count: u64) -> AnyView {
        let count = Count::limited(u32::try_from(count).unwrap_or(u32::MAX));
        let refusal = Signal::derive(move || account().refusal(action.operation()));
        view! {
            <Button
                look=Look::Quiet
                small=true
                icon=copy::icon(action)
                disabled_because=refusal
                on_press=move || self.0.ask_of(action, Whom::Matching(query.clone(), count))
            >
                {word}
            </Button>
        }
        .erased()
    }
}
