//! A row of small buttons of which one is pressed.

use leptos::prelude::*;

use super::Erase;

/// The buttons; `label` says what is chosen with them.
pub fn one_of<T: Copy + PartialEq + Send + Sync + 'static>(
    label: &'static str,
    options: &[(T, &'static str)],
    chosen: Signal<T>,
    on_choose: impl Fn(T) + Copy + Send + Sync + 'static,
) -> AnyView {
    let option = |(this, word): &(T, &'static str)| {
        let (this, word) = (*this, *word);
        let pressed = move || if chosen.get() == this { "true" } else { "false" };
        view! { <button r#type="button" aria-pressed=pressed on:click=move |_| on_choose(this)>{word}</button> }
    };
    let options = options.iter().map(option).collect_view();
    view! { <div class="one-of" role="group" aria-label=label>{options}</div> }.erased()
}
