//! What stands around every screen: the nav on the left, the bar above, and what is heard.

mod nav;
mod top;

use leptos::{ev::KeyboardEvent, prelude::*};
use leptos_router::hooks::use_location;

use super::own::Appearance;
use super::palette::Palette;
use super::question_dialog::QuestionDialog;
use super::reauthentication::ReauthenticationDialog;
use crate::browser::dom;
use crate::kit::{Announcements, Announcer, Toasts, covered};
use crate::viewer::{NAV_COOKIE, NavState, Theme};
use nav::Nav;
use top::Top;

const MAIN: &str = "main";
/// What opens the menu where there is no room for it beside the page.
const OPENS_DRAWER: &str = ".top .burger button";

/// How the nav stands, and whether it lies over a small screen as a drawer.
#[derive(Clone, Copy)]
struct NavControl {
    state: RwSignal<NavState>,
    drawer: RwSignal<bool>,
}

impl NavControl {
    fn change(self, change: impl FnOnce(&mut NavState)) {
        self.state.update(change);
        dom::set_cookie(NAV_COOKIE, &self.state.with_untracked(NavState::to_cookie));
    }

    fn close_drawer(self) {
        if self.drawer.get_untracked() {
            self.drawer.set(false);
        }
    }

    /// Closes the drawer, and leads back to what opened it.
    fn leave_drawer(self) {
        if self.drawer.get_untracked() {
            self.drawer.set(false);
            // Once what lies beneath can be reached again.
            dom::soon(|| {
                let opener = document().body().and_then(|body| dom::find(&body, OPENS_DRAWER));
                opener.iter().for_each(dom::focus);
            });
        }
    }
}

/// The frame of every page.
#[component]
pub(super) fn Shell(nav: NavState, theme: Theme, children: Children) -> impl IntoView {
    let control = NavControl { state: RwSignal::new(nav), drawer: RwSignal::new(false) };
    let (covered, searching) = (covered(), RwSignal::new(false));
    let appearance = Appearance::provide(theme);
    Announcer::provide();
    let path = use_location().pathname;
    Effect::new(move |_| {
        path.track();
        control.close_drawer();
    });
    search_by_keys(searching);
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            control.leave_drawer();
        }
    };
    view! {
        <a class="skip visually-hidden" href=format!("#{MAIN}") rel="external">"Skip to the content"</a>
        <div class="app" class:collapsed=move || control.state.with(|nav| nav.collapsed) on:keydown=keys>
            <Nav control/>
            {move || control.drawer.get().then(|| view! {
                <div class="scrim" on:click=move |_| control.leave_drawer()></div>
            })}
            <div class="content" inert=move || control.drawer.get()>
                <Top control searching appearance inert=Signal::derive(move || covered.get())/>
                <main id=MAIN tabindex="-1">{children()}</main>
            </div>
        </div>
        <Palette open=searching/>
        <QuestionDialog/>
        <ReauthenticationDialog/>
        <Toasts/>
        <Announcements/>
    }
    .into_any()
}

/// Ctrl K, or ⌘ K, from anywhere.
fn search_by_keys(searching: RwSignal<bool>) {
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            let modified = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key();
            if modified && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                searching.update(|open| *open = !*open);
            }
        });
        on_cleanup(move || handle.remove());
    });
}
