//! What the Homepage looks like while its figures are on their way: as high as it will be.

use leptos::prelude::*;

#[component]
pub(super) fn Waiting() -> impl IntoView {
    let figure = |()| {
        view! {
            <li>
                <span class="card figure">
                    <span class="what"><span class="bone"></span></span>
                    <span class="number"><span class="bone"></span></span>
                    <span class="remark"><span class="bone"></span></span>
                </span>
            </li>
        }
    };
    let card = |(class, rows): (&'static str, usize)| {
        let row = |()| view! { <li><span class="bone"></span></li> };
        view! {
            <div class="card">
                <header><span class="bone"></span></header>
                <ul class=class>{vec![(); rows].into_iter().map(row).collect_view()}</ul>
            </div>
        }
    };
    // As many rows, of the same kind, as the cards mostly have.
    let cards = [("rows attention", 5), ("rows attention", 5), ("rows arrivals", 6), ("rows arrivals", 6)];
    view! {
        <p class="visually-hidden" role="status">"Loading…"</p>
        <ul class="figure-row" aria-hidden="true">{[(); 4].map(figure)}</ul>
        <div class="card-grid" aria-hidden="true">{cards.map(card)}</div>
    }
}
