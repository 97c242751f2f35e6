//! Ids: 12 bytes, shown as 24 lower-case hex digits, ordered by the time they were given.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The id of anything in the directory: 6 bytes of Unix milliseconds, then 6 random bytes.
///
/// The shape (24 hex digits) is the one that administrators know from comparable products.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Id([u8; 12]);

/// The text is not 24 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError;

impl Id {
    /// Makes an id of a time (Unix milliseconds; the low 48 bits count) and 6 random bytes.
    pub fn new(unix_millis: u64, chance: [u8; 6]) -> Self {
        let mut bytes = [0; 12];
        let (time, rest) = bytes.split_at_mut(6);
        time.copy_from_slice(&(unix_millis << 16).to_be_bytes()[..6]);
        rest.copy_from_slice(&chance);
        Self(bytes)
    }

    /// The 12 bytes, as the database keeps them.
    pub fn as_bytes(&self) -> &[u8; 12] {
        &self.0
    }
}

impl From<[u8; 12]> for Id {
    fn from(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }
}

impl TryFrom<&[u8]> for Id {
    type Error = IdError;

    fn try_from(bytes: &[u8]) -> Result<Self, IdError> {
        bytes.try_into().map(Self).map_err(|_| IdError)
    }
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = text.as_bytes();
        let mut bytes = [0; 12];
        if digits.len() != 2 * bytes.len() {
            return Err(IdError);
        }
        // By hand: a library for this is 40 kB of the browser's code.
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return Err(IdError) };
            *byte = (digit(*high)? << 4) | digit(*low)?;
        }
        Ok(Self(bytes))
    }
}

/// The value of a lower-case hex digit.
const fn digit(c: u8) -> Result<u8, IdError> {
    match c {
        b'0'..=b'9' => Ok(c - b'0'),
        b'a'..=b'f' => Ok(c - b'a' + 10),
        _ => Err(IdError),
    }
}

impl TryFrom<String> for Id {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.to_string()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("An id has 24 digits, 0 to 9 and a to f.")
    }
}

impl std::error::Error for IdError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_shown_can_be_read(bytes: [u8; 12]) {
            let id = Id::from(bytes);
            prop_assert_eq!(id.to_string().parse::<Id>(), Ok(id));
            prop_assert_eq!(id.to_string().len(), 24);
        }

        #[test]
        fn later_ids_sort_later(a in 0u64..1 << 47, step in 1u64..1000, x: [u8; 6], y: [u8; 6]) {
            prop_assert!(Id::new(a, x) < Id::new(a + step, y));
            prop_assert!(Id::new(a, x).to_string() < Id::new(a + step, y).to_string());
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            prop_assert_eq!(text.parse::<Id>().map(String::from).ok(), text.parse::<Id>().is_ok().then_some(text));
        }
    }

    #[test]
    fn upper_case_and_other_lengths_are_refused() {
        for text in ["", "0123456789abcdef0123456", "0123456789ABCDEF01234567", "0123456789abcdef0123456789"]
        {
            assert_eq!(text.parse::<Id>(), Err(IdError), "{text}");
        }
    }
}
