//! One's own attributes: those that the organization sets are shown, the others can be changed.

use model::portal::{OWN_ATTRIBUTES, PROFILE_KEPT, Profile, ProfileForm, SHOWN_ATTRIBUTES};
use model::user::UserForm;
use model::{ErrorCode, Operation, Problem};

use super::Portal;
use crate::settings;
use crate::users::{self, find, form_of};
use directory_core::accounts::{Named, named};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::transaction::Change;

impl Portal<'_> {
    /// One's own attributes.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn profile(&self, actor: &Actor) -> Result<Profile> {
        permit(actor, Operation::ReadOwnProfile)?;
        let mut tx = self.0.db().read().await?;
        let record = find(&mut tx, actor.auth()?.id).await?;
        let form = form_of(&mut tx, &record).await?;
        let organization = settings::read(&mut tx).await?.profile;
        let manager = match record.manager_id {
            Some(manager) => named(&mut tx, manager).await?.map(Named::into_person),
            None => None,
        };
        let kept = |form: &UserForm, attributes: &[model::user::TextAttribute]| {
            form.text
                .iter()
                .filter(|(attribute, _)| attributes.contains(attribute))
                .map(|(attribute, text)| (*attribute, text.clone()))
                .collect()
        };
        Ok(Profile {
            shown: kept(&form, &SHOWN_ATTRIBUTES),
            manager,
            editable: organization.users_can_edit,
            contact: organization.contact,
            form: ProfileForm {
                version: record.seq,
                text: kept(&form, &OWN_ATTRIBUTES),
                addresses: form.addresses,
                phones: form.phones,
            },
            username: form.username,
            email: form.email,
            custom: form.custom,
        })
    }

    /// Changes what one may change of oneself, all at once; the rest stays as it is, whatever the
    /// form says.
    ///
    /// # Errors
    /// `forbidden` when the organization keeps profiles to itself; `invalid` with every field at
    /// fault; `stale` when somebody was faster.
    pub async fn update_profile(&self, actor: &Actor, wanted: &ProfileForm) -> Result<()> {
        let permit = permit(actor, Operation::UpdateOwnProfile)?;
        let mut change = Change::begin(self.0, permit).await?;
        if !settings::read(change.tx()).await?.profile.users_can_edit {
            return Err(Problem::new(ErrorCode::Forbidden, PROFILE_KEPT).into());
        }
        let record = find(change.tx(), actor.auth()?.id).await?;
        let mut form = form_of(change.tx(), &record).await?;
        for attribute in OWN_ATTRIBUTES {
            let text = wanted.text.get(&attribute).map_or("", String::as_str);
            form.set_text(attribute, text);
        }
        form.addresses.clone_from(&wanted.addresses);
        form.phones.clone_from(&wanted.phones);
        let draft = form.parse()?;
        if users::save(&mut change, &record, wanted.version, &draft).await? {
            change.commit().await
        } else {
            Ok(())
        }
    }
}
