//! What a list answers with.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where counting stops: beyond it a count reads "10,000+".
pub const COUNT_LIMIT: u32 = 10_000;

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

    #[test]
    fn counts_stop() {
        assert_eq!(Count::limited(10_001).to_string(), "10,000+");
        assert_eq!(Count::limited(1_284).to_string(), "1,284");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(0), "0");
    }
}
