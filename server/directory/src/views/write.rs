//! Saving, changing and deleting views.

use model::event::EventKind;
use model::list::ListSpec;
use model::view::{VIEWS_MAX, ViewForm, ViewUpdate};
use model::{ErrorCode, Id, ListQuery, Operation, Problem};

use super::stored::{Stored, find};
use super::{Views, list_of};
use directory_core::authz::{Actor, Permit, permit};
use directory_core::error::{Error, Result, taken};
use directory_core::events::{AuditEvent, field};
use directory_core::normalize::normalize;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::PlainTx;

const COUNT_OWN: Sql = sql!("SELECT COUNT(*) FROM saved_views WHERE list = $1 AND owner_id = $2");
const COUNT_SHARED: Sql = sql!("SELECT COUNT(*) FROM saved_views WHERE list = $1 AND owner_id IS NULL");
const INSERT: Sql = sql!(
    "INSERT INTO saved_views (id, list, owner_id, made_by, name, name_key, query, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)"
);
const WRITE: Sql = sql!(
    "UPDATE saved_views SET owner_id = $3, name = $4, name_key = $5, query = $6, updated_at = $7, version = version + 1
    WHERE id = $1 AND version = $2"
);
const DELETE: Sql = sql!("DELETE FROM saved_views WHERE id = $1");
const CHOOSE: Sql = sql!(
    "INSERT INTO default_views (administrator_id, list, view_id) VALUES ($1, $2, $3)
    ON CONFLICT (administrator_id, list) DO UPDATE SET view_id = excluded.view_id"
);
const UNCHOOSE: Sql = sql!("DELETE FROM default_views WHERE administrator_id = $1 AND view_id = $2");
/// It is no longer theirs to see.
const UNCHOOSE_OTHERS: Sql = sql!("DELETE FROM default_views WHERE view_id = $1 AND administrator_id <> $2");

impl Views<'_> {
    /// Saves what a list shows as a view. Says its id.
    ///
    /// # Errors
    /// `forbidden` for a list that one may not see, and for sharing without the right to; `invalid` with the fields at
    /// fault, a name that is taken and what the list cannot show among them; `conflict` when there are as many
    /// as there can be.
    pub async fn create(&self, actor: &Actor, list: &str, form: &ViewForm) -> Result<Id> {
        let allowed = may_write(actor, form.shared)?;
        let (spec, sees) = list_of(list)?;
        permit(actor, sees)?;
        let (name, query) = (form.name()?, kept(spec, &form.query)?);
        let me = actor.auth()?;
        let (owner, id) = ((!form.shared).then_some(me.id), self.0.env().new_id()?);
        let mut plain = PlainTx::begin(self.0, allowed).await?;
        room(&mut plain, list, owner).await?;
        let now = plain.now;
        let row = args![id, list, owner, &me.name, &name, normalize(&name), &query, now];
        plain.run(INSERT, row).await.map_err(|error| name_taken(error, &name, form.shared))?;
        if form.default {
            plain.run(CHOOSE, args![me.id, list, id]).await?;
        }
        if form.shared {
            let changes = vec![field("name", "", &name), field("list", "", list), field("query", "", &query)];
            plain.record(event(EventKind::SavedViewCreate, id, &name).changes(changes)).await?;
        }
        plain.commit().await?;
        Ok(id)
    }

    /// Changes a view: its name, what it holds, whether it is shared, whether one's list opens with it.
    ///
    /// # Errors
    /// `not_found`; `forbidden` for a shared one without the right to share; `stale` when somebody was faster; `invalid` with the
    /// fields at fault.
    pub async fn update(&self, actor: &Actor, update: &ViewUpdate) -> Result<()> {
        let own = permit(actor, Operation::UpdateOwnAccount)?;
        let (me, form) = (actor.auth()?.id, &update.form);
        let before = find(&mut self.0.db().read().await?, me, update.id).await?;
        let (spec, sees) = list_of(&before.list)?;
        permit(actor, sees)?;
        let (name, query) = (form.name()?, kept(spec, &form.query)?);
        let shared = before.shared || form.shared;
        let same = (&before.name, &before.query, before.shared) == (&name, &query, form.shared);
        let allowed = if shared && !same { permit(actor, Operation::ShareViews)? } else { own };
        let mut plain = PlainTx::begin(self.0, allowed).await?;
        if !same {
            let owner = (!form.shared).then_some(me);
            if before.shared != form.shared {
                room(&mut plain, &before.list, owner).await?;
            }
            let now = plain.now;
            let row = args![update.id, update.version, owner, &name, normalize(&name), &query, now];
            let written =
                plain.run(WRITE, row).await.map_err(|error| name_taken(error, &name, form.shared))?;
            if written != 1 {
                let message = "This view has been changed meanwhile. Load the page again.";
                return Err(Problem::new(ErrorCode::Stale, message).into());
            }
            if before.shared && !form.shared {
                plain.run(UNCHOOSE_OTHERS, args![update.id, me]).await?;
            }
        }
        if form.default {
            plain.run(CHOOSE, args![me, &before.list, update.id]).await?;
        } else {
            plain.run(UNCHOOSE, args![me, update.id]).await?;
        }
        if shared && !same {
            let changes = differences(&before, &name, &query, form.shared);
            plain.record(event(EventKind::SavedViewUpdate, update.id, &name).changes(changes)).await?;
        }
        plain.commit().await
    }

    /// Deletes a view; lists that opened with it open without.
    ///
    /// # Errors
    /// `not_found`; `forbidden` for a shared one without the right to share.
    pub async fn delete(&self, actor: &Actor, id: Id) -> Result<()> {
        permit(actor, Operation::UpdateOwnAccount)?;
        let view = find(&mut self.0.db().read().await?, actor.auth()?.id, id).await?;
        let mut plain = PlainTx::begin(self.0, may_write(actor, view.shared)?).await?;
        plain.run(DELETE, args![id]).await?;
        if view.shared {
            let changes = vec![field("name", &view.name, ""), field("query", &view.query, "")];
            plain.record(event(EventKind::SavedViewDelete, id, &view.name).changes(changes)).await?;
        }
        plain.commit().await
    }
}

/// What writing a view takes: for one's own nothing but being an administrator.
fn may_write(actor: &Actor, shared: bool) -> Result<Permit> {
    permit(actor, if shared { Operation::ShareViews } else { Operation::UpdateOwnAccount })
}

/// What is kept of a query: what the list can show.
fn kept(spec: &ListSpec, query: &ListQuery) -> Result<String> {
    let (query, missing) = spec.without_unknown(query.clone().for_view());
    if !missing.is_empty() {
        let message = format!("The list does not have the {}.", missing.join(", the "));
        return Err(Problem::at("query", message).into());
    }
    let address = query.to_address();
    if address.len() > QUERY_MAX || address.contains('\0') || address.contains("%00") {
        return Err(Problem::at("query", "The filters are too many or too long to be kept.").into());
    }
    Ok(address)
}

/// The longest query string of a view, in bytes.
const QUERY_MAX: usize = 16 * 1024;

async fn room(plain: &mut PlainTx, list: &str, owner: Option<Id>) -> Result<()> {
    let (count,): (i64,) = match owner {
        Some(owner) => plain.tx().one(COUNT_OWN, args![list, owner]).await?,
        None => plain.tx().one(COUNT_SHARED, args![list]).await?,
    };
    if usize::try_from(count).is_ok_and(|count| count < VIEWS_MAX) {
        return Ok(());
    }
    let whose = if owner.is_some() { "of your own" } else { "that are shared" };
    let message = format!("This list has {VIEWS_MAX} views {whose}, which is the most. Delete one first.");
    Err(Problem::new(ErrorCode::Conflict, message).into())
}

fn event(kind: EventKind, id: Id, name: &str) -> AuditEvent {
    AuditEvent::new(kind).to("saved_view", id, name)
}

fn differences(before: &Stored, name: &str, query: &str, shared: bool) -> Vec<model::event::FieldChange> {
    let mut changes = vec![
        field("name", &before.name, name),
        field("query", &before.query, query),
        field("shared", before.shared.to_string(), shared.to_string()),
    ];
    changes.retain(|change| change.from != change.to);
    changes
}

/// What ran into a unique index of names, at its field.
fn name_taken(error: sqlx::Error, name: &str, shared: bool) -> Error {
    let Some(_) = taken(&error) else { return error.into() };
    let whose = if shared { "There is a shared view" } else { "You have a view" };
    Problem::at("name", format!("{whose} called {name} already. Choose another name.")).into()
}
