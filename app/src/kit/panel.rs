//! The panel that comes in from the right, over a list, at an address of its own.

use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Location,
};

use super::{
    Button, Dialog, Erase, IconButton, Look, PanelState, address::addresses, focus::give_back, joined,
};
use crate::browser::dom;
use crate::browser::history::{go_back, steps_back_to};
use crate::browser::unsaved::{self, Guard};

/// How many panels lie over the rest of the page: while there is one, the rest is inert.
#[derive(Clone, Copy, Debug)]
pub struct Covered(RwSignal<u32>);

impl Covered {
    pub fn provide() -> Self {
        let covered = Self(RwSignal::new(0));
        provide_context(covered);
        covered
    }

    /// For the `inert` attribute of what lies beneath.
    pub fn get(self) -> bool {
        self.0.get() > 0
    }
}

/// From anywhere below the portal's root.
pub fn covered() -> Covered {
    use_context().unwrap_or_else(|| Covered(RwSignal::new(0)))
}

/// How wide a panel is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// For everything about something.
    #[default]
    Wide,
    /// For small forms.
    Narrow,
}

/// A panel over the screen. Esc, the cross and the browser's back close it; what lies beneath is
/// inert meanwhile, and gets the focus back.
#[component]
pub fn Panel(
    /// The id of the heading in `head` that names the panel.
    labelled_by: &'static str,
    #[prop(optional)] width: Width,
    /// The address of what lies beneath.
    #[prop(into)]
    back_to: Signal<String>,
    /// Stands at the top, beside the cross.
    head: ViewFn,
    /// The path of the panel, to which those of its tabs belong.
    #[prop(into)]
    within: Signal<String>,
    /// Gets what its parts share.
    body: Box<dyn FnOnce(PanelState) -> AnyView + Send>,
) -> impl IntoView {
    let (navigate, addresses) = (use_navigate(), addresses());
    let travel = Callback::new(move |(address, replace): (String, bool)| {
        if (addresses.is_served_alone)(&address) {
            drop(window().location().assign(&address));
        } else {
            navigate(&address, NavigateOptions { scroll: false, replace, ..NavigateOptions::default() });
        }
    });
    let go = Callback::new(move |address: String| travel.run((address, false)));
    // To where one came from; for who came from elsewhere, what lies beneath takes the panel's place.
    let leave = Callback::new(move |()| {
        let beneath = back_to.get_untracked();
        match within.with_untracked(|within| steps_back_to(&beneath, within)) {
            Some(steps) => go_back(steps),
            None => travel.run((beneath, true)),
        }
    });
    let state = PanelState {
        unsaved: RwSignal::new(false),
        leave,
        confirming: RwSignal::new(false),
        going: RwSignal::new(None),
    };
    let node = NodeRef::<html::Section>::new();
    cover(node);
    guard(state, within);
    let keys = move |event: ev::KeyboardEvent| {
        let taken = event.default_prevented() || in_popover(&event);
        if event.key() == "Escape" && !taken && !state.confirming.get_untracked() {
            event.prevent_default();
            state.close();
        }
    };
    let discard = move || state.go(go);
    view! {
        <div class="scrim" on:click=move |_| state.close()></div>
        <section
            node_ref=node
            class="panel"
            class:narrow=width == Width::Narrow
            role="dialog"
            aria-modal="true"
            aria-labelledby=labelled_by
            tabindex="-1"
            on:keydown=keys
        >
            <header class="panel-head">
                <div class="who">{head.run()}</div>
                <IconButton icon="x" label="Close".to_owned() on_press=move || state.close()/>
            </header>
            {body(state)}
        </section>
        <Dialog
            open=state.confirming
            title="Discard unsaved changes?".to_owned()
            body=(|| view! { <p>"What you have changed here has not been saved."</p> }).into()
            footer=(move || view! {
                <Button on_press=move || state.confirming.set(false)>"Keep editing"</Button>
                <Button look=Look::DangerLoud on_press=discard>"Discard changes"</Button>
            }).into()
        />
    }
    .erased()
}

/// Makes the rest inert, takes the focus, and gives it back.
fn cover(node: NodeRef<html::Section>) {
    let covered = covered();
    Effect::new(move |_| {
        let Some(panel) = node.get() else { return };
        let before = StoredValue::new_local(dom::focused());
        covered.0.update(|count| *count += 1);
        dom::focus(&panel);
        on_cleanup(move || {
            covered.0.update(|count| *count = count.saturating_sub(1));
            let Some(before) = before.try_get_value().flatten() else { return };
            // What lies beneath can take the focus only when it is no longer inert.
            dom::soon(move || give_back(&before));
        });
    });
}

fn in_popover(event: &ev::KeyboardEvent) -> bool {
    dom::target(event).is_some_and(|target| target.closest("[popover], dialog").ok().flatten().is_some())
}

/// Asks before a link, the back button or the window's closing would lose something.
fn guard(state: PanelState, within: Signal<String>) {
    let Location { pathname, search, .. } = use_location();
    let guard = Guard {
        unsaved: state.unsaved,
        within,
        here: Callback::new(move |()| joined(&pathname.get_untracked(), &search.get_untracked())),
        ask: Callback::new(move |going| state.ask(going)),
    };
    Effect::new(move |_| {
        unsaved::set(Some(guard));
        on_cleanup(|| unsaved::set(None));
    });
}
