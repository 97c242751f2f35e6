//! Questions: what is asked before something is done, the doing itself, and what came of it. A screen
//! describes a question; one dialog, loaded with the first of them, asks it for the whole portal. So what
//! outlives its screen, such as the Undo of a toast, works on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use model::user::Outcome;
use model::{ErrorCode, Problem};

use super::reauthentication::{Reauthentication, reauthentication};
use super::user_stats::{UserStats, user_stats};
use crate::kit::{Contents, Toaster, toaster};

/// Does something, each time it is called.
pub(super) type Doing<T> = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<T, Problem>>>> + Send + Sync>;

/// The same of a closure that answers with a future.
pub(super) fn doing<T, F>(act: impl Fn() -> F + Send + Sync + 'static) -> Doing<T>
where
    F: Future<Output = Result<T, Problem>> + 'static,
{
    Arc::new(move || Box::pin(act()))
}

/// Hears that something is not as before.
pub(super) type OnChanged = Arc<dyn Fn() + Send + Sync>;

/// What is asked before something is done.
pub(super) struct Question {
    /// The verb and whom: "Suspend 3 users".
    pub title: Signal<String>,
    /// The word on the button that confirms.
    pub verb: Signal<String>,
    /// It destroys something.
    pub danger: bool,
    /// Why it cannot be confirmed; `None` when it can.
    pub idle: Signal<Option<String>>,
    /// What will happen, to whom, and what there is to choose.
    pub body: Contents,
    /// The names of the fields in the body, which show their own faults.
    pub fields: &'static [&'static str],
    pub perform: Doing<Done>,
    /// So many of those whom it is about: "2 users".
    pub counted: fn(usize) -> String,
    /// They are people, each with a face.
    pub people: bool,
    /// Hears, when it was done, whether it was done to anybody.
    pub then: Arc<dyn Fn(bool) + Send + Sync>,
}

/// What came of it.
pub(super) struct Done {
    /// What a toast says; empty when it was done to nobody.
    pub text: String,
    /// Takes it back; answers with what is said then.
    pub undo: Option<Doing<String>>,
    /// To whom it was not done, and why.
    pub refused: Vec<Outcome>,
}

impl Done {
    /// It was done to all of them.
    pub fn to_all(text: impl Into<String>) -> Self {
        Self { text: text.into(), undo: None, refused: vec![] }
    }
}

/// The dialog's state; one for the portal.
#[derive(Clone, Copy)]
pub(super) struct Questions {
    pub open: RwSignal<bool>,
    pub asked: RwSignal<Option<Arc<Question>>>,
    pub busy: RwSignal<bool>,
    /// What the last try came back with.
    pub problem: RwSignal<Option<Problem>>,
    /// To whom it was not done, once some were left out.
    pub refused: RwSignal<Vec<Outcome>>,
    pub refused_open: RwSignal<bool>,
    /// Owns what the question at hand is made of.
    owner: StoredValue<Owner>,
    /// Of the portal.
    root: StoredValue<Owner>,
    toaster: Toaster,
    stats: UserStats,
    reauthentication: Reauthentication,
}

/// From anywhere below the portal's root.
pub(super) fn questions() -> Questions {
    expect_context()
}

impl Questions {
    /// After what it needs: toasts, the users' figures and reauthentication.
    pub fn provide() {
        let root = Owner::current().unwrap_or_default();
        provide_context(Self {
            open: RwSignal::new(false),
            asked: RwSignal::new(None),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            refused: RwSignal::new(vec![]),
            refused_open: RwSignal::new(false),
            owner: StoredValue::new(root.child()),
            root: StoredValue::new(root),
            toaster: toaster(),
            stats: user_stats(),
            reauthentication: reauthentication(),
        });
    }

    /// Asks; what the question before was made of goes away.
    pub fn ask(self, question: impl FnOnce() -> Question) {
        self.problem.set(None);
        let owner = self.root.with_value(Owner::child);
        let question = owner.with(question);
        self.asked.set(Some(Arc::new(question)));
        self.open.set(true);
        let before = self.owner.try_update_value(|kept| std::mem::replace(kept, owner));
        before.iter().for_each(Owner::cleanup);
    }

    /// Asks what is still to be loaded.
    pub fn load<Q: FnOnce() -> Question + 'static>(self, loading: impl Future<Output = Q> + 'static) {
        spawn_local(async move {
            let question = loading.await;
            self.ask(question);
        });
    }

    /// Why the last try failed, but for what is told at a field of the question.
    pub fn trouble(self) -> Option<Problem> {
        let fields = self.asked.with(|asked| asked.as_ref().map_or(&[][..], |asked| asked.fields));
        let told = |problem: &Problem| {
            !problem.faults.is_empty()
                && problem.faults.iter().all(|fault| fields.contains(&fault.field.as_str()))
        };
        self.problem.get().filter(|problem| !told(problem))
    }

    /// What the field of the question with this name should be told.
    pub fn fault(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.problem.with(|problem| problem.as_ref()?.fault(field).map(str::to_owned)))
    }

    /// Does what was asked about.
    pub fn confirm(self) {
        let Some(asked) = self.asked.get_untracked() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let answer = (asked.perform)().await;
            self.busy.set(false);
            match answer {
                Ok(done) => self.tell(&asked, done),
                Err(problem) if self.reauthentication.asks(&problem, move || self.confirm()) => {}
                Err(problem) => self.problem.set(Some(problem)),
            }
        });
    }

    fn tell(self, asked: &Question, done: Done) {
        let Done { text, undo, refused } = done;
        let any = !text.is_empty();
        self.open.set(false);
        match undo {
            _ if !any => {}
            None => self.toaster.done(text),
            Some(undo) => self.toaster.done_with(text, "Undo", move || self.take_back(undo.clone())),
        }
        if !refused.is_empty() {
            self.refused.set(refused);
            self.refused_open.set(true);
        }
        self.stats.changed();
        (asked.then)(any);
    }

    fn take_back(self, undo: Doing<String>) {
        spawn_local(async move {
            let again = undo.clone();
            match undo().await {
                Ok(text) => self.toaster.done(text),
                Err(problem)
                    if self.reauthentication.asks(&problem, move || self.take_back(again.clone())) =>
                {
                    return;
                }
                Err(problem) => self.toaster.wrong(problem),
            }
            self.stats.changed();
        });
    }
}

/// Those to whom it was done, and those to whom it was not.
pub(super) fn done_and_refused(outcomes: Vec<Outcome>) -> (Vec<Outcome>, Vec<Outcome>) {
    outcomes.into_iter().partition(|outcome| outcome.refused.is_none())
}

/// For a single one, who was left out is a problem.
pub(super) fn refusal(outcomes: &[Outcome]) -> Result<(), Problem> {
    let refused = outcomes.iter().find_map(|outcome| Some((&outcome.name, outcome.refused.as_ref()?)));
    match refused {
        Some((name, why)) => Err(Problem::new(ErrorCode::Conflict, format!("{name} {why}."))),
        None => Ok(()),
    }
}
