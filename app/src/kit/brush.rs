//! Bars of which some are picked: with the pointer, or by keyboard.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    prelude::*,
};
use model::list::grouped;

use super::chart::{Drawing, HEIGHT, STEP, ends, table};
use super::{Bar, Button, Erase, Look};
use crate::browser::dom;

/// Which bars are being picked: from one to another, in either order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Picked {
    from: usize,
    to: usize,
}

impl Picked {
    fn ends(self) -> (usize, usize) {
        (self.from.min(self.to), self.from.max(self.to))
    }
}

/// A bar chart of two series whose range is narrowed by picking bars, with the same figures as a table.
#[component]
pub fn BrushChart(
    /// What the chart shows.
    label: &'static str,
    /// What the bars stand for, such as "Time".
    axis: &'static str,
    names: [&'static str; 2],
    bars: Vec<Bar>,
    /// Gets the first and the last bar that were picked.
    #[prop(into)]
    on_pick: Callback<(usize, usize)>,
) -> impl IntoView {
    let as_table = RwSignal::new(false);
    let total = |figure: fn(&Bar) -> u64| grouped(bars.iter().map(figure).sum());
    let (first, second) = (total(|bar| bar.first), total(|bar| bar.second));
    let bars = StoredValue::new(bars);
    let shown = move || {
        if as_table.get() {
            bars.with_value(|bars| table(bars, label.to_owned(), axis, names))
        } else {
            view! { <Brush label names bars on_pick/> }.erased()
        }
    };
    view! {
        <figure class="chart">
            {shown}
            <figcaption>
                <span class="key">{names[0]} " " {first}</span>
                <span class="key second">{names[1]} " " {second}</span>
                <Button look=Look::Quiet small=true on_press=move || as_table.update(|shown| *shown = !*shown)>
                    {move || if as_table.get() { "Show as chart" } else { "Show as table" }}
                </Button>
            </figcaption>
        </figure>
    }
    .erased()
}

/// Arrows go from bar to bar, with Shift they pick more of them, Enter takes them and Escape none.
#[component]
fn Brush(
    label: &'static str,
    names: [&'static str; 2],
    bars: StoredValue<Vec<Bar>>,
    on_pick: Callback<(usize, usize)>,
) -> impl IntoView {
    let last = bars.with_value(Vec::len).saturating_sub(1);
    let picked = RwSignal::new(None::<Picked>);
    let dragging = RwSignal::new(false);
    let take = move || {
        dragging.set(false);
        if let Some(these) = picked.get_untracked() {
            picked.set(None);
            on_pick.run(these.ends());
        }
    };
    let press = move |event: PointerEvent| {
        let Some(at) = bar_at(&event, last).filter(|_| event.button() == 0) else { return };
        if let Some(target) = dom::target(&event) {
            drop(target.set_pointer_capture(event.pointer_id()));
        }
        dragging.set(true);
        picked.set(Some(Picked { from: at, to: at }));
    };
    let pull = move |event: PointerEvent| {
        if let Some(at) = bar_at(&event, last).filter(|_| dragging.get_untracked()) {
            picked.update(|picked| picked.iter_mut().for_each(|picked| picked.to = at));
        }
    };
    let let_go = move |_: PointerEvent| {
        if dragging.get_untracked() {
            take();
        }
    };
    let give_up = move || {
        dragging.set(false);
        picked.set(None);
    };
    let key = move |event: KeyboardEvent| {
        let now = picked.get_untracked();
        let at = now.map_or(last, |picked| picked.to);
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" if now.is_some() => at.saturating_sub(1),
            "ArrowRight" | "ArrowUp" if now.is_some() => (at + 1).min(last),
            "ArrowLeft" | "ArrowDown" | "ArrowRight" | "ArrowUp" => at,
            "Home" => 0,
            "End" => last,
            "Enter" | " " if now.is_some() => {
                event.prevent_default();
                return take();
            }
            "Escape" if now.is_some() => {
                event.prevent_default();
                event.stop_propagation();
                return give_up();
            }
            _ => return,
        };
        event.prevent_default();
        let from = now.filter(|_| event.shift_key()).map_or(to, |picked| picked.from);
        picked.set(Some(Picked { from, to }));
    };
    let said = move || bars.with_value(|bars| said(bars, names, picked.get()));
    let frame = move || {
        picked.get().map(|picked| {
            let (from, to) = picked.ends();
            let place = |index: usize| u32::try_from(index).unwrap_or_default() * STEP;
            let width = place(to + 1 - from).to_string();
            view! { <rect class="picked" x=place(from).to_string() y="0" width=width height=HEIGHT.to_string()></rect> }
        })
    };
    let drawing = bars.with_value(|bars| Drawing::of(bars));
    view! {
        <div class="drawing">
            {drawing.scale()}
            <div
                class="brush"
                role="slider"
                tabindex="0"
                aria-label=format!("{label}: arrow keys choose, with Shift several, Enter shows them")
                aria-valuemin="1"
                aria-valuemax=last + 1
                aria-valuenow=move || picked.get().map_or(last, |picked| picked.to) + 1
                aria-valuetext=said
                on:pointerdown=press
                on:pointermove=pull
                on:pointerup=let_go
                on:pointercancel=move |_| give_up()
                on:keydown=key
                on:blur=move |_| give_up()
            >
                <svg class="plot" aria-hidden="true" viewBox=drawing.view_box() preserveAspectRatio="none">
                    {bars.with_value(|bars| drawing.bars(bars))}
                    {frame}
                </svg>
            </div>
        </div>
        {bars.with_value(|bars| ends(bars))}
    }
    .erased()
}

/// The bar below the pointer; the first or the last one beyond the ends.
fn bar_at(event: &PointerEvent, last: usize) -> Option<usize> {
    let place = dom::target(event)?.closest(".brush").ok()??.get_bounding_client_rect();
    let share = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a chart has few bars"
    )]
    let at = (share.clamp(0.0, 1.0) * (last + 1) as f64) as usize;
    Some(at.min(last))
}

/// What is picked, in words; the last bar as long as nothing is.
fn said(bars: &[Bar], names: [&str; 2], picked: Option<Picked>) -> String {
    let last = bars.len().saturating_sub(1);
    let (from, to) = picked.unwrap_or(Picked { from: last, to: last }).ends();
    let Some(these) = bars.get(from..=to) else { return String::new() };
    let sum = |figure: fn(&Bar) -> u64| grouped(these.iter().map(figure).sum());
    let range = match these {
        [one] => one.label.clone(),
        [first, .., last] => format!("{} to {}", first.label, last.label),
        [] => String::new(),
    };
    format!("{range}: {} {}, {} {}", names[0], sum(|bar| bar.first), names[1], sum(|bar| bar.second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_picked_is_said_in_words() {
        let bar = |label: &str, first, second| Bar { label: label.into(), first, second };
        let bars = [bar("20 Nov", 3, 1), bar("21 Nov", 4, 0), bar("22 Nov", 1_000, 2)];
        let names = ["Success", "Failure"];
        assert_eq!(said(&bars, names, None), "22 Nov: Success 1,000, Failure 2");
        assert_eq!(
            said(&bars, names, Some(Picked { from: 1, to: 0 })),
            "20 Nov to 21 Nov: Success 7, Failure 1"
        );
        assert_eq!(said(&[], names, None), "");
    }
}
