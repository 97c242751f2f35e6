//! The Homepage stays true while it is open: a page that is seen asks for the figures again by itself.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use model::Problem;
use model::home::Homepage;

use crate::api::home as api;

const EVERY: Duration = Duration::from_mins(1);

/// What is newer than the page as it was read; none until something has changed. Asking does not count
/// as use of the session.
pub(super) fn refreshed(page: Resource<Result<Homepage, Problem>>) -> ReadSignal<Option<Homepage>> {
    let (fresh, set_fresh) = signal(None::<Homepage>);
    let asking = StoredValue::new(false);
    let ask = move || {
        if asking.get_value() || document().hidden() {
            return;
        }
        asking.set_value(true);
        spawn_local(async move {
            let answer = api::refresh_homepage().await;
            // The page may have been left meanwhile.
            if asking.try_set_value(false).is_some() {
                return;
            }
            let Ok(now) = answer else { return };
            let read = page.get_untracked().and_then(Result::ok);
            let shown = fresh.get_untracked().or(read);
            // What has not changed is not drawn anew: an open menu stays open.
            if shown.as_ref() != Some(&now) {
                set_fresh.set(Some(now));
            }
        });
    };
    Effect::new(move |_| {
        let round = set_interval_with_handle(ask, EVERY);
        on_cleanup(move || {
            if let Ok(round) = round {
                round.clear();
            }
        });
    });
    // What is read anew is newer than that.
    Effect::new(move |_| {
        page.track();
        set_fresh.set(None);
    });
    fresh
}
