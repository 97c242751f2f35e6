//! The mail server and who letters are from.

use model::mail::Security;

use crate::error::Result;
use crate::store::{Tx, args};

const READ: &str =
    "SELECT seq, host, port, security, username, password, from_email, from_name, contact_name,
    contact_email FROM mail_settings";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[READ];

/// The settings as they are stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Stored {
    pub seq: i64,
    pub host: String,
    pub port: i64,
    pub security: Security,
    pub username: String,
    pub password: String,
    pub from_email: String,
    pub from_name: String,
    pub contact_name: String,
    pub contact_email: String,
}

impl Default for Stored {
    fn default() -> Self {
        Self {
            seq: 0,
            host: String::new(),
            port: i64::from(Security::Starttls.port()),
            security: Security::Starttls,
            username: String::new(),
            password: String::new(),
            from_email: String::new(),
            from_name: String::new(),
            contact_name: String::new(),
            contact_email: String::new(),
        }
    }
}

impl Stored {
    /// The domain under which letters have their ids.
    pub(super) fn domain(&self, public_url: &str) -> String {
        let of_sender = self.from_email.rsplit_once('@').map(|(_, domain)| domain);
        let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        of_sender.unwrap_or(host).trim_matches(['[', ']']).to_owned()
    }
}

/// The settings, or none in force.
pub(super) async fn find(tx: &mut Tx) -> Result<Stored> {
    Ok(tx.optional(READ, args![]).await?.unwrap_or_default())
}
