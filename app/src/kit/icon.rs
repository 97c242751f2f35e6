//! Icons of the sprite.

use std::sync::OnceLock;

use leptos::prelude::*;

/// An icon that goes with a word; it says nothing by itself.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=address(name)></use>
        </svg>
    }
}

/// The address of an icon of the sprite, for `<use href=…>`.
fn address(name: &str) -> String {
    format!("{}#{name}", sprite())
}

/// Says on the server where the sprite lies, once.
#[cfg(feature = "ssr")]
pub fn install_icons(address: String) {
    drop(SPRITE.set(address));
}

static SPRITE: OnceLock<String> = OnceLock::new();

/// Nowhere in a program that serves no pages, such as a test.
#[cfg(feature = "ssr")]
fn sprite() -> &'static str {
    SPRITE.get().map_or("", String::as_str)
}

/// The server writes the sprite's address on the root element, where the browser finds it.
#[cfg(not(feature = "ssr"))]
fn sprite() -> &'static str {
    SPRITE.get_or_init(|| {
        let root = document().document_element();
        root.and_then(|root| root.get_attribute("data-icons")).unwrap_or_default()
    })
}
