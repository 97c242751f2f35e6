//! The columns of a file: first values, what each is, and why that was chosen.

use leptos::prelude::*;
use model::import::{Column, FileColumn, Why, attribute_name};

use super::mapping::Mapping;
use crate::kit::{Erase, Pill, Tone};

/// The value of the choice that leaves a column out.
const LEAVE_OUT: &str = "";

#[component]
pub(super) fn Columns(mapping: Mapping, columns: Vec<FileColumn>) -> impl IntoView {
    let count = columns.len();
    let said = move || {
        let mapped = mapping.choices.with(|choices| choices.columns.iter().flatten().count());
        format!("{mapped} mapped · {} left out", count.saturating_sub(mapped))
    };
    let rows =
        columns.into_iter().enumerate().map(|(place, column)| row(mapping, place, column)).collect_view();
    view! {
        <section class="table-card" aria-label="Columns">
            <div class="toolbar">
                <strong>{format!("{count} {}", if count == 1 { "column" } else { "columns" })}</strong>
                <span class="muted" role="status">{said}</span>
            </div>
            <div class="table-scroll">
                <table class="data import-columns" aria-label="Columns">
                    <thead>
                        <tr>
                            <th scope="col" class="col-name">"Column in the file"</th>
                            <th scope="col">"First values"</th>
                            <th scope="col">"Field"</th>
                            <th scope="col">"Mapping"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .erased()
}

fn row(mapping: Mapping, place: usize, column: FileColumn) -> AnyView {
    let heading =
        if column.heading.is_empty() { format!("Column {}", place + 1) } else { column.heading.clone() };
    let values: Vec<_> = column.values.iter().filter(|value| !value.is_empty()).cloned().collect();
    let values = if values.is_empty() { "–".to_owned() } else { values.join(", ") };
    let chosen =
        Memo::new(move |_| mapping.choices.with(|choices| choices.columns.get(place).cloned().flatten()));
    let (first, why) = (column.column.clone(), column.why);
    let reason = move || {
        let now = chosen.get();
        let why = if now == first { why } else { Why::Chosen };
        view! { <Pill tone=tone(why, now.as_ref()) word=word(why, now.as_ref())/> }
    };
    view! {
        <tr>
            <td class="col-name">{heading.clone()}</td>
            <td class="values">{values}</td>
            <td class="field-choice">{choice(mapping, place, &column, &heading, chosen)}</td>
            <td class="aside">{reason}</td>
        </tr>
    }
    .erased()
}

fn tone(why: Why, column: Option<&Column>) -> Tone {
    match (why, column) {
        (Why::Unknown, None) => Tone::Waiting,
        (_, None) => Tone::Neutral,
        (Why::Matched, Some(_)) => Tone::Ok,
        (Why::LastTime | Why::Chosen | Why::Unknown | Why::Twice | Why::Unsupported, Some(_)) => Tone::Info,
    }
}

fn word(why: Why, column: Option<&Column>) -> &'static str {
    match (why, column) {
        (Why::Chosen | Why::LastTime | Why::Matched, None) => "Left out",
        (Why::Chosen, Some(Column::Custom(_))) => "New attribute",
        (why, _) => why.label(),
    }
}

fn choice(
    mapping: Mapping,
    place: usize,
    column: &FileColumn,
    heading: &str,
    chosen: Memo<Option<Column>>,
) -> AnyView {
    let mut offered = vec![(LEAVE_OUT.to_owned(), "Do not import".to_owned())];
    let attribute = attribute_name(heading).map(Column::Custom);
    let also = [attribute, column.column.clone()].into_iter().flatten();
    let mut all = Column::choices();
    all.splice(0..0, also);
    for column in all {
        let key = column.key();
        if !offered.iter().any(|(other, _)| *other == key) {
            offered.push((key, column.label()));
        }
    }
    let now = move || chosen.with(|chosen| chosen.as_ref().map_or_else(|| LEAVE_OUT.to_owned(), Column::key));
    let options = offered.into_iter().map(|(key, label)| {
        let this = key.clone();
        let selected = move || now() == this;
        view! { <option value=key selected=selected>{label}</option> }
    });
    let set = move |key: String| {
        mapping.problem.set(None);
        mapping.choices.update(|choices| {
            if let Some(column) = choices.columns.get_mut(place) {
                *column = Column::parse(&key);
            }
        });
    };
    view! {
        <select
            class="input select"
            aria-label=format!("Field for {heading}")
            on:change=move |event| set(event_target_value(&event))
        >
            {options.collect_view()}
        </select>
    }
    .erased()
}
