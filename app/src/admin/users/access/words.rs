//! What is said of each action before it is done and after.

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
        Action::Activate => "circle-play",
        Action::Suspend => "circle-pause",
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
        Action::Activate => "Activate",
        Action::Suspend => "Suspend",
    }
}

/// Before the name, in the title of the question.
pub(super) fn title(action: Action, name: &str) -> String {
    let link = match action {
        Action::SendActivationEmail | Action::SendPasswordReset => " to ",
        Action::RequireMfa => " of ",
        Action::Unlock | Action::Activate | Action::Suspend => " ",
        _ => " for ",
    };
    format!("{}{link}{name}", verb(action))
}

/// What follows from it for this user, in a sentence or two.
pub(super) fn follows(action: Action, user: &User) -> String {
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
        Action::SetPassword | Action::Activate | Action::Suspend => String::new(),
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

/// What is said, to whoever did it, when it is done.
pub(super) fn done(action: Action, name: &str, account: Account) -> String {
    match action {
        Action::SetPassword => format!("Set the password of {name}"),
        Action::SendActivationEmail | Action::SendPasswordReset => account.told_of("The email", name),
        Action::ForcePasswordChange => format!("{name} must change the password"),
        Action::Unlock => format!("{name} can sign in again"),
        Action::ResetTotp => format!("Reset TOTP for {name}"),
        Action::RequireMfa => format!("MFA is required of {name}"),
        Action::RemoveMfa => format!("{name} is not asked for MFA any more"),
        Action::Activate => format!("Activated {name}"),
        Action::Suspend => format!("Suspended {name}"),
    }
}
