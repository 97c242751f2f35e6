//! What people and administrators do about passkeys that are there.

use directory::{SignedIn, Stage};
use model::user::MfaRequirement;
use model::{DefaultRole, ErrorCode, Principal};

use crate::passkeys::{Device, add, enter, user, with_passkey};
use crate::raw::run;
use crate::signing_in::code_of;
use crate::user_access::these;
use crate::world::{PASSWORD, origin, visitor};

const USER: Principal = Principal::User;

both! {
    async fn they_are_named_counted_and_removed(world) {
        let grace = world.grace().await;
        let (_, token, mut device) = with_passkey(world, &grace, "ada").await;
        let (_, other, _) = with_passkey(world, &grace, "sam").await;
        let account = world.directory.account();
        let ada = user(world, &token).await;
        let asked = account.start_passkey(&ada).await.expect("begun");
        assert_eq!(asked.options["excludeCredentials"][0]["id"], device.kept[0].0, "no device makes a second one");
        let own = account.security(&ada).await.expect("read").passkeys;
        let id = own[0].id;
        assert!(world.problem(account.rename_passkey(&ada, id, &"x".repeat(65)).await).fault("name").is_some());
        account.rename_passkey(&ada, id, "<b>Phone</b>").await.expect("renamed");
        let sam = user(world, &other).await;
        assert_eq!(world.code(account.rename_passkey(&sam, id, "mine").await), ErrorCode::NotFound);
        assert_eq!(world.code(account.remove_passkey(&sam, id).await), ErrorCode::NotFound);
        assert_eq!(account.security(&ada).await.expect("read").passkeys[0].name, "<b>Phone</b>");

        let mut token = token;
        for _ in 1..10 {
            let actor = user(world, &token).await;
            let (next, codes) = add(world, &actor, &mut Device::new()).await;
            assert!(codes.is_empty(), "codes come with the first factor");
            token = next;
        }
        let ada = user(world, &token).await;
        assert_eq!(world.code(account.start_passkey(&ada).await), ErrorCode::Conflict);
        let earlier = world.directory.sign_in().start_passkey(&visitor(), USER).await.expect("begun");
        let answer = device.show(&earlier);
        let token = account.remove_passkey(&ada, id).await.expect("removed");
        assert_eq!(world.code(enter(world, USER, &answer).await), ErrorCode::Invalid);
        let ada = user(world, &token).await;
        assert_eq!(world.code(account.remove_passkey(&ada, id).await), ErrorCode::NotFound);
        assert_eq!(account.security(&ada).await.expect("read").recovery_codes_left, 10);
    }
}

both! {
    /// The last factor of somebody who must have one stays; either kind is one.
    async fn the_last_factor_stays_while_one_is_required(world) {
        let grace = world.grace().await;
        let id = world.user_with_password(&grace, "ada").await;
        let users = world.directory.users();
        users.change_mfa(&grace, &these(&[id]), MfaRequirement::Require { days: 1 }).await.expect("required");
        run(world, "UPDATE users SET mfa_enroll_by = NULL").await;
        let account = world.directory.account();
        let step = match world.directory.sign_in().password(&visitor(), USER, "ada", PASSWORD).await {
            Ok(SignedIn::Step(Stage::Enroll, step)) => step,
            other => panic!("{other:?}"),
        };
        let on_the_way = world.directory.sessions().step(USER, &step, origin()).await.expect("asked").expect("a step").0;
        let mut device = Device::new();
        let answer = device.make(&account.start_passkey(&on_the_way).await.expect("begun"));
        let (led, codes) = account.finish_passkey(&on_the_way, "Phone", &answer).await.expect("added");
        let SignedIn::Full(token) = led else { panic!("another step comes first") };
        assert_eq!(codes.len(), 10);
        let ada = user(world, &token).await;
        let passkey = account.security(&ada).await.expect("read").passkeys[0].id;
        assert_eq!(world.code(account.remove_passkey(&ada, passkey).await), ErrorCode::Conflict);
        assert_eq!(account.security(&ada).await.expect("read").passkeys.len(), 1, "and nothing has changed");
        assert_eq!(world.code(account.remove_totp(&ada).await), ErrorCode::Conflict, "there is none");

        let enrollment = account.start_totp(&ada).await.expect("begun");
        let (led, codes) = account.finish_totp(&ada, &code_of(world, &enrollment.secret)).await.expect("finished");
        assert!(codes.is_empty(), "the codes of the passkey stay good");
        let SignedIn::Full(token) = led else { panic!("another step comes first") };
        let ada = user(world, &token).await;
        let token = account.remove_passkey(&ada, passkey).await.expect("removed");
        let ada = user(world, &token).await;
        assert_eq!(world.code(account.remove_totp(&ada).await), ErrorCode::Conflict);
        assert_eq!(account.security(&ada).await.expect("read").recovery_codes_left, 10);
        users.change_mfa(&grace, &these(&[id]), MfaRequirement::Remove).await.expect("removed");
        let token = account.remove_totp(&ada).await.expect("removed");
        let own = account.security(&user(world, &token).await).await.expect("read");
        assert_eq!((own.recovery_codes_left, own.totp), (0, None));
    }
}

both! {
    /// Administrators reset the app alone, and remove one passkey at a time.
    async fn administrators_take_each_away_by_itself(world) {
        let grace = world.grace().await;
        let (ada, token, _) = with_passkey(world, &grace, "ada").await;
        let users = world.directory.users();
        let refused = users.reset_totp(&grace, &these(&[ada])).await.expect("asked").remove(0).refused;
        assert!(refused.is_some(), "there is no app to reset");
        let actor = user(world, &token).await;
        let enrollment = world.directory.account().start_totp(&actor).await.expect("begun");
        world.directory.account().finish_totp(&actor, &code_of(world, &enrollment.secret)).await.expect("finished");
        users.reset_totp(&grace, &these(&[ada])).await.expect("reset");
        let read = users.read(&grace, ada).await.expect("Ada");
        assert!(read.mfa.enrolled && !read.mfa.totp && read.mfa.enroll_by.is_none());
        let passkey = read.passkeys[0].id;

        users.change_mfa(&grace, &these(&[ada]), MfaRequirement::Require { days: 1 }).await.expect("required");
        let reader = world.administrator("rita", DefaultRole::ReadOnly).await;
        assert_eq!(world.code(users.remove_passkey(&reader, ada, passkey).await), ErrorCode::Forbidden);
        let helper = world.administrator("hal", DefaultRole::HelpDesk).await;
        world.administrator("bea", DefaultRole::Administrator).await;
        run(world, "UPDATE administrators SET user_id = (SELECT id FROM users WHERE username = 'ada')
            WHERE email = 'bea@example.org'").await;
        assert_eq!(world.code(users.remove_passkey(&helper, ada, passkey).await), ErrorCode::Forbidden, "no detour");
        run(world, "UPDATE administrators SET user_id = NULL").await;
        let (sam, _, _) = with_passkey(world, &grace, "sam").await;
        assert_eq!(world.code(users.remove_passkey(&helper, sam, passkey).await), ErrorCode::NotFound);
        users.remove_passkey(&helper, ada, passkey).await.expect("removed");
        assert_eq!(world.code(users.remove_passkey(&helper, ada, passkey).await), ErrorCode::NotFound);
        let read = users.read(&grace, ada).await.expect("Ada");
        assert!(!read.mfa.enrolled && read.passkeys.is_empty() && read.mfa.enroll_by.is_some());
        assert!(world.directory.sessions().user(&token, origin(), true).await.is_err());
        world.signed_in("ada").await;
    }
}
