//! Confirmation of an action: the question, the action itself, and why it failed.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};
use model::Problem;

/// What the dialog of a confirmation shows.
#[derive(Clone, Copy)]
pub(super) struct Confirmation {
    pub open: RwSignal<bool>,
    pub busy: RwSignal<bool>,
    pub problem: RwSignal<Option<Problem>>,
    /// Takes care of a problem itself, or not.
    settles: StoredValue<Option<Callback<Problem, bool>>>,
}

impl Confirmation {
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            settles: StoredValue::new(None),
        }
    }

    /// `settle` hears of each problem first; what it takes care of is not shown.
    pub fn settling(self, settle: impl Fn(Problem) -> bool + Send + Sync + 'static) {
        self.settles.set_value(Some(Callback::new(settle)));
    }

    pub fn begin(self) {
        self.problem.set(None);
        self.open.set(true);
    }

    /// Does what was asked about; `done` hears what came of it, and then nothing is asked any more.
    pub fn go<T: 'static>(
        self,
        action: impl Future<Output = Result<T, Problem>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let answer = action.await;
            self.busy.set(false);
            match answer {
                Err(problem)
                    if self.settles.get_value().is_some_and(|settles| settles.run(problem.clone())) => {}
                Err(problem) => self.problem.set(Some(problem)),
                Ok(came) => {
                    self.open.set(false);
                    done(came);
                }
            }
        });
    }
}
