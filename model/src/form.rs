//! Forms as data: what each field is called, what it holds, and how it is filled in. The screens have one
//! component that draws any of these tables; lists, imports and the history take their labels from the
//! same tables.

/// One field of a form.
#[derive(Clone, Copy, Debug)]
pub struct FormField {
    /// Its name in the API, in faults, in events and as a heading of an import.
    pub key: &'static str,
    pub label: &'static str,
    /// A sentence below the field; empty for none.
    pub hint: &'static str,
    pub required: bool,
    pub kind: FieldKind,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    /// One line of text.
    Line,
    /// Several lines of text.
    Lines,
    /// On or off.
    Switch,
    /// One of these values, each with the word that is shown.
    Choice(&'static [(&'static str, &'static str)]),
    /// A user, by id; empty for nobody.
    Person,
    /// Any number of the same fields.
    Several(&'static Several),
}

/// Fields of which there may be any number: the addresses of a user, the rules of a group.
#[derive(Debug)]
pub struct Several {
    /// One of them: "address". It names the buttons that add and remove one.
    pub one: &'static str,
    /// What each is called for those who hear it, before its number: "Address".
    pub title: &'static str,
    /// The most of them that there can be.
    pub most: usize,
    pub fields: &'static [FormField],
    /// Whether each of them is a card with several rows; otherwise each is one row.
    pub card: bool,
}

/// Fields under one heading.
#[derive(Clone, Copy, Debug)]
pub struct FormSection {
    pub title: &'static str,
    pub fields: &'static [FormField],
}

impl FormField {
    pub const fn new(kind: FieldKind, key: &'static str, label: &'static str) -> Self {
        Self { key, label, hint: "", required: false, kind }
    }

    /// One line of text.
    pub const fn line(key: &'static str, label: &'static str) -> Self {
        Self::new(FieldKind::Line, key, label)
    }

    /// On or off, with a sentence about it.
    pub const fn switch(key: &'static str, label: &'static str, hint: &'static str) -> Self {
        Self { hint, ..Self::new(FieldKind::Switch, key, label) }
    }

    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    #[must_use]
    pub const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }
}

/// A form whose fields are read and written by name. The name of a part of several is that of its fault:
/// `addresses[0].locality`. A form ignores names that it does not have.
pub trait FormValues {
    /// The text of a field; of a choice its value, of a person the id.
    fn text(&self, name: &str) -> String;
    fn set_text(&mut self, name: &str, text: String);

    fn flag(&self, _name: &str) -> bool {
        false
    }
    fn set_flag(&mut self, _name: &str, _on: bool) {}

    /// How many there are of several.
    fn count(&self, _name: &str) -> usize {
        0
    }
    /// Adds an empty one of several, at the end.
    fn add(&mut self, _name: &str) {}
    fn remove(&mut self, _name: &str, _place: usize) {}
}

/// The name of a part of several: `part_name("addresses", 0, "locality")` is `addresses[0].locality`.
pub fn part_name(several: &str, place: usize, key: &str) -> String {
    format!("{several}[{place}].{key}")
}

/// The reverse of [`part_name`]; `None` for a name that is not of this form.
pub fn parse_part_name(name: &str) -> Option<(&str, usize, &str)> {
    let (several, rest) = name.split_once('[')?;
    let (place, key) = rest.split_once("].")?;
    Some((several, place.parse().ok()?, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_part_reads_back() {
        assert_eq!(
            parse_part_name(&part_name("addresses", 12, "locality")),
            Some(("addresses", 12, "locality"))
        );
        for other in ["", "username", "addresses[0]", "addresses[x].a", "addresses[-1].a"] {
            assert_eq!(parse_part_name(other), None, "{other}");
        }
    }
}
