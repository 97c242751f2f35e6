//! A field that narrows a list while one types.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, html, leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::{Erase, Icon};
use crate::browser::dom;

/// How long after the last key a search begins.
const PAUSE: Duration = Duration::from_millis(250);

/// Searches after a pause in typing, at once on Enter; Esc clears. `/` anywhere on the page
/// leads here.
#[component]
pub fn SearchField(
    /// Names the field, and stands in it while it is empty.
    #[prop(into)]
    label: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_search: Callback<String>,
) -> impl IntoView {
    let typed = RwSignal::new(value.get_untracked());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    let search = move || {
        stop();
        let text = typed.get_untracked();
        if value.with_untracked(|now| *now != text) {
            on_search.run(text);
        }
    };
    let input = move |event| {
        typed.set(event_target_value(&event));
        stop();
        waiting.set_value(set_timeout_with_handle(search, PAUSE).ok());
    };
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => search(),
        "Escape" if typed.with_untracked(|text| !text.is_empty()) => {
            event.prevent_default();
            typed.set(String::new());
            search();
        }
        _ => {}
    };
    // The address may change by the browser's back button, too.
    Effect::new(move |_| typed.set(value.get()));
    on_cleanup(stop);
    let node = NodeRef::<html::Input>::new();
    slash_leads_to(node);
    view! {
        <div class="search-field" role="search">
            <Icon name="search"/>
            <input
                node_ref=node
                class="input"
                r#type="search"
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="search"
                aria-label=label.clone()
                aria-keyshortcuts="/"
                placeholder=format!("{label}…")
                value=value.get_untracked()
                prop:value=typed
                on:input=input
                on:keydown=keys
            />
        </div>
    }
    .erased()
}

fn slash_leads_to(node: NodeRef<html::Input>) {
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            let writing = dom::focused().is_some_and(|here| {
                matches!(here.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
                    || here.is_content_editable()
            });
            let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
            if event.key() == "/"
                && plain
                && !writing
                && let Some(field) = node.get_untracked()
            {
                event.prevent_default();
                dom::focus(&field);
            }
        });
        on_cleanup(move || handle.remove());
    });
}
