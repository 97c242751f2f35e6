//! Templates: those that came with the program, and those that somebody edited.

use model::event::EventKind;
use model::mail::{MessageKind, TEMPLATE_FIELDS, Template, TemplateText, TemplateUpdate};
use model::{ErrorCode, Operation, Problem};

use super::Mail;
use crate::posting::template::read;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const EDITED: Sql = sql!("SELECT kind FROM mail_templates");
/// Nothing happens when somebody else was faster.
const WRITE: Sql = sql!(
    "INSERT INTO mail_templates (kind, seq, subject, title, header, body, button)
    VALUES ($1, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (kind) DO UPDATE SET seq = excluded.seq, subject = excluded.subject, title = excluded.title,
        header = excluded.header, body = excluded.body, button = excluded.button
    WHERE mail_templates.seq = $2"
);
const RESET: Sql = sql!("DELETE FROM mail_templates WHERE kind = $1 AND seq = $2");

impl Mail<'_> {
    /// The kinds of messages whose templates somebody edited.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn edited_templates(&self, actor: &Actor) -> Result<Vec<MessageKind>> {
        permit(actor, Operation::ReadMailSettings)?;
        let mut tx = self.0.db().read().await?;
        let kinds: Vec<(MessageKind,)> = tx.all(EDITED, args![]).await?;
        Ok(kinds.into_iter().map(|(kind,)| kind).collect())
    }

    /// One template, with what came with the program.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn template(&self, actor: &Actor, kind: MessageKind) -> Result<Template> {
        permit(actor, Operation::ReadMailSettings)?;
        read(&mut self.0.db().read().await?, kind).await
    }

    /// Changes a template, or goes back to what came with the program. Messages that are written
    /// already stay as they are.
    ///
    /// # Errors
    /// `forbidden`; `invalid` with the fields at fault, an unknown token among them; `stale`.
    pub async fn update_template(&self, actor: &Actor, update: &TemplateUpdate) -> Result<()> {
        let permit = permit(actor, Operation::UpdateMailTemplates)?;
        let text = update.text.as_ref().map(|text| text.parse(update.kind)).transpose()?;
        let mut change = Change::begin(self.0, permit).await?;
        let old = read(change.tx(), update.kind).await?;
        let new = text.as_ref().unwrap_or(&old.default).clone();
        let changes: Vec<_> = TEMPLATE_FIELDS
            .iter()
            .map(|(name, ..)| field(name, old.text.field(name), new.field(name)))
            .filter(|change| change.from != change.to)
            .collect();
        if old.version != update.version {
            let message = "This has been changed meanwhile, by somebody else or by you in another window. Load it again.";
            return Err(Problem::new(ErrorCode::Stale, message).into());
        }
        let (seq, kind) = (change.seq, update.kind.as_str());
        match text {
            None if old.version == 0 => return Ok(()),
            Some(_) if changes.is_empty() => return Ok(()),
            None => change.run_one(RESET, args![kind, update.version]).await?,
            Some(text) => {
                let TemplateText { subject, title, header, body, button } = text;
                change
                    .run_one(WRITE, args![kind, update.version, seq, subject, title, header, body, button])
                    .await?;
            }
        }
        let message = update.kind.label();
        change
            .record(AuditEvent::new(EventKind::MailTemplateUpdate).changes(changes).message(message))
            .await?;
        change.commit().await
    }
}
