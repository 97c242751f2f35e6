//! A user as the database keeps them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::user::{
    Deletion, Facts, Flag, MfaFacts, PasswordFacts, PasswordStatus, TextAttribute, UserForm, UserState,
    name_of,
};
use model::{Id, Timestamp};

use super::expiry;

/// How long a deleted user can be restored.
pub(super) const RESTORABLE: Duration = Duration::from_hours(30 * 24);

/// Where the invented people come from (`created_by`).
pub(crate) const SAMPLE: &str = "sample";

/// One row of `users`. The keys that are derived from others are not read.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub(crate) struct Record {
    pub id: Id,
    pub seq: i64,
    pub state: UserState,
    pub created_at: Timestamp,
    pub created_by: String,
    pub changed_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    pub username: String,
    pub email: String,
    pub first_name: String,
    pub middle_name: String,
    pub last_name: String,
    pub display_name: String,
    pub local_account: String,
    pub managed_apple_id: String,
    pub alternate_email: String,
    pub recovery_email: String,
    pub description: String,
    pub external_dn: String,
    pub external_source_type: String,
    pub employee_identifier: String,
    pub job_title: String,
    pub department: String,
    pub cost_center: String,
    pub company: String,
    pub employee_type: String,
    pub location: String,
    pub mfa_required: bool,
    pub password_never_expires: bool,
    pub sudo: bool,
    pub passwordless_sudo: bool,
    pub ldap_binding_user: bool,
    pub enable_managed_uid: bool,
    pub samba_service_user: bool,
    pub allow_public_key: bool,
    pub no_device_lockout: bool,
    pub unix_uid: Option<i64>,
    pub unix_gid: Option<i64>,
    pub manager_id: Option<Id>,
    pub password_set_at: Option<Timestamp>,
    pub password_expires_at: Option<Timestamp>,
    pub locked_until: Option<Timestamp>,
    pub password_must_change: bool,
    /// An administrator knows it, too: they set it, or saw the link by which it was set.
    pub password_given: bool,
    pub mfa_enrolled: bool,
    pub totp_enrolled: bool,
    pub mfa_chosen: bool,
    pub mfa_enroll_by: Option<Timestamp>,
    pub last_login_at: Timestamp,
    /// When the next scheduled activation is due.
    pub activates_at: Option<Timestamp>,
    pub suspends_at: Option<Timestamp>,
}

impl Record {
    pub(crate) fn name(&self) -> String {
        name_of(&self.display_name, &self.first_name, &self.last_name, &self.username)
    }

    pub(crate) fn deletion(&self) -> Option<Deletion> {
        self.deleted_at.map(|at| Deletion { at, erased_at: at.plus(RESTORABLE) })
    }

    pub(crate) fn password(&self) -> PasswordFacts {
        PasswordFacts {
            set_at: self.password_set_at,
            expires_at: expiry(self.password_never_expires, self.password_expires_at),
            locked_until: self.locked_until,
            must_change: self.password_must_change,
        }
    }

    pub(crate) fn mfa(&self) -> MfaFacts {
        let waits = self.mfa_required && !self.mfa_enrolled;
        MfaFacts {
            required: self.mfa_required,
            chosen: self.mfa_chosen,
            enrolled: self.mfa_enrolled,
            totp: self.totp_enrolled,
            enroll_by: self.mfa_enroll_by.filter(|_| waits),
        }
    }

    /// What decides what can be done to this user, now, as far as it stands with them: whether they are an
    /// administrator, too, does not.
    pub(crate) fn facts(&self, now: Timestamp) -> Facts {
        Facts {
            state: self.state,
            password: PasswordStatus::judge(&self.password(), now),
            has_password: self.password_set_at.is_some(),
            must_change: self.password_must_change,
            mfa_required: self.mfa_required,
            mfa_chosen: self.mfa_chosen,
            mfa_enrolled: self.mfa_enrolled,
            totp_enrolled: self.totp_enrolled,
            sample: self.is_sample(),
            administrator: false,
        }
    }

    /// Whether this is one of the invented people, who are never emailed.
    pub(crate) fn is_sample(&self) -> bool {
        self.created_by == SAMPLE
    }

    pub(crate) fn text(&self, attribute: TextAttribute) -> &str {
        match attribute {
            TextAttribute::FirstName => &self.first_name,
            TextAttribute::MiddleName => &self.middle_name,
            TextAttribute::LastName => &self.last_name,
            TextAttribute::DisplayName => &self.display_name,
            TextAttribute::LocalAccount => &self.local_account,
            TextAttribute::ManagedAppleId => &self.managed_apple_id,
            TextAttribute::AlternateEmail => &self.alternate_email,
            TextAttribute::RecoveryEmail => &self.recovery_email,
            TextAttribute::Description => &self.description,
            TextAttribute::ExternalDn => &self.external_dn,
            TextAttribute::ExternalSource => &self.external_source_type,
            TextAttribute::EmployeeIdentifier => &self.employee_identifier,
            TextAttribute::JobTitle => &self.job_title,
            TextAttribute::Department => &self.department,
            TextAttribute::CostCenter => &self.cost_center,
            TextAttribute::Company => &self.company,
            TextAttribute::EmployeeType => &self.employee_type,
            TextAttribute::Location => &self.location,
        }
    }

    pub(crate) fn flag(&self, flag: Flag) -> bool {
        match flag {
            Flag::RequireMfa => self.mfa_required,
            Flag::PasswordNeverExpires => self.password_never_expires,
            Flag::Sudo => self.sudo,
            Flag::PasswordlessSudo => self.passwordless_sudo,
            Flag::LdapBinding => self.ldap_binding_user,
            Flag::ManagedUid => self.enable_managed_uid,
            Flag::SambaService => self.samba_service_user,
            Flag::AllowPublicKey => self.allow_public_key,
            Flag::NoDeviceLockout => self.no_device_lockout,
        }
    }

    /// The form without what stands in other tables.
    pub(crate) fn form(&self) -> UserForm {
        let number = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let text: BTreeMap<_, _> = TextAttribute::ALL
            .iter()
            .map(|attribute| (*attribute, self.text(*attribute).to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let flags: BTreeSet<_> = Flag::ALL.iter().copied().filter(|flag| self.flag(*flag)).collect();
        UserForm {
            username: self.username.clone(),
            email: self.email.clone(),
            text,
            flags,
            unix_uid: number(self.unix_uid),
            unix_gid: number(self.unix_gid),
            manager: self.manager_id,
            ..UserForm::default()
        }
    }
}
