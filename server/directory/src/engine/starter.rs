//! The account that started a job: stored with it and authorized again at each chunk.

use model::event::Party;
use model::job::JobWork;
use model::{Id, Operation, Principal, Timestamp};
use serde::{Deserialize, Serialize};

use super::Job;
use directory_core::accounts::{self, Account, key_is_good};
use directory_core::authz::{
    Actor, AuthContext, CredentialUsed, Identity, Origin, Permit, Stage, Task, not_signed_in, permit,
};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::party_of;

/// An administrator who started a job, and how they had signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Starter {
    pub id: Id,
    credential: Credential,
    ip: String,
    user_agent: String,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Credential {
    Session(Id),
    ApiKey(Id),
}

impl Starter {
    /// `None` for the command line and for the program itself, of whom nothing is asked later on.
    pub(crate) fn of(actor: &Actor) -> Result<Option<Self>> {
        let auth = match actor.identity() {
            Identity::Administrator(auth, _) => auth,
            Identity::Operator(_) | Identity::System(_) => return Ok(None),
            Identity::User(_) | Identity::Visitor => return Err(not_signed_in().into()),
        };
        let credential = match auth.credential {
            CredentialUsed::Session(session) => Credential::Session(session),
            CredentialUsed::ApiKey(key) => Credential::ApiKey(key),
            CredentialUsed::LdapBind => return Err(not_signed_in().into()),
        };
        let Origin { ip, user_agent } = actor.origin().clone();
        Ok(Some(Self { id: auth.id, credential, ip, user_agent }))
    }

    /// The same without where they were, for what happens long after they were there.
    pub(crate) fn without_origin(self) -> Self {
        Self { ip: String::new(), user_agent: String::new(), ..self }
    }

    /// They, with what their role allows now. It is the account that counts, and not the session that they
    /// started the job from; a key counts by itself. No proof of the password outlasts the start.
    fn actor(self, account: &Account) -> Result<Actor> {
        let credential = match self.credential {
            Credential::Session(session) => CredentialUsed::Session(session),
            Credential::ApiKey(key) => CredentialUsed::ApiKey(key),
        };
        let auth = AuthContext {
            principal: account.principal,
            id: account.id,
            name: account.name(),
            epoch: account.auth_epoch,
            credential,
            stage: Stage::Full,
            proven_at: Timestamp::from_micros(0),
        };
        let origin = Origin { ip: self.ip, user_agent: self.user_agent };
        Ok(Actor::administrator(auth, account.assigned_role.role()?, origin))
    }
}

/// How a job names whoever started it.
pub(crate) fn name(actor: &Actor) -> String {
    party_of(actor).name
}

/// The same for an event, of those of whom nothing is asked later on.
pub(super) fn party(name: String) -> Party {
    Party { kind: "system".to_owned(), id: None, name }
}

/// The permit for a job's next chunk; or why whoever started it may not go on with it.
pub(super) async fn permit_now(
    context: &Context,
    job: &Job,
    operation: Operation,
) -> Result<Result<Permit, String>> {
    if job.starter.is_empty() {
        return match job.kind.work() {
            JobWork::Import => Ok(Ok(permit(&Actor::system(Task::Import), operation)?)),
            JobWork::Create | JobWork::Update | JobWork::OnUsers(_) => {
                Ok(Err("Nobody is known to have started it.".to_owned()))
            }
        };
    }
    permit_of(context, &job.starter, &job.starter_name, operation).await
}

/// The permit for what somebody started or scheduled, as they are called in `name`; or why they may not do it any
/// more.
pub(crate) async fn permit_of(
    context: &Context,
    starter: &str,
    name: &str,
    operation: Operation,
) -> Result<Result<Permit, String>> {
    let starter: Starter = serde_json::from_str(starter)?;
    let now = context.env().now();
    let mut tx = context.db().read().await?;
    let Some(account) = accounts::find(&mut tx, Principal::Administrator, starter.id).await? else {
        return Ok(Err(format!("{name}, who started it, is not an administrator any more.")));
    };
    if let Some(why) = closed(&account, now) {
        return Ok(Err(format!("{name}, who started it, {why}.")));
    }
    if let Credential::ApiKey(key) = starter.credential
        && !key_is_good(&mut tx, key, now).await?
    {
        return Ok(Err("The API key that started it has been revoked, or has expired.".to_owned()));
    }
    drop(tx);
    let role = account.assigned_role.role()?.name;
    match permit(&starter.actor(&account)?, operation) {
        Ok(permit) => Ok(Ok(permit)),
        Err(Error::Problem(_)) => {
            Ok(Err(format!("{name}, who started it, has the role {role} now, which does not allow this.")))
        }
        Err(error) => Err(error),
    }
}

/// Why an account is good for nothing now.
fn closed(account: &Account, now: Timestamp) -> Option<&'static str> {
    if !account.active {
        Some("is suspended")
    } else if account.locked(now).is_some() {
        Some("is locked")
    } else if !account.is_good_for(Stage::Full, now) {
        Some("has to set a new password first")
    } else {
        None
    }
}
