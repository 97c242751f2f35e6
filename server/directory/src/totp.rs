//! Time-based one-time passwords (RFC 6238) and the recovery codes that stand in for them.

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use model::account::TotpEnrollment;
use model::{Id, Problem, Timestamp};
use qrcode::{Color, EcLevel, QrCode};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Totp};

use directory_core::accounts::AccountRef;
use directory_core::context::Context;
use directory_core::environment::Environment;
use directory_core::error::{Error, Result};
use directory_core::store::{Sql, Tx, args, sql};
use directory_core::transaction::PlainTx;
use directory_core::vault::Place;

/// How many recovery codes there are; each is good once.
pub(crate) const RECOVERY_CODES: usize = 10;

const ENROLLED: Sql = sql!(
    "SELECT id, secret FROM credentials
    WHERE principal = $1 AND principal_id = $2 AND kind = 'totp' AND confirmed_at IS NOT NULL"
);
const PENDING: Sql = sql!(
    "SELECT id, secret FROM credentials
    WHERE principal = $1 AND principal_id = $2 AND kind = 'totp' AND confirmed_at IS NULL"
);
const FORGET_PENDING: Sql = sql!(
    "DELETE FROM credentials
    WHERE principal = $1 AND principal_id = $2 AND kind = 'totp' AND confirmed_at IS NULL"
);
const FORGET: Sql =
    sql!("DELETE FROM credentials WHERE principal = $1 AND principal_id = $2 AND kind = 'totp'");
const FORGET_CODES: Sql =
    sql!("DELETE FROM credentials WHERE principal = $1 AND principal_id = $2 AND kind = 'recovery'");
const INSERT: Sql = sql!(
    "INSERT INTO credentials (id, principal, principal_id, kind, secret, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)"
);
const CONFIRM: Sql =
    sql!("UPDATE credentials SET confirmed_at = $2, last_step = $3 WHERE id = $1 AND confirmed_at IS NULL");
const REPLACE: Sql = sql!(
    "DELETE FROM credentials
    WHERE principal = $1 AND principal_id = $2 AND kind = 'totp' AND id <> $3"
);
/// A step is taken once: whoever comes second with the same code finds it taken.
const TAKE_STEP: Sql = sql!("UPDATE credentials SET last_step = $2 WHERE id = $1 AND last_step < $2");
const CODES_LEFT: Sql = sql!(
    "SELECT COUNT(*) FROM credentials
    WHERE principal = $1 AND principal_id = $2 AND kind = 'recovery'"
);
const USE_CODE: Sql = sql!(
    "DELETE FROM credentials
    WHERE principal = $1 AND principal_id = $2 AND kind = 'recovery' AND secret = $3"
);

/// What a code given at sign-in was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Totp,
    RecoveryCode,
    Wrong,
}

fn place(row: Id) -> Place {
    Place { table: "credentials", column: "secret", row }
}

/// The one-time passwords of a secret, as every authenticator app computes them.
fn totp(secret: &[u8], account: &str, issuer: &str) -> Result<Totp> {
    // A colon would end the issuer in the URI.
    let issuer = issuer.replace(':', " ");
    Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(account.replace(':', " "))
        .with_issuer(Some(issuer))
        .build()
        .map_err(Error::internal)
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.as_seconds()).unwrap_or(0)
}

/// Makes a new secret that counts once a code of it is given; says what the app needs to know.
pub(crate) async fn start(
    plain: &mut PlainTx,
    of: AccountRef,
    email: &str,
    organization: &str,
) -> Result<TotpEnrollment> {
    let context = plain.context().clone();
    let secret: [u8; 20] = context.env().bytes()?;
    let id = context.env().new_id()?;
    let sealed = context.vault().seal(context.env(), place(id), &secret)?;
    let now = plain.now;
    forget_pending(plain, of).await?;
    plain.run(INSERT, args![id, of.0, of.1, "totp", sealed, now]).await?;
    enrollment(&secret, email, organization)
}

/// Ends an enrolment that was begun and not finished, if there is one.
pub(crate) async fn forget_pending(plain: &mut PlainTx, of: AccountRef) -> Result<()> {
    plain.run(FORGET_PENDING, args![of.0, of.1]).await?;
    Ok(())
}

/// The enrolment that has begun, for showing it again after a wrong code.
pub(crate) async fn pending(
    context: &Context,
    tx: &mut Tx,
    of: AccountRef,
    email: &str,
    organization: &str,
) -> Result<Option<TotpEnrollment>> {
    let Some((id, sealed)) = tx.optional::<(Id, String)>(PENDING, args![of.0, of.1]).await? else {
        return Ok(None);
    };
    let secret = context.vault().open(place(id), &sealed)?;
    Ok(Some(enrollment(&secret, email, organization)?))
}

fn enrollment(secret: &[u8], email: &str, organization: &str) -> Result<TotpEnrollment> {
    let uri =
        totp(secret, email, &format!("{organization} (Bailiwick)"))?.to_url().map_err(Error::internal)?;
    let code = QrCode::with_error_correction_level(uri.as_bytes(), EcLevel::M).map_err(Error::internal)?;
    let qr = code
        .to_colors()
        .chunks(code.width())
        .map(|row| row.iter().map(|color| *color == Color::Dark).collect())
        .collect();
    Ok(TotpEnrollment { secret: BASE32_NOPAD.encode(secret), uri, qr })
}

/// Confirms the secret that was begun with a code of it. It replaces any other; what that makes of the
/// account is for `factors::added` to note.
///
/// # Errors
/// `invalid` at `code` when the code is not one of now; `conflict` when nothing was begun.
pub(crate) async fn finish(plain: &mut PlainTx, of: AccountRef, code: &str) -> Result<()> {
    let Some((id, sealed)) = plain.tx().optional::<(Id, String)>(PENDING, args![of.0, of.1]).await? else {
        let message = "The enrollment has ended. Begin again.";
        return Err(Problem::new(model::ErrorCode::Conflict, message).into());
    };
    let secret = plain.context().vault().open(place(id), &sealed)?;
    let Some(step) = matched_step(&secret, code, plain.now)? else {
        let message = "This is not the code of now. Check that the phone’s clock is right, then type the code it shows.";
        return Err(Problem::at("code", message).into());
    };
    let now = plain.now;
    plain.run_one(CONFIRM, args![id, now, step]).await?;
    plain.run(REPLACE, args![of.0, of.1, id]).await?;
    Ok(())
}

fn matched_step(secret: &[u8], code: &str, now: Timestamp) -> Result<Option<i64>> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let step = totp(secret, "account", "issuer")?.check(&code, seconds(now));
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// Whether a code is right: of the app, and not used before; or a recovery code, which is used up.
pub(crate) async fn check(plain: &mut PlainTx, of: AccountRef, code: &str) -> Result<Given> {
    if let Some((id, sealed)) = plain.tx().optional::<(Id, String)>(ENROLLED, args![of.0, of.1]).await? {
        let secret = plain.context().vault().open(place(id), &sealed)?;
        if let Some(step) = matched_step(&secret, code, plain.now)? {
            let taken = plain.run(TAKE_STEP, args![id, step]).await? == 1;
            return Ok(if taken { Given::Totp } else { Given::Wrong });
        }
    }
    let used = plain.run(USE_CODE, args![of.0, of.1, hash_code(code)]).await? == 1;
    Ok(if used { Given::RecoveryCode } else { Given::Wrong })
}

/// How many recovery codes have not been used.
pub(crate) async fn codes_left(tx: &mut Tx, of: AccountRef) -> Result<i64> {
    let (left,): (i64,) = tx.one(CODES_LEFT, args![of.0, of.1]).await?;
    Ok(left)
}

/// Makes new recovery codes, which end the old ones; says them, this once.
pub(crate) async fn new_codes(plain: &mut PlainTx, of: AccountRef) -> Result<Vec<String>> {
    forget_codes(plain, of).await?;
    let env: Environment = plain.context().env().clone();
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let code = BASE32_NOPAD.encode(&env.bytes::<10>()?).to_lowercase();
        let now = plain.now;
        plain.run(INSERT, args![env.new_id()?, of.0, of.1, "recovery", hash_code(&code), now]).await?;
        codes.push(grouped(&code));
    }
    Ok(codes)
}

/// Takes the authenticator app away; what that makes of the account is for `factors` to note.
pub(crate) async fn forget(plain: &mut PlainTx, of: AccountRef) -> Result<()> {
    plain.run(FORGET, args![of.0, of.1]).await?;
    Ok(())
}

pub(crate) async fn forget_codes(plain: &mut PlainTx, of: AccountRef) -> Result<()> {
    plain.run(FORGET_CODES, args![of.0, of.1]).await?;
    Ok(())
}

/// 80 random bits need no slow hash.
fn hash_code(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    HEXLOWER.encode(&Sha256::digest(plain.as_bytes()))
}

fn grouped(code: &str) -> String {
    let chars: Vec<char> = code.chars().collect();
    let groups: Vec<String> = chars.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_standard() {
        // RFC 6238, appendix B: the SHA-1 secret at 59 s shows 94287082, of which six digits count.
        let secret = b"12345678901234567890";
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        assert_eq!(matched_step(secret, "287082", at(59)).expect("checked"), Some(1));
        assert_eq!(matched_step(secret, "287 082", at(89)).expect("checked"), Some(1), "one step late");
        assert_eq!(matched_step(secret, "287082", at(120)).expect("checked"), None);
        for odd in ["", "28708", "2870822", "abcdef", "２８７０８２"] {
            assert_eq!(matched_step(secret, odd, at(59)).expect("checked"), None, "{odd}");
        }
    }

    #[test]
    fn recovery_codes_are_read_as_people_type_them() {
        assert_eq!(hash_code("abcd-efgh-ijkl-mnop"), hash_code(" ABCD EFGH IJKL MNOP "));
        assert_eq!(grouped("abcdefghijklmnop"), "abcd-efgh-ijkl-mnop");
    }

    #[test]
    fn a_colon_in_a_name_does_not_end_the_issuer() {
        let enrollment = enrollment(&[1; 20], "grace@example.org", "Ex: Org").expect("an enrollment");
        assert!(enrollment.uri.starts_with("otpauth://totp/Ex%20%20Org%20"), "{}", enrollment.uri);
        assert_eq!(enrollment.qr.len(), enrollment.qr.first().map_or(0, Vec::len));
    }
}
