//! Making, changing and deleting user groups.

use model::event::{EventKind, FieldChange};
use model::form::{FieldKind, FormValues};
use model::group::{GROUP_FIELDS, GROUPS_AT_ONCE, GroupDraft, GroupForm, GroupLoss, GroupRef, GroupUpdate};
use model::user::name_of;
use model::{ErrorCode, Id, Operation, Problem};
use sea_query::{Expr, ExprTrait, Query};
use sea_query_sqlx::SqlxValues;

use super::{Groups, find, nesting};
use crate::history::last_changed_by;
use crate::lists::{Listed, count_all};
use crate::memberships::members_of;
use crate::rules::rules_asking_about;
use crate::users::UserList;
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result, taken};
use directory_core::events::{AuditEvent, field};
use directory_core::normalize::normalize;
use directory_core::store::{Sql, args, sql};
use directory_core::transaction::Change;

const INSERT: Sql = sql!(
    "INSERT INTO user_groups (id, seq, version, name, name_key, description, email, ldap_name, ldap_key, linux_name,
        linux_gid, samba, sudo, passwordless_sudo, radius_reply, attributes, search_text, updated_at, created_at)
    VALUES ($1, $2, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $3)"
);
const WRITE: Sql = sql!(
    "UPDATE user_groups SET seq = $2, version = version + 1, name = $4, name_key = $5, description = $6, email = $7,
        ldap_name = $8, ldap_key = $9, linux_name = $10, linux_gid = $11, samba = $12, sudo = $13,
        passwordless_sudo = $14, radius_reply = $15, attributes = $16, search_text = $17, updated_at = $18
    WHERE id = $1 AND version = $3"
);
const CONTAIN_ITSELF: Sql = sql!("INSERT INTO group_closure (group_id, inner_id) VALUES ($1, $1)");
const DELETE: Sql = sql!("DELETE FROM user_groups WHERE id = $1");
/// How many people are named of those who lose something.
const NAMES: u64 = 5;

/// What is written of a group: the last version or the time of making is the third.
fn row(change: &Change, id: Id, third: i64, draft: &GroupDraft) -> Result<SqlxValues> {
    let (ldap_name, now) = (draft.ldap_name.clone().unwrap_or_default(), change.now);
    let shown = draft.ldap_name.as_ref().unwrap_or(&draft.name);
    let linux = draft.linux.as_ref();
    let linux_name = linux.map_or("", |linux| linux.name.as_str());
    let search = [&draft.name, &draft.description, &draft.email, &ldap_name, linux_name].map(normalize);
    Ok(args![
        id,
        change.seq,
        third,
        &draft.name,
        normalize(&draft.name),
        &draft.description,
        &draft.email,
        &ldap_name,
        normalize(shown),
        linux_name,
        linux.map_or(0, |linux| i64::from(linux.gid)),
        draft.samba,
        draft.sudo,
        draft.passwordless_sudo,
        serde_json::to_string(&draft.radius_reply)?,
        serde_json::to_string(&draft.attributes)?,
        search.join(" "),
        now
    ])
}

/// Which field ran into what is unique.
fn in_use(error: sqlx::Error, draft: &GroupDraft) -> Error {
    let Some(which) = taken(&error) else { return error.into() };
    let (field, message) = if which.contains("linux_gid") {
        ("linux_gid", "Another group has this GID.")
    } else if which.contains("linux_name") {
        ("linux_name", "Another group is called so on Linux.")
    } else if which.contains("ldap_key") && draft.ldap_name.is_some() {
        ("ldap_name", "Another group is called so in LDAP.")
    } else {
        ("name", "Another group has this name, here or in LDAP.")
    };
    Problem::at(field, message).into()
}

/// What differs, field by field; several of a kind as JSON.
fn differences(before: &GroupForm, after: &GroupForm) -> Result<Vec<FieldChange>> {
    let mut changes = Vec::new();
    for one in GROUP_FIELDS.iter().flat_map(|section| section.fields) {
        let key = one.key;
        let told = |form: &GroupForm| -> Result<String> {
            Ok(match one.kind {
                FieldKind::Switch => form.flag(key).to_string(),
                FieldKind::Several(_) if form.count(key) == 0 => String::new(),
                FieldKind::Several(_) if key == "radius_reply" => serde_json::to_string(&form.radius_reply)?,
                FieldKind::Several(_) => serde_json::to_string(&form.attributes)?,
                FieldKind::Line | FieldKind::Lines | FieldKind::Choice(_) | FieldKind::Person => {
                    form.text(key)
                }
            })
        };
        changes.push(field(key, told(before)?, told(after)?));
    }
    changes.retain(|change| change.from != change.to);
    Ok(changes)
}

/// A draft as it would be typed.
fn form_of(draft: &GroupDraft) -> GroupForm {
    let linux = draft.linux.clone();
    GroupForm {
        name: draft.name.clone(),
        description: draft.description.clone(),
        email: draft.email.clone(),
        ldap_name: draft.ldap_name.clone().unwrap_or_default(),
        linux_gid: linux.as_ref().map(|linux| linux.gid.to_string()).unwrap_or_default(),
        linux_name: linux.map(|linux| linux.name).unwrap_or_default(),
        samba: draft.samba,
        sudo: draft.sudo,
        passwordless_sudo: draft.passwordless_sudo,
        radius_reply: draft.radius_reply.clone(),
        attributes: draft.attributes.clone(),
    }
}

fn event(kind: EventKind, id: Id, name: &str) -> AuditEvent {
    AuditEvent::new(kind).to("user_group", id, name)
}

impl Groups<'_> {
    /// Adds a group without members. Says its id.
    ///
    /// # Errors
    /// `forbidden`; `invalid` with the fields at fault, names and numbers that another group has among them.
    pub async fn create(&self, actor: &Actor, form: &GroupForm) -> Result<Id> {
        let permit = permit(actor, Operation::CreateGroup)?;
        let draft = form.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let id = self.0.env().new_id()?;
        let row = row(&change, id, change.now.as_micros(), &draft)?;
        change.run(INSERT, row).await.map_err(|error| in_use(error, &draft))?;
        change.run(CONTAIN_ITSELF, args![id]).await?;
        let changes = differences(&GroupForm::default(), &form_of(&draft))?;
        change.record(event(EventKind::GroupCreate, id, &draft.name).changes(changes)).await?;
        change.commit().await?;
        Ok(id)
    }

    /// Changes a group, all at once, if nobody was faster.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` with the fields at fault; `stale` with who changed it meanwhile.
    pub async fn update(&self, actor: &Actor, update: &GroupUpdate) -> Result<()> {
        let permit = permit(actor, Operation::UpdateGroup)?;
        let draft = update.form.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let stored = find(change.tx(), update.id).await?;
        if stored.version != update.version {
            let who = last_changed_by(&mut change, stored.id).await?;
            let message = format!("{who} changed this group while you were editing.");
            return Err(Problem::new(ErrorCode::Stale, message).into());
        }
        let before = stored.form()?;
        let changes = differences(&before, &form_of(&draft))?;
        if changes.is_empty() {
            return Ok(());
        }
        if stored.linux_gid != 0
            && draft.linux.as_ref().is_none_or(|linux| i64::from(linux.gid) != stored.linux_gid)
        {
            let message = format!("The GID stays {}: files on devices belong to it.", stored.linux_gid);
            return Err(Problem::at("linux_gid", message).into());
        }
        let row = row(&change, stored.id, stored.version, &draft)?;
        change.run(WRITE, row).await.map_err(|error| in_use(error, &draft))?;
        change.record(event(EventKind::GroupUpdate, stored.id, &draft.name).changes(changes)).await?;
        change.commit().await
    }

    /// Deletes groups, all or none. Their members lose what came by them alone.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `conflict` where the rule of another group asks about one; `invalid` for too many at
    /// once.
    pub async fn delete(&self, actor: &Actor, ids: &[Id]) -> Result<()> {
        let permit = permit(actor, Operation::DeleteGroup)?;
        check_count(ids)?;
        let mut change = Change::begin(self.0, permit).await?;
        for id in ids {
            let group = find(change.tx(), *id).await?.named();
            not_asked_about(&mut change, &group, ids).await?;
            let mut outer = nesting::outer(change.tx(), group.id).await?;
            outer.retain(|outer| *outer != group.id);
            change.run(DELETE, args![group.id]).await?;
            nesting::rebuild(&mut change, &outer).await?;
            change.tombstone("user_group", group.id).await?;
            change.record(event(EventKind::GroupDelete, group.id, &group.name)).await?;
        }
        change.commit().await
    }

    /// What goes with groups when they are deleted.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` for too many at once.
    pub async fn loss(&self, actor: &Actor, ids: &[Id]) -> Result<GroupLoss> {
        permit(actor, Operation::DeleteGroup)?;
        check_count(ids)?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let mut groups: Vec<GroupRef> = Vec::new();
        for id in ids {
            find(&mut tx, *id).await?;
            groups.extend(nesting::subgroups(&mut tx, *id).await?);
            groups.extend(nesting::within(&mut tx, *id).await?);
        }
        groups.retain(|group| !ids.contains(&group.id));
        groups.sort_by_cached_key(|group| normalize(&group.name));
        groups.dedup();
        let people = UserList::base().add(Expr::col("id").in_subquery(members_of(ids, now)));
        let select = Query::select()
            .columns(["display_name", "first_name", "last_name", "username"])
            .from("users")
            .cond_where(people.clone())
            .order_by("name_key", sea_query::Order::Asc)
            .limit(NAMES)
            .take();
        let names: Vec<(String, String, String, String)> = tx.select(&select).await?;
        let names = names.iter().map(|(display, first, last, user)| name_of(display, first, last, user));
        let names = names.collect();
        Ok(GroupLoss { people: count_all(&mut tx, "users", people).await?, names, groups })
    }
}

/// What a rule asks about stays, unless the group with that rule goes, too.
async fn not_asked_about(change: &mut Change, group: &GroupRef, going: &[Id]) -> Result<()> {
    let asking = rules_asking_about(change.tx(), group.id).await?;
    let Some(first) = asking.iter().find(|one| !going.contains(&one.id)) else { return Ok(()) };
    let message = format!("The rule of {} asks about {}. Change that rule first.", first.name, group.name);
    Err(Problem::new(ErrorCode::Conflict, message).into())
}

fn check_count(ids: &[Id]) -> Result<()> {
    if ids.len() > GROUPS_AT_ONCE {
        return Err(Problem::at("groups", format!("At most {GROUPS_AT_ONCE} groups at once.")).into());
    }
    Ok(())
}
