//! Rules of groups before and while they are applied: previewed, stopped, reviewed, excepted from, and by whom.

use std::time::Duration;

use directory::Actor;
use model::event::EventKind;
use model::group::{
    AddMembers, Comparison, ExceptionFilter, ExceptionKind, GroupRule, Join, NewException, NewPeriod,
    RuleMode, RulePart, SaveRule,
};
use model::job::{BulkAction, NewJob};
use model::user::Selection;
use model::user::schedule::LocalTime;
use model::{DefaultRole, ErrorCode, Filter, Id, ListQuery};

use crate::group_rules::{
    DAY, all, automatic, block, condition, group, in_department, members, move_to, save, state, user,
};
use crate::world::World;

/// How often the events say that a rule stopped.
async fn stops(world: &World, by: &Actor) -> usize {
    world.directory.seal_events().await.expect("sealed");
    let filters = vec![Filter::is("event", [EventKind::GroupRuleStop.as_str()])];
    let query = ListQuery { filters, limit: 10, ..ListQuery::default() };
    world.directory.insights().list(by, &query).await.expect("a page").page.rows.len()
}

both! {
    /// Before it is saved, a rule says who would come in and leave, and what it makes of chosen people; it is not saved
    /// if more would leave meanwhile than it said.
    async fn a_rule_is_previewed(world) {
        let grace = world.grace().await;
        let ada = user(world, &grace, "ada", "Sales").await;
        let bob = user(world, &grace, "bob", "Support").await;
        let cy = user(world, &grace, "cy", "Sales").await;
        let sales = group(world, &grace, "Sales people").await;
        let add = AddMembers { group: sales, period: NewPeriod::default() };
        world.directory.groups().add_members(&grace, &add, &[ada, bob]).await.expect("added");
        let rule = in_department("Sales");
        let preview = world.directory.group_rules().preview(&grace, sales, &rule, &[bob, cy]).await.expect("seen");
        assert_eq!((preview.members, preview.joining.count, preview.leaving.count), (2, 1, 1));
        assert_eq!(preview.joining.first[0].id, cy);
        assert_eq!(preview.leaving.first[0].id, bob);
        assert!(!preview.stops, "few may always leave");
        let tested: Vec<_> = preview.tested.iter().map(|one| (one.person.id, one.member_now, one.matches)).collect();
        assert_eq!(tested, [(bob, true, false), (cy, false, true)]);
        assert_eq!(preview.tested[0].conditions, [("Department is “Sales”".to_owned(), false)]);
        // Nothing was done, and nothing is done if one more would leave.
        assert_eq!(members(world, sales).await, "ada bob");
        move_to(world, &grace, ada, "Support").await;
        let refused = world.problem(save(world, &grace, sales, rule.clone(), 1).await);
        assert_eq!(refused.code, ErrorCode::Conflict);
        assert!(refused.message.starts_with("2 members would leave now"), "{}", refused.message);
        assert_eq!(members(world, sales).await, "ada bob");
        save(world, &grace, sales, rule, 2).await.expect("saved");
        assert_eq!(members(world, sales).await, "cy");
    }
}

both! {
    /// A rule that would take out more than its share stops, changes nothing and says so once, until an administrator
    /// lets it go on or the people are as before.
    async fn the_brake_stops_a_rule(world) {
        let grace = world.grace().await;
        let mut people = vec![];
        for number in 0..8 {
            people.push(user(world, &grace, &format!("p{number}"), "Sales").await);
        }
        let sales = group(world, &grace, "Sales people").await;
        save(world, &grace, sales, in_department("Sales"), 0).await.expect("saved");
        for id in &people[..6] {
            move_to(world, &grace, *id, "Vertrieb").await;
        }
        for _ in 0..2 {
            world.directory.clean_up().await.expect("applied");
        }
        assert_eq!(members(world, sales).await, "p0 p1 p2 p3 p4 p5 p6 p7");
        let held = state(world, sales).await.held.expect("held");
        assert_eq!((held.leaving, held.members), (6, 8));
        assert_eq!(stops(world, &grace).await, 1);
        // One comes back: too many still, and what was seen is no longer true.
        move_to(world, &grace, people[0], "Sales").await;
        move_to(world, &grace, people[6], "Vertrieb").await;
        move_to(world, &grace, people[7], "Vertrieb").await;
        world.directory.clean_up().await.expect("applied");
        let rules = world.directory.group_rules();
        assert_eq!(world.code(rules.let_go_on(&grace, sales, 6).await), ErrorCode::Conflict);
        let after = rules.let_go_on(&grace, sales, 7).await.expect("goes on");
        assert_eq!(after.held, None);
        assert_eq!(members(world, sales).await, "p0");
        assert_eq!(world.code(rules.let_go_on(&grace, sales, 7).await), ErrorCode::Conflict);
    }
}

both! {
    /// People who leave one after the other meet the brake as well, until an hour has passed.
    async fn the_brake_counts_those_who_left_before(world) {
        let grace = world.grace().await;
        let mut people = vec![];
        for number in 0..8 {
            people.push(user(world, &grace, &format!("p{number}"), "Sales").await);
        }
        let sales = group(world, &grace, "Sales people").await;
        save(world, &grace, sales, in_department("Sales"), 0).await.expect("saved");
        for id in &people[..6] {
            move_to(world, &grace, *id, "Vertrieb").await;
            world.directory.clean_up().await.expect("applied");
        }
        assert_eq!(members(world, sales).await, "p5 p6 p7", "the sixth is kept");
        let held = state(world, sales).await.held.expect("held");
        assert_eq!((held.leaving, held.members), (1, 3));
        // An hour alone lets nobody go.
        world.wait(Duration::from_hours(2));
        world.directory.clean_up().await.expect("applied");
        assert_eq!(members(world, sales).await, "p5 p6 p7");
        let grace = world.again().await;
        let after = world.directory.group_rules().let_go_on(&grace, sales, 1).await.expect("goes on");
        assert_eq!(after.held, None);
        assert_eq!(members(world, sales).await, "p6 p7");
        move_to(world, &grace, people[6], "Vertrieb").await;
        world.directory.clean_up().await.expect("applied");
        assert_eq!(members(world, sales).await, "p7", "counted anew");
    }
}

both! {
    /// People who become again as they were let a rule go on by itself.
    async fn a_stopped_rule_goes_on_when_nothing_would_leave(world) {
        let grace = world.grace().await;
        let mut people = vec![];
        for number in 0..6 {
            people.push(user(world, &grace, &format!("p{number}"), "Sales").await);
        }
        let sales = group(world, &grace, "Sales people").await;
        save(world, &grace, sales, in_department("Sales"), 0).await.expect("saved");
        for department in ["Vertrieb", "Sales"] {
            for id in &people {
                move_to(world, &grace, *id, department).await;
            }
            world.directory.clean_up().await.expect("applied");
            let held = state(world, sales).await.held.map(|held| held.leaving);
            assert_eq!(held, (department == "Vertrieb").then_some(6));
        }
        assert_eq!(members(world, sales).await, "p0 p1 p2 p3 p4 p5");
    }
}

both! {
    /// A reviewed rule changes nothing by itself: it says what waits, and does it for those who are chosen, or for all.
    async fn a_reviewed_rule_waits(world) {
        let grace = world.grace().await;
        let ada = user(world, &grace, "ada", "Sales").await;
        let bob = user(world, &grace, "bob", "Support").await;
        user(world, &grace, "cy", "Sales").await;
        let sales = group(world, &grace, "Sales people").await;
        let add = AddMembers { group: sales, period: NewPeriod::default() };
        world.directory.groups().add_members(&grace, &add, &[bob]).await.expect("added");
        let rule = GroupRule { mode: RuleMode::Reviewed, ..in_department("Sales") };
        let saved = save(world, &grace, sales, rule, 0).await.expect("saved");
        let (joining, leaving) = saved.waiting.expect("waits");
        assert_eq!((joining.count, leaving.count), (2, 1));
        world.directory.clean_up().await.expect("applied");
        assert_eq!(members(world, sales).await, "bob");
        let rules = world.directory.group_rules();
        rules.accept(&grace, sales, &[ada], 0).await.expect("accepted");
        assert_eq!(members(world, sales).await, "ada bob");
        assert_eq!(world.code(rules.accept(&grace, sales, &[], 0).await), ErrorCode::Conflict);
        let after = rules.accept(&grace, sales, &[], 1).await.expect("accepted");
        let (joining, leaving) = after.waiting.expect("reviewed still");
        assert_eq!((joining.count, leaving.count), (0, 0));
        assert_eq!(members(world, sales).await, "ada cy");
        save(world, &grace, sales, in_department("Sales"), 0).await.expect("saved");
        assert_eq!(world.code(rules.accept(&grace, sales, &[], 0).await), ErrorCode::Conflict);
    }
}

both! {
    /// Exceptions hold at once, say why, end at their time, and go with the rule.
    async fn exceptions_hold_until_their_end(world) {
        let grace = world.grace().await;
        let ada = user(world, &grace, "ada", "Sales").await;
        let bob = user(world, &grace, "bob", "Support").await;
        let sales = group(world, &grace, "Sales people").await;
        let except = |kind, reason: &str, ends| NewException { group: sales, kind, reason: reason.into(), ends };
        let rules = world.directory.group_rules();
        let without = rules.except(&grace, &except(ExceptionKind::Include, "helps out", None), &[bob]).await;
        assert_eq!(world.code(without), ErrorCode::Conflict);
        save(world, &grace, sales, in_department("Sales"), 0).await.expect("saved");
        let tomorrow = LocalTime { date: "2026-11-23".into(), time: "09:00".into(), zone: "Europe/Berlin".into() };
        let past = LocalTime { date: "2026-11-21".into(), ..tomorrow.clone() };
        let faults = world.problem(rules.except(&grace, &except(ExceptionKind::Include, " ", Some(past)), &[bob]).await);
        let fields: Vec<&str> = faults.faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["reason", "ends.date"]);
        let include = except(ExceptionKind::Include, "helps out", Some(tomorrow));
        rules.except(&grace, &include, &[bob]).await.expect("excepted");
        rules.except(&grace, &except(ExceptionKind::Exclude, "on leave", None), &[ada]).await.expect("excepted");
        assert_eq!(members(world, sales).await, "bob");
        let query = ListQuery { limit: 10, ..ListQuery::default() };
        let listed = rules.exceptions(&grace, sales, ExceptionFilter::All, &query).await.expect("a page").rows;
        let listed: Vec<_> =
            listed.iter().map(|one| (one.person.id, one.kind, one.reason.as_str(), one.ends_at.is_some())).collect();
        assert_eq!(listed, [
            (ada, ExceptionKind::Exclude, "on leave", false),
            (bob, ExceptionKind::Include, "helps out", true),
        ]);
        let never = rules.exceptions(&grace, sales, ExceptionFilter::Exclude, &query).await.expect("a page").rows;
        assert_eq!(never.len(), 1);
        world.wait(DAY);
        world.directory.clean_up().await.expect("applied");
        assert_eq!(members(world, sales).await, "");
        let grace = world.again().await;
        let removed = rules.remove_exceptions(&grace, sales, &[ada, bob]).await.expect("answered");
        let refused: Vec<bool> = removed.iter().map(|one| one.refused.is_some()).collect();
        assert_eq!(refused, [false, true]);
        assert_eq!(members(world, sales).await, "ada");
    }
}

both! {
    /// Where a rule says who is in a group, nobody is added or removed by hand; without the rule, those in it stay.
    async fn members_by_rule_are_not_changed_by_hand(world) {
        let grace = world.grace().await;
        let ada = user(world, &grace, "ada", "Sales").await;
        let bob = user(world, &grace, "bob", "Support").await;
        let sales = group(world, &grace, "Sales people").await;
        let add = AddMembers {
            group: sales,
            period: NewPeriod {
                starts: Some(LocalTime { date: "2026-11-24".into(), time: "09:00".into(), zone: "UTC".into() }),
                ends: None,
            },
        };
        // Bob is to come later; the rule does not find him, and he does not.
        world.directory.groups().add_members(&grace, &add, &[bob]).await.expect("added");
        save(world, &grace, sales, in_department("Sales"), 0).await.expect("saved");
        world.wait(3 * DAY);
        world.directory.clean_up().await.expect("applied");
        let grace = world.again().await;
        assert_eq!(members(world, sales).await, "ada");
        let groups = world.directory.groups();
        let at_once = AddMembers { group: sales, period: NewPeriod::default() };
        let refused = world.problem(groups.add_members(&grace, &at_once, &[bob]).await);
        assert_eq!(refused.code, ErrorCode::Conflict);
        assert!(refused.message.starts_with("A rule says who is in Sales people."), "{}", refused.message);
        assert_eq!(world.code(groups.remove_members(&grace, sales, &[ada]).await), ErrorCode::Conflict);
        let add_all = BulkAction::AddToGroup(at_once.clone());
        let job = NewJob { action: add_all, selection: Selection::These(vec![bob]), reason: String::new() };
        assert_eq!(world.code(world.directory.jobs().start(&grace, &job).await), ErrorCode::Conflict);
        let period = groups.set_period(&grace, sales, ada, &NewPeriod::default()).await;
        assert_eq!(world.code(period), ErrorCode::Conflict);
        let version = state(world, sales).await.version;
        let without = SaveRule { group: sales, version, rule: None, leaving: 0 };
        let rules = world.directory.group_rules();
        assert_eq!(rules.save(&grace, &without).await.expect("saved").rule, None);
        assert_eq!(members(world, sales).await, "ada");
        groups.remove_members(&grace, sales, &[ada]).await.expect("by hand again");
        assert_eq!(members(world, sales).await, "");
    }
}

both! {
    /// What cannot be a rule is refused at its condition, and what somebody else changed meanwhile as stale.
    async fn bad_rules_are_refused(world) {
        let grace = world.grace().await;
        user(world, &grace, "ada", "Sales").await;
        let sales = group(world, &grace, "Sales people").await;
        let nobody = "0123456789abcdef01234567";
        let rule = all(&[
            condition("department", Comparison::Equals, &["Sales"]),
            RulePart::Block(block(Join::Any, &[
                condition("custom.shoe", Comparison::Equals, &["9"]),
                condition("manager", Comparison::Equals, &[nobody]),
                condition("group", Comparison::MemberOf, &[nobody]),
            ])),
        ]);
        let refused = world.problem(save(world, &grace, sales, automatic(rule), 0).await);
        let at: Vec<&str> = refused.faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(at, ["1.0", "1.1", "1.2"]);
        let refused = world.problem(save(world, &grace, sales, automatic(all(&[])), 0).await);
        assert_eq!(refused.faults[0].field, "rule");
        let none = GroupRule { brake: 0, ..in_department("Sales") };
        assert_eq!(world.problem(save(world, &grace, sales, none, 0).await).faults[0].field, "brake");
        save(world, &grace, sales, in_department("Sales"), 0).await.expect("saved");
        let late = SaveRule { group: sales, version: 0, rule: Some(in_department("Support")), leaving: 1 };
        let refused = world.problem(world.directory.group_rules().save(&grace, &late).await);
        assert_eq!(refused.code, ErrorCode::Stale);
        assert_eq!(members(world, sales).await, "ada");
        let gone: Id = nobody.parse().expect("an id");
        assert_eq!(world.code(world.directory.group_rules().read(&grace, gone).await), ErrorCode::NotFound);
    }
}

both! {
    /// Rules are for those who change groups; those who see groups see them.
    async fn rules_are_for_those_who_change_groups(world) {
        let grace = world.grace().await;
        let ada = user(world, &grace, "ada", "Sales").await;
        let sales = group(world, &grace, "Sales people").await;
        save(world, &grace, sales, in_department("Sales"), 0).await.expect("saved");
        for (role, sees, changes) in [
            (DefaultRole::Manager, true, true),
            (DefaultRole::HelpDesk, true, false),
            (DefaultRole::ReadOnly, true, false),
            (DefaultRole::BillingOnly, false, false),
        ] {
            let actor = world.administrator(&format!("{role:?}").to_lowercase(), role).await;
            let rules = world.directory.group_rules();
            let query = ListQuery { limit: 10, ..ListQuery::default() };
            assert_eq!(rules.read(&actor, sales).await.is_ok(), sees, "{role:?}");
            assert_eq!(rules.exceptions(&actor, sales, ExceptionFilter::All, &query).await.is_ok(), sees, "{role:?}");
            let previewed = rules.preview(&actor, sales, &in_department("Sales"), &[]).await;
            assert_eq!(previewed.is_ok(), changes, "{role:?}");
            assert_eq!(save(world, &actor, sales, in_department("Sales"), 0).await.is_ok(), changes, "{role:?}");
            let new = NewException { group: sales, kind: ExceptionKind::Include, reason: "x".into(), ends: None };
            assert_eq!(rules.except(&actor, &new, &[ada]).await.is_ok(), changes, "{role:?}");
            assert_eq!(rules.remove_exceptions(&actor, sales, &[ada]).await.is_ok(), changes, "{role:?}");
        }
    }
}
