//! Events: who did what to what, from where, with what result.

use serde::{Deserialize, Serialize};

use crate::{Id, Timestamp};

macro_rules! kinds {
    ($($name:ident = $text:literal, $says:literal;)+) => {
        /// What happened. The names are those of the reference's Directory Insights where it has one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EventKind {
            $(#[serde(rename = $text)] $name,)+
        }

        impl EventKind {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Each by its name, as filters offer them.
            pub const CHOICES: &[(&'static str, &'static str)] = &[$(($text, $text),)+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What a person reads in a list of activity.
            pub const fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)+ }
            }
        }
    };
}

kinds! {
    OrganizationCreate = "organization_create", "Set up the organization";
    OrganizationUpdate = "organization_update", "Changed the organization’s settings";
    BillingUpdate = "billing_update", "Changed the billing contact";
    PaymentMethodUpdate = "payment_method_update", "Changed how invoices are paid";
    CardReminderEmail = "card_reminder_email", "Reminded the billing contact of a card";
    MailSettingsUpdate = "mail_settings_update", "Changed outgoing mail";
    MailTemplateUpdate = "mail_template_update", "Changed a template of messages";
    MailLinkRead = "mail_link_read", "Read the link of a message";
    MailFailed = "mail_failed", "A message was given up";
    MailRetry = "mail_retry", "Tried a message again";
    MailDiscard = "mail_discard", "Discarded a message";
    AdminCreate = "admin_create", "Added an administrator";
    AdminUpdate = "admin_update", "Changed an administrator";
    AdminDelete = "admin_delete", "Deleted an administrator";
    AdminInvitationEmail = "admin_invitation_email", "Sent an administrator the invitation";
    AdminWhatsNewEmail = "admin_whats_new_email", "Emailed the release notes to an administrator";
    AdminSuspended = "admin_suspended", "Suspended an administrator";
    AdminUnsuspended = "admin_unsuspended", "Reactivated an administrator";
    AdminLoginAttempt = "admin_login_attempt", "Sign-in to the Admin Portal";
    AdminLogout = "admin_logout", "Logged out of the Admin Portal";
    AdminLockout = "admin_lockout", "Locked after wrong passwords";
    AdminUnlocked = "admin_unlocked", "Unlocked an administrator";
    AdminPasswordChange = "admin_password_change", "Changed an administrator’s password";
    AdminPasswordResetRequest = "admin_password_reset_request", "Sent the email to reset an administrator’s password";
    AdminTotpResetRequest = "admin_totp_reset_request", "Sent an administrator the email to reset TOTP";
    AdminAccessReset = "admin_access_reset", "Reset an administrator on the server";
    AdminTotpStartEnrollment = "admin_totp_start_enrollment", "Began to enroll TOTP";
    AdminTotpFinishEnrollment = "admin_totp_finish_enrollment", "Enrolled TOTP";
    AdminTotpDisable = "admin_totp_disable", "Removed TOTP";
    AdminRecoveryCodesCreate = "admin_recovery_codes_create", "Made new recovery codes";
    AdminPasskeyCreate = "admin_passkey_create", "Added a passkey";
    AdminPasskeyUpdate = "admin_passkey_update", "Renamed a passkey";
    AdminPasskeyDelete = "admin_passkey_delete", "Removed a passkey";
    AdminSessionEnd = "admin_session_end", "Ended a session";
    AdminPasswordProof = "admin_password_proof", "Was asked for the password again";
    AdminApiKeyCreate = "admin_api_key_create", "Made an API key";
    AdminApiKeyAttempt = "admin_api_key_attempt", "Tried API keys";
    AdminApiKeyRevoke = "admin_api_key_revoke", "Revoked an API key";
    RoleCreate = "role_create", "Added a custom role";
    RoleUpdate = "role_update", "Changed a custom role";
    RoleDelete = "role_delete", "Deleted a custom role";
    SavedViewCreate = "saved_view_create", "Shared a view";
    SavedViewUpdate = "saved_view_update", "Changed a shared view";
    SavedViewDelete = "saved_view_delete", "Deleted a shared view";
    UserCreate = "user_create", "Added the user";
    UserUpdate = "user_update", "Changed the user’s details";
    UserActivated = "user_activated", "Activated the user";
    UserSuspended = "user_suspended", "Suspended the user";
    UserUnsuspended = "user_unsuspended", "Reactivated the user";
    UserActivationScheduleCreate = "user_activation_schedule_create", "Scheduled the user’s activation";
    UserActivationScheduleUpdate = "user_activation_schedule_update", "Changed a scheduled activation";
    UserActivationScheduleDelete = "user_activation_schedule_delete", "Cancelled a scheduled activation";
    UserSuspensionScheduleCreate = "user_suspension_schedule_create", "Scheduled the user’s suspension";
    UserSuspensionScheduleUpdate = "user_suspension_schedule_update", "Changed a scheduled suspension";
    UserSuspensionScheduleDelete = "user_suspension_schedule_delete", "Cancelled a scheduled suspension";
    UserDelete = "user_delete", "Deleted the user";
    UserRestore = "user_restore", "Restored the user";
    UserPurge = "user_purge", "Deleted the user permanently";
    UsersImport = "users_import", "Imported users";
    UsersExport = "users_export", "Exported users";
    EventsExport = "events_export", "Exported events";
    UserPasswordSet = "user_password_set", "Set the user’s password";
    UserPasswordChange = "user_password_change", "Changed the password";
    UserPasswordForceChange = "user_password_force_change", "Required a change of the password";
    UserPasswordWarningEmail = "user_password_warning_email", "Warned that the password expires";
    UserPasswordExpired = "user_password_expired", "The password expired";
    UserActivationEmail = "user_activation_email", "Sent the activation email";
    UserWelcomeEmail = "user_welcome_email", "Sent the welcome email";
    UserPasswordResetRequest = "user_password_reset_request", "Sent the email to reset the password";
    UserLockout = "user_lockout", "Locked after wrong passwords";
    UserUnlocked = "user_unlocked", "Unlocked the user";
    UserMfaRequire = "user_mfa_require", "Required MFA";
    UserMfaRemove = "user_mfa_remove", "Stopped asking for MFA";
    UserTotpReset = "user_totp_reset", "Reset TOTP";
    GroupCreate = "group_create", "Added a user group";
    GroupUpdate = "group_update", "Changed a user group";
    GroupDelete = "group_delete", "Deleted a user group";
    GroupRuleStop = "group_rule_stop", "Stopped a user group’s rule, as it would take many out";
    ApplicationCreate = "application_create", "Added an application";
    ApplicationUpdate = "application_update", "Changed an application";
    ApplicationDelete = "application_delete", "Deleted an application";
    LdapServerUpdate = "ldap_server_update", "Changed the settings of LDAP";
    LdapBind = "ldap_bind", "Bound to LDAP";
    LdapSearch = "ldap_search", "Searched over LDAP";
    AssociationChange = "association_change", "Changed a membership or a binding";
    JobStart = "job_start", "Started a job";
    JobEnd = "job_end", "A job ended";
    PasswordPolicyUpdate = "password_policy_update", "Changed the password settings";
    UserLoginAttempt = "user_login_attempt", "Sign-in to the User Portal";
    UserPasswordProof = "user_password_proof", "Was asked for the password again";
    UserLogout = "user_logout", "Logged out of the User Portal";
    UserSessionEnd = "user_session_end", "Ended a session";
    TotpStartEnrollment = "totp_start_enrollment", "Began to enroll TOTP";
    TotpFinishEnrollment = "totp_finish_enrollment", "Enrolled TOTP";
    TotpDeleteEnrollment = "totp_delete_enrollment", "Removed TOTP";
    UserRecoveryCodesCreate = "user_recovery_codes_create", "Made new recovery codes";
    UserPasskeyCreate = "user_passkey_create", "Added a passkey";
    UserPasskeyUpdate = "user_passkey_update", "Renamed a passkey";
    UserPasskeyDelete = "user_passkey_delete", "Removed a passkey";
    UserSshKeyCreate = "user_ssh_key_create", "Added an SSH key";
    UserSshKeyDelete = "user_ssh_key_delete", "Removed an SSH key";
}

/// Who did it, or what it was done to, as it was called at the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// `administrator`, `user`, `user_group`, `application`, `ldap_server`, `role`, `organization`, `session`, `job`, `system`, `visitor`.
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    pub name: String,
}

/// One field before and after. Never a secret: those are written as "set" and "changed".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: String,
    pub from: String,
    pub to: String,
}

/// One line of Directory Insights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub id: Id,
    pub event_type: EventKind,
    pub timestamp: Timestamp,
    pub initiated_by: Party,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Party>,
    pub success: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub useragent: Option<String>,
    /// `api_key` for what a program did in somebody's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_method: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    /// Why it failed, or what else is worth knowing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// An event with the number that the sealer gave it after it was committed: pages go by that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberedEvent {
    pub number: i64,
    pub event: Event,
}

/// A page of events, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPage {
    pub events: Vec<NumberedEvent>,
    /// The number to ask for the next, older page with; `None` at the end.
    pub older: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_names_of_their_own() {
        let mut names: Vec<_> = EventKind::ALL.iter().map(|kind| kind.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), EventKind::ALL.len());
    }
}
