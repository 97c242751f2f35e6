//! What the parts of an administrator's panel are made of.

use leptos::prelude::*;
use model::administrator::{Action, Administrator};

use super::action_target::ActionTarget;
use super::actions::Actions;
use super::{copy, whom};
use crate::kit::{Button, Editing, Erase, Look};
use crate::viewer::account;

/// A button that asks whether to do something; where it cannot be done it says why.
#[component]
pub(super) fn Doing(
    editing: Editing<Administrator>,
    actions: Actions,
    action: Action,
    #[prop(optional)] look: Look,
) -> impl IntoView {
    let account = account();
    let refusal = move || {
        let me = account.0.with(|me| me.as_ref().map(|me| me.id));
        let why = editing.base.with(|base| {
            action.refusal(base.facts(me)).map(|why| copy::refused(&base.name(), whom(base.id), why))
        });
        account.refusal(action.operation()).or(why)
    };
    let ask = move || {
        let target = editing.base.with_untracked(|base| ActionTarget::from(base));
        actions.ask(action, vec![target]);
    };
    view! {
        <Button look icon=copy::icon(action) disabled_because=Signal::derive(refusal) on_press=ask>
            {copy::label(action)}
        </Button>
    }
    .erased()
}

/// A name and its value, in a list of facts.
pub(super) fn fact(name: &'static str, value: impl IntoView + 'static) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .erased()
}
