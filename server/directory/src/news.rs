//! What each release brings, told by email: once for each version, however many servers start with it.

use model::administrator::full_name;
use model::event::EventKind;
use model::mail::MessageKind;
use model::news::Release;
use model::{Id, Operation, Principal};

use crate::posting::{self, Facts, Message};
use crate::settings;
use directory_core::authz::{Actor, Task, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::events::AuditEvent;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

/// What is new.
pub struct News<'a>(pub(crate) &'a Context);

const TOLD: Sql = sql!("SELECT version FROM news");
const TELL: Sql = sql!(
    "INSERT INTO news (one, version) VALUES (1, $1)
    ON CONFLICT (one) DO UPDATE SET version = excluded.version"
);
/// Whoever was invited or is suspended hears nothing.
const READERS: Sql = sql!(
    "SELECT id, first_name, last_name, email FROM administrator_accounts
    WHERE active AND password_set_at IS NOT NULL AND whats_new ORDER BY pk"
);

/// An administrator who wants to hear of it.
#[derive(sqlx::FromRow)]
struct Reader {
    id: Id,
    first_name: String,
    last_name: String,
    email: String,
}

impl News<'_> {
    /// Writes to the administrators who want it what this release brings, if it is newer than what they
    /// heard of last; says to how many. The release that an organization is set up with is no news to it: it
    /// is to be asked before that. An organization that was there before any release had a number hears of
    /// the first that has one. What has no number is no news.
    ///
    /// # Errors
    /// `unavailable`, `internal`; the next start tries again.
    pub async fn tell(&self, release: &Release) -> Result<usize> {
        let Some(number) = release.number() else { return Ok(0) };
        let permit = permit(&Actor::system(Task::News), Operation::RunMaintenance)?;
        let mut change = Change::begin(self.0, permit).await?;
        let told: Option<(String,)> = change.tx().optional(TOLD, args![]).await?;
        let before = told.and_then(|(version,)| model::news::number_of(&version));
        if before.is_some_and(|before| before >= number) {
            return Ok(0);
        }
        change.run(TELL, args![&release.version]).await?;
        let set_up = settings::find(change.tx()).await?.is_some();
        let readers = if set_up { write(&mut change, release).await? } else { 0 };
        change.commit().await?;
        Ok(readers)
    }
}

async fn write(change: &mut Change, release: &Release) -> Result<usize> {
    let readers: Vec<Reader> = change.tx().all(READERS, args![]).await?;
    let told = readers.len();
    for Reader { id, first_name, last_name, email } in readers {
        let name = full_name(&first_name, &last_name);
        let message = Message {
            kind: MessageKind::WhatsNew,
            to: email,
            principal: Principal::Administrator,
            principal_id: id,
            first_name,
            link: None,
            facts: Facts { version: release.version.clone(), news: release.in_short(), ..Facts::default() },
        };
        posting::post(change, message).await?;
        let sent = AuditEvent::new(EventKind::AdminWhatsNewEmail).to("administrator", id, name);
        change.record(sent.message(format!("of version {}", release.version))).await?;
    }
    Ok(told)
}
