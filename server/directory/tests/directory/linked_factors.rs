//! The second factor of an administrator made from a user stays.

use directory::{SignedIn, Stage};
use model::user::MfaRequirement;
use model::{DefaultRole, ErrorCode, Principal};

use crate::administrators_from_users::{enter, linked, password};
use crate::passkeys::user;
use crate::user_access::{refusals, these};
use crate::world::PASSWORD;

const ADMIN: Principal = Principal::Administrator;

both! {
    /// To become one, they had to have a second factor; without it their password alone would open both.
    async fn their_last_second_factor_stays(world) {
        let grace = world.grace().await;
        let (ada, id, user_token, mut device) = linked(world, &grace, DefaultRole::Manager).await;
        let account = world.directory.account();
        let token = enter(world, &mut device).await;
        for who in [user(world, &user_token).await, world.actor(&token).await] {
            let own = account.security(&who).await.expect("read");
            assert!(own.mfa_required, "and is told so");
            let passkey = own.passkeys.first().expect("one").id;
            assert_eq!(world.code(account.remove_passkey(&who, passkey).await), ErrorCode::Conflict);
        }
        // What an administrator takes away is set up anew before anything else, at either door.
        let users = world.directory.users();
        let passkey = users.read(&grace, ada).await.expect("Ada").passkeys.first().expect("one").id;
        let refused = users.change_mfa(&grace, &these(&[ada]), MfaRequirement::Remove).await.expect("told");
        assert_eq!(refusals(&refused), ["is an administrator, too, and keeps a second factor"]);
        users.remove_passkey(&grace, ada, passkey).await.expect("removed");
        for door in [ADMIN, Principal::User] {
            let led = password(world, door, PASSWORD).await;
            assert!(matches!(led, Ok(SignedIn::Step(Stage::Enroll, _))), "{led:?}");
        }
        // Whoever is a user again may do without.
        world.directory.administrators().delete(&grace, &[id]).await.expect("deleted");
        let led = password(world, Principal::User, PASSWORD).await;
        assert!(matches!(led, Ok(SignedIn::Full(_))), "{led:?}");
    }
}
