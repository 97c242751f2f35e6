//! Conditions and order, as they stand in addresses.

use std::fmt;

use serde::{Deserialize, Serialize};

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

    /// What somebody wrote for a filter, and is none: a list refuses it, and says on which column.
    pub(super) fn unread(text: &str) -> Self {
        let column = text.split(':').next().unwrap_or_default();
        Self { column: column.to_owned(), test: Test::Is, values: vec![] }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_filter_is_read_or_refused(text: String) {
            drop(Filter::parse(&text));
        }

        /// Or a list's address would grow with each step.
        #[test]
        fn what_is_no_filter_stays_what_it_is(text in "[a-z:|\\\\]{0,12}") {
            let once = Filter::unread(&text).to_string();
            prop_assert_eq!(Filter::parse(&once).map(|filter| filter.to_string()), Some(once));
        }
    }
}
