//! Lists: one query that is the address in the browser, the argument of the server function and,
//! later, the saved view, the export and the REST query.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// The numbers of rows that a page may have.
pub const PAGE_SIZES: [u16; 4] = [10, 20, 50, 100];

/// Where counting stops: beyond it a count reads "10,000+".
pub const COUNT_LIMIT: u32 = 10_000;

/// The longest search text that is looked at, in characters.
pub const SEARCH_MAX: usize = 200;

/// How many filters, and values in one filter, a query may have.
pub const FILTERS_MAX: usize = 30;
pub const FILTER_VALUES_MAX: usize = 100;

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
    /// Only columns with an index behind them sort.
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
    pub default_sort: &'static str,
}

impl ListSpec {
    pub fn column(&self, key: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.key == key)
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

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Equal to any of the values.
    Is,
    /// Equal to none of them.
    IsNot,
    /// Holds any of them, without regard to case or accents.
    Contains,
    /// Earlier than the value.
    Before,
    /// At or later than the value.
    After,
}

impl Test {
    pub const ALL: [Self; 5] = [Self::Is, Self::IsNot, Self::Contains, Self::Before, Self::After];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is_not",
            Self::Contains => "contains",
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// One condition; several filters must all hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Filter {
    pub column: String,
    pub test: Test,
    pub values: Vec<String>,
}

impl Filter {
    pub fn is<V: Into<String>>(column: &str, values: impl IntoIterator<Item = V>) -> Self {
        Self {
            column: column.to_owned(),
            test: Test::Is,
            values: values.into_iter().map(Into::into).collect(),
        }
    }

    pub fn after(column: &str, value: impl Into<String>) -> Self {
        Self { column: column.to_owned(), test: Test::After, values: vec![value.into()] }
    }
}

/// `column:test:value|value`; `\` keeps the character after it as it is.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.column, self.test.as_str())?;
        for (index, value) in self.values.iter().enumerate() {
            if index > 0 {
                f.write_str("|")?;
            }
            f.write_str(&value.replace('\\', "\\\\").replace('|', "\\|"))?;
        }
        Ok(())
    }
}

impl Filter {
    /// Reads what `Display` writes; `None` when it is something else.
    pub fn parse(text: &str) -> Option<Self> {
        let (column, rest) = text.split_once(':')?;
        let (test, rest) = rest.split_once(':')?;
        let test = Test::ALL.into_iter().find(|known| known.as_str() == test)?;
        let mut values = vec![String::new()];
        let mut kept = false;
        for c in rest.chars() {
            match c {
                '\\' if !kept => kept = true,
                '|' if !kept => values.push(String::new()),
                _ => {
                    values.last_mut()?.push(c);
                    kept = false;
                }
            }
        }
        Some(Self { column: column.to_owned(), test, values })
    }
}

/// The order of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    pub column: String,
    pub descending: bool,
}

/// `name`, or `-name` for descending.
impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.column)
    }
}

impl Sort {
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(column) => Self { column: column.to_owned(), descending: true },
            None => Self { column: text.to_owned(), descending: false },
        }
    }
}

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
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { search: String::new(), filters: vec![], sort: None, columns: vec![], limit: 50, cursor: None }
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
        let parts: Vec<_> =
            pairs.iter().map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, QUERY))).collect();
        parts.join("&")
    }

    /// Reads an address; what it does not know, or cannot read, it leaves at its default.
    pub fn from_address(query: &str) -> Self {
        let mut read = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            let Some((key, value)) = pair.split_once('=') else { continue };
            let value = value.replace('+', " ");
            let value = percent_decode_str(&value).decode_utf8_lossy().into_owned();
            match key {
                "q" => read.search = value,
                "filter" => read.filters.extend(Filter::parse(&value)),
                "sort" => read.sort = Some(Sort::parse(&value)),
                "columns" => read.columns = value.split(',').map(str::to_owned).collect(),
                "rows" => {
                    read.limit =
                        value.parse().ok().filter(|rows| PAGE_SIZES.contains(rows)).unwrap_or(read.limit);
                }
                "after" => read.cursor = Some(Cursor::After(value)),
                "before" => read.cursor = Some(Cursor::Before(value)),
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

    pub fn is_narrowed(&self) -> bool {
        !self.search.trim().is_empty() || !self.filters.is_empty()
    }
}

/// How many there are, counted up to [`COUNT_LIMIT`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub counted: u32,
    /// There are more than were counted.
    pub more: bool,
}

impl Count {
    pub fn exactly(counted: u32) -> Self {
        Self { counted, more: false }
    }

    /// From a count that stopped at [`COUNT_LIMIT`] + 1.
    pub fn limited(counted: u32) -> Self {
        Self { counted: counted.min(COUNT_LIMIT), more: counted > COUNT_LIMIT }
    }
}

/// With thousands set apart, and a `+` when there are more: `1,284`, `10,000+`.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", grouped(u64::from(self.counted)), if self.more { "+" } else { "" })
    }
}

/// A number with its thousands set apart by commas.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// The columns that the rows' cells stand under, after the fixed ones, in order.
    pub columns: Vec<String>,
    /// The position of the first row in the whole list, from 1.
    pub first: u64,
    /// Marks for the page after and before; `None` at the ends.
    pub after: Option<String>,
    pub before: Option<String>,
    /// How many match the search and the filters.
    pub total: Count,
}

#[cfg(test)]
mod tests {
    use super::*;
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
            };
            prop_assert_eq!(ListQuery::from_address(&query.to_address()), query);
        }

        #[test]
        fn any_address_is_read(address: String) {
            drop(ListQuery::from_address(&address));
        }

        #[test]
        fn any_filter_is_read_or_refused(text: String) {
            drop(Filter::parse(&text));
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
    fn counts_stop() {
        assert_eq!(Count::limited(10_001).to_string(), "10,000+");
        assert_eq!(Count::limited(1_284).to_string(), "1,284");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(0), "0");
    }
}
