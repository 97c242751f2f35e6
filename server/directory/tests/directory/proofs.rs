//! "Is it you?": what gives power away asks for a recent proof, and nobody guesses at it unseen.

use std::time::Duration;

use directory::{Actor, Directory};
use model::event::{Event, EventKind};
use model::user::Notify;
use model::{DefaultRole, ErrorCode, Id, Principal};

use crate::administrators::{id_of, update_of};
use crate::administrators_from_users::{enter, linked};
use crate::administrators_life::form_of;
use crate::passkeys::user;
use crate::user_access::these;
use crate::world::{PASSWORD, World};

const ELEVEN: Duration = Duration::from_mins(11);

async fn edit(
    world: &World,
    by: &Actor,
    id: Id,
    change: impl FnOnce(&mut model::administrator::AdministratorForm),
) -> directory::Result<()> {
    let mut update = update_of(world, id).await;
    change(&mut update.form);
    world.directory.administrators().update(by, &update).await
}

async fn require_of_all(directory: &Directory, by: &Actor, required: bool) -> directory::Result<()> {
    let mut organization = directory.settings().organization(by).await?;
    organization.profile.require_admin_mfa = required;
    directory.settings().update(by, organization.version, &organization.profile).await
}

async fn suspend(world: &World, by: &Actor, name: &str, suspended: bool) -> directory::Result<()> {
    let (id, version) = id_of(world, name).await;
    world.directory.administrators().set_suspended(by, id, version, suspended).await
}

async fn events(world: &World, kind: EventKind) -> Vec<Event> {
    world.directory.seal_events().await.expect("sealed");
    let all = world.directory.history().all(&world.system(), None).await.expect("events").events;
    all.into_iter().map(|one| one.event).filter(|event| event.event_type == kind).collect()
}

both! {
    /// A session that was taken over gives nobody power, lets nobody in and deletes nobody.
    async fn what_gives_power_asks_for_a_recent_proof(world) {
        let grace = world.grace().await;
        let (directory, admins) = (&world.directory, world.directory.administrators());
        let (ada, linked_id, _, _) = linked(world, &grace, DefaultRole::Manager).await;
        let max = { world.administrator("max", DefaultRole::Manager).await; id_of(world, "max").await.0 };
        world.administrator("sue", DefaultRole::Manager).await;
        suspend(world, &grace, "sue", true).await.expect("suspended");
        edit(world, &grace, max, |form| form.mfa_required = true).await.expect("required");
        require_of_all(directory, &grace, true).await.expect("required");
        world.wait(ELEVEN);

        let version = update_of(world, max).await.version;
        let refused = [
            admins.create(&grace, &form_of("new", DefaultRole::ReadOnly)).await.map(drop),
            admins.delete(&grace, &[max]).await.map(drop),
            admins.delete(&grace, &[linked_id]).await.map(drop),
            suspend(world, &grace, "sue", false).await,
            edit(world, &grace, max, |form| form.role = DefaultRole::Administrator.as_str().into()).await,
            edit(world, &grace, max, |form| form.email = "mine@example.org".into()).await,
            edit(world, &grace, max, |form| form.api_access = true).await,
            edit(world, &grace, max, |form| form.mfa_required = false).await,
            require_of_all(directory, &grace, false).await,
            directory.users().delete(&grace, &these(&[ada])).await.map(drop),
        ];
        for (at, answer) in refused.into_iter().enumerate() {
            assert_eq!(world.code(answer), ErrorCode::ReauthenticationNeeded, "{at}");
        }
        assert_eq!(update_of(world, max).await.version, version, "nothing was done");
        let system = world.system();
        directory.users().suspend(&system, &these(&[ada])).await.expect("suspended");
        let back = directory.users().activate(&grace, &these(&[ada]), &Notify::Nobody).await;
        assert_eq!(world.code(back), ErrorCode::ReauthenticationNeeded);

        // Taking power away, and what gives none, asks for nothing.
        edit(world, &grace, max, |form| form.whats_new = false).await.expect("changed");
        suspend(world, &grace, "max", true).await.expect("suspended");
        admins.end_sessions(&grace, max).await.expect("ended");

        directory.account().reauthenticate(&grace, PASSWORD).await.expect("proven");
        let grace = world.actor(&world_session(world).await).await;
        require_of_all(directory, &grace, false).await.expect("asked for no more");
        suspend(world, &grace, "sue", false).await.expect("activated");
        edit(world, &grace, max, |form| (form.api_access, form.mfa_required) = (true, false)).await.expect("changed");
        directory.users().activate(&grace, &these(&[ada]), &Notify::Nobody).await.expect("activated");
        let outcomes = admins.delete(&grace, &[max, linked_id]).await.expect("deleted");
        assert!(outcomes.iter().all(|outcome| outcome.refused.is_none()), "{outcomes:?}");
    }
}

/// Grace's new session, past the second factor that is asked of all.
async fn world_session(world: &World) -> directory::Token {
    crate::raw::run(world, "UPDATE organization SET require_admin_mfa = (1 = 0)").await;
    let led = world
        .directory
        .sign_in()
        .password(&crate::world::visitor(), Principal::Administrator, "grace@example.org", PASSWORD)
        .await;
    crate::raw::run(world, "UPDATE organization SET require_admin_mfa = (1 = 1)").await;
    match led {
        Ok(directory::SignedIn::Full(token)) => token,
        other => panic!("{other:?}"),
    }
}

both! {
    /// Each wrong one is an event, of either kind of account and at either question; six are the last.
    async fn wrong_proofs_are_told_and_lock(world) {
        let grace = world.grace().await;
        let account = world.directory.account();
        for _ in 0..3 {
            assert!(account.reauthenticate(&grace, "a-wrong-password").await.is_err());
            assert!(account.change_password(&grace, "a-wrong-password", "quartz-lagoon-mimic-4").await.is_err());
        }
        let told = events(world, EventKind::AdminPasswordProof).await;
        assert_eq!(told.len(), 6);
        assert!(told.iter().all(|event| !event.success && event.initiated_by.name == "Grace Hopper"
            && event.client_ip.as_deref() == Some("192.0.2.1") && event.message == "wrong password"));
        assert_eq!(events(world, EventKind::AdminLockout).await.len(), 1);
        assert_eq!(world.code(account.reauthenticate(&grace, PASSWORD).await), ErrorCode::TooMany, "the right one, too");
        assert_eq!(world.code(account.change_password(&grace, PASSWORD, "quartz-lagoon-mimic-4").await), ErrorCode::TooMany);
        assert_eq!(events(world, EventKind::AdminPasswordProof).await.len(), 6, "what is not looked at is no proof");
        world.wait(Duration::from_mins(16));
        account.reauthenticate(&grace, PASSWORD).await.expect("proven");

        let grace = world.again().await;
        world.user_with_password(&grace, "bob").await;
        let bob = user(world, &world.signed_in("bob").await).await;
        assert!(account.reauthenticate(&bob, "a-wrong-password").await.is_err());
        let told = events(world, EventKind::UserPasswordProof).await;
        assert_eq!((told.len(), told[0].initiated_by.name.as_str()), (1, "Bob"));

        // Of a linked pair the user's password is guessed at, and both are shut.
        let (_, id, _, mut device) = linked(world, &grace, DefaultRole::Manager).await;
        let ada = world.actor(&enter(world, &mut device).await).await;
        for _ in 0..6 {
            assert!(account.reauthenticate(&ada, "a-wrong-password").await.is_err());
        }
        let told = events(world, EventKind::AdminPasswordProof).await;
        assert_eq!(told.len(), 12);
        assert_eq!(told[0].resource.as_ref().and_then(|party| party.id), Some(id));
        assert_eq!(events(world, EventKind::UserLockout).await.len(), 1);
        assert_eq!(world.code(account.reauthenticate(&ada, PASSWORD).await), ErrorCode::NotSignedIn, "the session is over");
    }
}
