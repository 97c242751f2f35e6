//! Passkeys (WebAuthn): keys that a person's devices keep and unlock. Each stands for password and
//! second factor at once, or for the second factor after the password.

mod ceremony;
mod site;

use data_encoding::BASE64URL_NOPAD;
use model::account::{PASSKEYS_MAX, PasskeyRow};
use model::{ErrorCode, Id, Principal, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Uuid,
};

use directory_core::accounts::{self, Account, AccountRef};
use directory_core::context::Context;
use directory_core::error::{Error, Result, taken};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::token::Token;
use directory_core::transaction::PlainTx;

pub(crate) use ceremony::{Bound, Kind};

/// The form in which a passkey is written down now.
const VERSION: i64 = 1;

const OF: Sql = sql!(
    "SELECT id, principal_id, credential_id, name, version, body, created_at, last_used_at
    FROM passkeys WHERE principal = $1 AND principal_id = $2 ORDER BY created_at, id LIMIT 10"
);
const BY_CREDENTIAL: Sql = sql!(
    "SELECT id, principal_id, credential_id, name, version, body, created_at, last_used_at
    FROM passkeys WHERE principal = $1 AND credential_id = $2"
);
const INSERT: Sql = sql!(
    "INSERT INTO passkeys (id, principal, principal_id, credential_id, name, version, body, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
/// Of two answers with the same passkey at once the one that comes second finds it changed.
const USED: Sql = sql!(
    "UPDATE passkeys SET version = $2, body = $3, last_used_at = $4
    WHERE id = $1 AND body = $5"
);
const RENAME: Sql =
    sql!("UPDATE passkeys SET name = $4 WHERE id = $1 AND principal = $2 AND principal_id = $3");
const FORGET: Sql = sql!(
    "DELETE FROM passkeys WHERE id = $1 AND principal = $2 AND principal_id = $3 RETURNING name, created_at"
);
const FORGET_ALL: Sql = sql!("DELETE FROM passkeys WHERE principal = $1 AND principal_id = $2");

/// What a browser is to ask of an authenticator, and the token to send the answer with.
#[derive(Clone, Debug, Serialize)]
pub struct Ceremony {
    pub token: String,
    /// `PublicKeyCredentialCreationOptions` or `…RequestOptions`, in the JSON of the standard.
    pub options: Value,
}

/// What the authenticator answered, as the browser sent it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    pub token: String,
    /// The `PublicKeyCredential`, in the JSON of the standard.
    pub credential: String,
}

/// A passkey as the database keeps it.
#[derive(sqlx::FromRow)]
pub(crate) struct Stored {
    pub id: Id,
    pub principal_id: Id,
    pub credential_id: Vec<u8>,
    pub name: String,
    version: i64,
    body: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl Stored {
    fn passkey(&self) -> Result<Passkey> {
        match self.version {
            VERSION => Ok(serde_json::from_str(&self.body)?),
            other => Err(Error::internal(format!("a passkey of the form {other}"))),
        }
    }

    fn into_row(self) -> PasskeyRow {
        let Self { id, name, created_at, last_used_at, .. } = self;
        PasskeyRow { id, name, created_at, last_used_at }
    }
}

/// The origin at which passkeys can be used.
///
/// # Errors
/// A sentence that says why they cannot.
pub(crate) fn origin(context: &Context) -> std::result::Result<String, String> {
    site::site(context.public_url()).map(|url| url.origin().ascii_serialization())
}

fn unusable(why: String) -> Problem {
    Problem::new(ErrorCode::Conflict, format!("Passkeys cannot be used here. {why}"))
}

/// Whose passkey it is, as authenticators keep it: no name, and another for each kind of account.
fn handle(of: AccountRef) -> Uuid {
    let mut bytes = [0; 16];
    let (kind, id) = bytes.split_at_mut(4);
    kind.copy_from_slice(match of.0 {
        Principal::Administrator => b"admn",
        Principal::User => b"user",
    });
    id.copy_from_slice(of.1.as_bytes());
    Uuid::from_bytes(bytes)
}

pub(crate) async fn of(tx: &mut Tx, of: AccountRef) -> Result<Vec<Stored>> {
    Ok(tx.all(OF, args![of.0, of.1]).await?)
}

/// Those of an account, as they are listed.
pub(crate) async fn rows(tx: &mut Tx, whose: AccountRef) -> Result<Vec<PasskeyRow>> {
    Ok(of(tx, whose).await?.into_iter().map(Stored::into_row).collect())
}

/// Begins to make a passkey for an account that may have another.
///
/// # Errors
/// `conflict` when there are too many, or passkeys cannot be used.
pub(crate) async fn enroll(
    plain: &mut PlainTx,
    account: &Account,
    session: Id,
    organization: &str,
) -> Result<Ceremony> {
    let whose = (account.principal, account.id);
    let webauthn = site::webauthn(plain.context(), organization)?;
    let there = of(plain.tx(), whose).await?;
    check_room(there.len())?;
    let login = if account.username.is_empty() { &account.email } else { &account.username };
    let name = match account.principal {
        Principal::Administrator => format!("{} (administrator)", account.name()),
        Principal::User => account.name(),
    };
    let known = there.into_iter().map(|stored| stored.credential_id).collect();
    let (options, state) = webauthn
        .start_passkey_registration(handle(whose), login, &name, Some(known))
        .map_err(Error::internal)?;
    let mut options = serde_json::to_value(options.public_key)?;
    // A passkey that the device lists by itself is good without any name being typed.
    if let Some(selection) = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut) {
        selection.insert("residentKey".into(), "required".into());
        selection.insert("requireResidentKey".into(), true.into());
    }
    let bound = Bound { kind: Kind::Enroll, principal: account.principal, session: Some(session) };
    let token = ceremony::keep(plain, bound, &state).await?;
    Ok(Ceremony { token: token.expose().to_owned(), options })
}

/// The passkey that an authenticator has made; the ceremony is over once this is committed.
/// `None` when the answer will not do.
pub(crate) async fn made(plain: &mut PlainTx, bound: Bound, answer: &Answer) -> Result<Option<Passkey>> {
    let webauthn = site::webauthn(plain.context(), "")?;
    let token = Token::presented(&answer.token);
    let Some(state) = ceremony::take::<PasskeyRegistration>(plain, bound, &token).await? else {
        return Ok(None);
    };
    let Ok(credential) = serde_json::from_str::<RegisterPublicKeyCredential>(&answer.credential) else {
        return Ok(None);
    };
    let passkey = webauthn.finish_passkey_registration(&credential, &state);
    Ok(passkey.inspect_err(|error| tracing::info!(%error, "a passkey was not taken")).ok())
}

/// Writes a new passkey down; says its id.
///
/// # Errors
/// `conflict` when there are too many, or somebody has this very one.
pub(crate) async fn insert(
    plain: &mut PlainTx,
    whose: AccountRef,
    name: &str,
    passkey: &Passkey,
) -> Result<Id> {
    check_room(of(plain.tx(), whose).await?.len())?;
    let id = plain.context().env().new_id()?;
    let (credential, body, now) = (passkey.cred_id().clone(), serde_json::to_string(passkey)?, plain.now);
    let inserted = plain.run(INSERT, args![id, whose.0, whose.1, credential, name, VERSION, body, now]).await;
    match inserted {
        Ok(_) => Ok(id),
        Err(error) if taken(&error).is_some() => {
            Err(Problem::new(ErrorCode::Conflict, "This passkey has been added already.").into())
        }
        Err(error) => Err(error.into()),
    }
}

fn check_room(there: usize) -> Result<()> {
    if there < PASSKEYS_MAX {
        return Ok(());
    }
    let message =
        format!("You have {PASSKEYS_MAX} passkeys, which is as many as there may be. Remove one first.");
    Err(Problem::new(ErrorCode::Conflict, message).into())
}

/// Asks for a passkey: one of these, or when there are none given any that the device has.
///
/// # Errors
/// `conflict` when passkeys cannot be used.
pub(crate) async fn ask(plain: &mut PlainTx, bound: Bound, these: &[Stored]) -> Result<Ceremony> {
    let webauthn = site::webauthn(plain.context(), "")?;
    let (options, state) = webauthn.start_discoverable_authentication().map_err(Error::internal)?;
    let mut options = serde_json::to_value(options.public_key)?;
    let allowed = these
        .iter()
        .map(|stored| json!({ "type": "public-key", "id": BASE64URL_NOPAD.encode(&stored.credential_id) }));
    if let Some(options) = options.as_object_mut() {
        options.insert("allowCredentials".into(), allowed.collect());
    }
    let token = ceremony::keep(plain, bound, &state).await?;
    Ok(Ceremony { token: token.expose().to_owned(), options })
}

/// What came of an answer to [`ask`].
pub(crate) enum Shown {
    /// It is this account's.
    Right(AccountRef),
    /// It is not right, and whose it was said to be, if anybody's; with the reason for the log.
    Wrong(Option<AccountRef>, &'static str),
}

/// Finds the presented passkey and its account. The administrators' sign-in accepts users' passkeys, too, because
/// some administrators were made from users. Everywhere else the kind of account is known.
async fn shown(plain: &mut PlainTx, bound: Bound, credential: &[u8]) -> Result<Option<(AccountRef, Stored)>> {
    let found: Option<Stored> =
        plain.tx().optional(BY_CREDENTIAL, args![bound.principal, credential]).await?;
    if let Some(stored) = found {
        return Ok(Some(((bound.principal, stored.principal_id), stored)));
    }
    if (bound.kind, bound.principal) != (Kind::SignIn, Principal::Administrator) {
        return Ok(None);
    }
    let found: Option<Stored> =
        plain.tx().optional(BY_CREDENTIAL, args![Principal::User, credential]).await?;
    let Some(stored) = found else { return Ok(None) };
    let linked = accounts::administrator_of(plain.tx(), stored.principal_id).await?;
    Ok(linked.map(|_| ((Principal::User, stored.principal_id), stored)))
}

/// Judges an answer. The ceremony is over once this is committed, whatever came of it.
pub(crate) async fn judge(plain: &mut PlainTx, bound: Bound, answer: &Answer) -> Result<Shown> {
    let webauthn = site::webauthn(plain.context(), "")?;
    let token = Token::presented(&answer.token);
    let Some(state) = ceremony::take::<DiscoverableAuthentication>(plain, bound, &token).await? else {
        return Ok(Shown::Wrong(None, "passkey asked for too long ago"));
    };
    let Ok(credential) = serde_json::from_str::<PublicKeyCredential>(&answer.credential) else {
        return Ok(Shown::Wrong(None, "no passkey"));
    };
    let id = credential.get_credential_id().to_vec();
    let Some((owner, stored)) = shown(plain, bound, &id).await? else {
        return Ok(Shown::Wrong(None, "unknown passkey"));
    };
    let said = credential.get_user_unique_id();
    let theirs = said.is_none_or(|said| said == handle(owner).as_bytes());
    // Without a name before it the passkey itself must say whose it is.
    if !theirs || (said.is_none() && bound.kind == Kind::SignIn) {
        return Ok(Shown::Wrong(Some(owner), "passkey of another account"));
    }
    let mut passkey = stored.passkey()?;
    let result = match webauthn.finish_discoverable_authentication_v2(&credential, state, &passkey) {
        Ok(result) if result.user_verified() => result,
        Ok(_) => return Ok(Shown::Wrong(Some(owner), "passkey without the person")),
        Err(error) => {
            tracing::info!(%error, "a passkey was refused");
            return Ok(Shown::Wrong(Some(owner), "wrong passkey"));
        }
    };
    passkey.update_credential(&result);
    let (body, now) = (serde_json::to_string(&passkey)?, plain.now);
    let written = plain.run(USED, args![stored.id, VERSION, body, now, stored.body]).await?;
    Ok(if written == 1 {
        Shown::Right(owner)
    } else {
        Shown::Wrong(Some(owner), "passkey used twice at once")
    })
}

/// Says whether there was one to rename.
pub(crate) async fn rename(plain: &mut PlainTx, whose: AccountRef, id: Id, name: &str) -> Result<bool> {
    Ok(plain.run(RENAME, args![id, whose.0, whose.1, name]).await? == 1)
}

/// Takes one away; says its name.
///
/// # Errors
/// `not_found` when it is gone already or somebody else's.
pub(crate) async fn forget(plain: &mut PlainTx, whose: AccountRef, id: Id) -> Result<String> {
    let gone: Option<(String, Timestamp)> = plain.tx().optional(FORGET, args![id, whose.0, whose.1]).await?;
    Ok(gone.map(|(name, _)| name).ok_or_else(|| Problem::not_found("passkey"))?)
}

pub(crate) async fn forget_all(plain: &mut PlainTx, whose: AccountRef) -> Result<()> {
    plain.run(FORGET_ALL, args![whose.0, whose.1]).await?;
    Ok(())
}

/// Forgets what nobody can answer any more.
pub(crate) async fn clean_up(plain: &mut PlainTx) -> Result<()> {
    let now = plain.now;
    plain.run(ceremony::OVER, args![now]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_account_is_taken_for_one_of_the_other_kind() {
        let id = Id::from([7; 12]);
        let (administrator, user) = (handle((Principal::Administrator, id)), handle((Principal::User, id)));
        assert_ne!(administrator, user);
        assert_ne!(user, handle((Principal::User, Id::from([8; 12]))));
    }
}
