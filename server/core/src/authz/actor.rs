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
    identity: Identity,
    origin: Origin,
}

#[derive(Clone, Debug)]
pub enum Identity {
    /// Not signed in.
    Visitor,
    /// Signed in to the Admin Portal.
    Administrator(AuthContext, Role),
    /// Signed in to the User Portal, or on the way in.
    User(AuthContext),
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
pub struct AuthContext {
    pub principal: Principal,
    pub id: Id,
    pub name: String,
    pub epoch: i64,
    pub credential: CredentialUsed,
    pub stage: Stage,
    /// When the password was last proven.
    pub proven_at: Timestamp,
}

/// How the session identifies itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialUsed {
    Session(Id),
    /// A program acts in their name.
    ApiKey(Id),
    /// The password, given on an LDAP connection that is still open.
    LdapBind,
}

impl AuthContext {
    /// A session that is on the way in is good for one thing. A program does what the role allows; what
    /// belongs to somebody as a person, such as their password, is not for it.
    pub(super) fn allows(&self, operation: Operation) -> bool {
        match self.credential {
            CredentialUsed::ApiKey(_) => return matches!(operation.need(), Need::AnyOf(_)),
            CredentialUsed::LdapBind => {
                return matches!(operation, Operation::SearchLdap | Operation::ChangeOwnPassword);
            }
            CredentialUsed::Session(_) => {}
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
    /// `not_signed_in` for a program and over LDAP.
    pub fn session(&self) -> Result<Id> {
        match self.credential {
            CredentialUsed::Session(session) => Ok(session),
            CredentialUsed::ApiKey(_) | CredentialUsed::LdapBind => Err(not_signed_in().into()),
        }
    }
}

impl Actor {
    pub(super) fn new(identity: Identity) -> Self {
        Self { identity, origin: Origin::default() }
    }

    /// Somebody who is not signed in (yet).
    pub fn visitor(origin: Origin) -> Self {
        Self { identity: Identity::Visitor, origin }
    }

    /// The program itself, at one of its tasks.
    pub fn system(task: Task) -> Self {
        Self::new(Identity::System(task))
    }

    pub fn administrator(auth: AuthContext, role: Role, origin: Origin) -> Self {
        Self { identity: Identity::Administrator(auth, role), origin }
    }

    pub fn user(auth: AuthContext, origin: Origin) -> Self {
        Self { identity: Identity::User(auth), origin }
    }

    /// Who it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Where the request comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The role, for somebody who has one.
    pub fn role(&self) -> Option<&Role> {
        match &self.identity {
            Identity::Administrator(_, role) => Some(role),
            Identity::User(_) | Identity::Visitor | Identity::Operator(_) | Identity::System(_) => None,
        }
    }

    /// Whether authorization allows this operation.
    pub fn may(&self, operation: Operation) -> bool {
        permit(self, operation).is_ok()
    }

    /// Refuses an actor who may do none of these operations. A protocol whose request decides which of them it is
    /// calls this before it reads the body or the target.
    ///
    /// # Errors
    /// `forbidden`, `not_signed_in`.
    pub fn may_any(&self, operations: &[Operation]) -> Result<()> {
        permit_any(self, operations).map(drop)
    }

    /// Whether a program acts in somebody's name.
    pub fn is_program(&self) -> bool {
        self.auth().is_ok_and(|auth| matches!(auth.credential, CredentialUsed::ApiKey(_)))
    }

    pub fn auth(&self) -> Result<&AuthContext> {
        match &self.identity {
            Identity::Administrator(auth, _) | Identity::User(auth) => Ok(auth),
            Identity::Visitor | Identity::Operator(_) | Identity::System(_) => Err(not_signed_in().into()),
        }
    }
}
