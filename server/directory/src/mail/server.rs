//! The mail server that takes messages.

use std::path::PathBuf;

use model::mail::{MailServer, Security};
use zeroize::Zeroizing;

/// Outgoing mail as the program's configuration has it.
#[derive(Clone, Debug, Default)]
pub struct MailOptions {
    /// When there is one, the Admin Portal shows it and cannot change it.
    pub server: Option<ConfiguredServer>,
    /// Certificates that are trusted besides the usual ones, in PEM.
    pub ca: Option<PathBuf>,
}

/// A mail server with its password.
#[derive(Clone)]
pub struct ConfiguredServer {
    pub server: MailServer,
    pub password: String,
}

impl std::fmt::Debug for ConfiguredServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.server.fmt(f)
    }
}

/// The mail server in force, ready to be talked to.
pub(super) struct Server {
    /// By which it is told whether it is still the same.
    pub version: i64,
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub username: String,
    pub password: Zeroizing<String>,
    pub from: String,
    pub ca: Option<PathBuf>,
}

impl Server {
    /// The sender's, under which messages have their ids.
    pub(super) fn domain(&self) -> &str {
        self.from.rsplit_once('@').map_or(self.host.as_str(), |(_, domain)| domain)
    }
}
