//! Reauthentication: the password again, before a sensitive change. One dialog asks for all screens of the
//! portal, so that what outlives its screen, such as the Undo of a toast, can ask, too.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use model::{ErrorCode, Problem};

use crate::api::account::reauthenticate;
use crate::browser::dom;
use crate::kit::{Button, Dialog, Erase, Look, Show, TextField};

const FORM: &str = "reauthentication";

/// The state of the dialog; one for the portal.
#[derive(Clone, Copy)]
pub(super) struct Reauthentication {
    open: RwSignal<bool>,
    /// Not a callback, which goes away with whatever asked.
    then: StoredValue<Option<Arc<dyn Fn() + Send + Sync>>>,
    password: RwSignal<String>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
}

/// From anywhere below the portal's root.
pub(super) fn reauthentication() -> Reauthentication {
    expect_context()
}

impl Reauthentication {
    pub fn provide() {
        provide_context(Self {
            open: RwSignal::new(false),
            then: StoredValue::new(None),
            password: RwSignal::new(String::new()),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
        });
    }

    /// Whether a problem asks for the password first. Then this dialog asks for it, and does
    /// `again` what came back with the problem.
    pub fn asks(self, problem: &Problem, again: impl Fn() + Send + Sync + 'static) -> bool {
        if problem.code != ErrorCode::ReauthenticationNeeded {
            return false;
        }
        self.then.set_value(Some(Arc::new(again)));
        self.password.set(String::new());
        self.error.set(None);
        self.open.set(true);
        true
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = reauthenticate(self.password.get_untracked()).await;
            self.busy.set(false);
            if let Err(problem) = answer {
                self.error.set(Some(problem.message));
                // Whoever does not see what stands at it hears it there.
                begin_at_field();
                return;
            }
            self.password.set(String::new());
            // Whoever has closed it meanwhile does not want that any more.
            if self.open.get_untracked() {
                self.open.set(false);
                self.then.get_value().into_iter().for_each(|then| then());
            }
        });
    }
}

fn begin_at_field() {
    dom::soon(|| {
        if let Some(field) = dom::by_id(FORM).and_then(|form| dom::find(&form, "input")) {
            dom::focus(&field);
        }
    });
}

/// Where it is asked: what asks is loaded with the first question.
#[component]
pub(super) fn ReauthenticationDialog() -> impl IntoView {
    let (reauthentication, path) = (reauthentication(), use_location().pathname);
    let asked = RwSignal::new(false);
    Effect::new(move |_| {
        if reauthentication.open.get() && !asked.get_untracked() {
            asked.set(true);
        }
    });
    // What is left is not gone on with.
    Effect::new(move |before: Option<()>| {
        path.track();
        if before.is_some() {
            reauthentication.open.set(false);
        }
    });
    view! {
        <Show when=move || asked.get()>
            {Suspend::new(ask_for_password(reauthentication))}
        </Show>
    }
    .erased()
}

#[lazy]
fn ask_for_password(reauthentication: Reauthentication) -> AnyView {
    view! { <Question reauthentication/> }.erased()
}

#[component]
fn Question(reauthentication: Reauthentication) -> impl IntoView {
    Effect::new(move |_| {
        if reauthentication.open.get() {
            begin_at_field();
        }
    });
    let body = move || {
        view! {
            <form
                id=FORM
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    reauthentication.send();
                }
            >
                <p>"This needs your password again."</p>
                <TextField
                    label="Password"
                    name="current_password"
                    kind="password"
                    autocomplete="current-password"
                    required=true
                    value=reauthentication.password
                    error=reauthentication.error.into()
                    on_input=move |text| {
                        reauthentication.error.set(None);
                        reauthentication.password.set(text);
                    }
                />
            </form>
        }
    };
    let footer = move || {
        view! {
            <Button on_press=move || reauthentication.open.set(false)>"Cancel"</Button>
            <Button look=Look::Primary submit=true form=FORM busy=reauthentication.busy>"Continue"</Button>
        }
    };
    view! { <Dialog open=reauthentication.open title="Is it you?".to_owned() body=body.into() footer=footer.into()/> }
        .erased()
}
