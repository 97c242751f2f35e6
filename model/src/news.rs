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
