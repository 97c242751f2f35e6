//! Users come in: by either name, past every step, and out again the moment their access ends.

use std::time::Duration;

use directory::{Actor, SignedIn, Stage, Token};
use model::account::OwnSecurity;
use model::user::{NewUser, PasswordStatus, Selection, UserState};
use model::{ErrorCode, Id, Principal};

use crate::raw::run;
use crate::signing_in::code_of;
use crate::world::{PASSWORD, World, form, origin, visitor};

const MINUTE: Duration = Duration::from_mins(1);
const NEW: &str = "quartz-lagoon-mimic-4";

async fn try_password(world: &World, login: &str, password: &str) -> directory::Result<SignedIn> {
    world.directory.sign_in().password(&visitor(), Principal::User, login, password).await
}

async fn step(world: &World, login: &str, expected: Stage) -> Token {
    match try_password(world, login, PASSWORD).await.expect("right") {
        SignedIn::Step(stage, token) if stage == expected => token,
        other => panic!("{other:?} instead of {expected:?}"),
    }
}

async fn on_the_way(world: &World, token: &Token) -> Actor {
    let found = world.directory.sessions().step(Principal::User, token, origin()).await.expect("asked");
    found.expect("a step to take").0
}

async fn is_in(world: &World, token: &Token) -> bool {
    world.directory.sessions().user(token, origin(), true).await.is_ok()
}

async fn security(world: &World, token: &Token) -> OwnSecurity {
    let actor = world.directory.sessions().user(token, origin(), true).await.expect("in");
    world.directory.account().security(&actor).await.expect("read")
}

fn these(id: Id) -> Selection {
    Selection::These(vec![id])
}

both! {
    async fn either_name_opens_and_no_session_passes_for_the_others(world) {
        let admin = world.set_up().await;
        let grace = world.actor(&admin).await;
        let ada = world.user_with_password(&grace, "ada.lovelace").await;
        for login in ["ada.lovelace", " Ada.Lovelace ", "ada.lovelace@example.org", "ADA.Lovelace@example.ORG"] {
            let token = world.signed_in(login).await;
            assert!(is_in(world, &token).await);
            assert!(world.directory.sessions().administrator(&token, origin(), true).await.is_err());
        }
        assert!(!is_in(world, &admin).await, "an administrator’s session is none of a user");
        assert!(try_password(world, "grace@example.org", PASSWORD).await.is_err(), "nor is the account");
        let token = world.signed_in("ada.lovelace").await;
        let actor = world.directory.sessions().user(&token, origin(), true).await.expect("in");
        assert_eq!(world.code(world.directory.users().read(&actor, ada).await), ErrorCode::Forbidden);
        assert_eq!(world.code(world.directory.account().me(&actor).await), ErrorCode::Forbidden);
        assert_eq!(world.code(world.directory.home().read(&actor, "UTC").await), ErrorCode::Forbidden);
        assert!(world.directory.users().read(&grace, ada).await.expect("Ada").last_login_at.is_some());
    }
}

both! {
    /// Wrong, unknown, without a password, staged, suspended, deleted, nonsense: one answer.
    async fn one_answer_to_all_that_is_wrong(world) {
        let grace = world.grace().await;
        for name in ["ada", "sam", "deb"] {
            world.user_with_password(&grace, name).await;
        }
        world.user(&grace, "pat").await;
        let users = world.directory.users();
        let staged = NewUser { state: Some(UserState::Staged), form: form("stan"), ..NewUser::default() };
        users.create(&grace, &staged).await.expect("staged");
        run(world, "INSERT INTO credentials (id, principal, principal_id, kind, secret, created_at)
            SELECT s.id, 'user', s.id, 'password', c.secret, 0 FROM users s, users a
            JOIN credentials c ON c.principal_id = a.id WHERE s.username = 'stan' AND a.username = 'ada'").await;
        let id = async |name: &str| {
            let query = model::ListQuery { search: name.into(), ..model::ListQuery::default() };
            users.list(&grace, &query).await.expect("a list").rows[0].id
        };
        users.suspend(&grace, &these(id("sam").await)).await.expect("suspended");
        users.delete(&grace, &these(id("deb").await)).await.expect("deleted");

        let mut answers = Vec::new();
        for (login, password) in [
            ("ada", "not her password"),
            ("nobody", PASSWORD),
            ("nobody@example.org", PASSWORD),
            ("pat", PASSWORD),
            ("stan", PASSWORD),
            ("sam", PASSWORD),
            ("sam@example.org", PASSWORD),
            ("deb", PASSWORD),
            ("' OR 1=1 --", PASSWORD),
            ("", ""),
            ("ada", ""),
        ] {
            answers.push(world.problem(try_password(world, login, password).await));
        }
        assert_eq!(answers[0].code, ErrorCode::Invalid);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert!(is_in(world, &world.signed_in("ada").await).await);
    }
}

both! {
    /// Tries under two names answer alike whether they belong together, to others, or to nobody.
    async fn a_lock_does_not_tell_which_names_belong_together(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        let pairs = [["ada", "ada@example.org"], ["nobody", "nobody@example.org"]];
        let mut answers = [vec![], vec![]];
        for (pair, answers) in pairs.iter().zip(&mut answers) {
            for (login, tries) in [(pair[0], 5), (pair[1], 7), (pair[0], 2)] {
                for _ in 0..tries {
                    answers.push(world.problem(try_password(world, login, "wrong").await));
                }
            }
        }
        assert_eq!(answers[0], answers[1]);
        let codes: Vec<_> = answers[0].iter().map(|answer| answer.code).collect();
        let (no, told) = (ErrorCode::Invalid, ErrorCode::TooMany);
        assert_eq!(codes, [&[no; 5][..], &[no; 5], &[told; 2], &[told; 2]].concat());
    }
}

both! {
    /// Both names count together; the lock ends sessions, is seen, and opens by itself.
    async fn six_failures_lock_by_whichever_name(world) {
        let grace = world.grace().await;
        let ada = world.user_with_password(&grace, "ada").await;
        let token = world.signed_in("ada").await;
        for _ in 0..3 {
            assert_eq!(world.code(try_password(world, "ada", "wrong").await), ErrorCode::Invalid);
        }
        for _ in 0..2 {
            assert_eq!(world.code(try_password(world, "ada@example.org", "wrong").await), ErrorCode::Invalid);
        }
        assert!(is_in(world, &token).await);
        // That the lock is the account's is not told of a name that was tried three times.
        assert_eq!(world.code(try_password(world, "ada@example.org", "wrong").await), ErrorCode::Invalid);
        assert!(!is_in(world, &token).await, "a lock ends what is open");
        assert_eq!(world.code(try_password(world, "ada", PASSWORD).await), ErrorCode::Invalid);
        let status = async || world.directory.users().read(&grace, ada).await.expect("Ada").password_status;
        assert_eq!(status().await, PasswordStatus::Locked);
        world.wait(MINUTE * 15);
        assert_eq!(status().await, PasswordStatus::Active);
        assert!(!is_in(world, &token).await, "what has ended stays so");
        world.signed_in("ada").await;
    }
}

both! {
    async fn unknown_names_lock_alike(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        let mut answers = Vec::new();
        for login in ["ada", "nobody"] {
            for _ in 0..7 {
                answers.push(world.problem(try_password(world, login, "wrong").await));
            }
        }
        let (known, unknown) = answers.split_at(7);
        assert_eq!(known, unknown);
    }
}

both! {
    /// Whatever takes access away, the next request is refused, by another server too.
    async fn access_that_is_taken_away_is_gone_at_once(world) {
        let grace = world.grace().await;
        let other = world.reopened().await;
        let users = world.directory.users();
        for (name, how) in [
            ("sus", "suspended"), ("del", "deleted"), ("exp", "expired"), ("must", "must change"),
            ("lock", "locked"), ("mfa", "required at once"),
        ] {
            let id = world.user_with_password(&grace, name).await;
            let token = world.signed_in(name).await;
            let actor = other.sessions().user(&token, origin(), true).await.expect("in on both servers");
            match how {
                "suspended" => drop(users.suspend(&grace, &these(id)).await.expect("suspended")),
                "deleted" => drop(users.delete(&grace, &these(id)).await.expect("deleted")),
                "locked" => for _ in 0..6 {
                    drop(try_password(world, name, "wrong").await);
                },
                "expired" => {
                    run(world, "UPDATE users SET password_expires_at = 5 WHERE username = 'exp'").await;
                }
                "must change" => {
                    run(world, "UPDATE users SET password_must_change = TRUE WHERE username = 'must'").await;
                }
                _ => run(world, "UPDATE users SET mfa_required = TRUE WHERE username = 'mfa'").await,
            }
            for directory in [&world.directory, &other] {
                assert!(directory.sessions().user(&token, origin(), true).await.is_err(), "{how}");
            }
            // A request that was let in just before does not write any more either.
            let late = other.sessions().end_others(&actor).await;
            assert_eq!(world.code(late), ErrorCode::NotSignedIn, "{how}");
        }
    }
}

both! {
    /// The session of an expired password is good for the page that changes it.
    async fn an_expired_password_opens_nothing_but_its_change(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        run(world, "UPDATE users SET password_expires_at = 5 WHERE username = 'ada'").await;
        let token = step(world, "ada", Stage::NewPassword).await;
        assert!(!is_in(world, &token).await);
        let account = world.directory.account();
        let ada = on_the_way(world, &token).await;
        for refused in [
            world.directory.sessions().own(&ada).await.map(drop),
            account.security(&ada).await.map(drop),
            account.start_totp(&ada).await.map(drop),
            account.reauthenticate(&ada, PASSWORD).await,
        ] {
            assert_eq!(world.code(refused), ErrorCode::Forbidden);
        }
        assert!(world.problem(account.renew_password(&ada, "short").await).fault("password").is_some());
        let SignedIn::Full(full) = account.renew_password(&ada, NEW).await.expect("renewed") else {
            panic!("nothing else is missing");
        };
        assert_ne!(full.expose(), token.expose());
        assert!(is_in(world, &full).await);
        assert_eq!(world.code(account.renew_password(&ada, NEW).await), ErrorCode::NotSignedIn, "once");
        assert!(try_password(world, "ada", PASSWORD).await.is_err());
        assert!(matches!(try_password(world, "ada", NEW).await, Ok(SignedIn::Full(_))));
    }
}

both! {
    async fn steps_follow_one_another(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        run(world, "UPDATE users SET password_must_change = TRUE, mfa_required = TRUE WHERE username = 'ada'").await;
        let token = step(world, "ada", Stage::NewPassword).await;
        let account = world.directory.account();
        let ada = on_the_way(world, &token).await;
        let SignedIn::Step(Stage::Enroll, token) = account.renew_password(&ada, NEW).await.expect("renewed") else {
            panic!("a second factor is required");
        };
        let ada = on_the_way(world, &token).await;
        assert_eq!(world.code(account.renew_password(&ada, NEW).await), ErrorCode::Forbidden);
        assert!(!is_in(world, &token).await);
        world.wait(MINUTE * 29);
        let secret = account.start_totp(&ada).await.expect("begun").secret;
        assert!(world.problem(account.finish_totp(&ada, "000000").await).fault("code").is_some());
        let code = code_of(world, &secret);
        let (led, codes) = account.finish_totp(&ada, &code).await.expect("finished");
        let SignedIn::Full(full) = led else { panic!("nothing else is missing") };
        assert_eq!(codes.len(), 10);
        assert!(is_in(world, &full).await);
        assert!(security(world, &full).await.totp.is_some());

        world.wait(MINUTE);
        let SignedIn::Step(Stage::Challenge, token) = try_password(world, "ada", NEW).await.expect("right") else {
            panic!("the factor is asked for");
        };
        let sign_in = world.directory.sign_in();
        let led = sign_in.challenge(&visitor(), Principal::User, &token, &code_of(world, &secret)).await;
        assert!(matches!(led, Ok(SignedIn::Full(_))));
        let other = sign_in.challenge(&visitor(), Principal::Administrator, &token, &code_of(world, &secret)).await;
        assert_eq!(world.code(other), ErrorCode::Gone);
    }
}

both! {
    /// A step is over after a while, and nobody else's token is one.
    async fn steps_end(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        run(world, "UPDATE users SET password_must_change = TRUE WHERE username = 'ada'").await;
        let token = step(world, "ada", Stage::NewPassword).await;
        let ask = async |principal| {
            world.directory.sessions().step(principal, &token, origin()).await.expect("asked").is_some()
        };
        assert!(ask(Principal::User).await && !ask(Principal::Administrator).await);
        world.wait(MINUTE * 30);
        assert!(!ask(Principal::User).await);
    }
}

both! {
    /// Within the period one may come in without; after it not, and only who knows the password
    /// learns why.
    async fn time_to_enroll_runs_out(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        let by = crate::world::START.plus(MINUTE * 60 * 24 * 7).as_micros();
        let sql = format!("UPDATE users SET mfa_required = TRUE, mfa_enroll_by = {by} WHERE username = 'ada'");
        run(world, &sql).await;
        let token = world.signed_in("ada").await;
        assert_eq!(security(world, &token).await.mfa_enroll_by.map(model::Timestamp::as_micros), Some(by));
        world.wait(MINUTE * (60 * 24 * 7 - 10));
        let token = world.signed_in("ada").await;
        assert!(is_in(world, &token).await);
        world.wait(MINUTE * 10);
        assert!(!is_in(world, &token).await, "judged at use");
        let lapsed = world.problem(try_password(world, "ada", PASSWORD).await);
        assert_eq!(lapsed.code, ErrorCode::Forbidden);
        assert!(lapsed.message.contains("administrator"), "{}", lapsed.message);
        assert_eq!(world.code(try_password(world, "ada", "wrong").await), ErrorCode::Invalid);
    }
}

both! {
    /// A factor of one's own choice can be removed; one that is required stays. A key that is
    /// neither required nor chosen is kept and not asked for.
    async fn a_required_factor_stays(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        let account = world.directory.account();
        let enroll = async |token: &Token| {
            let ada = world.directory.sessions().user(token, origin(), true).await.expect("in");
            let secret = account.start_totp(&ada).await.expect("begun").secret;
            let (led, _) = account.finish_totp(&ada, &code_of(world, &secret)).await.expect("finished");
            let SignedIn::Full(token) = led else { panic!("nothing else is missing") };
            world.directory.sessions().user(&token, origin(), true).await.expect("in")
        };
        let ada = enroll(&world.signed_in("ada").await).await;
        account.remove_totp(&ada).await.expect("removed");
        let ada = enroll(&world.signed_in("ada").await).await;
        run(world, "UPDATE users SET mfa_required = TRUE WHERE username = 'ada'").await;
        assert_eq!(world.code(account.remove_totp(&ada).await), ErrorCode::Conflict);
        step(world, "ada", Stage::Challenge).await;
        run(world, "UPDATE users SET mfa_required = FALSE, mfa_chosen = FALSE WHERE username = 'ada'").await;
        world.signed_in("ada").await;
    }
}

both! {
    async fn sessions_and_the_password_are_ones_own(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        world.user_with_password(&grace, "bob").await;
        let (here, there) = (world.signed_in("ada").await, world.signed_in("ada").await);
        let bob = world.signed_in("bob").await;
        let sessions = world.directory.sessions();
        let ada = sessions.user(&here, origin(), true).await.expect("in");
        let own = sessions.own(&ada).await.expect("listed");
        assert_eq!(own.len(), 2);
        let bob = sessions.user(&bob, origin(), true).await.expect("in");
        assert_eq!(world.code(sessions.end(&bob, own[0].id).await), ErrorCode::NotFound);
        assert_eq!(world.code(sessions.end(&grace, own[0].id).await), ErrorCode::NotFound);

        let account = world.directory.account();
        assert!(world.problem(account.change_password(&ada, "wrong", NEW).await).fault("current_password").is_some());
        let next = account.change_password(&ada, PASSWORD, NEW).await.expect("changed");
        assert!(is_in(world, &next).await && !is_in(world, &here).await && !is_in(world, &there).await);
        sessions.log_out(Principal::User, &next, origin()).await.expect("out");
        assert!(!is_in(world, &next).await);
    }
}

both! {
    /// What users do is in their history, under their own name.
    async fn what_users_do_is_recorded(world) {
        let grace = world.grace().await;
        let ada = world.user_with_password(&grace, "ada").await;
        let token = world.signed_in("ada").await;
        let actor = world.directory.sessions().user(&token, origin(), true).await.expect("in");
        world.directory.account().change_password(&actor, PASSWORD, NEW).await.expect("changed");
        for _ in 0..6 {
            drop(try_password(world, "ada", "wrong").await);
        }
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().of_user(&grace, ada, None).await.expect("events").events;
        let told: Vec<_> = events
            .iter()
            .rev()
            .map(|one| (one.event.event_type.as_str(), one.event.success, one.event.initiated_by.kind.as_str()))
            .collect();
        assert_eq!(told[0].0, "user_create");
        assert_eq!(told[2..5], [
            ("user_login_attempt", true, "user"),
            ("user_password_change", true, "user"),
            ("user_login_attempt", false, "user"),
        ]);
        assert_eq!(told.last().map(|event| event.0), Some("user_lockout"));
        let text = format!("{events:?}");
        assert!(!text.contains(PASSWORD) && !text.contains(NEW));
    }
}
