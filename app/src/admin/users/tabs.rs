//! The lists of users, side by side: those who are there, what is scheduled for them, and those deleted; and
//! their settings.

use leptos::prelude::*;
use model::Operation;
use model::list::grouped;

use super::DELETED;
use crate::admin::user_stats::user_stats;
use crate::kit::{Erase, Tab, Tabs};
use crate::routes;
use crate::viewer::account;

/// One of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListTab {
    Users,
    Scheduled,
    Deleted,
    Settings,
}

/// Links to all of them, each with how many it has.
pub(super) fn list_tabs(current: ListTab) -> AnyView {
    let figures = user_stats().figures;
    let tabs = move || {
        let figures = figures.get().flatten();
        let tab = |this: ListTab, label, address: &str, count: Option<u64>| Tab {
            label,
            address: address.to_owned(),
            current: this == current,
            count: count.map(grouped),
        };
        let tabs = vec![
            tab(ListTab::Users, "Users", routes::USERS, figures.map(|figures| figures.total())),
            tab(
                ListTab::Scheduled,
                "Scheduled",
                routes::SCHEDULED_CHANGES,
                figures.map(|figures| figures.scheduled),
            ),
            tab(ListTab::Deleted, DELETED, routes::DELETED_USERS, figures.map(|figures| figures.deleted)),
        ];
        let may = account().may(Operation::ReadOrganization);
        let settings = may.then(|| tab(ListTab::Settings, "Settings", routes::USER_SETTINGS, None));
        tabs.into_iter().chain(settings).collect::<Vec<_>>()
    };
    view! { <Transition><Tabs label="Users" tabs=Signal::derive(tabs)/></Transition> }.erased()
}
