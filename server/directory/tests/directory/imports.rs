//! Importing users from files.

use std::collections::BTreeMap;

use directory::{ImportOptions, ImportReport};
use model::user::UserState;
use model::{DefaultRole, ErrorCode, ListQuery};

use crate::world::World;

const PEOPLE: &[u8] = include_bytes!("../../data/people.csv");
const MESSY: &[u8] = include_bytes!("../data/people-messy.csv");

fn options() -> ImportOptions {
    ImportOptions { source: "csv".into(), ..ImportOptions::default() }
}

async fn import(world: &World, file: &[u8], options: &ImportOptions) -> ImportReport {
    world.directory.import().users(&world.system(), file, options).await.expect("read")
}

async fn total(world: &World) -> u32 {
    let system = world.system();
    world.directory.users().list(&system, &ListQuery::default()).await.expect("a page").total.counted
}

both! {
    async fn everybody_with_their_managers(world) {
        world.set_up().await;
        let dry = import(world, PEOPLE, &ImportOptions { dry_run: true, ..options() }).await;
        assert_eq!((dry.rows, dry.good, dry.imported, dry.faults.len()), (1284, 1284, 0, 0));
        assert_eq!(total(world).await, 0);
        let report = import(world, PEOPLE, &options()).await;
        assert_eq!((report.imported, report.is_complete()), (1284, true));
        let system = world.system();
        let users = world.directory.users();
        let query = ListQuery { search: "larry.knight".into(), ..ListQuery::default() };
        let larry = users.list(&system, &query).await.expect("a page").rows[0].id;
        let larry = users.read(&system, larry).await.expect("Larry");
        assert!(larry.manager.is_some_and(|manager| manager.name.contains("Pereira")));
        assert_eq!(larry.form.phones[0].number, "+1 555 604 6902");
        assert_eq!((larry.created_by.as_str(), larry.state), ("csv", UserState::Activated));
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().of_user(&system, larry.id, None).await.expect("events").events;
        assert_eq!(events[0].event.event_type.as_str(), "user_create");

        let again = import(world, PEOPLE, &options()).await;
        assert_eq!((again.imported, again.good), (0, 0));
        assert!(again.faults.iter().any(|fault| fault.column == "Username"));
        assert_eq!(total(world).await, 1284);
    }
}

both! {
    async fn every_fault_by_row_and_column(world) {
        world.set_up().await;
        let report = import(world, MESSY, &options()).await;
        let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!("messy", faults.join("\n"));
        assert_eq!((report.rows, report.imported), (16, 0));
        assert_eq!(total(world).await, 0, "nothing is written");

        let good = import(world, MESSY, &ImportOptions { take_good_rows: true, ..options() }).await;
        assert_eq!((good.imported, good.good, u64::from(total(world).await)), (good.good, good.good, good.good));
        assert!(!good.is_complete());
        let system = world.system();
        let query = ListQuery { search: "jurgen".into(), ..ListQuery::default() };
        let rows = world.directory.users().list(&system, &query).await.expect("a page").rows;
        let user = world.directory.users().read(&system, rows[0].id).await.expect("Jürgen");
        assert_eq!(user.form.text(model::user::TextAttribute::Description), "Zeile 1\nZeile 2");
        assert_eq!((user.form.custom[0].name.as_str(), user.form.custom[0].value.as_str()), ("tshirt", "XL"));
    }
}

both! {
    async fn managers_that_cannot_be_are_faults(world) {
        world.set_up().await;
        let file = "Username,Email,manager\n\
            a,a@example.org,b\nb,b@example.org,a\nc,c@example.org,c\nd,d@example.org,nobody\ne,e@example.org,d\n\
            f,f@example.org,\ng,g@example.org,F@example.org\n";
        let report = import(world, file.as_bytes(), &ImportOptions { take_good_rows: true, ..options() }).await;
        let rows: Vec<_> = report.faults.iter().map(|fault| (fault.row, fault.column.as_str())).collect();
        assert_eq!(rows, [2, 3, 4, 5, 6].map(|row| (row, "manager")));
        assert_eq!(report.imported, 2);
        let later = "Username,Email,manager\nh,h@example.org,g\n";
        assert_eq!(import(world, later.as_bytes(), &options()).await.imported, 1);
    }
}

both! {
    async fn passwords_states_flags_and_headings_of_ones_own(world) {
        world.set_up().await;
        let file = "Kennung;Mail;Password;State;sudo;work_city\n\
            ada;ada@example.org;correct-horse-battery;STAGED;yes;London\n";
        let renamed = ImportOptions { headings: BTreeMap::from([("Kennung".into(), "Username".into())]), ..options() };
        assert_eq!(import(world, file.as_bytes(), &renamed).await.imported, 1);
        let system = world.system();
        let rows = world.directory.users().list(&system, &ListQuery::default()).await.expect("a page").rows;
        let ada = world.directory.users().read(&system, rows[0].id).await.expect("Ada");
        assert_eq!((ada.state, ada.password_status), (UserState::Staged, model::user::PasswordStatus::Active));
        assert!(ada.form.flags.contains(&model::user::Flag::Sudo));
        assert_eq!(ada.form.addresses[0].locality, "London");
        let short = "Username,Email,Password,State,sudo\nbo,bo@example.org,short,GONE,maybe\n";
        let report = import(world, short.as_bytes(), &options()).await;
        let columns: Vec<_> = report.faults.iter().map(|fault| fault.column.as_str()).collect();
        assert_eq!(columns.len(), 3);
        assert!(["Password", "State", "sudo"].iter().all(|column| columns.contains(column)), "{columns:?}");
    }
}

both! {
    /// Somebody takes a username between the check and the writing: that row is told, the rest stands.
    async fn two_imports_at_once(world) {
        world.set_up().await;
        let run = || {
            let (directory, system) = (world.directory.clone(), world.system());
            tokio::spawn(async move {
                directory.import().users(&system, PEOPLE, &options()).await.expect("read")
            })
        };
        let (one, other) = (run(), run());
        let reports = [one.await.expect("no panic"), other.await.expect("no panic")];
        assert_eq!(reports.iter().map(|report| report.imported).sum::<u64>(), 1284);
        assert_eq!(total(world).await, 1284, "nobody is there twice");
        for report in reports {
            assert_eq!(report.imported + report.rows - report.good, report.rows);
        }
    }
}

both! {
    async fn only_those_who_may(world) {
        let grace = world.grace().await;
        let help = world.administrator("help", DefaultRole::HelpDesk).await;
        let file = b"Username,Email\nada,ada@example.org\n";
        let refused = world.directory.import().users(&help, file, &options()).await;
        assert_eq!(world.code(refused), ErrorCode::Forbidden);
        assert_eq!(world.directory.import().users(&grace, file, &options()).await.expect("read").imported, 1);
        for odd in [&b""[..], b"\xff\xfe", b"a,b\n1,2\n", b"Username,Email\n\"", b"Username,Email,x\n"] {
            let refused = world.directory.import().users(&grace, odd, &options()).await;
            assert!(refused.is_err() || odd.ends_with(b"\""), "{odd:?}");
        }
    }
}
