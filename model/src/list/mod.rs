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
pub const FILTER_VALUES_MAX: usize = 200;

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
    /// Whether it has a column of this key, or could have: that of a custom attribute.
    pub fn has_column(&self, key: &str) -> bool {
        let name = key.strip_prefix(CUSTOM).filter(|_| self.custom);
        let named = |name: &str| !name.is_empty() && name.chars().all(char::is_alphanumeric);
        name.map_or_else(|| self.column(key).is_some(), named)
    }

    pub fn column(&self, key: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.key == key)
    }

    /// Takes out of a query what this list does not have; says what that was, as people know it.
    pub fn without_unknown(&self, mut query: ListQuery) -> (ListQuery, Vec<String>) {
        let mut missing = Vec::new();
        let mut left_out = |kind: &str, key: &str| missing.push(format!("{kind} “{key}”"));
        query.columns.retain(|key| {
            let known = self.has_column(key);
            if !known {
                left_out("column", key);
            }
            known
        });
        query.filters.retain(|filter| {
            let known = !filter.values.is_empty()
                && match self.column(&filter.column) {
                    Some(column) => column.filter.is_some(),
                    None => self.has_column(&filter.column),
                };
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

    /// The keys of the columns to show behind the fixed ones: those chosen that exist, custom attributes among them,
    /// or the default ones.
    pub fn shown_keys(&self, chosen: &[String]) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for key in chosen {
            let fixed = self.column(key).is_some_and(|column| column.fixed);
            if self.has_column(key) && !fixed && !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        if keys.is_empty() {
            let plain = self.columns.iter().filter(|column| column.default && !column.fixed);
            keys.extend(plain.map(|column| column.key.to_owned()));
        }
        keys
    }

    /// What a column is called: a custom attribute's is its name.
    pub fn label(&self, key: &str) -> String {
        self.column(key).map_or(key.trim_start_matches(CUSTOM), |column| column.label).to_owned()
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
