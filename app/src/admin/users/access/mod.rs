//! A user's access, as the panel offers it: password, emails, lock and second factor. Each is asked about
//! before it is done.

mod question;
mod removal;
mod set_password;

use std::sync::Arc;

use leptos::prelude::*;
use model::Operation;
use model::account::PasskeyRow;
use model::user::{Action, User};

use super::copy;
use crate::admin::questions::{Questions, questions};
use crate::kit::{Entry, Erase, Menu, Section};
use crate::viewer::account;
use question::access_question;
pub(super) use removal::Key;
use removal::removal_question;
use set_password::password_question;

/// Hears that the user is not as before.
type OnDone = Arc<dyn Fn() + Send + Sync>;

/// What a panel needs to ask about one user's access.
#[derive(Clone, Copy)]
pub(super) struct Access {
    /// The user as last heard of.
    user: RwSignal<User>,
    questions: Questions,
    on_done: StoredValue<OnDone>,
}

impl Access {
    pub fn new(user: RwSignal<User>, on_done: impl Fn() + Send + Sync + 'static) -> Self {
        Self { user, questions: questions(), on_done: StoredValue::new(Arc::new(on_done)) }
    }

    fn ask(self, action: Action) {
        let (user, on_done) = (self.user.get_untracked(), self.on_done.get_value());
        if action == Action::SetPassword {
            self.questions.load(password_question(user, on_done));
        } else {
            self.questions.load(access_question(action, user, on_done));
        }
    }

    /// Asks whether to remove one of the user's keys.
    pub fn remove(self, key: Key) {
        let (user, on_done) = (self.user.get_untracked(), self.on_done.get_value());
        self.questions.load(removal_question(key, user, on_done));
    }

    /// Why this administrator may not touch what opens this account, if so.
    fn guarded(self) -> Option<String> {
        self.user.with(|user| user.guarded.as_ref().map(|why| format!("This user {why}.")))
    }

    fn entry(self, action: Action) -> Entry {
        let refused = || self.user.with(|user| action.refusal(&user.facts()));
        let why = || self.guarded().or_else(|| refused().map(|why| format!("This user {why}.")));
        let press = Callback::new(move |()| self.ask(action));
        Entry::press(copy::icon(action), format!("{}…", copy::verb(action)), press)
            .unless(account().refusal(action.operation()).or_else(why))
    }

    fn section(self, actions: &[Action]) -> Section {
        actions.iter().map(|action| self.entry(*action)).collect::<Vec<_>>().into()
    }

    /// One entry for each passkey, which opens the question about it.
    fn passkeys(self) -> Section {
        let why = account().refusal(Operation::RemoveUserPasskey).or_else(|| self.guarded());
        let entry = |passkey: PasskeyRow| {
            let label = format!("Remove passkey “{}”…", passkey.name);
            let press = Callback::new(move |()| self.remove(Key::Passkey(passkey.clone())));
            Entry::press("trash-2", label, press).unless(why.clone())
        };
        self.user.with(|user| user.passkeys.iter().cloned().map(entry).collect::<Vec<_>>()).into()
    }

    /// What can be done about the password.
    pub fn password_menu(self) -> AnyView {
        const ABOUT: [Action; 3] = [Action::SetPassword, Action::ForcePasswordChange, Action::Unlock];
        const EMAILS: [Action; 2] = [Action::SendActivationEmail, Action::SendPasswordReset];
        let sections = Signal::derive(move || vec![self.section(&ABOUT), self.section(&EMAILS)]);
        menu("Manage password", sections, &[ABOUT.as_slice(), &EMAILS].concat())
    }

    /// What can be done about the second factor.
    pub fn factors_menu(self) -> AnyView {
        const ACTIONS: [Action; 3] = [Action::RequireMfa, Action::RemoveMfa, Action::ResetTotp];
        let sections = Signal::derive(move || {
            let sections = [self.section(&ACTIONS), self.passkeys()];
            sections.into_iter().filter(|section| !section.entries.is_empty()).collect::<Vec<_>>()
        });
        menu("Manage MFA", sections, &ACTIONS)
    }
}

/// A menu that is disabled, with the reason, where one's role allows none of the actions.
fn menu(label: &str, sections: Signal<Vec<Section>>, actions: &[Action]) -> AnyView {
    let operations: Vec<_> = actions.iter().map(|action| action.operation()).collect();
    let disabled_because = Signal::derive(move || {
        let account = account();
        let refusals: Option<Vec<_>> =
            operations.iter().map(|operation| account.refusal(*operation)).collect();
        refusals?.into_iter().next()
    });
    view! { <Menu label=label.to_owned() small=true sections disabled_because/> }.erased()
}
