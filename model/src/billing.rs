//! Billing: the package, the seats it is about, whom invoices go to, and how they are paid.

use serde::{Deserialize, Serialize};

use crate::mail::words;
use crate::text::{Email, TextError, line};
use crate::{Faults, Timestamp};

/// The longest name or street, in characters.
const LINE_MAX: usize = 128;
/// The longest of the other parts of an address, in characters.
const PART_MAX: usize = 64;
/// The name of a package that nobody named.
const SELF_HOSTED: &str = "Self-hosted";

words! {
    /// How often a package is paid for.
    Period {
        Never = "none", "Nothing is charged";
        Monthly = "monthly", "Every month";
        Yearly = "yearly", "Every year";
    }
}

words! {
    /// How invoices reach the contact.
    Delivery {
        Email = "email", "By email";
        Post = "post", "By post";
    }
}

/// What the organization has been given, or pays for: set by whoever runs the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    pub name: String,
    pub period: Period,
    /// How many users there may be; `None` for as many as there are.
    pub seats: Option<u32>,
}

impl Default for Package {
    fn default() -> Self {
        Self { name: SELF_HOSTED.to_owned(), period: Period::Never, seats: None }
    }
}

impl Package {
    /// A package as somebody configured it; what is not said is as in one's own installation.
    ///
    /// # Errors
    /// The parts at fault: `name`, `period`, `seats`.
    pub fn parse(name: Option<&str>, period: Option<&str>, seats: Option<&str>) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let name = match name.map(|name| line(name, PART_MAX)) {
            None => SELF_HOSTED.to_owned(),
            Some(name) => faults.take("name", name).filter(|name| !name.is_empty()).unwrap_or_default(),
        };
        if name.is_empty() && faults.is_empty() {
            faults.add("name", "Say a name, or leave the setting out.");
        }
        let period = period.map_or(Some(Period::Never), Period::parse);
        if period.is_none() {
            let words: Vec<_> = Period::ALL.iter().map(|period| period.as_str()).collect();
            faults.add("period", format!("The period is one of {}.", words.join(", ")));
        }
        let seats = match seats.map(str::trim) {
            None | Some("unlimited") => Some(None),
            Some(text) => text.parse().ok().filter(|seats| *seats > 0).map(Some),
        };
        if seats.is_none() {
            faults.add("seats", "Seats are a number from 1 up, or unlimited.");
        }
        match (period, seats) {
            (Some(period), Some(seats)) if faults.is_empty() => Ok(Self { name, period, seats }),
            _ => Err(faults),
        }
    }
}

/// Who takes a seat, by state, and the administrators, who take none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seats {
    pub staged: u64,
    pub activated: u64,
    pub suspended: u64,
    pub administrators: u64,
}

impl Seats {
    /// Every user takes one until they are deleted.
    pub fn taken(&self) -> u64 {
        self.staged + self.activated + self.suspended
    }
}

/// Whom invoices go to, as it is and as it is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingForm {
    pub name: String,
    pub email: String,
    pub street: String,
    pub city: String,
    pub region: String,
    pub postal_code: String,
    pub country: String,
    pub delivery: Delivery,
}

impl Default for BillingForm {
    fn default() -> Self {
        let empty = String::new;
        Self {
            name: empty(),
            email: empty(),
            street: empty(),
            city: empty(),
            region: empty(),
            postal_code: empty(),
            country: empty(),
            delivery: Delivery::Email,
        }
    }
}

const NO_NUMBER: &str = "This looks like a card number. Card numbers are not stored here.";

impl BillingForm {
    /// What was typed, tidied.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn parse(&self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut part = |field: &str, typed: &str, max: usize, needed: Option<&str>| {
            let read = line(typed, max).and_then(|text| match needed {
                Some(what) if text.is_empty() => {
                    Err(TextError(format!("Enter the {what}: invoices go there by post.")))
                }
                _ if holds_number(&text) => Err(TextError(NO_NUMBER.to_owned())),
                _ => Ok(text),
            });
            faults.take(field, read).unwrap_or_default()
        };
        let by_post = |what: &'static str| (self.delivery == Delivery::Post).then_some(what);
        let mut parsed = Self {
            name: part("name", &self.name, LINE_MAX, None),
            email: String::new(),
            street: part("street", &self.street, LINE_MAX, by_post("street")),
            city: part("city", &self.city, PART_MAX, by_post("city")),
            region: part("region", &self.region, PART_MAX, None),
            postal_code: part("postal_code", &self.postal_code, PART_MAX, None),
            country: part("country", &self.country, PART_MAX, by_post("country")),
            delivery: self.delivery,
        };
        parsed.email = faults.take("email", Email::parse(&self.email)).map(String::from).unwrap_or_default();
        faults.check().map(|()| parsed)
    }

    /// Every field under its name.
    pub fn each(&self) -> [(&'static str, &str); 8] {
        [
            ("name", &self.name),
            ("email", &self.email),
            ("street", &self.street),
            ("city", &self.city),
            ("region", &self.region),
            ("postalCode", &self.postal_code),
            ("country", &self.country),
            ("delivery", self.delivery.as_str()),
        ]
    }
}

/// Whether a text holds as many digits in a row as cards have, be they parted by spaces or dashes
/// (ISO/IEC 7812: 8 to 19; the shortest that anybody pays with has 12).
pub fn holds_number(text: &str) -> bool {
    let mut row = 0;
    text.chars().any(|c| {
        row = match c {
            '0'..='9' => row + 1,
            ' ' | '-' => row,
            _ => 0,
        };
        row >= 12
    })
}

/// What is known here of a card: nothing that pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub brand: String,
    pub last_four: String,
    /// The last month in which it is good.
    pub year: i16,
    pub month: i8,
    /// When that month is over.
    pub expires_at: Timestamp,
}

impl Card {
    /// "Visa ending in 4242".
    pub fn called(&self) -> String {
        format!("{} ending in {}", self.brand, self.last_four)
    }

    /// As it stands on the card: `04/2027`.
    pub fn expiry(&self) -> String {
        format!("{:02}/{}", self.month, self.year)
    }
}

/// A card that was entered at the provider, as one comes back with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardEntry {
    /// With what the provider's page was opened: by whom, and when.
    pub begun: String,
    /// What the provider calls the card until it keeps it.
    pub reference: String,
}

/// Who takes cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardProvider {
    pub name: String,
    /// Its own page, on which a card is entered.
    pub page: String,
}

/// Billing as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billing {
    /// Sent back with a change, so that a lost race is told; 0 before there is a contact.
    pub version: i64,
    pub package: Package,
    pub seats: Seats,
    pub contact: BillingForm,
    /// Without one, invoices are paid as they say.
    pub card: Option<Card>,
    /// Nobody takes cards where there is none.
    pub provider: Option<CardProvider>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(faults: &Faults) -> Vec<&str> {
        faults.iter().map(|fault| fault.field.as_str()).collect()
    }

    #[test]
    fn no_field_takes_the_number_of_a_card() {
        let form = BillingForm {
            name: "Grace 4242 4242 4242 4242".into(),
            email: "bills@example.org".into(),
            street: "4111111111111111".into(),
            postal_code: "12345-678".into(),
            ..BillingForm::default()
        };
        assert_eq!(fields(&form.parse().expect_err("numbers")), ["name", "street"]);
    }

    #[test]
    fn an_address_is_needed_by_post_alone() {
        let form = BillingForm {
            name: " Accounts ".into(),
            email: "BILLS@example.org".into(),
            ..BillingForm::default()
        };
        let parsed = form.parse().expect("good");
        assert_eq!((parsed.name.as_str(), parsed.email.as_str()), ("Accounts", "bills@example.org"));
        let post = BillingForm { delivery: Delivery::Post, ..form };
        assert_eq!(fields(&post.parse().expect_err("no address")), ["street", "city", "country"]);
        let whole =
            BillingForm { street: "1 Main St".into(), city: "Bath".into(), country: "UK".into(), ..post };
        assert!(whole.parse().is_ok());
    }

    #[test]
    fn every_fault_stands_at_its_field() {
        let odd = || "a\nb".to_owned();
        let wrong = BillingForm {
            name: odd(),
            email: String::new(),
            street: odd(),
            city: "é".repeat(65),
            region: odd(),
            postal_code: odd(),
            country: odd(),
            delivery: Delivery::Email,
        };
        let faults = wrong.parse().expect_err("refused");
        let each = ["name", "street", "city", "region", "postal_code", "country", "email"];
        assert_eq!(fields(&faults), each);
    }

    #[test]
    fn a_package_is_ones_own_installation_unless_somebody_says_otherwise() {
        assert_eq!(Package::parse(None, None, None), Ok(Package::default()));
        let hosted = Package::parse(Some("Team"), Some("yearly"), Some("50")).expect("good");
        assert_eq!(hosted, Package { name: "Team".into(), period: Period::Yearly, seats: Some(50) });
        for seats in ["0", "-1", "many", ""] {
            let faults = Package::parse(Some(" "), Some("weekly"), Some(seats)).expect_err("refused");
            assert_eq!(fields(&faults), ["name", "period", "seats"]);
        }
        assert_eq!(Package::parse(None, None, Some("unlimited")).expect("good").seats, None);
    }
}
