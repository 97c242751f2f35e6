//! SSH public keys: one's own to add and to remove.

use model::portal::SshKeys;
use model::{Id, Operation};

use super::Portal;
use crate::ssh_keys::{self, NewKey};
use crate::users::find;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::transaction::Change;

impl Portal<'_> {
    /// One's own SSH public keys, and whether the organization places them on devices.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn ssh_keys(&self, actor: &Actor) -> Result<SshKeys> {
        permit(actor, Operation::ManageOwnSshKeys)?;
        let mut tx = self.0.db().read().await?;
        let record = find(&mut tx, actor.auth()?.id).await?;
        Ok(SshKeys { placed: record.allow_public_key, keys: ssh_keys::of(&mut tx, record.id).await? })
    }

    /// Adds a key, in the form that `ssh-keygen` writes: `ssh-ed25519 AAAA… comment`. Without a name
    /// the comment names it.
    ///
    /// # Errors
    /// `invalid` at `name` or `public_key`; `conflict` when there are too many.
    pub async fn add_ssh_key(&self, actor: &Actor, name: &str, public_key: &str) -> Result<Id> {
        let permit = permit(actor, Operation::ManageOwnSshKeys)?;
        let key = NewKey::parse(name, public_key)?;
        let mut change = Change::begin(self.0, permit).await?;
        let record = find(change.tx(), actor.auth()?.id).await?;
        let id = ssh_keys::add(&mut change, (record.id, &record.name()), key, "You have").await?;
        change.commit().await?;
        Ok(id)
    }

    /// Removes one of one's own keys.
    ///
    /// # Errors
    /// `not_found` when it is gone already or somebody else's.
    pub async fn remove_ssh_key(&self, actor: &Actor, id: Id) -> Result<()> {
        let permit = permit(actor, Operation::ManageOwnSshKeys)?;
        let mut change = Change::begin(self.0, permit).await?;
        let record = find(change.tx(), actor.auth()?.id).await?;
        ssh_keys::remove(&mut change, (record.id, &record.name()), id).await?;
        change.commit().await
    }
}
