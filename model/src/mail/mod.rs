//! Outgoing mail: what messages there are, where each stands, and the server that takes them.

mod settings;
mod template;

use serde::{Deserialize, Serialize};

use crate::link::Purpose;
use crate::list::{Column, FilterKind, ListSpec};
use crate::{Id, Principal, Timestamp};

pub use settings::{
    MailServer, MailSettings, MailSettingsForm, Security, ServerForm, TestOutcome, is_this_machine,
};
pub use template::{
    LINK_EXPIRATION, TEMPLATE_FIELDS, Template, TemplateText, TemplateUpdate, Token, Written, fill,
};

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $says:literal])* $variant:ident = $text:literal, $label:literal;)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[doc = $says])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Each with its word, as filters offer them.
            pub const CHOICES: &[(&'static str, &'static str)] = &[$(($text, $label),)+];

            /// As it is stored and as addresses name it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// What a person reads.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// Reads what [`Self::as_str`] says.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Why a message is written.
    MessageKind {
        AdminInvitation = "admin_invitation", "Administrator invitation";
        AdminPasswordReset = "admin_password_reset", "Administrator password reset";
        AdminTotpReset = "admin_totp_reset", "Administrator TOTP reset";
        AdminAppointed = "admin_appointed", "Made an administrator";
        AdminRoleChanged = "admin_role_changed", "Administrator’s role changed";
        AdminRightsChanged = "admin_rights_changed", "Administrator’s role allows other things";
        AdminEmailChanged = "admin_email_changed", "Administrator’s email changed";
        AdminPasswordChanged = "admin_password_changed", "Administrator’s password changed";
        AdminFactorsChanged = "admin_factors_changed", "Administrator’s second factors changed";
        AdminApiKeyMade = "admin_api_key_made", "Administrator’s API key made";
        AdminLockoutNotice = "admin_lockout_notice", "Lockout notice to administrators";
        CardExpiring = "card_expiring", "Card expires soon";
        CardExpired = "card_expired", "Card expired";
        WhatsNew = "whats_new", "What’s New";
        Activation = "activation", "Activation";
        Welcome = "welcome", "Welcome";
        PasswordReset = "password_reset", "Password reset";
        TotpReset = "totp_reset", "TOTP reset";
        PasswordExpiring = "password_expiring", "Password expires soon";
        PasswordExpired = "password_expired", "Password expired";
        PasswordChanged = "password_changed", "Password changed";
        Lockout = "lockout", "Lockout notice";
        MfaRequired = "mfa_required", "MFA required";
        Test = "test", "Test";
    }
}

impl MessageKind {
    /// Whose message it is.
    pub const fn principal(self) -> Principal {
        match self {
            Self::AdminInvitation
            | Self::AdminPasswordReset
            | Self::AdminTotpReset
            | Self::AdminAppointed
            | Self::AdminRoleChanged
            | Self::AdminRightsChanged
            | Self::AdminEmailChanged
            | Self::AdminPasswordChanged
            | Self::AdminFactorsChanged
            | Self::AdminApiKeyMade
            | Self::AdminLockoutNotice
            | Self::CardExpiring
            | Self::CardExpired
            | Self::WhatsNew
            | Self::Test => Principal::Administrator,
            Self::Activation
            | Self::Welcome
            | Self::PasswordReset
            | Self::TotpReset
            | Self::PasswordExpiring
            | Self::PasswordExpired
            | Self::PasswordChanged
            | Self::Lockout
            | Self::MfaRequired => Principal::User,
        }
    }

    /// What its link opens, for those that carry one.
    pub const fn purpose(self) -> Option<Purpose> {
        match self {
            Self::AdminInvitation => Some(Purpose::AdminInvitation),
            Self::AdminPasswordReset => Some(Purpose::AdminPasswordReset),
            Self::AdminTotpReset => Some(Purpose::AdminTotpReset),
            Self::Activation => Some(Purpose::Activation),
            Self::PasswordReset => Some(Purpose::PasswordReset),
            Self::TotpReset => Some(Purpose::TotpReset),
            Self::AdminAppointed
            | Self::AdminRoleChanged
            | Self::AdminRightsChanged
            | Self::AdminEmailChanged
            | Self::AdminPasswordChanged
            | Self::AdminFactorsChanged
            | Self::AdminApiKeyMade
            | Self::AdminLockoutNotice
            | Self::CardExpiring
            | Self::CardExpired
            | Self::WhatsNew
            | Self::Welcome
            | Self::PasswordExpiring
            | Self::PasswordExpired
            | Self::PasswordChanged
            | Self::Lockout
            | Self::MfaRequired
            | Self::Test => None,
        }
    }

    /// Whether it carries a link that may be used once.
    pub const fn has_link(self) -> bool {
        self.purpose().is_some()
    }

    /// Whether it tells of billing, which only those see who take care of that.
    pub const fn is_of_billing(self) -> bool {
        matches!(self, Self::CardExpiring | Self::CardExpired)
    }

    /// Whether it has a button at all, be it only to a page.
    pub const fn has_button(self) -> bool {
        !matches!(self, Self::Test)
    }
}

words! {
    /// Where a message stands.
    MessageState {
        /// To be sent, at once or again.
        Waiting = "waiting", "Waiting";
        /// The mail server has taken it.
        Sent = "sent", "Sent";
        /// Refused for good, or tried for too long.
        Failed = "failed", "Given up";
        /// It was not sent in time: its link is used or over, it is no news any more, or its reader gets
        /// no emails now.
        Lapsed = "lapsed", "Lapsed";
        /// Somebody took it out by hand, or nobody is to get it.
        Discarded = "discarded", "Discarded";
    }
}

/// How many messages can be tried again or discarded at once: a page of them.
pub const MESSAGES_AT_ONCE: usize = 100;

impl MessageState {
    /// Why nothing can be done to a message any more, which follows its name; `None` while it can.
    pub const fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Waiting | Self::Failed => None,
            Self::Sent => Some("has been sent"),
            Self::Lapsed => Some("is too old: it must be written anew"),
            Self::Discarded => Some("has been discarded"),
        }
    }
}

/// One line of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    pub id: Id,
    pub kind: MessageKind,
    pub state: MessageState,
    pub recipient: String,
    pub subject: String,
    pub created_at: Timestamp,
    pub attempts: u32,
    /// When it will be tried again, of those that wait.
    pub due_at: Option<Timestamp>,
    pub sent_at: Option<Timestamp>,
    /// What the mail server said at the last try, or why it was not sent.
    pub last_error: String,
}

/// A page of the outbox, and whether anything leaves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    pub page: crate::Page<MessageRow>,
    /// Without one, what waits goes on waiting.
    pub has_server: bool,
}

/// One message with what it says, but without its link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageDetails {
    pub row: MessageRow,
    pub principal: Principal,
    pub principal_id: Id,
    /// What it says; `None` once that is erased.
    pub written: Option<Written>,
    /// Whether its link can still be read and used.
    pub has_link: bool,
    /// When its link is over, or when it is not worth sending any more.
    pub lapses_at: Timestamp,
    pub has_server: bool,
}

pub static MESSAGES: ListSpec = ListSpec {
    name: "messages",
    default_sort: "-created",
    custom: false,
    columns: &[
        Column { key: "name", label: "Subject", sortable: true, filter: None, default: true, fixed: true },
        Column {
            key: "recipient",
            label: "Recipient",
            sortable: true,
            filter: Some(FilterKind::Text),
            default: true,
            fixed: false,
        },
        Column {
            key: "kind",
            label: "Kind",
            sortable: true,
            filter: Some(FilterKind::Choice(MessageKind::CHOICES)),
            default: true,
            fixed: false,
        },
        Column {
            key: "created",
            label: "Written",
            sortable: true,
            filter: Some(FilterKind::Time),
            default: true,
            fixed: false,
        },
        Column {
            key: "state",
            label: "State",
            sortable: true,
            filter: Some(FilterKind::Choice(MessageState::CHOICES)),
            default: true,
            fixed: false,
        },
    ],
};
