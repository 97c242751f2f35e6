//! Recovery codes: there whenever there is a factor, and said to their owner.

use directory::{Actor, LinkFor, SignedIn, Token};
use model::{DefaultRole, Id, Principal};

use crate::administrators::id_of;
use crate::passkeys::{Device, add, user, with_passkey};
use crate::raw::run;
use crate::sending;
use crate::signing_in::enroll;
use crate::user_access::these;
use crate::world::{PASSWORD, World, visitor};

async fn codes_left(world: &World, who: &Actor) -> u32 {
    world.directory.account().security(who).await.expect("read").recovery_codes_left
}

/// The link of the newest message that has one.
async fn link(world: &World) -> Token {
    let message = sending::messages(world)
        .await
        .into_iter()
        .find(|message| message.kind.has_link())
        .expect("a message");
    let address =
        world.directory.mail().read_link(&world.grace_again().await, message.id).await.expect("a link");
    Token::presented(address.split_once("?token=").expect("a token").1)
}

/// Signs somebody in without their second factor.
async fn enter(world: &World, principal: Principal, id: Id, login: &str) -> Token {
    let (table, own) = match principal {
        Principal::User => ("users", "mfa_enrolled"),
        Principal::Administrator => ("administrators", "passkey_enrolled"),
    };
    // As with a device that is at hand, whose part is not what is tested.
    run(world, &format!("UPDATE {table} SET {own} = (1 = 0)")).await;
    let led = world.directory.sign_in().password(&visitor(), principal, login, PASSWORD).await;
    run(world, &format!("UPDATE {table} SET {own} = (1 = 1) WHERE email = '{login}'")).await;
    match led {
        Ok(SignedIn::Full(token)) => token,
        other => panic!("{id} {other:?}"),
    }
}

both! {
    /// Beside a passkey, too: a reset takes them away with the app, and the next app brings others.
    async fn an_app_after_a_reset_brings_new_ones(world) {
        let grace = world.grace().await;
        let (ada, token, _) = with_passkey(world, &grace, "ada").await;
        let (_, codes, token) = enroll(world, &user(world, &token).await).await;
        assert!(codes.is_empty() && codes_left(world, &user(world, &token).await).await == 10, "those of the passkey stay");
        world.directory.users().reset_totp(&grace, &these(&[ada])).await.expect("reset");
        let token = enter(world, Principal::User, ada, "ada@example.org").await;
        let who = user(world, &token).await;
        assert_eq!(codes_left(world, &who).await, 0, "they may be what was lost");
        let (_, codes, token) = enroll(world, &who).await;
        assert_eq!(codes.len(), 10, "and are said");
        assert_eq!(codes_left(world, &user(world, &token).await).await, 10);

        let max = world.administrator("max", DefaultRole::Manager).await;
        let (session, codes) = add(world, &max, &mut Device::new()).await;
        assert_eq!(codes.len(), 10);
        let (_, codes, session) = enroll(world, &world.actor(&session).await).await;
        assert!(codes.is_empty());
        assert_eq!(codes_left(world, &world.actor(&session).await).await, 10);
        let (id, _) = id_of(world, "max").await;
        world.directory.administrators().send_totp_reset(&grace, id).await.expect("sent");
        let link = link(world).await;
        world.directory.administrators().link(&visitor(), LinkFor::TotpReset, &link).await.expect("good");
        world.directory.administrators().reset_factors_by_link(&visitor(), &link, false).await.expect("reset");
        let max = world.actor(&enter(world, Principal::Administrator, id, "max@example.org").await).await;
        assert_eq!(codes_left(world, &max).await, 0);
        let (_, codes, _) = enroll(world, &max).await;
        assert_eq!(codes.len(), 10);
    }
}

both! {
    /// Whoever has used them all gets others with the next factor; removing one of two leaves them.
    async fn none_left_are_made_anew_with_the_next_factor(world) {
        let grace = world.grace().await;
        let (_, token, _) = with_passkey(world, &grace, "ada").await;
        let (_, _, token) = enroll(world, &user(world, &token).await).await;
        let token = world.directory.account().remove_totp(&user(world, &token).await).await.expect("removed");
        assert_eq!(codes_left(world, &user(world, &token).await).await, 10, "the passkey is still there");
        run(world, "DELETE FROM credentials WHERE kind = 'recovery'").await;
        let (_, codes) = add(world, &user(world, &token).await, &mut Device::new()).await;
        assert_eq!(codes.len(), 10);
        let max = world.administrator("max", DefaultRole::Manager).await;
        let (_, _, session) = enroll(world, &max).await;
        run(world, "DELETE FROM credentials WHERE kind = 'recovery'").await;
        let (session, codes) = add(world, &world.actor(&session).await, &mut Device::new()).await;
        assert_eq!(codes.len(), 10);
        assert_eq!(codes_left(world, &world.actor(&session).await).await, 10);
    }
}
