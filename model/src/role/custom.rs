//! Roles of the organization's own making.

use serde::{Deserialize, Serialize};

use super::area::{AREAS, Level, offered_of, on_offer};
use super::{DefaultRole, Role};
use crate::scope::Scopes;
use crate::text::{line, required_line};
use crate::{Faults, Id, Timestamp};

/// The longest name, in characters.
pub const NAME_MAX: usize = 64;
/// The longest description, in characters.
pub const DESCRIPTION_MAX: usize = 256;
/// How many there can be.
pub const CUSTOM_ROLES_MAX: usize = 20;

/// Why there can be no other, once there are so many.
pub fn too_many_roles() -> String {
    format!("There are {CUSTOM_ROLES_MAX} custom roles, which is the most. Delete one first.")
}

/// A role of the organization's own making, as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomRole {
    pub id: Id,
    /// The change that made it as it is; sent back with an update, so that a lost race is told.
    pub version: i64,
    pub name: String,
    pub description: String,
    /// The role that came with the product and that it began as. It says nothing about what it allows.
    pub template: DefaultRole,
    pub scopes: Scopes,
    /// How many administrators have it.
    pub administrators: u32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl CustomRole {
    /// What can be changed, as it stands.
    pub fn form(&self) -> CustomRoleForm {
        CustomRoleForm {
            name: self.name.clone(),
            description: self.description.clone(),
            template: self.template,
            scopes: self.scopes,
        }
    }

    /// As an administrator carries it.
    pub fn role(&self) -> Role {
        Role { name: self.name.clone(), scopes: self.scopes, custom: Some(self.id) }
    }
}

/// What can be changed about a custom role, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomRoleForm {
    pub name: String,
    pub description: String,
    pub template: DefaultRole,
    pub scopes: Scopes,
}

/// The same, keeping the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomRoleDraft {
    pub name: String,
    pub description: String,
    pub template: DefaultRole,
    pub scopes: Scopes,
}

/// A change of a custom role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomRoleUpdate {
    pub id: Id,
    /// The version that it changes.
    pub version: i64,
    pub form: CustomRoleForm,
}

impl CustomRoleForm {
    /// A new one, with what a default role allows as far as it is on offer.
    pub fn from_template(template: DefaultRole) -> Self {
        let scopes = offered_of(template.scopes());
        Self { name: String::new(), description: String::new(), template, scopes }
    }

    /// What was typed, tidied.
    ///
    /// # Errors
    /// The fields at fault.
    pub fn parse(&self) -> Result<CustomRoleDraft, Faults> {
        let mut faults = Faults::default();
        let name = faults.take("name", self.name_alone());
        let description = faults.take("description", line(&self.description, DESCRIPTION_MAX));
        let scopes = faults.take("scopes", self.scopes_alone());
        match (name, description, scopes) {
            (Some(name), Some(description), Some(scopes)) => {
                Ok(CustomRoleDraft { name, description, template: self.template, scopes })
            }
            _ => Err(faults),
        }
    }

    fn name_alone(&self) -> Result<String, String> {
        let name = required_line(&self.name, NAME_MAX, "a name").map_err(|error| error.to_string())?;
        if let Ok(role) = name.parse::<DefaultRole>() {
            return Err(format!("{role} is a role that comes with Bailiwick. Choose another name."));
        }
        if name.parse::<Id>().is_ok() {
            return Err("This reads as an ID. Choose another name.".to_owned());
        }
        Ok(name)
    }

    fn scopes_alone(&self) -> Result<Scopes, String> {
        if let Some(scope) = self.scopes.minus(on_offer()).iter().next() {
            return Err(format!(
                "A custom role cannot hold {scope}: it belongs to Administrator With Billing alone."
            ));
        }
        for area in AREAS {
            let acts = area.actions.iter().find(|action| self.scopes.has(action.scope));
            if let (Level::None, Some(action)) = (area.level(self.scopes), acts) {
                return Err(format!("“{}” needs at least to view: {}.", action.label, area.label));
            }
        }
        let scopes = offered_of(self.scopes);
        if scopes.is_empty() {
            return Err("Choose at least one thing that the role allows.".to_owned());
        }
        Ok(scopes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Scope;

    fn form(scopes: &[Scope]) -> CustomRoleForm {
        let scopes = Scopes::of(scopes);
        CustomRoleForm {
            name: "Night shift".into(),
            scopes,
            ..CustomRoleForm::from_template(DefaultRole::HelpDesk)
        }
    }

    fn fault(form: &CustomRoleForm) -> String {
        let faults = form.parse().expect_err("refused");
        faults.iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect::<Vec<_>>().concat()
    }

    #[test]
    fn each_default_role_can_be_begun_from_and_holds_what_is_on_offer() {
        for role in DefaultRole::ALL {
            let form = CustomRoleForm { name: "New".into(), ..CustomRoleForm::from_template(*role) };
            let draft = form.parse().expect("good");
            assert!(role.scopes().covers(draft.scopes), "{role}");
            let left = role.scopes().minus(draft.scopes);
            assert!(
                left.iter().all(|scope| matches!(scope, Scope::Administrators | Scope::Roles)),
                "{role} {left:?}"
            );
        }
    }

    #[test]
    fn what_manages_administrators_is_never_on_offer() {
        for scope in [Scope::Administrators, Scope::Roles] {
            assert!(!on_offer().has(scope));
            assert!(
                fault(&form(&[Scope::UsersReadonly, scope])).contains("Administrator With Billing alone")
            );
        }
        assert_eq!(Scope::ALL.len(), on_offer().iter().count() + 2, "a scope is in no area");
    }

    #[test]
    fn scopes_are_written_one_way() {
        let full = form(&[Scope::Users, Scope::UsersStateUnlock]).parse().expect("good");
        assert_eq!(
            full.scopes,
            Scopes::of(&[Scope::Users, Scope::UsersReadonly]),
            "what is whole has no parts"
        );
        let some = [Scope::UsersReadonly, Scope::UsersStateUnlock, Scope::Billing];
        assert_eq!(form(&some).parse().expect("good").scopes, Scopes::of(&some));
        assert!(fault(&form(&[Scope::UsersStateUnlock])).contains("needs at least to view"));
        assert!(fault(&form(&[])).contains("at least one thing"));
    }

    #[test]
    fn names_are_not_those_of_other_things() {
        let named = |name: &str| CustomRoleForm { name: name.into(), ..form(&[Scope::Billing]) };
        for name in ["help DESK", "0123456789abcdef01234567", " ", "a\u{202E}b", &"a".repeat(65)] {
            assert!(fault(&named(name)).starts_with("name: "), "{name}");
        }
        assert_eq!(named("  <b>Night</b> shift ").parse().expect("good").name, "<b>Night</b> shift");
    }

    #[test]
    fn levels_come_and_go() {
        let users = &AREAS[0];
        let helps = offered_of(DefaultRole::HelpDesk.scopes());
        assert_eq!(users.level(helps), Level::View);
        let full = users.with_level(helps, Level::Full);
        assert!(full.has(Scope::Users) && full.has(Scope::UsersReadonly) && !full.has(Scope::UsersMfaReset));
        assert!(full.has(Scope::GroupsReadonly), "elsewhere nothing changes");
        assert_eq!(users.with_level(helps, Level::View), helps);
        assert_eq!(users.level(users.with_level(helps, Level::None)), Level::None);
        assert!(users.summary(helps).expect("some").contains("unlock, send activation email"));
        assert_eq!(users.summary(users.with_level(helps, Level::None)), None);
    }
}
