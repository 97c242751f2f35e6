//! One's own account: name, password, second factors.

use std::time::Duration;

use directory::SignedIn;
use model::account::{ColumnChoice, OwnDetailsForm};
use model::api_key::Lifetime;
use model::{DefaultRole, ErrorCode, Principal};

use crate::api_keys::{max, opens};
use crate::raw::rows;
use crate::signing_in::enroll;
use crate::world::{PASSWORD, origin, visitor};

const NEW: &str = "quartz-lagoon-mimic-4";

both! {
    async fn a_new_name_is_checked_and_a_lost_race_told(world) {
        let grace = world.grace().await;
        let account = world.directory.account();
        let version = account.details(&grace).await.expect("details").version;
        let form = |first: &str| OwnDetailsForm { version, first_name: first.into(), last_name: "Hopper".into() };
        assert!(world.problem(account.rename(&grace, &form(" ")).await).fault("first_name").is_some());
        account.rename(&grace, &form("Amazing")).await.expect("renamed");
        assert_eq!(world.code(account.rename(&grace, &form("Grace")).await), ErrorCode::Stale);
        assert_eq!(account.me(&grace).await.expect("me").first_name, "Amazing");
    }
}

both! {
    /// All other sessions end; this one goes on under a new token.
    async fn a_new_password_ends_other_sessions(world) {
        let old = world.set_up().await;
        let grace = world.actor(&old).await;
        let SignedIn::Full(other) =
            world.directory.sign_in().password(&visitor(), Principal::Administrator, "grace@example.org", PASSWORD).await.expect("signed in")
        else {
            panic!("no factor was enrolled")
        };
        let account = world.directory.account();
        let wrong = world.problem(account.change_password(&grace, "wrong", NEW).await);
        assert!(wrong.fault("current_password").is_some());
        assert!(world.problem(account.change_password(&grace, PASSWORD, "short").await).fault("password").is_some());
        assert!(world.problem(account.change_password(&grace, PASSWORD, PASSWORD).await).fault("password").is_some());
        let token = account.change_password(&grace, PASSWORD, NEW).await.expect("changed");
        world.actor(&token).await;
        for ended in [&old, &other] {
            let asked = world.directory.sessions().administrator(ended, origin(), true).await;
            assert_eq!(world.code(asked), ErrorCode::NotSignedIn);
        }
        assert!(world.directory.sign_in().password(&visitor(), Principal::Administrator, "grace@example.org", PASSWORD).await.is_err());
    }
}

both! {
    /// Whoever finds an open session cannot guess the password there without end.
    async fn wrong_proofs_lock(world) {
        let grace = world.grace().await;
        let mut codes = Vec::new();
        for _ in 0..7 {
            codes.push(world.code(world.directory.account().reauthenticate(&grace, "wrong").await));
        }
        assert_eq!(codes[..5], [ErrorCode::Invalid; 5]);
        assert_eq!(codes[5..], [ErrorCode::TooMany; 2]);
    }
}

both! {
    async fn factors_ask_for_a_recent_proof(world) {
        let token = world.set_up().await;
        let grace = world.actor(&token).await;
        world.wait(Duration::from_mins(11));
        let account = world.directory.account();
        assert_eq!(world.code(account.start_totp(&grace).await), ErrorCode::ReauthenticationNeeded);
        assert_eq!(world.code(account.remove_totp(&grace).await), ErrorCode::ReauthenticationNeeded);
        assert_eq!(world.code(account.new_recovery_codes(&grace).await), ErrorCode::ReauthenticationNeeded);
        account.reauthenticate(&grace, PASSWORD).await.expect("proven");
        let grace = world.actor(&token).await;
        let (_, codes, token) = enroll(world, &grace).await;
        let grace = world.actor(&token).await;
        let details = account.security(&grace).await.expect("details");
        assert!(details.totp.is_some());
        assert_eq!(details.recovery_codes_left, 10);
        let fresh = account.new_recovery_codes(&grace).await.expect("codes");
        assert!(fresh.iter().all(|code| !codes.contains(code)));
        let token = account.remove_totp(&grace).await.expect("removed");
        let grace = world.actor(&token).await;
        let details = account.security(&grace).await.expect("details");
        assert_eq!((details.totp, details.recovery_codes_left), (None, 0));
        assert_eq!(world.code(account.new_recovery_codes(&grace).await), ErrorCode::Conflict);
        assert!(account.finish_totp(&grace, "123456").await.is_err());
    }
}

both! {
    async fn an_enrolment_counts_only_once_it_is_confirmed(world) {
        let grace = world.grace().await;
        let account = world.directory.account();
        account.start_totp(&grace).await.expect("begun");
        let shown = account.pending_totp(&grace).await.expect("asked").expect("begun");
        assert!(world.problem(account.finish_totp(&grace, "000000").await).fault("code").is_some());
        assert_eq!(account.pending_totp(&grace).await.expect("asked"), Some(shown));
        let signed_in = world.directory.sign_in().password(&visitor(), Principal::Administrator, "grace@example.org", PASSWORD).await;
        assert!(matches!(signed_in, Ok(SignedIn::Full(_))));
    }
}

both! {
    async fn columns_are_kept_for_each_administrator(world) {
        let grace = world.grace().await;
        let max = world.administrator("max", DefaultRole::CommandRunner).await;
        let preferences = world.directory.preferences();
        let choice = ColumnChoice { columns: vec!["email".into(), "created".into()], last_first: true, kept: Some("email".into()) };
        preferences.set_columns(&grace, "users", &choice).await.expect("kept");
        assert_eq!(preferences.columns(&grace, "users").await.expect("read"), choice);
        assert_eq!(preferences.columns(&max, "users").await.expect("read"), ColumnChoice::default());
        let page = world.directory.users().list(&grace, &model::ListQuery::default()).await.expect("a page");
        assert_eq!(page.columns, ["email", "created"]);
        let odd = [(vec!["email", "email"], None), (vec!["nope"], None), (vec!["email"], Some("created")), (vec!["name"], Some("name"))];
        for (columns, kept) in odd {
            let columns = columns.into_iter().map(str::to_owned).collect();
            let odd = ColumnChoice { columns, last_first: false, kept: kept.map(str::to_owned) };
            assert_eq!(world.code(preferences.set_columns(&grace, "users", &odd).await), ErrorCode::Invalid);
        }
        assert_eq!(world.code(preferences.set_columns(&grace, "nope", &choice).await), ErrorCode::Invalid);
        assert_eq!(preferences.columns(&grace, "users").await.expect("read"), choice);
    }
}

both! {
    /// Whatever is sent twice, in the same moment or by loading a page again, makes one key.
    async fn a_form_makes_one_key(world) {
        let grace = world.grace().await;
        let (max, _) = max(world, &grace, DefaultRole::Manager).await;
        let seen = world.directory.api_keys().own(&max).await.expect("told").made;
        assert_eq!(seen, 1);
        let make = || {
            let (directory, max) = (world.directory.clone(), max.clone());
            tokio::spawn(async move { directory.api_keys().generate(&max, Lifetime::Endless, seen).await })
        };
        let (one, other, third) = (make(), make(), make());
        let made = [one.await, other.await, third.await].map(|made| made.expect("no panic"));
        let mut alive = 0;
        for made in made {
            match made {
                Ok((key, _)) => alive += usize::from(opens(world, &key).await),
                Err(error) => assert_eq!(world.directory.problem(error).code, ErrorCode::Stale),
            }
        }
        assert_eq!(alive, 1);
        // Nor does it once that key is gone, and the proof long ago.
        world.directory.api_keys().revoke_own(&max).await.expect("revoked");
        world.wait(Duration::from_mins(11));
        let again = world.directory.api_keys().generate(&max, Lifetime::Endless, seen).await;
        assert_eq!(world.code(again), ErrorCode::Stale);
        assert_eq!(rows(world, "SELECT hint, hint FROM api_keys").await, Vec::<String>::new());
    }
}
