//! Users: the people of the organization, from the day they are prepared to the day they are gone.

mod attributes;
mod belonging;
pub(crate) mod bulk;
mod checks;
mod columns;
mod conditions;
mod deleted;
mod details;
mod eligible;
mod entries;
mod export;
mod factors;
mod group_filter;
mod insert;
mod invitations;
mod lifecycle;
mod list;
pub(crate) mod lockout;
pub(crate) mod messages;
pub(crate) mod password;
mod password_status;
mod patch;
mod preview;
mod record;
mod removal;
pub(crate) mod scheduled;
pub(crate) mod schedules;
mod sort;
mod ssh_keys;
#[cfg(test)]
mod tests;
mod write;

use model::Id;
use model::{Problem, Timestamp};

use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};

pub(crate) use belonging::{Belonging, REACHES, exception_column, member_column};
pub(crate) use details::{form_of, forms_of};
pub(crate) use eligible::{ColumnUpdate, Eligible, records, update_columns};
pub use export::UserExport;
pub(crate) use factors::give_days;
pub(crate) use group_filter::check_filters;
pub(crate) use insert::{NewRecord, insert_all};
pub(crate) use list::List as UserList;
pub use patch::PATCH_OPERATIONS;
pub(crate) use patch::patch_in_job;
pub(crate) use record::Record;
pub(crate) use sort::normalized_column;
pub(crate) use write::{add, differences, save, welcome};

/// Users.
pub struct Users<'a>(pub(crate) &'a Context);

const BY_ID: Sql = sql!("SELECT * FROM users WHERE id = $1 AND deleted_at IS NULL");

/// A user who is not deleted.
pub(crate) async fn find(tx: &mut Tx, id: Id) -> Result<Record> {
    tx.optional(BY_ID, args![id]).await?.ok_or_else(|| Problem::not_found("user").into())
}

/// A password that never expires has no expiry, whatever the policy said when it was set.
pub(crate) fn expiry(never: bool, at: Option<Timestamp>) -> Option<Timestamp> {
    if never { None } else { at }
}
