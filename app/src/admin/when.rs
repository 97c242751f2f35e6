//! The choice of a date and a time of day in a zone, and which instant that is.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};
use model::user::schedule::{LocalTime, ResolvedTime};
use model::{Problem, Timestamp};

use crate::api::users as api;
use crate::browser::dom;
use crate::kit::{Civil, Erase, Field, TextField, civil_here};
use crate::viewer::clock;

/// What is typed.
#[derive(Clone, Copy)]
pub(super) struct WhenChoice {
    pub date: RwSignal<String>,
    pub time: RwSignal<String>,
    pub zone: RwSignal<String>,
    /// Which instant it is, or what is wrong with it.
    pub resolved: RwSignal<Option<Result<ResolvedTime, Problem>>>,
}

impl WhenChoice {
    /// Tomorrow at nine, in the viewer's zone.
    pub fn tomorrow() -> Self {
        const DAY: std::time::Duration = std::time::Duration::from_hours(24);
        let clock = clock();
        let tomorrow = civil_here(clock.now().plus(DAY));
        Self::from_typed(&LocalTime {
            date: date_of(tomorrow),
            time: "09:00".to_owned(),
            zone: clock.zone.get_untracked(),
        })
    }

    /// What was typed before.
    pub fn from_typed(typed: &LocalTime) -> Self {
        Self {
            date: RwSignal::new(typed.date.clone()),
            time: RwSignal::new(typed.time.clone()),
            zone: RwSignal::new(typed.zone.clone()),
            resolved: RwSignal::new(None),
        }
    }

    pub fn typed(self) -> LocalTime {
        LocalTime { date: self.date.get(), time: self.time.get(), zone: self.zone.get() }
    }

    /// Asks the server which instant it is; the last answer counts.
    pub fn resolve<F>(self, ask: impl FnOnce(LocalTime) -> F + 'static)
    where
        F: Future<Output = Result<ResolvedTime, Problem>> + 'static,
    {
        let at = self.typed();
        spawn_local(async move {
            let answer = ask(at.clone()).await;
            if self.typed_untracked() == Some(at) {
                self.resolved.set(Some(answer));
            }
        });
    }

    fn typed_untracked(self) -> Option<LocalTime> {
        Some(LocalTime {
            date: self.date.try_get_untracked()?,
            time: self.time.try_get_untracked()?,
            zone: self.zone.try_get_untracked()?,
        })
    }

    /// Why it cannot be taken; `None` when it can.
    pub fn trouble(self) -> Option<String> {
        self.resolved.with(|resolved| match resolved {
            Some(Ok(_)) => None,
            Some(Err(problem)) => Some(
                problem.faults.first().map_or_else(|| problem.message.clone(), |fault| fault.message.clone()),
            ),
            None => Some("The time is being looked up.".to_owned()),
        })
    }

    fn fault(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.resolved.with(|resolved| match resolved {
                Some(Err(problem)) => problem.fault(field).map(str::to_owned),
                Some(Ok(_)) | None => None,
            })
        })
    }
}

fn date_of(day: Civil) -> String {
    format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)
}

/// The three fields, and below them the instant in UTC and in the viewer's zone.
pub(super) fn when_fields(when: WhenChoice) -> AnyView {
    let zones = Resource::new(|| (), |()| api::time_zones());
    let list = dom::fresh_id("zones");
    let of = list.clone();
    let zone_control = Box::new(move |id: String| {
        view! {
            <input
                class="input"
                id=id
                name="zone"
                list=of
                autocomplete="off"
                spellcheck="false"
                aria-required="true"
                aria-invalid=move || when.fault("zone").get().is_some().then_some("true")
                prop:value=when.zone
                on:input=move |event| when.zone.set(event_target_value(&event))
            />
        }
        .erased()
    });
    let offered = move || {
        let zones = zones.get().and_then(Result::ok).unwrap_or_default();
        zones.into_iter().map(|zone| view! { <option value=zone></option> }).collect::<Vec<_>>()
    };
    view! {
        <div class="when">
            <TextField
                label="Date"
                name="date"
                kind="date"
                value=when.date
                on_input=move |text| when.date.set(text)
                required=true
                error=when.fault("date")
            />
            <TextField
                label="Time"
                name="time"
                kind="time"
                value=when.time
                on_input=move |text| when.time.set(text)
                required=true
                error=when.fault("time")
            />
            <Field label="Time zone" required=true error=when.fault("zone") control=zone_control/>
        </div>
        <datalist id=list><Transition>{offered}</Transition></datalist>
        <p class="muted when-means" aria-live="polite">{move || means(when)}</p>
    }
    .erased()
}

fn means(when: WhenChoice) -> Option<AnyView> {
    let resolved = when.resolved.get()?.ok()?;
    let note = (!resolved.note.is_empty()).then(|| view! { <br/> {resolved.note.clone()} });
    let here = clock().zone.get();
    let yours =
        (here != when.zone.get() && here != "UTC").then(|| format!(" · {} {here}", in_full(resolved.at)));
    Some(view! { {resolved.utc} {yours} " · " {resolved.until} {note} }.erased())
}

/// "1 Dec 2026, 09:00", where the viewer is.
fn in_full(at: Timestamp) -> String {
    let clock = clock();
    clock.zone.with(|zone| crate::kit::say(at, clock.now(), zone, crate::kit::When::Full))
}
