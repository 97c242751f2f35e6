//! The status of users' passwords, as lists ask for it.

use model::Timestamp;
use sea_query::{Cond, Expr, ExprTrait};

const WEEK: i64 = 7 * 24 * 60 * 60 * 1_000_000;

/// The password's status is a judgement of now, so its filter is made of the facts.
pub(crate) fn password_condition(value: &str, now: Timestamp) -> Option<Cond> {
    let now = now.as_micros();
    let locked = || Expr::col("locked_until").is_not_null().and(Expr::col("locked_until").gt(now));
    let unlocked =
        || Cond::any().add(Expr::col("locked_until").is_null()).add(Expr::col("locked_until").lte(now));
    let expires = || {
        Cond::all()
            .add(Expr::col("password_expires_at").is_not_null())
            .add(Expr::col("password_never_expires").eq(false))
    };
    let set = || Expr::col("password_set_at").is_not_null();
    let forced = |so: bool| Expr::col("password_must_change").eq(so);
    Some(match value {
        "Locked" => Cond::all().add(locked()),
        "Pending" => Cond::all().add(unlocked()).add(Expr::col("password_set_at").is_null()),
        "Expired" => Cond::all()
            .add(unlocked())
            .add(set())
            .add(Cond::any().add(forced(true)).add(expires().add(Expr::col("password_expires_at").lte(now)))),
        "Expiring" => Cond::all()
            .add(unlocked())
            .add(set())
            .add(forced(false))
            .add(expires())
            .add(Expr::col("password_expires_at").gt(now))
            .add(Expr::col("password_expires_at").lte(now.saturating_add(WEEK))),
        "Active" => Cond::all().add(unlocked()).add(set()).add(forced(false)).add(
            Cond::any()
                .add(Expr::col("password_expires_at").is_null())
                .add(Expr::col("password_never_expires").eq(true))
                .add(Expr::col("password_expires_at").gt(now)),
        ),
        _ => return None,
    })
}
