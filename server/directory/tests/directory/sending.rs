//! Messages on their way: sent once, tried again, given up, by however many servers.

use std::collections::BTreeSet;
use std::time::Duration;

use directory::{Actor, Origin, StoreOptions};
use model::event::EventKind;
use model::mail::{MailSettingsForm, MessageRow, MessageState, ServerForm};
use model::{DefaultRole, Filter, ListQuery, Sort};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

use crate::postbox::Postbox;
use crate::world::{World, origin};

pub const MINUTE: Duration = Duration::from_mins(1);

/// The form for a server on this machine.
pub fn form(port: u16) -> MailSettingsForm {
    let server = ServerForm {
        host: "127.0.0.1".into(),
        port: port.to_string(),
        security: "none".into(),
        from: "it@example.org".into(),
        ..ServerForm::default()
    };
    MailSettingsForm { server: Some(server), ..MailSettingsForm::default() }
}

/// Set up with a mail server; Grace, and the server.
pub async fn with_postbox(world: &World) -> (Actor, Postbox) {
    let postbox = Postbox::start(&[]);
    let grace = world.grace().await;
    world.directory.mail().update_settings(&grace, &form(postbox.port)).await.expect("saved");
    (grace, postbox)
}

/// Makes somebody who forgets their password, which writes them a message.
pub async fn message_to(world: &World, name: &str) {
    world.administrator(name, DefaultRole::ReadOnly).await;
    forgotten(world, name).await;
}

pub async fn forgotten(world: &World, name: &str) {
    let visitor = Actor::visitor(Origin { ip: format!("2001:db8:{}::1", name.len()), ..origin() });
    let email = format!("{name}@example.org");
    world.directory.administrators().forgot_password(&visitor, &email).await.expect("asked for");
    world.directory.settled().await;
}

/// All messages, the newest first.
pub async fn messages(world: &World) -> Vec<MessageRow> {
    let system = world.system();
    let query = ListQuery { limit: 100, ..ListQuery::default() };
    world.directory.mail().list(&system, &query).await.expect("the outbox").page.rows
}

pub async fn only_message(world: &World) -> MessageRow {
    let mut messages = messages(world).await;
    assert_eq!(messages.len(), 1);
    messages.remove(0)
}

async fn deliver(world: &World) -> usize {
    world.directory.deliver().await.expect("delivered")
}

both_with_mail! {
    async fn a_message_arrives_with_its_link_and_both_parts(world) {
        let (_, postbox) = with_postbox(world).await;
        message_to(world, "ada").await;
        assert_eq!(deliver(world).await, 1);
        let arrived = postbox.message();
        assert_eq!(arrived.to, "ada@example.org");
        assert_eq!(arrived.header("From"), "\"Example Org\" <it@example.org>");
        assert_eq!(arrived.header("Subject"), "Reset your administrator password");
        assert_eq!(arrived.header("Auto-Submitted"), "auto-generated");
        let row = only_message(world).await;
        assert_eq!(arrived.header("Message-ID"), format!("<{}@example.org>", row.id));
        let plain = arrived.plain();
        assert!(plain.contains("Content-Type: text/plain") && plain.contains("Content-Type: text/html"));
        // Once in the text, and in the HTML on the button and below it.
        assert_eq!(plain.matches("https://directory.example.org/admin/reset-password?token=").count(), 4);
        assert_eq!((row.state, row.attempts), (MessageState::Sent, 1));
        assert!(row.sent_at.is_some());
        assert_eq!(deliver(world).await, 0);
    }
}

both_with_mail! {
    async fn without_a_mail_server_messages_wait(world) {
        let grace = world.grace().await;
        message_to(world, "ada").await;
        assert_eq!(deliver(world).await, 0);
        let outbox = world.directory.mail().list(&grace, &ListQuery::default()).await.expect("a page");
        assert!(!outbox.has_server);
        assert_eq!((outbox.page.rows[0].state, outbox.page.rows[0].attempts), (MessageState::Waiting, 0));
        let row = &outbox.page.rows[0];
        let message = world.directory.mail().message(&grace, row.id).await.expect("a message");
        let good_until = message.written.expect("what it says").good_until;
        assert_eq!(good_until, "22 November 2026, 10:00 UTC");
        // With a server it leaves, and still says the truth about its link.
        world.wait(MINUTE * 9);
        let postbox = Postbox::start(&[]);
        world.directory.mail().update_settings(&grace, &form(postbox.port)).await.expect("saved");
        assert_eq!(deliver(world).await, 1);
        let arrived = postbox.message();
        assert_eq!(arrived.to, "ada@example.org");
        assert_eq!(arrived.plain().matches("This link is good until 22 November 2026, 10:00 UTC").count(), 2);
        // Written when nobody knew who would send it.
        assert_eq!(arrived.header("Message-ID"), format!("<{}@example.org>", row.id));
    }
}

both_with_mail! {
    /// By its name the other side knows a message that it had already, whoever it is from by then.
    async fn a_message_keeps_the_name_of_its_first_try(world) {
        let (grace, postbox) = with_postbox(world).await;
        message_to(world, "twice").await;
        assert_eq!(deliver(world).await, 1);
        let mut moved = form(postbox.port);
        moved.version = world.directory.mail().settings(&grace).await.expect("settings").version;
        moved.server.as_mut().expect("a server").from = "it@elsewhere.example".into();
        world.directory.mail().update_settings(&grace, &moved).await.expect("saved");
        world.wait(MINUTE * 6);
        while deliver(world).await > 0 {
            world.wait(MINUTE * 16);
        }
        let arrived = postbox.message();
        assert!(arrived.header("From").contains("it@elsewhere.example"));
        assert_eq!(arrived.header("Message-ID"), format!("<{}@example.org>", only_message(world).await.id));
    }
}

both_with_mail! {
    async fn what_is_put_off_is_tried_again_later_and_later(world) {
        let (_, postbox) = with_postbox(world).await;
        message_to(world, "twice").await;
        assert_eq!(deliver(world).await, 1);
        let row = only_message(world).await;
        assert_eq!((row.state, row.attempts), (MessageState::Waiting, 1));
        assert_eq!(row.last_error, "451 4.7.1 Come again later");
        world.wait(MINUTE / 2);
        assert_eq!(deliver(world).await, 0);
        world.wait(MINUTE / 2);
        assert_eq!(deliver(world).await, 1);
        world.wait(4 * MINUTE);
        assert_eq!(deliver(world).await, 0);
        world.wait(MINUTE);
        assert_eq!(deliver(world).await, 1);
        assert_eq!((only_message(world).await.state, postbox.messages().len()), (MessageState::Sent, 1));
    }
}

both_with_mail! {
    /// News are tried for two days; a link only for as long as it is good.
    async fn what_is_always_put_off_is_given_up_or_lapses(world) {
        let (grace, postbox) = with_postbox(world).await;
        message_to(world, "later").await;
        for _ in 0..60 {
            deliver(world).await;
            world.wait(MINUTE);
        }
        world.directory.clean_up().await.expect("tidied");
        let row = only_message(world).await;
        assert_eq!((row.state, row.attempts), (MessageState::Lapsed, 5));
        let details = world.directory.mail().message(&world.system(), row.id).await.expect("read");
        assert!(details.written.is_none() && !details.has_link);
        // A message without a link, of which only the test knows how to write one.
        drop(grace);
        let grace = world.grace_again().await;
        let said = world.directory.mail().send_test(&grace, "later2@example.org").await.expect("tried");
        assert!(!said.accepted);
        let failed = messages(world).await.remove(0);
        world.directory.mail().retry(&grace, &[failed.id]).await.expect("retried");
        let mut tries = 0;
        for _ in 0..(49 * 4) {
            tries += deliver(world).await;
            world.wait(15 * MINUTE);
        }
        let row = messages(world).await.remove(0);
        assert_eq!((row.state, row.attempts, tries), (MessageState::Failed, 12, 12));
        assert!(postbox.messages().is_empty());
    }
}

both_with_mail! {
    async fn what_is_refused_is_given_up_at_once_and_told(world) {
        let (grace, postbox) = with_postbox(world).await;
        message_to(world, "never").await;
        message_to(world, "big").await;
        message_to(world, "ada").await;
        assert_eq!(deliver(world).await, 3);
        assert_eq!(postbox.message().to, "ada@example.org");
        let rows = messages(world).await;
        let state = |name: &str| {
            let row = rows.iter().find(|row| row.recipient.starts_with(name)).expect("a message");
            (row.state, row.last_error.as_str())
        };
        assert_eq!(state("never"), (MessageState::Failed, "550 5.1.1 There is nobody of that name here"));
        assert!(state("big").1.starts_with("552 5.3.4 Too large"), "{}", state("big").1);
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        let given_up: Vec<_> =
            events.iter().filter(|one| one.event.event_type == EventKind::MailFailed).collect();
        assert_eq!(given_up.len(), 2);
        assert!(given_up.iter().any(|one| one.event.message.contains("nobody of that name")));
        world.wait(60 * MINUTE);
        assert_eq!(deliver(world).await, 0);
    }
}

both_with_mail! {
    async fn two_servers_send_each_message_once(world) {
        let (_, postbox) = with_postbox(world).await;
        for number in 0..30 {
            message_to(world, &format!("{}{number}", "a".repeat(number + 1))).await;
        }
        let other = world.reopened().await;
        let (one, two) = tokio::join!(world.directory.deliver(), other.deliver());
        assert_eq!(one.expect("delivered") + two.expect("delivered"), 30);
        let arrived = postbox.messages();
        let ids: BTreeSet<&str> = arrived.iter().map(|message| message.header("Message-ID")).collect();
        assert_eq!((arrived.len(), ids.len()), (30, 30));
        assert!(messages(world).await.iter().all(|row| row.state == MessageState::Sent && row.attempts == 1));
        other.close().await;
    }
}

both_with_mail! {
    /// A server that dies over a message leaves a lease; afterwards another sends it, under the same id.
    async fn a_message_outlives_the_server_that_was_sending_it(world) {
        let (_, postbox) = with_postbox(world).await;
        message_to(world, "stall").await;
        let dying = world.reopened().await;
        let sending = tokio::spawn({
            let dying = dying.clone();
            async move { dying.deliver().await }
        });
        let postbox = tokio::task::spawn_blocking(move || {
            postbox.stalled();
            postbox
        })
        .await
        .expect("stalled");
        sending.abort();
        assert_eq!(deliver(world).await, 0, "it is leased");
        world.wait(5 * MINUTE);
        assert_eq!(deliver(world).await, 1);
        let row = only_message(world).await;
        assert_eq!((row.state, row.attempts), (MessageState::Sent, 2));
        assert_eq!(postbox.message().header("Message-ID"), format!("<{}@example.org>", row.id));
        dying.close().await;
    }
}

both_with_mail! {
    /// Somebody's mail server that does not answer keeps nobody else waiting.
    async fn a_slow_one_holds_no_other_up(world) {
        let (_, postbox) = with_postbox(world).await;
        let here = world.directory.clone();
        let maintenance = tokio::spawn(async move { here.run_maintenance(std::future::pending()).await });
        message_to(world, "stall").await;
        let postbox = tokio::task::spawn_blocking(move || {
            postbox.stalled();
            postbox
        })
        .await
        .expect("stalled");
        message_to(world, "quick").await;
        let to = tokio::task::spawn_blocking(move || postbox.coming().to).await.expect("arrived");
        assert_eq!(to, "quick@example.org");
        maintenance.abort();
    }
}

both_with_mail! {
    async fn what_waited_is_sent_after_a_restart(world) {
        let (_, postbox) = with_postbox(world).await;
        message_to(world, "ada").await;
        world.directory.close().await;
        let again = world.reopened().await;
        assert_eq!(again.deliver().await.expect("delivered"), 1);
        assert_eq!(postbox.message().to, "ada@example.org");
        again.close().await;
    }
}

both_with_mail! {
    /// The message arrived, but nobody knows: it is sent again, and its id says that it is the same.
    async fn a_message_sent_twice_has_one_id(world) {
        let (_, postbox) = with_postbox(world).await;
        message_to(world, "drop").await;
        assert_eq!(deliver(world).await, 1);
        assert_eq!(only_message(world).await.state, MessageState::Waiting);
        world.wait(MINUTE);
        deliver(world).await;
        let arrived = postbox.messages();
        assert_eq!(arrived.len(), 2);
        assert_eq!(arrived[0].text, arrived[1].text);
    }
}

both_with_mail! {
    async fn the_house_sends_what_is_posted(world) {
        let (_, postbox) = with_postbox(world).await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let maintenance = tokio::spawn({
            let directory = world.directory.clone();
            async move { directory.run_maintenance(async { drop(stopped.await) }).await }
        });
        message_to(world, "ada").await;
        for _ in 0..200 {
            if only_message(world).await.state == MessageState::Sent {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.send(()).expect("it listens");
        maintenance.await.expect("it stops");
        assert_eq!(postbox.message().to, "ada@example.org");
    }
}

both! {
    /// Whoever reads the database finds neither a link nor what a message said.
    async fn the_database_holds_nothing_readable(world) {
        world.grace().await;
        message_to(world, "ada").await;
        let row = only_message(world).await;
        let sql = AssertSqlSafe(format!("SELECT body || link FROM messages WHERE subject = '{}'", row.subject));
        let kept: String = match &world.options.store {
            StoreOptions::Sqlite(path) => {
                let mut there = SqliteConnection::connect(&path.display().to_string()).await.expect("connected");
                sqlx::Row::get(&there.fetch_one(sql).await.expect("a row"), 0)
            }
            StoreOptions::Postgres(url) => {
                let mut there = PgConnection::connect(url).await.expect("connected");
                sqlx::Row::get(&there.fetch_one(sql).await.expect("a row"), 0)
            }
        };
        assert!(kept.len() > 200 && !kept.contains("token") && !kept.contains("Hello"));
        assert!(kept.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)));
    }
}

both! {
    async fn the_outbox_is_a_list_like_any_other(world) {
        let grace = world.grace().await;
        for number in 0..25 {
            message_to(world, &format!("{}{number:02}", "x".repeat(number + 1))).await;
            world.wait(Duration::from_secs(1));
        }
        let mail = world.directory.mail();
        let query = ListQuery { limit: 10, ..ListQuery::default() };
        let first = mail.list(&grace, &query).await.expect("a page").page;
        assert_eq!((first.rows.len(), first.total.counted), (10, 25));
        assert!(first.rows.is_sorted_by(|a, b| a.created_at > b.created_at), "the newest first");
        let after = model::list::Cursor::After(first.after.expect("more"));
        let second = mail.list(&grace, &ListQuery { cursor: Some(after), ..query.clone() }).await.expect("a page");
        assert!(second.page.rows[0].created_at < first.rows[9].created_at);
        let narrowed = async |query: ListQuery| {
            mail.list(&grace, &query).await.expect("a page").page.total.counted
        };
        let filter = |column: &str, value: &str| ListQuery {
            filters: vec![Filter::is(column, [value])],
            ..query.clone()
        };
        assert_eq!(narrowed(filter("state", "waiting")).await, 25);
        assert_eq!(narrowed(filter("state", "sent")).await, 0);
        assert_eq!(narrowed(filter("kind", "admin_password_reset")).await, 25);
        assert_eq!(narrowed(ListQuery { search: "X07@EXAMPLE".into(), ..query.clone() }).await, 1);
        let sort = Some(Sort { column: "recipient".into(), descending: false });
        let sorted = mail.list(&grace, &ListQuery { sort, ..query.clone() }).await.expect("a page").page;
        assert!(sorted.rows.is_sorted_by(|a, b| a.recipient <= b.recipient));
        assert!(mail.list(&grace, &filter("body", "x")).await.is_err());
    }
}
