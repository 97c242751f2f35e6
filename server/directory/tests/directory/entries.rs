//! Users as programs read and change them.

use std::cmp::Ordering;

use directory::Actor;
use model::event::EventKind;
use model::user::{
    Action, Address, Compare, Condition, CustomAttribute, EntryQuery, Flag, NewUser, Phone, TextAttribute,
    UserEntry, UserForm, UserPatch, UserState,
};
use model::{DefaultRole, ErrorCode, Id, Sort};

use crate::administrators_life::form_of;
use crate::passkeys::with_passkey;
use crate::raw::run;
use crate::user_access::last_event;
use crate::world::{World, form};

fn all() -> EntryQuery {
    EntryQuery { limit: 100, ..EntryQuery::default() }
}

fn condition(field: &str, compare: Compare, values: &[&str]) -> Condition {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Condition { field: field.into(), compare, values }
}

async fn names(world: &World, by: &Actor, query: &EntryQuery) -> Vec<String> {
    let found = world.directory.users().entries(by, query).await.expect("users");
    found.entries.into_iter().map(|entry| entry.form.username).collect()
}

/// Ada, Bob, Cy and Dee, each a day after the other.
async fn people(world: &World) -> Actor {
    let grace = world.grace().await;
    for (name, department, state) in [
        ("ada", "Sales", UserState::Activated),
        ("bob", "sales", UserState::Staged),
        ("cy", "R|D 100%", UserState::Activated),
        ("dee", "", UserState::Suspended),
    ] {
        let mut typed = form(name);
        typed.set_text(TextAttribute::Department, department);
        typed.unix_uid = if name == "ada" { "5001".into() } else { String::new() };
        typed.set_flag(Flag::Sudo, name == "cy");
        let new = NewUser { form: typed, state: Some(state), ..NewUser::default() };
        world.directory.users().create(&world.system(), &new).await.expect("added");
        world.wait(std::time::Duration::from_hours(24));
    }
    drop(grace);
    world.again().await
}

both! {
    async fn each_condition_finds_whom_it_means(world) {
        use Compare::*;
        let grace = people(world).await;
        run(world, "UPDATE users SET password_set_at = 1, locked_until = 9223372036854775807 WHERE username = 'ada'").await;
        let ada = world.directory.users().entries(&grace, &all()).await.expect("users").entries.remove(0).id.to_string();
        for (one, found) in [
            (condition("department", Equal, &["Sales"]), "ada"),
            (condition("department", Equal, &["Sales", "sales"]), "ada bob"),
            (condition("department", Unequal, &["Sales", ""]), "bob cy"),
            (condition("department", Begins, &["S"]), "ada"),
            (condition("department", Begins, &["S", "s"]), "ada bob"),
            (condition("department", Ends, &["ales"]), "ada bob"),
            (condition("department", Ends, &["a much longer text than there is"]), ""),
            (condition("department", Contains, &["|D", "0%"]), "cy"),
            (condition("department", Contains, &["%"]), "cy"),
            (condition("department", Contains, &["ALES"]), ""),
            (condition("department", Lacks, &["ales"]), "cy dee"),
            (condition("email", Equal, &["bob@example.org"]), "bob"),
            (condition("state", Equal, &["ACTIVATED"]), "ada cy"),
            (condition("state", Unequal, &["ACTIVATED", "STAGED"]), "dee"),
            (condition("suspended", Equal, &["true"]), "dee"),
            (condition("suspended", Unequal, &["true"]), "ada bob cy"),
            (condition("activated", Equal, &["true"]), "ada"),
            (condition("account_locked", Equal, &["true"]), "ada"),
            (condition("account_locked", Equal, &["false"]), "bob cy dee"),
            (condition("sudo", Equal, &["true"]), "cy"),
            (condition("unix_uid", Equal, &["5001"]), "ada"),
            (condition("unix_uid", Unequal, &["5001"]), "bob cy dee"),
            (condition("unix_uid", Greater, &["5000"]), "ada"),
            (condition("created", Less, &["2026-11-24T00:00:00Z"]), "ada bob"),
            (condition("created", GreaterOrEqual, &["2026-11-24T10:00:00+01:00"]), "cy dee"),
            (condition("_id", Greater, &[&ada]), "bob cy dee"),
            (condition("_id", LessOrEqual, &[&ada]), "ada"),
            (condition("manager", Unequal, &[&ada]), "ada bob cy dee"),
        ] {
            let query = EntryQuery { filters: vec![vec![one.clone()]], ..all() };
            assert_eq!(names(world, &grace, &query).await.join(" "), found, "{one:?}");
        }
        let both = vec![
            vec![condition("state", Equal, &["ACTIVATED"]), condition("username", Equal, &["dee"])],
            vec![condition("department", Unequal, &["Sales"])],
        ];
        assert_eq!(names(world, &grace, &EntryQuery { filters: both, ..all() }).await, ["cy", "dee"]);
        assert_eq!(names(world, &grace, &EntryQuery { search: "BOB".into(), ..all() }).await, ["bob"]);
    }
}

both! {
    async fn what_cannot_be_asked_is_said(world) {
        use Compare::*;
        let grace = people(world).await;
        let users = world.directory.users();
        for one in [
            condition("nope", Equal, &["x"]),
            condition("password", Equal, &["x"]),
            condition("auth_epoch", Equal, &["0"]),
            condition("department", Greater, &["x"]),
            condition("department", Begins, &[""]),
            condition("department", Equal, &[]),
            condition("department", Equal, &["\0"]),
            condition("department", Equal, &["x"; 201]),
            condition("state", Equal, &["GONE"]),
            condition("state", Greater, &["STAGED"]),
            condition("sudo", Equal, &["perhaps"]),
            condition("unix_uid", Equal, &["many"]),
            condition("unix_uid", Greater, &["1", "2"]),
            condition("unix_uid", Begins, &["1"]),
            condition("created", Less, &["yesterday"]),
            condition("_id", Equal, &["1 OR 1=1"]),
        ] {
            let refused = world.problem(users.entries(&grace, &EntryQuery { filters: vec![vec![one.clone()]], ..all() }).await);
            let field = one.field.as_str();
            assert!(refused.fault("filter").is_some_and(|why| why.contains(field)), "{one:?} {refused}");
        }
        let many = vec![vec![condition("username", Equal, &["x"])]; 31];
        let sort = |column: &str| Sort { column: column.into(), descending: false };
        for (query, field) in [
            (EntryQuery { filters: many, ..all() }, "filter"),
            // Each pattern is looked for in every user.
            (EntryQuery { filters: vec![vec![condition("description", Contains, &["x"; 11])]], ..all() }, "filter"),
            (EntryQuery { limit: 0, ..all() }, "limit"),
            (EntryQuery { limit: 101, ..all() }, "limit"),
            (EntryQuery { skip: 100_001, ..all() }, "skip"),
            (EntryQuery { search: "x".repeat(201), ..all() }, "search"),
            (EntryQuery { search: "\0".into(), ..all() }, "search"),
            (EntryQuery { sort: vec![sort("password")], ..all() }, "sort"),
            (EntryQuery { sort: vec![sort("email"); 6], ..all() }, "sort"),
        ] {
            assert!(world.problem(users.entries(&grace, &query).await).fault(field).is_some(), "{query:?}");
        }
        let runner = world.administrator("run", DefaultRole::CommandRunner).await;
        assert_eq!(world.code(users.entries(&runner, &EntryQuery { limit: 0, ..all() }).await), ErrorCode::Forbidden);
        let id = users.entries(&grace, &all()).await.expect("users").entries[0].id;
        assert_eq!(world.code(users.entry(&runner, id).await), ErrorCode::Forbidden);
    }
}

/// What a user is ordered by.
fn value(of: &UserEntry, by: &Sort) -> String {
    match by.column.as_str() {
        "_id" => of.id.to_string(),
        "created" => of.created_at.as_micros().to_string(),
        "email" => of.form.email.clone(),
        "username" => of.form.username.to_lowercase(),
        "state" => of.state.as_str().to_owned(),
        "displayname" => of.form.text(TextAttribute::DisplayName).to_lowercase(),
        "department" => of.form.text(TextAttribute::Department).to_lowercase(),
        "jobTitle" => of.form.text(TextAttribute::JobTitle).to_lowercase(),
        // Those of one last name by the first.
        "lastname" => {
            format!("{} {}", of.form.text(TextAttribute::LastName), of.form.text(TextAttribute::FirstName))
        }
        other => panic!("{other}"),
    }
}

/// Whether one comes before the other: by each of the fields, then the older first.
fn in_order(sort: &[Sort], one: &UserEntry, other: &UserEntry) -> bool {
    let by = |sort: &Sort| {
        let order = value(one, sort).cmp(&value(other, sort));
        if sort.descending { order.reverse() } else { order }
    };
    sort.iter().map(by).fold(Ordering::Equal, Ordering::then).then(one.id.cmp(&other.id)) == Ordering::Less
}

both! {
    async fn pages_are_whole_in_any_order(world) {
        let grace = people(world).await;
        let users = world.directory.users();
        for number in 0..20 {
            world.user(&grace, &format!("u{number:02}")).await;
            // Ids come in the order in which they were made, but for those of one millisecond.
            world.wait(std::time::Duration::from_millis(1));
        }
        run(world, "UPDATE users SET job_title = 'Clerk', job_title_key = 'clerk' WHERE pk % 3 = 1").await;
        run(world, "UPDATE users SET job_title = 'actor', job_title_key = 'actor' WHERE pk % 3 = 2").await;
        for sort in ["_id", "-created", "department -email", "state username", "-lastname displayname", "jobTitle"] {
            let sort: Vec<Sort> = sort.split(' ').map(Sort::parse).collect();
            let ask = async |skip, limit| {
                let query = EntryQuery { sort: sort.clone(), skip, limit, ..EntryQuery::default() };
                users.entries(&grace, &query).await.expect("users")
            };
            let whole = ask(0, 100).await;
            assert_eq!((whole.total, whole.entries.len()), (24, 24));
            let pairs = || whole.entries.windows(2);
            assert!(pairs().all(|pair| in_order(&sort, &pair[0], &pair[1])), "{sort:?}");
            assert!(pairs().any(|pair| value(&pair[0], &sort[0]) != value(&pair[1], &sort[0])), "{sort:?}");
            let mut pieces = Vec::new();
            for skip in (0..30).step_by(7) {
                let page = ask(skip, 7).await;
                assert_eq!(page.total, 24, "also beyond the end");
                pieces.extend(page.entries);
            }
            assert_eq!(pieces, whole.entries, "{sort:?}");
        }
        let query = EntryQuery { sort: vec![Sort::parse("-username")], limit: 3, ..EntryQuery::default() };
        assert_eq!(names(world, &grace, &query).await, ["u19", "u18", "u17"]);
    }
}

both! {
    async fn an_entry_has_everything_and_who_is_deleted_is_none(world) {
        let grace = world.grace().await;
        let (pat, ada) = (world.user(&grace, "pat").await, world.user(&grace, "ada").await);
        let users = world.directory.users();
        let base = users.entry(&grace, ada).await.expect("an entry").form;
        let mut form = base.clone();
        form.manager = Some(pat);
        form.addresses = ["home", "work"].map(|kind| Address { kind: kind.into(), country: "UK".into(), ..Address::default() }).into();
        form.phones = vec![Phone { kind: "mobile".into(), number: "+44 1".into() }];
        form.custom = vec![CustomAttribute { name: "tshirt".into(), value: "XL".into() }];
        users.patch(&grace, &UserPatch { id: ada, versions: None, base, form: form.clone(), state: None, state_alone: false }).await.expect("changed");
        let entry = users.entry(&grace, ada).await.expect("an entry");
        assert_eq!((&entry.form, entry.state), (&form, UserState::Activated));
        assert_eq!(form, users.read(&grace, ada).await.expect("a user").form);
        let listed = users.entries(&grace, &all()).await.expect("users").entries;
        assert_eq!(listed[1], entry, "in a list as by itself");
        assert!(listed[0].form.addresses.is_empty(), "each has their own");
        users.delete(&grace, &crate::user_access::these(&[ada])).await.expect("deleted");
        assert_eq!(world.code(users.entry(&grace, ada).await), ErrorCode::NotFound);
        assert_eq!(names(world, &grace, &all()).await, ["pat"]);
        let patch = UserPatch { id: ada, versions: None, base: form.clone(), form: UserForm { email: "x@example.org".into(), ..form }, state: None, state_alone: false };
        assert_eq!(world.code(users.patch(&grace, &patch).await), ErrorCode::NotFound);
    }
}

async fn patch_of(world: &World, by: &Actor, id: Id, change: impl FnOnce(&mut UserForm)) -> UserPatch {
    let base = world.directory.users().entry(by, id).await.expect("an entry").form;
    let mut form = base.clone();
    change(&mut form);
    UserPatch { id, versions: None, base, form, state: None, state_alone: false }
}

both! {
    /// The later one wins where both change the same, and only there.
    async fn two_programs_at_once_keep_each_others_fields(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada").await;
        let users = world.directory.users();
        let before = users.entry(&grace, ada).await.expect("an entry").version;
        let one = patch_of(world, &grace, ada, |form| form.set_text(TextAttribute::Department, "Sales")).await;
        let other = patch_of(world, &grace, ada, |form| form.set_text(TextAttribute::JobTitle, "Analyst")).await;
        users.patch(&grace, &one).await.expect("changed");
        users.patch(&grace, &other).await.expect("changed");
        let now = users.entry(&grace, ada).await.expect("an entry");
        assert_eq!((now.form.text(TextAttribute::Department), now.form.text(TextAttribute::JobTitle)), ("Sales", "Analyst"));
        let late = users.patch(&grace, &UserPatch { versions: Some(vec![before]), ..one.clone() }).await;
        assert_eq!(world.code(late), ErrorCode::Stale);
        let in_time = patch_of(world, &grace, ada, |form| form.set_text(TextAttribute::JobTitle, "Clerk")).await;
        users.patch(&grace, &UserPatch { versions: Some(vec![before, now.version]), ..in_time }).await.expect("changed");
        let version = users.entry(&grace, ada).await.expect("an entry").version;
        let nothing = patch_of(world, &grace, ada, |_| ()).await;
        users.patch(&grace, &nothing).await.expect("nothing to do");
        assert_eq!(users.entry(&grace, ada).await.expect("an entry").version, version);
    }
}

both! {
    async fn attributes_and_state_change_together_or_not_at_all(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada").await;
        world.user(&grace, "bob").await;
        let users = world.directory.users();
        let mut taken = patch_of(world, &grace, ada, |form| form.email = "bob@example.org".into()).await;
        taken.state = Some(UserState::Suspended);
        assert!(world.problem(users.patch(&grace, &taken).await).fault("email").is_some());
        assert_eq!(users.entry(&grace, ada).await.expect("an entry").state, UserState::Activated);
        let mut both = patch_of(world, &grace, ada, |form| form.set_text(TextAttribute::Department, "Sales")).await;
        both.state = Some(UserState::Suspended);
        users.patch(&grace, &both).await.expect("changed");
        let now = users.entry(&grace, ada).await.expect("an entry");
        assert_eq!((now.state, now.form.text(TextAttribute::Department)), (UserState::Suspended, "Sales"));
        assert_eq!(last_event(world, &grace, ada).await.event_type, EventKind::UserSuspended);
        // Where one stands already there is nothing to do; nobody returns to Staged.
        users.patch(&grace, &both).await.expect("nothing to do");
        let staged = UserPatch { state: Some(UserState::Staged), ..both.clone() };
        assert!(world.problem(users.patch(&grace, &staged).await).fault("state").is_some());
        // Whoever lifts a suspension has seen it, or asks for nothing else.
        let active = UserPatch { state: Some(UserState::Activated), ..both };
        let refused = world.problem(users.patch(&grace, &active).await);
        assert!(refused.code == ErrorCode::Stale && refused.message.contains("Ada is Suspended"), "{refused}");
        let seen = users.entry(&grace, ada).await.expect("an entry").version;
        users.patch(&grace, &UserPatch { versions: Some(vec![seen]), ..active }).await.expect("activated");
        assert_eq!(users.entry(&grace, ada).await.expect("an entry").state, UserState::Activated);
    }
}

both! {
    /// Each part asks for the right that it asks for on the screens.
    async fn each_part_needs_its_own_right(world) {
        let grace = world.grace().await;
        let (ada, _, _) = with_passkey(world, &grace, "ada").await;
        let users = world.directory.users();
        let edit = patch_of(world, &grace, ada, |form| form.set_text(TextAttribute::Department, "Sales")).await;
        let suspend = UserPatch { form: edit.base.clone(), state: Some(UserState::Suspended), ..edit.clone() };
        for role in [DefaultRole::HelpDesk, DefaultRole::ReadOnly, DefaultRole::CommandRunner, DefaultRole::BillingOnly] {
            let who = world.administrator(&format!("x{}", role as u8), role).await;
            for patch in [&edit, &suspend] {
                assert_eq!(world.code(users.patch(&who, patch).await), ErrorCode::Forbidden, "{role}");
            }
        }
        // No detour to power: whoever is an administrator too is touched by none of less power.
        let form = form_of("Ada", DefaultRole::AdministratorWithBilling);
        world.directory.administrators().create_from_user(&grace, ada, &form).await.expect("made");
        let manager = world.administrator("max", DefaultRole::Manager).await;
        users.patch(&manager, &edit).await.expect("a department opens nothing");
        let email = patch_of(world, &grace, ada, |form| form.email = "mine@example.org".into()).await;
        for patch in [&suspend, &email] {
            let refused = world.problem(users.patch(&manager, patch).await);
            assert_eq!(refused.code, ErrorCode::Forbidden);
            assert!(refused.message.contains("may do more than you"), "{refused}");
        }
        assert!(Action::Suspend.refusal(&users.read(&grace, ada).await.expect("a user").facts()).is_none());
    }
}

both! {
    /// Whatever would be refused as taken is found, in any letters.
    async fn what_is_taken_is_found(world) {
        use Compare::{Contains, Equal, Mentions, Unequal};
        let grace = world.grace().await;
        for (name, employee) in [("Ada.L", "É-7a"), ("bob", "")] {
            let mut typed = form(name);
            typed.set_text(TextAttribute::EmployeeIdentifier, employee);
            typed.set_text(TextAttribute::FirstName, format!("Müller {name}"));
            let new = NewUser { form: typed, ..NewUser::default() };
            world.directory.users().create(&world.system(), &new).await.expect("added");
        }
        for (field, compare, value, found) in [
            ("username", Equal, "aDA.l", "Ada.L"),
            ("username", Unequal, "ADA.L", "bob"),
            ("username", Contains, "ada", ""),
            ("email", Equal, "ADA.L@Example.ORG", "Ada.L"),
            ("employeeIdentifier", Equal, "e-7A", "Ada.L"),
            ("employeeIdentifier", Equal, "", "bob"),
            ("username", Mentions, "DA.", "Ada.L"),
            ("firstname", Mentions, "müll", "Ada.L bob"),
            ("firstname", Mentions, "BOB", "bob"),
            ("created", Equal, "2020-01-01", ""),
        ] {
            let query = EntryQuery { filters: vec![vec![condition(field, compare, &[value])]], ..all() };
            assert_eq!(names(world, &grace, &query).await.join(" "), found, "{field} {compare:?} {value}");
        }
        let mut typed = form("cy");
        typed.set_text(TextAttribute::EmployeeIdentifier, "E-7A");
        let new = NewUser { form: typed, ..NewUser::default() };
        let taken = world.problem(world.directory.users().create(&world.system(), &new).await);
        assert!(taken.fault("employeeIdentifier").is_some(), "{taken:?}");
        // Those who had the same in other letters before keep it.
        run(world, "UPDATE users SET employee_identifier = 'e-7A', employee_identifier_key = 'e-7a' WHERE username = 'bob'").await;
        let query = EntryQuery { filters: vec![vec![condition("username", Equal, &["bob"])]], ..all() };
        let bob = world.directory.users().entries(&grace, &query).await.expect("users").entries.remove(0);
        let mut kept = bob.form.clone();
        kept.set_text(TextAttribute::Department, "Sales");
        let update = model::user::UserUpdate { id: bob.id, version: bob.version, form: kept };
        world.directory.users().update(&grace, &update).await.expect("changed");
    }
}
