//! Custom roles: made, changed, given, deleted, and found.

use directory::Actor;
use model::administrator::AdministratorUpdate;
use model::event::{Event, EventKind};
use model::role::{CUSTOM_ROLES_MAX, CustomRoleForm, CustomRoleUpdate};
use model::{DefaultRole, ErrorCode, Filter, Id, ListQuery, Scope, Scopes, Sort};

use crate::administrators::{id_of, update_of};
use crate::administrators_life::form_of;
use crate::raw::{rows, run};
use crate::world::{PASSWORD, World};

const WITH_BILLING: DefaultRole = DefaultRole::AdministratorWithBilling;

/// As it begins from Help Desk.
pub fn form(name: &str) -> CustomRoleForm {
    CustomRoleForm { name: name.into(), ..CustomRoleForm::from_template(DefaultRole::HelpDesk) }
}

pub async fn change_of(world: &World, id: Id) -> CustomRoleUpdate {
    let role = world.directory.roles().read(&world.system(), id).await.expect("there");
    CustomRoleUpdate { id, version: role.version, form: role.form() }
}

/// Gives somebody a custom role, by a name that finds them.
pub async fn give(world: &World, by: &Actor, name: &str, role: Id) -> directory::Result<()> {
    let (id, _) = id_of(world, name).await;
    let mut update = update_of(world, id).await;
    update.form.role = role.to_string();
    world.directory.administrators().update(by, &update).await
}

async fn history(world: &World) -> Vec<Event> {
    world.directory.seal_events().await.expect("sealed");
    let events = world.directory.history().all(&world.system(), None).await.expect("events").events;
    events
        .into_iter()
        .map(|one| one.event)
        .filter(|event| event.event_type.as_str().starts_with("role_"))
        .collect()
}

fn told(event: &Event) -> Vec<(&str, &str, &str)> {
    event.changes.iter().map(|one| (&*one.field, &*one.from, &*one.to)).collect()
}

both! {
    async fn a_role_is_made_changed_and_deleted_and_each_scope_is_told(world) {
        let grace = world.grace().await;
        let roles = world.directory.roles();
        let small = CustomRoleForm {
            scopes: Scopes::of(&[Scope::UsersReadonly, Scope::UsersStateUnlock]),
            description: " At night ".into(),
            ..form("  <b>Night</b> shift ")
        };
        let id = roles.create(&grace, &small).await.expect("made");
        let role = roles.read(&grace, id).await.expect("there");
        assert_eq!((role.name.as_str(), role.description.as_str()), ("<b>Night</b> shift", "At night"));
        assert_eq!((role.template, role.scopes, role.administrators), (DefaultRole::HelpDesk, small.scopes, 0));

        let mut update = change_of(world, id).await;
        update.form.name = "Late shift".into();
        update.form.scopes = Scopes::of(&[Scope::Users, Scope::UsersReadonly, Scope::Billing]);
        roles.update(&grace, &update).await.expect("changed");
        let now = change_of(world, id).await;
        roles.update(&grace, &now).await.expect("nothing to do");
        assert_eq!(change_of(world, id).await.version, now.version, "nothing to do is no change");
        roles.delete(&grace, id).await.expect("deleted");
        assert_eq!(world.code(roles.read(&grace, id).await), ErrorCode::NotFound);
        assert_eq!(world.code(roles.update(&grace, &now).await), ErrorCode::NotFound);
        assert_eq!(world.code(roles.delete(&grace, id).await), ErrorCode::NotFound);

        let events = history(world).await;
        let kinds: Vec<_> = events.iter().map(|event| event.event_type).collect();
        assert_eq!(kinds, [EventKind::RoleDelete, EventKind::RoleUpdate, EventKind::RoleCreate]);
        assert_eq!(told(&events[1]), [
            ("name", "<b>Night</b> shift", "Late shift"),
            ("billing", "false", "true"),
            ("users", "false", "true"),
            ("users.state.unlock", "true", "false"),
        ]);
        assert_eq!(told(&events[2]), [
            ("template", "", "Help Desk"),
            ("name", "", "<b>Night</b> shift"),
            ("description", "", "At night"),
            ("users.readonly", "false", "true"),
            ("users.state.unlock", "false", "true"),
        ]);
        assert!(events.iter().all(|event| event.initiated_by.name == "Grace Hopper" && event.success));
    }
}

both! {
    async fn a_name_is_taken_in_any_case(world) {
        let grace = world.grace().await;
        let roles = world.directory.roles();
        roles.create(&grace, &form("Night shift")).await.expect("made");
        let other = roles.create(&grace, &form("Other")).await.expect("made");
        for name in ["night SHIFT", " Night shift ", "help desk"] {
            let refused = world.problem(roles.create(&grace, &form(name)).await);
            assert!(refused.fault("name").is_some(), "{name} {refused}");
            let mut update = change_of(world, other).await;
            update.form.name = name.into();
            assert!(world.problem(roles.update(&grace, &update).await).fault("name").is_some(), "{name}");
        }
        // Its own name in another case is its own to take.
        let mut update = change_of(world, other).await;
        update.form.name = "OTHER".into();
        roles.update(&grace, &update).await.expect("changed");
        let names: Vec<_> = roles.list(&grace).await.expect("a list").into_iter().map(|role| role.name).collect();
        assert_eq!(names, ["Night shift", "OTHER"]);
    }
}

both! {
    /// Two administrators make the last one in the same moment: one of them is told.
    async fn there_are_at_most_twenty(world) {
        let grace = world.grace().await;
        let ada = world.administrator("ada", WITH_BILLING).await;
        for number in 1..CUSTOM_ROLES_MAX {
            world.directory.roles().create(&grace, &form(&format!("Role {number}"))).await.expect("made");
        }
        let make = |by: Actor, name: &'static str| {
            let directory = world.directory.clone();
            tokio::spawn(async move { directory.roles().create(&by, &form(name)).await.is_ok() })
        };
        let (one, other) = (make(grace.clone(), "One"), make(ada, "Other"));
        let done = [one.await.expect("no panic"), other.await.expect("no panic")];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
        let refused = world.problem(world.directory.roles().create(&grace, &form("More")).await);
        assert!(refused.code == ErrorCode::Conflict && refused.message.contains("20 custom roles"), "{refused}");
        let all = world.directory.roles().list(&grace).await.expect("a list");
        assert_eq!(all.len(), CUSTOM_ROLES_MAX);
        world.directory.roles().delete(&grace, all[0].id).await.expect("deleted");
        world.directory.roles().create(&grace, &form("More")).await.expect("there is room");
    }
}

both! {
    async fn a_role_in_use_is_not_deleted(world) {
        let grace = world.grace().await;
        let roles = world.directory.roles();
        let id = roles.create(&grace, &form("Night shift")).await.expect("made");
        for name in ["ada", "bob", "cleo", "dan"] {
            world.administrator(name, DefaultRole::ReadOnly).await;
            give(world, &grace, name, id).await.expect("given");
        }
        let refused = world.problem(roles.delete(&grace, id).await);
        assert_eq!(refused.code, ErrorCode::Conflict);
        let told = "4 administrators have this role: ada Admin, bob Admin, cleo Admin, and 1 more. Give them another first.";
        assert_eq!(refused.message, told);
        for name in ["ada", "bob", "cleo"] {
            let mut update = update_of(world, id_of(world, name).await.0).await;
            update.form.role = "Read Only".into();
            world.directory.administrators().update(&grace, &update).await.expect("changed");
        }
        assert!(world.problem(roles.delete(&grace, id).await).message.starts_with("1 administrator has this role: dan"));
        let (dan, _) = id_of(world, "dan").await;
        world.directory.administrators().delete(&grace, &[dan]).await.expect("deleted");
        roles.delete(&grace, id).await.expect("nobody has it any more");
    }
}

both! {
    /// One gives a role while another deletes it: nobody is left with a role that is gone.
    async fn giving_and_deleting_at_once(world) {
        let grace = world.grace().await;
        let ada = world.administrator("ada", WITH_BILLING).await;
        world.administrator("max", DefaultRole::ReadOnly).await;
        let (max, _) = id_of(world, "max").await;
        for number in 0..4 {
            let id = world.directory.roles().create(&grace, &form(&format!("Role {number}"))).await.expect("made");
            let mut update = update_of(world, max).await;
            update.form.role = id.to_string();
            let (directory, by) = (world.directory.clone(), ada.clone());
            let deletes = tokio::spawn(async move { directory.roles().delete(&by, id).await.is_ok() });
            let given = world.directory.administrators().update(&grace, &update).await;
            let deleted = deletes.await.expect("no panic");
            assert_ne!(given.is_ok(), deleted, "one of the two");
            if let Err(error) = given {
                let problem = world.directory.problem(error);
                assert!(problem.fault("role").is_some_and(|why| why.contains("has been deleted")), "{problem}");
            }
            world.directory.administrators().read(&grace, max).await.expect("they have a role");
        }
    }
}

both! {
    async fn a_lost_race_is_told(world) {
        let grace = world.grace().await;
        let ada = world.administrator("ada", WITH_BILLING).await;
        let roles = world.directory.roles();
        let id = roles.create(&grace, &form("Night shift")).await.expect("made");
        let mut first = change_of(world, id).await;
        let mut second = first.clone();
        first.form.description = "By Grace".into();
        second.form.description = "By Ada".into();
        roles.update(&grace, &first).await.expect("changed");
        let late = world.problem(roles.update(&ada, &second).await);
        assert_eq!(late.code, ErrorCode::Stale);
        assert_eq!(late.message, "Grace Hopper changed this role while you were editing.");
        assert_eq!(roles.read(&ada, id).await.expect("there").description, "By Grace");
    }
}

both! {
    async fn what_a_role_allows_is_changed_with_a_recent_proof(world) {
        let grace = world.grace().await;
        let roles = world.directory.roles();
        let id = roles.create(&grace, &form("Night shift")).await.expect("made");
        world.wait(std::time::Duration::from_mins(11));
        let mut update = change_of(world, id).await;
        update.form.name = "Late shift".into();
        roles.update(&grace, &update).await.expect("a name needs none");
        let mut update = change_of(world, id).await;
        update.form.scopes = update.form.scopes.and(&[Scope::Billing]);
        assert_eq!(world.code(roles.update(&grace, &update).await), ErrorCode::ReauthenticationNeeded);
        roles.update(&world.again().await, &update).await.expect("proven");
    }
}

both! {
    async fn administrators_are_given_custom_roles_and_found_by_them(world) {
        let grace = world.grace().await;
        let (admins, roles) = (world.directory.administrators(), world.directory.roles());
        let night = roles.create(&grace, &form("Night shift")).await.expect("made");
        let late = roles.create(&grace, &form("auditor")).await.expect("made");
        let mut new = form_of("nina", DefaultRole::ReadOnly);
        new.role = night.to_string();
        let nina = admins.create(&grace, &new).await.expect("added");
        let details = admins.read(&grace, nina).await.expect("details");
        assert_eq!((details.role.name.as_str(), details.role.custom), ("Night shift", Some(night)));
        assert!(details.role.scopes.has(Scope::UsersStateUnlock) && !details.role.scopes.has(Scope::Users));
        world.administrator("max", DefaultRole::Manager).await;
        give(world, &grace, "max", late).await.expect("given");
        let update = update_of(world, nina).await;
        admins.update(&grace, &AdministratorUpdate { ..update.clone() }).await.expect("as it stands");
        assert_eq!(update_of(world, nina).await.version, update.version, "nothing to do is no change");

        let query = |filters, sort| ListQuery { filters, sort, ..ListQuery::default() };
        let names = async |query| {
            let page = admins.list(&grace, &query).await.expect("a list");
            page.rows.into_iter().map(|row| format!("{} {}", row.first_name, row.role)).collect::<Vec<_>>()
        };
        let filter = vec![Filter::is("role", ["Night shift", "Administrator With Billing"])];
        assert_eq!(names(query(filter, None)).await, ["Grace Administrator With Billing", "nina Night shift"]);
        let by_role = names(query(vec![], Some(Sort::parse("role")))).await;
        assert_eq!(by_role, ["Grace Administrator With Billing", "max auditor", "nina Night shift"]);
        let mut renamed = change_of(world, night).await;
        renamed.form.name = "Zero hour".into();
        roles.update(&grace, &renamed).await.expect("renamed");
        assert_eq!(admins.read(&grace, nina).await.expect("details").role.name, "Zero hour");
        let by_name = query(vec![Filter::is("role", ["Night shift"])], None);
        let old = world.problem(admins.list(&grace, &by_name).await);
        assert!(old.fault("filter").is_some_and(|why| why.contains("Night shift")), "who kept the address is told: {old}");
        let counts: Vec<_> = roles.list(&grace).await.expect("a list").iter().map(|role| role.administrators).collect();
        assert_eq!(counts, [1, 1]);
        let gone = Id::from([9; 12]).to_string();
        let refused = world.problem(admins.create(&grace, &model::administrator::AdministratorForm { role: gone,
            email: "x@example.org".into(), ..new }).await);
        assert!(refused.fault("role").is_some_and(|why| why.contains("deleted")), "{refused}");
    }
}

both! {
    async fn the_server_knows_roles_by_name(world) {
        let grace = world.grace().await;
        let system = world.system();
        let (admins, roles) = (world.directory.administrators(), world.directory.roles());
        let night = roles.create(&grace, &form("Night shift")).await.expect("made");
        assert_eq!(roles.named(&system, "help desk").await.expect("known").name, "Help Desk");
        let role = roles.named(&system, " NIGHT shift ").await.expect("known");
        assert_eq!(role.custom, Some(night));
        let mut new = form_of("nina", DefaultRole::ReadOnly);
        new.role = role.key();
        admins.add(&system, &new, PASSWORD).await.expect("added");
        let (nina, _) = id_of(world, "nina").await;
        assert_eq!(admins.read(&grace, nina).await.expect("details").role.name, "Night shift");
        let unknown = world.problem(roles.named(&system, "owner").await);
        assert!(unknown.fault("role").is_some_and(|why| why.contains("Read Only") && why.contains("Night shift")), "{unknown}");
    }
}

both! {
    /// Whoever gives a role by its name is not to be misled.
    async fn roles_have_names_that_look_different(world) {
        let grace = world.grace().await;
        let roles = world.directory.roles();
        let night = roles.create(&grace, &form("Night shift")).await.expect("made");
        for name in [
            "HelpDesk",
            "Help\u{200B}Desk",
            "H\u{435}lp D\u{435}sk",
            "Ｈelp Desk",
            "Help-Desk",
            "He1p Desk",
            "\u{391}dministrator",
            "Administrat\u{43E}r With Billing",
            "Night\u{2060} shift",
            "N\u{456}ght  shift",
            "NIGHT-SHIFT",
        ] {
            let refused = world.problem(roles.create(&grace, &form(name)).await);
            assert!(refused.fault("name").is_some(), "{name} {refused}");
        }
        let day = roles.create(&grace, &form("Day shift")).await.expect("another");
        let mut update = change_of(world, day).await;
        update.form.name = "N\u{131}ght shift".into();
        let refused = world.problem(roles.update(&grace, &update).await);
        assert!(refused.fault("name").is_some_and(|why| why.contains("Night shift")), "{refused}");
        // One's own name is not in one's way, nor is one that was there before this was asked.
        update.form.name = "DAY SHIFT".into();
        roles.update(&grace, &update).await.expect("renamed");
        run(world, "UPDATE custom_roles SET name = 'HelpDesk' WHERE name = 'Night shift'").await;
        let mut update = change_of(world, night).await;
        update.form.description = "Of old".into();
        roles.update(&grace, &update).await.expect("described");
        assert_eq!(rows(world, "SELECT name, description FROM custom_roles ORDER BY name_key").await, ["DAY SHIFT ", "HelpDesk Of old"]);
    }
}
