//! The steps of an import, and where one is.

use leptos::prelude::*;

use crate::kit::{Erase, Icon};

/// What is done one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Upload,
    Map,
    Check,
    Import,
}

impl Step {
    const ALL: [Self; 4] = [Self::Upload, Self::Map, Self::Check, Self::Import];

    const fn label(self) -> &'static str {
        match self {
            Self::Upload => "Upload",
            Self::Map => "Map",
            Self::Check => "Check",
            Self::Import => "Import",
        }
    }
}

#[component]
pub(super) fn Steps(now: Step) -> impl IntoView {
    let one = |(place, step): (usize, Step)| {
        let done = step < now;
        let mark =
            if done { view! { <Icon name="check"/> }.erased() } else { (place + 1).to_string().erased() };
        view! {
            <li class:done=done aria-current=(step == now).then_some("step")>
                <span class="mark" aria-hidden="true">{mark}</span>
                {step.label()}
                {done.then(|| view! { <span class="visually-hidden">" (done)"</span> })}
            </li>
        }
    };
    view! { <ol class="import-steps" aria-label="Steps">{Step::ALL.into_iter().enumerate().map(one).collect_view()}</ol> }
        .erased()
}
