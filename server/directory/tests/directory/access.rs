//! Applications, who is bound to them, who reaches them by which ways, and what each user has in the User Portal.

use std::collections::BTreeSet;
use std::time::Duration;

use directory::Actor;
use model::access::{Access, AccessPath, Binding, BoundKind, Reaching};
use model::application::{ApplicationForm, ApplicationUpdate};
use model::group::{AddMembers, GroupForm, NewPeriod, NewSubgroup};
use model::user::schedule::LocalTime;
use model::user::{Outcome, Selection};
use model::{DefaultRole, ErrorCode, Id, ListQuery};

use crate::world::{World, origin};

async fn application(world: &World, by: &Actor, name: &str) -> Id {
    let url = format!("https://{}.example.org", name.to_lowercase());
    let form = ApplicationForm { name: name.into(), url, ..ApplicationForm::default() };
    world.directory.applications().create(by, &form).await.expect("an application")
}

async fn group(world: &World, by: &Actor, name: &str) -> Id {
    let form = GroupForm { name: name.into(), ..GroupForm::default() };
    world.directory.groups().create(by, &form).await.expect("a group")
}

async fn join(world: &World, by: &Actor, group: Id, user: Id, period: NewPeriod) {
    let add = AddMembers { group, period };
    let outcomes = world.directory.groups().add_members(by, &add, &[user]).await.expect("answered");
    assert_eq!(outcomes[0].refused, None);
}

async fn bind(world: &World, by: &Actor, resource: Id, bound: BoundKind, id: Id) -> Vec<Outcome> {
    let binding = Binding { resource, bound, ids: vec![id] };
    world.directory.access().bind(by, &binding).await.expect("answered")
}

async fn unbind(world: &World, by: &Actor, resource: Id, bound: BoundKind, id: Id) -> Vec<Outcome> {
    let binding = Binding { resource, bound, ids: vec![id] };
    world.directory.access().unbind(by, &binding).await.expect("answered")
}

async fn access(world: &World, user: Id) -> Vec<Access> {
    let query = ListQuery { limit: 100, ..ListQuery::default() };
    world.directory.access().of_user(&world.system(), user, &query).await.expect("a page").rows
}

async fn reaching(world: &World, resource: Id) -> Vec<Reaching> {
    let query = ListQuery { limit: 100, ..ListQuery::default() };
    world.directory.access().of_resource(&world.system(), resource, &query).await.expect("a page").rows
}

fn ways(paths: &[AccessPath]) -> Vec<String> {
    let way = |path: &AccessPath| {
        path.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join(" → ")
    };
    paths.iter().map(way).collect()
}

/// What the User Portal shows to somebody who signs in.
async fn tiles(world: &World, login: &str) -> Vec<String> {
    let token = world.signed_in(login).await;
    let actor = world.directory.sessions().user(&token, origin(), true).await.expect("a session");
    let tiles = world.directory.applications().tiles(&actor).await.expect("tiles");
    tiles.into_iter().map(|tile| tile.name).collect()
}

both! {
    /// Access is the union of all ways: it goes with the last of them.
    async fn every_way_is_enough(world) {
        let grace = world.grace().await;
        let ada = world.user_with_password(&grace, "ada.king").await;
        let wiki = application(world, &grace, "Wiki").await;
        let (staff, sales) = (group(world, &grace, "Staff").await, group(world, &grace, "Sales").await);
        let pair = NewSubgroup { group: staff, subgroup: sales };
        world.directory.groups().add_subgroup(&grace, &pair).await.expect("nested");
        join(world, &grace, sales, ada, NewPeriod::default()).await;
        assert!(access(world, ada).await.is_empty());
        for (bound, id) in [(BoundKind::User, ada), (BoundKind::Group, sales), (BoundKind::Group, staff)] {
            assert_eq!(bind(world, &grace, wiki, bound, id).await[0].refused, None);
        }
        let again = bind(world, &grace, wiki, BoundKind::User, ada).await;
        assert_eq!(again[0].refused.as_deref(), Some("is bound to Wiki already"));
        let of_ada = access(world, ada).await;
        assert_eq!((of_ada.len(), of_ada[0].missing.len()), (1, 0));
        assert_eq!(ways(&of_ada[0].paths), ["", "Sales", "Sales → Staff"]);
        assert!(of_ada[0].paths.iter().all(|path| path.by == "Grace Hopper"));
        let of_wiki = reaching(world, wiki).await;
        assert_eq!((of_wiki.len(), of_wiki[0].user), (1, ada));
        assert_eq!(ways(&of_wiki[0].paths), ways(&of_ada[0].paths));
        for (bound, id) in [(BoundKind::User, ada), (BoundKind::Group, sales), (BoundKind::Group, staff)] {
            assert_eq!(tiles(world, "ada.king").await, ["Wiki"]);
            assert_eq!(unbind(world, &grace, wiki, bound, id).await[0].refused, None);
        }
        assert!(tiles(world, "ada.king").await.is_empty());
        assert!(access(world, ada).await.is_empty() && reaching(world, wiki).await.is_empty());
        let gone = unbind(world, &grace, wiki, BoundKind::User, ada).await;
        assert_eq!(gone[0].refused.as_deref(), Some("is not bound to Wiki directly"));
    }
}

both! {
    /// A membership gives access from its start to its end; before that it is told as missing.
    async fn access_follows_the_membership(world) {
        let grace = world.grace().await;
        let ada = world.user_with_password(&grace, "ada.king").await;
        let (wiki, sales) = (application(world, &grace, "Wiki").await, group(world, &grace, "Sales").await);
        bind(world, &grace, wiki, BoundKind::Group, sales).await;
        let at = |date: &str| LocalTime { date: date.into(), time: "09:00".into(), zone: "UTC".into() };
        let period = NewPeriod { starts: Some(at("2026-11-23")), ends: Some(at("2026-11-24")) };
        join(world, &grace, sales, ada, period).await;
        let waits = access(world, ada).await;
        assert_eq!(waits[0].missing, ["No membership that leads there has begun."]);
        assert!(waits[0].paths[0].begins.is_some() && waits[0].paths[0].ends.is_some());
        assert_eq!(ways(&waits[0].paths), ["Sales"]);
        assert!(tiles(world, "ada.king").await.is_empty());
        world.wait(Duration::from_hours(24));
        assert!(access(world, ada).await[0].missing.is_empty());
        assert_eq!(tiles(world, "ada.king").await, ["Wiki"]);
        world.wait(Duration::from_hours(24));
        assert!(tiles(world, "ada.king").await.is_empty());
        assert!(access(world, ada).await.is_empty());
    }
}

both! {
    /// What is missing is said: the state of the user, and an application that is switched off.
    async fn what_is_missing_is_said(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada.king").await;
        let wiki = application(world, &grace, "Wiki").await;
        bind(world, &grace, wiki, BoundKind::User, ada).await;
        let users = world.directory.users();
        users.suspend(&grace, &Selection::These(vec![ada])).await.expect("suspended");
        let applications = world.directory.applications();
        let before = applications.read(&grace, wiki).await.expect("read");
        assert_eq!((before.users, before.groups), (1, 0));
        let form = ApplicationForm { active: false, ..before.form };
        let update = ApplicationUpdate { id: wiki, version: before.version, form };
        applications.update(&grace, &update).await.expect("changed");
        assert_eq!(access(world, ada).await[0].missing, ["The user is Suspended.", "Wiki is switched off."]);
        assert_eq!(world.code(applications.update(&grace, &update).await), ErrorCode::Stale);
    }
}

both! {
    /// A tile is shown of what is active and shown, and the password of nobody else opens it.
    async fn tiles_are_of_what_is_shown(world) {
        let grace = world.grace().await;
        let ada = world.user_with_password(&grace, "ada.king").await;
        world.user_with_password(&grace, "bob.ray").await;
        for (name, active, shown) in [("Wiki", true, true), ("Chat", true, false), ("Old", false, true)] {
            let url = "https://example.org".to_owned();
            let form = ApplicationForm { name: name.into(), url, active, shown, ..ApplicationForm::default() };
            let id = world.directory.applications().create(&grace, &form).await.expect("made");
            bind(world, &grace, id, BoundKind::User, ada).await;
        }
        assert_eq!(tiles(world, "ada.king").await, ["Wiki"]);
        assert!(tiles(world, "bob.ray").await.is_empty());
        assert!(world.directory.applications().tiles(&grace).await.is_err(), "an administrator has none");
    }
}

both! {
    /// Who loses it is said beforehand: those alone whom no other way leads there.
    async fn unbinding_says_who_loses_it(world) {
        let grace = world.grace().await;
        let (ada, bob) = (world.user(&grace, "ada.king").await, world.user(&grace, "bob.ray").await);
        let (wiki, sales) = (application(world, &grace, "Wiki").await, group(world, &grace, "Sales").await);
        join(world, &grace, sales, ada, NewPeriod::default()).await;
        join(world, &grace, sales, bob, NewPeriod::default()).await;
        bind(world, &grace, wiki, BoundKind::Group, sales).await;
        bind(world, &grace, wiki, BoundKind::User, ada).await;
        let loss = async |bound, id| {
            let binding = Binding { resource: wiki, bound, ids: vec![id] };
            world.directory.access().loss(&grace, &binding).await.expect("told")
        };
        assert_eq!(loss(BoundKind::User, ada).await.people, 0);
        let by_group = loss(BoundKind::Group, sales).await;
        assert_eq!((by_group.people, by_group.names), (1, vec!["Bob Ray".to_owned()]));
        let all = world.directory.applications().loss(&grace, &[wiki]).await.expect("told");
        assert_eq!(all.people, 2);
        // What is deleted leaves nothing behind.
        world.directory.groups().delete(&grace, &[sales]).await.expect("deleted");
        assert_eq!(reaching(world, wiki).await.iter().map(|one| one.user).collect::<Vec<_>>(), [ada]);
        world.directory.applications().delete(&grace, &[wiki]).await.expect("deleted");
        assert!(access(world, ada).await.is_empty());
        application(world, &grace, "WIKI").await;
    }
}

both! {
    async fn a_name_is_taken_once_and_an_address_is_one(world) {
        let grace = world.grace().await;
        application(world, &grace, "Wiki").await;
        let form = |name: &str, url: &str| ApplicationForm {
            name: name.into(),
            url: url.into(),
            ..ApplicationForm::default()
        };
        let applications = world.directory.applications();
        for (form, field) in [
            (form("WIKI", "https://example.org"), "name"),
            (form("", "https://example.org"), "name"),
            (form("Chat", "javascript:alert(1)"), "url"),
        ] {
            let problem = world.problem(applications.create(&grace, &form).await);
            assert!(problem.fault(field).is_some(), "{form:?}: {problem:?}");
        }
    }
}

both! {
    /// Who may see applications sees who reaches them; those alone bind who manage them.
    async fn binding_is_for_those_who_may(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada.king").await;
        let wiki = application(world, &grace, "Wiki").await;
        let binding = Binding { resource: wiki, bound: BoundKind::User, ids: vec![ada] };
        let query = ListQuery::default();
        let (access, applications) = (world.directory.access(), world.directory.applications());
        let mut may_bind = BTreeSet::new();
        for (role, name) in [
            (DefaultRole::Administrator, "administrator"),
            (DefaultRole::Manager, "manager"),
            (DefaultRole::HelpDesk, "help"),
            (DefaultRole::ReadOnly, "reads"),
            (DefaultRole::BillingOnly, "bills"),
        ] {
            let actor = world.administrator(name, role).await;
            let sees = role != DefaultRole::BillingOnly;
            assert_eq!(applications.list(&actor, &query).await.is_ok(), sees, "{role:?}");
            assert_eq!(access.of_user(&actor, ada, &query).await.is_ok(), sees, "{role:?}");
            assert_eq!(access.of_resource(&actor, wiki, &query).await.is_ok(), sees, "{role:?}");
            if access.bind(&actor, &binding).await.is_ok() {
                may_bind.insert(name);
                access.unbind(&actor, &binding).await.expect("unbound");
            }
        }
        assert_eq!(may_bind, ["administrator"].into());
    }
}
