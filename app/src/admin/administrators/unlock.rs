//! Opening an administrator's lock before it opens by itself.

use leptos::{prelude::*, task::spawn_local};
use model::{Id, Operation};

use crate::api::administrators::unlock_administrator;
use crate::kit::{Button, Look, toaster};
use crate::viewer::account;

/// Unlocks at once: it takes nothing from anybody, so that there is nothing to ask.
#[component]
pub(in crate::admin) fn UnlockButton(
    id: Id,
    name: String,
    #[prop(optional)] look: Look,
    #[prop(optional)] small: bool,
    /// The lock may be gone, or was gone already.
    on_done: Callback<()>,
) -> impl IntoView {
    let (account, toaster, busy) = (account(), toaster(), RwSignal::new(false));
    let press = move || {
        let name = name.clone();
        busy.set(true);
        spawn_local(async move {
            match unlock_administrator(id).await {
                Ok(()) => toaster.done(format!("{name} can sign in again")),
                Err(problem) => toaster.wrong(problem),
            }
            // One may have gone elsewhere meanwhile.
            busy.try_set(false);
            on_done.try_run(());
        });
    };
    let refusal = Signal::derive(move || account.refusal(Operation::UnlockAdministrator));
    view! { <Button look small busy disabled_because=refusal on_press=press>"Unlock"</Button> }
}
