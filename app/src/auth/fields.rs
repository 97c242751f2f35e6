//! Fields of forms that the server alone renders: as the kit's, but filled in once and for all.

use leptos::prelude::*;
use model::password_policy::Rule;
use model::{Password, PasswordPolicy, Problem};

use crate::kit::{Icon, LATER, Notice, Tone, literal};

/// What a phone shows for typing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keys {
    #[default]
    Text,
    /// Text that does not begin with a capital.
    Plain,
    Digits,
}

/// One line of text.
#[derive(Clone, Copy, Default)]
pub struct Line<'a> {
    pub name: &'static str,
    pub label: &'static str,
    /// The input's type; text when empty.
    pub kind: &'static str,
    pub value: &'a str,
    pub autocomplete: &'static str,
    pub hint: &'static str,
    pub readonly: bool,
    /// May stay empty.
    pub optional: bool,
    pub keys: Keys,
    /// Takes the focus when the page opens, unless another field is at fault.
    pub first: bool,
}

impl<'a> Line<'a> {
    pub fn first_name(value: &'a str) -> Self {
        let (name, label) = ("first_name", "First name");
        Self { name, label, value, autocomplete: "given-name", ..Self::default() }
    }

    pub fn last_name(value: &'a str) -> Self {
        let (name, label) = ("last_name", "Last name");
        Self { name, label, value, autocomplete: "family-name", ..Self::default() }
    }

    /// What an authenticator app shows.
    pub fn code() -> Self {
        let (name, label) = ("code", "6-digit code");
        Self {
            name,
            label,
            autocomplete: "one-time-code",
            keys: Keys::Digits,
            first: true,
            ..Self::default()
        }
    }
}

/// A password.
#[derive(Clone, Copy, Default)]
pub struct Secret {
    pub name: &'static str,
    pub label: &'static str,
    pub autocomplete: &'static str,
    pub first: bool,
    /// A link beside the label: its words and where it leads.
    pub help: Option<(&'static str, &'static str)>,
}

/// What a new password must be.
#[derive(Clone, Copy)]
pub enum Rules<'a> {
    /// An administrator's. It must not hold their address: this one, or when it begins with `#` what
    /// the field of that id holds.
    Administrator(&'a str),
    /// A user's of this name.
    User(&'a PasswordPolicy, &'a str),
}

impl<'a> Rules<'a> {
    pub fn of(policy: Option<&'a PasswordPolicy>, username: &'a str, email: &'a str) -> Self {
        policy.map_or(Self::Administrator(email), |policy| Self::User(policy, username))
    }

    fn view(self, field: &'static str) -> Option<AnyView> {
        let id = format!("{field}-hint");
        match self {
            Self::Administrator(email) => {
                let length = format!("{} characters or more", directory::ADMINISTRATOR_MIN);
                let least = directory::ADMINISTRATOR_MIN.to_string();
                Some(
                    view! {
                        <ul class="rules" id=id data-rules=field data-email=email.to_owned()>
                            <li data-rule="length" data-least=least>{length}</li>
                            <li data-rule="email">"Without the email address"</li>
                            <li class="later">
                                "Hard to guess, such as several words that do not belong together" {LATER}
                            </li>
                        </ul>
                    }
                    .into_any(),
                )
            }
            Self::User(policy, _) if !policy.display_on_reset_screen => None,
            Self::User(policy, username) => {
                let live = policy.rules("", username).into_iter().map(|(rule, _)| rule);
                let live = live.map(|rule| {
                    let least = match rule {
                        Rule::Length(least) => Some(least.to_string()),
                        Rule::Lowercase
                        | Rule::Uppercase
                        | Rule::Number
                        | Rule::Symbol
                        | Rule::NotUsername
                        | Rule::NoRuns
                        | Rule::NotCommon
                        | Rule::NotUsedBefore(_) => None,
                    };
                    view! { <li data-rule=rule.key() data-least=least>{rule.says()}</li> }
                });
                let later = policy.later_rules();
                let later =
                    later.into_iter().map(|rule| view! { <li class="later">{rule.says()} {LATER}</li> });
                Some(
                    view! {
                        <ul class="rules" id=id data-rules=field data-username=username.to_owned()>
                            {live.collect_view()}
                            {later.collect_view()}
                        </ul>
                    }
                    .into_any(),
                )
            }
        }
    }
}

/// What was wrong with a form, as its fields ask for it.
#[derive(Clone, Copy)]
pub struct Wrong<'a>(pub Option<&'a Problem>);

impl<'a> Wrong<'a> {
    pub fn of(self, name: &str) -> Option<&'a str> {
        self.0.and_then(|problem| problem.fault(name))
    }

    /// All that is said of a field, such as of each row of a file.
    pub fn all(self, name: &'static str) -> impl Iterator<Item = &'a str> {
        let faults = self.0.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        faults.iter().filter(move |fault| fault.field == name).map(|fault| fault.message.as_str())
    }

    /// Whether a field takes the focus: the first at fault, else the first of all.
    pub fn focus(self, name: &str, first: bool) -> bool {
        match self.0.and_then(|problem| problem.faults.first()) {
            Some(fault) => fault.field == name,
            None => first,
        }
    }

    /// What is not about one field, above the form.
    pub fn notice(self) -> AnyView {
        let problem = self.0.filter(|problem| problem.faults.is_empty());
        let said = problem.map(|problem| problem.message.clone());
        said.map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> }).into_any()
    }

    pub fn line(self, line: Line) -> AnyView {
        let Line { name, label, kind, value, autocomplete, hint, readonly, optional, keys, first } = line;
        let error = self.of(name);
        let kind = if kind.is_empty() { "text" } else { kind };
        let control = view! {
            <input
                class="input"
                id=name
                name=name
                r#type=kind
                value=value.to_owned()
                autocomplete=autocomplete
                autocapitalize=(keys == Keys::Plain || kind == "email").then_some("none")
                inputmode=(keys == Keys::Digits).then_some("numeric")
                spellcheck="false"
                required=!(readonly || optional)
                readonly=readonly
                autofocus=self.focus(name, first)
                aria-invalid=error.map(|_| "true")
                aria-describedby=described(name, error.is_some(), !hint.is_empty())
            />
        };
        let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> });
        view! {
            <div class="field">
                <label r#for=name>{label}</label>
                {control}
                {said(name, error)}
                {hint}
            </div>
        }
        .into_any()
    }

    /// Text that may be long.
    pub fn text(self, name: &'static str, label: &'static str, value: &str, hint: &'static str) -> AnyView {
        let error = self.of(name);
        view! {
            <div class="field">
                <label r#for=name>{label}</label>
                <textarea
                    class="input"
                    id=name
                    name=name
                    rows="3"
                    spellcheck="false"
                    autocomplete="off"
                    required
                    aria-invalid=error.map(|_| "true")
                    aria-describedby=described(name, error.is_some(), true)
                    inner_html=literal(value)
                ></textarea>
                {said(name, error)}
                <p class="hint" id=format!("{name}-hint")>{hint}</p>
            </div>
        }
        .into_any()
    }

    pub fn secret(self, secret: Secret) -> AnyView {
        self.secret_with(secret, None)
    }

    /// A new password with its rules, which a script ticks off while one types.
    pub fn new_secret(self, secret: Secret, rules: Rules) -> AnyView {
        self.secret_with(secret, rules.view(secret.name))
    }

    fn secret_with(self, secret: Secret, rules: Option<AnyView>) -> AnyView {
        let Secret { name, label, autocomplete, first, help } = secret;
        // A password can break several rules at once.
        let error: Vec<&str> = self.all(name).collect();
        let error = (!error.is_empty()).then(|| error.join(" "));
        let error = error.as_deref();
        view! {
            <div class="field">
                {labelled(name, label, help)}
                <div class="reveal">
                    <input
                        class="input"
                        id=name
                        name=name
                        r#type="password"
                        autocomplete=autocomplete
                        maxlength=Password::MAX_CHARS.to_string()
                        required
                        autofocus=self.focus(name, first)
                        aria-invalid=error.map(|_| "true")
                        aria-describedby=described(name, error.is_some(), rules.is_some())
                    />
                    // Without the script there is nothing that it could do.
                    <button r#type="button" data-reveal=name aria-label="Show password" aria-pressed="false" hidden>
                        <Icon name="eye"/>
                        <Icon name="eye-off"/>
                    </button>
                </div>
                {said(name, error)}
                {rules}
            </div>
        }
        .into_any()
    }
}

fn labelled(name: &'static str, label: &'static str, help: Option<(&'static str, &'static str)>) -> AnyView {
    let label = view! { <label r#for=name>{label}</label> };
    match help {
        Some((words, to)) => view! { <div class="labelled">{label} <a href=to>{words}</a></div> }.into_any(),
        None => label.into_any(),
    }
}

/// A value that goes along unseen.
pub fn hidden(name: &'static str, value: &str) -> AnyView {
    view! { <input r#type="hidden" name=name value=value.to_owned()/> }.into_any()
}

fn said(name: &str, error: Option<&str>) -> AnyView {
    let id = format!("{name}-error");
    error
        .map(|text| {
            let text = text.to_owned();
            view! { <p class="error" id=id><Icon name="circle-alert"/><span>{text}</span></p> }
        })
        .into_any()
}

fn described(name: &str, wrong: bool, hinted: bool) -> Option<String> {
    let ids: Vec<String> = [(wrong, "error"), (hinted, "hint")]
        .into_iter()
        .filter(|(there, _)| *there)
        .map(|(_, what)| format!("{name}-{what}"))
        .collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// Whose password it is, for the browser's store of passwords, which files it under this name.
pub fn owner(email: &str) -> AnyView {
    view! {
        <input
            class="visually-hidden"
            r#type="text"
            name="username"
            value=email.to_owned()
            autocomplete="username"
            tabindex="-1"
            aria-hidden="true"
            readonly
        />
    }
    .into_any()
}
