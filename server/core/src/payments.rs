//! Who takes payments. A card is entered on the provider's own page and never passes this program: it
//! hears of it by a reference, and keeps what the provider knows the card by.

use std::future::Future;
use std::pin::Pin;

use model::billing::holds_number;
use model::text::line;

/// What a provider says, once it does.
pub type PaymentFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, CardRefused>> + Send + 'a>>;

/// Why a provider does not do what it was asked: a sentence for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRefused(pub String);

/// A card that a provider keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptCard {
    /// What the provider knows it by; worth nothing to anybody but this installation.
    pub token: String,
    pub brand: String,
    pub last_four: String,
    /// The last month in which it is good.
    pub year: i16,
    pub month: i8,
}

/// A card that was entered at a provider and is not kept yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnteredCard {
    pub brand: String,
    pub last_four: String,
    /// The last month in which it is good.
    pub year: i16,
    pub month: i8,
}

/// Takes payments for whoever hosts the directory.
pub trait PaymentProvider: Send + Sync + 'static {
    /// What people know it by.
    fn name(&self) -> &str;

    /// Its page on which a card is entered, and from which the person comes back to `back` with
    /// `&card=REFERENCE` at its end; `None` for one that takes no cards.
    fn card_page(&self, back: &str) -> Option<String>;

    /// Which card was entered under a reference; nothing is kept by that.
    fn show<'a>(&'a self, reference: &'a str) -> PaymentFuture<'a, EnteredCard>;

    /// Keeps the card that was entered under a reference.
    fn keep<'a>(&'a self, reference: &'a str) -> PaymentFuture<'a, KeptCard>;

    /// Forgets a card for good.
    fn forget<'a>(&'a self, token: &'a str) -> PaymentFuture<'a, ()>;
}

/// The provider that comes with the program: invoices reach the contact, and nobody takes cards.
#[derive(Clone, Copy, Debug)]
pub struct Invoices;

impl PaymentProvider for Invoices {
    fn name(&self) -> &'static str {
        "Invoice"
    }

    fn card_page(&self, _back: &str) -> Option<String> {
        None
    }

    fn show<'a>(&'a self, _reference: &'a str) -> PaymentFuture<'a, EnteredCard> {
        Box::pin(async { Err(nobody()) })
    }

    fn keep<'a>(&'a self, _reference: &'a str) -> PaymentFuture<'a, KeptCard> {
        Box::pin(async { Err(nobody()) })
    }

    fn forget<'a>(&'a self, _token: &'a str) -> PaymentFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

fn nobody() -> CardRefused {
    CardRefused("Nobody takes cards here: invoices are paid as they say.".into())
}

/// The longest token or reference of a provider, in characters.
pub const TOKEN_MAX: usize = 512;
const BRAND_MAX: usize = 32;

impl EnteredCard {
    /// Whether this can be shown here, and kept: what looks like a card's number is not, whoever sends it.
    pub fn is_proper(&self) -> bool {
        let four = self.last_four.len() == 4 && self.last_four.bytes().all(|byte| byte.is_ascii_digit());
        let brand = line(&self.brand, BRAND_MAX).is_ok_and(|brand| brand == self.brand && !brand.is_empty());
        let month = (1..=12).contains(&self.month) && (2000..=9000).contains(&self.year);
        four && brand && month && !holds_number(&self.brand)
    }
}

impl KeptCard {
    /// The card without what the provider knows it by.
    pub fn entered(&self) -> EnteredCard {
        let Self { brand, last_four, year, month, .. } = self.clone();
        EnteredCard { brand, last_four, year, month }
    }

    /// Likewise.
    pub fn is_proper(&self) -> bool {
        let token = !self.token.is_empty() && self.token.chars().count() <= TOKEN_MAX;
        token && !holds_number(&self.token) && self.entered().is_proper()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_looks_like_a_number_is_kept() {
        let good = KeptCard {
            token: "card_1Nv0Ab".into(),
            brand: "Visa".into(),
            last_four: "4242".into(),
            year: 2028,
            month: 4,
        };
        assert!(good.is_proper());
        for bad in [
            KeptCard { token: "4242424242424242".into(), ..good.clone() },
            KeptCard { token: "4242 4242-4242 4242".into(), ..good.clone() },
            KeptCard { token: String::new(), ..good.clone() },
            KeptCard { brand: "4242424242424242".into(), ..good.clone() },
            KeptCard { brand: "a\nb".into(), ..good.clone() },
            KeptCard { last_four: "42424242".into(), ..good.clone() },
            KeptCard { last_four: "424x".into(), ..good.clone() },
            KeptCard { month: 13, ..good.clone() },
        ] {
            assert!(!bad.is_proper());
        }
    }
}
