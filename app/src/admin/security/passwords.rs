//! The screen that changes the password policy: what it asks, and what saving means for whom.

use leptos::{prelude::*, task::spawn_local};
use model::password_policy::{PolicyForm, PolicySettings};
use model::{ErrorCode, Operation, Problem};

use super::TITLE;
use super::fields::PolicyFields;
use crate::api::policy as api;
use crate::kit::{
    Button, Erase, Failed, FormFaults, Look, Notice, PageHeader, PasswordRules, ProblemText, Skeleton,
    Toaster, Tone, covered, toaster,
};
use crate::viewer::account;

const FORM: &str = "password-settings";

#[component]
pub(super) fn PasswordSettingsPage() -> impl IntoView {
    let settings = Resource::new(|| (), |()| api::password_policy());
    let covered = covered();
    let retry = Callback::new(move |()| settings.refetch());
    view! {
        <div class="page" inert=move || covered.get()>
            <PageHeader title=TITLE.to_owned()/>
            <Transition fallback=|| view! { <Skeleton lines=12/> }>
                {move || settings.get().map(|settings| match settings {
                    Ok(settings) => view! { <Loaded settings/> }.erased(),
                    Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                })}
            </Transition>
        </div>
    }
}

/// What is there, what has been typed over it, and saving that.
#[derive(Clone, Copy)]
struct Editing {
    base: RwSignal<PolicySettings>,
    form: RwSignal<PolicyForm>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    faults: FormFaults,
    toaster: Toaster,
}

impl Editing {
    fn changed(self) -> bool {
        self.base.with(|base| self.form.with(|form| *form != PolicyForm::from(&base.policy)))
    }

    fn save(self) {
        let form = self.form.get_untracked();
        if self.busy.get_untracked() || !untrack(|| self.changed()) {
            return;
        }
        self.problem.set(None);
        if let Err(faults) = form.parse() {
            self.fail(faults.into());
            return;
        }
        let version = self.base.with_untracked(|base| base.version);
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::save_password_policy(version, form).await;
            self.busy.set(false);
            match answer {
                Err(problem) => self.fail(problem),
                Ok(settings) => {
                    self.take(settings);
                    self.toaster.done("Saved the password settings");
                }
            }
        });
    }

    fn fail(self, problem: Problem) {
        self.faults.show(&problem, FORM);
        self.problem.set(Some(problem));
    }

    fn take(self, settings: PolicySettings) {
        self.faults.clear();
        self.problem.set(None);
        self.form.set(PolicyForm::from(&settings.policy));
        self.base.set(settings);
    }

    /// Takes what is there now; what was typed is lost.
    fn reload(self) {
        spawn_local(async move {
            match api::password_policy().await {
                Ok(settings) => self.take(settings),
                Err(problem) => self.problem.set(Some(problem)),
            }
        });
    }
}

#[component]
fn Loaded(settings: PolicySettings) -> impl IntoView {
    let account = account();
    let form = RwSignal::new(PolicyForm::from(&settings.policy));
    let editing = Editing {
        base: RwSignal::new(settings),
        form,
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        faults: FormFaults::provide(),
        toaster: toaster(),
    };
    // What was wrong is being mended.
    Effect::new(move |_| {
        editing.form.track();
        editing.problem.update(|problem| {
            problem.take_if(|problem| !problem.faults.is_empty());
        });
    });
    let refusal = move || account.refusal(Operation::UpdatePasswordPolicy);
    let readonly = Signal::derive(move || refusal().is_some());
    let idle =
        move || refusal().or_else(|| (!editing.changed()).then(|| "Nothing has been changed.".to_owned()));
    view! {
        {move || refusal().map(|why| view! {
            <Notice tone=Tone::Info>"You can look at these settings, but not change them. " {why}</Notice>
        })}
        <form
            id=FORM
            class="settings-form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                editing.save();
            }
        >
            <div class="settings-parts"><PolicyFields form readonly/></div>
            <aside class="settings-side" aria-label="What this means">
                <Told editing/>
                <Effects editing/>
                {move || editing.problem.get().map(|problem| view! { <Trouble editing problem/> })}
                <div class="actions">
                    <Button look=Look::Primary submit=true busy=editing.busy disabled_because=Signal::derive(idle)>
                        "Save settings"
                    </Button>
                    <Button
                        disabled_because=Signal::derive(idle)
                        on_press=move || editing.take(editing.base.get_untracked())
                    >
                        "Discard changes"
                    </Button>
                </div>
            </aside>
        </form>
    }
}

/// The rules as users read them when they choose a password.
#[component]
fn Told(editing: Editing) -> impl IntoView {
    // A number that is being typed shows as the last that was one.
    let policy = Memo::new(move |before: Option<&model::PasswordPolicy>| {
        let typed = editing.form.with(|form| form.parse().ok());
        let shown = typed.or_else(|| before.cloned());
        shown.unwrap_or_else(|| editing.base.with_untracked(|base| base.policy.clone()))
    });
    view! {
        <section class="card" aria-label="What users are asked for">
            <header><h2>"What users are asked for"</h2></header>
            <div class="body">
                <PasswordRules policy typed=Signal::stored(String::new()) username=Signal::stored(String::new())/>
            </div>
        </section>
    }
}

/// What saving what was typed would mean.
#[component]
fn Effects(editing: Editing) -> impl IntoView {
    let effects = move || {
        let after = editing.form.with(|form| form.parse().ok())?;
        let effects = editing.base.with(|base| base.policy.effects(&after, base.figures));
        (!effects.is_empty()).then(|| {
            let effects: Vec<_> = effects.into_iter().map(|text| view! { <li>{text}</li> }).collect();
            view! {
                <Notice tone=Tone::Waiting>
                    <strong>"When you save"</strong>
                    <ul class="effects">{effects}</ul>
                </Notice>
            }
        })
    };
    view! { <div role="status">{effects}</div> }
}

/// Why the last save failed; when somebody else was faster, what to do.
#[component]
fn Trouble(editing: Editing, problem: Problem) -> impl IntoView {
    let stale = problem.code == ErrorCode::Stale;
    view! {
        <Notice tone=if stale { Tone::Waiting } else { Tone::Bad }>
            <ProblemText problem/>
            {stale.then(|| view! {
                <div class="actions">
                    <Button small=true icon="refresh-cw" on_press=move || editing.reload()>"Load them again"</Button>
                </div>
            })}
        </Notice>
    }
}
