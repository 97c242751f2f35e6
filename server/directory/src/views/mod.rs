//! Saved views of lists: one's own and those that all administrators share.

mod stored;
mod write;

use model::administrator::ADMINISTRATORS;
use model::application::APPLICATIONS;
use model::group::GROUPS;
use model::insights::EVENTS;
use model::job::JOBS;
use model::list::ListSpec;
use model::mail::MESSAGES;
use model::user::schedule::SCHEDULES;
use model::user::{DELETED_USERS, USERS};
use model::view::SavedView;
use model::{Id, Operation, Problem};

use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};
use stored::{SEEN, Stored};

/// Saved views of lists.
pub struct Views<'a>(pub(crate) &'a Context);

/// Every list with the operation that shows it: a view tells what is in its list.
static LISTS: &[(&ListSpec, Operation)] = &[
    (&USERS, Operation::ListUsers),
    (&DELETED_USERS, Operation::ListUsers),
    (&GROUPS, Operation::ListGroups),
    (&APPLICATIONS, Operation::ListApplications),
    (&EVENTS, Operation::ReadEvents),
    (&ADMINISTRATORS, Operation::ListAdministrators),
    (&MESSAGES, Operation::ListMessages),
    (&JOBS, Operation::ReadOwnJobs),
    (&SCHEDULES, Operation::ListUsers),
];

const DEFAULTS: Sql = sql!(
    "SELECT v.list, v.id, v.query FROM default_views d JOIN saved_views v ON v.id = d.view_id
    WHERE d.administrator_id = $1 AND (v.owner_id IS NULL OR v.owner_id = $1) ORDER BY v.list"
);

fn list_of(name: &str) -> Result<(&'static ListSpec, Operation)> {
    let found = LISTS.iter().find(|(spec, _)| spec.name == name);
    found.copied().ok_or_else(|| Problem::at("list", format!("There is no list “{name}”.")).into())
}

/// The lists that open with a view for somebody, by name, each with the query string of its address then.
pub(crate) async fn defaults(tx: &mut Tx, administrator: Id) -> Result<Vec<(String, String)>> {
    let rows: Vec<(String, Id, String)> = tx.all(DEFAULTS, args![administrator]).await?;
    let address = |(list, id, query): (String, Id, String)| {
        let (spec, _) = list_of(&list).ok()?;
        let (mut query, _) = stored::read(spec, &query);
        query.view = Some(id.to_string());
        Some((list, query.to_address()))
    };
    Ok(rows.into_iter().filter_map(address).collect())
}

impl Views<'_> {
    /// One's own views of a list, then those that are shared, each by name.
    ///
    /// # Errors
    /// `forbidden` for a list that one may not see; `invalid` at `list` for one that does not exist.
    pub async fn list(&self, actor: &Actor, list: &str) -> Result<Vec<SavedView>> {
        permit(actor, Operation::ReadOwnAccount)?;
        let (spec, sees) = list_of(list)?;
        permit(actor, sees)?;
        let mut tx = self.0.db().read().await?;
        let rows: Vec<Stored> = tx.all(SEEN, args![actor.auth()?.id, list]).await?;
        Ok(rows.into_iter().map(|row| row.into_view(spec)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_can_have_views() {
        for spec in model::lists::LISTS {
            assert!(list_of(spec.name).is_ok(), "{} has no row here", spec.name);
        }
    }
}
