//! What is new: the program's own changelog, taken apart.

use serde::{Deserialize, Serialize};

/// One release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// `0.2.0`; empty for what has no number yet.
    pub version: String,
    /// The day on which it came, if it says so.
    pub day: String,
    pub parts: Vec<Part>,
}

/// What was added, changed, mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub title: String,
    pub entries: Vec<Vec<Words>>,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    Plain(String),
    Code(String),
    Strong(String),
}

/// So many entries are named before it is said how many more there are.
const NAMED: usize = 8;
/// The longest entry that is named whole, in characters.
const ENTRY_MAX: usize = 240;

/// What versions are ordered by: `0.10.0` comes after `0.9.0`. What has another form has none.
pub fn number_of(version: &str) -> Option<[u64; 3]> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    let number = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(number)
}

impl Words {
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Code(text) | Self::Strong(text) => text,
        }
    }
}

impl Release {
    /// By what it comes after others.
    pub fn number(&self) -> Option<[u64; 3]> {
        number_of(&self.version)
    }

    /// What it brings, a line each, and how much more.
    pub fn in_short(&self) -> String {
        let entries: Vec<_> = self.parts.iter().flat_map(|part| &part.entries).collect();
        let line = |entry: &&Vec<Words>| {
            let text: String = entry.iter().map(Words::text).collect();
            let cut: String = text.chars().take(ENTRY_MAX).collect();
            let rest = if cut.len() < text.len() { "…" } else { "" };
            format!("– {}{rest}", cut.trim())
        };
        let mut lines: Vec<_> = entries.iter().take(NAMED).map(line).collect();
        match entries.len().saturating_sub(NAMED) {
            0 => {}
            more => lines.push(format!("– and {more} more")),
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_an_order() {
        assert!(number_of("0.10.0") > number_of("0.9.12"));
        for odd in ["", "1.2", "1.2.3.4", "1.2.x", "0.2.0-rc.1", "-1.0.0"] {
            assert_eq!(number_of(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_release_in_short_names_a_few() {
        let entry = |text: &str| vec![Words::Plain("A ".into()), Words::Code(text.into())];
        let part = |count: usize| Part { title: "Added".into(), entries: vec![entry("thing"); count] };
        let release = |parts| Release { version: "1.0.0".into(), day: String::new(), parts };
        assert_eq!(release(vec![part(1), part(1)]).in_short(), "– A thing\n– A thing");
        let many = release(vec![part(5), part(6)]).in_short();
        assert_eq!(many.lines().count(), NAMED + 1);
        assert!(many.ends_with("– and 3 more"));
        let long =
            release(vec![Part { title: String::new(), entries: vec![entry(&"é".repeat(999))] }]).in_short();
        assert!(long.ends_with('…') && long.chars().count() < 250);
    }
}
