//! Every order that a list offers: there and back by pages, with equal values and with none.

use std::fmt::Debug;
use std::time::Duration;

use directory::Actor;
use model::administrator::{ADMINISTRATORS, AdministratorRow, AdministratorStatus};
use model::list::{Cursor, ListSpec};
use model::mail::{MESSAGES, MessageRow, MessageState};
use model::user::schedule::{LocalTime, NewSchedule, SCHEDULES, Schedule, ScheduledChange};
use model::user::{
    Cell, DELETED_USERS, Notify, PasswordStatus, Selection, USERS, UserRow, UserState, origin_label,
};
use model::{DefaultRole, Id, ListQuery, Page, Sort, Timestamp};

use crate::raw;
use crate::sending::message_to;
use crate::world::{PASSWORD, START, World, visitor};

/// Lies between any two that are made: ids come in the order in which they were made, but for those of one millisecond.
const TICK: Duration = Duration::from_millis(1);

/// All rows of a list in the order asked for, ten at a time; and that the way back meets the same pages.
async fn there_and_back<R: Clone + Debug + PartialEq>(
    start: &ListQuery,
    ask: impl AsyncFn(ListQuery) -> Page<R>,
) -> Vec<R> {
    let mut pages = vec![ask(start.clone()).await];
    while let Some(mark) = pages[pages.len() - 1].after.clone() {
        let next = ListQuery { cursor: Some(Cursor::After(mark)), ..start.clone() };
        pages.push(ask(next).await);
    }
    for index in (1..pages.len()).rev() {
        let mark = pages[index].before.clone().expect("a page before");
        let back = ask(ListQuery { cursor: Some(Cursor::Before(mark)), ..start.clone() }).await;
        assert_eq!((&back.rows, back.first), (&pages[index - 1].rows, pages[index - 1].first), "{start:?}");
    }
    pages.into_iter().flat_map(|page| page.rows).collect()
}

/// What a row's place is judged by.
type Key = (i64, String);

/// Checks every order of a list, both ways; `ids` are all that are in it.
async fn check<R: Clone + Debug + PartialEq>(
    spec: &ListSpec,
    count: usize,
    ask: impl AsyncFn(ListQuery) -> Page<R>,
    id: impl Fn(&R) -> Id,
    key: impl Fn(&R, &str) -> Key,
) {
    assert!(count > 10, "more than a page");
    for column in spec.columns.iter().filter(|column| column.sortable) {
        let mut ways = Vec::new();
        for descending in [false, true] {
            let start = ListQuery {
                sort: Some(Sort { column: column.key.into(), descending }),
                columns: if column.fixed { vec![] } else { vec![column.key.into()] },
                limit: 10,
                ..ListQuery::default()
            };
            let rows = there_and_back(&start, &ask).await;
            // What is equal comes in the order in which it was made.
            let keys: Vec<(Key, Id)> = rows.iter().map(|row| (key(row, column.key), id(row))).collect();
            let differ = keys.windows(2).any(|pair| pair[0].0 != pair[1].0);
            assert!(differ, "{} by {}: nothing to order by", spec.name, column.key);
            let in_order = |pair: &[(Key, Id)]| (pair[0] < pair[1]) != descending;
            assert!(
                keys.windows(2).all(in_order),
                "{} by {}: {keys:#?}",
                spec.name,
                start.sort.as_ref().expect("one")
            );
            let mut ids: Vec<Id> = rows.iter().map(&id).collect();
            ways.push(ids.clone());
            ids.sort_unstable();
            ids.dedup();
            assert_eq!((rows.len(), ids.len()), (count, count), "{} by {}", spec.name, column.key);
        }
        ways[1].reverse();
        assert_eq!(ways[0], ways[1], "{} by {}: the same order both ways", spec.name, column.key);
    }
}

fn word(text: &str) -> Key {
    (0, text.to_lowercase())
}

fn number(number: i64) -> Key {
    (number, String::new())
}

fn user_key(row: &UserRow, column: &str) -> Key {
    match (column, row.cells.first()) {
        ("name", _) => word(&row.name()),
        // Those of one last name by the first, and the other way about.
        ("last_name", _) => word(format!("{} {}", row.last_name, row.first_name).trim()),
        ("first_name", _) if !row.first_name.is_empty() => {
            word(&format!("{} {}", row.first_name, row.last_name))
        }
        ("state", _) => word(row.state.as_str()),
        ("created_by", Some(Cell::Text(origin))) => word(origin_label(origin)),
        (_, Some(Cell::Text(text))) => word(text),
        ("password_expires" | "activates" | "suspends", Some(Cell::Time(at))) => {
            number(at.map_or(i64::MAX, Timestamp::as_micros))
        }
        (_, Some(Cell::Time(at))) => number(at.map_or(0, Timestamp::as_micros)),
        (_, Some(Cell::Flag(on))) => number((*on).into()),
        (_, Some(Cell::Password(status))) => {
            let place = PasswordStatus::ALL.iter().position(|known| known == status);
            number(place.and_then(|place| i64::try_from(place).ok()).expect("a status"))
        }
        (_, Some(Cell::Person(person))) => {
            person.as_ref().map_or_else(|| word(""), |person| word(&person.name))
        }
        (_, None) => panic!("no cell of {column}"),
    }
}

/// 24 people who have many things in common, and lack others.
async fn people(world: &World, grace: &Actor) {
    for number in 0..24 {
        let name = format!("{}{number:02}.{}", ["ann", "Bo", "cy"][number % 3], ["Zed", "abe"][number % 2]);
        world.user(grace, &name).await;
        world.wait(TICK);
    }
    let now = START.as_micros();
    let day = 86_400_000_000_i64;
    for set in [
        "first_name = '', name_key = lower(last_name), last_name_key = lower(last_name) WHERE pk % 7 = 0".to_owned(),
        "company = 'example org', cost_center = 'B' WHERE pk % 3 = 0".to_owned(),
        "company = 'Example Org', cost_center = 'a' WHERE pk % 3 = 1".to_owned(),
        "department = 'Sales', department_key = 'sales', location = 'Oslo', location_key = 'oslo' WHERE pk % 3 = 2".to_owned(),
        "job_title = 'Clerk', job_title_key = 'clerk', employee_type = 'Temp' WHERE pk % 2 = 0".to_owned(),
        "employee_type = 'contractor', alternate_email = 'x@example.net', description = 'Z' WHERE pk % 5 = 0".to_owned(),
        "employee_identifier = 'E' || (90 - pk), employee_identifier_key = 'e' || (90 - pk) WHERE pk % 2 = 1".to_owned(),
        "description = 'a', created_by = 'csv' WHERE pk % 5 = 1".to_owned(),
        "created_by = 'sample' WHERE pk % 5 = 2".to_owned(),
        "created_by = 'Another Source' WHERE pk % 5 = 3".to_owned(),
        "state = 'SUSPENDED' WHERE pk % 4 = 0".to_owned(),
        format!("password_set_at = {} WHERE pk % 2 = 0", now - 90 * day),
        format!("password_set_at = {}, password_expires_at = {} WHERE pk % 4 = 1", now - 80 * day, now - day),
        format!("password_expires_at = {} WHERE pk % 8 = 0", now + 3 * day),
        "password_never_expires = (1 = 1) WHERE pk % 8 = 0 AND pk > 12".to_owned(),
        "password_must_change = (1 = 1) WHERE pk % 6 = 0".to_owned(),
        format!("locked_until = {} WHERE pk % 9 = 0", now + day),
        format!("locked_until = {} WHERE pk % 9 = 1", now - day),
        "mfa_enrolled = (pk % 2 = 0), mfa_required = (pk % 3 = 0), sudo = (pk % 4 = 0)".to_owned(),
        "ldap_binding_user = (pk % 5 = 0), passwordless_sudo = (pk % 3 = 0), samba_service_user = (pk % 7 = 0)".to_owned(),
        "enable_managed_uid = (pk % 4 = 1), allow_public_key = (pk % 2 = 0), no_device_lockout = (pk % 6 = 0)".to_owned(),
        "display_name = first_name || ' ' || last_name WHERE pk % 2 = 1".to_owned(),
        "middle_name = 'B', local_account = 'b', managed_apple_id = 'B' WHERE pk % 2 = 0".to_owned(),
        "middle_name = 'a', local_account = 'A', recovery_email = 'a@example.net' WHERE pk % 3 = 0".to_owned(),
        "external_dn = 'cn=a', external_source_type = 'X', managed_apple_id = 'a' WHERE pk % 5 = 0".to_owned(),
        format!("last_login_at = {} WHERE pk % 3 = 0", now - day),
        format!("activates_at = {} WHERE pk % 3 = 0", now + day),
        format!("suspends_at = {} + pk WHERE pk % 4 = 0", now + day),
        "manager_id = (SELECT id FROM users AS m WHERE m.username = 'Bo01.abe') WHERE pk % 3 = 0".to_owned(),
        "manager_id = (SELECT id FROM users AS m WHERE m.username = 'ann00.Zed') WHERE pk % 3 = 1".to_owned(),
    ] {
        raw::run(world, &format!("UPDATE users SET {set}")).await;
    }
}

both! {
    async fn of_users(world) {
        let grace = world.grace().await;
        people(world, &grace).await;
        let users = world.directory.users();
        let ask = async |query| users.list(&grace, &query).await.expect("a page");
        check(&USERS, 24, ask, |row| row.id, user_key).await;
        // Each status is there, or the order of them would not have been tried.
        let query = ListQuery { columns: vec!["password_status".into()], limit: 50, ..ListQuery::default() };
        let rows = users.list(&grace, &query).await.expect("a page").rows;
        for status in PasswordStatus::ALL {
            assert!(rows.iter().any(|row| row.cells[0] == Cell::Password(status)), "{status:?}");
        }
    }
}

fn schedule_key(row: &Schedule, column: &str) -> Key {
    match column {
        "change" => word(row.change.label()),
        "due" => number(row.at.as_micros()),
        "scheduled_by" => word(&row.scheduled_by),
        "created" => number(row.created_at.as_micros()),
        other => panic!("no order by {other}"),
    }
}

both! {
    async fn of_schedules(world) {
        let grace = world.grace().await;
        people(world, &grace).await;
        raw::run(world, "UPDATE users SET state = 'ACTIVATED'").await;
        let users = world.directory.users();
        let alan = world.administrator("alan", DefaultRole::Manager).await;
        let all = users.list(&grace, &ListQuery { limit: 50, ..ListQuery::default() }).await.expect("a page");
        for (number, row) in all.rows.iter().enumerate() {
            let change = [ScheduledChange::Suspension, ScheduledChange::Activation][usize::from(number >= 24)];
            let at = LocalTime {
                date: format!("2026-12-{:02}", 1 + number % 5),
                time: "09:00".into(),
                zone: "Europe/Berlin".into(),
            };
            let by = [&grace, &alan][number % 2];
            let new = NewSchedule { change, at, notify: Notify::Nobody };
            users.schedule(by, &Selection::These(vec![row.id]), &new).await.expect("scheduled");
            world.wait(TICK);
            if number % 3 == 0 {
                let at = LocalTime { date: "2026-12-24".into(), ..new.at.clone() };
                let back = NewSchedule { change: ScheduledChange::Activation, at, notify: Notify::Nobody };
                users.schedule(by, &Selection::These(vec![row.id]), &back).await.expect("scheduled");
            }
            world.wait(TICK);
        }
        let ask = async |query| users.schedules(&grace, &query).await.expect("a page");
        check(&SCHEDULES, 32, ask, |row| row.id, schedule_key).await;
    }
}

both! {
    /// A manager who is deleted is not shown, and nobody comes under their name.
    async fn by_managers_who_are_gone(world) {
        let grace = world.grace().await;
        people(world, &grace).await;
        raw::run(world, "UPDATE users SET deleted_at = 1 WHERE username = 'Bo01.abe'").await;
        let users = world.directory.users();
        let ask = async |query| users.list(&grace, &query).await.expect("a page");
        let sort = Some(Sort::parse("manager"));
        let start = ListQuery { sort, columns: vec!["manager".into()], limit: 10, ..ListQuery::default() };
        let rows = there_and_back(&start, ask).await;
        let without = rows.iter().take_while(|row| row.cells[0] == Cell::Person(None)).count();
        assert_eq!((rows.len(), without), (23, rows.iter().filter(|row| row.cells[0] == Cell::Person(None)).count()));
        assert!(without > 10 && without < 23, "{without}");
    }
}

both! {
    async fn of_deleted_users(world) {
        let grace = world.grace().await;
        people(world, &grace).await;
        raw::run(world, &format!("UPDATE users SET deleted_at = {} - pk % 3", START.as_micros())).await;
        let users = world.directory.users();
        let ask = async |query| users.list_deleted(&grace, &query).await.expect("a page");
        check(&DELETED_USERS, 24, ask, |row| row.id, user_key).await;
        assert_eq!(users.list(&grace, &ListQuery::default()).await.expect("a page").rows, []);
    }
}

both! {
    /// Who is deleted, and who looks after people, come in their own order of filters and pages, too.
    async fn with_a_search_and_a_filter(world) {
        let grace = world.grace().await;
        people(world, &grace).await;
        let users = world.directory.users();
        let ask = async |query| users.list(&grace, &query).await.expect("a page");
        for sort in ["password_status", "-manager", "mfa_enrolled", "-id", "company"] {
            let start = ListQuery {
                search: "example.org".into(),
                filters: vec![model::Filter::is("state", [UserState::Activated.as_str()])],
                sort: Some(Sort::parse(sort)),
                limit: 10,
                ..ListQuery::default()
            };
            let rows = there_and_back(&start, ask).await;
            assert_eq!(rows.len(), 18, "{sort}");
            assert!(rows.iter().all(|row| row.state == UserState::Activated));
        }
    }
}

/// In the order of an account’s life.
const STATUSES: [AdministratorStatus; 4] = [
    AdministratorStatus::Invited,
    AdministratorStatus::Active,
    AdministratorStatus::Locked,
    AdministratorStatus::Suspended,
];

fn administrator_key(row: &AdministratorRow, column: &str) -> Key {
    let place =
        |place: Option<usize>| number(place.and_then(|place| i64::try_from(place).ok()).expect("known"));
    match column {
        "name" => word(&format!("{} {}", row.first_name, row.last_name)),
        "role" => (0, row.role.to_lowercase()),
        "mfa" => number(i64::from(row.passkey_enrolled) + 2 * i64::from(row.totp_enrolled)),
        "api_access" => number(row.api_access as i64),
        "api_key" => number(row.api_key.as_ref().map_or(0, |key| key.created_at.as_micros())),
        "last_login" => number(row.last_login_at.map_or(0, Timestamp::as_micros)),
        "status" => place(STATUSES.iter().position(|known| *known == row.status)),
        other => panic!("{other}"),
    }
}

both! {
    async fn of_administrators(world) {
        let grace = world.grace().await;
        world.wait(TICK);
        for (number, role) in DefaultRole::ALL.iter().cycle().take(15).enumerate() {
            world.administrator(&format!("admin{number:02}"), *role).await;
            world.wait(TICK);
        }
        for set in [
            "totp_enrolled = (pk % 2 = 0), passkey_enrolled = (pk % 3 = 0), api_access = (pk % 4 = 0)",
            "suspended = (1 = 1) WHERE pk % 5 = 3",
            "password_set_at = NULL, last_login_at = 0 WHERE pk % 5 = 4",
        ] {
            raw::run(world, &format!("UPDATE administrators SET {set}")).await;
        }
        let key = |expires: &str, whose: &str| {
            format!(
                "INSERT INTO api_keys (administrator_id, id, seq, key_hash, hint, created_at, expires_at)
                SELECT id, id, 1, id, 'bwk_aB3x', 1, {expires} FROM administrators WHERE {whose}"
            )
        };
        raw::run(world, &key("NULL", "pk = 4")).await;
        raw::run(world, &key("5", "pk = 8")).await;
        for name in ["admin08", "admin09"] {
            let email = format!("{name}@example.org");
            for _ in 0..7 {
                let wrong = format!("not {PASSWORD}");
                let principal = model::Principal::Administrator;
                drop(world.directory.sign_in().password(&visitor(), principal, &email, &wrong).await);
            }
        }
        let list = world.directory.administrators();
        let ask = async |query| list.list(&grace, &query).await.expect("a page");
        let rows = ask(ListQuery::default()).await.rows;
        for status in STATUSES {
            assert!(rows.iter().any(|row| row.status == status), "{status:?}");
        }
        check(&ADMINISTRATORS, 16, ask, |row| row.id, administrator_key).await;
    }
}

fn message_key(row: &MessageRow, column: &str) -> Key {
    match column {
        "name" => word(&row.subject),
        "recipient" => word(&row.recipient),
        "kind" => word(row.kind.label()),
        "created" => number(row.created_at.as_micros()),
        "state" => {
            let place = MessageState::ALL.iter().position(|known| *known == row.state);
            number(place.and_then(|place| i64::try_from(place).ok()).expect("a state"))
        }
        other => panic!("{other}"),
    }
}

both! {
    async fn of_messages(world) {
        let grace = world.grace().await;
        for number in 0..12 {
            message_to(world, &format!("a{}", "b".repeat(number))).await;
            world.wait(TICK);
        }
        for set in [
            "kind = 'lockout', subject = 'zebra', search_text = 'zebra x' WHERE pk % 4 = 0",
            "kind = 'admin_lockout_notice', subject = 'Zebra', search_text = 'zebra x' WHERE pk % 4 = 1",
            "state = 'failed' WHERE pk % 5 = 0",
            "state = 'sent' WHERE pk % 5 = 1",
            "state = 'discarded' WHERE pk % 5 = 2",
            "state = 'lapsed' WHERE pk % 5 = 3",
        ] {
            raw::run(world, &format!("UPDATE messages SET {set}")).await;
        }
        let mail = world.directory.mail();
        let ask = async |query| mail.list(&grace, &query).await.expect("a page").page;
        check(&MESSAGES, 12, ask, |row| row.id, message_key).await;
    }
}
