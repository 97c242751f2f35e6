//! Addresses: what the kit puts together itself, and what it must know of the portal that it is used in.

use leptos::prelude::*;
use model::ListQuery;

/// What the kit asks of the portal about addresses. The portal provides it at its root.
#[derive(Clone, Copy)]
pub struct Addresses {
    /// Where one signs in.
    pub sign_in: &'static str,
    /// Whether the server alone renders what stands at an address: the portal is left for it.
    pub is_served_alone: fn(&str) -> bool,
}

impl Default for Addresses {
    fn default() -> Self {
        Self { sign_in: "/", is_served_alone: |_| false }
    }
}

/// Those of the portal that one is in.
pub(super) fn addresses() -> Addresses {
    use_context().unwrap_or_default()
}

/// A screen that shows a list, or lies over one, with the list's state.
pub fn with_query(path: &str, query: &ListQuery) -> String {
    joined(path, &query.to_address())
}

/// A path with a query string that may be empty; the path may have one already.
pub fn joined(path: &str, query: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    if query.is_empty() { path.to_owned() } else { format!("{path}{mark}{query}") }
}
