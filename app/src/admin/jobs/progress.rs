//! How far a job has come: its state, its bar, and how many are where.

use leptos::prelude::*;
use model::job::{JobRow, JobState};
use model::list::grouped;

use crate::kit::{Erase, Pill, Tone};

const fn tone(state: JobState) -> Tone {
    match state {
        JobState::Queued => Tone::Waiting,
        JobState::Running => Tone::Info,
        JobState::Done => Tone::Ok,
        JobState::Cancelled => Tone::Neutral,
        JobState::Failed => Tone::Bad,
    }
}

pub(super) fn state(row: &JobRow) -> AnyView {
    view! { <Pill tone=tone(row.state) word=row.state.label()/> }.erased()
}

/// How many it was done to and how many were left out, as a bar. The number beside it says the same.
pub(super) fn bar(row: &JobRow, label: &str) -> AnyView {
    let share = |part: u64| (part * WIDTH).checked_div(row.total).unwrap_or(0);
    let (done, refused) = (share(row.done), share(row.refused));
    view! {
        <span
            class="progress"
            role="progressbar"
            aria-label=label.to_owned()
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=row.percent().to_string()
            aria-valuetext=reached(row)
        >
            // Sizes in a style are refused by the page's own policy.
            <svg viewBox=format!("0 0 {WIDTH} 8") preserveAspectRatio="none" aria-hidden="true">
                <rect class="done" width=done.to_string() height="8"></rect>
                <rect class="left-out" x=done.to_string() width=refused.to_string() height="8"></rect>
            </svg>
        </span>
    }
    .erased()
}

/// How many parts the bar has.
const WIDTH: u64 = 1000;

/// "2,118 of 3,412".
pub(super) fn reached(row: &JobRow) -> String {
    format!("{} of {}", grouped(row.reached()), grouped(row.total))
}

/// How many are where, in words.
pub(super) fn counts(row: &JobRow) -> AnyView {
    let fact = |name: &'static str, count: u64| view! { <div><dt>{name}</dt><dd>{grouped(count)}</dd></div> };
    let left = if row.state.goes_on() { "Still to do" } else { "Not done" };
    view! {
        <dl class="job-counts">
            {fact(row.kind.outcome(), row.done)}
            {fact(left, row.left())}
            {fact("Left out", row.refused)}
        </dl>
    }
    .erased()
}
