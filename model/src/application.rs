//! Applications: what users open from the User Portal. This release has bookmarks: a tile that leads to an address.

use serde::{Deserialize, Serialize};

use crate::form::{FieldKind, FormField, FormSection, FormValues};
use crate::list::{Column, FilterKind, ListSpec};
use crate::mail::words;
use crate::text::{line, lines, required_line};
use crate::{Faults, Id, Timestamp};

/// The longest name, address and description, in characters; the last as in the reference's list of fields.
pub const NAME_MAX: usize = 128;
pub const URL_MAX: usize = 2048;
pub const DESCRIPTION_MAX: usize = 256;
/// How many applications can be acted upon at once.
pub const APPLICATIONS_AT_ONCE: usize = 100;

words! {
    /// How an application signs people in.
    ApplicationKind {
        /// It does so itself: the tile leads there.
        Bookmark = "bookmark", "Bookmark";
    }
}

words! {
    /// The color of a tile.
    TileColor {
        Slate = "#202D38", "Slate";
        Teal = "#005466", "Teal";
        Blue = "#006CAC", "Blue";
        Indigo = "#0617AC", "Indigo";
        Violet = "#7C6ADA", "Violet";
        Rose = "#B0457A", "Rose";
        Red = "#9E2F00", "Red";
        Green = "#1F7A33", "Green";
    }
}

/// Everything about an application that can be typed. Nothing in it has been checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApplicationForm {
    pub name: String,
    pub url: String,
    pub description: String,
    pub color: TileColor,
    /// Switched off, nobody reaches it, whatever is bound to it.
    pub active: bool,
    /// Whether it has a tile in the User Portal.
    pub shown: bool,
}

impl Default for ApplicationForm {
    fn default() -> Self {
        Self {
            name: String::new(),
            url: String::new(),
            description: String::new(),
            color: TileColor::Teal,
            active: true,
            shown: true,
        }
    }
}

/// All fields of an application, section by section.
pub const APPLICATION_FIELDS: &[FormSection] = &[
    FormSection {
        title: "Application",
        fields: &[
            FormField::line("name", "Name").required(),
            FormField::line("url", "Address")
                .required()
                .hint("Where the tile leads, such as https://wiki.example.org."),
            FormField::new(FieldKind::Lines, "description", "Description"),
        ],
    },
    FormSection {
        title: "User Portal",
        fields: &[
            FormField::new(FieldKind::Choice(TileColor::CHOICES), "color", "Color of the tile"),
            FormField::switch(
                "active",
                "Active",
                "Users who are bound to it reach it. Switched off, nobody does.",
            ),
            FormField::switch("shown", "Show in the User Portal", "It has a tile there."),
        ],
    },
];

impl ApplicationForm {
    /// What was typed, tidied.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn parse(&self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let name = faults.take("name", required_line(&self.name, NAME_MAX, "a name"));
        let url = faults.take("url", web_address(&self.url));
        let description = faults.take("description", lines(&self.description, DESCRIPTION_MAX));
        let (Some(name), Some(url), Some(description)) = (name, url, description) else { return Err(faults) };
        faults.check()?;
        Ok(Self { name, url, description, ..self.clone() })
    }
}

/// An address on the web: with `https` or `http`, a host, and nothing that is no address.
fn web_address(text: &str) -> Result<String, String> {
    const LIKE: &str = "Enter an address, such as https://wiki.example.org.";
    let url = line(text, URL_MAX).map_err(|error| error.to_string())?;
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        let (begins, rest) = url.split_at_checked(scheme.len())?;
        begins.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let hostile = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '`');
    if host.is_empty() || host.contains('@') || host.starts_with([':', '.']) || url.contains(hostile) {
        return Err(LIKE.to_owned());
    }
    Ok(url)
}

impl FormValues for ApplicationForm {
    fn text(&self, name: &str) -> String {
        match name {
            "name" => self.name.clone(),
            "url" => self.url.clone(),
            "description" => self.description.clone(),
            "color" => self.color.as_str().to_owned(),
            _ => String::new(),
        }
    }

    fn set_text(&mut self, name: &str, text: String) {
        match name {
            "name" => self.name = text,
            "url" => self.url = text,
            "description" => self.description = text,
            "color" => self.color = TileColor::parse(&text).unwrap_or(self.color),
            _ => {}
        }
    }

    fn flag(&self, name: &str) -> bool {
        match name {
            "active" => self.active,
            "shown" => self.shown,
            _ => false,
        }
    }

    fn set_flag(&mut self, name: &str, on: bool) {
        match name {
            "active" => self.active = on,
            "shown" => self.shown = on,
            _ => {}
        }
    }

    fn count(&self, _: &str) -> usize {
        0
    }

    fn add(&mut self, _: &str) {}

    fn remove(&mut self, _: &str, _: usize) {}
}

/// One line of the list of applications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationRow {
    pub id: Id,
    pub kind: ApplicationKind,
    pub name: String,
    pub url: String,
    pub color: TileColor,
    pub active: bool,
    /// The users who are bound to it now, themselves or by a group.
    pub users: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// One application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    pub id: Id,
    pub kind: ApplicationKind,
    /// Grows with each change; sent back with an update, so that a lost race is told.
    pub version: i64,
    pub form: ApplicationForm,
    /// The users who are bound to it now, themselves or by a group.
    pub users: u64,
    /// How many groups are bound to it.
    pub groups: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A change of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationUpdate {
    pub id: Id,
    /// The version that it changes.
    pub version: i64,
    pub form: ApplicationForm,
}

/// An application as its users see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    pub id: Id,
    pub name: String,
    pub description: String,
    pub url: String,
    pub color: TileColor,
}

const fn column(key: &'static str, label: &'static str) -> Column {
    Column { key, label, sortable: true, filter: None, default: true, fixed: false }
}

/// The list of applications.
pub static APPLICATIONS: ListSpec = ListSpec {
    name: "applications",
    default_sort: "name",
    custom: false,
    columns: &[
        Column { fixed: true, filter: Some(FilterKind::Text), ..column("name", "Name") },
        Column { filter: Some(FilterKind::Choice(ApplicationKind::CHOICES)), ..column("kind", "Type") },
        Column { filter: Some(FilterKind::Flag), ..column("active", "Active") },
        column("users", "Users"),
        Column { filter: Some(FilterKind::Text), default: false, ..column("url", "Address") },
        Column { filter: Some(FilterKind::Time), default: false, ..column("created", "Created") },
        Column { filter: Some(FilterKind::Time), ..column("updated", "Updated") },
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_on_the_web() {
        for (url, good) in [
            ("https://wiki.example.org", true),
            (" HTTP://intranet/lunch?day=1#menu ", true),
            ("https://[2001:db8::1]:8443/a", true),
            ("", false),
            ("wiki.example.org", false),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("https://", false),
            ("https:///path", false),
            ("https://user:pass@example.org", false),
            ("https://example.org/a b", false),
            ("https://example.org/<b>", false),
            ("ftp://example.org", false),
        ] {
            let form = ApplicationForm { name: "Wiki".into(), url: url.into(), ..ApplicationForm::default() };
            assert_eq!(form.parse().is_ok(), good, "{url}");
        }
    }

    #[test]
    fn what_is_written_to_a_field_is_read_from_it() {
        let mut form = ApplicationForm::default();
        for name in ["name", "url", "description"] {
            form.set_text(name, format!("of {name}"));
            assert_eq!(form.text(name), format!("of {name}"));
        }
        for color in TileColor::ALL {
            form.set_text("color", color.as_str().to_owned());
            assert_eq!(form.text("color"), color.as_str());
        }
        for name in ["active", "shown"] {
            form.set_flag(name, false);
            assert!(!form.flag(name));
        }
    }
}
