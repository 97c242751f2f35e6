//! What can be done to an administrator, and to whom it cannot: the server refuses by it, and the
//! screens disable by it.

use crate::Operation;

/// Something done to an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send the invitation again.
    Invite,
    SendPasswordReset,
    SendTotpReset,
    EndSessions,
    RevokeApiKey,
    Suspend,
    Activate,
    Delete,
}

/// What decides what can be done to an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Facts {
    /// It is whoever asks.
    pub oneself: bool,
    /// By themselves.
    pub suspended: bool,
    /// Suspended, by themselves or with their user.
    pub inactive: bool,
    pub has_password: bool,
    /// There is a second factor, of either kind.
    pub factor: bool,
    /// Signs in with the password and the factors of the user that they were made from.
    pub from_user: bool,
    /// There is an API key, expired or not.
    pub api_key: bool,
}

impl Action {
    pub const ALL: [Self; 8] = [
        Self::Invite,
        Self::SendPasswordReset,
        Self::SendTotpReset,
        Self::EndSessions,
        Self::RevokeApiKey,
        Self::Suspend,
        Self::Activate,
        Self::Delete,
    ];

    pub const fn operation(self) -> Operation {
        match self {
            Self::Invite => Operation::InviteAdministrator,
            Self::SendPasswordReset => Operation::SendAdministratorPasswordReset,
            Self::SendTotpReset => Operation::SendAdministratorTotpReset,
            Self::EndSessions => Operation::EndAdministratorSessions,
            Self::RevokeApiKey => Operation::RevokeApiKey,
            Self::Suspend | Self::Activate => Operation::SuspendAdministrator,
            Self::Delete => Operation::DeleteAdministrator,
        }
    }

    /// Why it cannot be done, which follows the name; `None` when it can.
    pub const fn refusal(self, facts: Facts) -> Option<&'static str> {
        let Facts { oneself, suspended, inactive, has_password, factor, from_user, api_key } = facts;
        Some(match self {
            Self::Invite if from_user => "signs in with the password of their user",
            Self::Invite if has_password => "has set a password already",
            Self::SendPasswordReset if from_user => {
                "signs in with the password of their user: send the email from there"
            }
            Self::SendTotpReset if from_user => {
                "signs in with the second factors of their user: send the email from there"
            }
            Self::SendPasswordReset | Self::SendTotpReset if !has_password => {
                "has no password yet: send the invitation again"
            }
            Self::SendTotpReset if oneself => "is you: you change your second factors in your own account",
            Self::SendTotpReset if !factor => "has not set up a second factor",
            Self::Invite | Self::SendPasswordReset | Self::SendTotpReset if inactive => {
                "is suspended, and gets no emails"
            }
            Self::EndSessions if !has_password => "has never signed in",
            Self::EndSessions if oneself => "is you: you end your sessions in your own account",
            Self::RevokeApiKey if !api_key => "has no API key",
            Self::Suspend if oneself => {
                "is you: nobody suspends themselves, another Administrator With Billing can"
            }
            Self::Suspend if suspended => "is suspended already",
            Self::Activate if !suspended && inactive => "is suspended with their user: activate the user",
            Self::Activate if !suspended => "is not suspended",
            Self::Delete if oneself => {
                "is you: nobody deletes themselves, another Administrator With Billing can"
            }
            Self::Invite
            | Self::SendPasswordReset
            | Self::SendTotpReset
            | Self::EndSessions
            | Self::RevokeApiKey
            | Self::Suspend
            | Self::Activate
            | Self::Delete => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIVE: Facts = Facts {
        oneself: false,
        suspended: false,
        inactive: false,
        has_password: true,
        factor: true,
        from_user: false,
        api_key: false,
    };

    fn able(facts: Facts) -> Vec<Action> {
        Action::ALL.into_iter().filter(|action| action.refusal(facts).is_none()).collect()
    }

    #[test]
    fn who_stands_where_can_have_what_done() {
        use Action::{
            Activate, Delete, EndSessions, Invite, RevokeApiKey, SendPasswordReset, SendTotpReset, Suspend,
        };
        assert_eq!(able(ACTIVE), [SendPasswordReset, SendTotpReset, EndSessions, Suspend, Delete]);
        assert_eq!(able(Facts { oneself: true, ..ACTIVE }), [SendPasswordReset]);
        let invited = Facts { has_password: false, factor: false, ..ACTIVE };
        assert_eq!(able(invited), [Invite, Suspend, Delete]);
        let suspended = Facts { suspended: true, inactive: true, ..ACTIVE };
        assert_eq!(able(suspended), [EndSessions, Activate, Delete]);
        assert_eq!(able(Facts { from_user: true, ..ACTIVE }), [EndSessions, Suspend, Delete]);
        assert_eq!(able(Facts { api_key: true, ..invited }), [Invite, RevokeApiKey, Suspend, Delete]);
        let with_their_user = Facts { from_user: true, inactive: true, ..ACTIVE };
        assert_eq!(able(with_their_user), [EndSessions, Suspend, Delete]);
    }
}
