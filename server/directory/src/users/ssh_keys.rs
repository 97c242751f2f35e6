//! Users' SSH public keys as administrators see to them: who lost a device cannot wait for its owner.

use model::{Id, Operation};

use super::{Users, find};
use crate::ssh_keys;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::transaction::Change;

impl Users<'_> {
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
