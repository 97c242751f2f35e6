//! Whether something has been typed that leaving would lose, and asking before it is left.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event};

use super::dom;

/// Where somebody wants to go.
#[derive(Clone, Debug)]
pub enum Going {
    /// To what lies beneath.
    Away,
    /// Wherever the browser's back leads.
    Back,
    /// Wherever a link leads.
    To(String),
}

/// What stands between something unsaved and its loss.
#[derive(Clone, Copy)]
pub struct Guard {
    /// Whether anything is unsaved.
    pub unsaved: RwSignal<bool>,
    /// The path to which one may move without losing it.
    pub within: Signal<String>,
    /// The address where one is.
    pub here: Callback<(), String>,
    pub ask: Callback<Going>,
}

thread_local! {
    /// The browser shows one page, and one form of it at most is in the way.
    static GUARD: Cell<Option<Guard>> = const { Cell::new(None) };
}

/// Whether leaving now would lose something.
pub fn any() -> bool {
    guard().is_some()
}

/// Asks before something would be lost by going there; false if nothing would.
#[cfg(feature = "admin")]
pub fn ask(address: &str) -> bool {
    let guard = guard();
    if let Some(guard) = guard {
        guard.ask.run(Going::To(address.to_owned()));
    }
    guard.is_some()
}

/// The guard, while it has something to guard.
fn guard() -> Option<Guard> {
    GUARD.get().filter(|guard| guard.unsaved.try_get_untracked().unwrap_or_default())
}

/// Sets the guard up, or takes it away.
pub fn set(guard: Option<Guard>) {
    GUARD.set(guard);
}

/// Listens for ways out of the page. Call it before the router is made: on the window, whoever
/// listens first hears first.
pub fn watch() {
    if cfg!(feature = "ssr") {
        return;
    }
    listen("click", |event| {
        let link = dom::target(event).and_then(|target| target.closest("a[href]").ok().flatten());
        let (Some(guard), Some(link)) = (guard(), link.filter(leads_away)) else { return };
        let Some(address) = link.get_attribute("href") else { return };
        event.prevent_default();
        event.stop_immediate_propagation();
        guard.ask.run(Going::To(address));
    });
    listen("popstate", |event| {
        let Some(guard) = guard() else { return };
        let now = window().location().pathname().unwrap_or_default();
        if guard.within.with_untracked(|within| now.starts_with(within.as_str())) {
            return;
        }
        // The browser has moved already: stand where we were, and ask.
        event.stop_immediate_propagation();
        if let Ok(history) = window().history() {
            drop(history.push_state_with_url(&JsValue::NULL, "", Some(&guard.here.run(()))));
        }
        guard.ask.run(Going::Back);
    });
    listen("beforeunload", |event| {
        if any() {
            event.prevent_default();
        }
    });
}

/// Whether a link would leave what is being edited: not another tab of the browser or the panel.
fn leads_away(link: &Element) -> bool {
    !["target", "download", "data-keeps"].iter().any(|name| link.has_attribute(name))
}

/// For as long as the page lives.
fn listen(name: &str, hear: impl Fn(&Event) + 'static) {
    let listener = Closure::<dyn Fn(Event)>::new(move |event| hear(&event));
    let function = listener.as_ref().unchecked_ref();
    drop(window().add_event_listener_with_callback_and_bool(name, function, true));
    listener.forget();
}
