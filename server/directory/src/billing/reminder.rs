//! Reminders of a card that expires: a message to the contact 30 and 7 days before and when it has, each
//! once, and a line on the Homepage.

use std::time::Duration;

use model::event::EventKind;
use model::home::Attention;
use model::mail::MessageKind;
use model::{Id, Principal, Timestamp};

use super::{find, record};
use crate::posting::{Facts, Message, post};
use crate::settings;
use directory_core::error::Result;
use directory_core::events::AuditEvent;
use directory_core::store::Tx;
use directory_core::transaction::Change;

const DAY: Duration = Duration::from_hours(24);
/// So long before the end there is a message.
const MARKS: [u32; 3] = [30, 7, 0];

/// The next instant of a message, if there is one to come: marks that were missed are not made up for.
pub(super) fn next(expires_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    MARKS.into_iter().map(|days| expires_at.minus(DAY * days)).find(|mark| *mark > now)
}

/// Writes to the contact about the card as it is now; says when to do so again. Another card that took
/// its place has a timer of its own.
pub(crate) async fn remind(change: &mut Change, subject: Id) -> Result<Option<Timestamp>> {
    let now = change.now;
    let Some(row) = find(change.tx()).await? else { return Ok(None) };
    let Some((_, card, _)) = row.card()?.filter(|(id, ..)| *id == subject) else { return Ok(None) };
    let left = card.expires_at.since(now).as_secs().div_ceil(DAY.as_secs());
    let days = u32::try_from(left).unwrap_or(u32::MAX);
    let kind = if days == 0 { MessageKind::CardExpired } else { MessageKind::CardExpiring };
    let organization = settings::read(change.tx()).await?.id;
    let facts = Facts {
        expires_at: Some(card.expires_at),
        days: Some(days),
        card: card.called(),
        ..Facts::default()
    };
    let message = Message {
        kind,
        to: row.email.clone(),
        principal: Principal::Administrator,
        principal_id: organization,
        first_name: row.name.clone(),
        link: None,
        facts,
    };
    post(change, message).await?;
    let message = match days {
        0 => "has expired".to_owned(),
        1 => "expires in 1 day".to_owned(),
        many => format!("expires in {many} days"),
    };
    record(change, AuditEvent::new(EventKind::CardReminderEmail).message(message)).await?;
    Ok(next(card.expires_at, now))
}

/// The line on the Homepage, as soon as the first message is due.
pub(crate) async fn attention(tx: &mut Tx, now: Timestamp) -> Result<Option<Attention>> {
    let Some(row) = find(tx).await? else { return Ok(None) };
    let Some((_, card, _)) = row.card()? else { return Ok(None) };
    let soon = card.expires_at.minus(DAY * MARKS[0]) <= now;
    let over = card.expires_at <= now;
    Ok(soon.then(|| Attention::CardExpires { card: card.called(), expiry: card.expiry(), over }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_comes_once() {
        let end = Timestamp::from_micros(0);
        let before = |days: u32| end.minus(DAY * days);
        for (now, then) in [
            (before(100), Some(before(30))),
            (before(30), Some(before(7))),
            (before(8), Some(before(7))),
            (before(7), Some(end)),
            (end, None),
            (end.plus(DAY), None),
        ] {
            assert_eq!(next(end, now), then);
        }
    }
}
