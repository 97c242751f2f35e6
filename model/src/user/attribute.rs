//! The attributes of a user, each spelled once: the form, the list, the import, the event and the
//! API all read these tables.

use serde::{Deserialize, Serialize};

/// The part of the details panel where an attribute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    Information,
    Security,
    Employment,
    Contact,
}

impl Section {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Information => "User information",
            Self::Security => "Security settings and permissions",
            Self::Employment => "Employment information",
            Self::Contact => "Contact",
        }
    }
}

macro_rules! attributes {
    ($($name:ident = $key:literal, $column:literal, $label:literal, $section:ident, $max:literal;)+) => {
        /// An attribute that is text; empty when it is not known.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum TextAttribute {
            $(#[serde(rename = $key)] $name,)+
        }

        impl TextAttribute {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The one with this key.
            pub fn parse(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.key() == key)
            }

            /// The one in this column of the database, which is its column in lists, too.
            pub fn of_column(column: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.column() == column)
            }

            /// Its name in the API, in events and as a heading of an import.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)+ }
            }

            /// Its column in the database.
            pub const fn column(self) -> &'static str {
                match self { $(Self::$name => $column,)+ }
            }

            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }

            pub const fn section(self) -> Section {
                match self { $(Self::$name => Section::$section,)+ }
            }

            /// The most characters that it may have.
            pub const fn max(self) -> usize {
                match self { $(Self::$name => $max,)+ }
            }
        }
    };
}

// Names and limits: reference, Appendix B.
attributes! {
    FirstName = "firstname", "first_name", "First name", Information, 1024;
    MiddleName = "middlename", "middle_name", "Middle name", Information, 1024;
    LastName = "lastname", "last_name", "Last name", Information, 1024;
    DisplayName = "displayname", "display_name", "Display name", Information, 1024;
    LocalAccount = "systemUsername", "local_account", "Local user account", Information, 30;
    ManagedAppleId = "managedAppleId", "managed_apple_id", "Managed Apple ID", Information, 1024;
    AlternateEmail = "alternateEmail", "alternate_email", "Alternate email", Information, 254;
    RecoveryEmail = "recoveryEmail", "recovery_email", "Recovery email", Information, 254;
    Description = "description", "description", "Description", Information, 1024;
    ExternalDn = "external_dn", "external_dn", "External DN", Security, 1024;
    ExternalSource = "external_source_type", "external_source_type", "External source", Security, 1024;
    EmployeeIdentifier = "employeeIdentifier", "employee_identifier", "Employee ID", Employment, 256;
    JobTitle = "jobTitle", "job_title", "Job title", Employment, 1024;
    Department = "department", "department", "Department", Employment, 1024;
    CostCenter = "costCenter", "cost_center", "Cost center", Employment, 1024;
    Company = "company", "company", "Company", Employment, 1024;
    EmployeeType = "employeeType", "employee_type", "Employee type", Employment, 1024;
    Location = "location", "location", "Location", Employment, 1024;
}

impl TextAttribute {
    /// Whether it may have several lines.
    pub const fn is_long(self) -> bool {
        matches!(self, Self::Description)
    }

    pub const fn is_email(self) -> bool {
        matches!(self, Self::AlternateEmail | Self::RecoveryEmail)
    }
}

macro_rules! flags {
    ($($name:ident = $key:literal, $column:literal, $label:literal, $says:literal;)+) => {
        /// A setting that is on or off.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Flag {
            $(#[serde(rename = $key)] $name,)+
        }

        impl Flag {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The one with this key.
            pub fn parse(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.key() == key)
            }

            /// The one in this column of the database, which is its column in lists, too.
            pub fn of_column(column: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.column() == column)
            }

            /// Its name in the API, in events and as a heading of an import.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)+ }
            }

            /// Its column in the database.
            pub const fn column(self) -> &'static str {
                match self { $(Self::$name => $column,)+ }
            }

            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }

            /// One sentence about what it does.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$name => $says,)+ }
            }
        }
    };
}

flags! {
    RequireMfa = "enable_user_portal_multifactor", "mfa_required", "Require MFA for the User Portal",
        "Asks for a second factor after the password.";
    PasswordNeverExpires = "password_never_expires", "password_never_expires", "Password never expires",
        "The organization’s expiry does not apply to this user.";
    Sudo = "sudo", "sudo", "Administrator on all devices",
        "Global administrator (sudo) on every device this user is bound to.";
    PasswordlessSudo = "passwordless_sudo", "passwordless_sudo", "Passwordless sudo",
        "sudo asks for no password on Linux and macOS.";
    LdapBinding = "ldap_binding_user", "ldap_binding_user", "LDAP binding user",
        "May bind to LDAP and search the directory.";
    ManagedUid = "enable_managed_uid", "enable_managed_uid", "Enforce UID/GID consistency",
        "The same UID and GID on every Linux device.";
    SambaService = "samba_service_user", "samba_service_user", "Samba service user",
        "The account with which a Samba server reads the directory.";
    AllowPublicKey = "allow_public_key", "allow_public_key", "Allow SSH public keys",
        "SSH keys of this user are placed on their devices.";
    NoDeviceLockout = "disableDeviceMaxLoginAttempts", "no_device_lockout", "Exempt from device lockout",
        "Wrong passwords on a device do not lock this user.";
}
