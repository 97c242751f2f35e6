//! Where one is in a list, and the ways on and back.

use leptos::prelude::*;
use model::list::{Cursor, PAGE_SIZES, grouped};

use super::{ListState, TablePage};
use crate::kit::{Erase, Icon, field::chosen};

#[component]
pub(super) fn Pager(page: TablePage, list: ListState, note: Option<ViewFn>) -> impl IntoView {
    let count = u64::try_from(page.rows.len()).unwrap_or_default();
    let position = if count == 0 {
        "None".to_owned()
    } else {
        let last = page.first + count - 1;
        format!("{}–{} of {}", grouped(page.first), grouped(last), page.total)
    };
    let sizes = PAGE_SIZES.map(|size| (size.to_string(), size.to_string())).to_vec();
    let limit = Signal::derive(move || list.query.with(|query| query.limit.to_string()));
    let resize = move |event| {
        if let Ok(limit) = event_target_value(&event).parse() {
            list.change(|query| query.limit = limit);
        }
    };
    let (back, on) = (view! { <Icon name="chevron-left"/> }, view! { <Icon name="chevron-right"/> });
    view! {
        <div class="pager">
            <label>
                <span>"Rows per page"</span>
                <select class="input select" on:change=resize>{chosen(Signal::stored(sizes), limit)}</select>
            </label>
            {note.map(|note| note.run())}
            <nav class="pages" aria-label="Pages">
                <span role="status">{position}</span>
                {step("Previous page", back.erased(), page.before.map(|mark| list.at(Cursor::Before(mark))))}
                {step("Next page", on.erased(), page.after.map(|mark| list.at(Cursor::After(mark))))}
            </nav>
        </div>
    }
}

fn step(label: &'static str, icon: AnyView, address: Option<String>) -> AnyView {
    let end = address.is_none();
    view! {
        <a
            class="button quiet only-icon"
            href=address
            role=end.then_some("link")
            aria-disabled=end.then_some("true")
            aria-label=label
            title=label
            data-step=label
            data-noscroll=""
        >
            {icon}
        </a>
    }
    .erased()
}
