//! Events: written with their change, sealed after it, chained, paged by number.

use directory::StoreOptions;
use model::user::Selection;
use model::{DefaultRole, ErrorCode};
use sha2::{Digest, Sha256};
use sqlx::{Connection, Executor, PgConnection, Row, SqliteConnection};

use crate::world::{PASSWORD, World, visitor};

both! {
    async fn events_are_numbered_without_gaps_and_chained(world) {
        let grace = world.grace().await;
        for number in 0..60 {
            world.user(&grace, &format!("user{number}")).await;
        }
        assert_eq!(world.directory.seal_events().await.expect("sealed"), 63);
        assert_eq!(world.directory.seal_events().await.expect("sealed"), 0);
        let history = world.directory.history();
        let first = history.all(&grace, None).await.expect("a page");
        assert_eq!(first.events.len(), 50);
        assert_eq!(first.events[0].number, 63);
        let second = history.all(&grace, first.older).await.expect("a page");
        let numbers: Vec<_> = second.events.iter().map(|event| event.number).collect();
        assert_eq!(numbers, (1..=13).rev().collect::<Vec<_>>());
        assert_eq!(second.older, None);
        check_chain(world).await;
    }
}

/// Computes the chain again from the bodies as they are written.
async fn check_chain(world: &World) {
    const SQL: &str = "SELECT number, body, chain FROM events ORDER BY number";
    let rows: Vec<(i64, String, Vec<u8>)> = match &world.options.store {
        StoreOptions::Sqlite(path) => {
            let mut there = SqliteConnection::connect(&path.display().to_string()).await.expect("connected");
            there
                .fetch_all(SQL)
                .await
                .expect("rows")
                .iter()
                .map(|row| (row.get(0), row.get(1), row.get(2)))
                .collect()
        }
        StoreOptions::Postgres(url) => {
            let mut there = PgConnection::connect(url).await.expect("connected");
            there
                .fetch_all(SQL)
                .await
                .expect("rows")
                .iter()
                .map(|row| (row.get(0), row.get(1), row.get(2)))
                .collect()
        }
    };
    let mut chain = Vec::new();
    for (number, body, written) in rows {
        chain = Sha256::new()
            .chain_update(&chain)
            .chain_update(number.to_be_bytes())
            .chain_update(body.as_bytes())
            .finalize()
            .to_vec();
        assert_eq!(chain, written, "event {number}");
    }
}

both! {
    /// Sealers on several servers number each event once.
    async fn many_sealers(world) {
        let grace = world.grace().await;
        let tasks: Vec<_> = (0..6)
            .map(|number| {
                let (directory, grace) = (world.directory.clone(), grace.clone());
                tokio::spawn(async move {
                    let form = crate::world::form(&format!("user{number}"));
                    let new = model::user::NewUser { form, ..Default::default() };
                    directory.users().create(&grace, &new).await.expect("added");
                    directory.seal_events().await.expect("sealed")
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no panic");
        }
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        assert_eq!(events.first().map(|event| event.number), i64::try_from(events.len()).ok());
        check_chain(world).await;
    }
}

both! {
    async fn every_change_says_who_did_what_from_where(world) {
        let grace = world.grace().await;
        let id = world.user(&grace, "ada.lovelace").await;
        world.directory.users().suspend(&grace, &Selection::These(vec![id])).await.expect("done");
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().of_user(&grace, id, None).await.expect("events").events;
        let suspended = &events[0].event;
        assert_eq!(suspended.initiated_by.name, "Grace Hopper");
        assert_eq!(suspended.client_ip.as_deref(), Some("192.0.2.1"));
        assert_eq!(suspended.useragent.as_deref(), Some("a test"));
        assert_eq!(suspended.resource.as_ref().map(|party| party.name.as_str()), Some("Ada Lovelace"));
        let change = &suspended.changes[0];
        assert_eq!((change.field.as_str(), change.from.as_str(), change.to.as_str()), ("state", "ACTIVATED", "SUSPENDED"));
    }
}

both! {
    async fn no_event_holds_a_password(world) {
        let grace = world.grace().await;
        drop(world.directory.sign_in().password(&visitor(), model::Principal::Administrator, "grace@example.org", "a-wrong-password").await);
        drop(world.directory.sign_in().password(&visitor(), model::Principal::Administrator, "a-wrong-password", "x").await);
        drop(world.directory.account().change_password(&grace, PASSWORD, "quartz-lagoon-mimic-4").await);
        let system = world.system();
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&system, None).await.expect("events").events;
        let text = serde_json::to_string(&events).expect("JSON");
        for secret in [PASSWORD, "a-wrong-password", "quartz-lagoon", "argon2"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
}

both! {
    /// Whoever may see users sees what was done to users, and to nothing else that has an id.
    async fn activity_is_that_of_users(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada").await;
        let helen = world.administrator("helen", DefaultRole::HelpDesk).await;
        world.directory.seal_events().await.expect("sealed");
        let history = world.directory.history();
        let all = history.all(&grace, None).await.expect("events").events;
        let targets = all.into_iter().filter_map(|one| one.event.resource).filter_map(|of| Some((of.kind, of.id?)));
        let mut others = 0;
        for (kind, id) in targets.filter(|(_, id)| *id != ada) {
            assert!(history.of_user(&helen, id, None).await.expect("answered").events.is_empty(), "{kind}");
            others += 1;
        }
        assert!(others > 1, "the organization and administrators have events");
        assert!(!history.of_user(&helen, ada, None).await.expect("answered").events.is_empty());
    }
}

both! {
    async fn a_command_runner_reads_no_history(world) {
        let grace = world.grace().await;
        let id = world.user(&grace, "ada.lovelace").await;
        let runner = world.administrator("run", DefaultRole::CommandRunner).await;
        let history = world.directory.history();
        assert_eq!(world.code(history.all(&runner, None).await), ErrorCode::Forbidden);
        assert_eq!(world.code(history.of_user(&runner, id, None).await), ErrorCode::Forbidden);
    }
}
