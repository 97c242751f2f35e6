//! How the LDAP server is set up.

use model::access::ResourceKind;
use model::event::{EventKind, FieldChange};
use model::form::{FieldKind, FormValues};
use model::ldap::{AccountAction, LDAP_FIELDS, LdapForm, LdapServer, LdapUpdate, suffix_of_host};
use model::{ErrorCode, Id, Operation, Problem, Timestamp};
use sea_query::{Expr, ExprTrait};

use super::Ldap;
use crate::bindings::users_bound_to;
use crate::history::last_changed_by;
use crate::lists::{Listed, count_all};
use crate::users::UserList;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::normalize::normalize;
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::Change;

const READ: Sql = sql!(
    "SELECT s.id, s.version, r.name, r.active, s.suffix, s.lockout_action, s.expiration_action, s.plain, s.networks,
        s.updated_at, o.id AS organization
    FROM ldap_servers s JOIN resources r ON r.id = s.id CROSS JOIN organization o"
);
const GROUPS: Sql = sql!("SELECT COUNT(*) FROM bindings WHERE resource_id = $1 AND group_id IS NOT NULL");
const INSERT_RESOURCE: Sql =
    sql!("INSERT INTO resources (id, kind, name, name_key, active) VALUES ($1, $2, $3, $4, $5)");
const INSERT: Sql = sql!("INSERT INTO ldap_servers (id, seq, version, updated_at) VALUES ($1, $2, 1, $3)");
const WRITE_RESOURCE: Sql = sql!("UPDATE resources SET name = $2, name_key = $3, active = $4 WHERE id = $1");
const WRITE: Sql = sql!(
    "UPDATE ldap_servers SET seq = $2, version = version + 1, suffix = $4, lockout_action = $5,
        expiration_action = $6, plain = $7, networks = $8, updated_at = $9
    WHERE id = $1 AND version = $3"
);

#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Stored {
    pub id: Id,
    version: i64,
    name: String,
    pub active: bool,
    suffix: String,
    pub lockout_action: AccountAction,
    pub expiration_action: AccountAction,
    plain: bool,
    networks: String,
    updated_at: Timestamp,
    organization: Id,
}

/// What the listener needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LdapSettings {
    pub active: bool,
    /// `o=<organization>,<suffix>`.
    pub base: String,
    /// Whether passwords may come unencrypted, from this machine and these networks.
    pub plain: bool,
    pub networks: Vec<String>,
}

impl Stored {
    fn form(&self) -> LdapForm {
        LdapForm {
            name: self.name.clone(),
            active: self.active,
            suffix: self.suffix.clone(),
            lockout_action: self.lockout_action,
            expiration_action: self.expiration_action,
            plain: self.plain,
            networks: self.networks.clone(),
        }
    }

    fn base(&self, public_url: &str) -> String {
        let suffix = match self.suffix.as_str() {
            "" => suffix_of_host(host_of(public_url)),
            suffix => suffix.to_owned(),
        };
        format!("o={},{suffix}", self.organization)
    }
}

/// The host of an address such as `https://directory.example.org:8443`.
fn host_of(url: &str) -> &str {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    if host.starts_with('[') {
        return host.split_inclusive(']').next().unwrap_or(host);
    }
    host.split(':').next().unwrap_or(host)
}

/// The server; none before the organization is set up.
pub(super) async fn find(tx: &mut Tx) -> Result<Option<Stored>> {
    Ok(tx.optional(READ, args![]).await?)
}

async fn existing(tx: &mut Tx) -> Result<Stored> {
    find(tx).await?.ok_or_else(|| Problem::not_found("LDAP server").into())
}

/// The organization's server, switched off, as it is set up.
pub(crate) async fn create(change: &mut Change) -> Result<()> {
    let (id, seq, now) = (change.context().env().new_id()?, change.seq, change.now);
    let LdapForm { name, active, .. } = LdapForm::default();
    let kind = ResourceKind::Ldap.as_str();
    change.run(INSERT_RESOURCE, args![id, kind, &name, normalize(&name), active]).await?;
    change.run(INSERT, args![id, seq, now]).await?;
    Ok(())
}

/// What differs, field by field.
fn differences(before: &LdapForm, after: &LdapForm) -> Vec<FieldChange> {
    let fields = LDAP_FIELDS.iter().flat_map(|section| section.fields);
    let told = |form: &LdapForm, kind: &FieldKind, key: &str| match kind {
        FieldKind::Switch => form.flag(key).to_string(),
        FieldKind::Line
        | FieldKind::Lines
        | FieldKind::Choice(_)
        | FieldKind::Person
        | FieldKind::Several(_) => form.text(key),
    };
    let change = |one: &model::form::FormField| {
        field(one.key, told(before, &one.kind, one.key), told(after, &one.kind, one.key))
    };
    fields.map(change).filter(|change| change.from != change.to).collect()
}

impl Ldap<'_> {
    /// What the listener needs to know; none before the organization is set up.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn settings(&self) -> Result<Option<LdapSettings>> {
        let mut tx = self.context.db().read().await?;
        let url = self.context.public_url();
        Ok(find(&mut tx).await?.map(|stored| LdapSettings {
            active: stored.active,
            base: stored.base(url),
            plain: stored.plain,
            networks: stored.networks.lines().map(str::to_owned).collect(),
        }))
    }

    /// The LDAP server of the organization.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn read(&self, actor: &Actor) -> Result<LdapServer> {
        permit(actor, Operation::ReadLdapServer)?;
        let now = self.context.env().now();
        let mut tx = self.context.db().read().await?;
        let stored = existing(&mut tx).await?;
        let users = UserList::base().add(Expr::col("id").in_subquery(users_bound_to(&[stored.id], now)));
        let (groups,): (i64,) = tx.one(GROUPS, args![stored.id]).await?;
        Ok(LdapServer {
            id: stored.id,
            version: stored.version,
            form: stored.form(),
            base: stored.base(self.context.public_url()),
            addresses: self.addresses.clone(),
            users: count_all(&mut tx, "users", users).await?,
            groups: groups.unsigned_abs(),
            updated_at: stored.updated_at,
        })
    }

    /// Changes how it is set up, all at once, if nobody was faster.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` with the fields at fault; `stale` with who changed it meanwhile.
    pub async fn update(&self, actor: &Actor, update: &LdapUpdate) -> Result<()> {
        let permit = permit(actor, Operation::UpdateLdapServer)?;
        let form = update.form.parse()?;
        let mut change = Change::begin(self.context, permit).await?;
        let stored = existing(change.tx()).await?;
        if stored.version != update.version {
            let who = last_changed_by(&mut change, stored.id).await?;
            let message = format!("{who} changed the settings of LDAP while you were editing.");
            return Err(Problem::new(ErrorCode::Stale, message).into());
        }
        let changes = differences(&stored.form(), &form);
        if changes.is_empty() {
            return Ok(());
        }
        let (id, seq, now) = (stored.id, change.seq, change.now);
        change.run(WRITE_RESOURCE, args![id, &form.name, normalize(&form.name), form.active]).await?;
        let row = args![
            id,
            seq,
            stored.version,
            &form.suffix,
            form.lockout_action.as_str(),
            form.expiration_action.as_str(),
            form.plain,
            &form.networks,
            now
        ];
        change.run_one(WRITE, row).await?;
        let kind = ResourceKind::Ldap.as_str();
        change
            .record(AuditEvent::new(EventKind::LdapServerUpdate).to(kind, id, &form.name).changes(changes))
            .await?;
        change.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn the_host_of_the_public_address() {
        for (url, host) in [
            ("https://directory.example.org", "directory.example.org"),
            ("http://localhost:8080", "localhost"),
            ("http://[::1]:8080", "[::1]"),
        ] {
            assert_eq!(host_of(url), host);
        }
    }
}
