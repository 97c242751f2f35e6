//! What is asked about and became of several at once: their names, and why something was not done to
//! some of them.

use leptos::prelude::*;
use model::Id;
use model::user::Outcome;

use crate::kit::{Avatar, Button, Dialog, Erase, Look};

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

/// Those to whom it was not done.
#[derive(Clone, Copy)]
pub(super) struct Refusals {
    refused: RwSignal<Vec<Outcome>>,
    open: RwSignal<bool>,
}

impl Refusals {
    pub fn new() -> Self {
        Self { refused: RwSignal::new(vec![]), open: RwSignal::new(false) }
    }

    /// Tells to whom it was not done; answers with the others.
    pub fn tell(self, outcomes: Vec<Outcome>) -> Vec<Outcome> {
        let (done, refused): (Vec<_>, Vec<_>) =
            outcomes.into_iter().partition(|outcome| outcome.refused.is_none());
        if !refused.is_empty() {
            self.refused.set(refused);
            self.open.set(true);
        }
        done
    }
}

/// Where [`Refusals`] are told.
#[component]
pub(super) fn RefusalsDialog(
    refusals: Refusals,
    /// So many of them: "2 users".
    counted: fn(usize) -> String,
    /// They are people.
    #[prop(optional)]
    faces: bool,
) -> impl IntoView {
    let title = move || format!("Not done for {}", counted(refusals.refused.with(Vec::len)));
    let line = move |outcome: Outcome| Line {
        face: faces.then_some(outcome.id),
        name: outcome.name,
        aside: outcome.refused.unwrap_or_default(),
    };
    let body = move || lines(refusals.refused.get().into_iter().map(line));
    let footer = move || {
        view! { <Button look=Look::Primary on_press=move || refusals.open.set(false)>"Close"</Button> }
    };
    view! { <Dialog open=refusals.open title=Signal::derive(title) body=body.into() footer=footer.into()/> }
        .erased()
}
