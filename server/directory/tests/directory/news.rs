//! What is new, by email: to whom, and once.

use model::account::OwnNews;
use model::event::EventKind;
use model::news::{Part, Release, Words};
use model::{DefaultRole, ErrorCode, ListQuery};

use crate::administrators::{id_of, update_of};
use crate::administrators_life::form_of;
use crate::raw::messages;
use crate::world::World;

fn release(version: &str) -> Release {
    let entries = vec![
        vec![Words::Plain("One ".into()), Words::Strong("great".into()), Words::Plain(" thing.".into())],
        vec![Words::Code("another".into())],
    ];
    let parts = vec![Part { title: "Added".into(), entries }];
    Release { version: version.into(), day: "2026-12-24".into(), parts }
}

async fn told(world: &World, version: &str) -> usize {
    world.directory.news().tell(&release(version)).await.expect("told")
}

both! {
    async fn a_new_version_is_told_once_to_those_who_want_it(world) {
        assert_eq!(told(world, "0.1.0").await, 0, "what it is set up with is no news");
        let grace = world.grace().await;
        for name in ["max", "sue", "off"] {
            world.administrator(name, DefaultRole::ReadOnly).await;
        }
        let admins = world.directory.administrators();
        admins.create(&grace, &form_of("ivy", DefaultRole::ReadOnly)).await.expect("invited");
        let (sue, version) = id_of(world, "sue").await;
        admins.set_suspended(&grace, sue, version, true).await.expect("suspended");
        let mut update = update_of(world, id_of(world, "off").await.0).await;
        update.form.whats_new = false;
        admins.update(&grace, &update).await.expect("changed");
        let before = messages(world).await;

        assert_eq!(told(world, "0.1.0").await, 0);
        assert_eq!(told(world, "").await, 0, "nor is what has no number");
        assert_eq!(messages(world).await, before);
        let other = world.reopened().await;
        let (here, there) = (release("0.10.0"), release("0.10.0"));
        let (one, two) = (world.directory.news(), other.news());
        let (one, two) = tokio::join!(one.tell(&here), two.tell(&there));
        assert_eq!(one.expect("told") + two.expect("told"), 2, "two servers, once");
        for older in ["0.9.0", "0.10.0", "0.2.0-rc.1", "nonsense"] {
            assert_eq!(told(world, older).await, 0, "{older}");
        }
        let mut news: Vec<_> = messages(world).await.into_iter().filter(|one| one.starts_with("whats_new")).collect();
        news.sort();
        assert_eq!(news, ["whats_new grace@example.org", "whats_new max@example.org"]);
        let mail = world.directory.mail();
        let rows = mail.list(&grace, &ListQuery::default()).await.expect("messages").page.rows;
        let message = rows.iter().find(|row| row.recipient == "grace@example.org").expect("hers");
        assert_eq!(message.subject, "What’s new in Bailiwick 0.10.0");
        let text = mail.message(&grace, message.id).await.expect("a message").written.expect("kept").text;
        assert!(text.body.contains("– One great thing.\n– another"), "{}", text.body);
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        let sent = |one: &&model::event::NumberedEvent| one.event.event_type == EventKind::AdminWhatsNewEmail;
        let names: Vec<_> = events.iter().filter(sent).map(|one| one.event.resource.clone().expect("to whom").name).collect();
        assert_eq!(names, ["max Admin", "Grace Hopper"]);
        assert_eq!(told(world, "1.0.0").await, 2);
    }
}

both! {
    /// Nobody is told of the version that an organization begins with, however late it is set up.
    async fn before_it_is_set_up_nobody_is_told(world) {
        assert_eq!(told(world, "0.1.0").await, 0);
        assert_eq!(told(world, "0.2.0").await, 0);
        world.set_up().await;
        assert_eq!(told(world, "0.2.0").await, 0);
        assert_eq!(told(world, "0.3.0").await, 1);
    }
}

both! {
    /// Whoever ran what had no number yet hears of the first release that has one.
    async fn the_first_number_is_news_to_an_organization_that_was_there_before(world) {
        assert_eq!(told(world, "").await, 0);
        world.set_up().await;
        assert_eq!(told(world, "").await, 0);
        assert_eq!(told(world, "0.1.0").await, 1);
        assert_eq!(told(world, "0.1.0").await, 0);
        assert_eq!(told(world, "0.2.0").await, 1);
    }
}

both! {
    async fn everybody_says_for_themselves_whether_they_want_it(world) {
        let grace = world.grace().await;
        let bill = world.administrator("bill", DefaultRole::BillingOnly).await;
        let account = world.directory.account();
        let own = account.details(&bill).await.expect("his");
        assert!(own.whats_new);
        account.want_news(&bill, OwnNews { version: own.version, wanted: false }).await.expect("saved");
        let now = account.details(&bill).await.expect("his");
        assert!(!now.whats_new);
        let late = account.want_news(&bill, OwnNews { version: own.version, wanted: true }).await;
        assert_eq!(world.code(late), ErrorCode::Stale);
        account.want_news(&bill, OwnNews { version: now.version, wanted: false }).await.expect("nothing to do");
        assert_eq!(account.details(&bill).await.expect("his").version, now.version);
        world.directory.seal_events().await.expect("sealed");
        let event = world.directory.history().all(&grace, None).await.expect("events").events.remove(0).event;
        assert_eq!((event.event_type, event.initiated_by.name.as_str()), (EventKind::AdminUpdate, "bill Admin"));
        let change = &event.changes[0];
        assert_eq!((&*change.field, &*change.from, &*change.to), ("whatsNew", "true", "false"));
    }
}
