//! Binding: a user's password over LDAP, counted as any other, and no session.

use model::event::{EventKind, Party};
use model::{ErrorCode, Operation, Principal, Problem};
use zeroize::Zeroizing;

use super::retries::Mark;
use super::visible::refusal;
use super::{Ldap, Retries};
use crate::lockout::Count;
use crate::password_check::{Checked, check_password, lock, why_wrong};
use crate::users;
use directory_core::accounts::{self, Account, Login};
use directory_core::authz::{Actor, AuthContext, CredentialUsed, Stage, permit};
use directory_core::context::Context;
use directory_core::error::{Error, Result};
use directory_core::events::{AuditEvent, field};
use directory_core::transaction::{Change, PlainTx};

/// The longest name that an event repeats, in characters.
const NAME_MAX: usize = 500;

/// Why a wrong password that was tried before is refused.
const AGAIN: &str = "the same wrong password again, which does not count";

/// A bind, as a client asks for it.
#[derive(Clone, Debug)]
pub struct LdapBind {
    /// The name as it came, for the history.
    pub dn: String,
    /// The username in it; empty where it is no user's name.
    pub username: String,
    /// How the password came: "simple, StartTLS".
    pub how: &'static str,
}

/// The one answer to a wrong password, an unknown name and an account that may not bind.
fn refused() -> Error {
    Problem::new(ErrorCode::Invalid, "The name or the password is not right, or this user may not use LDAP.")
        .into()
}

impl Ldap<'_> {
    /// Takes a name and a password. Says who is bound: good for searching and for the own password, for as long as
    /// the connection is open and the user may use LDAP.
    ///
    /// # Errors
    /// `invalid` with the same text whatever was wrong; `too_many`.
    pub async fn bind(&self, visitor: &Actor, bind: &LdapBind, password: &str) -> Result<Actor> {
        permit(visitor, Operation::BindToLdap)?;
        let (env, login) = (self.context.env(), login_of(bind));
        let account =
            accounts::by_login(&mut self.context.db().read().await?, Principal::User, &login).await?;
        let mark = self.retries.mark(env, login.as_str(), account.as_ref(), password)?;
        if self.retries.is_known(&mark, env.now()) {
            let told = event(bind, account.as_ref()).failed(AGAIN);
            self.note(told.into_event(env.new_id()?, env.now(), visitor)).await?;
            return Err(refused());
        }
        let (context, visitor, bind) = (self.context.clone(), visitor.clone(), bind.clone());
        let (password, retries) = (Zeroizing::new(password.to_owned()), self.retries.clone());
        let work = async move { try_bind(&context, &visitor, &bind, &password, (retries, mark)).await };
        self.context.to_the_end(work).await
    }
}

fn login_of(bind: &LdapBind) -> Login {
    match Login::parse(Principal::User, &bind.username) {
        Login::Username(username) => Login::Username(username),
        Login::Email(_) | Login::Nonsense => Login::Nonsense,
    }
}

async fn try_bind(
    context: &Context,
    visitor: &Actor,
    bind: &LdapBind,
    password: &str,
    (retries, mark): (Retries, Mark),
) -> Result<Actor> {
    let permitted = permit(visitor, Operation::BindToLdap)?;
    let login = login_of(bind);
    users::schedules::settle(context, Principal::User, &login).await?;
    let checked = check_password(context, permitted, Principal::User, &login, password).await?;
    let (true, Some(account)) = (checked.right, &checked.account) else {
        // Of an account that is not active, or that is locked, the password was not looked at.
        let compared = checked.account.as_ref().is_none_or(|account| account.active);
        if compared && checked.count == Count::More {
            retries.remember(mark, context.env().now());
        }
        return Err(wrong(context, visitor, bind, &checked).await?);
    };
    let mut plain = PlainTx::begin(context, permit(visitor, Operation::BindToLdap)?).await?;
    let now = plain.now;
    if let Err(why) = refusal(plain.tx(), account, now).await? {
        // It was no guess.
        checked.subjects.take_back(&mut plain).await?;
        plain.record(event(bind, Some(account)).failed(why)).await?;
        plain.commit().await?;
        return Err(refused());
    }
    checked.subjects.forgive(&mut plain).await?;
    plain.record(event(bind, Some(account))).await?;
    plain.commit().await?;
    let auth = AuthContext {
        principal: Principal::User,
        id: account.id,
        name: account.name(),
        epoch: account.auth_epoch,
        credential: CredentialUsed::LdapBind,
        stage: Stage::Full,
        proven_at: now,
    };
    Ok(Actor::user(auth, visitor.origin().clone()))
}

/// Notes a try that was wrong; locks when it was the last. Says what is answered.
async fn wrong(context: &Context, visitor: &Actor, bind: &LdapBind, checked: &Checked) -> Result<Error> {
    let permit = permit(visitor, Operation::BindToLdap)?;
    let told = event(bind, checked.account.as_ref()).failed(why_wrong(checked.count));
    if let Count::Last { told: tells } = checked.count {
        let mut change = Change::begin(context, permit).await?;
        change.record(told).await?;
        lock(&mut change, &checked.subjects, checked.account.as_ref(), tells).await?;
        change.commit().await?;
        return Ok(refused());
    }
    let mut plain = PlainTx::begin(context, permit).await?;
    plain.record(told).await?;
    if checked.count == (Count::Locked { last: true }) {
        checked.subjects.shut(&mut plain).await?;
    }
    plain.commit().await?;
    Ok(refused())
}

fn event(bind: &LdapBind, account: Option<&Account>) -> AuditEvent {
    let dn: String = bind.dn.chars().take(NAME_MAX).collect();
    let event = AuditEvent::new(EventKind::LdapBind)
        .changes(vec![field("dn", "", &dn), field("auth_meta", "", bind.how)]);
    match account {
        Some(account) => event.to("user", account.id, account.name()).by(account.party()),
        None => event.by(Party { kind: "visitor".into(), id: None, name: dn }),
    }
}
