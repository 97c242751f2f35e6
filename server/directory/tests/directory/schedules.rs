//! Scheduled changes of state: at their instant, once, for whoever may still make them, whatever runs late.

use std::time::Duration;

use directory::{Actor, SignedIn};
use model::event::EventKind;
use model::job::{BulkAction, JobState, NewJob};
use model::mail::MessageKind;
use model::user::schedule::{LocalTime, NewSchedule, Schedule, ScheduleUpdate, ScheduledChange};
use model::user::{Notify, Outcome, Selection, UserState};
use model::{DefaultRole, ErrorCode, Filter, Id, ListQuery, Principal};

use crate::administrators_from_users::linked;
use crate::jobs::{events, read as read_job, start, work};
use crate::sending::messages;
use crate::world::{PASSWORD, World, origin, visitor};

use ScheduledChange::{Activation, Suspension};

/// The test's clock stands at 9:00 UTC on Sunday, 22 November 2026.
fn at(date: &str, time: &str, zone: &str) -> LocalTime {
    LocalTime { date: date.into(), time: time.into(), zone: zone.into() }
}

fn monday_morning() -> LocalTime {
    at("2026-11-23", "09:00", "Europe/Berlin")
}

fn new(change: ScheduledChange, at: LocalTime) -> NewSchedule {
    NewSchedule { change, at, notify: Notify::Nobody }
}

async fn schedule(world: &World, by: &Actor, user: Id, new: &NewSchedule) -> Vec<Outcome> {
    world.directory.users().schedule(by, &Selection::These(vec![user]), new).await.expect("answered")
}

/// Schedules what can be scheduled.
async fn scheduled(world: &World, by: &Actor, user: Id, new: &NewSchedule) {
    let outcomes = schedule(world, by, user, new).await;
    assert!(outcomes.iter().all(|outcome| outcome.refused.is_none()), "{outcomes:?}");
}

async fn refused(world: &World, by: &Actor, user: Id, new: &NewSchedule) -> String {
    schedule(world, by, user, new).await.pop().and_then(|outcome| outcome.refused).expect("left out")
}

async fn waiting(world: &World, user: Id) -> Vec<Schedule> {
    world.directory.users().read(&world.system(), user).await.expect("the user").schedules
}

async fn state(world: &World, user: Id) -> UserState {
    world.directory.users().read(&world.system(), user).await.expect("the user").state
}

async fn round(world: &World) {
    world.directory.clean_up().await.expect("a round");
}

async fn staged(world: &World, by: &Actor, name: &str) -> Id {
    let form = crate::world::form(name);
    let new = model::user::NewUser { form, state: Some(UserState::Staged), ..Default::default() };
    world.directory.users().create(by, &new).await.expect("a user")
}

/// What the history says of a user, the newest first.
async fn told(world: &World, user: Id) -> Vec<(EventKind, bool, String)> {
    world.directory.seal_events().await.expect("sealed");
    let page = world.directory.history().of_user(&world.system(), user, None).await.expect("a page");
    let told = page.events.into_iter().map(|one| one.event);
    told.map(|event| (event.event_type, event.success, event.message)).collect()
}

both! {
    async fn somebody_is_activated_at_the_instant(world) {
        let grace = world.grace().await;
        let ada = staged(world, &grace, "ada.king").await;
        let plan = NewSchedule { notify: Notify::Default, ..new(Activation, monday_morning()) };
        scheduled(world, &grace, ada, &plan).await;
        let waits = waiting(world, ada).await;
        assert_eq!((waits.len(), waits[0].change), (1, Activation));
        assert_eq!(waits[0].local, "23 Nov 2026, 09:00 Europe/Berlin");
        assert_eq!((waits[0].scheduled_by.as_str(), waits[0].typed.clone()), ("Grace Hopper", monday_morning()));
        world.wait(Duration::from_mins(23 * 60 - 1));
        round(world).await;
        assert_eq!(state(world, ada).await, UserState::Staged);
        assert!(messages(world).await.is_empty());
        world.wait(Duration::from_mins(1));
        round(world).await;
        assert_eq!(state(world, ada).await, UserState::Activated);
        assert!(waiting(world, ada).await.is_empty());
        assert_eq!(messages(world).await[0].kind, MessageKind::Activation);
        round(world).await;
        assert_eq!(events(world, EventKind::UserActivated).await, (1, 1));
        let told = told(world, ada).await;
        let activated = told.iter().find(|(kind, ..)| *kind == EventKind::UserActivated).expect("told");
        assert_eq!(activated.2, "as Grace Hopper scheduled it for 23 Nov 2026, 09:00 Europe/Berlin");
        assert!(told.iter().any(|(kind, ..)| *kind == EventKind::UserActivationScheduleCreate));
    }
}

both! {
    /// A user who signs in meets the state that holds now, and not the one that some work has not come to yet.
    async fn access_follows_the_instant(world) {
        let grace = world.grace().await;
        let ada = world.user_with_password(&grace, "ada.king").await;
        let session = world.signed_in("ada.king").await;
        scheduled(world, &grace, ada, &new(Suspension, monday_morning())).await;
        let back = at("2026-11-24", "09:00", "Europe/Berlin");
        scheduled(world, &grace, ada, &new(Activation, back)).await;
        let users = world.directory.sessions();
        assert!(users.user(&session, origin(), false).await.is_ok());
        world.wait(Duration::from_hours(23));
        let over = users.user(&session, origin(), false).await;
        assert_eq!(world.code(over), ErrorCode::NotSignedIn);
        let sign_in = world.directory.sign_in();
        let shut = sign_in.password(&visitor(), Principal::User, "ada.king", PASSWORD).await;
        assert_eq!(world.code(shut), ErrorCode::Invalid);
        // No round of the maintenance has been: signing in has made the change.
        assert_eq!(state(world, ada).await, UserState::Suspended);
        world.wait(Duration::from_hours(24));
        let said = sign_in.password(&visitor(), Principal::User, "ada.king", PASSWORD).await;
        let Ok(SignedIn::Full(token)) = said else { panic!("{said:?}") };
        round(world).await;
        assert!(users.user(&token, origin(), false).await.is_ok(), "the session stands");
        assert_eq!(state(world, ada).await, UserState::Activated);
    }
}

both! {
    /// What fell due while no server was there is done at the start, in order, and said to be late.
    async fn what_fell_due_meanwhile_is_done_late(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada.king").await;
        scheduled(world, &grace, ada, &new(Suspension, monday_morning())).await;
        scheduled(world, &grace, ada, &new(Activation, at("2026-11-23", "10:00", "Europe/Berlin"))).await;
        scheduled(world, &grace, ada, &new(Suspension, at("2026-11-23", "11:00", "Europe/Berlin"))).await;
        world.wait(Duration::from_mins(26 * 60 + 5));
        let again = world.reopened().await;
        again.clean_up().await.expect("a round");
        assert_eq!(state(world, ada).await, UserState::Suspended);
        let told = told(world, ada).await;
        let changes: Vec<_> = told
            .iter()
            .filter(|(kind, ..)| matches!(kind, EventKind::UserSuspended | EventKind::UserUnsuspended))
            .map(|(kind, _, message)| (*kind, message.rsplit(", ").next().unwrap_or_default().to_owned()))
            .collect();
        assert_eq!(changes[0].0, EventKind::UserSuspended);
        assert_eq!(changes[1].0, EventKind::UserUnsuspended);
        assert_eq!(changes[2].0, EventKind::UserSuspended);
        assert!(told.iter().any(|(.., message)| message.ends_with("3 hours, 5 minutes late")), "{told:?}");
    }
}

both! {
    async fn two_servers_do_it_once(world) {
        let grace = world.grace().await;
        for number in 0..30 {
            let user = world.user(&grace, &format!("user{number}.x")).await;
            scheduled(world, &grace, user, &new(Suspension, monday_morning())).await;
        }
        let other = world.reopened().await;
        world.wait(Duration::from_hours(24));
        let (first, second) = tokio::join!(world.directory.clean_up(), other.clean_up());
        first.expect("a round");
        second.expect("a round");
        assert_eq!(events(world, EventKind::UserSuspended).await, (30, 30));
    }
}

both! {
    async fn what_cannot_be_is_refused_at_its_field(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada.king").await;
        let users = world.directory.users();
        let one = Selection::These(vec![ada]);
        for (when, field) in [
            (at("2026-11-22", "10:00", "Europe/Berlin"), "date"),
            (at("2026-11-21", "23:59", "UTC"), "date"),
            (at("2027-03-28", "02:30", "Europe/Berlin"), "time"),
            (at("2126-11-22", "09:00", "UTC"), "date"),
            (at("2026-11-23", "09:00", "Nowhere/Else"), "zone"),
            (at("soon", "noon", ""), "time"),
        ] {
            let problem = world.problem(users.schedule(&grace, &one, &new(Suspension, when.clone())).await);
            assert_eq!(problem.code, ErrorCode::Invalid);
            assert!(problem.fault(field).is_some(), "{when:?}: {problem:?}");
        }
        let typed = NewSchedule { notify: Notify::To("nobody".into()), ..new(Activation, monday_morning()) };
        let problem = world.problem(users.schedule(&grace, &one, &typed).await);
        assert!(problem.fault("email").is_some());
        assert_eq!(refused(world, &grace, ada, &new(Activation, monday_morning())).await, "is Active already");
        scheduled(world, &grace, ada, &new(Suspension, monday_morning())).await;
        let why = refused(world, &grace, ada, &new(Suspension, monday_morning())).await;
        assert_eq!(why, "is going to be Suspended by then, by another schedule");
        let read_only = world.administrator("rita", DefaultRole::ReadOnly).await;
        let help_desk = world.administrator("hal", DefaultRole::HelpDesk).await;
        for role in [&read_only, &help_desk] {
            let tried = users.schedule(role, &one, &new(Suspension, monday_morning())).await;
            assert_eq!(world.code(tried), ErrorCode::Forbidden);
            let id = waiting(world, ada).await[0].id;
            let tried = users.cancel_schedules(role, &[id]).await;
            assert_eq!(world.code(tried), ErrorCode::Forbidden);
        }
        assert_eq!(users.schedules(&read_only, &ListQuery::default()).await.expect("seen").rows.len(), 1);
    }
}

both! {
    async fn it_is_moved_and_cancelled(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada.king").await;
        let users = world.directory.users();
        scheduled(world, &grace, ada, &new(Suspension, monday_morning())).await;
        let before = waiting(world, ada).await.remove(0);
        let later = at("2026-11-25", "17:00", "Pacific/Auckland");
        let update =
            ScheduleUpdate { id: before.id, version: before.version, at: later, notify: Notify::Nobody };
        users.reschedule(&grace, &update).await.expect("moved");
        let stale = users.reschedule(&grace, &update).await;
        assert_eq!(world.code(stale), ErrorCode::Stale);
        let now = waiting(world, ada).await.remove(0);
        assert_eq!(now.local, "25 Nov 2026, 17:00 Pacific/Auckland");
        world.wait(Duration::from_hours(30));
        round(world).await;
        assert_eq!(state(world, ada).await, UserState::Activated);
        let outcomes = users.cancel_schedules(&grace, &[now.id]).await.expect("answered");
        assert_eq!((outcomes[0].name.as_str(), outcomes[0].refused.as_deref()), ("Ada King", None));
        let again = users.cancel_schedules(&grace, &[now.id]).await.expect("answered");
        assert!(again[0].refused.is_some());
        world.wait(Duration::from_hours(100));
        round(world).await;
        assert_eq!(state(world, ada).await, UserState::Activated);
        let kinds: Vec<_> = told(world, ada).await.into_iter().map(|(kind, ..)| kind).collect();
        assert!(kinds.contains(&EventKind::UserSuspensionScheduleUpdate));
        assert!(kinds.contains(&EventKind::UserSuspensionScheduleDelete));
    }
}

both! {
    /// Whoever has the state already is left as they are, which is written down.
    async fn what_is_so_already_is_skipped(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada.king").await;
        scheduled(world, &grace, ada, &new(Suspension, monday_morning())).await;
        world.directory.users().suspend_one(&grace, ada).await.expect("suspended");
        world.wait(Duration::from_hours(24));
        round(world).await;
        assert!(waiting(world, ada).await.is_empty());
        let (kind, success, message) = told(world, ada).await.remove(0);
        assert_eq!((kind, success), (EventKind::UserSuspended, false));
        assert!(message.ends_with("Ada King is Suspended already"), "{message}");
    }
}

both! {
    async fn it_goes_with_the_user_and_comes_back_with_them(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let (ada, bo) = (world.user(&grace, "ada.king").await, world.user(&grace, "bo.first").await);
        scheduled(world, &grace, ada, &new(Suspension, monday_morning())).await;
        scheduled(world, &grace, bo, &new(Suspension, at("2026-12-24", "09:00", "UTC"))).await;
        users.delete(&grace, &Selection::These(vec![ada, bo])).await.expect("deleted");
        assert!(users.schedules(&grace, &ListQuery::default()).await.expect("a page").rows.is_empty());
        world.wait(Duration::from_hours(48));
        round(world).await;
        assert_eq!(events(world, EventKind::UserSuspended).await, (0, 0));
        let grace = world.grace_again().await;
        users.restore(&grace, &[ada, bo]).await.expect("restored");
        assert!(waiting(world, ada).await.is_empty(), "its time has passed");
        assert_eq!(waiting(world, bo).await.len(), 1);
        round(world).await;
        users.delete(&grace, &Selection::These(vec![bo])).await.expect("deleted");
        users.purge(&grace, &[bo]).await.expect("purged");
    }
}

both! {
    /// Whoever scheduled it may have left since: what concerns people goes on, what concerns administrators does not.
    async fn administrators_are_seen_to_by_whoever_may_still_do_it(world) {
        let grace = world.grace().await;
        let (ada, ..) = linked(world, &grace, DefaultRole::ReadOnly).await;
        let bo = world.user(&grace, "bo.first").await;
        let alan = world.administrator("alan", DefaultRole::Administrator).await;
        for user in [ada, bo] {
            scheduled(world, &alan, user, &new(Suspension, monday_morning())).await;
        }
        let me = alan.auth().expect("an administrator").id;
        world.directory.administrators().delete(&grace, &[me]).await.expect("deleted");
        world.wait(Duration::from_hours(24));
        round(world).await;
        assert_eq!(state(world, bo).await, UserState::Suspended);
        assert_eq!(state(world, ada).await, UserState::Activated);
        let (kind, success, message) = told(world, ada).await.remove(0);
        assert_eq!((kind, success), (EventKind::UserSuspended, false));
        assert!(message.contains("also an administrator"), "{message}");
    }
}

both! {
    async fn the_last_administrator_stays(world) {
        let grace = world.grace().await;
        let (ada, ..) = linked(world, &grace, DefaultRole::AdministratorWithBilling).await;
        scheduled(world, &grace, ada, &new(Suspension, monday_morning())).await;
        crate::raw::run(world, "UPDATE administrators SET suspended = (1 = 1) WHERE user_id IS NULL").await;
        world.wait(Duration::from_hours(24));
        round(world).await;
        assert_eq!(state(world, ada).await, UserState::Activated);
        assert!(waiting(world, ada).await.is_empty(), "it is not tried for ever");
    }
}

both! {
    async fn many_are_scheduled_as_a_job(world) {
        let grace = world.grace().await;
        for number in 0..12 {
            world.user(&grace, &format!("user{number}.x")).await;
        }
        let action = BulkAction::Schedule(new(Suspension, monday_morning()));
        let all = Selection::Matching(ListQuery::default());
        let preview = world.directory.users().preview(&grace, &action, &all).await.expect("told");
        assert_eq!((preview.able, preview.first.len(), preview.left_out.len()), (12, 5, 0));
        assert_eq!(preview.at.expect("a time").until, "in 23 hours");
        let job = start(world, &grace, &NewJob { action, selection: all, reason: String::new() }).await;
        work(&world.directory, 10).await;
        let done = read_job(world, job).await;
        assert_eq!((done.row.state, done.row.done), (JobState::Done, 12));
        let query = ListQuery {
            filters: vec![Filter::after("suspends", "0d")],
            columns: vec!["suspends".into()],
            ..ListQuery::default()
        };
        let grace = world.grace_again().await;
        assert_eq!(world.directory.users().list(&grace, &query).await.expect("a page").rows.len(), 12);
        let past = BulkAction::Schedule(new(Suspension, at("2026-11-01", "09:00", "UTC")));
        let tried = world
            .directory
            .jobs()
            .start(&grace, &NewJob { action: past, selection: Selection::Matching(ListQuery::default()), reason: String::new() })
            .await;
        assert!(world.problem(tried).fault("date").is_some());
    }
}

both! {
    async fn a_preview_says_who_is_left_out_and_why(world) {
        let grace = world.grace().await;
        let users = world.directory.users();
        let (linked, ..) = linked(world, &grace, DefaultRole::ReadOnly).await;
        let bo = world.user(&grace, "bo.first").await;
        let cy = world.user(&grace, "cy.second").await;
        let dora = staged(world, &grace, "dora.third").await;
        users.suspend_one(&grace, bo).await.expect("suspended");
        scheduled(world, &grace, cy, &new(Suspension, monday_morning())).await;
        let all = Selection::Matching(ListQuery::default());
        let preview = users.preview(&grace, &BulkAction::Suspend, &all).await.expect("told");
        let names: Vec<_> = preview.first.iter().map(|one| one.name.as_str()).collect();
        assert_eq!((preview.able, names, preview.staged), (2, vec!["Cy Second", "Dora Third"], 1));
        let reasons: Vec<_> = preview.left_out.iter().map(model::user::LeftOut::sentence).collect();
        assert!(reasons.contains(&"Bo First is Suspended already.".to_owned()), "{reasons:?}");
        assert!(reasons.iter().any(|why| why.contains("to whom this is done one by one")), "{reasons:?}");
        assert_eq!((preview.scheduled, preview.next_change.expect("one").name.as_str()), (1, "Cy Second"));
        // Of a few, the administrator is not left to a hand.
        let few = Selection::These(vec![linked, bo, cy, dora]);
        assert_eq!(users.preview(&grace, &BulkAction::Suspend, &few).await.expect("told").able, 3);
        let email = users.preview(&grace, &BulkAction::SendActivationEmail, &few).await.expect("told");
        assert_eq!((email.able, email.emails.activation, email.left_out.len()), (2, 1, 2));
        let read_only = world.administrator("rita", DefaultRole::ReadOnly).await;
        assert_eq!(world.code(users.preview(&read_only, &BulkAction::Suspend, &few).await), ErrorCode::Forbidden);
    }
}
