//! The rows of a table, or what stands there instead of them.

use leptos::{ev::KeyboardEvent, prelude::*};
use model::{ErrorCode, Id, ListQuery, Problem};
use web_sys::{Element, HtmlElement};

use super::{ListState, Picks, Plan, TableColumn, TablePage, TableRow};
use crate::browser::dom;
use crate::kit::{Announcer, Button, EmptyState, Erase, Failed, LinkButton, announcer};

#[component]
pub(super) fn Body(
    page: Result<TablePage, Problem>,
    list: ListState,
    columns: Vec<TableColumn>,
    plan: Plan,
    shown: RwSignal<Vec<Id>>,
    empty: ViewFn,
    on_retry: Callback<()>,
) -> impl IntoView {
    let ids: Vec<Id> =
        page.as_ref().map(|page| page.rows.iter().map(|row| row.id).collect()).unwrap_or_default();
    // Not while rendering: the head, which reads it, may be rendering, too.
    Effect::new(move |_| shown.set(ids.clone()));
    let (width, picks) = (plan.width(&columns), plan.picks);
    let page = match page {
        Err(problem) if problem.code == ErrorCode::Invalid => {
            return filler(width, view! { <NoSuchList problem list/> }.erased());
        }
        Err(problem) => return filler(width, view! { <Failed problem on_retry/> }.erased()),
        Ok(page) if page.rows.is_empty() && list.query.with_untracked(ListQuery::is_narrowed) => {
            let nothing = view! {
                <EmptyState icon="search" title="Nothing matches" text="No entry has all that is asked for here.">
                    <Button on_press=move || list.clear()>"Clear filters"</Button>
                </EmptyState>
            };
            return filler(width, nothing.erased());
        }
        Ok(page) if page.rows.is_empty() => return filler(width, empty.run()),
        Ok(page) => page,
    };
    let rows = page.rows.into_iter().map(|row| view_row(row, &columns, &plan)).collect_view();
    let announcer = announcer();
    view! {
        <tbody
            on:click=open_row
            on:change=move |event| pick_row(&event, picks)
            on:keydown=move |event| row_keys(&event, picks, announcer)
        >
            {rows}
        </tbody>
    }
    .erased()
}

/// The address asks for what the list does not have: what that is, and the way out.
#[component]
fn NoSuchList(problem: Problem, list: ListState) -> impl IntoView {
    let wrong: Vec<_> = problem.faults.iter().map(|fault| fault.message.as_str()).collect();
    let all = |field: &str| problem.faults.iter().all(|fault| fault.field == field);
    let first = list.query.get_untracked().from_start();
    let (address, word) = if all("cursor") {
        (first, "Go to the first page".to_owned())
    } else if all("limit") {
        let limit = ListQuery::default().limit;
        (ListQuery { limit, ..first }, format!("Show {limit} rows"))
    } else {
        (ListQuery::default(), "Clear filters".to_owned())
    };
    let way_out = view! { <LinkButton href=list.address(&address)>{word}</LinkButton> };
    view! {
        <EmptyState icon="circle-alert" title="The list cannot be shown like that" text=wrong.join(" ")>
            {way_out}
        </EmptyState>
    }
}

fn filler(width: usize, what: AnyView) -> AnyView {
    view! {
        <tbody>
            <tr class="filler">
                <td colspan=width.to_string()>{what}</td>
            </tr>
        </tbody>
    }
    .erased()
}

fn view_row(row: TableRow, columns: &[TableColumn], plan: &Plan) -> AnyView {
    let TableRow { id, name, cells } = row;
    let picks = plan.picks;
    let picked = Memo::new(move |_| picks.is_some_and(|picks| picks.has.run(id)));
    let cells = columns.iter().zip(cells()).map(|(column, cell)| {
        let aside = column.key == plan.aside;
        view! { <td class=column.stay class:aside=aside>{cell}</td> }
    });
    let pick = picks.map(|picks| {
        let why = picks.refusal.run(id);
        view! {
            <td class="pick">
                <span class="tipped">
                    <input
                        r#type="checkbox"
                        class="checkbox"
                        aria-label=format!("Select {name}")
                        aria-disabled=why.is_some().then_some("true")
                        aria-description=why.clone()
                        checked=picked.get_untracked()
                        prop:checked=picked
                    />
                    {why.map(|why| view! { <span class="tip" aria-hidden="true">{why}</span> })}
                </span>
            </td>
        }
    });
    let end = plan.row_end.as_ref().map(|end| view! { <td class="more">{end(id, name.clone())}</td> });
    view! {
        <tr data-row=id.to_string() class:picked=picked>
            {pick}
            {cells.collect_view()}
            {end}
        </tr>
    }
    .erased()
}

/// The box of a row that cannot be selected.
const SHUT: &str = ".pick input[aria-disabled]";

fn row_of(element: &Element) -> Option<Element> {
    element.closest("tr[data-row]").ok().flatten()
}

fn id_of(row: &Element) -> Option<Id> {
    row.get_attribute("data-row")?.parse().ok()
}

fn link_of(row: &Element) -> Option<HtmlElement> {
    dom::find(row, ".col-name a")
}

/// A click anywhere in a row but on a control follows the row's link. A box that is shut stays as it is.
fn open_row(event: leptos::ev::MouseEvent) {
    let Some(target) = dom::target(&event) else { return };
    if target.matches(SHUT).unwrap_or_default() {
        event.prevent_default();
    }
    let control = target.closest("a, button, input, label, [popover], td.pick").ok().flatten();
    let selecting = window().get_selection().ok().flatten().is_some_and(|text| !text.is_collapsed());
    if control.is_some() || selecting {
        return;
    }
    if let Some(link) = row_of(&target).and_then(|row| link_of(&row)) {
        // So that the focus comes back there.
        dom::focus(&link);
        // Not from within this click: the page's listener for clicks is busy with it.
        dom::soon(move || link.click());
    }
}

fn pick_row(event: &leptos::ev::Event, picks: Option<Picks>) {
    let Some(target) = dom::target(event) else { return };
    if let (Some(picks), Some(id)) = (picks, row_of(&target).as_ref().and_then(id_of)) {
        picks.pick(vec![id], event_target_checked(event));
    }
}

/// Arrows move between rows, space selects; Enter opens, as on any link.
fn row_keys(event: &KeyboardEvent, picks: Option<Picks>, announcer: Announcer) {
    let Some(target) = dom::target(event) else { return };
    let Some(row) = row_of(&target).filter(|_| target.closest("[popover]").ok().flatten().is_none()) else {
        return;
    };
    let on_box = target.matches("input").unwrap_or_default();
    let selector = if on_box { "tr[data-row] .pick input" } else { "tr[data-row] .col-name a" };
    let all = row.parent_element().map(|body| dom::find_all(&body, selector)).unwrap_or_default();
    match event.key().as_str() {
        "ArrowDown" => dom::step_focus(&all, 1, false),
        "ArrowUp" => dom::step_focus(&all, -1, false),
        "Home" => all.first().into_iter().for_each(dom::focus),
        "End" => all.last().into_iter().for_each(dom::focus),
        "Enter" if on_box => {
            if let Some(link) = dom::find(&row, ".col-name a") {
                dom::soon(move || link.click());
            }
        }
        // A box takes the space key by itself.
        " " if !on_box && target.matches(".col-name a").unwrap_or_default() => {
            if let (Some(picks), Some(id)) = (picks, id_of(&row)) {
                match picks.refusal.run(id) {
                    Some(why) => announcer.say(why),
                    None => picks.pick(vec![id], !picks.has.run(id)),
                }
            }
        }
        _ => return,
    }
    event.prevent_default();
}

/// Rows of the final height while the first page is on its way.
#[component]
pub(super) fn SkeletonBody(width: usize, rows: u16) -> impl IntoView {
    const MOST: u16 = 12;
    let row = move |_| {
        let cells = (0..width).map(|_| view! { <td><span class="bone"></span></td> });
        view! { <tr aria-hidden="true">{cells.collect_view()}</tr> }
    };
    view! { <tbody class="bones">{(0..rows.min(MOST)).map(row).collect_view()}</tbody> }
}
