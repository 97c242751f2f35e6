//! What a user's attributes must keep to beside the form of each: what is unique, who may be whose
//! manager, and that nobody was faster.

use model::user::{TextAttribute, UserDraft, UserForm};
use model::{ErrorCode, Faults, Id, Problem, Timestamp};

use crate::history::last_changed_by;
use directory_core::accounts::named;
use directory_core::error::{Error, Result};
use directory_core::normalize::normalize;
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::Change;

/// Who already has what must be unique, deleted users included: they can be restored.
const TAKEN: Sql = sql!(
    "SELECT username_key, email, employee_identifier, unix_uid, deleted_at FROM users
    WHERE (username_key = $1 OR email = $2 OR (employee_identifier = $3 AND employee_identifier <> '')
        OR unix_uid = $4) AND id <> $5 LIMIT 8"
);

/// Where employee IDs are kept, and where without regard to case and accents.
pub(super) const EMPLOYEE: &str = "employee_identifier";
pub(super) const EMPLOYEE_KEY: &str = "employee_identifier_key";

/// Who has an employee ID that differs in nothing but case and accents.
const SAME_EMPLOYEE: Sql = sql!(
    "SELECT id FROM users WHERE employee_identifier_key = $1 AND deleted_at IS NULL AND id <> $2 LIMIT 1"
);

/// "Somebody changed this".
pub(super) async fn stale(change: &mut Change, id: Id) -> Result<Problem> {
    let who = last_changed_by(change, id).await?;
    Ok(Problem::new(ErrorCode::Stale, format!("{who} changed this user while you were editing.")))
}

pub(super) async fn check_manager(tx: &mut Tx, draft: &UserDraft, of: Option<Id>) -> Result<(), Error> {
    let Some(manager) = draft.manager else { return Ok(()) };
    if of == Some(manager) {
        return Err(Problem::at("manager", "Nobody is their own manager.").into());
    }
    match named(tx, manager).await? {
        Some(_) => Ok(()),
        None => Err(Problem::at("manager", "This manager is not in the directory any more.").into()),
    }
}

/// Names everything that is taken, so that the form learns of all of it at once. Changes run one
/// after another, and the unique indexes stand behind this. An employee ID that stays as it was in `before` is
/// theirs, whoever else had it in other letters by then.
pub(super) async fn check_taken(
    tx: &mut Tx,
    draft: &UserDraft,
    id: Id,
    before: Option<&UserForm>,
) -> Result<()> {
    type Row = (String, String, String, Option<i64>, Option<Timestamp>);
    let employee = draft.text(TextAttribute::EmployeeIdentifier);
    let key = draft.username.key();
    let found: Vec<Row> = tx.all(TAKEN, args![&key, &draft.email, employee, draft.unix_uid, id]).await?;
    let mut faults = Faults::default();
    for (username, email, identifier, uid, deleted) in found {
        let whose = if deleted.is_some() {
            "a deleted user has it. Restore or permanently delete them under Users, Deleted"
        } else {
            "another user has it"
        };
        if username == key {
            faults.add("username", format!("This username is taken: {whose}."));
        }
        if email == draft.email.as_str() {
            faults.add("email", format!("This email address is taken: {whose}."));
        }
        if !employee.is_empty() && identifier == employee {
            faults.add("employeeIdentifier", format!("This employee ID is taken: {whose}."));
        }
        if uid.is_some() && uid == draft.unix_uid.map(i64::from) {
            faults.add("unix_uid", format!("This UID is taken: {whose}."));
        }
    }
    let kept = before.is_some_and(|form| form.text(TextAttribute::EmployeeIdentifier) == employee);
    if !employee.is_empty() && !kept && !faults.iter().any(|fault| fault.field == "employeeIdentifier") {
        let same: Option<(Id,)> = tx.optional(SAME_EMPLOYEE, args![normalize(employee), id]).await?;
        if same.is_some() {
            faults.add("employeeIdentifier", "This employee ID is taken: another user has it.");
        }
    }
    Ok(faults.check()?)
}
