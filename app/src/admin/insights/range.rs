//! The range of time, and how many events there were when in it.

use leptos::prelude::*;
use model::insights::{Histogram, TIME};
use model::{Filter, ListQuery, Test, Timestamp};

use crate::api::insights as api;
use crate::kit::{
    Bar, BrushChart, Button, Civil, Erase, Failed, ListState, Look, SelectField, Show, Skeleton, TextField,
    When, civil_here, clock, instant_here, say,
};

/// Ranges that end now, by the value of the filter that they are, with their words.
const RANGES: [(&str, &str); 5] = [
    ("-1h", "Last hour"),
    ("-1d", "Last 24 hours"),
    (model::insights::DEFAULT_RANGE, "Last 7 days"),
    ("-30d", "Last 30 days"),
    ("0", "All time"),
];
const CUSTOM: &str = "custom";

/// Which of the ranges a query has.
fn range_of(query: &ListQuery) -> &'static str {
    let mut filters = query.filters.iter().filter(|filter| filter.column == TIME);
    let Some(first) = filters.next() else { return model::insights::DEFAULT_RANGE };
    let known = RANGES.into_iter().find(|(value, _)| *first == Filter::after(TIME, *value));
    match (known, filters.next()) {
        (Some((value, _)), None) => value,
        (None, _) | (_, Some(_)) => CUSTOM,
    }
}

/// Shows another range, from the first page.
fn show(list: ListState, range: Vec<Filter>) {
    list.change(|query| {
        query.filters.retain(|filter| filter.column != TIME);
        query.filters.extend(range);
    });
}

fn from_to(from: Timestamp, to: Timestamp) -> Vec<Filter> {
    let at = |test, at: Timestamp| Filter {
        column: TIME.to_owned(),
        test,
        values: vec![at.as_micros().to_string()],
    };
    vec![at(Test::After, from), at(Test::Before, to)]
}

/// One end of a custom range, as a field for date and time writes it.
fn end_of(query: &ListQuery, test: Test) -> String {
    let of_it = |filter: &&Filter| filter.column == TIME && filter.test == test;
    let micros = query.filters.iter().find(of_it).and_then(|filter| filter.values.first()?.parse().ok());
    micros.map_or_else(String::new, |micros| typed(Timestamp::from_micros(micros)))
}

fn typed(at: Timestamp) -> String {
    let Civil { year, month, day, hour, minute, .. } = civil_here(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
}

/// The card above the list.
#[component]
pub(super) fn RangeCard(
    list: ListState,
    /// Grows when all is asked for anew.
    again: RwSignal<u32>,
) -> impl IntoView {
    let custom = RwSignal::new(false);
    let range = Memo::new(move |_| list.query.with(range_of));
    let options: Vec<(String, String)> = RANGES
        .into_iter()
        .chain([(CUSTOM, "From … to …")])
        .map(|(value, word)| (value.into(), word.into()))
        .collect();
    let chosen = move || if custom.get() { CUSTOM } else { range.get() }.to_owned();
    let choose = move |value: String| {
        custom.set(value == CUSTOM);
        if value != CUSTOM {
            let plain = value == model::insights::DEFAULT_RANGE;
            show(list, if plain { vec![] } else { vec![Filter::after(TIME, value)] });
        }
    };
    view! {
        <section class="card insights-range" aria-label="Events over time">
            <div class="body">
                <div class="range">
                    <SelectField
                        label="Time range"
                        options=Signal::stored(options)
                        value=Signal::derive(chosen)
                        on_change=choose
                    />
                    <Show when=move || custom.get() || range.get() == CUSTOM><FromTo list custom/></Show>
                </div>
                <Chart list again/>
            </div>
        </section>
    }
    .erased()
}

/// The two ends of a custom range.
#[component]
fn FromTo(list: ListState, custom: RwSignal<bool>) -> impl IntoView {
    let (from, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let zone = clock().zone;
    Effect::new(move |_| {
        let now = clock().now();
        let or = |text: String, other: Timestamp| if text.is_empty() { typed(other) } else { text };
        list.query.with(|query| {
            from.set(or(end_of(query, Test::After), now.minus(std::time::Duration::from_hours(24))));
            to.set(or(end_of(query, Test::Before), now));
        });
    });
    let ends = move || Some((instant_here(&from.get())?, instant_here(&to.get())?));
    let fault = move || match ends() {
        None => Some("Enter both ends of the range.".to_owned()),
        Some((from, to)) => (from >= to).then(|| "The range ends before it begins.".to_owned()),
    };
    let apply = move || {
        if let Some((from, to)) = untrack(ends).filter(|(from, to)| from < to) {
            custom.set(false);
            show(list, from_to(from, to));
        }
    };
    view! {
        <form class="from-to" on:submit=move |event| {
            event.prevent_default();
            apply();
        }>
            <TextField label="From" kind="datetime-local" value=from on_input=move |text| from.set(text)/>
            <TextField label="To" kind="datetime-local" value=to on_input=move |text| to.set(text)/>
            <Button look=Look::Primary submit=true disabled_because=Signal::derive(fault)>"Show"</Button>
            <span class="muted zone">{zone}</span>
        </form>
    }
    .erased()
}

#[component]
fn Chart(list: ListState, again: RwSignal<u32>) -> impl IntoView {
    // Neither the page nor the order changes it.
    let asked = Memo::new(move |_| {
        let query = list.query.get().from_start();
        ListQuery { sort: None, ..query }
    });
    let counts = Resource::new(
        move || (again.get(), asked.get()),
        |(_, query)| async move { api::event_histogram(query).await },
    );
    let retry = Callback::new(move |()| counts.refetch());
    view! {
        <Transition fallback=|| view! { <Skeleton lines=6/> }>
            {move || counts.get().map(|counts| match counts {
                Ok(histogram) => view! { <Bars list histogram/> }.erased(),
                Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
            })}
        </Transition>
    }
    .erased()
}

#[component]
fn Bars(list: ListState, histogram: Histogram) -> impl IntoView {
    let Histogram { width, spans } = histogram;
    let clock = clock();
    let label = |at| clock.zone.with_untracked(|zone| say(at, clock.now(), zone, When::Full));
    let bars =
        spans.iter().map(|span| Bar { label: label(span.from), first: span.succeeded, second: span.failed });
    let bars = bars.collect();
    let pick = move |(first, last): (usize, usize)| {
        if let (Some(first), Some(last)) = (spans.get(first), spans.get(last)) {
            show(list, from_to(first.from, Timestamp::from_micros(last.from.as_micros() + width)));
        }
    };
    view! { <BrushChart label="Events over time" axis="From" names=["Success", "Failure"] bars on_pick=pick/> }.erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_one_range() {
        let of = |filters: Vec<Filter>| range_of(&ListQuery { filters, ..ListQuery::default() });
        assert_eq!(of(vec![]), "-7d");
        assert_eq!(of(vec![Filter::is("result", ["failure"]), Filter::after(TIME, "-1h")]), "-1h");
        assert_eq!(of(vec![Filter::after(TIME, "-2h")]), CUSTOM);
        assert_eq!(of(from_to(Timestamp::default(), Timestamp::END)), CUSTOM);
    }
}
