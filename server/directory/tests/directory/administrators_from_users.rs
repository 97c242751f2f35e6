//! Administrators made from users: one person, one password, one set of factors.

use std::time::Duration;

use directory::{Actor, SignedIn, Stage, Token};
use model::administrator::{AdministratorForm, AdministratorStatus};
use model::user::{MfaRequirement, NewPassword, Notify, Selection, UserPatch, UserUpdate};
use model::{DefaultRole, ErrorCode, Id, PasswordPolicy, Principal};

use crate::administrators::{id_of, update_of};
use crate::administrators_life::form_of;
use crate::passkeys::{Device, user, with_passkey};
use crate::raw::{messages, rows, run};
use crate::signing_in::code_of;
use crate::user_access::{refusals, these};
use crate::world::{PASSWORD, World, origin, visitor};

const WITH_BILLING: DefaultRole = DefaultRole::AdministratorWithBilling;
const ADMIN: Principal = Principal::Administrator;
const NEW: &str = "granite-otter-lantern-4";

fn named(role: DefaultRole) -> AdministratorForm {
    AdministratorForm { email: String::new(), ..form_of("Ada", role) }
}

/// Ada, an Active user with a passkey, and the administrator that was made from her.
pub async fn linked(world: &World, grace: &Actor, role: DefaultRole) -> (Id, Id, Token, Device) {
    let (user, token, device) = with_passkey(world, grace, "ada").await;
    let made = world.directory.administrators().create_from_user(grace, user, &named(role)).await;
    (user, made.expect("made"), token, device)
}

pub async fn password(world: &World, principal: Principal, password: &str) -> directory::Result<SignedIn> {
    world.directory.sign_in().password(&visitor(), principal, "ada@example.org", password).await
}

/// Signs Ada in at the Admin Portal with her user's password and passkey.
pub async fn enter(world: &World, device: &mut Device) -> Token {
    let Ok(SignedIn::Step(Stage::Challenge, step)) = password(world, ADMIN, PASSWORD).await else {
        panic!("no challenge")
    };
    let sign_in = world.directory.sign_in();
    let factors = sign_in.factors(&visitor(), ADMIN, &step).await.expect("told");
    assert!(factors.passkeys && !factors.totp);
    let answer = device.show(&sign_in.start_challenge(&visitor(), ADMIN, &step).await.expect("begun"));
    match sign_in.challenge_passkey(&visitor(), ADMIN, &step, &answer).await {
        Ok(SignedIn::Full(token)) => token,
        other => panic!("{other:?}"),
    }
}

async fn is_in(world: &World, token: &Token) -> bool {
    world.directory.sessions().administrator(token, origin(), true).await.is_ok()
}

both! {
    async fn who_can_become_one(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let why = async |user: Id| {
            let problem = world.problem(admins.create_from_user(&grace, user, &named(DefaultRole::Manager)).await);
            problem.fault("user").map_or_else(|| problem.to_string(), str::to_owned)
        };
        let (ada, _, _) = with_passkey(world, &grace, "ada").await;
        let pat = world.user(&grace, "pat").await;
        assert_eq!(why(pat).await, "Pat has no password yet.");
        let bob = world.user_with_password(&grace, "bob").await;
        assert_eq!(why(bob).await, "Bob has not set up a second factor.");
        assert!(why(Id::from([9; 12])).await.contains("no such user"));
        for (set, told) in [
            ("state = 'SUSPENDED'", "is not Active"),
            ("state = 'STAGED'", "is not Active"),
            ("locked_until = 9223372036854775807", "is locked out"),
            ("password_expires_at = 1", "has expired"),
            ("password_must_change = (1 = 1)", "must be changed"),
        ] {
            run(world, &format!("UPDATE users SET {set} WHERE username = 'ada'")).await;
            assert!(why(ada).await.contains(told), "{set}");
            run(world, "UPDATE users SET state = 'ACTIVATED', locked_until = NULL, password_expires_at = NULL,
                password_must_change = (1 = 0)").await;
        }
        let faulty = world.problem(admins.create_from_user(&grace, ada, &AdministratorForm::default()).await);
        assert!(faulty.fault("role").is_some() && faulty.fault("email").is_none(), "{faulty}");
        admins.create_from_user(&grace, ada, &named(DefaultRole::Manager)).await.expect("made");
        assert_eq!(why(ada).await, "Ada is an administrator already.");
        world.administrator("bob", DefaultRole::ReadOnly).await;
        let (_, _, _) = with_passkey(world, &grace, "cy").await;
        world.administrator("cy", DefaultRole::ReadOnly).await;
        let cy = world.directory.users().list(&grace, &model::ListQuery { search: "cy".into(), ..Default::default() }).await.expect("a list").rows[0].id;
        assert!(why(cy).await.contains("already"), "another administrator has that email");
        let told: Vec<_> = messages(world).await.into_iter().filter(|message| message.starts_with("admin")).collect();
        assert_eq!(told, ["admin_appointed ada@example.org"], "there is nothing to be invited to");
    }
}

both! {
    async fn the_users_password_and_factors_open_the_admin_portal(world) {
        let grace = world.grace().await;
        let (user_id, id, user_token, mut device) = linked(world, &grace, DefaultRole::Manager).await;
        let token = enter(world, &mut device).await;
        let ada = world.actor(&token).await;
        world.directory.account().me(&ada).await.expect("Ada");
        let details = world.directory.administrators().read(&grace, id).await.expect("details");
        assert_eq!((details.status, details.user.map(|user| user.id), details.passkey_enrolled), (AdministratorStatus::Active, Some(user_id), true));
        let filter = model::ListQuery { filters: vec![model::Filter::is("mfa", ["true"])], ..Default::default() };
        assert_eq!(world.directory.administrators().list(&grace, &filter).await.expect("a list").rows.len(), 1);
        // The passkey alone opens it, too.
        let asked = world.directory.sign_in().start_passkey(&visitor(), ADMIN).await.expect("begun");
        let answer = device.show(&asked);
        let alone = world.directory.sign_in().passkey(&visitor(), ADMIN, &answer).await;
        assert!(matches!(alone, Ok(SignedIn::Full(_))), "{alone:?}");

        // One's own account in the Admin Portal is the user's: its rules, its factors.
        let account = world.directory.account();
        let enrollment = account.start_totp(&ada).await.expect("begun");
        let (led, codes) = account.finish_totp(&ada, &code_of(world, &enrollment.secret)).await.expect("finished");
        assert!(codes.is_empty(), "the passkey brought them");
        let SignedIn::Full(token) = led else { panic!("another step") };
        assert!(world.directory.sessions().user(&user_token, origin(), true).await.is_err(), "the user's sessions end with it");
        let ada = world.actor(&token).await;
        let own = account.security(&ada).await.expect("read");
        assert!(own.totp.is_some() && own.passkeys.len() == 1 && own.username == "ada");
        let weak = account.change_password(&ada, PASSWORD, "short").await;
        assert!(world.problem(weak).fault("password").is_some());
        let token = account.change_password(&ada, PASSWORD, NEW).await.expect("changed");
        assert!(is_in(world, &token).await);
        assert!(password(world, Principal::User, NEW).await.is_ok() && password(world, ADMIN, PASSWORD).await.is_err());
        assert!(!device.kept.is_empty() && !rows(world, "SELECT kind, principal FROM credentials").await.contains(&"password administrator ada".to_owned()));
        assert_eq!(rows(world, "SELECT kind, principal FROM credentials WHERE principal = 'administrator'").await, ["password administrator"], "Grace's alone");
    }
}

both! {
    /// Whatever ends a user's sessions ends them at the Admin Portal, with the next request.
    async fn what_the_user_loses_the_administrator_loses(world) {
        let grace = world.grace().await;
        let (ada, id, _, mut device) = linked(world, &grace, DefaultRole::Manager).await;
        let users = world.directory.users();
        let admins = world.directory.administrators();
        let token = enter(world, &mut device).await;
        users.suspend(&grace, &these(&[ada])).await.expect("suspended");
        assert!(!is_in(world, &token).await);
        assert!(password(world, ADMIN, PASSWORD).await.is_err());
        assert_eq!(admins.read(&grace, id).await.expect("details").status, AdministratorStatus::Suspended);
        let (_, version) = id_of(world, "ada").await;
        let refused = world.problem(admins.set_suspended(&grace, id, version, false).await);
        assert!(refused.message.contains("activate the user"), "{refused}");
        users.activate(&grace, &these(&[ada]), &Notify::Nobody).await.expect("activated");

        let token = enter(world, &mut device).await;
        let new = NewPassword { password: NEW.into(), must_change: true };
        users.set_password(&grace, ada, &new).await.expect("set");
        assert!(!is_in(world, &token).await);
        let new = NewPassword { password: PASSWORD.into(), must_change: false };
        users.set_password(&grace, ada, &new).await.expect("set");

        // Suspending, ending sessions and deleting the administrator leave the user alone.
        let token = enter(world, &mut device).await;
        let of_user = device_session(world, &mut device).await;
        admins.end_sessions(&grace, id).await.expect("ended");
        assert!(!is_in(world, &token).await);
        let (_, version) = id_of(world, "ada").await;
        admins.set_suspended(&grace, id, version, true).await.expect("suspended");
        assert!(password(world, ADMIN, PASSWORD).await.is_err());
        admins.delete(&grace, &[id]).await.expect("deleted");
        user(world, &of_user).await;
        assert!(password(world, Principal::User, PASSWORD).await.is_ok());
        assert!(password(world, ADMIN, PASSWORD).await.is_err());
    }
}

/// A session of Ada's in the User Portal.
async fn device_session(world: &World, device: &mut Device) -> Token {
    let asked = world.directory.sign_in().start_passkey(&visitor(), Principal::User).await.expect("begun");
    let answer = device.show(&asked);
    match world.directory.sign_in().passkey(&visitor(), Principal::User, &answer).await {
        Ok(SignedIn::Full(token)) => token,
        other => panic!("{other:?}"),
    }
}

both! {
    async fn deleting_the_user_deletes_the_administrator_and_restoring_does_not_bring_it_back(world) {
        let grace = world.grace().await;
        let (ada, _, _, mut device) = linked(world, &grace, WITH_BILLING).await;
        let token = enter(world, &mut device).await;
        let users = world.directory.users();
        let outcomes = users.delete(&grace, &these(&[ada])).await.expect("deleted");
        assert_eq!(refusals(&outcomes), ["done"]);
        assert!(!is_in(world, &token).await);
        assert_eq!(rows(world, "SELECT email, role FROM administrators").await.len(), 1);
        users.restore(&grace, &[ada]).await.expect("restored");
        users.activate(&grace, &these(&[ada]), &Notify::Nobody).await.expect("activated");
        assert!(password(world, ADMIN, PASSWORD).await.is_err());
        assert_eq!(rows(world, "SELECT email, role FROM administrators").await.len(), 1);
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        let deleted = events.iter().find(|one| one.event.event_type.as_str() == "admin_delete").expect("told");
        assert!(deleted.event.message.contains("with the user"));
    }
}

both! {
    async fn the_email_is_the_users(world) {
        let grace = world.grace().await;
        let (ada, id, _, _) = linked(world, &grace, DefaultRole::Manager).await;
        let admins = world.directory.administrators();
        let mut update = update_of(world, id).await;
        update.form.email = "other@example.org".into();
        let refused = world.problem(admins.update(&grace, &update).await);
        assert!(refused.fault("email").is_some_and(|why| why.contains("user")), "{refused}");
        let change = async |email: &str| {
            let user = world.directory.users().read(&grace, ada).await.expect("Ada");
            let form = model::user::UserForm { email: email.into(), ..user.form };
            world.directory.users().update(&grace, &UserUpdate { id: ada, version: user.version, form }).await
        };
        let taken = world.problem(change("grace@example.org").await);
        assert!(taken.fault("email").is_some(), "{taken}");
        change("countess@example.org").await.expect("changed");
        let details = admins.read(&grace, id).await.expect("details");
        assert_eq!(details.email.as_str(), "countess@example.org");
        assert_eq!(id_of(world, "countess").await.0, id, "found by it");
        let sign_in = world.directory.sign_in().password(&visitor(), ADMIN, "countess@example.org", PASSWORD).await;
        assert!(matches!(sign_in, Ok(SignedIn::Step(Stage::Challenge, _))));
    }
}

both! {
    /// Nobody comes to an administrator's power by way of the user, whatever they may do to users.
    async fn no_detour_by_way_of_the_user(world) {
        let grace = world.grace().await;
        let (ada, id, _, _) = linked(world, &grace, WITH_BILLING).await;
        let users = world.directory.users();
        let passkey = world.directory.users().read(&grace, ada).await.expect("Ada").passkeys[0].id;
        for role in [DefaultRole::Administrator, DefaultRole::Manager] {
            let who = world.administrator(&role.as_str().to_lowercase(), role).await;
            let new = NewPassword { password: NEW.into(), must_change: false };
            assert_eq!(world.code(users.set_password(&who, ada, &new).await), ErrorCode::Forbidden);
            assert_eq!(world.code(users.remove_passkey(&who, ada, passkey).await), ErrorCode::Forbidden);
            let read = users.read(&who, ada).await.expect("Ada");
            let form = model::user::UserForm { email: "mine@example.org".into(), ..read.form };
            let update = UserUpdate { id: ada, version: read.version, form };
            assert_eq!(world.code(users.update(&who, &update).await), ErrorCode::Forbidden);
            let all = these(&[ada]);
            let mfa = MfaRequirement::Remove;
            for outcomes in [
                users.delete(&who, &all).await,
                users.suspend(&who, &all).await,
                users.send_activation_email(&who, &all, &Notify::Default).await,
                users.send_password_reset(&who, &all).await,
                users.force_password_change(&who, &all).await,
                users.reset_totp(&who, &all).await,
                users.change_mfa(&who, &all, mfa).await,
                users.unlock(&who, &all).await,
            ] {
                let outcomes = outcomes.expect("answered");
                assert!(outcomes[0].refused.as_deref().is_some_and(|why| why.contains("may do more than you")), "{outcomes:?}");
            }
        }
        assert_eq!(world.directory.administrators().read(&grace, id).await.expect("details").status, AdministratorStatus::Active);
    }
}

both! {
    /// What one's own account asks a password for is not had without it by way of one's own user; and a
    /// program, which proves none, opens no administrator's account for anybody.
    async fn nobody_goes_around_an_account_that_asks_for_its_password(world) {
        let grace = world.grace().await;
        let (ada, _, _, mut device) = linked(world, &grace, DefaultRole::Manager).await;
        let token = enter(world, &mut device).await;
        let me = world.directory.sessions().administrator(&token, origin(), true).await.expect("Ada");
        let users = world.directory.users();
        let new = NewPassword { password: NEW.into(), must_change: false };
        let refused = world.problem(users.set_password(&me, ada, &new).await);
        assert!(refused.code == ErrorCode::Forbidden && refused.message.contains("is you"), "{refused}");
        for outcomes in [users.reset_totp(&me, &these(&[ada])).await, users.change_mfa(&me, &these(&[ada]), MfaRequirement::Remove).await] {
            assert!(outcomes.expect("answered")[0].refused.is_some());
        }
        let read = users.read(&me, ada).await.expect("Ada");
        assert!(read.guarded.is_some(), "and it is said before");
        let form = model::user::UserForm { email: "mine@example.org".into(), ..read.form.clone() };
        let update = UserUpdate { id: ada, version: read.version, form: form.clone() };
        assert_eq!(world.code(users.update(&me, &update).await), ErrorCode::Forbidden);

        let (max, key) = crate::api_keys::max(world, &grace, WITH_BILLING).await;
        let program = crate::api_keys::show(world, &key).await.expect("Max's program");
        let patch = UserPatch { id: ada, versions: None, base: read.form.clone(), form, state: None, state_alone: false };
        let refused = world.problem(users.patch(&program, &patch).await);
        assert!(refused.code == ErrorCode::Forbidden && refused.message.contains("no API key changes"), "{refused}");
        users.patch(&max, &patch).await.expect("a person who manages administrators may");
    }
}

both! {
    /// With the last Administrator With Billing made from a user, that user cannot go either.
    async fn the_last_one_is_not_lost_by_way_of_the_user(world) {
        let grace = world.grace().await;
        let (ada, id, _, mut device) = linked(world, &grace, WITH_BILLING).await;
        let own = id_of(world, "grace").await.0;
        let by_ada = world.actor(&enter(world, &mut device).await).await;
        world.directory.administrators().delete(&by_ada, &[own]).await.expect("deleted");
        let (users, system) = (world.directory.users(), world.system());
        assert_eq!(world.code(users.delete(&system, &these(&[ada])).await), ErrorCode::LastAdministrator);
        assert_eq!(world.code(users.suspend(&system, &these(&[ada])).await), ErrorCode::LastAdministrator);
        assert_eq!(world.code(world.directory.administrators().delete(&system, &[id]).await), ErrorCode::LastAdministrator);
        for outcomes in [users.delete(&by_ada, &these(&[ada])).await, users.suspend(&by_ada, &these(&[ada])).await] {
            let outcomes = outcomes.expect("answered");
            assert!(outcomes[0].refused.as_deref().is_some_and(|why| why.starts_with("is you")), "{outcomes:?}");
        }
        // A lock that waits for an administrator opens by itself where there is nobody to open it.
        let policy = PasswordPolicy { unlock_minutes: None, ..PasswordPolicy::default() };
        crate::policy::save(world, &system, &policy).await;
        for _ in 0..6 {
            drop(password(world, ADMIN, "wrong").await);
        }
        assert!(!is_in(world, &enter_later(world).await).await, "locked: sessions end");
        assert_eq!(world.directory.administrators().read(&system, id).await.expect("details").status, AdministratorStatus::Locked);
        world.wait(Duration::from_mins(16));
        enter(world, &mut device).await;
    }
}

/// A token that opens nothing.
async fn enter_later(world: &World) -> Token {
    assert!(password(world, ADMIN, PASSWORD).await.is_err(), "even the right password");
    Token::presented("none")
}

both! {
    /// Two administrators delete each other's users in the same moment: one of them remains.
    async fn deleting_each_others_users_leaves_one(world) {
        let grace = world.grace().await;
        let mut pair = Vec::new();
        for name in ["ada", "bea"] {
            let (user, _, mut device) = with_passkey(world, &grace, name).await;
            world.directory.administrators().create_from_user(&grace, user, &named(WITH_BILLING)).await.expect("made");
            let asked = world.directory.sign_in().start_passkey(&visitor(), ADMIN).await.expect("begun");
            let Ok(SignedIn::Full(token)) = world.directory.sign_in().passkey(&visitor(), ADMIN, &device.show(&asked)).await else { panic!("not in") };
            pair.push((user, world.actor(&token).await));
        }
        let own = id_of(world, "grace").await.0;
        world.directory.administrators().delete(&pair[0].1, &[own]).await.expect("deleted");
        let delete = |by: &Actor, whom: Id| {
            let (directory, by) = (world.directory.clone(), by.clone());
            tokio::spawn(async move { directory.users().delete(&by, &Selection::These(vec![whom])).await.is_ok() })
        };
        let (one, other) = (delete(&pair[0].1, pair[1].0), delete(&pair[1].1, pair[0].0));
        let done = [one.await.expect("no panic"), other.await.expect("no panic")];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
        assert_eq!(rows(world, "SELECT email, role FROM administrators").await.len(), 1);
    }
}

both! {
    /// Guesses at either door count for the one password; the answers are those of any administrator.
    async fn guesses_count_at_both_doors(world) {
        let grace = world.grace().await;
        let (ada, id, session, _) = linked(world, &grace, DefaultRole::Manager).await;
        let policy = PasswordPolicy { max_attempts: Some(4), unlock_minutes: Some(60), ..PasswordPolicy::default() };
        crate::policy::save(world, &grace, &policy).await;
        for tries in 0..5 {
            let told = world.problem(password(world, ADMIN, "wrong").await);
            assert_eq!(told.code, ErrorCode::Invalid, "{tries}: as for anybody");
        }
        let told = world.problem(password(world, ADMIN, "wrong").await);
        assert!(told.code == ErrorCode::TooMany && told.message.contains("15 minutes"), "{told}");
        assert!(world.directory.sessions().user(&session, origin(), true).await.is_err(), "the user is locked");
        assert!(messages(world).await.contains(&"lockout ada@example.org".to_owned()));
        let users = world.directory.users();
        assert!(users.read(&grace, ada).await.expect("Ada").password.locked_until.is_some());
        world.directory.administrators().unlock(&grace, id).await.expect("unlocked");
        assert!(matches!(password(world, ADMIN, PASSWORD).await, Ok(SignedIn::Step(Stage::Challenge, _))));
    }
}

both! {
    async fn what_was_forgotten_is_the_users_too(world) {
        let grace = world.grace().await;
        let (_, id, _, _) = linked(world, &grace, DefaultRole::Manager).await;
        let admins = world.directory.administrators();
        for refused in [admins.send_password_reset(&grace, id).await, admins.send_totp_reset(&grace, id).await, admins.invite(&grace, id).await] {
            let refused = world.problem(refused);
            assert!(refused.code == ErrorCode::Conflict && refused.message.contains("of their user"), "{refused}");
        }
        admins.forgot_password(&visitor(), "ada@example.org").await.expect("asked");
        world.directory.settled().await;
        assert_eq!(messages(world).await, ["admin_appointed ada@example.org", "password_reset ada@example.org"]);
        admins.reset(&world.system(), "ada@example.org", NEW).await.expect("reset");
        let led = password(world, ADMIN, NEW).await;
        assert!(matches!(led, Ok(SignedIn::Step(Stage::Enroll, _))), "the second factor went, too: {led:?}");
        assert!(password(world, Principal::User, NEW).await.is_ok());
    }
}
