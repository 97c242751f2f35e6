//! LDAP over the directory: the listener, its connections, and the tree that clients see. It decides nothing: who may
//! bind, what is found and what a new password must be, the directory says.

mod answers;
mod codec;
mod dn;
mod entries;
mod entry;
mod filter;
mod names;
mod operations;
mod question;
mod schema;
mod search;
mod session;
mod walk;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use directory::Directory;
use rustls::ServerConfig;
use tokio::sync::{Semaphore, watch};
use tokio_util::task::TaskTracker;

use session::{Secured, Session};

/// The certificate in use, asked for at each handshake, so that a renewed one is used at once.
pub type TlsSource = Arc<dyn Fn() -> Arc<ServerConfig> + Send + Sync>;

/// So many connections are open at once; more wait.
const CONNECTIONS_MAX: usize = 2_000;
/// How long a listener rests that cannot accept, such as without file descriptors.
const REST: Duration = Duration::from_millis(200);

/// Where to listen.
#[derive(Default)]
pub struct Listeners {
    /// Plain, which StartTLS protects.
    pub ldap: Option<TcpListener>,
    /// TLS from the first byte.
    pub ldaps: Option<TcpListener>,
}

/// Answers clients until `stopped` says so.
///
/// # Errors
/// A listener cannot be used, or LDAPS has no certificate.
pub async fn serve(
    directory: &Directory,
    listeners: Listeners,
    tls: Option<TlsSource>,
    stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    let Listeners { ldap, ldaps } = listeners;
    if ldaps.is_some() && tls.is_none() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "LDAPS needs a certificate and its key"));
    }
    let turns = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let connections = TaskTracker::new();
    let accepting =
        [(ldap, Secured::Not), (ldaps, Secured::Ldaps)].into_iter().filter_map(|(listener, secured)| {
            let accepting = Accepting {
                directory: directory.clone(),
                tls: tls.clone(),
                secured,
                turns: turns.clone(),
                connections: connections.clone(),
                stopped: stopped.clone(),
            };
            listener.map(|listener| accepting.run(listener))
        });
    let ended = futures::future::try_join_all(accepting).await;
    connections.close();
    connections.wait().await;
    ended.map(drop)
}

/// One listener.
struct Accepting {
    directory: Directory,
    tls: Option<TlsSource>,
    secured: Secured,
    turns: Arc<Semaphore>,
    connections: TaskTracker,
    stopped: watch::Receiver<bool>,
}

impl Accepting {
    async fn run(mut self, listener: TcpListener) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let Ok(turn) = self.turns.clone().acquire_owned().await else { return Ok(()) };
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = self.stopped.wait_for(|stopped| *stopped) => return Ok(()),
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection of LDAP could not be accepted");
                    tokio::time::sleep(REST).await;
                    continue;
                }
            };
            drop(stream.set_nodelay(true));
            let (directory, tls, stopped) = (self.directory.clone(), self.tls.clone(), self.stopped.clone());
            let session = Session::new(directory, tls, peer, self.secured, stopped);
            self.connections.spawn(async move {
                if let Err(error) = session.run(Box::new(stream)).await {
                    tracing::debug!(%error, %peer, "a connection of LDAP ended");
                }
                drop(turn);
            });
        }
    }
}
