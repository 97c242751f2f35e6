//! What was searched, for the history. Programs search many times a second: the events of a while are kept in memory and
//! written together.

use std::sync::{Mutex, PoisonError};

use model::event::{Event, EventKind};
use model::{Operation, Principal};

use super::Ldap;
use directory_core::authz::{Actor, Task, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::transaction::PlainTx;

/// So many wait at most; the next search after that writes them.
const WAIT_MAX: usize = 500;
/// The longest text of an event's field, in characters.
const TEXT_MAX: usize = 1000;

/// Events that wait to be written.
#[derive(Debug, Default)]
pub(crate) struct Searches(Mutex<Vec<Event>>);

/// A search that was answered.
#[derive(Clone, Debug)]
pub struct LdapSearched {
    /// The name that the client is bound by.
    pub dn: String,
    pub base: String,
    pub scope: &'static str,
    pub filter: String,
    pub results: u64,
    /// The result code of LDAP; 0 for success.
    pub code: i64,
    /// Why it failed, or nothing.
    pub message: String,
    pub how: &'static str,
}

impl Searches {
    fn push(&self, event: Event) -> usize {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(event);
        waiting.len()
    }

    /// Writes those that wait. What cannot be written waits on.
    pub(crate) async fn write(&self, context: &Context) -> Result<()> {
        let events = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if events.is_empty() {
            return Ok(());
        }
        let written = write_all(context, &events).await;
        if written.is_err() {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.splice(0..0, events);
        }
        written
    }
}

async fn write_all(context: &Context, events: &[Event]) -> Result<()> {
    let permit = permit(&Actor::system(Task::LdapHistory), Operation::RunMaintenance)?;
    let mut plain = PlainTx::begin(context, permit).await?;
    plain.record_past(events).await?;
    plain.commit().await
}

impl Ldap<'_> {
    /// Notes a search for the history.
    ///
    /// # Errors
    /// `unavailable`, `internal`.
    pub async fn searched(&self, actor: &Actor, search: LdapSearched) -> Result<()> {
        let text = |text: &str| text.chars().take(TEXT_MAX).collect::<String>();
        let fields = vec![
            field("dn", "", text(&search.dn)),
            field("base", "", text(&search.base)),
            field("scope", "", search.scope),
            field("filter", "", text(&search.filter)),
            field("number_of_results", "", search.results.to_string()),
            field("error_code", "", search.code.to_string()),
            field("auth_meta", "", search.how),
        ];
        let mut event = AuditEvent::new(EventKind::LdapSearch).changes(fields);
        if let Ok(auth) = actor.auth() {
            event = event.to(Principal::User.as_str(), auth.id, &auth.name);
        }
        if search.code != 0 {
            event = event.failed(search.message);
        }
        let env = self.context.env();
        self.note(event.into_event(env.new_id()?, env.now(), actor)).await
    }

    /// Keeps an event until those of a while are written together.
    pub(super) async fn note(&self, event: Event) -> Result<()> {
        if self.searches.push(event) >= WAIT_MAX { self.searches.write(self.context).await } else { Ok(()) }
    }
}
