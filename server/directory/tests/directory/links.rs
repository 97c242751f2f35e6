//! Links by email: for one use, for a while, for one purpose, and how they are come by.

use std::time::Duration;

use directory::{LinkFor, SignedIn, Token};
use model::mail::MessageState;
use model::{DefaultRole, ErrorCode};

use crate::sending::{MINUTE, forgotten, message_to, messages, only_message};
use crate::world::{PASSWORD, World, visitor};

const NEW: &str = "granite-otter-lantern-4";

/// The link of the newest message, as Grace reads it.
async fn link(world: &World) -> Token {
    let grace = world.grace_again().await;
    let id = messages(world).await[0].id;
    let address = world.directory.mail().read_link(&grace, id).await.expect("a link");
    let (page, token) = address.split_once("?token=").expect("a token");
    assert_eq!(page, "https://directory.example.org/admin/reset-password");
    Token::presented(token)
}

async fn reset(world: &World, token: &Token) -> directory::Result<()> {
    world
        .directory
        .administrators()
        .set_password_by_link(&visitor(), LinkFor::PasswordReset, token, NEW)
        .await
}

async fn signs_in(world: &World, name: &str, password: &str) -> bool {
    let email = format!("{name}@example.org");
    matches!(
        world
            .directory
            .sign_in()
            .password(&visitor(), model::Principal::Administrator, &email, password)
            .await,
        Ok(SignedIn::Full(_))
    )
}

both! {
    async fn a_link_sets_a_new_password_once(world) {
        world.grace().await;
        let ada = world.administrator("ada", DefaultRole::ReadOnly).await;
        forgotten(world, "ada").await;
        let token = link(world).await;
        // Looking at it, as scanners of mail do, uses nothing up.
        for _ in 0..3 {
            let whose = world.directory.administrators().link(&visitor(), LinkFor::PasswordReset, &token).await;
            assert_eq!(whose.expect("good").email, "ada@example.org");
        }
        let weak = world.directory.administrators().set_password_by_link(&visitor(), LinkFor::PasswordReset, &token, "short").await;
        assert!(world.problem(weak).fault("password").is_some());
        reset(world, &token).await.expect("reset");
        assert!(world.directory.account().me(&ada).await.is_ok());
        assert_eq!(world.code(world.directory.preferences().set_columns(&ada, "users", &model::account::ColumnChoice::default()).await), ErrorCode::NotSignedIn);
        assert!(signs_in(world, "ada", NEW).await && !signs_in(world, "ada", PASSWORD).await);
        let again = world.problem(reset(world, &token).await);
        assert!(again.code == ErrorCode::Gone && again.message.contains("used already"), "{again}");
        assert!(again.message.contains("sign-in page"), "it says how to come by another");
    }
}

both! {
    async fn of_two_at_once_one_uses_it(world) {
        world.grace().await;
        message_to(world, "ada").await;
        let token = link(world).await;
        let other = world.reopened().await;
        let (admins, visitor) = (other.administrators(), visitor());
        let (one, two) = tokio::join!(reset(world, &token), admins.set_password_by_link(&visitor, LinkFor::PasswordReset, &token, NEW));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        other.close().await;
    }
}

both! {
    async fn it_is_over_after_an_hour_and_its_message_forgets_it(world) {
        world.grace().await;
        message_to(world, "ada").await;
        let token = link(world).await;
        world.wait(60 * MINUTE);
        let late = world.problem(reset(world, &token).await);
        assert!(late.code == ErrorCode::Gone && late.message.contains("1 hour"), "{late}");
        world.directory.clean_up().await.expect("tidied");
        let row = only_message(world).await;
        assert_eq!(row.state, MessageState::Lapsed);
        assert_eq!(row.subject, "Reset your administrator password");
        let grace = world.grace_again().await;
        let details = world.directory.mail().message(&grace, row.id).await.expect("a message");
        assert!(details.written.is_none() && !details.has_link);
        assert_eq!(world.code(world.directory.mail().read_link(&grace, row.id).await), ErrorCode::Gone);
        // Long afterwards nothing is left of it.
        world.wait(Duration::from_hours(91 * 24));
        world.directory.clean_up().await.expect("tidied");
        assert!(messages(world).await.is_empty());
        let forgotten = world.problem(reset(world, &token).await);
        assert!(forgotten.message.contains("not known"), "{forgotten}");
    }
}

both! {
    /// Whoever asks has proven nothing, and so cannot end a link that others were sent: it is sent again.
    /// A newer one ends the older.
    async fn asking_again_sends_the_same_link_until_it_is_nearly_over(world) {
        world.grace().await;
        message_to(world, "ada").await;
        let old = link(world).await;
        forgotten(world, "ada").await;
        assert_eq!(messages(world).await.len(), 1, "nobody fills a mailbox");
        world.wait(3 * MINUTE);
        forgotten(world, "ada").await;
        assert_eq!(messages(world).await.iter().map(|row| row.state).collect::<Vec<_>>(), [MessageState::Waiting; 2]);
        assert_eq!(link(world).await.expose(), old.expose());
        world.wait(48 * MINUTE);
        forgotten(world, "ada").await;
        let rows = messages(world).await;
        let states: Vec<_> = rows.iter().map(|row| row.state).collect();
        assert_eq!(states, [MessageState::Waiting, MessageState::Lapsed, MessageState::Lapsed]);
        assert!(world.problem(reset(world, &old).await).message.contains("a newer one was sent"));
        reset(world, &link(world).await).await.expect("reset");
    }
}

both! {
    async fn the_link_of_a_discarded_message_is_over(world) {
        world.grace().await;
        message_to(world, "ada").await;
        let token = link(world).await;
        let (grace, message) = (world.grace_again().await, only_message(world).await);
        let outcomes = world.directory.mail().discard(&grace, &[message.id]).await.expect("discarded");
        assert_eq!(outcomes[0].refused, None);
        let over = world.problem(reset(world, &token).await);
        assert!(over.code == ErrorCode::Gone && over.message.contains("does not work any more"), "{over}");
        assert!(signs_in(world, "ada", PASSWORD).await);
    }
}

both! {
    async fn a_link_opens_no_other_page(world) {
        world.grace().await;
        message_to(world, "ada").await;
        let token = link(world).await;
        let elsewhere = world.problem(world.directory.portal().link(&visitor(), LinkFor::PasswordReset, &token).await);
        assert!(elsewhere.code == ErrorCode::Gone && elsewhere.message.contains("another page"), "{elsewhere}");
        reset(world, &token).await.expect("where it belongs it is good still");
    }
}

both! {
    /// Two servers make one at the same time: one of the two is good, never both.
    async fn one_link_is_good_however_many_are_made_at_once(world) {
        world.grace().await;
        world.administrator("ada", DefaultRole::ReadOnly).await;
        let other = world.reopened().await;
        let (here, there) = (world.directory.administrators(), other.administrators());
        let visitor = visitor();
        let (one, two) = tokio::join!(
            here.forgot_password(&visitor, "ada@example.org"),
            there.forgot_password(&visitor, "ada@example.org")
        );
        one.and(two).expect("asked for");
        tokio::join!(world.directory.settled(), other.settled());
        let grace = world.grace_again().await;
        let mut good = 0;
        for row in messages(world).await {
            if let Ok(address) = world.directory.mail().read_link(&grace, row.id).await {
                let token = Token::presented(address.split_once("token=").expect("a token").1);
                good += usize::from(world.directory.administrators().link(&visitor, LinkFor::PasswordReset, &token).await.is_ok());
            }
        }
        assert_eq!(good, 1);
        other.close().await;
    }
}

both! {
    async fn nobody_learns_whether_an_address_is_known(world) {
        world.grace().await;
        let suspended = world.administrator("sue", DefaultRole::ReadOnly).await;
        let id = world.directory.account().me(&suspended).await.expect("sue").id;
        let grace = world.grace_again().await;
        let admins = world.directory.administrators();
        let version = admins.read(&grace, id).await.expect("read").version;
        admins.set_suspended(&grace, id, version, true).await.expect("suspended");
        for email in ["nobody@example.org", "sue@example.org", "grace@example.org"] {
            admins.forgot_password(&visitor(), email).await.expect("the same answer");
        }
        world.directory.settled().await;
        assert_eq!(only_message(world).await.recipient, "grace@example.org");
        assert_eq!(world.code(admins.forgot_password(&visitor(), "not an address").await), ErrorCode::Invalid);
        for _ in 0..17 {
            admins.forgot_password(&visitor(), "nobody@example.org").await.expect("the same answer");
        }
        let slowed = world.problem(admins.forgot_password(&visitor(), "nobody@example.org").await);
        assert!(slowed.code == ErrorCode::TooMany && slowed.retry_after.is_some());
        world.wait(16 * MINUTE);
        admins.forgot_password(&visitor(), "nobody@example.org").await.expect("open again");
    }
}

both! {
    /// A link is for one purpose, and what was made up is none.
    async fn other_texts_are_no_links(world) {
        world.grace().await;
        message_to(world, "ada").await;
        let token = link(world).await;
        let text = token.expose().to_owned();
        for odd in ["", "x", "\0", &text[1..], &format!("{text}A"), &text.to_lowercase(), "' OR 1=1 --"] {
            let refused = world.problem(reset(world, &Token::presented(odd)).await);
            assert_eq!(refused.code, ErrorCode::Gone, "{odd}");
            assert!(refused.message.contains("not known"), "{odd}");
        }
        reset(world, &token).await.expect("still good");
    }
}

both! {
    async fn a_link_does_not_let_a_suspended_administrator_in(world) {
        world.grace().await;
        let ada = world.administrator("ada", DefaultRole::ReadOnly).await;
        let id = world.directory.account().me(&ada).await.expect("ada").id;
        forgotten(world, "ada").await;
        let token = link(world).await;
        let grace = world.grace_again().await;
        let admins = world.directory.administrators();
        let version = admins.read(&grace, id).await.expect("read").version;
        admins.set_suspended(&grace, id, version, true).await.expect("suspended");
        assert_eq!(world.code(reset(world, &token).await), ErrorCode::Gone);
        assert_eq!(world.code(admins.link(&visitor(), LinkFor::PasswordReset, &token).await), ErrorCode::Gone);
    }
}

both! {
    /// Its owner's second factor outlives a forgotten password; so does what the system knows.
    async fn reading_a_link_takes_a_proof_and_is_told(world) {
        world.grace().await;
        message_to(world, "ada").await;
        let grace = world.grace_again().await;
        let id = only_message(world).await.id;
        let mail = world.directory.mail();
        let details = mail.message(&grace, id).await.expect("a message");
        let written = serde_json::to_string(&details).expect("JSON");
        assert!(details.has_link && !written.contains("token"), "{written}");
        for (number, role) in [DefaultRole::Administrator, DefaultRole::Manager, DefaultRole::ReadOnly, DefaultRole::BillingOnly].into_iter().enumerate() {
            let who = world.administrator(&format!("r{number}"), role).await;
            assert_eq!(world.code(mail.read_link(&who, id).await), ErrorCode::Forbidden, "{role}");
        }
        mail.read_link(&grace, id).await.expect("a link");
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&world.system(), None).await.expect("events").events;
        let read: Vec<_> = events
            .iter()
            .filter(|one| one.event.event_type == model::event::EventKind::MailLinkRead)
            .collect();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].event.initiated_by.name, "Grace Hopper");
        world.wait(11 * MINUTE);
        assert_eq!(world.code(mail.read_link(&grace, id).await), ErrorCode::ReauthenticationNeeded);
    }
}
