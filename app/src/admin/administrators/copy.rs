//! The text of what can be done to administrators.

use model::administrator::Action;

use crate::viewer::Account;

/// Whom a text is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    /// Whoever reads them.
    You,
    They,
}

/// What a text about somebody depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub whom: Whom,
    /// Signs in with the password and the factors of a user.
    pub from_user: bool,
    pub passkey: bool,
}

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

/// What is said, to whoever did it, once it is done.
pub(super) fn done(action: Action, whom: &str, account: Account) -> String {
    match action {
        Action::Invite => account.notice("The invitation", whom),
        Action::SendPasswordReset | Action::SendTotpReset => account.notice("The email", whom),
        Action::EndSessions => format!("Ended the sessions of {whom}"),
        Action::RevokeApiKey => format!("Revoked the API key of {whom}"),
        Action::Suspend => format!("Suspended {whom}"),
        Action::Activate => format!("Activated {whom}"),
        Action::Delete => format!("Deleted {whom}"),
    }
}

/// What an action does to those it is done to.
pub(super) fn effects(action: Action, all: &[Subject]) -> Vec<&'static str> {
    let Some(one) = all.first() else { return vec![] };
    let you = one.whom == Whom::You;
    match action {
        Action::Invite => vec![
            "They get a link to choose their first password, good for 7 days and for one time. The link of the \
             invitation before opens nothing any more.",
        ],
        Action::SendPasswordReset if you => vec![
            "You get a link to choose a new password, good for one hour and for one time. Until you use it, the \
             password that you have stays good; your second factor stays in any case.",
        ],
        Action::SendPasswordReset => vec![
            "They get a link to choose a new password, good for one hour and for one time. Until they use it, the \
             password that they have stays good; their second factor stays in any case.",
        ],
        Action::SendTotpReset => vec![totp_reset(one.passkey)],
        Action::EndSessions => vec![
            "They are logged out of the Admin Portal everywhere, with their next request. They can sign in again. \
             Their API key, if they have one, stays good.",
        ],
        Action::RevokeApiKey if you => vec![
            "Programs that use it are refused from their next request on, and nothing brings the key back. As long as \
             API access is on, you can make another.",
        ],
        Action::RevokeApiKey => vec![
            "Programs that use it are refused from their next request on, and nothing brings the key back. As long as \
             API access is on, they can make another.",
        ],
        Action::Suspend => suspended(one.from_user),
        Action::Activate if one.from_user => {
            vec!["They can sign in again, with the password and the second factors of their user."]
        }
        Action::Activate => vec![
            "They can sign in again, with the password and the second factor that they had. Whoever has not accepted \
             the invitation yet needs a new one.",
        ],
        Action::Delete => deleted(all),
    }
}

/// The Admin Portal is shut to somebody.
fn suspended(from_user: bool) -> Vec<&'static str> {
    if from_user {
        return vec![
            "They cannot sign in to the Admin Portal any more, their sessions there end at once, and their API key \
             opens nothing. Their role, their settings and the key are kept, and come back when they are activated.",
            "The user that they were made from is not suspended: the User Portal stays open to them.",
        ];
    }
    vec![
        "They cannot sign in, their sessions end at once, their API key opens nothing, and links in emails to them \
         open nothing any more. Their role, their settings and the key are kept, and come back when they are \
         activated.",
    ]
}

/// Passkeys are taken away only where they are lost, too.
const fn totp_reset(passkey: bool) -> &'static str {
    if passkey {
        "They get a link that takes their authenticator app and their recovery codes away, and their passkeys if they \
         have lost those, too. It is good for one hour and for one time. Until they use it, all that stays good. \
         Then their sessions end, and they sign in with their password, or a passkey that is left, and set up a \
         second factor anew."
    } else {
        "They get a link that takes their authenticator app and their recovery codes away, good for one hour and for \
         one time. Until they use it, the app stays good. Then their sessions end, and they sign in with their \
         password and set up a new app."
    }
}

/// What is deleted with them, and what is not.
fn deleted(all: &[Subject]) -> Vec<&'static str> {
    const OWN: &str = "They cannot sign in any more. Their sessions end at once, their password, second factors, \
        recovery codes and API key are deleted, and links in emails to them open nothing. Nothing brings them back.";
    const OF_USER: &str = "They cannot sign in to the Admin Portal any more. Their sessions there end at once, and their \
        API key is deleted. Nothing brings them back.";
    const STAYS: &str =
        "An administrator made from a user stays a user and keeps the password and second factors.";
    match (all.iter().all(|one| one.from_user), all.iter().any(|one| one.from_user)) {
        (true, _) => vec![OF_USER, STAYS],
        (_, true) => vec![OWN, STAYS],
        _ => vec![OWN],
    }
}

/// Why something cannot be done to somebody; `why` follows their name.
pub(super) fn refused(name: &str, whom: Whom, why: &str) -> String {
    if whom == Whom::They {
        return format!("{name} {why}.");
    }
    let why = why.replace("their user", "your user");
    let turned = [
        ("is you:", "This is you:"),
        ("has ", "You have "),
        ("is ", "You are "),
        ("signs in ", "You sign in "),
    ];
    let turned = turned.into_iter().find_map(|(they, you)| Some((you, why.strip_prefix(they)?)));
    turned.map_or_else(|| format!("{name} {why}."), |(you, rest)| format!("{you}{rest}."))
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

    const SOMEBODY: Subject = Subject { whom: Whom::They, from_user: false, passkey: false };

    #[test]
    fn an_action_is_named_with_whom_it_is_done_to() {
        assert_eq!(on(Action::Delete, &whom(&["Ada Lovelace"])), "Delete Ada Lovelace");
        assert_eq!(on(Action::Delete, &whom(&["Ada", "Bob"])), "Delete 2 administrators");
        assert_eq!(on(Action::EndSessions, "Ada Lovelace"), "End sessions of Ada Lovelace");
        assert_eq!(on(Action::SendTotpReset, "Ada"), "Send TOTP Reset Email to Ada");
    }

    #[test]
    fn what_dies_with_an_administrator_is_said_and_what_is_their_users_is_not() {
        let says = |all: &[Subject]| effects(Action::Delete, all).join(" ");
        let linked = Subject { from_user: true, ..SOMEBODY };
        let own = says(&[SOMEBODY, SOMEBODY]);
        for lost in ["sessions", "password", "second factors", "recovery codes", "API key", "links"] {
            assert!(own.contains(lost), "{lost}: {own}");
        }
        assert!(!own.contains("made from a user"), "{own}");
        let theirs = says(&[linked]);
        assert!(theirs.contains("stays a user and keeps the password and second factors"), "{theirs}");
        assert!(
            !theirs.contains("password, second factors, recovery codes and API key are deleted"),
            "{theirs}"
        );
        assert!(
            says(&[SOMEBODY, linked]).contains("recovery codes")
                && says(&[linked, SOMEBODY]).contains("stays a user")
        );
    }

    #[test]
    fn a_lost_app_beside_a_passkey_is_no_lost_account() {
        let says = |subject: Subject| effects(Action::SendTotpReset, &[subject]).join(" ");
        assert!(says(SOMEBODY).contains("sign in with their password and set up a new app"));
        assert!(says(Subject { passkey: true, ..SOMEBODY }).contains("a passkey that is left"));
    }

    #[test]
    fn nobody_is_told_of_themselves_as_of_another() {
        let you = Subject { whom: Whom::You, ..SOMEBODY };
        let says = effects(Action::SendPasswordReset, &[you]).join(" ").to_lowercase();
        assert!(!says.contains("they ") && !says.contains("their "), "{says}");
        assert!(effects(Action::RevokeApiKey, &[you]).join(" ").contains("you can make another"));
        let refused = |why| refused("Ada Lovelace", Whom::You, why);
        assert_eq!(refused("is you: nobody deletes themselves"), "This is you: nobody deletes themselves.");
        assert_eq!(refused("has no API key"), "You have no API key.");
        assert_eq!(
            refused("signs in with the password of their user: send the email from there"),
            "You sign in with the password of your user: send the email from there."
        );
        assert_eq!(super::refused("Ada", Whom::They, "has no API key"), "Ada has no API key.");
    }
}
