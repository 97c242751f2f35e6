//! Who asks for an operation, and what their session stands for.

use model::operation::Need;
use model::{Id, Operation, Principal, Role, Timestamp};

use super::task::Task;
use super::{not_signed_in, permit, permit_any};
use crate::error::Result;

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
    who: Who,
    origin: Origin,
}

#[derive(Clone, Debug)]
pub enum Who {
    /// Not signed in.
    Visitor,
    /// Signed in to the Admin Portal.
    Administrator(Standing, Role),
    /// Signed in to the User Portal, or on the way in.
    User(Standing),
    /// Whoever has the server, at its command line; with the command.
    Operator(&'static str),
    /// The program itself.
    System(Task),
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
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::NewPassword => "password",
            Self::Enroll => "enroll",
            Self::Full => "full",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Challenge, Self::NewPassword, Self::Enroll, Self::Full]
            .into_iter()
            .find(|stage| stage.as_str() == text)
    }
}

/// What a session or an API key stood for when the request came in. A change checks it again.
#[derive(Clone, Debug)]
pub struct Standing {
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
pub enum Shown {
    Session(Id),
    /// A program acts in their name.
    ApiKey(Id),
}

impl Standing {
    /// A session that is on the way in is good for one thing. A program does what the role allows; what
    /// belongs to somebody as a person, such as their password, is not for it.
    pub(super) fn allows(&self, operation: Operation) -> bool {
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
    pub fn session(&self) -> Result<Id> {
        match self.shown {
            Shown::Session(session) => Ok(session),
            Shown::ApiKey(_) => Err(not_signed_in().into()),
        }
    }
}

impl Actor {
    pub(super) fn new(who: Who) -> Self {
        Self { who, origin: Origin::default() }
    }

    /// Somebody who is not signed in (yet).
    pub fn visitor(origin: Origin) -> Self {
        Self { who: Who::Visitor, origin }
    }

    /// The program itself, at one of its tasks.
    pub fn system(task: Task) -> Self {
        Self::new(Who::System(task))
    }

    pub fn administrator(standing: Standing, role: Role, origin: Origin) -> Self {
        Self { who: Who::Administrator(standing, role), origin }
    }

    pub fn user(standing: Standing, origin: Origin) -> Self {
        Self { who: Who::User(standing), origin }
    }

    /// Who it is.
    pub fn identity(&self) -> &Who {
        &self.who
    }

    /// Where the request comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The role, for somebody who has one.
    pub fn role(&self) -> Option<&Role> {
        match &self.who {
            Who::Administrator(_, role) => Some(role),
            Who::User(_) | Who::Visitor | Who::Operator(_) | Who::System(_) => None,
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
    pub fn is_program(&self) -> bool {
        self.standing().is_ok_and(|standing| matches!(standing.shown, Shown::ApiKey(_)))
    }

    pub fn standing(&self) -> Result<&Standing> {
        match &self.who {
            Who::Administrator(standing, _) | Who::User(standing) => Ok(standing),
            Who::Visitor | Who::Operator(_) | Who::System(_) => Err(not_signed_in().into()),
        }
    }
}
