//! What a link in an email opens.

use std::time::Duration;

use crate::Principal;

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A user's first password.
    Activation,
    PasswordReset,
    TotpReset,
    /// An administrator's first password.
    AdminInvitation,
    AdminPasswordReset,
    AdminTotpReset,
}

impl Purpose {
    pub const ALL: [Self; 6] = [
        Self::Activation,
        Self::PasswordReset,
        Self::TotpReset,
        Self::AdminInvitation,
        Self::AdminPasswordReset,
        Self::AdminTotpReset,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::PasswordReset => "password_reset",
            Self::TotpReset => "totp_reset",
            Self::AdminInvitation => "admin_invitation",
            Self::AdminPasswordReset => "admin_password_reset",
            Self::AdminTotpReset => "admin_totp_reset",
        }
    }

    /// Whose links these are.
    pub const fn principal(self) -> Principal {
        match self {
            Self::Activation | Self::PasswordReset | Self::TotpReset => Principal::User,
            Self::AdminInvitation | Self::AdminPasswordReset | Self::AdminTotpReset => {
                Principal::Administrator
            }
        }
    }

    /// How long a link is good for (decisions: 7 days, 1 hour).
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::Activation | Self::AdminInvitation => Duration::from_hours(7 * 24),
            Self::PasswordReset | Self::TotpReset | Self::AdminPasswordReset | Self::AdminTotpReset => {
                Duration::from_hours(1)
            }
        }
    }

    /// The same, as people read it.
    pub const fn lifetime_in_words(self) -> &'static str {
        match self {
            Self::Activation | Self::AdminInvitation => "7 days",
            Self::PasswordReset | Self::TotpReset | Self::AdminPasswordReset | Self::AdminTotpReset => {
                "1 hour"
            }
        }
    }

    /// The page that it leads to.
    pub const fn page(self) -> &'static str {
        match self {
            Self::Activation => "/activate",
            Self::PasswordReset => "/reset-password",
            Self::TotpReset => "/reset-totp",
            Self::AdminInvitation => "/admin/invitation",
            Self::AdminPasswordReset => "/admin/reset-password",
            Self::AdminTotpReset => "/admin/reset-totp",
        }
    }

    /// How to come by another.
    pub const fn another(self) -> &'static str {
        match self {
            Self::PasswordReset => {
                "You can ask for another on the sign-in page; if none arrives, ask your administrator."
            }
            Self::Activation => {
                "Ask for another with “Reset password” on the sign-in page, or ask your administrator."
            }
            Self::TotpReset => "Ask your administrator to send you another.",
            Self::AdminPasswordReset => {
                "You can ask for another on the administrators’ sign-in page; if none arrives, ask an Administrator \
                    With Billing."
            }
            Self::AdminInvitation | Self::AdminTotpReset => {
                "Ask an Administrator With Billing to send you another."
            }
        }
    }

    /// The whole address.
    pub fn address(self, public_url: &str, token: &str) -> String {
        format!("{public_url}{}?token={token}", self.page())
    }
}
