//! The program's own work.

use model::Operation;

/// What the program does by itself. Each may do what it needs and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    SealEvents,
    /// A session or an API key is used: that is written down.
    UseSession,
    UseApiKey,
    /// A password is hashed again, at today's cost.
    Rehash,
    Maintenance,
    Delivery,
    Scheduler,
    /// A scheduled change of somebody’s state.
    Schedules,
    /// A group's rule puts people in and takes them out.
    GroupRules,
    /// What was searched over LDAP is written to the history.
    LdapHistory,
    /// A new version tells of itself.
    News,
    /// A job is taken on, given up, or forgotten.
    Jobs,
    /// An import goes on.
    Import,
    /// The first people, before there is an organization.
    FirstImport,
    /// The link to the set-up page.
    FirstStart,
}

impl Task {
    /// How events name it.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::SealEvents => "Event sealing",
            Self::UseSession => "Session use",
            Self::UseApiKey => "API key use",
            Self::Rehash => "Password rehash",
            Self::Maintenance => "Maintenance",
            Self::Delivery => "Mail delivery",
            Self::Scheduler => "Scheduler",
            Self::Schedules => "Scheduled change",
            Self::GroupRules => "Group rule",
            Self::LdapHistory => "LDAP history",
            Self::News => "Release notes",
            Self::Jobs => "Jobs",
            Self::Import => "Import",
            Self::FirstImport => "Set-up",
            Self::FirstStart => "First start",
        }
    }

    /// What it needs.
    pub(super) const fn operations(self) -> &'static [Operation] {
        match self {
            Self::Import => &[Operation::ImportUsers, Operation::UpdateUser, Operation::ChangeMfaRequirement],
            Self::FirstImport => &[Operation::ImportUsers],
            Self::FirstStart => &[Operation::AdministerServer],
            Self::Maintenance => &[Operation::RunMaintenance, Operation::PurgeUser],
            Self::Schedules => &[Operation::RunMaintenance, Operation::ActivateUser, Operation::SuspendUser],
            Self::SealEvents
            | Self::UseSession
            | Self::UseApiKey
            | Self::Rehash
            | Self::Delivery
            | Self::Scheduler
            | Self::GroupRules
            | Self::LdapHistory
            | Self::News
            | Self::Jobs => &[Operation::RunMaintenance],
        }
    }
}
