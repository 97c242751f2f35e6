//! On or off. What cannot be changed keeps its place among the stops of the Tab key, so that everybody comes to
//! hear what it is and why, which is its hint.

use leptos::{ev::MouseEvent, prelude::*};

use super::Erase;
use crate::browser::dom::fresh_id;

/// A box to tick, with its label and a sentence about it.
#[component]
pub fn Checkbox(
    #[prop(into)] label: String,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    choice("checkbox", None, label, checked, on_change, hint, disabled)
}

/// A setting that holds as soon as the form is saved, drawn as a switch.
#[component]
pub fn Switch(
    #[prop(into)] label: String,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    choice("switch", Some("switch"), label, checked, on_change, hint, disabled)
}

fn choice(
    class: &'static str,
    role: Option<&'static str>,
    label: String,
    checked: Signal<bool>,
    on_change: Callback<bool>,
    hint: Option<String>,
    disabled: Signal<bool>,
) -> AnyView {
    let hint = hint.filter(|hint| !hint.is_empty());
    let hint_id = hint.is_some().then(|| fresh_id("hint"));
    let hint = hint.map(|text| view! { <span class="hint" id=hint_id.clone()>{text}</span> });
    view! {
        <div class="choice">
            <label>
                <input
                    r#type="checkbox"
                    class=class
                    role=role
                    aria-describedby=hint_id.clone()
                    aria-disabled=shut(disabled)
                    checked=checked.get_untracked()
                    prop:checked=checked
                    on:click=hold(disabled)
                    on:change=move |event| on_change.run(event_target_checked(&event))
                />
                <span>{label}</span>
            </label>
            {hint}
        </div>
    }
    .erased()
}

/// The value of `aria-disabled`.
pub(super) fn shut(disabled: Signal<bool>) -> impl Fn() -> Option<&'static str> + Send + Sync + 'static {
    move || disabled.get().then_some("true")
}

/// A box that is disabled stays as it is, whether its label, the mouse or a key would change it: each of them
/// clicks.
fn hold(disabled: Signal<bool>) -> impl Fn(MouseEvent) + 'static {
    move |event| {
        if disabled.get_untracked() {
            event.prevent_default();
        }
    }
}

/// One of a few, all in sight. `legend` names the group.
#[component]
pub fn RadioGroup(
    #[prop(into)] legend: String,
    /// Value and word of each choice.
    options: Vec<(String, String)>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let group = fresh_id("group");
    let hint_id = hint.is_some().then(|| fresh_id("hint"));
    let hint = hint.map(|text| view! { <p class="hint" id=hint_id.clone()>{text}</p> });
    let one = move |(key, word): (String, String)| {
        let (this, given) = (key.clone(), key.clone());
        let checked = Signal::derive(move || value.with(|value| *value == this));
        view! {
            <label>
                <input
                    r#type="radio"
                    class="radio"
                    name=group.clone()
                    value=key
                    aria-disabled=shut(disabled)
                    checked=checked.get_untracked()
                    prop:checked=checked
                    on:click=hold(disabled)
                    on:change=move |_| on_change.run(given.clone())
                />
                <span>{word}</span>
            </label>
        }
    };
    view! {
        <fieldset class="radios" aria-describedby=hint_id>
            <legend>{legend}</legend>
            {hint}
            {options.into_iter().map(one).collect_view()}
        </fieldset>
    }
}
