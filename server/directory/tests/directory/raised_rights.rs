//! An administrator made from a user gets more rights. What others began against the account, while they
//! were allowed to, ends then; and the account must be as safe as one that becomes an administrator's.

use directory::{Actor, LinkFor, SignedIn, Stage, Token};
use model::role::CustomRoleForm;
use model::user::NewPassword;
use model::{DefaultRole, ErrorCode, Id, Principal, Scope, Scopes};

use crate::administrators::{id_of, set_role, update_of};
use crate::administrators_from_users::{linked, password};
use crate::administrators_life::form_of;
use crate::custom_roles::{change_of, form, give};
use crate::passkeys::{user, with_passkey};
use crate::raw::{rows, run};
use crate::user_access::{refusals, these};
use crate::world::{PASSWORD, World, visitor};

const WITH_BILLING: DefaultRole = DefaultRole::AdministratorWithBilling;
const MINE: &str = "granite-otter-lantern-4";

/// A link to a new password of this user, which a Manager has sent and read.
async fn read_link(world: &World, manager: &Actor, of: Id) -> Token {
    let users = world.directory.users();
    let sent = users.send_password_reset(manager, &these(&[of])).await.expect("answered");
    assert_eq!(refusals(&sent), ["done"]);
    let query = model::ListQuery::default();
    let rows = world.directory.mail().list(manager, &query).await.expect("the outbox").page.rows;
    let message = rows.iter().find(|row| row.kind.as_str() == "password_reset").expect("a message");
    let address = world.directory.mail().read_link(manager, message.id).await.expect("a link");
    Token::presented(address.split_once("token=").expect("a token").1)
}

async fn set_by(world: &World, link: &Token) -> directory::Result<()> {
    let portal = world.directory.portal();
    portal.set_password_by_link(&visitor(), LinkFor::PasswordReset, link, MINE).await
}

async fn raise(world: &World, by: &Actor, id: Id, role: DefaultRole) -> directory::Result<()> {
    let version = update_of(world, id).await.version;
    set_role(world, by, (id, version), role).await
}

/// A custom role of those who only read, and how to make it larger.
async fn small_role(world: &World, grace: &Actor) -> Id {
    let small = CustomRoleForm { scopes: Scopes::of(&[Scope::UsersReadonly]), ..form("Small") };
    world.directory.roles().create(grace, &small).await.expect("made")
}

async fn enlarge(world: &World, by: &Actor, role: Id) -> directory::Result<()> {
    let mut update = change_of(world, role).await;
    update.form.scopes = Scopes::of(&[Scope::Users, Scope::Billing]);
    world.directory.roles().update(by, &update).await
}

both! {
    async fn a_link_that_was_read_before_opens_nothing_after_a_larger_role(world) {
        let grace = world.grace().await;
        let manager = world.administrator("max", DefaultRole::Manager).await;
        let (ada, id, _, _) = linked(world, &grace, DefaultRole::ReadOnly).await;
        let link = read_link(world, &manager, ada).await;
        raise(world, &grace, id, WITH_BILLING).await.expect("raised");
        assert_eq!(world.code(set_by(world, &link).await), ErrorCode::Gone);
        assert!(password(world, Principal::User, PASSWORD).await.is_ok(), "nothing was changed");
        let refused = world.directory.users().send_password_reset(&manager, &these(&[ada])).await.expect("answered");
        assert!(refusals(&refused)[0].contains("who may do more than you"));
    }
}

both! {
    async fn nor_after_the_custom_role_was_enlarged(world) {
        let grace = world.grace().await;
        let manager = world.administrator("max", DefaultRole::Manager).await;
        let (ada, _, _, _) = linked(world, &grace, DefaultRole::ReadOnly).await;
        let role = small_role(world, &grace).await;
        give(world, &grace, "ada", role).await.expect("given");
        let link = read_link(world, &manager, ada).await;
        enlarge(world, &grace, role).await.expect("enlarged");
        assert_eq!(world.code(set_by(world, &link).await), ErrorCode::Gone);
    }
}

both! {
    async fn nor_after_the_user_was_made_an_administrator(world) {
        let grace = world.grace().await;
        let manager = world.administrator("max", DefaultRole::Manager).await;
        let (ada, _, _) = with_passkey(world, &grace, "ada").await;
        let link = read_link(world, &manager, ada).await;
        let new = model::administrator::AdministratorForm { email: String::new(), ..form_of("Ada", WITH_BILLING) };
        world.directory.administrators().create_from_user(&grace, ada, &new).await.expect("made");
        assert_eq!(world.code(set_by(world, &link).await), ErrorCode::Gone);
        let gone = rows(world, "SELECT kind, state FROM messages WHERE kind = 'password_reset'").await;
        assert_eq!(gone, ["password_reset lapsed"]);
    }
}

both! {
    /// As the Manager would go on without any link.
    async fn nobody_is_raised_whose_factor_was_taken_away(world) {
        let grace = world.grace().await;
        let manager = world.administrator("max", DefaultRole::Manager).await;
        let (ada, id, _, _) = linked(world, &grace, DefaultRole::ReadOnly).await;
        let role = small_role(world, &grace).await;
        run(world, "UPDATE users SET totp_enrolled = (1 = 0), mfa_enrolled = (1 = 0)").await;
        let problem = world.problem(raise(world, &grace, id, WITH_BILLING).await);
        assert!(problem.fault("role").is_some_and(|why| why.contains("has not set up a second factor")), "{problem:?}");
        give(world, &grace, "ada", role).await.expect("less is given to anybody");
        let problem = world.problem(enlarge(world, &grace, role).await);
        assert_eq!(problem.code, ErrorCode::Conflict);
        assert!(problem.message.starts_with("Ada Admin has this role and has not set up"), "{problem:?}");
        let scopes = change_of(world, role).await.form.scopes;
        assert_eq!(scopes, Scopes::of(&[Scope::UsersReadonly]), "nothing was changed");
        assert!(world.directory.users().read(&manager, ada).await.is_ok());
    }
}

both! {
    async fn nobody_is_raised_whose_password_somebody_else_set(world) {
        let grace = world.grace().await;
        let manager = world.administrator("max", DefaultRole::Manager).await;
        let (ada, id, token, _) = linked(world, &grace, DefaultRole::ReadOnly).await;
        let why = async || {
            let problem = world.problem(raise(world, &grace, id, WITH_BILLING).await);
            problem.fault("role").map_or_else(|| problem.to_string(), str::to_owned)
        };
        let new = NewPassword { password: MINE.into(), must_change: false };
        world.directory.users().set_password(&manager, ada, &new).await.expect("they hold as much");
        assert!(why().await.contains("password that an administrator knows"));
        drop(token);

        // Set by a link that an administrator read, it is theirs just as well.
        let link = read_link(world, &manager, ada).await;
        world.directory.portal().set_password_by_link(&visitor(), LinkFor::PasswordReset, &link, "obsidian-kettle-plume-7").await.expect("set");
        assert!(why().await.contains("password that an administrator knows"));

        // Chosen by themselves, it is not.
        run(world, "UPDATE users SET mfa_required = (1 = 0), mfa_chosen = (1 = 0)").await;
        run(world, "DELETE FROM administrators WHERE user_id IS NOT NULL").await;
        let said = world.directory.sign_in().password(&visitor(), Principal::User, "ada", "obsidian-kettle-plume-7").await;
        let Ok(SignedIn::Full(token)) = said else { panic!("{said:?}") };
        let herself = user(world, &token).await;
        world.directory.account().change_password(&herself, "obsidian-kettle-plume-7", "velvet-anchor-cinder-3").await.expect("changed");
        let again = model::administrator::AdministratorForm { email: String::new(), ..form_of("Ada", WITH_BILLING) };
        world.directory.administrators().create_from_user(&grace, ada, &again).await.expect("made");
    }
}

both! {
    /// Somebody else may have begun it.
    async fn an_app_that_was_begun_before_is_not_finished_after(world) {
        let grace = world.grace().await;
        let (ada, id, token, _) = linked(world, &grace, DefaultRole::ReadOnly).await;
        let herself = user(world, &token).await;
        world.directory.account().start_totp(&herself).await.expect("begun");
        assert_eq!(rows(world, "SELECT kind, principal FROM credentials WHERE kind = 'totp'").await.len(), 1);
        raise(world, &grace, id, DefaultRole::Manager).await.expect("raised");
        assert!(rows(world, "SELECT kind, principal FROM credentials WHERE kind = 'totp'").await.is_empty());
        assert!(world.directory.users().read(&grace, ada).await.is_ok());
    }
}

both! {
    async fn who_was_invited_to_less_is_invited_anew(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        admins.create(&grace, &form_of("Ida", DefaultRole::ReadOnly)).await.expect("invited");
        let message = world.directory.mail().list(&grace, &model::ListQuery::default()).await.expect("the outbox").page.rows[0].id;
        let address = world.directory.mail().read_link(&grace, message).await.expect("a link");
        let link = Token::presented(address.split_once("token=").expect("a token").1);
        let (id, _) = id_of(world, "ida").await;
        raise(world, &grace, id, DefaultRole::Manager).await.expect("raised");
        let old = admins.set_password_by_link(&visitor(), LinkFor::Activation, &link, MINE).await;
        assert_eq!(world.code(old), ErrorCode::Gone);
        let sent = rows(world, "SELECT kind, state FROM messages WHERE kind = 'admin_invitation' ORDER BY state").await;
        assert_eq!(sent, ["admin_invitation lapsed", "admin_invitation waiting"]);
    }
}

both! {
    /// With fewer rights nothing is asked, and the way in stays as it was.
    async fn fewer_rights_ask_for_nothing(world) {
        let grace = world.grace().await;
        let (_, id, _, _) = linked(world, &grace, DefaultRole::Manager).await;
        run(world, "UPDATE users SET password_given = (1 = 1)").await;
        raise(world, &grace, id, DefaultRole::ReadOnly).await.expect("lowered");
        let step = password(world, Principal::Administrator, PASSWORD).await;
        assert!(matches!(step, Ok(SignedIn::Step(Stage::Challenge, _))), "{step:?}");
    }
}
