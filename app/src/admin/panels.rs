//! What panels of one thing have in common: which it is, and their head.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{Id, Problem};

use super::access::NotFoundTitle;
use crate::kit::Erase;

/// The panel of what the address names, if it names anything. Another one's is another panel, with nothing
/// left of the one before.
pub(super) fn by_id(panel: fn(Option<Id>) -> AnyView) -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse().ok())));
    (move || panel(id.get())).erased()
}

/// The head: what is known, or the kind of thing while that is under way and where there is none.
pub(super) fn head<T: 'static>(
    (label, kind): (&'static str, &'static str),
    found: impl Fn() -> Option<Result<T, Problem>> + Send + Sync + 'static,
    known: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let unknown = move || view! { <div class="names"><h2 id=label>{kind}</h2></div> }.erased();
    view! {
        <Transition fallback=unknown>
            {move || found().map(|one| match one {
                Ok(one) => known(one),
                Err(problem) => view! { <NotFoundTitle problem/> {unknown()} }.erased(),
            })}
        </Transition>
    }
    .erased()
}
