//! Passkeys, with an authenticator in software: by themselves, after the password, and what does not
//! open.

use std::time::Duration;

use directory::{Actor, Answer, Ceremony, Origin, SignedIn, Stage, Token};
use model::event::EventKind;
use model::user::{NewPassword, Selection};
use model::{ErrorCode, Id, Principal};
use serde_json::{Value, json};
use webauthn_authenticator_rs::prelude::{
    CreationChallengeResponse, RequestChallengeResponse, Url, WebauthnAuthenticator,
};
use webauthn_authenticator_rs::softpasskey::SoftPasskey;

use crate::raw::{rows, run};
use crate::world::{PASSWORD, URL, World, origin, visitor};

const MINUTE: Duration = Duration::from_mins(1);
const USER: Principal = Principal::User;

/// A device that keeps passkeys and knows its person.
pub struct Device {
    inside: SoftPasskey,
    /// The passkeys that it lists by itself, and whose they are.
    pub kept: Vec<(Value, Value)>,
}

impl Device {
    pub fn new() -> Self {
        Self { inside: SoftPasskey::new(true), kept: vec![] }
    }

    fn make_at(&mut self, ceremony: &Ceremony, origin: &str) -> Answer {
        let mut options = ceremony.options.clone();
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        // The part of a device that lists passkeys is played here.
        options["authenticatorSelection"]["requireResidentKey"] = false.into();
        let asked: CreationChallengeResponse =
            serde_json::from_value(json!({ "publicKey": options })).expect("options");
        let made = self.inside.do_registration(Url::parse(origin).expect("a URL"), asked).expect("made");
        let made = serde_json::to_value(made).expect("JSON");
        self.kept.push((made["rawId"].clone(), options["user"]["id"].clone()));
        Answer { token: ceremony.token.clone(), credential: made.to_string() }
    }

    pub fn make(&mut self, ceremony: &Ceremony) -> Answer {
        self.make_at(ceremony, URL)
    }

    fn show_at(&mut self, ceremony: &Ceremony, origin: &str) -> Answer {
        let mut options = ceremony.options.clone();
        assert_eq!(options["userVerification"], "required");
        let (id, whose) = self.kept.last().expect("a passkey").clone();
        options["allowCredentials"] = json!([{ "type": "public-key", "id": id }]);
        let asked: RequestChallengeResponse =
            serde_json::from_value(json!({ "publicKey": options })).expect("options");
        let shown = self.inside.do_authentication(Url::parse(origin).expect("a URL"), asked).expect("shown");
        let mut shown = serde_json::to_value(shown).expect("JSON");
        shown["response"]["userHandle"] = whose;
        Answer { token: ceremony.token.clone(), credential: shown.to_string() }
    }

    pub fn show(&mut self, ceremony: &Ceremony) -> Answer {
        self.show_at(ceremony, URL)
    }
}

/// Adds a passkey to an account that somebody is signed in to.
pub async fn add(world: &World, actor: &Actor, device: &mut Device) -> (Token, Vec<String>) {
    let account = world.directory.account();
    let answer = device.make(&account.start_passkey(actor).await.expect("begun"));
    match account.finish_passkey(actor, "Laptop", &answer).await.expect("added") {
        (SignedIn::Full(token), codes) => (token, codes),
        (SignedIn::Step(stage, _), _) => panic!("{stage:?} comes first"),
    }
}

pub async fn user(world: &World, token: &Token) -> Actor {
    world.directory.sessions().user(token, origin(), true).await.expect("in")
}

/// Somebody who has a passkey, and the device that keeps it.
pub async fn with_passkey(world: &World, grace: &Actor, name: &str) -> (Id, Token, Device) {
    let id = world.user_with_password(grace, name).await;
    let actor = user(world, &world.signed_in(name).await).await;
    let mut device = Device::new();
    let (token, codes) = add(world, &actor, &mut device).await;
    assert_eq!(codes.len(), 10, "they come with the first factor");
    // By now the password is their own.
    run(world, &format!("UPDATE users SET password_given = (1 = 0) WHERE username = '{name}'")).await;
    (id, token, device)
}

async fn begin(world: &World, principal: Principal) -> Ceremony {
    world.directory.sign_in().start_passkey(&visitor(), principal).await.expect("begun")
}

pub async fn enter(world: &World, principal: Principal, answer: &Answer) -> directory::Result<SignedIn> {
    world.directory.sign_in().passkey(&visitor(), principal, answer).await
}

/// The session after the password, which waits for the second factor.
async fn challenged(world: &World, principal: Principal, login: &str) -> Token {
    match world.directory.sign_in().password(&visitor(), principal, login, PASSWORD).await {
        Ok(SignedIn::Step(Stage::Challenge, token)) => token,
        other => panic!("{other:?}"),
    }
}

async fn ask(world: &World, token: &Token) -> Ceremony {
    world.directory.sign_in().start_challenge(&visitor(), USER, token).await.expect("begun")
}

async fn second(world: &World, token: &Token, answer: &Answer) -> directory::Result<SignedIn> {
    world.directory.sign_in().challenge_passkey(&visitor(), USER, token, answer).await
}

/// How many rows there are.
async fn count(world: &World, table: &str) -> String {
    rows(world, &format!("SELECT '{table}', CAST(COUNT(*) AS TEXT) FROM {table}")).await.remove(0)
}

fn these(id: Id) -> Selection {
    Selection::These(vec![id])
}

both! {
    async fn a_passkey_opens_by_itself(world) {
        let grace = world.grace().await;
        let (ada, _, mut device) = with_passkey(world, &grace, "ada").await;
        let answer = device.show(&begin(world, USER).await);
        let Ok(SignedIn::Full(token)) = enter(world, USER, &answer).await else { panic!("not in") };
        let actor = user(world, &token).await;
        let own = world.directory.account().security(&actor).await.expect("read");
        assert_eq!((own.passkeys.len(), own.recovery_codes_left, own.totp), (1, 10, None));
        assert_eq!(own.passkeys[0].name, "Laptop");
        assert!(own.passkeys[0].last_used_at.is_some());
        assert!(world.directory.users().read(&grace, ada).await.expect("Ada").mfa.enrolled);
        let sessions = world.directory.sessions().own(&actor).await.expect("read");
        assert!(sessions.iter().any(|session| session.current && session.methods == "passkey"), "{sessions:?}");
        // It proves enough to change what is sensitive.
        world.directory.account().start_totp(&actor).await.expect("proven");

        world.directory.clean_up().await.expect("sealed");
        let events = world.directory.history().of_user(&grace, ada, None).await.expect("events").events;
        let kinds = |kind| events.iter().filter(|event| event.event.event_type == kind).collect::<Vec<_>>();
        assert_eq!(kinds(EventKind::UserLoginAttempt)[0].event.message, "passkey");
        assert_eq!(kinds(EventKind::UserPasskeyCreate).len(), 1);
    }
}

both! {
    async fn an_administrator_signs_in_by_passkey_too(world) {
        let grace = world.grace().await;
        let mut device = Device::new();
        let (token, codes) = add(world, &grace, &mut device).await;
        assert_eq!(codes.len(), 10);
        let ended = world.directory.account().security(&grace).await.expect("read");
        assert_eq!(ended.passkeys.len(), 1);
        world.actor(&token).await;
        let answer = device.show(&begin(world, Principal::Administrator).await);
        let Ok(SignedIn::Full(token)) = enter(world, Principal::Administrator, &answer).await else { panic!("not in") };
        world.actor(&token).await;
        // After the password it is asked for.
        let step = challenged(world, Principal::Administrator, "grace@example.org").await;
        let sign_in = world.directory.sign_in();
        let factors = sign_in.factors(&visitor(), Principal::Administrator, &step).await.expect("told");
        assert!(factors.passkeys && !factors.totp);
        let asked = sign_in.start_challenge(&visitor(), Principal::Administrator, &step).await.expect("begun");
        let answer = device.show(&asked);
        let led = sign_in.challenge_passkey(&visitor(), Principal::Administrator, &step, &answer).await;
        assert!(matches!(led, Ok(SignedIn::Full(_))), "{led:?}");
        let query = model::ListQuery { filters: vec![model::Filter::is("mfa", ["true"])], ..model::ListQuery::default() };
        let rows = world.directory.administrators().list(&world.actor(&token).await, &query).await.expect("a list").rows;
        assert!(rows.len() == 1 && rows[0].passkey_enrolled && !rows[0].totp_enrolled);
        // Whoever has the server lets somebody in who has lost it.
        world.directory.administrators().reset(&world.system(), "grace@example.org", PASSWORD).await.expect("reset");
        let own = world.directory.account().security(&world.again().await).await.expect("read");
        assert_eq!((own.passkeys.len(), own.recovery_codes_left), (0, 0));
        let answer = device.show(&begin(world, Principal::Administrator).await);
        assert_eq!(world.code(enter(world, Principal::Administrator, &answer).await), ErrorCode::Invalid);
    }
}

both! {
    /// Unknown, answered before, too late, of another site or another kind of account, forged,
    /// nonsense, suspended, locked: one answer.
    async fn one_answer_to_all_that_does_not_open(world) {
        let grace = world.grace().await;
        let (ada, _, mut device) = with_passkey(world, &grace, "ada").await;
        let (sam, _, mut of_sam) = with_passkey(world, &grace, "sam").await;
        let (_, _, mut of_lou) = with_passkey(world, &grace, "lou").await;
        let users = world.directory.users();
        let mut answers = Vec::new();
        let mut refused = async |principal, answer: &Answer| {
            answers.push(world.problem(enter(world, principal, answer).await));
        };

        let used = device.show(&begin(world, USER).await);
        enter(world, USER, &used).await.expect("in");
        refused(USER, &used).await;

        let late = device.show(&begin(world, USER).await);
        world.wait(MINUTE * 5);
        refused(USER, &late).await;

        let elsewhere = device.show_at(&begin(world, USER).await, "https://directory.example.org:8443");
        refused(USER, &elsewhere).await;

        // The administrators’ door asks for administrators.
        let other_door = device.show(&begin(world, Principal::Administrator).await);
        refused(Principal::Administrator, &other_door).await;
        refused(USER, &other_door).await;

        let mut stranger = Device::new();
        let answer = stranger.make(&world.directory.account().start_passkey(&world.again().await).await.expect("begun"));
        refused(USER, &answer).await;
        refused(USER, &stranger.show(&begin(world, USER).await)).await;

        // Somebody else’s name beside one’s own passkey, and none at all.
        for whose in [of_sam.kept[0].1.clone(), Value::Null] {
            let mut answer = device.show(&begin(world, USER).await);
            let mut shown: Value = serde_json::from_str(&answer.credential).expect("JSON");
            shown["response"]["userHandle"] = whose;
            answer.credential = shown.to_string();
            refused(USER, &answer).await;
        }

        // One ceremony’s answer with another’s token.
        let one = begin(world, USER).await;
        let mixed = Answer { token: begin(world, USER).await.token, ..device.show(&one) };
        refused(USER, &mixed).await;

        for nonsense in ["", "{}", "null", "[]", "\u{0}"] {
            let token = begin(world, USER).await.token;
            refused(USER, &Answer { token, credential: nonsense.into() }).await;
        }
        refused(USER, &Answer::default()).await;

        users.suspend(&world.again().await, &these(sam)).await.expect("suspended");
        refused(USER, &of_sam.show(&begin(world, USER).await)).await;

        for _ in 0..6 {
            let tried = world.directory.sign_in().password(&visitor(), USER, "lou", "wrong").await;
            assert!(tried.is_err());
        }
        refused(USER, &of_lou.show(&begin(world, USER).await)).await;

        assert_eq!(answers[0].code, ErrorCode::Invalid);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");

        // The lock opens for the passkey too; and a deleted user has none.
        world.wait(MINUTE * 15);
        enter(world, USER, &of_lou.show(&begin(world, USER).await)).await.expect("in");
        users.delete(&world.again().await, &these(ada)).await.expect("deleted");
        assert!(enter(world, USER, &device.show(&begin(world, USER).await)).await.is_err());
        users.purge(&world.again().await, &[ada]).await.expect("erased");
        assert_eq!(count(world, "passkeys").await, "passkeys 2");
    }
}

both! {
    /// A device that counts and shows an older count than before may be a copy.
    async fn a_count_that_goes_back_is_refused(world) {
        let grace = world.grace().await;
        let (_, _, mut device) = with_passkey(world, &grace, "ada").await;
        let older = device.show(&begin(world, USER).await);
        let newer = device.show(&begin(world, USER).await);
        enter(world, USER, &newer).await.expect("in");
        assert_eq!(world.code(enter(world, USER, &older).await), ErrorCode::Invalid);
        enter(world, USER, &device.show(&begin(world, USER).await)).await.expect("in");
    }
}

both! {
    /// It is no way around a password that must be changed.
    async fn what_must_come_first_comes_first(world) {
        let grace = world.grace().await;
        let (ada, token, mut device) = with_passkey(world, &grace, "ada").await;
        let new = NewPassword { password: PASSWORD.into(), must_change: true };
        world.directory.users().set_password(&grace, ada, &new).await.expect("set");
        assert!(world.directory.sessions().user(&token, origin(), true).await.is_err());
        let led = enter(world, USER, &device.show(&begin(world, USER).await)).await;
        assert!(matches!(led, Ok(SignedIn::Step(Stage::NewPassword, _))), "{led:?}");
    }
}

both! {
    async fn after_the_password_it_is_the_second_factor(world) {
        let grace = world.grace().await;
        let (_, _, mut device) = with_passkey(world, &grace, "ada").await;
        let (_, _, mut of_sam) = with_passkey(world, &grace, "sam").await;
        let step = challenged(world, USER, "ada").await;
        let factors = world.directory.sign_in().factors(&visitor(), USER, &step).await.expect("told");
        assert!(factors.passkeys && !factors.totp);

        let late = device.show(&ask(world, &step).await);
        world.wait(MINUTE * 5);
        assert_eq!(world.code(second(world, &step, &late).await), ErrorCode::Invalid);
        // Another account’s passkey, and another session’s ceremony.
        let asked = ask(world, &step).await;
        assert_eq!(world.code(second(world, &step, &of_sam.show(&asked)).await), ErrorCode::Invalid);
        let of_sams_step = ask(world, &challenged(world, USER, "sam").await).await;
        assert_eq!(world.code(second(world, &step, &device.show(&of_sams_step)).await), ErrorCode::Invalid);
        let alone = begin(world, USER).await;
        assert_eq!(world.code(second(world, &step, &device.show(&alone)).await), ErrorCode::Invalid);

        let answer = device.show(&ask(world, &step).await);
        let Ok(SignedIn::Full(token)) = second(world, &step, &answer).await else { panic!("not in") };
        assert_eq!(world.code(second(world, &step, &answer).await), ErrorCode::Gone);
        let actor = user(world, &token).await;
        // The wrong ones are forgotten with the right one.
        for _ in 0..2 {
            let step = challenged(world, USER, "ada").await;
            assert_eq!(world.code(second(world, &step, &Answer::default()).await), ErrorCode::Invalid);
        }
        // A recovery code stands in for it.
        let code = world.directory.account().new_recovery_codes(&actor).await.expect("codes").remove(0);
        let step = challenged(world, USER, "ada").await;
        let led = world.directory.sign_in().challenge(&visitor(), USER, &step, &code).await;
        assert!(matches!(led, Ok(SignedIn::Full(_))), "{led:?}");
    }
}

both! {
    /// Six wrong tries lock, whichever factor they were of.
    async fn wrong_passkeys_after_the_password_lock(world) {
        let grace = world.grace().await;
        let (_, _, mut device) = with_passkey(world, &grace, "ada").await;
        let step = challenged(world, USER, "ada").await;
        let mut codes = Vec::new();
        for _ in 0..6 {
            codes.push(world.code(second(world, &step, &Answer::default()).await));
        }
        assert_eq!(codes[..5], [ErrorCode::Invalid; 5]);
        assert_eq!(codes[5], ErrorCode::TooMany);
        assert!(enter(world, USER, &device.show(&begin(world, USER).await)).await.is_err(), "no way around the lock");
    }
}

both! {
    async fn what_was_begun_for_one_is_no_one_elses(world) {
        let grace = world.grace().await;
        for name in ["ada", "sam"] {
            world.user_with_password(&grace, name).await;
        }
        let ada = user(world, &world.signed_in("ada").await).await;
        let sam = user(world, &world.signed_in("sam").await).await;
        let again = user(world, &world.signed_in("ada").await).await;
        let account = world.directory.account();
        let mut device = Device::new();
        let answer = device.make(&account.start_passkey(&ada).await.expect("begun"));
        assert_eq!(world.code(account.finish_passkey(&sam, "", &answer).await), ErrorCode::Conflict);
        let answer = device.make(&account.start_passkey(&ada).await.expect("begun"));
        assert_eq!(world.code(account.finish_passkey(&again, "", &answer).await), ErrorCode::Conflict);
        let answer = device.make_at(&account.start_passkey(&ada).await.expect("begun"), "https://directory.example.org:8443");
        assert_eq!(world.code(account.finish_passkey(&ada, "", &answer).await), ErrorCode::Conflict);
        let answer = device.make(&account.start_passkey(&ada).await.expect("begun"));
        world.wait(MINUTE * 5);
        assert_eq!(world.code(account.finish_passkey(&ada, "", &answer).await), ErrorCode::Conflict);
        // An answer to being asked is none to making, and what was forgotten is not there.
        let answer = device.make(&account.start_passkey(&ada).await.expect("begun"));
        assert!(world.problem(account.finish_passkey(&ada, "a\u{202E}b", &answer).await).fault("name").is_some());
        world.wait(MINUTE * 5);
        world.directory.clean_up().await.expect("tidy");
        assert_eq!(count(world, "ceremonies").await, "ceremonies 0");
        let answer = device.make(&account.start_passkey(&ada).await.expect("begun"));
        account.finish_passkey(&ada, "", &answer).await.expect("added");
        let sam = user(world, &world.signed_in("sam").await).await;
        assert_eq!(world.code(account.finish_passkey(&sam, "", &answer).await), ErrorCode::Conflict, "used");
        world.wait(MINUTE * 11);
        assert_eq!(world.code(account.start_passkey(&sam).await), ErrorCode::ReauthenticationNeeded);
    }
}

both! {
    /// One address cannot ask without end, nor try without end.
    async fn one_address_is_slowed_down(world) {
        world.set_up().await;
        for _ in 0..60 {
            assert_eq!(world.code(enter(world, USER, &Answer::default()).await), ErrorCode::Invalid);
        }
        assert_eq!(world.code(enter(world, USER, &Answer::default()).await), ErrorCode::TooMany);
        let sign_in = world.directory.sign_in();
        for _ in 0..300 {
            sign_in.start_passkey(&visitor(), USER).await.expect("begun");
        }
        assert_eq!(world.code(sign_in.start_passkey(&visitor(), USER).await), ErrorCode::TooMany);
        let elsewhere = Actor::visitor(Origin { ip: "198.51.100.7".into(), ..origin() });
        sign_in.start_passkey(&elsewhere, USER).await.expect("begun");
    }
}
