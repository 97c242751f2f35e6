//! User groups: the list, and over it the panel of one group or of a new one.

mod list;
mod members;
mod nesting;
mod new;
mod panel;
mod period_of;
mod questions;
mod resources;
mod rule;

use leptos::prelude::*;
use model::Operation;

use super::{access::guarded, screens::screens};
use crate::kit::Erase;
use list::GroupsPage;
use new::NewGroupPanel;
use panel::GroupPanel;

pub(super) use period_of::membership;
pub(super) use questions::{period_question, remove_question};

const TITLE: &str = "User Groups";

screens! { user_groups:
    /// The list.
    GroupsRoute, groups_screen => guarded(TITLE, Operation::ListGroups, || view! { <GroupsPage/> }.erased());
    /// One group, over the list.
    GroupRoute, group_screen => view! { <GroupPanel/> }.erased();
    /// The form for a new group.
    NewGroupRoute, new_group_screen => view! { <NewGroupPanel/> }.erased();
}
