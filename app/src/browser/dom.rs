//! The page: finding, focus, cookies.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// An id that no other element has. What the server gives and what the browser gives differ, so
/// that elements from both can stand in one page: only attributes that never change may hold it.
pub fn fresh_id(kind: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let side = if cfg!(feature = "ssr") { "s" } else { "b" };
    format!("{kind}-{side}{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The element with this id.
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id).and_then(|element| element.dyn_into().ok())
}

/// The first element that a selector finds below another.
pub fn find(within: &Element, selector: &str) -> Option<HtmlElement> {
    within.query_selector(selector).ok().flatten().and_then(|element| element.dyn_into().ok())
}

/// All elements that a selector finds below another, in the order of the document.
pub fn find_all(within: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = within.query_selector_all(selector) else { return vec![] };
    (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect()
}

/// Moves the focus; an element that cannot take it leaves it where it is.
pub fn focus(element: &HtmlElement) {
    drop(element.focus());
}

/// The element that has the focus.
pub fn focused() -> Option<HtmlElement> {
    document().active_element().and_then(|element| element.dyn_into().ok())
}

/// The element that an event came from.
pub fn target(event: &web_sys::Event) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into().ok())
}

/// Moves the focus among elements: by so many places, stopping at the ends or going round.
pub fn step_focus(all: &[HtmlElement], by: isize, round: bool) {
    let Some(last) = all.len().checked_sub(1) else { return };
    let now = focused().and_then(|now| all.iter().position(|one| *one == now));
    let next = match now {
        None if by < 0 => last,
        None => 0,
        Some(now) => match now.checked_add_signed(by) {
            Some(next) if next <= last => next,
            Some(_) if round => 0,
            None if round => last,
            Some(_) => last,
            None => 0,
        },
    };
    if let Some(element) = all.get(next) {
        focus(element);
    }
}

/// Keeps a choice about how things look for a year, for this site's pages.
pub fn set_cookie(name: &str, value: &str) {
    const YEAR: u32 = 365 * 24 * 60 * 60;
    let secure =
        if window().location().protocol().is_ok_and(|scheme| scheme == "https:") { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={YEAR}; SameSite=Lax{secure}");
    if let Some(document) = document().dyn_ref::<web_sys::HtmlDocument>() {
        drop(document.set_cookie(&cookie));
    }
}

/// Does something after the page has been laid out anew.
pub fn soon(what: impl FnOnce() + 'static) {
    request_animation_frame(what);
}
