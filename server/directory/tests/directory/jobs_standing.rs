//! Jobs go on through restarts, on one of many servers, for as long as whoever started them may.

use std::time::Duration;

use directory::{Actor, Directory, SignedIn};
use model::event::EventKind;
use model::job::{BulkAction, JobState, NewJob};
use model::role::CustomRoleForm;
use model::user::{MfaRequirement, Selection, UserState};
use model::{DefaultRole, ErrorCode, Filter, ListQuery, Principal, Scope, Scopes};

use crate::administrators::{id_of, set_role};
use crate::custom_roles::{form as role_form, give};
use crate::jobs::{ALL, events, everybody, history_of, in_state, items, people, read, start, these, work};
use crate::raw::run;
use crate::world::{PASSWORD, visitor};

const LEASE: Duration = Duration::from_secs(11);

both! {
    /// Each chunk asks again whether whoever started the job still may.
    async fn a_job_ends_with_the_rights_of_whoever_started_it(world) {
        let grace = world.grace().await;
        people(world).await;
        let admins = world.directory.administrators();
        for (name, why) in [
            ("lower", "lower Admin, who started it, has the role Read Only now, which does not allow this."),
            ("away", "away Admin, who started it, is suspended."),
            ("gone", "gone Admin, who started it, is not an administrator any more."),
        ] {
            let starter = world.administrator(name, DefaultRole::Manager).await;
            let before = in_state(world, UserState::Suspended).await;
            let query = ListQuery { filters: vec![Filter::is("state", ["ACTIVATED"])], ..ListQuery::default() };
            let selection = Selection::Matching(query);
            let job = start(world, &starter, &NewJob { action: BulkAction::Suspend, selection, reason: String::new() }).await;
            assert_eq!(work(&world.directory, 1).await, 1);
            let reached = in_state(world, UserState::Suspended).await;
            assert!(reached > before);
            let (id, version) = id_of(world, name).await;
            match name {
                "lower" => set_role(world, &grace, (id, version), DefaultRole::ReadOnly).await.expect("lowered"),
                "away" => admins.set_suspended(&grace, id, version, true).await.expect("suspended"),
                _ => drop(admins.delete(&grace, &[id]).await.expect("deleted")),
            }
            work(&world.directory, 100).await;
            let failed = read(world, job).await;
            assert_eq!((failed.row.state, failed.why.as_str()), (JobState::Failed, why));
            assert_eq!(in_state(world, UserState::Suspended).await, reached, "{name}: nobody more");
            let told = history_of(world, job).await;
            assert!(!told[1].success && told[1].message.starts_with(why), "{:?}", told[1]);
            run(world, "UPDATE users SET state = 'ACTIVATED'").await;
        }
    }
}

both! {
    /// A new password of their own ends sessions, and not what they had begun.
    async fn a_new_session_of_the_starter_changes_nothing(world) {
        let grace = world.grace().await;
        people(world).await;
        let job = start(world, &grace, &everybody(BulkAction::Suspend)).await;
        work(&world.directory, 1).await;
        run(world, "UPDATE administrators SET auth_epoch = auth_epoch + 1").await;
        work(&world.directory, 100).await;
        assert_eq!(read(world, job).await.row.done, ALL);
    }
}

both! {
    /// The program is killed at any moment, many times: nobody is lost, and nobody done twice.
    async fn a_restart_loses_and_repeats_nothing(world) {
        let grace = world.grace().await;
        people(world).await;
        let job = start(world, &grace, &everybody(BulkAction::Suspend)).await;
        for stop in 0..12 {
            let directory = world.reopened().await;
            let working = tokio::spawn(async move { directory.work_on_jobs(1).await });
            // It stops wherever it is by then.
            for _ in 0..stop * 40 {
                tokio::task::yield_now().await;
            }
            working.abort();
            drop(working.await);
            world.wait(LEASE);
        }
        let directory = world.reopened().await;
        work(&directory, 100).await;
        let done = read(world, job).await;
        assert_eq!((done.row.state, done.row.done, done.row.refused), (JobState::Done, ALL, 0));
        assert_eq!(events(world, EventKind::UserSuspended).await, (ALL, ALL));
        assert_eq!(events(world, EventKind::JobEnd).await.0, 2, "that of the import, and this");
        let results = items(world, &world.grace_again().await, job, vec![Filter::is("state", ["done"])]).await;
        assert_eq!(results.len() as u64, ALL);
    }
}

both! {
    async fn of_two_servers_each_chunk_is_done_by_one(world) {
        let grace = world.grace().await;
        people(world).await;
        let job = start(world, &grace, &everybody(BulkAction::ForcePasswordChange)).await;
        let other = start(world, &grace, &everybody(BulkAction::Suspend)).await;
        let work_on = |directory: Directory| {
            tokio::spawn(async move {
                let mut chunks = 0;
                loop {
                    match directory.work_on_jobs(2).await.expect("worked") {
                        0 => return chunks,
                        more => chunks += more,
                    }
                }
            })
        };
        let (one, two) = (work_on(world.reopened().await), work_on(world.reopened().await));
        let chunks = one.await.expect("no panic") + two.await.expect("no panic");
        assert_eq!(chunks, 6, "three of each");
        let (forced, suspended) = (read(world, job).await, read(world, other).await);
        assert_eq!((forced.row.state, forced.row.reached()), (JobState::Done, ALL));
        assert_eq!((suspended.row.state, suspended.row.done), (JobState::Done, ALL));
        assert_eq!(events(world, EventKind::UserSuspended).await, (ALL, ALL));
    }
}

both! {
    /// A fault of ours is tried again, and not for ever.
    async fn a_fault_is_not_met_for_ever(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada.king").await;
        let job = start(world, &grace, &these(BulkAction::Suspend, &[ada])).await;
        run(world, "UPDATE jobs SET parameters = 'nonsense'").await;
        for _ in 0..5 {
            assert!(world.directory.work_on_jobs(1).await.is_err());
            assert_eq!(work(&world.directory, 1).await, 0, "it waits a little");
            world.wait(LEASE);
        }
        let failed = read(world, job).await;
        assert_eq!(failed.row.state, JobState::Failed);
        assert!(failed.why.contains("5 times in a row"), "{}", failed.why);
    }
}

both! {
    /// What a job is about is for whoever may do the same to one; others see no more than the history shows.
    async fn who_may_start_and_see_which(world) {
        let grace = world.grace().await;
        people(world).await;
        let jobs = world.directory.jobs();
        let reads = world.administrator("rosa", DefaultRole::ReadOnly).await;
        let helps = world.administrator("help", DefaultRole::HelpDesk).await;
        let pays = world.administrator("paul", DefaultRole::BillingOnly).await;
        for (who, action) in [
            (&reads, BulkAction::Suspend),
            (&reads, BulkAction::Unlock),
            (&helps, BulkAction::Suspend),
            (&helps, BulkAction::Delete),
            (&helps, BulkAction::ChangeMfa(MfaRequirement::Remove)),
            (&pays, BulkAction::Unlock),
        ] {
            assert_eq!(world.code(jobs.start(who, &everybody(action.clone())).await), ErrorCode::Forbidden, "{action:?}");
        }
        let theirs = start(world, &helps, &everybody(BulkAction::Unlock)).await;
        let small = Scopes::of(&[Scope::UsersReadonly, Scope::UsersStateSuspend]);
        let small = CustomRoleForm { scopes: small, ..role_form("Small") };
        let role = world.directory.roles().create(&grace, &small).await.expect("made");
        world.administrator("sue", DefaultRole::ReadOnly).await;
        give(world, &grace, "sue", role).await.expect("given");
        let sue = match world
            .directory
            .sign_in()
            .password(&visitor(), Principal::Administrator, "sue@example.org", PASSWORD)
            .await
        {
            Ok(SignedIn::Full(token)) => world.actor(&token).await,
            other => panic!("{other:?}"),
        };
        let own = start(world, &sue, &everybody(BulkAction::Suspend)).await;
        let list = |who: Actor| async move {
            let page = world.directory.jobs().list(&who, &ListQuery::default()).await.expect("a page");
            page.rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(list(sue.clone()).await, [own], "her own alone");
        assert_eq!(world.code(jobs.read(&sue, theirs).await), ErrorCode::NotFound);
        assert_eq!(world.code(jobs.items(&sue, theirs, &ListQuery::default()).await), ErrorCode::NotFound);
        assert_eq!(world.code(jobs.cancel(&sue, theirs).await), ErrorCode::NotFound);
        assert_eq!(list(reads.clone()).await.len(), 3, "with the import");
        assert_eq!(world.code(jobs.cancel(&reads, own).await), ErrorCode::Forbidden);
        assert_eq!(world.code(jobs.list(&pays, &ListQuery::default()).await), ErrorCode::Forbidden);
        assert_eq!(world.code(jobs.read(&pays, own).await), ErrorCode::Forbidden);
        jobs.cancel(&grace, theirs).await.expect("anybody’s");
        // No filter of one's own leads to another's.
        let query = ListQuery { filters: vec![Filter::is("starter", [id_of(world, "help").await.0.to_string()])], ..ListQuery::default() };
        assert!(jobs.list(&sue, &query).await.expect("a page").rows.is_empty());
        let query = ListQuery { filters: vec![Filter::is("job", [theirs.to_string()])], ..ListQuery::default() };
        assert!(jobs.items(&sue, own, &query).await.expect("a page").rows.is_empty());
    }
}
