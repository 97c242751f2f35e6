//! The dialog that asks the portal's questions, and the one that says to whom something was not done.

use leptos::prelude::*;
use model::user::Outcome;

use super::outcomes::{Line, lines};
use super::questions::{Questions, questions};
use crate::kit::{Button, ConfirmDialog, Dialog, Erase, Look, Show};

/// Where it is asked: the dialog is loaded with the first question.
#[component]
pub(super) fn QuestionDialog() -> impl IntoView {
    let questions = questions();
    let asked = RwSignal::new(false);
    Effect::new(move |_| {
        if questions.open.get() && !asked.get_untracked() {
            asked.set(true);
        }
    });
    view! {
        <Show when=move || asked.get()>
            {Suspend::new(question_dialog(questions))}
        </Show>
    }
    .erased()
}

#[lazy]
fn question_dialog(questions: Questions) -> AnyView {
    let Questions { open, asked, busy, .. } = questions;
    let title = Signal::derive(move || {
        asked
            .with(|asked| asked.as_ref().map(|asked| asked.title))
            .map_or_else(String::new, |title| title.get())
    });
    let verb = Signal::derive(move || {
        asked.with(|asked| asked.as_ref().map(|asked| asked.verb)).map_or_else(String::new, |verb| verb.get())
    });
    let danger = Signal::derive(move || asked.with(|asked| asked.as_ref().is_some_and(|asked| asked.danger)));
    let idle = Signal::derive(move || {
        asked.with(|asked| asked.as_ref().map(|asked| asked.idle)).and_then(|idle| idle.get())
    });
    view! {
        <ConfirmDialog
            open
            title
            verb
            danger
            disabled_because=idle
            busy
            problem=Signal::derive(move || questions.trouble())
            on_confirm=move || questions.confirm()
        >
            {move || asked.get().map(|asked| asked.body.view())}
        </ConfirmDialog>
        {refusals(questions)}
    }
    .erased()
}

/// Says to whom it was not done, and why.
fn refusals(questions: Questions) -> AnyView {
    let Questions { refused, refused_open: open, asked, .. } = questions;
    let title = move || {
        let counted = asked.with(|asked| asked.as_ref().map(|asked| asked.counted));
        let who = counted.map_or_else(String::new, |counted| counted(refused.with(Vec::len)));
        format!("Not done for {who}")
    };
    let people = move || asked.with_untracked(|asked| asked.as_ref().is_some_and(|asked| asked.people));
    let line = move |outcome: Outcome| Line {
        face: people().then_some(outcome.id),
        name: outcome.name,
        aside: outcome.refused.unwrap_or_default(),
    };
    let body = move || lines(refused.get().into_iter().map(line));
    let footer =
        move || view! { <Button look=Look::Primary on_press=move || open.set(false)>"Close"</Button> };
    view! { <Dialog open title=Signal::derive(title) body=body.into() footer=footer.into()/> }.erased()
}
