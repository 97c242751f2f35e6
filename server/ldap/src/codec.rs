//! Messages off the wire. Their size, their depth and the number of their parts are limited before anything is made of
//! them.

use std::io;

use bytes::BytesMut;
use ldap3_proto::LdapCodec;
use ldap3_proto::proto::LdapMsg;
use tokio_util::codec::{Decoder, Encoder};

/// The longest message, in bytes. Nothing is written over LDAP, so that only filters are long.
pub const MESSAGE_MAX: usize = 64 * 1024;
/// The most parts of a message, and how deep they lie in each other.
pub const PARTS_MAX: usize = 2_000;
pub const DEPTH_MAX: usize = 40;

/// The codec, behind its limits.
pub struct Limited(LdapCodec);

impl Default for Limited {
    fn default() -> Self {
        Self(LdapCodec::new(Some(MESSAGE_MAX), Some(DEPTH_MAX + 8)))
    }
}

impl Decoder for Limited {
    type Item = LdapMsg;
    type Error = io::Error;

    fn decode(&mut self, buffer: &mut BytesMut) -> io::Result<Option<LdapMsg>> {
        let Some(length) = whole(buffer)? else { return Ok(None) };
        let Some(message) = buffer.get(..length) else { return Ok(None) };
        check(message)?;
        self.0.decode(buffer)
    }
}

impl Encoder<LdapMsg> for Limited {
    type Error = io::Error;

    fn encode(&mut self, message: LdapMsg, buffer: &mut BytesMut) -> io::Result<()> {
        self.0.encode(message, buffer)
    }
}

fn refused(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// How long the first message is with its head, once that has come.
fn whole(bytes: &[u8]) -> io::Result<Option<usize>> {
    match bytes.first() {
        None => return Ok(None),
        // A sequence, or no message of LDAP.
        Some(0x30) => {}
        Some(_) => return Err(refused("no message of LDAP")),
    }
    let Some(head) = head(bytes)? else { return Ok(None) };
    let length = head.before + head.inside;
    if length > MESSAGE_MAX { Err(refused("the message is too long")) } else { Ok(Some(length)) }
}

struct Head {
    /// How many bytes tag and length take, and how many follow.
    before: usize,
    inside: usize,
    constructed: bool,
}

/// Tag and length; `None` while they have not all come.
fn head(bytes: &[u8]) -> io::Result<Option<Head>> {
    let [tag, length, rest @ ..] = bytes else { return Ok(None) };
    if tag & 0x1f == 0x1f {
        return Err(refused("a tag that LDAP does not have"));
    }
    let constructed = tag & 0x20 != 0;
    if *length < 0x80 {
        return Ok(Some(Head { before: 2, inside: usize::from(*length), constructed }));
    }
    let count = usize::from(length & 0x7f);
    if count == 0 || count > 4 {
        return Err(refused("a length that LDAP does not have"));
    }
    let Some(digits) = rest.get(..count) else { return Ok(None) };
    let inside = digits.iter().fold(0_usize, |sum, digit| (sum << 8) | usize::from(*digit));
    Ok(Some(Head { before: 2 + count, inside, constructed }))
}

/// Walks over the parts without making anything of them.
fn check(message: &[u8]) -> io::Result<()> {
    let (mut at, mut parts) = (0, 0);
    let mut ends: Vec<usize> = Vec::new();
    while at < message.len() {
        while ends.last().is_some_and(|end| *end <= at) {
            ends.pop();
        }
        let Some(head) = message.get(at..).map(head).transpose()?.flatten() else {
            return Err(refused("a part that is cut off"));
        };
        parts += 1;
        let end = at + head.before + head.inside;
        if end > ends.last().copied().unwrap_or(message.len()) {
            return Err(refused("a part that is longer than what it lies in"));
        }
        if parts > PARTS_MAX {
            return Err(refused("the message has too many parts"));
        }
        if head.constructed {
            ends.push(end);
            at += head.before;
        } else {
            at = end;
        }
        if ends.len() > DEPTH_MAX {
            return Err(refused("the parts of the message lie too deep in each other"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ldap3_proto::proto::{LdapDerefAliases, LdapFilter, LdapOp, LdapSearchRequest, LdapSearchScope};
    use proptest::prelude::*;

    use super::*;

    fn search(filter: LdapFilter) -> BytesMut {
        let request = LdapSearchRequest {
            base: "o=x".into(),
            scope: LdapSearchScope::Subtree,
            aliases: LdapDerefAliases::Never,
            sizelimit: 0,
            timelimit: 0,
            typesonly: false,
            filter,
            attrs: vec![],
        };
        let mut buffer = BytesMut::new();
        let message = LdapMsg::new(1, LdapOp::SearchRequest(request));
        Limited::default().encode(message, &mut buffer).expect("written");
        buffer
    }

    fn uid(name: &str) -> LdapFilter {
        LdapFilter::Equality("uid".into(), name.into())
    }

    #[test]
    fn what_is_deep_long_or_has_many_parts_is_refused_before_it_is_read() {
        let mut good = search(LdapFilter::Or((0..300).map(|at| uid(&at.to_string())).collect()));
        assert!(Limited::default().decode(&mut good).expect("read").is_some());
        let deep = (0..60).fold(uid("ada"), |filter, _| LdapFilter::Not(Box::new(filter)));
        let many = LdapFilter::Or((0..1_000).map(|at| uid(&at.to_string())).collect());
        for mut bad in [search(deep), search(many), search(uid(&"a".repeat(MESSAGE_MAX)))] {
            assert!(Limited::default().decode(&mut bad).is_err());
        }
        // The head alone says how long it would be.
        let mut head = BytesMut::from(&[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff][..]);
        assert!(Limited::default().decode(&mut head).is_err());
    }

    #[test]
    fn a_message_that_comes_in_pieces_is_waited_for() {
        let whole = search(uid("ada"));
        let mut buffer = BytesMut::new();
        let mut codec = Limited::default();
        for (at, byte) in whole.iter().enumerate() {
            buffer.extend_from_slice(&[*byte]);
            let read = codec.decode(&mut buffer).expect("good so far");
            assert_eq!(read.is_some(), at + 1 == whole.len());
        }
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes: Vec<u8>) {
            drop(Limited::default().decode(&mut BytesMut::from(&bytes[..])));
            let mut within = BytesMut::from(&[0x30, u8::try_from(bytes.len().min(127)).expect("small")][..]);
            within.extend_from_slice(&bytes);
            drop(Limited::default().decode(&mut within));
        }
    }
}
