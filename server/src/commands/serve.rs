//! `bailiwick serve`.

use std::{
    io::Write as _,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use super::{Common, Result};
use crate::http::{self, Front, stop};

#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Address and port to listen on; port 0 takes any that is free
    #[arg(long, env = "BAILIWICK_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
}

pub fn run(common: &Common, serve: &Serve) -> Result {
    std::fs::create_dir_all(&common.data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(start(serve))
}

async fn start(serve: &Serve) -> Result {
    let listener = TcpListener::bind(serve.listen).map_err(|error| format!("{}: {error}", serve.listen))?;
    let address = listener.local_addr()?;
    let front = Front {
        https: false,
        origins: Vec::new(),
        ready: Arc::new(|| Box::pin(async { Ok(()) })),
        provide: Arc::new(|| {}),
    };
    let router = http::router(front)?;
    let mut out = std::io::stdout();
    // By name: passkeys refuse addresses.
    let host = if address.ip().is_loopback() { "localhost".to_owned() } else { address.ip().to_string() };
    writeln!(out, "Listening on http://{host}:{}", address.port())?;
    http::serve(listener, router, None, stop()?).await?;
    tracing::info!("stopped");
    Ok(())
}
