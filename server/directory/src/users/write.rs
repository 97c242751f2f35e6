//! Adding and changing users.

use model::event::{EventKind, FieldChange};
use model::link::Purpose;
use model::user::{
    CreationSource, ENROLL_DAYS_DEFAULT, Flag, MfaRequirement, NewUser, TextAttribute, UserDraft, UserForm,
    UserUpdate,
};
use model::{Id, Operation, Principal, Problem};
use sea_query::{Expr, ExprTrait, Query};

use super::checks::{check_manager, check_taken, stale};
use super::columns::{columns, search_text};
use super::details::form_of;
use super::insert::{NewRecord, Parts, insert_all, insert_parts};
use super::messages::{self, To};
use super::{Record, Users, factors, find, password, scheduled};
use crate::administrators;
use crate::escalation;
use crate::links;
use crate::policy::{self, Subject};
use directory_core::authz::{Actor, permit};
use directory_core::error::{Error, Result, taken};
use directory_core::events::{AuditEvent, field};
use directory_core::store::{Arg, Sql, args, sql};
use directory_core::transaction::Change;

const DROP_ADDRESSES: Sql = sql!("DELETE FROM user_addresses WHERE user_id = $1");
const DROP_PHONES: Sql = sql!("DELETE FROM user_phones WHERE user_id = $1");
const DROP_CUSTOM: Sql = sql!("DELETE FROM user_custom WHERE user_id = $1");
const FIND_AS: Sql =
    sql!("UPDATE user_search SET search_text = $2 WHERE pk = (SELECT pk FROM users WHERE id = $1)");

/// Attributes through which one could come to open somebody's account, or end its password.
const OPENS: [&str; 5] = ["username", "email", "alternateEmail", "recoveryEmail", "password_never_expires"];

impl Users<'_> {
    /// Adds a user, with a password if one is given, and sends the email that fits it, if any is
    /// to be sent.
    ///
    /// # Errors
    /// `forbidden`; `invalid` with every field at fault, what is taken among them.
    pub async fn create(&self, actor: &Actor, user: &NewUser) -> Result<Id> {
        self.create_from(actor, user, CreationSource::Manual).await
    }

    /// The same for a user who comes from somewhere: the default of the state goes by it.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub async fn create_from(&self, actor: &Actor, user: &NewUser, source: CreationSource) -> Result<Id> {
        let permit = permit(actor, Operation::CreateUser)?;
        let draft = user.form.parse()?;
        let id = self.0.env().new_id()?;
        let to = To::read(&user.notify, 1, actor)?;
        let password = match &user.password {
            Some(new) => Some(password::first(self.0, id, new, &Subject::typed(&user.form)).await?),
            None => None,
        };
        let mut change = Change::begin(self.0, permit).await?;
        let organization = crate::settings::read(change.tx()).await?;
        let state = user.state.unwrap_or(organization.profile.new_users.of(source));
        add(&mut change, NewRecord { id, draft, state, source: source.as_str().to_owned() }).await?;
        if let Some(password) = password {
            password::set(&mut change, password).await?;
        }
        welcome(&mut change, id, &to).await?;
        change.commit().await?;
        Ok(id)
    }

    /// Changes a user's attributes, all at once, if nobody was faster.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `reauthentication_needed` for what opens an administrator's account; `invalid` with
    /// every field at fault; `stale` with who changed the user meanwhile: nothing is lost, because the caller still has the form.
    pub async fn update(&self, actor: &Actor, update: &UserUpdate) -> Result<()> {
        let permit = permit(actor, Operation::UpdateUser)?;
        let draft = update.form.parse()?;
        let mut change = Change::begin(self.0, permit).await?;
        let record = find(change.tx(), update.id).await?;
        if record.seq != update.version {
            return Err(stale(&mut change, update.id).await?.into());
        }
        let before = form_of(change.tx(), &record).await?;
        if self.amend(&mut change, &record, &before, &draft).await? {
            change.commit().await?;
        }
        Ok(())
    }

    /// Writes what a draft makes of a user, with all that follows from it and the event; says whether that
    /// was anything.
    ///
    /// # Errors
    /// `forbidden`, also by the rule against privilege escalation; `reauthentication_needed` likewise; `invalid` with every field at fault.
    pub(crate) async fn amend(
        &self,
        change: &mut Change,
        record: &Record,
        before: &UserForm,
        draft: &UserDraft,
    ) -> Result<bool> {
        let after = UserForm::from(draft.clone());
        let mut changes = differences(before, &after);
        if changes.is_empty() {
            return Ok(false);
        }
        let actor = change.permit().actor().clone();
        let asked = requirement(before, &after);
        if asked.is_some() {
            permit(&actor, Operation::ChangeMfaRequirement)?;
        }
        if asked.is_some() || OPENS.iter().any(|name| changes.iter().any(|change| change.field == *name)) {
            escalation::check_sign_in_change(change, record.id, &record.name()).await?;
        }
        put(change, record.id, before, draft).await?;
        if let Some(asked) = asked {
            changes.retain(|change| change.field != Flag::RequireMfa.key());
            factors::ask(change, std::slice::from_ref(record), asked).await?;
        }
        self.follow(change, record, before, &after).await?;
        administrators::follow_user(change, &former(record), draft).await?;
        if !changes.is_empty() {
            let audit_event =
                AuditEvent::new(EventKind::UserUpdate).to("user", record.id, draft.name()).changes(changes);
            change.record(audit_event).await?;
        }
        Ok(true)
    }

    /// What follows from some attributes: links that went to an address which is another now are
    /// worth nothing, and timers go by whether the password expires.
    async fn follow(
        &self,
        change: &mut Change,
        record: &Record,
        before: &UserForm,
        after: &UserForm,
    ) -> Result<()> {
        if before.email != after.email {
            links::revoke(change, Principal::User, record.id, &Purpose::ALL).await?;
        } else if before.text(TextAttribute::AlternateEmail) != after.text(TextAttribute::AlternateEmail) {
            links::revoke(change, Principal::User, record.id, &[Purpose::Activation]).await?;
        }
        let never = after.flags.contains(&Flag::PasswordNeverExpires);
        if before.flags.contains(&Flag::PasswordNeverExpires) != never {
            let policy = policy::read(change.tx()).await?;
            let expires = record.password_expires_at.filter(|_| !never);
            scheduled::plan(change, record.id, expires, &policy).await?;
        }
        Ok(())
    }
}

/// Writes a new user down, with the event of it.
///
/// # Errors
/// `invalid` with every field at fault, what is taken among them; nothing is written then.
pub(crate) async fn add(change: &mut Change, record: NewRecord) -> Result<()> {
    let NewRecord { id, draft, state, .. } = &record;
    check_manager(change.tx(), draft, None).await?;
    check_taken(change.tx(), draft, *id, None).await?;
    if insert_all(change, std::slice::from_ref(&record)).await?.is_empty() {
        return Err(Problem::at("username", "Another user has this username or email address.").into());
    }
    let mut changes = differences(&UserForm::default(), &draft.clone().into());
    changes.push(field("state", "", state.as_str()));
    let added = AuditEvent::new(EventKind::UserCreate).to("user", *id, draft.name());
    change.record(added.changes(changes)).await
}

/// What a new user gets, once the password is there if there is one: days to enroll a second factor, and the first
/// emails.
pub(crate) async fn welcome(change: &mut Change, id: Id, to: &To) -> Result<()> {
    let record = find(change.tx(), id).await?;
    if record.mfa_required {
        factors::give_days(change, id).await?;
    }
    messages::first(change, &record, to).await
}

/// Writes what a draft makes of a user's own attributes, and the event of it; says whether that was
/// anything. Nothing in it may open the account.
///
/// # Errors
/// `stale`.
pub(crate) async fn save(
    change: &mut Change,
    record: &Record,
    version: i64,
    draft: &UserDraft,
) -> Result<bool> {
    if record.seq != version {
        return Err(stale(change, record.id).await?.into());
    }
    let before = form_of(change.tx(), record).await?;
    let changes = differences(&before, &draft.clone().into());
    if changes.is_empty() {
        return Ok(false);
    }
    put(change, record.id, &before, draft).await?;
    administrators::follow_user(change, &former(record), draft).await?;
    let audit_event = AuditEvent::new(EventKind::UserUpdate).to("user", record.id, draft.name());
    change.record(audit_event.changes(changes)).await?;
    Ok(true)
}

/// Writes a draft in place of what was there, in all tables.
async fn put(change: &mut Change, id: Id, before: &UserForm, draft: &UserDraft) -> Result<()> {
    check_manager(change.tx(), draft, Some(id)).await?;
    check_taken(change.tx(), draft, id, Some(before)).await?;
    write(change, id, draft).await?;
    let after = UserForm::from(draft.clone());
    if before.addresses != after.addresses {
        change.run(DROP_ADDRESSES, args![id]).await?;
    }
    if before.phones != after.phones {
        change.run(DROP_PHONES, args![id]).await?;
    }
    if before.custom != after.custom {
        change.run(DROP_CUSTOM, args![id]).await?;
    }
    let parts = Parts {
        addresses: before.addresses != after.addresses,
        phones: before.phones != after.phones,
        custom: before.custom != after.custom,
    };
    insert_parts(change, &[(id, draft)], parts).await
}

/// What the form asks of the second factor, if it asks for something else than before.
fn requirement(before: &UserForm, after: &UserForm) -> Option<MfaRequirement> {
    match [before, after].map(|form| form.flags.contains(&Flag::RequireMfa)) {
        [false, true] => Some(MfaRequirement::Require { days: ENROLL_DAYS_DEFAULT }),
        [true, false] => Some(MfaRequirement::Remove),
        _ => None,
    }
}

async fn write(change: &mut Change, id: Id, draft: &UserDraft) -> Result<()> {
    let mut update = Query::update();
    update.table("users");
    for (column, value) in columns(draft) {
        update.value(column, value);
    }
    update.value("seq", change.seq).value("changed_at", change.now.as_micros());
    update.and_where(Expr::col("id").eq(Expr::val(id.value())));
    let (sql, args) = change.tx().build(&update);
    change.run(sql, args).await.map_err(as_fault)?;
    change.run(FIND_AS, args![id, search_text(draft)]).await?;
    Ok(())
}

/// Which field ran into a unique index.
fn as_fault(error: sqlx::Error) -> Error {
    let Some(index) = taken(&error) else { return error.into() };
    let field = ["username", "email", "employee_identifier", "unix_uid"]
        .into_iter()
        .find(|field| index.contains(field))
        .unwrap_or("username");
    let field = if field == "employee_identifier" { "employeeIdentifier" } else { field };
    Problem::at(field, "Another user has this.").into()
}

/// Every field that differs, before and after, under its name in the API.
pub(crate) fn differences(before: &UserForm, after: &UserForm) -> Vec<FieldChange> {
    let mut changes = vec![
        field("username", &before.username, &after.username),
        field("email", &before.email, &after.email),
        field("unix_uid", &before.unix_uid, &after.unix_uid),
        field("unix_guid", &before.unix_gid, &after.unix_gid),
        field("manager", shown(before.manager), shown(after.manager)),
        field("addresses", json(&before.addresses), json(&after.addresses)),
        field("phoneNumbers", json(&before.phones), json(&after.phones)),
        field("attributes", json(&before.custom), json(&after.custom)),
    ];
    changes.extend(
        TextAttribute::ALL.iter().map(|text| field(text.key(), before.text(*text), after.text(*text))),
    );
    let on = |form: &UserForm, flag| if form.flags.contains(flag) { "true" } else { "false" };
    changes.extend(Flag::ALL.iter().map(|flag| field(flag.key(), on(before, flag), on(after, flag))));
    changes.retain(|change| change.from != change.to);
    changes
}

fn shown(id: Option<Id>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn json<T: serde::Serialize>(list: &[T]) -> String {
    if list.is_empty() { String::new() } else { serde_json::to_string(list).unwrap_or_default() }
}

/// What the administrator who was made from a user follows.
fn former(record: &Record) -> administrators::FormerUser<'_> {
    administrators::FormerUser {
        id: record.id,
        email: &record.email,
        first_name: &record.first_name,
        last_name: &record.last_name,
    }
}
