//! `bailiwick serve`.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use directory::Directory;
use model::mail::{Security, is_this_machine};
use tokio::sync::watch;
use web::{Connections, Network, Portal};

use super::{Result, ldap::Ldap, listen::listen, open, output::say};
use crate::{
    config::{Arguments, PublicUrl, Settings},
    http::{self, Front, stop},
    runtime::Runtime,
    tls::Tls,
};

/// How long a stop waits for what the directory does by itself; it goes on at the next start.
const MAINTENANCE_GRACE: Duration = Duration::from_secs(10);

#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Address and port to listen on; port 0 takes any that is free [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The address that people open, if it is not the one listened on: behind a proxy, or with a name
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Speak HTTPS with this certificate and its chain, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<String>,
    /// The certificate's key, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<String>,
    /// A proxy whose X-Forwarded-For is believed: an address or a network; may be repeated
    #[arg(long, value_name = "CIDR")]
    trusted_proxy: Vec<String>,
}

impl Serve {
    /// What the command line says of settings.
    pub fn add_to(&self, arguments: &mut Arguments) {
        let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
        arguments.values.extend([
            ("listen", one(&self.listen)),
            ("public_url", one(&self.public_url)),
            ("tls_cert", one(&self.tls_cert)),
            ("tls_key", one(&self.tls_key)),
            ("trusted_proxies", self.trusted_proxy.clone()),
        ]);
    }
}

pub fn run(settings: &Settings) -> Result {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(start(settings))
}

async fn start(settings: &Settings) -> Result {
    let stopped = stopped()?;
    let (listener, address) = listen(settings.listen)?;
    let tls = match &settings.tls {
        Some((certificate, key)) => Some(Tls::load(certificate, key).await?),
        None => None,
    };
    let bound = PublicUrl::of_listener(address, tls.is_some());
    let url = settings.public_url.clone().unwrap_or_else(|| bound.clone());
    check(&url, tls.is_some(), address.port())?;
    let ldap = Ldap::listen(settings, tls.clone()).await?;
    check_proxy(&url, tls.is_some(), &settings.trusted_proxies)?;
    if !url.https() && !address.ip().is_loopback() {
        tracing::warn!(%address, "other machines can reach this, and over plain HTTP nobody can sign in from there");
    }
    if let Some(server) = &settings.mail.server
        && server.server.security == Security::Nothing
        && !is_this_machine(&server.server.host)
    {
        tracing::warn!(host = %server.server.host, "messages, and the links in them, go to the mail server unencrypted");
    }
    let runtime = Runtime::new();
    let directory = open::open(settings, &url, runtime.environment()).await?;
    let clients = tokio::spawn(ldap.serve(directory.clone(), stopped.clone()));
    let served = serve(settings, &directory, &runtime, Endpoint { listener, tls, bound, url }, stopped).await;
    if tokio::time::timeout(MAINTENANCE_GRACE, clients).await.is_err() {
        tracing::info!("clients of LDAP were still answered");
    }
    directory.close().await;
    tracing::info!("stopped");
    served
}

/// Where the program listens and how people reach it.
struct Endpoint {
    listener: TcpListener,
    tls: Option<Tls>,
    bound: PublicUrl,
    url: PublicUrl,
}

async fn serve(
    settings: &Settings,
    directory: &Directory,
    runtime: &Runtime,
    endpoint: Endpoint,
    stopped: watch::Receiver<bool>,
) -> Result {
    let portal = Portal {
        directory: directory.clone(),
        clock: runtime.clock(),
        connections: Arc::new(Connections {
            tls: endpoint.tls.is_some(),
            https: endpoint.url.https(),
            public_url: endpoint.url.to_string(),
            proxies: settings.trusted_proxies.clone(),
        }),
    };
    let router = http::router(front(directory, &endpoint.url), portal)?.merge(runtime.routes());
    let token = directory.setup().issue_token().await.map_err(|error| open::refused(directory, error))?;
    let (version, engine) = (env!("CARGO_PKG_VERSION"), directory.engine());
    tracing::info!(version, ?engine, listen = %endpoint.bound, public_url = %endpoint.url, "started");
    announce(&endpoint, token)?;
    if let Some(newest) = app::news::all().first() {
        // It holds nothing up, and the next start tries again.
        match directory.news().tell(newest).await {
            Ok(0) => {}
            Ok(readers) => tracing::info!(readers, version = newest.version, "told what is new"),
            Err(error) => tracing::error!(%error, "what is new could not be told"),
        }
    }
    let maintenance = tokio::spawn({
        let (directory, stopped) = (directory.clone(), stopped.clone());
        async move { directory.run_maintenance(told(stopped)).await }
    });
    let follow = endpoint.tls.clone().map(|tls| tokio::spawn(tls.follow()));
    let served =
        http::serve(endpoint.listener, router, endpoint.tls.map(|tls| tls.served()), told(stopped)).await;
    if let Some(follow) = follow {
        follow.abort();
    }
    if tokio::time::timeout(MAINTENANCE_GRACE, maintenance).await.is_err() {
        tracing::info!("what the directory does by itself goes on at the next start");
    }
    served.map_err(Into::into)
}

fn front(directory: &Directory, url: &PublicUrl) -> Front {
    let directory = directory.clone();
    Front {
        https: url.https(),
        origins: vec![url.to_string()],
        ready: Arc::new(move || {
            let directory = directory.clone();
            Box::pin(async move { directory.is_ready().await.map_err(|error| error.to_string()) })
        }),
    }
}

/// One signal for everybody who has to stop.
fn stopped() -> io::Result<watch::Receiver<bool>> {
    let asked = stop()?;
    let (tell, stopped) = watch::channel(false);
    tokio::spawn(async move {
        asked.await;
        tell.send_replace(true);
    });
    Ok(stopped)
}

/// Ends when the program is to stop.
async fn told(mut stopped: watch::Receiver<bool>) {
    // An error would mean that nobody can ask any more: then it stops too.
    drop(stopped.wait_for(|stopped| *stopped).await);
}

/// Refuses addresses at which no browser would keep a session.
fn check(url: &PublicUrl, tls: bool, port: u16) -> Result {
    if tls && !url.https() {
        let https = url.by_own_https(port);
        return Err(format!(
            "with a certificate the program speaks HTTPS only, and {url} is plain HTTP. Write --public-url {https}"
        )
        .into());
    }
    if url.https() || url.is_this_machine() {
        return Ok(());
    }
    let https = url.with_https();
    Err(format!(
        "nobody could sign in at {url}: browsers trust plain HTTP on localhost only. Do one of these:\n  \
         - let the program speak HTTPS: --tls-cert FILE --tls-key FILE --public-url {https}\n  \
         - put a proxy that speaks HTTPS in front of it: --public-url {https}\n  \
         - to try it on this machine, go by its own name: --public-url http://localhost:{port}"
    )
    .into())
}

/// Refuses to wait for a proxy whose word is not taken: it alone knows whether people came by HTTPS.
fn check_proxy(url: &PublicUrl, tls: bool, trusted: &[Network]) -> Result {
    if tls || !url.https() || !trusted.is_empty() {
        return Ok(());
    }
    Err(format!(
        "people come to {url} by HTTPS, and the program itself speaks plain HTTP. Do one of these:\n  \
         - name the proxy that speaks HTTPS: --trusted-proxy ADDRESS, for example 127.0.0.1. It must send \
         X-Forwarded-For and X-Forwarded-Proto\n  \
         - let the program speak HTTPS: --tls-cert FILE --tls-key FILE"
    )
    .into())
}

/// For the person at the terminal; the token is for nobody else, so it stays out of the logs.
fn announce(endpoint: &Endpoint, token: Option<String>) -> Result {
    say(format_args!("Listening on {}", endpoint.bound))?;
    if endpoint.url != endpoint.bound {
        say(format_args!("Public URL: {}", endpoint.url))?;
    }
    match token {
        Some(token) => say(format_args!("Set up Bailiwick: {}/setup?token={token}", endpoint.url)),
        None => Ok(()),
    }
}
