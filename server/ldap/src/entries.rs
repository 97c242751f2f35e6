//! The entries of people and groups, and those above them.

use directory::{LdapGroup, LdapPerson, LdapSettings};
use model::user::{Address, TextAttribute, UserForm};

use crate::entry::{Entry, time, uuid};
use crate::names::{Names, SUBSCHEMA, View};
use crate::schema;

/// OIDs that clients look for.
pub const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";
pub const START_TLS: &str = "1.3.6.1.4.1.1466.20037";
pub const WHO_AM_I: &str = "1.3.6.1.4.1.4203.1.11.3";
pub const MODIFY_PASSWORD: &str = "1.3.6.1.4.1.4203.1.11.1";
/// All operational attributes by `+`, and filters that are always true or false.
const FEATURES: [&str; 2] = ["1.3.6.1.4.1.4203.1.5.1", "1.3.6.1.4.1.4203.1.5.3"];

/// Where homes are, and the shell, of users on Linux.
const HOMES: &str = "/home";
const SHELL: &str = "/bin/bash";

/// The attributes of the reference, by ours.
const TEXTS: &[(TextAttribute, &str)] = &[
    (TextAttribute::FirstName, "givenName"),
    (TextAttribute::MiddleName, "initials"),
    (TextAttribute::DisplayName, "displayName"),
    (TextAttribute::Description, "description"),
    (TextAttribute::EmployeeIdentifier, "employeeNumber"),
    (TextAttribute::EmployeeType, "employeeType"),
    (TextAttribute::JobTitle, "title"),
    (TextAttribute::Department, "departmentNumber"),
    (TextAttribute::CostCenter, "businessCategory"),
    (TextAttribute::Company, "company"),
    (TextAttribute::Location, "physicalDeliveryOfficeName"),
];

/// What every client may read before it binds.
pub fn root(settings: &LdapSettings, starts_tls: bool) -> Entry {
    let mut entry = Entry::new(String::new(), &["top"]);
    entry.one("namingContexts", &settings.base);
    entry.one("supportedLDAPVersion", "3");
    let tls = starts_tls.then_some(START_TLS);
    entry.add("supportedExtension", [WHO_AM_I, MODIFY_PASSWORD].into_iter().chain(tls));
    entry.one("supportedControl", PAGED_RESULTS);
    entry.add("supportedFeatures", FEATURES);
    entry.one("vendorName", "Bailiwick");
    entry.one("vendorVersion", env!("CARGO_PKG_VERSION"));
    entry
}

pub fn subschema() -> Entry {
    let mut entry = Entry::new(SUBSCHEMA.to_owned(), &["top", "subschema"]);
    entry.one("cn", "Subschema");
    for (name, values) in schema::published() {
        entry.add(name, values);
    }
    entry
}

pub fn organization(names: &Names) -> Entry {
    let mut entry = Entry::new(names.base.clone(), &["top", "organization"]);
    let id = names.base.split(',').next().and_then(|part| part.strip_prefix("o="));
    entry.one("o", id.unwrap_or_default());
    entry.one("hasSubordinates", "TRUE");
    entry.one("structuralObjectClass", "organization");
    entry
}

pub fn unit(dn: String, name: &str) -> Entry {
    let mut entry = Entry::new(dn, &["top", "organizationalUnit"]);
    entry.one("ou", name);
    entry.one("hasSubordinates", "TRUE");
    entry.one("structuralObjectClass", "organizationalUnit");
    entry
}

pub fn person(person: LdapPerson, names: &Names) -> Entry {
    let form = &person.form;
    let username = &form.username;
    let mut classes = vec!["top", "person", "organizationalPerson", "inetOrgPerson"];
    classes.extend((!form.unix_uid.is_empty()).then_some("posixAccount"));
    classes.extend((!person.ssh_keys.is_empty()).then_some("ldapPublicKey"));
    let mut entry = Entry::new(names.person(username), &classes);
    entry.one("uid", username);
    entry.one("cn", &person.name);
    // Every person has a surname there.
    let last = form.text(TextAttribute::LastName);
    entry.one("sn", if last.is_empty() { username } else { last });
    entry.one("mail", &form.email);
    for (attribute, name) in TEXTS {
        entry.one(name, form.text(*attribute));
    }
    if !form.unix_uid.is_empty() {
        let local = form.text(TextAttribute::LocalAccount);
        let home = if local.is_empty() { username } else { local };
        let gid = if form.unix_gid.is_empty() { &form.unix_uid } else { &form.unix_gid };
        entry.one("uidNumber", &form.unix_uid);
        entry.one("gidNumber", gid);
        entry.one("homeDirectory", format!("{HOMES}/{home}"));
        entry.one("loginShell", SHELL);
    }
    details(form, &mut entry);
    entry.add("sshPublicKey", person.ssh_keys);
    entry.add("memberOf", person.groups.iter().map(|group| names.group(group, View::Users)));
    entry.add("manager", person.manager.iter().map(|manager| names.person(manager)));
    entry.one("entryUUID", uuid(person.id, false));
    entry.one("createTimestamp", time(person.created_at));
    entry.one("modifyTimestamp", time(person.changed_at));
    entry.one("structuralObjectClass", "inetOrgPerson");
    entry.one("hasSubordinates", "FALSE");
    if person.disabled {
        // As the password policy draft says that an account is locked until somebody opens it.
        entry.one("pwdAccountLockedTime", "000001010000Z");
    }
    entry
}

/// Phones, addresses, and what the organization made up.
fn details(form: &UserForm, entry: &mut Entry) {
    for phone in &form.phones {
        let name = match phone.kind.as_str() {
            "mobile" => "mobile",
            "home" => "homePhone",
            "work" => "telephoneNumber",
            "work_mobile" => "pager",
            "work_fax" => "facsimileTelephoneNumber",
            _ => continue,
        };
        entry.one(name, &phone.number);
    }
    for address in &form.addresses {
        match address.kind.as_str() {
            "home" => entry.one("homePostalAddress", postal(address)),
            "work" => {
                entry.one("postalAddress", postal(address));
                entry.one("street", &address.street_address);
                entry.one("l", &address.locality);
                entry.one("st", &address.region);
                entry.one("postalCode", &address.postal_code);
                entry.one("postOfficeBox", &address.po_box);
                entry.one("c", &address.country);
            }
            _ => {}
        }
    }
    for custom in &form.custom {
        // What LDAP itself says under a name stays what it is.
        if schema::attribute(&custom.name).is_none() {
            entry.one(&custom.name, &custom.value);
        }
    }
}

/// Lines parted by `$` (RFC 4517).
fn postal(address: &Address) -> String {
    let Address { extended_address, street_address, locality, region, postal_code, country, .. } = address;
    let town = [postal_code, locality].map(String::as_str).join(" ");
    let lines = [extended_address.as_str(), street_address, town.trim(), region, country];
    let lines = lines.into_iter().filter(|line| !line.is_empty());
    lines
        .map(|line| line.replace('\\', "\\5C").replace('$', "\\24").replace('\n', "$"))
        .collect::<Vec<_>>()
        .join("$")
}

/// The entries of a group: its own, and one with the name of its group on Linux where that is another.
pub fn group(group: &LdapGroup, view: View, names: &Names) -> (Entry, Option<Entry>) {
    let linux = group.linux.as_ref();
    let apart = linux.filter(|(name, _)| {
        !group.linux_name_taken && directory::normalize(name) != directory::normalize(&group.name)
    });
    let mut classes = vec!["top", "groupOfNames"];
    let own = linux.filter(|_| apart.is_none());
    classes.extend(own.map(|_| "posixGroup"));
    let mut first = Entry::new(names.group(&group.name, view), &classes);
    first.one("cn", &group.name);
    first.one("mail", &group.email);
    shared(group, view, names, &mut first);
    if let Some((_, gid)) = own {
        on_linux(group, *gid, &mut first);
    }
    first.one("entryUUID", uuid(group.id, false));
    first.one("structuralObjectClass", "groupOfNames");
    let second = apart.map(|(name, gid)| {
        let mut entry = Entry::new(names.group(name, view), &["top", "posixGroup"]);
        entry.one("cn", name);
        shared(group, view, names, &mut entry);
        on_linux(group, *gid, &mut entry);
        entry.one("entryUUID", uuid(group.id, true));
        entry.one("structuralObjectClass", "posixGroup");
        entry
    });
    (first, second)
}

fn shared(group: &LdapGroup, view: View, names: &Names, entry: &mut Entry) {
    entry.one("description", &group.description);
    let people = group.members.iter().map(|username| names.person(username));
    let groups = group.subgroups.iter().map(|name| names.group(name, view));
    entry.add("member", people.chain(groups));
    entry.add("memberOf", group.within.iter().map(|name| names.group(name, view)));
    entry.one("createTimestamp", time(group.created_at));
    entry.one("modifyTimestamp", time(group.changed_at));
    entry.one("hasSubordinates", "FALSE");
}

fn on_linux(group: &LdapGroup, gid: i64, entry: &mut Entry) {
    entry.one("gidNumber", gid.to_string());
    entry.add("memberUid", group.members.iter().map(String::as_str));
}
