//! A form over something that is there: what has been typed over it, saving that, and what to do
//! when somebody else was faster.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};
use model::{ErrorCode, Faults, Problem};

use super::{Button, Erase, FormFaults, Look, Notice, PanelState, ProblemText, Show, Toaster, Tone, toaster};

/// Something that a form changes as a whole.
pub trait Edited: Clone + Send + Sync + 'static {
    /// What is typed.
    type Form: Clone + PartialEq + Send + Sync + 'static;
    /// The form's id.
    const FORM: &'static str;
    /// What is said once it is saved.
    const SAVED: &'static str;

    /// As it stands, to be changed.
    fn form(&self) -> Self::Form;

    /// What can be said before it is sent.
    ///
    /// # Errors
    /// The fields at fault.
    fn check(form: &Self::Form) -> Result<(), Faults>;

    /// The same as it is now.
    fn read(self) -> impl Future<Output = Result<Self, Problem>> + 'static;

    /// Saves what was typed over this; answers with what holds then.
    fn save(self, form: Self::Form) -> impl Future<Output = Result<Self, Problem>> + 'static;
}

/// What is there, what has been typed over it, and saving that.
#[derive(Clone)]
pub struct Editing<E: Edited> {
    pub base: RwSignal<E>,
    pub form: RwSignal<E::Form>,
    /// For the guard of the page.
    pub unsaved: RwSignal<bool>,
    pub busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    /// Takes care of a problem itself, or not.
    settles: StoredValue<Option<Callback<Problem, bool>>>,
    faults: FormFaults,
    toaster: Toaster,
}

impl<E: Edited> Copy for Editing<E> {}

impl<E: Edited> Editing<E> {
    /// Call it where the form is made: its fields find their faults below.
    pub fn begin(base: E) -> Self {
        let form = RwSignal::new(base.form());
        let editing = Self {
            base: RwSignal::new(base),
            form,
            unsaved: RwSignal::new(false),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            settles: StoredValue::new(None),
            faults: FormFaults::provide(),
            toaster: toaster(),
        };
        Effect::new(move |_| editing.unsaved.set(editing.changed()));
        // What was wrong is being mended.
        Effect::new(move |_| {
            form.track();
            editing.problem.update(|problem| drop(problem.take_if(|problem| !problem.faults.is_empty())));
        });
        editing
    }

    /// `settle` hears of each problem first; what it takes care of is not shown.
    pub fn settling(self, settle: impl Fn(Problem) -> bool + Send + Sync + 'static) {
        self.settles.set_value(Some(Callback::new(settle)));
    }

    pub fn changed(self) -> bool {
        self.base.with(|base| self.form.with(|form| *form != base.form()))
    }

    /// Why there is nothing to save.
    pub fn idle(self) -> Option<String> {
        (!self.changed()).then(|| "Nothing has been changed.".to_owned())
    }

    /// A part of what is typed.
    pub fn get<T: Send + Sync + 'static>(self, part: fn(&E::Form) -> T) -> Signal<T> {
        Signal::derive(move || self.form.with(part))
    }

    pub fn set<T: 'static>(self, part: fn(&mut E::Form, T)) -> Callback<T> {
        Callback::new(move |typed| self.form.update(|form| part(form, typed)))
    }

    pub fn save(self) {
        let form = self.form.get_untracked();
        if self.busy.get_untracked() || !untrack(|| self.changed()) {
            return;
        }
        self.problem.set(None);
        self.faults.clear();
        if let Err(faults) = E::check(&form) {
            self.fail(faults.into());
            return;
        }
        let base = self.base.get_untracked();
        self.busy.set(true);
        spawn_local(async move {
            let answer = base.save(form).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Err(problem) => self.fail(problem),
                Ok(base) => {
                    self.take(base);
                    self.toaster.done(E::SAVED);
                }
            }
        });
    }

    fn fail(self, problem: Problem) {
        if self.settles.get_value().is_some_and(|settles| settles.run(problem.clone())) {
            return;
        }
        self.faults.show(&problem, E::FORM);
        self.problem.set(Some(problem));
    }

    fn take(self, base: E) {
        self.faults.clear();
        self.problem.set(None);
        self.form.set(base.form());
        self.base.set(base);
    }

    pub fn discard(self) {
        self.take(self.base.get_untracked());
    }

    /// Takes what is there now; what was typed is lost.
    fn reload(self) {
        self.read(move |base| self.take(base));
    }

    /// After something else was done to it here: what was typed stays, and can be saved unless somebody
    /// has changed what it began with.
    pub fn look_again(self) {
        self.read(move |base| {
            if !untrack(|| self.changed()) {
                self.take(base);
            } else if self.base.with_untracked(|before| before.form() == base.form()) {
                self.base.set(base);
            } else {
                let message = "What stands here has been changed meanwhile. Load it again.";
                self.problem.set(Some(Problem::new(ErrorCode::Stale, message)));
            }
        });
    }

    fn read(self, then: impl FnOnce(E) + 'static) {
        let base = self.base.get_untracked();
        spawn_local(async move {
            let answer = base.read().await;
            // One may have gone elsewhere meanwhile.
            if self.base.try_get_untracked().is_none() {
                return;
            }
            match answer {
                Ok(base) => then(base),
                Err(problem) => self.problem.set(Some(problem)),
            }
        });
    }

    /// The form's element around its fields.
    pub fn frame(self, class: &'static str, fields: AnyView) -> AnyView {
        self.frame_asking(class, fields, move || self.save())
    }

    /// The same where something is asked before it is saved.
    pub fn frame_asking(self, class: &'static str, fields: AnyView, ask: impl Fn() + 'static) -> AnyView {
        view! {
            <form
                id=E::FORM
                class=class
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    ask();
                }
            >
                {fields}
            </form>
        }
        .erased()
    }

    /// Why the last save failed; when somebody else was faster, what to do.
    pub fn trouble(self) -> AnyView {
        let trouble = move |problem: Problem| {
            let stale = problem.code == ErrorCode::Stale;
            view! {
                <Notice tone=if stale { Tone::Waiting } else { Tone::Bad }>
                    <ProblemText problem/>
                    {stale.then(|| view! {
                        <div class="actions">
                            <Button small=true icon="refresh-cw" on_press=move || self.reload()>
                                "Load what is there now"
                            </Button>
                        </div>
                    })}
                </Notice>
            }
        };
        (move || self.problem.get().map(trouble)).erased()
    }

    /// The button that saves, and the one that does not.
    pub fn buttons(self, save: &'static str, refusal: Signal<Option<String>>) -> AnyView {
        let idle = Signal::derive(move || refusal.get().or_else(|| self.idle()));
        view! {
            <div class="actions">
                <Button look=Look::Primary submit=true busy=self.busy disabled_because=idle>{save}</Button>
                <Button disabled_because=idle on_press=move || self.discard()>"Discard changes"</Button>
            </div>
        }
        .erased()
    }

    /// The buttons of a panel: the one that leaves it, and the one that saves.
    pub fn ends(self, panel: PanelState, readonly: Signal<bool>) -> AnyView {
        let idle = Signal::derive(move || self.idle());
        view! {
            <Button on_press=move || panel.close()>
                {move || if readonly.get() { "Close" } else { "Cancel" }}
            </Button>
            // Where nothing can be typed there is nothing to save; the notice has said why.
            <Show when=move || !readonly.get()>
                <Button look=Look::Primary submit=true form=E::FORM busy=self.busy disabled_because=idle>
                    "Save"
                </Button>
            </Show>
        }
        .erased()
    }

    /// Lets a panel know of what is unsaved; `changed` hears of what is there whenever that has another
    /// version.
    pub fn within(self, panel: PanelState, version: fn(&E) -> i64, changed: impl Fn(E) + 'static) {
        Effect::new(move |_| panel.unsaved.set(self.unsaved.get()));
        Effect::new(move |before: Option<i64>| {
            let (now, at) = self.base.with(|base| (base.clone(), version(base)));
            if before.is_some_and(|before| before != at) {
                changed(now);
            }
            at
        });
    }
}
