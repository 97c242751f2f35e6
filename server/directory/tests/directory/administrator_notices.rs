//! Administrators are told by email what was done to their account, and by whom.

use directory::SignedIn;
use model::api_key::Lifetime;
use model::mail::MessageKind;
use model::user::{NewPassword, UserUpdate};
use model::{DefaultRole, Id, Scope, Scopes};

use crate::administrators::{id_of, set_role, update_of};
use crate::administrators_from_users::{enter, linked};
use crate::administrators_life::form_of;
use crate::api_keys::{allow, generate};
use crate::custom_roles::{change_of, form, give};
use crate::passkeys::{Device, add};
use crate::raw::{messages, run};
use crate::sending;
use crate::signing_in::enroll;
use crate::user_access::these;
use crate::world::{PASSWORD, World, visitor};

const NEW: &str = "granite-otter-lantern-4";

/// The messages since the last time that it was asked, as kind and recipient.
async fn since(world: &World) -> Vec<String> {
    let found = messages(world).await;
    run(world, "DELETE FROM messages").await;
    found
}

/// What the newest message of this kind says.
async fn text(world: &World, kind: MessageKind) -> String {
    let system = world.system();
    let row = sending::messages(world).await.into_iter().find(|row| row.kind == kind).expect("a message");
    world
        .directory
        .mail()
        .message(&system, row.id)
        .await
        .expect("a message")
        .written
        .expect("words")
        .text
        .body
}

both! {
    async fn what_is_done_to_them_is_told(world) {
        let grace = world.grace().await;
        let (admins, account) = (world.directory.administrators(), world.directory.account());
        let max = world.administrator("max", DefaultRole::ReadOnly).await;
        let (id, version) = id_of(world, "max").await;
        assert_eq!(since(world).await, [""; 0]);

        set_role(world, &grace, (id, version), DefaultRole::Manager).await.expect("changed");
        let told = text(world, MessageKind::AdminRoleChanged).await;
        assert!(told.contains("Grace Hopper has given you another role") && told.contains("Manager, in place of Read Only"), "{told}");
        assert_eq!(since(world).await, ["admin_role_changed max@example.org"]);

        let mut update = update_of(world, id).await;
        update.form.email = "maxine@example.org".into();
        admins.update(&grace, &update).await.expect("changed");
        let told = text(world, MessageKind::AdminEmailChanged).await;
        assert!(told.contains("from max@example.org to maxine@example.org"), "{told}");
        assert_eq!(since(world).await, ["admin_email_changed max@example.org", "admin_email_changed maxine@example.org"]);

        // What opens nothing is not told.
        let mut update = update_of(world, id).await;
        update.form.first_name = "Maxine".into();
        admins.update(&grace, &update).await.expect("changed");
        assert_eq!(since(world).await, [""; 0]);

        let Ok(SignedIn::Full(token)) = world.directory.sign_in().password(&visitor(), model::Principal::Administrator, "maxine@example.org", PASSWORD).await else { panic!("not in") };
        drop(max);
        let token = account.change_password(&world.actor(&token).await, PASSWORD, NEW).await.expect("changed");
        let told = text(world, MessageKind::AdminPasswordChanged).await;
        assert!(told.contains("at the Admin Portal, from 192.0.2.1"), "{told}");
        assert_eq!(since(world).await, ["admin_password_changed maxine@example.org"]);

        let (token, _) = add(world, &world.actor(&token).await, &mut Device::new()).await;
        let told = text(world, MessageKind::AdminFactorsChanged).await;
        assert!(told.contains("The passkey “Laptop” was added; new recovery codes were made"), "{told}");
        assert_eq!(since(world).await, ["admin_factors_changed maxine@example.org"]);
        let (_, _, token) = enroll(world, &world.actor(&token).await).await;
        assert_eq!(since(world).await, ["admin_factors_changed maxine@example.org"]);
        let actor = world.actor(&token).await;
        account.new_recovery_codes(&actor).await.expect("codes");
        assert_eq!(since(world).await, ["admin_factors_changed maxine@example.org"]);
        let token = account.remove_totp(&actor).await.expect("removed");
        assert!(text(world, MessageKind::AdminFactorsChanged).await.contains("The authenticator app was removed"));
        let actor = world.actor(&token).await;
        let passkey = account.security(&actor).await.expect("read").passkeys[0].id;
        account.remove_passkey(&actor, passkey).await.expect("removed");
        assert_eq!(since(world).await, ["admin_factors_changed maxine@example.org"; 2]);

        let system = world.operator.actor("bailiwick admin reset");
        admins.reset(&system, "maxine@example.org", PASSWORD).await.expect("reset");
        assert!(text(world, MessageKind::AdminPasswordChanged).await.contains("on the server"));
        assert_eq!(since(world).await, ["admin_password_changed maxine@example.org"]);
        // Whoever is suspended gets no emails.
        let (id, version) = id_of(world, "maxine").await;
        admins.set_suspended(&grace, id, version, true).await.expect("suspended");
        set_role(world, &grace, id_of(world, "maxine").await, DefaultRole::ReadOnly).await.expect("changed");
        assert_eq!(since(world).await, [""; 0]);
    }
}

both! {
    /// Whose role is one of the organization's own hears what it allows now, but for whoever made it so.
    async fn what_a_role_allows_now_is_told_to_those_who_have_it(world) {
        let grace = world.grace().await;
        let roles = world.directory.roles();
        let night = roles.create(&grace, &form("Night shift")).await.expect("made");
        let other = roles.create(&grace, &form("Day shift")).await.expect("made");
        for (name, role) in [("ada", night), ("bob", night), ("cleo", other)] {
            world.administrator(name, DefaultRole::ReadOnly).await;
            give(world, &grace, name, role).await.expect("given");
        }
        let mut invited = form_of("ivy", DefaultRole::ReadOnly);
        invited.role = night.to_string();
        world.directory.administrators().create(&grace, &invited).await.expect("invited");
        let (bob, version) = id_of(world, "bob").await;
        world.directory.administrators().set_suspended(&grace, bob, version, true).await.expect("suspended");
        since(world).await;

        let mut update = change_of(world, night).await;
        update.form.name = "Late shift".into();
        roles.update(&grace, &update).await.expect("renamed");
        assert_eq!(since(world).await, [""; 0], "another name gives nobody anything");

        let mut update = change_of(world, night).await;
        let (before, now) = (update.form.scopes, update.form.scopes.and(&[Scope::Billing]));
        update.form.scopes = now.minus(Scopes::of(&[Scope::UsersStateUnlock, Scope::AlertsReadonly]));
        roles.update(&grace, &update).await.expect("changed");
        assert_ne!(before, update.form.scopes);
        let told = text(world, MessageKind::AdminRightsChanged).await;
        assert!(told.contains("Grace Hopper has changed what your role") && told.contains("Late shift"), "{told}");
        assert!(told.contains("22 November 2026, 09:00 UTC"), "{told}");
        assert!(told.contains("\n– Alerts: nothing (before: view)\n– Billing: full (before: nothing)\n"), "{told}");
        assert!(told.contains("– Users: view, and: send") && !told.contains("– Devices"), "{told}");
        assert_eq!(since(world).await, ["admin_rights_changed ada@example.org", "admin_invitation ivy@example.org"]);
    }
}

both! {
    async fn a_key_that_is_made_is_told_to_its_owner(world) {
        let grace = world.grace().await;
        let max = world.administrator("max", DefaultRole::Manager).await;
        allow(world, &grace, "max", true).await.expect("allowed");
        since(world).await;
        let (_, first) = generate(world, &max, Lifetime::Endless).await.expect("a key");
        let told = text(world, MessageKind::AdminApiKeyMade).await;
        assert!(told.contains("An API key was made for your administrator account of Example Org"), "{told}");
        assert!(told.contains("at the Admin Portal, from 192.0.2.1"), "{told}");
        assert!(told.contains(&format!("begins with {} and does not expire", first.hint)), "{told}");
        assert_eq!(since(world).await, ["admin_api_key_made max@example.org"]);

        let (key, second) = generate(world, &max, Lifetime::Days(30)).await.expect("another");
        let told = text(world, MessageKind::AdminApiKeyMade).await;
        assert!(told.contains(&format!("made in place of the one that began with {}", first.hint)), "{told}");
        assert!(told.contains(&format!("begins with {} and expires on 22 December 2026, 09:00 UTC", second.hint)), "{told}");
        assert!(!told.contains(key.expose()), "{told}");
        assert_eq!(since(world).await, ["admin_api_key_made max@example.org"]);
        world.directory.api_keys().revoke_own(&max).await.expect("revoked");
        assert_eq!(since(world).await, [""; 0]);
    }
}

both! {
    async fn the_invitation_names_the_role_and_who_invites(world) {
        let grace = world.grace().await;
        let ada = world.directory.administrators().create(&grace, &form_of("ada", DefaultRole::HelpDesk)).await.expect("added");
        let told = text(world, MessageKind::AdminInvitation).await;
        assert!(told.contains("Grace Hopper has made you an administrator of Example Org") && told.contains("Your role is Help Desk"), "{told}");
        assert_eq!(since(world).await, ["admin_invitation ada@example.org"]);
        // Until they have come the invitation is all that they hear.
        set_role(world, &grace, (ada, id_of(world, "ada").await.1), DefaultRole::Manager).await.expect("changed");
        assert_eq!(since(world).await, ["admin_invitation ada@example.org"], "to more, by another link");
        set_role(world, &grace, (ada, id_of(world, "ada").await.1), DefaultRole::ReadOnly).await.expect("changed");
        assert_eq!(since(world).await, [""; 0]);
    }
}

both! {
    /// Of a pair one person reads one message for one deed, whichever side it was done at.
    async fn of_a_linked_pair_one_message_tells(world) {
        let grace = world.grace().await;
        let (ada, id, _, mut device) = linked(world, &grace, DefaultRole::Manager).await;
        let told = text(world, MessageKind::AdminAppointed).await;
        assert!(told.contains("Grace Hopper has made you an administrator") && told.contains("Your role is Manager"), "{told}");
        assert_eq!(since(world).await, ["admin_appointed ada@example.org"]);
        let token = enter(world, &mut device).await;
        let (_, _, token) = enroll(world, &world.actor(&token).await).await;
        assert_eq!(since(world).await, ["admin_factors_changed ada@example.org"]);
        let account = world.directory.account();
        account.change_password(&world.actor(&token).await, PASSWORD, NEW).await.expect("changed");
        assert_eq!(since(world).await, ["password_changed ada@example.org"]);

        let users = world.directory.users();
        users.reset_totp(&grace, &these(&[ada])).await.expect("reset");
        assert_eq!(since(world).await, ["totp_reset ada@example.org"]);
        let passkey = users.read(&grace, ada).await.expect("Ada").passkeys[0].id;
        users.remove_passkey(&grace, ada, passkey).await.expect("removed");
        assert_eq!(since(world).await, ["admin_factors_changed ada@example.org"]);
        let new = NewPassword { password: PASSWORD.into(), must_change: false };
        users.set_password(&grace, ada, &new).await.expect("set");
        assert_eq!(since(world).await, ["password_changed ada@example.org"]);
        let user = users.read(&grace, ada).await.expect("Ada");
        let form = model::user::UserForm { email: "countess@example.org".into(), ..user.form };
        users.update(&grace, &UserUpdate { id: ada, version: user.version, form }).await.expect("changed");
        assert_eq!(since(world).await, ["admin_email_changed ada@example.org", "admin_email_changed countess@example.org"]);
        let (of, version): (Id, i64) = id_of(world, "countess").await;
        assert_eq!(of, id);
        set_role(world, &grace, (of, version), DefaultRole::ReadOnly).await.expect("changed");
        assert_eq!(since(world).await, ["admin_role_changed countess@example.org"]);
    }
}

both! {
    /// Who only keeps the Outbox ends no link of a mightier administrator and silences no warning to one.
    async fn nobody_takes_out_what_a_mightier_one_is_told(world) {
        let grace = world.grace().await;
        let adm = world.administrator("adm", DefaultRole::Administrator).await;
        let (ada, ..) = linked(world, &grace, DefaultRole::AdministratorWithBilling).await;
        run(world, "DELETE FROM messages").await;
        world.administrator("max", DefaultRole::ReadOnly).await;
        let (id, version) = id_of(world, "max").await;
        set_role(world, &grace, (id, version), DefaultRole::Manager).await.expect("changed");
        let reset = world.directory.users().send_password_reset(&grace, &these(&[ada])).await;
        assert!(reset.expect("sent").iter().all(|outcome| outcome.refused.is_none()));
        let ids: Vec<Id> = sending::messages(world).await.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), 2);
        let refused = |outcomes: Vec<model::user::Outcome>| -> Vec<String> {
            outcomes.into_iter().filter_map(|outcome| outcome.refused).collect()
        };
        let mail = world.directory.mail();
        let why = refused(mail.discard(&adm, &ids).await.expect("answered"));
        assert_eq!(why.len(), 2, "{why:?}");
        assert!(why.iter().any(|why| why.contains("whom your role does not manage")), "{why:?}");
        assert!(why.iter().any(|why| why.contains("who may do more than you")), "{why:?}");
        assert!(refused(mail.discard(&grace, &ids).await.expect("discarded")).is_empty());
    }
}
