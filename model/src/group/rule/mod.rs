//! Rules of groups: who is a member because of what is known of them.
//!
//! A rule is a block of conditions and of further blocks. Every condition is either true or false of a user, also where
//! nothing is known: who has no manager does not report to anybody.

mod fields;
mod state;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::mail::words;
use crate::{Faults, Id};

pub use fields::{DAYS_MAX, RULE_FIELDS, RuleField, RuleKind};
pub use state::{
    CountedPeople, ExceptionFilter, ExceptionKind, GroupRule, Held, NewException, RuleException, RuleMode,
    RulePreview, RuleState, SaveRule, TestedPerson, stops,
};

/// How deep blocks lie in one another.
pub const DEPTH_MAX: usize = 5;
/// How many conditions a rule has at most.
pub const CONDITIONS_MAX: usize = 100;
/// How many values a condition has at most.
pub const VALUES_MAX: usize = 100;
/// The most characters of a value.
pub const VALUE_MAX: usize = 1024;

words! {
    /// How the parts of a block go together.
    Join {
        All = "all", "All of these";
        Any = "any", "Any of these";
        None = "none", "None of these";
    }
}

words! {
    /// How a condition compares. Upper and lower case are the same. Names: reference, section 5.
    Comparison {
        Equals = "equals", "is";
        NotEquals = "not_equals", "is not";
        In = "in", "is one of";
        NotIn = "not_in", "is none of";
        Contains = "contains", "contains";
        NotContains = "not_contains", "does not contain";
        StartsWith = "starts_with", "starts with";
        EndsWith = "ends_with", "ends with";
        IsEmpty = "is_empty", "is empty";
        IsNotEmpty = "is_not_empty", "is not empty";
        /// Before the beginning of a day in UTC.
        Before = "before", "is before";
        /// From the beginning of a day in UTC on.
        Since = "since", "is on or after";
        /// At most so many days ago.
        InLastDays = "in_last_days", "is in the last days";
        /// More than so many days ago.
        OlderThanDays = "older_than_days", "is longer ago than days";
        MemberOf = "member_of", "is a member of";
        NotMemberOf = "not_member_of", "is not a member of";
        /// At any depth.
        ReportsTo = "reports_to", "reports to, at any depth,";
    }
}

/// Conditions and blocks of which all, any or none are to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleBlock {
    pub join: Join,
    pub parts: Vec<RulePart>,
}

/// A part of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RulePart {
    Condition(RuleCondition),
    Block(RuleBlock),
}

/// What is asked of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCondition {
    /// The key of a [`RuleField`], or `custom.` and the name of a custom attribute.
    pub field: String,
    pub operator: Comparison,
    /// None for what needs none, several for [`Comparison::In`] and [`Comparison::NotIn`], otherwise one. People and groups
    /// stand by their ids, days as `2026-11-22`.
    #[serde(default)]
    pub values: Vec<String>,
}

impl RuleBlock {
    /// Every condition with the path to it: `0`, `1.0`.
    pub fn conditions(&self) -> Vec<(String, &RuleCondition)> {
        let mut found = Vec::new();
        self.collect("", &mut found);
        found
    }

    fn collect<'a>(&'a self, within: &str, found: &mut Vec<(String, &'a RuleCondition)>) {
        for (index, part) in self.parts.iter().enumerate() {
            let path = if within.is_empty() { index.to_string() } else { format!("{within}.{index}") };
            match part {
                RulePart::Condition(condition) => found.push((path, condition)),
                RulePart::Block(block) => block.collect(&path, found),
            }
        }
    }

    fn depth(&self) -> usize {
        let inner = self.parts.iter().map(|part| match part {
            RulePart::Condition(_) => 0,
            RulePart::Block(block) => block.depth(),
        });
        1 + inner.max().unwrap_or_default()
    }

    fn has_empty_block(&self) -> bool {
        self.parts.is_empty()
            || self.parts.iter().any(|part| matches!(part, RulePart::Block(block) if block.has_empty_block()))
    }

    /// The groups that it asks about, each once.
    pub fn groups(&self) -> Vec<Id> {
        self.ids(|kind| kind == RuleKind::Group)
    }

    /// The people that it names, each once.
    pub fn people(&self) -> Vec<Id> {
        self.ids(|kind| kind == RuleKind::Manager)
    }

    fn ids(&self, of: impl Fn(RuleKind) -> bool) -> Vec<Id> {
        let conditions = self.conditions();
        let asked = conditions
            .iter()
            .filter(|(_, one)| RuleField::find(&one.field).is_some_and(|field| of(field.kind)));
        let mut ids: Vec<Id> =
            asked.flat_map(|(_, one)| &one.values).filter_map(|value| value.parse().ok()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The names of the custom attributes that it asks about, each once.
    pub fn custom(&self) -> Vec<&str> {
        let conditions = self.conditions();
        let mut names: Vec<&str> = conditions
            .into_iter()
            .filter_map(|(_, one)| one.field.strip_prefix(crate::list::CUSTOM))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether what holds changes by time alone.
    pub fn depends_on_time(&self) -> bool {
        let by_time =
            |one: &RuleCondition| matches!(one.operator, Comparison::InLastDays | Comparison::OlderThanDays);
        self.conditions().iter().any(|(_, one)| by_time(one))
    }

    /// Whether a change of one user may change what holds of another.
    pub fn looks_at_others(&self) -> bool {
        self.conditions().iter().any(|(_, one)| one.operator == Comparison::ReportsTo)
    }

    /// What is wrong with it, at the path of each condition; at `rule` what is wrong with the whole.
    ///
    /// # Errors
    /// Unknown fields, operators that a field does not have, values that are missing, too long or of another type, too
    /// many conditions, empty blocks.
    pub fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        if self.has_empty_block() {
            let empty = if self.parts.is_empty() {
                "The rule has no condition yet."
            } else {
                "A block has no condition."
            };
            faults.add("rule", empty);
        }
        if self.depth() > DEPTH_MAX {
            faults.add("rule", format!("At most {DEPTH_MAX} blocks lie in one another."));
        }
        let conditions = self.conditions();
        if conditions.len() > CONDITIONS_MAX {
            faults.add("rule", format!("At most {CONDITIONS_MAX} conditions."));
        }
        for (path, condition) in conditions {
            if let Err(why) = condition.check() {
                faults.add(path, why);
            }
        }
        faults.check()
    }

    /// In words: "Department is “Sales” and not (State is “Suspended”)". People and groups are named by `name_of`.
    pub fn words(&self, name_of: &impl Fn(&str) -> Option<String>) -> String {
        let part = |part: &RulePart| match part {
            RulePart::Condition(condition) => condition.words(name_of),
            RulePart::Block(block) if block.join == Join::None || block.parts.len() < 2 => {
                block.words(name_of)
            }
            RulePart::Block(block) => format!("({})", block.words(name_of)),
        };
        let parts: Vec<String> = self.parts.iter().map(part).collect();
        match self.join {
            Join::All => parts.join(" and "),
            Join::Any => parts.join(" or "),
            Join::None => format!("not ({})", parts.join(" or ")),
        }
    }
}

impl RuleCondition {
    /// What is wrong with it, if anything.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(&self) -> Result<(), String> {
        let field =
            RuleField::find(&self.field).ok_or_else(|| format!("There is no field “{}”.", self.field))?;
        if !field.kind.operators().contains(&self.operator) {
            return Err(format!("{} cannot be compared by “{}”.", field.label, self.operator.label()));
        }
        let (least, most) = self.operator.values();
        if self.values.len() < least {
            return Err(field.kind.missing(self.operator).to_owned());
        }
        if self.values.len() > most {
            return Err(match most {
                0 => "This comparison takes no value.".to_owned(),
                1 => "This comparison takes one value.".to_owned(),
                most => format!("At most {most} values."),
            });
        }
        self.values.iter().try_for_each(|value| field.kind.check(self.operator, value))
    }

    /// In words: "Department is one of “Sales”, “Support”".
    pub fn words(&self, name_of: &impl Fn(&str) -> Option<String>) -> String {
        let field = RuleField::find(&self.field);
        let label = field.as_ref().map_or(self.field.as_str(), |field| field.label.as_str());
        let shown = |value: &String| {
            let choice = field.as_ref().and_then(|field| field.kind.label_of(value));
            let named = || field.as_ref().filter(|field| field.kind.is_named()).and_then(|_| name_of(value));
            format!("“{}”", choice.map(str::to_owned).or_else(named).unwrap_or_else(|| value.clone()))
        };
        let values: Vec<String> = self.values.iter().map(shown).collect();
        let (operator, values) = (self.operator, values.join(", "));
        let days = self.values.first().map_or("", String::as_str);
        match operator {
            Comparison::IsEmpty | Comparison::IsNotEmpty => format!("{label} {}", operator.label()),
            Comparison::InLastDays => format!("{label} is in the last {days} days"),
            Comparison::OlderThanDays => format!("{label} is more than {days} days ago"),
            Comparison::MemberOf => format!("is in {values}"),
            Comparison::NotMemberOf => format!("is not in {values}"),
            Comparison::ReportsTo => format!("reports to {values} at any depth"),
            _ => format!("{label} {} {values}", operator.label()),
        }
    }
}

impl Comparison {
    /// From how many values to how many it takes.
    pub const fn values(self) -> (usize, usize) {
        match self {
            Self::IsEmpty | Self::IsNotEmpty => (0, 0),
            Self::In | Self::NotIn => (1, VALUES_MAX),
            Self::Equals
            | Self::NotEquals
            | Self::Contains
            | Self::NotContains
            | Self::StartsWith
            | Self::EndsWith
            | Self::Before
            | Self::Since
            | Self::InLastDays
            | Self::OlderThanDays
            | Self::MemberOf
            | Self::NotMemberOf
            | Self::ReportsTo => (1, 1),
        }
    }
}
