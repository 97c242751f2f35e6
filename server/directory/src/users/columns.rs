//! What the table of users keeps of a draft.

use directory_core::normalize::normalize;
use directory_core::store::Arg;
use model::user::{Flag, TextAttribute, UserDraft};
use sea_query::Value;

/// The columns that are written from a draft, with their values.
pub(crate) fn columns(draft: &UserDraft) -> Vec<(&'static str, Value)> {
    let first = draft.text(TextAttribute::FirstName);
    let last = draft.text(TextAttribute::LastName);
    let shown = draft.name();
    let name_key = if first.is_empty() && last.is_empty() {
        normalize(&shown)
    } else {
        normalize(&format!("{first} {last}"))
    };
    let last_key = if first.is_empty() && last.is_empty() {
        normalize(&shown)
    } else {
        normalize(&format!("{last} {first}"))
    };
    let employee = draft.text(TextAttribute::EmployeeIdentifier);
    let mut columns = vec![
        ("username", (&draft.username).value()),
        ("username_key", draft.username.key().value()),
        ("email", (&draft.email).value()),
        ("unix_uid", draft.unix_uid.value()),
        ("unix_gid", draft.unix_gid.value()),
        ("manager_id", draft.manager.value()),
        ("name_key", name_key.value()),
        ("last_name_key", last_key.value()),
        ("department_key", normalize(draft.text(TextAttribute::Department)).value()),
        ("job_title_key", normalize(draft.text(TextAttribute::JobTitle)).value()),
        ("location_key", normalize(draft.text(TextAttribute::Location)).value()),
        ("employee_identifier_key", normalize(employee).value()),
    ];
    columns.extend(TextAttribute::ALL.iter().map(|text| (text.column(), draft.text(*text).value())));
    columns.extend(Flag::ALL.iter().map(|flag| (flag.column(), draft.flags.contains(flag).value())));
    columns
}

/// The folded text in which a user is searched for.
pub(crate) fn search_text(draft: &UserDraft) -> String {
    let name = draft.name();
    let employee = draft.text(TextAttribute::EmployeeIdentifier);
    let first = draft.text(TextAttribute::FirstName);
    let last = draft.text(TextAttribute::LastName);
    normalize(&[first, last, &name, draft.username.as_str(), draft.email.as_str(), employee].join(" "))
}
