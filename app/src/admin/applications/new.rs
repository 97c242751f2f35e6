//! The form for a new application.

use leptos::{prelude::*, task::spawn_local};
use model::Operation;
use model::application::{APPLICATION_FIELDS, APPLICATIONS, ApplicationForm};

use crate::admin::create_panel::{Kind, Sending, added, panel};
use crate::kit::{Erase, FormState, ListState, PanelState, Width, form_sections};
use crate::{api, routes};

const KIND: Kind = Kind {
    title: "Add application",
    says: "A bookmark: a tile that leads to an address. Users are bound to it once it is there.",
    ids: ("new-application", "new-application-form"),
    width: Width::Narrow,
    path: routes::NEW_APPLICATION,
    needs: Operation::CreateApplication,
};

#[component]
pub(super) fn NewApplicationPanel() -> impl IntoView {
    let list = ListState::new(routes::APPLICATIONS, &APPLICATIONS);
    let back_to = Signal::derive(move || list.over(routes::APPLICATIONS));
    panel(KIND, back_to, Box::new(|panel| view! { <NewApplicationForm panel/> }.erased()))
}

#[component]
fn NewApplicationForm(panel: PanelState) -> impl IntoView {
    let (sending, added) = (Sending::begin(KIND), added(panel));
    let form = RwSignal::new(ApplicationForm::default());
    sending.watch(panel, Signal::derive(move || form.with(|form| *form != ApplicationForm::default())));
    let send = move || {
        let typed = form.get_untracked();
        if let Err(wrong) = typed.parse() {
            sending.fail(wrong.into());
            return;
        }
        sending.busy.set(true);
        let (name, added) = (typed.name.trim().to_owned(), added.clone());
        spawn_local(async move {
            let answer = api::applications::create_application(typed).await;
            sending.busy.try_set(false);
            match answer {
                Err(wrong) => sending.fail(wrong),
                Ok(id) => added(format!("Added {name}"), routes::application(id)),
            }
        });
    };
    let fields = form_sections(FormState::new(form, Signal::stored(false)), APPLICATION_FIELDS);
    sending.frame(panel, KIND.title, fields.erased(), Callback::new(move |()| send()))
}
