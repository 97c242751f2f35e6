//! Escalations that only a role of one's own making could try, were roles ever on offer: putting into a
//! role what one lacks, and changing one that holds it.

use model::role::{CustomRoleForm, CustomRoleUpdate};
use model::{DefaultRole, Operation, Role, Scope, Scopes};

use crate::world::{World, origin};
use directory_core::authz::{Actor, Identity, permit};
use directory_core::store::{args, sql};
use directory_core::transaction::PlainTx;

/// Rita, whose role holds what no custom role can be given: it was written into the database.
pub(crate) async fn rita(world: &World, scopes: &[Scope]) -> Actor {
    let actor = world.administrator("rita", DefaultRole::ReadOnly).await;
    let Identity::Administrator(auth, _) = actor.identity() else { panic!("not an administrator") };
    let system = world.system();
    let role =
        CustomRoleForm { name: "Of rita".into(), ..CustomRoleForm::from_template(DefaultRole::ReadOnly) };
    let id = world.directory.roles().create(&system, &role).await.expect("made");
    let scopes = Scopes::of(scopes);
    let permit = permit(&system, Operation::AdministerServer).expect("may");
    let mut plain = PlainTx::begin(world.directory.context(), permit).await.expect("writing");
    let swap = sql!("UPDATE administrators SET role = '', role_id = $2 WHERE id = $1");
    let all = sql!("UPDATE custom_roles SET scopes = $1");
    plain.run(all, args![super::write_scopes(scopes)]).await.expect("written");
    plain.run(swap, args![auth.id, id]).await.expect("written");
    plain.commit().await.expect("committed");
    let role = Role { name: "Of rita".into(), scopes, custom: Some(id) };
    Actor::administrator(auth.clone(), role, origin())
}

fn form(scopes: &[Scope]) -> CustomRoleForm {
    let scopes = Scopes::of(scopes);
    CustomRoleForm { name: "New".into(), scopes, ..CustomRoleForm::from_template(DefaultRole::ReadOnly) }
}

both! {
    async fn nobody_puts_into_a_role_what_they_lack(world) {
        let grace = world.grace().await;
        let who = rita(world, &[Scope::Roles, Scope::RolesReadonly, Scope::UsersReadonly]).await;
        let roles = world.directory.roles();
        let own = roles.create(&grace, &form(&[Scope::UsersReadonly])).await.expect("made");
        let mighty = roles.create(&grace, &CustomRoleForm { name: "M".into(), ..form(&[Scope::Billing]) }).await;
        let mighty = mighty.expect("made");
        let version = async |id| roles.read(&grace, id).await.expect("there").version;
        for scopes in [&[Scope::Billing][..], &[Scope::Users], &[Scope::UsersReadonly, Scope::UsersMfaReset]] {
            let refused = [
                roles.create(&who, &form(scopes)).await.map(drop),
                roles.update(&who, &CustomRoleUpdate { id: own, version: version(own).await, form: form(scopes) }).await,
            ];
            for refused in refused {
                let problem = world.problem(refused);
                assert!(problem.fault("scopes").is_some_and(|why| why.contains("what they lack")), "{problem}");
            }
        }
        // Nor does anybody make a mightier role smaller, or take it away.
        let less = CustomRoleUpdate { id: mighty, version: version(mighty).await, form: form(&[Scope::UsersReadonly]) };
        assert!(world.problem(roles.update(&who, &less).await).fault("scopes").is_some());
        assert!(world.problem(roles.delete(&who, mighty).await).fault("scopes").is_some());
    }
}
