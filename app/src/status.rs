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

/// Redirects whoever asked for the page, whatever else they take for an answer: the router's own way
/// leads only those who say that they take HTML, and gives everybody else an empty page.
#[cfg(feature = "ssr")]
pub fn redirect_to(address: &str) {
    use axum::http::{HeaderValue, StatusCode, header::LOCATION};

    if let (Some(answer), Ok(address)) =
        (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(address))
    {
        answer.insert_header(LOCATION, address);
        answer.set_status(StatusCode::SEE_OTHER);
    }
}

#[cfg(all(feature = "admin", not(feature = "ssr")))]
pub const fn redirect_to(_address: &str) {}
