//! What messages say until somebody edits them.

use model::mail::{MessageKind, TemplateText};

/// The template that comes with the program.
pub(crate) fn default_text(kind: MessageKind) -> TemplateText {
    let [subject, title, header, body, button] = words(kind);
    TemplateText {
        subject: subject.to_owned(),
        title: title.to_owned(),
        header: header.to_owned(),
        body: body.to_owned(),
        button: button.to_owned(),
    }
}

/// Subject, title, header, body, button.
type Words = [&'static str; 5];

const fn words(kind: MessageKind) -> Words {
    match kind {
        MessageKind::AdminInvitation => ADMIN_INVITATION,
        MessageKind::AdminPasswordReset => ADMIN_PASSWORD_RESET,
        MessageKind::AdminTotpReset => ADMIN_TOTP_RESET,
        MessageKind::AdminLockoutNotice => ADMIN_LOCKOUT_NOTICE,
        MessageKind::CardExpiring => CARD_EXPIRING,
        MessageKind::CardExpired => CARD_EXPIRED,
        MessageKind::WhatsNew => WHATS_NEW,
        MessageKind::AdminAppointed => ADMIN_APPOINTED,
        MessageKind::AdminRoleChanged => ADMIN_ROLE_CHANGED,
        MessageKind::AdminRightsChanged => ADMIN_RIGHTS_CHANGED,
        MessageKind::AdminEmailChanged => ADMIN_EMAIL_CHANGED,
        MessageKind::AdminPasswordChanged => ADMIN_PASSWORD_CHANGED,
        MessageKind::AdminFactorsChanged => ADMIN_FACTORS_CHANGED,
        MessageKind::AdminApiKeyMade => ADMIN_API_KEY_MADE,
        MessageKind::Activation => ACTIVATION,
        MessageKind::Welcome => WELCOME,
        MessageKind::PasswordReset => PASSWORD_RESET,
        MessageKind::TotpReset => TOTP_RESET,
        MessageKind::PasswordExpiring => PASSWORD_EXPIRING,
        MessageKind::PasswordExpired => PASSWORD_EXPIRED,
        MessageKind::PasswordChanged => PASSWORD_CHANGED,
        MessageKind::Lockout => LOCKOUT,
        MessageKind::MfaRequired => MFA_REQUIRED,
        MessageKind::Test => TEST,
    }
}

const ADMIN_INVITATION: Words = [
    "You are an administrator of #{org_name}",
    "You are an administrator of #{org_name}",
    "Hello #{first_name},",
    "#{by} has made you an administrator of #{org_name} in Bailiwick. Your role is #{role}. Choose a password, \
     and you can sign in.",
    "Choose a password",
];

const ADMIN_PASSWORD_RESET: Words = [
    "Reset your administrator password",
    "Reset your administrator password",
    "Hello #{first_name},",
    "Somebody asked for a new password for your administrator account of #{org_name}. If it was you, choose \
     one now. If it was not, nothing has changed: your password stays as it is, and you can delete this \
     email.",
    "Choose a new password",
];

const ADMIN_TOTP_RESET: Words = [
    "Set up your second factor again",
    "Set up your second factor again",
    "Hello #{first_name},",
    "Another administrator of #{org_name} has sent you this link to set up a second factor anew for your \
     administrator account. What you have used so far is good until you follow it. If you still have it, \
     delete this email.",
    "Set up the second factor",
];

const ADMIN_LOCKOUT_NOTICE: Words = [
    "#{user_name} is locked out",
    "#{user_name} is locked out",
    "Hello #{first_name},",
    "#{user_name} typed too many wrong passwords (#{lockout_source}) and cannot sign in. If it was not they \
     who tried, somebody may be guessing their password.",
    "See the user",
];

const CARD_EXPIRING: Words = [
    "The card for #{org_name} expires in #{days_left}",
    "The card expires in #{days_left}",
    "Hello #{first_name},",
    "Invoices to #{org_name} are paid with a card that expires soon: #{card}. From #{expiration_day} it is not \
     good any more. Replace it before then, under Settings → Billing.",
    "Open Billing",
];

const CARD_EXPIRED: Words = [
    "The card for #{org_name} has expired",
    "The card has expired",
    "Hello #{first_name},",
    "Invoices to #{org_name} are to be paid with a card that has expired: #{card}. Replace it, or remove it to \
     pay by invoice, under Settings → Billing.",
    "Open Billing",
];

const WHATS_NEW: Words = [
    "What’s new in Bailiwick #{version}",
    "What’s new in Bailiwick #{version}",
    "Hello #{first_name},",
    "Bailiwick has a new version at #{org_name}: #{version}. It brings:\n\n#{news}\n\nYou get this email because \
     you want What’s New messages. You can turn them off in your account, under My details.",
    "See all that is new",
];

const ADMIN_APPOINTED: Words = [
    "You are an administrator of #{org_name}",
    "You are an administrator of #{org_name}",
    "Hello #{first_name},",
    "#{by} has made you an administrator of #{org_name} in Bailiwick. Your role is #{role}. You sign in with the \
     password and the second factor that you have as a user.",
    "Sign in",
];

const ADMIN_ROLE_CHANGED: Words = [
    "Your role at #{org_name} was changed",
    "Your role was changed",
    "Hello #{first_name},",
    "#{by} has given you another role as an administrator of #{org_name}: #{role}, in place of \
     #{role_before}.\n\nIf this should not be so, tell #{contact_name}.",
    "Sign in",
];

const ADMIN_RIGHTS_CHANGED: Words = [
    "What your role at #{org_name} allows was changed",
    "What your role allows was changed",
    "Hello #{first_name},",
    "#{by} has changed what your role as an administrator of #{org_name}, #{role}, allows (#{change_time}). From \
     now on:\n\n#{rights_change}\n\nIf this should not be so, tell #{contact_name}.",
    "Sign in",
];

const ADMIN_EMAIL_CHANGED: Words = [
    "The email of your administrator account was changed",
    "Your email was changed",
    "Hello #{first_name},",
    "#{by} has changed the email of your administrator account of #{org_name} from #{email_before} to #{email}. \
     You sign in with the new one, and messages go there from now on.\n\nIf this should not be so, tell \
     #{contact_name} at once.",
    "Sign in",
];

const ADMIN_PASSWORD_CHANGED: Words = [
    "Your administrator password was changed",
    "Your administrator password was changed",
    "Hello #{first_name},",
    "The password of your administrator account of #{org_name} has just been changed \
     (#{change_source}).\n\nIf it was not you, tell #{contact_name} at once.",
    "Sign in",
];

const ADMIN_FACTORS_CHANGED: Words = [
    "The second factors of your administrator account were changed",
    "Your second factors were changed",
    "Hello #{first_name},",
    "Your administrator account of #{org_name} is protected differently now. #{factor_change} \
     (#{change_source}).\n\nIf it was not you, tell #{contact_name} at once.",
    "Sign in",
];

const ADMIN_API_KEY_MADE: Words = [
    "An API key was made for your administrator account",
    "An API key was made",
    "Hello #{first_name},",
    "#{key_change} for your administrator account of #{org_name} (#{change_source}). It begins with #{api_key} and \
     #{key_expiration}. With it programs do what your role allows.\n\nIf it was not you, revoke it in your \
     account, under API key, and tell #{contact_name} at once.",
    "Sign in",
];

const ACTIVATION: Words = [
    "Activate your #{org_name} account",
    "Welcome to #{org_name}",
    "Hello #{first_name},",
    "An account has been made for you. Your username is #{username}.\n\nChoose a password to activate it.",
    "Choose a password",
];

const WELCOME: Words = [
    "Welcome to #{org_name}",
    "Welcome to #{org_name}",
    "Hello #{first_name},",
    "Your account is ready. Your username is #{username}; your administrator tells you your password.",
    "Sign in",
];

const PASSWORD_RESET: Words = [
    "Reset your #{org_name} password",
    "Reset your password",
    "Hello #{first_name},",
    "Somebody asked for a new password for your account #{username}. If it was you, choose one now. If it was \
     not, nothing has changed: your password stays as it is, and you can delete this email.",
    "Choose a new password",
];

const TOTP_RESET: Words = [
    "Set up your second factor again",
    "Set up your second factor again",
    "Hello #{first_name},",
    "The authenticator app of your account #{username} has been reset, and the recovery codes with it. Set up a \
     new one; new codes come with it.",
    "Set up the second factor",
];

const PASSWORD_EXPIRING: Words = [
    "Your #{org_name} password expires in #{days_left}",
    "Your password expires in #{days_left}",
    "Hello #{first_name},",
    "The password of your account #{username} expires on #{expiration_day}. Change it before then, so that \
     you can go on working without a break.",
    "Sign in and change it",
];

const PASSWORD_EXPIRED: Words = [
    "Your #{org_name} password has expired",
    "Your password has expired",
    "Hello #{first_name},",
    "The password of your account #{username} has expired. It opens nothing any more but the page on which \
     you change it.",
    "Sign in and change it",
];

const PASSWORD_CHANGED: Words = [
    "Your #{org_name} password was changed",
    "Your password was changed",
    "Hello #{first_name},",
    "The password of your account #{username} has just been changed.\n\nIf it was not you, tell \
     #{contact_name} at once.",
    "Sign in",
];

const LOCKOUT: Words = [
    "Your #{org_name} account is locked",
    "Your account is locked",
    "Hello #{first_name},",
    "Too many wrong passwords were typed for your account #{username} (#{lockout_source}), so it is locked \
     for now.\n\nIf it was not you who tried, tell #{contact_name}.",
    "Go to the sign-in page",
];

const MFA_REQUIRED: Words = [
    "Set up a second factor for #{org_name}",
    "Set up a second factor",
    "Hello #{first_name},",
    "Your account #{username} needs a second factor from now on: a code from an app on your phone. You have \
     #{enrollment_days} to set it up; after that you cannot sign in without it.",
    "Sign in and set it up",
];

const TEST: Words = [
    "A test of #{org_name}’s outgoing mail",
    "Outgoing mail works",
    "Hello #{first_name},",
    "This email was sent from Bailiwick to test the mail server. If you can read it, messages arrive.",
    "",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_keeps_the_rules_of_templates() {
        for kind in MessageKind::ALL {
            let text = default_text(*kind);
            assert_eq!(text.parse(*kind), Ok(text.clone()), "{}", kind.as_str());
        }
    }
}
