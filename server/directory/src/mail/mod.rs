//! Outgoing mail: a worker takes what is in the outbox to the mail server, and administrators look after both.

mod delivery;
mod message;
mod outbox;
mod server;
mod settings;
mod smtp;
mod templates;
mod trial;
mod worker;

use directory_core::context::Context;
use directory_core::store::{Sql, sql};

pub(crate) use delivery::Delivery;
pub use server::{ConfiguredServer, MailOptions};
pub(crate) use settings::has_server;
pub(crate) use worker::{Batch, clean_up};

/// Outgoing mail.
pub struct Mail<'a>(pub(crate) &'a Context, pub(crate) &'a Delivery);

/// As [`worker::Leased`] reads it.
const LEASED: Sql = sql!(
    "SELECT id, kind, principal, principal_id, recipient, subject, message_id, body, link, created_at,
    lapses_at, lease_until, attempts FROM messages WHERE id = $1"
);
