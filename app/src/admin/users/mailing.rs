//! The choice whether an email is sent, and where to.

use leptos::prelude::*;
use model::Operation;
use model::user::{Notify, TextAttribute, User};

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

    /// What was chosen before.
    pub fn of(notify: &Notify) -> Self {
        let (choice, typed) = match notify {
            Notify::Default => (DEFAULT, ""),
            Notify::To(address) => (TYPED, address.as_str()),
            Notify::Nobody => (NOBODY, ""),
        };
        Self { choice: RwSignal::new(choice.to_owned()), typed: RwSignal::new(typed.to_owned()) }
    }

    /// The same where it is watched.
    pub fn asked(self) -> Notify {
        match self.choice.get().as_str() {
            TYPED => Notify::To(self.typed.get()),
            NOBODY => Notify::Nobody,
            _ => Notify::Default,
        }
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

/// The first email of somebody who is activated: what it is, and where it goes by itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FirstEmail {
    pub note: Option<String>,
    /// None when there is nothing to choose.
    pub default: Option<String>,
}

impl FirstEmail {
    /// Of people of whom only the names are known.
    pub fn unknown(single: bool) -> Self {
        if single {
            return Self { note: None, default: Some("To the default address".to_owned()) };
        }
        let note = "Users without a password get the link that sets the first one; the others get the welcome email.";
        Self { note: Some(note.to_owned()), default: Some("To their default addresses".to_owned()) }
    }

    /// As the directory decides it when it comes to it.
    pub fn of(user: &User) -> Self {
        let name = user.name();
        if user.sample {
            let note = format!("{name} is one of the invented people, who are never emailed.");
            return Self { note: Some(note), default: None };
        }
        let (note, default) = if user.password.set_at.is_none() {
            (
                format!(
                    "{name} has no password yet. The activation email brings a link that sets the first one; it is \
                     good for 7 days and for one use."
                ),
                format!("Activation email to {}", activation_address(user)),
            )
        } else {
            (
                format!("{name} has a password already. The welcome email says that the account is ready."),
                format!("Welcome email to {}", user.form.email),
            )
        };
        Self { note: Some(note), default: Some(default) }
    }
}

/// Where the activation goes by itself; a reset goes to the company address.
pub(super) fn activation_address(user: &User) -> String {
    let alternate = user.form.text(TextAttribute::AlternateEmail);
    if user.password.set_at.is_none() && !alternate.is_empty() {
        alternate.to_owned()
    } else {
        user.form.email.clone()
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
    /// What is wrong with an address that was typed.
    #[prop(into)]
    error: Signal<Option<String>>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use model::user::{MfaFacts, PasswordFacts, PasswordStatus, UserForm, UserState};
    use model::{Id, Timestamp};

    fn user() -> User {
        let mut form =
            UserForm { username: "ada".into(), email: "ada@example.org".into(), ..UserForm::default() };
        form.set_text(TextAttribute::AlternateEmail, "ada@home.example");
        User {
            id: Id::from([1; 12]),
            version: 1,
            state: UserState::Staged,
            password: PasswordFacts::default(),
            password_status: PasswordStatus::Pending,
            mfa: MfaFacts::default(),
            passkeys: vec![],
            ssh_keys: vec![],
            guarded: None,
            administrator: None,
            sample: false,
            manager: None,
            reports: 0,
            created_at: Timestamp::default(),
            created_by: "manual".into(),
            changed_at: Timestamp::default(),
            last_login_at: None,
            deleted: None,
            schedules: vec![],
            form,
        }
    }

    #[test]
    fn it_is_said_which_email_goes_where() {
        let email = FirstEmail::of(&user());
        assert_eq!(email.default.as_deref(), Some("Activation email to ada@home.example"));
        let mut user = user();
        user.password.set_at = Some(Timestamp::default());
        let email = FirstEmail::of(&user);
        assert_eq!(email.default.as_deref(), Some("Welcome email to ada@example.org"));
        user.sample = true;
        assert_eq!(FirstEmail::of(&user).default, None);
    }
}
