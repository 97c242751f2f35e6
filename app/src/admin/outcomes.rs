//! Those that something is asked about, or that it was not done to, by name.

use leptos::prelude::*;
use model::Id;

use crate::kit::{Avatar, Erase};

/// One of those that something is done to, or was not.
pub(super) struct Line {
    /// Whose face stands before it, for people.
    pub face: Option<Id>,
    pub name: String,
    pub aside: String,
}

/// So many are seen at once; a list of more scrolls, and can take the focus for that.
const SEEN: usize = 5;

/// A list of them.
pub(super) fn lines(lines: impl IntoIterator<Item = Line>) -> AnyView {
    let line = |Line { face, name, aside }: Line| {
        view! {
            <li>
                {face.map(|id| view! { <Avatar id name=name.clone()/> })}
                <span class="name">{name}</span>
                " "
                <span class="aside">{aside}</span>
            </li>
        }
    };
    let lines: Vec<_> = lines.into_iter().map(line).collect();
    let scrolls = lines.len() > SEEN;
    view! { <ul class="people" tabindex=scrolls.then_some("0") aria-label="Who">{lines}</ul> }.erased()
}
