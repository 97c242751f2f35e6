//! Values of settings, parsed.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::Path,
    str::FromStr,
};

use axum::http::Uri;
use directory::StoreOptions;
use web::Network;

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person.
    Text,
    /// For a program: one JSON object a line.
    Json,
}

impl LogFormat {
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("“{text}” is neither text nor json")),
        }
    }
}

/// The address by which people reach the program: a scheme, a host and a port, no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    host: String,
    port: Option<u16>,
}

impl PublicUrl {
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        const EXAMPLE: &str = "write it like https://directory.example.org";
        let uri = Uri::from_str(text.trim()).map_err(|error| format!("“{text}”: {error}; {EXAMPLE}"))?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(format!("“{text}” begins with neither https:// nor http://; {EXAMPLE}")),
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        let authority = authority.ok_or_else(|| format!("“{text}” has no plain host; {EXAMPLE}"))?;
        if uri.path() != "/" || uri.query().is_some() {
            return Err(format!("“{text}” has a path, and the program answers at the top; {EXAMPLE}"));
        }
        let port = authority.port_u16().filter(|port| *port != default_port(https));
        Ok(Self { https, host: authority.host().to_ascii_lowercase(), port })
    }

    /// The address of a server that listens here. By name on this machine: passkeys refuse addresses.
    pub fn of_listener(address: SocketAddr, https: bool) -> Self {
        let host = if address.ip().is_loopback() || address.ip().is_unspecified() {
            "localhost".to_owned()
        } else {
            Self::host_of(address.ip())
        };
        let port = Some(address.port()).filter(|port| *port != default_port(https));
        Self { https, host, port }
    }

    fn host_of(ip: IpAddr) -> String {
        match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        }
    }

    /// A name or an address, IPv6 in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub const fn https(&self) -> bool {
        self.https
    }

    /// The same host by HTTPS, at its usual port.
    pub fn with_https(&self) -> Self {
        Self { https: true, host: self.host.clone(), port: None }
    }

    /// The same host by HTTPS, where the program itself listens.
    pub fn by_own_https(&self, port: u16) -> Self {
        let port = Some(port).filter(|port| *port != default_port(true));
        Self { https: true, host: self.host.clone(), port }
    }

    /// Whether it means the machine of whoever opens it.
    pub fn is_this_machine(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost"
            || bare.ends_with(".localhost")
            || IpAddr::from_str(bare).is_ok_and(|ip| ip.is_loopback())
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

const fn default_port(https: bool) -> u16 {
    if https { 443 } else { 80 }
}

/// An address and port to listen on.
pub fn listen(text: &str) -> Result<SocketAddr, String> {
    if let Some(port) = text.strip_prefix("localhost:") {
        return listen(&format!("127.0.0.1:{port}"));
    }
    text.parse().map_err(|_| format!("“{text}” is no address and port; write it like 127.0.0.1:8080"))
}

/// A proxy's address, or the network of many.
pub fn network(text: &str) -> Result<Network, String> {
    text.parse().map_err(|error| format!("“{text}”: {error}"))
}

/// Which database, and where: a file in the data directory when nobody says.
pub fn store(url: Option<&str>, default: &Path) -> Result<StoreOptions, String> {
    let Some(url) = url else { return Ok(StoreOptions::Sqlite(default.to_owned())) };
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(StoreOptions::Postgres(url.to_owned()));
    }
    match url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
        Some(path) if !path.is_empty() => Ok(StoreOptions::Sqlite(path.into())),
        // The text is not repeated: it may hold a password.
        _ => Err("a database’s URL is postgres://user:password@host/database or sqlite:FILE".to_owned()),
    }
}

/// A database's URL without its password.
pub fn masked(url: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let mut safe = match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 <= at => {
            let (head, host) = address.split_at(at);
            let (scheme, who) = head.split_at(scheme + 3);
            let user = who.split_once(':').map_or_else(|| who.to_owned(), |(user, _)| format!("{user}:***"));
            format!("{scheme}{user}{host}")
        }
        _ => address.to_owned(),
    };
    let query = query.into_iter().flat_map(|query| query.split('&')).map(|pair| match pair.split_once('=') {
        Some((key, _)) if key.contains("pass") => format!("{key}=***"),
        _ => pair.to_owned(),
    });
    for (index, pair) in query.enumerate() {
        safe.push(if index == 0 { '?' } else { '&' });
        safe.push_str(&pair);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_urls() {
        for (text, shown) in [
            ("https://Directory.Example.org/", "https://directory.example.org"),
            ("https://directory.example.org:443", "https://directory.example.org"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(PublicUrl::parse(text).map(|url| url.to_string()), Ok(shown.to_owned()));
        }
        for text in [
            "",
            "localhost:8080",
            "ftp://x.org",
            "https://u:p@x.org",
            "https://x.org/path",
            "https://x.org?q",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
        let here = |text| PublicUrl::parse(text).expect("a URL").is_this_machine();
        assert!(here("http://localhost") && here("http://127.0.0.1:1") && here("http://[::1]"));
        assert!(
            !here("http://directory.local")
                && !here("http://10.0.0.1")
                && !here("http://localhost.example.org")
        );
    }

    #[test]
    fn listeners_are_reached_by_name_on_this_machine() {
        let url = |text, https| PublicUrl::of_listener(listen(text).expect("an address"), https).to_string();
        assert_eq!(url("127.0.0.1:8080", false), "http://localhost:8080");
        assert_eq!(url("localhost:80", false), "http://localhost");
        assert_eq!(url("[::]:8443", true), "https://localhost:8443");
        assert_eq!(url("192.0.2.7:8080", false), "http://192.0.2.7:8080");
    }

    #[test]
    fn passwords_are_masked() {
        for (url, shown) in [
            ("postgres://b:s3cret@db/bailiwick", "postgres://b:***@db/bailiwick"),
            ("postgres://b:p@ss@db:5432/x?sslmode=require", "postgres://b:***@db:5432/x?sslmode=require"),
            ("postgres://b@db/x?password=s3cret&a=b", "postgres://b@db/x?password=***&a=b"),
            ("sqlite:/var/lib/b.db", "sqlite:/var/lib/b.db"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }

    #[test]
    fn networks_and_databases() {
        assert_eq!(network("10.0.0.5").map(|net| net.to_string()), Ok("10.0.0.5/32".into()));
        assert!(network("10.0.0.0/33").is_err());
        assert!(
            matches!(store(Some("sqlite:x.db"), "".as_ref()), Ok(StoreOptions::Sqlite(path)) if path == Path::new("x.db"))
        );
        let refused = store(Some("mysql://root:s3cret@db/x"), "".as_ref()).expect_err("refused");
        assert!(!refused.contains("s3cret"));
    }
}
