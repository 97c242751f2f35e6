//! A client of the protocol's own crate, and a server on a free port.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use directory::Directory;
use futures::{SinkExt as _, StreamExt as _};
use ldap::{Listeners, TlsSource};
use ldap3_proto::control::LdapControl;
use ldap3_proto::proto::*;
use ldap3_proto::{LdapCodec, parse_ldap_filter_str};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_util::codec::Framed;

pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A server that listens on free ports.
pub struct Served {
    pub ldap: SocketAddr,
    pub ldaps: SocketAddr,
    /// The certificate, in PEM, and what trusts it.
    pub certificate: String,
    pub trusted: Arc<ClientConfig>,
    stop: watch::Sender<bool>,
    ended: JoinHandle<()>,
}

impl Served {
    pub fn start(directory: &Directory) -> Self {
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        // As programs expect it: a certificate of an authority, which they trust.
        let mut authority = CertificateParams::new(vec![]).expect("an authority");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.distinguished_name.push(DnType::CommonName, "An authority");
        let authority_key = KeyPair::generate().expect("a key");
        let trusted = authority.self_signed(&authority_key).expect("a certificate");
        let (certificate, root) = (trusted.pem(), CertificateDer::from(trusted.der().to_vec()));
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().expect("a key");
        let made = CertificateParams::new(["localhost", "127.0.0.1"].map(str::to_owned)).expect("names");
        let made = made.signed_by(&key, &issuer).expect("a certificate");
        let chain = vec![CertificateDer::from(made.der().to_vec())];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut roots = RootCertStore::empty();
        roots.add(root).expect("trusted");
        let trusted = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let served =
            ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).expect("a key");
        let served = Arc::new(served);
        let source: TlsSource = Arc::new(move || served.clone());
        let listener = || TcpListener::bind("127.0.0.1:0").expect("a free port");
        let (plain, secured) = (listener(), listener());
        let address = |listener: &TcpListener| listener.local_addr().expect("an address");
        let (ldap, ldaps) = (address(&plain), address(&secured));
        let (stop, stopped) = watch::channel(false);
        let directory = directory.clone();
        let ended = tokio::spawn(async move {
            let listeners = Listeners { ldap: Some(plain), ldaps: Some(secured) };
            ldap::serve(&directory, listeners, Some(source), stopped).await.expect("served");
        });
        let trusted = Arc::new(trusted);
        Self { ldap, ldaps, certificate, trusted, stop, ended }
    }

    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.ended.await.expect("ended");
    }

    pub async fn plain(&self) -> Client {
        Client::on(Box::new(TcpStream::connect(self.ldap).await.expect("connected")))
    }

    pub async fn secured(&self) -> Client {
        let stream = TcpStream::connect(self.ldaps).await.expect("connected");
        Client::on(self.encrypted(Box::new(stream)).await)
    }

    pub async fn encrypted(&self, stream: Box<dyn Stream>) -> Box<dyn Stream> {
        let name = ServerName::try_from("localhost").expect("a name");
        Box::new(TlsConnector::from(self.trusted.clone()).connect(name, stream).await.expect("a handshake"))
    }

    /// Bound by LDAPS as a user who has the usual password.
    pub async fn bound(&self, dn: &str) -> Client {
        let mut client = self.secured().await;
        let bound = client.bind(dn, crate::world::PASSWORD).await;
        assert_eq!(bound.code, LdapResultCode::Success, "{}", bound.message);
        client
    }
}

pub struct Client {
    pub wire: Framed<Box<dyn Stream>, LdapCodec>,
    next: i32,
}

/// What a search came to.
pub struct Found {
    pub entries: Vec<LdapSearchResultEntry>,
    pub result: LdapResult,
    pub controls: Vec<LdapControl>,
}

impl Found {
    /// The first parts of the names.
    pub fn names(&self) -> Vec<&str> {
        self.entries.iter().map(|entry| entry.dn.split(',').next().expect("a part")).collect()
    }

    pub fn cookie(&self) -> Vec<u8> {
        let cookie = self.controls.iter().find_map(|control| match control {
            LdapControl::SimplePagedResults { cookie, .. } => Some(cookie.clone()),
            _ => None,
        });
        cookie.expect("a cookie")
    }
}

pub fn values(entry: &LdapSearchResultEntry, name: &str) -> Vec<String> {
    let found = entry.attributes.iter().filter(|one| one.atype == name).flat_map(|one| &one.vals);
    found.map(|value| String::from_utf8(value.clone()).expect("text")).collect()
}

pub fn search(base: &str, filter: &str) -> LdapSearchRequest {
    LdapSearchRequest {
        base: base.into(),
        scope: LdapSearchScope::Subtree,
        aliases: LdapDerefAliases::Never,
        sizelimit: 0,
        timelimit: 0,
        typesonly: false,
        filter: parse_ldap_filter_str(filter).expect("a filter"),
        attrs: vec![],
    }
}

impl Client {
    pub fn on(stream: Box<dyn Stream>) -> Self {
        Self { wire: Framed::new(stream, LdapCodec::new(Some(16 * 1024 * 1024), None)), next: 1 }
    }

    pub async fn send(&mut self, op: LdapOp, ctrl: Vec<LdapControl>) -> i32 {
        let msgid = self.next;
        self.next += 1;
        self.wire.send(LdapMsg { msgid, op, ctrl }).await.expect("sent");
        msgid
    }

    pub async fn receive(&mut self) -> Option<LdapMsg> {
        self.wire.next().await.and_then(Result::ok)
    }

    pub async fn ask(&mut self, op: LdapOp) -> LdapOp {
        let msgid = self.send(op, vec![]).await;
        let answer = self.receive().await.expect("an answer");
        assert!(answer.msgid == msgid || answer.msgid == 0);
        answer.op
    }

    pub async fn bind(&mut self, dn: &str, password: &str) -> LdapResult {
        let cred = LdapBindCred::Simple(password.into());
        match self.ask(LdapOp::BindRequest(LdapBindRequest { version: 3, dn: dn.into(), cred })).await {
            LdapOp::BindResponse(answer) => answer.res,
            LdapOp::ExtendedResponse(closed) => closed.res,
            other => panic!("{other:?}"),
        }
    }

    pub async fn found(&mut self, request: LdapSearchRequest, controls: Vec<LdapControl>) -> Found {
        let msgid = self.send(LdapOp::SearchRequest(request), controls).await;
        let mut entries = Vec::new();
        loop {
            let answer = self.receive().await.expect("an answer");
            match answer.op {
                LdapOp::SearchResultEntry(entry) if answer.msgid == msgid => entries.push(entry),
                LdapOp::SearchResultDone(result) => return Found { entries, result, controls: answer.ctrl },
                LdapOp::ExtendedResponse(closed) => {
                    return Found { entries, result: closed.res, controls: vec![] };
                }
                other => panic!("{other:?}"),
            }
        }
    }

    pub async fn search(&mut self, base: &str, filter: &str) -> Found {
        self.found(search(base, filter), vec![]).await
    }

    pub async fn extended(&mut self, request: LdapExtendedRequest) -> LdapExtendedResponse {
        match self.ask(LdapOp::ExtendedRequest(request)).await {
            LdapOp::ExtendedResponse(answer) => answer,
            other => panic!("{other:?}"),
        }
    }
}
