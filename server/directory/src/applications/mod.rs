//! Applications: what they are called and where they lead, and what each user has in the User Portal.

mod list;
mod tiles;
mod write;

use model::application::{Application, ApplicationForm, ApplicationKind, TileColor};
use model::{Id, Operation, Problem, Timestamp};
use sea_query::{Expr, ExprTrait};

use crate::bindings::users_bound_to;
use crate::lists::{Listed, count_all};
use crate::users::UserList;
use directory_core::authz::{Actor, permit};
use directory_core::context::Context;
use directory_core::error::Result;
use directory_core::store::{Sql, Tx, args, sql};

/// Applications.
pub struct Applications<'a>(pub(crate) &'a Context);

const READ: Sql = sql!(
    "SELECT id, version, kind, name, url, description, color, active, shown, created_at, updated_at
    FROM applications WHERE id = $1"
);
const GROUPS: Sql = sql!("SELECT COUNT(*) FROM bindings WHERE resource_id = $1 AND group_id IS NOT NULL");

#[derive(Clone, Debug, sqlx::FromRow)]
struct Stored {
    id: Id,
    version: i64,
    kind: ApplicationKind,
    name: String,
    url: String,
    description: String,
    color: TileColor,
    active: bool,
    shown: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Stored {
    fn form(&self) -> ApplicationForm {
        ApplicationForm {
            name: self.name.clone(),
            url: self.url.clone(),
            description: self.description.clone(),
            color: self.color,
            active: self.active,
            shown: self.shown,
        }
    }
}

async fn find(tx: &mut Tx, id: Id) -> Result<Stored> {
    let stored: Option<Stored> = tx.optional(READ, args![id]).await?;
    stored.ok_or_else(|| Problem::not_found("application").into())
}

impl Applications<'_> {
    /// One application.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn read(&self, actor: &Actor, id: Id) -> Result<Application> {
        permit(actor, Operation::ListApplications)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let stored = find(&mut tx, id).await?;
        let users = UserList::base().add(Expr::col("id").in_subquery(users_bound_to(&[id], now)));
        let (groups,): (i64,) = tx.one(GROUPS, args![id]).await?;
        Ok(Application {
            id,
            kind: stored.kind,
            version: stored.version,
            form: stored.form(),
            users: count_all(&mut tx, "users", users).await?,
            groups: groups.unsigned_abs(),
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        })
    }
}
