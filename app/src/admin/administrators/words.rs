//! What can be done to administrators, in words.

use model::administrator::Action;

/// With what it begins: "Delete".
const fn verb(action: Action) -> &'static str {
    match action {
        Action::Invite => "Send the invitation again",
        Action::SendPasswordReset => "Send Password Reset Email",
        Action::SendTotpReset => "Send TOTP Reset Email",
        Action::EndSessions => "End sessions",
        Action::RevokeApiKey => "Revoke the API key",
        Action::Suspend => "Suspend",
        Action::Activate => "Activate",
        Action::Delete => "Delete",
    }
}

/// The word on its button; a question comes first.
pub(super) fn label(action: Action) -> String {
    format!("{}…", verb(action))
}

pub(super) const fn icon(action: Action) -> &'static str {
    match action {
        Action::Invite => "mail",
        Action::SendPasswordReset => "key-round",
        Action::SendTotpReset => "smartphone",
        Action::EndSessions => "log-out",
        Action::RevokeApiKey => "ban",
        Action::Suspend => "circle-pause",
        Action::Activate => "circle-play",
        Action::Delete => "trash-2",
    }
}

/// "Delete 3 administrators", "Send Password Reset Email to Ada Lovelace".
pub(super) fn on(action: Action, whom: &str) -> String {
    let between = match action {
        Action::Invite | Action::SendPasswordReset | Action::SendTotpReset => "to ",
        Action::EndSessions | Action::RevokeApiKey => "of ",
        Action::Suspend | Action::Activate | Action::Delete => "",
    };
    format!("{} {between}{whom}", verb(action))
}

/// What is said once it is done.
pub(super) fn done(action: Action, whom: &str) -> String {
    match action {
        Action::Invite => format!("The invitation is on its way to {whom}"),
        Action::SendPasswordReset | Action::SendTotpReset => format!("The email is on its way to {whom}"),
        Action::EndSessions => format!("Ended the sessions of {whom}"),
        Action::RevokeApiKey => format!("Revoked the API key of {whom}"),
        Action::Suspend => format!("Suspended {whom}"),
        Action::Activate => format!("Activated {whom}"),
        Action::Delete => format!("Deleted {whom}"),
    }
}

/// What follows from it.
pub(super) const fn follows(action: Action) -> &'static str {
    match action {
        Action::Invite => {
            "They get a link to choose their first password, good for 7 days and for one time. The link of the \
             invitation before opens nothing any more."
        }
        Action::SendPasswordReset => {
            "They get a link to choose a new password, good for one hour and for one time. Until they use it, the \
             password that they have stays good; their second factor stays in any case."
        }
        Action::SendTotpReset => {
            "They get a link that takes their authenticator app and their recovery codes away, and their passkeys if they \
             have lost those, too. It is good for one hour and for one time. Until they use it, all that stays good. \
             Then their sessions end, and they sign in with their password and set up a second factor anew."
        }
        Action::EndSessions => {
            "They are signed out of the Admin Portal everywhere, with their next request. They can sign in again. Their \
             API key, if they have one, stays good."
        }
        Action::RevokeApiKey => {
            "Programs that use it are refused from their next request on, and nothing brings the key back. As long as \
             API access is on, they can make another."
        }
        Action::Suspend => {
            "They cannot sign in, their sessions end at once, their API key opens nothing, and links in emails to them \
             open nothing any more. Their role, their settings and the key are kept, and come back when they are \
             activated."
        }
        Action::Activate => {
            "They can sign in again, with the password and the second factor that they had. Whoever has not accepted \
             the invitation yet needs a new one."
        }
        Action::Delete => {
            "They cannot sign in any more. Their sessions end at once, their password, second factors, recovery \
             codes and API key are deleted, and links in emails to them open nothing. Nothing brings them back. Whoever was made \
             from a user stays a user."
        }
    }
}

/// "1 administrator", "3 administrators".
pub(super) fn counted(count: usize) -> String {
    format!("{count} {}", if count == 1 { "administrator" } else { "administrators" })
}

/// "Ada Lovelace", "3 administrators".
pub(super) fn whom(names: &[&str]) -> String {
    match names {
        [one] => (*one).to_owned(),
        many => counted(many.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_named_with_whom_it_is_done_to() {
        assert_eq!(on(Action::Delete, &whom(&["Ada Lovelace"])), "Delete Ada Lovelace");
        assert_eq!(on(Action::Delete, &whom(&["Ada", "Bob"])), "Delete 2 administrators");
        assert_eq!(on(Action::EndSessions, "Ada Lovelace"), "End sessions of Ada Lovelace");
        assert_eq!(on(Action::SendTotpReset, "Ada"), "Send TOTP Reset Email to Ada");
    }
}
