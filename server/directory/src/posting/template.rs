//! The text that a message is written by.

use model::mail::{MessageKind, Template, TemplateText};

use super::defaults::default_text;
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};

pub(super) const READ: Sql =
    sql!("SELECT seq, subject, title, header, body, button FROM mail_templates WHERE kind = $1");

#[derive(sqlx::FromRow)]
struct Stored {
    seq: i64,
    subject: String,
    title: String,
    header: String,
    body: String,
    button: String,
}

/// The template of a kind of message: as somebody edited it, or as it came with the program.
pub(crate) async fn read(tx: &mut Tx, kind: MessageKind) -> Result<Template> {
    let stored: Option<Stored> = tx.optional(READ, args![kind.as_str()]).await?;
    let default = default_text(kind);
    Ok(match stored {
        Some(stored) => Template { kind, version: stored.seq, text: stored.into_text(), default },
        None => Template { kind, version: 0, text: default.clone(), default },
    })
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
