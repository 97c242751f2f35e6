//! LDAP: how programs reach it, who may use it, and how it is set up.

mod connection;
mod page;
mod recipes;
mod settings;

use leptos::prelude::*;
use model::Operation;

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use page::LdapPage;

const TITLE: &str = "LDAP";

screens! { ldap:
    /// LDAP, with its tabs.
    LdapRoute, ldap_screen =>
        guarded(TITLE, Operation::ReadLdapServer, || view! { <LdapPage/> }.erased());
}
