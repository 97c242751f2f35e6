//! The form for a new user.

use leptos::prelude::*;

#[component]
pub(super) fn NewUserPanel() -> impl IntoView {
}
