//! Deleting, which can be taken back for 30 days, and deleting for good.

use model::event::{EventKind, FieldChange};
use model::user::{Outcome, Selection, TextAttribute, UserState};
use model::{Id, Operation, Timestamp};
use sea_query::{Expr, ExprTrait, Query};

use super::columns::search_text;
use super::eligible::{ColumnUpdate, null, update_columns};
use super::list::selected;
use super::patch::is_latest;
use super::record::RESTORABLE;
use super::{Eligible, Record, Users, find, messages, scheduled, schedules};
use crate::administrators;
use crate::policy;
use directory_core::accounts::Named;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Arg, Sql, Tx, args, sql};
use directory_core::transaction::Change;

const OVERDUE: Sql = sql!(
    "SELECT id, username, first_name, last_name, display_name FROM users
    WHERE deleted_at IS NOT NULL AND deleted_at <= $1 ORDER BY deleted_at LIMIT 100"
);

const SHOW: Sql = sql!("INSERT INTO user_search (pk, search_text) SELECT pk, $2 FROM users WHERE id = $1");

impl Users<'_> {
    /// Deletes users: they lose all access at once and leave every list, and can be restored for
    /// 30 days. Until they are gone for good they keep their username and email. Administrators made from
    /// them are deleted with them, and do not come back.
    ///
    /// # Errors
    /// `forbidden`; `reauthentication_needed` when an administrator was made from one of them; `invalid` when there are
    /// too many at once.
    pub async fn delete(&self, actor: &Actor, selection: &Selection) -> Result<Vec<Outcome>> {
        let mut change = Change::begin(self.0, permit(actor, Operation::DeleteUser)?).await?;
        let eligible = delete_these(&mut change, selection).await?;
        change.commit().await?;
        Ok(eligible.outcomes())
    }

    /// The same for one alone, at one of these versions if any are insisted on.
    ///
    /// # Errors
    /// `forbidden`, also by the rule against privilege escalation; `reauthentication_needed` likewise;
    /// `not_found`; `stale` at another version; `conflict` for oneself.
    pub async fn delete_one(&self, actor: &Actor, user: Id, versions: Option<&[i64]>) -> Result<()> {
        let mut change = Change::begin(self.0, permit(actor, Operation::DeleteUser)?).await?;
        let record = find(change.tx(), user).await?;
        is_latest(&mut change, versions, &record).await?;
        let eligible = delete_these(&mut change, &Selection::These(vec![user])).await?;
        eligible.done()?;
        change.commit().await
    }

    /// Brings deleted users back, Suspended, with everything they had.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once.
    pub async fn restore(&self, actor: &Actor, ids: &[Id]) -> Result<Vec<Outcome>> {
        let mut change = Change::begin(self.0, permit(actor, Operation::RestoreUser)?).await?;
        let now = change.now;
        let ids = selected(change.tx(), &Selection::These(ids.to_vec()), now).await?;
        let users = deleted(change.tx(), &ids).await?;
        let there: Vec<Id> = users.iter().map(|user| user.id).collect();
        let columns = [("deleted_at", null()), ("state", UserState::Suspended.value())];
        update_columns(&mut change, &there, ColumnUpdate { columns: &columns, revokes: true }).await?;
        let policy = policy::read(change.tx()).await?;
        for id in &there {
            let record = find(change.tx(), *id).await?;
            change.run(SHOW, args![*id, search_text(&record.form().parse()?)]).await?;
            // Timers that came due meanwhile found nobody.
            scheduled::plan(&mut change, *id, record.password().expires_at, &policy).await?;
        }
        schedules::found_again(&mut change, &there).await?;
        let audit_event = |user: &Named| {
            AuditEvent::new(EventKind::UserRestore).to("user", user.id, user.name()).changes(vec![field(
                "state",
                "",
                UserState::Suspended.as_str(),
            )])
        };
        change.record_all(users.iter().map(audit_event).collect()).await?;
        change.commit().await?;
        Ok(outcomes_of_deleted(&ids, &users))
    }

    /// Deletes deleted users for good, which frees what was unique about them.
    ///
    /// # Errors
    /// `forbidden`; `invalid` when there are too many at once.
    pub async fn purge(&self, actor: &Actor, ids: &[Id]) -> Result<Vec<Outcome>> {
        let mut change = Change::begin(self.0, permit(actor, Operation::PurgeUser)?).await?;
        let now = change.now;
        let ids = selected(change.tx(), &Selection::These(ids.to_vec()), now).await?;
        let users = deleted(change.tx(), &ids).await?;
        erase(&mut change, &users).await?;
        change.commit().await?;
        Ok(outcomes_of_deleted(&ids, &users))
    }

    /// Erases those whose 30 days are over; says how many.
    pub(crate) async fn purge_overdue(&self, actor: &Actor) -> Result<u64> {
        let mut change = Change::begin(self.0, permit(actor, Operation::PurgeUser)?).await?;
        let horizon: Timestamp = change.now.minus(RESTORABLE);
        let users: Vec<Named> = change.tx().all(OVERDUE, args![horizon]).await?;
        if users.is_empty() {
            return Ok(0);
        }
        erase(&mut change, &users).await?;
        change.commit().await?;
        Ok(users.len() as u64)
    }
}

async fn delete_these(change: &mut Change, selection: &Selection) -> Result<Eligible> {
    let eligible = Eligible::of(change, selection, |_| None).await?;
    let why = "is you, and an administrator: nobody deletes themselves";
    let eligible = eligible.sparing_oneself(change, why).await?;
    delete(change, &eligible).await?;
    Ok(eligible)
}

/// Deletes those who can be, with the administrators that were made from them.
pub(super) async fn delete(change: &mut Change, eligible: &Eligible) -> Result<()> {
    let ids = eligible.ids();
    let columns = [("deleted_at", change.now.value())];
    update_columns(change, &ids, ColumnUpdate { columns: &columns, revokes: true }).await?;
    hide(change, &ids).await?;
    change.tombstones("user", &ids).await?;
    messages::end_all(change, &ids, "They were deleted before it was sent.").await?;
    administrators::remove_with_users(change, &ids).await?;
    let audit_event = |user: &Record| {
        AuditEvent::new(EventKind::UserDelete).to("user", user.id, user.name()).changes(told_of(user))
    };
    change.record_all(eligible.able.iter().map(audit_event).collect()).await
}

/// Whoever is deleted is not found.
async fn hide(change: &mut Change, ids: &[Id]) -> Result<()> {
    let theirs = Query::select()
        .column("pk")
        .from("users")
        .and_where(Expr::col("id").is_in(ids.iter().map(|id| id.value())))
        .take();
    let hide =
        Query::delete().from_table("user_search").and_where(Expr::col("pk").in_subquery(theirs)).take();
    let (sql, args) = change.tx().build(&hide);
    change.run(sql, args).await?;
    Ok(())
}

/// What an event tells of who is deleted.
fn told_of(user: &Record) -> Vec<FieldChange> {
    let mut changes = vec![
        field("username", &user.username, ""),
        field("email", &user.email, ""),
        field(TextAttribute::FirstName.key(), &user.first_name, ""),
        field(TextAttribute::LastName.key(), &user.last_name, ""),
        field("state", user.state.as_str(), ""),
    ];
    changes.retain(|change| !change.from.is_empty());
    changes
}

/// One line for each id that was asked for, in the order of asking.
fn outcomes_of_deleted(ids: &[Id], users: &[Named]) -> Vec<Outcome> {
    let outcome = |id: &Id| match users.iter().find(|user| user.id == *id) {
        Some(user) => Outcome { id: *id, name: user.name(), refused: None },
        None => Outcome { id: *id, name: id.to_string(), refused: Some("is not a deleted user".to_owned()) },
    };
    ids.iter().map(outcome).collect()
}

async fn deleted(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Named>> {
    let select = Query::select()
        .columns(["id", "username", "first_name", "last_name", "display_name"])
        .from("users")
        .and_where(Expr::col("id").is_in(ids.iter().map(|id| id.value())))
        .and_where(Expr::col("deleted_at").is_not_null())
        .take();
    Ok(tx.select(&select).await?)
}

async fn erase(change: &mut Change, users: &[Named]) -> Result<()> {
    let ids = users.iter().map(|user| user.id.value());
    let erase = Query::delete().from_table("users").and_where(Expr::col("id").is_in(ids.clone())).take();
    let proofs = |table: &'static str| {
        Query::delete()
            .from_table(table)
            .and_where(Expr::col("principal").eq("user"))
            .and_where(Expr::col("principal_id").is_in(ids.clone()))
            .take()
    };
    let timers =
        Query::delete().from_table("timers").and_where(Expr::col("subject").is_in(ids.clone())).take();
    let of_theirs = |table: &'static str| {
        Query::delete().from_table(table).and_where(Expr::col("principal_id").is_in(ids.clone())).take()
    };
    let (credentials, passkeys) = (proofs("credentials"), proofs("passkeys"));
    for statement in [timers, credentials, passkeys, of_theirs("links"), of_theirs("messages"), erase] {
        let (sql, args) = change.tx().build(&statement);
        change.run(sql, args).await?;
    }
    let audit_event = |user: &Named| AuditEvent::new(EventKind::UserPurge).to("user", user.id, user.name());
    change.record_all(users.iter().map(audit_event).collect()).await
}
