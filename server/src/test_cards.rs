//! A provider of cards that are none, for the browser tests: the feature `test-clock` brings it, which a
//! release build refuses. Its page is where a person would enter a card.

use axum::{extract::Query, response::Html};
use directory::{CardRefused, EnteredCard, KeptCard, PaymentFuture, PaymentProvider};
use serde::Deserialize;

/// Its page on which a card is entered.
pub const PAGE: &str = "/_test/cards";

pub struct TestCards;

const CARDS: [(&str, &str, &str); 2] = [("visa", "Visa", "4242"), ("mastercard", "Mastercard", "4444")];

/// The card that a reference such as `visa-2027-02` is about: which, and the last month in which it is good.
fn card(reference: &str) -> Option<KeptCard> {
    let mut parts = reference.split('-');
    let which = parts.next()?;
    let (_, brand, last_four) = CARDS.iter().find(|card| card.0 == which)?;
    Some(KeptCard {
        token: reference.to_owned(),
        brand: (*brand).to_owned(),
        last_four: (*last_four).to_owned(),
        year: parts.next()?.parse().ok()?,
        month: parts.next()?.parse().ok()?,
    })
}

impl PaymentProvider for TestCards {
    fn name(&self) -> &'static str {
        "Test cards"
    }

    fn card_page(&self, back: &str) -> Option<String> {
        Some(format!("{PAGE}?back={back}"))
    }

    fn show<'a>(&'a self, reference: &'a str) -> PaymentFuture<'a, EnteredCard> {
        let found = card(reference).map(|KeptCard { brand, last_four, year, month, .. }| EnteredCard {
            brand,
            last_four,
            year,
            month,
        });
        Box::pin(async move { found.ok_or_else(|| CardRefused("The card was declined.".to_owned())) })
    }

    fn keep<'a>(&'a self, reference: &'a str) -> PaymentFuture<'a, KeptCard> {
        let found = card(reference);
        Box::pin(async move { found.ok_or_else(|| CardRefused("The card was declined.".to_owned())) })
    }

    fn forget<'a>(&'a self, _token: &'a str) -> PaymentFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

#[derive(Deserialize)]
pub struct Asked {
    back: String,
}

/// One link for each card, and for one that is declined.
pub async fn page(Query(Asked { back }): Query<Asked>) -> Html<String> {
    let back = back.replace(['"', '<', '>', '&'], "");
    let link =
        |reference: &str, word: &str| format!("<p><a href=\"{back}&amp;card={reference}\">{word}</a></p>");
    let cards = CARDS
        .map(|(which, brand, last_four)| link(&format!("{which}-2099-12"), &format!("{brand} {last_four}")));
    let (cards, declined) = (cards.concat(), link("declined", "A card that is declined"));
    Html(format!(
        "<!DOCTYPE html><html lang=\"en\"><link rel=\"icon\" href=\"/favicon.svg\"><title>Test cards</title><main><h1>Test cards</h1>{cards}{declined}</main></html>"
    ))
}
