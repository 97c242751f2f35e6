//! What one does for oneself from anywhere: light or dark, and logging out.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlFormElement;

use crate::browser::dom;
use crate::viewer::{THEME_COOKIE, Theme};

/// The form that logs out, which stands beside the account menu.
pub(super) const LOGOUT_FORM: &str = "log-out";

/// How the portal looks to this person.
#[derive(Clone, Copy)]
pub(super) struct Appearance(RwSignal<Theme>);

impl Appearance {
    pub(super) fn provide(theme: Theme) -> Self {
        let appearance = Self(RwSignal::new(theme));
        provide_context(appearance);
        appearance
    }

    pub fn chosen(self) -> Theme {
        self.0.get()
    }

    pub fn choose(self, chosen: Theme) {
        self.0.set(chosen);
        if let Some(root) = document().document_element() {
            drop(match chosen.forced() {
                Some(name) => root.set_attribute("data-theme", name),
                None => root.remove_attribute("data-theme"),
            });
        }
        dom::set_cookie(THEME_COOKIE, chosen.forced().unwrap_or("system"));
    }
}

pub(super) fn log_out() {
    let form = dom::by_id(LOGOUT_FORM).and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    if let Some(form) = form {
        drop(form.submit());
    }
}
