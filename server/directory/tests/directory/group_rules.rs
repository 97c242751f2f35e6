//! Groups whose members a rule says: who is found, and kept up to date.

use std::time::Duration;

use directory::Actor;
use model::event::EventKind;
use model::group::{
    AddMembers, Comparison, GroupForm, GroupRule, Join, MemberFilter, NewPeriod, NewSubgroup, RuleBlock,
    RuleCondition, RuleMode, RulePart, RuleState, SaveRule,
};
use model::user::schedule::LocalTime;
use model::user::{CustomAttribute, Flag, NewUser, Selection, TextAttribute, UserState, UserUpdate};
use model::{ErrorCode, Id, ListQuery};

use crate::world::{World, form};

pub const DAY: Duration = Duration::from_hours(24);

pub fn condition(field: &str, operator: Comparison, values: &[&str]) -> RulePart {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    RulePart::Condition(RuleCondition { field: field.into(), operator, values })
}

pub fn block(join: Join, parts: &[RulePart]) -> RuleBlock {
    RuleBlock { join, parts: parts.to_vec() }
}

pub fn all(parts: &[RulePart]) -> RuleBlock {
    block(Join::All, parts)
}

pub fn automatic(rule: RuleBlock) -> GroupRule {
    GroupRule { mode: RuleMode::Automatic, rule, brake: 25 }
}

pub fn in_department(department: &str) -> GroupRule {
    automatic(all(&[condition("department", Comparison::Equals, &[department])]))
}

pub async fn group(world: &World, by: &Actor, name: &str) -> Id {
    let form = GroupForm { name: name.into(), ..GroupForm::default() };
    world.directory.groups().create(by, &form).await.expect("a group")
}

/// A user of a department.
pub async fn user(world: &World, by: &Actor, username: &str, department: &str) -> Id {
    let mut form = form(username);
    form.set_text(TextAttribute::Department, department);
    let new = NewUser { form, state: Some(UserState::Activated), ..NewUser::default() };
    world.directory.users().create(by, &new).await.expect("a user")
}

pub async fn move_to(world: &World, by: &Actor, id: Id, department: &str) {
    let read = world.directory.users().read(by, id).await.expect("read");
    let mut form = read.form;
    form.set_text(TextAttribute::Department, department);
    let update = UserUpdate { id, version: read.version, form };
    world.directory.users().update(by, &update).await.expect("changed");
}

pub async fn state(world: &World, group: Id) -> RuleState {
    world.directory.group_rules().read(&world.system(), group).await.expect("read")
}

pub async fn save(
    world: &World,
    by: &Actor,
    group: Id,
    rule: GroupRule,
    leaving: u64,
) -> directory::Result<RuleState> {
    let version = state(world, group).await.version;
    world.directory.group_rules().save(by, &SaveRule { group, version, rule: Some(rule), leaving }).await
}

/// The usernames of the members, in order.
pub async fn members(world: &World, group: Id) -> String {
    let query = ListQuery { limit: 100, ..ListQuery::default() };
    let page = world.directory.groups().members(&world.system(), group, MemberFilter::All, &query).await;
    let mut names: Vec<String> = page.expect("a page").rows.into_iter().map(|one| one.username).collect();
    names.sort();
    names.join(" ")
}

pub async fn told(world: &World, user: Id) -> Vec<String> {
    world.directory.seal_events().await.expect("sealed");
    let page = world.directory.history().of_user(&world.system(), user, None).await.expect("a page");
    let told = page.events.into_iter().map(|one| one.event);
    told.filter(|event| event.event_type == EventKind::AssociationChange).map(|event| event.message).collect()
}

both! {
    /// Who fits comes in when the rule is saved, and after each change of a user; who fits no more leaves; the history
    /// names the rule.
    async fn members_follow_the_rule(world) {
        let grace = world.grace().await;
        let ada = user(world, &grace, "ada", "Sales").await;
        let bob = user(world, &grace, "bob", "Support").await;
        let sales = group(world, &grace, "Sales people").await;
        let saved = save(world, &grace, sales, in_department("sáles"), 0).await.expect("saved");
        assert_eq!(saved.words, "Department is “sáles”");
        assert!(!saved.working);
        assert_eq!(members(world, sales).await, "ada");
        move_to(world, &grace, bob, "SALES").await;
        assert!(state(world, sales).await.working);
        world.directory.clean_up().await.expect("applied");
        assert!(!state(world, sales).await.working);
        assert_eq!(members(world, sales).await, "ada bob");
        move_to(world, &grace, ada, "Support").await;
        world.directory.clean_up().await.expect("applied");
        assert_eq!(members(world, sales).await, "bob");
        assert_eq!(told(world, ada).await, [
            "removed from Sales people as its rule says: Department is “sáles”",
            "added to Sales people as its rule says: Department is “sáles”",
        ]);
        let page = world.directory.groups().list(&grace, &ListQuery { limit: 10, ..ListQuery::default() }).await;
        assert!(page.expect("a page").rows[0].by_rule);
        assert!(world.directory.groups().read(&grace, sales).await.expect("read").by_rule);
        // Deleted users are in no group, and come back to it.
        world.directory.users().delete(&grace, &Selection::These(vec![bob])).await.expect("deleted");
        world.directory.clean_up().await.expect("applied");
        assert_eq!(members(world, sales).await, "");
        world.directory.users().restore(&grace, &[bob]).await.expect("restored");
        world.directory.clean_up().await.expect("applied");
        assert_eq!(members(world, sales).await, "bob");
    }
}

both! {
    /// Each kind of field by each of its operators, also of those of whom nothing is known.
    async fn every_operator_finds_whom_it_says(world) {
        let grace = world.grace().await;
        let boss = world.user(&grace, "boss").await;
        let mut ada = form("ada");
        ada.set_text(TextAttribute::Company, "Analytical Engines");
        ada.set_text(TextAttribute::Department, "Forschung & Übung");
        ada.set_flag(Flag::Sudo, true);
        ada.manager = Some(boss);
        ada.custom = vec![CustomAttribute { name: "team".into(), value: "Red_1".into() }];
        let new = NewUser { form: ada, state: Some(UserState::Staged), ..NewUser::default() };
        let ada = world.directory.users().create(&grace, &new).await.expect("a user");
        let mut bob = form("bob");
        bob.set_text(TextAttribute::Company, "100% Bob");
        bob.manager = Some(ada);
        bob.custom = vec![CustomAttribute { name: "team".into(), value: "redx1".into() }];
        let new = NewUser { form: bob, state: Some(UserState::Activated), ..NewUser::default() };
        world.directory.users().create(&grace, &new).await.expect("a user");
        let staff = group(world, &grace, "Staff").await;
        let add = AddMembers { group: staff, period: NewPeriod::default() };
        world.directory.groups().add_members(&grace, &add, &[boss]).await.expect("added");
        let (boss, ada_id, staff) = (boss.to_string(), ada.to_string(), staff.to_string());
        let cases: &[(&str, Comparison, &[&str], &str)] = &[
            ("company", Comparison::Equals, &["ANALYTICAL engines"], "ada"),
            ("company", Comparison::NotEquals, &["analytical engines"], "bob boss"),
            ("company", Comparison::In, &["analytical engines", "100% bob"], "ada bob"),
            ("company", Comparison::NotIn, &["analytical engines", "100% bob"], "boss"),
            ("company", Comparison::Contains, &["%"], "bob"),
            ("company", Comparison::NotContains, &["engine"], "bob boss"),
            ("company", Comparison::StartsWith, &["100%"], "bob"),
            ("company", Comparison::EndsWith, &["bob"], "bob"),
            ("company", Comparison::IsEmpty, &[], "boss"),
            ("company", Comparison::IsNotEmpty, &[], "ada bob"),
            ("department", Comparison::Equals, &["forschung & ubung"], "ada"),
            ("department", Comparison::StartsWith, &["FORSCHUNG"], "ada"),
            ("department", Comparison::EndsWith, &["übung"], "ada"),
            ("department", Comparison::NotContains, &["übung"], "bob boss"),
            ("username", Comparison::In, &["ADA", "Boss"], "ada boss"),
            ("email", Comparison::EndsWith, &["@EXAMPLE.org"], "ada bob boss"),
            ("state", Comparison::Equals, &["STAGED"], "ada"),
            ("state", Comparison::NotEquals, &["STAGED"], "bob boss"),
            ("sudo", Comparison::Equals, &["true"], "ada"),
            ("sudo", Comparison::NotEquals, &["true"], "bob boss"),
            ("manager", Comparison::Equals, &[&boss], "ada"),
            ("manager", Comparison::NotEquals, &[&boss], "bob boss"),
            ("manager", Comparison::ReportsTo, &[&boss], "ada bob"),
            ("manager", Comparison::ReportsTo, &[&ada_id], "bob"),
            ("manager", Comparison::IsEmpty, &[], "boss"),
            ("manager", Comparison::IsNotEmpty, &[], "ada bob"),
            ("group", Comparison::MemberOf, &[&staff], "boss"),
            ("group", Comparison::NotMemberOf, &[&staff], "ada bob"),
            ("created", Comparison::Since, &["2026-11-22"], "ada bob boss"),
            ("created", Comparison::Before, &["2026-11-22"], ""),
            ("created", Comparison::InLastDays, &["1"], "ada bob boss"),
            ("created", Comparison::OlderThanDays, &["1"], ""),
            ("custom.team", Comparison::Equals, &["red_1"], "ada"),
            ("custom.team", Comparison::NotEquals, &["red_1"], "bob boss"),
            ("custom.team", Comparison::StartsWith, &["red_"], "ada"),
            ("custom.team", Comparison::Contains, &["RED"], "ada bob"),
            ("custom.team", Comparison::NotContains, &["_"], "bob boss"),
            ("custom.team", Comparison::IsEmpty, &[], "boss"),
            ("custom.team", Comparison::IsNotEmpty, &[], "ada bob"),
        ];
        let found = group(world, &grace, "Found").await;
        for (field, operator, values, expected) in cases {
            for (join, denied) in [(Join::All, false), (Join::None, true)] {
                let mut rule = automatic(block(join, &[condition(field, *operator, values)]));
                rule.brake = 100;
                save(world, &grace, found, rule, 10).await.expect("saved");
                let mut expected: Vec<&str> = expected.split_whitespace().collect();
                if denied {
                    expected = ["ada", "bob", "boss"].into_iter().filter(|one| !expected.contains(one)).collect();
                }
                let expected = expected.join(" ");
                assert_eq!(members(world, found).await, expected, "{field} {operator:?} {values:?} {join:?}");
            }
        }
    }
}

both! {
    /// And, or and not, one in the other.
    async fn blocks_lie_in_one_another(world) {
        let grace = world.grace().await;
        for (name, department) in [("ada", "Sales"), ("bob", "Support"), ("cy", "Sales"), ("dee", "")] {
            user(world, &grace, name, department).await;
        }
        let found = group(world, &grace, "Found").await;
        let either = block(Join::Any, &[
            condition("department", Comparison::Equals, &["Support"]),
            RulePart::Block(all(&[
                condition("department", Comparison::Equals, &["Sales"]),
                RulePart::Block(block(Join::None, &[condition("username", Comparison::Equals, &["cy"])])),
            ])),
        ]);
        save(world, &grace, found, automatic(either), 0).await.expect("saved");
        assert_eq!(members(world, found).await, "ada bob");
    }
}

both! {
    /// A rule that asks about another group follows its members, also as they begin and end by time; none can hang on
    /// itself, whichever way.
    async fn rules_follow_other_groups(world) {
        let grace = world.grace().await;
        let ada = user(world, &grace, "ada", "Sales").await;
        let (staff, inner) = (group(world, &grace, "Staff").await, group(world, &grace, "Inner").await);
        let derived = group(world, &grace, "Derived").await;
        let nested = NewSubgroup { group: staff, subgroup: inner };
        world.directory.groups().add_subgroup(&grace, &nested).await.expect("nested");
        let asks = |group: Id| automatic(all(&[condition("group", Comparison::MemberOf, &[&group.to_string()])]));
        save(world, &grace, derived, asks(staff), 0).await.expect("saved");
        let add = AddMembers {
            group: inner,
            period: NewPeriod {
                starts: None,
                ends: Some(LocalTime { date: "2026-11-24".into(), time: "09:00".into(), zone: "UTC".into() }),
            },
        };
        world.directory.groups().add_members(&grace, &add, &[ada]).await.expect("added");
        world.directory.clean_up().await.expect("applied");
        assert_eq!(members(world, derived).await, "ada");
        for around in [derived, staff, inner] {
            let refused = world.problem(save(world, &grace, around, asks(derived), 0).await);
            assert_eq!(refused.faults[0].field, "0", "{refused:?}");
        }
        let circle = NewSubgroup { group: inner, subgroup: derived };
        assert_eq!(world.code(world.directory.groups().add_subgroup(&grace, &circle).await), ErrorCode::Conflict);
        let refused = world.problem(world.directory.groups().delete(&grace, &[staff]).await);
        assert_eq!(refused.message, "The rule of Derived asks about Staff. Change that rule first.");
        world.wait(2 * DAY);
        world.directory.clean_up().await.expect("applied");
        assert_eq!(members(world, derived).await, "");
        let grace = world.again().await;
        world.directory.groups().delete(&grace, &[staff, derived]).await.expect("deleted together");
    }
}

both! {
    /// What counts days changes by time alone.
    async fn time_alone_moves_people(world) {
        let grace = world.grace().await;
        user(world, &grace, "ada", "Sales").await;
        let new = group(world, &grace, "New people").await;
        let rule = automatic(all(&[condition("created", Comparison::InLastDays, &["7"])]));
        save(world, &grace, new, rule, 0).await.expect("saved");
        assert_eq!(members(world, new).await, "ada");
        world.wait(7 * DAY);
        world.directory.clean_up().await.expect("applied");
        assert_eq!(members(world, new).await, "ada");
        world.wait(Duration::from_hours(2));
        world.directory.clean_up().await.expect("applied");
        assert_eq!(members(world, new).await, "");
    }
}
