//! One request for a page of a list, which is the list's address.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::{Filter, Sort};

/// Where a page starts: beside a row that an earlier page ended with. The text is the server's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cursor {
    After(String),
    Before(String),
}

/// One request for a page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    pub search: String,
    #[serde(default)]
    pub filters: Vec<Filter>,
    #[serde(default)]
    pub sort: Option<Sort>,
    /// The columns wanted; none means those that this administrator chose, or the default ones.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Rows on the page: one of [`PAGE_SIZES`].
    pub limit: u16,
    #[serde(default)]
    pub cursor: Option<Cursor>,
    /// The id of the saved view that it was opened with, or [`NO_VIEW`](crate::view::NO_VIEW). Only the address and the
    /// menu of views need it: the rest says all that the list shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            search: String::new(),
            filters: vec![],
            sort: None,
            columns: vec![],
            limit: 50,
            cursor: None,
            view: None,
        }
    }
}

/// What may stand in a query string as it is: enough to keep addresses readable.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b':')
    .remove(b'@')
    .remove(b',')
    .remove(b'/');

impl ListQuery {
    /// The query string of this list's address, without `?`; empty for the plain list.
    pub fn to_address(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        if !self.search.is_empty() {
            pairs.push(("q", self.search.clone()));
        }
        pairs.extend(self.filters.iter().map(|filter| ("filter", filter.to_string())));
        if let Some(sort) = &self.sort {
            pairs.push(("sort", sort.to_string()));
        }
        if !self.columns.is_empty() {
            pairs.push(("columns", self.columns.join(",")));
        }
        if self.limit != Self::default().limit {
            pairs.push(("rows", self.limit.to_string()));
        }
        match &self.cursor {
            Some(Cursor::After(mark)) => pairs.push(("after", mark.clone())),
            Some(Cursor::Before(mark)) => pairs.push(("before", mark.clone())),
            None => {}
        }
        if let Some(view) = &self.view {
            pairs.push(("view", view.clone()));
        }
        let parts: Vec<_> =
            pairs.iter().map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, QUERY))).collect();
        parts.join("&")
    }

    /// Reads an address; what it does not know it leaves at its default.
    pub fn from_address(query: &str) -> Self {
        let mut read = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            let Some((key, value)) = pair.split_once('=') else { continue };
            let value = value.replace('+', " ");
            let value = percent_decode_str(&value).decode_utf8_lossy().into_owned();
            match key {
                "q" => read.search = value,
                // What cannot be read stays: nobody takes the whole list for the one they asked for.
                "filter" => {
                    read.filters.push(Filter::parse(&value).unwrap_or_else(|| Filter::unread(&value)));
                }
                "sort" => read.sort = Some(Sort::parse(&value)),
                "columns" => read.columns = value.split(',').map(str::to_owned).collect(),
                // What is no size of pages stays, and is refused.
                "rows" => read.limit = value.parse().unwrap_or_default(),
                "after" => read.cursor = Some(Cursor::After(value)),
                "before" => read.cursor = Some(Cursor::Before(value)),
                "view" => read.view = Some(value),
                _ => {}
            }
        }
        read
    }

    /// The same list from its first page: what a change of search, filter or order leads to.
    #[must_use]
    pub fn from_start(mut self) -> Self {
        self.cursor = None;
        self
    }

    /// What a saved view holds of it: not the page, nor how many rows one has.
    #[must_use]
    pub fn for_view(self) -> Self {
        Self { limit: Self::default().limit, cursor: None, view: None, ..self }
    }

    pub fn is_narrowed(&self) -> bool {
        !self.search.trim().is_empty() || !self.filters.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::{PAGE_SIZES, Test};
    use proptest::prelude::*;

    fn text() -> impl Strategy<Value = String> {
        "[ -~é工|\\\\:&=+%#?]{0,12}"
    }

    proptest! {
        #[test]
        fn an_address_reads_back(
            search in text(),
            filters in prop::collection::vec(("[a-z_]{1,8}", 0usize..5, prop::collection::vec(text(), 1..4)), 0..4),
            sort in prop::option::of(("[a-z]{1,8}", any::<bool>())),
            columns in prop::collection::vec("[a-z_]{1,8}", 0..4),
            rows in 0usize..4,
            cursor in prop::option::of(("[A-Za-z0-9_-]{0,20}", any::<bool>())),
            view in prop::option::of("[a-z0-9]{0,24}"),
        ) {
            let query = ListQuery {
                search,
                filters: filters.into_iter()
                    .map(|(column, test, values)| Filter { column, test: Test::ALL[test], values })
                    .collect(),
                sort: sort.map(|(column, descending)| Sort { column, descending }),
                columns,
                limit: PAGE_SIZES[rows],
                cursor: cursor.map(|(mark, after)| if after { Cursor::After(mark) } else { Cursor::Before(mark) }),
                view,
            };
            prop_assert_eq!(ListQuery::from_address(&query.to_address()), query);
        }

        #[test]
        fn any_address_is_read(address: String) {
            drop(ListQuery::from_address(&address));
        }

    }

    #[test]
    fn addresses_stay_readable() {
        let query = ListQuery {
            search: "ada l".into(),
            filters: vec![Filter::is("department", ["Engineering", "R|D"])],
            sort: Some(Sort { column: "created".into(), descending: true }),
            ..ListQuery::default()
        };
        assert_eq!(query.to_address(), "q=ada%20l&filter=department:is:Engineering%7CR%5C%7CD&sort=-created");
    }

    #[test]
    fn what_cannot_be_read_is_not_taken_for_nothing() {
        for (rows, limit) in [("7", 7), ("50", 50), ("all", 0), ("-1", 0), ("99999999", 0)] {
            assert_eq!(ListQuery::from_address(&format!("rows={rows}")).limit, limit, "{rows}");
        }
        let read = ListQuery::from_address("?filter=nonsense&filter=state:how:A&colour=red");
        let columns: Vec<_> = read.filters.iter().map(|filter| filter.column.as_str()).collect();
        assert_eq!(columns, ["nonsense", "state"]);
        assert!(read.filters.iter().all(|filter| filter.values.is_empty()));
    }
}
