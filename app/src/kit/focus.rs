//! The focus where things come and go: what is made anew keeps it, and what goes away gives it back.

use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::browser::dom;

const HEADING: &str = "main h1";

/// Call it where something is about to be made anew: if the focus is in it, it is on the same thing then.
pub fn keep_focus() {
    if cfg!(feature = "ssr") {
        return;
    }
    if let Some(same) = dom::focused().as_ref().and_then(place) {
        dom::soon(move || {
            // Where a list ends, the step that led there is none any more.
            for selector in [same.as_str(), "main a[data-step][href]", HEADING] {
                if is_lost() {
                    find(selector).iter().for_each(dom::focus);
                }
            }
        });
    }
}

/// Gives the focus back to what had it; to what stands in its place, where that has been made anew, or to the
/// page's heading.
pub fn give_back(before: &HtmlElement) {
    if before.is_connected() && !is_body(before) {
        return dom::focus(before);
    }
    place(before).and_then(|same| find(&same)).or_else(|| find(HEADING)).iter().for_each(dom::focus);
}

/// How to find something again.
fn place(element: &HtmlElement) -> Option<String> {
    let named = |name: &str| element.get_attribute(name).map(|value| format!("[{name}=\"{value}\"]"));
    let row = element.closest("tr[data-row]").ok().flatten().and_then(|row| row.get_attribute("data-row"));
    if let Some(row) = row.filter(|_| element.matches("input").unwrap_or_default()) {
        return Some(format!("tr[data-row=\"{row}\"] .pick input"));
    }
    if element.matches("thead .pick input").unwrap_or_default() {
        return Some("thead .pick input".to_owned());
    }
    named("data-column")
        .or_else(|| named("data-step"))
        .or_else(|| named("href"))
        .map(|named| format!("main a{named}"))
}

fn find(selector: &str) -> Option<HtmlElement> {
    document().body().and_then(|body| dom::find(&body, selector))
}

fn is_lost() -> bool {
    dom::focused().is_none_or(|here| is_body(&here))
}

fn is_body(element: &HtmlElement) -> bool {
    element.tag_name() == "BODY"
}
