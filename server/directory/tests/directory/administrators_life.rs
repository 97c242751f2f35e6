//! An administrator's life: added, changed, suspended, asked for a second factor, deleted.

use directory::{Actor, SignedIn, Stage};
use model::administrator::{AdministratorForm, AdministratorStatus};
use model::event::EventKind;
use model::{DefaultRole, ErrorCode, Id, Operation as Op, Principal};

use crate::administrators::{id_of, set_role, update_of};
use crate::raw::{messages, rows};
use crate::signing_in::{code_of, enroll};
use crate::user_access::refusals;
use crate::world::{PASSWORD, World, origin, visitor};

const WITH_BILLING: DefaultRole = DefaultRole::AdministratorWithBilling;

pub fn form_of(name: &str, role: DefaultRole) -> AdministratorForm {
    AdministratorForm {
        first_name: name.into(),
        last_name: "Admin".into(),
        email: format!("{name}@example.org"),
        role: role.as_str().into(),
        ..AdministratorForm::default()
    }
}

async fn sign_in(world: &World, name: &str) -> directory::Result<SignedIn> {
    let email = format!("{name}@example.org");
    world.directory.sign_in().password(&visitor(), Principal::Administrator, &email, PASSWORD).await
}

/// Everything that was ever written into the history, the oldest first.
async fn history(world: &World) -> Vec<model::event::Event> {
    world.directory.seal_events().await.expect("sealed");
    let events = world.directory.history().all(&world.system(), None).await.expect("events").events;
    let mut events: Vec<_> = events.into_iter().map(|one| one.event).collect();
    events.reverse();
    events
}

both! {
    async fn faults_stand_at_their_fields(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let wrong = AdministratorForm { email: "nobody".into(), ..AdministratorForm::default() };
        let problem = world.problem(admins.create(&grace, &wrong).await);
        let fields: Vec<_> = problem.faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["first_name", "last_name", "email", "role"]);
        let taken = AdministratorForm { email: "GRACE@example.org".into(), ..form_of("g", WITH_BILLING) };
        let problem = world.problem(admins.create(&grace, &taken).await);
        assert!(problem.fault("email").is_some_and(|why| why.contains("already")), "{problem}");
        let ada = admins.create(&grace, &form_of("ada", DefaultRole::Manager)).await.expect("added");
        let mut update = update_of(world, ada).await;
        update.form.email = "grace@example.org".into();
        assert!(world.problem(admins.update(&grace, &update).await).fault("email").is_some());
        assert_eq!(messages(world).await, ["admin_invitation ada@example.org"], "nothing half done");
    }
}

both! {
    async fn a_change_is_kept_and_told_from_and_to(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        world.administrator("max", DefaultRole::Manager).await;
        let (max, _) = id_of(world, "max").await;
        let mut update = update_of(world, max).await;
        update.form = AdministratorForm {
            first_name: " Maxine ".into(),
            last_name: "<b>O’Hara</b>".into(),
            email: "Maxine@Example.org".into(),
            role: "Help Desk".into(),
            mfa_required: true,
            api_access: false,
            whats_new: false,
        };
        admins.update(&grace, &update).await.expect("changed");
        let now = admins.read(&grace, max).await.expect("details");
        assert_eq!((now.name().as_str(), now.email.as_str()), ("Maxine <b>O’Hara</b>", "maxine@example.org"));
        assert!(now.mfa_required && !now.whats_new && !now.api_access && now.role.name == "Help Desk");
        assert_eq!(id_of(world, "maxine").await.0, max, "search finds the new name");
        let event = history(world).await.pop().expect("an event");
        assert_eq!(event.event_type, EventKind::AdminUpdate);
        let told: Vec<_> = event.changes.iter().map(|one| (&*one.field, &*one.from, &*one.to)).collect();
        assert_eq!(told, [
            ("firstname", "max", "Maxine"),
            ("lastname", "Admin", "<b>O’Hara</b>"),
            ("email", "max@example.org", "maxine@example.org"),
            ("roleName", "Manager", "Help Desk"),
            ("enableMultiFactor", "false", "true"),
            ("whatsNew", "true", "false"),
        ]);
        // Nothing to do is no change.
        let same = update_of(world, max).await;
        admins.update(&grace, &same).await.expect("nothing to do");
        assert_eq!(update_of(world, max).await.version, same.version);
    }
}

both! {
    /// Whoever is no Administrator With Billing does nothing of all this, whatever they send.
    async fn who_may_do_what(world) {
        let grace = world.grace().await;
        world.administrator("max", DefaultRole::ReadOnly).await;
        let (max, version) = id_of(world, "max").await;
        let user = world.user(&grace, "ada").await;
        let admins = world.directory.administrators();
        for (number, role) in DefaultRole::ALL.iter().enumerate().filter(|(_, role)| **role != WITH_BILLING) {
            let who = world.administrator(&format!("who{number}"), *role).await;
            let (own, _) = id_of(world, &format!("who{number}")).await;
            let new = form_of("new", DefaultRole::CommandRunner);
            let mut mine = update_of(world, own).await;
            mine.form.role = WITH_BILLING.as_str().into();
            let answers = [
                admins.create(&who, &new).await.map(drop),
                admins.create_from_user(&who, user, &new).await.map(drop),
                admins.update(&who, &update_of(world, max).await).await,
                admins.update(&who, &mine).await,
                admins.set_suspended(&who, max, version, true).await,
                admins.delete(&who, &[max]).await.map(drop),
                admins.invite(&who, max).await,
                admins.send_password_reset(&who, max).await,
                admins.send_totp_reset(&who, max).await,
                admins.end_sessions(&who, max).await,
                admins.unlock(&who, max).await,
            ];
            for (at, answer) in answers.into_iter().enumerate() {
                assert_eq!(world.code(answer), ErrorCode::Forbidden, "{role} {at}");
            }
        }
        assert_eq!(messages(world).await, [""; 0]);
    }
}

both! {
    async fn suspension_takes_everything_and_activation_gives_it_back(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let max = world.administrator("max", DefaultRole::Manager).await;
        let (id, version) = id_of(world, "max").await;
        admins.send_password_reset(&grace, id).await.expect("sent");
        admins.set_suspended(&grace, id, version, true).await.expect("suspended");
        assert_eq!(rows(world, "SELECT state, body FROM messages").await, ["lapsed "]);
        assert!(sign_in(world, "max").await.is_err());
        assert_eq!(world.code(world.directory.users().create(&max, &model::user::NewUser { form: crate::world::form("ada"), ..Default::default() }).await), ErrorCode::NotSignedIn);
        for refused in [admins.send_password_reset(&grace, id).await, admins.send_totp_reset(&grace, id).await] {
            assert_eq!(world.code(refused), ErrorCode::Conflict);
        }
        let (_, version) = id_of(world, "max").await;
        assert_eq!(world.code(admins.set_suspended(&grace, id, version, true).await), ErrorCode::Conflict, "already");
        assert_eq!(world.code(admins.set_suspended(&grace, id, version - 1, false).await), ErrorCode::Stale);
        admins.set_suspended(&grace, id, version, false).await.expect("activated");
        assert!(sign_in(world, "max").await.is_ok());
        let kinds: Vec<_> = history(world).await.into_iter().map(|event| event.event_type).collect();
        assert!(kinds.contains(&EventKind::AdminSuspended) && kinds.contains(&EventKind::AdminUnsuspended));
    }
}

both! {
    async fn sessions_of_another_end(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let max = world.administrator("max", DefaultRole::Manager).await;
        let (id, _) = id_of(world, "max").await;
        let Ok(SignedIn::Full(token)) = sign_in(world, "max").await else { panic!("not in") };
        admins.end_sessions(&grace, id).await.expect("ended");
        assert!(world.directory.sessions().administrator(&token, origin(), true).await.is_err());
        assert_eq!(world.code(world.directory.preferences().set_columns(&max, "users", &model::account::ColumnChoice::default()).await), ErrorCode::NotSignedIn);
        assert!(sign_in(world, "max").await.is_ok(), "they may come back");
        let (own, _) = id_of(world, "grace").await;
        let refused = world.problem(admins.end_sessions(&grace, own).await);
        assert!(refused.code == ErrorCode::Conflict && refused.message.contains("your own account"), "{refused}");
    }
}

both! {
    async fn several_are_deleted_at_once_and_oneself_is_left(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        let max = world.administrator("max", DefaultRole::Manager).await;
        enroll(world, &max).await;
        let ada = admins.create(&grace, &form_of("ada", WITH_BILLING)).await.expect("added");
        let (max, own) = (id_of(world, "max").await.0, id_of(world, "grace").await.0);
        let unknown = Id::from([9; 12]);
        let outcomes = admins.delete(&grace, &[max, own, ada, unknown, max]).await.expect("done");
        assert_eq!(outcomes.len(), 4, "each once");
        assert_eq!(refusals(&outcomes)[0], "done");
        assert!(refusals(&outcomes)[1].contains("nobody deletes themselves"));
        assert_eq!(refusals(&outcomes)[2..], ["done", "is not an administrator any more"]);
        assert!(sign_in(world, "max").await.is_err());
        assert_eq!(rows(world, "SELECT principal, kind FROM credentials WHERE kind <> 'password'").await, [""; 0]);
        let told = rows(world, "SELECT kind, state || body FROM messages ORDER BY kind").await;
        assert_eq!(told, ["admin_factors_changed lapsed", "admin_invitation lapsed"], "what was to be told is over");
        assert_eq!(rows(world, "SELECT kind, kind FROM tombstones").await.len(), 2);
        let deleted: Vec<_> = history(world).await.into_iter().filter(|event| event.event_type == EventKind::AdminDelete).collect();
        assert_eq!(deleted.len(), 2);
        // The address is free again, for somebody else.
        admins.create(&grace, &form_of("max", DefaultRole::ReadOnly)).await.expect("added");
        let many: Vec<Id> = (0..101).map(|of| Id::from([of; 12])).collect();
        assert_eq!(world.code(admins.delete(&grace, &many).await), ErrorCode::Invalid);
    }
}

both! {
    /// Whoever was invited has not come yet, and whoever is suspended cannot: neither keeps the
    /// organization.
    async fn the_last_one_stays_whatever_the_path(world) {
        let grace = world.grace().await;
        let admins = world.directory.administrators();
        admins.create(&grace, &form_of("ada", WITH_BILLING)).await.expect("added");
        world.administrator("sue", WITH_BILLING).await;
        let (sue, version) = id_of(world, "sue").await;
        admins.set_suspended(&grace, sue, version, true).await.expect("suspended");
        let (own, version) = id_of(world, "grace").await;
        let system = world.system();
        let last = ErrorCode::LastAdministrator;
        assert_eq!(world.code(admins.delete(&system, &[own]).await), last);
        assert_eq!(world.code(admins.set_suspended(&system, own, version, true).await), last);
        assert_eq!(world.code(set_role(world, &system, (own, version), DefaultRole::Administrator).await), last);
        assert_eq!(admins.read(&grace, own).await.expect("as before").status, AdministratorStatus::Active);
        assert!(sign_in(world, "grace").await.is_ok());
    }
}

both! {
    async fn deleting_each_other_leaves_one(world) {
        let grace = world.grace().await;
        let ada = world.administrator("ada", WITH_BILLING).await;
        let (grace_id, ada_id) = (id_of(world, "grace").await.0, id_of(world, "ada").await.0);
        let delete = |by: Actor, whom: Id| {
            let directory = world.directory.clone();
            tokio::spawn(async move { directory.administrators().delete(&by, &[whom]).await.is_ok() })
        };
        let (one, other) = (delete(grace, ada_id), delete(ada, grace_id));
        let done = [one.await.expect("no panic"), other.await.expect("no panic")];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
        assert_eq!(rows(world, "SELECT first_name, role FROM administrators").await.len(), 1);
    }
}

both! {
    /// Required of one or of all: whoever is in goes on, and enrolls at the next sign-in.
    async fn a_second_factor_is_required(world) {
        let grace = world.grace().await;
        let max = world.administrator("max", DefaultRole::Administrator).await;
        let admins = world.directory.administrators();
        let mut update = update_of(world, id_of(world, "max").await.0).await;
        update.form.mfa_required = true;
        admins.update(&grace, &update).await.expect("required");
        assert!(world.directory.account().security(&max).await.expect("still in").mfa_required);
        let Ok(SignedIn::Step(Stage::Enroll, _)) = sign_in(world, "max").await else { panic!("no step") };
        assert!(matches!(sign_in(world, "grace").await, Ok(SignedIn::Full(_))));

        let settings = world.directory.settings();
        let mut organization = settings.organization(&grace).await.expect("an organization");
        organization.profile.require_admin_mfa = true;
        let refused = settings.update(&max, organization.version, &organization.profile).await;
        assert_eq!(world.code(refused), ErrorCode::Forbidden, "an Administrator changes the rest of the profile");
        assert!(max.may(Op::UpdateOrganization));
        settings.update(&grace, organization.version, &organization.profile).await.expect("required of all");
        let details = admins.read(&grace, id_of(world, "grace").await.0).await.expect("details");
        assert!(details.mfa_required_of_all && !details.mfa_required);
        let Ok(SignedIn::Step(Stage::Enroll, token)) = sign_in(world, "grace").await else { panic!("no step") };
        let step = world.directory.sessions().step(Principal::Administrator, &token, origin()).await;
        let (at_step, _) = step.expect("found").expect("a step");
        assert_eq!(world.code(world.directory.home().read(&at_step, "UTC").await), ErrorCode::Forbidden);
        let enrollment = world.directory.account().start_totp(&at_step).await.expect("begun");
        let code = code_of(world, &enrollment.secret);
        let (led, codes) = world.directory.account().finish_totp(&at_step, &code).await.expect("finished");
        let SignedIn::Full(token) = led else { panic!("another step") };
        assert_eq!(codes.len(), 10);
        let grace = world.actor(&token).await;
        let refused = world.directory.account().remove_totp(&grace).await;
        assert_eq!(world.code(refused), ErrorCode::Conflict, "the last factor stays");
        let told = history(world).await.into_iter().rev().find(|event| event.event_type == EventKind::OrganizationUpdate);
        assert_eq!(told.expect("an event").changes[0].field, "requireAdminMFA");
    }
}
