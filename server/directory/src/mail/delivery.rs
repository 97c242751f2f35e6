//! What delivery keeps while the program runs: its configuration, and the connections that are open.

use tokio::sync::Mutex;

use super::server::{MailOptions, Server};
use super::smtp::Relay;

/// How mail leaves this program.
pub(crate) struct Delivery {
    pub(super) options: MailOptions,
    /// The connections to the mail server that are open, and to which.
    relays: Mutex<Option<(i64, Relay)>>,
}

impl Delivery {
    pub(crate) fn new(options: MailOptions) -> Self {
        Self { options, relays: Mutex::new(None) }
    }

    /// The connections to this server; those to an earlier one are closed.
    pub(super) async fn relay(&self, server: &Server) -> Result<Relay, String> {
        let mut kept = self.relays.lock().await;
        if let Some((version, relay)) = &*kept
            && *version == server.version
        {
            return Ok(relay.clone());
        }
        if let Some((_, old)) = kept.take() {
            old.close().await;
        }
        let relay = Relay::new(server)?;
        *kept = Some((server.version, relay.clone()));
        Ok(relay)
    }

    /// Takes leave of the mail server.
    pub(crate) async fn close(&self) {
        if let Some((_, relay)) = self.relays.lock().await.take() {
            relay.close().await;
        }
    }
}
