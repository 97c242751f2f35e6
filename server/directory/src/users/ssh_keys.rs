//! Users' SSH public keys as administrators see to them: who lost a device cannot wait for its owner.

use model::{Id, Operation};

use super::{Users, find};
use crate::escalation;
use crate::ssh_keys::{self, NewKey};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::transaction::Change;

impl Users<'_> {
    /// Adds an SSH public key to a user; says its id. What it opens on devices is the user's, so that the rule
    /// against privilege escalation holds.
    ///
    /// # Errors
    /// `forbidden`, also by that rule; `reauthentication_needed` when an administrator was made from the user;
    /// `not_found`; `invalid` at `name` or `public_key`; `conflict` when there are too many.
    pub async fn add_ssh_key(&self, actor: &Actor, user: Id, name: &str, public_key: &str) -> Result<Id> {
        let permit = permit(actor, Operation::AddUserSshKey)?;
        let key = NewKey::parse(name, public_key)?;
        let mut change = Change::begin(self.0, permit).await?;
        let name = find(change.tx(), user).await?.name();
        escalation::check_sign_in_change(&mut change, user, &name).await?;
        let they_have = format!("{name} has");
        let id = ssh_keys::add(&mut change, (user, &name), key, &they_have).await?;
        change.commit().await?;
        Ok(id)
    }

    /// Removes one of a user's SSH public keys.
    ///
    /// # Errors
    /// `forbidden`; `not_found` when user or key is gone.
    pub async fn remove_ssh_key(&self, actor: &Actor, user: Id, key: Id) -> Result<()> {
        let mut change = Change::begin(self.0, permit(actor, Operation::RemoveUserSshKey)?).await?;
        let record = find(change.tx(), user).await?;
        ssh_keys::remove(&mut change, (record.id, &record.name()), key).await?;
        change.commit().await
    }
}
