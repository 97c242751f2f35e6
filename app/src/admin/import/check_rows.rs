//! The rows of a checked file, page by page.

use leptos::prelude::*;
use model::event::FieldChange;
use model::import::{CheckedRow, Remark, RowOutcome};
use model::list::Cursor;
use model::{Filter, ListQuery, Page};

use super::file::File;
use crate::api::imports as api;
use crate::kit::{Erase, Failed, Pill, Skeleton, Tone, keep_focus, pager};
use crate::routes;

/// How many stand on a page.
const ROWS: u16 = 20;

/// Which rows are shown, and from where.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub only: RwSignal<Option<RowOutcome>>,
    cursor: RwSignal<Option<Cursor>>,
}

impl Shown {
    pub fn new() -> Self {
        Self { only: RwSignal::new(None), cursor: RwSignal::new(None) }
    }

    /// Shows these alone, or all again.
    pub fn toggle(self, outcome: RowOutcome) {
        self.cursor.set(None);
        self.only.update(|only| *only = if *only == Some(outcome) { None } else { Some(outcome) });
    }

    fn query(self) -> ListQuery {
        let filters = self.only.get().map(|outcome| Filter::is("outcome", [outcome.as_str()]));
        let filters = filters.into_iter().collect();
        ListQuery { filters, limit: ROWS, cursor: self.cursor.get(), ..ListQuery::default() }
    }
}

#[component]
pub(super) fn Rows(file: File, shown: Shown) -> impl IntoView {
    let page = Resource::new(move || shown.query(), move |query| api::list_upload_rows(file.id, query));
    let retry = Callback::new(move |()| page.refetch());
    let faults = move || file.now.with(|now| now.as_ref().map_or(0, |now| now.counts.fault));
    let download = move || {
        (faults() > 0).then(|| {
            view! {
                <a class="button" href=routes::import_faults(file.id) rel="external" download="">
                    "Download rows with faults"
                </a>
            }
        })
    };
    let title = move || {
        shown.only.get().map_or_else(|| "All rows".to_owned(), |only| format!("Rows: {}", only.label()))
    };
    view! {
        <section class="table-card" aria-label="Rows">
            <div class="toolbar">
                <strong role="status">{title}</strong>
                <div class="end">{download}</div>
            </div>
            <Transition fallback=|| view! { <Skeleton lines=8/> }>
                {move || page.get().map(|found| {
                    keep_focus();
                    match found {
                        Ok(page) => table(page, shown),
                        Err(problem) => view! { <Failed problem on_retry=retry/> }.erased(),
                    }
                })}
            </Transition>
        </section>
    }
    .erased()
}

const fn tone(outcome: RowOutcome) -> Tone {
    match outcome {
        RowOutcome::Create => Tone::Ok,
        RowOutcome::Change => Tone::Info,
        RowOutcome::Same => Tone::Neutral,
        RowOutcome::Fault => Tone::Bad,
    }
}

fn table(page: Page<CheckedRow>, shown: Shown) -> AnyView {
    if page.rows.is_empty() {
        return view! { <p class="import-none muted">"No rows."</p> }.erased();
    }
    let rows = page.rows.iter().map(row).collect_view();
    view! {
        <div class="table-scroll">
            <table class="data import-rows" aria-label="Rows">
                <thead>
                    <tr>
                        <th scope="col" class="col-name">"User"</th>
                        <th scope="col">"Row"</th>
                        <th scope="col">"What happens"</th>
                        <th scope="col">"Details"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <div class="import-pager">{pager(&page, shown.cursor)}</div>
    }
    .erased()
}

fn row(row: &CheckedRow) -> AnyView {
    let details = || {
        let changes = row.changes.iter().map(change).collect_view();
        let faults = row.faults.iter().map(|fault| remark(fault, "fault")).collect_view();
        let notes = row.notes.iter().map(|note| remark(note, "note")).collect_view();
        view! { <ul class="import-details">{faults} {changes} {notes}</ul> }
    };
    view! {
        <tr>
            <td class="col-name">
                <span class="lead">
                    <span class="text">
                        {row.name.clone()}
                        <span class="sub narrow">{format!("Row {}", row.row)} {details()}</span>
                    </span>
                </span>
            </td>
            <td>{row.row}</td>
            <td class="aside"><Pill tone=tone(row.outcome) word=row.outcome.label()/></td>
            <td class="why">{details()}</td>
        </tr>
    }
    .erased()
}

fn change(change: &FieldChange) -> AnyView {
    let shown = |value: &str| if value.is_empty() { "nothing".to_owned() } else { value.to_owned() };
    view! {
        <li>
            <span class="muted">{change.field.clone()} ": "</span>
            {shown(&change.from)} " → " <strong>{shown(&change.to)}</strong>
        </li>
    }
    .erased()
}

fn remark(remark: &Remark, class: &'static str) -> AnyView {
    let column = (!remark.column.is_empty()).then(|| format!("{}: ", remark.column));
    let note = (class == "note").then_some("Note. ");
    view! { <li class=class>{note} <span class="muted">{column}</span> {remark.message.clone()}</li> }
        .erased()
}
