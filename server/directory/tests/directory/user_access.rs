//! What administrators do about a user's way in: password, emails, locks, factors.

use std::time::Duration;

use directory::Actor;
use model::event::EventKind;
use model::user::{
    MfaRequirement, NewPassword, NewUser, Notify, Outcome, PasswordStatus, Selection, TextAttribute, User,
    UserState, UserUpdate,
};
use model::{DefaultRole, ErrorCode, Id, Operation as Op};

use crate::policy::{give_password, status};
use crate::raw::{messages, rows, run};
use crate::world::{PASSWORD, World, form};

pub fn these(ids: &[Id]) -> Selection {
    Selection::These(ids.to_vec())
}

pub fn refusals(outcomes: &[Outcome]) -> Vec<&str> {
    outcomes.iter().map(|outcome| outcome.refused.as_deref().unwrap_or("done")).collect()
}

pub async fn read(world: &World, by: &Actor, id: Id) -> User {
    world.directory.users().read(by, id).await.expect("a user")
}

async fn in_state(world: &World, by: &Actor, username: &str, state: UserState) -> Id {
    let new = NewUser { form: form(username), state: Some(state), ..NewUser::default() };
    world.directory.users().create(by, &new).await.expect("added")
}

pub async fn last_event(world: &World, by: &Actor, user: Id) -> model::event::Event {
    world.directory.seal_events().await.expect("sealed");
    let page = world.directory.history().of_user(by, user, None).await.expect("events");
    page.events.into_iter().next().expect("an event").event
}

pub async fn epochs(world: &World) -> Vec<String> {
    rows(world, "SELECT username, CAST(auth_epoch AS TEXT) FROM users ORDER BY username").await
}

both! {
    async fn a_password_keeps_the_rules_and_counts_at_once(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let ada = world.user(&grace, "ada.lovelace").await;
        let set = async |password: &str, must_change| {
            let new = NewPassword { password: password.to_owned(), must_change };
            users.set_password(&grace, ada, &new).await
        };
        for (bad, says) in [
            ("short", "at least 12"),
            ("xx-Ada.Lovelace-xx", "username"),
            ("lovelaceada1", "guessed"),
            ("", "Enter a password"),
            (&"x".repeat(129), "at most 128"),
        ] {
            let problem = world.problem(set(bad, false).await);
            assert!(problem.fault("password").is_some_and(|why| why.contains(says)), "{bad}: {problem:?}");
        }
        assert_eq!(status(world, &grace, ada).await, PasswordStatus::Pending);
        let before = epochs(world).await;
        set(PASSWORD, false).await.expect("set");
        assert_eq!(status(world, &grace, ada).await, PasswordStatus::Active);
        assert_ne!(epochs(world).await, before, "what stood on the old password ends");
        assert_eq!(messages(world).await, [""; 0], "nothing was replaced");
        set(PASSWORD, true).await.expect("the history does not bind administrators");
        assert_eq!(status(world, &grace, ada).await, PasswordStatus::Expired);
        assert_eq!(messages(world).await, ["password_changed ada.lovelace@example.org"]);
        let event = last_event(world, &grace, ada).await;
        assert_eq!((event.event_type, event.message.as_str()), (EventKind::UserPasswordSet, "must change at next sign-in"));
        let told = serde_json::to_string(&event).expect("json");
        assert!(!told.contains(PASSWORD) && !told.contains("argon2"), "{told}");
        let suggested = users.suggest_password(&grace).await.expect("made");
        set(&suggested, false).await.expect("what is suggested will do");
    }
}

both! {
    async fn a_forced_change_is_an_expiry_of_its_own(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let ada = world.user(&grace, "ada.lovelace").await;
        let pending = world.user(&grace, "charles.babbage").await;
        give_password(world, &grace, ada).await;
        let before = epochs(world).await;
        let outcomes = users.force_password_change(&grace, &these(&[ada, pending])).await.expect("done");
        assert_eq!(refusals(&outcomes), ["done", "has no password yet"]);
        assert_eq!(status(world, &grace, ada).await, PasswordStatus::Expired);
        assert!(read(world, &grace, ada).await.password.must_change);
        assert_ne!(epochs(world).await, before);
        let again = users.force_password_change(&grace, &these(&[ada])).await.expect("done");
        assert_eq!(refusals(&again), ["has to change the password already"]);
        give_password(world, &grace, ada).await;
        assert_eq!(status(world, &grace, ada).await, PasswordStatus::Active);
    }
}

both! {
    /// Pending people get the activation, others the reset; Staged and Suspended people neither.
    async fn activation_emails_fit_the_password(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let mut typed = form("pen.ding");
        typed.set_text(TextAttribute::AlternateEmail, "private@example.net");
        let new = NewUser { form: typed, ..NewUser::default() };
        let pending = users.create(&grace, &new).await.expect("added");
        let active = world.user(&grace, "ac.tive").await;
        give_password(world, &grace, active).await;
        let staged = in_state(world, &grace, "sta.ged", UserState::Staged).await;
        let suspended = in_state(world, &grace, "sus.pended", UserState::Suspended).await;
        let sample = world.user(&grace, "in.vented").await;
        run(world, "UPDATE users SET created_by = 'sample' WHERE username = 'in.vented'").await;
        let all = these(&[pending, active, staged, suspended, sample]);
        let outcomes = users.send_activation_email(&grace, &all, &Notify::Default).await.expect("done");
        assert_eq!(
            refusals(&outcomes),
            [
                "done",
                "done",
                "is Staged, and gets no email before being activated",
                "is Suspended, and gets no email",
                "is of the sample organization, which is never emailed"
            ]
        );
        assert_eq!(messages(world).await, ["password_reset ac.tive@example.org", "activation private@example.net"]);
        let event = last_event(world, &grace, pending).await;
        assert_eq!((event.event_type, event.message.as_str()), (EventKind::UserActivationEmail, "to private@example.net"));

        let to = Notify::To(" Somebody@Example.com ".into());
        let problem = world.problem(users.send_activation_email(&grace, &all, &to).await);
        assert!(problem.fault("email").is_some_and(|why| why.contains("single user")), "{problem:?}");
        let wrong = Notify::To("nobody".into());
        let problem = world.problem(users.send_activation_email(&grace, &these(&[pending]), &wrong).await);
        assert!(problem.fault("email").is_some());
        users.send_activation_email(&grace, &these(&[pending]), &to).await.expect("done");
        assert_eq!(messages(world).await.len(), 3);
        assert!(messages(world).await.contains(&"activation somebody@example.com".to_owned()));
        let live = "SELECT purpose, purpose FROM links WHERE revoked_at IS NULL AND purpose = 'activation'";
        assert_eq!(rows(world, live).await.len(), 1, "the newest link is the only one");
        users.suspend(&grace, &these(&[pending])).await.expect("done");
        assert_eq!(rows(world, live).await.len(), 0, "suspension ends links");
    }
}

both! {
    /// A link to an address of one's own choice would be as good as setting the password.
    async fn links_go_elsewhere_only_for_who_may_set_passwords(world) {
        let grace = world.grace().await;
        let desk = world.administrator("desk", DefaultRole::HelpDesk).await;
        let users = world.directory.users();
        let (pending, active) = (world.user(&grace, "pen.ding").await, world.user(&grace, "ac.tive").await);
        give_password(world, &grace, active).await;
        let elsewhere = Notify::To("evil@example.com".into());
        for one in [pending, active] {
            let refused = world.code(users.send_activation_email(&desk, &these(&[one]), &elsewhere).await);
            assert_eq!(refused, ErrorCode::Forbidden);
        }
        let reset = world.problem(users.send_activation_email(&grace, &these(&[active]), &elsewhere).await);
        assert!(reset.fault("email").is_some_and(|why| why.contains("company email")), "{reset:?}");
        assert_eq!(messages(world).await, [""; 0]);
        users.send_activation_email(&desk, &these(&[pending]), &Notify::Default).await.expect("sent");

        // Whoever the alternate address belonged to does not come in when it is another.
        let live = "SELECT purpose, purpose FROM links WHERE revoked_at IS NULL";
        assert_eq!(rows(world, live).await, ["activation activation"]);
        let mut user = users.read(&grace, pending).await.expect("there");
        user.form.set_text(TextAttribute::AlternateEmail, "right@example.com");
        let update = UserUpdate { id: pending, version: user.version, form: user.form };
        users.update(&grace, &update).await.expect("changed");
        assert_eq!(rows(world, live).await, [""; 0]);
    }
}

both! {
    async fn reset_emails_are_for_active_people_with_a_password(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let pending = world.user(&grace, "pen.ding").await;
        let active = world.user(&grace, "ac.tive").await;
        let staged = in_state(world, &grace, "sta.ged", UserState::Staged).await;
        give_password(world, &grace, active).await;
        give_password(world, &grace, staged).await;
        let outcomes = users.send_password_reset(&grace, &these(&[active, pending, staged])).await.expect("done");
        assert_eq!(
            refusals(&outcomes),
            [
                "done",
                "has no password yet; the activation email is for that",
                "is Staged, and gets no email before being activated"
            ]
        );
        assert_eq!(messages(world).await, ["password_reset ac.tive@example.org"]);
        let live = "SELECT purpose, purpose FROM links WHERE revoked_at IS NULL";
        assert_eq!(rows(world, live).await, ["password_reset password_reset"]);
        give_password(world, &grace, active).await;
        assert_eq!(rows(world, live).await, [""; 0], "a new password ends the links to one");
    }
}

both! {
    /// Added or activated: the activation without a password, the welcome with one, or nothing.
    async fn the_first_email_follows_the_password_and_the_wish(world) {
        use UserState::{Activated, Staged};
        let grace = world.grace().await;
        let users = world.directory.users();
        let new = |username: &str, state, notify: Notify, with: bool| NewUser {
            form: form(username),
            state: Some(state),
            password: with.then(|| NewPassword { password: PASSWORD.into(), must_change: true }),
            notify,
        };
        users.create(&grace, &new("a.none", Activated, Notify::Nobody, false)).await.expect("added");
        users.create(&grace, &new("a.pending", Activated, Notify::Default, false)).await.expect("added");
        let with = users.create(&grace, &new("a.password", Activated, Notify::Default, true)).await.expect("added");
        let typed = Notify::To("else@example.com".into());
        users.create(&grace, &new("a.typed", Activated, typed.clone(), true)).await.expect("added");
        let staged = users.create(&grace, &new("a.staged", Staged, Notify::Default, true)).await.expect("added");
        assert_eq!(
            messages(world).await,
            ["welcome a.password@example.org", "activation a.pending@example.org", "welcome else@example.com"]
        );
        assert_eq!(status(world, &grace, with).await, PasswordStatus::Expired, "must be changed");
        let weak = NewUser {
            password: Some(NewPassword { password: "a.weak".into(), must_change: false }),
            ..new("a.weak", Activated, Notify::Nobody, false)
        };
        assert!(world.problem(users.create(&grace, &weak).await).fault("password").is_some());
        let wrong = new("a.wrong", Activated, Notify::To("x".into()), false);
        assert!(world.problem(users.create(&grace, &wrong).await).fault("email").is_some());

        let late = in_state(world, &grace, "a.late", Staged).await;
        world.wait(Duration::from_secs(1));
        users.activate(&grace, &these(&[staged, late]), &Notify::Default).await.expect("done");
        assert_eq!(messages(world).await[3..], ["activation a.late@example.org", "welcome a.staged@example.org"]);
        let problem = world.problem(users.activate(&grace, &these(&[staged, late]), &typed).await);
        assert!(problem.fault("email").is_some());
        users.suspend(&grace, &these(&[late])).await.expect("done");
        users.activate(&grace, &these(&[late]), &Notify::Nobody).await.expect("done");
        assert_eq!(messages(world).await.len(), 5);
    }
}

both! {
    async fn an_unlocked_password_can_still_be_expired(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let ada = world.user(&grace, "ada.lovelace").await;
        give_password(world, &grace, ada).await;
        users.force_password_change(&grace, &these(&[ada])).await.expect("done");
        let open = users.unlock(&grace, &these(&[ada])).await.expect("done");
        assert_eq!(refusals(&open), ["is not locked"]);
        run(world, "UPDATE users SET locked_until = 9223372036854775807").await;
        run(world, "INSERT INTO attempts (subject, failures, since) VALUES ('user:ada.lovelace', 6, 1)").await;
        assert_eq!(status(world, &grace, ada).await, PasswordStatus::Locked);
        users.unlock(&grace, &these(&[ada])).await.expect("done");
        assert_eq!(status(world, &grace, ada).await, PasswordStatus::Expired);
        assert_eq!(rows(world, "SELECT subject, subject FROM attempts WHERE subject LIKE 'user:%'").await, [""; 0]);
        assert_eq!(last_event(world, &grace, ada).await.event_type, EventKind::UserUnlocked);
    }
}

/// Every operation of this file and of states, on one user; says which were let through.
async fn try_all(world: &World, actor: &Actor, id: Id) -> Vec<(Op, bool)> {
    let users = world.directory.users();
    let one = these(&[id]);
    let done = |outcomes: directory::Result<Vec<Outcome>>| {
        outcomes.is_ok_and(|outcomes| {
            outcomes.iter().all(|one| one.refused.as_ref().is_none_or(|why| !why.contains("administrator")))
        })
    };
    let new = NewPassword { password: PASSWORD.into(), must_change: false };
    vec![
        (Op::SetUserPassword, users.set_password(actor, id, &new).await.is_ok()),
        (Op::SendActivationEmail, done(users.send_activation_email(actor, &one, &Notify::Default).await)),
        (Op::SendUserPasswordReset, done(users.send_password_reset(actor, &one).await)),
        (Op::ForcePasswordChange, done(users.force_password_change(actor, &one).await)),
        (Op::UnlockUser, done(users.unlock(actor, &one).await)),
        (Op::ResetUserTotp, done(users.reset_totp(actor, &one).await)),
        (
            Op::ChangeMfaRequirement,
            done(users.change_mfa(actor, &one, MfaRequirement::Require { days: 7 }).await),
        ),
        (Op::SuspendUser, done(users.suspend(actor, &one).await)),
        (Op::ActivateUser, done(users.activate(actor, &one, &Notify::Nobody).await)),
    ]
}

both! {
    async fn roles_hold_at_every_operation(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada.lovelace").await;
        for role in DefaultRole::ALL {
            let name = format!("r{}", role.as_str().replace(' ', "").to_lowercase());
            let actor = world.administrator(&name, *role).await;
            for (operation, passed) in try_all(world, &actor, ada).await {
                assert_eq!(passed, operation.allowed_by(&(*role).into()), "{role} × {}", operation.name());
            }
            let suggested = world.directory.users().suggest_password(&actor).await.is_ok();
            assert_eq!(suggested, Op::SetUserPassword.allowed_by(&(*role).into()), "{role}");
        }
    }
}

both! {
    /// Whoever has less than the administrator whom a user is, cannot come to open their account.
    async fn there_is_no_detour_to_power(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let ada = world.user(&grace, "ada.lovelace").await;
        world.administrator("ada", DefaultRole::Administrator).await;
        run(world, "UPDATE administrators SET user_id = (SELECT id FROM users WHERE username = 'ada.lovelace')
            WHERE email = 'ada@example.org'").await;
        for role in [DefaultRole::HelpDesk, DefaultRole::Manager] {
            let actor = world.administrator(&role.as_str().replace(' ', "").to_lowercase(), role).await;
            assert!(read(world, &actor, ada).await.guarded.is_some_and(|why| why.contains("(Administrator)")));
            for (operation, passed) in try_all(world, &actor, ada).await {
                assert!(!passed, "{role} × {}", operation.name());
            }
            let deleted = users.delete(&actor, &these(&[ada])).await;
            assert!(deleted.map_or(true, |outcomes| outcomes[0].refused.is_some()), "{role}");
            for change in ["email", "alternate", "username"] {
                let user = read(world, &grace, ada).await;
                let mut form = user.form.clone();
                match change {
                    "email" => form.email = "mine@example.org".into(),
                    "username" => form.username = "mine".into(),
                    _ => form.set_text(TextAttribute::AlternateEmail, "mine@example.org"),
                }
                let update = UserUpdate { id: ada, version: user.version, form };
                assert_eq!(world.code(users.update(&actor, &update).await), ErrorCode::Forbidden, "{role} {change}");
            }
            let user = read(world, &grace, ada).await;
            let mut form = user.form.clone();
            form.set_text(TextAttribute::Department, role.as_str());
            let update = UserUpdate { id: ada, version: user.version, form };
            assert_eq!(users.update(&actor, &update).await.is_ok(), role == DefaultRole::Manager, "{role}");
        }
        let equal = world.administrator("equal", DefaultRole::Administrator).await;
        assert_eq!(read(world, &equal, ada).await.guarded, None);
        for (operation, passed) in try_all(world, &equal, ada).await {
            assert!(passed, "{}", operation.name());
        }
    }
}
