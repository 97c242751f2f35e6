//! LDAP as the directory sees it: how it is set up, who may bind, what a bound client finds, and the history of it. The
//! protocol itself is a crate of its own.

mod asked;
mod bind;
mod groups;
mod history;
mod password;
mod people;
mod retries;
mod server;
mod visible;

use model::ldap::LdapAddresses;

pub use asked::{Asked, Fact, Order};
pub use bind::LdapBind;
pub use groups::{LdapGroup, WithMembers};
pub use history::LdapSearched;
pub(crate) use history::Searches;
pub use people::{LdapPerson, With};
pub(crate) use retries::Retries;
pub use server::LdapSettings;
pub(crate) use server::create;

use directory_core::context::Context;

/// How many people or groups are read at once.
pub const LDAP_BATCH: u64 = 200;

/// LDAP.
pub struct Ldap<'a> {
    pub(crate) context: &'a Context,
    pub(crate) addresses: &'a LdapAddresses,
    pub(crate) searches: &'a Searches,
    pub(crate) retries: &'a Retries,
}
