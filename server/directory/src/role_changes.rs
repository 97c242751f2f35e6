//! Making, changing and deleting custom roles.

use model::event::{EventKind, FieldChange};
use model::role::{
    CUSTOM_ROLES_MAX, CustomRole, CustomRoleDraft, CustomRoleForm, CustomRoleUpdate, too_many_roles,
};
use model::{ErrorCode, Id, Operation, Problem, Scope, Scopes};

use crate::administrators::rights_changed;
use crate::history::last_changed_by;
use crate::raise;
use crate::roles::{Roles, audit_event, find, may_shape, names, write_scopes};
use directory_core::authz::{Actor, permit, recently_authenticated};
use directory_core::error::{Error, Result, taken};
use directory_core::events::field;
use directory_core::normalize::normalize;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const COUNT: Sql = sql!("SELECT COUNT(*) FROM custom_roles");
const INSERT: Sql = sql!("INSERT INTO custom_roles (id, seq, name, name_key, description, template, scopes, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)");
const WRITE: Sql = sql!("UPDATE custom_roles SET name = $3, name_key = $4, description = $5, scopes = $6, updated_at = $7, seq = $8
    WHERE id = $1 AND seq = $2");
const DELETE: Sql = sql!("DELETE FROM custom_roles WHERE id = $1");
/// Who has it, as many as are named.
const HOLDERS: Sql =
    sql!("SELECT first_name, last_name FROM administrators WHERE role_id = $1 ORDER BY name_key LIMIT 3");

impl Roles<'_> {
    /// Adds a custom role. Says its id.
    ///
    /// # Errors
    /// `forbidden`; `conflict` when there are as many as there can be; `invalid` with the fields at fault, a
    /// name that looks like another role's and scopes that one lacks among them.
    pub async fn create(&self, actor: &Actor, form: &CustomRoleForm) -> Result<Id> {
        let permit = permit(actor, Operation::CreateRole)?;
        let draft = form.parse()?;
        may_shape(actor, draft.scopes)?;
        let mut change = Change::begin(self.0, permit).await?;
        let (count,): (i64,) = change.tx().one(COUNT, args![]).await?;
        if usize::try_from(count).is_ok_and(|count| count >= CUSTOM_ROLES_MAX) {
            return Err(Problem::new(ErrorCode::Conflict, too_many_roles()).into());
        }
        let id = self.0.env().new_id()?;
        names::check(change.tx(), id, &draft.name).await?;
        let (seq, now) = (change.seq, change.now);
        let row = args![
            id,
            seq,
            &draft.name,
            normalize(&draft.name),
            &draft.description,
            draft.template.as_str(),
            write_scopes(draft.scopes),
            now
        ];
        change.run(INSERT, row).await.map_err(|error| name_taken(error, &draft.name))?;
        let mut changes = differences(&RoleView::default(), &(&draft).into());
        changes.insert(0, field("template", "", draft.template.as_str()));
        change.record(audit_event(EventKind::RoleCreate, id, &draft.name).changes(changes)).await?;
        change.commit().await?;
        Ok(id)
    }

    /// Changes a custom role, all at once, if nobody was faster. What it allows holds from the next request
    /// of each administrator who has it, and of requests that are under way for what they still write.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `reauthentication_needed` for other scopes; `invalid` with the fields at fault; `stale`
    /// with who changed it meanwhile; `conflict` with who cannot be given more rights now, and why.
    pub async fn update(&self, actor: &Actor, update: &CustomRoleUpdate) -> Result<()> {
        let permit = permit(actor, Operation::UpdateRole)?;
        let draft = update.form.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let before = find(change.tx(), update.id).await?;
        may_shape(actor, before.scopes)?;
        may_shape(actor, draft.scopes)?;
        if before.version != update.version {
            let who = last_changed_by(&mut change, before.id).await?;
            let message = format!("{who} changed this role while you were editing.");
            return Err(Problem::new(ErrorCode::Stale, message).into());
        }
        let changes = differences(&(&before).into(), &(&draft).into());
        if changes.is_empty() {
            return Ok(());
        }
        if before.name != draft.name {
            names::check(change.tx(), before.id, &draft.name).await?;
        }
        if before.scopes != draft.scopes {
            recently_authenticated(change.permit(), change.now)?;
        }
        let (seq, now) = (change.seq, change.now);
        let row = args![
            before.id,
            before.version,
            &draft.name,
            normalize(&draft.name),
            &draft.description,
            write_scopes(draft.scopes),
            now,
            seq
        ];
        change.run(WRITE, row).await.map_err(|error| name_taken(error, &draft.name))?;
        change.record(audit_event(EventKind::RoleUpdate, before.id, &draft.name).changes(changes)).await?;
        if before.scopes != draft.scopes {
            if let Some(why) = raise::of_role(&mut change, before.id, before.scopes, draft.scopes).await? {
                return Err(Problem::new(ErrorCode::Conflict, why).into());
            }
            rights_changed(&mut change, before.id, before.scopes).await?;
        }
        change.commit().await
    }

    /// Deletes a custom role that nobody has.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` with who has it.
    pub async fn delete(&self, actor: &Actor, id: Id) -> Result<()> {
        let permit = permit(actor, Operation::DeleteRole)?;
        let mut change = Change::begin(self.0, permit).await?;
        let role = find(change.tx(), id).await?;
        may_shape(actor, role.scopes)?;
        if role.administrators > 0 {
            return Err(in_use(&mut change, &role).await?.into());
        }
        change.run(DELETE, args![id]).await?;
        change.tombstone("role", id).await?;
        let mut changes = differences(&(&role).into(), &RoleView::default());
        changes.insert(0, field("template", role.template.as_str(), ""));
        change.record(audit_event(EventKind::RoleDelete, id, &role.name).changes(changes)).await?;
        change.commit().await
    }
}

/// By whom: "2 administrators have this role: Ada Lovelace, Max Admin."
async fn in_use(change: &mut Change, role: &CustomRole) -> Result<Problem> {
    let holders: Vec<(String, String)> = change.tx().all(HOLDERS, args![role.id]).await?;
    let mut names: Vec<_> = holders.iter().map(|(first, last)| format!("{first} {last}")).collect();
    let more = usize::try_from(role.administrators).unwrap_or(usize::MAX).saturating_sub(names.len());
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    let have = if role.administrators == 1 { "administrator has" } else { "administrators have" };
    let message =
        format!("{} {have} this role: {}. Give them another first.", role.administrators, names.join(", "));
    Ok(Problem::new(ErrorCode::Conflict, message))
}

/// What ran into the unique index of names, at its field.
fn name_taken(error: sqlx::Error, name: &str) -> Error {
    match taken(&error) {
        Some(_) => names::taken(name).into(),
        None => error.into(),
    }
}

/// What an event tells of a role.
#[derive(Default)]
struct RoleView<'a> {
    name: &'a str,
    description: &'a str,
    scopes: Scopes,
}

impl<'a> From<&'a CustomRole> for RoleView<'a> {
    fn from(CustomRole { name, description, scopes, .. }: &'a CustomRole) -> Self {
        Self { name, description, scopes: *scopes }
    }
}

impl<'a> From<&'a CustomRoleDraft> for RoleView<'a> {
    fn from(CustomRoleDraft { name, description, scopes, .. }: &'a CustomRoleDraft) -> Self {
        Self { name, description, scopes: *scopes }
    }
}

/// What differs, each scope for itself.
fn differences(before: &RoleView<'_>, after: &RoleView<'_>) -> Vec<FieldChange> {
    let mut changes = vec![
        field("name", before.name, after.name),
        field("description", before.description, after.description),
    ];
    let flag = |role: &RoleView<'_>, scope: Scope| role.scopes.has(scope).to_string();
    let scopes =
        Scope::ALL.iter().map(|scope| field(scope.as_str(), flag(before, *scope), flag(after, *scope)));
    changes.extend(scopes);
    changes.retain(|change| change.from != change.to);
    changes
}
