//! Which of the default roles may do what, spelled out.

use super::*;
use crate::role::{DefaultRole, offered_of};
use crate::{Id, Scopes};

/// Help Desk that also adds users and pays.
fn night_shift() -> Role {
    let scopes = offered_of(DefaultRole::HelpDesk.scopes()).and(&[UsersCreate, Billing]);
    Role { name: "Night shift".into(), scopes, custom: Some(Id::from([1; 12])) }
}

/// Sees the history and who may do what, and changes settings.
fn auditor() -> Role {
    let sees = [DirectoryInsightsReadonly, AdministratorsReadonly, RolesReadonly];
    let scopes = Scopes::of(&sees).and(&[Organizations, OrganizationsReadonly]);
    Role { name: "Auditor".into(), scopes, custom: Some(Id::from([2; 12])) }
}

/// Role × operation, every cell; the columns are the roles in the order of the decisions' table, and
/// then two custom ones.
#[test]
fn the_table_of_roles() {
    let defaults = DefaultRole::ALL.iter().map(|role| Role::from(*role));
    let columns: Vec<_> = defaults.chain([night_shift(), auditor()]).collect();
    let table = [
        ("ListUsers", "+ + + + + - - - + -"),
        ("ExportUsers", "+ + + + + - - - + -"),
        ("ReadUser", "+ + + + + - - - + -"),
        ("ReadUserActivity", "+ + + + + - - - + -"),
        ("CreateUser", "+ + + - - - - - + -"),
        ("ImportUsers", "+ + + - - - - - + -"),
        ("UpdateUser", "+ + + - - - - - - -"),
        ("ActivateUser", "+ + + - - - - - - -"),
        ("SuspendUser", "+ + + - - - - - - -"),
        ("DeleteUser", "+ + + - - - - - - -"),
        ("RestoreUser", "+ + + - - - - - - -"),
        ("PurgeUser", "+ + + - - - - - - -"),
        ("SetUserPassword", "+ + + - - - - - - -"),
        ("SendActivationEmail", "+ + + + - - - - + -"),
        ("SendUserPasswordReset", "+ + + + - - - - + -"),
        ("ForcePasswordChange", "+ + + + - - - - + -"),
        ("UnlockUser", "+ + + + - - - - + -"),
        ("ResetUserTotp", "+ + + + - - - - + -"),
        ("RemoveUserPasskey", "+ + + + - - - - + -"),
        ("AddUserSshKey", "+ + + - - - - - - -"),
        ("RemoveUserSshKey", "+ + + - - - - - - -"),
        ("ChangeMfaRequirement", "+ + + - - - - - - -"),
        ("ListGroups", "+ + + + + - - - + -"),
        ("CreateGroup", "+ + + - - - - - - -"),
        ("UpdateGroup", "+ + + - - - - - - -"),
        ("DeleteGroup", "+ + + - - - - - - -"),
        ("ChangeGroupMembers", "+ + + - - - - - - -"),
        ("SetGroupRule", "+ + + - - - - - - -"),
        ("ListApplications", "+ + + + + - - - + -"),
        ("CreateApplication", "+ + - - - - - - - -"),
        ("UpdateApplication", "+ + - - - - - - - -"),
        ("DeleteApplication", "+ + - - - - - - - -"),
        ("BindApplication", "+ + - - - - - - - -"),
        ("ReadLdapServer", "+ + + + + - - - + -"),
        ("UpdateLdapServer", "+ + - - - - - - - -"),
        ("BindLdapServer", "+ + - - - - - - - -"),
        ("ListAdministrators", "+ + + + + - - - + +"),
        ("ReadAdministrator", "+ + + + + - - - + +"),
        ("CreateAdministrator", "+ - - - - - - - - -"),
        ("UpdateAdministrator", "+ - - - - - - - - -"),
        ("SuspendAdministrator", "+ - - - - - - - - -"),
        ("DeleteAdministrator", "+ - - - - - - - - -"),
        ("UnlockAdministrator", "+ - - - - - - - - -"),
        ("InviteAdministrator", "+ - - - - - - - - -"),
        ("SendAdministratorPasswordReset", "+ - - - - - - - - -"),
        ("SendAdministratorTotpReset", "+ - - - - - - - - -"),
        ("EndAdministratorSessions", "+ - - - - - - - - -"),
        ("RevokeApiKey", "+ - - - - - - - - -"),
        ("RequireAdministratorsMfa", "+ - - - - - - - - -"),
        ("ListRoles", "+ + + + + - - - + +"),
        ("CreateRole", "+ - - - - - - - - -"),
        ("UpdateRole", "+ - - - - - - - - -"),
        ("DeleteRole", "+ - - - - - - - - -"),
        ("ReadHomepage", "+ + + + + - - - + +"),
        ("ReadGrantedCommands", "- - - - - + + - - -"),
        ("ReadBilling", "+ - - - - - + + + -"),
        ("UpdateBilling", "+ - - - - - + + + -"),
        ("SearchEverything", "+ + + + + + + + + +"),
        ("ReadOrganization", "+ + + + + - - - + +"),
        ("UpdateOrganization", "+ + - - - - - - - +"),
        ("ShareViews", "+ + - - - - - - - +"),
        ("ReadPasswordPolicy", "+ + + + + - - - + -"),
        ("UpdatePasswordPolicy", "+ + - - - - - - - -"),
        ("ReadMailSettings", "+ + + + + - - - + +"),
        ("UpdateMailServer", "+ - - - - - - - - -"),
        ("UpdateMailTemplates", "+ + - - - - - - - +"),
        ("SendTestMail", "+ + - - - - - - - +"),
        ("ListMessages", "+ + + + + - - - + +"),
        ("ReadMessage", "+ + + + + - - - + +"),
        ("UpdateOutbox", "+ + - - - - - - - +"),
        ("ReadUserLink", "+ + + - - - - - - -"),
        ("ReadAdministratorLink", "+ - - - - - - - - -"),
        ("ReadEvents", "+ + + + + - - - + +"),
        ("ExportEvents", "+ + + + + - - - + +"),
        ("ReadOwnJobs", "+ + + + + - - - + +"),
        ("ReadAllJobs", "+ + + + + - - - + +"),
        ("CancelOwnJob", "+ + + + - - - - + -"),
        ("CancelAnyJob", "+ - - - - - - - - -"),
        ("ReadOwnAccount", "+ + + + + + + + + +"),
        ("UpdateOwnAccount", "+ + + + + + + + + +"),
        ("ManageOwnApiKey", "+ + + + + + + + + +"),
        ("ReadOwnProfile", "- - - - - - - - - -"),
        ("UpdateOwnProfile", "- - - - - - - - - -"),
        ("SearchLdap", "- - - - - - - - - -"),
        ("ReadOwnApplications", "- - - - - - - - - -"),
        ("ManageOwnSshKeys", "- - - - - - - - - -"),
        ("ReadOwnSecurity", "+ + + + + + + + + +"),
        ("ChangeOwnPassword", "+ + + + + + + + + +"),
        ("ManageOwnFactors", "+ + + + + + + + + +"),
        ("ManageOwnSessions", "+ + + + + + + + + +"),
        ("SetUp", "- - - - - - - - - -"),
        ("SignIn", "- - - - - - - - - -"),
        ("BindToLdap", "- - - - - - - - - -"),
        ("UseApiKey", "- - - - - - - - - -"),
        ("AskForLink", "- - - - - - - - - -"),
        ("UseLink", "- - - - - - - - - -"),
        ("AdministerServer", "- - - - - - - - - -"),
        ("RunMaintenance", "- - - - - - - - - -"),
    ];
    assert_eq!(table.len(), Operation::ALL.len(), "an operation is missing from the table");
    for (operation, (name, cells)) in Operation::ALL.iter().zip(table) {
        assert_eq!(operation.name(), name);
        for (role, cell) in columns.iter().zip(cells.split(' ')) {
            assert_eq!(operation.allowed_by(role), cell == "+", "{} × {name}", role.name);
            assert_eq!(operation.refusal(role).is_none(), cell == "+");
        }
    }
}
