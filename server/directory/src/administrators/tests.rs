//! Escalations that only roles of one's own making could try: granting what one lacks, and changing
//! somebody who may do more.

use model::administrator::{AdministratorForm, AdministratorUpdate};
use model::{DefaultRole, ErrorCode, Scope};

use crate::roles::tests::rita;
use crate::world::World;
use directory_core::authz::Actor;

/// An administrator who manages administrators, and holds nothing else.
async fn only_administrators(world: &World) -> Actor {
    rita(world, &[Scope::Administrators, Scope::AdministratorsReadonly]).await
}

fn form(role: DefaultRole) -> AdministratorForm {
    AdministratorForm {
        first_name: "N".into(),
        last_name: "N".into(),
        email: "n@example.org".into(),
        role: role.as_str().into(),
        ..AdministratorForm::default()
    }
}

both! {
    async fn nobody_grants_what_they_lack(world) {
        world.set_up().await;
        let who = only_administrators(world).await;
        let admins = world.directory.administrators();
        for role in DefaultRole::ALL {
            let refused = world.problem(admins.create(&who, &form(*role)).await);
            assert!(refused.fault("role").is_some_and(|why| why.contains("may do more than you")), "{role} {refused}");
        }
    }
}

both! {
    async fn nobody_changes_a_mightier_one(world) {
        let grace = world.grace().await;
        let who = only_administrators(world).await;
        let admins = world.directory.administrators();
        let me = admins.read(&grace, grace.auth().expect("Grace").id).await.expect("details");
        let update = AdministratorUpdate { id: me.id, version: me.version, form: form(DefaultRole::ReadOnly) };
        for refused in [
            admins.update(&who, &update).await,
            admins.set_suspended(&who, me.id, me.version, true).await,
            admins.end_sessions(&who, me.id).await,
            admins.send_password_reset(&who, me.id).await,
            admins.unlock(&who, me.id).await,
        ] {
            assert_eq!(world.code(refused), ErrorCode::Forbidden);
        }
        let outcomes = admins.delete(&who, &[me.id]).await.expect("answered");
        assert_eq!(outcomes[0].refused.as_deref(), Some("may do more than you"));
        assert_eq!(admins.read(&grace, me.id).await.expect("as before").version, me.version);
    }
}
