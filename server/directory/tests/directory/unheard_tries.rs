//! Tries that nobody waits for, and those that have not locked yet: whoever closes the connection is counted
//! all the same.

use directory::SignedIn;
use model::event::EventKind;
use model::user::Selection;
use model::{DefaultRole, Principal};

use crate::world::{PASSWORD, World, origin, visitor};

async fn try_password(world: &World, login: &str, password: &str) -> directory::Result<SignedIn> {
    world.directory.sign_in().password(&visitor(), Principal::User, login, password).await
}

both! {
    async fn tries_that_nobody_waits_for_count_and_lock(world) {
        let grace = world.grace().await;
        let ada = world.user_with_password(&grace, "ada").await;
        world.administrator("max", DefaultRole::Manager).await;
        for (principal, login) in [(Principal::User, "ada"), (Principal::Administrator, "max@example.org")] {
            for _ in 0..6 {
                let (sign_in, visitor) = (world.directory.sign_in(), visitor());
                tokio::select! {
                    biased;
                    _ = sign_in.password(&visitor, principal, login, "wrong-wrong-wrong") => {}
                    () = std::future::ready(()) => {}
                }
                world.directory.settled().await;
            }
        }
        assert!(world.directory.users().read(&grace, ada).await.expect("Ada").password.locked_until.is_some());
        let admins = world.directory.administrators();
        let (max, _) = crate::administrators::id_of(world, "max").await;
        assert!(admins.read(&grace, max).await.expect("Max").locked_until.is_some());
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        let count = |kind| events.iter().filter(|event| event.event.event_type == kind).count();
        assert_eq!((count(EventKind::UserLoginAttempt), count(EventKind::UserLockout)), (6, 1));
        assert_eq!(count(EventKind::AdminLockout), 1);
        let told = crate::raw::messages(world).await;
        assert!(told.contains(&"lockout ada@example.org".to_owned()), "{told:?}");
    }
}

both! {
    /// The second factor and the proof of one's own password, too.
    async fn a_proof_that_nobody_waits_for_counts(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        let token = world.signed_in("ada").await;
        let herself = world.directory.sessions().user(&token, origin(), true).await.expect("in");
        for _ in 0..6 {
            let account = world.directory.account();
            tokio::select! {
                biased;
                _ = account.reauthenticate(&herself, "wrong-wrong-wrong") => {}
                () = std::future::ready(()) => {}
            }
            world.directory.settled().await;
        }
        let found = world.directory.sessions().user(&token, origin(), true).await;
        assert!(found.is_err(), "the last one locks");
    }
}

both! {
    /// Tries that have not locked yet shut nobody out either who was just unlocked.
    async fn unlocking_forgets_tries_that_have_not_locked(world) {
        let grace = world.grace().await;
        let ada = world.user_with_password(&grace, "ada").await;
        let bob = world.user_with_password(&grace, "bob").await;
        for _ in 0..5 {
            assert!(try_password(world, "ada", "wrong-wrong-wrong").await.is_err());
        }
        let both = Selection::These(vec![ada, bob]);
        let done = world.directory.users().unlock(&grace, &both).await.expect("answered");
        assert_eq!(done[0].refused, None);
        assert_eq!(done[1].refused.as_deref(), Some("is not locked"));
        for _ in 0..5 {
            assert!(try_password(world, "ada", "wrong-wrong-wrong").await.is_err());
        }
        assert!(matches!(try_password(world, "ada", PASSWORD).await, Ok(SignedIn::Full(_))));
    }
}
