//! Whether a request came by a connection on which others can read along.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{HeaderName, Version, header, request::Parts, uri::Authority};

use super::Network;

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Any of these says that the request was passed on by something in between.
const FORWARDING: [HeaderName; 7] = [
    FORWARDED_PROTO,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-real-ip"),
    header::FORWARDED,
    header::VIA,
];

/// How people reach the program.
#[derive(Clone, Debug)]
pub struct Connections {
    /// The program speaks HTTPS itself, and nothing else.
    pub tls: bool,
    /// The public URL begins with `https://`.
    pub https: bool,
    /// The address that people open.
    pub public_url: String,
    /// The proxies whose headers are believed.
    pub proxies: Vec<Network>,
}

/// Why a connection is not private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposed {
    /// The client spoke plain HTTP to a trusted proxy.
    PlainToProxy,
    /// A trusted proxy does not say which scheme the client used.
    SilentProxy,
    /// The request was passed on by a proxy that is not trusted.
    UnknownProxy(Option<IpAddr>),
    /// The client spoke plain HTTP, although people are to come by HTTPS.
    Plain,
    /// The program is set up for plain HTTP on this machine alone.
    NoHttps,
}

impl Connections {
    /// Whether others can read what a request carries, and why. A request is private when its
    /// connection is HTTPS by its own nature or by the word of a trusted proxy, or when it never
    /// leaves this machine.
    ///
    /// # Errors
    /// The reason why it is not private.
    pub fn check(&self, request: &Parts) -> Result<(), Exposed> {
        let peer = peer(request);
        let by_proxy = peer.is_some_and(|peer| self.proxies.iter().any(|proxy| proxy.holds(peer)));
        let schemes = forwarded_schemes(request);
        if by_proxy && !schemes.is_empty() {
            let https = schemes.iter().all(|scheme| scheme.eq_ignore_ascii_case("https"));
            return if https { Ok(()) } else { Err(Exposed::PlainToProxy) };
        }
        if self.tls {
            return Ok(());
        }
        if by_proxy {
            return Err(Exposed::SilentProxy);
        }
        if is_forwarded(request) {
            return Err(Exposed::UnknownProxy(peer));
        }
        if peer.is_some_and(|peer| peer.is_loopback()) && is_this_machine(request) {
            return Ok(());
        }
        Err(if self.https { Exposed::Plain } else { Exposed::NoHttps })
    }
}

fn peer(request: &Parts) -> Option<IpAddr> {
    let ConnectInfo(peer) = request.extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(peer.ip().to_canonical())
}

/// Each proxy on the way may have added its own.
fn forwarded_schemes(request: &Parts) -> Vec<&str> {
    let values = request.headers.get_all(FORWARDED_PROTO).iter();
    values.flat_map(|value| value.to_str().unwrap_or("?").split(',')).map(str::trim).collect()
}

/// Proxies that add no header often speak HTTP/1.0 (nginx does unless it is told otherwise); browsers
/// never do.
fn is_forwarded(request: &Parts) -> bool {
    request.version == Version::HTTP_10 || FORWARDING.iter().any(|name| request.headers.contains_key(name))
}

/// Whether the host that the client asked for is a name of this machine, which browsers trust without
/// HTTPS.
fn is_this_machine(request: &Parts) -> bool {
    let host = request.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let Some(host) = host.or_else(|| request.uri.authority().map(Authority::as_str)) else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name == "[::1]"
        || name.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn request(peer: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(()).expect("a request").into_parts().0;
        let peer: SocketAddr = format!("{peer}:4711").parse().expect("an address");
        request.extensions.insert(ConnectInfo(peer));
        request
    }

    fn connections(tls: bool, https: bool, proxies: &[&str]) -> Connections {
        let proxies = proxies.iter().map(|text| text.parse().expect("a network")).collect();
        Connections { tls, https, public_url: "https://directory.example.org".into(), proxies }
    }

    #[test]
    fn this_machine_by_its_names() {
        let local = connections(false, false, &[]);
        for (host, own) in [
            ("localhost:8080", true),
            ("LOCALHOST", true),
            ("portal.localhost:1", true),
            ("127.0.0.1:8080", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("192.168.1.5:8080", false),
            ("localhost.example.org", false),
            ("127.0.0.1.example.org", false),
            ("", false),
        ] {
            let found = local.check(&request("127.0.0.1", &[("host", host)]));
            assert_eq!(found.is_ok(), own, "{host}");
        }
        let mapped = request("[::ffff:127.0.0.1]", &[("host", "localhost")]);
        assert_eq!(local.check(&mapped), Ok(()));
        assert_eq!(local.check(&request("127.0.0.1", &[])), Err(Exposed::NoHttps), "no host at all");
    }

    #[test]
    fn another_machine_cannot_call_itself_this_one() {
        let from =
            |headers: &[(&str, &str)], peer| connections(false, false, &[]).check(&request(peer, headers));
        let local = ("host", "localhost:8080");
        assert_eq!(from(&[local], "192.0.2.7"), Err(Exposed::NoHttps));
        let proxy = Err(Exposed::UnknownProxy("127.0.0.1".parse().ok()));
        for name in
            ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"]
        {
            assert_eq!(from(&[local, (name, "https")], "127.0.0.1"), proxy, "{name}");
        }
        let mut old = request("127.0.0.1", &[local]);
        old.version = Version::HTTP_10;
        assert_eq!(connections(false, false, &[]).check(&old), proxy, "as nginx asks by default");
    }

    #[test]
    fn the_scheme_is_that_of_the_connection_or_of_a_trusted_proxy() {
        let host = ("host", "directory.example.org");
        let check = |found: Connections, peer, headers: &[(&str, &str)]| {
            found.check(&request(peer, &[&[host], headers].concat()))
        };
        let https = [("x-forwarded-proto", "https")];
        let http = [("x-forwarded-proto", "http")];
        let behind = || connections(false, true, &["10.0.0.5"]);
        assert_eq!(check(behind(), "10.0.0.5", &https), Ok(()));
        assert_eq!(check(behind(), "10.0.0.5", &[("x-forwarded-proto", "HTTPS")]), Ok(()));
        assert_eq!(check(behind(), "10.0.0.5", &http), Err(Exposed::PlainToProxy));
        for several in ["https, http", "http,https", "https,", "wss"] {
            let told = [("x-forwarded-proto", several)];
            assert_eq!(check(behind(), "10.0.0.5", &told), Err(Exposed::PlainToProxy), "{several}");
        }
        assert_eq!(check(behind(), "10.0.0.5", &[]), Err(Exposed::SilentProxy));
        assert_eq!(
            check(behind(), "10.0.0.5", &[("origin", "https://directory.example.org")]),
            Err(Exposed::SilentProxy)
        );
        assert_eq!(
            check(behind(), "192.0.2.7", &https),
            Err(Exposed::UnknownProxy("192.0.2.7".parse().ok()))
        );
        assert_eq!(check(behind(), "192.0.2.7", &[]), Err(Exposed::Plain));
        let own = || connections(true, true, &["10.0.0.5"]);
        assert_eq!(check(own(), "192.0.2.7", &[]), Ok(()));
        assert_eq!(check(own(), "192.0.2.7", &http), Ok(()), "nobody asked this one");
        assert_eq!(check(own(), "10.0.0.5", &http), Err(Exposed::PlainToProxy));
        assert_eq!(check(own(), "10.0.0.5", &[]), Ok(()));
    }
}
