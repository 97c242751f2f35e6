//! What comes next: scheduled changes of users’ states.

use std::sync::Arc;

use leptos::prelude::*;
use model::list::grouped;
use model::user::schedule::Schedule;

use crate::admin::questions::questions;
use crate::admin::users::{OnChanged, change_pill, schedule_entries};
use crate::kit::{Avatar, Erase, Icon, Menu, Section, Time};
use crate::routes;

/// The scheduled changes that come next.
#[component]
pub(super) fn Upcoming(upcoming: Vec<Schedule>, count: u64, again: Callback<()>) -> impl IntoView {
    let list = if upcoming.is_empty() {
        quiet("calendar-clock", "No activation or suspension is scheduled.")
    } else {
        let rows = upcoming.into_iter().map(|schedule| change(schedule, again));
        view! { <ul class="rows arrivals">{rows.collect_view()}</ul> }.erased()
    };
    view! {
        <section class="card" aria-labelledby="upcoming">
            <header>
                <h2 id="upcoming">"Upcoming changes"</h2>
                {(count > 0).then(|| view! { <a href=routes::SCHEDULED_CHANGES>"See all " {grouped(count)} <span class="visually-hidden">" scheduled changes"</span></a> })}
            </header>
            {list}
        </section>
    }
    .erased()
}

fn change(schedule: Schedule, again: Callback<()>) -> AnyView {
    let questions = questions();
    let heard: OnChanged = Arc::new(move || again.run(()));
    let (user, name, kind, at) = (schedule.user, schedule.name.clone(), schedule.change, schedule.at);
    let label = format!("More for {name}");
    let sections =
        Signal::derive(move || vec![Section::from(schedule_entries(questions, &schedule, &heard, None))]);
    let face = view! { <span class="button quiet only-icon"><Icon name="ellipsis"/></span> };
    view! {
        <li>
            <Avatar id=user name=name.clone()/>
            <span class="text"><a href=routes::user(user)>{name}</a></span>
            <span class="state">{change_pill(kind)}</span>
            <span class="at always"><Time at/></span>
            <span class="do"><Menu label face=face.erased() sections/></span>
        </li>
    }
    .erased()
}

/// What stands in a list that has nothing.
pub(super) fn quiet(icon: &'static str, text: &'static str) -> AnyView {
    view! {
        <div class="quiet-state">
            <Icon name=icon/>
            <p>{text}</p>
        </div>
    }
    .erased()
}
