//! One user with everything about them.

use std::collections::HashMap;

use model::user::{Address, CustomAttribute, PasswordStatus, Phone, User, UserForm};
use model::{Id, Operation, Principal, Problem};
use sea_query::{Expr, ExprTrait, Order, Query};

use super::{Record, Users, schedules};
use crate::escalation::{administrator_of, refusals};
use crate::passkeys;
use crate::ssh_keys;
use directory_core::accounts::{Named, named};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Arg, Sql, Tx, args, optional_timestamp, sql};

/// Deleted users too.
const BY_ID: Sql = sql!("SELECT * FROM users WHERE id = $1");
/// The columns of an address.
const ADDRESS: &[&str] =
    &["kind", "po_box", "extended_address", "street_address", "locality", "region", "postal_code", "country"];
const REPORTS: Sql = sql!("SELECT COUNT(*) FROM users WHERE manager_id = $1 AND deleted_at IS NULL");

#[derive(sqlx::FromRow)]
struct AddressRow {
    user_id: Id,
    kind: String,
    po_box: String,
    extended_address: String,
    street_address: String,
    locality: String,
    region: String,
    postal_code: String,
    country: String,
}

/// The form with all that belongs to it, from all tables.
pub(crate) async fn form_of(tx: &mut Tx, record: &Record) -> Result<UserForm> {
    let mut forms = forms_of(tx, std::slice::from_ref(record)).await?;
    Ok(forms.pop().unwrap_or_default())
}

/// The same of a page of users, in their order.
pub(crate) async fn forms_of(tx: &mut Tx, records: &[Record]) -> Result<Vec<UserForm>> {
    let of = |table: &'static str, columns: &[&'static str], order: &'static str| {
        let ids = records.iter().map(|record| record.id.value());
        let columns = std::iter::once("user_id").chain(columns.iter().copied());
        let theirs = Expr::col("user_id").is_in(ids);
        Query::select().columns(columns).from(table).and_where(theirs).order_by(order, Order::Asc).take()
    };
    let addresses: Vec<AddressRow> = tx.select(&of("user_addresses", ADDRESS, "position")).await?;
    let phones: Vec<(Id, String, String)> =
        tx.select(&of("user_phones", &["kind", "number"], "position")).await?;
    let custom: Vec<(Id, String, String)> = tx.select(&of("user_custom", &["name", "value"], "name")).await?;
    let mut forms: HashMap<Id, UserForm> = records.iter().map(|record| (record.id, record.form())).collect();
    for row in addresses {
        if let Some(form) = forms.get_mut(&row.user_id) {
            form.addresses.push(row.into_address());
        }
    }
    for (user, kind, number) in phones {
        if let Some(form) = forms.get_mut(&user) {
            form.phones.push(Phone { kind, number });
        }
    }
    for (user, name, value) in custom {
        if let Some(form) = forms.get_mut(&user) {
            form.custom.push(CustomAttribute { name, value });
        }
    }
    Ok(records.iter().filter_map(|record| forms.remove(&record.id)).collect())
}

impl AddressRow {
    fn into_address(self) -> Address {
        Address {
            kind: self.kind,
            po_box: self.po_box,
            extended_address: self.extended_address,
            street_address: self.street_address,
            locality: self.locality,
            region: self.region,
            postal_code: self.postal_code,
            country: self.country,
        }
    }
}

impl Users<'_> {
    /// One user with everything about them, also one who is deleted and can still be restored.
    ///
    /// # Errors
    /// `forbidden`; `not_found`, also for somebody who has been erased.
    pub async fn read(&self, actor: &Actor, id: Id) -> Result<User> {
        permit(actor, Operation::ReadUser)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let found: Option<Record> = tx.optional(BY_ID, args![id]).await?;
        let record = found.ok_or_else(|| Problem::not_found("user"))?;
        let manager = match record.manager_id {
            Some(manager) => named(&mut tx, manager).await?.map(Named::into_person),
            None => None,
        };
        let (reports,): (i64,) = tx.one(REPORTS, args![id]).await?;
        let password = record.password();
        Ok(User {
            id,
            version: record.seq,
            state: record.state,
            password,
            password_status: PasswordStatus::judge(&password, now),
            mfa: record.mfa(),
            passkeys: passkeys::rows(&mut tx, (Principal::User, id)).await?,
            ssh_keys: ssh_keys::of(&mut tx, id).await?,
            administrator: administrator_of(&mut tx, id).await?,
            guarded: refusals(&mut tx, actor, &[id]).await?.remove(&id),
            sample: record.is_sample(),
            manager,
            reports: u32::try_from(reports).unwrap_or(u32::MAX),
            created_at: record.created_at,
            created_by: record.created_by.clone(),
            changed_at: record.changed_at,
            last_login_at: optional_timestamp(record.last_login_at),
            deleted: record.deletion(),
            schedules: schedules::of_user(&mut tx, id).await?,
            form: form_of(&mut tx, &record).await?,
        })
    }
}
