//! The first run.

use directory::{SetupForm, StartWith};
use model::{DefaultRole, ErrorCode, ListQuery};

use crate::world::{setup_form, visitor};

both! {
    async fn the_token_is_good_once(world) {
        let setup = world.directory.setup();
        let token = setup.issue_token().await.expect("issued").expect("a token");
        setup.check(&visitor(), &token).await.expect("good");
        assert_eq!(world.code(setup.check(&visitor(), "another").await), ErrorCode::Gone);
        let done = setup.complete(&visitor(), &token, setup_form()).await.expect("set up");
        let grace = world.actor(&done.token).await;
        let me = world.directory.account().me(&grace).await.expect("me");
        assert_eq!((me.organization.as_str(), me.role.name.as_str()), ("Example Org", "Administrator With Billing"));
        assert_eq!(world.code(setup.complete(&visitor(), &token, setup_form()).await), ErrorCode::Gone);
        assert_eq!(setup.issue_token().await.expect("asked"), None, "there is nothing to set up");
    }
}

both! {
    /// Two browsers with the same link: one sets up, the other is told.
    async fn two_at_once(world) {
        let token = world.directory.setup().issue_token().await.expect("issued").expect("a token");
        let run = || {
            let (directory, token) = (world.directory.clone(), token.clone());
            tokio::spawn(async move { directory.setup().complete(&visitor(), &token, setup_form()).await.is_ok() })
        };
        let (first, second) = (run(), run());
        let done = [first.await.expect("no panic"), second.await.expect("no panic")];
        assert_eq!(done.iter().filter(|done| **done).count(), 1);
    }
}

both! {
    /// A stop while the people are taken over loses none of them: they come at the next start.
    async fn people_come_even_if_nobody_waits_for_them(world) {
        let token = world.directory.setup().issue_token().await.expect("issued").expect("a token");
        let setting_up = tokio::spawn({
            let (directory, token) = (world.directory.clone(), token.clone());
            let form = SetupForm { start_with: StartWith::Sample, ..setup_form() };
            async move { directory.setup().complete(&visitor(), &token, form).await.map(drop) }
        });
        while world.directory.settings().name().await.expect("asked").is_none() && !setting_up.is_finished() {
            tokio::task::yield_now().await;
        }
        setting_up.abort();
        drop(setting_up.await);
        let again = world.reopened().await;
        again.clean_up().await.expect("tidied");
        let figures = again.home().people(&world.system()).await.expect("figures");
        assert_eq!(figures.total(), 1284);
    }
}

both! {
    async fn a_later_start_replaces_the_link(world) {
        let setup = world.directory.setup();
        let first = setup.issue_token().await.expect("issued").expect("a token");
        let second = setup.issue_token().await.expect("issued").expect("a token");
        assert_eq!(world.code(setup.check(&visitor(), &first).await), ErrorCode::Gone);
        setup.check(&visitor(), &second).await.expect("good");
    }
}

both! {
    async fn faults_name_their_fields_and_nothing_happens(world) {
        let setup = world.directory.setup();
        let token = setup.issue_token().await.expect("issued").expect("a token");
        let form = SetupForm { email: "nobody".into(), organization: " ".into(), ..setup_form() };
        let problem = world.problem(setup.complete(&visitor(), &token, form).await);
        assert!(problem.fault("email").is_some() && problem.fault("organization").is_some());
        let form = SetupForm { password: "grace@example.org".into(), ..setup_form() };
        assert!(world.problem(setup.complete(&visitor(), &token, form).await).fault("password").is_some());
        let csv = StartWith::Csv { bytes: b"Username,Email\nada,ada@example.org\n9,x\n".to_vec(), take_good_rows: false };
        let form = SetupForm { start_with: csv, ..setup_form() };
        let problem = world.problem(setup.complete(&visitor(), &token, form).await);
        assert!(problem.faults.iter().all(|fault| fault.field == "people" && fault.message.starts_with("Row 3, ")));
        setup.check(&visitor(), &token).await.expect("the token is still good");
        assert_eq!(world.directory.settings().name().await.expect("asked"), None);
    }
}

both! {
    async fn with_the_sample_or_a_file(world) {
        let setup = world.directory.setup();
        let token = setup.issue_token().await.expect("issued").expect("a token");
        let form = SetupForm { start_with: StartWith::Sample, ..setup_form() };
        let done = setup.complete(&visitor(), &token, form).await.expect("set up");
        assert_eq!(done.import.expect("a report").imported, 1284);
        let grace = world.actor(&done.token).await;
        let page = world.directory.users().list(&grace, &ListQuery::default()).await.expect("a page");
        assert_eq!(page.total.to_string(), "1,284");
        let people = world.directory.home().people(&grace).await.expect("figures");
        assert!(people.staged > 0 && people.suspended > 0 && people.total() == 1284);
    }
}

both! {
    async fn only_a_visitor_with_the_token_sets_up(world) {
        let grace = world.grace().await;
        let refused = world.directory.setup().check(&grace, "x").await;
        assert_eq!(world.code(refused), ErrorCode::Forbidden);
        let manager = world.administrator("max", DefaultRole::Manager).await;
        assert!(!manager.may(model::Operation::SetUp));
        assert!(world.system().may(model::Operation::SetUp));
    }
}

both! {
    /// A restart loses nothing: not the data, not the session, not what is sealed.
    async fn a_restart_in_between(world) {
        let grace = world.grace().await;
        let token = world.directory.sign_in().password(&visitor(), model::Principal::Administrator, "grace@example.org", crate::world::PASSWORD).await;
        let Ok(directory::SignedIn::Full(token)) = token else { panic!("{token:?}") };
        world.user(&grace, "ada.lovelace").await;
        let (secret, _, _) = crate::signing_in::enroll(world, &grace).await;
        world.directory.close().await;
        assert_eq!(world.code(world.directory.is_ready().await), ErrorCode::Unavailable);

        let again = world.reopened().await;
        let origin = crate::world::origin();
        let ended = again.sessions().administrator(&token, origin, true).await;
        assert!(ended.is_err(), "enrolling ended the other sessions");
        let found = again.users().list(&world.system(), &ListQuery::default()).await.expect("a page");
        assert_eq!(found.rows.len(), 1);
        let signed_in = again.sign_in().password(&visitor(), model::Principal::Administrator, "grace@example.org", crate::world::PASSWORD).await;
        let Ok(directory::SignedIn::Step(directory::Stage::Challenge, challenge)) = signed_in else { panic!("{signed_in:?}") };
        world.wait(std::time::Duration::from_mins(1));
        let code = crate::signing_in::code_of(world, &secret);
        again.sign_in().challenge(&visitor(), model::Principal::Administrator, &challenge, &code).await.expect("signed in");
    }
}
