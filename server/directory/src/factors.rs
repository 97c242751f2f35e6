//! Second factors of either kind, an authenticator app and passkeys: which there are, and what that
//! makes of the account.

use model::Principal;

use crate::change::Side;
use crate::error::Result;
use crate::passkeys;
use crate::store::{Tx, args};
use crate::totp::{self, Of};

const THERE: &str = "SELECT
    EXISTS (SELECT 1 FROM credentials
        WHERE principal = $1 AND principal_id = $2 AND kind = 'totp' AND confirmed_at IS NOT NULL),
    EXISTS (SELECT 1 FROM passkeys WHERE principal = $1 AND principal_id = $2)";
const MARK_ADMINISTRATOR: &str =
    "UPDATE administrators SET totp_enrolled = $2, passkey_enrolled = $3 WHERE id = $1";
/// Whoever enrols has switched it on; whoever has nothing left has nothing switched on.
const MARK_USER: &str = "UPDATE users SET totp_enrolled = $2, mfa_enrolled = $3, mfa_chosen = CASE
    WHEN $4 THEN TRUE WHEN $3 THEN mfa_chosen ELSE FALSE END WHERE id = $1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[THERE, MARK_ADMINISTRATOR, MARK_USER];

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

pub(crate) async fn there(tx: &mut Tx, of: Of) -> Result<There> {
    let (totp, passkeys): (bool, bool) = tx.one(THERE, args![of.0, of.1]).await?;
    Ok(There { totp, passkeys })
}

/// Notes that a factor was added.
pub(crate) async fn added(side: &mut Side, of: Of) -> Result<()> {
    mark(side, of, true).await.map(drop)
}

/// Notes that a factor was taken away; says what is left. With the last one the recovery codes go.
pub(crate) async fn taken_away(side: &mut Side, of: Of) -> Result<There> {
    let left = mark(side, of, false).await?;
    if !left.any() {
        totp::forget_codes(side, of).await?;
    }
    Ok(left)
}

async fn mark(side: &mut Side, of: Of, added: bool) -> Result<There> {
    let there = there(side.tx(), of).await?;
    match of.0 {
        Principal::Administrator => {
            side.run(MARK_ADMINISTRATOR, args![of.1, there.totp, there.passkeys]).await?;
        }
        Principal::User => {
            side.run(MARK_USER, args![of.1, there.totp, there.any(), added]).await?;
        }
    }
    Ok(there)
}

/// Takes the authenticator app and the recovery codes away; passkeys stay. Says what is left.
pub(crate) async fn reset_totp(side: &mut Side, of: Of) -> Result<There> {
    totp::forget(side, of).await?;
    totp::forget_codes(side, of).await?;
    taken_away(side, of).await
}

/// Takes all second factors away.
pub(crate) async fn remove_all(side: &mut Side, of: Of) -> Result<()> {
    passkeys::forget_all(side, of).await?;
    reset_totp(side, of).await.map(drop)
}
