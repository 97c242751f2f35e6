//! Jobs: long work that goes on by itself, in chunks, with a result for each that it is about.

mod again;

use serde::{Deserialize, Serialize};

use crate::group::AddMembers;
use crate::list::{Column, FilterKind, ListSpec, grouped};
use crate::mail::words;
use crate::user::schedule::{NewSchedule, ScheduledChange};
use crate::user::{Action, MfaRequirement, Selection};
use crate::{Id, Timestamp};

pub use again::{JobRelation, REASON_MAX};

words! {
    /// What a job does.
    JobKind {
        Import = "import", "Import users";
        CreateUsers = "create_users", "Add users";
        UpdateUsers = "update_users", "Change users";
        ActivateUsers = "activate_users", "Activate users";
        SuspendUsers = "suspend_users", "Suspend users";
        ScheduleActivation = "schedule_activation", "Schedule activation";
        ScheduleSuspension = "schedule_suspension", "Schedule suspension";
        DeleteUsers = "delete_users", "Delete users";
        UnlockUsers = "unlock_users", "Unlock users";
        ForcePasswordChange = "force_password_change", "Force a password change";
        RequireMfa = "require_mfa", "Require MFA";
        RemoveMfa = "remove_mfa", "Remove MFA";
        ResetTotp = "reset_totp", "Reset TOTP";
        SendActivationEmail = "send_activation_email", "Send the activation email";
        SendPasswordReset = "send_password_reset", "Send the password reset email";
        AddToGroup = "add_to_group", "Add to a user group";
    }
}

words! {
    /// Where a job stands.
    JobState {
        /// It has not begun yet.
        Queued = "queued", "Queued";
        Running = "running", "Running";
        Done = "done", "Done";
        /// Somebody stopped it. What was done by then stays.
        Cancelled = "cancelled", "Cancelled";
        /// It could not go on: whoever started it may not do so any more, or the fault is ours.
        Failed = "failed", "Failed";
    }
}

words! {
    /// What became of one of those that a job is about.
    JobItemState {
        Waiting = "waiting", "Still to do";
        Done = "done", "Done";
        Refused = "refused", "Left out";
    }
}

/// Which part of the program does a job's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobWork {
    /// Writes the rows of a file.
    Import,
    /// Adds users as a program sent them.
    Create,
    /// Changes users as a program sent it.
    Update,
    /// Does this to users.
    OnUsers(Action),
}

impl JobKind {
    /// Who does its work, and what it takes to be allowed to.
    pub const fn work(self) -> JobWork {
        JobWork::OnUsers(match self {
            Self::Import => return JobWork::Import,
            Self::CreateUsers => return JobWork::Create,
            Self::UpdateUsers => return JobWork::Update,
            Self::ActivateUsers => Action::Activate,
            Self::SuspendUsers => Action::Suspend,
            Self::ScheduleActivation => Action::ScheduleActivation,
            Self::ScheduleSuspension => Action::ScheduleSuspension,
            Self::DeleteUsers => Action::Delete,
            Self::UnlockUsers => Action::Unlock,
            Self::ForcePasswordChange => Action::ForcePasswordChange,
            Self::RequireMfa => Action::RequireMfa,
            Self::RemoveMfa => Action::RemoveMfa,
            Self::ResetTotp => Action::ResetTotp,
            Self::SendActivationEmail => Action::SendActivationEmail,
            Self::SendPasswordReset => Action::SendPasswordReset,
            Self::AddToGroup => Action::AddToGroup,
        })
    }

    /// What it does to so many: `Suspend 3,412 users`.
    pub fn title(self, total: u64) -> String {
        let users = format!("{} {}", grouped(total), if total == 1 { "user" } else { "users" });
        match self {
            Self::Import => format!("Import {users}"),
            Self::CreateUsers => format!("Add {users}"),
            Self::UpdateUsers => format!("Change {users}"),
            Self::ActivateUsers => format!("Activate {users}"),
            Self::SuspendUsers => format!("Suspend {users}"),
            Self::ScheduleActivation => format!("Schedule the activation of {users}"),
            Self::ScheduleSuspension => format!("Schedule the suspension of {users}"),
            Self::DeleteUsers => format!("Delete {users}"),
            Self::UnlockUsers => format!("Unlock {users}"),
            Self::ForcePasswordChange => format!("Force {users} to change the password"),
            Self::RequireMfa => format!("Require MFA of {users}"),
            Self::RemoveMfa => format!("Remove MFA for {users}"),
            Self::ResetTotp => format!("Reset TOTP for {users}"),
            Self::SendActivationEmail => format!("Send the activation email to {users}"),
            Self::SendPasswordReset => format!("Send the password reset email to {users}"),
            Self::AddToGroup => format!("Add {users} to a group"),
        }
    }

    /// What somebody is to whom it was done, as a heading over their number.
    pub const fn outcome(self) -> &'static str {
        match self {
            Self::Import => "Imported",
            Self::CreateUsers | Self::AddToGroup => "Added",
            Self::UpdateUsers => "Changed",
            Self::ActivateUsers => "Activated",
            Self::SuspendUsers => "Suspended",
            Self::ScheduleActivation | Self::ScheduleSuspension => "Scheduled",
            Self::DeleteUsers => "Deleted",
            Self::UnlockUsers => "Unlocked",
            Self::ForcePasswordChange => "Must change",
            Self::RequireMfa => "MFA required",
            Self::RemoveMfa => "MFA removed",
            Self::ResetTotp => "TOTP reset",
            Self::SendActivationEmail | Self::SendPasswordReset => "Emailed",
        }
    }
}

impl JobState {
    /// Whether there may be more of it to come.
    pub const fn goes_on(self) -> bool {
        match self {
            Self::Queued | Self::Running => true,
            Self::Done | Self::Cancelled | Self::Failed => false,
        }
    }
}

/// What is done to many users, with what it takes to do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    Activate {
        /// Sends each the first email, to the address that it goes to.
        email: bool,
    },
    Suspend,
    Schedule(NewSchedule),
    Delete,
    Unlock,
    ForcePasswordChange,
    ChangeMfa(MfaRequirement),
    ResetTotp,
    SendActivationEmail,
    SendPasswordReset,
    AddToGroup(AddMembers),
}

impl BulkAction {
    /// The same as done to one: who may, and to whom.
    pub const fn action(&self) -> Action {
        match self {
            Self::Activate { .. } => Action::Activate,
            Self::Suspend => Action::Suspend,
            Self::Schedule(schedule) => match schedule.change {
                ScheduledChange::Activation => Action::ScheduleActivation,
                ScheduledChange::Suspension => Action::ScheduleSuspension,
            },
            Self::Delete => Action::Delete,
            Self::Unlock => Action::Unlock,
            Self::ForcePasswordChange => Action::ForcePasswordChange,
            Self::ChangeMfa(requirement) => requirement.action(),
            Self::ResetTotp => Action::ResetTotp,
            Self::SendActivationEmail => Action::SendActivationEmail,
            Self::SendPasswordReset => Action::SendPasswordReset,
            Self::AddToGroup(_) => Action::AddToGroup,
        }
    }

    pub const fn kind(&self) -> JobKind {
        match self {
            Self::Activate { .. } => JobKind::ActivateUsers,
            Self::Suspend => JobKind::SuspendUsers,
            Self::Schedule(schedule) => match schedule.change {
                ScheduledChange::Activation => JobKind::ScheduleActivation,
                ScheduledChange::Suspension => JobKind::ScheduleSuspension,
            },
            Self::Delete => JobKind::DeleteUsers,
            Self::Unlock => JobKind::UnlockUsers,
            Self::ForcePasswordChange => JobKind::ForcePasswordChange,
            Self::ChangeMfa(MfaRequirement::Require { .. }) => JobKind::RequireMfa,
            Self::ChangeMfa(MfaRequirement::Remove) => JobKind::RemoveMfa,
            Self::ResetTotp => JobKind::ResetTotp,
            Self::SendActivationEmail => JobKind::SendActivationEmail,
            Self::SendPasswordReset => JobKind::SendPasswordReset,
            Self::AddToGroup(_) => JobKind::AddToGroup,
        }
    }

    /// The group that they are added to.
    pub const fn group(&self) -> Option<Id> {
        match self {
            Self::AddToGroup(add) => Some(add.group),
            Self::Activate { .. }
            | Self::Suspend
            | Self::Schedule(_)
            | Self::Delete
            | Self::Unlock
            | Self::ForcePasswordChange
            | Self::ChangeMfa(_)
            | Self::ResetTotp
            | Self::SendActivationEmail
            | Self::SendPasswordReset => None,
        }
    }
}

/// A job to be started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewJob {
    pub action: BulkAction,
    pub selection: Selection,
    /// Why, for those who read the history; may be empty.
    #[serde(default)]
    pub reason: String,
}

/// The most users that a job is given by their ids; all that a filter matches have no limit.
pub const JOB_IDS_MAX: usize = 10_000;

/// One line of the list of jobs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRow {
    pub id: Id,
    pub kind: JobKind,
    pub state: JobState,
    /// As they were called when they started it.
    pub started_by: String,
    pub created_at: Timestamp,
    /// When it began to run.
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub total: u64,
    pub done: u64,
    /// Those whom it left out.
    pub refused: u64,
}

impl JobRow {
    pub fn title(&self) -> String {
        self.kind.title(self.total)
    }

    /// How many it has come to, done or left out.
    pub const fn reached(&self) -> u64 {
        self.done + self.refused
    }

    pub const fn left(&self) -> u64 {
        self.total.saturating_sub(self.reached())
    }

    /// From 0 to 100.
    pub const fn percent(&self) -> u64 {
        match (self.reached() * 100).checked_div(self.total) {
            Some(percent) => percent,
            None => 100,
        }
    }
}

/// One job with everything about it but its items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobDetails {
    pub row: JobRow,
    /// Grows with each change of it.
    pub version: i64,
    /// Why it failed; empty otherwise.
    pub why: String,
    /// Whether whoever asks may stop it.
    pub cancellable: bool,
    /// Why it was started, in the words of the one who started it.
    pub reason: String,
    /// The earlier job that it tries again or undoes.
    pub of: Option<(JobRelation, Id)>,
    /// Why the one who asks cannot try it again for those who were left out.
    pub no_retry: Option<String>,
    /// Why the one who asks cannot undo it.
    pub no_undo: Option<String>,
}

/// What became of one of those that a job is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobItem {
    /// The user.
    pub subject: Id,
    /// As they were called when the job started.
    pub name: String,
    pub state: JobItemState,
    /// Why they were left out, as what follows the name.
    pub refused: Option<String>,
    pub at: Option<Timestamp>,
}

const fn column(key: &'static str, label: &'static str) -> Column {
    Column { key, label, sortable: true, filter: None, default: true, fixed: false }
}

/// How many jobs can be watched at once: a page of them, and one that is open.
pub const JOBS_WATCHED: usize = 101;

/// The list of jobs, the latest first.
pub static JOBS: ListSpec = ListSpec {
    name: "jobs",
    default_sort: "-created",
    custom: false,
    columns: &[
        Column { fixed: true, filter: Some(FilterKind::Choice(JobKind::CHOICES)), ..column("name", "Job") },
        Column { filter: Some(FilterKind::Choice(JobState::CHOICES)), ..column("state", "State") },
        column("progress", "Progress"),
        Column { filter: Some(FilterKind::Text), ..column("started_by", "Started by") },
        Column { filter: Some(FilterKind::Time), ..column("created", "Started") },
    ],
};

/// What became of each, in the order in which a job comes to them.
pub static JOB_ITEMS: ListSpec = ListSpec {
    name: "job_items",
    default_sort: "position",
    custom: false,
    columns: &[
        Column { fixed: true, sortable: false, ..column("name", "Name") },
        Column {
            sortable: false,
            filter: Some(FilterKind::Choice(JobItemState::CHOICES)),
            ..column("state", "Result")
        },
        Column { sortable: false, ..column("refused", "Why") },
        Column { sortable: false, ..column("at", "Time") },
        Column { default: false, ..column("position", "Order") },
    ],
};

#[cfg(test)]
mod tests;
