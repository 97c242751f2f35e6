//! An administrator gets more rights. Links, emails and enrollments from before end, because others may have
//! begun them; and the account must be as well protected as one that becomes an administrator's.

use model::Scopes;
use model::link::Purpose;
use model::user::{PasswordStatus, UserState};

use crate::administrators::{Stored, WITH_ROLE, invitation};
use crate::links;
use crate::totp;
use crate::users::{self, Record};
use directory_core::error::Result;
use directory_core::store::args;
use directory_core::transaction::Change;

/// Whether somebody may do more than before.
pub(crate) fn grows(before: Scopes, after: Scopes) -> bool {
    !before.covers(after)
}

/// Why a user cannot become an administrator, if so; follows the name.
pub(crate) fn unfit(record: &Record, now: model::Timestamp) -> Option<&'static str> {
    let facts = record.facts(now);
    Some(match facts.password {
        _ if facts.state != UserState::Activated => "is not Active",
        PasswordStatus::Pending => "has no password yet",
        PasswordStatus::Locked => "is locked out",
        PasswordStatus::Expired => "has a password that has expired or must be changed",
        PasswordStatus::Active if facts.must_change => "has a password that has expired or must be changed",
        PasswordStatus::Active if !facts.mfa_enrolled => "has not set up a second factor",
        PasswordStatus::Active if record.password_given => {
            "has a password that an administrator knows, and must choose one of their own first"
        }
        PasswordStatus::Active => return None,
    })
}

/// Why an administrator made from a user can get no more rights now, if so; follows the name. Only
/// a linked account can be changed by somebody with fewer rights, so only that is checked.
pub(crate) async fn refusal(change: &mut Change, stored: &Stored) -> Result<Option<&'static str>> {
    let Some(user) = stored.user_id else { return Ok(None) };
    let record = users::find(change.tx(), user).await?;
    Ok(unfit(&record, change.now))
}

/// Ends links to the account, the emails that bring them, and an unfinished enrollment of an authenticator
/// app. Administrators who have not accepted their invitation yet get a new one.
pub(crate) async fn end_begun(change: &mut Change, stored: &Stored) -> Result<()> {
    let own = (model::Principal::Administrator, stored.id);
    for (principal, id) in [own, stored.owner()] {
        links::revoke(change, principal, id, &Purpose::ALL).await?;
    }
    totp::forget_pending(change, stored.owner()).await?;
    if stored.active && stored.password_set_at.is_none() && stored.user_id.is_none() {
        invitation::send(change, stored).await?;
    }
    Ok(())
}

/// The same for each administrator who has a custom role that allows more now. Says who stands in the way, with
/// the reason, if an account is not safe enough for that.
pub(crate) async fn of_role(
    change: &mut Change,
    role: model::Id,
    before: Scopes,
    after: Scopes,
) -> Result<Option<String>> {
    if !grows(before, after) {
        return Ok(None);
    }
    let holders: Vec<Stored> = change.tx().all(WITH_ROLE, args![role]).await?;
    for stored in &holders {
        if let Some(why) = refusal(change, stored).await? {
            return Ok(Some(format!("{} has this role and {why}.", stored.name())));
        }
        end_begun(change, stored).await?;
    }
    Ok(None)
}
