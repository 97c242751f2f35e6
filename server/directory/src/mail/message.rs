//! A message as it travels (RFC 5322, MIME): the same bytes at each try.

use std::time::{Duration, SystemTime};

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use model::{Id, Timestamp};

use crate::posting::layout::{Parts, one_line};
use directory_core::error::{Error, Result};

/// What stands in a message's head.
pub(super) struct Head<'a> {
    pub id: Id,
    pub from_name: &'a str,
    pub from: &'a str,
    pub reply_to: &'a str,
    pub to: &'a str,
    pub subject: &'a str,
    pub message_id: &'a str,
    pub written_at: Timestamp,
}

/// A message, and from whom to whom.
pub(super) struct Posted {
    pub envelope: Envelope,
    pub bytes: Vec<u8>,
}

/// A program wrote this, and wants no automatic answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Puts a message together. Names and subjects are encoded, so that none can begin a header.
pub(super) fn compose(head: &Head<'_>, parts: Parts) -> Result<Posted> {
    let (from, to) = (address(head.from)?, address(head.to)?);
    let envelope = Envelope::new(Some(from.clone()), vec![to.clone()]).map_err(Error::internal)?;
    // The library takes a line break in a name for a fault of the program.
    let name = Some(one_line(head.from_name)).filter(|name| !name.is_empty());
    let mut builder = Message::builder()
        .envelope(envelope.clone())
        .from(Mailbox::new(name, from))
        .to(Mailbox::new(None, to))
        .subject(one_line(head.subject))
        .date(system_time(head.written_at))
        .message_id(Some(head.message_id.to_owned()))
        .header(AutoSubmitted);
    if !head.reply_to.is_empty() {
        builder = builder.reply_to(Mailbox::new(None, address(head.reply_to)?));
    }
    let part = |kind, body: String| SinglePart::builder().header(kind).body(body);
    let body = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("=_bailiwick_{}", head.id))
        .singlepart(part(ContentType::TEXT_PLAIN, parts.text))
        .singlepart(part(ContentType::TEXT_HTML, parts.html));
    let message = builder.multipart(body).map_err(Error::internal)?;
    Ok(Posted { envelope, bytes: message.formatted() })
}

fn address(text: &str) -> Result<Address> {
    text.parse().map_err(|error| Error::internal(format!("{text:?} is no address: {error}")))
}

fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at.as_seconds()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(head: &Head<'_>) -> String {
        let parts = Parts { html: "<p>Hello Zoë</p>".into(), text: "Hello Zoë\n".into() };
        String::from_utf8(compose(head, parts).expect("a message").bytes).expect("ASCII")
    }

    fn head() -> Head<'static> {
        Head {
            id: Id::from([7; 12]),
            from_name: "Example Org",
            from: "it@example.org",
            reply_to: "help@example.org",
            to: "zoe@example.org",
            subject: "Activate your account, Zoë",
            message_id: "<070707070707070707070707@example.org>",
            written_at: Timestamp::from_micros(1_795_338_000_000_000),
        }
    }

    #[test]
    fn the_same_message_is_the_same_bytes() {
        let text = written(&head());
        insta::assert_snapshot!(text.replace('\r', ""));
        assert_eq!(written(&head()), text);
        assert!(text.is_ascii());
    }

    #[test]
    fn any_name_can_send() {
        for name in [
            "a, b",
            "a <b@c.org>",
            "\"",
            "\\",
            "a\\\"b",
            "@",
            "Zoë 😀",
            "(x)",
            "=?utf-8?q?x?=",
            ";:",
            "\u{0}",
        ] {
            let text = written(&Head { from_name: name, ..head() });
            let from = text.split("\r\nTo: ").next().expect("a sender");
            assert!(
                from.starts_with("From: ") && from.ends_with("<it@example.org>") || name == "\u{0}",
                "{from}"
            );
        }
    }

    #[test]
    fn nothing_in_a_name_or_subject_begins_a_header() {
        let hostile = "x\r\nBcc: all@evil.example\r\n\r\nbody \", <a@evil.example>, y";
        for head in [Head { from_name: hostile, ..head() }, Head { subject: hostile, ..head() }] {
            let text = written(&head);
            let (top, _) = text.split_once("\r\n\r\n").expect("a head and a body");
            assert!(!top.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{top}");
            let parts = Parts { html: String::new(), text: String::new() };
            let to = compose(&head, parts).expect("a message").envelope;
            assert_eq!(to.to().len(), 1);
        }
        for address in ["a@b.org\r\nBcc: x@y.org", "a@b.org, c@d.org", "<a@b.org>", ""] {
            let parts = Parts { html: String::new(), text: String::new() };
            assert!(compose(&Head { to: address, ..head() }, parts).is_err(), "{address}");
        }
    }
}
