//! The panel of one user.

use leptos::prelude::*;

#[component]
pub(super) fn UserPanel() -> impl IntoView {
}
