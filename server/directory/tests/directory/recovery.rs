//! Back in, or in for the first time, by the link of an email.

use std::time::Duration;

use directory::{Actor, LinkFor, SignedIn, Stage, Token};
use model::user::{MfaRequirement, NewPassword, NewUser, Notify, Selection, UserState};
use model::{ErrorCode, Id, ListQuery, Principal};

use crate::raw::{messages, run};
use crate::signing_in::code_of;
use crate::world::{PASSWORD, World, form, origin, visitor};

const NEW: &str = "quartz-lagoon-mimic-4";
const HOUR: Duration = Duration::from_hours(1);

/// The token of the newest message, as its reader finds it.
pub async fn token(world: &World, by: &Actor) -> Token {
    let mail = world.directory.mail();
    let page = mail.list(by, &ListQuery::default()).await.expect("the outbox").page;
    let newest = page.rows.iter().max_by_key(|row| (row.created_at, row.id)).expect("a message");
    let link = mail.read_link(by, newest.id).await.expect("a link");
    Token::presented(link.split_once("token=").expect("a token").1)
}

pub async fn ask(world: &World, login: &str) {
    world.directory.portal().ask_for_reset(&visitor(), login).await.expect("asked");
    world.directory.settled().await;
}

async fn try_password(world: &World, login: &str, password: &str) -> directory::Result<SignedIn> {
    world.directory.sign_in().password(&visitor(), Principal::User, login, password).await
}

/// Somebody added as Active, without a password; the activation is on its way.
async fn invited(world: &World, by: &Actor, name: &str) -> Id {
    let new = NewUser {
        notify: Notify::Default,
        state: Some(UserState::Activated),
        form: form(name),
        ..NewUser::default()
    };
    world.directory.users().create(by, &new).await.expect("a user")
}

both! {
    async fn the_activation_sets_the_first_password_once(world) {
        let grace = world.grace().await;
        invited(world, &grace, "ada").await;
        let link = token(world, &grace).await;
        let portal = world.directory.portal();
        for _ in 0..2 {
            let owner = portal.link(&visitor(), LinkFor::Activation, &link).await.expect("good");
            assert_eq!(owner.username, "ada", "looking uses nothing up");
        }
        assert_eq!(world.code(portal.link(&visitor(), LinkFor::PasswordReset, &link).await), ErrorCode::Gone);
        let set = async |of, password| portal.set_password_by_link(&visitor(), of, &link, password).await;
        assert_eq!(world.code(set(LinkFor::PasswordReset, NEW).await), ErrorCode::Gone);
        assert!(world.problem(set(LinkFor::Activation, "short").await).fault("password").is_some());
        set(LinkFor::Activation, NEW).await.expect("set");
        let used = world.problem(set(LinkFor::Activation, PASSWORD).await);
        assert_eq!(used.code, ErrorCode::Gone);
        assert!(used.message.contains("used already"), "{}", used.message);
        assert!(matches!(try_password(world, "ada", NEW).await, Ok(SignedIn::Full(_))));
        assert!(try_password(world, "ada", PASSWORD).await.is_err());
    }
}

both! {
    async fn a_link_ends_by_time_and_by_state(world) {
        let grace = world.grace().await;
        let ada = invited(world, &grace, "ada").await;
        let link = token(world, &grace).await;
        let portal = world.directory.portal();
        world.directory.users().suspend(&grace, &Selection::These(vec![ada])).await.expect("suspended");
        assert_eq!(world.code(portal.link(&visitor(), LinkFor::Activation, &link).await), ErrorCode::Gone);
        let set = portal.set_password_by_link(&visitor(), LinkFor::Activation, &link, NEW).await;
        assert_eq!(world.code(set), ErrorCode::Gone);
        world.wait(Duration::from_millis(1));
        invited(world, &grace, "bob").await;
        let link = token(world, &grace).await;
        world.wait(HOUR * 24 * 7);
        let over = world.problem(portal.link(&visitor(), LinkFor::Activation, &link).await);
        assert!(over.message.contains("7 days"), "{}", over.message);
        for odd in ["", "x", "'; DROP TABLE links; --", &"x".repeat(10_000)] {
            let odd = Token::presented(odd);
            assert_eq!(world.code(portal.link(&visitor(), LinkFor::Activation, &odd).await), ErrorCode::Gone);
        }
    }
}

both! {
    /// A stranger who asks in somebody's name ends nothing that an administrator sent.
    async fn asking_leaves_the_activation_good(world) {
        let grace = world.grace().await;
        invited(world, &grace, "ada").await;
        let link = token(world, &grace).await;
        world.wait(Duration::from_mins(3));
        ask(world, "ada").await;
        messages(world).await;
        let portal = world.directory.portal();
        portal.link(&visitor(), LinkFor::Activation, &link).await.expect("good still");
        assert_eq!(token(world, &world.again().await).await.expose(), link.expose());
    }
}

both! {
    /// The answer is one for all; the message goes to the company address of somebody who may come in.
    async fn asking_tells_nothing_and_reaches_who_is_there(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        world.user(&grace, "pat").await;
        let sam = world.user_with_password(&grace, "sam").await;
        world.directory.users().suspend(&grace, &Selection::These(vec![sam])).await.expect("suspended");
        let before = messages(world).await.len();
        for login in ["nobody", "nobody@example.org", "sam", "' OR 1=1", "", "pat", "ADA@example.org"] {
            ask(world, login).await;
        }
        let found = messages(world).await;
        let mut new: Vec<_> = found[before..].to_vec();
        new.sort();
        assert_eq!(new, ["activation pat@example.org", "password_reset ada@example.org"]);
        // Again at once is no second message.
        ask(world, "ada").await;
        ask(world, "pat").await;
        assert_eq!(messages(world).await.len(), before + 2);
        let mut refused = 0;
        for _ in 0..20 {
            if world.directory.portal().ask_for_reset(&visitor(), "nobody").await.is_err() {
                refused += 1;
            }
        }
        assert!(refused > 0, "one address cannot ask without end");
    }
}

both! {
    /// Whoever was told to look into their mailbox finds a message there, though the program stops.
    async fn a_stop_finishes_what_was_answered(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        let there = world.reopened().await;
        let before = messages(world).await.len();
        there.portal().ask_for_reset(&visitor(), "ada").await.expect("asked");
        there.administrators().forgot_password(&visitor(), "grace@example.org").await.expect("asked");
        there.close().await;
        assert_eq!(messages(world).await[before..], ["password_reset ada@example.org", "admin_password_reset grace@example.org"]);
    }
}

both! {
    /// A forgotten password: the link opens the lock, ends sessions, and leaves the second factor.
    async fn a_forgotten_password_is_replaced(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        let session = world.signed_in("ada").await;
        ask(world, "ada").await;
        messages(world).await;
        let link = token(world, &grace).await;
        for _ in 0..6 {
            drop(try_password(world, "ada", "wrong").await);
        }
        let portal = world.directory.portal();
        let again = portal.set_password_by_link(&visitor(), LinkFor::PasswordReset, &link, PASSWORD).await;
        assert!(world.problem(again).fault("password").is_some(), "the one that was forgotten is no new one");
        portal.set_password_by_link(&visitor(), LinkFor::PasswordReset, &link, NEW).await.expect("set");
        assert!(world.directory.sessions().user(&session, origin(), true).await.is_err());
        assert!(matches!(try_password(world, "ada", NEW).await, Ok(SignedIn::Full(_))), "the lock is open");
        world.wait(HOUR);
        let over = portal.link(&visitor(), LinkFor::PasswordReset, &link).await;
        assert_eq!(world.code(over), ErrorCode::Gone);
    }
}

both! {
    /// Of two who use a link at once only one finds it good.
    async fn a_link_is_used_once_by_many_at_once(world) {
        let grace = world.grace().await;
        invited(world, &grace, "ada").await;
        let link = token(world, &grace).await;
        let tries = ["quartz-lagoon-mimic-4", "marble-otter-canyon-7", "walrus-anchor-tulip-8"].map(|password| {
            let (directory, link) = (world.directory.clone(), link.clone());
            tokio::spawn(async move {
                let portal = directory.portal();
                portal.set_password_by_link(&visitor(), LinkFor::Activation, &link, password).await.is_ok()
            })
        });
        let mut good = 0;
        for one in tries {
            good += usize::from(one.await.expect("no panic"));
        }
        assert_eq!(good, 1);
    }
}

both! {
    /// A lost phone: the link takes the factor away, and the requirement stays with new days.
    async fn a_lost_factor_is_begun_anew(world) {
        let grace = world.grace().await;
        let ada = world.user_with_password(&grace, "ada").await;
        let actor = world.directory.sessions().user(&world.signed_in("ada").await, origin(), true).await.expect("in");
        let account = world.directory.account();
        let secret = account.start_totp(&actor).await.expect("begun").secret;
        account.finish_totp(&actor, &code_of(world, &secret)).await.expect("enrolled");
        let users = world.directory.users();
        let these = Selection::These(vec![ada]);
        users.change_mfa(&grace, &these, MfaRequirement::Require { days: 7 }).await.expect("required");
        assert!(matches!(try_password(world, "ada", PASSWORD).await, Ok(SignedIn::Step(Stage::Challenge, _))));
        users.reset_totp(&grace, &these).await.expect("reset");
        let link = token(world, &grace).await;
        let portal = world.directory.portal();
        let wrong = portal.set_password_by_link(&visitor(), LinkFor::TotpReset, &link, NEW).await;
        assert_eq!(world.code(wrong), ErrorCode::Malformed);
        let session = world.signed_in("ada").await;
        portal.reset_totp_by_link(&visitor(), &link).await.expect("reset");
        assert_eq!(world.code(portal.reset_totp_by_link(&visitor(), &link).await), ErrorCode::Gone);
        assert!(world.directory.sessions().user(&session, origin(), true).await.is_err());
        let actor = world.directory.sessions().user(&world.signed_in("ada").await, origin(), true).await.expect("in");
        assert!(account.security(&actor).await.expect("read").mfa_enroll_by.is_some());
    }
}

both! {
    /// Whoever has enrolled again needs no link to begin anew: it is worth nothing from then on.
    async fn enrolling_ends_the_link_to_begin_anew(world) {
        let grace = world.grace().await;
        let ada = world.user_with_password(&grace, "ada").await;
        run(world, "UPDATE users SET mfa_enrolled = TRUE, totp_enrolled = TRUE WHERE username = 'ada'").await;
        world.directory.users().reset_totp(&grace, &Selection::These(vec![ada])).await.expect("reset");
        let link = token(world, &grace).await;
        let actor = world.directory.sessions().user(&world.signed_in("ada").await, origin(), true).await.expect("in");
        let account = world.directory.account();
        let secret = account.start_totp(&actor).await.expect("begun").secret;
        account.finish_totp(&actor, &code_of(world, &secret)).await.expect("enrolled");
        let late = world.directory.portal().reset_totp_by_link(&visitor(), &link).await;
        assert_eq!(world.code(late), ErrorCode::Gone);
    }
}

both! {
    /// What an administrator sets with "must change" opens nothing but its change.
    async fn a_password_set_for_somebody_must_be_changed(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada").await;
        let new = NewPassword { password: PASSWORD.into(), must_change: true };
        world.directory.users().set_password(&grace, ada, &new).await.expect("set");
        let Ok(SignedIn::Step(Stage::NewPassword, step)) = try_password(world, "ada", PASSWORD).await else {
            panic!("it must be changed first");
        };
        let found = world.directory.sessions().step(Principal::User, &step, origin()).await.expect("asked");
        let (actor, _) = found.expect("a step");
        let account = world.directory.account();
        assert!(world.problem(account.renew_password(&actor, PASSWORD).await).fault("password").is_some());
        assert!(matches!(account.renew_password(&actor, NEW).await, Ok(SignedIn::Full(_))));
    }
}
