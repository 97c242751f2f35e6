//! Connections over TLS that, once they stand, do not say whether they speak HTTP/2.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum_server::accept::Accept;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// How long somebody may take for the head of a request, be it the first of a connection or the next.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// The same without TLS: that is a proxy, which keeps connections ready for longer, or this machine.
pub const PROXY_PATIENCE: Duration = Duration::from_mins(3);

/// What HTTP/2 begins with (RFC 9113, section 3.4); what begins otherwise is HTTP/1.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Accepts as the other one does, and gives connections up that take too long to begin.
#[derive(Clone, Debug)]
pub struct Prompt<A>(pub A);

impl<A, I, S> Accept<I, S> for Prompt<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
{
    type Stream = Beginning<A::Stream>;
    type Service = A::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let accepting = self.0.accept(stream, service);
        Box::pin(async move {
            let (stream, service) = accepting.await?;
            Ok((Beginning::new(stream), service))
        })
    }
}

/// A connection of which it may not be known yet what it speaks.
pub struct Beginning<S> {
    stream: S,
    /// How much of the preface has come, and until when the rest is waited for.
    heard: Option<(usize, Pin<Box<Sleep>>)>,
}

impl<S> Beginning<S> {
    fn new(stream: S) -> Self {
        Self { stream, heard: Some((0, Box::pin(sleep(PATIENCE)))) }
    }

    /// Whether this is still the beginning of the preface, and not all of it.
    fn hear(&mut self, bytes: &[u8]) {
        let Some((heard, _)) = &mut self.heard else { return };
        let rest = PREFACE.get(*heard..).unwrap_or_default();
        if bytes.len() < rest.len() && rest.starts_with(bytes) {
            *heard += bytes.len();
        } else {
            self.heard = None;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Beginning<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Some((_, late)) = &mut this.heard
            && late.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        this.hear(buf.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Beginning<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    /// Sends this and then nothing more; says how reading that ends.
    async fn ends(sent: &[u8]) -> Option<io::ErrorKind> {
        let (mut far, near) = duplex(64);
        far.write_all(sent).await.unwrap();
        let mut connection = Beginning::new(near);
        let mut bytes = vec![0; sent.len()];
        connection.read_exact(&mut bytes).await.unwrap();
        let after = tokio::time::timeout(PATIENCE * 2, connection.read_u8()).await;
        after.ok().and_then(|read| read.err().map(|error| error.kind()))
    }

    #[tokio::test(start_paused = true)]
    async fn what_never_says_what_it_speaks_is_given_up() {
        for undecided in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n"] {
            assert_eq!(ends(undecided).await, Some(io::ErrorKind::TimedOut), "{undecided:?}");
        }
        for decided in [&b"G"[..], b"PO", PREFACE] {
            assert_eq!(ends(decided).await, None, "is waited for by others: {decided:?}");
        }
    }
}
