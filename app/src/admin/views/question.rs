//! What is asked about views, loaded when it is first asked.

use std::sync::Arc;

use leptos::prelude::*;
use model::view::{SavedView, ViewForm, ViewUpdate};
use model::{ListQuery, Operation};

use super::Views;
use crate::admin::questions::{Done, Question, doing};
use crate::api::views as api;
use crate::kit::{Checkbox, Erase, TextField};

const SHARE: &str = "Share with all administrators";
const SHARE_HINT: &str = "Those who may see this list have it in their menu.";

/// Asks under which name, for whom, and whether the list opens with it: of a new view, or of one that is there.
#[lazy]
pub(super) fn save_question(views: Views, of: Option<SavedView>) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || save(views, of))
}

fn save(views: Views, of: Option<SavedView>) -> Question {
    let form = RwSignal::new(match &of {
        Some(view) => ViewForm {
            name: view.name.clone(),
            query: view.query.clone(),
            shared: view.shared,
            default: view.default,
        },
        None => ViewForm { query: views.shown(), ..ViewForm::default() },
    });
    let title =
        of.as_ref().map_or_else(|| "Save as a new view".to_owned(), |view| format!("The view {}", view.name));
    let told = of.clone();
    let perform = move || {
        let (of, form) = (of.clone(), form.get_untracked());
        async move {
            let name = form.name.trim().to_owned();
            let Some(SavedView { id, version, .. }) = of else {
                let query = form.query.clone();
                let id = api::create_view(views.spec.name.to_owned(), form).await?;
                views.changed().await;
                let limit = views.list.query.get_untracked().limit;
                views.list.show(&ListQuery { limit, view: Some(id.to_string()), ..query });
                return Ok(Done::to_all(format!("Saved the view {name}")));
            };
            api::update_view(ViewUpdate { id, version, form }).await?;
            views.changed().await;
            Ok(Done::to_all(format!("Saved the view {name}")))
        }
    };
    Question {
        title: Signal::stored(title),
        verb: Signal::stored("Save view".to_owned()),
        danger: false,
        idle: Signal::derive(move || {
            form.with(|form| form.name.trim().is_empty().then(|| "Enter a name for the view.".to_owned()))
        }),
        body: (move || body(views, form, told.as_ref())).into(),
        fields: &["name"],
        perform: doing(perform),
        counted: |count| format!("{count} views"),
        people: false,
        then: Arc::new(|_| ()),
    }
}

fn body(views: Views, form: RwSignal<ViewForm>, of: Option<&SavedView>) -> AnyView {
    let account = views.account;
    let refusal = account.refusal(Operation::ShareViews);
    // Of a shared view only what is one's own can be chosen without the right.
    let shut = of.is_some_and(|view| view.shared) && refusal.is_some();
    let hint = refusal.clone().unwrap_or_else(|| SHARE_HINT.to_owned());
    let made = of.filter(|view| view.shared).map(|view| {
        view! { <p class="muted">{format!("Made by {}.", view.made_by)}</p> }
    });
    view! {
        {of.is_none().then(|| view! {
            <p>"A view keeps the search, the filters, the order and the columns that the list shows now."</p>
        })}
        {made}
        <TextField
            label="Name"
            name="name"
            required=true
            readonly=Signal::stored(shut)
            value=Signal::derive(move || form.with(|form| form.name.clone()))
            error=views.questions.fault("name")
            on_input=move |name| form.update(|form| form.name = name)
        />
        <Checkbox
            label=SHARE
            hint
            disabled=Signal::stored(refusal.is_some())
            checked=Signal::derive(move || form.with(|form| form.shared))
            on_change=move |on| form.update(|form| form.shared = on)
        />
        <Checkbox
            label="Open the list with this view"
            hint="For you alone. The menu leads back to the whole list."
            checked=Signal::derive(move || form.with(|form| form.default))
            on_change=move |on| form.update(|form| form.default = on)
        />
    }
    .erased()
}

/// Asks before what all administrators have is changed.
#[lazy]
pub(super) fn share_question(views: Views, view: SavedView) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || {
        let title = format!("Change {} for all administrators", view.name);
        let perform = move || {
            let view = view.clone();
            async move {
                views.keep(view);
                Ok(Done::to_all(String::new()))
            }
        };
        let body = "It is shared: everybody who opens it sees what the list shows now.";
        plain(title, "Change the view", false, body, doing(perform))
    })
}

#[lazy]
pub(super) fn delete_question(views: Views, view: SavedView) -> Box<dyn FnOnce() -> Question> {
    Box::new(move || {
        let title = format!("Delete the view {}", view.name);
        let body = if view.shared {
            "It is shared: it leaves the menu of every administrator. Nothing that it shows is changed."
        } else {
            "Only the view is deleted. Nothing that it shows is changed."
        };
        let perform = move || {
            let (id, name) = (view.id, view.name.clone());
            async move {
                api::delete_view(id).await?;
                views.changed().await;
                let limit = views.list.query.get_untracked().limit;
                views.list.show(&ListQuery { limit, ..ListQuery::default() });
                Ok(Done::to_all(format!("Deleted the view {name}")))
            }
        };
        plain(title, "Delete the view", true, body, doing(perform))
    })
}

fn plain(
    title: String,
    verb: &str,
    danger: bool,
    body: &'static str,
    perform: crate::admin::questions::Doing<Done>,
) -> Question {
    Question {
        title: Signal::stored(title),
        verb: Signal::stored(verb.to_owned()),
        danger,
        idle: Signal::stored(None),
        body: (move || view! { <p>{body}</p> }).into(),
        fields: &[],
        perform,
        counted: |count| format!("{count} views"),
        people: false,
        then: Arc::new(|_| ()),
    }
}
