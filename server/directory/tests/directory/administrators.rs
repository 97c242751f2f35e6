//! Administrators: the rules that must never break.

use directory::{Actor, SignedIn, Stage};
use model::administrator::{AdministratorForm, AdministratorStatus, AdministratorUpdate};
use model::api_key::{ApiAccess, Lifetime};
use model::user::Notify;
use model::{DefaultRole, ErrorCode, Filter, Id, ListQuery, Principal, Sort};

use crate::administrators_from_users::linked;
use crate::api_keys::{allow, generate};
use crate::raw::run;
use crate::user_access::these;
use crate::world::{PASSWORD, World, visitor};

/// Their id, and the version of what is known of them.
pub async fn id_of(world: &World, name: &str) -> (Id, i64) {
    let system = world.system();
    let query = ListQuery { search: name.into(), ..ListQuery::default() };
    let rows = world.directory.administrators().list(&system, &query).await.expect("a list").rows;
    let id = rows.first().expect("somebody").id;
    (id, world.directory.administrators().read(&system, id).await.expect("details").version)
}

/// What their form holds as it stands, for changing it.
pub async fn update_of(world: &World, id: Id) -> AdministratorUpdate {
    let system = world.system();
    let administrator = world.directory.administrators().read(&system, id).await.expect("details");
    AdministratorUpdate { id, version: administrator.version, form: administrator.form() }
}

/// Gives another role, over the version that was seen.
pub async fn set_role(
    world: &World,
    by: &Actor,
    (id, version): (Id, i64),
    role: DefaultRole,
) -> directory::Result<()> {
    let mut update = AdministratorUpdate { version, ..update_of(world, id).await };
    role.as_str().clone_into(&mut update.form.role);
    world.directory.administrators().update(by, &update).await
}

const WITH_BILLING: DefaultRole = DefaultRole::AdministratorWithBilling;

both! {
    /// Two administrators demote each other in the same moment: one of them remains.
    async fn demoting_each_other_leaves_one(world) {
        let grace = world.grace().await;
        let ada = world.administrator("ada", WITH_BILLING).await;
        let (grace_id, grace_version) = id_of(world, "grace").await;
        let (ada_id, ada_version) = id_of(world, "ada").await;
        let demote = async |by: Actor, whom: Id, version: i64| {
            set_role(world, &by, (whom, version), DefaultRole::ReadOnly).await.is_ok()
        };
        let both = tokio::join!(demote(grace, ada_id, ada_version), demote(ada, grace_id, grace_version));
        let done: [bool; 2] = both.into();
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
        let query = ListQuery { filters: vec![Filter::is("role", ["Administrator With Billing"])], ..ListQuery::default() };
        let left = world.directory.administrators().list(&world.system(), &query).await.expect("a list");
        assert_eq!(left.rows.len(), 1);
    }
}

both! {
    async fn suspending_each_other_leaves_one(world) {
        let grace = world.grace().await;
        let ada = world.administrator("ada", WITH_BILLING).await;
        let (grace_id, grace_version) = id_of(world, "grace").await;
        let (ada_id, ada_version) = id_of(world, "ada").await;
        let suspend = |by: Actor, whom: Id, version: i64| {
            let directory = world.directory.clone();
            tokio::spawn(async move { directory.administrators().set_suspended(&by, whom, version, true).await.is_ok() })
        };
        let (one, other) = (suspend(grace, ada_id, ada_version), suspend(ada, grace_id, grace_version));
        let done = [one.await.expect("no panic"), other.await.expect("no panic")];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    }
}

both! {
    async fn nobody_changes_themselves_and_the_last_one_stays(world) {
        let grace = world.grace().await;
        let (id, version) = id_of(world, "grace").await;
        let administrators = world.directory.administrators();
        let own = world.problem(set_role(world, &grace, (id, version), DefaultRole::Manager).await);
        assert!(own.fault("role").is_some_and(|why| why.contains("own role")), "{own}");
        assert_eq!(world.code(administrators.set_suspended(&grace, id, version, true).await), ErrorCode::Conflict);
        let system = world.system();
        let last = administrators.set_suspended(&system, id, version, true).await;
        assert_eq!(world.code(last), ErrorCode::LastAdministrator, "not even the program itself");
    }
}

both! {
    async fn a_demotion_holds_from_the_next_request(world) {
        let grace = world.grace().await;
        let max = world.administrator("max", DefaultRole::Manager).await;
        let user = world.user(&max, "ada.lovelace").await;
        let (id, version) = id_of(world, "max").await;
        set_role(world, &grace, (id, version), DefaultRole::ReadOnly).await.expect("demoted");
        let selection = model::user::Selection::These(vec![user]);
        let refused = world.directory.users().suspend(&max, &selection).await;
        assert_eq!(world.code(refused), ErrorCode::Forbidden, "the change checks again what the request rested on");
    }
}

both! {
    async fn a_lost_race_is_told(world) {
        let grace = world.grace().await;
        world.administrator("max", DefaultRole::Manager).await;
        let (id, version) = id_of(world, "max").await;
        set_role(world, &grace, (id, version), DefaultRole::HelpDesk).await.expect("changed");
        let again = world.problem(set_role(world, &grace, (id, version), DefaultRole::ReadOnly).await);
        assert_eq!(again.code, ErrorCode::Stale);
        assert_eq!(again.message, "You, in another window, changed this administrator while you were editing.");
        let ada = world.administrator("ada", WITH_BILLING).await;
        let again = world.problem(set_role(world, &ada, (id, version), DefaultRole::ReadOnly).await);
        assert!(again.message.starts_with("Grace Hopper changed"), "{again}");
    }
}

both! {
    async fn changing_a_role_asks_for_the_password_after_ten_minutes(world) {
        let grace = world.grace().await;
        world.administrator("max", DefaultRole::Manager).await;
        let (id, version) = id_of(world, "max").await;
        world.wait(std::time::Duration::from_mins(11));
        let late = set_role(world, &grace, (id, version), DefaultRole::HelpDesk).await;
        assert_eq!(world.code(late), ErrorCode::ReauthenticationNeeded);
        let mut update = update_of(world, id).await;
        update.form.email = "other@example.org".into();
        let administrators = world.directory.administrators();
        assert_eq!(world.code(administrators.update(&grace, &update).await), ErrorCode::ReauthenticationNeeded);
        let mut own = update_of(world, id_of(world, "grace").await.0).await;
        own.form.email = "me@example.org".into();
        assert_eq!(world.code(administrators.update(&grace, &own).await), ErrorCode::ReauthenticationNeeded);
        let new = AdministratorForm { first_name: "N".into(), last_name: "N".into(), email: "n@example.org".into(),
            role: "Read Only".into(), ..AdministratorForm::default() };
        assert_eq!(world.code(administrators.create(&grace, &new).await), ErrorCode::ReauthenticationNeeded);
        // A name and a requirement need none.
        update.form.email = "max@example.org".into();
        update.form.first_name = "Maximilian".into();
        update.form.mfa_required = true;
        administrators.update(&grace, &update).await.expect("changed");
    }
}

both! {
    async fn the_list_shows_who_stands_where(world) {
        let grace = world.grace().await;
        for (name, role) in [("ada", WITH_BILLING), ("max", DefaultRole::Manager), ("rita", DefaultRole::ReadOnly)] {
            world.administrator(name, role).await;
        }
        let (rita, version) = id_of(world, "rita").await;
        let administrators = world.directory.administrators();
        administrators.set_suspended(&grace, rita, version, true).await.expect("suspended");
        let all = administrators.list(&grace, &ListQuery::default()).await.expect("a list");
        let names: Vec<_> = all.rows.iter().map(|row| row.first_name.as_str()).collect();
        assert_eq!(names, ["ada", "Grace", "max", "rita"]);
        assert_eq!(all.rows[3].status, AdministratorStatus::Suspended);
        assert!(all.rows.iter().all(|row| row.last_login_at.is_some()));
        let runner = world.administrator("run", DefaultRole::CommandRunner).await;
        assert_eq!(world.code(administrators.list(&runner, &ListQuery::default()).await), ErrorCode::Forbidden);
        assert_eq!(world.code(administrators.read(&runner, rita).await), ErrorCode::Forbidden);
        let nobody = administrators.read(&grace, Id::from([9; 12])).await;
        assert_eq!(world.code(nobody), ErrorCode::NotFound);
    }
}

both! {
    async fn adding_and_resetting_on_the_server(world) {
        let grace = world.grace().await;
        let form = AdministratorForm {
            first_name: "Linus".into(),
            last_name: "T".into(),
            email: "Grace@example.org".into(),
            role: "administrator".into(),
            ..AdministratorForm::default()
        };
        let system = world.system();
        let administrators = world.directory.administrators();
        let taken = world.problem(administrators.add(&system, &form, PASSWORD).await);
        assert!(taken.fault("email").is_some());
        assert_eq!(world.code(administrators.add(&grace, &form, PASSWORD).await), ErrorCode::Forbidden);
        assert!(world.problem(administrators.reset(&system, "grace@example.org", "short").await).fault("password").is_some());
        administrators.reset(&system, "Grace@Example.org", "quartz-lagoon-mimic-4").await.expect("reset");
        let ended = world.directory.account().me(&grace).await;
        assert!(ended.is_ok(), "reading rests on the actor as it came in");
        let sign_in = world.directory.sign_in();
        assert!(sign_in.password(&visitor(), Principal::Administrator, "grace@example.org", PASSWORD).await.is_err());
        sign_in.password(&visitor(), Principal::Administrator, "grace@example.org", "quartz-lagoon-mimic-4").await.expect("signed in");
        let unknown = administrators.reset(&system, "nobody@example.org", PASSWORD).await;
        assert_eq!(world.code(unknown), ErrorCode::NotFound);
    }
}

both! {
    /// Suspended is what somebody decided: a new password does not take it back, and that is said, with
    /// who can.
    async fn a_reset_lets_in_whom_nobody_has_suspended(world) {
        let grace = world.grace().await;
        let (admins, system) = (world.directory.administrators(), world.system());
        world.administrator("max", DefaultRole::Manager).await;
        let (max, version) = id_of(world, "max").await;
        let let_in = admins.reset(&system, "max@example.org", PASSWORD).await.expect("reset");
        assert_eq!((let_in.name.as_str(), let_in.but), ("max Admin", None));
        admins.set_suspended(&grace, max, version + 1, true).await.expect("suspended");
        let but = admins.reset(&system, "max@example.org", PASSWORD).await.expect("reset").but.expect("why");
        assert!(but.contains("max Admin is suspended") && but.contains("Grace Hopper (grace@example.org)"), "{but}");
        assert_eq!(admins.read(&grace, max).await.expect("details").status, AdministratorStatus::Suspended);

        let (ada, _, _, _) = linked(world, &grace, DefaultRole::Manager).await;
        run(world, "UPDATE users SET mfa_required = (1 = 1), mfa_enroll_by = 1").await;
        world.directory.users().suspend(&grace, &these(&[ada])).await.expect("suspended");
        let but = admins.reset(&system, "ada@example.org", PASSWORD).await.expect("reset").but.expect("why");
        assert!(but.contains("activate the user") && but.contains("Grace Hopper"), "{but}");
        world.directory.users().activate(&grace, &these(&[ada]), &Notify::Nobody).await.expect("activated");
        assert_eq!(admins.reset(&system, "ada@example.org", PASSWORD).await.expect("reset").but, None);
        let led = world.directory.sign_in().password(&visitor(), Principal::User, "ada", PASSWORD).await;
        assert!(matches!(led, Ok(SignedIn::Step(Stage::Enroll, _))), "not too late to enroll: {led:?}");
    }
}

both! {
    async fn the_list_says_who_has_what(world) {
        let grace = world.grace().await;
        let max = world.administrator("max", DefaultRole::Manager).await;
        let ann = world.administrator("ann", DefaultRole::ReadOnly).await;
        world.administrator("bob", DefaultRole::ReadOnly).await;
        for name in ["max", "ann", "bob"] {
            allow(world, &grace, name, true).await.expect("allowed");
        }
        for (who, lifetime) in [(&max, Lifetime::Endless), (&ann, Lifetime::Days(30))] {
            generate(world, who, lifetime).await.expect("a key");
        }
        let list = async |query: ListQuery| -> Vec<(String, ApiAccess)> {
            let page = world.directory.administrators().list(&grace, &query).await.expect("a list");
            page.rows.into_iter().map(|row| (row.first_name, row.api_access)).collect()
        };
        let sorted = ListQuery { sort: Some(Sort::parse("api_access")), ..ListQuery::default() };
        let of = |names: &[(&str, ApiAccess)]| -> Vec<_> { names.iter().map(|(name, has)| ((*name).to_owned(), *has)).collect() };
        assert_eq!(list(sorted.clone()).await, of(&[("Grace", ApiAccess::No), ("bob", ApiAccess::Allowed), ("max", ApiAccess::Key), ("ann", ApiAccess::Key)]));
        let only = |values: &[&str]| ListQuery { filters: vec![Filter::is("api_access", values.to_vec())], ..ListQuery::default() };
        assert_eq!(list(only(&["key"])).await, of(&[("ann", ApiAccess::Key), ("max", ApiAccess::Key)]));
        assert_eq!(list(only(&["expired"])).await, of(&[]));
        assert_eq!(list(only(&["no", "allowed"])).await.len(), 2);
        let page = world.directory.administrators().list(&grace, &only(&["key"])).await.expect("a list");
        let keys: Vec<_> = page.rows.into_iter().map(|row| row.api_key.expect("a key")).collect();
        assert!(keys.iter().all(|key| key.hint.starts_with("bwk_") && key.hint.len() == 8 && key.last_used_at.is_none()));
        assert_eq!(keys.iter().map(|key| key.expires_at.is_some()).collect::<Vec<_>>(), [true, false]);
        let odd = world.directory.administrators().list(&grace, &only(&["true"])).await;
        assert!(world.problem(odd).fault("filter").is_some());
        world.wait(std::time::Duration::from_hours(31 * 24));
        let grace = world.again().await;
        let page = world.directory.administrators().list(&grace, &only(&["allowed"])).await.expect("a list");
        assert_eq!(page.rows.len(), 1);
        let expired = world.directory.administrators().list(&grace, &only(&["expired"])).await.expect("a list").rows;
        assert_eq!((expired.len(), expired[0].api_access), (1, ApiAccess::Expired));
        assert!(expired[0].api_key.is_some(), "when it was made and when it ended is still told");
    }
}
