//! Listening, and a stop that finishes what runs.

use std::{
    future::Future,
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use axum::Router;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use hyper_util::{
    rt::{TokioExecutor, TokioTimer},
    server::conn::auto::Builder,
};

use super::prompt::{PATIENCE, PROXY_PATIENCE, Prompt};

/// As long as a request may take at most, so that none is cut off.
const GRACE: Duration = super::TIMEOUT;

/// Serves until `stop` says so, then takes no more and finishes what runs.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<RustlsConfig>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    tokio::spawn({
        let handle = handle.clone();
        async move {
            stop.await;
            tracing::info!(open = handle.connection_count(), "stopping");
            handle.graceful_shutdown(Some(GRACE));
        }
    });
    if let Some(tls) = tls {
        let mut server = axum_server::from_tcp_rustls(listener, tls)?.map(Prompt).handle(handle);
        hurry(server.http_builder(), PATIENCE);
        return server.serve(service).await;
    }
    // Browsers speak no HTTP/2 without TLS, and so nothing waits to hear which it is.
    let mut server = axum_server::from_tcp(listener)?.http1_only().handle(handle);
    hurry(server.http_builder(), PROXY_PATIENCE);
    server.serve(service).await
}

/// Whoever opens a connection asks for something soon, be it the first time or the next; otherwise a few
/// hundred silent ones would be all that the system lets the program have. Those who speak HTTP/2 may stay as
/// long as they say that they are there.
fn hurry(builder: &mut Builder<TokioExecutor>, patience: Duration) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(patience).keep_alive_timeout(patience);
}

/// Ends when the program is asked to: Ctrl C, or SIGTERM from whoever runs it.
///
/// # Errors
/// When the signals cannot be listened for.
pub fn stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
        sync::Notify,
    };

    use super::*;

    async fn ask(address: SocketAddr) -> io::Result<String> {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET / HTTP/1.0\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn a_stop_takes_no_more_and_finishes_what_runs() {
        let (begun, end, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (seen, wait) = (begun.clone(), end.clone());
        let slow = move || async move {
            seen.notify_one();
            wait.notified().await;
            "finished"
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stopped = stop.clone();
        let router = Router::new().route("/", get(slow));
        let server = tokio::spawn(serve(listener, router, None, async move { stopped.notified().await }));
        let asked = tokio::spawn(ask(address));
        begun.notified().await;
        stop.notify_one();
        // Refused once the listener is gone, which is soon but not at once.
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        assert!(!server.is_finished());
        end.notify_one();
        assert!(asked.await.unwrap().unwrap().ends_with("finished"));
        server.await.unwrap().unwrap();
    }

    /// What comes of a connection that sends this and then nothing more.
    async fn left_after(sent: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(async || "answered"));
        let server = tokio::spawn(serve(listener, router, None, std::future::pending()));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // The clock goes on by itself while everybody waits.
        stream.read_to_end(&mut answer).await.unwrap();
        server.abort();
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_for_nothing_is_not_waited_for() {
        assert_eq!(left_after("").await, "");
        let half = left_after("GET / HTTP/1.1\r\n").await;
        assert!(half.is_empty() || half.starts_with("HTTP/1.1 408"), "{half}");
        let once = left_after("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        assert!(once.ends_with("answered"), "{once}");
    }
}
