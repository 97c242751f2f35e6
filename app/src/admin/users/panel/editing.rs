//! Changing a user: what was there, what has been typed, and saving it.

use leptos::{prelude::*, task::spawn_local};
use model::user::{Person, User, UserForm, UserUpdate};
use model::{ErrorCode, Id, Problem};

use super::FORM;
use crate::admin::reauthentication::{Reauthentication, reauthentication};
use crate::admin::user_stats::{UserStats, user_stats};
use crate::api::users as api;
use crate::kit::{FormFaults, PanelState, Toaster, toaster};

#[derive(Clone, Copy)]
pub(super) struct Editing {
    pub id: Id,
    /// The user as it was when last heard of.
    pub base: RwSignal<User>,
    pub form: RwSignal<UserForm>,
    pub manager: RwSignal<Option<Person>>,
    pub version: Memo<i64>,
    pub busy: RwSignal<bool>,
    pub problem: RwSignal<Option<Problem>>,
    latest: RwSignal<Option<User>>,
    panel: PanelState,
    faults: FormFaults,
    stats: UserStats,
    toaster: Toaster,
    /// For whoever is an administrator, too.
    reauthentication: Reauthentication,
}

impl Editing {
    /// `latest` hears of the user as it becomes.
    pub fn new(user: User, latest: RwSignal<Option<User>>, panel: PanelState, faults: FormFaults) -> Self {
        let form = RwSignal::new(user.form.clone());
        let manager = RwSignal::new(user.manager.clone());
        let id = user.id;
        let base = RwSignal::new(user);
        let changed = Memo::new(move |_| base.with(|base| form.with(|form| base.form != *form)));
        let problem = RwSignal::new(None::<Problem>);
        Effect::new(move |_| panel.unsaved.set(changed.get()));
        // What was wrong is being mended.
        Effect::new(move |_| {
            form.track();
            problem.update(|problem| drop(problem.take_if(|problem| !problem.faults.is_empty())));
        });
        Self {
            id,
            base,
            form,
            manager,
            version: Memo::new(move |_| base.with(|base| base.version)),
            busy: RwSignal::new(false),
            problem,
            latest,
            panel,
            faults,
            stats: user_stats(),
            toaster: toaster(),
            reauthentication: reauthentication(),
        }
    }

    pub fn save(self) {
        self.send(self.base.with_untracked(|base| base.version));
    }

    fn send(self, version: i64) {
        let form = self.form.get_untracked();
        if self.busy.get_untracked() || !self.panel.unsaved.get_untracked() {
            return;
        }
        self.problem.set(None);
        if let Err(faults) = form.parse() {
            self.fail(faults.into());
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::update_user(UserUpdate { id: self.id, version, form }).await;
            // Somebody who has left is not asked for more.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Err(problem) if self.reauthentication.asks(&problem, move || self.send(version)) => {}
                Err(problem) => self.fail(problem),
                Ok(user) => {
                    self.faults.clear();
                    self.toaster.done(format!("Saved {}", user.name()));
                    self.take(user);
                    self.stats.changed();
                }
            }
        });
    }

    fn fail(self, problem: Problem) {
        self.faults.show(&problem, FORM);
        self.problem.set(Some(problem));
    }

    /// This is the user now; nothing is unsaved.
    fn take(self, user: User) {
        self.form.set(user.form.clone());
        self.manager.set(user.manager.clone());
        self.hear(user);
    }

    fn hear(self, user: User) {
        self.latest.set(Some(user.clone()));
        self.base.set(user);
    }

    /// Takes what is there now; what was typed is lost.
    pub fn reload(self) {
        self.read(move |user| {
            self.problem.set(None);
            self.faults.clear();
            self.take(user);
        });
    }

    /// Saves the fields that were changed here over what somebody else saved; the other ones stay as
    /// they are now.
    pub fn save_over(self) {
        self.read(move |user| {
            let form = self
                .base
                .with_untracked(|base| self.form.with_untracked(|form| form.onto(&base.form, &user.form)));
            self.form.set(form);
            self.send(user.version);
        });
    }

    /// After the state was changed here: what was typed stays, and can be saved unless somebody
    /// else has changed what it began with.
    pub fn look_again(self) {
        self.read(move |user| {
            if !self.panel.unsaved.get_untracked() {
                self.take(user);
            } else if self.base.with_untracked(|base| base.form == user.form) {
                self.hear(user);
            } else {
                self.problem.set(Some(Problem::new(ErrorCode::Stale, String::new())));
            }
        });
    }

    fn read(self, then: impl FnOnce(User) + 'static) {
        spawn_local(async move {
            match api::read_user(self.id).await {
                Ok(user) if user.deleted.is_some() => self.problem.set(Some(Problem::not_found("user"))),
                Ok(user) => then(user),
                Err(problem) => self.problem.set(Some(problem)),
            }
        });
    }
}
