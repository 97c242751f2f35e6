//! Asking whether an email is sent, and where to.

use leptos::prelude::*;
use model::user::Notify;
use model::{Operation, Problem};

use crate::kit::{Erase, RadioGroup, TextField};
use crate::viewer::account;

const DEFAULT: &str = "default";
const TYPED: &str = "typed";
const NOBODY: &str = "nobody";

/// What was chosen.
#[derive(Clone, Copy)]
pub(super) struct Mailing {
    choice: RwSignal<String>,
    typed: RwSignal<String>,
}

impl Mailing {
    pub fn new() -> Self {
        Self { choice: RwSignal::new(DEFAULT.to_owned()), typed: RwSignal::new(String::new()) }
    }

    /// As at the beginning.
    pub fn reset(self) {
        self.choice.set(DEFAULT.to_owned());
        self.typed.set(String::new());
    }

    /// What is asked for.
    pub fn notify(self) -> Notify {
        match self.choice.get_untracked().as_str() {
            TYPED => Notify::To(self.typed.get_untracked()),
            NOBODY => Notify::Nobody,
            _ => Notify::Default,
        }
    }
}

/// The question.
#[component]
pub(super) fn MailingChoice(
    mailing: Mailing,
    /// What it is called.
    #[prop(default = "Email")]
    legend: &'static str,
    /// Where it goes when nobody says otherwise: "To ada@example.org".
    #[prop(into)]
    default: String,
    /// It is about one user, who can get it elsewhere this once.
    #[prop(optional)]
    single: bool,
    /// It can be left out.
    #[prop(optional)]
    dispensable: bool,
    /// What the last try came back with.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    // A link that goes elsewhere is as good as setting the password.
    let single = single && untrack(|| account().may(Operation::SetUserPassword));
    let choices = [
        Some((DEFAULT, default)),
        single.then(|| (TYPED, "To another address, this once".to_owned())),
        dispensable.then(|| (NOBODY, "None".to_owned())),
    ];
    let options = choices.into_iter().flatten().map(|(key, word)| (key.to_owned(), word)).collect();
    let Mailing { choice, typed } = mailing;
    let error = Signal::derive(move || {
        problem.with(|problem| problem.as_ref().and_then(|problem| problem.fault("email").map(str::to_owned)))
    });
    let elsewhere = move || {
        choice.with(|choice| choice == TYPED).then(|| {
            view! {
                <TextField
                    label="Send it to"
                    kind="email"
                    value=typed
                    on_input=move |text| typed.set(text)
                    required=true
                    error
                />
            }
        })
    };
    view! {
        <RadioGroup legend options value=choice on_change=move |chosen| choice.set(chosen)/>
        {elsewhere}
    }
    .erased()
}
