//! The links that administrators are sent: to a first password, a new one, a new authenticator app.

use std::time::Duration;

use directory::{Actor, LinkFor, SignedIn, Stage, Token};
use model::administrator::AdministratorStatus;
use model::event::EventKind;
use model::{DefaultRole, ErrorCode, Id, Principal};

use crate::administrators::{id_of, update_of};
use crate::administrators_life::form_of;
use crate::passkeys::{Device, add};
use crate::raw::messages;
use crate::sending;
use crate::signing_in::{code_of, enroll};
use crate::world::{PASSWORD, World, origin, visitor};

const NEW: &str = "granite-otter-lantern-4";
const DAY: Duration = Duration::from_hours(24);

/// The link of the newest message, which leads to this page.
async fn link(world: &World, page: &str) -> Token {
    let message = sending::messages(world).await.into_iter().find(|message| message.kind.has_link());
    let id = message.expect("a message with a link").id;
    let address = world.directory.mail().read_link(&world.grace_again().await, id).await.expect("a link");
    let (to, token) = address.split_once("?token=").expect("a token");
    assert_eq!(to, format!("https://directory.example.org/admin/{page}"));
    Token::presented(token)
}

async fn set(world: &World, of: LinkFor, token: &Token, password: &str) -> directory::Result<()> {
    world.directory.administrators().set_password_by_link(&visitor(), of, token, password).await
}

async fn sign_in(world: &World, name: &str, password: &str) -> directory::Result<SignedIn> {
    let email = format!("{name}@example.org");
    world.directory.sign_in().password(&visitor(), Principal::Administrator, &email, password).await
}

async fn invited(world: &World, by: &Actor, name: &str) -> Id {
    let form = form_of(name, DefaultRole::Manager);
    world.directory.administrators().create(by, &form).await.expect("added")
}

both! {
    async fn the_invitation_sets_the_first_password_once(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let ada = invited(world, &grace, "ada").await;
        assert_eq!(messages(world).await, ["admin_invitation ada@example.org"]);
        assert_eq!(admins.read(&grace, ada).await.expect("details").status, AdministratorStatus::Invited);
        assert!(sign_in(world, "ada", PASSWORD).await.is_err());
        admins.forgot_password(&visitor(), "ada@example.org").await.expect("the same answer");
        world.directory.settled().await;
        assert_eq!(messages(world).await.len(), 1, "there is no password to be forgotten");
        let token = link(world, "invitation").await;
        for _ in 0..3 {
            let owner = admins.link(&visitor(), LinkFor::Activation, &token).await.expect("good");
            assert_eq!((owner.name.as_str(), owner.email.as_str()), ("ada Admin", "ada@example.org"));
        }
        for weak in ["short", "ada@example.org-1234", "aaaaaaaaaaaaaaaa", &"x".repeat(129)] {
            let refused = world.problem(set(world, LinkFor::Activation, &token, weak).await);
            assert!(refused.fault("password").is_some(), "{weak}");
        }
        for other in [LinkFor::PasswordReset, LinkFor::TotpReset] {
            assert_eq!(world.code(admins.link(&visitor(), other, &token).await), ErrorCode::Gone);
        }
        assert_eq!(world.code(world.directory.portal().link(&visitor(), LinkFor::Activation, &token).await), ErrorCode::Gone);
        set(world, LinkFor::Activation, &token, NEW).await.expect("set");
        let again = world.problem(set(world, LinkFor::Activation, &token, PASSWORD).await);
        assert!(again.code == ErrorCode::Gone && again.message.contains("used already"), "{again}");
        assert!(matches!(sign_in(world, "ada", NEW).await, Ok(SignedIn::Full(_))));
        let details = admins.read(&grace, ada).await.expect("details");
        assert!(details.status == AdministratorStatus::Active && !details.api_access);
        let refused = world.problem(admins.invite(&grace, ada).await);
        assert!(refused.code == ErrorCode::Conflict && refused.message.contains("has set a password already"), "{refused}");

        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        let told = serde_json::to_string(&events).expect("JSON");
        assert!(!told.contains(token.expose()) && !told.contains(NEW) && !told.contains("argon2"), "no secret is told");
        let kinds: Vec<_> = events.iter().map(|one| one.event.event_type).collect();
        for kind in [EventKind::AdminCreate, EventKind::AdminInvitationEmail, EventKind::AdminPasswordChange] {
            assert!(kinds.contains(&kind), "{kind:?}");
        }
    }
}

both! {
    async fn an_invitation_is_over_after_7_days_and_by_a_newer_one(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let ada = invited(world, &grace, "ada").await;
        let old = link(world, "invitation").await;
        world.wait(Duration::from_millis(1));
        admins.invite(&grace, ada).await.expect("sent again");
        let replaced = world.problem(set(world, LinkFor::Activation, &old, NEW).await);
        assert!(replaced.message.contains("a newer one was sent"), "{replaced}");
        let token = link(world, "invitation").await;
        world.wait(DAY * 7);
        let late = world.problem(set(world, LinkFor::Activation, &token, NEW).await);
        assert!(late.message.contains("7 days") && late.message.contains("Ask an Administrator With Billing"), "{late}");
        admins.invite(&world.grace_again().await, ada).await.expect("sent again");
        set(world, LinkFor::Activation, &link(world, "invitation").await, NEW).await.expect("set");
    }
}

both! {
    /// A link goes to an address, and is over with it: whoever reads that mailbox is somebody else now.
    async fn another_address_ends_links_and_invites_anew(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let ada = invited(world, &grace, "ada").await;
        let old = link(world, "invitation").await;
        world.wait(Duration::from_millis(1));
        let mut update = update_of(world, ada).await;
        update.form.email = "countess@example.org".into();
        admins.update(&grace, &update).await.expect("changed");
        assert_eq!(world.code(set(world, LinkFor::Activation, &old, NEW).await), ErrorCode::Gone);
        assert_eq!(messages(world).await, ["admin_invitation ada@example.org", "admin_invitation countess@example.org"]);
        set(world, LinkFor::Activation, &link(world, "invitation").await, NEW).await.expect("set");
        assert!(sign_in(world, "countess", NEW).await.is_ok() && sign_in(world, "ada", NEW).await.is_err());
        admins.send_password_reset(&grace, ada).await.expect("sent");
        let reset = link(world, "reset-password").await;
        let mut update = update_of(world, ada).await;
        update.form.email = "ada@example.org".into();
        world.wait(Duration::from_millis(1));
        admins.update(&grace, &update).await.expect("changed");
        assert_eq!(world.code(set(world, LinkFor::PasswordReset, &reset, PASSWORD).await), ErrorCode::Gone);
        let told = ["admin_email_changed ada@example.org", "admin_email_changed countess@example.org"];
        assert_eq!(messages(world).await[3..], told, "whoever has a password is not invited");
    }
}

both! {
    async fn a_password_reset_leaves_the_second_factor(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let max = world.administrator("max", DefaultRole::Manager).await;
        let (secret, _, session) = enroll(world, &max).await;
        let (id, _) = id_of(world, "max").await;
        admins.send_password_reset(&grace, id).await.expect("sent");
        assert!(matches!(sign_in(world, "max", PASSWORD).await, Ok(SignedIn::Step(Stage::Challenge, _))), "the old one is good");
        set(world, LinkFor::PasswordReset, &link(world, "reset-password").await, NEW).await.expect("set");
        assert!(world.directory.sessions().administrator(&session, origin(), true).await.is_err());
        let Ok(SignedIn::Step(Stage::Challenge, step)) = sign_in(world, "max", NEW).await else { panic!("no challenge") };
        world.wait(Duration::from_secs(30));
        let code = code_of(world, &secret);
        world.directory.sign_in().challenge(&visitor(), Principal::Administrator, &step, &code).await.expect("in");
    }
}

both! {
    /// Neither a link that was sent before, nor the message with it, sets another.
    async fn who_has_a_new_password_needs_no_link_to_one(world) {
        let grace = world.grace().await;
        let (admins, system) = (world.directory.administrators(), world.system());
        let max = world.administrator("max", DefaultRole::Manager).await;
        let (id, _) = id_of(world, "max").await;
        admins.send_password_reset(&grace, id).await.expect("sent");
        let token = link(world, "reset-password").await;
        world.directory.account().change_password(&max, PASSWORD, NEW).await.expect("changed");
        assert_eq!(world.code(set(world, LinkFor::PasswordReset, &token, PASSWORD).await), ErrorCode::Gone);

        invited(world, &grace, "ada").await;
        let token = link(world, "invitation").await;
        admins.reset(&system, "ada@example.org", NEW).await.expect("reset");
        assert_eq!(world.code(set(world, LinkFor::Activation, &token, PASSWORD).await), ErrorCode::Gone);
        sign_in(world, "ada", NEW).await.expect("with what the server gave");

        let Ok(SignedIn::Full(again)) = sign_in(world, "max", NEW).await else { panic!("not in") };
        enroll(world, &world.actor(&again).await).await;
        admins.send_totp_reset(&grace, id).await.expect("sent");
        let token = link(world, "reset-totp").await;
        admins.reset(&system, "max@example.org", NEW).await.expect("reset");
        assert_eq!(world.code(admins.reset_factors_by_link(&visitor(), &token, false).await), ErrorCode::Gone);
    }
}

both! {
    /// The app is good until the link is used; then it is gone, with the codes and the sessions.
    async fn a_totp_reset_is_done_by_its_owner(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let max = world.administrator("max", DefaultRole::Manager).await;
        let (id, _) = id_of(world, "max").await;
        let without = world.problem(admins.send_totp_reset(&grace, id).await);
        assert!(without.code == ErrorCode::Conflict && without.message.contains("second factor"), "{without}");
        let (_, _, session) = enroll(world, &max).await;
        admins.send_totp_reset(&grace, id).await.expect("sent");
        assert!(admins.read(&grace, id).await.expect("details").totp_enrolled);
        world.directory.sessions().administrator(&session, origin(), true).await.expect("still in");
        let token = link(world, "reset-totp").await;
        assert_eq!(world.code(set(world, LinkFor::PasswordReset, &token, NEW).await), ErrorCode::Gone, "it sets no password");
        assert_eq!(world.code(set(world, LinkFor::TotpReset, &token, NEW).await), ErrorCode::Malformed);
        admins.reset_factors_by_link(&visitor(), &token, false).await.expect("reset");
        assert!(!admins.read(&grace, id).await.expect("details").totp_enrolled);
        assert!(world.directory.sessions().administrator(&session, origin(), true).await.is_err());
        assert!(matches!(sign_in(world, "max", PASSWORD).await, Ok(SignedIn::Full(_))));
        let again = world.problem(admins.reset_factors_by_link(&visitor(), &token, false).await);
        assert!(again.code == ErrorCode::Gone && again.message.contains("used already"), "{again}");
    }
}

both! {
    /// Whoever has lost their only passkey, or all they had, comes back in by the same link; what is not
    /// lost stays.
    async fn lost_passkeys_are_taken_away_by_their_owner(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let max = world.administrator("max", DefaultRole::Manager).await;
        let (id, _) = id_of(world, "max").await;
        let (session, _) = add(world, &max, &mut Device::new()).await;
        admins.send_totp_reset(&grace, id).await.expect("sent");
        let token = link(world, "reset-totp").await;
        let owner = admins.link(&visitor(), LinkFor::TotpReset, &token).await.expect("good");
        assert!(owner.passkeys && !owner.totp);
        assert!(admins.read(&grace, id).await.expect("details").passkey_enrolled, "looking takes nothing away");
        admins.reset_factors_by_link(&visitor(), &token, false).await.expect("reset");
        assert!(!admins.read(&grace, id).await.expect("details").passkey_enrolled);
        assert_eq!(world.code(admins.reset_factors_by_link(&visitor(), &token, true).await), ErrorCode::Gone);
        assert!(world.directory.sessions().administrator(&session, origin(), true).await.is_err());
        let Ok(SignedIn::Full(session)) = sign_in(world, "max", PASSWORD).await else { panic!("not in") };

        let max = world.actor(&session).await;
        let (session, _) = add(world, &max, &mut Device::new()).await;
        let (_, _, session) = enroll(world, &world.actor(&session).await).await;
        for (lost, left) in [(false, true), (true, false)] {
            world.wait(Duration::from_millis(1));
            admins.send_totp_reset(&grace, id).await.expect("sent");
            let token = link(world, "reset-totp").await;
            admins.reset_factors_by_link(&visitor(), &token, lost).await.expect("reset");
            let details = admins.read(&grace, id).await.expect("details");
            assert_eq!((details.totp_enrolled, details.passkey_enrolled), (false, left));
        }
        assert!(world.directory.sessions().administrator(&session, origin(), true).await.is_err());
        // Whoever is in changes their factors where that is asked to be proven.
        let own = world.problem(admins.send_totp_reset(&grace, id_of(world, "grace").await.0).await);
        assert!(own.code == ErrorCode::Conflict && own.message.contains("your own account"), "{own}");
    }
}

both! {
    async fn whoever_is_invited_gets_the_invitation_and_no_reset(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let ada = invited(world, &grace, "ada").await;
        for refused in [admins.send_password_reset(&grace, ada).await, admins.send_totp_reset(&grace, ada).await] {
            let refused = world.problem(refused);
            assert!(refused.code == ErrorCode::Conflict && refused.message.contains("send the invitation again"), "{refused}");
        }
        let (_, version) = id_of(world, "ada").await;
        let token = link(world, "invitation").await;
        admins.set_suspended(&grace, ada, version, true).await.expect("suspended");
        assert_eq!(world.code(set(world, LinkFor::Activation, &token, NEW).await), ErrorCode::Gone);
        assert_eq!(world.code(admins.invite(&grace, ada).await), ErrorCode::Conflict);
        admins.delete(&grace, &[ada]).await.expect("deleted");
        assert_eq!(world.code(admins.link(&visitor(), LinkFor::Activation, &token).await), ErrorCode::Gone);
        assert_eq!(world.code(admins.invite(&grace, ada).await), ErrorCode::NotFound);
    }
}

both! {
    async fn a_required_factor_stands_between_the_invitation_and_the_portal(world) {
        let grace = world.grace().await;
        let mut form = form_of("ada", DefaultRole::Manager);
        form.mfa_required = true;
        world.directory.administrators().create(&grace, &form).await.expect("added");
        set(world, LinkFor::Activation, &link(world, "invitation").await, NEW).await.expect("set");
        assert!(matches!(sign_in(world, "ada", NEW).await, Ok(SignedIn::Step(Stage::Enroll, _))));
    }
}
