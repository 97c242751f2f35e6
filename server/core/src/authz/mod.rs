//! Authorization: who asks, what for, and the permit that every writing transaction demands.

mod actor;
mod operator;
mod task;

use std::time::Duration;

use model::operation::Need;
use model::{ErrorCode, Operation, Problem, Role, Timestamp};

use crate::error::{Error, Result};

pub use actor::{Actor, AuthContext, CredentialUsed, Identity, Origin, Stage};
pub use operator::Operator;
pub use task::Task;

/// How long after the password was given sensitive changes ask for it again.
pub const REAUTHENTICATION_WINDOW: Duration = Duration::from_mins(10);

/// The proof that an operation is authorized. Only [`permit`] and [`permit_any`] make one.
#[derive(Debug)]
pub struct Permit {
    actor: Actor,
    operation: Operation,
}

impl Permit {
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub const fn operation(&self) -> Operation {
        self.operation
    }

    /// Why a role that came meanwhile does not allow it; `None` when it does.
    pub fn refusal(&self, role: &Role) -> Option<String> {
        self.operation.refusal(role).map(|refusal| refusal.0)
    }
}

/// Lets an operation pass, or says why not. Every operation of the directory begins here, before
/// it reads its target.
pub fn permit(actor: &Actor, operation: Operation) -> Result<Permit> {
    let pass = match (actor.identity(), operation.need()) {
        (Identity::Operator(_), _) | (Identity::Visitor, Need::Visitor) => true,
        (Identity::System(task), _) => task.operations().contains(&operation),
        (Identity::Administrator(auth, role), _) => auth.allows(operation) && operation.allowed_by(role),
        (Identity::User(auth), Need::User | Need::OwnAccount) => auth.allows(operation),
        (
            Identity::Visitor,
            Need::AnyOf(_) | Need::AnyBut(_) | Need::Administrator | Need::User | Need::OwnAccount,
        ) => {
            return Err(not_signed_in().into());
        }
        (
            Identity::User(_),
            Need::AnyOf(_) | Need::AnyBut(_) | Need::Administrator | Need::Visitor | Need::System,
        )
        | (Identity::Visitor, Need::System) => false,
    };
    if pass { Ok(Permit { actor: actor.clone(), operation }) } else { Err(refused(actor, operation)) }
}

/// Lets pass whoever may do any one of these, and says why not by the first.
pub fn permit_any(actor: &Actor, operations: &[Operation]) -> Result<Permit> {
    let mut first = None;
    for operation in operations {
        match permit(actor, *operation) {
            Ok(permit) => return Ok(permit),
            Err(refused) => drop(first.get_or_insert(refused)),
        }
    }
    Err(first.unwrap_or_else(|| not_signed_in().into()))
}

fn refused(actor: &Actor, operation: Operation) -> Error {
    let message = actor
        .role()
        .and_then(|role| operation.refusal(role))
        .map_or_else(|| "This is not for you.".to_owned(), |refusal| refusal.0);
    Problem::new(ErrorCode::Forbidden, message).into()
}

pub fn not_signed_in() -> Problem {
    Problem::new(ErrorCode::NotSignedIn, "Your session has ended. Sign in again.")
}

/// Refuses unless the password was given recently enough for a sensitive change. An actor who is still signing in
/// has just given it, and the operator need not.
pub fn recently_authenticated(permit: &Permit, now: Timestamp) -> Result<()> {
    if matches!(permit.actor().identity(), Identity::Operator(_) | Identity::System(_)) {
        return Ok(());
    }
    let auth = permit.actor().auth()?;
    if auth.stage != Stage::Full || now.since(auth.proven_at) <= REAUTHENTICATION_WINDOW {
        return Ok(());
    }
    Err(Problem::new(
        ErrorCode::ReauthenticationNeeded,
        "This needs your password again, because you gave it more than 10 minutes ago.",
    )
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{DefaultRole, Id, Principal};

    fn auth(principal: Principal, stage: Stage) -> AuthContext {
        let id = Id::from([1; 12]);
        let proven_at = Timestamp::from_micros(0);
        let credential = CredentialUsed::Session(id);
        AuthContext { principal, id, name: "A".into(), epoch: 0, credential, stage, proven_at }
    }

    fn administrator(role: DefaultRole) -> Actor {
        let auth = auth(Principal::Administrator, Stage::Full);
        Actor::administrator(auth, role.into(), Origin::default())
    }

    fn user(stage: Stage) -> Actor {
        Actor::user(auth(Principal::User, stage), Origin::default())
    }

    /// Every kind of actor × every operation: the gate answers as the table of operations says.
    #[test]
    fn every_cell() {
        for operation in Operation::ALL.iter().copied() {
            let name = operation.name();
            for role in DefaultRole::ALL {
                let may = administrator(*role).may(operation);
                assert_eq!(may, operation.allowed_by(&(*role).into()), "{role} × {name}");
            }
            let visitor = Actor::visitor(Origin::default());
            assert_eq!(visitor.may(operation), operation.need() == Need::Visitor, "{name}");
            let own = matches!(operation.need(), Need::User | Need::OwnAccount);
            assert_eq!(user(Stage::Full).may(operation), own, "{name}");
            assert!(Operator::new().actor("a test").may(operation));
        }
    }

    /// By itself the program may do what each of its tasks needs, and nothing else.
    #[test]
    fn a_task_is_good_for_what_it_needs() {
        for (task, needed) in [
            (Task::SealEvents, &[Operation::RunMaintenance][..]),
            (Task::Maintenance, &[Operation::RunMaintenance, Operation::PurgeUser]),
            (Task::Import, &[Operation::ImportUsers, Operation::UpdateUser, Operation::ChangeMfaRequirement]),
            (Task::FirstImport, &[Operation::ImportUsers]),
            (Task::FirstStart, &[Operation::AdministerServer]),
        ] {
            for operation in Operation::ALL.iter().copied() {
                let may = Actor::system(task).may(operation);
                assert_eq!(may, needed.contains(&operation), "{task:?} × {}", operation.name());
            }
        }
    }

    /// A program may do what the role allows, and nothing that is its owner's alone.
    #[test]
    fn an_api_key_is_good_for_what_the_role_allows() {
        for role in DefaultRole::ALL {
            let auth = auth(Principal::Administrator, Stage::Full);
            let auth = AuthContext { credential: CredentialUsed::ApiKey(Id::from([2; 12])), ..auth };
            let program = Actor::administrator(auth, (*role).into(), Origin::default());
            for operation in Operation::ALL.iter().copied() {
                let by_role =
                    matches!(operation.need(), Need::AnyOf(_)) && operation.allowed_by(&(*role).into());
                assert_eq!(program.may(operation), by_role, "{role} × {}", operation.name());
            }
        }
    }

    /// A client that is bound over LDAP searches and changes its own password, and nothing else.
    #[test]
    fn a_bind_is_good_for_ldap_alone() {
        let auth = AuthContext { credential: CredentialUsed::LdapBind, ..auth(Principal::User, Stage::Full) };
        let client = Actor::user(auth, Origin::default());
        for operation in Operation::ALL.iter().copied() {
            let good = [Operation::SearchLdap, Operation::ChangeOwnPassword].contains(&operation);
            assert_eq!(client.may(operation), good, "{}", operation.name());
        }
    }

    /// Whoever is not in yet may take the next step, and nothing else.
    #[test]
    fn a_session_on_the_way_in_is_good_for_one_thing() {
        for (stage, good) in [
            (Stage::Challenge, None),
            (Stage::NewPassword, Some(Operation::ChangeOwnPassword)),
            (Stage::Enroll, Some(Operation::ManageOwnFactors)),
        ] {
            for operation in Operation::ALL.iter().copied() {
                assert_eq!(
                    user(stage).may(operation),
                    good == Some(operation),
                    "{stage:?} {}",
                    operation.name()
                );
            }
        }
    }

    #[test]
    fn refusals_have_their_codes() {
        let code = |actor: &Actor, operation| match permit(actor, operation) {
            Err(Error::Problem(problem)) => problem.code,
            other => panic!("{other:?}"),
        };
        let visitor = Actor::visitor(Origin::default());
        assert_eq!(code(&visitor, Operation::ListUsers), ErrorCode::NotSignedIn);
        assert_eq!(code(&visitor, Operation::AdministerServer), ErrorCode::Forbidden);
        assert_eq!(code(&administrator(DefaultRole::ReadOnly), Operation::SuspendUser), ErrorCode::Forbidden);
        assert_eq!(code(&user(Stage::Full), Operation::ReadHomepage), ErrorCode::Forbidden);
        assert_eq!(
            code(&administrator(DefaultRole::AdministratorWithBilling), Operation::ReadOwnProfile),
            ErrorCode::Forbidden
        );
    }
}
