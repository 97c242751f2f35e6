//! Second factors of either kind, an authenticator app and passkeys: which there are, what that makes
//! of the account, and what events tell of a change.

use model::event::FieldChange;
use model::{Id, Principal};

use crate::passkeys;
use crate::totp;
use directory_core::accounts::AccountRef;
use directory_core::error::Result;
use directory_core::events::field;
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::PlainTx;

const THERE: Sql = sql!(
    "SELECT
    EXISTS (SELECT 1 FROM credentials
        WHERE principal = $1 AND principal_id = $2 AND kind = 'totp' AND confirmed_at IS NOT NULL),
    EXISTS (SELECT 1 FROM passkeys WHERE principal = $1 AND principal_id = $2)"
);
/// Which app there is, and the newest of the recovery codes: others have other ids.
const KEPT: Sql = sql!(
    "SELECT
    (SELECT id FROM credentials
        WHERE principal = $1 AND principal_id = $2 AND kind = 'totp' AND confirmed_at IS NOT NULL),
    (SELECT id FROM credentials
        WHERE principal = $1 AND principal_id = $2 AND kind = 'recovery' ORDER BY id DESC LIMIT 1)"
);
const MARK_ADMINISTRATOR: Sql =
    sql!("UPDATE administrators SET totp_enrolled = $2, passkey_enrolled = $3 WHERE id = $1");
/// Whoever enrols has switched it on; whoever has nothing left has nothing switched on.
const MARK_USER: Sql = sql!(
    "UPDATE users SET totp_enrolled = $2, mfa_enrolled = $3, mfa_chosen = CASE
    WHEN $4 THEN TRUE WHEN $3 THEN mfa_chosen ELSE FALSE END WHERE id = $1"
);

/// Which kinds there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct There {
    pub totp: bool,
    pub passkeys: bool,
}

impl There {
    pub(crate) const fn any(self) -> bool {
        self.totp || self.passkeys
    }
}

pub(crate) async fn there(tx: &mut Tx, of: AccountRef) -> Result<There> {
    let (totp, passkeys): (bool, bool) = tx.one(THERE, args![of.0, of.1]).await?;
    Ok(There { totp, passkeys })
}

/// Notes that a factor was added.
pub(crate) async fn added(plain: &mut PlainTx, of: AccountRef) -> Result<()> {
    note(plain, of, true).await.map(drop)
}

/// The recovery codes that come with a factor just added, to be said this once. Those that came with
/// another one, which is there beside it, stand in for both; without any left there are new ones.
pub(crate) async fn codes_with(plain: &mut PlainTx, of: AccountRef, beside: bool) -> Result<Vec<String>> {
    if beside && totp::codes_left(plain.tx(), of).await? > 0 {
        return Ok(vec![]);
    }
    totp::new_codes(plain, of).await
}

/// Notes that a factor was taken away; says what is left. With the last one the recovery codes go.
pub(crate) async fn taken_away(plain: &mut PlainTx, of: AccountRef) -> Result<There> {
    let left = note(plain, of, false).await?;
    if !left.any() {
        totp::forget_codes(plain, of).await?;
    }
    Ok(left)
}

async fn note(plain: &mut PlainTx, of: AccountRef, added: bool) -> Result<There> {
    let there = there(plain.tx(), of).await?;
    match of.0 {
        Principal::Administrator => {
            plain.run(MARK_ADMINISTRATOR, args![of.1, there.totp, there.passkeys]).await?;
        }
        Principal::User => {
            plain.run(MARK_USER, args![of.1, there.totp, there.any(), added]).await?;
        }
    }
    Ok(there)
}

/// Takes the authenticator app away, and the recovery codes, which may be what was lost; passkeys stay.
/// Whoever sets up another app gets new codes with it. Says what is left.
pub(crate) async fn reset_totp(plain: &mut PlainTx, of: AccountRef) -> Result<There> {
    totp::forget(plain, of).await?;
    totp::forget_codes(plain, of).await?;
    taken_away(plain, of).await
}

/// Takes all second factors away.
pub(crate) async fn remove_all(plain: &mut PlainTx, of: AccountRef) -> Result<()> {
    passkeys::forget_all(plain, of).await?;
    reset_totp(plain, of).await.map(drop)
}

/// What an account has at a moment, for what is told of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    totp: Option<Id>,
    passkeys: Vec<(Id, String)>,
    codes: i64,
    newest_code: Option<Id>,
}

pub(crate) async fn kept(tx: &mut Tx, of: AccountRef) -> Result<Kept> {
    let (totp, newest_code): (Option<Id>, Option<Id>) = tx.one(KEPT, args![of.0, of.1]).await?;
    let codes = totp::codes_left(tx, of).await?;
    let passkeys = passkeys::rows(tx, of).await?.into_iter().map(|row| (row.id, row.name)).collect();
    Ok(Kept { totp, passkeys, codes, newest_code })
}

impl Kept {
    /// What has become of it by now.
    pub(crate) async fn since(&self, tx: &mut Tx, of: AccountRef) -> Result<Vec<FieldChange>> {
        Ok(self.until(&kept(tx, of).await?))
    }

    fn until(&self, after: &Self) -> Vec<FieldChange> {
        let mut changes = Vec::new();
        if self.totp != after.totp {
            let to = match (self.totp, after.totp) {
                (_, None) => "",
                (None, Some(_)) => "set up",
                (Some(_), Some(_)) => "another",
            };
            changes.push(field("totp", if self.totp.is_some() { "set up" } else { "" }, to));
        }
        let gone = self.passkeys.iter().filter(|one| !after.passkeys.contains(one));
        changes.extend(gone.map(|(_, name)| field("passkey", name, "")));
        let new = after.passkeys.iter().filter(|one| !self.passkeys.contains(one));
        changes.extend(new.map(|(_, name)| field("passkey", "", name)));
        if self.newest_code != after.newest_code {
            let new = if after.codes > 0 { format!("{} new", after.codes) } else { "0".to_owned() };
            changes.push(field("recoveryCodes", self.codes.to_string(), new));
        }
        changes
    }
}
