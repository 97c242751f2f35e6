//! Lower and upper case. The browser has tables of them already; Rust's would be sent once more.

#[cfg(not(feature = "hydrate"))]
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(not(feature = "hydrate"))]
pub fn upper(text: &str) -> String {
    text.to_uppercase()
}

#[cfg(feature = "hydrate")]
pub fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

#[cfg(feature = "hydrate")]
pub fn upper(text: &str) -> String {
    js_sys::JsString::from(text).to_upper_case().into()
}
