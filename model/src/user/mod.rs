//! Users: the people of the organization.

mod action;
mod attribute;
mod entry;
mod fields;
mod form;
mod merge;
mod origin;
mod preview;
mod row;
pub mod schedule;

use serde::{Deserialize, Serialize};

pub use action::{
    Action, ENROLL_DAYS, ENROLL_DAYS_DEFAULT, Facts, MfaRequirement, NOT_LOCKED, NewPassword, Notify,
};
pub use attribute::{Flag, Section, TextAttribute};
pub use entry::{
    Compare, Condition, ENTRIES_MAX, Entries, EntryQuery, PublicKey, SKIP_MAX, SORTS_MAX, UserEntry,
    UserPatch,
};
pub use fields::{ADDRESSES, CUSTOM_ATTRIBUTES, PHONES, PROFILE_FIELDS, USER_FIELDS, field_label};
pub use form::{
    ADDRESSES_MAX, Address, CUSTOM_MAX, CustomAttribute, PHONES_MAX, Phone, UNIX_ID_MIN, UserDraft, UserForm,
    custom_name, name_of,
};
pub use origin::{CreationSource, ORIGINS, origin_label};
pub use preview::{ActionPreview, EmailCounts, LeftOut, NextChange, PREVIEW_NAMES, PreviewLine, of_several};
pub use row::{Cell, DELETED_USERS, USERS, UserRow};

use crate::account::PasskeyRow;
use crate::ssh_key::SshKey;
use crate::{Id, Timestamp};
use schedule::Schedule;

/// Where a user is in the lifecycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UserState {
    /// Prepared; may be given anything, but gets no access, whatever the password status.
    #[serde(rename = "STAGED")]
    Staged,
    /// Shown as Active.
    #[serde(rename = "ACTIVATED")]
    Activated,
    /// All access is taken away; bindings stay.
    #[serde(rename = "SUSPENDED")]
    Suspended,
}

impl UserState {
    pub const ALL: [Self; 3] = [Self::Staged, Self::Activated, Self::Suspended];

    /// The value in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staged => "STAGED",
            Self::Activated => "ACTIVATED",
            Self::Suspended => "SUSPENDED",
        }
    }

    /// The word on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Staged => "Staged",
            Self::Activated => "Active",
            Self::Suspended => "Suspended",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|state| {
            state.as_str().eq_ignore_ascii_case(text) || state.label().eq_ignore_ascii_case(text)
        })
    }

    /// Whether a user may go from this state to that one. Nothing returns to Staged.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Staged | Self::Suspended, Self::Activated)
                | (Self::Staged | Self::Activated, Self::Suspended)
        )
    }
}

/// How a user's password stands: an axis of its own beside the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PasswordStatus {
    /// None has been set yet.
    Pending,
    Active,
    Expired,
    /// Too many wrong ones. Shown before Expired, which it may hide.
    Locked,
}

impl PasswordStatus {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Active, Self::Expired, Self::Locked];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Active => "Active",
            Self::Expired => "Expired",
            Self::Locked => "Locked",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str().eq_ignore_ascii_case(text.trim()))
    }

    /// What the facts come to, now. A lock hides an expiry.
    pub fn judge(facts: &PasswordFacts, now: Timestamp) -> Self {
        if facts.locked_until.is_some_and(|until| until > now) {
            Self::Locked
        } else if facts.set_at.is_none() {
            Self::Pending
        } else if facts.must_change || facts.expires_at.is_some_and(|at| at <= now) {
            Self::Expired
        } else {
            Self::Active
        }
    }
}

/// What is known of a user's password; never the password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordFacts {
    pub set_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    /// Until when, [`Timestamp::END`] if only an administrator opens the lock.
    pub locked_until: Option<Timestamp>,
    /// It opens nothing but the page that changes it, as if it had expired.
    #[serde(default)]
    pub must_change: bool,
}

/// What is known of a user's second factor; never its secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct MfaFacts {
    pub required: bool,
    /// Switched on by the user, required or not.
    pub chosen: bool,
    /// There is any.
    pub enrolled: bool,
    /// One is an authenticator app.
    pub totp: bool,
    /// Until when one may sign in without, if it is required and not enrolled.
    pub enroll_by: Option<Timestamp>,
}

/// A person with an id, for showing and linking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: Id,
    pub name: String,
}

/// The administrator that a user is, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlsoAdministrator {
    pub id: Id,
    /// The name of their role.
    pub role: String,
}

/// A user's deletion, which can be taken back until the user is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    pub at: Timestamp,
    /// When nothing brings the user back any more.
    pub erased_at: Timestamp,
}

/// One user with everything that is known of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: Id,
    /// The change that made it as it is; sent back with an update, so that a lost race is told.
    pub version: i64,
    pub state: UserState,
    pub password: PasswordFacts,
    pub password_status: PasswordStatus,
    pub mfa: MfaFacts,
    pub passkeys: Vec<PasskeyRow>,
    pub ssh_keys: Vec<SshKey>,
    /// Why this administrator may not touch what opens this user's account, if so: the user is an
    /// administrator of more power.
    pub guarded: Option<String>,
    pub administrator: Option<AlsoAdministrator>,
    /// One of the invented people, who are never emailed.
    pub sample: bool,
    pub manager: Option<Person>,
    /// How many people have this user as their manager.
    pub reports: u32,
    pub created_at: Timestamp,
    pub created_by: String,
    pub changed_at: Timestamp,
    pub last_login_at: Option<Timestamp>,
    /// `None` unless the user is deleted.
    pub deleted: Option<Deletion>,
    /// Changes of the state that wait for their time, the next first.
    pub schedules: Vec<Schedule>,
    /// Everything that can be changed.
    pub form: UserForm,
}

impl User {
    pub fn name(&self) -> String {
        self.form.name()
    }
}

/// A request to change somebody's attributes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserUpdate {
    pub id: Id,
    /// The version that the form was filled from.
    pub version: i64,
    pub form: UserForm,
}

/// A request to add somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    pub form: UserForm,
    /// `None` takes the organization's default for manual entry.
    pub state: Option<UserState>,
    /// `None` leaves it to the user, by the link of the activation email.
    #[serde(default)]
    pub password: Option<NewPassword>,
    /// Where the welcome goes, or the activation if there is no password. Nobody who is Staged gets
    /// either.
    #[serde(default)]
    pub notify: Notify,
}

/// What became of one of several users in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub id: Id,
    pub name: String,
    /// Why nothing was done; `None` when it was.
    pub refused: Option<String>,
}

/// The users that a request is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    These(Vec<Id>),
    /// All that a list's search and filters match.
    Matching(crate::ListQuery),
}

/// The most users that one request acts upon; more is the work of a job.
pub const SELECTION_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_go_their_ways() {
        use UserState::{Activated as A, Staged as St, Suspended as Su};
        let ways = [(St, A), (St, Su), (A, Su), (Su, A)];
        for from in UserState::ALL {
            for to in UserState::ALL {
                assert_eq!(from.may_become(to), ways.contains(&(from, to)), "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_lock_hides_an_expiry_and_ends_by_itself() {
        let at = Timestamp::from_micros;
        let facts = PasswordFacts {
            set_at: Some(at(1)),
            expires_at: Some(at(10)),
            locked_until: Some(at(20)),
            ..PasswordFacts::default()
        };
        assert_eq!(PasswordStatus::judge(&facts, at(5)), PasswordStatus::Locked);
        assert_eq!(PasswordStatus::judge(&facts, at(20)), PasswordStatus::Expired);
        let unlocked = PasswordFacts { locked_until: None, ..facts };
        assert_eq!(PasswordStatus::judge(&unlocked, at(9)), PasswordStatus::Active);
        assert_eq!(PasswordStatus::judge(&PasswordFacts::default(), at(9)), PasswordStatus::Pending);
        let forced = PasswordFacts { must_change: true, expires_at: None, ..unlocked };
        assert_eq!(PasswordStatus::judge(&forced, at(9)), PasswordStatus::Expired);
    }
}
