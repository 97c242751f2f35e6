//! One's password once more, before what is sensitive.

use leptos::{prelude::*, task::spawn_local};
use model::{ErrorCode, Problem};

use crate::api::account::prove_password;
use crate::browser::dom;
use crate::kit::{Button, Dialog, Erase, Look, TextField};

const FORM: &str = "proof";

/// The question; one for a screen.
#[derive(Clone, Copy)]
pub(super) struct Proof {
    open: RwSignal<bool>,
    then: StoredValue<Option<Callback<()>>>,
    password: RwSignal<String>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
}

impl Proof {
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            then: StoredValue::new(None),
            password: RwSignal::new(String::new()),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
        }
    }

    /// Whether a problem is that the password must be proven first. Then this asks for it, and does
    /// `again` what came back with the problem.
    pub fn asks(self, problem: &Problem, again: impl Fn() + Send + Sync + 'static) -> bool {
        if problem.code != ErrorCode::ProofNeeded {
            return false;
        }
        self.then.set_value(Some(Callback::new(move |()| again())));
        self.password.set(String::new());
        self.error.set(None);
        self.open.set(true);
        dom::soon(|| {
            if let Some(field) = dom::by_id(FORM).and_then(|form| dom::find(&form, "input")) {
                dom::focus(&field);
            }
        });
        true
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = prove_password(self.password.get_untracked()).await;
            self.busy.set(false);
            if let Err(problem) = answer {
                self.error.set(Some(problem.message));
                return;
            }
            self.open.set(false);
            self.password.set(String::new());
            if let Some(then) = self.then.get_value() {
                then.run(());
            }
        });
    }
}

/// Where it is asked.
#[component]
pub(super) fn ProofDialog(proof: Proof) -> impl IntoView {
    let body = move || {
        view! {
            <form
                id=FORM
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    // The panel beneath has a form of its own.
                    event.stop_propagation();
                    proof.send();
                }
            >
                <p>"This needs your password once more."</p>
                <TextField
                    label="Password"
                    name="current_password"
                    kind="password"
                    autocomplete="current-password"
                    required=true
                    value=proof.password
                    error=proof.error.into()
                    on_input=move |text| {
                        proof.error.set(None);
                        proof.password.set(text);
                    }
                />
            </form>
        }
    };
    let footer = move || {
        view! {
            <Button on_press=move || proof.open.set(false)>"Cancel"</Button>
            <Button look=Look::Primary submit=true form=FORM busy=proof.busy>"Continue"</Button>
        }
    };
    view! { <Dialog open=proof.open title="Is it you?".to_owned() body=body.into() footer=footer.into()/> }
        .erased()
}
