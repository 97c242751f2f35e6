//! Talking to the mail server, and what its answers come to.

use std::error::Error as _;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use model::mail::Security;

use super::message::Posted;
use super::server::Server;
use crate::posting::layout::one_line;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// How long reaching the server may take.
const CONNECT: Duration = Duration::from_secs(20);
/// How long one message may take in all. Less than a lease, so that nobody else begins to send it.
pub(super) const SEND: Duration = Duration::from_mins(2);
const GOODBYE: Duration = Duration::from_secs(2);
/// How much of what a server says is kept, in characters.
const SAID_MAX: usize = 500;

/// Connections to one mail server, kept open for a while between messages.
#[derive(Clone, Debug)]
pub(crate) struct Relay(Transport);

/// What became of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The server has the message now, and says so.
    Taken(String),
    /// It will never take this message.
    Refused(String),
    /// Not now: the server is busy, does not answer, or does not let us in.
    Later(String),
}

impl Relay {
    /// # Errors
    /// A sentence about the server's name or the certificate.
    pub(super) fn new(server: &Server) -> Result<Self, String> {
        let tls = match server.security {
            Security::Nothing => Tls::None,
            Security::Starttls => Tls::Required(parameters(server)?),
            Security::Tls => Tls::Wrapper(parameters(server)?),
        };
        let mut builder = Transport::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(CONNECT))
            .pool_config(PoolConfig::new().max_size(4).idle_timeout(Duration::from_secs(30)));
        if !server.username.is_empty() {
            builder = builder
                .credentials(Credentials::new(server.username.clone(), server.password.as_str().to_owned()));
        }
        Ok(Self(builder.build()))
    }

    /// Hands one message over.
    pub(super) async fn send(&self, posted: &Posted, within: Duration) -> Answer {
        match tokio::time::timeout(within, self.try_to(posted)).await {
            Ok(answer) => answer,
            Err(_) => Answer::Later("The mail server did not answer in time.".to_owned()),
        }
    }

    async fn try_to(&self, posted: &Posted) -> Answer {
        let error = match self.0.send_raw(&posted.envelope, &posted.bytes).await {
            Ok(response) => {
                let said: Vec<&str> = response.message().collect();
                return Answer::Taken(kept(&format!("{} {}", response.code(), said.join(" "))));
            }
            Err(error) => error,
        };
        let said = said(&error);
        if !error.is_permanent() || is_about_signing_in(&error) {
            return Answer::Later(said);
        }
        // A server that turns us away as such may let us in again; one that lets us in has refused
        // this message.
        match self.0.test_connection().await {
            Ok(true) => Answer::Refused(said),
            Ok(false) | Err(_) => Answer::Later(said),
        }
    }

    /// Says good-bye on the connections that are open; a server that does not listen is left so.
    pub(super) async fn close(&self) {
        if tokio::time::timeout(GOODBYE, self.0.shutdown()).await.is_err() {
            tracing::debug!("the mail server did not say good-bye");
        }
    }
}

fn parameters(server: &Server) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(ca) = &server.ca {
        let pem = std::fs::read(ca).map_err(|error| format!("{} cannot be read: {error}", ca.display()))?;
        let certificate = Certificate::from_pem(&pem);
        let certificate =
            certificate.map_err(|error| format!("{} is no certificate: {error}", ca.display()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| error.to_string())
}

/// Codes that tell of our login, not of the message (RFC 4954, 6).
fn is_about_signing_in(error: &SmtpError) -> bool {
    let code = error.status().map(|code| code.to_string());
    code.is_some_and(|code| matches!(code.as_str(), "530" | "534" | "535" | "538"))
}

/// What the server said, or why it said nothing.
fn said(error: &SmtpError) -> String {
    let mut because = Vec::new();
    let mut source = error.source();
    while let Some(error) = source {
        because.push(error.to_string());
        source = error.source();
    }
    because.dedup();
    let because = because.join(": ");
    kept(&match error.status() {
        Some(code) => format!("{code} {because}"),
        None if error.is_timeout() => "The mail server did not answer in time.".to_owned(),
        None if error.is_tls() => format!("The connection cannot be encrypted: {because}"),
        None if because.is_empty() => error.to_string(),
        None => format!("The mail server cannot be used: {because}"),
    })
}

fn kept(said: &str) -> String {
    one_line(said).chars().take(SAID_MAX).collect()
}
