//! The ways by which somebody reaches something, in words and links.

use leptos::prelude::*;
use model::access::AccessPath;

use crate::kit::{Erase, Time, When};
use crate::routes;

/// Each way on a line of its own.
pub(super) fn paths(paths: &[AccessPath]) -> AnyView {
    let one = |path: &AccessPath| view! { <li>{way(path)} " " {about(path)}</li> };
    view! { <ul class="ways" aria-label="Ways">{paths.iter().map(one).collect_view()}</ul> }.erased()
}

/// "Directly", or the groups in their order.
fn way(path: &AccessPath) -> AnyView {
    if path.groups.is_empty() {
        return view! { <span class="step">"Directly"</span> }.erased();
    }
    let step = |(place, group): (usize, &model::group::GroupRef)| {
        let arrow = (place > 0).then_some(" → ");
        view! { {arrow} <a class="step" href=routes::user_group(group.id)>{group.name.clone()}</a> }
    };
    path.groups.iter().enumerate().map(step).collect_view().erased()
}

fn about(path: &AccessPath) -> AnyView {
    let since = match path.begins {
        Some(at) => view! { "begins " <Time at when=When::Full/> }.erased(),
        None => view! { "since " <Time at=path.since/> }.erased(),
    };
    let by = (!path.by.is_empty()).then(|| format!(", bound by {}", path.by));
    let ends = path.ends.map(|at| view! { ", ends " <Time at when=When::Full/> });
    view! { <span class="muted">{since} {by} {ends}</span> }.erased()
}
