//! How a file is read, and how its rows are taken.

use leptos::prelude::*;
use model::Operation;
use model::import::{Choices, Column, Encoding, Existing, MatchBy, Separator, UsernameRule};
use model::user::UserState;

use super::mapping::Mapping;
use crate::kit::{Checkbox, Erase, SelectField};
use crate::viewer::account;

/// The value of the choice that leaves the state to the organization's settings.
const BY_DEFAULT: &str = "default";

fn offered(choices: &[(&'static str, &'static str)]) -> Signal<Vec<(String, String)>> {
    let choices = choices.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned()));
    Signal::stored(choices.collect())
}

/// What is chosen, as a choice's value.
fn value(mapping: Mapping, of: fn(&Choices) -> &'static str) -> Signal<String> {
    Signal::derive(move || mapping.choices.with(of).to_owned())
}

fn change(mapping: Mapping, set: impl Fn(&mut Choices, &str) + Send + Sync + 'static) -> Callback<String> {
    Callback::new(move |key: String| {
        mapping.problem.set(None);
        mapping.choices.update(|choices| set(choices, &key));
    })
}

/// How the file is read.
#[component]
pub(super) fn Reading(mapping: Mapping) -> impl IntoView {
    let read = move |encoding: Option<Encoding>, separator: Option<Separator>| {
        let (now, parted) = mapping.choices.with_untracked(|choices| (choices.encoding, choices.separator));
        mapping.read_again(encoding.unwrap_or(now), separator.unwrap_or(parted));
    };
    view! {
        <section class="card" aria-labelledby="import-reading">
            <header><h2 id="import-reading">"How the file is read"</h2></header>
            <div class="body stack">
                <SelectField
                    label="Separator"
                    options=offered(Separator::CHOICES)
                    value=value(mapping, |choices| choices.separator.as_str())
                    on_change=move |key: String| read(None, Separator::parse(&key))
                    disabled=mapping.busy
                />
                <SelectField
                    label="Encoding"
                    options=offered(Encoding::CHOICES)
                    value=value(mapping, |choices| choices.encoding.as_str())
                    on_change=move |key: String| read(Encoding::parse(&key), None)
                    disabled=mapping.busy
                />
            </div>
        </section>
    }
    .erased()
}

/// How its rows are taken.
#[component]
pub(super) fn Taking(mapping: Mapping) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="import-taking">
            <header><h2 id="import-taking">"How rows are taken"</h2></header>
            <div class="body stack">
                {existing(mapping)}
                {new_users(mapping)}
                <SelectField
                    label="If some rows have faults"
                    options=offered(&[("all", "Import none"), ("good", "Import the good rows only")])
                    value=value(mapping, |choices| if choices.good_rows { "good" } else { "all" })
                    on_change=change(mapping, |choices, key| choices.good_rows = key == "good")
                />
                <Checkbox
                    label="Keep this mapping for the next file"
                    checked=Signal::derive(move || mapping.choices.with(|choices| choices.remember))
                    on_change=move |on| mapping.choices.update(|choices| choices.remember = on)
                />
            </div>
        </section>
    }
    .erased()
}

fn existing(mapping: Mapping) -> AnyView {
    let refusal = untrack(|| account().refusal(Operation::UpdateUser));
    let may = refusal.is_none();
    let by = move || {
        let changes = mapping.choices.with(|choices| choices.existing != Existing::Refuse);
        changes.then(|| {
            view! {
                <SelectField
                    label="Existing users are found by"
                    options=offered(MatchBy::CHOICES)
                    value=value(mapping, |choices| choices.by.as_str())
                    on_change=change(mapping, |choices, key| choices.by = MatchBy::parse(key).unwrap_or(choices.by))
                    hint="Their password and state stay as they are."
                />
            }
        })
    };
    view! {
        <SelectField
            label="Existing users"
            options=offered(Existing::CHOICES)
            value=value(mapping, |choices| choices.existing.as_str())
            on_change=change(mapping, |choices, key| {
                choices.existing = Existing::parse(key).unwrap_or(choices.existing);
            })
            disabled=Signal::stored(!may)
            hint=refusal.unwrap_or_default()
        />
        {by}
    }
    .erased()
}

fn new_users(mapping: Mapping) -> AnyView {
    let states = [
        (BY_DEFAULT, "By the organization’s default"),
        (UserState::Staged.as_str(), UserState::Staged.label()),
        (UserState::Activated.as_str(), UserState::Activated.label()),
    ];
    let unnamed = move || {
        let named = mapping.choices.with(|choices| choices.columns.contains(&Some(Column::Username)));
        (!named).then(|| {
            view! {
                <SelectField
                    label="Usernames of new users"
                    options=offered(UsernameRule::CHOICES)
                    value=value(mapping, |choices| choices.usernames.as_str())
                    on_change=change(mapping, |choices, key| {
                        choices.usernames = UsernameRule::parse(key).unwrap_or(choices.usernames);
                    })
                    hint="The file has none. A number goes behind one that somebody has already."
                />
            }
        })
    };
    view! {
        {unnamed}
        <SelectField
            label="State of new users"
            options=offered(&states)
            value=value(mapping, |choices| choices.state.map_or(BY_DEFAULT, UserState::as_str))
            on_change=change(mapping, |choices, key| choices.state = UserState::parse(key))
            hint="A state in the file comes first."
        />
        <SelectField
            label="Emails to new users"
            options=offered(&[("none", "None"), ("first", "The first email, to those who are Active")])
            value=value(mapping, |choices| if choices.email { "first" } else { "none" })
            on_change=change(mapping, |choices, key| choices.email = key == "first")
        />
    }
    .erased()
}
