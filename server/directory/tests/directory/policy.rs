//! The rules for users' passwords: kept, changed, and what they mean for passwords that are there.

use std::time::Duration;

use directory::Actor;
use model::password_policy::PolicyForm;
use model::user::{Flag, NewPassword, PasswordStatus, Selection, UserUpdate};
use model::{DefaultRole, ErrorCode, Id, ListQuery, Operation as Op, PasswordPolicy};

use crate::raw::{messages, rows};
use crate::world::{PASSWORD, World};

const DAY: Duration = Duration::from_hours(24);

/// Saves a policy over the present one.
pub async fn save(world: &World, by: &Actor, policy: &PasswordPolicy) {
    let version = world.directory.policy().settings(by).await.expect("settings").version;
    world.directory.policy().update(by, version, &PolicyForm::from(policy)).await.expect("saved");
}

pub async fn give_password(world: &World, by: &Actor, user: Id) {
    let new = NewPassword { password: PASSWORD.into(), must_change: false };
    world.directory.users().set_password(by, user, &new).await.expect("set");
}

pub async fn status(world: &World, by: &Actor, user: Id) -> PasswordStatus {
    world.directory.users().read(by, user).await.expect("a user").password_status
}

fn ageing() -> PasswordPolicy {
    PasswordPolicy { expiration_days: Some(30), warning_days: Some(3), ..PasswordPolicy::default() }
}

async fn clean_up(world: &World) {
    world.directory.clean_up().await.expect("tidied");
}

both! {
    async fn a_change_is_kept_told_and_raced_once(world) {
        let grace = world.grace().await;
        let policy = world.directory.policy();
        let first = policy.settings(&grace).await.expect("settings");
        assert_eq!(first.policy, PasswordPolicy::default());
        let form = PolicyForm { min_length: "14".into(), ..PolicyForm::from(&first.policy) };
        policy.update(&grace, first.version, &form).await.expect("saved");
        let now = policy.settings(&grace).await.expect("settings");
        assert_eq!(now.policy.min_length, 14);
        assert_eq!(world.code(policy.update(&grace, first.version, &form).await), ErrorCode::Stale);
        policy.update(&grace, now.version, &form).await.expect("nothing to do");
        assert_eq!(policy.settings(&grace).await.expect("settings").version, now.version);
        let wrong = PolicyForm { min_length: "7".into(), ..form };
        let problem = world.problem(policy.update(&grace, now.version, &wrong).await);
        assert!(problem.fault("minLength").is_some(), "{problem:?}");
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        let event = &events.first().expect("an event").event;
        assert_eq!(event.event_type.as_str(), "password_policy_update");
        let told: Vec<_> = event.changes.iter().map(|one| (&*one.field, &*one.from, &*one.to)).collect();
        assert_eq!(told, [("minLength", "12", "14")]);
    }
}

both! {
    async fn who_may_see_and_change_it(world) {
        let grace = world.grace().await;
        for role in DefaultRole::ALL {
            let name = format!("r{}", role.as_str().replace(' ', "").to_lowercase());
            let actor = world.administrator(&name, *role).await;
            let may = |operation: Op| operation.allowed_by(&(*role).into());
            let policy = world.directory.policy();
            assert_eq!(policy.settings(&actor).await.is_ok(), may(Op::ReadPasswordPolicy), "{role}");
            let version = policy.settings(&grace).await.expect("settings").version;
            let form = PolicyForm::from(&PasswordPolicy::default());
            assert_eq!(policy.update(&actor, version, &form).await.is_ok(), may(Op::UpdatePasswordPolicy), "{role}");
        }
    }
}

both! {
    /// Nobody expires by a change of settings; who has expired does not get away; off is off.
    async fn a_new_expiry_counts_from_its_saving(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada.lovelace").await;
        let pending = world.user(&grace, "charles.babbage").await;
        give_password(world, &grace, ada).await;
        world.wait(DAY * 100);
        let grace = world.again().await;
        save(world, &grace, &ageing()).await;
        let figures = world.directory.policy().settings(&grace).await.expect("settings").figures;
        assert_eq!((figures.ageing, figures.ageless, figures.expired), (1, 0, 0));
        world.wait(DAY * 29 + Duration::from_secs(24 * 3600 - 1));
        let grace = world.again().await;
        assert_eq!(status(world, &grace, ada).await, PasswordStatus::Active);
        world.wait(Duration::from_secs(1));
        assert_eq!(status(world, &grace, ada).await, PasswordStatus::Expired, "judged at use");
        assert_eq!(status(world, &grace, pending).await, PasswordStatus::Pending);
        assert_eq!(world.directory.policy().settings(&grace).await.expect("settings").figures.expired, 1);
        save(world, &grace, &PasswordPolicy { expiration_days: Some(60), ..ageing() }).await;
        assert_eq!(status(world, &grace, ada).await, PasswordStatus::Expired);
        save(world, &grace, &PasswordPolicy::default()).await;
        assert_eq!(status(world, &grace, ada).await, PasswordStatus::Active);
        assert_eq!(rows(world, "SELECT kind, kind FROM timers").await, [""; 0]);
    }
}

both! {
    /// From three days ahead, once a day, also after days without a server; then once that it is over.
    async fn warnings_come_once_a_day_and_the_end_once(world) {
        let grace = world.grace().await;
        save(world, &grace, &ageing()).await;
        let ada = world.user(&grace, "ada.lovelace").await;
        give_password(world, &grace, ada).await;
        world.wait(DAY * 26 + Duration::from_secs(24 * 3600 - 1));
        clean_up(world).await;
        assert_eq!(messages(world).await, [""; 0]);
        world.wait(Duration::from_secs(1));
        let other = world.reopened().await;
        let (one, two) = tokio::join!(world.directory.clean_up(), other.clean_up());
        one.and(two).expect("both did their rounds");
        clean_up(world).await;
        let warning = "password_expiring ada.lovelace@example.org";
        assert_eq!(messages(world).await, [warning], "two servers, one message");
        world.wait(DAY * 2 + Duration::from_hours(1));
        clean_up(world).await;
        clean_up(world).await;
        assert_eq!(messages(world).await, [warning; 2], "two days without a server are one message");
        world.wait(DAY * 5);
        clean_up(world).await;
        clean_up(world).await;
        assert_eq!(messages(world).await, [warning, warning, "password_expired ada.lovelace@example.org"]);
        assert_eq!(rows(world, "SELECT kind, kind FROM timers").await, [""; 0]);
    }
}

both! {
    /// Messages go to Active people alone, and to nobody whose password never expires.
    async fn who_is_warned_and_who_is_not(world) {
        let grace = world.grace().await;
        save(world, &grace, &ageing()).await;
        let users = world.directory.users();
        let never = world.user(&grace, "never.expires").await;
        let suspended = world.user(&grace, "sue.spended").await;
        let deleted = world.user(&grace, "del.eted").await;
        let renewed = world.user(&grace, "re.newed").await;
        let sample = world.user(&grace, "in.vented").await;
        for user in [never, suspended, deleted, renewed, sample] {
            give_password(world, &grace, user).await;
        }
        crate::raw::run(world, "UPDATE users SET created_by = 'sample' WHERE username = 'in.vented'").await;
        let user = users.read(&grace, never).await.expect("read");
        let mut form = user.form;
        form.set_flag(Flag::PasswordNeverExpires, true);
        users.update(&grace, &UserUpdate { id: never, version: user.version, form }).await.expect("saved");
        users.suspend(&grace, &Selection::These(vec![suspended])).await.expect("done");
        users.delete(&grace, &Selection::These(vec![deleted])).await.expect("done");
        world.wait(DAY * 26);
        let grace = world.again().await;
        give_password(world, &grace, renewed).await;
        world.wait(DAY * 10);
        clean_up(world).await;
        let grace = world.again().await;
        assert_eq!(messages(world).await, ["password_changed re.newed@example.org"]);
        assert_eq!(status(world, &grace, never).await, PasswordStatus::Active);
        assert_eq!(status(world, &grace, suspended).await, PasswordStatus::Expired);
        assert_eq!(status(world, &grace, renewed).await, PasswordStatus::Active);
    }
}

both! {
    /// What the list filters by and the Homepage counts is what one user's page says.
    async fn every_place_judges_alike(world) {
        let grace = world.grace().await;
        save(world, &grace, &PasswordPolicy { expiration_days: Some(6), ..PasswordPolicy::default() }).await;
        let users = world.directory.users();
        let mut all = vec![];
        for name in ["a.pending", "a.fresh", "a.forced", "a.locked"] {
            all.push(world.user(&grace, name).await);
        }
        for user in &all[1..] {
            give_password(world, &grace, *user).await;
        }
        users.force_password_change(&grace, &Selection::These(vec![all[2]])).await.expect("done");
        crate::raw::run(world, "UPDATE users SET locked_until = 9223372036854775807 WHERE username = 'a.locked'").await;
        for (status, name) in [
            ("Pending", "A Pending"),
            ("Active", "A Fresh"),
            ("Expiring", "A Fresh"),
            ("Expired", "A Forced"),
            ("Locked", "A Locked"),
        ] {
            let filters = vec![model::Filter::is("password_status", [status])];
            let query = ListQuery { filters, ..ListQuery::default() };
            let page = users.list(&grace, &query).await.expect("a page");
            let names: Vec<_> = page.rows.iter().map(model::user::UserRow::name).collect();
            assert_eq!(names, [name], "{status}");
        }
        let figures = world.directory.home().people(&grace).await.expect("figures");
        assert_eq!(
            (figures.locked, figures.password_pending, figures.password_expired, figures.password_active),
            (1, 1, 1, 1)
        );
        assert_eq!(figures.password_expiring_in_7_days, 1);
    }
}
