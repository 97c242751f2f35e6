//! A message, and what is filled into its template.

use model::mail::{MessageKind, TemplateText, Written};
use model::settings::OrganizationProfile;
use model::{Id, Principal, Timestamp};
use serde::{Deserialize, Serialize};

use directory_core::token::Token;

/// A message to be posted.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub kind: MessageKind,
    /// The address.
    pub to: String,
    /// Whom it is about, which is who gets it but for notices to administrators.
    pub principal: Principal,
    pub principal_id: Id,
    pub first_name: String,
    /// The link that it brings; its kind says whether there must be one.
    pub link: Option<Token>,
    pub facts: Facts,
}

/// What some kinds of messages tell of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub username: String,
    /// When the password, or the card, expires.
    pub expires_at: Option<Timestamp>,
    /// Days until that, or to enroll.
    pub days: Option<u32>,
    /// Where the wrong passwords were typed, such as "User Portal".
    pub lockout_source: String,
    /// Who is locked out, for administrators.
    pub user: Option<(Id, String)>,
    /// The card that invoices are paid with.
    pub card: String,
    /// The release that has come.
    pub version: String,
    /// What it brings, line by line.
    pub news: String,
    /// Who did what it tells of.
    pub by: String,
    /// From where that was done.
    pub source: String,
    /// An administrator's role, and the one before.
    pub role: String,
    pub role_before: String,
    /// Their address, and the one before.
    pub email: String,
    pub email_before: String,
    /// What was done to their second factors, their role's rights or their API key, in words.
    pub change: String,
    /// When it was done.
    pub at: Option<Timestamp>,
    /// What an API key begins with.
    pub api_key: String,
    /// That it expires and when, or that it does not.
    pub key_expiration: String,
}

/// What the outbox keeps, sealed, of what a message says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Body {
    pub written: Written,
    /// Where the button leads when there is no link; empty for no button.
    pub path: String,
}

impl Facts {
    /// What is filled in as it stands here.
    fn named(&self, name: &str) -> Option<&str> {
        Some(match name {
            "username" => &self.username,
            "lockout_source" => &self.lockout_source,
            "card" => &self.card,
            "version" => &self.version,
            "news" => &self.news,
            "by" => &self.by,
            "change_source" => &self.source,
            "role" => &self.role,
            "role_before" => &self.role_before,
            "email" => &self.email,
            "email_before" => &self.email_before,
            "factor_change" | "rights_change" | "key_change" => &self.change,
            "api_key" => &self.api_key,
            "key_expiration" => &self.key_expiration,
            _ => return None,
        })
    }
}

impl Message {
    /// Everything filled in.
    pub(crate) fn body(
        &self,
        template: &TemplateText,
        organization: &OrganizationProfile,
        public_url: &str,
        good_until: &str,
    ) -> Body {
        let lifetime = self.kind.purpose().map_or("", |purpose| purpose.lifetime_in_words());
        let portal = format!("{public_url}{}", self.portal());
        let expiration_day = self.facts.expires_at.map(day).unwrap_or_default();
        let days = self.facts.days.map(days).unwrap_or_default();
        let change_time = self.facts.at.map(instant).unwrap_or_default();
        let user = self.facts.user.as_ref().map_or("", |(_, name)| name);
        let value = |name: &str| {
            Some(match name {
                "first_name" => self.called(),
                "org_name" => &organization.name,
                "contact_name" => organization.contact.called(),
                "contact_email" | "admin_email_link" => &organization.contact.email,
                "portal_link" => &portal,
                "link_lifetime" => lifetime,
                "link_expiration" => good_until,
                "expiration_day" => &expiration_day,
                "days_left" | "enrollment_days" => &days,
                "user_name" => user,
                "change_time" => &change_time,
                _ => return self.facts.named(name),
            })
        };
        Body {
            written: Written {
                organization: organization.name.clone(),
                text: template.filled(value),
                good_until: String::new(),
                contact: organization.contact.clone(),
            },
            path: self.path(),
        }
    }

    /// The first name, or what else there is to say hello to.
    fn called(&self) -> &str {
        [self.first_name.as_str(), &self.facts.username]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or("there")
    }

    const fn portal(&self) -> &'static str {
        match self.kind.principal() {
            Principal::Administrator => "/admin/login",
            Principal::User => "/login",
        }
    }

    fn path(&self) -> String {
        match self.kind {
            MessageKind::AdminLockoutNotice => match &self.facts.user {
                Some((user, _)) => format!("/admin/users/{user}"),
                None => self.portal().to_owned(),
            },
            MessageKind::WhatsNew => "/admin/whats-new".to_owned(),
            MessageKind::CardExpiring | MessageKind::CardExpired => "/admin/settings/billing".to_owned(),
            MessageKind::AdminInvitation
            | MessageKind::AdminPasswordReset
            | MessageKind::AdminTotpReset
            | MessageKind::Activation
            | MessageKind::PasswordReset
            | MessageKind::TotpReset
            | MessageKind::Test => String::new(),
            MessageKind::AdminAppointed
            | MessageKind::AdminRoleChanged
            | MessageKind::AdminRightsChanged
            | MessageKind::AdminEmailChanged
            | MessageKind::AdminPasswordChanged
            | MessageKind::AdminFactorsChanged
            | MessageKind::AdminApiKeyMade
            | MessageKind::Welcome
            | MessageKind::PasswordExpiring
            | MessageKind::PasswordExpired
            | MessageKind::PasswordChanged
            | MessageKind::Lockout
            | MessageKind::MfaRequired => self.portal().to_owned(),
        }
    }
}

fn days(count: u32) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

/// An instant in UTC: the message may wait, and whoever reads it may be anywhere.
pub(crate) fn instant(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.as_micros())
        .map(|at| at.strftime("%-d %B %Y, %H:%M UTC").to_string())
        .unwrap_or_default()
}

/// A day in UTC, likewise.
fn day(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.as_micros())
        .map(|at| at.strftime("%-d %B %Y").to_string())
        .unwrap_or_default()
}
