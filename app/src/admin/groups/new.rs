//! The form for a new group.

use leptos::{prelude::*, task::spawn_local};
use model::Operation;
use model::group::{GROUP_FIELDS, GROUPS, GroupForm};

use crate::admin::create_panel::{Kind, Sending, added, panel};
use crate::kit::{Erase, FormState, ListState, PanelState, Width, form_sections};
use crate::{api, routes};

const KIND: Kind = Kind {
    title: "Add group",
    says: "A name is enough. Members are added once the group is there.",
    ids: ("new-group", "new-group-form"),
    width: Width::Wide,
    path: routes::NEW_USER_GROUP,
    needs: Operation::CreateGroup,
};

#[component]
pub(super) fn NewGroupPanel() -> impl IntoView {
    let list = ListState::new(routes::USER_GROUPS, &GROUPS);
    let back_to = Signal::derive(move || list.over(routes::USER_GROUPS));
    panel(KIND, back_to, Box::new(|panel| view! { <NewGroupForm panel/> }.erased()))
}

#[component]
fn NewGroupForm(panel: PanelState) -> impl IntoView {
    let (sending, added) = (Sending::begin(KIND), added(panel));
    let form = RwSignal::new(GroupForm::default());
    sending.watch(panel, Signal::derive(move || form.with(|form| *form != GroupForm::default())));
    let send = move || {
        let typed = form.get_untracked();
        if let Err(wrong) = typed.parse() {
            sending.fail(wrong.into());
            return;
        }
        sending.busy.set(true);
        let (name, added) = (typed.name.trim().to_owned(), added.clone());
        spawn_local(async move {
            let answer = api::groups::create_group(typed).await;
            sending.busy.try_set(false);
            match answer {
                Err(wrong) => sending.fail(wrong),
                Ok(id) => added(format!("Added {name}"), routes::user_group(id)),
            }
        });
    };
    let fields = form_sections(FormState::new(form, Signal::stored(false)), GROUP_FIELDS);
    sending.frame(panel, KIND.title, fields.erased(), Callback::new(move |()| send()))
}
