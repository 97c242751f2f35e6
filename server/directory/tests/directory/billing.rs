//! Billing: who takes care of it, what is kept of a card, and the reminders of its end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use directory::{Actor, CardRefused, Directory, EnteredCard, KeptCard, PaymentFuture, PaymentProvider};
use model::billing::{Billing, BillingForm, CardEntry, Delivery, Package, Period};
use model::home::Attention;
use model::user::{NewUser, Selection, UserState};
use model::{DefaultRole, ErrorCode, ListQuery, Operation as Op};

use crate::raw::{messages, rows};
use crate::world::{World, form};

pub const DAY: Duration = Duration::from_hours(24);

/// Takes cards without taking any: the reference says which.
#[derive(Default)]
pub struct TestCards {
    pub forgotten: Mutex<Vec<String>>,
}

impl PaymentProvider for TestCards {
    fn name(&self) -> &'static str {
        "Test cards"
    }

    fn card_page(&self, back: &str) -> Option<String> {
        Some(format!("https://cards.example.org/?back={back}"))
    }

    fn show<'a>(&'a self, reference: &'a str) -> PaymentFuture<'a, EnteredCard> {
        Box::pin(async move {
            let KeptCard { brand, last_four, year, month, .. } = self.keep(reference).await?;
            Ok(EnteredCard { brand, last_four, year, month })
        })
    }

    fn keep<'a>(&'a self, reference: &'a str) -> PaymentFuture<'a, KeptCard> {
        let card = |brand: &str, last_four: &str, year, month| KeptCard {
            token: format!("token_of_{reference}"),
            brand: brand.into(),
            last_four: last_four.into(),
            year,
            month,
        };
        let answer = match reference {
            "visa" => Ok(card("Visa", "4242", 2027, 2)),
            "mastercard" => Ok(card("Mastercard", "4444", 2026, 12)),
            "over" => Ok(card("Visa", "0002", 2026, 10)),
            "brand" => Ok(card("4242424242424242", "4242", 2027, 2)),
            "number" => Ok(KeptCard { token: "4242424242424242".into(), ..card("Visa", "4242", 2027, 2) }),
            _ => Err(CardRefused("The card was declined.".into())),
        };
        Box::pin(async move { answer })
    }

    fn forget<'a>(&'a self, token: &'a str) -> PaymentFuture<'a, ()> {
        self.forgotten.lock().expect("no panic").push(token.to_owned());
        Box::pin(async { Ok(()) })
    }
}

fn contact() -> BillingForm {
    BillingForm { name: "Bill".into(), email: "bills@example.org".into(), ..BillingForm::default() }
}

async fn read(directory: &Directory, by: &Actor) -> Billing {
    directory.billing().read(by).await.expect("billing")
}

/// A directory where cards are taken and there is a contact.
pub async fn with_cards(world: &World, by: &Actor) -> (Directory, Arc<TestCards>) {
    let cards = Arc::new(TestCards::default());
    let directory = world.reopened_for(cards.clone(), Package::default()).await;
    directory.billing().update(by, 0, &contact()).await.expect("saved");
    (directory, cards)
}

/// As somebody comes back from the provider's page, having gone there from here.
async fn entry(directory: &Directory, by: &Actor, reference: &str) -> CardEntry {
    let page = read(directory, by).await.provider.map(|provider| provider.page).unwrap_or_default();
    let begun = page.split_once("begun=").map(|(_, begun)| begun.to_owned()).unwrap_or_default();
    CardEntry { begun, reference: reference.into() }
}

async fn try_card(directory: &Directory, by: &Actor, version: i64, reference: &str) -> directory::Result<()> {
    let entry = entry(directory, by, reference).await;
    directory.billing().use_card(by, version, &entry).await
}

pub async fn use_card(directory: &Directory, by: &Actor, reference: &str) {
    let version = read(directory, by).await.version;
    try_card(directory, by, version, reference).await.expect("used");
}

pub async fn due(world: &World, directory: &Directory) -> Vec<String> {
    directory.clean_up().await.expect("a round");
    messages(world).await
}

both! {
    async fn only_billing_roles_see_and_change_it(world) {
        let grace = world.grace().await;
        let billing = world.directory.billing();
        for (number, role) in DefaultRole::ALL.iter().enumerate() {
            let who = world.administrator(&format!("who{number}"), *role).await;
            let may = Op::ReadBilling.allowed_by(&(*role).into());
            assert_eq!(may, role.as_str().contains("Billing"), "{role}");
            assert_eq!(billing.read(&who).await.is_ok(), may, "{role}");
            let version = read(&world.directory, &grace).await.version;
            let mine = BillingForm { name: format!("By {role}"), ..contact() };
            let refused = billing.update(&who, version, &mine).await.err();
            assert_eq!(refused.is_none(), may, "{role}");
            let removed = world.code(billing.remove_card(&who, version).await);
            assert_eq!(removed == ErrorCode::Forbidden, !may, "{role}");
            let used = world.code(billing.use_card(&who, version, &CardEntry { begun: String::new(), reference: "visa".into() }).await);
            assert_eq!(used == ErrorCode::Forbidden, !may, "{role}");
        }
    }
}

both! {
    async fn the_contact_is_kept_told_and_raced_once(world) {
        let grace = world.grace().await;
        let billing = world.directory.billing();
        let first = read(&world.directory, &grace).await;
        assert_eq!((first.version, &first.card, &first.provider), (0, &None, &None));
        let wrong = BillingForm { delivery: Delivery::Post, email: "nobody".into(), ..BillingForm::default() };
        let problem = world.problem(billing.update(&grace, 0, &wrong).await);
        let fields: Vec<_> = problem.faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["street", "city", "country", "email"]);

        let bill = world.administrator("bill", DefaultRole::BillingOnly).await;
        let (other, mine) = (BillingForm { city: "Bath".into(), ..contact() }, contact());
        let second = world.reopened().await;
        let there = second.billing();
        let (one, two) = tokio::join!(billing.update(&grace, 0, &mine), there.update(&bill, 0, &other));
        let (won, lost) = if one.is_ok() { (mine, two) } else { (other, one) };
        assert_eq!(world.code(lost), ErrorCode::Stale, "one of two at once is told");
        let now = read(&world.directory, &grace).await;
        assert_eq!(now.contact, won);
        let post = BillingForm {
            street: "1 Main St".into(), city: "Bath".into(), country: "UK".into(), delivery: Delivery::Post, ..contact()
        };
        billing.update(&grace, now.version, &post).await.expect("saved");
        let version = read(&world.directory, &grace).await.version;
        billing.update(&grace, version, &post).await.expect("nothing to do");
        assert_eq!(read(&world.directory, &grace).await.version, version);
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        let event = &events[0].event;
        assert_eq!(event.event_type.as_str(), "billing_update");
        let delivery = event.changes.iter().find(|one| one.field == "billing.delivery").expect("told");
        assert_eq!((&*delivery.from, &*delivery.to), ("email", "post"));
    }
}

both! {
    async fn seats_are_counted_by_state(world) {
        let grace = world.grace().await;
        world.administrator("rosa", DefaultRole::ReadOnly).await;
        let users = world.directory.users();
        for (name, state) in [("a.staged", UserState::Staged), ("b.active", UserState::Activated)] {
            let new = NewUser { form: form(name), state: Some(state), ..NewUser::default() };
            users.create(&grace, &new).await.expect("a user");
        }
        let sue = world.user(&grace, "sue").await;
        let del = world.user(&grace, "del").await;
        users.suspend(&grace, &Selection::These(vec![sue])).await.expect("done");
        users.delete(&grace, &Selection::These(vec![del])).await.expect("done");
        let package = Package { name: "Team".into(), period: Period::Yearly, seats: Some(2) };
        let hosted = world.reopened_for(Arc::new(TestCards::default()), package.clone()).await;
        let found = read(&hosted, &grace).await;
        assert_eq!(found.package, package);
        let seats = found.seats;
        assert_eq!((seats.staged, seats.activated, seats.suspended, seats.administrators), (1, 1, 1, 2));
        assert_eq!(seats.taken(), 3, "whoever is deleted takes none, nor do administrators");
        assert_eq!(read(&world.directory, &grace).await.package, Package::default());
    }
}

both! {
    /// Nothing that pays is in the database, nor in the history: the token is sealed, and what looks
    /// like a number is refused whoever sends it.
    async fn a_card_is_known_by_its_last_four_digits(world) {
        let grace = world.grace().await;
        let (directory, cards) = with_cards(world, &grace).await;
        let billing = directory.billing();
        for (reference, code) in [
            ("nonsense", ErrorCode::Invalid),
            ("4242 4242", ErrorCode::Invalid),
            ("", ErrorCode::Invalid),
            ("over", ErrorCode::Invalid),
            ("number", ErrorCode::Internal),
        ] {
            let version = read(&directory, &grace).await.version;
            assert_eq!(world.code(try_card(&directory, &grace, version, reference).await), code, "{reference}");
        }
        assert_eq!(cards.forgotten.lock().expect("no panic").drain(..).collect::<Vec<_>>(), ["token_of_over"]);
        use_card(&directory, &grace, "visa").await;
        let kept = read(&directory, &grace).await.card.expect("a card");
        assert_eq!((kept.called().as_str(), kept.expiry().as_str()), ("Visa ending in 4242", "02/2027"));
        let token = rows(world, "SELECT token, last_four FROM billing").await;
        assert!(token[0].ends_with(" 4242") && !token[0].contains("token_of"), "{token:?}");

        let version = read(&directory, &grace).await.version;
        use_card(&directory, &grace, "visa").await;
        assert_eq!(world.code(try_card(&directory, &grace, version, "visa").await), ErrorCode::Stale);
        assert_eq!(cards.forgotten.lock().expect("no panic").len(), 0, "the card in force is not forgotten");
        use_card(&directory, &grace, "mastercard").await;
        let version = read(&directory, &grace).await.version;
        billing.remove_card(&grace, version).await.expect("removed");
        assert_eq!(read(&directory, &grace).await.card, None);
        assert_eq!(*cards.forgotten.lock().expect("no panic"), ["token_of_visa", "token_of_mastercard"]);
        directory.seal_events().await.expect("sealed");
        let events = directory.history().all(&grace, None).await.expect("events").events;
        let told: Vec<_> = events
            .iter()
            .filter(|one| one.event.event_type.as_str() == "payment_method_update")
            .map(|one| format!("{} → {}", one.event.changes[0].from, one.event.changes[0].to))
            .collect();
        let (visa, mastercard) = ("Visa ending in 4242", "Mastercard ending in 4444");
        let steps = [format!("{mastercard} → invoice"), format!("{visa} → {mastercard}"), format!("invoice → {visa}")];
        assert_eq!(told, steps);
        assert!(events.iter().all(|one| !format!("{one:?}").contains("token_of")));
    }
}

both! {
    async fn paying_takes_a_recent_proof_and_a_contact_and_is_raced_once(world) {
        let grace = world.grace().await;
        let cards: Arc<TestCards> = Arc::default();
        let directory = world.reopened_for(cards.clone(), Package::default()).await;
        let billing = directory.billing();
        assert_eq!(world.code(try_card(&directory, &grace, 0, "visa").await), ErrorCode::Conflict, "nobody to remind");
        billing.update(&grace, 0, &contact()).await.expect("saved");
        let version = read(&directory, &grace).await.version;
        let (one, two) = tokio::join!(try_card(&directory, &grace, version, "visa"), try_card(&directory, &grace, version, "mastercard"));
        let lost = if one.is_ok() { two } else { one };
        assert_eq!(world.code(lost), ErrorCode::Stale);
        let kept = read(&directory, &grace).await.card.expect("a card").brand;
        let gone = if kept == "Visa" { "token_of_mastercard" } else { "token_of_visa" };
        assert_eq!(*cards.forgotten.lock().expect("no panic"), [gone], "the one that lost is not kept anywhere");
        world.wait(Duration::from_mins(11));
        let version = read(&directory, &grace).await.version;
        assert_eq!(world.code(try_card(&directory, &grace, version, "visa").await), ErrorCode::ReauthenticationNeeded);
        assert_eq!(world.code(billing.remove_card(&grace, version).await), ErrorCode::ReauthenticationNeeded);
    }
}

both! {
    /// Which card it is is shown before it is paid with; a link that somebody sent does nothing.
    async fn only_a_card_that_one_went_to_enter_is_paid_with(world) {
        let grace = world.grace().await;
        let (directory, cards) = with_cards(world, &grace).await;
        let billing = directory.billing();
        let mine = entry(&directory, &grace, "visa").await;
        let card = billing.entered(&grace, &mine).await.expect("shown");
        assert_eq!((card.called().as_str(), card.expiry().as_str()), ("Visa ending in 4242", "02/2027"));
        assert_eq!(read(&directory, &grace).await.card, None, "nothing is kept by that");
        let bill = world.administrator("bill", DefaultRole::BillingOnly).await;
        let his = entry(&directory, &bill, "visa").await;
        assert_ne!(his.begun, mine.begun);
        let version = read(&directory, &grace).await.version;
        let forged = [String::new(), "AAAA".into(), "…".into(), his.begun.clone(), format!("{}A", mine.begun)];
        for begun in forged {
            let entry = CardEntry { begun: begun.clone(), reference: "visa".into() };
            for answer in [billing.entered(&grace, &entry).await.map(drop), billing.use_card(&grace, version, &entry).await] {
                let problem = world.problem(answer);
                assert!(problem.fault("card").is_some_and(|why| why.contains("Nothing was changed")), "{begun}: {problem}");
            }
        }
        for (reference, why) in [("nonsense", "declined"), ("over", "expired"), ("4242", "no such card")] {
            let entry = CardEntry { reference: reference.into(), ..mine.clone() };
            let problem = world.problem(billing.entered(&grace, &entry).await);
            assert!(problem.fault("card").is_some_and(|told| told.contains(why)), "{problem}");
        }
        let number = CardEntry { reference: "brand".into(), ..mine.clone() };
        assert_eq!(world.code(billing.entered(&grace, &number).await), ErrorCode::Internal);
        let rosa = world.administrator("rosa", DefaultRole::Administrator).await;
        assert_eq!(world.code(billing.entered(&rosa, &mine).await), ErrorCode::Forbidden);
        assert!(cards.forgotten.lock().expect("no panic").is_empty(), "nothing was kept");
        world.wait(Duration::from_hours(13));
        let grace = world.again().await;
        assert_eq!(world.code(billing.entered(&grace, &mine).await), ErrorCode::Invalid, "that is long ago");
        use_card(&directory, &grace, "visa").await;
    }
}

both! {
    /// The card is good until March begins: messages 30 and 7 days before, and then.
    async fn reminders_come_once_each(world) {
        let grace = world.grace().await;
        let (directory, _) = with_cards(world, &grace).await;
        use_card(&directory, &grace, "visa").await;
        assert_eq!(due(world, &directory).await, [""; 0]);
        // From 22 November, 09:00, to 30 January, 00:00, less a second.
        world.wait(DAY * 68 + Duration::from_secs(15 * 3600 - 1));
        assert_eq!(due(world, &directory).await, [""; 0]);
        let grace = world.again().await;
        let shown = directory.home().read(&grace, "UTC").await.expect("a page").attention;
        assert!(!shown.iter().any(|one| matches!(one, Attention::CardExpires { .. })));
        drop(shown);

        world.wait(Duration::from_hours(1));
        let other = world.reopened().await;
        let (one, two) = tokio::join!(directory.clean_up(), other.clean_up());
        one.and(two).expect("both did their rounds");
        let soon = "card_expiring bills@example.org";
        assert_eq!(due(world, &directory).await, [soon], "two servers, one message");
        let grace = world.again().await;
        let shown = directory.home().read(&grace, "UTC").await.expect("a page").attention;
        let card = "Visa ending in 4242".to_owned();
        assert!(shown.iter().any(|one| matches!(one, Attention::CardExpires { card: of, expiry, over: false } if *of == card && expiry == "02/2027")));
        world.wait(DAY * 22);
        assert_eq!(due(world, &directory).await, [soon], "8 days before, nothing more");
        world.wait(DAY);
        assert_eq!(due(world, &directory).await, [soon; 2]);
        world.wait(DAY * 7);
        assert_eq!(due(world, &directory).await, [soon, soon, "card_expired bills@example.org"]);
        world.wait(DAY * 40);
        assert_eq!(rows(world, "SELECT kind, kind FROM timers").await, [""; 0]);
        let grace = world.again().await;
        let shown = directory.home().read(&grace, "UTC").await.expect("a page").attention;
        assert!(shown.iter().any(|one| matches!(one, Attention::CardExpires { over: true, .. })));
        let rosa = world.administrator("rosa", DefaultRole::Administrator).await;
        let shown = directory.home().read(&rosa, "UTC").await.expect("a page").attention;
        assert!(!shown.iter().any(|one| matches!(one, Attention::CardExpires { .. })), "not for those who see no billing");
    }
}

both! {
    /// What fell due while no server ran comes as one message that is true now; a card that was replaced
    /// or removed reminds nobody.
    async fn reminders_after_downtime_are_true(world) {
        let grace = world.grace().await;
        let (directory, _) = with_cards(world, &grace).await;
        use_card(&directory, &grace, "mastercard").await;
        world.wait(DAY * 35);
        assert_eq!(due(world, &world.reopened().await).await, ["card_expiring bills@example.org"]);
        let grace = world.again().await;
        let query = ListQuery::default();
        let message = world.directory.mail().list(&grace, &query).await.expect("messages").page.rows.remove(0);
        assert_eq!(message.subject, "The card for Example Org expires in 5 days");
        let written = world.directory.mail().message(&grace, message.id).await.expect("a message").written;
        let text = written.expect("not erased").text;
        assert!(text.body.contains("Mastercard ending in 4444") && text.body.contains("1 January 2027"), "{}", text.body);

        use_card(&directory, &grace, "visa").await;
        world.wait(DAY * 20);
        assert_eq!(due(world, &directory).await.len(), 1, "the old card is no matter any more");
        let grace = world.again().await;
        let version = read(&directory, &grace).await.version;
        directory.billing().remove_card(&grace, version).await.expect("removed");
        world.wait(DAY * 100);
        assert_eq!(due(world, &directory).await.len(), 0, "messages are forgotten, and there are no new ones");
    }
}
