//! Lists: one query that is the address in the browser, the argument of the server function and,
//! later, the saved view, the export and the REST query.

mod filter;
mod page;
mod query;

pub use filter::{Filter, Sort, Test};
pub use page::{COUNT_LIMIT, Count, Page, grouped};
pub use query::{Cursor, ListQuery};

/// The numbers of rows that a page may have.
pub const PAGE_SIZES: [u16; 4] = [10, 20, 50, 100];

/// The longest search text that is looked at, in characters.
pub const SEARCH_MAX: usize = 200;

/// How many filters, and values in one filter, a query may have.
pub const FILTERS_MAX: usize = 30;
pub const FILTER_VALUES_MAX: usize = 100;

/// A custom attribute is filtered by as a column with this before the attribute's name.
pub const CUSTOM: &str = "custom.";

/// What a column's filter offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// One or more of these values; each with the word that is shown.
    Choice(&'static [(&'static str, &'static str)]),
    /// Text: is, is not, contains.
    Text,
    /// Yes or no.
    Flag,
    /// An instant: before, after; values are Unix microseconds, or days back from now as `-7d`.
    Time,
    /// A person, by id.
    Person,
}

/// One column of a list. A new list is a table of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in addresses, saved views and the API.
    pub key: &'static str,
    pub label: &'static str,
    /// Whether the list can be put in its order; only what is the same for all rows cannot.
    pub sortable: bool,
    pub filter: Option<FilterKind>,
    /// Shown unless somebody chose otherwise.
    pub default: bool,
    /// Always shown, first.
    pub fixed: bool,
}

/// A list's columns and its order when nobody asks for another.
#[derive(Clone, Copy, Debug)]
pub struct ListSpec {
    /// Its name, under which choices about it are kept.
    pub name: &'static str,
    pub columns: &'static [Column],
    /// Whether its rows have custom attributes to filter by.
    pub custom: bool,
    pub default_sort: &'static str,
}

impl ListSpec {
    pub fn column(&self, key: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.key == key)
    }

    /// Takes out of a query what this list does not have; says what that was, as people know it.
    pub fn without_unknown(&self, mut query: ListQuery) -> (ListQuery, Vec<String>) {
        let mut missing = Vec::new();
        let mut left_out = |kind: &str, key: &str| missing.push(format!("{kind} “{key}”"));
        query.columns.retain(|key| {
            let known = self.column(key).is_some();
            if !known {
                left_out("column", key);
            }
            known
        });
        query.filters.retain(|filter| {
            let known = !filter.values.is_empty()
                && (self.column(&filter.column).is_some_and(|column| column.filter.is_some())
                    || (self.custom && filter.column.starts_with(CUSTOM)));
            if !known {
                left_out("filter", &filter.column);
            }
            known
        });
        let unsorted =
            query.sort.take_if(|sort| !self.column(&sort.column).is_some_and(|column| column.sortable));
        if let Some(sort) = unsorted {
            left_out("order", &sort.column);
        }
        (query, missing)
    }

    /// The columns to show: the fixed ones, then those chosen that exist, or the default ones.
    pub fn shown<'a>(&self, chosen: impl IntoIterator<Item = &'a str>) -> Vec<&'static Column> {
        let mut shown: Vec<_> = self.columns.iter().filter(|column| column.fixed).collect();
        let fixed = shown.len();
        for column in chosen.into_iter().filter_map(|key| self.column(key)) {
            if !shown.contains(&column) {
                shown.push(column);
            }
        }
        if shown.len() == fixed {
            shown.extend(self.columns.iter().filter(|column| column.default && !column.fixed));
        }
        shown
    }
}
