//! What rules can ask about.

use std::sync::LazyLock;

use super::{Comparison, VALUE_MAX};
use crate::list::CUSTOM;
use crate::user::{Flag, TextAttribute, UserState};
use crate::{Id, Timestamp};

/// The most days that a condition can count.
pub const DAYS_MAX: u32 = 36_500;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    Text,
    Choice(&'static [(&'static str, &'static str)]),
    /// An instant that everybody has.
    Time,
    /// A user, or nobody.
    Manager,
    /// The groups that somebody is in.
    Group,
}

/// A field that a rule can ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleField {
    /// Its name in the API.
    pub key: String,
    pub label: String,
    pub kind: RuleKind,
}

const FLAG: &[(&str, &str)] = &[("true", "Yes"), ("false", "No")];
const STATES: &[(&str, &str)] = &[
    (UserState::Staged.as_str(), UserState::Staged.label()),
    (UserState::Activated.as_str(), UserState::Activated.label()),
    (UserState::Suspended.as_str(), UserState::Suspended.label()),
];

/// All fields but custom attributes, in the order in which they are offered.
pub static RULE_FIELDS: LazyLock<Vec<RuleField>> = LazyLock::new(|| {
    let field = |key: &str, label: &str, kind| RuleField { key: key.into(), label: label.into(), kind };
    let offered = [
        TextAttribute::Department,
        TextAttribute::JobTitle,
        TextAttribute::Location,
        TextAttribute::Company,
        TextAttribute::CostCenter,
        TextAttribute::EmployeeType,
        TextAttribute::EmployeeIdentifier,
    ];
    let rest = TextAttribute::ALL.iter().copied().filter(|one| !offered.contains(one));
    let text = |one: TextAttribute| field(one.key(), one.label(), RuleKind::Text);
    let mut fields: Vec<RuleField> = offered.into_iter().map(text).collect();
    fields.extend([
        field("state", "State", RuleKind::Choice(STATES)),
        field("manager", "Manager", RuleKind::Manager),
        field("group", "User group", RuleKind::Group),
        field("created", "Created", RuleKind::Time),
        field("username", "Username", RuleKind::Text),
        field("email", "Email", RuleKind::Text),
    ]);
    fields.extend(rest.map(text));
    fields.extend(Flag::ALL.iter().map(|flag| field(flag.key(), flag.label(), RuleKind::Choice(FLAG))));
    fields
});

impl RuleField {
    /// The field with this key, custom attributes among them.
    pub fn find(key: &str) -> Option<Self> {
        if let Some(name) = key.strip_prefix(CUSTOM) {
            let label = format!("Custom attribute {name}");
            return (!name.trim().is_empty()).then(|| Self {
                key: key.to_owned(),
                label,
                kind: RuleKind::Text,
            });
        }
        RULE_FIELDS.iter().find(|field| field.key == key).cloned()
    }
}

impl RuleKind {
    /// How it can be compared.
    pub const fn operators(self) -> &'static [Comparison] {
        match self {
            Self::Text => &[
                Comparison::Equals,
                Comparison::NotEquals,
                Comparison::In,
                Comparison::NotIn,
                Comparison::Contains,
                Comparison::NotContains,
                Comparison::StartsWith,
                Comparison::EndsWith,
                Comparison::IsEmpty,
                Comparison::IsNotEmpty,
            ],
            Self::Choice(_) => &[Comparison::Equals, Comparison::NotEquals],
            Self::Time => {
                &[Comparison::InLastDays, Comparison::OlderThanDays, Comparison::Before, Comparison::Since]
            }
            Self::Manager => &[
                Comparison::Equals,
                Comparison::NotEquals,
                Comparison::ReportsTo,
                Comparison::IsEmpty,
                Comparison::IsNotEmpty,
            ],
            Self::Group => &[Comparison::MemberOf, Comparison::NotMemberOf],
        }
    }

    /// Whether values are ids that stand for a name.
    pub const fn is_named(self) -> bool {
        matches!(self, Self::Manager | Self::Group)
    }

    /// What a choice is called.
    pub fn label_of(self, value: &str) -> Option<&'static str> {
        let Self::Choice(choices) = self else { return None };
        choices.iter().find(|(key, _)| *key == value).map(|(_, label)| *label)
    }

    pub(super) const fn missing(self, operator: Comparison) -> &'static str {
        match self {
            Self::Group => "Choose a group.",
            Self::Manager => "Choose a person.",
            Self::Choice(_) => "Choose a value.",
            Self::Time if matches!(operator, Comparison::InLastDays | Comparison::OlderThanDays) => {
                "Give a number of days."
            }
            Self::Time => "Choose a day.",
            Self::Text => "Type a value.",
        }
    }

    /// Whether a value is one of this kind.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn check(self, operator: Comparison, value: &str) -> Result<(), String> {
        let good = match self {
            Self::Text if value.trim().is_empty() => {
                return Err("Type a value, or ask whether it is empty.".to_owned());
            }
            Self::Text if value.chars().count() > VALUE_MAX => {
                return Err(format!("A value has at most {VALUE_MAX} characters."));
            }
            Self::Text => !value.contains('\0'),
            Self::Choice(_) if self.label_of(value).is_none() => {
                return Err(format!("“{value}” is not one of the choices."));
            }
            Self::Choice(_) => true,
            Self::Time if matches!(operator, Comparison::Before | Comparison::Since) => {
                if Timestamp::of_day(value).is_some() {
                    return Ok(());
                }
                return Err(format!("“{value}” is not a day, such as 2026-11-22."));
            }
            Self::Time => {
                let days = value.parse::<u32>().ok().filter(|days| (1..=DAYS_MAX).contains(days));
                return days.map(drop).ok_or_else(|| format!("Give a number of days from 1 to {DAYS_MAX}."));
            }
            Self::Manager | Self::Group => value.parse::<Id>().is_ok(),
        };
        if good { Ok(()) } else { Err(self.missing(operator).to_owned()) }
    }
}
