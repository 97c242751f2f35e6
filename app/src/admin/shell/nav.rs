//! The nav on the left. It shows what works and what one's role may see.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::Operation;
use model::list::grouped;

use super::NavControl;
use crate::admin::{settings::first_of, user_stats::user_stats};
use crate::kit::{Erase, Icon, IconButton, Show, covered};
use crate::{routes, viewer::account};

/// One entry of the nav.
struct NavEntry {
    icon: &'static str,
    label: &'static str,
    address: &'static str,
    /// Whoever may do this sees it.
    needs: Operation,
}

/// Entries that belong together.
struct Group {
    /// Its name in the cookie.
    key: &'static str,
    title: &'static str,
    entries: &'static [NavEntry],
}

const HOME: NavEntry =
    NavEntry { icon: "house", label: "Home", address: routes::HOME, needs: Operation::ReadHomepage };

const GROUPS: &[Group] = &[
    Group {
        key: "users",
        title: "User Management",
        entries: &[NavEntry {
            icon: "users",
            label: "Users",
            address: routes::USERS,
            needs: Operation::ListUsers,
        }],
    },
    Group {
        key: "devices",
        title: "Device Management",
        entries: &[NavEntry {
            icon: "square-terminal",
            label: "Commands",
            address: routes::COMMANDS,
            needs: Operation::ReadGrantedCommands,
        }],
    },
    Group {
        key: "security",
        title: "Security Management",
        entries: &[NavEntry {
            icon: "shield-check",
            label: "Password settings",
            address: routes::PASSWORD_SETTINGS,
            needs: Operation::ReadPasswordPolicy,
        }],
    },
    Group {
        key: "insights",
        title: "Insights",
        entries: &[NavEntry {
            icon: "activity",
            label: "Jobs",
            address: routes::JOBS,
            needs: Operation::ReadOwnJobs,
        }],
    },
];

#[component]
pub(super) fn Nav(control: NavControl) -> impl IntoView {
    let covered = covered();
    let toggle = move |_| control.change(|nav| nav.collapsed = !nav.collapsed);
    let collapsed = move || control.state.with(|nav| nav.collapsed);
    let word = move || if collapsed() { "Expand Menu" } else { "Collapse Menu" };
    let icon = move || {
        if collapsed() {
            view! { <Icon name="arrow-right"/> }
        } else {
            view! { <Icon name="panel-left-close"/> }
        }
    };
    view! {
        <nav class="side" aria-label="Main" class:out=control.drawer inert=move || covered.get()>
            <a class="brand" href=routes::HOME>
                <span class="mark"><Icon name="castle"/></span>
                <span class="word">"Bailiwick"</span>
            </a>
            <span class="shut">
                <IconButton icon="x" label="Close menu".to_owned() on_press=move || control.drawer.set(false)/>
            </span>
            <div class="entries">
                <div class="scrolls">
                    <ul>{entry(&HOME)}</ul>
                    {GROUPS.iter().map(|group| view_group(group, control)).collect_view()}
                </div>
                <div class="foot">
                    <ul>{settings_entry()}</ul>
                    <button r#type="button" class="entry collapse" aria-label=word title=word on:click=toggle>
                        {icon}
                        <span class="word">{word}</span>
                    </button>
                </div>
            </div>
        </nav>
    }
    .erased()
}

fn view_group(group: &'static Group, control: NavControl) -> AnyView {
    let account = account();
    let seen = move || group.entries.iter().any(|item| account.may(item.needs));
    let closed = Memo::new(move |_| {
        control.state.with(|nav| !nav.collapsed && nav.closed.iter().any(|key| key == group.key))
    });
    let toggle = move |_| {
        control.change(|nav| match nav.closed.iter().position(|key| key == group.key) {
            Some(place) => drop(nav.closed.remove(place)),
            None => nav.closed.push(group.key.to_owned()),
        });
    };
    view! {
        <Show when=seen>
            <button
                r#type="button"
                class="section"
                aria-expanded=move || if closed.get() { "false" } else { "true" }
                aria-controls=format!("nav-{}", group.key)
                on:click=toggle
            >
                {group.title}
                <Icon name="chevron-down"/>
            </button>
            <ul id=format!("nav-{}", group.key) hidden=closed>
                {group.entries.iter().map(entry).collect_view()}
            </ul>
        </Show>
    }
    .erased()
}

fn entry(item: &'static NavEntry) -> AnyView {
    let account = account();
    let address = Signal::stored(item.address);
    view! {
        <Show when=move || account.may(item.needs)>{link(item.icon, item.label, address, item.address)}</Show>
    }
    .erased()
}

/// All settings are behind one entry, which leads to the first that one may see.
fn settings_entry() -> AnyView {
    let account = account();
    let address = Signal::derive(move || first_of(account).unwrap_or(routes::SETTINGS));
    view! {
        <Show when=move || first_of(account).is_some()>
            {link("settings", "Settings", address, routes::SETTINGS)}
        </Show>
    }
    .erased()
}

/// What is below `root` is behind it, too.
fn link(
    icon: &'static str,
    label: &'static str,
    address: Signal<&'static str>,
    root: &'static str,
) -> AnyView {
    let path = use_location().pathname;
    let current = move || {
        path.with(|path| {
            let below = path.strip_prefix(root);
            below.is_some_and(|rest| rest.is_empty() || (root != routes::HOME && rest.starts_with('/')))
        })
    };
    view! {
        <li>
            <a class="entry" href=address aria-current=move || current().then_some("page")>
                <Icon name=icon/>
                <span class="word">{label}</span>
                {(root == routes::USERS).then(|| view! { <UserCount/> })}
            </a>
        </li>
    }
    .erased()
}

#[component]
fn UserCount() -> impl IntoView {
    let figures = user_stats().figures;
    view! {
        <Transition>
            {move || figures.get().flatten().map(|figures| view! {
                <span class="badge">{grouped(figures.total())}</span>
            })}
        </Transition>
    }
}
