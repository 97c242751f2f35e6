//! API keys: whose they are, what they open, and when they open nothing any more.

use std::time::Duration;

use directory::{Actor, Token};
use model::administrator::AdministratorForm;
use model::api_key::{ApiKey, Lifetime};
use model::event::{Event, EventKind};
use model::user::{EntryQuery, Notify, UserPatch, UserState};
use model::{DefaultRole, ErrorCode, Id, Principal};

use crate::administrators::{id_of, set_role, update_of};
use crate::administrators_life::form_of;
use crate::passkeys::with_passkey;
use crate::raw::{rows, run};
use crate::user_access::these;
use crate::world::{PASSWORD, World, origin, visitor};

const DAY: Duration = Duration::from_hours(24);

/// Lets an administrator have a key, or not.
pub async fn allow(world: &World, by: &Actor, name: &str, allowed: bool) -> directory::Result<()> {
    let (id, _) = id_of(world, name).await;
    let mut update = update_of(world, id).await;
    update.form.api_access = allowed;
    world.directory.administrators().update(by, &update).await
}

/// Max, with a role and a key that does not expire.
pub async fn max(world: &World, grace: &Actor, role: DefaultRole) -> (Actor, Token) {
    let max = world.administrator("max", role).await;
    allow(world, grace, "max", true).await.expect("allowed");
    let (key, _) = generate(world, &max, Lifetime::Endless).await.expect("a key");
    (max, key)
}

pub async fn show(world: &World, key: &Token) -> directory::Result<Actor> {
    world.directory.api_keys().find(key, origin()).await
}

/// Makes somebody a key, as by a form that was opened just now.
pub async fn generate(world: &World, who: &Actor, lifetime: Lifetime) -> directory::Result<(Token, ApiKey)> {
    let keys = world.directory.api_keys();
    let made = keys.own(who).await?.made;
    keys.generate(who, lifetime, made).await
}

pub async fn opens(world: &World, key: &Token) -> bool {
    match show(world, key).await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(world.directory.problem(error).code, ErrorCode::NotSignedIn);
            false
        }
    }
}

/// What a program reads.
pub async fn reads(world: &World, key: &Token) -> directory::Result<u64> {
    let query = EntryQuery { limit: 10, ..EntryQuery::default() };
    Ok(world.directory.users().entries(&show(world, key).await?, &query).await?.total)
}

pub fn suspension(id: Id) -> UserPatch {
    let form = crate::world::form("nobody");
    let state = Some(UserState::Suspended);
    UserPatch { id, versions: None, base: form.clone(), form, state, state_alone: true }
}

async fn events(world: &World, kind: EventKind) -> Vec<Event> {
    world.directory.seal_events().await.expect("sealed");
    let all = world.directory.history().all(&world.system(), None).await.expect("events").events;
    all.into_iter().map(|one| one.event).filter(|event| event.event_type == kind).collect()
}

fn changes(event: &Event) -> Vec<(&str, &str, &str)> {
    event.changes.iter().map(|one| (&*one.field, &*one.from, &*one.to)).collect()
}

both! {
    /// What the role allows now is what the key allows, with the next request.
    async fn a_key_acts_as_its_owner_with_the_role_of_the_moment(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada").await;
        let (_, key) = max(world, &grace, DefaultRole::Manager).await;
        assert_eq!(reads(world, &key).await.expect("read"), 1);
        let users = world.directory.users();
        users.patch(&show(world, &key).await.expect("Max"), &suspension(ada)).await.expect("suspended");
        let by = events(world, EventKind::UserSuspended).await.remove(0);
        assert_eq!((by.initiated_by.name.as_str(), by.auth_method.as_deref()), ("max Admin", Some("api_key")));
        users.activate(&grace, &these(&[ada]), &Notify::Nobody).await.expect("activated");
        assert_eq!(events(world, EventKind::UserUnsuspended).await.remove(0).auth_method, None, "a person did");

        set_role(world, &grace, id_of(world, "max").await, DefaultRole::ReadOnly).await.expect("demoted");
        let program = show(world, &key).await.expect("still good");
        let refused = world.problem(users.patch(&program, &suspension(ada)).await);
        assert_eq!(refused.code, ErrorCode::Forbidden);
        assert_eq!(refused.message, "Your role is Read Only, which does not allow this.");
        assert_eq!(reads(world, &key).await.expect("read"), 1);
        set_role(world, &grace, id_of(world, "max").await, DefaultRole::CommandRunner).await.expect("demoted");
        assert_eq!(world.code(reads(world, &key).await), ErrorCode::Forbidden);
    }
}

both! {
    async fn without_api_access_there_is_none(world) {
        let grace = world.grace().await;
        let keys = world.directory.api_keys();
        for (name, role, told) in [
            ("max", DefaultRole::Manager, vec!["Grace Hopper".to_owned()]),
            ("run", DefaultRole::CommandRunner, vec![]),
        ] {
            let who = world.administrator(name, role).await;
            let own = keys.own(&who).await.expect("told");
            assert_eq!((own.allowed, own.key, own.grantors), (false, None, told), "{name}");
            let refused = world.problem(generate(world, &who, Lifetime::Endless).await);
            assert_eq!(refused.code, ErrorCode::Forbidden);
            assert!(refused.message.contains("Administrator With Billing can turn it on"), "{refused}");
        }
        let own = keys.own(&grace).await.expect("told");
        assert!(!own.allowed && own.grantors.is_empty(), "nobody is left to ask");
        assert_eq!(rows(world, "SELECT hint, hint FROM api_keys").await, Vec::<String>::new());
    }
}

both! {
    /// Nobody gives it to themselves, and nobody else but who manages administrators gives it at all.
    async fn ones_own_access_is_not_ones_own_to_change(world) {
        let grace = world.grace().await;
        let own = world.problem(allow(world, &grace, "grace", true).await);
        assert!(own.fault("api_access").is_some_and(|why| why.contains("your own API access")), "{own}");
        let max = world.administrator("max", DefaultRole::Administrator).await;
        assert_eq!(world.code(allow(world, &max, "max", true).await), ErrorCode::Forbidden);
        world.administrator("ada", DefaultRole::AdministratorWithBilling).await;
        allow(world, &grace, "ada", true).await.expect("another's");
        let change = events(world, EventKind::AdminUpdate).await.remove(0);
        assert_eq!(changes(&change), [("apiKeyAllowed", "false", "true")]);
        let with_access = AdministratorForm { api_access: true, ..form_of("zoe", DefaultRole::ReadOnly) };
        let zoe = world.directory.administrators().create(&grace, &with_access).await.expect("added");
        assert!(world.directory.administrators().read(&grace, zoe).await.expect("details").api_access);
    }
}

both! {
    async fn making_one_asks_for_the_password_after_ten_minutes(world) {
        let grace = world.grace().await;
        let (max, key) = max(world, &grace, DefaultRole::Manager).await;
        let keys = world.directory.api_keys();
        world.wait(Duration::from_mins(11));
        assert_eq!(world.code(generate(world, &max, Lifetime::Endless).await), ErrorCode::ReauthenticationNeeded);
        assert!(opens(world, &key).await, "the old one stays");
        world.directory.account().reauthenticate(&max, PASSWORD).await.expect("proven");
        let max = again(world, "max").await;
        generate(world, &max, Lifetime::Endless).await.expect("a key");
        // Taking power away asks for nothing.
        world.wait(Duration::from_mins(11));
        keys.revoke_own(&max).await.expect("revoked");
        assert_eq!(world.code(keys.revoke_own(&max).await), ErrorCode::NotFound);
    }
}

both! {
    async fn a_new_key_revokes_the_old_and_none_is_written_down(world) {
        let grace = world.grace().await;
        let (max, old) = max(world, &grace, DefaultRole::Manager).await;
        let (new, known) = generate(world, &max, Lifetime::Days(90)).await.expect("a key");
        assert!(!opens(world, &old).await && opens(world, &new).await);
        assert!(new.expose().starts_with(&known.hint) && known.hint.starts_with("bwk_") && known.hint.len() == 8);
        assert_eq!(rows(world, "SELECT hint, CAST(COUNT(*) AS TEXT) FROM api_keys GROUP BY hint").await, [format!("{} 1", known.hint)]);
        let [made, first] = &events(world, EventKind::AdminApiKeyCreate).await[..] else { panic!("two events") };
        let old_hint = &old.expose()[..8];
        assert_eq!(changes(made), [("apiKey", old_hint, &*known.hint), ("expireAt", "never", "2027-02-20T09:00:00Z")]);
        assert_eq!(changes(first), [("apiKey", "", old_hint), ("expireAt", "", "never")]);
        for key in [&old, &new] {
            let told = rows(world, "SELECT body, kind FROM events").await.join("\n");
            assert!(!told.contains(&key.expose()[4..]) && !format!("{key:?}").contains("bwk_"));
        }
        let own = world.directory.api_keys().own(&max).await.expect("told");
        assert_eq!(own.key.map(|key| key.hint), Some(known.hint));
    }
}

both! {
    async fn a_key_expires(world) {
        let grace = world.grace().await;
        let (max, _) = max(world, &grace, DefaultRole::Manager).await;
        let keys = world.directory.api_keys();
        let now = now_of(world);
        for bad in [Lifetime::Days(0), Lifetime::Days(31), Lifetime::Days(u32::MAX), Lifetime::Until(now)] {
            assert!(world.problem(generate(world, &max, bad).await).fault("expires").is_some(), "{bad:?}");
        }
        let mut max = max;
        for (lifetime, span) in [(Lifetime::Days(30), DAY * 30), (Lifetime::Until(now_of(world).plus(DAY * 33)), DAY * 3)] {
            let (key, known) = generate(world, &max, lifetime).await.expect("a key");
            assert_eq!(known.expires_at, Some(now_of(world).plus(span)));
            world.wait(span.saturating_sub(Duration::from_secs(1)));
            assert!(opens(world, &key).await);
            world.wait(Duration::from_secs(1));
            assert!(!opens(world, &key).await, "{lifetime:?}");
            max = again(world, "max").await;
            let own = keys.own(&max).await.expect("told").key.expect("kept until there is another");
            assert!(own.has_expired(now_of(world)));
        }
    }
}

fn now_of(world: &World) -> model::Timestamp {
    directory::Clock::now(&*world.clock)
}

/// Signs an administrator in anew.
async fn again(world: &World, name: &str) -> Actor {
    let email = format!("{name}@example.org");
    let said =
        world.directory.sign_in().password(&visitor(), Principal::Administrator, &email, PASSWORD).await;
    match said.expect("signed in") {
        directory::SignedIn::Full(token) => world.actor(&token).await,
        directory::SignedIn::Step(step, _) => panic!("{step:?}"),
    }
}

both! {
    /// Access that is taken away takes the key with it; one that comes back brings none.
    async fn withdrawing_access_revokes_the_key(world) {
        let grace = world.grace().await;
        let (max, key) = max(world, &grace, DefaultRole::Manager).await;
        let ada = world.user(&grace, "ada").await;
        let program = show(world, &key).await.expect("Max");
        allow(world, &grace, "max", false).await.expect("withdrawn");
        assert!(!opens(world, &key).await);
        let late = world.directory.users().patch(&program, &suspension(ada)).await;
        assert_eq!(world.code(late), ErrorCode::NotSignedIn, "a change asks again what it rests on");
        let change = events(world, EventKind::AdminUpdate).await.remove(0);
        assert_eq!(changes(&change), [("apiKeyAllowed", "true", "false"), ("apiKey", &key.expose()[..8], ""), ("expireAt", "never", "")]);
        allow(world, &grace, "max", true).await.expect("allowed");
        assert!(!opens(world, &key).await);
        assert_eq!(world.directory.api_keys().own(&max).await.expect("told").key, None);
    }
}

both! {
    async fn a_key_rests_while_its_owner_is_suspended_and_goes_with_them(world) {
        let grace = world.grace().await;
        let (_, key) = max(world, &grace, DefaultRole::Manager).await;
        let admins = world.directory.administrators();
        let (id, version) = id_of(world, "max").await;
        admins.set_suspended(&grace, id, version, true).await.expect("suspended");
        assert!(!opens(world, &key).await);
        let (_, version) = id_of(world, "max").await;
        admins.set_suspended(&grace, id, version, false).await.expect("active");
        assert!(opens(world, &key).await);
        // As somebody who was invited and has not come yet.
        run(world, "UPDATE administrators SET password_set_at = NULL WHERE email = 'max@example.org'").await;
        assert!(!opens(world, &key).await);
        run(world, "UPDATE administrators SET password_set_at = 1 WHERE email = 'max@example.org'").await;
        // Sessions and keys are apart.
        admins.end_sessions(&grace, id).await.expect("ended");
        assert!(opens(world, &key).await);
        admins.delete(&grace, &[id]).await.expect("deleted");
        assert!(!opens(world, &key).await);
        assert_eq!(rows(world, "SELECT hint, hint FROM api_keys").await, Vec::<String>::new());
        let gone = events(world, EventKind::AdminDelete).await.remove(0);
        assert!(changes(&gone).ends_with(&[("apiKey", &key.expose()[..8], ""), ("expireAt", "never", "")]), "after all that they were");
    }
}

both! {
    /// Who was made from a user loses with the user what they have by the key.
    async fn a_key_stands_with_the_user_behind_it(world) {
        let grace = world.grace().await;
        let (user, _, _) = with_passkey(world, &grace, "ada").await;
        let admins = world.directory.administrators();
        let form = AdministratorForm { email: String::new(), api_access: true, ..form_of("Ada", DefaultRole::Manager) };
        let id = admins.create_from_user(&grace, user, &form).await.expect("made");
        // Her passkey is not at hand here: a key as hers would be.
        let (_, max_key) = max(world, &grace, DefaultRole::Manager).await;
        let key = max_key;
        run(world, "UPDATE api_keys SET administrator_id = (SELECT id FROM administrators WHERE email = 'ada@example.org')").await;
        assert!(opens(world, &key).await);
        for (set, heal) in [
            ("state = 'SUSPENDED'", "state = 'ACTIVATED'"),
            ("locked_until = 9223372036854775807", "locked_until = NULL"),
            ("password_expires_at = 1", "password_expires_at = NULL"),
            ("password_must_change = (1 = 1)", "password_must_change = (1 = 0)"),
            ("password_set_at = NULL", "password_set_at = 1"),
        ] {
            run(world, &format!("UPDATE users SET {set} WHERE username = 'ada'")).await;
            assert!(!opens(world, &key).await, "{set}");
            run(world, &format!("UPDATE users SET {heal} WHERE username = 'ada'")).await;
            assert!(opens(world, &key).await, "{heal}");
        }
        // Nobody takes their own access away through the back door.
        let refused = world.directory.users().patch(&show(world, &key).await.expect("Ada"), &suspension(user)).await;
        assert_eq!(world.code(refused), ErrorCode::Forbidden);
        world.directory.users().delete(&grace, &these(&[user])).await.expect("deleted");
        assert!(!opens(world, &key).await);
        assert_eq!(world.code(admins.read(&grace, id).await), ErrorCode::NotFound);
    }
}

both! {
    /// A program is not the person: it has no account of its own, and proves no password.
    async fn a_key_is_no_session(world) {
        let grace = world.grace().await;
        let (_, key) = max(world, &grace, DefaultRole::AdministratorWithBilling).await;
        let program = show(world, &key).await.expect("Max");
        let directory = &world.directory;
        for refused in [
            generate(world, &program, Lifetime::Endless).await.map(drop),
            directory.api_keys().revoke_own(&program).await,
            directory.account().me(&program).await.map(drop),
            directory.account().reauthenticate(&program, PASSWORD).await,
            directory.account().change_password(&program, PASSWORD, "quartz-lagoon-mimic-4").await.map(drop),
            directory.sessions().own(&program).await.map(drop),
            directory.sessions().end_others(&program).await.map(drop),
        ] {
            assert_eq!(world.code(refused), ErrorCode::Forbidden);
        }
        let new = form_of("zoe", DefaultRole::AdministratorWithBilling);
        assert_eq!(world.code(directory.administrators().create(&program, &new).await), ErrorCode::ReauthenticationNeeded);
        assert!(directory.sessions().administrator(&key, origin(), true).await.is_err(), "nor does it open the portal");
        let session = directory.sign_in().password(&visitor(), Principal::Administrator, "max@example.org", PASSWORD).await;
        let Ok(directory::SignedIn::Full(session)) = session else { panic!("{session:?}") };
        assert!(!opens(world, &session).await, "and a session is no key");
    }
}

both! {
    async fn use_is_written_down_once_a_minute(world) {
        let grace = world.grace().await;
        let (max, key) = max(world, &grace, DefaultRole::Manager).await;
        let used = async || world.directory.api_keys().own(&max).await.expect("told").key.expect("a key").last_used_at;
        assert_eq!(used().await, None);
        let first = now_of(world);
        for (wait, last) in [(0, first), (59, first), (1, first.plus(Duration::from_mins(1)))] {
            world.wait(Duration::from_secs(wait));
            assert!(opens(world, &key).await);
            assert_eq!(used().await, Some(last), "{wait}");
        }
    }
}

both! {
    /// Guessing is slowed down by address. It shuts out neither who has a good key, nor people.
    async fn wrong_keys_are_counted_by_address(world) {
        let grace = world.grace().await;
        let (_, key) = max(world, &grace, DefaultRole::Manager).await;
        for text in ["", "bwk_", "nonsense"].into_iter().cycle().take(60) {
            assert!(!opens(world, &Token::presented(text)).await);
        }
        let wrong = Token::presented("bwk_0000");
        let refused = world.problem(show(world, &wrong).await);
        assert_eq!((refused.code, refused.retry_after), (ErrorCode::TooMany, Some(15 * 60)));
        assert!(opens(world, &key).await, "a good one comes in");
        again(world, "max").await;
        let elsewhere = directory::Origin { ip: "198.51.100.7".into(), ..origin() };
        let there = world.directory.api_keys().find(&wrong, elsewhere).await;
        assert_eq!(world.code(there), ErrorCode::NotSignedIn);
        // Whoever goes on writes nothing any more.
        for _ in 0..20 {
            assert_eq!(world.code(show(world, &wrong).await), ErrorCode::TooMany);
        }
        let counted = "SELECT subject, CAST(failures AS TEXT) FROM attempts WHERE subject LIKE 'api_key:192%'";
        assert_eq!(rows(world, counted).await, ["api_key:192.0.2.1 60"]);
        let told = events(world, EventKind::AdminApiKeyAttempt).await;
        assert!(told.len() == 1 && !told[0].success && told[0].client_ip.as_deref() == Some("192.0.2.1"), "{told:?}");
        world.wait(Duration::from_mins(16));
        assert!(!opens(world, &wrong).await);
    }
}

both! {
    async fn who_manages_administrators_revokes_others_keys(world) {
        let grace = world.grace().await;
        let (max, key) = max(world, &grace, DefaultRole::Administrator).await;
        let (keys, (id, _)) = (world.directory.api_keys(), id_of(world, "max").await);
        let shown = world.directory.administrators().read(&max, id).await.expect("details").api_key.expect("a key");
        assert_eq!(shown.hint, key.expose()[..8]);
        assert_eq!(world.code(keys.revoke(&max, id).await), ErrorCode::Forbidden);
        keys.revoke(&grace, id).await.expect("revoked");
        assert!(!opens(world, &key).await);
        let refused = world.problem(keys.revoke(&grace, id).await);
        assert_eq!((refused.code, refused.message.as_str()), (ErrorCode::Conflict, "max Admin has no API key."));
        let event = events(world, EventKind::AdminApiKeyRevoke).await.remove(0);
        assert_eq!(changes(&event), [("apiKey", &key.expose()[..8], ""), ("expireAt", "never", "")]);
        assert_eq!(event.initiated_by.name, "Grace Hopper");
        // Whoever is let in again on the server begins without one.
        generate(world, &max, Lifetime::Endless).await.expect("a key");
        let reset = world.directory.administrators().reset(&world.system(), "max@example.org", PASSWORD).await;
        reset.expect("reset");
        assert_eq!(rows(world, "SELECT hint, hint FROM api_keys").await, Vec::<String>::new());
    }
}
