//! What the parts of a screen with a list of users share.

use leptos::prelude::*;
use model::Problem;
use model::account::ColumnChoice;

use super::deeds::{Deeds, Picked};
use super::which::{Answer, Which};
use crate::kit::{ListState, Selected};

#[derive(Clone, Copy)]
pub(super) struct UserList {
    pub which: Which,
    pub list: ListState,
    pub page: Resource<Answer>,
    pub choice: Resource<Result<ColumnChoice, Problem>>,
    pub selected: Selected<Picked>,
    pub deeds: Deeds,
}
