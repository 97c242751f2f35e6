//! The organization's profile: kept, changed, and what it means elsewhere.

use std::time::Duration;

use directory::Actor;
use model::settings::{Contact, NewUserStates, OrganizationProfile};
use model::user::{NewUser, TextAttribute, UserState, UserUpdate};
use model::{DefaultRole, ErrorCode, Operation as Op};

use crate::sending::{message_to, only_message};
use crate::world::{World, form, origin};

/// Changes the profile as it is now.
async fn save(world: &World, by: &Actor, change: impl FnOnce(&mut OrganizationProfile)) {
    let settings = world.directory.settings();
    let mut organization = settings.organization(by).await.expect("an organization");
    change(&mut organization.profile);
    settings.update(by, organization.version, &organization.profile).await.expect("saved");
}

both! {
    async fn a_change_is_kept_told_and_raced_once(world) {
        let grace = world.grace().await;
        let settings = world.directory.settings();
        let first = settings.organization(&grace).await.expect("an organization");
        assert!(first.profile.users_can_edit);
        assert_eq!(first.profile.contact, Contact::default());
        let wanted = OrganizationProfile {
            name: " Example & Sons".into(),
            contact: Contact { name: "The help desk".into(), email: "HELP@example.org".into() },
            users_can_edit: false,
            require_admin_mfa: false,
            new_users: NewUserStates { manual_entry: UserState::Staged, ..NewUserStates::default() },
            portal_idle_minutes: 240,
        };
        settings.update(&grace, first.version, &wanted).await.expect("saved");
        let now = settings.organization(&grace).await.expect("an organization");
        assert_eq!((now.id, now.created_at), (first.id, first.created_at));
        assert_eq!(now.profile, wanted.parse().expect("good"));
        assert_eq!(settings.name().await.expect("a name").as_deref(), Some("Example & Sons"));
        assert_eq!(settings.contact().await.expect("somebody").email, "help@example.org");
        assert_eq!(world.code(settings.update(&grace, first.version, &wanted).await), ErrorCode::Stale);
        settings.update(&grace, now.version, &wanted).await.expect("nothing to do");
        assert_eq!(settings.organization(&grace).await.expect("the same").version, now.version);

        world.directory.seal_events().await.expect("sealed");
        let events = world.directory.history().all(&grace, None).await.expect("events").events;
        let event = &events.first().expect("an event").event;
        assert_eq!(event.event_type.as_str(), "organization_update");
        let told: Vec<_> = event.changes.iter().map(|one| (&*one.field, &*one.from, &*one.to)).collect();
        assert_eq!(told, [
            ("name", "Example Org", "Example & Sons"),
            ("contactName", "", "The help desk"),
            ("contactEmail", "", "help@example.org"),
            ("systemUsersCanEdit", "true", "false"),
            ("newSystemUserStateDefaults.manualEntry", "ACTIVATED", "STAGED"),
            ("userPortal.idleSessionDurationMinutes", "60", "240"),
        ]);
    }
}

both! {
    async fn what_is_wrong_is_told_at_its_field(world) {
        let grace = world.grace().await;
        let settings = world.directory.settings();
        let now = settings.organization(&grace).await.expect("an organization");
        let wrong = OrganizationProfile {
            name: String::new(),
            contact: Contact { name: "a\u{202E}b".into(), email: "nobody".into() },
            new_users: NewUserStates { application_import: UserState::Suspended, ..NewUserStates::default() },
            ..now.profile.clone()
        };
        let problem = world.problem(settings.update(&grace, now.version, &wrong).await);
        let fields: Vec<_> = problem.faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["name", "contact_name", "contact_email", "applicationImport"]);
        assert_eq!(settings.organization(&grace).await.expect("the same"), now);
    }
}

both! {
    async fn who_may_see_and_change_it(world) {
        let grace = world.grace().await;
        let settings = world.directory.settings();
        for (number, role) in DefaultRole::ALL.iter().enumerate() {
            let who = world.administrator(&format!("who{number}"), *role).await;
            let may = |operation: Op| operation.allowed_by(&(*role).into());
            assert_eq!(settings.organization(&who).await.is_ok(), may(Op::ReadOrganization), "{role}");
            let now = settings.organization(&grace).await.expect("an organization");
            let changed = settings.update(&who, now.version, &now.profile).await;
            assert_eq!(changed.is_ok(), may(Op::UpdateOrganization), "{role}");
        }
    }
}

both! {
    async fn new_users_begin_as_it_says(world) {
        let grace = world.grace().await;
        save(world, &grace, |profile| profile.new_users.manual_entry = UserState::Staged).await;
        let users = world.directory.users();
        let new = |name: &str, state| NewUser { form: form(name), state, ..NewUser::default() };
        let unsaid = users.create(&grace, &new("ada", None)).await.expect("a user");
        let said = users.create(&grace, &new("bob", Some(UserState::Activated))).await.expect("a user");
        assert_eq!(users.read(&grace, unsaid).await.expect("Ada").state, UserState::Staged);
        assert_eq!(users.read(&grace, said).await.expect("Bob").state, UserState::Activated);
    }
}

both! {
    /// People then change nothing of themselves, and administrators go on.
    async fn profiles_can_be_kept_from_people(world) {
        let grace = world.grace().await;
        let id = world.user_with_password(&grace, "ada.lovelace").await;
        let token = world.signed_in("ada.lovelace").await;
        let ada = world.directory.sessions().user(&token, origin(), true).await.expect("in");
        let portal = world.directory.portal();
        let before = portal.profile(&ada).await.expect("read");
        assert!(before.editable);
        save(world, &grace, |profile| {
            profile.users_can_edit = false;
            profile.contact.name = "The help desk".into();
        })
        .await;
        let kept = portal.profile(&ada).await.expect("read");
        assert!(!kept.editable);
        assert_eq!(kept.contact.question().as_deref(), Some("Questions? Ask The help desk."));
        let mut form = before.form;
        form.text.insert(TextAttribute::DisplayName, "Countess".into());
        let problem = world.problem(portal.update_profile(&ada, &form).await);
        assert_eq!(problem.code, ErrorCode::Forbidden);
        assert!(problem.message.contains("keeps your profile"), "{}", problem.message);
        let users = world.directory.users();
        let mut user = users.read(&grace, id).await.expect("Ada");
        user.form.set_text(TextAttribute::DisplayName, "Countess");
        users.update(&grace, &UserUpdate { id, version: user.version, form: user.form }).await.expect("updated");
        save(world, &grace, |profile| profile.users_can_edit = true).await;
        let open = portal.profile(&ada).await.expect("read");
        portal.update_profile(&ada, &open.form).await.expect("may again");
    }
}

both! {
    async fn messages_say_whom_to_ask(world) {
        let grace = world.grace().await;
        let contact = Contact { name: "The help desk".into(), email: "help@example.org".into() };
        save(world, &grace, |profile| profile.contact = contact.clone()).await;
        message_to(world, "ada").await;
        let message = only_message(world).await;
        let written = world.directory.mail().message(&grace, message.id).await.expect("a message").written;
        assert_eq!(written.expect("not erased").contact, contact);
    }
}

both! {
    /// A session of the User Portal lasts as long as the organization says; an administrator's is not touched by it.
    async fn sessions_of_users_last_as_it_says(world) {
        let grace = world.grace().await;
        world.user_with_password(&grace, "ada").await;
        let sessions = world.directory.sessions();
        let is_in = async |token| sessions.user(token, origin(), true).await.is_ok();

        save(world, &grace, |profile| profile.portal_idle_minutes = 5).await;
        let short = world.signed_in("ada").await;
        world.wait(Duration::from_mins(4));
        assert!(is_in(&short).await);
        world.wait(Duration::from_mins(5));
        assert!(!is_in(&short).await);

        let grace = world.again().await;
        save(world, &grace, |profile| profile.portal_idle_minutes = 24 * 60).await;
        let long = world.signed_in("ada").await;
        world.wait(Duration::from_hours(14));
        world.directory.clean_up().await.expect("cleaned up");
        assert!(is_in(&long).await);
        let grace = world.again().await;
        // What is made shorter is shorter at once.
        save(world, &grace, |profile| profile.portal_idle_minutes = 60).await;
        world.wait(Duration::from_mins(61));
        assert!(!is_in(&long).await);
    }
}
