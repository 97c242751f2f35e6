//! Administrators made from users: the user's email, password and factors are theirs.

use std::collections::HashSet;

use model::Id;
use model::administrator::{NAME_MAX, full_name};
use model::event::EventKind;
use model::text::required_line;
use model::user::{TextAttribute, UserDraft};
use sea_query::{Expr, ExprTrait, Query};

use super::write::{email_taken, search_text};
use super::{WITH_USER, notices, of_users, rules};
use crate::escalation::refusals;
use directory_core::authz::{Actor, Identity};
use directory_core::error::Result;
use directory_core::events::{AuditEvent, field};
use directory_core::normalize::normalize;
use directory_core::store::{Arg, Sql, Tx, args, sql};
use directory_core::transaction::Change;

const FOLLOW: Sql = sql!(
    "UPDATE administrators SET first_name = $2, last_name = $3, name_key = $4, email = $5,
    search_text = $6, seq = $7 WHERE id = $1"
);
/// The user that an administrator was made from.
const USER_OF: Sql = sql!("SELECT user_id FROM administrators WHERE id = $1 AND user_id IS NOT NULL");

/// Those of some users from whom an administrator was made.
pub(crate) async fn among(tx: &mut Tx, users: &[Id]) -> Result<HashSet<Id>> {
    let select = Query::select()
        .column("user_id")
        .from("administrators")
        .and_where(Expr::col("user_id").is_in(users.iter().map(|id| id.value())))
        .take();
    Ok(tx.select::<(Id,)>(&select).await?.into_iter().map(|(id,)| id).collect())
}

/// Keeps the rule that one who manages administrators remains, after these users have lost their
/// access.
///
/// # Errors
/// `last_administrator`.
pub(crate) async fn keep_one_without(change: &mut Change, users: &[Id]) -> Result<()> {
    if of_users(change.tx(), users).await?.is_empty() {
        return Ok(());
    }
    rules::keep_one_administrator_with_billing(change).await
}

/// Whether nobody could manage administrators as this user stands now, who would.
pub(crate) async fn needs(tx: &mut Tx, user: Id) -> Result<bool> {
    Ok(!of_users(tx, &[user]).await?.is_empty() && !rules::somebody_manages(tx).await?)
}

/// The user that whoever asks was made from.
pub(crate) async fn oneself(tx: &mut Tx, actor: &Actor) -> Result<Option<Id>> {
    let Identity::Administrator(me, _) = actor.identity() else { return Ok(None) };
    let found: Option<(Id,)> = tx.optional(USER_OF, args![me.id]).await?;
    Ok(found.map(|(user,)| user))
}

/// A user before a change, as far as the administrator made from them follows it.
pub(crate) struct FormerUser<'a> {
    pub id: Id,
    pub email: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
}

/// A user has another email or name now, and so has the administrator made from them: a name as long as
/// it was the user's, and whoever gives it may change what that administrator does.
///
/// # Errors
/// `invalid` at `email` when another administrator has it.
pub(crate) async fn follow(change: &mut Change, before: &FormerUser<'_>, after: &UserDraft) -> Result<()> {
    let [first, last] = [TextAttribute::FirstName, TextAttribute::LastName].map(|name| after.text(name));
    let same = (before.email, before.first_name, before.last_name);
    if same == (after.email.as_str(), first, last) {
        return Ok(());
    }
    let (seq, actor) = (change.seq, change.permit().actor().clone());
    let guarded = refusals(change.tx(), &actor, &[before.id]).await?.contains_key(&before.id);
    let [first, last] = if guarded { [same.1, same.2] } else { [first, last] };
    for stored in of_users(change.tx(), &[before.id]).await? {
        let first = followed(&stored.first_name, before.first_name, first);
        let last = followed(&stored.last_name, before.last_name, last);
        let mut changes = vec![
            field("email", &stored.email, after.email.as_str()),
            field("firstname", &stored.first_name, &first),
            field("lastname", &stored.last_name, &last),
        ];
        changes.retain(|change| change.from != change.to);
        if changes.is_empty() {
            continue;
        }
        let name = full_name(&first, &last);
        let (key, search) = (normalize(&name), search_text(&name, &after.email));
        let row = args![stored.id, first, last, key, &after.email, search, seq];
        change.run(FOLLOW, row).await.map_err(|error| email_taken(error, &after.email))?;
        let told = AuditEvent::new(EventKind::AdminUpdate).to("administrator", stored.id, name);
        change.record(told.changes(changes).message(WITH_USER)).await?;
        if stored.email != after.email.as_str() {
            notices::email_changed(change, &stored).await?;
        }
    }
    Ok(())
}

/// What a name becomes when that of the user does; one that administrators cannot have is no name.
fn followed(own: &str, before: &str, after: &str) -> String {
    let after = if own == before { after } else { own };
    required_line(after, NAME_MAX, "a name").unwrap_or_else(|_| own.to_owned())
}
