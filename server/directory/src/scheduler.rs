//! Work that is due at its time: one row for each kind and subject, done once, also after the
//! servers were down, by whichever server comes first.

use std::time::Duration;

use model::{Id, Timestamp};

use directory_core::error::Result;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::{Change, PlainTx};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal;)+) => {
        /// What is due.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Kind {
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            pub(crate) fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

kinds! {
    /// A user's password expires soon; each day until it does.
    PasswordWarning = "password_warning";
    /// A user's password expires.
    PasswordExpired = "password_expired";
    /// A user's lock opens by itself.
    UserUnlock = "user_unlock";
    /// The card that invoices are paid with expires soon, or does.
    CardReminder = "card_reminder";
}

/// How long one server has a timer in hand; after that, another tries, or the same one again.
const LEASE: Duration = Duration::from_mins(5);

const SET: Sql = sql!(
    "INSERT INTO timers (kind, subject, due_at) VALUES ($1, $2, $3)
    ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, leased_until = 0"
);
const CLEAR: Sql = sql!("DELETE FROM timers WHERE kind = $1 AND subject = $2");
/// Whoever comes second finds them leased, because it looks again once it has the rows.
const CLAIM: Sql = sql!(
    "UPDATE timers SET leased_until = $2
    WHERE leased_until <= $1 AND (kind, subject) IN
        (SELECT kind, subject FROM timers WHERE due_at <= $1 AND leased_until <= $1
            ORDER BY due_at LIMIT 50)
    RETURNING kind, subject"
);
const DUE: Sql = sql!("SELECT due_at FROM timers WHERE kind = $1 AND subject = $2 AND due_at <= $3");

/// Sets the timer of this kind for this subject, instead of any other.
pub(crate) async fn set(change: &mut Change, kind: Kind, subject: Id, due: Timestamp) -> Result<()> {
    change.run(SET, args![kind.as_str(), subject, due]).await?;
    Ok(())
}

pub(crate) async fn clear(change: &mut Change, kind: Kind, subject: Id) -> Result<()> {
    change.run(CLEAR, args![kind.as_str(), subject]).await?;
    Ok(())
}

/// Takes what is due under a lease. Others that do so at the same time get others.
pub(crate) async fn claim(plain: &mut PlainTx) -> Result<Vec<(String, Id)>> {
    let now = plain.now;
    Ok(plain.tx().all(CLAIM, args![now, now.plus(LEASE)]).await?)
}

/// Since when something is due; `None` when it is not, or not any more.
pub(crate) async fn due(change: &mut Change, kind: Kind, subject: Id) -> Result<Option<Timestamp>> {
    let now = change.now;
    let due: Option<(Timestamp,)> = change.tx().optional(DUE, args![kind.as_str(), subject, now]).await?;
    Ok(due.map(|(due,)| due))
}
