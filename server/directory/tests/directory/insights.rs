//! Directory Insights: the list, its filters, its pages while events arrive, the histogram, the export, and who sees them.

use std::time::Duration;

use directory::Actor;
use model::event::EventKind;
use model::insights::{EVENTS, EventRow, EventsPage};
use model::list::Cursor;
use model::user::Selection;
use model::{DefaultRole, ErrorCode, Filter, Id, ListQuery, Sort, Test};

use crate::world::{World, visitor};

const HOUR: Duration = Duration::from_hours(1);

fn asked(filters: Vec<Filter>) -> ListQuery {
    ListQuery { filters, ..ListQuery::default() }
}

async fn rows(world: &World, actor: &Actor, query: &ListQuery) -> Vec<EventRow> {
    world.directory.insights().list(actor, query).await.expect("a page").page.rows
}

async fn kinds(world: &World, actor: &Actor, query: &ListQuery) -> Vec<String> {
    rows(world, actor, query).await.into_iter().map(|row| row.event_type).collect()
}

/// Ada was added, and suspended an hour later; Linus was added an hour after that, and somebody tried Grace's password.
async fn story(world: &World) -> (Actor, Id) {
    let grace = world.grace().await;
    let ada = world.user(&grace, "ada.lovelace").await;
    world.wait(HOUR);
    world.directory.users().suspend(&grace, &Selection::These(vec![ada])).await.expect("done");
    world.wait(HOUR);
    world.user(&grace, "linus").await;
    let sign_in = world.directory.sign_in();
    drop(
        sign_in.password(&visitor(), model::Principal::Administrator, "grace@example.org", "wrong-one").await,
    );
    (grace, ada)
}

both! {
    async fn each_filter_finds_its_own(world) {
        let (grace, ada) = story(world).await;
        let is = |column: &str, value: &str| asked(vec![Filter::is(column, [value])]);
        let all = kinds(world, &grace, &ListQuery::default()).await;
        assert_eq!(all[0], "admin_login_attempt", "the latest first");
        assert_eq!(kinds(world, &grace, &is("event", "user_suspended")).await, ["user_suspended"]);
        let of_ada = kinds(world, &grace, &is("person", &ada.to_string())).await;
        assert_eq!(of_ada.first().map(String::as_str), Some("user_suspended"));
        assert!(of_ada.contains(&"user_create".to_owned()) && of_ada.len() < all.len());
        let me = grace.auth().expect("signed in").id.to_string();
        assert!(kinds(world, &grace, &is("by", &me)).await.contains(&"user_suspended".to_owned()));
        assert!(kinds(world, &grace, &is("by", &ada.to_string())).await.is_empty());
        let failed = rows(world, &grace, &is("result", "failure")).await;
        assert!(!failed.is_empty() && failed.iter().all(|row| !row.success));
        let not = Filter { test: Test::IsNot, ..Filter::is("result", ["failure"]) };
        assert_eq!(rows(world, &grace, &asked(vec![not])).await.len() + failed.len(), all.len());
        assert_eq!(kinds(world, &grace, &is("service", "directory")).await, all);
        let from = rows(world, &grace, &is("from", "192.0.2.1")).await;
        assert!(!from.is_empty() && from.iter().all(|row| row.client_ip == "192.0.2.1"));
        assert!(rows(world, &grace, &is("from", "192.0.2.99")).await.is_empty());
        for wrong in [is("result", "odd"), is("service", "odd"), is("person", "odd"), is("nothing", "x")] {
            let refused = world.directory.insights().list(&grace, &wrong).await;
            assert_eq!(world.code(refused.map(drop)), ErrorCode::Invalid, "{wrong:?}");
        }
    }
}

both! {
    async fn a_person_who_is_filtered_by_has_a_name(world) {
        let (grace, ada) = story(world).await;
        let query = asked(vec![Filter::is("person", [ada.to_string()])]);
        let EventsPage { people, .. } = world.directory.insights().list(&grace, &query).await.expect("a page");
        assert_eq!(people, [(ada, "Ada Lovelace".to_owned())]);
    }
}

both! {
    /// The search reads names, kinds, addresses and values before and after, without regard to case or accents.
    async fn the_search_reads_all_that_a_person_reads(world) {
        let (grace, _) = story(world).await;
        let search = |text: &str| ListQuery { search: text.into(), ..ListQuery::default() };
        for (text, found) in [
            ("ADA lovelace suspended", true),
            ("user_suspended", true),
            ("192.0.2.1", true),
            ("suspended ACTIVATED", true),
            ("lovelace nobody", false),
            ("100%", false),
        ] {
            assert_eq!(!rows(world, &grace, &search(text)).await.is_empty(), found, "{text}");
        }
    }
}

both! {
    async fn a_range_bounds_the_list_and_the_histogram(world) {
        let (grace, _) = story(world).await;
        let insights = world.directory.insights();
        let lately = asked(vec![Filter::after("time", "-1h")]);
        let all = rows(world, &grace, &ListQuery::default()).await;
        let some = rows(world, &grace, &lately).await;
        assert!(some.len() < all.len());
        assert_eq!(some[..], all[..some.len()]);
        let before = Filter { test: Test::Before, ..Filter::after("time", some.last().expect("one").at.as_micros().to_string()) };
        assert_eq!(rows(world, &grace, &asked(vec![before])).await, all[some.len()..]);
        for query in [ListQuery::default(), lately, asked(vec![Filter::is("result", ["failure"])])] {
            let histogram = insights.histogram(&grace, &query).await.expect("counted");
            let counted: u64 = histogram.spans.iter().map(|span| span.succeeded + span.failed).sum();
            assert_eq!(counted, rows(world, &grace, &query).await.len() as u64, "{query:?}");
            assert!(histogram.spans.len() <= 66 && !histogram.spans.is_empty());
            let steps = histogram.spans.windows(2).all(|two| two[1].from.as_micros() - two[0].from.as_micros() == histogram.width);
            assert!(steps, "no span is left out");
        }
        world.wait(HOUR * 24 * 8);
        assert!(rows(world, &grace, &ListQuery::default()).await.is_empty(), "7 days unless asked otherwise");
        let ever = asked(vec![Filter::after("time", "0")]);
        assert_eq!(rows(world, &grace, &ever).await, all);
    }
}

both! {
    /// Through all pages while events arrive: what was there at the beginning is seen once each.
    async fn pages_neither_lose_nor_repeat_while_events_arrive(world) {
        let grace = world.grace().await;
        for number in 0..35 {
            world.user(&grace, &format!("user{number}")).await;
        }
        let mut query = ListQuery { limit: 10, ..ListQuery::default() };
        let mut there = Vec::new();
        let mut whole = ListQuery { limit: 100, ..ListQuery::default() };
        whole.filters.push(Filter::is("event", EventKind::ALL.iter().map(|kind| kind.as_str())));
        there.extend(rows(world, &grace, &whole).await.into_iter().map(|row| row.id));
        let mut seen = Vec::new();
        let mut arrived = 0;
        loop {
            let page = world.directory.insights().list(&grace, &query).await.expect("a page").page;
            seen.extend(page.rows.iter().map(|row| row.id));
            let Some(mark) = page.after else { break };
            query.cursor = Some(Cursor::After(mark));
            // Of the same instant, and later.
            world.user(&grace, &format!("late{arrived}")).await;
            world.wait(Duration::from_secs(1));
            arrived += 1;
        }
        assert!(arrived > 2);
        assert_eq!(seen, there);
    }
}

both! {
    async fn one_event_says_what_changed_from_where(world) {
        let (grace, ada) = story(world).await;
        let suspended = rows(world, &grace, &asked(vec![Filter::is("event", ["user_suspended"])])).await;
        assert_eq!(suspended[0].who(), "Grace Hopper → Ada Lovelace");
        world.directory.seal_events().await.expect("sealed");
        let one = world.directory.insights().read(&grace, suspended[0].id).await.expect("there");
        assert!(one.number.is_some());
        assert_eq!((one.useragent.as_str(), one.auth_method.as_str()), ("a test", "session"));
        let change = &one.changes[0];
        assert_eq!((change.field.as_str(), change.from.as_str(), change.to.as_str()), ("State", "Active", "Suspended"));
        let json: serde_json::Value = serde_json::from_str(&one.json).expect("JSON");
        assert_eq!(json["resource"]["id"], ada.to_string());
        let nothing = world.directory.insights().read(&grace, ada).await;
        assert_eq!(world.code(nothing.map(drop)), ErrorCode::NotFound);
    }
}

both! {
    /// As the table of roles has it; what is of billing is for those who see that.
    async fn who_may_see_events(world) {
        let grace = world.grace().await;
        let contact = model::billing::BillingForm { name: "Money".into(), email: "money@example.org".into(), ..Default::default() };
        world.directory.billing().update(&grace, 0, &contact).await.expect("changed");
        let of_billing = asked(vec![Filter::is("event", ["billing_update"])]);
        let billed = rows(world, &grace, &of_billing).await;
        assert_eq!(billed.len(), 1);
        let insights = world.directory.insights();
        for role in DefaultRole::ALL {
            let actor = world.administrator(&format!("r{}", *role as u8), *role).await;
            let sees = !matches!(role, DefaultRole::CommandRunner | DefaultRole::CommandRunnerWithBilling | DefaultRole::BillingOnly);
            let listed = insights.list(&actor, &of_billing).await;
            assert_eq!(listed.is_ok(), sees, "{role}");
            assert_eq!(insights.histogram(&actor, &of_billing).await.is_ok(), sees, "{role}");
            assert_eq!(insights.export(&actor, &of_billing, "CSV").await.is_ok(), sees, "{role}");
            if let Ok(listed) = listed {
                let bills = actor.may(model::Operation::ReadBilling);
                assert_eq!(listed.page.rows.len(), usize::from(bills), "{role}");
                assert_eq!(insights.read(&actor, billed[0].id).await.is_ok(), bills, "{role}");
            }
        }
    }
}

both! {
    async fn an_export_is_what_the_list_matches_and_an_event(world) {
        let (grace, _) = story(world).await;
        let query = ListQuery { sort: Some(Sort::parse("time")), ..asked(vec![Filter::is("result", ["success"])]) };
        let listed: Vec<Id> = rows(world, &grace, &query).await.into_iter().map(|row| row.id).collect();
        let mut export = world.directory.insights().export(&grace, &query, "CSV").await.expect("begun");
        let mut taken = Vec::new();
        loop {
            let part = export.events().await.expect("a part");
            if part.is_empty() {
                break;
            }
            taken.extend(part.into_iter().map(|found| found.event.id));
        }
        assert_eq!(taken, listed);
        let told = rows(world, &grace, &asked(vec![Filter::is("event", ["events_export"])])).await;
        assert_eq!(told.len(), 1);
        assert!(told[0].message.starts_with(&format!("CSV: {} events, by filter=", listed.len())), "{}", told[0].message);
    }
}

#[test]
fn the_list_offers_every_kind() {
    let event = EVENTS.column("event").and_then(|column| column.filter);
    let Some(model::list::FilterKind::Choice(choices)) = event else { panic!("{event:?}") };
    assert_eq!(choices.len(), EventKind::ALL.len());
}
