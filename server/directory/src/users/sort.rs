//! The orders of the list of users.

use model::Timestamp;
use model::user::{Flag, ORIGINS, PasswordStatus, TextAttribute};
use sea_query::{CaseStatement, Expr, ExprTrait, Func, Query};

use super::password_status::password_condition;
use crate::lists::SortKey;

/// What a column of the list sorts by, now.
pub(super) fn sort_key(column: &str, now: Timestamp) -> Option<SortKey> {
    Some(match column {
        "name" => SortKey::text("name_key"),
        "last_name" => SortKey::text("last_name_key"),
        "first_name" => SortKey::words(by_first_name()),
        "state" => SortKey::text("state"),
        "username" => SortKey::text("username_key"),
        "email" => SortKey::text("email"),
        "created_by" => SortKey::shown("created_by", ORIGINS),
        "manager" => by_manager(),
        "mfa_enrolled" => SortKey::flag("mfa_enrolled"),
        "created" => SortKey::number("created_at"),
        "last_login" => SortKey::number("last_login_at"),
        // Those of whom nothing is scheduled come last.
        "activates" => SortKey::instant("activates_at", i64::MAX),
        "suspends" => SortKey::instant("suspends_at", i64::MAX),
        "password_set" => SortKey::instant("password_set_at", 0),
        "password_expires" => SortKey::rank(by_expiry()),
        "password_status" => SortKey::rank(by_password_status(now)),
        "id" => SortKey::id(),
        other => return by_attribute(other),
    })
}

/// By an attribute, or by a setting that is on or off.
fn by_attribute(column: &str) -> Option<SortKey> {
    let Some(attribute) = TextAttribute::of_column(column) else {
        return Flag::of_column(column).map(|flag| SortKey::flag(flag.column()));
    };
    Some(normalized_column(attribute).map_or_else(|| SortKey::typed(attribute.column()), SortKey::text))
}

/// The column that keeps an attribute without regard to case and accents, where the table has one.
pub(crate) const fn normalized_column(attribute: TextAttribute) -> Option<&'static str> {
    match attribute {
        TextAttribute::Department => Some("department_key"),
        TextAttribute::JobTitle => Some("job_title_key"),
        TextAttribute::Location => Some("location_key"),
        TextAttribute::EmployeeIdentifier => Some("employee_identifier_key"),
        TextAttribute::FirstName
        | TextAttribute::MiddleName
        | TextAttribute::LastName
        | TextAttribute::DisplayName
        | TextAttribute::LocalAccount
        | TextAttribute::ManagedAppleId
        | TextAttribute::AlternateEmail
        | TextAttribute::RecoveryEmail
        | TextAttribute::Description
        | TextAttribute::ExternalDn
        | TextAttribute::ExternalSource
        | TextAttribute::CostCenter
        | TextAttribute::Company
        | TextAttribute::EmployeeType => None,
    }
}

/// Folded, and who has none before all others.
fn by_first_name() -> Expr {
    Expr::case(Expr::col("first_name").eq(""), "").finally(Expr::col("name_key")).into()
}

/// By the manager's name; who has none, or none who is there, before all others.
fn by_manager() -> SortKey {
    let managers = Query::select()
        .expr_as(Expr::col("id"), "manager")
        .expr_as(Expr::col("name_key"), "manager_name")
        .from("users")
        .and_where(Expr::col("deleted_at").is_null())
        .take();
    let name = Func::coalesce([Expr::col("manager_name"), Expr::val("")]);
    SortKey::words(name.into()).beside(managers, "manager", "manager_id")
}

/// What never expires comes last.
fn by_expiry() -> Expr {
    let at = Func::coalesce([Expr::col("password_expires_at"), Expr::val(i64::MAX)]);
    Expr::case(Expr::col("password_never_expires").eq(true), i64::MAX).finally(at).into()
}

/// In the order of a password’s life, as the filter offers them.
fn by_password_status(now: Timestamp) -> Expr {
    let mut rank = CaseStatement::new();
    for (status, place) in PasswordStatus::ALL.into_iter().zip(0_i64..) {
        if let Some(condition) = password_condition(status.as_str(), now) {
            rank = rank.case(condition, place);
        }
    }
    rank.finally(i64::MAX).into()
}
