//! A list's state, which is its address.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_url},
};
use model::list::Cursor;
use model::{Filter, ListQuery, Sort};

use crate::kit::with_query;

/// What a list shows, read from the address; every change of it is a new address.
#[derive(Clone, Copy)]
pub struct ListState {
    path: &'static str,
    pub query: Memo<ListQuery>,
    default_sort: &'static str,
    go: Callback<(String, bool)>,
}

impl ListState {
    /// Of the list at this path. Call it within the list's route.
    pub fn new(path: &'static str, default_sort: &'static str) -> Self {
        let url = use_url();
        let navigate = use_navigate();
        Self {
            path,
            query: Memo::new(move |_| url.with(|url| ListQuery::from_address(url.search()))),
            default_sort,
            go: Callback::new(move |(address, replace): (String, bool)| {
                navigate(&address, NavigateOptions { scroll: false, replace, ..NavigateOptions::default() });
            }),
        }
    }

    /// The address of the list in another state.
    pub fn address(self, query: &ListQuery) -> String {
        with_query(self.path, query)
    }

    /// The address of something over this list, which stays as it is.
    pub fn over(self, path: &str) -> String {
        with_query(path, &self.query.get())
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
