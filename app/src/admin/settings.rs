//! What all settings share: the heading, the way from one to another, and who may only look.

use leptos::prelude::*;
use model::Operation;

use super::access::{guarded, redirect};
use crate::kit::{Erase, Notice, PageHeader, Tab, Tabs, Tone};
use crate::{
    routes,
    viewer::{Account, account},
};

const TABS: &[(&str, &str, Operation)] = &[
    ("Organization", routes::ORGANIZATION, Operation::ReadOrganization),
    ("Administrators", routes::ADMINISTRATORS, Operation::ListAdministrators),
    ("Custom roles", routes::CUSTOM_ROLES, Operation::ListRoles),
    ("Billing", routes::BILLING, Operation::ReadBilling),
    ("Outgoing mail", routes::OUTGOING_MAIL, Operation::ReadMailSettings),
    ("Outbox", routes::OUTBOX, Operation::ListMessages),
    ("Email templates", routes::EMAIL_TEMPLATES, Operation::ReadMailSettings),
];

/// The address of all settings leads to the first that one may see.
pub(super) fn first() -> AnyView {
    match untrack(|| first_of(account())) {
        Some(address) => redirect(address),
        None => guarded("Settings", Operation::ReadOrganization, || ().erased()),
    }
}

/// The first of the settings that somebody may see.
pub(super) fn first_of(account: Account) -> Option<&'static str> {
    TABS.iter().find(|(_, _, needs)| account.may(*needs)).map(|(_, address, _)| *address)
}

#[component]
pub(super) fn SettingsHead(
    /// The document's title.
    title: &'static str,
    /// The address of what is shown.
    current: &'static str,
) -> impl IntoView {
    let account = account();
    let tabs = move || {
        let seen = TABS.iter().filter(|(_, _, needs)| account.may(*needs));
        seen.map(|(label, address, _)| Tab {
            label,
            address: (*address).to_owned(),
            current: *address == current,
            count: None,
        })
        .collect::<Vec<_>>()
    };
    view! {
        <PageHeader title="Settings".to_owned() document=title/>
        <Tabs label="Settings" tabs=Signal::derive(tabs)/>
    }
}

/// Why one may not change what one sees, if one may not; and the notice that says so.
pub(super) fn lookers(change: Operation) -> (Signal<Option<String>>, AnyView) {
    let account = account();
    let refusal = Signal::derive(move || account.refusal(change));
    let note = move || {
        refusal.get().map(|why| {
            view! {
                <Notice tone=Tone::Info>"You can look at these settings, but not change them. " {why}</Notice>
            }
        })
    };
    (refusal, note.erased())
}

/// One part of a form of settings, with what it is about.
pub(super) fn part(title: &'static str, about: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="card settings-part" aria-label=title>
            <header>
                <h2>{title}</h2>
                <span class="muted">{about}</span>
            </header>
            <div class="body">{body}</div>
        </section>
    }
    .erased()
}
