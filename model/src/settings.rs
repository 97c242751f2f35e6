//! The organization and its settings.

use serde::{Deserialize, Serialize};

use crate::text::{Email, line, required_line};
use crate::user::{CreationSource, UserState};
use crate::{Faults, Id, Timestamp};

/// The longest name of an organization, in characters.
pub const ORGANIZATION_NAME_MAX: usize = 128;
/// The longest name of whom to ask, in characters.
pub const CONTACT_NAME_MAX: usize = 128;

/// How many minutes a session of the User Portal may last without use. The longest is the reference's,
/// 90 days; the shortest leaves room for use being written down once a minute.
pub const PORTAL_IDLE_MINUTES: std::ops::RangeInclusive<u32> = 5..=129_600;
/// What a new organization begins with.
pub const PORTAL_IDLE_DEFAULT: u32 = 60;

/// The whole installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    pub id: Id,
    /// Sent back with a change, so that a lost race is told.
    pub version: i64,
    pub created_at: Timestamp,
    pub profile: OrganizationProfile,
}

/// What can be changed about the organization, as it is and as it is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationProfile {
    pub name: String,
    #[serde(flatten)]
    pub contact: Contact,
    /// Whether people change their own names, phone numbers and addresses (`systemUsersCanEdit` of
    /// the reference).
    pub users_can_edit: bool,
    /// Whether every administrator must have a second factor (`requireAdminMFA` of the reference).
    pub require_admin_mfa: bool,
    pub new_users: NewUserStates,
    /// A session of the User Portal ends after so many minutes without use; see [`PORTAL_IDLE_MINUTES`]
    /// (`userPortal.idleSessionDurationMinutes` of the reference).
    pub portal_idle_minutes: u32,
}

/// Whom people ask, where they are told to ask somebody. Either part may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    #[serde(rename = "contact_name")]
    pub name: String,
    #[serde(rename = "contact_email")]
    pub email: String,
}

/// The state of a new user by where it comes from, when nobody says otherwise
/// (`newSystemUserStateDefaults` of the reference).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewUserStates {
    pub manual_entry: UserState,
    pub csv_import: UserState,
    pub application_import: UserState,
}

impl Default for NewUserStates {
    fn default() -> Self {
        Self {
            manual_entry: UserState::Activated,
            csv_import: UserState::Activated,
            application_import: UserState::Activated,
        }
    }
}

impl NewUserStates {
    /// The states that a new user may begin in.
    pub const CHOICES: [UserState; 2] = [UserState::Activated, UserState::Staged];

    /// The state of a new user who comes from there. SCIM counts as manual entry, as in the reference.
    pub const fn of(self, source: CreationSource) -> UserState {
        match source {
            CreationSource::Manual | CreationSource::Scim => self.manual_entry,
            CreationSource::Bulk => self.csv_import,
            CreationSource::Google
            | CreationSource::Microsoft
            | CreationSource::Workday
            | CreationSource::Integration => self.application_import,
        }
    }

    /// Each by its name in requests.
    pub const fn each(self) -> [(&'static str, UserState); 3] {
        [
            ("manualEntry", self.manual_entry),
            ("csvImport", self.csv_import),
            ("applicationImport", self.application_import),
        ]
    }
}

impl Contact {
    /// Whom to ask, in a sentence.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { "your administrator" } else { &self.name }
    }

    /// A sentence that says whom to ask; none when nobody is named.
    pub fn question(&self) -> Option<String> {
        match (self.name.as_str(), self.email.as_str()) {
            ("", "") => None,
            (name, "") => Some(format!("Questions? Ask {name}.")),
            ("", email) => Some(format!("Questions? Write to {email}.")),
            (name, email) => Some(format!("Questions? Ask {name}, {email}.")),
        }
    }
}

impl OrganizationProfile {
    /// What was typed, tidied.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn parse(&self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let name = required_line(&self.name, ORGANIZATION_NAME_MAX, "the organization’s name");
        let name = faults.take("name", name);
        let contact_name = faults.take("contact_name", line(&self.contact.name, CONTACT_NAME_MAX));
        let contact_email = match self.contact.email.trim() {
            "" => Some(String::new()),
            typed => faults.take("contact_email", Email::parse(typed)).map(String::from),
        };
        for (field, state) in self.new_users.each() {
            if !NewUserStates::CHOICES.contains(&state) {
                faults.add(field, "A new user is Active or Staged.");
            }
        }
        if !PORTAL_IDLE_MINUTES.contains(&self.portal_idle_minutes) {
            faults.add("portal_idle_minutes", "A session lasts from 5 minutes to 90 days.");
        }
        match (name, contact_name, contact_email) {
            (Some(name), Some(contact_name), Some(email)) if faults.is_empty() => {
                Ok(Self { name, contact: Contact { name: contact_name, email }, ..*self })
            }
            _ => Err(faults),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> OrganizationProfile {
        OrganizationProfile {
            name: " Example Org ".into(),
            contact: Contact { name: " The help desk".into(), email: "HELP@example.org".into() },
            users_can_edit: true,
            require_admin_mfa: false,
            new_users: NewUserStates::default(),
            portal_idle_minutes: PORTAL_IDLE_DEFAULT,
        }
    }

    #[test]
    fn what_is_typed_is_tidied() {
        let parsed = profile().parse().expect("good");
        assert_eq!(parsed.name, "Example Org");
        assert_eq!(
            parsed.contact.question().as_deref(),
            Some("Questions? Ask The help desk, help@example.org.")
        );
        let nobody = OrganizationProfile { contact: Contact::default(), ..profile() };
        assert_eq!(nobody.parse().expect("nobody need be named").contact.question(), None);
        let longest = OrganizationProfile { name: "é".repeat(128), ..profile() };
        assert!(longest.parse().is_ok());
    }

    #[test]
    fn every_fault_stands_at_its_field() {
        let states = NewUserStates { csv_import: UserState::Suspended, ..NewUserStates::default() };
        let wrong = OrganizationProfile {
            name: " ".into(),
            contact: Contact { name: "a\nb".into(), email: "nobody".into() },
            new_users: states,
            portal_idle_minutes: 4,
            ..profile()
        };
        let faults = wrong.parse().expect_err("refused");
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["name", "contact_name", "contact_email", "csvImport", "portal_idle_minutes"]);
        let long = OrganizationProfile { name: "é".repeat(129), ..profile() };
        assert!(long.parse().is_err());
        let parsed = |portal_idle_minutes| OrganizationProfile { portal_idle_minutes, ..profile() }.parse();
        assert!(parsed(5).is_ok() && parsed(129_600).is_ok() && parsed(129_601).is_err());
    }
}
