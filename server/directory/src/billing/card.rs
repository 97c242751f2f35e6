//! The card that invoices are paid with: kept by the provider, known here by its last four digits.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Span, Zoned};
use model::billing::{Card, CardEntry};
use model::event::EventKind;
use model::{ErrorCode, Id, Operation, Problem, Timestamp};

use super::{Billing, find, record, reminder, still};
use crate::scheduler::{self, Kind};
use crate::sessions::ABSOLUTE;
use directory_core::authz::{Actor, Permit, permit, recently_authenticated};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::{AuditEvent, field};
use directory_core::payments::{EnteredCard, KeptCard, TOKEN_MAX};
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;
use directory_core::vault::Place;

pub(super) const KEEP: Sql = sql!(
    "UPDATE billing SET seq = $1, card_id = $2, token = $3, brand = $4, last_four = $5,
    expires_year = $6, expires_month = $7"
);
pub(super) const DROP: Sql = sql!(
    "UPDATE billing SET seq = $1, card_id = NULL, token = NULL, brand = NULL, last_four = NULL,
    expires_year = NULL, expires_month = NULL"
);

/// How long somebody may be at the provider's page: as long as a session lasts.
const GONE: Duration = ABSOLUTE;

/// How invoices are paid without a card, in the history.
const NO_CARD: &str = "invoice";

impl Billing<'_> {
    /// The card that somebody has entered at the provider, for asking whether to pay with it. Nothing is
    /// kept by that.
    ///
    /// # Errors
    /// `forbidden`; `invalid` at `card` when the provider refuses it, it has expired, or whoever asks has
    /// not gone from here to enter it.
    pub async fn entered(&self, actor: &Actor, entry: &CardEntry) -> Result<Card> {
        permit(actor, Operation::UpdateBilling)?;
        let now = self.0.env().now();
        came_from_here(self.0, actor, &entry.begun)?;
        let told = self.0.env().payments.show(plain(&entry.reference)?).await;
        let entered = told.map_err(|refused| Problem::at("card", refused.0))?;
        if !entered.is_proper() {
            return Err(improper());
        }
        let card = known(entered)?;
        if card.expires_at > now { Ok(card) } else { Err(expired().into()) }
    }

    /// Pays with the card that was entered at the provider; another card that was there is forgotten.
    ///
    /// # Errors
    /// `forbidden`; `reauthentication_needed`; `stale`; `conflict` before there is a contact, who is reminded of the
    /// card; `invalid` at `card` as for [`entered`](Self::entered).
    pub async fn use_card(&self, actor: &Actor, version: i64, entry: &CardEntry) -> Result<()> {
        let permit = self.proven(actor)?;
        came_from_here(self.0, actor, &entry.begun)?;
        let now = self.0.env().now();
        if self.read(actor).await?.version == 0 {
            let message = "Save the billing contact first: that person is warned before the card expires.";
            return Err(Problem::new(ErrorCode::Conflict, message).into());
        }
        let kept = self.kept(&entry.reference).await?;
        let expires_at = end_of(kept.year, kept.month)?;
        let written = if expires_at > now {
            self.write(permit, version, &kept, expires_at).await
        } else {
            Err(expired().into())
        };
        // Whoever sends the same card twice must not have it forgotten.
        let (unused, outcome) = match written {
            Ok(former) => (former.filter(|former| *former != kept.token), Ok(())),
            Err(error) => {
                let in_force = self.token_in_force().await?;
                (Some(kept.token).filter(|token| in_force.as_ref() != Some(token)), Err(error))
            }
        };
        forget(self.0, unused.as_deref()).await;
        outcome
    }

    /// What the provider knows the card by that is paid with now.
    async fn token_in_force(&self) -> Result<Option<String>> {
        let row = find(&mut self.0.db().read().await?).await?;
        let card = row.as_ref().map(super::Row::card).transpose()?.flatten();
        card.map(|(id, _, sealed)| open(self.0, id, sealed)).transpose()
    }

    /// Pays as invoices say from now on; the card is forgotten, here and at the provider.
    ///
    /// # Errors
    /// `forbidden`; `reauthentication_needed`; `stale`; `not_found` when there is none.
    pub async fn remove_card(&self, actor: &Actor, version: i64) -> Result<()> {
        let mut change = Change::begin(self.0, self.proven(actor)?).await?;
        let row = still(&mut change, version).await?;
        let Some((id, card, sealed)) = row.as_ref().map(super::Row::card).transpose()?.flatten() else {
            return Err(Problem::not_found("card").into());
        };
        let token = open(self.0, id, sealed)?;
        let seq = change.seq;
        change.run(DROP, args![seq]).await?;
        scheduler::clear(&mut change, Kind::CardReminder, id).await?;
        tell(&mut change, Some(&card), None).await?;
        change.commit().await?;
        forget(self.0, Some(&token)).await;
        Ok(())
    }

    /// Whoever changes how invoices are paid has proven lately who they are.
    fn proven(&self, actor: &Actor) -> Result<Permit> {
        let permit = permit(actor, Operation::UpdateBilling)?;
        recently_authenticated(&permit, self.0.env().now())?;
        Ok(permit)
    }

    /// What the provider keeps under a reference.
    async fn kept(&self, reference: &str) -> Result<KeptCard> {
        let told = self.0.env().payments.keep(plain(reference)?).await;
        let kept = told.map_err(|refused| Problem::at("card", refused.0))?;
        if kept.is_proper() { Ok(kept) } else { Err(improper()) }
    }

    /// Writes the card over what was seen; says what the provider knows the former one by.
    async fn write(
        &self,
        permit: Permit,
        version: i64,
        kept: &KeptCard,
        expires_at: Timestamp,
    ) -> Result<Option<String>> {
        let mut change = Change::begin(self.0, permit).await?;
        let row = still(&mut change, version).await?;
        let former = row.as_ref().map(super::Row::card).transpose()?.flatten();
        let id = self.0.env().new_id()?;
        let sealed = self.0.vault().seal(self.0.env(), place(id), kept.token.as_bytes())?;
        let (year, month) = (i64::from(kept.year), i64::from(kept.month));
        let card = known(kept.entered())?;
        let values = args![change.seq, id, sealed, &card.brand, &card.last_four, year, month];
        change.run_one(KEEP, values).await?;
        if let Some((former, ..)) = former {
            scheduler::clear(&mut change, Kind::CardReminder, former).await?;
        }
        if let Some(next) = reminder::next(expires_at, change.now) {
            scheduler::set(&mut change, Kind::CardReminder, id, next).await?;
        }
        tell(&mut change, former.as_ref().map(|(_, card, _)| card), Some(&card)).await?;
        let former = former.map(|(id, _, sealed)| open(self.0, id, sealed)).transpose()?;
        change.commit().await?;
        Ok(former)
    }
}

/// What the way to the provider's page carries, so that nobody pays with a card that another entered and
/// sent them the link of.
pub(super) fn beginning(context: &Context, me: Id) -> Result<String> {
    let now = context.env().now().as_micros().to_be_bytes();
    let sealed = context.vault().seal(context.env(), gone(me), &now)?;
    Ok(BASE64URL_NOPAD.encode(sealed.as_bytes()))
}

/// Whether somebody has gone from here to the provider themselves, lately.
fn came_from_here(context: &Context, actor: &Actor, begun: &str) -> Result<()> {
    let me = actor.auth()?.id;
    let at = || {
        let sealed = String::from_utf8(BASE64URL_NOPAD.decode(begun.as_bytes()).ok()?).ok()?;
        let at = context.vault().open(gone(me), &sealed).ok()?;
        Some(Timestamp::from_micros(i64::from_be_bytes(at.as_slice().try_into().ok()?)))
    };
    if at().is_some_and(|at| context.env().now().since(at) <= GONE) {
        return Ok(());
    }
    let message = "This link does not come from a card that you have just entered. Nothing was changed. To pay by \
        card, begin under Payment method.";
    Err(Problem::at("card", message).into())
}

/// A reference as providers write them. A number is none, and goes no further.
fn plain(reference: &str) -> Result<&str> {
    let plain = reference.bytes().all(|byte| byte.is_ascii_graphic());
    let number = reference.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if number || reference.len() > TOKEN_MAX || !plain {
        return Err(Problem::at("card", "There is no such card. Enter it again.").into());
    }
    Ok(reference)
}

fn known(EnteredCard { brand, last_four, year, month }: EnteredCard) -> Result<Card> {
    let expires_at = end_of(year, month)?;
    Ok(Card { brand, last_four, year, month, expires_at })
}

fn expired() -> Problem {
    Problem::at("card", "This card has expired. Use another one.")
}

/// Not a word of what the provider says, which may be a number.
fn improper() -> Error {
    Error::internal("the payment provider answers with something that cannot be kept")
}

/// From which card to which, without what the provider knows them by.
async fn tell(change: &mut Change, from: Option<&Card>, to: Option<&Card>) -> Result<()> {
    let called = |card: Option<&Card>| card.map_or_else(|| NO_CARD.to_owned(), Card::called);
    let expiry = |card: Option<&Card>| card.map(Card::expiry).unwrap_or_default();
    let mut changes = vec![
        field("paymentMethod", called(from), called(to)),
        field("paymentMethod.expires", expiry(from), expiry(to)),
    ];
    changes.retain(|change| change.from != change.to);
    if changes.is_empty() {
        return Ok(());
    }
    record(change, AuditEvent::new(EventKind::PaymentMethodUpdate).changes(changes)).await
}

/// A provider that cannot be reached keeps a card that nobody knows any more; that undoes nothing here.
async fn forget(context: &Context, token: Option<&str>) {
    let Some(token) = token else { return };
    let payments = &context.env().payments;
    if let Err(refused) = payments.forget(token).await {
        tracing::warn!(provider = payments.name(), why = refused.0, "a card is still kept by the provider");
    }
}

fn open(context: &Context, id: Id, sealed: &str) -> Result<String> {
    let token = context.vault().open(place(id), sealed)?;
    Ok(std::str::from_utf8(&token).map_err(Error::internal)?.to_owned())
}

/// Where it stands, so to speak, by whom the provider's page was opened.
fn gone(administrator: Id) -> Place {
    Place { table: "billing", column: "begun", row: administrator }
}

fn place(card: Id) -> Place {
    Place { table: "billing", column: "token", row: card }
}

/// When a month is over, in UTC: until then a card is good.
pub(super) fn end_of(year: i16, month: i8) -> Result<Timestamp> {
    let first = date(year, month, 1).to_zoned(TimeZone::UTC);
    let after = first.and_then(|first| first.checked_add(Span::new().months(1)));
    after
        .map(|after: Zoned| Timestamp::from_micros(after.timestamp().as_microsecond()))
        .map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_good_until_its_month_is_over() {
        for (year, month, end) in
            [(2026, 11, "2026-12-01"), (2026, 12, "2027-01-01"), (2028, 2, "2028-03-01")]
        {
            let end: jiff::Timestamp = format!("{end}T00:00:00Z").parse().expect("an instant");
            assert_eq!(end_of(year, month).expect("an end").as_micros(), end.as_microsecond());
        }
    }
}
