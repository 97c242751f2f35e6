//! What users do with their own passwords, and what wrong ones lead to: the side that signing in,
//! links and the User Portal stand on.

use std::collections::HashMap;
use std::time::Duration;

use model::user::{DELETED_USERS, NewPassword, PasswordStatus, Selection, USERS};
use model::{ErrorCode, Id, Operation, PasswordPolicy, Timestamp};

use super::deleted::Deleted;
use super::list::cell;
use super::lockout;
use super::password::{self, PasswordChangedBy};
use crate::lists::{Listed, SortKey};
use crate::users::UserList;
use crate::world::{PASSWORD, World};
use directory_core::authz::permit;
use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const DAY: Duration = Duration::from_hours(24);
const OTHERS: [&str; 4] =
    ["marble-otter-canyon-7", "lantern-pebble-quartz-3", "walrus-anchor-tulip-8", "saddle-comet-birch-5"];

async fn change(world: &World) -> Change {
    Change::begin(world.directory.context(), permit(&world.system(), Operation::RunMaintenance).expect("may"))
        .await
        .expect("begun")
}

/// Sets a password as whoever `by` says, in one go.
async fn set(world: &World, user: Id, typed: &str, by: PasswordChangedBy) -> Result<i64> {
    // The history goes by time.
    world.wait(Duration::from_millis(1));
    let new = password::prepare(world.directory.context(), user, typed, by).await?;
    let mut change = change(world).await;
    let epoch = password::set(&mut change, new).await?;
    change.commit().await?;
    Ok(epoch)
}

async fn lock(world: &World, user: Id) -> Timestamp {
    let mut change = change(world).await;
    let until = lockout::lock(&mut change, user, "User Portal").await.expect("locked");
    change.commit().await.expect("committed");
    until
}

async fn save(world: &World, policy: &PasswordPolicy) {
    let settings = world.directory.policy().settings(&world.system()).await.expect("settings");
    world.directory.policy().update(&world.system(), settings.version, &policy.into()).await.expect("saved");
}

async fn status(world: &World, user: Id) -> PasswordStatus {
    world.directory.users().read(&world.system(), user).await.expect("a user").password_status
}

async fn run(world: &World, sql: Sql) {
    let mut change = change(world).await;
    change.run(sql, args![]).await.expect("run");
    change.commit().await.expect("committed");
}

async fn messages(world: &World) -> Vec<(String, String)> {
    let sql = sql!("SELECT kind, recipient FROM messages ORDER BY created_at, kind, recipient");
    world
        .directory
        .context()
        .db()
        .read()
        .await
        .expect("a transaction")
        .all(sql, args![])
        .await
        .expect("messages")
}

fn refused<T: std::fmt::Debug>(world: &World, result: Result<T>) -> String {
    world.problem(result).fault("password").expect("at the password").to_owned()
}

both! {
    async fn each_column_of_the_lists_has_a_cell_and_an_order(world) {
        world.set_up().await;
        let ada = world.user(&world.system(), "ada.lovelace").await;
        let mut tx = world.directory.context().db().read().await.expect("a transaction");
        let record = crate::users::find(&mut tx, ada).await.expect("a user");
        let now = world.directory.context().env().now();
        for (spec, order) in [
            (&USERS, UserList::sort_key as fn(&str, Timestamp) -> Option<SortKey>),
            (&DELETED_USERS, Deleted::sort_key),
        ] {
            for column in spec.columns {
                let key = column.key;
                assert!(column.fixed || cell(&record, key, &HashMap::new(), now).is_some(), "cell of {key}");
                assert!(!column.sortable || order(key, now).is_some(), "order by {key}");
            }
        }
    }
}

both! {
    /// The last three, the present one among them; an administrator's count, but are not judged.
    async fn former_passwords_are_not_taken_again(world) {
        world.set_up().await;
        let ada = world.user(&world.system(), "ada.lovelace").await;
        set(world, ada, PASSWORD, PasswordChangedBy::Link { handed: false }).await.expect("the first");
        set(world, ada, OTHERS[0], PasswordChangedBy::Administrator { must_change: true }).await.expect("set");
        set(world, ada, OTHERS[1], PasswordChangedBy::Themselves).await.expect("changed");
        for used in [PASSWORD, OTHERS[0], OTHERS[1]] {
            assert!(refused(world, set(world, ada, used, PasswordChangedBy::Themselves).await).contains("last 3"), "{used}");
            assert!(refused(world, set(world, ada, used, PasswordChangedBy::Link { handed: false }).await).contains("last 3"), "{used}");
        }
        set(world, ada, OTHERS[2], PasswordChangedBy::Themselves).await.expect("changed");
        set(world, ada, PASSWORD, PasswordChangedBy::Themselves).await.expect("three others lie between");
        save(world, &PasswordPolicy { max_history: None, ..PasswordPolicy::default() }).await;
        set(world, ada, OTHERS[2], PasswordChangedBy::Themselves).await.expect("nothing is remembered any more");
        assert!(refused(world, set(world, ada, OTHERS[2], PasswordChangedBy::Themselves).await).contains("of now"));
        let kept = sql!("SELECT kind, kind FROM credentials WHERE principal = 'user'");
        let mut tx = world.directory.context().db().read().await.expect("a transaction");
        let kept: Vec<(String, String)> = tx.all(kept, args![]).await.expect("credentials");
        assert_eq!(kept.len(), 1);
    }
}

both! {
    async fn a_new_password_stays_for_its_minimum_age(world) {
        world.set_up().await;
        save(world, &PasswordPolicy { min_change_days: Some(2), ..PasswordPolicy::default() }).await;
        let ada = world.user(&world.system(), "ada.lovelace").await;
        set(world, ada, PASSWORD, PasswordChangedBy::Link { handed: false }).await.expect("the first");
        world.wait(DAY);
        let why = refused(world, set(world, ada, OTHERS[0], PasswordChangedBy::Themselves).await);
        assert!(why.contains("24 hours"), "{why}");
        set(world, ada, OTHERS[0], PasswordChangedBy::Link { handed: false }).await.expect("what is forgotten cannot wait");
        world.directory.users().force_password_change(&world.system(), &Selection::These(vec![ada])).await.expect("done");
        set(world, ada, OTHERS[1], PasswordChangedBy::Themselves).await.expect("what must be changed can be");
        world.wait(DAY * 2);
        set(world, ada, OTHERS[2], PasswordChangedBy::Themselves).await.expect("old enough");
    }
}

both! {
    /// Judged first and written later: whoever comes second is told, and nothing is lost.
    async fn two_at_once_are_told_apart(world) {
        world.set_up().await;
        let ada = world.user(&world.system(), "ada.lovelace").await;
        let first = password::prepare(world.directory.context(), ada, PASSWORD, PasswordChangedBy::Link { handed: false }).await.expect("good");
        let second = password::prepare(world.directory.context(), ada, OTHERS[0], PasswordChangedBy::Link { handed: false }).await.expect("good");
        let mut one = change(world).await;
        password::set(&mut one, first).await.expect("set");
        one.commit().await.expect("committed");
        let mut two = change(world).await;
        assert_eq!(world.code(password::set(&mut two, second).await), ErrorCode::Stale);
        drop(two);
        let third = password::prepare(world.directory.context(), ada, OTHERS[1], PasswordChangedBy::Link { handed: false }).await.expect("good");
        save(world, &PasswordPolicy { min_length: 64, ..PasswordPolicy::default() }).await;
        let mut three = change(world).await;
        assert_eq!(world.code(password::set(&mut three, third).await), ErrorCode::Stale);
    }
}

both! {
    /// The user and whoever may unlock are told; the lock opens at its time, by a new password, or
    /// by nothing but an administrator.
    async fn a_lock_is_told_and_opens(world) {
        world.set_up().await;
        world.administrator("help", model::DefaultRole::HelpDesk).await;
        world.administrator("reader", model::DefaultRole::ReadOnly).await;
        let ada = world.user(&world.system(), "ada.lovelace").await;
        let first = set(world, ada, PASSWORD, PasswordChangedBy::Link { handed: false }).await.expect("set");
        let until = lock(world, ada).await;
        assert_eq!(status(world, ada).await, PasswordStatus::Locked);
        let told = messages(world).await;
        let told: Vec<_> = told.iter().map(|(kind, to)| (kind.as_str(), to.as_str())).collect();
        assert_eq!(
            told,
            [
                ("admin_lockout_notice", "grace@example.org"),
                ("admin_lockout_notice", "help@example.org"),
                ("lockout", "ada.lovelace@example.org")
            ]
        );
        world.wait(Duration::from_mins(15));
        assert_eq!(status(world, ada).await, PasswordStatus::Active, "judged at use");
        let read = async || world.directory.users().read(&world.system(), ada).await.expect("read").password;
        assert_eq!(read().await.locked_until, Some(until));
        world.directory.clean_up().await.expect("tidied");
        assert_eq!(read().await.locked_until, None);
        let history = world.directory.history().of_user(&world.system(), ada, None).await.expect("events").events;
        let kinds: Vec<_> = history.iter().take(2).map(|one| one.event.event_type.as_str()).collect();
        assert_eq!(kinds, ["user_unlocked", "user_lockout"]);

        lock(world, ada).await;
        let after = set(world, ada, OTHERS[0], PasswordChangedBy::Link { handed: false }).await.expect("a new password opens it");
        assert!(after > first + 1, "locks and passwords both end what stood before");
        assert_eq!(status(world, ada).await, PasswordStatus::Active);
        world.wait(Duration::from_mins(30));
        world.directory.clean_up().await.expect("tidied");
        assert_eq!(read().await.locked_until, None);

        save(world, &PasswordPolicy { unlock_minutes: None, ..PasswordPolicy::default() }).await;
        assert_eq!(lock(world, ada).await, Timestamp::END);
        world.wait(DAY * 400);
        world.directory.clean_up().await.expect("tidied");
        assert_eq!(status(world, ada).await, PasswordStatus::Locked);
        world.directory.users().unlock(&world.system(), &Selection::These(vec![ada])).await.expect("done");
        assert_eq!(status(world, ada).await, PasswordStatus::Active);
    }
}

both! {
    /// Whoever guesses at passwords cannot flood the mailboxes of administrators.
    async fn administrators_hear_of_locks_once_in_a_while(world) {
        world.set_up().await;
        let ada = world.user(&world.system(), "ada.lovelace").await;
        let notices = async || {
            messages(world).await.into_iter().filter(|(kind, _)| kind == "admin_lockout_notice").count()
        };
        lock(world, ada).await;
        world.wait(Duration::from_mins(15));
        lock(world, ada).await;
        assert_eq!(notices().await, 1, "of the same user within the hour");
        world.wait(Duration::from_mins(61));
        lock(world, ada).await;
        assert_eq!(notices().await, 1, "while the last one waits");
        run(world, sql!("UPDATE messages SET state = 'sent' WHERE about_id IS NOT NULL")).await;
        lock(world, ada).await;
        assert_eq!(notices().await, 2, "an hour later");
        world.wait(Duration::from_mins(1));
        for number in 0..20 {
            let one = world.user(&world.system(), &format!("user{number}")).await;
            lock(world, one).await;
        }
        assert_eq!(notices().await, 21, "20 within the hour");
        world.wait(Duration::from_hours(1));
        let last = world.user(&world.system(), "the.last").await;
        lock(world, last).await;
        assert_eq!(notices().await, 22);
        let to_users = messages(world).await.into_iter().filter(|(kind, _)| kind == "lockout").count();
        assert_eq!(to_users, 25, "each user hears of their own");
    }
}

both! {
    /// A timer that cannot be done does not keep the others from being done, and is tried again.
    async fn work_that_fails_waits_for_its_lease(world) {
        world.set_up().await;
        let ada = world.user(&world.system(), "ada.lovelace").await;
        set(world, ada, PASSWORD, PasswordChangedBy::Link { handed: false }).await.expect("set");
        lock(world, ada).await;
        let mut change = change(world).await;
        let unknown = sql!("INSERT INTO timers (kind, subject, due_at) VALUES ('from the future', $1, 0)");
        change.run(unknown, args![ada]).await.expect("run");
        change.commit().await.expect("committed");
        world.wait(Duration::from_mins(15));
        world.directory.clean_up().await.expect("tidied");
        assert_eq!(status(world, ada).await, PasswordStatus::Active);
        let left = sql!("SELECT kind, leased_until FROM timers");
        let mut tx = world.directory.context().db().read().await.expect("a transaction");
        let left: Vec<(String, Timestamp)> = tx.all(left, args![]).await.expect("timers");
        assert_eq!(left.len(), 1);
        assert!(left.iter().all(|(_, until)| until.since(world.directory.context().env().now()) == Duration::from_mins(5)));
    }
}

both! {
    async fn an_imported_password_keeps_the_policy_and_ages(world) {
        world.set_up().await;
        save(world, &PasswordPolicy { expiration_days: Some(10), needs_numeric: true, ..PasswordPolicy::default() }).await;
        let options = crate::ImportOptions { source: "csv".into(), take_good_rows: true, ..Default::default() };
        let file = "username,email,password\n\
            good.one,good@example.org,marble-otter-canyon-7\n\
            bad.one,bad@example.org,marble-otter-canyon\n\
            own.name,own@example.org,xx-Own.Name-xx-7\n";
        let report = world.directory.import().users(&world.system(), file.as_bytes(), &options).await.expect("read");
        assert_eq!((report.imported, report.faults.len()), (1, 2), "{:?}", report.faults);
        world.wait(DAY * 10);
        let filters = vec![model::Filter::is("password_status", ["Expired"])];
        let query = model::ListQuery { filters, ..model::ListQuery::default() };
        assert_eq!(world.directory.users().list(&world.system(), &query).await.expect("a page").rows.len(), 1);
    }
}

both! {
    async fn what_an_administrator_sets_is_told_apart(world) {
        world.set_up().await;
        let ada = world.user(&world.system(), "ada.lovelace").await;
        let new = NewPassword { password: PASSWORD.into(), must_change: true };
        world.directory.users().set_password(&world.system(), ada, &new).await.expect("set");
        assert_eq!(status(world, ada).await, PasswordStatus::Expired);
        set(world, ada, OTHERS[0], PasswordChangedBy::Themselves).await.expect("changed");
        assert_eq!(status(world, ada).await, PasswordStatus::Active);
    }
}
