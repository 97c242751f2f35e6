//! What an API key stands and falls with: its owner, the role, and how fast it asks.

use std::time::Duration;

use directory::Token;
use model::administrator::AdministratorForm;
use model::event::EventKind;
use model::user::{Notify, UserPatch, UserState};
use model::{DefaultRole, ErrorCode, Id, Principal, Problem, Scope};

use crate::administrators::{id_of, set_role, update_of};
use crate::administrators_life::form_of;
use crate::api_keys::{max, reads, show, suspension};
use crate::custom_roles::{change_of, form, give};
use crate::passkeys::with_passkey;
use crate::user_access::these;
use crate::world::{PASSWORD, World, visitor};

async fn opens(world: &World, key: &Token) -> bool {
    match show(world, key).await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(world.directory.problem(error).code, ErrorCode::NotSignedIn);
            false
        }
    }
}

async fn sign_in(world: &World, password: &str) -> directory::Result<directory::SignedIn> {
    world
        .directory
        .sign_in()
        .password(&visitor(), Principal::Administrator, "max@example.org", password)
        .await
}

both! {
    /// Whoever knows an email address could lock its owner out, and must not be able to shut off what runs
    /// by the owner's key.
    async fn wrong_passwords_at_its_owners_own_account_leave_a_key_alone(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada").await;
        let (_, key) = max(world, &grace, DefaultRole::Manager).await;
        for _ in 0..6 {
            assert!(sign_in(world, "nonsense").await.is_err());
        }
        assert_eq!(world.code(sign_in(world, PASSWORD).await), ErrorCode::TooMany, "the account is locked");
        assert_eq!(reads(world, &key).await.expect("read"), 1);
        let program = show(world, &key).await.expect("Max");
        world.directory.users().patch(&program, &suspension(ada)).await.expect("suspended");
    }
}

both! {
    /// What is required of a person is asked at the sign-in; a program has none.
    async fn a_second_factor_that_is_not_enrolled_yet_leaves_a_key_alone(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada").await;
        let (_, key) = max(world, &grace, DefaultRole::Manager).await;
        let mut update = update_of(world, id_of(world, "max").await.0).await;
        update.form.mfa_required = true;
        world.directory.administrators().update(&grace, &update).await.expect("required");
        let said = sign_in(world, PASSWORD).await.expect("the password is right");
        assert!(matches!(said, directory::SignedIn::Step(directory::Stage::Enroll, _)), "{said:?}");
        assert_eq!(reads(world, &key).await.expect("read"), 1);
        let program = show(world, &key).await.expect("Max");
        world.directory.users().patch(&program, &suspension(ada)).await.expect("suspended");
    }
}

both! {
    /// A change asks again what it rests on, and says what has become of it: the role, not the key.
    async fn a_role_that_changes_under_way_is_told_as_that(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada").await;
        let (session, key) = max(world, &grace, DefaultRole::Manager).await;
        let program = show(world, &key).await.expect("Max");
        let users = world.directory.users();
        let both = async || {
            let by_program = world.problem(users.patch(&program, &suspension(ada)).await);
            let by_session = world.problem(users.suspend(&session, &these(&[ada])).await);
            [by_program, by_session].map(|Problem { code, message, .. }| (code, message))
        };
        set_role(world, &grace, id_of(world, "max").await, DefaultRole::ReadOnly).await.expect("demoted");
        assert_eq!(both().await, [
            (ErrorCode::Forbidden, "Your role is Read Only, which does not allow this.".to_owned()),
            (ErrorCode::Forbidden, "Your role is Read Only, which does not allow this. Your session ended with the role before: sign in again.".to_owned()),
        ]);
        set_role(world, &grace, id_of(world, "max").await, DefaultRole::Administrator).await.expect("raised");
        assert_eq!(both().await, [
            (ErrorCode::Conflict, "What your role allows has been changed just now. Try again.".to_owned()),
            (ErrorCode::NotSignedIn, "Your role is Administrator now, and your session ended with the role before. Sign in again.".to_owned()),
        ]);
        let again = show(world, &key).await.expect("the key is as good as before");
        users.patch(&again, &suspension(ada)).await.expect("suspended");
    }
}

both! {
    /// Neither a new password nor the end of the sessions is the key's, not even in the middle of a request.
    async fn what_ends_the_sessions_ends_no_request_of_a_program(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada").await;
        let (session, key) = max(world, &grace, DefaultRole::Manager).await;
        let program = show(world, &key).await.expect("Max");
        let account = world.directory.account();
        account.change_password(&session, PASSWORD, "quartz-lagoon-mimic-4").await.expect("changed");
        world.directory.administrators().end_sessions(&grace, id_of(world, "max").await.0).await.expect("ended");
        world.directory.users().patch(&program, &suspension(ada)).await.expect("suspended");
        let refused = world.directory.users().suspend(&session, &these(&[ada])).await;
        assert_eq!(world.problem(refused).message, "Your session has ended. Sign in again.");
    }
}

/// No more than so many at once, and so many a second.
const BURST: usize = 300;
const PER_SECOND: usize = 20;

both! {
    async fn a_key_that_runs_wild_is_slowed_down(world) {
        let grace = world.grace().await;
        let (_, key) = max(world, &grace, DefaultRole::Manager).await;
        world.wait(Duration::from_mins(1));
        for _ in 0..BURST {
            assert!(opens(world, &key).await);
        }
        let refused = world.problem(show(world, &key).await);
        assert_eq!((refused.code, refused.retry_after), (ErrorCode::TooMany, Some(1)));
        assert!(refused.message.contains("20 requests a second") && refused.message.contains("300"), "{refused}");
        world.wait(Duration::from_secs(1));
        for _ in 0..PER_SECOND {
            assert!(opens(world, &key).await);
        }
        assert_eq!(world.code(show(world, &key).await), ErrorCode::TooMany);
        // Each key for itself; and a round of maintenance forgives nothing that still counts.
        world.administrator("zoe", DefaultRole::ReadOnly).await;
        let zoe = world.directory.sign_in().password(&visitor(), Principal::Administrator, "zoe@example.org", PASSWORD).await;
        let Ok(directory::SignedIn::Full(zoe)) = zoe else { panic!("{zoe:?}") };
        crate::api_keys::allow(world, &grace, "zoe", true).await.expect("allowed");
        let (other, _) = crate::api_keys::generate(world, &world.actor(&zoe).await, model::api_key::Lifetime::Endless).await.expect("a key");
        assert!(opens(world, &other).await);
        world.directory.clean_up().await.expect("tidied");
        assert_eq!(world.code(show(world, &key).await), ErrorCode::TooMany);
        world.wait(Duration::from_secs(15));
        for _ in 0..BURST {
            assert!(opens(world, &key).await);
        }
        assert_eq!(world.code(show(world, &key).await), ErrorCode::TooMany);
    }
}

both! {
    /// The same refusal by whichever way it is asked for.
    async fn no_detour_is_told_alike_by_each_way(world) {
        let grace = world.grace().await;
        let (ada, _, _) = with_passkey(world, &grace, "ada").await;
        let new = AdministratorForm { email: String::new(), ..form_of("Ada", DefaultRole::Administrator) };
        world.directory.administrators().create_from_user(&grace, ada, &new).await.expect("made");
        let (_, key) = max(world, &grace, DefaultRole::Manager).await;
        let program = show(world, &key).await.expect("Max");
        let users = world.directory.users();
        for refused in [
            users.patch(&program, &suspension(ada)).await,
            users.suspend_one(&program, ada).await,
            users.activate_one(&program, ada, &Notify::Default).await,
        ] {
            let refused = world.problem(refused);
            assert_eq!(refused.code, ErrorCode::Forbidden);
            assert!(refused.message.contains("is also an administrator (Administrator)"), "{refused}");
        }
        let (nobody, bob) = (Id::from([9; 12]), world.user(&grace, "bob").await);
        for (whom, code) in [(nobody, ErrorCode::NotFound), (bob, ErrorCode::Conflict)] {
            if whom == bob {
                users.suspend_one(&program, bob).await.expect("suspended");
            }
            let refused = world.problem(users.suspend_one(&program, whom).await);
            assert_eq!(refused.code, code, "{refused}");
        }
        users.activate_one(&program, bob, &Notify::Nobody).await.expect("activated");
    }
}

both! {
    /// Permission is judged by what is asked for, and by nothing when nothing is.
    async fn what_changes_nothing_asks_for_one_way_of_writing(world) {
        let grace = world.grace().await;
        let ada = world.user(&grace, "ada").await;
        let nina = world.administrator("nina", DefaultRole::ReadOnly).await;
        let nothing = |id: Id| UserPatch { state: None, ..suspension(id) };
        let nobody = Id::from([9; 12]);
        for whom in [ada, nobody] {
            let refused = world.problem(world.directory.users().patch(&nina, &nothing(whom)).await);
            assert_eq!(refused.message, "Your role is Read Only, which does not allow this.");
        }
        let role = world.directory.roles().create(&grace, &model::role::CustomRoleForm {
            scopes: model::Scopes::of(&[Scope::UsersReadonly, Scope::UsersStateSuspend]), ..form("Gate keepers")
        }).await.expect("made");
        give(world, &grace, "nina", role).await.expect("given");
        let nina = world.directory.sign_in().password(&visitor(), Principal::Administrator, "nina@example.org", PASSWORD).await;
        let Ok(directory::SignedIn::Full(token)) = nina else { panic!("{nina:?}") };
        let nina = world.actor(&token).await;
        let users = world.directory.users();
        users.patch(&nina, &nothing(ada)).await.expect("nothing to do");
        users.patch(&nina, &suspension(ada)).await.expect("suspended");
        users.patch(&nina, &suspension(ada)).await.expect("suspended already");
        world.directory.seal_events().await.expect("sealed");
        let all = world.directory.history().all(&world.system(), None).await.expect("events").events;
        assert_eq!(all.iter().filter(|one| one.event.event_type == EventKind::UserSuspended).count(), 1);
        let active = UserPatch { state: Some(UserState::Activated), ..suspension(ada) };
        assert_eq!(world.code(users.patch(&nina, &active).await), ErrorCode::Forbidden);
        // What is so already takes the right to nothing, and what is not takes its own.
        let mut role = change_of(world, role).await;
        role.form.scopes = model::Scopes::of(&[Scope::UsersReadonly, Scope::UsersStateActivate]);
        world.directory.roles().update(&grace, &role).await.expect("changed");
        let nina = world.actor(&token).await;
        users.patch(&nina, &suspension(ada)).await.expect("suspended already");
        users.patch(&nina, &active).await.expect("activated");
        assert_eq!(world.code(users.patch(&nina, &suspension(ada)).await), ErrorCode::Forbidden);
    }
}
