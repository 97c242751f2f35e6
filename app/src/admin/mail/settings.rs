//! The screen that sets outgoing mail up.

use leptos::{prelude::*, task::spawn_local};
use model::mail::{MailSettings, MailSettingsForm};
use model::{ErrorCode, Operation, Problem};

use super::OUTGOING_MAIL;
use super::server::ServerFields;
use super::standing::{Standing, Trial};
use crate::admin::proof::{Proof, ProofDialog};
use crate::admin::settings::SettingsHead;
use crate::api::mail as api;
use crate::kit::{
    Button, Erase, Failed, FormFaults, Look, Notice, ProblemText, Skeleton, TextField, Toaster, Tone,
    covered, toaster,
};
use crate::places;
use crate::viewer::account;

const FORM: &str = "outgoing-mail";

#[component]
pub(super) fn OutgoingMailPage() -> impl IntoView {
    let settings = Resource::new(|| (), |()| api::mail_settings());
    let covered = covered();
    let retry = Callback::new(move |()| settings.refetch());
    view! {
        <div class="page settings" inert=move || covered.get()>
            <SettingsHead title=OUTGOING_MAIL current=places::OUTGOING_MAIL/>
            <Transition fallback=|| view! { <Skeleton lines=12/> }>
                {move || settings.get().map(|settings| match settings {
                    Ok(settings) => view! { <Loaded settings/> }.erased(),
                    Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                })}
            </Transition>
        </div>
    }
    .erased()
}

/// What is there, what has been typed over it, and saving that.
#[derive(Clone, Copy)]
pub(super) struct Editing {
    pub base: RwSignal<MailSettings>,
    pub form: RwSignal<MailSettingsForm>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    faults: FormFaults,
    toaster: Toaster,
    proof: Proof,
}

impl Editing {
    pub fn changed(self) -> bool {
        self.base.with(|base| self.form.with(|form| *form != MailSettingsForm::from(base)))
    }

    fn save(self) {
        let form = self.form.get_untracked();
        if self.busy.get_untracked() || !untrack(|| self.changed()) {
            return;
        }
        self.problem.set(None);
        self.faults.clear();
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::save_mail_settings(form).await;
            self.busy.set(false);
            match answer {
                Err(problem) if self.proof.asks(&problem, move || self.save()) => {}
                Err(problem) => {
                    self.faults.show(&problem, FORM);
                    self.problem.set(Some(problem));
                }
                Ok(settings) => {
                    self.take(settings);
                    self.toaster.done("Saved outgoing mail");
                }
            }
        });
    }

    /// What no field says.
    fn trouble(self) -> Option<Problem> {
        self.problem.get().filter(|problem| problem.faults.is_empty())
    }

    fn take(self, settings: MailSettings) {
        self.faults.clear();
        self.problem.set(None);
        self.form.set(MailSettingsForm::from(&settings));
        self.base.set(settings);
    }

    /// Takes what is there now; what was typed is lost.
    fn reload(self) {
        spawn_local(async move {
            match api::mail_settings().await {
                Ok(settings) => self.take(settings),
                Err(problem) => self.problem.set(Some(problem)),
            }
        });
    }

    /// Hears of letters that were sent; what was typed stays.
    pub fn look_again(self) {
        spawn_local(async move {
            if let Ok(now) = api::mail_settings().await {
                self.base.update(|base| {
                    (base.waiting, base.failed) = (now.waiting, now.failed);
                    base.last_sent_at = now.last_sent_at;
                });
            }
        });
    }
}

#[component]
fn Loaded(settings: MailSettings) -> impl IntoView {
    let account = account();
    let editing = Editing {
        form: RwSignal::new(MailSettingsForm::from(&settings)),
        base: RwSignal::new(settings),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        faults: FormFaults::provide(),
        toaster: toaster(),
        proof: Proof::new(),
    };
    let refusal = move || account.refusal(Operation::UpdateMailSettings);
    let readonly = Signal::derive(move || refusal().is_some());
    let idle =
        move || refusal().or_else(|| (!editing.changed()).then(|| "Nothing has been changed.".to_owned()));
    view! {
        {move || refusal().map(|why| view! {
            <Notice tone=Tone::Info>"You can look at these settings, but not change them. " {why}</Notice>
        })}
        <div class="mail-settings">
            <form
                id=FORM
                class="parts"
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    editing.save();
                }
            >
                <ServerFields editing readonly/>
                <Names editing readonly/>
                {move || editing.trouble().map(|problem| view! { <Trouble editing problem/> })}
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
            </form>
            <aside class="parts" aria-label="How it stands">
                <Standing editing/>
                <Trial editing/>
            </aside>
        </div>
        <ProofDialog proof=editing.proof/>
    }
    .erased()
}

/// Who letters are from, and whom they name.
#[component]
fn Names(editing: Editing, readonly: Signal<bool>) -> impl IntoView {
    let field = move |name: &'static str,
                      label: &'static str,
                      hint: &'static str,
                      part: fn(&mut MailSettingsForm) -> &mut String| {
        let value = Signal::derive(move || editing.form.with(|form| part(&mut form.clone()).clone()));
        let set = move |text| editing.form.update(|form| *part(form) = text);
        view! { <TextField label name value on_input=set hint readonly/> }
    };
    view! {
        <section class="card" aria-label="What letters say">
            <header><h2>"What letters say"</h2></header>
            <div class="body fields">
                {field("from_name", "Sender’s name", "The organization’s name when empty.", |form| &mut form.from_name)}
                {field("contact_name", "Contact", "Whom to ask, such as “The help desk”.", |form| &mut form.contact_name)}
                {field(
                    "contact_email",
                    "Contact’s email",
                    "Answers to letters go there.",
                    |form| &mut form.contact_email,
                )}
            </div>
        </section>
    }
    .erased()
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
    .erased()
}
