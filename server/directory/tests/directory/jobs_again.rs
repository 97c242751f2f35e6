//! Jobs about those of an earlier job: trying again, and undoing.

use model::event::EventKind;
use model::job::{BulkAction, JobItemState, JobRelation, JobState, NewJob};
use model::user::{MfaRequirement, Notify, UserState};
use model::{DefaultRole, ErrorCode, Id};

use crate::jobs::{history_of, in_state, items, read, start, these, work};
use crate::world::World;

async fn state(world: &World, id: Id) -> UserState {
    world.directory.users().read(&world.system(), id).await.expect("there").state
}

both! {
    async fn an_undo_touches_only_whom_nothing_has_changed_since(world) {
        let grace = world.grace().await;
        let (ada, bob, cy) = (world.user(&grace, "ada").await, world.user(&grace, "bob").await, world.user(&grace, "cy").await);
        let staged = model::user::NewUser {
            form: crate::world::form("dee"), state: Some(UserState::Staged), ..model::user::NewUser::default()
        };
        let dee = world.directory.users().create(&grace, &staged).await.expect("added");
        world.directory.users().suspend_one(&grace, cy).await.expect("suspended");
        let reason = "  Strike on the second floor ";
        let new = NewJob { reason: reason.into(), ..these(BulkAction::Suspend, &[ada, bob, cy, dee]) };
        let job = start(world, &grace, &new).await;
        assert_eq!(world.code(world.directory.jobs().undo(&grace, job, "").await), ErrorCode::Conflict, "it goes on");
        work(&world.directory, 10).await;
        let first = read(world, job).await;
        assert_eq!((first.row.done, first.row.refused, first.reason.as_str()), (3, 1, "Strike on the second floor"));
        assert_eq!((first.no_undo, first.no_retry, first.of), (None, None, None));
        assert_eq!(history_of(world, job).await[0].message, "Strike on the second floor");

        // Bob is activated by hand and suspended again: what he is now is no longer what the job did.
        let users = world.directory.users();
        users.activate_one(&grace, bob, &Notify::Nobody).await.expect("activated");
        users.suspend_one(&grace, bob).await.expect("suspended");
        let undo = world.directory.jobs().undo(&grace, job, "It is over").await.expect("started");
        work(&world.directory, 10).await;
        let done = read(world, undo).await;
        assert_eq!(done.row.state, JobState::Done);
        assert_eq!((done.of, done.reason.as_str()), (Some((JobRelation::Undo, job)), "It is over"));
        assert_eq!((done.row.total, done.row.done, done.row.refused), (2, 1, 1), "neither who was Suspended nor who was Staged");
        let left = items(world, &grace, undo, vec![]).await;
        let of_bob = left.iter().find(|item| item.subject == bob).expect("bob");
        assert_eq!(of_bob.refused.as_deref(), Some("has been changed since"));
        assert_eq!(state(world, ada).await, UserState::Activated);
        for id in [bob, cy, dee] {
            assert_eq!(state(world, id).await, UserState::Suspended);
        }

        // Undone once, nobody is left as the job had them; and an undo can itself be undone.
        let again = world.directory.jobs().undo(&grace, job, "").await.expect("started");
        let back = world.directory.jobs().undo(&grace, undo, "").await.expect("started");
        work(&world.directory, 10).await;
        assert_eq!((read(world, again).await.row.done, read(world, back).await.row.done), (0, 1));
        assert_eq!(state(world, ada).await, UserState::Suspended);
    }
}

both! {
    async fn mfa_and_activations_are_undone_and_what_has_left_the_house_is_not(world) {
        let grace = world.grace().await;
        let (ada, bob) = (world.user(&grace, "ada").await, world.user(&grace, "bob").await);
        let jobs = world.directory.jobs();
        let require = BulkAction::ChangeMfa(MfaRequirement::Require { days: 7 });
        let job = start(world, &grace, &these(require, &[ada, bob])).await;
        work(&world.directory, 10).await;
        let undo = jobs.undo(&grace, job, "").await.expect("started");
        work(&world.directory, 10).await;
        assert_eq!(read(world, undo).await.row.done, 2);
        assert_eq!(crate::jobs::events(world, EventKind::UserMfaRemove).await, (2, 2));

        world.directory.users().suspend_one(&grace, ada).await.expect("suspended");
        let activate = start(world, &grace, &these(BulkAction::Activate { email: false }, &[ada])).await;
        work(&world.directory, 10).await;
        jobs.undo(&grace, activate, "").await.expect("started");
        work(&world.directory, 10).await;
        assert_eq!(in_state(world, UserState::Suspended).await, 1);

        let expired = start(world, &grace, &these(BulkAction::SendPasswordReset, &[bob])).await;
        work(&world.directory, 10).await;
        let told = world.problem(jobs.undo(&grace, expired, "").await);
        assert_eq!(told.message, "What this job did cannot be taken back.");
        let help = world.administrator("help", DefaultRole::HelpDesk).await;
        assert_eq!(world.code(jobs.undo(&help, activate, "").await), ErrorCode::Forbidden);
        let seen = jobs.read(&help, activate).await.expect("seen");
        assert!(seen.no_undo.is_some_and(|why| why.contains("Help Desk")));
    }
}

both! {
    async fn those_who_were_left_out_are_tried_again(world) {
        let grace = world.grace().await;
        let (ada, bob) = (world.user(&grace, "ada").await, world.user(&grace, "bob").await);
        let (users, jobs) = (world.directory.users(), world.directory.jobs());
        users.suspend_one(&grace, bob).await.expect("suspended");
        let job = start(world, &grace, &these(BulkAction::Suspend, &[ada, bob])).await;
        work(&world.directory, 10).await;
        users.activate_one(&grace, bob, &Notify::Nobody).await.expect("activated");
        let again = jobs.retry(&grace, job, "").await.expect("started");
        work(&world.directory, 10).await;
        let done = read(world, again).await;
        assert_eq!((done.row.total, done.row.done, done.of), (1, 1, Some((JobRelation::Retry, job))));
        assert_eq!(state(world, bob).await, UserState::Suspended);
        assert_eq!(world.code(jobs.retry(&grace, again, "").await), ErrorCode::Conflict, "nobody was left out");
        assert!(world.problem(jobs.retry(&grace, job, "a\nb").await).fault("reason").is_some());

        // Of a job that was cancelled, those whom it has not come to.
        let open = start(world, &grace, &these(BulkAction::Activate { email: false }, &[ada, bob])).await;
        jobs.cancel(&grace, open).await.expect("cancelled");
        let rest = jobs.retry(&grace, open, "").await.expect("started");
        work(&world.directory, 10).await;
        assert_eq!(read(world, rest).await.row.done, 2);
        assert!(items(world, &grace, open, vec![]).await.iter().all(|item| item.state == JobItemState::Waiting));
    }
}

both! {
    async fn results_are_exported_in_parts_which_is_an_event(world) {
        let grace = world.grace().await;
        let (ada, bob) = (world.user(&grace, "ada").await, world.user(&grace, "bob").await);
        let job = start(world, &grace, &these(BulkAction::Suspend, &[ada, bob])).await;
        work(&world.directory, 10).await;
        let mut export = world.directory.jobs().export(&grace, job).await.expect("begun");
        let part = export.rows().await.expect("rows");
        assert_eq!(part.iter().map(|item| item.subject).collect::<Vec<_>>(), [ada, bob]);
        assert!(export.rows().await.expect("rows").is_empty());
        let told = history_of(world, job).await.pop().expect("an event");
        assert_eq!((told.event_type, told.message.as_str()), (EventKind::UsersExport, "CSV, the results of a job: 2 users"));
        let other = world.administrator("other", DefaultRole::BillingOnly).await;
        assert!(world.directory.jobs().export(&other, job).await.is_err());
    }
}
