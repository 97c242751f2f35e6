//! Signing in: right, wrong, too often; the second factor; sessions and their ends.

use std::time::Duration;

use directory::{Actor, Origin, SignedIn, Stage, Token};
use model::{DefaultRole, ErrorCode, Principal};
use totp_rs::{Builder, Secret};

use crate::world::{PASSWORD, World, origin, visitor};

const MINUTE: Duration = Duration::from_mins(1);
const EMAIL: &str = "grace@example.org";

async fn try_password(world: &World, email: &str, password: &str) -> directory::Result<SignedIn> {
    world.directory.sign_in().password(&visitor(), Principal::Administrator, email, password).await
}

async fn full(world: &World) -> Token {
    match try_password(world, EMAIL, PASSWORD).await.expect("signed in") {
        SignedIn::Full(token) => token,
        SignedIn::Step(..) => panic!("a second factor is asked for"),
    }
}

/// The code that an authenticator app shows now for a base-32 secret.
pub fn code_of(world: &World, secret: &str) -> String {
    use directory::Clock;
    let secret = Secret::try_from_base32(secret).expect("base 32");
    let totp = Builder::new()
        .with_secret(secret)
        .with_account_name("a")
        .with_issuer(Some("i"))
        .build()
        .expect("totp");
    let now = world.clock.now().as_seconds();
    totp.generate(u64::try_from(now).expect("after 1970")).to_string()
}

/// Enrols Grace in TOTP; says the secret and the recovery codes.
pub async fn enroll(world: &World, actor: &Actor) -> (String, Vec<String>, Token) {
    let enrollment = world.directory.account().start_totp(actor).await.expect("begun");
    let code = code_of(world, &enrollment.secret);
    let (led, codes) = world.directory.account().finish_totp(actor, &code).await.expect("finished");
    let SignedIn::Full(token) = led else { panic!("another step comes first") };
    (enrollment.secret, codes, token)
}

both! {
    /// Wrong password, unknown address, suspended account, no address at all: one answer.
    async fn one_answer_to_all_that_is_wrong(world) {
        let grace = world.grace().await;
        world.administrator("sam", DefaultRole::ReadOnly).await;
        let rows = world.directory.administrators().list(&grace, &model::ListQuery::default()).await.expect("a list").rows;
        let sam = rows.iter().find(|row| row.email.starts_with("sam")).expect("Sam").id;
        let version = world.directory.administrators().read(&grace, sam).await.expect("Sam").version;
        world.directory.administrators().set_suspended(&grace, sam, version, true).await.expect("suspended");

        let mut answers = Vec::new();
        for (email, password) in [
            (EMAIL, "not her password"),
            ("nobody@example.org", PASSWORD),
            ("sam@example.org", PASSWORD),
            ("not an address", PASSWORD),
            (EMAIL, ""),
        ] {
            answers.push(world.problem(try_password(world, email, password).await));
        }
        assert_eq!(answers[0].code, ErrorCode::Invalid);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
}

both! {
    async fn six_failures_lock_and_fifteen_minutes_open(world) {
        world.set_up().await;
        for _ in 0..5 {
            assert_eq!(world.code(try_password(world, EMAIL, "wrong").await), ErrorCode::Invalid);
        }
        let sixth = world.problem(try_password(world, EMAIL, "wrong").await);
        assert_eq!((sixth.code, sixth.retry_after), (ErrorCode::TooMany, Some(900)));
        let right = world.problem(try_password(world, EMAIL, PASSWORD).await);
        assert_eq!(right.code, ErrorCode::TooMany, "the right password does not open a lock");
        world.wait(MINUTE * 14);
        assert_eq!(world.code(try_password(world, EMAIL, PASSWORD).await), ErrorCode::TooMany);
        world.wait(MINUTE);
        full(world).await;
    }
}

both! {
    /// Who keeps trying during the lock does not keep it shut.
    async fn tries_during_a_lock_do_not_prolong_it(world) {
        world.set_up().await;
        for _ in 0..6 {
            drop(try_password(world, EMAIL, "wrong").await);
            world.wait(MINUTE);
        }
        world.wait(MINUTE * 13);
        for _ in 0..10 {
            assert_eq!(world.code(try_password(world, EMAIL, "wrong").await), ErrorCode::TooMany);
        }
        world.wait(MINUTE);
        full(world).await;
    }
}

both! {
    /// A lock on an address that nobody has looks the same, so that locking tells nothing.
    async fn unknown_addresses_lock_alike(world) {
        world.set_up().await;
        let mut answers = Vec::new();
        for email in [EMAIL, "nobody@example.org"] {
            for _ in 0..7 {
                answers.push(world.problem(try_password(world, email, "wrong").await));
            }
        }
        let (known, unknown) = answers.split_at(7);
        assert_eq!(known, unknown);
    }
}

both! {
    async fn failures_apart_do_not_add_up(world) {
        world.set_up().await;
        for _ in 0..4 {
            for _ in 0..4 {
                assert_eq!(world.code(try_password(world, EMAIL, "wrong").await), ErrorCode::Invalid);
            }
            world.wait(MINUTE * 16);
        }
        full(world).await;
    }
}

both! {
    /// Guessing in parallel gets no more tries than guessing in turn.
    async fn many_tries_at_once_are_counted(world) {
        world.set_up().await;
        let tries = (0..20).map(|_| {
            let directory = world.directory.clone();
            tokio::spawn(async move { directory.sign_in().password(&visitor(), Principal::Administrator, EMAIL, "wrong").await.is_err() })
        });
        for task in tries.collect::<Vec<_>>() {
            assert!(task.await.expect("no panic"));
        }
        assert_eq!(world.code(try_password(world, EMAIL, PASSWORD).await), ErrorCode::TooMany);
        let events = world.directory.clone();
        events.seal_events().await.expect("sealed");
        let system = world.system();
        let all = events.history().all(&system, None).await.expect("events").events;
        let looked_at = all.iter().filter(|event| event.event.message == "wrong password").count();
        assert_eq!(looked_at, 6, "only six passwords were looked at");
    }
}

both! {
    async fn one_address_cannot_try_many_accounts(world) {
        world.set_up().await;
        let mut refused = 0;
        for number in 0..70 {
            let email = format!("someone{number}@example.org");
            if world.code(try_password(world, &email, "wrong").await) == ErrorCode::TooMany {
                refused += 1;
            }
        }
        assert_eq!(refused, 10);
        let elsewhere = Actor::visitor(Origin { ip: "198.51.100.7".into(), ..origin() });
        let there = world.directory.sign_in().password(&elsewhere, Principal::Administrator, EMAIL, PASSWORD).await;
        assert!(there.is_ok(), "others are not kept out");
    }
}

both! {
    async fn another_administrator_with_billing_opens_a_lock(world) {
        world.grace().await;
        let ada = world.administrator("ada", DefaultRole::AdministratorWithBilling).await;
        let help = world.administrator("help", DefaultRole::HelpDesk).await;
        for _ in 0..6 {
            drop(try_password(world, EMAIL, "wrong").await);
        }
        let administrators = world.directory.administrators();
        let rows = administrators.list(&ada, &model::ListQuery::default()).await.expect("a list").rows;
        let grace = rows.iter().find(|row| row.email == EMAIL).expect("Grace");
        assert!(grace.locked_until.is_some());
        assert_eq!(world.code(administrators.unlock(&help, grace.id).await), ErrorCode::Forbidden);
        administrators.unlock(&ada, grace.id).await.expect("unlocked");
        full(world).await;
        assert_eq!(world.code(administrators.unlock(&ada, grace.id).await), ErrorCode::Conflict);
    }
}

both! {
    async fn the_second_factor_is_asked_for_and_its_codes_count_once(world) {
        let grace = world.grace().await;
        let (secret, _, _) = enroll(world, &grace).await;
        world.wait(MINUTE);
        let SignedIn::Step(Stage::Challenge, challenge) = try_password(world, EMAIL, PASSWORD).await.expect("signed in") else {
            panic!("no second factor was asked for");
        };
        let sign_in = world.directory.sign_in();
        let sessions = world.directory.sessions();
        assert!(sessions.administrator(&challenge, origin(), true).await.is_err(), "a challenge is no session");
        assert_eq!(world.code(sign_in.challenge(&visitor(), Principal::Administrator, &challenge, "000000").await), ErrorCode::Invalid);
        let code = code_of(world, &secret);
        let token = sign_in.challenge(&visitor(), Principal::Administrator, &challenge, &code).await.expect("signed in");
        let SignedIn::Full(token) = token else { panic!("another step comes first") };
        assert_ne!(token.expose(), challenge.expose(), "the token is new");
        world.actor(&token).await;
        assert_eq!(world.code(sign_in.challenge(&visitor(), Principal::Administrator, &challenge, &code).await), ErrorCode::Gone);

        let SignedIn::Step(Stage::Challenge, again) = try_password(world, EMAIL, PASSWORD).await.expect("signed in") else {
            panic!("no second factor was asked for");
        };
        let replayed = world.problem(sign_in.challenge(&visitor(), Principal::Administrator, &again, &code).await);
        assert_eq!(replayed.fault("code"), Some("This code is not right, or was used before."));
    }
}

both! {
    /// The code that finished the enrolment cannot be used again to sign in.
    async fn the_code_of_the_enrolment_is_used_up(world) {
        let grace = world.grace().await;
        let (secret, _, _) = enroll(world, &grace).await;
        let SignedIn::Step(Stage::Challenge, challenge) = try_password(world, EMAIL, PASSWORD).await.expect("signed in") else {
            panic!("no second factor was asked for");
        };
        let code = code_of(world, &secret);
        let replayed = world.directory.sign_in().challenge(&visitor(), Principal::Administrator, &challenge, &code).await;
        assert_eq!(world.code(replayed), ErrorCode::Invalid);
    }
}

both! {
    async fn a_recovery_code_stands_in_once(world) {
        let grace = world.grace().await;
        let (_, codes, _) = enroll(world, &grace).await;
        assert_eq!(codes.len(), 10);
        for expected in [true, false] {
            let SignedIn::Step(Stage::Challenge, challenge) = try_password(world, EMAIL, PASSWORD).await.expect("signed in") else {
                panic!("no second factor was asked for");
            };
            let used = world.directory.sign_in().challenge(&visitor(), Principal::Administrator, &challenge, &codes[0].to_uppercase()).await;
            assert_eq!(used.is_ok(), expected);
        }
    }
}

both! {
    /// Guesses of the code count together with guesses of the password.
    async fn wrong_codes_lock_too(world) {
        let grace = world.grace().await;
        enroll(world, &grace).await;
        let SignedIn::Step(Stage::Challenge, challenge) = try_password(world, EMAIL, PASSWORD).await.expect("signed in") else {
            panic!("no second factor was asked for");
        };
        let mut codes = Vec::new();
        for _ in 0..6 {
            codes.push(world.code(world.directory.sign_in().challenge(&visitor(), Principal::Administrator, &challenge, "123456").await));
        }
        assert_eq!(codes[..5], [ErrorCode::Invalid; 5]);
        assert_eq!(codes[5..], [ErrorCode::TooMany; 1]);
        assert_eq!(world.code(try_password(world, EMAIL, PASSWORD).await), ErrorCode::TooMany);
    }
}

both! {
    /// Who is right about the password and leaves the second step for later has guessed at nothing.
    async fn unfinished_second_steps_lock_nobody(world) {
        let grace = world.grace().await;
        let (secret, _, _) = enroll(world, &grace).await;
        for _ in 0..5 {
            assert_eq!(world.code(try_password(world, EMAIL, "a wrong password").await), ErrorCode::Invalid);
        }
        for _ in 0..7 {
            let step = try_password(world, EMAIL, PASSWORD).await.expect("the password is right");
            assert!(matches!(step, SignedIn::Step(Stage::Challenge, _)));
        }
        // The guesses before it still count, and with them those of the code.
        let SignedIn::Step(Stage::Challenge, challenge) = try_password(world, EMAIL, PASSWORD).await.expect("signed in") else {
            panic!("no second factor was asked for");
        };
        let wrong = world.directory.sign_in().challenge(&visitor(), Principal::Administrator, &challenge, "123456").await;
        assert_eq!(world.code(wrong), ErrorCode::TooMany);
        world.clock.advance(Duration::from_mins(16));
        let SignedIn::Step(Stage::Challenge, challenge) = try_password(world, EMAIL, PASSWORD).await.expect("open again") else {
            panic!("no second factor was asked for");
        };
        let code = code_of(world, &secret);
        world.directory.sign_in().challenge(&visitor(), Principal::Administrator, &challenge, &code).await.expect("signed in");
    }
}

both! {
    async fn a_challenge_ends_after_ten_minutes(world) {
        let grace = world.grace().await;
        let (secret, _, _) = enroll(world, &grace).await;
        let SignedIn::Step(Stage::Challenge, challenge) = try_password(world, EMAIL, PASSWORD).await.expect("signed in") else {
            panic!("no second factor was asked for");
        };
        let step = async |token: &Token| {
            let step = world.directory.sessions().step(Principal::Administrator, token, origin()).await;
            step.expect("asked").is_some()
        };
        assert!(step(&challenge).await);
        world.wait(MINUTE * 10);
        assert!(!step(&challenge).await);
        let late = world.directory.sign_in().challenge(&visitor(), Principal::Administrator, &challenge, &code_of(world, &secret)).await;
        assert_eq!(world.code(late), ErrorCode::Gone);
    }
}

both! {
    async fn a_session_ends_after_an_hour_without_use_and_twelve_in_any_case(world) {
        let token = world.set_up().await;
        let ask = async |used| world.directory.sessions().administrator(&token, origin(), used).await.is_ok();
        world.wait(MINUTE * 59);
        assert!(ask(true).await);
        world.wait(MINUTE * 59);
        assert!(ask(false).await, "a page by itself may ask");
        world.wait(MINUTE * 2);
        assert!(!ask(false).await, "but keeps nothing open");
        let token = full(world).await;
        for _ in 0..13 {
            world.wait(MINUTE * 55);
            drop(world.directory.sessions().administrator(&token, origin(), true).await);
        }
        world.wait(MINUTE * 30);
        assert!(world.directory.sessions().administrator(&token, origin(), true).await.is_err());
    }
}

both! {
    async fn sessions_are_listed_ended_and_logged_out_of(world) {
        let grace = world.grace().await;
        let second = full(world).await;
        let sessions = world.directory.sessions();
        let own = sessions.own(&grace).await.expect("a list");
        assert_eq!(own.len(), 2);
        let other = own.iter().find(|session| !session.current).expect("another").id;
        let stranger = world.administrator("sam", DefaultRole::AdministratorWithBilling).await;
        assert_eq!(world.code(sessions.end(&stranger, other).await), ErrorCode::NotFound);
        sessions.end(&grace, other).await.expect("ended");
        assert_eq!(world.code(sessions.administrator(&second, origin(), true).await), ErrorCode::NotSignedIn);
        let third = full(world).await;
        assert_eq!(sessions.end_others(&grace).await.expect("ended"), 1);
        assert!(sessions.administrator(&third, origin(), true).await.is_err());
        let fourth = full(world).await;
        sessions.log_out(Principal::Administrator, &fourth, origin()).await.expect("logged out");
        sessions.log_out(Principal::Administrator, &fourth, origin()).await.expect("again is fine");
        assert!(sessions.administrator(&fourth, origin(), true).await.is_err());
    }
}

both! {
    async fn tokens_are_not_in_the_database(world) {
        let token = world.set_up().await;
        for text in ["", "x", &"x".repeat(10_000), "'; DROP TABLE sessions; --"] {
            let asked = world.directory.sessions().administrator(&Token::presented(text), origin(), true).await;
            assert_eq!(world.code(asked), ErrorCode::NotSignedIn);
        }
        assert!(!format!("{token:?}").contains(token.expose()));
    }
}
