//! Billing: whom invoices go to, how they are paid, and who takes a seat.

mod card;
mod reminder;

use model::billing::{Billing as Standing, BillingForm, Card, CardProvider, Delivery, Package, Seats};
use model::event::EventKind;
use model::{ErrorCode, Id, Operation, Problem};

use crate::settings;
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::Change;

pub(crate) use reminder::{attention, remind};

/// Billing.
pub struct Billing<'a>(pub(crate) &'a Context, pub(crate) &'a Package);

/// The screen, to which the provider's page leads back.
const SCREEN: &str = "/admin/settings/billing";

const READ: Sql = sql!(
    "SELECT seq, name, email, street, city, region, postal_code, country, delivery, card_id, token,
    brand, last_four, expires_year, expires_month FROM billing"
);
/// The first time there is no row yet. Whoever changes it has looked at the version in the same change.
const WRITE: Sql = sql!(
    "INSERT INTO billing
    (one, seq, name, email, street, city, region, postal_code, country, delivery)
    VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, name = excluded.name, email = excluded.email,
        street = excluded.street, city = excluded.city, region = excluded.region,
        postal_code = excluded.postal_code, country = excluded.country, delivery = excluded.delivery"
);
const SEATS: Sql = sql!(
    "SELECT
        CAST(COALESCE(SUM(CASE WHEN state = 'STAGED' THEN 1 ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN state = 'ACTIVATED' THEN 1 ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN state = 'SUSPENDED' THEN 1 ELSE 0 END), 0) AS BIGINT),
        (SELECT COUNT(*) FROM administrators)
    FROM users WHERE deleted_at IS NULL"
);

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    name: String,
    email: String,
    street: String,
    city: String,
    region: String,
    postal_code: String,
    country: String,
    delivery: String,
    card_id: Option<Id>,
    token: Option<String>,
    brand: Option<String>,
    last_four: Option<String>,
    expires_year: Option<i64>,
    expires_month: Option<i64>,
}

impl Row {
    fn contact(&self) -> BillingForm {
        BillingForm {
            name: self.name.clone(),
            email: self.email.clone(),
            street: self.street.clone(),
            city: self.city.clone(),
            region: self.region.clone(),
            postal_code: self.postal_code.clone(),
            country: self.country.clone(),
            delivery: Delivery::parse(&self.delivery).unwrap_or(Delivery::Email),
        }
    }

    /// The card with its id and what the provider knows it by, sealed.
    fn card(&self) -> Result<Option<(Id, Card, &str)>> {
        let (Some(id), Some(token), Some(brand), Some(last_four), Some(year), Some(month)) = (
            self.card_id,
            &self.token,
            &self.brand,
            &self.last_four,
            self.expires_year.and_then(|year| i16::try_from(year).ok()),
            self.expires_month.and_then(|month| i8::try_from(month).ok()),
        ) else {
            return Ok(None);
        };
        let expires_at = card::end_of(year, month)?;
        let card = Card { brand: brand.clone(), last_four: last_four.clone(), year, month, expires_at };
        Ok(Some((id, card, token)))
    }
}

impl Billing<'_> {
    /// Billing as it stands.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn read(&self, actor: &Actor) -> Result<Standing> {
        permit(actor, Operation::ReadBilling)?;
        let mut tx = self.0.db().read().await?;
        let (staged, activated, suspended, administrators): (i64, i64, i64, i64) =
            tx.one(SEATS, args![]).await?;
        let [staged, activated, suspended, administrators] =
            [staged, activated, suspended, administrators].map(|count| u64::try_from(count).unwrap_or(0));
        let row = find(&mut tx).await?;
        let card = match &row {
            Some(row) => row.card()?.map(|(_, card, _)| card),
            None => None,
        };
        let payments = &self.0.env().payments;
        let begun = card::beginning(self.0, actor.auth()?.id)?;
        let page = payments.card_page(&format!("{}{SCREEN}?begun={begun}", self.0.public_url()));
        Ok(Standing {
            version: row.as_ref().map_or(0, |row| row.seq),
            package: self.1.clone(),
            seats: Seats { staged, activated, suspended, administrators },
            contact: row.as_ref().map(Row::contact).unwrap_or_default(),
            card,
            provider: page.map(|page| CardProvider { name: payments.name().to_owned(), page }),
        })
    }

    /// Changes whom invoices go to.
    ///
    /// # Errors
    /// `forbidden`; `invalid` with the fields at fault; `stale` when somebody else was faster.
    pub async fn update(&self, actor: &Actor, version: i64, typed: &BillingForm) -> Result<()> {
        let permit = permit(actor, Operation::UpdateBilling)?;
        let after = typed.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let row = still(&mut change, version).await?;
        let before = row.as_ref().map(Row::contact).unwrap_or_default();
        let changes: Vec<_> = before
            .each()
            .into_iter()
            .zip(after.each())
            .filter(|((_, from), (_, to))| from != to)
            .map(|((name, from), (_, to))| field(&format!("billing.{name}"), from, to))
            .collect();
        if changes.is_empty() {
            return Ok(());
        }
        let BillingForm { name, email, street, city, region, postal_code, country, delivery } = after;
        let delivery = delivery.as_str();
        let values = args![change.seq, name, email, street, city, region, postal_code, country, delivery];
        change.run(WRITE, values).await?;
        record(&mut change, AuditEvent::new(EventKind::BillingUpdate).changes(changes)).await?;
        change.commit().await
    }
}

async fn find(tx: &mut Tx) -> Result<Option<Row>> {
    Ok(tx.optional(READ, args![]).await?)
}

/// What is there, if it is what was seen.
async fn still(change: &mut Change, version: i64) -> Result<Option<Row>> {
    let row = find(change.tx()).await?;
    if row.as_ref().map_or(0, |row| row.seq) == version {
        return Ok(row);
    }
    let message =
        "Billing has been changed meanwhile, by somebody else or by you in another window. Load it again.";
    Err(Problem::new(ErrorCode::Stale, message).into())
}

/// Billing is the organization's.
async fn record(change: &mut Change, audit_event: AuditEvent) -> Result<()> {
    let organization = settings::read(change.tx()).await?;
    change.record(audit_event.to("organization", organization.id, organization.profile.name)).await
}
