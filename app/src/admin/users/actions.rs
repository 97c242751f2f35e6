//! Actions on users, as lists and panels offer them.

use std::sync::Arc;

use leptos::prelude::*;
use model::user::Action;

use super::action::{ActionTarget, OnDone, destroys};
use super::action_question::action_question;
use super::copy;
use crate::admin::questions::{Questions, questions};
use crate::kit::{Entry, lower};
use crate::viewer::account;

/// What a screen needs to ask about actions.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    questions: Questions,
    on_done: StoredValue<OnDone>,
}

impl Actions {
    pub fn new(on_done: impl Fn(Action, bool) + Send + Sync + 'static) -> Self {
        Self { questions: questions(), on_done: StoredValue::new(Arc::new(on_done)) }
    }

    /// Asks whether to do this to them.
    pub fn ask(self, action: Action, mut whom: Vec<ActionTarget>) {
        // In whichever order they were selected, they are looked for by name.
        whom.sort_by_cached_key(|one| lower(&one.name));
        self.questions.load(action_question(action, whom, self.on_done.get_value()));
    }

    /// The action as an entry of a menu.
    pub fn entry(
        self,
        action: Action,
        label: &str,
        whom: impl Fn() -> Vec<ActionTarget> + Send + Sync + 'static,
    ) -> Entry {
        let press = Callback::new(move |()| self.ask(action, whom()));
        let entry =
            Entry::press(copy::icon(action), label, press).unless(account().refusal(action.operation()));
        if destroys(action) { entry.danger() } else { entry }
    }

    /// Why one's role allows none of these; `None` when it allows any.
    pub fn refusal(actions: &[Action]) -> Option<String> {
        let account = account();
        let refusals: Option<Vec<_>> =
            actions.iter().map(|action| account.refusal(action.operation())).collect();
        refusals?.into_iter().next()
    }
}
