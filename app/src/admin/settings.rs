//! What all settings begin with: the heading, and the way from one to another.

use leptos::prelude::*;
use model::Operation;

use crate::kit::{PageHeader, Tab, Tabs};
use crate::{places, viewer::account};

const TABS: &[(&str, &str, Operation)] = &[
    ("Administrators", places::ADMINISTRATORS, Operation::ListAdministrators),
    ("Outgoing mail", places::OUTGOING_MAIL, Operation::ReadMailSettings),
    ("Outbox", places::OUTBOX, Operation::ListLetters),
    ("Email templates", places::EMAIL_TEMPLATES, Operation::ReadMailSettings),
];

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
