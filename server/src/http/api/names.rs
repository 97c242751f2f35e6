//! Names that requests, answers and the document of the API have in common.

/// Whatever is below it is the API's.
pub const PREFIX: &str = "/api";

/// The name of a user's id.
pub const ID: &str = "_id";

/// Every field of a user, in the order of the alphabet, as they are sent.
pub const FIELDS: &[&str] = &[
    "_id",
    "account_locked",
    "activated",
    "addresses",
    "allow_public_key",
    "alternateEmail",
    "attributes",
    "company",
    "costCenter",
    "created",
    "creationSource",
    "department",
    "description",
    "disableDeviceMaxLoginAttempts",
    "displayname",
    "email",
    "employeeIdentifier",
    "employeeType",
    "enable_managed_uid",
    "enable_user_portal_multifactor",
    "external_dn",
    "external_source_type",
    "firstname",
    "jobTitle",
    "lastname",
    "ldap_binding_user",
    "location",
    "managedAppleId",
    "manager",
    "mfa",
    "middlename",
    "password_date",
    "password_expiration_date",
    "password_expired",
    "password_never_expires",
    "passwordless_sudo",
    "phoneNumbers",
    "recoveryEmail",
    "samba_service_user",
    "ssh_keys",
    "state",
    "sudo",
    "suspended",
    "systemUsername",
    "totp_enabled",
    "unix_guid",
    "unix_uid",
    "username",
];

/// The fields that hold how an account stands, and are changed in other ways, if at all.
pub const FIXED: [&str; 11] = [
    "_id",
    "account_locked",
    "activated",
    "created",
    "creationSource",
    "mfa",
    "password_date",
    "password_expiration_date",
    "password_expired",
    "ssh_keys",
    "totp_enabled",
];
