//! Adding administrators.

use model::administrator::{AdministratorDraft, AdministratorForm};
use model::{Id, Operation, Role};

use super::{Administrators, invitation, write};
use crate::roles;
use directory_core::authz::{Actor, permit, recently_authenticated};
use directory_core::error::Result;
use directory_core::transaction::Change;

impl Administrators<'_> {
    /// Adds an administrator, who is sent an invitation to choose a password. Says their id.
    ///
    /// # Errors
    /// `forbidden`, `reauthentication_needed`; `invalid` with the fields at fault, a taken email and a role that
    /// holds what one lacks among them.
    pub async fn create(&self, actor: &Actor, form: &AdministratorForm) -> Result<Id> {
        let permit = permit(actor, Operation::CreateAdministrator)?;
        let draft = form.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let role = granted(&mut change, &draft).await?;
        let id = write::insert(&mut change, &draft, &role, None).await?;
        let stored = super::find(change.tx(), id).await?;
        invitation::send(&mut change, &stored).await?;
        change.commit().await?;
        Ok(id)
    }
}

/// The role that was chosen, if whoever asks may give it, and has proven lately who they are.
pub(crate) async fn granted(change: &mut Change, draft: &AdministratorDraft) -> Result<Role> {
    let role = roles::chosen(change.tx(), draft.role).await?;
    roles::may_grant(change.permit().actor(), &role)?;
    recently_authenticated(change.permit(), change.now)?;
    Ok(role)
}
