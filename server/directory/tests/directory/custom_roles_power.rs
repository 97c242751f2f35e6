//! What custom roles let nobody do: become more than they are.

use directory::{Actor, Token};
use model::role::{CustomRoleForm, CustomRoleUpdate, on_offer};
use model::user::{NewPassword, UserUpdate};
use model::{DefaultRole, ErrorCode, Id, Principal, Scope, Scopes};

use crate::administrators::{id_of, update_of};
use crate::administrators_life::form_of;
use crate::api_keys::{max, reads, show, suspension};
use crate::custom_roles::{change_of, form, give};
use crate::passkeys::with_passkey;
use crate::raw::{messages, run};
use crate::user_access::{read, refusals, these};
use crate::world::{PASSWORD, World, origin, visitor};

const WITH_BILLING: DefaultRole = DefaultRole::AdministratorWithBilling;

/// A role that holds these, and an administrator who has it, signed in.
pub async fn account(world: &World, grace: &Actor, name: &str, scopes: Scopes) -> (Id, Token) {
    let role = CustomRoleForm { scopes, ..form(&format!("Role of {name}")) };
    let role = world.directory.roles().create(grace, &role).await.expect("made");
    let mut new = form_of(name, DefaultRole::ReadOnly);
    new.role = role.to_string();
    world.directory.administrators().add(&world.system(), &new, PASSWORD).await.expect("added");
    let email = format!("{name}@example.org");
    let sign_in = world.directory.sign_in();
    match sign_in.password(&visitor(), Principal::Administrator, &email, PASSWORD).await.expect("signed in") {
        directory::SignedIn::Full(token) => (role, token),
        directory::SignedIn::Step(..) => panic!("no factor was enrolled"),
    }
}

async fn set_scopes(world: &World, by: &Actor, role: Id, scopes: Scopes) -> directory::Result<()> {
    let mut update = change_of(world, role).await;
    update.form.scopes = scopes;
    world.directory.roles().update(by, &update).await
}

both! {
    /// A changed role holds from the next request on, and for what is under way; nobody is signed out.
    async fn a_changed_role_holds_at_once(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada.lovelace").await;
        let sees = Scopes::of(&[Scope::UsersReadonly]);
        let (role, token) = account(world, &grace, "nina", sees.and(&[Scope::UsersStateSuspend])).await;
        let before = world.actor(&token).await;
        assert!(before.role().is_some_and(|role| role.name == "Role of nina"));
        set_scopes(world, &grace, role, sees).await.expect("less");
        let users = world.directory.users();
        let under_way = world.problem(users.suspend(&before, &these(&[ada])).await);
        assert_eq!(under_way.code, ErrorCode::Forbidden);
        assert_eq!(under_way.message, "Your role is Role of nina, which does not allow this.");
        let next = world.actor(&token).await;
        let refused = world.problem(users.suspend(&next, &these(&[ada])).await);
        assert_eq!(refused.code, ErrorCode::Forbidden);
        assert_eq!(refused.message, "Your role is Role of nina, which does not allow this.");
        set_scopes(world, &grace, role, Scopes::of(&[Scope::Users])).await.expect("more");
        users.suspend(&world.actor(&token).await, &these(&[ada])).await.expect("suspended");
        set_scopes(world, &grace, role, Scopes::of(&[Scope::Billing])).await.expect("nothing of people");
        let query = model::ListQuery::default();
        assert_eq!(world.code(users.list(&world.actor(&token).await, &query).await), ErrorCode::Forbidden);
    }
}

both! {
    async fn what_manages_administrators_cannot_be_put_into_a_role(world) {
        let grace = world.grace().await;
        let roles = world.directory.roles();
        let id = roles.create(&grace, &form("Night shift")).await.expect("made");
        for scope in [Scope::Administrators, Scope::Roles] {
            let scopes = Scopes::of(&[scope, Scope::UsersReadonly]);
            let refused = world.problem(roles.create(&grace, &CustomRoleForm { scopes, ..form("Sly") }).await);
            assert!(refused.fault("scopes").is_some_and(|why| why.contains("Administrator With Billing alone")), "{refused}");
            let refused = world.problem(set_scopes(world, &grace, id, scopes).await);
            assert!(refused.fault("scopes").is_some(), "{refused}");
        }
        assert_eq!(roles.list(&grace).await.expect("a list").len(), 1);
    }
}

both! {
    /// Whoever is no Administrator With Billing changes no role, their own least of all, whatever they send.
    async fn who_may_do_what(world) {
        let grace = world.grace().await;
        let roles = world.directory.roles();
        let (own, token) = account(world, &grace, "nina", on_offer()).await;
        let all = world.actor(&token).await;
        let mut actors = vec![("a custom role with all that is on offer", true, all.clone())];
        for (number, role) in DefaultRole::ALL.iter().enumerate().filter(|(_, role)| **role != WITH_BILLING) {
            let sees = role.scopes().has(Scope::RolesReadonly);
            actors.push((role.as_str(), sees, world.administrator(&format!("who{number}"), *role).await));
        }
        for (name, sees, who) in &actors {
            let update = change_of(world, own).await;
            assert_eq!(world.code(roles.create(who, &form("New")).await), ErrorCode::Forbidden, "{name}");
            assert_eq!(world.code(roles.update(who, &update).await), ErrorCode::Forbidden, "{name}");
            assert_eq!(world.code(roles.delete(who, own).await), ErrorCode::Forbidden, "{name}");
            assert_eq!((roles.list(who).await.is_ok(), roles.read(who, own).await.is_ok()), (*sees, *sees), "{name}");
        }
        // One's own role, by a forged request.
        let (nina, _) = id_of(world, "nina").await;
        let mut mine = update_of(world, nina).await;
        mine.form.role = WITH_BILLING.as_str().into();
        let admins = world.directory.administrators();
        assert_eq!(world.code(admins.update(&all, &mine).await), ErrorCode::Forbidden);
    }
}

both! {
    /// All that is on offer, billing included, is less than Administrator With Billing: whoever holds it can
    /// take over no user who is one.
    async fn billing_is_no_detour_to_power(world) {
        let grace = world.grace().await;
        let (ada, _, _) = with_passkey(world, &grace, "ada").await;
        let (cleo, _, _) = with_passkey(world, &grace, "cleo").await;
        let admins = world.directory.administrators();
        let with = |name: &str, role: String| model::administrator::AdministratorForm {
            email: String::new(), role, ..form_of(name, DefaultRole::ReadOnly)
        };
        admins.create_from_user(&grace, ada, &with("Ada", WITH_BILLING.to_string())).await.expect("made");
        let (_, token) = account(world, &grace, "nina", on_offer()).await;
        let helps = Scopes::of(&[Scope::UsersReadonly, Scope::UsersMfaReset, Scope::UsersPasswordSet]);
        let (small, little) = account(world, &grace, "otto", helps).await;
        let (nina, otto) = (world.actor(&token).await, world.actor(&little).await);
        let users = world.directory.users();
        let mut form = read(world, &grace, ada).await;
        form.form.email = "nina+ada@example.org".into();
        let update = UserUpdate { id: ada, version: form.version, form: form.form };
        let new = NewPassword { password: "granite-otter-lantern-4".into(), must_change: false };
        for refused in [
            users.update(&nina, &update).await.map(drop),
            users.set_password(&nina, ada, &new).await.map(drop),
        ] {
            assert_eq!(world.code(refused), ErrorCode::Forbidden);
        }
        for outcomes in [
            users.suspend(&nina, &these(&[ada])).await,
            users.reset_totp(&nina, &these(&[ada])).await,
            users.delete(&nina, &these(&[ada])).await,
        ] {
            let outcomes = outcomes.expect("answered");
            assert_eq!(refusals(&outcomes), ["is also an administrator (Administrator With Billing) who may do more than you"]);
        }
        // A custom role is guarded as any other: by what it holds.
        let night = world.directory.roles().create(&grace, &crate::custom_roles::form("Night shift")).await.expect("made");
        admins.create_from_user(&grace, cleo, &with("Cleo", night.to_string())).await.expect("made");
        assert!(world.problem(users.set_password(&otto, cleo, &new).await).message.contains("Night shift"));
        set_scopes(world, &grace, night, helps).await.expect("less");
        users.set_password(&world.actor(&little).await, cleo, &new).await.expect("they hold as much");
        set_scopes(world, &grace, small, Scopes::of(&[Scope::UsersReadonly])).await.expect("less");
    }
}

both! {
    /// Nobody but an Administrator With Billing keeps the organization from locking itself out.
    async fn no_custom_role_stands_in_for_the_last_administrator_with_billing(world) {
        let grace = world.grace().await;
        let (role, _) = account(world, &grace, "nina", on_offer()).await;
        let admins = world.directory.administrators();
        let (id, version) = id_of(world, "grace").await;
        let system = world.system();
        let suspended = admins.set_suspended(&system, id, version, true).await;
        assert_eq!(world.code(suspended), ErrorCode::LastAdministrator);
        assert_eq!(world.code(give(world, &system, "grace", role).await), ErrorCode::LastAdministrator);
        assert_eq!(world.code(admins.delete(&system, &[id]).await), ErrorCode::LastAdministrator);
        let own = world.problem(give(world, &grace, "grace", role).await);
        assert!(own.fault("role").is_some_and(|why| why.contains("own role")), "{own}");
        let homepage = world.directory.home().read(&grace, "UTC").await.expect("a page");
        assert!(format!("{:?}", homepage.attention).contains("Billing"), "a second one is recommended");
    }
}

both! {
    /// Those who may open a lock hear of it, those of them with a custom role too.
    async fn custom_roles_hear_of_locks(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        account(world, &grace, "nina", Scopes::of(&[Scope::UsersReadonly, Scope::UsersStateUnlock])).await;
        account(world, &grace, "otto", Scopes::of(&[Scope::UsersReadonly])).await;
        for _ in 0..8 {
            let tried = world.directory.sign_in().password(&visitor(), Principal::User, "ada", "wrong").await;
            drop(tried);
        }
        let told = messages(world).await;
        assert!(told.iter().any(|line| line == "admin_lockout_notice nina@example.org"), "{told:?}");
        assert!(!told.iter().any(|line| line.contains("otto")), "{told:?}");
    }
}

both! {
    /// What is kept of a role that this release does not know allows nothing.
    async fn a_scope_that_is_not_known_allows_nothing(world) {
        let grace = world.grace().await;
        let (role, token) = account(world, &grace, "nina", Scopes::of(&[Scope::UsersReadonly])).await;
        run(world, "UPDATE custom_roles SET scopes = 'users.everything users.readonly administrator'").await;
        let nina = world.directory.sessions().administrator(&token, origin(), true).await.expect("a session");
        assert!(nina.role().is_some_and(|role| role.scopes == Scopes::of(&[Scope::UsersReadonly])));
        let CustomRoleUpdate { form, .. } = change_of(world, role).await;
        assert_eq!(form.scopes, Scopes::of(&[Scope::UsersReadonly]));
    }
}

both! {
    /// A custom role that is changed is another role for the keys of those who have it, too.
    async fn a_key_follows_a_custom_role_as_it_is_changed(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada").await;
        let (_, key) = max(world, &grace, DefaultRole::Manager).await;
        let roles = world.directory.roles();
        let night = roles.create(&grace, &form("Night shift")).await.expect("made");
        give(world, &grace, "max", night).await.expect("given");
        assert_eq!(reads(world, &key).await.expect("read"), 1);
        let users = world.directory.users();
        let refused = world.problem(users.patch(&show(world, &key).await.expect("Max"), &suspension(ada)).await);
        assert_eq!(refused.message, "Your role is Night shift, which does not allow this.");
        let mut update = change_of(world, night).await;
        update.form.scopes = update.form.scopes.and(&[Scope::UsersStateSuspend, Scope::UsersPropertiesUpdate]);
        roles.update(&grace, &update).await.expect("changed");
        users.patch(&show(world, &key).await.expect("Max"), &suspension(ada)).await.expect("suspended");
        let mut update = change_of(world, night).await;
        update.form.scopes = Scopes::of(&[Scope::AdministratorsReadonly]);
        roles.update(&grace, &update).await.expect("changed");
        assert_eq!(world.code(reads(world, &key).await), ErrorCode::Forbidden);
    }
}
