//! The fields of the password policy, part by part.

use leptos::prelude::*;
use model::password_policy::{PolicyForm, Ranged};

use crate::admin::settings::part;
use crate::kit::{Erase, Switch, TextField};

/// What the parts of the form need.
#[derive(Clone, Copy)]
struct Field {
    form: RwSignal<PolicyForm>,
    readonly: Signal<bool>,
}

/// A switch of the form.
type On = fn(&mut PolicyForm) -> &mut bool;
/// A number of the form, as typed.
type Number = fn(&mut PolicyForm) -> &mut String;

#[component]
pub(super) fn PolicyFields(form: RwSignal<PolicyForm>, readonly: Signal<bool>) -> impl IntoView {
    let field = Field { form, readonly };
    view! { {complexity(field)} {reuse(field)} {ageing(field)} {lockout(field)} }
}

fn complexity(field: Field) -> AnyView {
    let rules = view! {
        {number(field, Ranged::MIN_LENGTH, "Minimum length", "characters", |form| &mut form.min_length)}
        {switch(field, "A lower-case letter", None, |form| &mut form.needs_lowercase)}
        {switch(field, "An upper-case letter", None, |form| &mut form.needs_uppercase)}
        {switch(field, "A digit", None, |form| &mut form.needs_numeric)}
        {switch(field, "A symbol", None, |form| &mut form.needs_symbolic)}
        {switch(
            field,
            "Refuse common passwords",
            Some("Whatever is in lists of common passwords, words and names, or soon guessed from them."),
            |form| &mut form.disallow_commonly_used,
        )}
        {switch(
            field,
            "Refuse sequences and repetitions",
            Some("Three of the same or in a row, such as aaa, abc or 321."),
            |form| &mut form.disallow_sequential_or_repetitive,
        )}
        {switch(
            field,
            "Allow the username in the password",
            None,
            |form| &mut form.allow_username_substring,
        )}
        {switch(
            field,
            "Show the rules where a password is chosen",
            Some("Otherwise people learn of a rule when their password breaks it."),
            |form| &mut form.display_on_reset_screen,
        )}
    };
    part("Complexity", "What a new password must be.", rules.erased())
}

fn reuse(field: Field) -> AnyView {
    let parts = view! {
        {limited(
            field,
            "Refuse former passwords",
            Some("The present one counts as the first."),
            |form| &mut form.enable_history,
            |part| number(part, Ranged::MAX_HISTORY, "Passwords remembered", "passwords", |form| &mut form.max_history),
        )}
        {limited(
            field,
            "Minimum age",
            Some("Users wait this long before they change it again. Administrators and links from emails do not."),
            |form| &mut form.enable_min_change,
            |part| number(part, Ranged::MIN_CHANGE, "Days before the next change", "days", |form| &mut form.min_change_days),
        )}
    };
    part("Reuse", "How new a new password must be.", parts.erased())
}

fn ageing(field: Field) -> AnyView {
    let warning = move |field: Field| {
        view! {
            {number(field, Ranged::EXPIRATION, "Days that a password lasts", "days", |form| &mut form.expiration_days)}
            {limited(
                field,
                "Warn before the end",
                Some("An email once a day, to Active users."),
                |form| &mut form.enable_warning,
                |part| number(part, Ranged::WARNING, "Days of warning", "days", |form| &mut form.warning_days),
            )}
        }
        .erased()
    };
    let parts = limited(
        field,
        "Passwords expire",
        Some(
            "An expired password opens nothing but the page that changes it. Users can be exempt one by one.",
        ),
        |form| &mut form.enable_expiration,
        warning,
    );
    part("Expiry", "How long a password lasts.", parts)
}

fn lockout(field: Field) -> AnyView {
    let more = move |field: Field| {
        view! {
            {number(field, Ranged::ATTEMPTS, "Wrong tries that lock", "tries", |form| &mut form.max_attempts)}
            {number(field, Ranged::WINDOW, "Minutes they are remembered", "minutes", |form| &mut form.window_minutes)}
            {limited(
                field,
                "Open by itself",
                Some("Otherwise an administrator or a new password opens it."),
                |form| &mut form.enable_unlock,
                |part| number(part, Ranged::UNLOCK, "Minutes until it opens", "minutes", |form| &mut form.unlock_minutes),
            )}
        }
        .erased()
    };
    let parts = limited(
        field,
        "Lock after wrong passwords",
        Some("The user and administrators who can unlock are told by email."),
        |form| &mut form.enable_lockout,
        more,
    );
    part("Lockout", "What wrong passwords lead to.", parts)
}

fn switch(
    Field { form, readonly }: Field,
    label: &'static str,
    hint: Option<&'static str>,
    part: On,
) -> AnyView {
    let checked = Signal::derive(move || form.with(|form| *part(&mut form.clone())));
    let set = move |on| form.update(|form| *part(form) = on);
    match hint {
        Some(hint) => view! { <Switch label checked on_change=set hint disabled=readonly/> }.erased(),
        None => view! { <Switch label checked on_change=set disabled=readonly/> }.erased(),
    }
}

/// A switch, and what there is to say once it is on.
fn limited(
    field: Field,
    label: &'static str,
    hint: Option<&'static str>,
    on: On,
    more: impl Fn(Field) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let shown = Memo::new(move |_| field.form.with(|form| *on(&mut form.clone())));
    view! {
        {switch(field, label, hint, on)}
        {move || shown.get().then(|| view! { <div class="settings-more">{more(field)}</div> })}
    }
    .erased()
}

fn number(
    Field { form, readonly }: Field,
    range: Ranged,
    label: &'static str,
    unit: &'static str,
    part: Number,
) -> AnyView {
    let value = Signal::derive(move || form.with(|form| part(&mut form.clone()).clone()));
    let set = move |text| form.update(|form| *part(form) = text);
    let hint = format!("{} to {} {unit}", range.least, range.most);
    view! {
        <div class="settings-number">
            <TextField label name=range.name value on_input=set required=true hint readonly/>
        </div>
    }
    .erased()
}
