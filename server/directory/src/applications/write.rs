//! Making, changing and deleting applications.

use model::access::{AccessLoss, ResourceKind};
use model::application::{
    APPLICATION_FIELDS, APPLICATIONS_AT_ONCE, ApplicationForm, ApplicationKind, ApplicationUpdate,
};
use model::event::{EventKind, FieldChange};
use model::form::{FieldKind, FormValues};
use model::{ErrorCode, Id, Operation, Problem};
use sea_query::{Expr, ExprTrait};
use sea_query_sqlx::SqlxValues;

use super::{Applications, find};
use crate::access::first_of;
use crate::bindings::users_bound_to;
use crate::history::last_changed_by;
use crate::lists::Listed;
use crate::users::UserList;
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result, taken};
use directory_core::events::{AuditEvent, field};
use directory_core::normalize::normalize;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const INSERT_RESOURCE: Sql =
    sql!("INSERT INTO resources (id, kind, name, name_key, active) VALUES ($1, $2, $3, $4, $5)");
const INSERT: Sql = sql!(
    "INSERT INTO applications (id, seq, version, name, name_key, url, description, color, active, shown, search_text,
        updated_at, kind, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
);
const WRITE_RESOURCE: Sql = sql!("UPDATE resources SET name = $2, name_key = $3, active = $4 WHERE id = $1");
const WRITE: Sql = sql!(
    "UPDATE applications SET seq = $2, version = version + 1, name = $4, name_key = $5, url = $6, description = $7,
        color = $8, active = $9, shown = $10, search_text = $11, updated_at = $12
    WHERE id = $1 AND version = $3"
);
/// The application and what was bound to it go with it.
const DELETE: Sql = sql!("DELETE FROM resources WHERE id = $1");

/// What is written of an application.
macro_rules! row {
    ($change:expr, $id:expr, $version:expr, $form:expr $(, $more:expr)*) => {{
        let (form, now) = ($form, $change.now);
        let search = [&form.name, &form.url, &form.description].map(|text| normalize(text)).join(" ");
        args![
            $id, $change.seq, $version, &form.name, normalize(&form.name), &form.url, &form.description,
            form.color.as_str(), form.active, form.shown, search, now $(, $more)*
        ]
    }};
}

fn in_use(error: sqlx::Error) -> Error {
    match taken(&error) {
        Some(_) => Problem::at("name", "Another application has this name.").into(),
        None => error.into(),
    }
}

/// What differs, field by field.
fn differences(before: &ApplicationForm, after: &ApplicationForm) -> Vec<FieldChange> {
    let fields = APPLICATION_FIELDS.iter().flat_map(|section| section.fields);
    let told = |form: &ApplicationForm, kind: &FieldKind, key: &str| match kind {
        FieldKind::Switch => form.flag(key).to_string(),
        FieldKind::Line
        | FieldKind::Lines
        | FieldKind::Choice(_)
        | FieldKind::Person
        | FieldKind::Several(_) => form.text(key),
    };
    let change = |one: &model::form::FormField| {
        field(one.key, told(before, &one.kind, one.key), told(after, &one.kind, one.key))
    };
    fields.map(change).filter(|change| change.from != change.to).collect()
}

fn event(kind: EventKind, id: Id, name: &str) -> AuditEvent {
    AuditEvent::new(kind).to("application", id, name)
}

impl Applications<'_> {
    /// Adds an application that nobody is bound to. Says its id.
    ///
    /// # Errors
    /// `forbidden`; `invalid` with the fields at fault, a name that another has among them.
    pub async fn create(&self, actor: &Actor, form: &ApplicationForm) -> Result<Id> {
        let permit = permit(actor, Operation::CreateApplication)?;
        let form = form.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let id = self.0.env().new_id()?;
        let kind = ResourceKind::Application.as_str();
        let resource = args![id, kind, &form.name, normalize(&form.name), form.active];
        change.run(INSERT_RESOURCE, resource).await.map_err(in_use)?;
        let now = change.now;
        let row: SqlxValues = row!(change, id, 1_i64, &form, ApplicationKind::Bookmark.as_str(), now);
        change.run(INSERT, row).await?;
        let changes = differences(&ApplicationForm::default(), &form);
        change.record(event(EventKind::ApplicationCreate, id, &form.name).changes(changes)).await?;
        change.commit().await?;
        Ok(id)
    }

    /// Changes an application, all at once, if nobody was faster.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` with the fields at fault; `stale` with who changed it meanwhile.
    pub async fn update(&self, actor: &Actor, update: &ApplicationUpdate) -> Result<()> {
        let permit = permit(actor, Operation::UpdateApplication)?;
        let form = update.form.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let stored = find(change.tx(), update.id).await?;
        if stored.version != update.version {
            let who = last_changed_by(&mut change, stored.id).await?;
            let message = format!("{who} changed this application while you were editing.");
            return Err(Problem::new(ErrorCode::Stale, message).into());
        }
        let changes = differences(&stored.form(), &form);
        if changes.is_empty() {
            return Ok(());
        }
        let resource = args![stored.id, &form.name, normalize(&form.name), form.active];
        change.run(WRITE_RESOURCE, resource).await.map_err(in_use)?;
        let row: SqlxValues = row!(change, stored.id, stored.version, &form);
        change.run(WRITE, row).await?;
        change.record(event(EventKind::ApplicationUpdate, stored.id, &form.name).changes(changes)).await?;
        change.commit().await
    }

    /// Deletes applications, all or none. Users who were bound to one lose it at once.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` for too many at once.
    pub async fn delete(&self, actor: &Actor, ids: &[Id]) -> Result<()> {
        let permit = permit(actor, Operation::DeleteApplication)?;
        check_count(ids)?;
        let mut change = Change::begin(self.0, permit).await?;
        for id in ids {
            let stored = find(change.tx(), *id).await?;
            change.run(DELETE, args![stored.id]).await?;
            change.tombstone("application", stored.id).await?;
            change.record(event(EventKind::ApplicationDelete, stored.id, &stored.name)).await?;
        }
        change.commit().await
    }

    /// Who loses an application when these are deleted.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` for too many at once.
    pub async fn loss(&self, actor: &Actor, ids: &[Id]) -> Result<AccessLoss> {
        permit(actor, Operation::DeleteApplication)?;
        check_count(ids)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        for id in ids {
            find(&mut tx, *id).await?;
        }
        let which = UserList::base().add(Expr::col("id").in_subquery(users_bound_to(ids, now)));
        first_of(&mut tx, which).await
    }
}

fn check_count(ids: &[Id]) -> Result<()> {
    if ids.len() > APPLICATIONS_AT_ONCE {
        let message = format!("At most {APPLICATIONS_AT_ONCE} applications at once.");
        return Err(Problem::at("applications", message).into());
    }
    Ok(())
}
