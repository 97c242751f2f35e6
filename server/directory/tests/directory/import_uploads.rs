//! Files that are brought in the browser: kept, checked, imported and forgotten.

use std::time::Duration;

use directory::Actor;
use model::import::{Choices, Column, Existing, MatchBy, RowOutcome, Upload, UploadState, Why};
use model::job::JobState;
use model::user::{PasswordStatus, TextAttribute, UserState};
use model::{DefaultRole, ErrorCode, Filter, Id, ListQuery};

use crate::world::World;

const FILE: &str = "Login;E-Mail;Vorname;Pers.-Nr.;Boss;Shoe;Password\r\n\
    bo;bo@example.org;Bo;E1;cy;44;correct-horse-battery\r\n\
    cy;cy@example.org;Cy;E2;;;\r\n\
    \r\n\
    di;not-an-address;Di;E3;;;\r\n";

async fn upload(world: &World, by: &Actor, file: &str) -> Upload {
    let import = world.directory.import();
    let mut receiving = import.receive(by, "C:\\new starters.csv").await.expect("begun");
    for piece in file.as_bytes().chunks(7) {
        import.receive_more(&mut receiving, piece).await.expect("taken");
    }
    let id = import.received(receiving).await.expect("whole");
    import.upload(by, id).await.expect("an upload")
}

async fn checked(world: &World, by: &Actor, id: Id, choices: Choices) -> Upload {
    world.directory.import().check(by, id, choices).await.expect("begun");
    world.directory.settled().await;
    world.directory.import().upload(by, id).await.expect("an upload")
}

async fn rows(world: &World, by: &Actor, id: Id, outcome: RowOutcome) -> Vec<model::import::CheckedRow> {
    let query =
        ListQuery { filters: vec![Filter::is("outcome", [outcome.as_str()])], ..ListQuery::default() };
    world.directory.import().rows(by, id, &query).await.expect("a page").rows
}

both! {
    async fn from_the_file_to_the_users(world) {
        let grace = world.grace().await;
        let brought = upload(world, &grace, FILE).await;
        assert_eq!((brought.name.as_str(), brought.size), ("new starters.csv", FILE.len() as u64));
        assert_eq!((brought.state, brought.columns.len()), (UploadState::Ready, 7));
        assert_eq!(brought.columns[2].values, ["Bo", "Cy", "Di"]);
        assert_eq!((brought.columns[5].column.clone(), brought.columns[5].why), (None, Why::Unknown));
        assert!(brought.columns[6].values.iter().all(|value| !value.contains("correct")), "passwords are not shown");

        let mut choices = Choices { good_rows: true, ..brought.choices };
        choices.columns[5] = Some(Column::Custom("shoe".into()));
        let done = checked(world, &grace, brought.id, choices.clone()).await;
        assert_eq!(done.state, UploadState::Checked, "{}", done.why);
        assert_eq!((done.counts.create, done.counts.fault), (2, 1));
        let faulty = rows(world, &grace, done.id, RowOutcome::Fault).await;
        assert_eq!((faulty[0].row, faulty[0].faults[0].column.as_str()), (5, "E-Mail"));

        let mut file = world.directory.import().faulty_rows(&grace, done.id).await.expect("a file");
        let mut text = Vec::new();
        while let Some(part) = file.parts.recv().await {
            text.extend(part);
        }
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(text.starts_with("\u{feff}Login;E-Mail;Vorname;") && text.contains("di;not-an-address;Di;E3;;;;"), "{text}");
        assert_eq!(text.lines().count(), 2);

        let job = world.directory.import().start(&grace, done.id).await.expect("started");
        while world.directory.work_on_jobs(20).await.expect("worked") > 0 {}
        let job = world.directory.jobs().read(&grace, job).await.expect("a job");
        assert_eq!((job.row.state, job.row.done, job.row.total), (JobState::Done, 2, 2));
        let users = world.directory.users().list(&grace, &ListQuery::default()).await.expect("a page").rows;
        let bo = users.iter().find(|user| user.name().contains("Bo")).expect("Bo").id;
        let bo = world.directory.users().read(&grace, bo).await.expect("Bo");
        assert_eq!((bo.form.username.as_str(), bo.password_status), ("bo", PasswordStatus::Active));
        assert_eq!((bo.form.custom[0].value.as_str(), bo.state), ("44", UserState::Activated));
        assert!(bo.manager.is_some_and(|manager| manager.name.contains("Cy")), "who stands further down");

        let again = world.directory.import().start(&grace, done.id).await;
        assert_eq!(world.code(again), ErrorCode::Conflict);
        let next = upload(world, &grace, FILE).await;
        assert_eq!((next.columns[5].why, next.columns[5].column.clone()), (Why::LastTime, Some(Column::Custom("shoe".into()))));
        let same = checked(world, &grace, next.id, Choices { good_rows: true, ..next.choices }).await;
        assert_eq!((same.counts.same, same.counts.written()), (2, 0));
        let nothing = world.directory.import().start(&grace, next.id).await;
        assert_eq!(world.code(nothing), ErrorCode::Conflict);
    }
}

both! {
    async fn who_is_there_is_changed_by_the_rules(world) {
        let grace = world.grace().await;
        world.user(&grace, "ada.lovelace").await;
        let brought = upload(world, &grace, "username,email,department\nada.lovelace,ada.lovelace@example.org,Research\n").await;
        let choices = Choices { by: MatchBy::Username, existing: Existing::Leave, ..brought.choices };
        let done = checked(world, &grace, brought.id, choices).await;
        assert_eq!(done.counts.change, 1, "{}", done.why);
        let change = &rows(world, &grace, done.id, RowOutcome::Change).await[0].changes[0];
        assert_eq!((change.field.as_str(), change.from.as_str(), change.to.as_str()), ("Department", "", "Research"));
        world.directory.import().start(&grace, done.id).await.expect("started");
        while world.directory.work_on_jobs(20).await.expect("worked") > 0 {}
        let users = world.directory.users().list(&grace, &ListQuery::default()).await.expect("a page").rows;
        let ada = world.directory.users().read(&grace, users[0].id).await.expect("Ada");
        assert_eq!(ada.form.text(TextAttribute::Department), "Research");
    }
}

both! {
    async fn a_file_is_its_uploaders_and_is_forgotten(world) {
        let grace = world.grace().await;
        let manager = world.administrator("manager", DefaultRole::Manager).await;
        let help = world.administrator("help", DefaultRole::HelpDesk).await;
        let brought = upload(world, &grace, FILE).await;
        let import = world.directory.import();
        assert_eq!(world.code(import.upload(&manager, brought.id).await), ErrorCode::NotFound);
        assert_eq!(world.code(import.check(&manager, brought.id, brought.choices.clone()).await), ErrorCode::NotFound);
        assert_eq!(world.code(import.forget_upload(&manager, brought.id).await), ErrorCode::NotFound);
        assert_eq!(world.code(import.start(&manager, brought.id).await), ErrorCode::NotFound);
        assert_eq!(world.code(import.upload(&help, brought.id).await), ErrorCode::Forbidden);
        assert_eq!(import.waiting_upload(&manager).await.expect("asked"), None);
        assert_eq!(import.waiting_upload(&grace).await.expect("asked").map(|one| one.id), Some(brought.id));
        assert_eq!(world.code(import.start(&grace, brought.id).await), ErrorCode::Conflict, "not checked");

        let missing = Choices { columns: vec![None; 7], ..brought.choices.clone() };
        assert_eq!(world.code(import.check(&grace, brought.id, missing).await), ErrorCode::Invalid);
        let done = checked(world, &grace, brought.id, brought.choices).await;
        assert_eq!(world.code(import.start(&grace, done.id).await), ErrorCode::Conflict, "a row has a fault");
        let commas = import.read_again(&grace, done.id, done.choices.encoding, model::import::Separator::Comma).await;
        assert_eq!(commas.expect("read").columns.len(), 1);

        world.wait(Duration::from_hours(25));
        world.directory.clean_up().await.expect("cleaned");
        let grace = world.again().await;
        assert_eq!(world.code(import.upload(&grace, brought.id).await), ErrorCode::NotFound);
    }
}
