//! The screen that changes the password policy: what it asks, and what saving means for whom.

use leptos::prelude::*;
use model::password_policy::{PolicyForm, PolicySettings};
use model::{Faults, Operation, Problem};

use super::TITLE;
use super::fields::PolicyFields;
use crate::admin::settings::lookers;
use crate::api::policy as api;
use crate::kit::{
    Edited, Editing, Erase, Failed, Leaving, Notice, PageHeader, PasswordRules, Skeleton, Tone, covered,
};
use crate::routes;

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

impl Edited for PolicySettings {
    type Form = PolicyForm;
    const FORM: &'static str = "password-settings";
    const SAVED: &'static str = "Saved the password settings";

    fn form(&self) -> PolicyForm {
        PolicyForm::from(&self.policy)
    }

    fn check(form: &PolicyForm) -> Result<(), Faults> {
        form.parse().map(drop)
    }

    fn read(self) -> impl Future<Output = Result<Self, Problem>> {
        api::password_policy()
    }

    fn save(self, form: PolicyForm) -> impl Future<Output = Result<Self, Problem>> {
        api::save_password_policy(self.version, form)
    }
}

#[component]
fn Loaded(settings: PolicySettings) -> impl IntoView {
    let editing = Editing::begin(settings);
    let (refusal, note) = lookers(Operation::UpdatePasswordPolicy);
    let readonly = Signal::derive(move || refusal.with(Option::is_some));
    let fields = view! {
        <div class="settings-parts"><PolicyFields form=editing.form readonly/></div>
        <aside class="settings-side" aria-label="What this means">
            <RulesNotice editing/>
            <Effects editing/>
            {editing.trouble()}
            {editing.buttons("Save settings", refusal)}
        </aside>
    };
    view! {
        {note}
        {editing.frame("settings-form", fields.erased())}
        <Leaving unsaved=editing.unsaved within=routes::PASSWORD_SETTINGS/>
    }
    .erased()
}

/// The rules as users read them when they choose a password.
#[component]
fn RulesNotice(editing: Editing<PolicySettings>) -> impl IntoView {
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
fn Effects(editing: Editing<PolicySettings>) -> impl IntoView {
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
