//! What people see and do about themselves: their profile and their SSH keys.

use directory::Actor;
use model::portal::{ProfileForm, SSH_KEYS_MAX};
use model::user::{Flag, Phone, TextAttribute, UserUpdate};
use model::{DefaultRole, ErrorCode};

use crate::raw::run;
use crate::world::{World, origin};

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti ada@laptop";

async fn signed_in(world: &World, name: &str) -> Actor {
    let token = world.signed_in(name).await;
    world.directory.sessions().user(&token, origin(), true).await.expect("in")
}

both! {
    async fn people_change_their_names_and_nothing_of_the_organizations(world) {
        let grace = world.grace().await;
        let id = world.user_with_password(&grace, "ada.lovelace").await;
        let users = world.directory.users();
        let mut user = users.read(&grace, id).await.expect("Ada");
        user.form.set_text(TextAttribute::Department, "Research");
        let update = UserUpdate { id, version: user.version, form: user.form };
        users.update(&grace, &update).await.expect("updated");

        let ada = signed_in(world, "ada.lovelace").await;
        let portal = world.directory.portal();
        let profile = portal.profile(&ada).await.expect("read");
        assert_eq!(profile.shown.get(&TextAttribute::Department).map(String::as_str), Some("Research"));
        let mut form = profile.form.clone();
        form.text.insert(TextAttribute::DisplayName, "Countess".into());
        form.text.insert(TextAttribute::Department, "Board".into());
        form.text.insert(TextAttribute::ExternalDn, "cn=admin".into());
        form.phones.push(Phone { kind: "mobile".into(), number: "+44 1".into() });
        portal.update_profile(&ada, &form).await.expect("updated");
        let after = users.read(&grace, id).await.expect("Ada");
        assert_eq!(after.form.name(), "Countess");
        assert_eq!(after.form.text(TextAttribute::Department), "Research", "not one’s own to change");
        assert_eq!(after.form.text(TextAttribute::ExternalDn), "");
        assert_eq!(after.form.phones.len(), 1);
        assert_eq!(portal.me(&ada).await.expect("me").name, "Countess");

        let stale = world.problem(portal.update_profile(&ada, &ProfileForm { phones: vec![], ..form.clone() }).await);
        assert_eq!(stale.code, ErrorCode::Stale);
        assert!(stale.message.starts_with("You, in another window,"), "{}", stale.message);
        let fresh = portal.profile(&ada).await.expect("read").form;
        let hostile = ProfileForm {
            text: [(TextAttribute::FirstName, "a\nb".to_owned())].into(),
            phones: vec![Phone { kind: "work".into(), number: "1\u{202E}".into() }],
            ..fresh
        };
        let faults = world.problem(portal.update_profile(&ada, &hostile).await);
        assert!(faults.fault("firstname").is_some() && faults.fault("phoneNumbers[0].number").is_some());
        assert_eq!(world.code(portal.profile(&grace).await), ErrorCode::Forbidden);
    }
}

both! {
    async fn who_is_an_administrator_too_is_told(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        world.user_with_password(&grace, "bob").await;
        world.administrator("ada", DefaultRole::ReadOnly).await;
        let portal = world.directory.portal();
        assert!(portal.me(&signed_in(world, "ada").await).await.expect("me").administrator);
        assert!(!portal.me(&signed_in(world, "bob").await).await.expect("me").administrator);
    }
}

both! {
    async fn keys_are_added_once_and_are_ones_own(world) {
        let grace = world.grace().await;
        let id = world.user_with_password(&grace, "ada").await;
        world.user_with_password(&grace, "bob").await;
        let (ada, bob) = (signed_in(world, "ada").await, signed_in(world, "bob").await);
        let portal = world.directory.portal();
        let key = portal.add_ssh_key(&ada, "", KEY).await.expect("added");
        let listed = portal.ssh_keys(&ada).await.expect("listed").keys;
        assert_eq!((listed[0].name.as_str(), listed[0].algorithm.as_str()), ("ada@laptop", "ssh-ed25519"));
        assert_eq!(listed[0].fingerprint, "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ");
        let again = KEY.replace("ada@laptop", "another name");
        assert!(world.problem(portal.add_ssh_key(&ada, "x", &again).await).fault("public_key").is_some());
        portal.add_ssh_key(&bob, "mine too", KEY).await.expect("a key may be two people’s");
        let faults = world.problem(portal.add_ssh_key(&ada, &"x".repeat(65), "nonsense").await);
        assert!(faults.fault("name").is_some() && faults.fault("public_key").is_some());

        assert_eq!(world.code(portal.remove_ssh_key(&bob, key).await), ErrorCode::NotFound);
        assert_eq!(world.code(portal.ssh_keys(&grace).await), ErrorCode::Forbidden);
        portal.remove_ssh_key(&ada, key).await.expect("removed");
        assert_eq!(world.code(portal.remove_ssh_key(&ada, key).await), ErrorCode::NotFound);
        assert!(portal.ssh_keys(&ada).await.expect("listed").keys.is_empty());
        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().of_user(&grace, id, None).await.expect("events").events;
        let told: Vec<_> = events.iter().take(2).map(|one| one.event.event_type.as_str()).collect();
        assert_eq!(told, ["user_ssh_key_delete", "user_ssh_key_create"]);
        assert!(format!("{events:?}").contains("SHA256:"));

        for number in 0..SSH_KEYS_MAX {
            let sql = format!("INSERT INTO ssh_keys (id, user_id, name, algorithm, public_key, fingerprint, created_at)
                SELECT {}, id, 'k', 'a', 'p', 'f{number}', {number} FROM users WHERE username = 'ada'",
                world.bytes(u8::try_from(number).expect("few")));
            run(world, &sql).await;
        }
        assert_eq!(world.code(portal.add_ssh_key(&ada, "", KEY).await), ErrorCode::Conflict);
        let purged = world.directory.users();
        purged.delete(&grace, &model::user::Selection::These(vec![id])).await.expect("deleted");
        assert_eq!(purged.purge(&grace, &[id]).await.expect("purged")[0].refused, None);
    }
}

both! {
    /// A lost device's key does not wait for its owner.
    async fn administrators_see_and_remove_the_keys_of_others(world) {
        let grace = world.grace().await;
        let reader = world.administrator("reader", DefaultRole::ReadOnly).await;
        let ada = world.user_with_password(&grace, "ada").await;
        let bob = world.user(&grace, "bob").await;
        let (own, portal, users) = (signed_in(world, "ada").await, world.directory.portal(), world.directory.users());
        let key = portal.add_ssh_key(&own, "", KEY).await.expect("added");
        let seen = users.read(&reader, ada).await.expect("a user");
        assert_eq!((seen.ssh_keys.len(), seen.ssh_keys[0].id), (1, key));
        assert_eq!(world.code(users.remove_ssh_key(&reader, ada, key).await), ErrorCode::Forbidden);
        assert_eq!(world.code(users.remove_ssh_key(&grace, bob, key).await), ErrorCode::NotFound);
        users.remove_ssh_key(&grace, ada, key).await.expect("removed");
        assert_eq!(world.code(users.remove_ssh_key(&grace, ada, key).await), ErrorCode::NotFound);
        assert!(portal.ssh_keys(&own).await.expect("listed").keys.is_empty());
    }
}

both! {
    async fn a_user_hears_whether_their_keys_are_used(world) {
        let grace = world.grace().await;
        let id = world.user_with_password(&grace, "ada").await;
        let (ada, portal, users) = (signed_in(world, "ada").await, world.directory.portal(), world.directory.users());
        assert!(!portal.ssh_keys(&ada).await.expect("keys").placed);
        let user = users.read(&grace, id).await.expect("a user");
        let mut form = user.form.clone();
        form.set_flag(Flag::AllowPublicKey, true);
        users.update(&grace, &UserUpdate { id, version: user.version, form }).await.expect("saved");
        assert!(portal.ssh_keys(&ada).await.expect("keys").placed);
    }
}
