//! Every operation and who may perform it: the table that authorization reads.
//!
//! The directory asks it before an operation reads its target; the browser asks the same table
//! whether to enable a control, and why not.

use serde::{Deserialize, Serialize};

use crate::role::Role;
use crate::scope::Scope::{
    self, Administrators, AdministratorsReadonly, Applications, ApplicationsReadonly, Authn, AuthnReadonly,
    Billing, CommandRunner, Directories, DirectoriesReadonly, DirectoryInsightsReadonly, Groups,
    GroupsReadonly, Organizations, OrganizationsReadonly, Roles, RolesReadonly, Users, UsersCreate,
    UsersDelete, UsersMfaEnforce, UsersMfaReset, UsersPasswordExpire, UsersPasswordReset, UsersPasswordSet,
    UsersPropertiesUpdate, UsersReadonly, UsersSendActivationEmail, UsersStateActivate, UsersStateSuspend,
    UsersStateUnlock,
};

/// What an operation asks of whoever wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// An administrator whose role holds any one of these scopes.
    AnyOf(&'static [Scope]),
    /// Any administrator, for what is theirs in the Admin Portal.
    Administrator,
    /// An administrator whose role holds any scope besides these.
    AnyBut(&'static [Scope]),
    /// Any user, for what is theirs in the User Portal.
    User,
    /// Anybody who is signed in, be it as administrator or as user, for their own account.
    OwnAccount,
    /// Somebody not signed in yet, who proves something else (a password, a token).
    Visitor,
    /// The program itself, or whoever runs it on the server.
    System,
}

macro_rules! operations {
    ($($(#[doc = $doc:literal])+ $name:ident: $need:expr;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Operation {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Operation {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }

            /// What it asks of whoever wants it.
            pub const fn need(self) -> Need {
                match self { $(Self::$name => $need,)+ }
            }
        }
    };
}

const SEE_USERS: Need = Need::AnyOf(&[Users, UsersReadonly]);
const SEE_GROUPS: Need = Need::AnyOf(&[Groups, GroupsReadonly]);
const SEE_APPLICATIONS: Need = Need::AnyOf(&[Applications, ApplicationsReadonly]);
const SEE_ADMINISTRATORS: Need = Need::AnyOf(&[Administrators, AdministratorsReadonly]);
const SEE_ORGANIZATION: Need = Need::AnyOf(&[Organizations, OrganizationsReadonly]);

/// What any kind of job takes that administrators start.
const START_A_JOB: &[Scope] = &[
    Groups,
    Users,
    UsersCreate,
    UsersDelete,
    UsersMfaEnforce,
    UsersMfaReset,
    UsersPasswordExpire,
    UsersPasswordReset,
    UsersPropertiesUpdate,
    UsersSendActivationEmail,
    UsersStateActivate,
    UsersStateSuspend,
    UsersStateUnlock,
];

/// The same, and the history.
const SEE_JOBS: &[Scope] = &[
    Groups,
    Users,
    UsersCreate,
    UsersDelete,
    UsersMfaEnforce,
    UsersMfaReset,
    UsersPasswordExpire,
    UsersPasswordReset,
    UsersPropertiesUpdate,
    UsersSendActivationEmail,
    UsersStateActivate,
    UsersStateSuspend,
    UsersStateUnlock,
    DirectoryInsightsReadonly,
];

operations! {
    /// Find users, page by page.
    ListUsers: SEE_USERS;
    /// Take a list of users away as a file, with all that may be seen of them.
    ExportUsers: SEE_USERS;
    /// See one user with everything about them.
    ReadUser: SEE_USERS;
    /// See what one user did and what was done to them.
    ReadUserActivity: SEE_USERS;
    /// Add one user.
    CreateUser: Need::AnyOf(&[Users, UsersCreate]);
    /// Add many users from a file.
    ImportUsers: Need::AnyOf(&[Users, UsersCreate]);
    /// Change a user's attributes.
    UpdateUser: Need::AnyOf(&[Users, UsersPropertiesUpdate]);
    /// Staged or Suspended becomes Active.
    ActivateUser: Need::AnyOf(&[Users, UsersStateActivate]);
    /// Take all access away, at once.
    SuspendUser: Need::AnyOf(&[Users, UsersStateSuspend]);
    /// Delete a user, restorable for a while.
    DeleteUser: Need::AnyOf(&[Users, UsersDelete]);
    /// Bring a deleted user back, Suspended.
    RestoreUser: Need::AnyOf(&[Users, UsersDelete]);
    /// Delete a user for good, which frees username and email.
    PurgeUser: Need::AnyOf(&[Users, UsersDelete]);
    /// Set a user's password.
    SetUserPassword: Need::AnyOf(&[Users, UsersPasswordSet]);
    /// Send the email whose link sets the first password, or a new one.
    SendActivationEmail: Need::AnyOf(&[Users, UsersSendActivationEmail]);
    /// Send the email whose link sets a new password.
    SendUserPasswordReset: Need::AnyOf(&[Users, UsersPasswordReset]);
    /// Let a password open nothing but the page that changes it.
    ForcePasswordChange: Need::AnyOf(&[Users, UsersPasswordExpire]);
    /// Open a user's account that wrong passwords locked.
    UnlockUser: Need::AnyOf(&[Users, UsersStateUnlock]);
    /// Delete a user's TOTP key, so that they enroll anew.
    ResetUserTotp: Need::AnyOf(&[Users, UsersMfaReset]);
    /// Remove one of a user's passkeys.
    RemoveUserPasskey: Need::AnyOf(&[Users, UsersMfaReset]);
    /// Add an SSH public key to a user.
    AddUserSshKey: Need::AnyOf(&[Users]);
    /// Remove one of a user's SSH public keys.
    RemoveUserSshKey: Need::AnyOf(&[Users]);
    /// Require a second factor of a user, or stop to.
    ChangeMfaRequirement: Need::AnyOf(&[Users, UsersMfaEnforce]);

    /// Find user groups, page by page, and see who is in them.
    ListGroups: SEE_GROUPS;
    /// Add a user group.
    CreateGroup: Need::AnyOf(&[Groups]);
    /// Change what a user group is called and what it carries.
    UpdateGroup: Need::AnyOf(&[Groups]);
    /// Delete user groups, which takes from their members what came by them.
    DeleteGroup: Need::AnyOf(&[Groups]);
    /// Put people and groups into a user group, and take them out.
    ChangeGroupMembers: Need::AnyOf(&[Groups]);
    /// Say by a rule who is in a user group, and who is excepted from it.
    SetGroupRule: Need::AnyOf(&[Groups]);

    /// Find applications, page by page, and see who reaches them.
    ListApplications: SEE_APPLICATIONS;
    /// Add an application.
    CreateApplication: Need::AnyOf(&[Applications]);
    /// Change an application.
    UpdateApplication: Need::AnyOf(&[Applications]);
    /// Delete applications.
    DeleteApplication: Need::AnyOf(&[Applications]);
    /// Bind users and groups to an application, and unbind them.
    BindApplication: Need::AnyOf(&[Applications]);

    /// See how LDAP is set up, and who may use it.
    ReadLdapServer: Need::AnyOf(&[Directories, DirectoriesReadonly]);
    /// Change how LDAP is set up, and switch it on or off.
    UpdateLdapServer: Need::AnyOf(&[Directories]);
    /// Bind users and groups to LDAP, and unbind them.
    BindLdapServer: Need::AnyOf(&[Directories]);

    /// Find administrators, page by page.
    ListAdministrators: SEE_ADMINISTRATORS;
    /// See one administrator's details.
    ReadAdministrator: SEE_ADMINISTRATORS;
    /// Add an administrator.
    CreateAdministrator: Need::AnyOf(&[Administrators]);
    /// Change an administrator's name, email, role or access.
    UpdateAdministrator: Need::AnyOf(&[Administrators]);
    /// Take an administrator's access away, or give it back.
    SuspendAdministrator: Need::AnyOf(&[Administrators]);
    /// Delete an administrator, with their keys.
    DeleteAdministrator: Need::AnyOf(&[Administrators]);
    /// Open an administrator's account that wrong passwords locked.
    UnlockAdministrator: Need::AnyOf(&[Administrators]);
    /// Send an administrator the invitation again, whose link sets the first password.
    InviteAdministrator: Need::AnyOf(&[Administrators]);
    /// Send an administrator the email whose link sets a new password.
    SendAdministratorPasswordReset: Need::AnyOf(&[Administrators]);
    /// Send an administrator the email whose link takes their authenticator app away.
    SendAdministratorTotpReset: Need::AnyOf(&[Administrators]);
    /// End an administrator's sessions in the Admin Portal.
    EndAdministratorSessions: Need::AnyOf(&[Administrators]);
    /// Revoke another administrator's API key.
    RevokeApiKey: Need::AnyOf(&[Administrators]);
    /// Require a second factor of all administrators.
    RequireAdministratorsMfa: Need::AnyOf(&[Administrators]);

    /// See the custom roles, and what each allows.
    ListRoles: Need::AnyOf(&[Roles, RolesReadonly]);
    /// Add a custom role.
    CreateRole: Need::AnyOf(&[Roles]);
    /// Change what a custom role is called and allows.
    UpdateRole: Need::AnyOf(&[Roles]);
    /// Delete a custom role that nobody has.
    DeleteRole: Need::AnyOf(&[Roles]);

    /// See the Homepage; what it shows depends on the other rights. Whoever only runs commands or pays
    /// has an area of their own instead.
    ReadHomepage: Need::AnyBut(&[Billing, CommandRunner]);
    /// See the commands that one has been granted.
    ReadGrantedCommands: Need::AnyOf(&[CommandRunner]);
    /// See the package, its seats, whom invoices go to and how they are paid.
    ReadBilling: Need::AnyOf(&[Billing]);
    /// Change whom invoices go to and how they are paid.
    UpdateBilling: Need::AnyOf(&[Billing]);
    /// Search everything; what it finds depends on the other rights.
    SearchEverything: Need::Administrator;
    /// See the organization's name and settings.
    ReadOrganization: SEE_ORGANIZATION;
    /// Change the organization's name and settings.
    UpdateOrganization: Need::AnyOf(&[Organizations]);
    /// Share views of lists with all administrators, and change or delete those that are shared: like any setting of
    /// the organization, it changes what everybody sees.
    ShareViews: Need::AnyOf(&[Organizations]);
    /// See the rules for users' passwords.
    ReadPasswordPolicy: Need::AnyOf(&[Authn, AuthnReadonly]);
    /// Change the rules for users' passwords.
    UpdatePasswordPolicy: Need::AnyOf(&[Authn]);
    /// See how outgoing mail is set up, and its templates.
    ReadMailSettings: SEE_ORGANIZATION;
    /// Set the mail server up and who messages are from: every message passes it, so that whoever
    /// chooses it holds the links to every account, those of administrators among them.
    UpdateMailServer: Need::AnyOf(&[Administrators]);
    /// Change the templates of messages.
    UpdateMailTemplates: Need::AnyOf(&[Organizations]);
    /// Send a message to try the mail server out.
    SendTestMail: Need::AnyOf(&[Organizations]);
    /// Find messages that were written, page by page.
    ListMessages: SEE_ORGANIZATION;
    /// See what one message says, without its link.
    ReadMessage: SEE_ORGANIZATION;
    /// Try messages again, or take them out.
    UpdateOutbox: Need::AnyOf(&[Organizations]);
    /// See the link of a message to a user, which opens their account.
    ReadUserLink: Need::AnyOf(&[Users, UsersPasswordSet]);
    /// See the link of a message to an administrator, which opens their account.
    ReadAdministratorLink: Need::AnyOf(&[Administrators]);
    /// Page through the history of everything.
    ReadEvents: Need::AnyOf(&[DirectoryInsightsReadonly]);
    /// Take events away as a file.
    ExportEvents: Need::AnyOf(&[DirectoryInsightsReadonly]);
    /// See the jobs that one started oneself, and what became of each user. What a job does is asked for by
    /// an operation of its own.
    ReadOwnJobs: Need::AnyOf(SEE_JOBS);
    /// See the jobs of everybody: what they do stands in the history as well.
    ReadAllJobs: Need::AnyOf(&[DirectoryInsightsReadonly]);
    /// Stop a job that one started oneself.
    CancelOwnJob: Need::AnyOf(START_A_JOB);
    /// Stop anybody's job.
    CancelAnyJob: Need::AnyOf(&[Administrators]);

    /// See one's own details.
    ReadOwnAccount: Need::Administrator;
    /// Change one's own name and preferences.
    UpdateOwnAccount: Need::Administrator;
    /// See, make and revoke one's own API key.
    ManageOwnApiKey: Need::Administrator;
    /// See one's own attributes as a user.
    ReadOwnProfile: Need::User;
    /// Change those of one's own attributes that are one's own to change.
    UpdateOwnProfile: Need::User;
    /// Search over LDAP, once bound.
    SearchLdap: Need::User;
    /// See the applications that one reaches.
    ReadOwnApplications: Need::User;
    /// See, add and remove one's own SSH public keys.
    ManageOwnSshKeys: Need::User;
    /// See how one's own account is secured, and reauthenticate.
    ReadOwnSecurity: Need::OwnAccount;
    /// Change one's own password.
    ChangeOwnPassword: Need::OwnAccount;
    /// Enrol or remove one's own second factors.
    ManageOwnFactors: Need::OwnAccount;
    /// See and end one's own sessions.
    ManageOwnSessions: Need::OwnAccount;

    /// Name the organization and create the first administrator, with the one-time token.
    SetUp: Need::Visitor;
    /// Sign in: password, then a second factor.
    SignIn: Need::Visitor;
    /// Bind to LDAP: a name and a password.
    BindToLdap: Need::Visitor;
    /// Show an API key, in place of signing in.
    UseApiKey: Need::Visitor;
    /// Ask for a link to one's own email address.
    AskForLink: Need::Visitor;
    /// Use a link that came by email.
    UseLink: Need::Visitor;

    /// Add or reset an administrator on the server itself.
    AdministerServer: Need::System;
    /// Seal events, forget what is over, carry on with jobs.
    RunMaintenance: Need::System;
}

/// Why an operation is refused: a sentence for a tooltip or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Operation {
    /// Whether a role allows this to an administrator.
    pub fn allowed_by(self, role: &Role) -> bool {
        match self.need() {
            Need::AnyOf(scopes) => role.scopes.has_any(scopes),
            Need::AnyBut(scopes) => role.scopes.has_any_but(scopes),
            Need::Administrator | Need::OwnAccount => true,
            Need::User | Need::Visitor | Need::System => false,
        }
    }

    /// Why a role does not allow this; `None` when it does.
    pub fn refusal(self, role: &Role) -> Option<Refusal> {
        (!self.allowed_by(role))
            .then(|| Refusal(format!("Your role is {}, which does not allow this.", role.name)))
    }
}

#[cfg(test)]
mod tests;
