//! Actions on users, as lists and panels offer them.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::user::Action;

use super::action::{ActionTarget, OnDone, Whom, destroys};
use super::action_question::{Asked, action_question};
use super::copy;
use crate::admin::questions::{Questions, questions};
use crate::kit::{Entry, lower};
use crate::viewer::account;

/// What a screen needs to ask about actions.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    questions: Questions,
    on_done: StoredValue<OnDone>,
    /// Goes to an address of the portal.
    go: Callback<String>,
}

impl Actions {
    pub fn new(on_done: impl Fn(Action, bool) + Send + Sync + 'static) -> Self {
        let navigate = use_navigate();
        let go = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
        Self { questions: questions(), on_done: StoredValue::new(Arc::new(on_done)), go }
    }

    /// Asks whether to do this to them.
    pub fn ask(self, action: Action, mut whom: Vec<ActionTarget>) {
        // In whichever order they were selected, they are looked for by name.
        whom.sort_by_cached_key(|one| lower(&one.name));
        self.ask_of(action, Whom::These(whom));
    }

    /// The same of all that match, too.
    pub fn ask_of(self, action: Action, whom: Whom) {
        let asked = Asked { action, whom, on_done: self.on_done.get_value(), go: self.go };
        self.questions.load(action_question(asked));
    }

    /// The action as an entry of a menu.
    pub fn entry(
        self,
        action: Action,
        label: &str,
        whom: impl Fn() -> Vec<ActionTarget> + Send + Sync + 'static,
    ) -> Entry {
        Self::entry_for(action, label, Callback::new(move |()| self.ask(action, whom())))
    }

    /// The same of whatever is selected.
    pub fn entry_of(self, action: Action, whom: impl Fn() -> Whom + Send + Sync + 'static) -> Entry {
        let press = Callback::new(move |()| self.ask_of(action, whom()));
        Self::entry_for(action, copy::entry(action), press)
    }

    fn entry_for(action: Action, label: &str, press: Callback<()>) -> Entry {
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
