//! Search of everything: what the directory finds for a few typed letters.

use model::search::{AdministratorHit, HITS_MAX, Hits, PersonHit};
use model::user::PasswordStatus;
use model::{ListQuery, Operation, Timestamp};

use crate::Directory;
use crate::error::Result;
use crate::gate::{Actor, permit};
use crate::lists;
use crate::store::Tx;
use crate::users::{Record, UserList};

/// Search of everything.
pub struct Search<'a>(pub(crate) &'a Directory);

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[];

impl Search<'_> {
    /// People and administrators whose names, usernames, e-mails or employee IDs hold all of the
    /// words. Each kind only for those who may list it; nothing for an empty text.
    ///
    /// # Errors
    /// `invalid` when the text is too long.
    pub async fn everything(&self, actor: &Actor, text: &str) -> Result<Hits> {
        permit(actor, Operation::SearchEverything)?;
        let mut hits = Hits::default();
        if text.trim().is_empty() {
            return Ok(hits);
        }
        let query = ListQuery { search: text.to_owned(), limit: 10, ..ListQuery::default() };
        let most = usize::from(HITS_MAX);
        if actor.may(Operation::ListUsers) {
            let mut tx = self.0.db().read().await?;
            hits.people = people(&mut tx, &query, self.0.env().now(), most).await?;
        }
        if actor.may(Operation::ListAdministrators) {
            let page = self.0.administrators().list(actor, &query).await?;
            let found = page.rows.into_iter().take(most);
            hits.administrators = found
                .map(|row| AdministratorHit {
                    id: row.id,
                    name: format!("{} {}", row.first_name, row.last_name),
                    email: row.email,
                    role: row.role,
                })
                .collect();
        }
        Ok(hits)
    }
}

async fn people(tx: &mut Tx, query: &ListQuery, now: Timestamp, most: usize) -> Result<Vec<PersonHit>> {
    let found = lists::page::<UserList, Record>(tx, query, now, UserList::COLUMNS).await?;
    Ok(found
        .rows
        .into_iter()
        .take(most)
        .map(|record| PersonHit {
            id: record.id,
            name: record.name(),
            password: PasswordStatus::judge(&record.password(), now),
            email: record.email,
            department: record.department,
            state: record.state,
        })
        .collect())
}
