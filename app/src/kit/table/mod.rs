//! The one table that shows every list: sortable, selectable, by keyboard too, and with a state
//! for each way in which there may be nothing to show.

mod body;
mod head;
mod pager;
mod state;

use std::sync::Arc;

use leptos::prelude::*;
use model::list::ListSpec;
use model::{Count, Id, Page, Problem};

use crate::kit::{Erase, keep_focus};
use body::{Body, SkeletonBody};
use head::Head;
pub use head::SortMenu;
use pager::Pager;
pub use state::{DefaultViews, ListState};

/// A column as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    pub key: String,
    pub label: String,
    pub sortable: bool,
    /// The class of its cells when it stays while the rest scrolls sideways.
    stay: &'static str,
}

impl TableColumn {
    /// The fixed columns of a list, then the others by their keys.
    pub fn all<'a>(spec: &ListSpec, others: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        let fixed = spec.columns.iter().filter(|column| column.fixed).map(|column| column.key);
        fixed.chain(others).map(|key| Self::new(spec, key)).collect()
    }

    /// The columns that a list has when nobody chose any.
    pub fn default_ones(spec: &ListSpec) -> Vec<Self> {
        spec.shown([]).iter().map(|column| Self::new(spec, column.key)).collect()
    }

    fn new(spec: &ListSpec, key: &str) -> Self {
        let known = spec.column(key);
        // What leads to a row's panel stays: its name, or what stands first in a list without names.
        let leads = if spec.column("name").is_some() {
            Some("name")
        } else {
            spec.columns.first().map(|first| first.key)
        };
        Self {
            key: key.to_owned(),
            label: spec.label(key),
            sortable: known.is_some_and(|column| column.sortable),
            stay: match known {
                _ if leads == Some(key) => "col-name",
                Some(column) if column.fixed => "col-first",
                _ => "",
            },
        }
    }
}

/// One row.
pub struct TableRow {
    pub id: Id,
    /// Names the row's checkbox and menu.
    pub name: String,
    /// Makes what stands in it, a view per column.
    pub cells: Box<dyn FnOnce() -> Vec<AnyView> + Send>,
}

/// A page of rows.
pub struct TablePage {
    pub columns: Vec<TableColumn>,
    pub rows: Vec<TableRow>,
    /// The position of the first row in the whole list, from 1.
    pub first: u64,
    pub after: Option<String>,
    pub before: Option<String>,
    pub total: Count,
}

impl TablePage {
    /// A page of a list, each of its rows made by `row`.
    pub fn new<T>(page: Page<T>, columns: Vec<TableColumn>, row: impl FnMut(T) -> TableRow) -> Self {
        let Page { rows, first, after, before, total, .. } = page;
        Self { columns, rows: rows.into_iter().map(row).collect(), first, after, before, total }
    }

    /// The same, with one more column that stays while the rest scrolls sideways.
    #[must_use]
    pub fn keeping(mut self, kept: Option<&str>) -> Self {
        let free = |column: &&mut TableColumn| column.stay.is_empty() && Some(column.key.as_str()) == kept;
        if let Some(column) = self.columns.iter_mut().find(free) {
            column.stay = "col-kept";
        }
        self
    }
}

/// Which rows are selected, kept by the screen.
#[derive(Clone, Copy)]
pub struct Picks {
    pub has: Callback<Id, bool>,
    /// Takes rows in or out.
    pub set: Callback<(Vec<Id>, bool)>,
    /// Why a row cannot be taken in, if it cannot.
    pub refusal: Callback<Id, Option<String>>,
}

impl Picks {
    /// The same, but for some rows.
    #[must_use]
    pub fn but(self, refusal: impl Fn(Id) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { refusal: Callback::new(refusal), ..self }
    }

    /// Takes rows in or out, as far as that can be.
    fn pick(self, mut ids: Vec<Id>, on: bool) {
        ids.retain(|id| self.refusal.run(*id).is_none());
        self.set.run((ids, on));
    }
}

/// Gets the page, as far as it is there; read where loading is awaited.
pub type GetPage = Arc<dyn Fn() -> Option<Result<TablePage, Problem>> + Send + Sync>;

/// What stands at the end of each row, for the row's id and name.
pub type RowEnd = Arc<dyn Fn(Id, String) -> AnyView + Send + Sync>;

/// The table with its head, its rows and its pager. The cell of the name holds the link by which
/// a row opens; a click on the rest of the row follows it.
#[component]
pub fn DataTable(
    /// What the rows are.
    label: &'static str,
    spec: &'static ListSpec,
    list: ListState,
    page: GetPage,
    /// The column that stays at the side on small screens.
    aside: &'static str,
    #[prop(optional)] picks: Option<Picks>,
    #[prop(optional)] row_end: Option<RowEnd>,
    /// Stands beside the pager.
    #[prop(optional)]
    note: Option<ViewFn>,
    /// What stands there when the list has no rows at all.
    empty: ViewFn,
    on_retry: Callback<()>,
) -> impl IntoView {
    let pending = RwSignal::new(false);
    let shown = RwSignal::new(Vec::<Id>::new());
    let plan = Plan { aside, picks, row_end };
    let waiting = {
        let plan = plan.clone();
        move || {
            let columns = TableColumn::default_ones(spec);
            let width = plan.width(&columns);
            let rows = list.query.get_untracked().limit;
            view! { <Head list columns plan shown/><SkeletonBody width rows/> }
        }
    };
    let filled = {
        let page = page.clone();
        move || {
            page().map(|page| {
                keep_focus();
                let (plan, empty) = (plan.clone(), empty.clone());
                let columns = match &page {
                    Ok(page) => page.columns.clone(),
                    Err(_) => TableColumn::default_ones(spec),
                };
                view! {
                    <Head list columns=columns.clone() plan=plan.clone() shown/>
                    <Body page list columns plan shown empty on_retry/>
                }
            })
        }
    };
    let foot = move || {
        page().and_then(Result::ok).map(|page| {
            keep_focus();
            view! { <Pager page list note=note.clone()/> }
        })
    };
    view! {
        <div class="table-scroll">
            <table class="data" aria-label=label aria-busy=move || pending.get().then_some("true")>
                <Transition fallback=waiting set_pending=pending.write_only()>{filled}</Transition>
            </table>
        </div>
        <Transition>{foot}</Transition>
    }
    .erased()
}

/// What head and body have in common.
#[derive(Clone)]
struct Plan {
    aside: &'static str,
    picks: Option<Picks>,
    row_end: Option<RowEnd>,
}

impl Plan {
    /// How many cells a row has.
    fn width(&self, columns: &[TableColumn]) -> usize {
        columns.len() + usize::from(self.picks.is_some()) + usize::from(self.row_end.is_some())
    }
}
