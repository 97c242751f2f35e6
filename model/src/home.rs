//! The Homepage: figures of the directory, each counted by the database.

use serde::{Deserialize, Serialize};

use crate::user::UserState;
use crate::{Id, Timestamp};

/// What the Homepage shows; a part is `None` where the role may not see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Homepage {
    pub people: Option<UserCounts>,
    pub new_people: Option<Vec<NewPerson>>,
    pub sign_ins: Option<Vec<SignInDay>>,
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
