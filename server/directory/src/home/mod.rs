//! The Homepage: figures that the database counts, each in one statement.

mod checklist;
mod rows;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use model::home::{Attention, HOME_ROWS, Homepage, NewPerson, SignInDay, UserCounts, Widget};
use model::user::{UserState, name_of};
use model::{Id, Operation, Timestamp};

use crate::administrators::how_many_manage;
use crate::billing;
use crate::mail;
use crate::preferences::{self, Chosen};
use crate::sign_in::hour_of;
use crate::users::schedules;
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::store::{Sql, Tx, args, sql};

/// The Homepage.
pub struct Home<'a>(pub(crate) &'a Context, pub(crate) &'a mail::Delivery);

/// How many days the chart of sign-ins has.
pub const SIGN_IN_DAYS: i64 = 14;
const WEEK: Duration = Duration::from_hours(7 * 24);

const BY_STATE: Sql = sql!("SELECT state, COUNT(*) FROM users WHERE deleted_at IS NULL GROUP BY state");
const DELETED: Sql = sql!("SELECT COUNT(*) FROM users WHERE deleted_at IS NOT NULL");
const SCHEDULED: Sql = sql!(
    "SELECT COUNT(*) FROM schedules WHERE state = 'waiting'
    AND user_id IN (SELECT id FROM users WHERE deleted_at IS NULL)"
);
const NEW: Sql = sql!("SELECT COUNT(*) FROM users WHERE deleted_at IS NULL AND created_at >= $1");
/// `$1` is now, `$2` a week from now. Locked comes first, as in the judgement of one user.
const PASSWORDS: Sql = sql!("SELECT
        CAST(COALESCE(SUM(CASE WHEN locked THEN 1 ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN NOT locked AND NOT has THEN 1 ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN NOT locked AND has AND expires <= $1 THEN 1 ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN NOT locked AND has AND expires > $1 AND expires <= $2 THEN 1 ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN NOT locked AND has AND expires > $1 THEN 1 ELSE 0 END), 0) AS BIGINT)
    FROM (SELECT COALESCE(locked_until, 0) > $1 AS locked, password_set_at IS NOT NULL AS has,
            CASE WHEN password_must_change THEN 0
                WHEN password_never_expires OR password_expires_at IS NULL THEN 9223372036854775807
                ELSE password_expires_at END AS expires
        FROM users WHERE deleted_at IS NULL) AS facts");
const NEWEST: Sql = sql!(
    "SELECT id, username, first_name, last_name, display_name, email, department, state, created_at
    FROM users WHERE deleted_at IS NULL AND created_at >= $1 ORDER BY created_at DESC, pk DESC LIMIT 5"
);
const SIGN_INS: Sql = sql!(
    "SELECT hour, succeeded, failed FROM sign_in_hours WHERE realm = 'user' AND hour >= $1 ORDER BY hour LIMIT 2000"
);
const WITHOUT_MFA: Sql = sql!(
    "SELECT COUNT(*) FROM administrator_accounts
    WHERE active AND NOT (totp_enrolled OR passkey_enrolled)"
);
/// Whoever was made from a user is locked with that user, too. Those who wait longest come first.
const LOCKED_ADMINISTRATORS: Sql = sql!(
    "SELECT a.id, a.first_name, a.last_name,
        CASE WHEN COALESCE(a.locked_until, 0) > COALESCE(t.locked_until, 0) THEN a.locked_until
            ELSE t.locked_until END AS until
    FROM administrator_accounts a LEFT JOIN attempts t ON t.subject = 'administrator:' || a.email
    WHERE a.locked_until > $1 OR t.locked_until > $1 ORDER BY until DESC, a.pk LIMIT 5"
);
const MY_MFA: Sql =
    sql!("SELECT (totp_enrolled OR passkey_enrolled) FROM administrator_accounts WHERE id = $1");

impl Home<'_> {
    /// The Homepage as this administrator may see it. `zone` is the browser's IANA zone, by which
    /// sign-ins fall into days unless they chose another; an unknown one counts as UTC.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn read(&self, actor: &Actor, zone: &str) -> Result<Homepage> {
        permit(actor, Operation::ReadHomepage)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let chosen = match actor.auth() {
            Ok(me) => preferences::chosen(&mut tx, me.id).await?,
            Err(_) => Chosen::default(),
        };
        let mut widgets = chosen.widgets.unwrap_or_else(|| Widget::ALL.to_vec());
        widgets.retain(|widget| actor.may(widget.needs()));
        let mut page = Homepage { widgets, ..Homepage::default() };
        if actor.may(Operation::ListUsers) {
            let figures = people(&mut tx, now).await?;
            page.attention.extend(attention_of(&figures));
            page.people = Some(figures);
            page.new_people = Some(newest(&mut tx, now).await?);
            if page.widgets.contains(&Widget::Upcoming) {
                page.upcoming = Some(schedules::upcoming(&mut tx, HOME_ROWS).await?);
            }
            rows::of_users(&mut tx, now, &mut page).await?;
        }
        if page.widgets.contains(&Widget::Checklist) {
            page.checklist = Some(checklist::steps(self, actor, &mut tx).await?);
        }
        if actor.may(Operation::ReadEvents) {
            let zone = chosen.time_zone.as_deref().unwrap_or(zone);
            page.sign_ins = Some(sign_ins(&mut tx, now, zone).await?);
        }
        if actor.may(Operation::ListAdministrators) {
            let mut first = administrators(&mut tx, now).await?;
            first.append(&mut page.attention);
            page.attention = first;
            rows::of_administrators(&mut tx, &mut page).await?;
        }
        if actor.may(Operation::ReadBilling)
            && let Some(card) = billing::attention(&mut tx, now).await?
        {
            page.attention.insert(0, card);
        }
        if let Ok(me) = actor.auth() {
            let (enrolled,): (bool,) = tx.one(MY_MFA, args![me.id]).await?;
            if !enrolled {
                page.attention.insert(0, Attention::YouHaveNoMfa);
            }
        }
        Ok(page)
    }

    /// People by state and password status.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn people(&self, actor: &Actor) -> Result<UserCounts> {
        permit(actor, Operation::ListUsers)?;
        people(&mut self.0.db().read().await?, self.0.env().now()).await
    }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

async fn people(tx: &mut Tx, now: Timestamp) -> Result<UserCounts> {
    let mut figures = UserCounts::default();
    let by_state: Vec<(UserState, i64)> = tx.all(BY_STATE, args![]).await?;
    for (state, number) in by_state {
        match state {
            UserState::Staged => figures.staged = count(number),
            UserState::Activated => figures.activated = count(number),
            UserState::Suspended => figures.suspended = count(number),
        }
    }
    let (deleted,): (i64,) = tx.one(DELETED, args![]).await?;
    let (scheduled,): (i64,) = tx.one(SCHEDULED, args![]).await?;
    let (new,): (i64,) = tx.one(NEW, args![now.minus(WEEK)]).await?;
    let (locked, pending, expired, expiring, active): (i64, i64, i64, i64, i64) =
        tx.one(PASSWORDS, args![now, now.plus(WEEK)]).await?;
    Ok(UserCounts {
        new_in_7_days: count(new),
        locked: count(locked),
        password_pending: count(pending),
        password_expired: count(expired),
        password_expiring_in_7_days: count(expiring),
        password_active: count(active),
        deleted: count(deleted),
        scheduled: count(scheduled),
        ..figures
    })
}

#[derive(sqlx::FromRow)]
struct Newest {
    id: Id,
    username: String,
    first_name: String,
    last_name: String,
    display_name: String,
    email: String,
    department: String,
    state: UserState,
    created_at: Timestamp,
}

async fn newest(tx: &mut Tx, now: Timestamp) -> Result<Vec<NewPerson>> {
    let rows: Vec<Newest> = tx.all(NEWEST, args![now.minus(WEEK)]).await?;
    Ok(rows
        .into_iter()
        .map(|row| NewPerson {
            id: row.id,
            name: name_of(&row.display_name, &row.first_name, &row.last_name, &row.username),
            email: row.email,
            department: row.department,
            state: row.state,
            created_at: row.created_at,
        })
        .collect())
}

/// The last 14 days, today included, in the viewer's zone; days without sign-ins too.
async fn sign_ins(tx: &mut Tx, now: Timestamp, zone: &str) -> Result<Vec<SignInDay>> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let today = day_of(now.as_seconds(), &zone)?;
    let mut days: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for back in 0..SIGN_IN_DAYS {
        let day = today.checked_sub(jiff::Span::new().days(back)).map_err(Error::internal)?;
        days.insert(day.to_string(), (0, 0));
    }
    let since = hour_of(now) - (SIGN_IN_DAYS + 1) * 24;
    let rows: Vec<(i64, i64, i64)> = tx.all(SIGN_INS, args![since]).await?;
    for (hour, succeeded, failed) in rows {
        if let Some(day) = days.get_mut(&day_of(hour * 3600, &zone)?.to_string()) {
            day.0 += count(succeeded);
            day.1 += count(failed);
        }
    }
    Ok(days.into_iter().map(|(day, (succeeded, failed))| SignInDay { day, succeeded, failed }).collect())
}

fn day_of(seconds: i64, zone: &TimeZone) -> Result<jiff::civil::Date> {
    let instant = jiff::Timestamp::from_second(seconds).map_err(Error::internal)?;
    Ok(zone.to_datetime(instant).date())
}

async fn administrators(tx: &mut Tx, now: Timestamp) -> Result<Vec<Attention>> {
    let mut attention = Vec::new();
    let locked: Vec<(Id, String, String, Timestamp)> = tx.all(LOCKED_ADMINISTRATORS, args![now]).await?;
    for (id, first, last, until) in locked {
        attention.push(Attention::AdministratorLocked { id, name: format!("{first} {last}"), until });
    }
    let (without_mfa,): (i64,) = tx.one(WITHOUT_MFA, args![]).await?;
    if how_many_manage(tx).await? < 2 {
        attention.push(Attention::OneAdministratorWithBilling);
    }
    if without_mfa > 0 {
        attention.push(Attention::AdministratorsWithoutMfa { count: count(without_mfa) });
    }
    Ok(attention)
}

fn attention_of(figures: &UserCounts) -> Vec<Attention> {
    let mut attention = Vec::new();
    if figures.locked > 0 {
        attention.push(Attention::UsersLocked { count: figures.locked });
    }
    if figures.password_expired > 0 {
        attention.push(Attention::PasswordsExpired { count: figures.password_expired });
    }
    if figures.staged > 0 {
        attention.push(Attention::UsersStaged { count: figures.staged });
    }
    if figures.password_pending > 0 {
        attention.push(Attention::PasswordsPending { count: figures.password_pending });
    }
    attention
}
