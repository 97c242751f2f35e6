//! Where requests come from: the client's address.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::extract::ConnectInfo;
use axum::http::{HeaderName, request::Parts};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// An address, or all that begin alike: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    /// How many bits count.
    bits: u8,
}

/// The text is neither an address nor a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkError;

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write an address, such as 10.0.0.7, or a network, such as 10.0.0.0/8")
    }
}

impl std::error::Error for NetworkError {}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| NetworkError)?)),
            None => (text.trim(), None),
        };
        let base: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let widest = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(widest);
        if bits > widest { Err(NetworkError) } else { Ok(Self { base, bits }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.bits)
    }
}

impl Network {
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let rest = 32 - u32::from(self.bits);
                alike(base.to_bits().into(), address.to_bits().into(), rest)
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                alike(base.to_bits(), address.to_bits(), 128 - u32::from(self.bits))
            }
            _ => false,
        }
    }
}

/// Whether two numbers differ in their last `rest` bits at most.
fn alike(one: u128, other: u128, rest: u32) -> bool {
    (one ^ other).checked_shr(rest).unwrap_or(0) == 0
}

/// The client's address: the peer's, or what a trusted proxy says, as far back as proxies are
/// trusted. Anybody can write the rest of the header.
pub fn client(request: &Parts, proxies: &[Network]) -> Option<IpAddr> {
    let ConnectInfo(peer) = request.extensions.get::<ConnectInfo<SocketAddr>>()?;
    let mut client = peer.ip().to_canonical();
    let told = request.headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let told: Vec<&str> = told.flat_map(|list| list.split(',')).collect();
    for text in told.into_iter().rev() {
        if !proxies.iter().any(|proxy| proxy.holds(client)) {
            break;
        }
        let Some(before) = address(text.trim()) else { break };
        client = before;
    }
    Some(client)
}

/// An address with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let found = plain.ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    found.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn request(peer: &str, forwarded: &[&str]) -> Parts {
        let mut request = Request::get("/");
        for value in forwarded {
            request = request.header(FORWARDED_FOR, *value);
        }
        let mut request = request.body(()).expect("a request").into_parts().0;
        let peer: SocketAddr = format!("{peer}:4711").parse().expect("an address");
        request.extensions.insert(ConnectInfo(peer));
        request
    }

    fn networks(texts: &[&str]) -> Vec<Network> {
        texts.iter().map(|text| text.parse().expect(text)).collect()
    }

    #[test]
    fn networks_hold_what_begins_alike() {
        for (network, address, holds) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.7", "10.0.0.7", true),
            ("10.0.0.7", "10.0.0.8", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("::/0", "2001:db8::1", true),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "10.0.0.1", false),
        ] {
            let found: Network = network.parse().expect(network);
            assert_eq!(found.holds(address.parse().expect(address)), holds, "{network} {address}");
        }
        for odd in ["", "10.0.0.0/33", "example.org", "10.0.0.0/-1", "::/129", "/8"] {
            assert_eq!(odd.parse::<Network>(), Err(NetworkError), "{odd}");
        }
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies = networks(&["10.0.0.0/8"]);
        for (peer, forwarded, client_is) in [
            ("203.0.113.9", &["1.2.3.4"][..], "203.0.113.9"),
            ("10.0.0.1", &[][..], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.7"][..], "198.51.100.7"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.7, 10.0.0.2"][..], "198.51.100.7"),
            ("10.0.0.1", &["6.6.6.6", "198.51.100.7"][..], "198.51.100.7"),
            ("10.0.0.1", &["198.51.100.7:1234"][..], "198.51.100.7"),
            ("10.0.0.1", &["nonsense"][..], "10.0.0.1"),
            ("10.0.0.1", &["[2001:db8::1]:80"][..], "2001:db8::1"),
            ("[::ffff:10.0.0.1]", &["198.51.100.7"][..], "198.51.100.7"),
        ] {
            let found = client(&request(peer, forwarded), &proxies).map(|ip| ip.to_string());
            assert_eq!(found.as_deref(), Some(client_is), "{peer} {forwarded:?}");
        }
        let anybody = request("203.0.113.9", &["1.2.3.4"]);
        assert_eq!(client(&anybody, &[]).map(|ip| ip.to_string()).as_deref(), Some("203.0.113.9"));
    }
}
