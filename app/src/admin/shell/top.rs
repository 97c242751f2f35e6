//! The bar above: search of everything, and one's own menu.

use leptos::prelude::*;
use model::{Operation, account::Me};

use super::NavControl;
use crate::admin::own::{Appearance, LOGOUT_FORM, log_out};
use crate::admin::palette::search_word;
use crate::browser::dom;
use crate::kit::{Entry, Erase, Icon, IconButton, Menu, Section, initials};
use crate::routes::{self, TIME_ZONE};
use crate::viewer::{Account, Theme, account, unread};

#[component]
pub(super) fn Top(
    control: NavControl,
    searching: RwSignal<bool>,
    appearance: Appearance,
    /// Something lies over the page.
    inert: Signal<bool>,
) -> impl IntoView {
    let account = account();
    view! {
        <header class="top" inert=inert>
            <span class="burger">
                <IconButton icon="menu" label="Open menu".to_owned() on_press=move || open_drawer(control)/>
            </span>
            <button
                r#type="button"
                class="everything"
                aria-keyshortcuts="Control+K"
                on:click=move |_| searching.set(true)
            >
                <Icon name="search"/>
                <span class="word">{move || search_word(account)}</span>
                <kbd aria-hidden="true">"Ctrl K"</kbd>
            </button>
            <div class="end"><AccountMenu appearance/></div>
        </header>
    }
    .erased()
}

fn open_drawer(control: NavControl) {
    control.drawer.set(true);
    dom::soon(|| {
        let body = document().body();
        if let Some(first) = body.and_then(|body| dom::find(&body, ".side .entry")) {
            dom::focus(&first);
        }
    });
}

#[component]
fn AccountMenu(appearance: Appearance) -> impl IntoView {
    let (account, unread) = (account(), unread());
    let me = account.0;
    let letters = move || me.with(|me| me.as_ref().map(|me| initials(&full_name(me))));
    let face = view! { <span class="avatar" class:unread=unread>{letters}</span> };
    // What is seen is part of what is said.
    let known = me.with_untracked(|me| me.as_ref().map(|me| initials(&full_name(me))));
    let label = Signal::derive(move || {
        let new = if unread.get() { ", something is new" } else { "" };
        match &known {
            Some(letters) => format!("{letters}: your account{new}"),
            None => format!("Your account{new}"),
        }
    });
    let head = move || {
        me.get().map(|me| {
            view! {
                <div class="menu-head">
                    <strong>{full_name(&me)}</strong>
                    <span>{me.email}</span>
                    <span>{me.role.name}</span>
                </div>
            }
        })
    };
    let sections = move || {
        let chosen = appearance.chosen();
        let themes = [("sun", Theme::Light), ("moon", Theme::Dark), ("monitor", Theme::System)];
        let themes = themes.map(|(icon, one)| {
            let press = Callback::new(move |()| appearance.choose(one));
            Entry::press(icon, one.label(), press).checked(one == chosen)
        });
        vec![
            Section::from(vec![
                Entry::external("user", "My details", routes::OWN_DETAILS),
                Entry::external("shield-check", "Security", routes::OWN_SECURITY),
                Entry::external("key-round", "My API key", routes::OWN_API_KEY),
                Entry::external("laptop", "Sessions", routes::OWN_SESSIONS),
                Entry::external("clock", "Time zone", format!("{}#{TIME_ZONE}", routes::OWN_DETAILS)),
            ]),
            Section { title: Some("Appearance"), entries: themes.to_vec() },
            Section::from(more(account, unread.get())),
            Section::from(vec![
                Entry::external("layout-grid", "Launch User Portal", routes::PORTAL),
                Entry::press("log-out", "Log out", Callback::new(|()| log_out())),
            ]),
        ]
    };
    view! {
        <Menu
            label
            face=face.erased()
            head=head.erased()
            sections=Signal::derive(sections)
        />
        <form id=LOGOUT_FORM method="post" action=routes::LOGOUT hidden></form>
    }
    .erased()
}

/// What is about more than oneself.
fn more(account: Account, unread: bool) -> Vec<Entry> {
    let news = if unread { "What’s New (unread)" } else { "What’s New" };
    let news = Entry::link("gift", news, routes::WHATS_NEW);
    let administrators = account
        .may(Operation::ListAdministrators)
        .then(|| Entry::link("users-round", "Administrators", routes::ADMINISTRATORS));
    [Some(news), administrators].into_iter().flatten().collect()
}

fn full_name(me: &Me) -> String {
    format!("{} {}", me.first_name, me.last_name)
}
