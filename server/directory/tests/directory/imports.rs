//! Importing users from files.

use std::collections::BTreeMap;

use directory::{ImportOptions, ImportReport};
use model::import::{Existing, MatchBy};
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
        assert_eq!(rows, [2, 3, 4].map(|row| (row, "manager")));
        let notes: Vec<_> = report.notes.iter().map(|note| note.row).collect();
        assert_eq!((notes, report.imported), (vec![5], 4), "d comes without a manager");
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
        for odd in [&b""[..], b"\xff\xfe", b"a,b\n1,2\n", b"Username,Email\n\"", b"Username,x\n"] {
            let refused = world.directory.import().users(&grace, odd, &options()).await;
            assert!(refused.is_err(), "{odd:?}");
        }
    }
}

/// What other directories export, and the template with all of its columns.
const EXPORTS: &[(&str, &[u8], &str)] = &[
    ("google", include_bytes!("../data/imports/google-workspace.csv"), "ana.silva"),
    ("entra", include_bytes!("../data/imports/entra.csv"), "ana.silva"),
    ("okta", include_bytes!("../data/imports/okta.csv"), "ana.silva"),
    ("template", include_bytes!("../data/imports/template.csv"), "ana.silva"),
];

both! {
    async fn exports_of_other_directories_come_in(world) {
        world.set_up().await;
        let system = world.system();
        for (name, file, username) in EXPORTS {
            let report = import(world, file, &options()).await;
            assert_eq!((report.imported, report.faults.as_slice()), (1, &[][..]), "{name}");
            let rows = world.directory.users().list(&system, &ListQuery::default()).await.expect("a page").rows;
            let ana = world.directory.users().read(&system, rows[0].id).await.expect("Ana");
            assert_eq!((ana.form.username.as_str(), ana.form.email.as_str()), (*username, "ana.silva@example.org"));
            assert_eq!(ana.form.text(model::user::TextAttribute::LastName), "Silva", "{name}");
            assert_eq!(ana.form.text(model::user::TextAttribute::Department), "Sales", "{name}");
            assert_eq!(ana.state, UserState::Activated, "{name}");
            let again = ImportOptions { existing: Existing::Leave, ..options() };
            let same = import(world, file, &again).await;
            assert_eq!((same.same, same.changed, same.imported), (1, 0, 0), "{name}: {:?}", same.faults);
            let ids = model::user::Selection::These(vec![ana.id]);
            world.directory.users().delete(&system, &ids).await.expect("deleted");
            world.directory.users().purge(&system, &[ana.id]).await.expect("erased");
        }
    }
}

both! {
    async fn files_as_spreadsheets_write_them(world) {
        world.set_up().await;
        let dry = ImportOptions { dry_run: true, ..options() };
        let good = |file: &'static [u8]| {
            let dry = dry.clone();
            async move {
                let report = import(world, file, &dry).await;
                (report.rows, report.good, report.faults.iter().map(ToString::to_string).collect::<Vec<_>>(), report)
            }
        };
        for file in [
            &include_bytes!("../data/imports/trailing-columns.csv")[..],
            include_bytes!("../data/imports/surplus-empty-cells.csv"),
            include_bytes!("../data/imports/utf16-bom.csv"),
            include_bytes!("../data/imports/cp1252.csv"),
            include_bytes!("../data/imports/bom-crlf-doubled.csv"),
            include_bytes!("../data/imports/password-spaces.csv"),
        ] {
            let (rows, fine, faults, _) = good(file).await;
            assert_eq!((rows, faults.len()), (fine, 0), "{faults:?}");
        }
        let (.., faults, _) = good(include_bytes!("../data/imports/blank-lines.csv")).await;
        assert_eq!(faults, ["Row 6, email: An email address looks like name@example.org. (b3)"]);
        let (.., report) = good(include_bytes!("../data/imports/cp1252.csv")).await;
        assert_eq!(report.about, ["The file is read as Windows-1252."]);
        let (.., report) = good(include_bytes!("../data/imports/bom-crlf-doubled.csv")).await;
        assert_eq!(report.about, ["“email” is left out: “E-Mail” means the same."]);
        let (.., report) = good(include_bytes!("../data/imports/excel-ids.csv")).await;
        let notes: Vec<_> = report.notes.iter().map(|note| note.row).collect();
        assert_eq!(notes, [2, 3, 4, 5, 6]);
    }
}

both! {
    async fn rows_change_who_is_there(world) {
        world.set_up().await;
        let update = |by, existing| ImportOptions { by, existing, ..options() };
        let file = "Username,Email,employeeIdentifier,department,mobile_number,T-Shirt,manager\n\
            ada,ada@example.org,E1,Research,+44 1,M,\nbo,bo@example.org,E2,Sales,,L,cy\ncy,cy@example.org,E3,,,S,\n";
        let custom = ImportOptions { custom: vec!["T-Shirt".into()], ..options() };
        assert_eq!(import(world, file.as_bytes(), &custom).await.imported, 3);
        let same = ImportOptions { custom: vec!["T-Shirt".into()], ..update(MatchBy::Username, Existing::Clear) };
        let report = import(world, file.as_bytes(), &same).await;
        assert_eq!((report.same, report.changed, report.imported), (3, 0, 0), "{:?}", report.faults);

        let changes = "employeeIdentifier,Username,department,mobile_number,manager\n\
            E1,ada.l,,+44 2,cy\nE2,bo,Support,,\nE4,,,,\n";
        let by_id = ImportOptions { take_good_rows: true, ..update(MatchBy::EmployeeId, Existing::Leave) };
        let report = import(world, changes.as_bytes(), &by_id).await;
        assert_eq!((report.changed, report.good, report.faults.len()), (2, 2, 2), "{:?}", report.faults);
        assert_eq!(report.faults[0].row, 4);
        let system = world.system();
        let read = async |search: &str| {
            let query = ListQuery { search: search.into(), ..ListQuery::default() };
            let rows = world.directory.users().list(&system, &query).await.expect("a page").rows;
            world.directory.users().read(&system, rows[0].id).await.expect("a user")
        };
        let ada = read("ada.l").await;
        assert_eq!(ada.form.text(model::user::TextAttribute::Department), "Research", "an empty cell leaves");
        assert_eq!((ada.form.phones[0].number.as_str(), ada.form.custom[0].value.as_str()), ("+44 2", "M"));
        assert_eq!(ada.manager.expect("a manager").id, read("cy@").await.id);
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().of_user(&system, ada.id, None).await.expect("events").events;
        assert_eq!(events[0].event.event_type.as_str(), "user_update");

        let clearing = "email,department,mobile_number,manager\nada@example.org,,,\n";
        let report = import(world, clearing.as_bytes(), &update(MatchBy::Email, Existing::Clear)).await;
        assert_eq!((report.changed, report.faults.len()), (1, 0), "{:?}", report.faults);
        let ada = read("ada.l").await;
        assert!(ada.manager.is_none() && ada.form.phones.is_empty());
        let report = import(world, clearing.as_bytes(), &update(MatchBy::Email, Existing::Clear)).await;
        assert_eq!((report.changed, report.same), (0, 1));
    }
}
