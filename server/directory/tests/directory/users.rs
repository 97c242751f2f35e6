//! Users: added, changed, activated, suspended, deleted, restored.

use std::time::Duration;

use model::list::Cursor;
use model::user::{
    Address, CustomAttribute, Flag, NewUser, Notify, PasswordStatus, Phone, Selection, TextAttribute,
    UserForm, UserState, UserUpdate,
};
use model::{DefaultRole, ErrorCode, Filter, Id, ListQuery, Operation as Op, Sort};

use crate::world::{START, form};

const DAY: Duration = Duration::from_hours(24);

fn everything() -> UserForm {
    let mut form = form("ada.lovelace");
    for text in TextAttribute::ALL {
        let value = if text.is_email() { "private@example.net" } else { "x" };
        form.set_text(*text, value);
    }
    for flag in Flag::ALL {
        form.set_flag(*flag, true);
    }
    form.unix_uid = "5000".into();
    form.unix_gid = "5001".into();
    form.addresses = vec![Address { kind: "work".into(), locality: "London".into(), ..Address::default() }];
    form.phones = vec![Phone { kind: "mobile".into(), number: "+44 1".into() }];
    form.custom = vec![CustomAttribute { name: "城市".into(), value: "香港".into() }];
    form
}

both! {
    /// Every attribute that can be typed is kept and read back.
    async fn all_attributes_are_kept(world) {
        let grace = world.grace().await;
        let manager = world.user(&grace, "charles.babbage").await;
        let form = UserForm { manager: Some(manager), ..everything() };
        let new = NewUser { form: form.clone(), state: None, ..NewUser::default() };
        let id = world.directory.users().create(&grace, &new).await.expect("added");
        let user = world.directory.users().read(&grace, id).await.expect("read");
        assert_eq!(user.form, form);
        assert_eq!(user.state, UserState::Activated, "the organization’s default");
        assert_eq!(user.password_status, PasswordStatus::Pending);
        assert_eq!(user.manager.map(|person| person.name), Some("Charles Babbage".to_owned()));
        assert_eq!(world.directory.users().read(&grace, manager).await.expect("read").reports, 1);
    }
}

both! {
    async fn what_is_taken_is_named_field_by_field(world) {
        let grace = world.grace().await;
        let mut first = form("ada.lovelace");
        first.set_text(TextAttribute::EmployeeIdentifier, "E-1");
        first.unix_uid = "5000".into();
        let users = world.directory.users();
        let id = users.create(&grace, &NewUser { form: first.clone(), state: None, ..NewUser::default() }).await.expect("added");
        let again = UserForm { username: "ADA.Lovelace".into(), email: "ADA.lovelace@Example.org".into(), ..first };
        let problem = world.problem(users.create(&grace, &NewUser { form: again.clone(), state: None, ..NewUser::default() }).await);
        for field in ["username", "email", "employeeIdentifier", "unix_uid"] {
            assert!(problem.fault(field).is_some_and(|message| message.contains("taken")), "{field}: {problem:?}");
        }
        users.delete(&grace, &Selection::These(vec![id])).await.expect("deleted");
        let problem = world.problem(users.create(&grace, &NewUser { form: again, state: None, ..NewUser::default() }).await);
        assert!(problem.fault("username").is_some_and(|message| message.contains("deleted user")));
    }
}

both! {
    async fn one_form_adds_one_user_however_often_it_is_sent(world) {
        let grace = world.grace().await;
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (directory, grace) = (world.directory.clone(), grace.clone());
                let new = NewUser { form: form("ada.lovelace"), state: None, ..NewUser::default() };
                tokio::spawn(async move { directory.users().create(&grace, &new).await.is_ok() })
            })
            .collect();
        let mut added = 0;
        for task in tasks {
            added += usize::from(task.await.expect("no panic"));
        }
        assert_eq!(added, 1);
    }
}

both! {
    async fn whoever_is_slower_is_told_who_was_faster(world) {
        let grace = world.grace().await;
        let max = world.administrator("max", DefaultRole::Manager).await;
        let id = world.user(&grace, "ada.lovelace").await;
        let users = world.directory.users();
        let version = users.read(&grace, id).await.expect("read").version;
        let update = |department: &str| {
            let mut form = form("ada.lovelace");
            form.set_text(TextAttribute::Department, department);
            UserUpdate { id, version, form }
        };
        users.update(&max, &update("Research")).await.expect("changed");
        let stale = world.problem(users.update(&grace, &update("Sales")).await);
        assert_eq!(stale.code, ErrorCode::Stale);
        assert!(stale.message.starts_with("max Admin changed this user"), "{}", stale.message);
        let oneself = world.problem(users.update(&max, &update("Sales")).await);
        assert!(oneself.message.starts_with("You, in another window, changed this user"), "{}", oneself.message);
        let now = users.read(&grace, id).await.expect("read");
        assert_eq!(now.form.text(TextAttribute::Department), "Research");
        users.update(&grace, &UserUpdate { version: now.version, ..update("Sales") }).await.expect("over it");
        let same = users.read(&grace, id).await.expect("read");
        users.update(&grace, &UserUpdate { version: same.version, ..update("Sales") }).await.expect("nothing to do");
        assert_eq!(users.read(&grace, id).await.expect("read").version, same.version, "nothing was written");
    }
}

both! {
    async fn states_change_as_they_may(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let staged = NewUser { form: form("ada.lovelace"), state: Some(UserState::Staged), ..NewUser::default() };
        let id = users.create(&grace, &staged).await.expect("added");
        let these = Selection::These(vec![id, Id::from([7; 12]), id]);
        let outcomes = users.activate(&grace, &these, &Notify::Nobody).await.expect("done");
        assert_eq!(outcomes.len(), 2, "named twice is one user");
        assert_eq!(outcomes[0].refused, None);
        assert_eq!(outcomes[1].refused.as_deref(), Some("is not in the directory"));
        let again = users.activate(&grace, &these, &Notify::Nobody).await.expect("done");
        assert_eq!(again[0].refused.as_deref(), Some("is Active already"));
        users.suspend(&grace, &these).await.expect("done");
        assert_eq!(users.read(&grace, id).await.expect("read").state, UserState::Suspended);
        users.activate(&grace, &these, &Notify::Nobody).await.expect("done");
        world.directory.seal_events().await.expect("sealed");
        let history = world.directory.history().of_user(&grace, id, None).await.expect("events").events;
        let kinds: Vec<_> = history.iter().map(|event| event.event.event_type.as_str()).collect();
        assert_eq!(kinds, ["user_unsuspended", "user_suspended", "user_activated", "user_create"]);
    }
}

both! {
    async fn a_deleted_user_can_be_restored_for_thirty_days(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let id = world.user(&grace, "ada.lovelace").await;
        let kept = world.user(&grace, "charles.babbage").await;
        users.delete(&grace, &Selection::These(vec![id])).await.expect("deleted");
        let gone = users.read(&grace, id).await.expect("read").deleted.expect("deleted");
        assert_eq!((gone.at, gone.erased_at), (START, START.plus(DAY * 30)));
        let update = UserUpdate { id, version: 1, form: form("ada.lovelace") };
        assert_eq!(world.code(users.update(&grace, &update).await), ErrorCode::NotFound);
        assert_eq!(users.list(&grace, &ListQuery::default()).await.expect("a page").rows.len(), 1);
        world.wait(Duration::from_hours(29 * 24));
        world.directory.clean_up().await.expect("tidied");
        let restored = users.restore(&world.system(), &[id, kept]).await.expect("restored");
        assert_eq!((restored[0].refused.is_none(), restored[1].refused.is_some()), (true, true));
        let back = users.read(&world.system(), id).await.expect("read");
        assert_eq!((back.state, back.deleted), (UserState::Suspended, None));
        users.delete(&world.system(), &Selection::These(vec![id])).await.expect("deleted");
        world.wait(Duration::from_hours(30 * 24));
        world.directory.clean_up().await.expect("tidied");
        let late = users.restore(&world.system(), &[id]).await.expect("done");
        assert!(late[0].refused.is_some());
        assert_eq!(world.code(users.read(&world.system(), id).await), ErrorCode::NotFound);
        world.user(&world.system(), "ada.lovelace").await;
    }
}

both! {
    async fn deleting_permanently_frees_what_was_unique(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let boss = world.user(&grace, "charles.babbage").await;
        let mut new = form("ada.lovelace");
        new.manager = Some(boss);
        let ada = users.create(&grace, &NewUser { form: new, state: None, ..NewUser::default() }).await.expect("added");
        let early = users.purge(&grace, &[boss]).await.expect("done");
        assert_eq!(early[0].refused.as_deref(), Some("is not a deleted user"));
        users.delete(&grace, &Selection::These(vec![boss])).await.expect("deleted");
        let outcomes = users.purge(&grace, &[boss, boss, ada]).await.expect("done");
        let told: Vec<_> =
            outcomes.iter().map(|outcome| (outcome.name.as_str(), outcome.refused.is_none())).collect();
        assert_eq!(told, [("Charles Babbage", true), (ada.to_string().as_str(), false)]);
        assert_eq!(world.code(users.read(&grace, boss).await), ErrorCode::NotFound);
        assert_eq!(users.read(&grace, ada).await.expect("read").manager, None);
        world.user(&grace, "charles.babbage").await;
    }
}

both! {
    /// The latest first, there and back; nobody twice, and nobody who is not deleted.
    async fn deleted_users_are_listed_until_they_are_erased(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let mut gone = Vec::new();
        for number in 0..12 {
            let id = world.user(&grace, &format!("user{number}.number")).await;
            users.delete(&grace, &Selection::These(vec![id])).await.expect("deleted");
            gone.insert(0, id);
            // Two at each moment: the order is whole all the same.
            world.wait(Duration::from_secs(number % 2));
        }
        world.user(&grace, "ada.lovelace").await;
        let first = ListQuery { limit: 10, ..ListQuery::default() };
        let page = users.list_deleted(&grace, &first).await.expect("a page");
        assert_eq!(page.total.counted, 12);
        let cursor = page.after.clone().map(Cursor::After);
        let rest = users.list_deleted(&grace, &ListQuery { cursor, ..first.clone() }).await.expect("a page");
        let ids: Vec<_> = page.rows.iter().chain(&rest.rows).map(|row| row.id).collect();
        assert_eq!(ids, gone);
        let cursor = rest.before.clone().map(Cursor::Before);
        let back = users.list_deleted(&grace, &ListQuery { cursor, ..first }).await.expect("a page");
        assert_eq!(back.rows, page.rows);
        let deletion = page.rows[0].deleted.expect("deleted");
        assert_eq!(deletion.erased_at, deletion.at.plus(DAY * 30));
        assert_eq!(world.directory.home().people(&grace).await.expect("figures").deleted, 12);
        world.wait(DAY * 31);
        world.directory.clean_up().await.expect("tidied");
        let system = world.system();
        assert_eq!(users.list_deleted(&system, &ListQuery::default()).await.expect("a page").rows, []);
    }
}

both! {
    async fn deleted_users_are_found_and_filtered(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        for name in ["ada.lovelace", "charles.babbage"] {
            let mut form = form(name);
            form.set_text(TextAttribute::Department, if name == "ada.lovelace" { "Research" } else { "Sales" });
            let id = users.create(&grace, &NewUser { form, ..NewUser::default() }).await.expect("added");
            users.delete(&grace, &Selection::These(vec![id])).await.expect("deleted");
            world.wait(DAY);
        }
        let names = async |query: ListQuery| -> Vec<String> {
            let page = users.list_deleted(&world.system(), &query).await.expect("a page");
            page.rows.into_iter().map(|row| row.username).collect()
        };
        let search = |text: &str| ListQuery { search: text.into(), ..ListQuery::default() };
        let filter = |filter: Filter| ListQuery { filters: vec![filter], ..ListQuery::default() };
        assert_eq!(names(search("LOVE")).await, ["ada.lovelace"]);
        assert_eq!(names(search("charles@ex")).await, Vec::<String>::new());
        assert_eq!(names(search("babb example")).await, ["charles.babbage"]);
        assert_eq!(names(search("' OR 1=1 --")).await, Vec::<String>::new());
        assert_eq!(names(filter(Filter::is("department", ["research"]))).await, ["ada.lovelace"]);
        assert_eq!(names(filter(Filter::after("deleted", "-1d"))).await, ["charles.babbage"]);
        for query in [
            ListQuery { sort: Some(Sort::parse("state")), ..ListQuery::default() },
            filter(Filter::is("state", ["STAGED"])),
            filter(Filter::is("erased", ["1"])),
        ] {
            assert_eq!(world.code(users.list_deleted(&world.system(), &query).await), ErrorCode::Invalid);
        }
        assert_eq!(users.list(&world.system(), &search("love")).await.expect("a page").rows, []);
    }
}

both! {
    async fn a_request_acts_on_a_hundred_at_most(world) {
        let grace = world.grace().await;
        let many = Selection::These((0..101).map(|n| Id::from([n; 12])).collect());
        let users = world.directory.users();
        assert_eq!(world.code(users.suspend(&grace, &many).await), ErrorCode::Invalid);
        assert_eq!(world.code(users.delete(&grace, &many).await), ErrorCode::Invalid);
        world.user(&grace, "ada.lovelace").await;
        world.user(&grace, "charles.babbage").await;
        let query = ListQuery { search: "lovelace".into(), ..ListQuery::default() };
        let outcomes = users.suspend(&grace, &Selection::Matching(query)).await.expect("done");
        assert_eq!(outcomes.iter().map(|outcome| outcome.name.as_str()).collect::<Vec<_>>(), ["Ada Lovelace"]);
    }
}

both! {
    async fn managers_must_be_there_and_somebody_else(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let id = world.user(&grace, "ada.lovelace").await;
        let version = users.read(&grace, id).await.expect("read").version;
        for manager in [id, Id::from([7; 12])] {
            let form = UserForm { manager: Some(manager), ..form("ada.lovelace") };
            let problem = world.problem(users.update(&grace, &UserUpdate { id, version, form }).await);
            assert!(problem.fault("manager").is_some());
        }
    }
}

both! {
    /// Whoever only looks, changes nothing; whoever may not look, learns nothing.
    async fn roles_hold_at_every_operation(world) {
        let grace = world.grace().await;
        let id = world.user(&grace, "ada.lovelace").await;
        let users = world.directory.users();
        let these = Selection::These(vec![id]);
        for role in DefaultRole::ALL {
            let name = format!("r{}", role.as_str().replace(' ', "").to_lowercase());
            let actor = world.administrator(&name, *role).await;
            let may = |operation: Op| operation.allowed_by(&(*role).into());
            let new = NewUser { form: form(&name), state: None, ..NewUser::default() };
            assert_eq!(users.list(&actor, &ListQuery::default()).await.is_ok(), may(Op::ListUsers), "{role}");
            assert_eq!(users.read(&actor, id).await.is_ok(), may(Op::ReadUser), "{role}");
            assert_eq!(users.create(&actor, &new).await.is_ok(), may(Op::CreateUser), "{role}");
            assert_eq!(users.suspend(&actor, &these).await.is_ok(), may(Op::SuspendUser), "{role}");
            assert_eq!(users.activate(&actor, &these, &Notify::Nobody).await.is_ok(), may(Op::ActivateUser), "{role}");
            assert_eq!(users.delete(&actor, &these).await.is_ok(), may(Op::DeleteUser), "{role}");
            assert_eq!(users.list_deleted(&actor, &ListQuery::default()).await.is_ok(), may(Op::ListUsers));
            assert_eq!(users.restore(&actor, &[id]).await.is_ok(), may(Op::RestoreUser), "{role}");
            assert_eq!(users.purge(&actor, &[Id::from([9; 12])]).await.is_ok(), may(Op::PurgeUser), "{role}");
            assert_eq!(world.directory.history().of_user(&actor, id, None).await.is_ok(), may(Op::ReadUserActivity));
            let version = users.read(&grace, id).await.expect("read").version;
            let update = UserUpdate { id, version, form: form("ada.lovelace") };
            assert_eq!(users.update(&actor, &update).await.is_ok(), may(Op::UpdateUser), "{role}");
        }
    }
}
