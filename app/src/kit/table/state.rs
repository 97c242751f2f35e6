//! A list's state, which is its address.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_url},
};
use model::list::{Cursor, ListSpec};
use model::view::NO_VIEW;
use model::{Filter, ListQuery, Sort};

use crate::kit::with_query;

/// With which saved view a list opens, by the list's name: the query string of its address. The portal provides it at
/// its root.
#[derive(Clone, Copy)]
pub struct DefaultViews(pub Callback<&'static str, Option<String>>);

/// What a list shows, read from the address; every change of it is a new address.
#[derive(Clone, Copy)]
pub struct ListState {
    path: &'static str,
    pub query: Memo<ListQuery>,
    default_sort: &'static str,
    /// The query string that the list has where its address has none.
    plain: Memo<Option<String>>,
    go: Callback<(String, bool)>,
}

impl ListState {
    /// Of the list at this path. Call it within the list's route.
    pub fn new(path: &'static str, spec: &'static ListSpec) -> Self {
        let url = use_url();
        let navigate = use_navigate();
        let views = use_context::<DefaultViews>();
        let plain = Memo::new(move |_| views.and_then(|views| views.0.run(spec.name)));
        let query = move |_: Option<&ListQuery>| {
            let search = url.with(|url| url.search().trim_start_matches('?').to_owned());
            let plain = if search.is_empty() { plain.get() } else { None };
            ListQuery::from_address(&plain.unwrap_or(search))
        };
        Self {
            path,
            query: Memo::new(query),
            default_sort: spec.default_sort,
            plain,
            go: Callback::new(move |(address, replace): (String, bool)| {
                navigate(&address, NavigateOptions { scroll: false, replace, ..NavigateOptions::default() });
            }),
        }
    }

    /// The address of the list in another state.
    pub fn address(self, query: &ListQuery) -> String {
        with_query(self.path, &self.named(query))
    }

    /// The same, so that its address is never the empty one where that opens a view.
    fn named(self, query: &ListQuery) -> ListQuery {
        let mut query = query.clone();
        if self.plain.with(Option::is_some) && query == ListQuery::default() {
            query.view = Some(NO_VIEW.to_owned());
        }
        query
    }

    /// Shows the list in another state, from its first page.
    pub fn show(self, query: &ListQuery) {
        let address = untrack(|| self.address(&query.clone().from_start()));
        let _left = self.go.try_run((address, false));
    }

    /// The address of something over this list, which stays as it is.
    pub fn over(self, path: &str) -> String {
        with_query(path, &self.named(&self.query.get()))
    }

    /// Shows the list changed so, from its first page.
    pub fn change(self, change: impl FnOnce(&mut ListQuery)) {
        let mut query = self.query.get_untracked().from_start();
        change(&mut query);
        self.go.run((self.address(&query), false));
    }

    /// Searches; back leads to before the search and not through each pause in typing.
    pub fn search(self, text: String) {
        let mut query = self.query.get_untracked().from_start();
        let replace = !query.search.is_empty() && !text.is_empty();
        query.search = text;
        self.go.run((self.address(&query), replace));
    }

    pub fn clear(self) {
        self.change(|query| {
            query.search.clear();
            query.filters.clear();
        });
    }

    /// Puts a filter in the place of another, or behind them all.
    pub fn set_filter(self, place: Option<usize>, filter: Filter) {
        self.change(|query| match place.and_then(|place| query.filters.get_mut(place)) {
            Some(old) => *old = filter,
            None => query.filters.push(filter),
        });
    }

    pub fn drop_filter(self, place: usize) {
        self.change(|query| {
            if place < query.filters.len() {
                query.filters.remove(place);
            }
        });
    }

    /// The order that holds, whether asked for or not.
    pub fn sort(self) -> Sort {
        self.query.with(|query| query.sort.clone().unwrap_or_else(|| Sort::parse(self.default_sort)))
    }

    /// The address of the list sorted by a column; of the one that it is sorted by, the other way.
    pub(super) fn sorted_by(self, column: &str) -> String {
        let now = self.sort();
        let descending = now.column == column && !now.descending;
        let sort = Sort { column: column.to_owned(), descending };
        let plain = sort == Sort::parse(self.default_sort);
        let mut query = self.query.get().from_start();
        query.sort = (!plain).then_some(sort);
        self.address(&query)
    }

    /// The address of another page. The pager is made anew with each answer, so that it need not follow.
    pub(super) fn at(self, cursor: Cursor) -> String {
        let mut query = self.query.get_untracked();
        query.cursor = Some(cursor);
        self.address(&query)
    }
}
