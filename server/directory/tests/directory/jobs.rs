//! Jobs: what is done to many users goes on by itself, once, for whoever may still do it.

use std::collections::BTreeSet;
use std::time::Duration;

use directory::{Actor, Directory, ImportOptions};
use model::event::{Event, EventKind};
use model::job::{BulkAction, JobDetails, JobItem, JobItemState, JobKind, JobState, NewJob};
use model::user::{MfaRequirement, Selection, UserState};
use model::{DefaultRole, ErrorCode, Filter, Id, ListQuery};

use crate::administrators_from_users::linked;
use crate::raw::rows;
use crate::world::{World, form, origin};

const PEOPLE: &[u8] = include_bytes!("../../data/people.csv");
/// How many they are.
pub const ALL: u64 = 1284;
/// How many users a chunk is about.
const CHUNK: u64 = 500;

/// The people of the file.
pub async fn people(world: &World) {
    let options = ImportOptions { source: "csv".into(), ..ImportOptions::default() };
    let report = world.directory.import().users(&world.system(), PEOPLE, &options).await.expect("read");
    assert_eq!(report.imported, ALL);
}

pub fn everybody(action: BulkAction) -> NewJob {
    NewJob { action, selection: Selection::Matching(ListQuery::default()), reason: String::new() }
}

pub fn these(action: BulkAction, ids: &[Id]) -> NewJob {
    NewJob { action, selection: Selection::These(ids.to_vec()), reason: String::new() }
}

pub async fn start(world: &World, by: &Actor, new: &NewJob) -> Id {
    world.directory.jobs().start(by, new).await.expect("started")
}

pub async fn read(world: &World, job: Id) -> JobDetails {
    let everybodys = world.grace_again().await;
    world.directory.jobs().read(&everybodys, job).await.expect("the job")
}

pub async fn work(directory: &Directory, chunks: u64) -> u64 {
    directory.work_on_jobs(chunks).await.expect("worked")
}

/// All items of a job, page by page.
pub async fn items(world: &World, by: &Actor, job: Id, filters: Vec<Filter>) -> Vec<JobItem> {
    let mut query = ListQuery { filters, limit: 100, ..ListQuery::default() };
    let mut all = Vec::new();
    loop {
        let page = world.directory.jobs().items(by, job, &query).await.expect("a page");
        all.extend(page.rows);
        let Some(after) = page.after else { return all };
        query.cursor = Some(model::list::Cursor::After(after));
    }
}

pub async fn in_state(world: &World, state: UserState) -> u64 {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS TEXT), '' FROM users WHERE deleted_at IS NULL AND state = '{}'",
        state.as_str()
    );
    rows(world, &sql).await[0].trim().parse().expect("a number")
}

/// How many events there are of a kind, and of how many targets.
pub async fn events(world: &World, kind: EventKind) -> (u64, u64) {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS TEXT), CAST(COUNT(DISTINCT target_id) AS TEXT) FROM events WHERE kind = '{}'",
        kind.as_str()
    );
    let found = rows(world, &sql).await;
    let (all, targets) = found[0].split_once(' ').expect("two numbers");
    (all.parse().expect("a number"), targets.parse().expect("a number"))
}

pub async fn history_of(world: &World, job: Id) -> Vec<Event> {
    world.directory.seal_events().await.expect("sealed");
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = world.directory.history().all(&world.system(), before).await.expect("events");
        all.extend(page.events.into_iter().map(|one| one.event));
        before = page.older;
        if before.is_none() {
            break;
        }
    }
    all.retain(|event| event.resource.as_ref().and_then(|party| party.id) == Some(job));
    all.reverse();
    all
}

both! {
    async fn many_are_suspended_with_a_result_for_each(world) {
        let grace = world.grace().await;
        people(world).await;
        let ada = world.user_with_password(&grace, "ada.king").await;
        let session = world.signed_in("ada.king").await;
        let bo = world.user(&grace, "bo.first").await;
        world.directory.users().suspend_one(&grace, bo).await.expect("suspended");
        let job = start(world, &grace, &everybody(BulkAction::Suspend)).await;
        let begun = read(world, job).await;
        assert_eq!((begun.row.state, begun.row.total, begun.row.reached()), (JobState::Queued, ALL + 2, 0));
        assert!(begun.cancellable && begun.row.title() == "Suspend 1,286 users");

        assert_eq!(work(&world.directory, 1).await, 1);
        let half = read(world, job).await;
        assert_eq!((half.row.state, half.row.reached(), half.row.percent()), (JobState::Running, CHUNK, 38));
        assert!(half.version > begun.version);
        assert_eq!(work(&world.directory, 100).await, 2);
        let done = read(world, job).await;
        assert_eq!((done.row.state, done.row.done, done.row.refused), (JobState::Done, ALL + 1, 1));
        assert!(!done.cancellable && done.row.finished_at.is_some() && done.why.is_empty());
        assert_eq!(in_state(world, UserState::Suspended).await, ALL + 2);
        assert_eq!(events(world, EventKind::UserSuspended).await, (ALL + 2, ALL + 2));
        let ended = world.directory.sessions().user(&session, origin(), true).await;
        assert_eq!(world.code(ended), ErrorCode::NotSignedIn);

        let all = items(world, &grace, job, vec![]).await;
        let ids: BTreeSet<Id> = all.iter().map(|item| item.subject).collect();
        assert_eq!((all.len() as u64, ids.len() as u64), (ALL + 2, ALL + 2));
        assert!(ids.contains(&ada));
        let left = items(world, &grace, job, vec![Filter::is("state", ["refused"])]).await;
        assert_eq!((left.len(), left[0].subject, left[0].name.as_str()), (1, bo, "Bo First"));
        assert_eq!(left[0].refused.as_deref(), Some("is Suspended already"));
        let told: Vec<_> = history_of(world, job).await;
        let kinds: Vec<_> = told.iter().map(|event| event.event_type).collect();
        assert_eq!(kinds, [EventKind::JobStart, EventKind::JobEnd]);
        assert_eq!(told[1].message, "1,285 done, 1 left out");
        assert!(told.iter().all(|event| event.initiated_by.name == "Grace Hopper"));
    }
}

both! {
    /// The filter is asked once: nobody joins a job later, and nobody drops out of it unseen.
    async fn whoever_comes_to_match_later_is_not_touched(world) {
        let grace = world.grace().await;
        people(world).await;
        let query = ListQuery { filters: vec![Filter::is("state", ["ACTIVATED"])], ..ListQuery::default() };
        let action = BulkAction::Suspend;
        let job = start(world, &grace, &NewJob { action, selection: Selection::Matching(query), reason: String::new() }).await;
        let late = world.user(&grace, "late.comer").await;
        assert_eq!(work(&world.directory, 1).await, 1);
        let later = world.user(&grace, "later.comer").await;
        let gone = items(world, &grace, job, vec![]).await.pop().expect("the last").subject;
        world.directory.users().delete(&grace, &Selection::These(vec![gone])).await.expect("deleted");
        work(&world.directory, 100).await;
        let done = read(world, job).await;
        assert_eq!((done.row.total, done.row.done, done.row.refused), (ALL, ALL - 1, 1));
        let left = items(world, &grace, job, vec![Filter::is("state", ["refused"])]).await;
        assert_eq!((left[0].subject, left[0].refused.as_deref()), (gone, Some("is not in the directory")));
        assert!(!left[0].name.is_empty() && left[0].name != gone.to_string(), "named as they were called");
        for one in [late, later] {
            let user = world.directory.users().read(&grace, one).await.expect("there");
            assert_eq!(user.state, UserState::Activated);
        }
    }
}

both! {
    async fn a_job_is_cancelled_between_chunks(world) {
        let grace = world.grace().await;
        people(world).await;
        let manager = world.administrator("max", DefaultRole::Manager).await;
        let jobs = world.directory.jobs();
        let job = start(world, &grace, &everybody(BulkAction::Suspend)).await;
        work(&world.directory, 1).await;
        assert!(!jobs.read(&manager, job).await.expect("seen").cancellable);
        assert_eq!(world.code(jobs.cancel(&manager, job).await), ErrorCode::Forbidden, "it is another’s");
        jobs.cancel(&grace, job).await.expect("cancelled");
        assert_eq!(work(&world.directory, 100).await, 0);
        let stopped = read(world, job).await;
        assert_eq!((stopped.row.state, stopped.row.done), (JobState::Cancelled, CHUNK));
        assert_eq!(in_state(world, UserState::Suspended).await, CHUNK, "what was done stays");
        let waiting = items(world, &grace, job, vec![Filter::is("state", ["waiting"])]).await;
        assert_eq!(waiting.len() as u64, ALL - CHUNK);
        assert!(waiting.iter().all(|item| item.state == JobItemState::Waiting && item.at.is_none()));
        assert_eq!(world.code(jobs.cancel(&grace, job).await), ErrorCode::Conflict);
        let told = history_of(world, job).await;
        assert_eq!(told[1].message, "cancelled; 500 done, 0 left out");
        // A manager stops their own.
        let own = start(world, &manager, &everybody(BulkAction::ForcePasswordChange)).await;
        jobs.cancel(&manager, own).await.expect("cancelled");
    }
}

both! {
    async fn what_cannot_be_started(world) {
        let grace = world.grace().await;
        let jobs = world.directory.jobs();
        let ada = world.user(&grace, "ada.king").await;
        let nobody = Id::from([9; 12]);
        let odd = |filter: Filter| NewJob {
            action: BulkAction::Suspend,
            selection: Selection::Matching(ListQuery { filters: vec![filter], ..ListQuery::default() }),
            reason: String::new(),
        };
        for refused in [
            these(BulkAction::Suspend, &[]),
            these(BulkAction::Suspend, &[nobody]),
            these(BulkAction::Suspend, &vec![ada; 10_001]),
            these(BulkAction::ChangeMfa(MfaRequirement::Require { days: 0 }), &[ada]),
            odd(Filter::is("state", ["GONE"])),
            odd(Filter::is("password", ["x"])),
            odd(Filter::is("state", ["STAGED"])),
        ] {
            assert_eq!(world.code(jobs.start(&grace, &refused).await), ErrorCode::Invalid, "{refused:?}");
        }
        let twice = start(world, &grace, &these(BulkAction::Suspend, &[ada, nobody, ada])).await;
        assert_eq!(read(world, twice).await.row.total, 1);
        for _ in 1..20 {
            start(world, &grace, &these(BulkAction::Unlock, &[ada])).await;
        }
        let more = jobs.start(&grace, &these(BulkAction::Unlock, &[ada])).await;
        assert_eq!(world.code(more), ErrorCode::Conflict);
        work(&world.directory, 100).await;
        start(world, &grace, &these(BulkAction::Unlock, &[ada])).await;
        assert_eq!(rows(world, "SELECT kind, state FROM jobs WHERE state IN ('filling', 'running')").await.len(), 0);
    }
}

both! {
    async fn every_action_does_what_it_does_to_one(world) {
        let grace = world.grace().await;
        let ada = world.user_with_password(&grace, "ada.king").await;
        let bo = world.user(&grace, "bo.first").await;
        let both = [ada, bo];
        for (action, outcome) in [
            (BulkAction::ForcePasswordChange, [None, Some("has no password yet")]),
            (BulkAction::ChangeMfa(MfaRequirement::Require { days: 7 }), [None, None]),
            (BulkAction::ResetTotp, [None, None]),
            (BulkAction::ChangeMfa(MfaRequirement::Remove), [None, None]),
            (BulkAction::SendActivationEmail, [None, None]),
            (BulkAction::SendPasswordReset, [None, Some("has no password yet; the activation email is for that")]),
            (BulkAction::Unlock, [Some("is not locked"); 2]),
            (BulkAction::Suspend, [None, None]),
            (BulkAction::Activate { email: true }, [None, None]),
            (BulkAction::Activate { email: false }, [Some("is Active already"); 2]),
            (BulkAction::Delete, [None, None]),
        ] {
            let job = start(world, &grace, &these(action.clone(), &both)).await;
            work(&world.directory, 1).await;
            let done = read(world, job).await;
            assert_eq!((done.row.state, done.row.kind), (JobState::Done, action.kind()), "{action:?}: {}", done.why);
            let found = items(world, &grace, job, vec![]).await;
            let why: Vec<_> = found.iter().map(|item| item.refused.as_deref()).collect();
            assert_eq!(why, outcome, "{action:?}");
        }
        assert_eq!(events(world, EventKind::UserDelete).await, (2, 2));
    }
}

both! {
    /// Whoever is an administrator, too, is not among many: neither shut out, nor let in, nor the last one lost.
    async fn administrators_are_left_to_a_hand(world) {
        let grace = world.grace().await;
        let (ada, _, _, _) = linked(world, &grace, DefaultRole::ReadOnly).await;
        let bo = world.user(&grace, "bo.first").await;
        world.wait(Duration::from_mins(30));
        let grace = world.grace_again().await;
        for action in [BulkAction::Suspend, BulkAction::Delete] {
            let job = start(world, &grace, &these(action, &[ada, bo])).await;
            work(&world.directory, 1).await;
            let found = items(world, &grace, job, vec![]).await;
            let why = "is also an administrator, to whom this is done one by one";
            assert_eq!(found.iter().map(|item| item.refused.as_deref()).collect::<Vec<_>>(), [Some(why), None]);
        }
    }
}

both! {
    async fn hostile_names_stay_names(world) {
        let grace = world.grace().await;
        let names = ["<script>alert(1)</script>", "Robert'); DROP TABLE jobs;--", "=HYPERLINK(\"x\")", "%_\\ ${x} {{x}}", "\u{202e}evil"];
        let mut ids = Vec::new();
        for (number, name) in names.into_iter().enumerate() {
            let mut form = form(&format!("user{number}"));
            form.set_text(model::user::TextAttribute::DisplayName, name);
            let new = model::user::NewUser { form, state: Some(UserState::Activated), ..Default::default() };
            if let Ok(id) = world.directory.users().create(&grace, &new).await {
                ids.push(id);
            }
        }
        assert!(ids.len() >= 4);
        let job = start(world, &grace, &these(BulkAction::Suspend, &ids)).await;
        work(&world.directory, 1).await;
        for item in items(world, &grace, job, vec![]).await {
            let user = world.directory.users().read(&grace, item.subject).await.expect("there");
            assert_eq!(item.name, user.name());
        }
        let query = ListQuery { search: "user1".into(), ..ListQuery::default() };
        assert!(world.directory.jobs().items(&grace, job, &query).await.is_ok());
        for search in ["'; DELETE FROM jobs; --", "%", "\\"] {
            let query = ListQuery { search: search.into(), ..ListQuery::default() };
            assert!(world.directory.jobs().list(&grace, &query).await.expect("a page").rows.is_empty(), "{search}");
        }
    }
}

both! {
    async fn jobs_are_listed_sorted_and_forgotten_after_a_while(world) {
        let grace = world.grace().await;
        people(world).await;
        world.wait(Duration::from_secs(1));
        let job = start(world, &grace, &everybody(BulkAction::Suspend)).await;
        work(&world.directory, 1).await;
        let list = async |query: ListQuery| {
            let page = world.directory.jobs().list(&grace, &query).await.expect("a page");
            page.rows.into_iter().map(|row| row.kind).collect::<Vec<_>>()
        };
        let (suspend, import) = (JobKind::SuspendUsers, JobKind::Import);
        assert_eq!(list(ListQuery::default()).await, [suspend, import]);
        for sort in ["name", "progress", "started_by", "created", "state"] {
            for down in ["", "-"] {
                let sort = Some(model::Sort::parse(&format!("{down}{sort}")));
                assert_eq!(list(ListQuery { sort, ..ListQuery::default() }).await.len(), 2);
            }
        }
        let watched = world.directory.jobs().progress(&grace, &[job, Id::from([9; 12])]).await.expect("told");
        assert_eq!(watched.iter().map(|one| one.row.id).collect::<Vec<_>>(), [job]);
        let filtered = |filter: Filter| ListQuery { filters: vec![filter], ..ListQuery::default() };
        assert_eq!(list(filtered(Filter::is("state", ["done"]))).await, [import]);
        assert_eq!(list(filtered(Filter::is("name", ["suspend_users"]))).await, [suspend]);
        assert_eq!(list(filtered(Filter::is("started_by", ["Grace Hopper"]))).await, [suspend]);
        assert_eq!(list(ListQuery { search: "GRACE susp".into(), ..ListQuery::default() }).await, [suspend]);

        work(&world.directory, 100).await;
        let day = Duration::from_hours(24);
        world.wait(day * 29);
        world.directory.clean_up().await.expect("tidied");
        assert_eq!(rows(world, "SELECT kind, state FROM jobs").await.len(), 2);
        world.wait(day * 2);
        world.directory.clean_up().await.expect("tidied");
        assert_eq!(rows(world, "SELECT kind, state FROM jobs").await.len(), 0);
        assert_eq!(rows(world, "SELECT name, state FROM job_items LIMIT 1").await.len(), 0);
        let grace = world.grace_again().await;
        assert_eq!(world.code(world.directory.jobs().read(&grace, job).await), ErrorCode::NotFound);
    }
}

both! {
    /// Of many who are added each has a result, whoever else is at fault; managers may be of the same request
    /// only once they are there.
    async fn users_are_added_by_a_job(world) {
        let grace = world.grace().await;
        let mut users = Vec::new();
        for number in 0..120 {
            let mut typed = form(&format!("user{number}"));
            if number == 7 {
                typed.email = "nobody".into();
            }
            if number == 60 {
                typed.username = "USER0".into();
            }
            let password = (number == 1).then(|| model::user::NewPassword {
                password: "tundra-violin-oxide-9".into(),
                must_change: false,
            });
            let state = (number == 2).then_some(UserState::Staged);
            users.push(Ok(model::user::NewUser { form: typed, password, state, ..model::user::NewUser::default() }));
        }
        users.push(Err(model::Problem::at("colour", "There is no such field.")));
        let source = model::user::CreationSource::Bulk;
        let job = world.directory.jobs().create_users(&grace, users, source, true).await.expect("started");
        while work(&world.directory, 1).await > 0 {}
        let details = read(world, job).await;
        assert_eq!((details.row.state, details.row.done, details.row.refused), (JobState::Done, 118, 3));
        let all = world.directory.jobs().results(&grace, job, 0, 200).await.expect("results");
        let refused: Vec<_> = all.iter().filter_map(|row| Some((row.name.as_str(), row.refused.as_deref()?))).collect();
        assert_eq!(refused.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["user7", "User60", "User 121"]);
        assert!(refused[1].1.contains("username: This username is taken"), "{refused:?}");
        let some = world.directory.jobs().results(&grace, job, 118, 10).await.expect("results");
        assert_eq!(some, all[118..]);
        let user = world.directory.users().read(&grace, all[1].subject).await.expect("added");
        assert!(user.password.set_at.is_some() && user.created_by == "bulk");
        let staged = world.directory.users().read(&grace, all[2].subject).await.expect("added");
        assert_eq!(staged.state, UserState::Staged);
        assert!(rows(world, "SELECT fault, body FROM import_rows").await.is_empty());
    }
}
