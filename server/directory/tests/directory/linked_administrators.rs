//! What is done to a user is done to the administrator who was made from them: proven, told, named.

use std::time::Duration;

use directory::Actor;
use model::event::{Event, EventKind};
use model::user::{Flag, MfaRequirement, NewPassword, Person, TextAttribute, UserForm, UserUpdate};
use model::{DefaultRole, ErrorCode, Filter, Id, ListQuery, Test};

use crate::administrators::id_of;
use crate::administrators_from_users::{enter, linked};
use crate::administrators_life::form_of;
use crate::raw::run;
use crate::user_access::{read, refusals, these};
use crate::world::{PASSWORD, World};

const WITH_BILLING: DefaultRole = DefaultRole::AdministratorWithBilling;

async fn change(
    world: &World,
    by: &Actor,
    user: Id,
    edit: impl FnOnce(&mut UserForm),
) -> directory::Result<()> {
    let user = read(world, by, user).await;
    let mut form = user.form;
    edit(&mut form);
    world.directory.users().update(by, &UserUpdate { id: user.id, version: user.version, form }).await
}

/// The events about somebody, the newest first.
async fn events(world: &World, by: &Actor, of: Id) -> Vec<Event> {
    world.directory.seal_events().await.expect("sealed");
    let all = world.directory.history().all(by, None).await.expect("events").events;
    let about = |event: &Event| event.resource.as_ref().is_some_and(|party| party.id == Some(of));
    all.into_iter().map(|one| one.event).filter(about).collect()
}

fn changes(event: &Event) -> Vec<(&str, &str, &str)> {
    event.changes.iter().map(|one| (one.field.as_str(), one.from.as_str(), one.to.as_str())).collect()
}

both! {
    /// By way of the user, too: email, password and factors of an administrator take a recent proof.
    async fn what_opens_an_administrators_account_takes_a_proof(world) {
        let grace = world.grace().await;
        let (ada, _, _, mut device) = linked(world, &grace, WITH_BILLING).await;
        let bob = world.user_with_password(&grace, "bob").await;
        run(world, "UPDATE users SET totp_enrolled = (1 = 1)").await;
        let herself = world.actor(&enter(world, &mut device).await).await;
        world.wait(Duration::from_mins(11));
        let users = world.directory.users();
        let before = read(world, &grace, ada).await;
        let new = || NewPassword { password: PASSWORD.into(), must_change: false };
        let require = MfaRequirement::Require { days: 7 };
        for who in [&grace, &herself] {
            let asked = [
                users.set_password(who, ada, &new()).await,
                users.remove_passkey(who, ada, before.passkeys[0].id).await,
                users.reset_totp(who, &these(&[bob, ada])).await.map(drop),
                users.change_mfa(who, &these(&[ada]), require).await.map(drop),
                change(world, who, ada, |form| form.email = "other@example.org".into()).await,
                change(world, who, ada, |form| form.username = "other".into()).await,
                change(world, who, ada, |form| form.set_flag(Flag::RequireMfa, true)).await,
            ];
            for (number, answer) in asked.into_iter().enumerate() {
                assert_eq!(world.code(answer), ErrorCode::ReauthenticationNeeded, "{number}");
            }
        }
        let after = read(world, &grace, ada).await;
        assert_eq!((after.version, after.passkeys.len()), (before.version, 1), "nothing was done");

        // Others, and what opens nothing, go as ever.
        users.set_password(&grace, bob, &new()).await.expect("set");
        users.reset_totp(&grace, &these(&[bob])).await.expect("reset");
        change(world, &grace, bob, |form| form.email = "rob@example.org".into()).await.expect("changed");
        change(world, &grace, ada, |form| form.set_text(TextAttribute::Department, "Engines")).await.expect("changed");

        world.directory.account().reauthenticate(&grace, PASSWORD).await.expect("proven");
        let grace = world.again().await;
        change(world, &grace, ada, |form| form.email = "other@example.org".into()).await.expect("changed");
        let done = users.reset_totp(&grace, &these(&[ada])).await.expect("reset");
        assert_eq!(refusals(&done), ["done"]);
        users.set_password(&grace, ada, &new()).await.expect("set");
    }
}

both! {
    async fn the_administrators_history_tells_of_an_email_that_followed(world) {
        let grace = world.grace().await;
        let (ada, id, _, _) = linked(world, &grace, DefaultRole::Manager).await;
        change(world, &grace, ada, |form| form.email = "countess@example.org".into()).await.expect("changed");
        let told = events(world, &grace, id).await;
        assert_eq!(told[0].event_type, EventKind::AdminUpdate);
        assert_eq!(changes(&told[0]), [("email", "ada@example.org", "countess@example.org")]);
        assert_eq!(told[0].initiated_by.name, "Grace Hopper");
        assert!(told[0].message.contains("user"), "{}", told[0].message);
        assert_eq!(changes(&events(world, &grace, ada).await[0]), changes(&told[0]), "as the user's tells");
    }
}

both! {
    /// Names are the user's until an administrator was given others.
    async fn names_follow_while_they_are_the_same(world) {
        let grace = world.grace().await;
        let (ada, id, _, _) = linked(world, &grace, DefaultRole::Manager).await;
        let admins = world.directory.administrators();
        run(world, "UPDATE users SET last_name = 'Admin' WHERE username = 'ada'").await;
        let names = |first: &'static str, last: &'static str| {
            move |form: &mut UserForm| {
                form.set_text(TextAttribute::FirstName, first);
                form.set_text(TextAttribute::LastName, last);
            }
        };
        let called = async || admins.read(&grace, id).await.expect("details").name();
        let (first, last) = {
            let one = admins.read(&grace, id).await.expect("details");
            (one.first_name, one.last_name)
        };
        change(world, &grace, ada, |form| {
            form.set_text(TextAttribute::FirstName, &first);
            form.set_text(TextAttribute::LastName, &last);
        }).await.expect("the same");
        change(world, &grace, ada, names("Augusta", "King")).await.expect("renamed");
        assert_eq!(called().await, "Augusta King");
        let told = events(world, &grace, id).await;
        assert_eq!(changes(&told[0]), [("firstname", first.as_str(), "Augusta"), ("lastname", last.as_str(), "King")]);
        let found = ListQuery { search: "augusta".into(), ..Default::default() };
        assert_eq!(admins.list(&grace, &found).await.expect("a list").rows.len(), 1);

        change(world, &grace, ada, names("Augusta", "")).await.expect("renamed");
        assert_eq!(called().await, "Augusta King", "an administrator has both names");
        change(world, &grace, ada, names("Augusta", "King")).await.expect("renamed");
        let (_, version) = id_of(world, "ada").await;
        let mut update = crate::administrators::update_of(world, id).await;
        assert_eq!(update.version, version);
        update.form.first_name = "Countess".into();
        admins.update(&grace, &update).await.expect("renamed");
        change(world, &grace, ada, names("Ada", "Lovelace")).await.expect("renamed");
        assert_eq!(called().await, "Countess Lovelace", "what was chosen stays");
    }
}

both! {
    /// A name stands beside what somebody does: nobody gives it to whoever may do more than they may.
    async fn nobody_renames_a_mightier_administrator(world) {
        let grace = world.grace().await;
        let (ada, id, _, _) = linked(world, &grace, WITH_BILLING).await;
        let mona = world.administrator("mona", DefaultRole::Manager).await;
        let admins = world.directory.administrators();
        let before = admins.read(&grace, id).await.expect("details").name();
        change(world, &mona, ada, |form| form.set_text(TextAttribute::FirstName, "Evil")).await.expect("the user's");
        assert_eq!(read(world, &grace, ada).await.form.text(TextAttribute::FirstName), "Evil");
        assert_eq!(admins.read(&grace, id).await.expect("details").name(), before);
    }
}

both! {
    async fn each_names_the_other(world) {
        let grace = world.grace().await;
        let (ada, id, _, _) = linked(world, &grace, DefaultRole::Manager).await;
        let user = read(world, &grace, ada).await;
        let also = user.administrator.expect("an administrator, too");
        assert_eq!((also.id, also.role.as_str()), (id, "Manager"));
        let one = world.directory.administrators().read(&grace, id).await.expect("details");
        assert_eq!(one.user, Some(Person { id: ada, name: "Ada".into() }));
        let bob = world.user(&grace, "bob").await;
        assert_eq!(read(world, &grace, bob).await.administrator, None);
        let (grace_id, _) = id_of(world, "grace").await;
        assert_eq!(world.directory.administrators().read(&grace, grace_id).await.expect("details").user, None);
    }
}

both! {
    /// The screens speak of an administrator's own password and factors, or of their user's.
    async fn it_is_told_who_was_made_from_a_user(world) {
        let grace = world.grace().await;
        let (_, _, _, mut device) = linked(world, &grace, WITH_BILLING).await;
        let list = world.directory.administrators().list(&grace, &ListQuery::default()).await.expect("a list");
        let told: Vec<_> = list.rows.iter().map(|row| (row.first_name.as_str(), row.from_user)).collect();
        assert_eq!(told, [("Ada", true), ("Grace", false)]);
        let herself = world.actor(&enter(world, &mut device).await).await;
        for (who, from_user) in [(&herself, true), (&grace, false)] {
            assert_eq!(world.directory.account().details(who).await.expect("details").from_user, from_user);
        }
    }
}

both! {
    async fn the_list_is_filtered_by_status(world) {
        let grace = world.grace().await;
        let (ada, _, _, _) = linked(world, &grace, DefaultRole::Manager).await;
        let admins = world.directory.administrators();
        admins.create(&grace, &form_of("ivy", DefaultRole::ReadOnly)).await.expect("invited");
        for name in ["sue", "lou"] {
            world.administrator(name, DefaultRole::ReadOnly).await;
        }
        let (sue, version) = id_of(world, "sue").await;
        admins.set_suspended(&grace, sue, version, true).await.expect("suspended");
        let list = async |test: Test, values: &[&str]| -> Vec<String> {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            let filter = Filter { column: "status".into(), test, values };
            let query = ListQuery { filters: vec![filter], ..ListQuery::default() };
            let page = world.directory.administrators().list(&grace, &query).await.expect("a list");
            page.rows.into_iter().map(|row| row.first_name).collect()
        };
        assert_eq!(list(Test::Is, &["active"]).await, ["Ada", "Grace", "lou"]);
        assert_eq!(list(Test::Is, &["invited", "suspended"]).await, ["ivy", "sue"]);
        assert_eq!(list(Test::IsNot, &["active"]).await, ["ivy", "sue"]);
        assert_eq!(list(Test::Is, &["locked"]).await, [""; 0]);
        run(world, "UPDATE users SET locked_until = 9223372036854775807 WHERE username = 'ada'").await;
        assert_eq!(list(Test::Is, &["locked"]).await, ["Ada"], "with their user");
        world.directory.users().unlock(&grace, &these(&[ada])).await.expect("unlocked");
        world.directory.users().suspend(&grace, &these(&[ada])).await.expect("suspended");
        assert_eq!(list(Test::Is, &["suspended"]).await, ["Ada", "sue"]);
        let odd = ListQuery { filters: vec![Filter::is("status", ["gone"])], ..ListQuery::default() };
        assert!(world.problem(admins.list(&grace, &odd).await).fault("filter").is_some());
    }
}
