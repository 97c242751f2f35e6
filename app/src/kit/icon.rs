//! Icons of the sprite.

use leptos::prelude::*;

use crate::site;

/// An icon that goes with a word; it says nothing by itself.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=site::icon(name)></use>
        </svg>
    }
}
