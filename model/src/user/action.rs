//! What administrators do to users: who may, and to whom it can be done.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{PasswordStatus, User, UserState};
use crate::Operation;

/// Something done to users from the list or from their panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Activate,
    Suspend,
    /// Brings them to Active at a time to come.
    ScheduleActivation,
    ScheduleSuspension,
    SetPassword,
    SendActivationEmail,
    SendPasswordReset,
    ForcePasswordChange,
    Unlock,
    ResetTotp,
    RequireMfa,
    RemoveMfa,
    AddToGroup,
    Delete,
    /// Brings a deleted user back.
    Restore,
    /// Deletes for good.
    Purge,
}

/// What decides whether an action can be done to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Facts {
    pub state: UserState,
    pub password: PasswordStatus,
    pub has_password: bool,
    pub must_change: bool,
    pub mfa_required: bool,
    /// Switched on by the user, required or not.
    pub mfa_chosen: bool,
    pub mfa_enrolled: bool,
    pub totp_enrolled: bool,
    /// One of the invented people.
    pub sample: bool,
    /// An administrator was made from them: a second factor is asked of them in any case.
    pub administrator: bool,
}

impl Facts {
    /// Whether a second factor is required, by a setting or as things are.
    const fn needs_mfa(&self) -> bool {
        self.mfa_required || self.administrator
    }
}

/// Why a user cannot be unlocked who is not locked; follows the name.
pub const NOT_LOCKED: &str = "is not locked";

impl Action {
    pub const fn operation(self) -> Operation {
        match self {
            Self::Activate | Self::ScheduleActivation => Operation::ActivateUser,
            Self::Suspend | Self::ScheduleSuspension => Operation::SuspendUser,
            Self::SetPassword => Operation::SetUserPassword,
            Self::SendActivationEmail => Operation::SendActivationEmail,
            Self::SendPasswordReset => Operation::SendUserPasswordReset,
            Self::ForcePasswordChange => Operation::ForcePasswordChange,
            Self::Unlock => Operation::UnlockUser,
            Self::ResetTotp => Operation::ResetUserTotp,
            Self::RequireMfa | Self::RemoveMfa => Operation::ChangeMfaRequirement,
            Self::AddToGroup => Operation::ChangeGroupMembers,
            Self::Delete => Operation::DeleteUser,
            Self::Restore => Operation::RestoreUser,
            Self::Purge => Operation::PurgeUser,
        }
    }

    /// Why it cannot be done to somebody, as what follows their name; `None` when it can.
    pub const fn refusal(self, facts: &Facts) -> Option<&'static str> {
        use UserState::{Activated, Staged, Suspended};
        match self {
            Self::Activate if matches!(facts.state, Activated) => Some("is Active already"),
            Self::Suspend if matches!(facts.state, Suspended) => Some("is Suspended already"),
            Self::SendActivationEmail | Self::SendPasswordReset if matches!(facts.state, Staged) => {
                Some("is Staged, and gets no email before being activated")
            }
            Self::SendActivationEmail | Self::SendPasswordReset if matches!(facts.state, Suspended) => {
                Some("is Suspended, and gets no email")
            }
            Self::SendActivationEmail | Self::SendPasswordReset if facts.sample => {
                Some("is of the sample organization, which is never emailed")
            }
            Self::SendPasswordReset if !facts.has_password => {
                Some("has no password yet; the activation email is for that")
            }
            Self::ForcePasswordChange if !facts.has_password => Some("has no password yet"),
            Self::ForcePasswordChange if facts.must_change => Some("has to change the password already"),
            Self::Unlock if !matches!(facts.password, PasswordStatus::Locked) => Some(NOT_LOCKED),
            Self::ResetTotp if !facts.totp_enrolled && (facts.mfa_enrolled || !facts.needs_mfa()) => {
                Some("has no TOTP key, and needs none")
            }
            Self::RequireMfa if facts.mfa_required && facts.mfa_enrolled => {
                Some("has to use MFA already, and is enrolled")
            }
            Self::RemoveMfa if facts.administrator => {
                Some("is an administrator, too, and keeps a second factor")
            }
            Self::RemoveMfa if !facts.mfa_required && !facts.mfa_chosen => Some("is not asked for MFA"),
            Self::Activate
            | Self::Suspend
            // What the state will be at that time is for the schedules to say.
            | Self::ScheduleActivation
            | Self::ScheduleSuspension
            | Self::SetPassword
            | Self::SendActivationEmail
            | Self::SendPasswordReset
            | Self::ForcePasswordChange
            | Self::Unlock
            | Self::ResetTotp
            | Self::RequireMfa
            | Self::RemoveMfa
            // Who is a member already is for the group to say.
            | Self::AddToGroup
            | Self::Delete
            | Self::Restore
            | Self::Purge => None,
        }
    }
}

impl User {
    /// What decides whether an action can be done to this user.
    pub fn facts(&self) -> Facts {
        Facts {
            state: self.state,
            password: self.password_status,
            has_password: self.password.set_at.is_some(),
            must_change: self.password.must_change,
            mfa_required: self.mfa.required,
            mfa_chosen: self.mfa.chosen,
            mfa_enrolled: self.mfa.enrolled,
            totp_enrolled: self.mfa.totp,
            sample: self.sample,
            administrator: self.administrator.is_some(),
        }
    }
}

/// Where an email about an action goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    #[default]
    Nobody,
    /// To the address that the kind of email goes to.
    Default,
    /// To this address, this once; for a single user. As typed.
    To(String),
}

/// The days that somebody has to enroll a second factor.
pub const ENROLL_DAYS: std::ops::RangeInclusive<u32> = 1..=365;

/// How many they are when nobody says otherwise.
pub const ENROLL_DAYS_DEFAULT: u32 = 7;

/// Whether a second factor is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MfaRequirement {
    Require {
        /// How long one may sign in without, before one must have enrolled.
        days: u32,
    },
    /// Neither required nor switched on by the user; what is enrolled is kept.
    Remove,
}

impl MfaRequirement {
    pub const fn action(self) -> Action {
        match self {
            Self::Require { .. } => Action::RequireMfa,
            Self::Remove => Action::RemoveMfa,
        }
    }
}

/// A password that an administrator sets, as typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPassword {
    pub password: String,
    /// It opens nothing but the page that changes it.
    pub must_change: bool,
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Facts = Facts {
        state: UserState::Activated,
        password: PasswordStatus::Active,
        has_password: true,
        must_change: false,
        mfa_required: false,
        mfa_chosen: false,
        mfa_enrolled: false,
        totp_enrolled: false,
        sample: false,
        administrator: false,
    };

    /// Those that some users are refused; everyone who is there can be deleted.
    const REFUSABLE: [Action; 10] = {
        use Action::*;
        [
            Activate,
            Suspend,
            SetPassword,
            SendActivationEmail,
            SendPasswordReset,
            ForcePasswordChange,
            Unlock,
            ResetTotp,
            RequireMfa,
            RemoveMfa,
        ]
    };

    fn possible(facts: Facts) -> Vec<Action> {
        REFUSABLE.into_iter().filter(|action| action.refusal(&facts).is_none()).collect()
    }

    #[test]
    fn each_action_is_for_those_whom_it_helps() {
        use Action::*;
        assert_eq!(
            possible(PLAIN),
            [Suspend, SetPassword, SendActivationEmail, SendPasswordReset, ForcePasswordChange, RequireMfa]
        );
        let pending = Facts { password: PasswordStatus::Pending, has_password: false, ..PLAIN };
        assert_eq!(possible(pending), [Suspend, SetPassword, SendActivationEmail, RequireMfa]);
        let staged = Facts { state: UserState::Staged, ..pending };
        assert_eq!(possible(staged), [Activate, Suspend, SetPassword, RequireMfa]);
        let suspended = Facts { state: UserState::Suspended, password: PasswordStatus::Locked, ..PLAIN };
        assert_eq!(possible(suspended), [Activate, SetPassword, ForcePasswordChange, Unlock, RequireMfa]);
        let forced = Facts { must_change: true, password: PasswordStatus::Expired, ..PLAIN };
        assert!(!possible(forced).contains(&ForcePasswordChange));
        let sample = Facts { sample: true, ..PLAIN };
        assert_eq!(possible(sample), [Suspend, SetPassword, ForcePasswordChange, RequireMfa]);
    }

    #[test]
    fn factors_are_reset_and_required_where_that_changes_something() {
        use Action::{RemoveMfa, RequireMfa, ResetTotp};
        for (required, chosen, enrolled, totp, can) in [
            (false, false, false, false, [false, true, false]),
            (false, false, true, true, [true, true, false]),
            (false, true, true, true, [true, true, true]),
            (false, true, true, false, [false, true, true]),
            (true, false, false, false, [true, true, true]),
            (true, false, true, true, [true, false, true]),
            (true, false, true, false, [false, false, true]),
        ] {
            let facts = Facts {
                mfa_required: required,
                mfa_chosen: chosen,
                mfa_enrolled: enrolled,
                totp_enrolled: totp,
                ..PLAIN
            };
            let offered = [ResetTotp, RequireMfa, RemoveMfa].map(|action| action.refusal(&facts).is_none());
            assert_eq!(offered, can, "{facts:?}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let new = NewPassword { password: "tundra-violin".into(), must_change: true };
        assert!(!format!("{new:?}").contains("tundra"));
    }
}
