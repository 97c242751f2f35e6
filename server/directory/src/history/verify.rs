//! Checking the sealed chain: whether an event was edited, deleted, moved or cut off.

use std::fmt;

use model::event::Event;
use model::{Id, Operation};

use super::History;
use super::seal::{is_signed, link};
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};

/// How many events are read at once.
const BATCH: i64 = 1_000;

const HEAD: Sql = sql!("SELECT number, chain, signed FROM seal");
const EVENTS: Sql = sql!(
    "SELECT number, chain, body, id, at, kind, target_id, actor_id, success, client_ip FROM events
    WHERE number > $1 AND number <= $2 ORDER BY number LIMIT $3"
);

/// What is wrong with the history, at the first place where something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tampering {
    /// There is no event of this number, and there is a later one.
    Deleted(i64),
    /// It is not what was sealed under this number: edited, or moved here from another place.
    Edited(i64),
    /// The last event that is there, and the last that was sealed.
    CutOff { last: i64, sealed: i64 },
    /// Somebody wrote the end of the chain who did not have the key.
    Unsigned,
}

impl fmt::Display for Tampering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deleted(number) => write!(f, "event {number} was deleted: there are later ones"),
            Self::Edited(number) => {
                write!(
                    f,
                    "event {number} is not what was sealed: it was edited, or another was moved to its place"
                )
            }
            Self::CutOff { last, sealed } => {
                write!(
                    f,
                    "the history was cut off: it ends with event {last}, and was sealed up to event {sealed}"
                )
            }
            Self::Unsigned => f.write_str(
                "the end of the chain is not signed with the key of this installation: it was written anew",
            ),
        }
    }
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many events were sealed.
    pub sealed: i64,
    pub tampering: Option<Tampering>,
}

#[derive(sqlx::FromRow)]
struct Line {
    number: i64,
    chain: Vec<u8>,
    body: String,
    id: Id,
    at: i64,
    kind: String,
    target_id: Option<Id>,
    actor_id: Option<Id>,
    success: bool,
    client_ip: String,
}

impl Line {
    /// Whether what lists go by is what the sealed body says.
    fn is_as_sealed(&self) -> bool {
        let Ok(event) = serde_json::from_str::<Event>(&self.body) else { return false };
        (event.id, event.timestamp.as_micros(), event.event_type.as_str(), event.success)
            == (self.id, self.at, self.kind.as_str(), self.success)
            && event.resource.and_then(|party| party.id) == self.target_id
            && event.initiated_by.id == self.actor_id
            && event.client_ip.unwrap_or_default() == self.client_ip
    }
}

impl History<'_> {
    /// Checks every sealed event, the oldest first. Events may be written meanwhile.
    ///
    /// # Errors
    /// `forbidden` for all but the operator; `unavailable`, `internal`.
    pub async fn verify(&self, actor: &Actor) -> Result<Verified> {
        permit(actor, Operation::AdministerServer)?;
        let mut tx = self.0.db().read().await?;
        let (sealed, head, signed): (i64, Vec<u8>, String) = tx.one(HEAD, args![]).await?;
        let found = |tampering| Ok(Verified { sealed, tampering: Some(tampering) });
        let (mut last, mut chain) = (0, Vec::new());
        loop {
            let lines: Vec<Line> = tx.all(EVENTS, args![last, sealed, BATCH]).await?;
            if lines.is_empty() {
                break;
            }
            for line in lines {
                if line.number != last + 1 {
                    return found(Tampering::Deleted(last + 1));
                }
                last = line.number;
                chain = link(&chain, last, &line.body);
                if chain != line.chain || !line.is_as_sealed() {
                    return found(Tampering::Edited(last));
                }
            }
        }
        if last != sealed {
            return found(Tampering::CutOff { last, sealed });
        }
        if chain != head || !is_signed(self.0, sealed, &head, &signed) {
            return found(Tampering::Unsigned);
        }
        Ok(Verified { sealed, tampering: None })
    }
}
