//! A rule while it is edited: blocks and conditions with a signal for each of their parts, so that typing in one
//! draws no other anew.

use leptos::prelude::*;
use model::Id;
use model::group::{Comparison, GroupRef, Join, RuleBlock, RuleCondition, RuleField, RuleKind, RulePart};
use model::list::CUSTOM;
use model::user::Person;

/// What owns the signals of parts that are added by a press, and counts them.
#[derive(Clone, Copy)]
pub(super) struct Maker {
    owner: StoredValue<Owner>,
    next: StoredValue<u32>,
}

/// A block while it is edited.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub number: u32,
    pub join: RwSignal<Join>,
    pub parts: RwSignal<Vec<Part>>,
}

/// A condition while it is edited. What is typed for one kind of field stays there while another is chosen.
#[derive(Clone, Copy)]
pub(super) struct Condition {
    pub number: u32,
    /// The key of a field; [`CUSTOM`] for a custom attribute.
    pub field: RwSignal<String>,
    /// The name of the custom attribute.
    pub custom: RwSignal<String>,
    pub operator: RwSignal<Comparison>,
    /// One value, or several, one to a line.
    pub text: RwSignal<String>,
    pub person: RwSignal<Option<Person>>,
    pub group: RwSignal<Option<GroupRef>>,
}

#[derive(Clone, Copy)]
pub(super) enum Part {
    Condition(Condition),
    Block(Block),
}

impl Part {
    pub fn number(&self) -> u32 {
        match self {
            Self::Condition(condition) => condition.number,
            Self::Block(block) => block.number,
        }
    }
}

impl Maker {
    /// Made where the editor is.
    pub fn new() -> Self {
        Self { owner: StoredValue::new(Owner::current().unwrap_or_default()), next: StoredValue::new(0) }
    }

    fn number(self) -> u32 {
        self.next
            .try_update_value(|next| {
                *next += 1;
                *next
            })
            .unwrap_or_default()
    }

    pub fn owned<T>(self, make: impl FnOnce() -> T) -> T {
        self.owner.with_value(Clone::clone).with(make)
    }

    /// A new condition on the department, with nothing typed.
    pub fn condition(self) -> Condition {
        let nothing =
            RuleCondition { field: "department".into(), operator: Comparison::Equals, values: vec![] };
        self.edited(&nothing, &[])
    }

    /// A new block with one condition.
    pub fn block(self) -> Block {
        let condition = self.condition();
        self.owned(|| Block {
            number: self.number(),
            join: RwSignal::new(Join::Any),
            parts: RwSignal::new(vec![Part::Condition(condition)]),
        })
    }

    /// A rule as it stands, to be edited; `names` are those of the people and groups in it.
    pub fn tree(self, rule: &RuleBlock, names: &[(Id, String)]) -> Block {
        let part = |part: &RulePart| match part {
            RulePart::Condition(condition) => Part::Condition(self.edited(condition, names)),
            RulePart::Block(block) => Part::Block(self.tree(block, names)),
        };
        let parts: Vec<Part> = rule.parts.iter().map(part).collect();
        self.owned(|| Block {
            number: self.number(),
            join: RwSignal::new(rule.join),
            parts: RwSignal::new(parts),
        })
    }

    fn edited(self, condition: &RuleCondition, names: &[(Id, String)]) -> Condition {
        let custom = condition.field.strip_prefix(CUSTOM);
        let kind = RuleField::find(&condition.field).map(|field| field.kind);
        let id = condition.values.first().and_then(|value| value.parse::<Id>().ok());
        let name = |id: Id| names.iter().find(|(one, _)| *one == id).map(|(_, name)| name.clone());
        let named = id.map(|id| (id, name(id).unwrap_or_else(|| id.to_string())));
        let of = |wanted: RuleKind| named.clone().filter(|_| kind == Some(wanted));
        let person = of(RuleKind::Manager).map(|(id, name)| Person { id, name });
        let group = of(RuleKind::Group).map(|(id, name)| GroupRef { id, name });
        let text =
            if kind.is_some_and(RuleKind::is_named) { String::new() } else { condition.values.join("\n") };
        self.owned(|| Condition {
            number: self.number(),
            field: RwSignal::new(custom.map_or_else(|| condition.field.clone(), |_| CUSTOM.to_owned())),
            custom: RwSignal::new(custom.unwrap_or_default().to_owned()),
            operator: RwSignal::new(condition.operator),
            text: RwSignal::new(text),
            person: RwSignal::new(person),
            group: RwSignal::new(group),
        })
    }
}

impl Block {
    /// What is edited, as a rule.
    pub fn rule(self) -> RuleBlock {
        let part = |part: Part| match part {
            Part::Condition(condition) => RulePart::Condition(condition.condition()),
            Part::Block(block) => RulePart::Block(block.rule()),
        };
        RuleBlock { join: self.join.get(), parts: self.parts.get().into_iter().map(part).collect() }
    }

    /// The number of the condition at a path, such as `1.0`.
    pub fn number_at(self, path: &str) -> Option<u32> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let part = self.parts.get_untracked().get(first.parse::<usize>().ok()?).copied()?;
        match (part, rest) {
            (Part::Condition(condition), None) => Some(condition.number),
            (Part::Block(block), Some(rest)) => block.number_at(rest),
            (Part::Condition(_), Some(_)) | (Part::Block(_), None) => None,
        }
    }
}

impl Condition {
    /// The key of the field that is chosen.
    pub fn key(self) -> String {
        let field = self.field.get();
        if field == CUSTOM { format!("{CUSTOM}{}", self.custom.get().trim()) } else { field }
    }

    pub fn kind(self) -> RuleKind {
        self.field.with(|field| {
            if field == CUSTOM {
                RuleKind::Text
            } else {
                RuleField::find(field).map_or(RuleKind::Text, |one| one.kind)
            }
        })
    }

    /// Takes another field, with the comparison kept where it has it, too.
    pub fn choose(self, field: String) {
        let before = self.kind();
        self.field.set(field);
        let kind = self.kind();
        let operators = kind.operators();
        if !operators.contains(&self.operator.get_untracked())
            && let Some(first) = operators.first()
        {
            self.operator.set(*first);
        }
        if before != kind {
            self.text.set(String::new());
        }
    }

    pub fn condition(self) -> RuleCondition {
        let operator = self.operator.get();
        let values = match (self.kind(), operator.values()) {
            (_, (0, _)) => vec![],
            (RuleKind::Manager, _) => self.person.get().map(|one| one.id.to_string()).into_iter().collect(),
            (RuleKind::Group, _) => self.group.get().map(|one| one.id.to_string()).into_iter().collect(),
            (_, (_, 1)) => {
                let text = self.text.get().trim().to_owned();
                if text.is_empty() { vec![] } else { vec![text] }
            }
            _ => {
                let lines = self.text.get();
                lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
            }
        };
        RuleCondition { field: self.key(), operator, values }
    }
}
