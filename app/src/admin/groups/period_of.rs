//! A membership in words.

use leptos::prelude::*;
use model::group::Membership;

use crate::kit::{Erase, Pill, Time, Tone, When};
use crate::viewer::clock;

/// Whether it has begun, since when, by whom, and until when.
pub(in crate::admin) fn membership(of: &Membership) -> AnyView {
    let now = clock().now();
    let period = &of.period;
    let begun = period.starts_at.is_none_or(|starts| starts <= now);
    let (tone, word) = if begun { (Tone::Ok, "Direct") } else { (Tone::Waiting, "Not begun") };
    let begins = match period.starts_at {
        Some(at) if begun => view! { "since " <Time at/> }.erased(),
        Some(at) => view! { "begins " <Time at when=When::Full/> }.erased(),
        None => view! { "since " <Time at=of.added_at/> }.erased(),
    };
    let by = (!of.added_by.is_empty()).then(|| format!(", added by {}", of.added_by));
    let ends = period.ends_at.map(|at| view! { ", ends " <Time at when=When::Full/> });
    view! { <Pill tone word/> " " <span class="muted">{begins} {by} {ends}</span> }.erased()
}
