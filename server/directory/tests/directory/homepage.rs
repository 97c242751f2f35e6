//! The Homepage's figures.

use std::time::Duration;

use directory::ImportOptions;
use model::DefaultRole;
use model::home::Attention;
use model::user::Selection;

use crate::administrators::{id_of, set_role};
use crate::administrators_from_users::linked;
use crate::raw::run;
use crate::world::visitor;

const DAY: Duration = Duration::from_hours(24);

both! {
    async fn figures_are_those_of_the_directory(world) {
        let grace = world.grace().await;
        let home = world.directory.home();
        let empty = home.read(&grace, "Europe/Berlin").await.expect("a page");
        assert_eq!(empty.people.expect("figures").total(), 0);
        assert!(empty.attention.contains(&Attention::OneAdministratorWithBilling));
        assert!(empty.attention.contains(&Attention::YouHaveNoMfa));

        let file = include_bytes!("../../data/people.csv");
        let options = ImportOptions { source: "sample".into(), ..ImportOptions::default() };
        world.directory.import().users(&world.system(), file, &options).await.expect("read");
        let people = home.read(&grace, "UTC").await.expect("a page").people.expect("figures");
        assert_eq!((people.total(), people.new_in_7_days, people.password_pending), (1284, 1284, 1284));

        world.wait(DAY * 8);
        let system = world.system();
        let ada = world.user(&system, "ada.lovelace").await;
        let later = home.read(&system, "UTC").await.expect("a page");
        let people = later.people.expect("figures");
        assert_eq!((people.total(), people.new_in_7_days), (1285, 1));
        assert_eq!(later.new_people.expect("people")[0].name, "Ada Lovelace");
        let suspended = people.suspended;
        world.directory.users().suspend(&system, &Selection::These(vec![ada])).await.expect("done");
        assert_eq!(home.people(&system).await.expect("figures").suspended, suspended + 1);
        world.directory.users().delete(&system, &Selection::These(vec![ada])).await.expect("done");
        assert_eq!(home.people(&system).await.expect("figures").total(), 1284);
    }
}

both! {
    /// A sign-in at 23:30 in New York belongs to that day there, and to the next in UTC.
    async fn sign_ins_fall_into_the_viewers_days(world) {
        let system = world.system();
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        world.wait(Duration::from_mins(19 * 60 + 30)); // 23 November, 04:30 UTC
        world.signed_in("ada").await;
        drop(world.directory.sign_in().password(&visitor(), model::Principal::User, "ada", "wrong").await);
        // The list that the figures lead to is that of users.
        world.again().await;
        for (zone, day) in [("UTC", "2026-11-23"), ("America/New_York", "2026-11-22"), ("not/a zone", "2026-11-23")] {
            let days = world.directory.home().read(&system, zone).await.expect("a page").sign_ins.expect("days");
            assert_eq!(days.len(), 14);
            let found = days.iter().find(|found| found.day == day).expect("the day");
            assert_eq!((found.succeeded, found.failed), (1, 1), "{zone}");
            assert_eq!(days.iter().map(|day| day.succeeded).sum::<u64>(), 1);
        }
        world.wait(DAY * 14);
        let days = world.directory.home().read(&system, "UTC").await.expect("a page").sign_ins.expect("days");
        assert_eq!(days.iter().map(|day| day.succeeded + day.failed).sum::<u64>(), 0);
    }
}

both! {
    async fn everybody_sees_what_their_role_shows(world) {
        world.grace().await;
        for role in DefaultRole::ALL {
            let name = format!("r{}", role.as_str().replace(' ', "").to_lowercase());
            let actor = world.administrator(&name, *role).await;
            let read = world.directory.home().read(&actor, "UTC").await;
            assert_eq!(read.is_ok(), actor.may(model::Operation::ReadHomepage), "{role}");
            let Ok(page) = read else { continue };
            assert_eq!(page.people.is_some(), actor.may(model::Operation::ListUsers), "{role}");
            assert_eq!(page.sign_ins.is_some(), actor.may(model::Operation::ReadEvents), "{role}");
        }
    }
}

both! {
    async fn locked_administrators_need_attention(world) {
        let grace = world.grace().await;
        for _ in 0..6 {
            drop(world.directory.sign_in().password(&visitor(), model::Principal::Administrator, "grace@example.org", "wrong").await);
        }
        let page = world.directory.home().read(&grace, "UTC").await.expect("a page");
        assert!(page.attention.iter().any(|what| matches!(what, Attention::AdministratorLocked { name, .. } if name == "Grace Hopper")));
    }
}

both! {
    /// A second one counts as the rule counts that keeps the last one: who could sign in without help.
    async fn a_second_administrator_with_billing_is_one_who_can_sign_in(world) {
        let grace = world.grace().await;
        let (ada, id, _, _) = linked(world, &grace, DefaultRole::AdministratorWithBilling).await;
        let alone = async || {
            let page = world.directory.home().read(&grace, "UTC").await.expect("a page");
            page.attention.contains(&Attention::OneAdministratorWithBilling)
        };
        assert!(!alone().await);
        for (table, set, reset, lacks) in [
            ("users", "locked_until = 9223372036854775807", "locked_until = NULL", true),
            // Opens by itself.
            ("users", "locked_until = 1795338000000001", "locked_until = NULL", false),
            ("users", "state = 'SUSPENDED'", "state = 'ACTIVATED'", true),
            ("users", "password_set_at = NULL", "password_set_at = 1", true),
            ("administrators", "suspended = (1 = 1)", "suspended = (1 = 0)", true),
        ] {
            let whom = if table == "users" { "username = 'ada'" } else { "user_id IS NOT NULL" };
            run(world, &format!("UPDATE {table} SET {set} WHERE {whom}")).await;
            assert_eq!(alone().await, lacks, "{set}");
            // Grace is then the last one, and so she stays: the very rule.
            let own = id_of(world, "grace").await;
            let system = world.system();
            let demoted = set_role(world, &system, own, DefaultRole::ReadOnly).await;
            assert_eq!(demoted.is_err(), lacks, "{set}");
            if demoted.is_ok() {
                run(world, "UPDATE administrators SET role = 'Administrator With Billing' WHERE email = 'grace@example.org'").await;
            }
            run(world, &format!("UPDATE {table} SET {reset} WHERE {whom}")).await;
        }
        assert!(!alone().await, "{ada} {id}");
    }
}
