//! Search of everything: what the directory finds for a few typed letters.

use std::collections::HashSet;

use model::administrator::AdministratorRow;
use model::application::ApplicationRow;
use model::group::GroupRow;
use model::search::{AdministratorHit, ApplicationHit, Fit, GroupHit, HITS_MAX, Hits, PersonHit};
use model::user::PasswordStatus;
use model::{ListQuery, Operation, Timestamp};

use crate::administrators::Administrators;
use crate::applications::Applications;
use crate::groups::Groups;
use crate::lists;
use crate::users::{Record, UserList};
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::normalize::normalize;
use directory_core::store::{Sql, Tx, args, sql};

/// Search of everything.
pub struct Search<'a>(pub(crate) &'a Context);

/// Whose name, first or last, username or email address begins with `$1`; `$2` comes after all of those.
const BEGINNINGS: [Sql; 4] = [
    sql!(
        "SELECT * FROM users WHERE deleted_at IS NULL AND name_key >= $1 AND name_key < $2
        ORDER BY name_key LIMIT 10"
    ),
    sql!(
        "SELECT * FROM users WHERE deleted_at IS NULL AND last_name_key >= $1 AND last_name_key < $2
        ORDER BY last_name_key LIMIT 10"
    ),
    sql!(
        "SELECT * FROM users WHERE deleted_at IS NULL AND username_key >= $1 AND username_key < $2
        ORDER BY username_key LIMIT 10"
    ),
    sql!(
        "SELECT * FROM users WHERE deleted_at IS NULL AND email >= $1 AND email < $2 ORDER BY email LIMIT 10"
    ),
];

impl Search<'_> {
    /// People, user groups, applications and administrators whose names, usernames, emails or employee IDs hold all of the
    /// words, those first that fit best. Each kind only for those who may list it; nothing for an
    /// empty text.
    ///
    /// # Errors
    /// `invalid` when the text is too long.
    pub async fn everything(&self, actor: &Actor, text: &str) -> Result<Hits> {
        permit(actor, Operation::SearchEverything)?;
        let mut hits = Hits::default();
        if text.trim().is_empty() {
            return Ok(hits);
        }
        let query = ListQuery { search: text.to_owned(), limit: 50, ..ListQuery::default() };
        let most = usize::from(HITS_MAX);
        if actor.may(Operation::ListUsers) {
            let mut tx = self.0.db().read().await?;
            hits.people = people(&mut tx, &query, self.0.env().now(), most).await?;
        }
        let typed = normalize(text);
        if actor.may(Operation::ListGroups) {
            let page = Groups(self.0).list(actor, &query).await?;
            let hit = |row: GroupRow| GroupHit { id: row.id, name: row.name, description: row.description };
            hits.groups = page.rows.into_iter().map(hit).collect();
            hits.groups.sort_by_cached_key(|hit| {
                Fit::best([&hit.name, &hit.description].map(|text| normalize(text)), &typed)
            });
            hits.groups.truncate(most);
        }
        if actor.may(Operation::ListApplications) {
            let page = Applications(self.0).list(actor, &query).await?;
            let hit = |row: ApplicationRow| ApplicationHit { id: row.id, name: row.name, url: row.url };
            hits.applications = page.rows.into_iter().map(hit).collect();
            hits.applications.sort_by_cached_key(|hit| {
                Fit::best([&hit.name, &hit.url].map(|text| normalize(text)), &typed)
            });
            hits.applications.truncate(most);
        }
        if actor.may(Operation::ListAdministrators) {
            let page = Administrators(self.0).list(actor, &query).await?;
            let hit = |row: AdministratorRow| AdministratorHit {
                id: row.id,
                name: format!("{} {}", row.first_name, row.last_name),
                email: row.email,
                role: row.role,
            };
            hits.administrators = page.rows.into_iter().map(hit).collect();
            hits.administrators.sort_by_cached_key(|hit| {
                Fit::best([&hit.name, &hit.email].map(|text| normalize(text)), &typed)
            });
            hits.administrators.truncate(most);
        }
        Ok(hits)
    }
}

/// Those who fit best first, and those who fit alike in the order of their names.
async fn people(tx: &mut Tx, query: &ListQuery, now: Timestamp, most: usize) -> Result<Vec<PersonHit>> {
    let typed = normalize(&query.search);
    let mut found = lists::page::<UserList, Record>(tx, query, now, UserList::COLUMNS).await?.rows;
    // Of words so common that they fill more than a page, whoever is called that is still found.
    let after = format!("{typed}{}", char::MAX);
    for sql in BEGINNINGS {
        let more: Vec<Record> = tx.all(sql, args![&typed, &after]).await?;
        found.extend(more);
    }
    let mut seen = HashSet::new();
    found.retain(|record| seen.insert(record.id));
    found.sort_by_cached_key(|record| Fit::best(texts(record), &typed));
    found.truncate(most);
    let hit = |record: Record| PersonHit {
        id: record.id,
        name: record.name(),
        password: PasswordStatus::judge(&record.password(), now),
        email: record.email,
        department: record.department,
        state: record.state,
    };
    Ok(found.into_iter().map(hit).collect())
}

/// What of a user is compared with what was typed.
fn texts(record: &Record) -> [String; 5] {
    let full = format!("{} {}", record.first_name, record.last_name);
    [&record.name(), &full, &record.username, &record.email, &record.employee_identifier]
        .map(|text| normalize(text))
}
