//! Bars by day, and the same figures as a table.

use leptos::prelude::*;
use model::list::grouped;

use super::{Button, Erase, Look, lower};

/// What stands at one place of the axis: two figures, one upon the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub label: String,
    pub first: u64,
    pub second: u64,
}

/// Units of the drawing, which is stretched to the width that there is.
pub(super) const STEP: u32 = 100;
const BAR: u32 = 66;
pub(super) const HEIGHT: u32 = 180;
/// Into how many parts the lines divide the scale.
const PARTS: u32 = 4;

/// A bar chart of two series, with the same figures as a table. `names` names the series.
#[component]
pub fn BarChart(
    /// What the chart shows.
    #[prop(into)]
    label: String,
    /// What the bars stand for, such as "Day".
    axis: &'static str,
    names: [&'static str; 2],
    bars: Vec<Bar>,
) -> impl IntoView {
    let as_table = RwSignal::new(false);
    let total = |figure: fn(&Bar) -> u64| grouped(bars.iter().map(figure).sum());
    let (first, second) = (total(|bar| bar.first), total(|bar| bar.second));
    let summary = format!("{label}: {} {first}, {} {second}", lower(names[0]), lower(names[1]));
    let bars = StoredValue::new(bars);
    let shown = move || {
        bars.with_value(|bars| {
            if as_table.get() {
                table(bars, summary.clone(), axis, names)
            } else {
                plot(bars, summary.clone())
            }
        })
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
}

/// The number at the top of a scale on which `most` has its place: each line stands for a round
/// number, and a few never look like many.
fn top(most: u64) -> u64 {
    let parts = u64::from(PARTS);
    let mut ten = 1_u64;
    loop {
        for step in [1, 2, 5].map(|digit| ten.saturating_mul(digit)) {
            if step.saturating_mul(parts) >= most {
                return step.saturating_mul(parts);
            }
        }
        ten = ten.saturating_mul(10);
    }
}

/// The height of a figure in the drawing; what is there at all can be seen.
fn height(figure: u64, top: u64) -> u32 {
    const LEAST: u64 = 3;
    let height = if figure == 0 { 0 } else { (figure * u64::from(HEIGHT) / top.max(1)).max(LEAST) };
    u32::try_from(height).unwrap_or(HEIGHT)
}

fn plot(bars: &[Bar], summary: String) -> AnyView {
    let drawing = Drawing::of(bars);
    view! {
        <div class="drawing">
            {drawing.scale()}
            <svg
                class="plot"
                role="img"
                aria-label=summary
                viewBox=drawing.view_box()
                preserveAspectRatio="none"
            >
                {drawing.bars(bars)}
            </svg>
        </div>
        {ends(bars)}
    }
    .erased()
}

/// How large a drawing of bars is.
#[derive(Clone, Copy)]
pub(super) struct Drawing {
    top: u64,
    width: u32,
}

impl Drawing {
    pub fn of(bars: &[Bar]) -> Self {
        let most = bars.iter().map(|bar| bar.first + bar.second).max().unwrap_or_default();
        let count = u32::try_from(bars.len()).unwrap_or_default();
        Self { top: top(most), width: (count * STEP).max(STEP) }
    }

    pub fn view_box(self) -> String {
        format!("0 0 {} {HEIGHT}", self.width)
    }

    /// The numbers beside the lines.
    pub fn scale(self) -> AnyView {
        let numbers = (0..=u64::from(PARTS)).rev().map(|part| {
            view! { <span>{grouped(self.top / u64::from(PARTS) * part)}</span> }
        });
        view! { <div class="scale" aria-hidden="true">{numbers.collect_view()}</div> }.erased()
    }

    /// The lines and the bars, within an `<svg>`.
    pub fn bars(self, bars: &[Bar]) -> AnyView {
        let lines = (0..=PARTS).map(|line| {
            let y = (HEIGHT * line / PARTS).to_string();
            view! { <line class="grid" x1="0" x2=self.width.to_string() y1=y.clone() y2=y></line> }
        });
        let drawn = bars.iter().zip(0_u32..).map(|(bar, index)| view_bar(bar, index, self.top));
        view! {
            {lines.collect_view()}
            {drawn.collect_view()}
        }
        .erased()
    }
}

/// The labels of the first and the last bar.
pub(super) fn ends(bars: &[Bar]) -> AnyView {
    let ends = bars.first().into_iter().chain(bars.last().filter(|_| bars.len() > 1));
    view! {
        <div class="axis" aria-hidden="true">
            {ends.map(|bar| view! { <span>{bar.label.clone()}</span> }).collect_view()}
        </div>
    }
    .erased()
}

fn view_bar(bar: &Bar, index: u32, top: u64) -> impl IntoView + use<> {
    let (low, high) = (height(bar.first, top), height(bar.second, top));
    let x = (index * STEP + (STEP - BAR) / 2).to_string();
    let gap = u32::from(low > 0 && high > 0);
    let (y_low, y_high) = (HEIGHT - low, HEIGHT.saturating_sub(low + high + gap));
    let title = format!("{}: {} and {}", bar.label, grouped(bar.first), grouped(bar.second));
    let rect = move |class: &'static str, y: u32, height: u32| {
        view! {
            <rect class=class x=x.clone() y=y.to_string() width=BAR.to_string() height=height.to_string()></rect>
        }
    };
    view! {
        <g>
            <title>{title}</title>
            {rect("first", y_low, low)}
            {rect("second", y_high, high)}
        </g>
    }
}

pub(super) fn table(bars: &[Bar], label: String, axis: &'static str, names: [&'static str; 2]) -> AnyView {
    let row = |bar: &Bar| {
        view! {
            <tr>
                <th scope="row">{bar.label.clone()}</th>
                <td class="number">{grouped(bar.first)}</td>
                <td class="number">{grouped(bar.second)}</td>
            </tr>
        }
    };
    // It takes the place of the drawing, and scrolls where that is too low.
    view! {
        <div class="as-table" role="region" aria-label=label tabindex="0">
            <table class="plain">
                <thead>
                    <tr>
                        <th scope="col">{axis}</th>
                        {names.map(|name| view! { <th scope="col" class="number">{name}</th> })}
                    </tr>
                </thead>
                // The latest first: that is what one looks for.
                <tbody>{bars.iter().rev().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_round_and_never_too_small() {
        for (most, wanted) in
            [(0, 4), (1, 4), (4, 4), (5, 8), (9, 20), (21, 40), (41, 80), (401, 800), (1_284, 2_000)]
        {
            assert_eq!(top(most), wanted, "{most}");
        }
        assert!(top(u64::MAX / 4) >= u64::MAX / 4);
    }

    #[test]
    fn the_highest_bar_fits_and_the_lowest_is_seen() {
        assert_eq!(height(10, 10), HEIGHT);
        assert!(height(1, 1_000_000) > 0);
        assert_eq!(height(0, 10), 0);
        assert_eq!(height(0, 0), 0);
    }
}
