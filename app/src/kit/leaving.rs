//! The confirmation before a page is left with something unsaved on it.

use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Location};

use super::{Button, Dialog, Erase, Look, joined};
use crate::browser::unsaved::{self, Going, Guard};

/// Stands on a page with a form; `within` is the page's path.
#[component]
pub fn Leaving(unsaved: RwSignal<bool>, within: &'static str) -> impl IntoView {
    let confirming = RwSignal::new(false);
    let going = RwSignal::new(None::<Going>);
    let Location { pathname, search, .. } = use_location();
    let guard = Guard {
        unsaved,
        within: Signal::derive(move || within.to_owned()),
        here: Callback::new(move |()| joined(&pathname.get_untracked(), &search.get_untracked())),
        ask: Callback::new(move |to| {
            going.set(Some(to));
            confirming.set(true);
        }),
    };
    Effect::new(move |_| {
        unsaved::set(Some(guard));
        on_cleanup(|| unsaved::set(None));
    });
    let discard = move || {
        unsaved.set(false);
        confirming.set(false);
        match going.get_untracked() {
            Some(Going::To(address)) => drop(window().location().assign(&address)),
            Some(Going::Back) => drop(window().history().and_then(|history| history.back())),
            Some(Going::Away) | None => {}
        }
    };
    view! {
        <Dialog
            open=confirming
            title="Discard unsaved changes?".to_owned()
            body=(|| view! { <p>"What you have changed here has not been saved."</p> }).into()
            footer=(move || view! {
                <Button on_press=move || confirming.set(false)>"Keep editing"</Button>
                <Button look=Look::DangerLoud on_press=discard>"Discard changes"</Button>
            }).into()
        />
    }
    .erased()
}
