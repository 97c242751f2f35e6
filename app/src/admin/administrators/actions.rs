//! Actions on administrators, as the list and the panels offer them.

use std::sync::Arc;

use leptos::prelude::*;
use model::administrator::Action;

use super::action_question::action_question;
use super::action_target::{ActionTarget, OnDone};
use crate::admin::questions::{Questions, questions};

/// What a screen needs to ask about actions.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    questions: Questions,
    on_done: StoredValue<OnDone>,
}

impl Actions {
    pub fn new(on_done: impl Fn(Action) + Send + Sync + 'static) -> Self {
        Self { questions: questions(), on_done: StoredValue::new(Arc::new(on_done)) }
    }

    /// Asks whether to do this to them.
    pub fn ask(self, action: Action, whom: Vec<ActionTarget>) {
        self.questions.load(action_question(action, whom, self.on_done.get_value()));
    }
}
