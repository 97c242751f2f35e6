//! What the sealed chain finds out about a person who writes to the database.

use directory::Tampering;
use model::{DefaultRole, ErrorCode};

use crate::raw;
use crate::world::World;

/// A few events, sealed.
async fn sealed(world: &World) -> i64 {
    let grace = world.grace().await;
    for name in ["ada.lovelace", "bo", "cy"] {
        world.user(&grace, name).await;
    }
    world.directory.seal_events().await.expect("sealed");
    let verified = world.directory.history().verify(&world.system()).await.expect("checked");
    assert_eq!(verified.tampering, None);
    assert!(verified.sealed > 4);
    verified.sealed
}

async fn found(world: &World) -> Option<Tampering> {
    world.directory.history().verify(&world.system()).await.expect("checked").tampering
}

both! {
    async fn an_edited_event(world) {
        sealed(world).await;
        raw::run(world, "UPDATE events SET body = replace(body, 'Lovelace', 'Loveless') WHERE number = 4").await;
        assert_eq!(found(world).await, Some(Tampering::Edited(4)));
    }
}

both! {
    /// What lists go by repeats parts of the body, and hides an event as well.
    async fn an_event_that_lists_do_not_find(world) {
        sealed(world).await;
        raw::run(world, "UPDATE events SET client_ip = '198.51.100.7' WHERE number = 3").await;
        assert_eq!(found(world).await, Some(Tampering::Edited(3)));
    }
}

both! {
    async fn a_deleted_event(world) {
        sealed(world).await;
        raw::run(world, "DELETE FROM events WHERE number = 2").await;
        assert_eq!(found(world).await, Some(Tampering::Deleted(2)));
    }
}

both! {
    async fn events_that_changed_places(world) {
        sealed(world).await;
        for change in ["number = -1 WHERE number = 3", "number = 3 WHERE number = 4", "number = 4 WHERE number = -1"] {
            raw::run(world, &format!("UPDATE events SET {change}")).await;
        }
        assert_eq!(found(world).await, Some(Tampering::Edited(3)));
    }
}

both! {
    async fn a_history_that_was_cut_off(world) {
        let last = sealed(world).await;
        raw::run(world, &format!("DELETE FROM events WHERE number > {}", last - 2)).await;
        assert_eq!(found(world).await, Some(Tampering::CutOff { last: last - 2, sealed: last }));
        // And the end of the chain written to match, without the key.
        let end = format!("number = {0}, chain = (SELECT chain FROM events WHERE number = {0})", last - 2);
        raw::run(world, &format!("UPDATE seal SET {end}")).await;
        assert_eq!(found(world).await, Some(Tampering::Unsigned));
    }
}

both! {
    /// A chain from before it was signed is signed with the next sealing.
    async fn a_chain_that_was_not_signed_yet(world) {
        sealed(world).await;
        raw::run(world, "UPDATE seal SET signed = ''").await;
        assert_eq!(found(world).await, Some(Tampering::Unsigned));
        assert_eq!(world.directory.seal_events().await.expect("sealed"), 0);
        assert_eq!(found(world).await, None);
    }
}

both! {
    async fn only_the_operator_checks(world) {
        world.grace().await;
        let admin = world.administrator("max", DefaultRole::AdministratorWithBilling).await;
        assert_eq!(world.code(world.directory.history().verify(&admin).await.map(drop)), ErrorCode::Forbidden);
    }
}
