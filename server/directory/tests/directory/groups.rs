//! User groups: names that are unique, members with a beginning and an end, groups in groups, and who may do what.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use directory::Actor;
use model::event::EventKind;
use model::group::{
    AddMembers, Group, GroupForm, GroupUpdate, Member, MemberFilter, NewPeriod, NewSubgroup, OfUser,
};
use model::job::{BulkAction, JobState, NewJob};
use model::user::schedule::LocalTime;
use model::user::{Outcome, Selection};
use model::{DefaultRole, ErrorCode, Filter, Id, ListQuery, Test};

use crate::jobs::{read as read_job, start, work};
use crate::world::World;

fn named(name: &str) -> GroupForm {
    GroupForm { name: name.into(), ..GroupForm::default() }
}

async fn group(world: &World, by: &Actor, name: &str) -> Id {
    world.directory.groups().create(by, &named(name)).await.expect("a group")
}

async fn read(world: &World, id: Id) -> Group {
    world.directory.groups().read(&world.system(), id).await.expect("the group")
}

async fn add_for(world: &World, by: &Actor, group: Id, users: &[Id], period: NewPeriod) -> Vec<Outcome> {
    let add = AddMembers { group, period };
    world.directory.groups().add_members(by, &add, users).await.expect("answered")
}

/// Adds those who are not in it, at once and without end.
async fn add(world: &World, by: &Actor, group: Id, users: &[Id]) {
    let outcomes = add_for(world, by, group, users, NewPeriod::default()).await;
    assert!(outcomes.iter().all(|one| one.refused.is_none()), "{outcomes:?}");
}

async fn nest(world: &World, by: &Actor, group: Id, subgroup: Id) -> directory::Result<()> {
    world.directory.groups().add_subgroup(by, &NewSubgroup { group, subgroup }).await
}

async fn members(world: &World, group: Id, which: MemberFilter) -> Vec<Member> {
    let query = ListQuery { limit: 100, ..ListQuery::default() };
    let page = world.directory.groups().members(&world.system(), group, which, &query).await;
    page.expect("a page").rows
}

async fn usernames(world: &World, group: Id, which: MemberFilter) -> Vec<String> {
    members(world, group, which).await.into_iter().map(|one| one.username).collect()
}

async fn groups_of(world: &World, user: Id) -> Vec<OfUser> {
    let query = ListQuery { limit: 100, ..ListQuery::default() };
    world.directory.groups().of_user(&world.system(), user, &query).await.expect("a page").rows
}

/// Those whom the list of users finds to be in a group, or not to be.
async fn found(world: &World, test: Test, group: Id) -> BTreeSet<Id> {
    let filters = vec![Filter { column: "group".into(), test, values: vec![group.to_string()] }];
    let query = ListQuery { filters, limit: 100, ..ListQuery::default() };
    let page = world.directory.users().list(&world.system(), &query).await.expect("a page");
    page.rows.into_iter().map(|row| row.id).collect()
}

/// The test's clock stands at 9:00 UTC on Sunday, 22 November 2026.
fn at(date: &str, time: &str, zone: &str) -> LocalTime {
    LocalTime { date: date.into(), time: time.into(), zone: zone.into() }
}

/// What the history says of memberships, the newest first.
async fn told(world: &World, user: Id) -> Vec<String> {
    world.directory.seal_events().await.expect("sealed");
    let page = world.directory.history().of_user(&world.system(), user, None).await.expect("a page");
    let told = page.events.into_iter().map(|one| one.event);
    told.filter(|event| event.event_type == EventKind::AssociationChange).map(|event| event.message).collect()
}

both! {
    /// No two groups have one name, whatever the case, nor one name in LDAP or on Linux, nor one number.
    async fn names_and_numbers_are_taken_once(world) {
        let grace = world.grace().await;
        let linux = |name: &str, linux: &str, gid: &str| GroupForm {
            linux_name: linux.into(),
            linux_gid: gid.into(),
            ..named(name)
        };
        let groups = world.directory.groups();
        groups.create(&grace, &linux("Sales", "sales", "5000")).await.expect("a group");
        let ldap = GroupForm { ldap_name: "field".into(), ..named("Field Sales") };
        groups.create(&grace, &ldap).await.expect("a group");
        for (form, field) in [
            (named("SALES"), "name"),
            (named("ｓａｌｅｓ"), "name"),
            (linux("Other", "sales", "5001"), "linux_name"),
            (linux("Other", "other", "5000"), "linux_gid"),
            (GroupForm { ldap_name: "sales".into(), ..named("Other") }, "ldap_name"),
            (named("Field"), "name"),
        ] {
            let problem = world.problem(groups.create(&grace, &form).await);
            let fields: Vec<_> = problem.faults.iter().map(|fault| fault.field.as_str()).collect();
            assert_eq!(fields, [field], "{form:?}");
        }
        assert_eq!(groups.list(&grace, &ListQuery::default()).await.expect("a page").rows.len(), 2);
    }
}

both! {
    /// What was changed meanwhile is told, what is the same is no event, and a GID stays.
    async fn a_group_is_changed_by_the_first_who_does(world) {
        let grace = world.grace().await;
        let id = group(world, &grace, "Sales").await;
        let groups = world.directory.groups();
        let before = read(world, id).await;
        let form = GroupForm {
            description: "All who sell".into(),
            linux_name: "sales".into(),
            linux_gid: "5000".into(),
            ..before.form.clone()
        };
        let update = GroupUpdate { id, version: before.version, form };
        groups.update(&grace, &update).await.expect("changed");
        let late = world.problem(groups.update(&grace, &update).await);
        assert_eq!(late.code, ErrorCode::Stale);
        assert!(late.message.starts_with("You, in another window"), "{}", late.message);
        let after = read(world, id).await;
        assert_eq!(after.form, update.form);
        let same = GroupUpdate { version: after.version, ..update.clone() };
        groups.update(&grace, &same).await.expect("nothing to do");
        assert_eq!(read(world, id).await.version, after.version);
        let moved = GroupForm { linux_gid: "5001".into(), ..after.form };
        let moved = GroupUpdate { id, version: after.version, form: moved };
        assert!(world.problem(groups.update(&grace, &moved).await).fault("linux_gid").is_some());
    }
}

both! {
    async fn members_come_and_go(world) {
        let grace = world.grace().await;
        let sales = group(world, &grace, "Sales").await;
        let (ada, bob) = (world.user(&grace, "ada.king").await, world.user(&grace, "bob.ray").await);
        add(world, &grace, sales, &[ada, bob]).await;
        assert_eq!(usernames(world, sales, MemberFilter::All).await, ["ada.king", "bob.ray"]);
        let again = add_for(world, &grace, sales, &[ada], NewPeriod::default()).await;
        assert_eq!(again[0].refused.as_deref(), Some("is a member already, or is to be one"));
        let row = world.directory.groups().list(&grace, &ListQuery::default()).await.expect("a page");
        assert_eq!((row.rows[0].members, read(world, sales).await.direct), (2, 2));
        let outcomes = world.directory.groups().remove_members(&grace, sales, &[ada]).await.expect("removed");
        assert_eq!(outcomes[0].refused, None);
        let outcomes = world.directory.groups().remove_members(&grace, sales, &[ada]).await.expect("answered");
        assert!(outcomes[0].refused.is_some());
        assert_eq!(usernames(world, sales, MemberFilter::All).await, ["bob.ray"]);
        assert_eq!(found(world, Test::Is, sales).await, [bob].into());
        assert_eq!(found(world, Test::IsNot, sales).await, [ada].into());
        assert_eq!(told(world, ada).await, ["removed from Sales", "added to Sales"]);
    }
}

both! {
    /// It begins and ends at its instant, before any work of the server has said so.
    async fn a_membership_holds_from_its_start_to_its_end(world) {
        let grace = world.grace().await;
        let sales = group(world, &grace, "Sales").await;
        let ada = world.user(&grace, "ada.king").await;
        let period = NewPeriod {
            starts: Some(at("2026-11-23", "09:00", "Europe/Berlin")),
            ends: Some(at("2026-11-23", "22:00", "Pacific/Auckland")),
        };
        let outcomes = add_for(world, &grace, sales, &[ada], period).await;
        assert_eq!(outcomes[0].refused, None);
        let is_member = async || found(world, Test::Is, sales).await.contains(&ada);
        assert!(!is_member().await);
        assert_eq!(usernames(world, sales, MemberFilter::Waiting).await, ["ada.king"]);
        assert_eq!((read(world, sales).await.waiting, read(world, sales).await.members), (1, 0));
        world.wait(Duration::from_hours(23) - Duration::from_micros(1));
        assert!(!is_member().await);
        world.wait(Duration::from_micros(1));
        assert!(is_member().await, "from its instant on");
        assert_eq!(usernames(world, sales, MemberFilter::Direct).await, ["ada.king"]);
        world.directory.clean_up().await.expect("a round");
        assert!(is_member().await);
        // 22:00 in Auckland is 9:00 UTC: an hour later.
        world.wait(Duration::from_hours(1) - Duration::from_micros(1));
        assert!(is_member().await);
        world.wait(Duration::from_micros(1));
        assert!(!is_member().await, "to just before its end");
        assert!(groups_of(world, ada).await.is_empty());
        world.wait(Duration::from_mins(5));
        world.directory.clean_up().await.expect("a round");
        world.directory.clean_up().await.expect("another");
        assert_eq!(
            told(world, ada).await,
            [
                "removed from Sales as its end had come, 5 minutes late",
                "added to Sales as its start had come",
                "added to Sales from 23 Nov 2026, 09:00 Europe/Berlin until 23 Nov 2026, 22:00 Pacific/Auckland",
            ]
        );
    }
}

both! {
    async fn a_period_is_checked_and_changed(world) {
        let grace = world.grace().await;
        let sales = group(world, &grace, "Sales").await;
        let ada = world.user(&grace, "ada.king").await;
        let groups = world.directory.groups();
        let tomorrow = at("2026-11-23", "09:00", "UTC");
        for (starts, ends, field) in [
            (Some(at("2026-11-22", "08:59", "UTC")), None, "starts.date"),
            (None, Some(at("2026-11-22", "09:00", "UTC")), "ends.date"),
            (Some(tomorrow.clone()), Some(tomorrow.clone()), "ends.date"),
            (Some(at("2026-11-23", "09:00", "Moon")), None, "starts.zone"),
        ] {
            let new = AddMembers { group: sales, period: NewPeriod { starts, ends } };
            let problem = world.problem(groups.add_members(&grace, &new, &[ada]).await);
            assert!(problem.fault(field).is_some(), "{new:?}: {problem:?}");
        }
        let until = NewPeriod { starts: None, ends: Some(tomorrow) };
        add_for(world, &grace, sales, &[ada], until.clone()).await;
        groups.set_period(&grace, sales, ada, &NewPeriod::default()).await.expect("changed");
        world.wait(Duration::from_hours(48));
        assert_eq!(found(world, Test::Is, sales).await, [ada].into());
        let grace = world.again().await;
        assert!(groups.set_period(&grace, sales, ada, &until).await.is_err(), "it has passed");
        let bob = world.user(&grace, "bob.ray").await;
        let gone = groups.set_period(&grace, sales, bob, &NewPeriod::default()).await;
        assert_eq!(world.code(gone), ErrorCode::NotFound);
    }
}

both! {
    /// A group never lies in itself, and who is in a group is in all that it lies in.
    async fn groups_lie_in_groups(world) {
        let grace = world.grace().await;
        let (all, staff, sales) =
            (group(world, &grace, "All").await, group(world, &grace, "Staff").await, group(world, &grace, "Sales").await);
        let (ada, bob) = (world.user(&grace, "ada.king").await, world.user(&grace, "bob.ray").await);
        nest(world, &grace, all, staff).await.expect("nested");
        nest(world, &grace, staff, sales).await.expect("nested");
        add(world, &grace, sales, &[ada]).await;
        add(world, &grace, all, &[ada, bob]).await;
        for (outer, inner) in [(sales, all), (staff, all), (sales, staff), (sales, sales), (all, staff)] {
            assert_eq!(world.code(nest(world, &grace, outer, inner).await), ErrorCode::Conflict);
        }
        assert_eq!(usernames(world, staff, MemberFilter::Inherited).await, ["ada.king"]);
        assert!(usernames(world, staff, MemberFilter::Direct).await.is_empty());
        let in_all = members(world, all, MemberFilter::All).await;
        assert_eq!(in_all.len(), 2, "each once");
        assert!(in_all[0].direct.is_some());
        let through: Vec<_> = in_all[0].through.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(through, ["Sales"]);
        let of_ada = groups_of(world, ada).await;
        let ways: Vec<(&str, bool, Vec<Vec<&str>>)> = of_ada
            .iter()
            .map(|one| {
                let paths = one.through.iter().map(|path| path.iter().map(|one| one.name.as_str()).collect());
                (one.group.name.as_str(), one.direct.is_some(), paths.collect())
            })
            .collect();
        assert_eq!(
            ways,
            [
                ("All", true, vec![vec!["Sales", "Staff"]]),
                ("Sales", true, vec![]),
                ("Staff", false, vec![vec!["Sales"]]),
            ]
        );
        let gone = NewSubgroup { group: staff, subgroup: sales };
        world.directory.groups().remove_subgroup(&grace, &gone).await.expect("taken out");
        assert!(usernames(world, staff, MemberFilter::All).await.is_empty());
        assert!(world.directory.groups().remove_subgroup(&grace, &gone).await.is_err());
        let offered = world.directory.groups().to_nest(&grace, staff, "").await.expect("found");
        let offered: Vec<_> = offered.into_iter().map(|one| one.name).collect();
        assert_eq!(offered, ["Sales"], "neither itself nor what it lies in");
    }
}

both! {
    /// The table of what lies in what says the same as a plain walk, whatever was put in, taken out and deleted.
    async fn the_graph_is_that_of_a_plain_model(world) {
        let grace = world.grace().await;
        let mut groups = Vec::new();
        let mut plain: BTreeMap<Id, (BTreeSet<Id>, BTreeSet<Id>)> = BTreeMap::new();
        for number in 0..8 {
            let id = group(world, &grace, &format!("Group {number}")).await;
            let user = world.user(&grace, &format!("user{number}")).await;
            add(world, &grace, id, &[user]).await;
            plain.insert(id, (BTreeSet::new(), [user].into()));
            groups.push(id);
        }
        let mut seed = 42_u64;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).expect("small") % below
        };
        for turn in 0..60 {
            let (outer, inner) = (groups[next(groups.len())], groups[next(groups.len())]);
            let pair = NewSubgroup { group: outer, subgroup: inner };
            if plain[&outer].0.contains(&inner) {
                world.directory.groups().remove_subgroup(&grace, &pair).await.expect("taken out");
                plain.get_mut(&outer).expect("there").0.remove(&inner);
            } else {
                let circle = inside(&plain, inner).contains(&outer);
                assert_eq!(nest(world, &grace, outer, inner).await.is_err(), circle);
                if !circle {
                    plain.get_mut(&outer).expect("there").0.insert(inner);
                }
            }
            if turn == 40 {
                let gone = groups.swap_remove(next(groups.len()));
                world.directory.groups().delete(&grace, &[gone]).await.expect("deleted");
                plain.remove(&gone);
                for (inner, _) in plain.values_mut() {
                    inner.retain(|id| *id != gone);
                }
            }
            let id = groups[turn % groups.len()];
            let people = inside(&plain, id).iter().flat_map(|id| plain[id].1.clone()).collect();
            assert_eq!(found(world, Test::Is, id).await, people, "turn {turn}");
        }
    }
}

/// A group and all that lie in it, by walking.
fn inside(plain: &BTreeMap<Id, (BTreeSet<Id>, BTreeSet<Id>)>, from: Id) -> BTreeSet<Id> {
    let (mut seen, mut next) = (BTreeSet::from([from]), vec![from]);
    while let Some(at) = next.pop() {
        next.extend(plain[&at].0.iter().filter(|inner| seen.insert(**inner)));
    }
    seen
}

both! {
    /// Deleting says beforehand who leaves, and takes all or nothing.
    async fn deleting_says_who_loses_what(world) {
        let grace = world.grace().await;
        let (all, sales) = (group(world, &grace, "All").await, group(world, &grace, "Sales").await);
        let ada = world.user(&grace, "ada.king").await;
        nest(world, &grace, all, sales).await.expect("nested");
        add(world, &grace, sales, &[ada]).await;
        let groups = world.directory.groups();
        let loss = groups.loss(&grace, &[sales]).await.expect("told");
        assert_eq!((loss.people, loss.names), (1, vec!["Ada King".to_owned()]));
        assert_eq!(loss.groups.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["All"]);
        let stranger = Id::from([9; 12]);
        assert_eq!(world.code(groups.delete(&grace, &[sales, stranger]).await), ErrorCode::NotFound);
        assert_eq!(found(world, Test::Is, all).await, [ada].into());
        groups.delete(&grace, &[sales]).await.expect("deleted");
        assert!(found(world, Test::Is, all).await.is_empty());
        assert!(groups_of(world, ada).await.is_empty());
        group(world, &grace, "Sales").await;
    }
}

both! {
    /// A deleted user is no member; restored, they are again what they were.
    async fn a_deleted_user_is_in_no_list(world) {
        let grace = world.grace().await;
        let sales = group(world, &grace, "Sales").await;
        let ada = world.user(&grace, "ada.king").await;
        add(world, &grace, sales, &[ada]).await;
        world.directory.users().delete(&grace, &Selection::These(vec![ada])).await.expect("deleted");
        assert!(members(world, sales, MemberFilter::All).await.is_empty());
        assert_eq!(read(world, sales).await.members, 0);
        let refused = add_for(world, &grace, sales, &[ada], NewPeriod::default()).await;
        assert_eq!(refused[0].refused.as_deref(), Some("is not in the directory"));
        world.directory.users().restore(&grace, &[ada]).await.expect("restored");
        assert_eq!(usernames(world, sales, MemberFilter::All).await, ["ada.king"]);
    }
}

both! {
    /// Many are added by a job, with the same rules and a result for each.
    async fn a_job_adds_many(world) {
        let grace = world.grace().await;
        let sales = group(world, &grace, "Sales").await;
        let mut users = Vec::new();
        for number in 0..3 {
            users.push(world.user(&grace, &format!("user{number}")).await);
        }
        add(world, &grace, sales, &users[..1]).await;
        let action = BulkAction::AddToGroup(AddMembers { group: sales, period: NewPeriod::default() });
        let all = Selection::Matching(ListQuery::default());
        let preview = world.directory.users().preview(&grace, &action, &all).await.expect("a preview");
        assert_eq!((preview.able, preview.left_out[0].count), (2, 1));
        let job = start(world, &grace, &NewJob { action, selection: all, reason: String::new() }).await;
        work(&world.directory, 9).await;
        let job = read_job(world, job).await;
        assert_eq!((job.row.state, job.row.done, job.row.refused), (JobState::Done, 2, 1));
        assert_eq!(found(world, Test::Is, sales).await, users.into_iter().collect());
    }
}

both! {
    /// All who see groups see them; those who manage them change them; others see nothing.
    async fn groups_are_for_those_who_may(world) {
        let grace = world.grace().await;
        let sales = group(world, &grace, "Sales").await;
        let ada = world.user(&grace, "ada.king").await;
        let groups = world.directory.groups();
        let add = AddMembers { group: sales, period: NewPeriod::default() };
        for (role, sees, changes) in [
            (DefaultRole::Manager, true, true),
            (DefaultRole::HelpDesk, true, false),
            (DefaultRole::ReadOnly, true, false),
            (DefaultRole::BillingOnly, false, false),
        ] {
            let actor = world.administrator(role.as_str().replace(' ', "").to_lowercase().as_str(), role).await;
            let query = ListQuery::default();
            assert_eq!(groups.list(&actor, &query).await.is_ok(), sees, "{role:?}");
            assert_eq!(groups.read(&actor, sales).await.is_ok(), sees, "{role:?}");
            let seen = groups.members(&actor, sales, MemberFilter::All, &query).await;
            assert_eq!(seen.is_ok(), sees, "{role:?}");
            let added = groups.add_members(&actor, &add, &[ada]).await;
            assert_eq!(added.is_ok(), changes, "{role:?}");
            let made = groups.create(&actor, &named(role.as_str())).await;
            assert_eq!(made.is_ok(), changes, "{role:?}");
        }
    }
}

both! {
    /// Who is in a group is not to be found out by a filter either, however it is asked for.
    async fn a_filter_by_group_asks_for_the_right_to_see_groups(world) {
        let grace = world.grace().await;
        let sales = group(world, &grace, "Sales").await;
        let ada = world.user(&grace, "ada.king").await;
        add(world, &grace, sales, &[ada]).await;
        let scopes = model::Scopes::default().and(&[model::Scope::Users]);
        let (_, token) = crate::custom_roles_power::account(world, &grace, "uma", scopes).await;
        let role = world.actor(&token).await;
        let query = |column: &str| ListQuery {
            filters: vec![Filter::is(column, [sales.to_string()])],
            ..ListQuery::default()
        };
        let users = world.directory.users();
        let by_group = query("group");
        assert!(users.list(&role, &ListQuery::default()).await.is_ok());
        assert_eq!(world.code(users.list(&role, &by_group).await), ErrorCode::Forbidden);
        let all = Selection::Matching(by_group.clone());
        let suspend = BulkAction::Suspend;
        assert_eq!(world.code(users.preview(&role, &suspend, &all).await), ErrorCode::Forbidden);
        assert_eq!(world.code(users.suspend(&role, &all).await), ErrorCode::Forbidden);
        let job = NewJob { action: suspend, selection: all, reason: String::new() };
        assert_eq!(world.code(world.directory.jobs().start(&role, &job).await), ErrorCode::Forbidden);
        assert_eq!(world.code(users.export(&role, &by_group, "CSV").await.map(drop)), ErrorCode::Forbidden);
        for inner in ["members.all", "reaches"] {
            assert_eq!(world.code(users.list(&grace, &query(inner)).await), ErrorCode::Invalid, "{inner}");
        }
    }
}
