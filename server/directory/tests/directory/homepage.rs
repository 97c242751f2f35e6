//! The Homepage's figures.

use std::time::Duration;

use directory::ImportOptions;
use model::home::{Attention, SetupStep, Widget};
use model::user::Selection;
use model::{DefaultRole, ErrorCode};

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

both! {
    /// Each list holds those whom the figure beside it counts, and no one else.
    async fn lists_show_whom_the_figures_count(world) {
        let grace = world.grace().await;
        for name in ["locked", "forced", "expired", "expiring", "later", "fine"] {
            world.user_with_password(&grace, name).await;
        }
        let day = 86_400_000_000_i64;
        for (name, set) in [
            ("locked", "locked_until = 9223372036854775807".to_owned()),
            ("forced", "password_must_change = (1 = 1)".to_owned()),
            ("expired", format!("password_expires_at = created_at - {day}")),
            ("expiring", format!("password_expires_at = created_at + {day}")),
            ("later", format!("password_expires_at = created_at + 8 * {day}")),
            ("fine", "mfa_enrolled = (1 = 1), password_never_expires = (1 = 1)".to_owned()),
        ] {
            run(world, &format!("UPDATE users SET {set} WHERE username = '{name}'")).await;
        }
        let page = world.directory.home().read(&grace, "UTC").await.expect("a page");
        let names = |rows: Option<Vec<model::home::HomeUser>>| -> Vec<String> {
            rows.expect("a list").into_iter().map(|row| row.email).collect()
        };
        let figures = page.people.expect("figures");
        assert_eq!((figures.locked, figures.password_expired, figures.password_expiring_in_7_days), (1, 2, 1));
        assert_eq!(names(page.locked), ["locked@example.org"]);
        assert_eq!(names(page.expired), ["forced@example.org", "expired@example.org"]);
        assert_eq!(names(page.expiring), ["expiring@example.org"]);
        let without_mfa = page.without_mfa.expect("a list");
        assert_eq!((without_mfa.count, without_mfa.first.len()), (5, 5));
        assert!(without_mfa.first.iter().all(|row| row.email != "fine@example.org"));
        let administrators = page.administrators.expect("a list");
        assert_eq!(administrators.count, 1);
        assert_eq!(administrators.first[0].email, "grace@example.org");
        assert!(page.new_people.expect("a list").len() <= 5);
        assert!(page.upcoming.expect("a list").is_empty());
    }
}

both! {
    /// Each has their own choice and order, and a role shows no part that it does not allow.
    async fn everybody_chooses_parts(world) {
        let grace = world.grace().await;
        let preferences = world.directory.preferences();
        let shown = async |who| world.directory.home().read(who, "UTC").await.expect("a page");
        assert_eq!(shown(&grace).await.widgets, Widget::ALL);
        let mine = [Widget::Expiring, Widget::Administrators, Widget::SignIns];
        preferences.set_widgets(&grace, &mine).await.expect("kept");
        let page = shown(&grace).await;
        assert_eq!(page.widgets, mine);
        assert!(page.expiring.is_some() && page.locked.is_none() && page.without_mfa.is_none());
        let twice = preferences.set_widgets(&grace, &[Widget::Locked, Widget::Locked]).await;
        assert_eq!(world.code(twice), ErrorCode::Invalid);
        assert_eq!(shown(&grace).await.widgets, mine);
        let reader = world.administrator("reader", DefaultRole::HelpDesk).await;
        let others = shown(&reader).await.widgets;
        let may: Vec<_> = Widget::ALL.iter().copied().filter(|one| reader.may(one.needs())).collect();
        assert_eq!(others, may);
    }
}

both! {
    /// A step is ticked by what the directory holds, and a role sees those whose screen it sees.
    async fn the_checklist_follows_the_directory(world) {
        let grace = world.grace().await;
        let steps = async |who| world.directory.home().read(who, "UTC").await.expect("a page").checklist.expect("steps");
        let done = |steps: Vec<(SetupStep, bool)>| -> Vec<SetupStep> {
            steps.into_iter().filter(|(_, done)| *done).map(|(step, _)| step).collect()
        };
        let first = steps(&grace).await;
        assert_eq!(first.iter().map(|(step, _)| *step).collect::<Vec<_>>(), SetupStep::ALL);
        let before = done(first);
        for step in [SetupStep::Contact, SetupStep::SecondAdministrator, SetupStep::Users, SetupStep::PasswordPolicy] {
            assert!(!before.contains(&step), "{step:?}");
        }

        world.user(&grace, "ada").await;
        world.administrator("second", DefaultRole::AdministratorWithBilling).await;
        let settings = world.directory.settings();
        let mut organization = settings.organization(&grace).await.expect("an organization");
        organization.profile.contact.name = "The help desk".into();
        settings.update(&grace, organization.version, &organization.profile).await.expect("saved");
        let after = done(steps(&grace).await);
        for step in [SetupStep::Contact, SetupStep::SecondAdministrator, SetupStep::Users] {
            assert!(after.contains(&step), "{step:?}");
        }

        let help_desk = world.administrator("help", DefaultRole::HelpDesk).await;
        for (step, _) in steps(&help_desk).await {
            assert!(help_desk.may(step.needs()), "{step:?}");
        }
        world.directory.preferences().set_widgets(&grace, &[Widget::Figures]).await.expect("kept");
        assert!(world.directory.home().read(&grace, "UTC").await.expect("a page").checklist.is_none());
    }
}
