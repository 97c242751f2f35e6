//! A short list within a panel, page by page: where one is, and the steps to the pages beside.

use leptos::prelude::*;
use model::Page;
use model::list::{Cursor, grouped};

use super::{Button, Erase, Look};

/// The position, and both steps where there is more than one page. `cursor` is where the page that is asked for begins.
pub fn pager<T>(page: &Page<T>, cursor: RwSignal<Option<Cursor>>) -> AnyView {
    let last = page.first + page.rows.len() as u64 - 1;
    let position = format!("{}–{} of {}", grouped(page.first), grouped(last), page.total);
    let step = |word: &'static str, to: Option<Cursor>| {
        let end = to.is_none();
        let why = move || end.then(|| "There are no more.".to_owned());
        view! {
            <Button
                look=Look::Quiet
                small=true
                disabled_because=Signal::derive(why)
                on_press=move || cursor.set(to.clone())
            >
                {word}
            </Button>
        }
    };
    let steps = (page.before.is_some() || page.after.is_some()).then(|| {
        view! {
            {step("Previous", page.before.clone().map(Cursor::Before))}
            {step("Next", page.after.clone().map(Cursor::After))}
        }
    });
    view! { <div class="short-pager"><span class="muted" role="status">{position}</span> {steps}</div> }
        .erased()
}
