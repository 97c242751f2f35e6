//! One connection: what the client asks, one message after the other.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use directory::{Actor, Directory, LdapSettings, Origin};
use futures::{FutureExt as _, SinkExt as _, StreamExt as _};
use ldap3_proto::control::LdapControl;
use ldap3_proto::proto::{LdapExtendedRequest, LdapMsg, LdapOp, LdapResultCode as Code};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::codec::Framed;

use crate::TlsSource;
use crate::answers::{self, Failure, result};
use crate::codec::Limited;
use crate::entries::START_TLS;
use crate::names::Names;

/// How long a client may say nothing once it is bound and before, take for a handshake, and take to read an answer.
const IDLE: Duration = Duration::from_mins(15);
const IDLE_UNBOUND: Duration = Duration::from_mins(1);
const HANDSHAKE: Duration = Duration::from_secs(30);
const WRITING: Duration = Duration::from_mins(1);
/// How many messages may wait while a search is answered.
const WAITING_MAX: usize = 32;
/// By which the server says that it closes the connection.
const DISCONNECTION: &str = "1.3.6.1.4.1.1466.20036";

pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub type Wire = Framed<Box<dyn Stream>, Limited>;

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secured {
    Not,
    StartTls,
    Ldaps,
}

/// The user that a client is bound as.
#[derive(Clone, Debug)]
pub struct Bound {
    pub actor: Actor,
    pub dn: String,
}

/// One connection.
pub struct Session {
    pub directory: Directory,
    pub tls: Option<TlsSource>,
    pub peer: IpAddr,
    pub secured: Secured,
    pub bound: Option<Bound>,
    waiting: VecDeque<LdapMsg>,
    stopped: watch::Receiver<bool>,
}

/// What is in force for one operation.
pub struct Now {
    pub settings: LdapSettings,
    pub names: Names,
}

/// What comes after a message.
enum Then {
    GoOn,
    StartTls,
    Close,
}

impl Session {
    pub fn new(
        directory: Directory,
        tls: Option<TlsSource>,
        peer: SocketAddr,
        secured: Secured,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        let peer = peer.ip().to_canonical();
        Self { directory, tls, peer, secured, bound: None, waiting: VecDeque::new(), stopped }
    }

    /// Answers until one of both ends it.
    ///
    /// # Errors
    /// What the network says, or a message that cannot be read.
    pub async fn run(mut self, stream: Box<dyn Stream>) -> io::Result<()> {
        let stream = match (self.secured, self.tls.clone()) {
            (Secured::Ldaps, Some(tls)) => accept(&tls, stream).await?,
            _ => stream,
        };
        let mut wire = Framed::new(stream, Limited::default());
        loop {
            let message = match self.next(&mut wire).await {
                Ok(Some(message)) => message,
                Ok(None) => return Ok(()),
                Err(error) => {
                    let why = result(Code::ProtocolError, error.to_string());
                    drop(self.disconnect(&mut wire, why).await);
                    return Err(error);
                }
            };
            match self.answer(&mut wire, message).await? {
                Then::GoOn => {}
                Then::Close => return Ok(()),
                Then::StartTls => wire = self.start_tls(wire).await?,
            }
        }
    }

    async fn next(&mut self, wire: &mut Wire) -> io::Result<Option<LdapMsg>> {
        if let Some(message) = self.waiting.pop_front() {
            return Ok(Some(message));
        }
        let idle = if self.bound.is_some() { IDLE } else { IDLE_UNBOUND };
        let mut stopped = self.stopped.clone();
        let stopping = async move { drop(stopped.wait_for(|stopped| *stopped).await) };
        let why = tokio::select! {
            asked = timeout(idle, wire.next()) => match asked {
                Ok(message) => return message.transpose(),
                Err(_) => "The connection was not used for long.",
            },
            () = stopping => "The server is stopping.",
        };
        self.disconnect(wire, result(Code::Unavailable, why)).await?;
        Ok(None)
    }

    async fn answer(&mut self, wire: &mut Wire, message: LdapMsg) -> io::Result<Then> {
        let LdapMsg { msgid, op, ctrl } = message;
        match &op {
            LdapOp::UnbindRequest => return Ok(Then::Close),
            // Whatever it was has been answered: one message is worked on at a time.
            LdapOp::AbandonRequest(_) => return Ok(Then::GoOn),
            _ => {}
        }
        let now = match self.directory.ldap().settings().await {
            Ok(Some(settings)) if settings.active => {
                let names = Names::new(settings.base.clone());
                Now { settings, names }
            }
            Ok(_) => {
                self.disconnect(wire, result(Code::Unavailable, "LDAP is switched off.")).await?;
                return Ok(Then::Close);
            }
            Err(error) => {
                self.disconnect(wire, Failure::of(&self.directory, error).into()).await?;
                return Ok(Then::Close);
            }
        };
        let answer = match op {
            LdapOp::BindRequest(request) => answers::bind(self.bind(&now, request).await),
            LdapOp::SearchRequest(request) => {
                return self.search(wire, &now, msgid, &request, &ctrl).await.map(|()| Then::GoOn);
            }
            LdapOp::CompareRequest(request) => LdapOp::CompareResult(self.compare(&now, &request).await),
            LdapOp::ExtendedRequest(LdapExtendedRequest { name, .. }) if name == START_TLS => {
                return self.ready_for_tls(wire, msgid).await;
            }
            LdapOp::ExtendedRequest(request) => self.extended(&now, &request).await,
            other => {
                let Some(answer) = refused(other) else {
                    let why = result(Code::ProtocolError, "The server was sent an answer.");
                    self.disconnect(wire, why).await?;
                    return Ok(Then::Close);
                };
                answer
            }
        };
        self.send(wire, msgid, answer, vec![]).await?;
        Ok(Then::GoOn)
    }

    /// Says that TLS may begin, if it may.
    async fn ready_for_tls(&mut self, wire: &mut Wire, msgid: i32) -> io::Result<Then> {
        let ready = match (self.secured, &self.tls) {
            (Secured::Not, Some(_)) => Ok(()),
            (Secured::Not, None) => Err(result(Code::Unavailable, "The server has no certificate.")),
            (Secured::StartTls | Secured::Ldaps, _) => {
                Err(result(Code::OperationsError, "The connection is encrypted already."))
            }
        };
        let then = if ready.is_ok() { Then::StartTls } else { Then::GoOn };
        let answer = ready.map_or_else(|failed| failed, |()| result(Code::Success, ""));
        self.send(wire, msgid, answers::extended(answer, Some(START_TLS), None), vec![]).await?;
        Ok(then)
    }

    /// Goes on encrypted. What came before is forgotten: whoever listened could have put it there.
    async fn start_tls(&mut self, wire: Wire) -> io::Result<Wire> {
        let parts = wire.into_parts();
        if !parts.read_buf.is_empty() || !self.waiting.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "bytes came before TLS began"));
        }
        let Some(tls) = self.tls.clone() else {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "there is no certificate"));
        };
        self.bound = None;
        let stream = accept(&tls, parts.io).await?;
        self.secured = Secured::StartTls;
        Ok(Framed::new(stream, Limited::default()))
    }

    /// Sends one message at once.
    pub async fn send(
        &self,
        wire: &mut Wire,
        msgid: i32,
        op: LdapOp,
        controls: Vec<LdapControl>,
    ) -> io::Result<()> {
        timed(wire.send(LdapMsg::new_with_ctrls(msgid, op, controls))).await
    }

    /// Takes a message up, to be sent with others.
    pub async fn feed(&self, wire: &mut Wire, msgid: i32, op: LdapOp) -> io::Result<()> {
        timed(wire.feed(LdapMsg::new(msgid, op))).await
    }

    /// Sends what was taken up.
    pub async fn flush(&self, wire: &mut Wire) -> io::Result<()> {
        timed(wire.flush()).await
    }

    /// Whether the client gave a search up meanwhile. Other messages wait for its end.
    ///
    /// # Errors
    /// The connection is closed, or is to be.
    pub fn is_given_up(&mut self, wire: &mut Wire, msgid: i32) -> io::Result<bool> {
        while let Some(asked) = wire.next().now_or_never() {
            let Some(message) = asked.transpose()? else { return Err(io::ErrorKind::UnexpectedEof.into()) };
            match message.op {
                LdapOp::AbandonRequest(given_up) if given_up == msgid => return Ok(true),
                LdapOp::UnbindRequest => return Err(io::ErrorKind::ConnectionAborted.into()),
                _ if self.waiting.len() >= WAITING_MAX => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "too many messages at once"));
                }
                _ => self.waiting.push_back(message),
            }
        }
        Ok(false)
    }

    async fn disconnect(&self, wire: &mut Wire, why: ldap3_proto::proto::LdapResult) -> io::Result<()> {
        self.send(wire, 0, answers::extended(why, Some(DISCONNECTION), None), vec![]).await
    }

    pub fn origin(&self) -> Origin {
        Origin { ip: self.peer.to_string(), user_agent: String::new() }
    }

    /// How a password or a search came, for the history.
    pub fn how(&self) -> &'static str {
        match self.secured {
            Secured::Not => "simple, no TLS",
            Secured::StartTls => "simple, StartTLS",
            Secured::Ldaps => "simple, LDAPS",
        }
    }
}

/// The answer to what would change the directory; `None` for what is no request.
fn refused(op: LdapOp) -> Option<LdapOp> {
    let why = || {
        result(
            Code::UnwillingToPerform,
            "Nothing is changed over LDAP but the own password. Use the Admin Portal.",
        )
    };
    Some(match op {
        LdapOp::AddRequest(_) => LdapOp::AddResponse(why()),
        LdapOp::ModifyRequest(_) => LdapOp::ModifyResponse(why()),
        LdapOp::DelRequest(_) => LdapOp::DelResponse(why()),
        LdapOp::ModifyDNRequest(_) => LdapOp::ModifyDNResponse(why()),
        _ => return None,
    })
}

async fn timed(sending: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    timeout(WRITING, sending).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

async fn accept(tls: &TlsSource, stream: Box<dyn Stream>) -> io::Result<Box<dyn Stream>> {
    let handshake = TlsAcceptor::from(Arc::clone(&tls())).accept(stream);
    let stream =
        timeout(HANDSHAKE, handshake).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    Ok(Box::new(stream))
}
