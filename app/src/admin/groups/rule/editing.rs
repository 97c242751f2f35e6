//! A rule that is being edited, beside what is saved. It outlives its tab, so that looking at another one loses
//! nothing.

use std::collections::HashMap;

use leptos::prelude::*;
use model::group::{GroupRule, Join, RuleBlock, RuleMode, RuleState};
use model::{Id, Problem};

use super::editor::Faults;
use super::tree::{Block, Maker};
use crate::admin::people_choice::PeopleChoice;

/// The way without a rule.
pub(super) const STATIC: &str = "static";
const BRAKE: &str = "25";

/// What is kept for the tab while the panel is open.
#[derive(Clone, Copy)]
pub(in crate::admin::groups) struct RuleEditor {
    group: Id,
    maker: Maker,
    kept: RwSignal<Option<Editing>>,
}

impl RuleEditor {
    /// Made with the panel.
    pub fn new(group: Id) -> Self {
        Self { group, maker: Maker::new(), kept: RwSignal::new(None) }
    }

    /// Begins again with what has been saved.
    pub(super) fn take_in(self, state: RuleState) {
        // The panel may have been closed meanwhile.
        if let Some(Some(editing)) = self.kept.try_get_untracked() {
            editing.take_in(state);
        }
    }

    pub fn unsaved(self) -> bool {
        self.kept.get().is_some_and(Editing::changed)
    }

    /// Goes on with what is being edited, or begins with what is saved.
    pub(super) fn open(self, state: RuleState) -> Editing {
        let kept = self.kept.get_untracked().filter(|kept| untrack(|| kept.changed()));
        let editing = kept.unwrap_or_else(|| Editing::begin(self.maker, self.group, state));
        self.kept.set(Some(editing));
        editing
    }
}

/// What is typed, beside what is saved.
#[derive(Clone, Copy)]
pub(super) struct Editing {
    pub group: Id,
    pub maker: Maker,
    pub saved: RwSignal<RuleState>,
    /// [`STATIC`], or a [`RuleMode`].
    pub mode: RwSignal<String>,
    pub tree: RwSignal<Block>,
    pub brake: RwSignal<String>,
    /// With whom the rule is tried.
    pub tested: PeopleChoice,
    pub faults: Faults,
    /// What is wrong with the rule as a whole.
    pub fault: RwSignal<Option<String>>,
    pub brake_fault: RwSignal<Option<String>>,
}

fn mode_of(state: &RuleState) -> String {
    state.rule.as_ref().map_or(STATIC, |rule| rule.mode.as_str()).to_owned()
}

fn brake_of(state: &RuleState) -> String {
    state.rule.as_ref().map_or_else(|| BRAKE.to_owned(), |rule| rule.brake.to_string())
}

fn tree_of(maker: Maker, state: &RuleState) -> Block {
    match &state.rule {
        Some(rule) => maker.tree(&rule.rule, &state.names),
        None => maker.first(),
    }
}

impl Editing {
    fn begin(maker: Maker, group: Id, state: RuleState) -> Self {
        maker.owned(|| Self {
            group,
            maker,
            mode: RwSignal::new(mode_of(&state)),
            tree: RwSignal::new(tree_of(maker, &state)),
            brake: RwSignal::new(brake_of(&state)),
            saved: RwSignal::new(state),
            tested: RwSignal::new(vec![]),
            faults: RwSignal::new(HashMap::new()),
            fault: RwSignal::new(None),
            brake_fault: RwSignal::new(None),
        })
    }

    fn take_in(self, state: RuleState) {
        if self.saved.try_set(state).is_none() {
            self.discard();
        }
    }

    /// Goes back to what is saved.
    pub fn discard(self) {
        let state = self.saved.get_untracked();
        self.clear();
        self.mode.set(mode_of(&state));
        self.brake.set(brake_of(&state));
        self.tree.set(tree_of(self.maker, &state));
    }

    fn rule(self) -> RuleBlock {
        self.tree.get().rule()
    }

    pub fn changed(self) -> bool {
        let mode = self.mode.get();
        self.saved.with(|saved| match &saved.rule {
            None => mode != STATIC,
            Some(rule) => {
                mode != rule.mode.as_str()
                    || self.brake.with(|brake| brake.trim() != rule.brake.to_string())
                    || self.rule() != rule.rule
            }
        })
    }

    fn clear(self) {
        self.faults.set(HashMap::new());
        self.fault.set(None);
        self.brake_fault.set(None);
    }

    /// What is typed, if it keeps the rules; what does not is said at its place. None where there is to be no rule.
    pub fn draft(self) -> Option<Result<GroupRule, ()>> {
        let mode = RuleMode::parse(&self.mode.get())?;
        self.clear();
        let rule = self.rule();
        let checked = rule.check();
        if let Err(faults) = &checked {
            self.show(&faults.clone().into());
        }
        let brake = self.brake.get().trim().parse::<u8>().ok().filter(|brake| (1..=100).contains(brake));
        if brake.is_none() {
            self.brake_fault.set(Some("Give a share from 1 to 100 percent.".to_owned()));
        }
        let (Ok(()), Some(brake)) = (checked, brake) else { return Some(Err(())) };
        Some(Ok(GroupRule { mode, rule, brake }))
    }

    /// Says what is wrong at the place where it is.
    pub fn show(self, problem: &Problem) {
        let tree = self.tree.get_untracked();
        let mut faults = HashMap::new();
        for fault in &problem.faults {
            match (fault.field.as_str(), tree.number_at(&fault.field)) {
                ("brake", _) => self.brake_fault.set(Some(fault.message.clone())),
                (_, Some(number)) => drop(faults.insert(number, fault.message.clone())),
                _ => self.fault.set(Some(fault.message.clone())),
            }
        }
        self.faults.set(faults);
    }
}

impl Maker {
    /// The rule with which a group begins that has none.
    fn first(self) -> Block {
        let block = self.block();
        block.join.set(Join::All);
        block
    }
}
