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

/// Leads whoever asked for the page to another place, whatever else they take for an answer: the router's own way
/// leads only those who say that they take HTML, and gives everybody else an empty page.
#[cfg(feature = "ssr")]
pub fn lead_to(place: &str) {
    use axum::http::{HeaderValue, StatusCode, header::LOCATION};

    if let (Some(answer), Ok(place)) =
        (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(place))
    {
        answer.insert_header(LOCATION, place);
        answer.set_status(StatusCode::SEE_OTHER);
    }
}

#[cfg(all(feature = "admin", not(feature = "ssr")))]
pub const fn lead_to(_place: &str) {}
