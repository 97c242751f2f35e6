//! Templates: those that came with the program, and those that somebody edited.

use model::mail::{LetterKind, TemplateText};

use super::defaults::default_text;
use crate::error::Result;
use crate::store::{Tx, args};

const READ: &str = "SELECT seq, subject, title, header, body, button FROM mail_templates WHERE kind = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[READ];

#[derive(sqlx::FromRow)]
struct Stored {
    seq: i64,
    subject: String,
    title: String,
    header: String,
    body: String,
    button: String,
}

/// The text that holds now.
pub(super) async fn text(tx: &mut Tx, kind: LetterKind) -> Result<TemplateText> {
    let stored: Option<Stored> = tx.optional(READ, args![kind.as_str()]).await?;
    Ok(stored.map_or_else(|| default_text(kind), Stored::into_text))
}

impl Stored {
    fn into_text(self) -> TemplateText {
        TemplateText {
            subject: self.subject,
            title: self.title,
            header: self.header,
            body: self.body,
            button: self.button,
        }
    }
}
