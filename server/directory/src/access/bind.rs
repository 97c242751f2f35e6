//! Binding users and groups to resources, and unbinding them.

use std::collections::{HashMap, HashSet};

use model::access::{AccessLoss, BOUND_AT_ONCE, Binding, BoundKind, ResourceKind};
use model::event::EventKind;
use model::user::{Outcome, name_of};
use model::{Id, Operation, Problem};
use sea_query::{Cond, Expr, ExprTrait, Query};

use super::AccessControl;
use crate::bindings::{Resource, resource, users_bound_to};
use crate::lists::{Listed, count_all};
use crate::memberships::members_of;
use crate::users::UserList;
use directory_core::authz::{Actor, permit};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field, party_of};
use directory_core::store::{Arg, Sql, Tx, args, sql};
use directory_core::transaction::Change;

const BIND_USER: Sql = sql!(
    "INSERT INTO bindings (resource_id, user_id, added_at, added_by) VALUES ($1, $2, $3, $4)
    ON CONFLICT (resource_id, user_id) DO NOTHING"
);
const BIND_GROUP: Sql = sql!(
    "INSERT INTO bindings (resource_id, group_id, added_at, added_by) VALUES ($1, $2, $3, $4)
    ON CONFLICT (resource_id, group_id) DO NOTHING"
);
const UNBIND_USER: Sql = sql!("DELETE FROM bindings WHERE resource_id = $1 AND user_id = $2");
const UNBIND_GROUP: Sql = sql!("DELETE FROM bindings WHERE resource_id = $1 AND group_id = $2");
const TOUCH_APPLICATION: Sql = sql!("UPDATE applications SET seq = $2 WHERE id = $1");
const TOUCH_LDAP: Sql = sql!("UPDATE ldap_servers SET seq = $2 WHERE id = $1");
const BOUND_USERS: Sql = sql!("SELECT user_id FROM bindings WHERE resource_id = $1 AND user_id IS NOT NULL");
const BOUND_GROUPS: Sql =
    sql!("SELECT group_id FROM bindings WHERE resource_id = $1 AND group_id IS NOT NULL");
/// How many people are named of those who lose something.
const NAMES: u64 = 5;

impl AccessControl<'_> {
    /// Binds users or groups to a resource; says for each what happened.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at `ids` for too many at once.
    pub async fn bind(&self, actor: &Actor, binding: &Binding) -> Result<Vec<Outcome>> {
        self.change(actor, binding, true).await
    }

    /// Unbinds users or groups from a resource; says for each what happened. What another way gives stays.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at `ids` for too many at once.
    pub async fn unbind(&self, actor: &Actor, binding: &Binding) -> Result<Vec<Outcome>> {
        self.change(actor, binding, false).await
    }

    async fn change(&self, actor: &Actor, binding: &Binding, binds: bool) -> Result<Vec<Outcome>> {
        actor.may_any(&kinds(ResourceKind::binds))?;
        check(binding)?;
        let resource = self.known(actor, binding.resource).await?;
        let permit = permit(actor, resource.kind.binds())?;
        let mut change = Change::begin(self.0, permit).await?;
        let (now, by) = (change.now, party_of(actor).name);
        let names = names(change.tx(), binding).await?;
        let mut outcomes = Vec::with_capacity(binding.ids.len());
        for id in &binding.ids {
            let name = names.get(id).cloned();
            let done = match (&name, binding.bound, binds) {
                (None, ..) => 0,
                (Some(_), BoundKind::User, true) => {
                    change.run(BIND_USER, args![resource.id, *id, now, &by]).await?
                }
                (Some(_), BoundKind::Group, true) => {
                    change.run(BIND_GROUP, args![resource.id, *id, now, &by]).await?
                }
                (Some(_), BoundKind::User, false) => change.run(UNBIND_USER, args![resource.id, *id]).await?,
                (Some(_), BoundKind::Group, false) => {
                    change.run(UNBIND_GROUP, args![resource.id, *id]).await?
                }
            };
            let refused = match (&name, done) {
                (None, _) => Some("is not in the directory".to_owned()),
                (Some(_), 0) if binds => Some(format!("is bound to {} already", resource.name)),
                (Some(_), 0) => Some(format!("is not bound to {} directly", resource.name)),
                (Some(_), _) => None,
            };
            let name = name.unwrap_or_else(|| id.to_string());
            if refused.is_none() {
                change.record(event(&resource, binding.bound, *id, &name, binds)).await?;
            }
            outcomes.push(Outcome { id: *id, name, refused });
        }
        if outcomes.iter().any(|one| one.refused.is_none()) {
            let seq = change.seq;
            change.run(touch(resource.kind), args![resource.id, seq]).await?;
            change.commit().await?;
        }
        Ok(outcomes)
    }

    /// Who would lose a resource if these were unbound: those whom no other way leads there.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid` at `ids` for too many at once.
    pub async fn loss(&self, actor: &Actor, binding: &Binding) -> Result<AccessLoss> {
        actor.may_any(&kinds(ResourceKind::binds))?;
        check(binding)?;
        let resource = self.known(actor, binding.resource).await?;
        permit(actor, resource.kind.binds())?;
        let now = self.0.env().now();
        let mut tx = self.0.db().read().await?;
        let gone: HashSet<Id> = binding.ids.iter().copied().collect();
        let stays = async |tx: &mut Tx, sql, kind| -> Result<Vec<Id>> {
            let bound: Vec<(Id,)> = tx.all(sql, args![resource.id]).await?;
            let bound = bound.into_iter().map(|(id,)| id);
            Ok(bound.filter(|id| binding.bound != kind || !gone.contains(id)).collect())
        };
        let users = stays(&mut tx, BOUND_USERS, BoundKind::User).await?;
        let groups = stays(&mut tx, BOUND_GROUPS, BoundKind::Group).await?;
        let lose = UserList::base()
            .add(Expr::col("id").in_subquery(users_bound_to(&[resource.id], now)))
            .add(Expr::col("id").is_not_in(users.iter().map(|id| id.value())))
            .add(Expr::col("id").not_in_subquery(members_of(&groups, now)));
        first_of(&mut tx, lose).await
    }

    /// A resource, for who may see those of its kind.
    pub(super) async fn known(&self, actor: &Actor, id: Id) -> Result<Resource> {
        actor.may_any(&kinds(ResourceKind::sees))?;
        let mut tx = self.0.db().read().await?;
        let resource = resource(&mut tx, id).await?;
        permit(actor, resource.kind.sees())?;
        Ok(resource)
    }
}

/// A resource whose bindings change is changed itself.
const fn touch(kind: ResourceKind) -> Sql {
    match kind {
        ResourceKind::Application => TOUCH_APPLICATION,
        ResourceKind::Ldap => TOUCH_LDAP,
    }
}

fn check(binding: &Binding) -> Result<()> {
    if binding.ids.len() > BOUND_AT_ONCE {
        return Err(Problem::at("ids", format!("At most {BOUND_AT_ONCE} at once.")).into());
    }
    Ok(())
}

/// What it takes for any kind: asked before a resource is looked for.
pub(super) fn kinds(needs: fn(ResourceKind) -> Operation) -> Vec<Operation> {
    ResourceKind::ALL.iter().map(|kind| needs(*kind)).collect()
}

/// How many they are, and the first of them.
pub(crate) async fn first_of(tx: &mut Tx, which: Cond) -> Result<AccessLoss> {
    let select = Query::select()
        .columns(["display_name", "first_name", "last_name", "username"])
        .from("users")
        .cond_where(which.clone())
        .order_by("name_key", sea_query::Order::Asc)
        .limit(NAMES)
        .take();
    let names: Vec<(String, String, String, String)> = tx.select(&select).await?;
    let names = names.iter().map(|(display, first, last, user)| name_of(display, first, last, user));
    let names = names.collect();
    Ok(AccessLoss { people: count_all(tx, "users", which).await?, names })
}

fn event(resource: &Resource, bound: BoundKind, id: Id, name: &str, binds: bool) -> AuditEvent {
    let (from, to) = if binds { ("", resource.name.as_str()) } else { (resource.name.as_str(), "") };
    let told = AuditEvent::new(EventKind::AssociationChange).to(bound.as_str(), id, name);
    let message = if binds { "bound to" } else { "unbound from" };
    let message = format!("{message} {}", resource.name);
    told.changes(vec![field(resource.kind.as_str(), from, to)]).message(message)
}

#[derive(sqlx::FromRow)]
struct Person {
    id: Id,
    username: String,
    first_name: String,
    last_name: String,
    display_name: String,
}

/// The names of those that are there.
async fn names(tx: &mut Tx, binding: &Binding) -> Result<HashMap<Id, String>> {
    let ids = binding.ids.iter().map(|id| id.value());
    match binding.bound {
        BoundKind::User => {
            let which = UserList::base().add(Expr::col("id").is_in(ids));
            let select = Query::select()
                .columns(["id", "username", "first_name", "last_name", "display_name"])
                .from("users")
                .cond_where(which)
                .take();
            let people: Vec<Person> = tx.select(&select).await?;
            let name =
                |one: &Person| name_of(&one.display_name, &one.first_name, &one.last_name, &one.username);
            Ok(people.iter().map(|one| (one.id, name(one))).collect())
        }
        BoundKind::Group => {
            let select = Query::select()
                .columns(["id", "name"])
                .from("user_groups")
                .and_where(Expr::col("id").is_in(ids))
                .take();
            let groups: Vec<(Id, String)> = tx.select(&select).await?;
            Ok(groups.into_iter().collect())
        }
    }
}
