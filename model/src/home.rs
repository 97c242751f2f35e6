//! The Homepage: figures of the directory, each counted by the database.

use serde::{Deserialize, Serialize};

use crate::mail::words;
use crate::user::UserState;
use crate::user::schedule::Schedule;
use crate::{Id, Operation, Timestamp};

words! {
    /// A part of the Homepage, which each administrator shows, hides and moves.
    Widget {
        Figures = "figures", "Figures";
        SignIns = "sign_ins", "Users’ sign-ins";
        Attention = "attention", "Needs attention";
        Arrivals = "arrivals", "New people";
        Upcoming = "upcoming", "Upcoming changes";
        Locked = "locked", "Locked out";
        Expired = "expired", "Passwords expired";
        Expiring = "expiring", "Passwords expiring";
        WithoutMfa = "without_mfa", "People without MFA";
        Administrators = "administrators", "Administrators without MFA";
        Checklist = "checklist", "Set-up checklist";
        Shares = "shares", "People by state";
    }
}

words! {
    /// A step of the set-up checklist; what is done follows from the directory.
    SetupStep {
        Contact = "contact", "Name whom people ask";
        SecondAdministrator = "second_administrator", "Have a second Administrator With Billing";
        AdministratorsMfa = "administrators_mfa", "Require MFA of all administrators";
        Mail = "mail", "Set up outgoing mail";
        PasswordPolicy = "password_policy", "Decide on password rules";
        Users = "users", "Add your people";
        Groups = "groups", "Add a user group";
        Applications = "applications", "Add an application";
    }
}

impl SetupStep {
    /// What a role must allow to see the step and the screen that it is done on.
    pub const fn needs(self) -> Operation {
        match self {
            Self::Contact | Self::AdministratorsMfa => Operation::ReadOrganization,
            Self::SecondAdministrator => Operation::ListAdministrators,
            Self::Mail => Operation::ReadMailSettings,
            Self::PasswordPolicy => Operation::ReadPasswordPolicy,
            Self::Users => Operation::ListUsers,
            Self::Groups => Operation::ListGroups,
            Self::Applications => Operation::ListApplications,
        }
    }
}

impl Widget {
    /// What a role must allow for its administrators to see this part.
    pub const fn needs(self) -> Operation {
        match self {
            // Each of its steps asks for more.
            Self::Attention | Self::Checklist => Operation::ReadHomepage,
            Self::SignIns => Operation::ReadEvents,
            Self::Administrators => Operation::ListAdministrators,
            Self::Figures
            | Self::Arrivals
            | Self::Upcoming
            | Self::Locked
            | Self::Expired
            | Self::Expiring
            | Self::WithoutMfa
            | Self::Shares => Operation::ListUsers,
        }
    }
}

/// What the Homepage shows; a part is `None` where the role may not see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Homepage {
    /// The parts that are shown, in their order.
    pub widgets: Vec<Widget>,
    pub people: Option<UserCounts>,
    pub new_people: Option<Vec<NewPerson>>,
    pub sign_ins: Option<Vec<SignInDay>>,
    /// The next scheduled changes of users' states.
    pub upcoming: Option<Vec<Schedule>>,
    /// Users who are locked, the longest first; `at` is when it opens by itself.
    pub locked: Option<Vec<HomeUser>>,
    /// Users whose password has expired, or has to be changed; `at` is when it expired.
    pub expired: Option<Vec<HomeUser>>,
    /// Users whose password expires within 7 days, the next first; `at` is when.
    pub expiring: Option<Vec<HomeUser>>,
    /// Users who have no second factor, first those who need one; `at` is until when they enroll.
    pub without_mfa: Option<Counted<HomeUser>>,
    /// Administrators who have no second factor.
    pub administrators: Option<Counted<HomeAdministrator>>,
    /// The steps that one's role shows, in their order, and whether each is done.
    pub checklist: Option<Vec<(SetupStep, bool)>>,
    pub attention: Vec<Attention>,
}

/// People by state and by password status. Deleted users count nowhere but in `deleted`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserCounts {
    pub staged: u64,
    pub activated: u64,
    pub suspended: u64,
    pub new_in_7_days: u64,
    pub locked: u64,
    pub password_pending: u64,
    pub password_active: u64,
    pub password_expired: u64,
    pub password_expiring_in_7_days: u64,
    /// Who can still be restored.
    pub deleted: u64,
    /// Changes of state that wait for their time.
    pub scheduled: u64,
}

impl UserCounts {
    pub fn total(&self) -> u64 {
        self.staged + self.activated + self.suspended
    }
}

/// Somebody added in the last 7 days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPerson {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub department: String,
    pub state: UserState,
    pub created_at: Timestamp,
}

/// The first of a list, and how many are on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted<T> {
    pub count: u64,
    /// [`HOME_ROWS`] at most.
    pub first: Vec<T>,
}

/// How many rows a list of the Homepage has at most.
pub const HOME_ROWS: u64 = 5;

/// A user in a list of the Homepage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeUser {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub state: UserState,
    /// The time that the list is about.
    pub at: Option<Timestamp>,
}

/// An administrator in a list of the Homepage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeAdministrator {
    pub id: Id,
    pub name: String,
    pub email: String,
}

/// Users' sign-ins of one day in the viewer's zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInDay {
    /// `2026-11-22`
    pub day: String,
    pub succeeded: u64,
    pub failed: u64,
}

/// Something that needs somebody, with the place where it can be dealt with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// There is only one Administrator With Billing who can sign in.
    OneAdministratorWithBilling,
    /// Administrators who have no second factor.
    AdministratorsWithoutMfa { count: u64 },
    /// The card that invoices are paid with expires soon, or has; at the end of a month, such as `04/2027`.
    CardExpires { card: String, expiry: String, over: bool },
    /// One's own account has no second factor.
    YouHaveNoMfa,
    /// An administrator is locked after wrong passwords.
    AdministratorLocked { id: Id, name: String, until: Timestamp },
    /// Users who are locked.
    UsersLocked { count: u64 },
    /// Users whose password has expired.
    PasswordsExpired { count: u64 },
    /// People who wait to be activated.
    UsersStaged { count: u64 },
    /// Active users who never set a password.
    PasswordsPending { count: u64 },
}
