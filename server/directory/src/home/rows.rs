//! The first rows of the Homepage's lists, read only where the viewer shows the list.

use std::time::Duration;

use model::home::{Counted, HomeAdministrator, HomeUser, Homepage, Widget};
use model::user::{UserState, name_of};
use model::{Id, Timestamp};

use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};

const WEEK: Duration = Duration::from_hours(7 * 24);

/// `$1` is now. Those who are locked until somebody unlocks them come first.
const LOCKED: Sql = sql!(
    "SELECT id, username, first_name, last_name, display_name, email, state, locked_until AS moment
    FROM users WHERE deleted_at IS NULL AND locked_until > $1 ORDER BY locked_until DESC, pk LIMIT 5"
);
/// What the filter of the list finds by “Expired”; the latest first, after those who have to change it.
const EXPIRED: Sql = sql!(
    "SELECT id, username, first_name, last_name, display_name, email, state,
        CASE WHEN password_must_change THEN NULL ELSE password_expires_at END AS moment
    FROM users WHERE deleted_at IS NULL AND COALESCE(locked_until, 0) <= $1 AND password_set_at IS NOT NULL
        AND (password_must_change OR (NOT password_never_expires AND password_expires_at <= $1))
    ORDER BY password_must_change DESC, password_expires_at DESC, pk LIMIT 5"
);
/// What the filter finds by “Expiring”; `$2` is a week from now.
const EXPIRING: Sql = sql!(
    "SELECT id, username, first_name, last_name, display_name, email, state, password_expires_at AS moment
    FROM users WHERE deleted_at IS NULL AND COALESCE(locked_until, 0) <= $1 AND password_set_at IS NOT NULL
        AND NOT password_must_change AND NOT password_never_expires
        AND password_expires_at > $1 AND password_expires_at <= $2
    ORDER BY password_expires_at, pk LIMIT 5"
);
const WITHOUT_MFA: Sql = sql!(
    "SELECT id, username, first_name, last_name, display_name, email, state, mfa_enroll_by AS moment
    FROM users WHERE deleted_at IS NULL AND NOT mfa_enrolled ORDER BY mfa_required DESC, pk LIMIT 5"
);
const HOW_MANY_WITHOUT_MFA: Sql =
    sql!("SELECT COUNT(*) FROM users WHERE deleted_at IS NULL AND NOT mfa_enrolled");
const ADMINISTRATORS: Sql = sql!(
    "SELECT id, first_name, last_name, email FROM administrator_accounts
    WHERE active AND NOT (totp_enrolled OR passkey_enrolled) ORDER BY pk LIMIT 5"
);

#[derive(sqlx::FromRow)]
struct Row {
    id: Id,
    username: String,
    first_name: String,
    last_name: String,
    display_name: String,
    email: String,
    state: UserState,
    moment: Option<Timestamp>,
}

impl From<Row> for HomeUser {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: name_of(&row.display_name, &row.first_name, &row.last_name, &row.username),
            email: row.email,
            state: row.state,
            at: row.moment,
        }
    }
}

fn users(rows: Vec<Row>) -> Vec<HomeUser> {
    rows.into_iter().map(HomeUser::from).collect()
}

/// The lists of users; for those who may list users.
pub(super) async fn of_users(tx: &mut Tx, now: Timestamp, page: &mut Homepage) -> Result<()> {
    let shows = |page: &Homepage, widget| page.widgets.contains(&widget);
    if shows(page, Widget::Locked) {
        page.locked = Some(users(tx.all(LOCKED, args![now]).await?));
    }
    if shows(page, Widget::Expired) {
        page.expired = Some(users(tx.all(EXPIRED, args![now]).await?));
    }
    if shows(page, Widget::Expiring) {
        page.expiring = Some(users(tx.all(EXPIRING, args![now, now.plus(WEEK)]).await?));
    }
    if shows(page, Widget::WithoutMfa) {
        let (count,): (i64,) = tx.one(HOW_MANY_WITHOUT_MFA, args![]).await?;
        let first = users(tx.all(WITHOUT_MFA, args![]).await?);
        page.without_mfa = Some(Counted { count: super::count(count), first });
    }
    Ok(())
}

/// The list of administrators; for those who may list administrators.
pub(super) async fn of_administrators(tx: &mut Tx, page: &mut Homepage) -> Result<()> {
    if !page.widgets.contains(&Widget::Administrators) {
        return Ok(());
    }
    let (count,): (i64,) = tx.one(super::WITHOUT_MFA, args![]).await?;
    let rows: Vec<(Id, String, String, String)> = tx.all(ADMINISTRATORS, args![]).await?;
    let one = |(id, first, last, email)| HomeAdministrator { id, name: format!("{first} {last}"), email };
    page.administrators =
        Some(Counted { count: super::count(count), first: rows.into_iter().map(one).collect() });
    Ok(())
}
