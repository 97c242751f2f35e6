//! Emails to administrators about what was done to their own account, so that nobody does it unseen.

use model::api_key::ApiKey;
use model::event::{EventKind, FieldChange};
use model::mail::MessageKind;
use model::role::{AREAS, Area};
use model::{Id, Principal, Scopes};

use super::rules::is_oneself;
use super::{Stored, WITH_ROLE, WITH_USER, find, of_users};
use crate::posting::{self, Facts, Message};
use directory_core::accounts::AccountRef;
use directory_core::authz::Identity;
use directory_core::error::Result;
use directory_core::events::party_of;
use directory_core::store::args;
use directory_core::transaction::PlainTx;

/// To whoever can sign in, at their address or at one that was theirs.
async fn post(plain: &mut PlainTx, stored: &Stored, kind: MessageKind, to: &str, facts: Facts) -> Result<()> {
    if !stored.active || stored.password_set_at.is_none() {
        return Ok(());
    }
    let actor = plain.permit().actor();
    let by = party_of(actor).name;
    let portal = if matches!(actor.identity(), Identity::User(_)) {
        Principal::User
    } else {
        Principal::Administrator
    };
    let message = Message {
        kind,
        to: to.to_owned(),
        principal: Principal::Administrator,
        principal_id: stored.id,
        first_name: stored.first_name.clone(),
        link: None,
        facts: Facts { by, source: plain.source(portal), at: Some(plain.now), ..facts },
    };
    posting::post(plain, message).await.map(drop)
}

/// They were made an administrator of a user, and can sign in at once.
pub(crate) async fn appointed(plain: &mut PlainTx, stored: &Stored) -> Result<()> {
    let facts = Facts { role: stored.assigned_role.role()?.name, ..Facts::default() };
    post(plain, stored, MessageKind::AdminAppointed, &stored.email, facts).await
}

/// They have another role.
pub(crate) async fn role_changed(plain: &mut PlainTx, before: &Stored) -> Result<()> {
    let stored = find(plain.tx(), before.id).await?;
    let (role, role_before) = (stored.assigned_role.role()?.name, before.assigned_role.role()?.name);
    let facts = Facts { role, role_before, ..Facts::default() };
    post(plain, &stored, MessageKind::AdminRoleChanged, &stored.email, facts).await
}

/// Their role, one of the organization's own, allows other things than these now. Whoever made it so knows.
pub(crate) async fn rights_changed(plain: &mut PlainTx, role: Id, before: Scopes) -> Result<()> {
    let actor = plain.permit().actor().clone();
    let holders: Vec<Stored> = plain.tx().all(WITH_ROLE, args![role]).await?;
    for stored in holders.iter().filter(|stored| !is_oneself(&actor, stored.id)) {
        let role = stored.assigned_role.role()?;
        let facts =
            Facts { change: rights_in_words(before, role.scopes), role: role.name, ..Facts::default() };
        post(plain, stored, MessageKind::AdminRightsChanged, &stored.email, facts).await?;
    }
    Ok(())
}

/// They have made themselves an API key, in place of the one that began with `before` if there was any.
pub(crate) async fn api_key_made(
    plain: &mut PlainTx,
    stored: &Stored,
    key: &ApiKey,
    before: &str,
) -> Result<()> {
    let change = match before {
        "" => "An API key was made".to_owned(),
        before => format!("An API key was made in place of the one that began with {before}"),
    };
    let key_expiration = key
        .expires_at
        .map_or_else(|| "does not expire".to_owned(), |at| format!("expires on {}", posting::instant(at)));
    let facts = Facts { change, api_key: key.hint.clone(), key_expiration, ..Facts::default() };
    post(plain, stored, MessageKind::AdminApiKeyMade, &stored.email, facts).await
}

/// They have another address, which is told at both.
pub(crate) async fn email_changed(plain: &mut PlainTx, before: &Stored) -> Result<()> {
    let stored = find(plain.tx(), before.id).await?;
    let (email, email_before) = (stored.email.clone(), before.email.clone());
    let facts = Facts { email, email_before, ..Facts::default() };
    for to in [&before.email, &stored.email] {
        post(plain, &stored, MessageKind::AdminEmailChanged, to, facts.clone()).await?;
    }
    Ok(())
}

/// An administrator who had a password has another.
pub(crate) async fn password_changed(plain: &mut PlainTx, id: Id) -> Result<()> {
    let stored = find(plain.tx(), id).await?;
    post(plain, &stored, MessageKind::AdminPasswordChanged, &stored.email, Facts::default()).await
}

/// A user has another password, and so has the administrator made from them, whose history tells it with what
/// else changed by it; the user's own email tells the person.
pub(crate) async fn password_followed(plain: &mut PlainTx, user: Id, changes: &[FieldChange]) -> Result<()> {
    for stored in of_users(plain.tx(), &[user]).await? {
        let changed = stored.audit_event(EventKind::AdminPasswordChange).changes(changes.to_vec());
        plain.record(changed.message(WITH_USER)).await?;
    }
    Ok(())
}

/// The factors that open an administrator's account are others. Those of a user open that of the
/// administrator made from them, too, whose history tells it as an event of this kind.
pub(crate) async fn factors_changed(
    plain: &mut PlainTx,
    of: AccountRef,
    kind: EventKind,
    changes: &[FieldChange],
) -> Result<()> {
    let administrators = match of.0 {
        Principal::Administrator => vec![find(plain.tx(), of.1).await?],
        Principal::User => factors_followed(plain, of.1, kind, changes).await?,
    };
    for stored in administrators {
        let facts = Facts { change: in_words(changes), ..Facts::default() };
        post(plain, &stored, MessageKind::AdminFactorsChanged, &stored.email, facts).await?;
    }
    Ok(())
}

/// The same where another email tells the person. Says whose history tells it.
pub(crate) async fn factors_followed(
    plain: &mut PlainTx,
    user: Id,
    kind: EventKind,
    changes: &[FieldChange],
) -> Result<Vec<Stored>> {
    let administrators = of_users(plain.tx(), &[user]).await?;
    for stored in &administrators {
        plain.record(stored.audit_event(kind).changes(changes.to_vec()).message(WITH_USER)).await?;
    }
    Ok(administrators)
}

/// A line for each area in which a role allows other things: "– Users: full (before: view)".
fn rights_in_words(before: Scopes, now: Scopes) -> String {
    let nothing = || "nothing".to_owned();
    let line = |area: &Area| {
        let (before, now) = (area.summary(before), area.summary(now));
        let differs = before != now;
        let (before, now) = (before.unwrap_or_else(nothing), now.unwrap_or_else(nothing));
        differs.then(|| format!("– {}: {now} (before: {before})", area.label))
    };
    AREAS.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

/// "The passkey “Laptop” was added; recovery codes were made."
fn in_words(changes: &[FieldChange]) -> String {
    let word = |change: &FieldChange| match (change.field.as_str(), change.from.as_str(), change.to.as_str())
    {
        ("totp", _, "") => "the authenticator app was removed".to_owned(),
        ("totp", "", _) => "an authenticator app was set up".to_owned(),
        ("totp", _, _) => "another authenticator app was set up".to_owned(),
        ("passkey", name, "") => format!("the passkey “{name}” was removed"),
        ("passkey", _, name) => format!("the passkey “{name}” was added"),
        (_, _, "0") => "the recovery codes were removed".to_owned(),
        _ => "new recovery codes were made".to_owned(),
    };
    let words = changes.iter().map(word).collect::<Vec<_>>().join("; ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory_core::events::field;

    #[test]
    fn a_change_of_factors_in_words() {
        let of = |changes: &[(&str, &str, &str)]| {
            let changes: Vec<_> = changes.iter().map(|(name, from, to)| field(name, *from, *to)).collect();
            in_words(&changes)
        };
        let added = of(&[("passkey", "", "Laptop"), ("recoveryCodes", "0", "10 new")]);
        assert_eq!(added, "The passkey “Laptop” was added; new recovery codes were made");
        let reset = of(&[("totp", "set up", ""), ("passkey", "Key", ""), ("recoveryCodes", "9", "0")]);
        assert_eq!(
            reset,
            "The authenticator app was removed; the passkey “Key” was removed; the recovery codes were removed"
        );
        assert_eq!(of(&[("totp", "set up", "another")]), "Another authenticator app was set up");
    }
}
