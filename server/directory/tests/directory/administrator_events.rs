//! Each change of administrators, roles, API keys and settings is told with what it was and what it is,
//! and with no secret.

use std::time::Duration;

use model::api_key::Lifetime;
use model::event::{Event, EventKind};
use model::role::CustomRoleForm;
use model::user::NewPassword;
use model::{DefaultRole, Principal};

use crate::administrators::{id_of, set_role};
use crate::administrators_from_users::{enter, linked};
use crate::api_keys::{allow, generate};
use crate::passkeys::{Device, add};
use crate::signing_in::enroll;
use crate::world::{PASSWORD, World, origin, visitor};

const NEW: &str = "granite-otter-lantern-4";
const THIRD: &str = "quartz-lagoon-mimic-4";

/// What was told since the last time that it was asked, the oldest first, as "kind: field from→to, …".
pub async fn told(world: &World, after: &mut usize) -> Vec<String> {
    world.directory.seal_events().await.expect("sealed");
    let system = world.system();
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = world.directory.history().all(&system, before).await.expect("events");
        all.extend(page.events.into_iter().map(|one| one.event));
        before = page.older;
        if before.is_none() {
            break;
        }
    }
    all.reverse();
    let new: Vec<Event> = all.split_off(*after);
    *after += new.len();
    // Of those who sign in for the test nothing is changed.
    let quiet = [EventKind::AdminLoginAttempt, EventKind::UserLoginAttempt];
    new.iter().filter(|event| !quiet.contains(&event.event_type)).map(line).collect()
}

fn line(event: &Event) -> String {
    let changes: Vec<_> =
        event.changes.iter().map(|one| format!("{} {}→{}", one.field, one.from, one.to)).collect();
    format!("{}: {}", event.event_type.as_str(), changes.join(", "))
}

both! {
    async fn of_ones_own_account(world) {
        let token = world.set_up().await;
        let mut seen = 0;
        assert_eq!(told(world, &mut seen).await, [
            "organization_create: name →Example Org",
            "admin_create: firstname →Grace, lastname →Hopper, email →grace@example.org, \
             roleName →Administrator With Billing, enableMultiFactor →false, apiKeyAllowed →false, whatsNew →true",
            "admin_password_change: password →set",
        ]);
        let account = world.directory.account();
        let grace = world.actor(&token).await;
        for zone in ["Europe/Berlin", "europe/berlin", "UTC", ""] {
            world.directory.preferences().set_time_zone(&grace, zone).await.expect("kept");
        }
        assert_eq!(told(world, &mut seen).await, [
            "admin_update: timeZone →Europe/Berlin",
            "admin_update: timeZone Europe/Berlin→UTC",
            "admin_update: timeZone UTC→",
        ]);
        let token = account.change_password(&grace, PASSWORD, NEW).await.expect("changed");
        let (_, _, token) = enroll(world, &world.actor(&token).await).await;
        let (token, _) = add(world, &world.actor(&token).await, &mut Device::new()).await;
        let grace = world.actor(&token).await;
        account.new_recovery_codes(&grace).await.expect("codes");
        world.wait(Duration::from_secs(30));
        let (_, _, token) = enroll(world, &grace).await;
        let token = account.remove_totp(&world.actor(&token).await).await.expect("removed");
        let grace = world.actor(&token).await;
        let passkey = account.security(&grace).await.expect("read").passkeys[0].id;
        account.rename_passkey(&grace, passkey, "Key").await.expect("renamed");
        account.remove_passkey(&grace, passkey).await.expect("removed");
        assert_eq!(told(world, &mut seen).await, [
            "admin_password_change: password set→changed",
            "admin_totp_start_enrollment: ",
            "admin_totp_finish_enrollment: totp →set up, recoveryCodes 0→10 new",
            "admin_passkey_create: passkey →Laptop",
            "admin_recovery_codes_create: recoveryCodes 10→10 new",
            "admin_totp_start_enrollment: ",
            "admin_totp_finish_enrollment: totp set up→another",
            "admin_totp_disable: totp set up→",
            "admin_passkey_update: passkey Laptop→Key",
            "admin_passkey_delete: passkey Key→, recoveryCodes 10→0",
        ]);
    }
}

both! {
    async fn of_others(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let max = world.administrator("max", DefaultRole::Manager).await;
        let mut seen = 0;
        told(world, &mut seen).await;
        allow(world, &grace, "max", true).await.expect("allowed");
        let (key, _) = generate(world, &max, Lifetime::Endless).await.expect("a key");
        let hint = &key.expose()[..8];
        set_role(world, &grace, id_of(world, "max").await, DefaultRole::HelpDesk).await.expect("changed");
        for _ in 0..6 {
            drop(world.directory.sign_in().password(&visitor(), Principal::Administrator, "max@example.org", "x").await);
        }
        let (id, _) = id_of(world, "max").await;
        admins.unlock(&grace, id).await.expect("unlocked");
        let in_again = world.directory.sign_in().password(&visitor(), Principal::Administrator, "max@example.org", PASSWORD).await;
        let Ok(directory::SignedIn::Full(session)) = in_again else { panic!("{in_again:?}") };
        admins.end_sessions(&grace, id).await.expect("ended");
        assert!(world.directory.sessions().administrator(&session, origin(), true).await.is_err());
        for suspended in [true, false] {
            admins.set_suspended(&grace, id, id_of(world, "max").await.1, suspended).await.expect("done");
        }
        admins.delete(&grace, &[id]).await.expect("deleted");
        assert_eq!(told(world, &mut seen).await, [
            "admin_update: apiKeyAllowed false→true".to_owned(),
            format!("admin_api_key_create: apiKey →{hint}, expireAt →never"),
            "admin_update: roleName Manager→Help Desk".to_owned(),
            "admin_lockout: lockedUntil →2026-11-22T09:15:00Z".to_owned(),
            "admin_unlocked: lockedUntil 2026-11-22T09:15:00Z→".to_owned(),
            "admin_session_end: sessions 1→0".to_owned(),
            "admin_suspended: suspended false→true".to_owned(),
            "admin_unsuspended: suspended true→false".to_owned(),
            format!("admin_delete: firstname max→, lastname Admin→, email max@example.org→, roleName Help Desk→, \
                enableMultiFactor false→, apiKeyAllowed true→, whatsNew true→, apiKey {hint}→, expireAt never→"),
        ]);
    }
}

both! {
    /// On the server: what was taken away is all told.
    async fn of_who_is_let_back_in(world) {
        let grace = world.grace().await;
        let (admins, system) = (world.directory.administrators(), world.operator.actor("bailiwick admin reset"));
        let max = world.administrator("max", DefaultRole::Manager).await;
        allow(world, &grace, "max", true).await.expect("allowed");
        let (key, _) = generate(world, &max, Lifetime::Endless).await.expect("a key");
        let (token, _) = add(world, &max, &mut Device::new()).await;
        enroll(world, &world.actor(&token).await).await;
        let (id, _) = id_of(world, "max").await;
        admins.send_password_reset(&grace, id).await.expect("sent");
        let mut seen = 0;
        told(world, &mut seen).await;
        admins.reset(&system, "max@example.org", NEW).await.expect("reset");
        assert_eq!(told(world, &mut seen).await, [format!(
            "admin_access_reset: password set→changed, totp set up→, passkey Laptop→, recoveryCodes 10→0, \
             sessions 1→0, links 1→0, apiKey {}→, expireAt never→",
            &key.expose()[..8]
        )]);
        admins.reset(&system, "max@example.org", PASSWORD).await.expect("reset");
        assert_eq!(told(world, &mut seen).await, ["admin_access_reset: password set→changed"]);

        // Of a linked pair the user's are told, and on both sides that there is another password.
        let (_, _, _, mut device) = linked(world, &grace, DefaultRole::Manager).await;
        enter(world, &mut device).await;
        told(world, &mut seen).await;
        admins.reset(&system, "ada@example.org", NEW).await.expect("reset");
        assert_eq!(told(world, &mut seen).await, [
            "user_password_set: password set→changed",
            "admin_password_change: password set→changed",
            "admin_access_reset: password set→changed, passkey Laptop→, recoveryCodes 10→0, sessions 2→0",
        ]);
    }
}

both! {
    async fn of_roles_and_settings(world) {
        let grace = world.grace().await;
        let roles = world.directory.roles();
        let mut seen = 0;
        told(world, &mut seen).await;
        let form = CustomRoleForm { name: "Night shift".into(), description: "At night".into(), ..CustomRoleForm::from_template(DefaultRole::BillingOnly) };
        let id = roles.create(&grace, &form).await.expect("made");
        let mut update = crate::custom_roles::change_of(world, id).await;
        update.form.name = "Day shift".into();
        roles.update(&grace, &update).await.expect("changed");
        roles.delete(&grace, id).await.expect("deleted");
        let settings = world.directory.settings();
        for required in [true, false] {
            let mut organization = settings.organization(&grace).await.expect("read");
            organization.profile.require_admin_mfa = required;
            settings.update(&grace, organization.version, &organization.profile).await.expect("changed");
        }
        assert_eq!(told(world, &mut seen).await, [
            "role_create: template →Billing Only, name →Night shift, description →At night, billing false→true",
            "role_update: name Night shift→Day shift",
            "role_delete: template Billing Only→, name Day shift→, description At night→, billing true→false",
            "organization_update: requireAdminMFA false→true",
            "organization_update: requireAdminMFA true→false",
        ]);
    }
}

both! {
    /// What opens both of a linked pair is told of both, wherever it is changed.
    async fn of_a_linked_pair(world) {
        let grace = world.grace().await;
        let (ada, id, user_token, mut device) = linked(world, &grace, DefaultRole::Manager).await;
        let mut seen = 0;
        let token = enter(world, &mut device).await;
        told(world, &mut seen).await;
        let account = world.directory.account();
        let (_, _, token) = enroll(world, &world.actor(&token).await).await;
        assert_eq!(told(world, &mut seen).await, [
            "totp_start_enrollment: ",
            "admin_totp_finish_enrollment: totp →set up",
            "totp_finish_enrollment: totp →set up",
        ]);
        // Both sides' sessions end, but the one at which it was done.
        assert!(world.directory.sessions().user(&user_token, origin(), true).await.is_err());
        let other = enter_by_passkey(world, &mut device).await;
        let token = account.change_password(&world.actor(&token).await, PASSWORD, NEW).await.expect("changed");
        assert_eq!(told(world, &mut seen).await, [
            "user_password_change: password set→changed",
            "admin_password_change: password set→changed",
        ]);
        assert!(world.directory.sessions().user(&other, origin(), true).await.is_err());
        world.actor(&token).await;
        // At the User Portal alike.
        let other = enter_by_passkey(world, &mut device).await;
        let here = crate::passkeys::user(world, &other).await;
        let other = account.change_password(&here, NEW, THIRD).await.expect("changed");
        assert!(world.directory.sessions().administrator(&token, origin(), true).await.is_err());
        crate::passkeys::user(world, &other).await;
        told(world, &mut seen).await;
        let new = NewPassword { password: NEW.into(), must_change: false };
        world.directory.users().set_password(&grace, ada, &new).await.expect("set");
        world.directory.users().reset_totp(&grace, &crate::user_access::these(&[ada])).await.expect("reset");
        assert_eq!(told(world, &mut seen).await, [
            "user_password_set: password set→changed",
            "admin_password_change: password set→changed",
            "admin_totp_disable: totp set up→, recoveryCodes 10→0",
            "user_totp_reset: totp set up→, recoveryCodes 10→0",
        ]);
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        let of_her = events.iter().filter(|one| one.event.resource.as_ref().is_some_and(|party| party.id == Some(id)));
        assert!(of_her.clone().any(|one| one.event.message.contains("with the user")));
        // No secret is in any of it.
        let text = serde_json::to_string(&events).expect("JSON");
        for secret in [PASSWORD, NEW, THIRD, "argon2"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
}

/// A session of Ada's in the User Portal.
async fn enter_by_passkey(world: &World, device: &mut Device) -> directory::Token {
    let asked = world.directory.sign_in().start_passkey(&visitor(), Principal::User).await.expect("begun");
    let answer = device.show(&asked);
    match world.directory.sign_in().passkey(&visitor(), Principal::User, &answer).await {
        Ok(directory::SignedIn::Full(token)) => token,
        other => panic!("{other:?}"),
    }
}
