//! One row by itself: what its cells say of a user, and what is wrong with them.

use std::collections::BTreeMap;

use model::import::{Column, Existing, Remark};
use model::user::{Address, CustomAttribute, Flag, Phone, UserForm, UserState};
use model::{Password, PasswordPolicy};

use crate::policy::{self, Subject};

/// How the rows of a file are read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// As written.
    pub headings: Vec<String>,
    /// What each column holds; `None` is left out.
    pub columns: Vec<Option<Column>>,
    /// Whether an empty cell clears what an existing user has.
    pub clears: bool,
    pub policy: PasswordPolicy,
}

/// What a row says.
#[derive(Debug, Default)]
pub(crate) struct ParsedRow {
    /// As a spreadsheet counts it.
    pub row: u64,
    /// What it says of the attributes, an empty text for what it clears.
    pub values: Vec<(Column, String)>,
    /// What stands before the `@` of a sign-in name.
    pub login: Option<String>,
    /// As written: a username, an email address, an employee ID or a distinguished name. Empty clears.
    pub manager: Option<String>,
    pub password: Option<Password>,
    pub state: Option<UserState>,
    pub faults: Vec<Remark>,
    pub notes: Vec<Remark>,
}

/// Whether an export has put an apostrophe before a cell that a spreadsheet would run as a formula.
fn is_made_harmless(cell: &str) -> bool {
    let plain = cell.trim_start_matches('\'');
    plain.len() < cell.len() && plain.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

impl Reading {
    pub(crate) fn new(
        columns: &[model::import::FileColumn],
        existing: Existing,
        policy: PasswordPolicy,
    ) -> Self {
        Self {
            headings: columns.iter().map(|column| column.heading.clone()).collect(),
            columns: columns.iter().map(|column| column.column.clone()).collect(),
            clears: existing == Existing::Clear,
            policy,
        }
    }

    pub(crate) fn has(&self, wanted: &Column) -> bool {
        self.columns.iter().flatten().any(|column| column == wanted)
    }

    /// A remark at the column that a form's field came from.
    pub(crate) fn remark(&self, field: &str, message: impl Into<String>) -> Remark {
        let answers = |column: &Option<Column>| column.as_ref().is_some_and(|one| one.answers_for(field));
        // A sign-in name answers for what no other column holds.
        let own = |column: &Option<Column>| answers(column) && *column != Some(Column::Login);
        let at = self.columns.iter().position(own).or_else(|| self.columns.iter().position(answers));
        let heading = at.and_then(|at| self.headings.get(at));
        let column = heading.map_or_else(|| model::user::field_label(field).to_owned(), Clone::clone);
        Remark { column, message: message.into() }
    }

    /// Reads a row's cells. Passwords are judged, which takes its time.
    pub(crate) fn parse(&self, row: u64, mut cells: Vec<String>) -> ParsedRow {
        let mut parsed = ParsedRow { row, ..ParsedRow::default() };
        for (cell, column) in cells.iter_mut().zip(&self.columns) {
            if *column != Some(Column::Password) && is_made_harmless(cell) {
                cell.remove(0);
            }
        }
        let wide = cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
        if wide > self.headings.len() {
            let message =
                format!("has {wide} cells under {} headings; is a quote missing?", self.headings.len());
            parsed.faults.push(Remark { column: String::new(), message });
        } else if cells.len() < self.named() {
            let message = format!("has fewer cells than the {} headings.", self.named());
            parsed.faults.push(Remark { column: String::new(), message });
        }
        cells.resize(self.headings.len(), String::new());
        let mut custom: BTreeMap<u16, CustomAttribute> = BTreeMap::new();
        for ((column, heading), cell) in self.columns.iter().zip(&self.headings).zip(cells) {
            if let Some(column) = column {
                self.cell(&mut parsed, &mut custom, column, heading, &cell);
            }
        }
        self.take_custom(&mut parsed, custom);
        self.judge(&mut parsed);
        parsed
    }

    /// How many columns there are up to the last one with a heading.
    fn named(&self) -> usize {
        self.headings.iter().rposition(|heading| !heading.is_empty()).map_or(0, |last| last + 1)
    }

    fn cell(
        &self,
        parsed: &mut ParsedRow,
        custom: &mut BTreeMap<u16, CustomAttribute>,
        column: &Column,
        heading: &str,
        cell: &str,
    ) {
        let trimmed = cell.trim();
        let at = |message: String| Remark { column: heading.to_owned(), message };
        if let Some(why) = ruined(trimmed) {
            parsed.notes.push(at(format!("“{trimmed}” {why}")));
        }
        match column {
            // Spaces may belong to a password.
            Column::Password if !cell.is_empty() => match Password::parse(cell) {
                Ok(password) => parsed.password = Some(password),
                Err(error) => parsed.faults.push(at(error.to_string())),
            },
            Column::Manager if !trimmed.is_empty() || self.clears => {
                parsed.manager = Some(trimmed.to_owned());
            }
            Column::CustomName(number) => trimmed.clone_into(&mut custom.entry(*number).or_default().name),
            Column::CustomValue(number) => trimmed.clone_into(&mut custom.entry(*number).or_default().value),
            Column::State | Column::Enabled | Column::Blocked if !trimmed.is_empty() => {
                match state(column, trimmed) {
                    Ok(state) => parsed.state = Some(state),
                    Err(message) => parsed.faults.push(at(message)),
                }
            }
            Column::Flag(_) if !trimmed.is_empty() => match yes_or_no(trimmed) {
                Some(on) => parsed.values.push((column.clone(), on.to_string())),
                None => parsed.faults.push(at(format!("“{trimmed}” is neither true nor false."))),
            },
            Column::Login if !trimmed.is_empty() => {
                let (local, domain) = trimmed.split_once('@').unwrap_or((trimmed, ""));
                parsed.login = Some(local.to_owned());
                if !domain.is_empty() && !self.has(&Column::Email) {
                    parsed.values.push((Column::Email, trimmed.to_owned()));
                }
            }
            Column::Login | Column::Password | Column::State | Column::Enabled | Column::Blocked => {}
            Column::Username | Column::Email => {
                if !trimmed.is_empty() {
                    parsed.values.push((column.clone(), trimmed.to_owned()));
                }
            }
            Column::Text(_)
            | Column::Flag(_)
            | Column::UnixUid
            | Column::UnixGid
            | Column::Manager
            | Column::Phone(_)
            | Column::Address(..)
            | Column::Custom(_) => {
                if (!trimmed.is_empty() || self.clears) && *column != Column::Manager {
                    parsed.values.push((column.clone(), trimmed.to_owned()));
                }
            }
        }
    }

    fn take_custom(&self, parsed: &mut ParsedRow, custom: BTreeMap<u16, CustomAttribute>) {
        for (number, attribute) in custom {
            let field = Column::CustomValue(number).key();
            if attribute.name.is_empty() && attribute.value.is_empty() {
                continue;
            }
            if let Err(fault) = model::user::custom_name(&attribute.name) {
                let at = self.heading_of(&Column::CustomName(number));
                parsed.faults.push(Remark { column: at, message: fault });
            } else if attribute.value.is_empty() && !self.clears {
                let message = format!("The attribute “{}” has no value.", attribute.name);
                parsed.faults.push(self.remark(&field, message));
            } else {
                parsed.values.push((Column::Custom(attribute.name), attribute.value));
            }
        }
    }

    fn heading_of(&self, wanted: &Column) -> String {
        let at = self.columns.iter().position(|column| column.as_ref() == Some(wanted));
        at.and_then(|at| self.headings.get(at)).cloned().unwrap_or_default()
    }

    fn judge(&self, parsed: &mut ParsedRow) {
        let Some(password) = &parsed.password else { return };
        let mut form = UserForm::default();
        apply(&mut form, &parsed.values);
        let judged = policy::faults(&self.policy, password.expose(), &Subject::typed(&form));
        let faults: Vec<_> = judged.iter().map(|fault| self.remark(&fault.field, &fault.message)).collect();
        parsed.faults.extend(faults);
    }
}

impl ParsedRow {
    pub(crate) fn value(&self, wanted: &Column) -> Option<&str> {
        self.values.iter().find(|(column, _)| column == wanted).map(|(_, value)| value.as_str())
    }
}

/// Writes what a row says over what somebody has.
pub(crate) fn apply(form: &mut UserForm, values: &[(Column, String)]) {
    for (column, value) in values {
        match column {
            Column::Username => value.clone_into(&mut form.username),
            Column::Email => value.clone_into(&mut form.email),
            Column::Text(text) => form.set_text(*text, value.as_str()),
            Column::Flag(flag) => set_flag(form, *flag, value),
            Column::UnixUid => value.clone_into(&mut form.unix_uid),
            Column::UnixGid => value.clone_into(&mut form.unix_gid),
            Column::Phone(kind) => put_phone(form, kind, value),
            Column::Address(kind, part) => put_address(form, kind, part, value),
            Column::Custom(name) => put_custom(form, name, value),
            // These are no attributes, or are found in other rows.
            Column::Login
            | Column::Password
            | Column::State
            | Column::Enabled
            | Column::Blocked
            | Column::Manager
            | Column::CustomName(_)
            | Column::CustomValue(_) => {}
        }
    }
}

fn set_flag(form: &mut UserForm, flag: Flag, value: &str) {
    form.set_flag(flag, value == "true");
}

fn put_phone(form: &mut UserForm, kind: &str, number: &str) {
    if let Some(phone) = form.phones.iter_mut().find(|phone| phone.kind == kind) {
        number.clone_into(&mut phone.number);
    } else if !number.is_empty() {
        form.phones.push(Phone { kind: kind.to_owned(), number: number.to_owned() });
    }
}

fn put_address(form: &mut UserForm, kind: &str, part: &str, value: &str) {
    let index = form.addresses.iter().position(|address| address.kind == kind).unwrap_or_else(|| {
        form.addresses.push(Address { kind: kind.to_owned(), ..Address::default() });
        form.addresses.len() - 1
    });
    if let Some(address) = form.addresses.get_mut(index)
        && let Some((_, place)) = address.parts_mut().into_iter().find(|(key, _)| *key == part)
    {
        value.clone_into(place);
    }
}

fn put_custom(form: &mut UserForm, name: &str, value: &str) {
    form.custom.retain(|custom| custom.name != name || !value.is_empty());
    if let Some(custom) = form.custom.iter_mut().find(|custom| custom.name == name) {
        value.clone_into(&mut custom.value);
    } else if !value.is_empty() {
        form.custom.push(CustomAttribute { name: name.to_owned(), value: value.to_owned() });
    }
}

fn yes_or_no(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "true" | "yes" | "1" | "on" | "ja" | "oui" | "si" | "wahr" => Some(true),
        "false" | "no" | "0" | "off" | "nein" | "non" | "falsch" => Some(false),
        _ => None,
    }
}

fn state(column: &Column, cell: &str) -> Result<UserState, String> {
    let open = match (column, cell.to_lowercase().as_str()) {
        (Column::Enabled, _) => yes_or_no(cell),
        (Column::Blocked, _) => yes_or_no(cell).map(|blocked| !blocked),
        // As Okta and others call them.
        (_, "active" | "enabled") => Some(true),
        (_, "inactive" | "deprovisioned" | "disabled") => Some(false),
        (_, _) => {
            let message = || format!("“{cell}” is not a state: STAGED, ACTIVATED or SUSPENDED.");
            return UserState::parse(cell).ok_or_else(message);
        }
    };
    match open {
        Some(true) => Ok(UserState::Activated),
        Some(false) => Ok(UserState::Suspended),
        None => Err(format!("“{cell}” is neither yes nor no.")),
    }
}

/// What a spreadsheet program probably made of a value, which follows it.
fn ruined(cell: &str) -> Option<&'static str> {
    if ["#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"].contains(&cell) {
        return Some("is an error of a spreadsheet program.");
    }
    let (digits, power) = cell.split_once("E+").or_else(|| cell.split_once("e+"))?;
    let number = |text: &str, also: &[char]| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_digit() || also.contains(&c))
    };
    (number(digits, &['.', ',']) && number(power, &[]))
        .then_some("is a number that a spreadsheet program has shortened.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_export_made_harmless_is_known() {
        for (cell, made) in [
            ("'=1+1", true),
            ("'+49 30 1234", true),
            ("''-7", true),
            ("'quoted'", false),
            ("=1+1", false),
            ("'", false),
            ("", false),
        ] {
            assert_eq!(is_made_harmless(cell), made, "{cell}");
        }
    }

    #[test]
    fn values_that_a_spreadsheet_ruined() {
        for cell in ["1.23457E+11", "1,2e+5", "#REF!", "#N/A"] {
            assert!(ruined(cell).is_some(), "{cell}");
        }
        for cell in ["", "E+1", "E1", "1E1", "A1E+2", "M-1041"] {
            assert!(ruined(cell).is_none(), "{cell}");
        }
    }

    #[test]
    fn words_for_states() {
        assert_eq!(state(&Column::Blocked, "No"), Ok(UserState::Activated));
        assert_eq!(state(&Column::Enabled, "False"), Ok(UserState::Suspended));
        assert_eq!(state(&Column::State, "Staged"), Ok(UserState::Staged));
        assert_eq!(state(&Column::State, "ACTIVE"), Ok(UserState::Activated));
        assert!(state(&Column::State, "GONE").is_err() && state(&Column::Enabled, "perhaps").is_err());
    }
}
