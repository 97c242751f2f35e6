//! Who reaches a resource of any kind, and which groups are bound to it: the same two tabs for every kind.

mod bound;
mod questions;
mod reaching;

use leptos::prelude::*;
use model::{Id, Operation};

pub(super) use bound::BoundGroups;
pub(super) use questions::{idle, looked_up, loss, unbind_question};
pub(super) use reaching::ReachingUsers;

/// A resource, a user or a group by its name.
pub(super) type Named = (Id, String);

/// A resource that users and groups are bound to.
#[derive(Clone, Copy)]
pub(super) struct Bindable {
    pub id: Id,
    pub name: Signal<String>,
    /// What a sentence calls it: "the application".
    pub noun: &'static str,
    /// What it takes to bind and unbind.
    pub binds: Operation,
}

impl Bindable {
    fn named(self) -> Named {
        (self.id, self.name.get_untracked())
    }
}
