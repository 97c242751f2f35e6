//! Closing what lies over a screen so that the browser's back does not open it again.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{AddEventListenerOptions, Event};

/// How many steps back the screen at `address` is, where nothing but what is at `over`, or below
/// it, lies between. Browsers without the Navigation API do not tell.
pub fn steps_back_to(address: &str, over: &str) -> Option<u32> {
    let navigation = get(&window(), "navigation")?;
    let entries = call(&navigation, "entries")?.dyn_into::<js_sys::Array>().ok()?;
    let origin = window().location().origin().ok()?;
    let path = |entry: JsValue| -> Option<String> {
        Some(get(&entry, "url")?.as_string()?.strip_prefix(&origin)?.to_owned())
    };
    let here = get(&get(&navigation, "currentEntry")?, "index")?;
    let mut steps = 0;
    let mut before = entries.slice(0, index(&here)?).to_vec();
    while let Some(entry) = before.pop() {
        steps += 1;
        let path = path(entry)?;
        if path == address {
            return Some(steps);
        }
        if !is_within(&path, over) {
            return None;
        }
    }
    None
}

fn index(number: &JsValue) -> Option<u32> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small index")]
    number.as_f64().filter(|number| *number >= 0.0).map(|number| number as u32)
}

fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    let value = js_sys::Reflect::get(object, &JsValue::from_str(key)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

fn call(object: &JsValue, method: &str) -> Option<JsValue> {
    get(object, method)?.dyn_into::<js_sys::Function>().ok()?.call0(object).ok()
}

/// Whether an address is that of `over`, or below it.
fn is_within(address: &str, over: &str) -> bool {
    address.strip_prefix(over).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

/// Goes back, one step after the other: the router counts them, and of several at once it hears
/// only the last.
pub fn go_back(steps: u32) {
    let Some(left) = steps.checked_sub(1) else { return };
    if left > 0 {
        let next = Closure::once_into_js(move |_: Event| go_back(left));
        let once = AddEventListenerOptions::new();
        once.set_once(true);
        drop(window().add_event_listener_with_callback_and_add_event_listener_options(
            "popstate",
            next.unchecked_ref(),
            &once,
        ));
    }
    drop(window().history().and_then(|history| history.back()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_are_within_their_panel_and_others_are_not() {
        let panel = "/admin/users/0123";
        for within in ["/admin/users/0123", "/admin/users/0123/activity?q=a", "/admin/users/0123?q=a"] {
            assert!(is_within(within, panel), "{within}");
        }
        for other in ["/admin/users", "/admin/users/01234", "/admin/users/4567/activity"] {
            assert!(!is_within(other, panel), "{other}");
        }
    }
}
