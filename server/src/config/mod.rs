//! What the program is told: on the command line, in the environment, in a file. Whoever speaks
//! later in `default < file < environment < command line` is heard.

mod sources;
mod values;

use std::{fmt, net::SocketAddr, path::PathBuf};

use directory::{MailOptions, Options, StoreOptions};
use model::billing::Package;
use model::ldap::LdapAddresses;
use web::Network;

pub use sources::{Arguments, read};
pub use values::{LogFormat, PublicUrl, masked};

/// Where the program listens when nobody says.
const LISTEN: &str = "127.0.0.1:8080";
const DATA: &str = "./data";
/// In the data directory, unless somebody says otherwise.
const FILE: &str = "bailiwick.toml";
const DATABASE: &str = "bailiwick.db";
const KEY: &str = "bailiwick.key";

/// What is in force.
pub struct Settings {
    /// Folder of the database, the key, and all else that must be backed up.
    pub data: PathBuf,
    pub store: StoreOptions,
    pub key_file: PathBuf,
    pub listen: SocketAddr,
    /// How people reach the program; by the address it listens on when nobody says.
    pub public_url: Option<PublicUrl>,
    /// Certificate and key, when the program speaks HTTPS itself.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Where LDAP listens, plain with StartTLS and with TLS from the first byte, when it does.
    pub ldap_listen: Option<SocketAddr>,
    pub ldaps_listen: Option<SocketAddr>,
    /// Certificate and key for LDAP, where they are others than those for HTTPS.
    pub ldap_tls: Option<(PathBuf, PathBuf)>,
    /// By what name clients of LDAP reach it; by that of the public address when nobody says.
    pub ldap_host: Option<String>,
    /// Whose word on a client's address is taken.
    pub trusted_proxies: Vec<Network>,
    /// The mail server, when it is not set in the Admin Portal.
    pub mail: MailOptions,
    /// What the organization has been given, or pays for.
    pub package: Package,
    /// What to log, as `tracing` has it; each command has its own default.
    pub log: Option<String>,
    pub log_format: LogFormat,
    /// Every setting as it was found, in the order of the documentation, without secrets.
    pub found: Vec<Found>,
    /// Variables of ours in the environment that are no setting.
    pub unknown_variables: Vec<String>,
}

/// One setting, and who said it.
pub struct Found {
    pub name: &'static str,
    pub value: String,
    pub origin: String,
}

/// The command line holds something that it must not.
#[derive(Debug)]
pub struct Usage(pub String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

impl Settings {
    /// What the directory needs to know. People reach the program by `url`.
    pub fn directory(&self, url: &PublicUrl) -> Options {
        Options {
            store: self.store.clone(),
            key_file: self.key_file.clone(),
            public_url: url.to_string(),
            mail: self.mail.clone(),
            package: self.package.clone(),
            ldap: self.ldap_addresses(url),
        }
    }

    /// How clients reach LDAP.
    fn ldap_addresses(&self, url: &PublicUrl) -> LdapAddresses {
        let host = self.ldap_host.as_deref().unwrap_or_else(|| url.host());
        let at = |scheme: &str, listen: Option<SocketAddr>| {
            listen.map(|listen| format!("{scheme}://{host}:{}", listen.port()))
        };
        LdapAddresses { ldap: at("ldap", self.ldap_listen), ldaps: at("ldaps", self.ldaps_listen) }
    }

    /// How people reach the program when it listens where it was told to.
    pub fn url(&self) -> PublicUrl {
        self.public_url.clone().unwrap_or_else(|| PublicUrl::of_listener(self.listen, self.tls.is_some()))
    }
}
