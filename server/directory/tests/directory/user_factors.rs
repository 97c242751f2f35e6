//! What administrators do about users' second factors.

use std::time::Duration;

use directory::Clock;
use model::event::EventKind;
use model::user::{Flag, MfaRequirement, NewPassword, NewUser, Notify, UserState, UserUpdate};

use crate::raw::{messages, rows, run};
use crate::user_access::{epochs, last_event, read, refusals, these};
use crate::world::{PASSWORD, form};

const DAY: Duration = Duration::from_hours(24);

both! {
    async fn mfa_is_required_for_days_and_taken_back_with_the_key_kept(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let ada = world.user(&grace, "ada.lovelace").await;
        let keyed = world.user(&grace, "charles.babbage").await;
        run(world, "UPDATE users SET mfa_enrolled = (1 = 1), mfa_chosen = (1 = 1) WHERE username = 'charles.babbage'").await;
        for days in [0, 366] {
            let wrong = MfaRequirement::Require { days };
            let problem = world.problem(users.change_mfa(&grace, &these(&[ada]), wrong).await);
            assert!(problem.fault("days").is_some());
        }
        let require = MfaRequirement::Require { days: 7 };
        let outcomes = users.change_mfa(&grace, &these(&[ada, keyed]), require).await.expect("done");
        assert_eq!(refusals(&outcomes), ["done", "done"]);
        let mfa = read(world, &grace, ada).await.mfa;
        let by = mfa.enroll_by.expect("an end");
        assert_eq!(by.since(crate::world::START), DAY * 7);
        assert!(mfa.required && !mfa.enrolled);
        let mfa = read(world, &grace, keyed).await.mfa;
        assert_eq!((mfa.required, mfa.enroll_by), (true, None), "whoever is enrolled needs no time");
        assert_eq!(messages(world).await, ["mfa_required ada.lovelace@example.org"]);
        let again = users.change_mfa(&grace, &these(&[keyed]), require).await.expect("done");
        assert_eq!(refusals(&again), ["has to use MFA already, and is enrolled"]);
        let gone = users.change_mfa(&grace, &these(&[ada, keyed]), MfaRequirement::Remove).await.expect("done");
        assert_eq!(refusals(&gone), ["done", "done"]);
        let mfa = read(world, &grace, keyed).await.mfa;
        assert_eq!((mfa.required, mfa.chosen, mfa.enrolled), (false, false, true));
        let event = last_event(world, &grace, keyed).await;
        assert_eq!(event.event_type, EventKind::UserMfaRemove);
    }
}

both! {
    async fn totp_begins_anew(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let ada = world.user(&grace, "ada.lovelace").await;
        let none = world.user(&grace, "charles.babbage").await;
        run(world, "INSERT INTO credentials (id, principal, principal_id, kind, secret, created_at, confirmed_at)
            SELECT id, 'user', id, 'totp', 'sealed', 1, 1 FROM users WHERE username = 'ada.lovelace'").await;
        run(world, "UPDATE users SET mfa_enrolled = (1 = 1), totp_enrolled = (1 = 1), mfa_required = (1 = 1) WHERE username = 'ada.lovelace'").await;
        let before = epochs(world).await;
        let outcomes = users.reset_totp(&grace, &these(&[ada, none])).await.expect("done");
        assert_eq!(refusals(&outcomes), ["done", "has no TOTP key, and needs none"]);
        let mfa = read(world, &grace, ada).await.mfa;
        assert!(mfa.required && !mfa.enrolled);
        assert_eq!(mfa.enroll_by.expect("an end").since(crate::world::START), DAY * 7);
        assert_ne!(epochs(world).await, before);
        assert_eq!(rows(world, "SELECT kind, kind FROM credentials WHERE principal = 'user'").await, [""; 0]);
        assert_eq!(messages(world).await, ["totp_reset ada.lovelace@example.org"]);
        users.suspend(&grace, &these(&[ada])).await.expect("done");
        users.reset_totp(&grace, &these(&[ada])).await.expect("done");
        assert_eq!(messages(world).await.len(), 1, "nobody who is Suspended gets an email");
    }
}

both! {
    /// The form's switch is the same requirement, with the usual days and its message.
    async fn the_switch_of_the_form_is_the_requirement(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let ada = world.user(&grace, "ada.lovelace").await;
        let user = read(world, &grace, ada).await;
        let mut form = user.form.clone();
        form.set_flag(Flag::RequireMfa, true);
        users.update(&grace, &UserUpdate { id: ada, version: user.version, form }).await.expect("saved");
        let after = read(world, &grace, ada).await;
        assert!(after.mfa.required && after.mfa.enroll_by.is_some());
        assert_eq!(messages(world).await, ["mfa_required ada.lovelace@example.org"]);
        users.update(&grace, &UserUpdate { id: ada, version: after.version, form: user.form }).await.expect("saved");
        let back = read(world, &grace, ada).await.mfa;
        assert_eq!((back.required, back.enroll_by), (false, None));
    }
}

both! {
    /// The days to enroll are days on which somebody can come in.
    async fn whoever_could_not_come_in_has_the_usual_days(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let staged = NewUser {
            form: form("ada.lovelace"),
            state: Some(UserState::Staged),
            password: Some(NewPassword { password: PASSWORD.into(), must_change: false }),
            ..NewUser::default()
        };
        let ada = users.create(&grace, &staged).await.expect("added");
        users.change_mfa(&grace, &these(&[ada]), MfaRequirement::Require { days: 3 }).await.expect("required");
        world.wait(DAY * 10);
        let grace = world.again().await;
        let activated = world.clock.now();
        users.activate(&grace, &these(&[ada]), &Notify::Default).await.expect("activated");
        let by = read(world, &grace, ada).await.mfa.enroll_by.expect("an end");
        assert_eq!(by.since(activated), DAY * 7);
        assert!(messages(world).await.contains(&"mfa_required ada.lovelace@example.org".to_owned()));
        world.signed_in("ada.lovelace").await;
    }
}

both! {
    /// As when it is asked for later: the usual days, and the message.
    async fn whoever_is_added_with_the_requirement_has_days(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let mut form = form("ada.lovelace");
        form.set_flag(Flag::RequireMfa, true);
        let new = NewUser { form, state: Some(UserState::Activated), notify: Notify::Default, ..NewUser::default() };
        let ada = users.create(&grace, &new).await.expect("added");
        let by = read(world, &grace, ada).await.mfa.enroll_by.expect("an end");
        assert_eq!(by.since(crate::world::START), DAY * 7);
        let mut sent = messages(world).await;
        sent.sort();
        assert_eq!(sent, ["activation ada.lovelace@example.org", "mfa_required ada.lovelace@example.org"]);
        // The link of the activation is used on its last day.
        world.wait(Duration::from_mins(7 * 24 * 60 - 1));
        let grace = world.again().await;
        let set_at = world.clock.now();
        users.set_password(&grace, ada, &NewPassword { password: PASSWORD.into(), must_change: false }).await.expect("set");
        let by = read(world, &grace, ada).await.mfa.enroll_by.expect("an end");
        assert_eq!(by.since(set_at), DAY * 7);
    }
}
