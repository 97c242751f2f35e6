//! The text of each action, before it is done and after.

use model::list::grouped;
use model::user::{Action, User, UserState};

use crate::viewer::Account;

/// The icon of its entry.
pub(super) const fn icon(action: Action) -> &'static str {
    match action {
        Action::SetPassword => "key-round",
        Action::SendActivationEmail | Action::SendPasswordReset => "mail",
        Action::ForcePasswordChange => "refresh-cw",
        Action::Unlock => "lock-open",
        Action::ResetTotp => "rotate-ccw",
        Action::RequireMfa => "shield-check",
        Action::RemoveMfa => "shield-alert",
        Action::AddToGroup => "users-round",
        Action::Activate => "circle-play",
        Action::Suspend => "circle-pause",
        Action::ScheduleActivation | Action::ScheduleSuspension => "calendar-clock",
        Action::Delete | Action::Purge => "trash-2",
        Action::Restore => "undo-2",
    }
}

/// The verb and its object, as on the button.
pub(super) const fn verb(action: Action) -> &'static str {
    match action {
        Action::SetPassword => "Set password",
        Action::SendActivationEmail => "Send activation email",
        Action::SendPasswordReset => "Send password reset email",
        Action::ForcePasswordChange => "Force password change",
        Action::Unlock => "Unlock",
        Action::ResetTotp => "Reset TOTP",
        Action::RequireMfa => "Require MFA",
        Action::RemoveMfa => "Remove MFA",
        Action::AddToGroup => "Add to group",
        Action::Activate => "Activate",
        Action::Suspend => "Suspend",
        Action::ScheduleActivation => "Schedule activation",
        Action::ScheduleSuspension => "Schedule suspension",
        Action::Delete => "Delete",
        Action::Restore => "Restore",
        Action::Purge => "Delete permanently",
    }
}

/// The verb and whom, in the title of the question: "Suspend 3 users".
pub(super) fn title(action: Action, whom: &str) -> String {
    let link = match action {
        Action::SendActivationEmail | Action::SendPasswordReset => "to ",
        Action::RequireMfa => "of ",
        Action::SetPassword
        | Action::ForcePasswordChange
        | Action::ResetTotp
        | Action::RemoveMfa
        | Action::ScheduleActivation
        | Action::ScheduleSuspension => "for ",
        Action::Purge => return format!("Delete {whom} permanently"),
        Action::AddToGroup => return format!("Add {whom} to a user group"),
        Action::Unlock | Action::Activate | Action::Suspend | Action::Delete | Action::Restore => "",
    };
    format!("{} {link}{whom}", verb(action))
}

/// The action as an entry of the menu over the list.
pub(super) const fn entry(action: Action) -> &'static str {
    match action {
        Action::SetPassword => "Set password…",
        Action::SendActivationEmail => "Send activation email…",
        Action::SendPasswordReset => "Send password reset email…",
        Action::ForcePasswordChange => "Force password change…",
        Action::Unlock => "Unlock user accounts…",
        Action::ResetTotp => "Send TOTP MFA reset email…",
        Action::RequireMfa | Action::RemoveMfa => "Change MFA requirement…",
        Action::AddToGroup => "Add to user group…",
        Action::Activate => "Activate users…",
        Action::ScheduleActivation => "Schedule activation…",
        Action::Suspend => "Suspend users…",
        Action::ScheduleSuspension => "Schedule suspension…",
        Action::Delete => "Delete users…",
        Action::Restore => "Restore users…",
        Action::Purge => "Delete users permanently…",
    }
}

/// What an action on users of any number does, in a sentence or two.
pub(super) const fn effect(action: Action) -> &'static str {
    match action {
        Action::Activate => {
            "They get access to everything they are bound to, at once. Nobody who has been activated can \
             become Staged again."
        }
        Action::Suspend => {
            "All access is taken away at once, and their sessions end, in the Admin Portal too. What they are \
             bound to is kept and comes back when they are activated."
        }
        Action::Delete => {
            "All access is taken away at once, and their sessions end. For 30 days they stand in the list \
             of deleted users, where they can be restored, Suspended, or deleted permanently. Until they \
             are gone for good, their username and email stay taken. Whoever was made an administrator from \
             their user is none any more, and restoring does not bring that back."
        }
        Action::Restore => {
            "They come back Suspended, with everything they had but an administrator’s role: they have no \
             access before somebody activates them."
        }
        Action::Purge => {
            "They are erased at once, and nothing brings them back. Their username, email, employee ID and \
             UNIX user ID are free for somebody else. What happened to them stays in the history."
        }
        Action::ScheduleActivation => {
            "They become Active at that moment, and get access to everything they are bound to. Until then \
             nothing changes, and the schedule can be moved or cancelled."
        }
        Action::ScheduleSuspension => {
            "At that moment all access is taken away and their sessions end. What they are bound to is kept. \
             Until then nothing changes, and the schedule can be moved or cancelled."
        }
        Action::SendActivationEmail => {
            "Users without a password get a link that sets the first one, good for 7 days. Users who have one \
             get a link that sets a new one, good for 1 hour. Each ends the links of earlier emails."
        }
        Action::SendPasswordReset => {
            "They get a link that sets a new password. It is good for 1 hour and for one use, and ends the \
             links of earlier emails. The present password stays good until then."
        }
        Action::ForcePasswordChange => {
            "All their sessions end at once. From then on the present password opens nothing but the page \
             that changes it. No email is sent."
        }
        Action::Unlock => {
            "They can sign in again at once, and the wrong tries are forgotten. A password that has expired \
             must still be changed."
        }
        Action::ResetTotp => {
            "Their TOTP keys and recovery codes are deleted, and all their sessions end. This cannot be \
             undone. Active users get an email with a link to enroll anew."
        }
        Action::RequireMfa => {
            "Signing in to the User Portal asks them for a second factor. Until the days are over, they can \
             still come in without one and enroll; after that they are shut out."
        }
        Action::RemoveMfa => {
            "Signing in asks them for the password alone, also if they had switched a second factor on for \
             themselves. What is enrolled is kept."
        }
        Action::AddToGroup => {
            "They get what the group gives, for as long as they are in it. No email is sent."
        }
        Action::SetPassword => "",
    }
}

/// What an action does to this user, in a sentence or two.
pub(super) fn effect_on(action: Action, user: &User) -> String {
    let name = user.name();
    let has_password = user.password.set_at.is_some();
    match action {
        Action::SendActivationEmail if !has_password => format!(
            "{name} has no password yet. The email brings a link that sets the first one. It is good for \
             7 days and for one use, and ends the links of earlier emails."
        ),
        Action::SendActivationEmail => format!(
            "{name} has a password already, so the email brings a link that sets a new one. It is good for \
             1 hour and for one use. The present password stays good until then."
        ),
        Action::SendPasswordReset => format!(
            "{name} gets a link that sets a new password. It is good for 1 hour and for one use, and ends the \
             links of earlier emails. The present password stays good until then."
        ),
        Action::ForcePasswordChange => format!(
            "All sessions of {name} end at once. From then on the present password opens nothing but the page \
             that changes it. No email is sent."
        ),
        Action::Unlock => format!(
            "{name} can sign in again at once, and the wrong tries are forgotten. A password that has expired \
             must still be changed."
        ),
        Action::ResetTotp => reset(user),
        Action::RequireMfa => {
            let told = if mailed(user) { " An email tells them." } else { "" };
            format!(
                "Signing in to the User Portal asks {name} for a second factor. Until the days are over, they \
                 can still come in without one and enroll; after that they are shut out.{told}"
            )
        }
        Action::RemoveMfa => format!(
            "Signing in asks {name} for the password alone, also if they had switched a second factor on for \
             themselves. What is enrolled is kept."
        ),
        Action::SetPassword
        | Action::AddToGroup
        | Action::Activate
        | Action::Suspend
        | Action::ScheduleActivation
        | Action::ScheduleSuspension
        | Action::Delete
        | Action::Restore
        | Action::Purge => effect(action).to_owned(),
    }
}

fn reset(user: &User) -> String {
    let name = user.name();
    let told = if mailed(user) {
        format!(" An email to {} brings a link to enroll anew.", user.form.email)
    } else {
        " They get no email.".to_owned()
    };
    let period = match (user.passkeys.is_empty(), user.mfa.required) {
        (false, _) => " Their passkeys stay good; each is removed by itself.",
        _ if user.administrator.is_some() => {
            " They set up another at the next sign-in, before anything else."
        }
        (true, true) => " They have 7 days to enroll.",
        (true, false) => "",
    };
    format!(
        "The TOTP key and the recovery codes of {name} are deleted, and all sessions end. This cannot be \
         undone.{told}{period}"
    )
}

/// Whether this user gets emails at all.
fn mailed(user: &User) -> bool {
    user.state == UserState::Activated && !user.sample
}

/// What is said, to whoever did it, when it is done: "Suspended 3 users".
pub(super) fn done(action: Action, whom: &str, account: Account) -> String {
    match action {
        Action::SetPassword => format!("Set the password of {whom}"),
        Action::SendActivationEmail | Action::SendPasswordReset => account.notice("The email", whom),
        Action::ForcePasswordChange => format!("{whom} must change the password"),
        Action::Unlock => format!("{whom} can sign in again"),
        Action::ResetTotp => format!("Reset TOTP for {whom}"),
        Action::RequireMfa => format!("MFA is required of {whom}"),
        Action::RemoveMfa => format!("{whom} is not asked for MFA any more"),
        Action::AddToGroup => format!("Added {whom} to the group"),
        Action::Activate => format!("Activated {whom}"),
        Action::Suspend => format!("Suspended {whom}"),
        Action::ScheduleActivation => format!("Scheduled the activation of {whom}"),
        Action::ScheduleSuspension => format!("Scheduled the suspension of {whom}"),
        Action::Delete => format!("Deleted {whom}"),
        Action::Restore => format!("Restored {whom}, suspended"),
        Action::Purge => format!("Deleted {whom} permanently"),
    }
}

/// "Ada Lovelace", "3 users".
pub(super) fn whom(names: &[&str]) -> String {
    match names {
        [one] => (*one).to_owned(),
        many => counted(many.len()),
    }
}

/// "1 user", "3 users".
pub(super) fn counted(count: usize) -> String {
    many(count as u64)
}

/// The same.
pub(super) fn many(count: u64) -> String {
    format!("{} {}", grouped(count), if count == 1 { "user" } else { "users" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_named_with_whom_it_is_done_to() {
        assert_eq!(title(Action::Suspend, "3 users"), "Suspend 3 users");
        assert_eq!(title(Action::Purge, "Ada Lovelace"), "Delete Ada Lovelace permanently");
        assert_eq!(title(Action::RequireMfa, "Ada Lovelace"), "Require MFA of Ada Lovelace");
        assert_eq!(verb(Action::Purge), "Delete permanently");
    }
}
