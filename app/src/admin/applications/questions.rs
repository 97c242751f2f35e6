//! The question before applications are deleted. It is loaded when it is first asked.

use std::sync::Arc;

use leptos::prelude::*;
use model::Id;

use crate::admin::outcomes::{Line, lines};
use crate::admin::questions::OnChanged;
use crate::admin::questions::{Done, Question, doing};
use crate::admin::resource::{Named, idle, looked_up, loss};
use crate::api::applications as api;
use crate::kit::Erase;

/// Asks whether to delete applications, with who loses them.
#[lazy]
pub(super) fn delete_question(all: Vec<Named>, on_deleted: OnChanged) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || deleting(all, on_deleted))
}

fn deleting(all: Vec<Named>, on_deleted: OnChanged) -> Question {
    let ids: Vec<Id> = all.iter().map(|(id, _)| *id).collect();
    let title = match all.as_slice() {
        [(_, one)] => format!("Delete {one}"),
        many => format!("Delete {}", counted(many.len())),
    };
    let text = title.replacen("Delete", "Deleted", 1);
    let found = looked_up(api::loss_of_applications(ids.clone()));
    let body = move || {
        let line = |(_, name): &Named| Line { face: None, name: name.clone(), aside: String::new() };
        let all = (all.len() > 1).then(|| lines(all.iter().map(line)));
        view! {
            <p>"This cannot be undone. What is bound to it is unbound, and its tile goes away at once."</p>
            {all}
            <div aria-live="polite">{move || loss(found)}</div>
        }
        .erased()
    };
    let perform = move || {
        let (ids, text) = (ids.clone(), text.clone());
        async move { api::delete_applications(ids).await.map(|()| Done::to_all(text)) }
    };
    Question {
        title: Signal::stored(title.clone()),
        verb: Signal::stored(title),
        danger: true,
        idle: Signal::derive(move || idle(found)),
        body: body.into(),
        fields: &[],
        perform: doing(perform),
        counted,
        people: false,
        then: Arc::new(move |_| on_deleted()),
    }
}

fn counted(count: usize) -> String {
    format!("{count} {}", if count == 1 { "application" } else { "applications" })
}
