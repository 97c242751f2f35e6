//! A password that an administrator gives somebody: typed, or made by the server and shown.

use leptos::{prelude::*, task::spawn_local};
use model::user::NewPassword;
use model::{Operation, PasswordPolicy, Problem};

use crate::api;
use crate::kit::{Button, Checkbox, CopyButton, Erase, PasswordRules, TextField, toaster};
use crate::viewer::account;

/// What has been typed or made.
#[derive(Clone, Copy)]
pub(super) struct FirstPassword {
    pub typed: RwSignal<String>,
    must_change: RwSignal<bool>,
    /// Made here, and so shown.
    made: RwSignal<bool>,
    busy: RwSignal<bool>,
    /// `None` for those who may not see the rules; the server tells them what is wrong.
    policy: RwSignal<Option<PasswordPolicy>>,
}

impl FirstPassword {
    pub fn new() -> Self {
        Self {
            typed: RwSignal::new(String::new()),
            must_change: RwSignal::new(true),
            made: RwSignal::new(false),
            busy: RwSignal::new(false),
            policy: RwSignal::new(None),
        }
    }

    /// Nothing typed; and the rules as they are now.
    pub fn begin(self) {
        self.typed.set(String::new());
        self.must_change.set(true);
        self.made.set(false);
        if untrack(|| account().may(Operation::ReadPasswordPolicy)) {
            spawn_local(async move {
                if let Ok(settings) = api::policy::password_policy().await {
                    self.policy.try_set(Some(settings.policy));
                }
            });
        }
    }

    pub fn chosen(self) -> NewPassword {
        NewPassword { password: self.typed.get_untracked(), must_change: self.must_change.get_untracked() }
    }

    /// Why it cannot be sent yet.
    pub fn idle(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.typed.with(String::is_empty).then(|| "Type a password, or let one be made.".to_owned())
        })
    }
}

/// The field with its rules, the button that makes one, and whether it must be changed.
#[component]
pub(super) fn PasswordField(
    first: FirstPassword,
    #[prop(into)] username: Signal<String>,
    /// What the last try came back with; mended by what is typed next.
    problem: RwSignal<Option<Problem>>,
) -> impl IntoView {
    let toaster = toaster();
    let FirstPassword { typed, must_change, made, busy, policy } = first;
    let error = Signal::derive(move || {
        let faults = problem.with(|problem| {
            let faults = problem.iter().flat_map(|problem| &problem.faults);
            faults
                .filter(|fault| fault.field == "password")
                .map(|fault| fault.message.clone())
                .collect::<Vec<_>>()
        });
        (!faults.is_empty()).then(|| faults.join(" "))
    });
    let make = move || {
        busy.set(true);
        spawn_local(async move {
            let answer = api::user_access::suggest_password().await;
            busy.set(false);
            match answer {
                Ok(password) => {
                    typed.set(password);
                    made.set(true);
                    problem.set(None);
                }
                Err(wrong) => toaster.wrong(wrong),
            }
        });
    };
    let change = move |text: String| {
        typed.set(text);
        made.set(false);
        problem.set(None);
    };
    let input = move || {
        let kind = if made.get() { "text" } else { "password" };
        view! {
            <TextField label="New password" kind autocomplete="new-password" value=typed on_input=change required=true error/>
        }
    };
    let rules = move || {
        policy.get().map(|policy| view! { <PasswordRules policy=Signal::stored(policy) typed username without_history=true/> })
    };
    let refusal = Signal::derive(move || account().refusal(Operation::SetUserPassword));
    view! {
        <div class="beside">
            {input}
            {move || made.get().then(|| view! { <CopyButton text=typed/> })}
            <Button icon="refresh-cw" busy disabled_because=refusal on_press=make>"Generate"</Button>
        </div>
        {move || made.get().then(|| view! {
            <p class="muted" role="status">"Copy it now: once it is set, nobody can read it any more."</p>
        })}
        {rules}
        <Checkbox
            label="Must be changed at the next sign-in"
            hint="Until then it opens nothing but the page that changes it."
            checked=must_change
            on_change=move |on| must_change.set(on)
        />
    }
    .erased()
}
