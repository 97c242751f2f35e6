//! The status of the answer that carries a page.

#[cfg(feature = "ssr")]
use leptos::prelude::*;

/// Gives the page's answer a status, where there is still one to give.
#[cfg(feature = "ssr")]
pub fn answer_with(status: u16) {
    if let (Some(answer), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), axum::http::StatusCode::from_u16(status))
    {
        answer.set_status(status);
    }
}

#[cfg(not(feature = "ssr"))]
pub const fn answer_with(_status: u16) {}
