//! What is done to users is told with what it was and what it is, and of the administrators who were
//! made from them, too.

use std::time::Duration;

use directory::LinkFor;
use model::home::Attention;
use model::user::{NewPassword, NewUser, Notify, UserState};
use model::{DefaultRole, ListQuery, PasswordPolicy, Principal, Timestamp};

use crate::administrator_events::told;
use crate::administrators_from_users::linked;
use crate::raw::messages;
use crate::recovery::{ask, token};
use crate::user_access::these;
use crate::world::{World, form, visitor};

/// Six wrong tries, which lock.
async fn lock(world: &World, login: &str) {
    for _ in 0..6 {
        drop(world.directory.sign_in().password(&visitor(), Principal::User, login, "wrong").await);
    }
}

both! {
    async fn of_users(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let ada = world.user_with_password(&grace, "ada.lovelace").await;
        world.user_with_password(&grace, "bob").await;
        let mut seen = 0;
        told(world, &mut seen).await;
        users.force_password_change(&grace, &these(&[ada])).await.expect("forced");
        lock(world, "ada.lovelace").await;
        users.unlock(&grace, &these(&[ada])).await.expect("unlocked");
        users.delete(&grace, &these(&[ada])).await.expect("deleted");
        lock(world, "bob").await;
        world.wait(Duration::from_mins(15));
        world.directory.clean_up().await.expect("tidied");
        assert_eq!(told(world, &mut seen).await, [
            "user_password_force_change: passwordMustChange false→true",
            "user_lockout: lockedUntil →2026-11-22T09:15:00Z",
            "user_unlocked: lockedUntil 2026-11-22T09:15:00Z→",
            "user_delete: username ada.lovelace→, email ada.lovelace@example.org→, firstname Ada→, \
             lastname Lovelace→, state ACTIVATED→",
            "user_lockout: lockedUntil →2026-11-22T09:15:00Z",
            "user_unlocked: lockedUntil 2026-11-22T09:15:00Z→",
        ]);
    }
}

both! {
    /// A new password opens a lock, which its event tells; another one tells of none.
    async fn of_a_lock_that_a_new_password_opens(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let (ada, ..) = linked(world, &grace, DefaultRole::Manager).await;
        let bob = world.user_with_password(&grace, "bob").await;
        lock(world, "ada").await;
        lock(world, "bob").await;
        let mut seen = 0;
        told(world, &mut seen).await;
        let new = |password: &str| NewPassword { password: password.into(), must_change: false };
        users.set_password(&grace, ada, &new("granite-otter-lantern-4")).await.expect("set");
        // So that no message is as new as the one with the link.
        world.wait(Duration::from_secs(1));
        ask(world, "bob").await;
        let link = token(world, &grace).await;
        let portal = world.directory.portal();
        portal.set_password_by_link(&visitor(), LinkFor::PasswordReset, &link, "granite-otter-lantern-4").await.expect("set");
        users.set_password(&grace, bob, &new("quartz-lagoon-mimic-4")).await.expect("set");
        let until = "2026-11-22T09:15:00Z";
        let events = told(world, &mut seen).await;
        let of_passwords: Vec<_> = events.into_iter().filter(|line| line.contains("password set→")).collect();
        assert_eq!(of_passwords, [
            format!("user_password_set: password set→changed, lockedUntil {until}→"),
            format!("admin_password_change: password set→changed, lockedUntil {until}→"),
            format!("user_password_change: password set→changed, lockedUntil {until}→"),
            "user_password_set: password set→changed".to_owned(),
        ]);
    }
}

both! {
    async fn of_a_message_that_is_taken_out(world) {
        let grace = world.grace().await;
        let new = NewUser {
            notify: Notify::Default,
            state: Some(UserState::Activated),
            form: form("eve"),
            ..NewUser::default()
        };
        world.directory.users().create(&grace, &new).await.expect("added");
        let mut seen = 0;
        told(world, &mut seen).await;
        let mail = world.directory.mail();
        let message = mail.list(&grace, &ListQuery::default()).await.expect("a list").page.rows[0].id;
        mail.retry(&grace, &[message]).await.expect("retried");
        mail.discard(&grace, &[message]).await.expect("discarded");
        assert_eq!(told(world, &mut seen).await, [
            "mail_retry: ",
            "mail_discard: message Activation→, recipient eve@example.org→, state waiting→discarded",
        ]);
    }
}

both! {
    /// Their lock is the user's: it is told of both, and waits on the Homepage as long as it lasts.
    async fn of_who_is_an_administrator_too(world) {
        let grace = world.grace().await;
        let (ada, id, _, _) = linked(world, &grace, DefaultRole::Manager).await;
        let mut seen = 0;
        told(world, &mut seen).await;
        lock(world, "ada").await;
        world.directory.users().unlock(&grace, &these(&[ada])).await.expect("unlocked");
        let until = "2026-11-22T09:15:00Z";
        assert_eq!(told(world, &mut seen).await, [
            format!("user_lockout: lockedUntil →{until}"),
            format!("admin_lockout: lockedUntil →{until}"),
            format!("user_unlocked: lockedUntil {until}→"),
            format!("admin_unlocked: lockedUntil {until}→"),
        ]);
        let policy = PasswordPolicy { unlock_minutes: None, ..PasswordPolicy::default() };
        crate::policy::save(world, &grace, &policy).await;
        told(world, &mut seen).await;
        lock(world, "ada").await;
        let waits = async || {
            let page = world.directory.home().read(&world.system(), "UTC").await.expect("a page");
            let locked = page.attention.into_iter().filter_map(|one| match one {
                Attention::AdministratorLocked { id, until, .. } => Some((id, until)),
                _ => None,
            });
            locked.collect::<Vec<_>>()
        };
        assert_eq!(waits().await, [(id, Timestamp::END)]);
        world.wait(Duration::from_hours(1));
        assert_eq!(waits().await, [(id, Timestamp::END)], "it opens by nobody but an administrator");
        world.directory.administrators().unlock(&world.grace_again().await, id).await.expect("unlocked");
        assert_eq!(waits().await, []);
        let events = told(world, &mut seen).await;
        let of_locks: Vec<_> = events.iter().filter(|line| line.contains("lockedUntil")).collect();
        assert_eq!(of_locks, [
            "user_lockout: lockedUntil →without end",
            "admin_lockout: lockedUntil →without end",
            "user_unlocked: lockedUntil without end→",
            "admin_unlocked: lockedUntil without end→",
        ]);
    }
}

both! {
    /// Who may not open a lock, because the user may do more than they, need not hear of it.
    async fn of_a_lock_those_hear_who_may_open_it(world) {
        let grace = world.grace().await;
        linked(world, &grace, DefaultRole::Manager).await;
        world.user_with_password(&grace, "bob").await;
        world.administrator("help", DefaultRole::HelpDesk).await;
        world.administrator("max", DefaultRole::Manager).await;
        let heard = async || {
            let all = messages(world).await;
            let mut heard: Vec<_> = all.into_iter().filter(|line| line.starts_with("admin_lockout_notice")).collect();
            heard.sort();
            heard
        };
        lock(world, "ada").await;
        assert_eq!(heard().await, [
            "admin_lockout_notice grace@example.org",
            "admin_lockout_notice max@example.org",
        ]);
        lock(world, "bob").await;
        assert!(heard().await.contains(&"admin_lockout_notice help@example.org".to_owned()));
    }
}
