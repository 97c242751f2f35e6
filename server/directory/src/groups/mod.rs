//! User groups: what they are called and carry, who is in them, and which groups lie in which.

mod entries;
mod list;
mod members;
mod nesting;
mod of_user;
mod write;

use model::group::{Group, GroupForm, GroupRef};
use model::{Id, Operation, Problem, Timestamp};

pub(crate) use entries::{check as check_page, paged};
pub(crate) use of_user::Ways;

use crate::memberships::is_by_rule;
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::store::{Sql, Tx, args, sql};

/// User groups.
pub struct Groups<'a>(pub(crate) &'a Context);

const READ: Sql = sql!(
    "SELECT id, version, name, description, email, ldap_name, linux_name, linux_gid, samba, sudo, passwordless_sudo,
        radius_reply, attributes, created_at, updated_at
    FROM user_groups WHERE id = $1"
);
/// Each user once, however many ways lead them in.
const MEMBERS: Sql = sql!(
    "SELECT COUNT(DISTINCT m.user_id) FROM group_closure c
    JOIN group_members m ON m.group_id = c.inner_id JOIN users u ON u.id = m.user_id
    WHERE c.group_id = $1 AND m.starts_at <= $2 AND m.ends_at > $2 AND u.deleted_at IS NULL"
);
const DIRECT: Sql = sql!(
    "SELECT COUNT(*) FROM group_members m JOIN users u ON u.id = m.user_id
    WHERE m.group_id = $1 AND m.starts_at <= $2 AND m.ends_at > $2 AND u.deleted_at IS NULL"
);
const WAITING: Sql = sql!(
    "SELECT COUNT(*) FROM group_members m JOIN users u ON u.id = m.user_id
    WHERE m.group_id = $1 AND m.starts_at > $2 AND m.ends_at > $2 AND u.deleted_at IS NULL"
);

#[derive(Clone, Debug, sqlx::FromRow)]
struct Stored {
    id: Id,
    version: i64,
    name: String,
    description: String,
    email: String,
    ldap_name: String,
    linux_name: String,
    linux_gid: i64,
    samba: bool,
    sudo: bool,
    passwordless_sudo: bool,
    radius_reply: String,
    attributes: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Stored {
    fn form(&self) -> Result<GroupForm> {
        let linux_gid = if self.linux_gid == 0 { String::new() } else { self.linux_gid.to_string() };
        Ok(GroupForm {
            name: self.name.clone(),
            description: self.description.clone(),
            email: self.email.clone(),
            ldap_name: self.ldap_name.clone(),
            linux_name: self.linux_name.clone(),
            linux_gid,
            samba: self.samba,
            sudo: self.sudo,
            passwordless_sudo: self.passwordless_sudo,
            radius_reply: serde_json::from_str(&self.radius_reply)?,
            attributes: serde_json::from_str(&self.attributes)?,
        })
    }

    fn named(&self) -> GroupRef {
        GroupRef { id: self.id, name: self.name.clone() }
    }
}

async fn find(tx: &mut Tx, id: Id) -> Result<Stored> {
    let stored: Option<Stored> = tx.optional(READ, args![id]).await?;
    stored.ok_or_else(|| Problem::not_found("user group").into())
}

async fn counted(tx: &mut Tx, sql: Sql, group: Id, now: Timestamp) -> Result<u64> {
    let (count,): (i64,) = tx.one(sql, args![group, now]).await?;
    u64::try_from(count).map_err(Error::internal)
}

impl Groups<'_> {
    /// One group.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn read(&self, actor: &Actor, id: Id) -> Result<Group> {
        permit(actor, Operation::ListGroups)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, id).await?;
        Ok(Group {
            id,
            version: stored.version,
            form: stored.form()?,
            members: counted(&mut tx, MEMBERS, id, now).await?,
            direct: counted(&mut tx, DIRECT, id, now).await?,
            waiting: counted(&mut tx, WAITING, id, now).await?,
            by_rule: is_by_rule(&mut tx, id).await?,
            subgroups: nesting::subgroups(&mut tx, id).await?,
            within: nesting::within(&mut tx, id).await?,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        })
    }
}
