//! Jobs about those of an earlier job: what takes back what one did.

use serde::{Deserialize, Serialize};

use super::{BulkAction, JobKind};
use crate::mail::words;
use crate::user::{Action, ENROLL_DAYS_DEFAULT, MfaRequirement, UserState};

impl JobKind {
    /// What takes back what it did, where anything does.
    pub const fn undone_by(self) -> Option<Action> {
        match self {
            Self::SuspendUsers => Some(Action::Activate),
            Self::ActivateUsers => Some(Action::Suspend),
            Self::RequireMfa => Some(Action::RemoveMfa),
            Self::RemoveMfa => Some(Action::RequireMfa),
            Self::Import
            | Self::CreateUsers
            | Self::UpdateUsers
            | Self::ScheduleActivation
            | Self::ScheduleSuspension
            | Self::DeleteUsers
            | Self::UnlockUsers
            | Self::ForcePasswordChange
            | Self::ResetTotp
            | Self::SendActivationEmail
            | Self::SendPasswordReset
            | Self::AddToGroup => None,
        }
    }
}

impl BulkAction {
    /// What takes it back, and what somebody was before for whom it can be: a state, or whether MFA was required.
    /// `None` for what has left the house, such as emails, and for what nothing brings back.
    pub fn undo(&self) -> Option<(Self, &'static str)> {
        match self {
            Self::Suspend => Some((Self::Activate { email: false }, UserState::Activated.as_str())),
            // Nothing returns to Staged.
            Self::Activate { .. } => Some((Self::Suspend, UserState::Suspended.as_str())),
            Self::ChangeMfa(MfaRequirement::Require { .. }) => {
                Some((Self::ChangeMfa(MfaRequirement::Remove), "false"))
            }
            Self::ChangeMfa(MfaRequirement::Remove) => {
                Some((Self::ChangeMfa(MfaRequirement::Require { days: ENROLL_DAYS_DEFAULT }), "true"))
            }
            Self::Schedule(_)
            | Self::Delete
            | Self::Unlock
            | Self::ForcePasswordChange
            | Self::ResetTotp
            | Self::SendActivationEmail
            | Self::SendPasswordReset
            // Its members are taken out where they are listed.
            | Self::AddToGroup(_) => None,
        }
    }
}

words! {
    /// What a job has to do with an earlier one.
    JobRelation {
        /// It does the same for those who were left out.
        Retry = "retry", "Tries again";
        /// It takes back what was done.
        Undo = "undo", "Undoes";
    }
}

/// The longest reason for a job, in characters.
pub const REASON_MAX: usize = 500;
