//! The one gate: who asks, what for, and the permit that the store's writing functions demand.

use std::time::Duration;

use model::operation::Need;
use model::{ErrorCode, Id, Operation, Principal, Problem, Role, Timestamp};

use crate::error::{Error, Result};

/// How long a proof of the password is good for changing what is sensitive.
pub(crate) const PROOF: Duration = Duration::from_mins(10);
/// Where a request comes from, for events and for counting attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's address, as text; empty when there is none (the command line).
    pub ip: String,
    pub user_agent: String,
}

/// Whoever asks for an operation. Only the directory makes one that may do anything.
#[derive(Clone, Debug)]
pub struct Actor {
    pub(crate) who: Who,
    pub(crate) origin: Origin,
}

#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// Not signed in.
    Visitor,
    /// Signed in to the Admin Portal.
    Administrator(Standing, Role),
    /// Signed in to the User Portal, or on the way in.
    User(Standing),
    /// The program itself, or whoever runs it on the server; with the reason.
    System(&'static str),
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the second factor is still to come.
    Challenge,
    /// Good for setting a new password, and nothing else.
    NewPassword,
    /// Good for enrolling a second factor, and nothing else.
    Enroll,
    Full,
}

impl Stage {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::NewPassword => "password",
            Self::Enroll => "enroll",
            Self::Full => "full",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Challenge, Self::NewPassword, Self::Enroll, Self::Full]
            .into_iter()
            .find(|stage| stage.as_str() == text)
    }
}

/// What a session or an API key stood for when the request came in. A change checks it again.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub principal: Principal,
    pub id: Id,
    pub name: String,
    pub epoch: i64,
    pub shown: Shown,
    pub stage: Stage,
    /// When the password was last proven.
    pub proven_at: Timestamp,
}

/// By what somebody is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Session(Id),
    /// A program acts in their name.
    ApiKey(Id),
}

impl Standing {
    /// A session that is on the way in is good for one thing. A program does what the role allows; what
    /// belongs to somebody as a person, such as their password, is not for it.
    fn allows(&self, operation: Operation) -> bool {
        if matches!(self.shown, Shown::ApiKey(_)) {
            return matches!(operation.need(), Need::AnyOf(_));
        }
        match self.stage {
            Stage::Full => true,
            Stage::NewPassword => operation == Operation::ChangeOwnPassword,
            Stage::Enroll => operation == Operation::ManageOwnFactors,
            Stage::Challenge => false,
        }
    }

    /// The session of somebody who has one.
    ///
    /// # Errors
    /// `not_signed_in` for a program.
    pub(crate) fn session(&self) -> Result<Id> {
        match self.shown {
            Shown::Session(session) => Ok(session),
            Shown::ApiKey(_) => Err(not_signed_in().into()),
        }
    }
}

impl Actor {
    /// Somebody who is not signed in (yet).
    pub fn visitor(origin: Origin) -> Self {
        Self { who: Who::Visitor, origin }
    }

    /// The program itself, with the reason that its events name.
    pub fn system(reason: &'static str) -> Self {
        Self { who: Who::System(reason), origin: Origin::default() }
    }

    pub(crate) fn administrator(standing: Standing, role: Role, origin: Origin) -> Self {
        Self { who: Who::Administrator(standing, role), origin }
    }

    pub(crate) fn user(standing: Standing, origin: Origin) -> Self {
        Self { who: Who::User(standing), origin }
    }

    /// The role, for somebody who has one.
    pub fn role(&self) -> Option<&Role> {
        match &self.who {
            Who::Administrator(_, role) => Some(role),
            Who::User(_) | Who::Visitor | Who::System(_) => None,
        }
    }

    /// Whether the gate would let this pass.
    pub fn may(&self, operation: Operation) -> bool {
        permit(self, operation).is_ok()
    }

    /// Refuses whoever may do none of these: doors that do one or the other, by what they are sent, ask
    /// it before they look at that, or at whom it is about.
    ///
    /// # Errors
    /// `forbidden`, `not_signed_in`.
    pub fn may_any(&self, operations: &[Operation]) -> Result<()> {
        permit_any(self, operations).map(drop)
    }

    /// Whether a program acts in somebody's name.
    pub(crate) fn is_program(&self) -> bool {
        self.standing().is_ok_and(|standing| matches!(standing.shown, Shown::ApiKey(_)))
    }

    pub(crate) fn standing(&self) -> Result<&Standing> {
        match &self.who {
            Who::Administrator(standing, _) | Who::User(standing) => Ok(standing),
            Who::Visitor | Who::System(_) => Err(not_signed_in().into()),
        }
    }
}

/// The proof that the gate let an operation pass. Nothing else can make one.
#[derive(Debug)]
pub(crate) struct Permit {
    actor: Actor,
    operation: Operation,
}

impl Permit {
    pub(crate) fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Why a role that came meanwhile does not allow it; `None` when it does.
    pub(crate) fn refusal(&self, role: &Role) -> Option<String> {
        self.operation.refusal(role).map(|refusal| refusal.0)
    }
}

/// Lets an operation pass, or says why not. Every operation of the directory begins here, before
/// it reads its target.
pub(crate) fn permit(actor: &Actor, operation: Operation) -> Result<Permit> {
    let pass = match (&actor.who, operation.need()) {
        (Who::System(_), _) | (Who::Visitor, Need::Visitor) => true,
        (Who::Administrator(standing, role), _) => standing.allows(operation) && operation.allowed_by(role),
        (Who::User(standing), Need::User | Need::OwnAccount) => standing.allows(operation),
        (
            Who::Visitor,
            Need::AnyOf(_) | Need::AnyBut(_) | Need::Administrator | Need::User | Need::OwnAccount,
        ) => {
            return Err(not_signed_in().into());
        }
        (
            Who::User(_),
            Need::AnyOf(_) | Need::AnyBut(_) | Need::Administrator | Need::Visitor | Need::System,
        )
        | (Who::Visitor, Need::System) => false,
    };
    if pass { Ok(Permit { actor: actor.clone(), operation }) } else { Err(refused(actor, operation)) }
}

/// Lets pass whoever may do any one of these, and says why not by the first.
pub(crate) fn permit_any(actor: &Actor, operations: &[Operation]) -> Result<Permit> {
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

pub(crate) fn not_signed_in() -> Problem {
    Problem::new(ErrorCode::NotSignedIn, "Your session has ended. Sign in again.")
}

/// Whether the password was proven lately enough for what is sensitive. Whoever is on the way in has
/// just done so, and whoever has the server need not.
pub(crate) fn proven_lately(permit: &Permit, now: Timestamp) -> Result<()> {
    if matches!(permit.actor().who, Who::System(_)) {
        return Ok(());
    }
    let standing = permit.actor().standing()?;
    if standing.stage != Stage::Full || now.since(standing.proven_at) <= PROOF {
        return Ok(());
    }
    Err(Problem::new(
        ErrorCode::ProofNeeded,
        "This needs your password again, because you gave it more than 10 minutes ago.",
    )
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::DefaultRole;

    fn standing(principal: Principal, stage: Stage) -> Standing {
        let id = Id::from([1; 12]);
        let proven_at = Timestamp::from_micros(0);
        let shown = Shown::Session(id);
        Standing { principal, id, name: "A".into(), epoch: 0, shown, stage, proven_at }
    }

    fn administrator(role: DefaultRole) -> Actor {
        let standing = standing(Principal::Administrator, Stage::Full);
        Actor::administrator(standing, role.into(), Origin::default())
    }

    fn user(stage: Stage) -> Actor {
        Actor::user(standing(Principal::User, stage), Origin::default())
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
            assert!(Actor::system("a test").may(operation));
        }
    }

    /// A program may do what the role allows, and nothing that is its owner's alone.
    #[test]
    fn an_api_key_is_good_for_what_the_role_allows() {
        for role in DefaultRole::ALL {
            let standing = standing(Principal::Administrator, Stage::Full);
            let standing = Standing { shown: Shown::ApiKey(Id::from([2; 12])), ..standing };
            let program = Actor::administrator(standing, (*role).into(), Origin::default());
            for operation in Operation::ALL.iter().copied() {
                let by_role =
                    matches!(operation.need(), Need::AnyOf(_)) && operation.allowed_by(&(*role).into());
                assert_eq!(program.may(operation), by_role, "{role} × {}", operation.name());
            }
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
