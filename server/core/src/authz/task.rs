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
    Timers,
    /// A new version tells of itself.
    News,
    /// A job is taken on, given up, or forgotten.
    Jobs,
    /// An import goes on, or is forgotten.
    Import,
    ForgetImport,
    /// The first people, before there is an organization.
    FirstImport,
    /// The link to the set-up page.
    FirstStart,
}

impl Task {
    /// How events name it.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::SealEvents => "sealing events",
            Self::UseSession => "a session is used",
            Self::UseApiKey => "an API key is used",
            Self::Rehash => "a hash costs more now",
            Self::Maintenance => "Housekeeping",
            Self::Delivery => "outgoing mail",
            Self::Timers => "at its time",
            Self::News => "a new version",
            Self::Jobs => "jobs",
            Self::Import => "import",
            Self::ForgetImport => "housekeeping",
            Self::FirstImport => "Set-up",
            Self::FirstStart => "the first start",
        }
    }

    /// What it needs.
    pub(super) const fn operations(self) -> &'static [Operation] {
        match self {
            Self::Import => &[Operation::ImportUsers, Operation::UpdateUser, Operation::ChangeMfaRequirement],
            Self::FirstImport => &[Operation::ImportUsers],
            Self::FirstStart => &[Operation::AdministerServer],
            Self::Maintenance => &[Operation::RunMaintenance, Operation::PurgeUser],
            Self::SealEvents
            | Self::UseSession
            | Self::UseApiKey
            | Self::Rehash
            | Self::Delivery
            | Self::Timers
            | Self::News
            | Self::Jobs
            | Self::ForgetImport => &[Operation::RunMaintenance],
        }
    }
}
