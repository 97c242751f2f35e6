//! What the parts of a screen with a list of users share.

use leptos::prelude::*;
use model::Problem;
use model::account::ColumnChoice;

use super::action::ActionTarget;
use super::actions::Actions;
use super::list_kind::{Answer, ListKind};
use super::many::Many;
use crate::kit::{ListState, Selected};

#[derive(Clone, Copy)]
pub(super) struct UserList {
    pub kind: ListKind,
    pub list: ListState,
    pub page: Resource<Answer>,
    pub choice: Resource<Result<ColumnChoice, Problem>>,
    pub selected: Selected<ActionTarget>,
    pub actions: Actions,
    /// What is done to more than a page of them.
    pub many: Many,
}
