//! The choice from when to when something holds.

use leptos::prelude::*;
use model::group::NewPeriod;
use model::user::schedule::LocalTime;

use super::when::{WhenChoice, when_fields};
use crate::api::groups as api;
use crate::kit::{Erase, RadioGroup};

const OPEN: &str = "open";
const AT: &str = "at";

/// One of its two ends.
#[derive(Clone, Copy)]
struct Edge {
    /// [`AT`] where there is a time.
    set: RwSignal<String>,
    when: WhenChoice,
}

impl Edge {
    fn of(typed: Option<&LocalTime>) -> Self {
        let set = if typed.is_some() { AT } else { OPEN };
        let edge = Self {
            set: RwSignal::new(set.to_owned()),
            when: typed.map_or_else(WhenChoice::tomorrow, WhenChoice::from_typed),
        };
        Effect::new(move |_| {
            if edge.is_set() {
                edge.when.resolve(api::resolve_membership_time);
            }
        });
        edge
    }

    fn is_set(self) -> bool {
        self.set.with(|set| set == AT)
    }

    fn typed(self) -> Option<LocalTime> {
        self.is_set().then(|| self.when.typed())
    }

    fn trouble(self) -> Option<String> {
        self.is_set().then(|| self.when.trouble()).flatten()
    }

    fn fields(self, legend: &'static str, open: &'static str) -> AnyView {
        let options =
            vec![(OPEN.to_owned(), open.to_owned()), (AT.to_owned(), "At a date and time".to_owned())];
        let set = self.set;
        view! {
            <RadioGroup legend options value=set on_change=move |chosen| set.set(chosen)/>
            {move || self.is_set().then(|| view! {
                <div class="period" role="group" aria-label=legend>{when_fields(self.when)}</div>
            })}
        }
        .erased()
    }
}

/// An end alone, or none.
#[derive(Clone, Copy)]
pub(super) struct EndChoice(Edge);

impl EndChoice {
    pub fn none() -> Self {
        Self(Edge::of(None))
    }

    pub fn typed(self) -> Option<LocalTime> {
        self.0.typed()
    }

    /// Why it cannot be taken; `None` when it can.
    pub fn trouble(self) -> Option<String> {
        self.0.trouble()
    }

    /// Its field; `open` is the word for no end.
    pub fn fields(self, legend: &'static str, open: &'static str) -> AnyView {
        self.0.fields(legend, open)
    }
}

/// What is chosen.
#[derive(Clone, Copy)]
pub(super) struct PeriodChoice {
    starts: Edge,
    ends: Edge,
}

impl PeriodChoice {
    /// As it was chosen before; at once and without end for what is new.
    pub fn from_typed(typed: &NewPeriod) -> Self {
        Self { starts: Edge::of(typed.starts.as_ref()), ends: Edge::of(typed.ends.as_ref()) }
    }

    pub fn typed(self) -> NewPeriod {
        NewPeriod { starts: self.starts.typed(), ends: self.ends.typed() }
    }

    /// Why it cannot be taken; `None` when it can.
    pub fn trouble(self) -> Option<String> {
        self.starts.trouble().or_else(|| self.ends.trouble()).or_else(|| self.order())
    }

    fn order(self) -> Option<String> {
        let at = |edge: Edge| {
            let resolved = edge.when.resolved.get().and_then(Result::ok);
            edge.is_set().then_some(resolved?.at)
        };
        let (starts, ends) = (at(self.starts)?, at(self.ends)?);
        (ends <= starts).then(|| "The end comes after the start.".to_owned())
    }
}

/// The fields of both ends.
pub(super) fn period_fields(period: PeriodChoice) -> AnyView {
    let order = move || period.order().map(|text| view! { <p class="error" role="alert">{text}</p> });
    view! {
        {period.starts.fields("Membership begins", "At once")}
        {period.ends.fields("Membership ends", "Never")}
        {order}
    }
    .erased()
}
