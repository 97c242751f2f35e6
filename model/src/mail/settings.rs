//! The mail server, and who messages are from.

use serde::{Deserialize, Serialize};

use super::words;
use crate::text::{Email, line};
use crate::{Faults, Timestamp};

words! {
    /// How the connection to the mail server is protected.
    Security {
        /// Begins in the clear and is encrypted before anything is said; refused without (port 587).
        Starttls = "starttls", "STARTTLS";
        /// Encrypted from the start (port 465).
        Tls = "tls", "TLS";
        /// Not at all.
        Nothing = "none", "None";
    }
}

impl Security {
    /// The port that goes with it when nobody says another.
    pub const fn port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Tls => 465,
            Self::Nothing => 25,
        }
    }
}

/// The mail server in force, without its password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// Empty when it asks for none.
    pub username: String,
    pub has_password: bool,
    /// The address that messages are from.
    pub from: String,
}

/// Outgoing mail as it is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSettings {
    /// The change that made it so; sent back with an update.
    pub version: i64,
    /// Without one, messages wait.
    pub server: Option<MailServer>,
    /// The server comes from the program's own configuration, and cannot be changed here.
    pub configured: bool,
    /// Who messages are from, beside the address; the organization's name when empty.
    pub from_name: String,
    /// How many messages wait, and how many were given up.
    pub waiting: u32,
    pub failed: u32,
    pub last_sent_at: Option<Timestamp>,
}

/// A mail server as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerForm {
    pub host: String,
    pub port: String,
    pub security: String,
    pub username: String,
    /// A new password; `None` keeps the one that is there.
    pub password: Option<String>,
    pub from: String,
    /// It is known that nothing is encrypted on the way.
    pub plain_confirmed: bool,
}

/// Outgoing mail as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSettingsForm {
    pub version: i64,
    /// `None` for no server: messages then wait.
    pub server: Option<ServerForm>,
    pub from_name: String,
}

/// What the mail server said to a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestOutcome {
    /// Whether it took the message.
    pub accepted: bool,
    /// In its own words.
    pub said: String,
}

/// The longest name, in characters.
const NAME_MAX: usize = 128;
/// The longest name of a host (RFC 1035, 2.3.4).
const HOST_MAX: usize = 253;
/// The longest username or password of a mail server, in characters.
const SECRET_MAX: usize = 256;

impl ServerForm {
    /// The server that was typed, its password apart, or what is wrong with it.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn parse(&self) -> Result<MailServer, Faults> {
        let mut faults = Faults::default();
        let host = faults.take("host", host(&self.host));
        let security = faults.take("security", security(&self.security));
        let port = faults.take("port", port(&self.port, security.unwrap_or(Security::Starttls)));
        let username = faults.take("username", line(&self.username, SECRET_MAX).map_err(|error| error.0));
        let from = faults.take("from", Email::parse(&self.from));
        if let Some(password) = &self.password {
            let odd = password.chars().any(char::is_control) || password.chars().count() > SECRET_MAX;
            if odd {
                faults.add("password", format!("At most {SECRET_MAX} characters, on one line."));
            }
            if !password.is_empty() && self.username.trim().is_empty() {
                faults.add("username", "Enter the username that goes with the password.");
            }
        }
        if let (Some(host), Some(Security::Nothing)) = (&host, security)
            && !is_this_machine(host)
            && !self.plain_confirmed
        {
            let message = "Messages and the links in them would travel unencrypted. Choose STARTTLS or TLS, or confirm \
                that this is what you want.";
            faults.add("security", message);
        }
        match (host, port, security, username, from) {
            (Some(host), Some(port), Some(security), Some(username), Some(from)) if faults.is_empty() => {
                let has_password = self.password.as_ref().is_some_and(|password| !password.is_empty());
                Ok(MailServer { host, port, security, username, has_password, from: from.into() })
            }
            _ => Err(faults),
        }
    }
}

impl From<&MailSettings> for MailSettingsForm {
    /// As it stands, to be changed.
    fn from(settings: &MailSettings) -> Self {
        let server = settings.server.as_ref().filter(|_| !settings.configured).map(|server| ServerForm {
            host: server.host.clone(),
            port: server.port.to_string(),
            security: server.security.as_str().to_owned(),
            username: server.username.clone(),
            password: None,
            from: server.from.clone(),
            plain_confirmed: server.security == Security::Nothing,
        });
        Self { version: settings.version, server, from_name: settings.from_name.clone() }
    }
}

impl MailSettingsForm {
    /// Who messages are from, or what is wrong with it.
    ///
    /// # Errors
    /// The field at fault.
    pub fn sender(&self) -> Result<String, Faults> {
        line(&self.from_name, NAME_MAX).map_err(|error| Faults::one("from_name", error.0))
    }
}

/// A host's name or address.
fn host(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('.').to_ascii_lowercase();
    if text.is_empty() {
        return Err("Enter the mail server’s name, such as smtp.example.org.".to_owned());
    }
    let address = text.contains(':') && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.');
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if text.len() > HOST_MAX || !(address || text.split('.').all(label)) {
        return Err("Write only the server’s name, such as smtp.example.org, or its address.".to_owned());
    }
    Ok(text)
}

fn security(text: &str) -> Result<Security, String> {
    Security::parse(text).ok_or_else(|| "Choose STARTTLS, TLS or none.".to_owned())
}

fn port(text: &str, security: Security) -> Result<u16, String> {
    match text.trim() {
        "" => Ok(security.port()),
        typed => typed
            .parse()
            .ok()
            .filter(|port| *port > 0)
            .ok_or_else(|| "A port is a number from 1 to 65535.".to_owned()),
    }
}

/// Whether a mail server is on the machine itself, so that nothing travels.
pub fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(host: &str, security: &str) -> ServerForm {
        ServerForm {
            host: host.into(),
            security: security.into(),
            from: "it@example.org".into(),
            ..ServerForm::default()
        }
    }

    #[test]
    fn a_server_is_read_and_its_port_follows() {
        for (security, port) in [("starttls", 587), ("tls", 465)] {
            let server = form(" SMTP.example.org. ", security).parse().expect("good");
            assert_eq!((server.host.as_str(), server.port), ("smtp.example.org", port));
        }
        assert_eq!(form("::1", "none").parse().expect("good").port, 25);
        let other = ServerForm { port: "2525".into(), ..form("smtp.example.org", "tls") };
        assert_eq!(other.parse().expect("good").port, 2525);
    }

    #[test]
    fn unencrypted_is_for_this_machine_or_confirmed() {
        assert!(form("localhost", "none").parse().is_ok());
        assert!(form("127.0.0.1", "none").parse().is_ok());
        let faults = form("smtp.example.org", "none").parse().expect_err("refused");
        assert_eq!(faults.iter().next().map(|fault| fault.field.as_str()), Some("security"));
        let confirmed = ServerForm { plain_confirmed: true, ..form("smtp.example.org", "none") };
        assert!(confirmed.parse().is_ok());
    }

    #[test]
    fn faults_stand_at_their_fields() {
        let odd = ServerForm {
            port: "70000".into(),
            username: "a\nb".into(),
            password: Some("x\ry".into()),
            from: "nobody".into(),
            ..form("https://smtp.example.org/", "ssl")
        };
        let faults = odd.parse().expect_err("refused");
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["host", "security", "port", "username", "from", "password"]);
        let lonely = ServerForm { password: Some("secret".into()), ..form("smtp.example.org", "tls") };
        assert!(lonely.parse().is_err());
    }

    proptest! {
        #[test]
        fn no_host_breaks_a_line(text: String) {
            if let Ok(host) = host(&text) {
                prop_assert!(!host.is_empty() && host.is_ascii() && !host.contains(char::is_whitespace));
            }
        }
    }
}
