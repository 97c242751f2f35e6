//! Taking a text along.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use super::{Button, Erase};

/// How long it is said that it worked.
const STAY: Duration = Duration::from_secs(3);

const COPY: &str = "Copy";
const COPIED: &str = "Copied";
const FAILED: &str = "Not copied";

/// Copies a text that stands beside it, and says so to everybody.
#[component]
pub fn CopyButton(#[prop(into)] text: Signal<String>, #[prop(optional)] small: bool) -> impl IntoView {
    let word = RwSignal::new(COPY);
    let press = move || {
        let copying = window().navigator().clipboard().write_text(&text.get_untracked());
        spawn_local(async move {
            let outcome = JsFuture::from(copying).await;
            word.try_set(if outcome.is_ok() { COPIED } else { FAILED });
            let back = move || {
                word.try_set(COPY);
            };
            set_timeout(back, STAY);
        });
    };
    // A status of its own: in a dialog, what lies outside is not heard.
    let said = move || (word.get() != COPY).then(|| word.get());
    view! {
        <span class="copy">
            <Button icon="copy" small on_press=press>{word}</Button>
            <span class="visually-hidden" role="status">{said}</span>
        </span>
    }
    .erased()
}
